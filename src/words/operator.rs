//! Sentences for operators: whether scoring works and why evidence is thin or doubtful. No name, no
//! score, no item, no count and no day: they need not know whom it is about.

use super::plain::plain;
use super::teller::Teller;
use super::voice::values;

/// Items with a reaction from which on evidence is called some, and much: in powers of ten, so that
/// the word is no count.
const SOME: u64 = 10;
const MUCH: u64 = 100;

/// Columns of a version or digest.
const NAME: usize = 80;

impl Teller<'_> {
    pub(super) fn operation(&mut self) {
        self.state(if self.is_scored() { "operator-scored" } else { "operator-none" });
        let score = &self.document.score;
        let (model, digest) = (plain(&score.model, NAME), plain(&score.model_digest, NAME));
        self.say("operator-model", values!["model" => model, "digest" => digest]);
        for lines in self.channels() {
            let level = match lines.reacted_items {
                0 => "none",
                1..SOME => "little",
                SOME..MUCH => "some",
                MUCH.. => "much",
            };
            let place = self.voice.place(&lines.channel);
            self.say("operator-level", values!["place" => place, "level" => level]);
        }
        for lines in &self.document.doubts {
            self.doubt(lines);
        }
        if self.document.doubts.is_empty() {
            self.state("operator-calm");
        }
        self.reference();
    }
}
