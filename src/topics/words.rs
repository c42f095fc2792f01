//! The words that mean something else to most: a list of the project, read once. What follows
//! from a word being in it is decided where it is asked for.

use rustc_hash::FxHashSet;

use super::fold::joined;

const LIST: &str = include_str!("words.txt");

/// The list, folded as tags are.
#[derive(Debug)]
pub(super) struct CommonWords {
    /// What says no topic alone as a tag: homonyms and networks.
    vague_tags: FxHashSet<String>,
    /// What is too frequent for the name of a topic to be clear.
    frequent: FxHashSet<String>,
}

impl CommonWords {
    pub(super) fn read() -> Self {
        let mut list = Self { vague_tags: FxHashSet::default(), frequent: FxHashSet::default() };
        let mut part = "";
        for line in LIST.lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix("= ") {
                part = name;
                continue;
            }
            let words = line.split_whitespace().map(joined);
            if part == "frequent" {
                list.frequent.extend(words);
            } else {
                list.vague_tags.extend(words);
            }
        }
        list
    }

    /// Whether a tag that is an ambiguous name stays ambiguous as a tag. One character always does.
    pub(super) fn is_vague_tag(&self, joined: &str) -> bool {
        joined.chars().nth(1).is_none() || self.vague_tags.contains(joined)
    }

    /// Whether a name that is only this word is ambiguous in running text.
    pub(super) fn is_common(&self, joined: &str) -> bool {
        self.is_vague_tag(joined) || self.frequent.contains(joined)
    }
}
