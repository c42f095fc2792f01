//! What a look-up may show, and what comes of it.

use std::sync::Arc;

use super::ids::{ConsentId, Handle};
use super::model::Model;
use super::population::{Population, Rank, bucket};
use super::scope::Fields;
use super::score::Verdict;
use super::score_name::ScoreName;
use super::summary::Summary;
use super::time::Day;
use super::topic::{Rules, Standing, TopicId, TopicSums};

/// A score with its name and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedScore {
    /// What it was computed from.
    pub name: ScoreName,
    /// What the evidence says.
    pub verdict: Verdict,
    /// Share of the evidence that was uploaded, in thousandths.
    pub uploaded_permille: u16,
    /// The model it was computed with.
    pub model: Arc<Model>,
}

/// What a candidate's items show of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicProfile {
    /// The topic.
    pub topic: TopicId,
    /// What can be said.
    pub standing: Standing,
    /// Items about it in the year before the evidence's day.
    pub authored: u64,
    /// Well-received ones among them.
    pub received: u64,
    /// Items under which others spoke of it.
    pub heard: u64,
    /// The rank of a claim among others, with the day of the count.
    pub rank: Option<(Rank, Day)>,
}

impl TopicProfile {
    /// What sums show of a topic on a day. Only a claim has a rank.
    pub fn new(
        rules: &Rules,
        (topic, sums): (TopicId, &TopicSums),
        (summed, day): (Day, Day),
        population: &Population,
    ) -> Self {
        let standing = sums.standing(rules, day);
        let claim = standing == Standing::Claim;
        let rank = claim.then(|| population.rank(topic, bucket(rules, sums, summed))).flatten();
        let TopicSums { authored, received, heard, .. } = *sums;
        let rank = rank.map(|rank| (rank, population.as_of));
        Self { topic, standing, authored, received, heard, rank }
    }
}

/// What a summary shows of all its topics on a day: claims first, then by well-received items.
pub fn topic_profiles(
    rules: &Rules,
    summary: &Summary,
    day: Day,
    population: &Population,
) -> Vec<TopicProfile> {
    let summed = Day::from_number(summary.day);
    let topics = summary.topics(rules);
    let profile = |(id, sums): (&TopicId, &TopicSums)| {
        TopicProfile::new(rules, (*id, sums), (summed, day), population)
    };
    let mut profiles: Vec<_> = topics.iter().map(profile).collect();
    profiles.sort_by_key(|p| (p.standing, std::cmp::Reverse((p.received, p.authored)), p.topic));
    profiles
}

/// The part of a profile that a permit opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The candidate as the organization knows her.
    pub handle: Handle,
    /// The parts shown.
    pub fields: Fields,
    /// The score, when it is among them.
    pub score: Option<NamedScore>,
    /// The claims, when topics are among them.
    pub topics: Vec<TopicProfile>,
    /// The consent relied on.
    pub consent: ConsentId,
    /// Its version.
    pub consent_version: i64,
}

/// What comes of asking. A refusal is a value that is recorded, not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// Shown.
    Shown(T),
    /// Not shown. No reason: every reason would tell something (promise P5).
    Refused,
}
