//! Sentences for auditors: every number of the document to its last digit, its names and digests,
//! and how to check them.

use fluent_bundle::FluentArgs;

use super::plain::plain;
use super::teller::{Teller, is_scored};
use super::voice::{Voice, values};
use crate::domain::document::ChannelLines;

/// Columns of a name, an id or a digest.
const NAME: usize = 160;

/// The entry that records a release, and the digest that must stand in it.
pub(super) fn recorded(voice: &Voice, entry: Option<u64>, sha256: &str) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(entry) = entry {
        said.push(voice.say("audit-entry", &values!["index" => entry.to_string()]));
    }
    said.push(voice.say("audit-digest", &values!["digest" => plain(sha256, NAME)]));
    said.push(voice.say("audit-entry-verify", &FluentArgs::new()));
    said
}

impl Teller<'_> {
    pub(super) fn audit(&mut self) {
        self.score();
        self.identity();
        if self.is_scored() {
            let points = self.voice.exact(self.document.baseline_micropoints);
            self.say("audit-baseline", values!["points" => points]);
            for lines in &self.document.kinds {
                let points = self.voice.exact(lines.micropoints);
                let kind = self.voice.kind(&lines.kind);
                self.say("audit-kind", values!["kind" => kind, "points" => points]);
            }
        }
        for lines in self.channels() {
            self.audit_channel(lines);
        }
        self.counterfactual();
        self.forecast();
        let percent = i64::from(self.document.score.uploaded_permille) * 100_000;
        let percent = self.voice.decimal(percent, 1);
        self.say("audit-uploaded", values!["percent" => percent]);
        self.trust();
        let digest = plain(&self.document.reference.sha256, NAME);
        if !digest.is_empty() {
            self.say("audit-reference", values!["digest" => digest]);
        }
        self.state("audit-verify");
    }

    /// What the score is called and was computed from.
    fn identity(&mut self) {
        let score = &self.document.score;
        self.say("audit-name", values!["name" => plain(&score.name, NAME)]);
        self.say("audit-state", values!["state" => plain(&score.state, NAME)]);
        if self.is_scored() {
            let args = values![
                "points" => self.voice.exact(score.micropoints),
                "low" => self.voice.exact(score.low_micropoints),
                "high" => self.voice.exact(score.high_micropoints)
            ];
            self.say("audit-score", args);
        }
        let args = values![
            "day" => self.voice.day(&score.as_of),
            "revision" => score.revision.to_string(),
            "counted" => self.voice.day(&score.revision_day)
        ];
        self.say("audit-day", args);
        let (model, digest) = (plain(&score.model, NAME), plain(&score.model_digest, NAME));
        self.say("audit-model", values!["model" => model, "digest" => digest]);
        let channels = score.channels.iter().map(|word| self.voice.channel(word)).collect();
        let channels = self.voice.list(channels);
        self.say("audit-channels", values!["channels" => channels]);
    }

    fn audit_channel(&mut self, lines: &ChannelLines) {
        let place = self.voice.place(&lines.channel);
        let args = values![
            "place" => place.as_str(),
            "reacted" => self.voice.counted(lines.reacted_items),
            "items" => self.voice.counted(lines.items_published),
            "points" => self.voice.exact(lines.micropoints)
        ];
        self.say("audit-channel", args);
        if is_scored(&lines.without_state) {
            let points = self.voice.exact(lines.without_micropoints);
            self.say("audit-without", values!["place" => place.as_str(), "points" => points]);
        } else {
            self.say("audit-without-none", values!["place" => place.as_str()]);
        }
        self.audit_signals(&place, lines);
        for item in &lines.items {
            let args = values![
                "place" => place.as_str(),
                "item" => plain(&item.item, NAME),
                "day" => self.voice.day(&item.posted.to_string()),
                "points" => self.voice.exact(item.micropoints)
            ];
            self.say("audit-item", args);
        }
        self.missing(lines);
        if lines.contradicted > 0 {
            let items = self.voice.count(lines.contradicted);
            let args = values!["place" => place.as_str(), "items" => items];
            self.say("audit-contradicted", args);
        }
    }

    fn audit_signals(&mut self, place: &str, lines: &ChannelLines) {
        for signal in &lines.signals {
            let name = self.voice.signal(&signal.signal);
            let args = values![
                "place" => place,
                "signal" => name.as_str(),
                "reactions" => self.voice.count(signal.reactions),
                "items" => self.voice.count(signal.items),
                "points" => self.voice.exact(signal.micropoints)
            ];
            self.say("audit-signal", args);
            if let Some(others) = &signal.other_items {
                let args = values![
                    "place" => place,
                    "signal" => name.as_str(),
                    "items" => self.voice.count(others.items),
                    "points" => self.voice.exact(others.micropoints)
                ];
                self.say("audit-others", args);
            }
        }
    }
}
