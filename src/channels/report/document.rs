//! A report as JSON: one form for all channels, which `glasklar inspect --json` prints.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Report, Skip};
use crate::domain::evidence::Signal;

/// What one export contained. Numbers that the export does not tell are `null` or absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    /// The network's word.
    pub channel: &'static str,
    /// The generation of the format, in words.
    pub layout: &'static str,
    /// Whose export it is.
    pub subject: Subject,
    /// Items by what they are.
    pub items: BTreeMap<&'static str, u64>,
    /// Reactions by others, for each signal of this network; `null` where the export cannot know.
    pub received: BTreeMap<&'static str, Option<u64>>,
    /// The people around the account.
    pub audience: BTreeMap<&'static str, u64>,
    /// What the candidate did that is no evidence.
    pub activity: BTreeMap<&'static str, u64>,
    /// First and last publication, RFC 3339.
    pub period: Option<Span>,
    /// How many items carry each tag.
    pub topics_named: BTreeMap<String, u64>,
    /// How many items are in each language.
    pub languages: BTreeMap<String, u64>,
    /// Items whose impossible date was replaced by the true one.
    pub dates_recovered: u64,
    /// What was left out.
    pub skipped: Vec<LeftOut>,
    /// What the candidate should know, in plain words.
    pub warnings: Vec<String>,
}

/// Whose export it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// The network's id, if the export has one.
    pub id: Option<String>,
    /// The name in links.
    pub handle: String,
    /// The display name.
    pub name: Option<String>,
    /// When the account was opened, RFC 3339.
    pub created: Option<String>,
}

/// A period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first instant.
    pub first: String,
    /// The last instant.
    pub last: String,
}

/// A reason for leaving something out, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The reason's word.
    pub reason: &'static str,
    /// How many.
    pub count: u64,
}

impl Report {
    /// The report as it is printed.
    pub fn document(&self) -> Document {
        let received = |signal: &Signal| (signal.word(), self.received.of(*signal));
        let left_out =
            |(reason, count): (&Skip, &u64)| LeftOut { reason: reason.word(), count: *count };
        Document {
            channel: self.channel.word(),
            layout: self.layout,
            subject: Subject {
                id: self.account.id.clone(),
                handle: self.account.handle.clone(),
                name: self.account.name.clone(),
                created: self.account_created.map(|at| at.to_string()),
            },
            items: self.items.iter().map(|(kind, count)| (kind.word(), *count)).collect(),
            received: self.channel.signals().iter().map(received).collect(),
            audience: self.audience.iter().map(|(who, count)| (who.word(), *count)).collect(),
            activity: self.activity.clone(),
            period: self.period.map(|period| Span {
                first: period.first.to_string(),
                last: period.last.to_string(),
            }),
            topics_named: self.topics_named.clone(),
            languages: self.languages.clone(),
            dates_recovered: self.dates_recovered,
            skipped: self.skipped.iter().map(left_out).collect(),
            warnings: self.warnings.clone(),
        }
    }
}
