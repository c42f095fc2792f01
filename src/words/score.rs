//! Sentences on the score itself, and on how to use it.

use super::teller::Teller;
use super::voice::values;

impl Teller<'_> {
    /// The score with its range; or that there is none, which is never called low (promise P10).
    pub(super) fn score(&mut self) {
        let score = &self.document.score;
        let day = self.voice.day(&score.as_of);
        if !self.is_scored() {
            self.say("no-score", values!["day" => day]);
            self.state("no-score-meaning");
            return;
        }
        let points = self.voice.points(score.micropoints);
        self.say("score", values!["points" => points, "day" => day]);
        let (low, high) = (score.low_micropoints, score.high_micropoints);
        let (low, high) = (self.voice.floor(low), self.voice.ceiling(high));
        self.say("interval", values!["low" => low, "high" => high]);
        self.state("interval-meaning");
    }

    /// What whoever decides must know before anything else.
    pub(super) fn decision(&mut self) {
        if self.is_scored() {
            self.state("not-distinguishable");
            self.state("human");
        }
    }
}
