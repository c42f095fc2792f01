//! Sentences on what would change a score: one thing that would have to be different, and time.

use super::teller::{Teller, is_scored};
use super::voice::values;
use crate::domain::time::Day;

impl Teller<'_> {
    /// One honest answer to "what would have to be different?".
    pub(super) fn counterfactual(&mut self) {
        let lines = &self.document.counterfactual;
        let count = self.voice.count(lines.count);
        match lines.condition.as_ref() {
            "MORE_REACTIONS" => {
                let kind = self.voice.more_of_kind(&lines.kind);
                let points = self.voice.points(lines.micropoints);
                let args = values!["count" => count, "kind" => kind, "points" => points];
                self.say("more-reactions", args);
            }
            "MORE_ITEMS" => self.say("more-items", values!["count" => count]),
            "RECENT_REACTIONS" => self.say("recent-reactions", values!["count" => count]),
            _ => {}
        }
    }

    /// The score without new activity. Where there is none now, time alone brings none.
    pub(super) fn forecast(&mut self) {
        let Ok(today) = self.document.score.as_of.parse::<Day>() else { return };
        if !self.is_scored() {
            return;
        }
        for lines in &self.document.forecast {
            let Ok(day) = lines.date.parse::<Day>() else { continue };
            let days = self.voice.count(u64::from(day.since(today)));
            if is_scored(&lines.state) {
                let points = self.voice.points(lines.micropoints);
                self.say("forecast", values!["days" => days, "points" => points]);
            } else {
                self.say("forecast-none", values!["days" => days]);
                return;
            }
        }
    }
}
