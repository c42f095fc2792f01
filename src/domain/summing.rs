//! Summing a candidate's items, in any order, to the summary of a revision.

use std::collections::BTreeMap;

use super::decay::{Decays, FRACTION_BITS};
use super::evidence::{Channel, Provenance, Signal};
use super::model::Model;
use super::summary::Summary;
use super::time::Day;
use super::topic::{TopicId, keep_most};

/// Most reactions counted for one item and signal: more than there are people, and small enough
/// that a million such items cannot overflow the sums.
pub const REACTIONS_MAX: u64 = 10_000_000_000;

/// A count of one signal, and where it came from.
pub type Reaction = (Signal, u64, Provenance);

/// What is known of one item.
#[derive(Clone, Copy, Debug)]
pub struct Observed<'a> {
    /// The network it was published on.
    pub channel: Channel,
    /// The UTC day it was published.
    pub posted: Day,
    /// What others did to it.
    pub reactions: &'a [Reaction],
    /// Whether an upload claimed more of it than the network told.
    pub contradicted: bool,
    /// The topics it is about.
    pub about: &'a [TopicId],
    /// The topics that others spoke of under it.
    pub heard: &'a [TopicId],
}

/// A summary that grows.
#[derive(Debug)]
pub struct Summing<'m> {
    decays: Decays<'m>,
    summary: Summary,
    /// Weights by channel and day.
    days: BTreeMap<(u8, i32), i128>,
}

impl<'m> Summing<'m> {
    /// Begins the summary of a revision: ages are counted to `day`.
    pub fn new(model: &'m Model, day: Day) -> Self {
        let (decays, summary) = (Decays::new(model), Summary::empty(day));
        Self { decays, summary, days: BTreeMap::new() }
    }

    /// Adds an item.
    pub fn add(&mut self, item: &Observed<'_>) {
        let today = Day::from_number(self.summary.day);
        let age = today.since(item.posted);
        let sums = self.summary.channels.entry(item.channel.number()).or_default();
        sums.items += 1;
        sums.contradicted += u64::from(item.contradicted);
        let (mut own, mut standing) = (0, 0);
        for &(signal, count, provenance) in item.reactions.iter().filter(|(_, n, _)| *n > 0) {
            let count = i128::from(count.min(REACTIONS_MAX));
            let weight = self.decays.reaction(item.channel, signal, age) * count;
            own += weight;
            standing += self.decays.topic(item.channel, signal, age) * count;
            sums.known.insert(signal.number());
            let entry = sums.signals.entry(signal.number()).or_default();
            entry.reactions += u64::try_from(count).unwrap_or(REACTIONS_MAX);
            entry.items += 1;
            entry.weight += weight;
            if provenance == Provenance::Uploaded {
                entry.uploaded += weight;
            }
        }
        // What the model gives no weight, such as views, is shown and proves no reaction.
        let model = self.decays.model();
        let counts = |&(signal, n, _): &Reaction| n > 0 && model.rate(item.channel, signal) > 0.0;
        if item.reactions.iter().any(counts) {
            let decay = self.decays.interval(age);
            sums.reacted_items += 1;
            sums.decay += decay;
            sums.decay_squares += (decay * decay) >> FRACTION_BITS;
            sums.peak_item = sums.peak_item.max(own);
            *self.days.entry((item.channel.number(), item.posted.number())).or_default() += own;
        }
        let rules = &self.decays.model().topics;
        for topic in item.about {
            sums.topics.entry(*topic).or_default().author(rules, today, item.posted, standing);
        }
        for topic in item.heard {
            sums.topics.entry(*topic).or_default().hear(rules, today, item.posted);
        }
    }

    /// The summary of everything that was added.
    pub fn finish(mut self) -> Summary {
        for ((channel, _), weight) in self.days {
            if let Some(sums) = self.summary.channels.get_mut(&channel) {
                sums.peak_day = sums.peak_day.max(weight);
            }
        }
        for sums in self.summary.channels.values_mut() {
            keep_most(&mut sums.topics);
        }
        self.summary
    }
}
