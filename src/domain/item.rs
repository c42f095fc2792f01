//! Items: what a candidate published, with the reactions of others to it, and the account it was
//! published from. No file formats here.

use super::evidence::Signal;
use super::time::Timestamp;

/// Most characters of an item's text that are ever kept.
pub const EXCERPT_CHARACTERS: usize = 200;

/// Most characters of an item's text that are looked at, for its topics and its language.
pub const TEXT_CHARACTERS: usize = 8_000;

/// Most texts by others that an item carries.
pub const HEARD: usize = 20;

/// Most characters of a text by somebody else.
pub const HEARD_CHARACTERS: usize = 500;

/// What an item is. The word is stored and must never change its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    /// A short post.
    Post,
    /// An answer or a comment to somebody else's item.
    Reply,
    /// A continuation of the candidate's own item.
    Thread,
    /// A post that quotes somebody else's item and says something to it.
    Quote,
    /// A blog post or a long article.
    Article,
    /// A photo.
    Photo,
    /// A video.
    Video,
    /// A post that vanishes after a day.
    Story,
    /// A question to a community.
    Question,
    /// An answer to a community's question.
    Answer,
    /// A repository of source code.
    Repository,
    /// A report of a fault or a wish.
    Issue,
    /// A proposed change of source code.
    PullRequest,
    /// A release of software.
    Release,
    /// A skill that somebody confirmed.
    Skill,
    /// A recommendation that somebody wrote. Its text is that person's and is not kept.
    Recommendation,
}

impl ItemKind {
    /// Every kind of item.
    pub const ALL: [Self; 16] = [
        Self::Post,
        Self::Reply,
        Self::Thread,
        Self::Quote,
        Self::Article,
        Self::Photo,
        Self::Video,
        Self::Story,
        Self::Question,
        Self::Answer,
        Self::Repository,
        Self::Issue,
        Self::PullRequest,
        Self::Release,
        Self::Skill,
        Self::Recommendation,
    ];

    /// The word used in reports and stored with items.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Reply => "reply",
            Self::Thread => "thread",
            Self::Quote => "quote",
            Self::Article => "article",
            Self::Photo => "photo",
            Self::Video => "video",
            Self::Story => "story",
            Self::Question => "question",
            Self::Answer => "answer",
            Self::Repository => "repository",
            Self::Issue => "issue",
            Self::PullRequest => "pull_request",
            Self::Release => "release",
            Self::Skill => "skill",
            Self::Recommendation => "recommendation",
        }
    }

    /// The kind with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether an item of this kind can show that its author knows a topic. Who asks wants to know:
    /// on a question-and-answer site, claims that counted questions were right in 71 of 100 cases,
    /// those of answers alone in 96 (`glasklar evaluate`). A recommendation's words are another's.
    pub const fn shows_knowledge(self) -> bool {
        !matches!(self, Self::Question | Self::Recommendation)
    }
}

/// An account on a network, as its export names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The network's own id as text (ids exceed 2^53); for Mastodon the actor's address. `None`
    /// where an export has nothing that only this account can have, such as a mere name.
    pub id: Option<String>,
    /// The name people see in links, without `@`; where the export has none, the person's name.
    pub handle: String,
    /// The display name, when the export has one.
    pub name: Option<String>,
}

/// Something the candidate published, with the reactions of others to it. Reshares of other
/// people's items are not items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The network's id of the item, as text; unique within the channel.
    pub id: String,
    /// What it is.
    pub kind: ItemKind,
    /// When it was published.
    pub posted_at: Timestamp,
    /// Plain text, title first, at most [`TEXT_CHARACTERS`] characters.
    pub text: String,
    /// What the author or the place it was published in calls it: hashtags without `#`,
    /// categories, the names of communities.
    pub tags: Vec<String>,
    /// The language as the primary subtag of BCP 47 (`de`), if the network says it or the text
    /// shows it.
    pub language: Option<String>,
    /// Where it can be seen.
    pub url: Option<String>,
    /// Counts of reactions by others, only for signals that the source carries; a missing
    /// signal is not zero.
    pub reactions: Vec<(Signal, u64)>,
    /// What others wrote in answer to it, at most [`HEARD`] texts of at most [`HEARD_CHARACTERS`]
    /// characters, without mentions and addresses: looked at for the topics her audience cares
    /// about, never kept.
    pub heard: Vec<String>,
}

/// The first [`EXCERPT_CHARACTERS`] characters of a text.
pub fn excerpt(text: &str) -> String {
    text.trim().chars().take(EXCERPT_CHARACTERS).collect()
}
