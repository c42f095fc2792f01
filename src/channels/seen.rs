//! Which items were handed out already: parts of one export overlap, and an answer of an interface
//! repeats what an export holds. No items are kept here, only hashes of their ids.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Most ids that are remembered, about 20 MB. Past that, what is repeated counts twice in the
/// report, and once in the evidence, where ids are compared again.
const REMEMBERED: usize = 1_000_000;

/// Ids that were seen.
#[derive(Default)]
pub(super) struct Seen(BTreeSet<u64>);

impl Seen {
    /// Whether this id was not seen before. From now on it was.
    pub(super) fn is_new(&mut self, id: &str) -> bool {
        if self.0.len() >= REMEMBERED {
            return !self.has(id);
        }
        self.0.insert(hash(id))
    }

    /// Whether this id was seen.
    pub(super) fn has(&self, id: &str) -> bool {
        self.0.contains(&hash(id))
    }
}

/// Numbers what is alike, where a network gives no ids: the second comment of one second on one
/// post is number 2.
#[derive(Default)]
pub(super) struct Ordinals(BTreeMap<u64, u32>);

impl Ordinals {
    /// How many were alike so far, this one included.
    pub(super) fn next(&mut self, alike: &str) -> u32 {
        let key = hash(alike);
        if self.0.len() >= REMEMBERED && !self.0.contains_key(&key) {
            return 1;
        }
        let ordinal = self.0.entry(key).or_default();
        *ordinal = ordinal.saturating_add(1);
        *ordinal
    }
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
