//! Sentences on what a score is made of: reasons, channels, items, and what is missing.

use std::cmp::Reverse;

use super::plain::plain;
use super::teller::{Teller, is_scored};
use super::voice::values;
use crate::domain::document::{ChannelLines, ItemLines, ReasonLines};
use crate::domain::score::Points;

/// Items that are named one by one; the picture and the document have more.
const ITEMS: usize = 3;

/// Columns of an item's text that are quoted: enough to know it again.
const EXCERPT: usize = 60;

impl Teller<'_> {
    /// The parts, from the largest to the smallest.
    pub(super) fn parts(&mut self) {
        if self.is_scored() {
            let points = self.voice.points(self.document.baseline_micropoints);
            self.say("baseline", values!["points" => points]);
            self.reasons();
        }
        for channel in self.channels() {
            self.channel(channel);
        }
        self.items();
        for channel in self.channels() {
            self.missing(channel);
        }
    }

    fn reasons(&mut self) {
        let reasons = &self.document.reasons;
        if reasons.is_empty() {
            return;
        }
        let count = self.voice.count(reasons.len() as u64);
        self.say("reasons", values!["count" => count]);
        for reason in reasons {
            let place = self.voice.place(&reason.channel);
            let signals = self.signals(reason);
            let points = self.voice.points(reason.micropoints);
            let args = values!["place" => place, "signals" => signals, "points" => points];
            self.say("reason", args);
        }
    }

    /// What the reactions of a reason are called on its network.
    fn signals(&self, reason: &ReasonLines) -> String {
        let channel = self.channels().find(|lines| lines.channel == reason.channel);
        let signals = channel.into_iter().flat_map(|lines| &lines.signals);
        let own = signals
            .filter(|lines| lines.kind == reason.kind && lines.micropoints > Points::default());
        let names: Vec<_> = own.map(|lines| self.voice.signal(&lines.signal)).collect();
        if names.is_empty() {
            self.voice.more_of_kind(&reason.kind)
        } else {
            self.voice.list(names)
        }
    }

    fn channel(&mut self, lines: &ChannelLines) {
        let place = self.voice.place(&lines.channel);
        let items = self.voice.count(lines.reacted_items);
        if lines.reacted_items == 0 {
            self.say("channel-silent", values!["place" => place]);
            return;
        }
        if !self.is_scored() {
            self.say("channel-evidence", values!["place" => place, "items" => items]);
            return;
        }
        let points = self.voice.points(lines.micropoints);
        let mut args = values!["place" => place, "items" => items, "points" => points];
        if is_scored(&lines.without_state) {
            args.set("without", self.voice.points(lines.without_micropoints));
            self.say("channel-part", args);
        } else {
            self.say("channel-all", args);
        }
    }

    /// The items with the largest contributions over all channels.
    fn items(&mut self) {
        let listed = self
            .channels()
            .flat_map(|lines| lines.items.iter().map(|item| (lines.channel.as_ref(), item)));
        let mut listed: Vec<(&str, &ItemLines)> =
            listed.filter(|(_, item)| item.micropoints > Points::default()).collect();
        listed.sort_by_key(|(_, item)| Reverse(item.micropoints));
        for (channel, item) in listed.into_iter().take(ITEMS) {
            let mut excerpt = plain(&item.excerpt, EXCERPT);
            if excerpt.is_empty() {
                "none".clone_into(&mut excerpt);
            }
            let args = values![
                "place" => self.voice.place(channel),
                "points" => self.voice.fine(item.micropoints),
                "item" => self.voice.item(&item.item_kind),
                "day" => self.voice.day(&item.posted.to_string()),
                "excerpt" => excerpt
            ];
            self.say("item", args);
        }
    }

    pub(super) fn missing(&mut self, lines: &ChannelLines) {
        if lines.missing.is_empty() {
            return;
        }
        let names = lines.missing.iter().map(|signal| self.voice.signal(signal)).collect();
        let (place, signals) = (self.voice.place(&lines.channel), self.voice.list(names));
        self.say("missing", values!["place" => place, "signals" => signals]);
    }
}
