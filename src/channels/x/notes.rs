//! Long posts: X keeps their full text in a file of its own that does not say which post it
//! belongs to. They are matched by second and by the beginning of the text.

use std::collections::BTreeMap;

use super::rows::NoteRow;
use crate::domain::time::Timestamp;

/// Most notes that are kept for matching; each takes up to 4 KB.
const KEPT: usize = 10_000;
/// Characters that must agree. Posts with a note are longer than 280.
const PREFIX: usize = 40;
/// Most characters that are kept of each.
const CHARACTERS: usize = 1_000;
const SECOND: i64 = 1_000_000;

/// The beginnings of long posts, by the second they were written in.
#[derive(Default)]
pub(super) struct Notes {
    by_second: BTreeMap<i64, Vec<String>>,
    kept: usize,
    total: u64,
    matched: u64,
}

impl Notes {
    /// Keeps a note's beginning. A note that cannot be read counts but matches nothing.
    pub(super) fn add(&mut self, row: NoteRow) {
        let Some(note) = row.note_tweet else { return };
        self.total += 1;
        let at = note.created_at.get().and_then(|text| text.parse::<Timestamp>().ok());
        let text = note.core.and_then(|core| core.text.0);
        if let (Some(at), Some(text), true) = (at, text, self.kept < KEPT) {
            self.kept += 1;
            self.by_second
                .entry(second(at))
                .or_default()
                .push(text.chars().take(CHARACTERS).collect());
        }
    }

    /// Notes seen.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// Notes that belong to no post that was asked for.
    pub(super) const fn unmatched(&self) -> u64 {
        self.total - self.matched
    }

    /// The beginning of the long text that a post shows cut, and uses it up.
    pub(super) fn text_of(&mut self, at: Timestamp, shown: &str) -> Option<String> {
        let notes = self.by_second.get_mut(&second(at))?;
        // The post repeats whom it answers; the note need not.
        let mut answer = shown;
        while let (true, Some((_, rest))) = (answer.starts_with('@'), answer.split_once(' ')) {
            answer = rest;
        }
        let index = notes.iter().position(|note| agree(note, shown) || agree(note, answer))?;
        self.matched += 1;
        Some(notes.swap_remove(index))
    }
}

fn agree(note: &str, shown: &str) -> bool {
    let common = note.chars().zip(shown.chars()).take_while(|(a, b)| a == b).count();
    common >= PREFIX
}

const fn second(at: Timestamp) -> i64 {
    at.micros().div_euclid(SECOND)
}
