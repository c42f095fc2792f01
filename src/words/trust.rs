//! Sentences on how far to trust a score, on what it does not say, and on what its person can do.

use super::plain::plain;
use super::teller::Teller;
use super::voice::values;
use crate::domain::document::DoubtLines;

/// Columns of the model's sentence on its reference population.
const SAMPLE: usize = 120;

impl Teller<'_> {
    pub(super) fn trust(&mut self) {
        self.provenance();
        self.doubts();
        self.reference();
        self.state("limits");
        self.state("not-said");
        self.state("breadth");
    }

    /// What of the evidence was uploaded. Nothing where nothing weighs anything: a share of nothing
    /// would be called fetched.
    fn provenance(&mut self) {
        let mut signals = self.channels().flat_map(|lines| &lines.signals);
        if signals.all(|lines| lines.weight == 0) {
            return;
        }
        let permille = self.document.score.uploaded_permille;
        let share = match permille {
            0 => {
                self.say("fetched", values!["share" => "all"]);
                return;
            }
            1..350 => "part",
            350..650 => "half",
            650..1000 => "most",
            _ => "all",
        };
        // A share below the whole is not rounded up to it, nor one above nothing down to that.
        let percent = ((permille + 5) / 10).clamp(1, if permille < 1000 { 99 } else { 100 });
        let args = values!["share" => share, "percent" => percent.to_string()];
        self.say("uploaded", args);
        if share != "all" {
            self.say("fetched", values!["share" => "rest"]);
        }
    }

    fn doubts(&mut self) {
        let doubts = &self.document.doubts;
        for doubt in doubts {
            self.doubt(doubt);
        }
        if !doubts.is_empty() {
            self.state("doubts-meaning");
        }
    }

    pub(super) fn doubt(&mut self, lines: &DoubtLines) {
        let place = self.voice.place(&lines.channel);
        self.say("doubt", values!["doubt" => lines.doubt.as_ref(), "place" => place]);
    }

    pub(super) fn reference(&mut self) {
        let reference = &self.document.reference;
        if reference.sha256.is_empty() {
            self.state("no-reference");
        } else {
            // Its first part says who they are; the rest is how they were found.
            let who = reference.sample.split(", ").next().unwrap_or_default();
            let sample = plain(who, SAMPLE);
            self.say("reference", values!["sample" => sample]);
        }
    }

    pub(super) fn rights(&mut self) {
        self.state("contest");
        self.state("withdraw");
    }
}
