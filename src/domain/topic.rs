//! Topics: their ids, what a channel's items show of one, and when that is a claim. Which topics
//! an item is about is found in `topics`; nothing here reads texts.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::decimal;
use super::time::Day;

/// Most topics kept of one channel: those with the most well-received items.
pub const TOPICS_MAX: usize = 200;

/// A topic: the number of the Wikidata item that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TopicId(u32);

impl TopicId {
    /// From the number of a Wikidata item.
    pub const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// The number of the Wikidata item.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for TopicId {
    /// As Wikidata writes it: `Q13166`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Q{}", self.0)
    }
}

impl std::str::FromStr for TopicId {
    type Err = ();

    /// Reads `Q13166` and no other spelling of it.
    fn from_str(text: &str) -> Result<Self, ()> {
        let id =
            text.strip_prefix('Q').and_then(|digits| digits.parse().ok()).map(Self).ok_or(())?;
        if id.0 > 0 && id.to_string() == text { Ok(id) } else { Err(()) }
    }
}

/// A topic found in a text, and what in it said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// The topic.
    pub topic: TopicId,
    /// What said so, each with the word of its kind: `word`, `hashtag`, `tag` or `link`.
    pub causes: Vec<(String, String)>,
}

/// The topics of one item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemTopics {
    /// What it is about, by the candidate's own words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<Mention>,
    /// What others spoke of under it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heard: Vec<Mention>,
}

impl ItemTopics {
    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.about.is_empty() && self.heard.is_empty()
    }
}

/// What makes a topic a claim. Part of the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Well-received items for a claim.
    pub claim_items: usize,
    /// Well-received items for an emerging topic.
    pub emerging_items: usize,
    /// Days that the items of a claim were published on.
    pub claim_days: usize,
    /// Days that count, back from the day of the score.
    pub window_days: u32,
    /// Days in which an item loses half its say in the standing among others.
    pub half_life_days: f64,
}

/// What one channel shows of one topic. Well-received is an item with at least one reaction by
/// somebody else that the model gives weight.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicSums {
    /// Items about it that the candidate published in the window before the revision's day.
    pub authored: u64,
    /// Well-received ones among them.
    pub received: u64,
    /// Items under which others spoke of it in that window. Never makes a claim (promise P9).
    pub heard: u64,
    /// Days of the youngest well-received items, youngest first, as days since 1970-01-01: as many
    /// as decide a claim on this and every later day.
    pub days: Vec<i32>,
    /// The day of the youngest item about it, well-received or not.
    pub last: Option<i32>,
    /// Decayed reactions to the items about it, fixed point.
    #[serde(with = "decimal")]
    pub weight: i128,
}

/// What can be said of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Enough well-received items of her own.
    Claim,
    /// Almost enough.
    Emerging,
    /// Too little to say anything of the candidate, but others speak of it under her items.
    AudienceInterest,
    /// Too little to say anything.
    Nothing,
}

impl TopicSums {
    /// Adds an item that the candidate published about the topic. `weight` is that of its
    /// reactions, decayed; zero when nobody reacted.
    pub fn author(&mut self, rules: &Rules, today: Day, posted: Day, weight: i128) {
        let received = weight > 0;
        if today.since(posted) < rules.window_days {
            self.authored += 1;
            self.received += u64::from(received);
        }
        self.last = self.last.max(Some(posted.number()));
        self.weight += weight;
        if received {
            self.days.push(posted.number());
            self.shorten(rules);
        }
    }

    /// Adds an item of the candidate's under which others spoke of the topic.
    pub fn hear(&mut self, rules: &Rules, today: Day, posted: Day) {
        self.heard += u64::from(today.since(posted) < rules.window_days);
    }

    /// The same topic with the items of another channel too.
    #[must_use]
    pub fn with(mut self, rules: &Rules, other: &Self) -> Self {
        self.authored += other.authored;
        self.received += other.received;
        self.heard += other.heard;
        self.last = self.last.max(other.last);
        self.weight += other.weight;
        self.days.extend(&other.days);
        self.shorten(rules);
        self
    }

    /// Keeps as many of the youngest days as a claim needs items, and as many of the youngest
    /// different days as it needs days: however the window moves, both counts stay right.
    fn shorten(&mut self, rules: &Rules) {
        self.days.sort_unstable_by(|a, b| b.cmp(a));
        let (mut at, mut different, mut last) = (0, 0, None);
        self.days.retain(|day| {
            let new = last != Some(*day);
            last = Some(*day);
            different += usize::from(new);
            at += 1;
            at <= rules.claim_items || (new && different <= rules.claim_days)
        });
    }

    /// What can be said of the topic on a day that is not before the revision's.
    pub fn standing(&self, rules: &Rules, day: Day) -> Standing {
        let recent = |of: &&i32| day.since(Day::from_number(**of)) < rules.window_days;
        let mut days: Vec<i32> = self.days.iter().filter(recent).copied().collect();
        let items = days.len();
        days.dedup();
        if items >= rules.claim_items && days.len() >= rules.claim_days {
            Standing::Claim
        } else if items >= rules.emerging_items {
            Standing::Emerging
        } else if self.heard > 0 {
            Standing::AudienceInterest
        } else {
            Standing::Nothing
        }
    }
}

/// Drops topics beyond [`TOPICS_MAX`]: those with the fewest well-received items first.
pub fn keep_most(topics: &mut BTreeMap<TopicId, TopicSums>) {
    if topics.len() <= TOPICS_MAX {
        return;
    }
    let mut order: Vec<_> = topics
        .iter()
        .map(|(id, sums)| (sums.received, sums.authored, sums.heard, std::cmp::Reverse(*id)))
        .collect();
    order.sort_unstable_by(|a, b| b.cmp(a));
    for (.., std::cmp::Reverse(id)) in order.into_iter().skip(TOPICS_MAX) {
        topics.remove(&id);
    }
}

#[cfg(test)]
#[path = "topic_tests.rs"]
mod tests;
