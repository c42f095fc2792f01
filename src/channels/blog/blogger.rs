//! Comments in what Blogger hands out: counted for each post, without their texts.

use super::super::answers::Replies;
use super::entry::Entry;

/// No id of a post, all of which are addresses of a kind.
const OWN: &str = "own";

/// Comments by others.
#[derive(Default)]
pub(super) struct Comments {
    /// The candidate's own among them, under [`OWN`].
    known: Replies,
    unapproved: u64,
}

impl Comments {
    /// Counts an entry, if it is a comment.
    pub(super) fn count(&mut self, entry: &Entry, is_own: impl Fn(&str) -> bool) {
        if !entry.is_comment() {
            return;
        }
        if entry.is_unapproved {
            self.unapproved += 1;
        } else if entry.authors.iter().any(|author| is_own(author)) {
            self.known.add(OWN, &entry.given_id);
        } else {
            self.known.add(&entry.about, &entry.given_id);
        }
    }

    /// Comments by others on a post.
    pub(super) fn of(&self, post: &str) -> u64 {
        self.known.of(post)
    }

    /// Comments by the candidate.
    pub(super) fn own(&self) -> u64 {
        self.known.of(OWN)
    }

    /// Comments that nobody sees.
    pub(super) const fn unapproved(&self) -> u64 {
        self.unapproved
    }
}
