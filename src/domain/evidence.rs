//! What a channel tells us: items the candidate published and the reactions others gave them.
//! No file formats here; those are the channels' own.

use super::time::Timestamp;

/// Most characters of an item's text that are ever kept.
pub const EXCERPT_CHARACTERS: usize = 200;

/// A social network (or a blog) that a candidate may bring. The number is stored and must never
/// change its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Channel {
    /// X, formerly Twitter.
    X = 1,
    /// Mastodon, any server.
    Mastodon = 2,
}

impl Channel {
    /// Every channel, in the fixed order in which contributions are listed.
    pub const ALL: [Self; 2] = [Self::X, Self::Mastodon];

    /// The stored number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The channel with this stored number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.number() == number)
    }

    /// The word used in documents, model files and names: lower case, no spaces.
    pub const fn word(self) -> &'static str {
        match self {
            Self::X => "x",
            Self::Mastodon => "mastodon",
        }
    }

    /// The channel with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.word() == word)
    }
}

/// A kind of reaction. Each kind is pooled over all channels before its logarithm is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Somebody keeps or singles out the item: lists, stars, bookmarks, accepted answers.
    Curation = 1,
    /// Somebody answers: comments, replies, mentions.
    Conversation = 2,
    /// Somebody passes it on: reshares, reblogs, quotes.
    Amplification = 3,
    /// Somebody approves: likes, votes.
    Approval = 4,
}

impl Kind {
    /// Every kind, in the fixed order of all sums.
    pub const ALL: [Self; 4] =
        [Self::Curation, Self::Conversation, Self::Amplification, Self::Approval];

    /// The position in [`Kind::ALL`].
    pub const fn index(self) -> usize {
        self as usize - 1
    }

    /// The word used in documents and model files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Curation => "curation",
            Self::Conversation => "conversation",
            Self::Amplification => "amplification",
            Self::Approval => "approval",
        }
    }
}

/// One thing a network counts about an item. The number is stored and must never change its
/// meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Signal {
    /// Likes, favorites.
    Like = 1,
    /// Reposts, boosts.
    Reshare = 2,
    /// Replies by others.
    Reply = 3,
    /// Bookmarks by others.
    Bookmark = 4,
}

impl Signal {
    /// Every signal, in the fixed order of all sums.
    pub const ALL: [Self; 4] = [Self::Like, Self::Reshare, Self::Reply, Self::Bookmark];

    /// The stored number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The signal with this stored number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.number() == number)
    }

    /// The word used in documents and model files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Like => "like",
            Self::Reshare => "reshare",
            Self::Reply => "reply",
            Self::Bookmark => "bookmark",
        }
    }

    /// The signal with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.word() == word)
    }

    /// The kind of reaction this signal counts.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Like => Kind::Approval,
            Self::Reshare => Kind::Amplification,
            Self::Reply => Kind::Conversation,
            Self::Bookmark => Kind::Curation,
        }
    }
}

/// Where evidence came from. Always shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Provenance {
    /// An export file the candidate brought, which could have been edited.
    Uploaded = 1,
    /// Read by the service from the network, with the candidate's authorization.
    Fetched = 2,
}

/// An account on a network, as its export names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The network's own id as text (ids exceed 2^53); for Mastodon the actor's address.
    pub id: String,
    /// The name people see in links, without `@`.
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
    /// When it was published.
    pub posted_at: Timestamp,
    /// Plain text, at most [`EXCERPT_CHARACTERS`] characters.
    pub excerpt: String,
    /// Where it can be seen.
    pub url: Option<String>,
    /// Counts of reactions by others, only for signals that the source carries; a missing
    /// signal is not zero.
    pub reactions: Vec<(Signal, u64)>,
}

/// The first [`EXCERPT_CHARACTERS`] characters of a text.
pub fn excerpt(text: &str) -> String {
    text.trim().chars().take(EXCERPT_CHARACTERS).collect()
}
