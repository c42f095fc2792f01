//! Who tells an explanation: the document, the voice and whom it speaks to, and what was said so
//! far. The sentences themselves are in the files beside this one.

use fluent_bundle::FluentArgs;

use super::View;
use super::voice::Voice;
use crate::domain::document::{ChannelLines, Document};

pub(super) struct Teller<'d> {
    pub(super) document: &'d Document,
    pub(super) voice: Voice,
    own: bool,
    said: Vec<String>,
}

impl<'d> Teller<'d> {
    pub(super) const fn new(document: &'d Document, voice: Voice, view: View) -> Self {
        Self { document, voice, own: matches!(view, View::Candidate), said: Vec::new() }
    }

    /// Says a message; `own` is among its values when the reader is the person it is about.
    pub(super) fn say(&mut self, key: &str, mut args: FluentArgs<'_>) {
        args.set("own", if self.own { "yes" } else { "no" });
        self.said.push(self.voice.say(key, &args));
    }

    /// Says a message without values.
    pub(super) fn state(&mut self, key: &str) {
        self.say(key, FluentArgs::new());
    }

    pub(super) fn is_scored(&self) -> bool {
        is_scored(&self.document.score.state)
    }

    /// The channels of the document, which outlives what is said of them.
    pub(super) fn channels(&self) -> std::slice::Iter<'d, ChannelLines> {
        self.document.channels.iter()
    }

    pub(super) fn into_sentences(self) -> Vec<String> {
        self.said
    }
}

/// Whether a state is that of a score.
pub(super) fn is_scored(state: &str) -> bool {
    state == "SCORED"
}
