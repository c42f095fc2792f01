//! A summary of one revision of a candidate's evidence: exact integer sums from which the score
//! of any day and any set of channels follows. `summing` makes it; floats begin after pooling, in
//! `score`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::decimal;
use super::evidence::{Channel, Signal};
use super::scope::Channels;
use super::time::Day;
use super::topic::{Rules, TopicId, TopicSums};

/// The sums of one revision, as computed with one model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The UTC day that ages were counted to, as days since 1970-01-01.
    pub day: i32,
    /// One entry per channel with evidence.
    pub channels: BTreeMap<u8, ChannelSums>,
}

/// The sums of one channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelSums {
    /// Items the candidate published.
    pub items: u64,
    /// Items with at least one reaction by somebody else.
    pub reacted_items: u64,
    /// Sum of the reacted items' decay, fixed point; for the interval.
    #[serde(with = "decimal")]
    pub decay: i128,
    /// Sum of the squares of the reacted items' decay, fixed point; for the interval.
    #[serde(with = "decimal")]
    pub decay_squares: i128,
    /// Signals that the sources tell, by number: what is not among them is missing, not zero.
    pub known: BTreeSet<u8>,
    /// One entry per signal, by the signal's number.
    pub signals: BTreeMap<u8, SignalSums>,
    /// The weight of the item with the largest.
    #[serde(with = "decimal")]
    pub peak_item: i128,
    /// The weight of the items of the day with the largest.
    #[serde(with = "decimal")]
    pub peak_day: i128,
    /// Items of which an upload claimed more reactions than the network itself told. The
    /// network's count is what counts.
    pub contradicted: u64,
    /// What the items show of topics.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub topics: BTreeMap<TopicId, TopicSums>,
}

/// The sums of one signal of one channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalSums {
    /// Reactions, not decayed.
    pub reactions: u64,
    /// Items that received at least one.
    pub items: u64,
    /// Sum of the decayed weights, fixed point.
    #[serde(with = "decimal")]
    pub weight: i128,
    /// The part of the weight that comes from uploaded files.
    #[serde(with = "decimal")]
    pub uploaded: i128,
}

impl ChannelSums {
    /// The weight of all its reactions together.
    pub fn weight(&self) -> i128 {
        self.signals.values().map(|sums| sums.weight).sum()
    }
}

impl Summary {
    /// A revision without evidence.
    pub fn empty(day: Day) -> Self {
        Self { day: day.number(), channels: BTreeMap::new() }
    }

    /// Notes what the sources of a channel tell, even where it was zero every time. A channel
    /// without items stays absent.
    pub fn note_known(&mut self, channel: Channel, signals: impl Iterator<Item = Signal>) {
        if let Some(sums) = self.channels.get_mut(&channel.number()) {
            sums.known.extend(signals.map(Signal::number));
        }
    }

    /// The same evidence had the other channels never been brought.
    #[must_use]
    pub fn restricted(&self, channels: Channels) -> Self {
        let kept =
            |number: &u8| Channel::from_number(*number).is_some_and(|c| channels.contains(c));
        let channels = self.channels.iter().filter(|(number, _)| kept(number));
        Self { day: self.day, channels: channels.map(|(n, sums)| (*n, sums.clone())).collect() }
    }

    /// What a channel's network counts and the sources do not tell.
    pub fn missing(channel: Channel, sums: &ChannelSums) -> impl Iterator<Item = Signal> {
        let missing = |signal: &Signal| !sums.known.contains(&signal.number());
        channel.signals().iter().copied().filter(missing)
    }

    /// What all channels together show of topics.
    pub fn topics(&self, rules: &Rules) -> BTreeMap<TopicId, TopicSums> {
        let mut topics: BTreeMap<TopicId, TopicSums> = BTreeMap::new();
        for (id, sums) in self.channels.values().flat_map(|channel| &channel.topics) {
            let joined = topics.remove(id).unwrap_or_default().with(rules, sums);
            topics.insert(*id, joined);
        }
        topics
    }

    /// The channels with evidence.
    pub fn present(&self) -> Channels {
        self.channels.keys().filter_map(|number| Channel::from_number(*number)).collect()
    }
}
