//! An entry of a feed and the site it is of, whatever the format. Texts are plain here already.

use super::super::dates;
use super::super::error::Error;
use crate::domain::time::Timestamp;

/// What takes entries, each with what is known of its site so far, and at the end of a feed the
/// site alone, with everything that the feed told of it.
pub(super) type Each<'e> = dyn FnMut(&Site, Option<Entry>) -> Result<(), Error> + 'e;

/// Most authors, and most tags, that one entry may have.
pub(super) const AUTHORS: usize = 20;
pub(super) const TAGS: usize = 200;

/// The site that a feed is of.
#[derive(Clone, Debug, Default)]
pub(super) struct Site {
    /// The generation of the format.
    pub(super) layout: &'static str,
    pub(super) title: String,
    /// The address of the page that the feed belongs to.
    pub(super) address: String,
    /// The address of the feed itself.
    pub(super) feed: String,
    /// Who writes, where the entries do not say it.
    pub(super) authors: Vec<String>,
    /// When the feed was made.
    pub(super) updated: Option<Timestamp>,
}

impl Site {
    /// Takes over what was not known yet.
    pub(super) fn learn(&mut self, other: &Self) {
        let fill = |known: &mut String, new: &str| {
            if known.is_empty() {
                new.clone_into(known);
            }
        };
        fill(&mut self.title, &other.title);
        fill(&mut self.address, &other.address);
        fill(&mut self.feed, &other.feed);
        if self.layout.is_empty() {
            self.layout = other.layout;
        }
        self.updated = self.updated.max(other.updated);
    }

    /// Whether the feed is one of comments, which are other people's: WordPress and Blogger
    /// offer one beside that of the posts.
    pub(super) fn is_of_comments(&self) -> bool {
        let address = self.feed.to_lowercase();
        let mut parts = address.split(['/', '?', '=', '&']);
        parts.any(|part| {
            matches!(part, "comments" | "comments-rss2" | "comments-atom" | "rss_comments")
        })
    }
}

/// What Blogger says an entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// A post, as everything in an ordinary feed.
    #[default]
    Post,
    /// A comment on a post.
    Comment,
    /// A page, a template, a setting.
    Other,
}

/// An entry.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub(super) role: Role,
    pub(super) is_draft: bool,
    /// Hidden by moderators, or waiting for them.
    pub(super) is_unapproved: bool,
    /// The id that the feed gives it.
    pub(super) given_id: String,
    pub(super) title: String,
    pub(super) content: String,
    pub(super) summary: String,
    /// A plain link to the web.
    pub(super) link: Option<String>,
    pub(super) authors: Vec<String>,
    /// The dates as written: of publication, of creation, of the last change.
    pub(super) published: String,
    pub(super) created: String,
    pub(super) updated: String,
    pub(super) tags: Vec<String>,
    pub(super) language: Option<String>,
    /// Comments by others, where the feed tells their number.
    pub(super) replies: Option<u64>,
    /// The id of the post that a comment is about.
    pub(super) about: String,
}

impl Entry {
    /// Whether it is a post.
    pub(super) fn is_post(&self) -> bool {
        self.role == Role::Post
    }

    /// Whether it is a comment.
    pub(super) fn is_comment(&self) -> bool {
        self.role == Role::Comment
    }

    /// What never changes about it: the given id, else the link, else its time.
    pub(super) fn id(&self) -> Option<String> {
        if !self.given_id.is_empty() {
            return Some(self.given_id.clone());
        }
        let by_time = || Some(format!("{}:{}", self.posted_at()?, self.title));
        self.link.clone().or_else(by_time)
    }

    /// When it was published, or the nearest that the feed tells.
    pub(super) fn posted_at(&self) -> Option<Timestamp> {
        let all = [&self.published, &self.created, &self.updated];
        all.into_iter().find(|date| !date.is_empty()).and_then(|date| dates::any(date))
    }

    /// Title and text.
    pub(super) fn text(&self) -> String {
        let body = if self.content.is_empty() { &self.summary } else { &self.content };
        let parts = [self.title.as_str(), body.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
    }
}
