//! A summary of one revision of a candidate's evidence: exact integer sums from which the score
//! of any day and any set of channels follows. Floats begin after pooling, in `score`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::decimal;
use super::evidence::{Channel, Provenance, Signal};
use super::model::Model;
use super::scope::Channels;
use super::time::Day;

/// Fractional bits of a fixed-point weight: 1.0 is 2^32.
pub const FRACTION_BITS: u32 = 32;

/// 1.0 as a fixed-point weight, for conversions.
pub const ONE: f64 = 4_294_967_296.0;

/// Most reactions counted for one item and signal: more than there are people, and small enough
/// that a million such items cannot overflow the sums.
pub const REACTIONS_MAX: u64 = 10_000_000_000;

/// The weight of one reaction: exchange rate times 2^(-age/half-life), rounded once to fixed
/// point. Everything after this is exact integer arithmetic, so order and batching cannot change
/// a bit (promise P8).
pub fn unit_weight(model: &Model, channel: Channel, signal: Signal, age_days: u32) -> i128 {
    let decay = libm::exp2(-f64::from(age_days) / model.half_life_days(signal.kind()));
    fixed(model.rate(channel, signal) * decay)
}

#[expect(clippy::cast_possible_truncation, reason = "rates are at most 1000: below 2^42")]
fn fixed(value: f64) -> i128 {
    i128::from(libm::rint(value * ONE) as i64)
}

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

impl Summary {
    /// A revision without evidence.
    pub fn empty(day: Day) -> Self {
        Self { day: day.number(), channels: BTreeMap::new() }
    }

    /// Adds one item with its reactions. Items may come in any order.
    pub fn add(
        &mut self,
        model: &Model,
        channel: Channel,
        posted: Day,
        reactions: &[(Signal, u64, Provenance)],
    ) {
        let age = Day::from_number(self.day).since(posted);
        let sums = self.channels.entry(channel.number()).or_default();
        sums.items += 1;
        let mut reacted = false;
        for &(signal, count, provenance) in reactions.iter().filter(|(_, count, _)| *count > 0) {
            // What the model gives no weight, such as views, is shown and proves no reaction.
            reacted |= model.rate(channel, signal) > 0.0;
            let count = count.min(REACTIONS_MAX);
            let weight = unit_weight(model, channel, signal, age) * i128::from(count);
            sums.known.insert(signal.number());
            let entry = sums.signals.entry(signal.number()).or_default();
            entry.reactions += count;
            entry.items += 1;
            entry.weight += weight;
            if provenance == Provenance::Uploaded {
                entry.uploaded += weight;
            }
        }
        if reacted {
            let decay = fixed(libm::exp2(-f64::from(age) / model.interval_half_life_days));
            sums.reacted_items += 1;
            sums.decay += decay;
            sums.decay_squares += (decay * decay) >> FRACTION_BITS;
        }
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

    /// The channels with evidence.
    pub fn present(&self) -> Channels {
        self.channels.keys().filter_map(|number| Channel::from_number(*number)).collect()
    }
}
