//! What an import tells besides the items: whose account it was, what was counted, what was left
//! out and why, what the export does not contain. No texts of items here.

mod document;
mod outlet;
mod skip;

use std::collections::BTreeMap;

pub use self::document::{Document, LeftOut, Span, Subject, schema};
pub(super) use self::outlet::Outlet;
pub use self::skip::Skip;
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Account, ItemKind};
use crate::domain::time::Timestamp;

/// What one export contained. Every number that the export does not tell is absent, never zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The network.
    pub channel: Channel,
    /// The generation of the format, in words such as "2022 and later".
    pub layout: &'static str,
    /// Whose export it is.
    pub account: Account,
    /// When the account was opened, if the export says so.
    pub account_created: Option<Timestamp>,
    /// When the network made the export, if it says so.
    pub exported_at: Option<Timestamp>,
    /// The items that were handed out, by what they are.
    pub items: BTreeMap<ItemKind, u64>,
    /// Items among these whose impossible date was replaced by the true one.
    pub dates_recovered: u64,
    /// What the candidate did that is no evidence (`likes_given`, `reshares_made`), counted so
    /// that she sees that the export was understood.
    pub activity: BTreeMap<&'static str, u64>,
    /// The people around the account. Shown, and worth nothing.
    pub audience: BTreeMap<Audience, u64>,
    /// Reactions by others, summed over the items that were handed out.
    pub received: Received,
    /// First and last publication, over items whose own date is possible.
    pub period: Option<Period>,
    /// How many items carry each tag.
    pub topics_named: BTreeMap<String, u64>,
    /// How many items are in each language.
    pub languages: BTreeMap<String, u64>,
    /// What was left out, and why.
    pub skipped: BTreeMap<Skip, u64>,
    /// What the candidate should know, in plain words.
    pub warnings: Vec<String>,
}

impl Report {
    /// Items that were handed out.
    pub fn total(&self) -> u64 {
        self.items.values().sum()
    }

    /// Adds the report of more of the same account: its later pages. What is said once of the
    /// account stays as the first report has it.
    pub fn absorb(&mut self, more: Self) {
        fn sum<K: Ord>(into: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
            for (key, count) in from {
                let known = into.entry(key).or_default();
                *known = known.saturating_add(count);
            }
        }
        sum(&mut self.items, more.items);
        sum(&mut self.activity, more.activity);
        sum(&mut self.topics_named, more.topics_named);
        sum(&mut self.languages, more.languages);
        sum(&mut self.skipped, more.skipped);
        self.dates_recovered = self.dates_recovered.saturating_add(more.dates_recovered);
        for signal in Signal::ALL {
            if let Some(count) = more.received.of(signal) {
                self.received.add(signal, count);
            }
        }
        self.period = match (self.period, more.period) {
            (Some(a), Some(b)) => {
                Some(Period { first: a.first.min(b.first), last: a.last.max(b.last) })
            }
            (a, b) => a.or(b),
        };
        for warning in more.warnings {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }

    /// What this export tells about reactions.
    pub fn known(&self) -> impl Iterator<Item = Signal> {
        Signal::ALL.into_iter().filter(|signal| self.received.of(*signal).is_some())
    }

    /// What this network counts and this export does not tell.
    pub fn missing(&self) -> impl Iterator<Item = Signal> {
        let known = |signal: &Signal| self.received.of(*signal).is_none();
        self.channel.signals().iter().copied().filter(known)
    }
}

/// People around an account, as a network counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Accounts that follow or subscribe to the candidate.
    Followers,
    /// Accounts that the candidate follows or subscribes to.
    Following,
    /// Mutual friends or contacts.
    Friends,
    /// Professional connections.
    Connections,
    /// Groups and communities the candidate belongs to.
    Communities,
    /// The number a network gives an account itself (reputation, karma).
    Reputation,
}

impl Audience {
    /// The word used in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Followers => "followers",
            Self::Following => "following",
            Self::Friends => "friends",
            Self::Connections => "connections",
            Self::Communities => "communities",
            Self::Reputation => "reputation",
        }
    }
}

/// Reactions by others, summed. `None` means that the export has no such number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Received([Option<u64>; Signal::ALL.len()]);

impl Received {
    /// The sum for a signal.
    pub fn of(&self, signal: Signal) -> Option<u64> {
        self.0.get(usize::from(signal.number()) - 1).copied().flatten()
    }

    /// Adds one item's count. Saturates: an edited export may claim any number.
    fn add(&mut self, signal: Signal, count: u64) {
        if let Some(sum) = self.0.get_mut(usize::from(signal.number()) - 1) {
            *sum = Some(sum.unwrap_or(0).saturating_add(count));
        }
    }
}

/// The instants of the first and the last publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The earliest.
    pub first: Timestamp,
    /// The latest; not before `first`.
    pub last: Timestamp,
}
