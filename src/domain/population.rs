//! Standing among others in a topic: how many candidates there are in which bucket. Whole counts,
//! so that leaving leaves no trace; buckets of equal ratio, so that a rank is right to one percent.

use std::collections::BTreeMap;

use super::decay::ONE;
use super::summary::Summary;
use super::time::Day;
use super::topic::{Rules, TopicId, TopicSums};

/// Fewest candidates that a rank is told among: with fewer it would be a rank among acquaintances.
pub const CANDIDATES_MIN: u64 = 100;

/// Most topics that a candidate is counted in.
pub const PLACES_MAX: usize = 500;

/// Natural logarithm of the ratio between buckets, `(1 + α) / (1 − α)` with α = 0.005 (the mapping
/// of `DDSketch`, Masson et al., VLDB 2019).
const BUCKET: f64 = 0.010_000_083_334_583_4;

/// The bucket of those to whose items nobody reacted.
const NOBODY: i32 = i32::MIN;

/// The day that weights are carried to. All fade alike, so they can be compared on any one day,
/// and no count has to change because time passes.
const LANDMARK: Day = Day::from_number(20_000);

/// Where one candidate stands in one topic.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct Place {
    /// The topic.
    pub topic: TopicId,
    /// The day of the youngest item about it, as days since 1970-01-01.
    pub last_day: i32,
    /// The bucket of the decayed reactions.
    pub bucket: i32,
}

/// The bucket of a topic's sums that were decayed to a day.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a bucket needs no more digits, and is far below 2^31"
)]
pub fn bucket(rules: &Rules, sums: &TopicSums, day: Day) -> i32 {
    if sums.weight <= 0 {
        return NOBODY;
    }
    let days = f64::from(day.number() - LANDMARK.number());
    let carried = days / rules.half_life_days * std::f64::consts::LN_2;
    libm::floor((libm::log(sums.weight as f64 / ONE) + carried) / BUCKET) as i32
}

/// Where a candidate stands: one place for each topic she has an item about.
pub fn places(rules: &Rules, summary: &Summary) -> Vec<Place> {
    let day = Day::from_number(summary.day);
    let mut topics: Vec<_> = summary.topics(rules).into_iter().collect();
    topics.retain(|(_, sums)| sums.last.is_some());
    topics.sort_by_key(|(id, sums)| (std::cmp::Reverse(sums.received), *id));
    let place = |(topic, sums): &(TopicId, TopicSums)| {
        Some(Place { topic: *topic, last_day: sums.last?, bucket: bucket(rules, sums, day) })
    };
    topics.iter().take(PLACES_MAX).filter_map(place).collect()
}

/// How many candidates stand where, with an item about the topic in the window before a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    /// The day.
    pub as_of: Day,
    topics: BTreeMap<TopicId, BTreeMap<i32, u64>>,
}

/// A rank among others. Never rounded in her favor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// In the top so many thousandths.
    pub top_permille: u16,
    /// The best rank she can have, from 1.
    pub best: u64,
    /// The worst rank she can have: whoever shares her bucket is taken to stand before her.
    pub worst: u64,
    /// Candidates that are counted.
    pub candidates: u64,
}

impl Population {
    /// Nobody yet.
    pub const fn new(as_of: Day) -> Self {
        Self { as_of, topics: BTreeMap::new() }
    }

    /// Adds candidates at a place, unless their youngest item is too old.
    pub fn add(&mut self, rules: &Rules, place: Place, candidates: u64) {
        if self.as_of.since(Day::from_number(place.last_day)) < rules.window_days {
            *self.topics.entry(place.topic).or_default().entry(place.bucket).or_default() +=
                candidates;
        }
    }

    /// The rank of a bucket in a topic; `None` where too few are counted, or nobody stands as high.
    pub fn rank(&self, topic: TopicId, bucket: i32) -> Option<Rank> {
        let buckets = self.topics.get(&topic)?;
        let candidates: u64 = buckets.values().sum();
        let as_high: u64 = buckets.range(bucket..).map(|(_, n)| n).sum();
        if candidates < CANDIDATES_MIN || as_high == 0 {
            return None;
        }
        let same = buckets.get(&bucket).copied().unwrap_or(0);
        let permille = (as_high * 1_000).div_ceil(candidates);
        Some(Rank {
            top_permille: u16::try_from(permille).unwrap_or(1_000),
            best: as_high - same + 1,
            worst: as_high.max(as_high - same + 1),
            candidates,
        })
    }
}

#[cfg(test)]
#[path = "population_tests.rs"]
mod tests;
