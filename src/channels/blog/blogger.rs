//! Comments in what Blogger hands out: counted for each post, without their texts.

use std::collections::BTreeMap;

use super::entry::Entry;

/// Most posts of which comments are counted.
const POSTS: usize = 1_000_000;

/// Comments by others.
#[derive(Debug, Default)]
pub(super) struct Comments {
    counts: BTreeMap<String, u64>,
    own: u64,
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
            self.own += 1;
        } else if self.counts.len() < POSTS || self.counts.contains_key(&entry.about) {
            *self.counts.entry(entry.about.clone()).or_default() += 1;
        }
    }

    /// Comments by others on a post.
    pub(super) fn of(&self, post: &str) -> u64 {
        self.counts.get(post).copied().unwrap_or(0)
    }

    /// Comments by the candidate.
    pub(super) const fn own(&self) -> u64 {
        self.own
    }

    /// Comments that nobody sees.
    pub(super) const fn unapproved(&self) -> u64 {
        self.unapproved
    }
}
