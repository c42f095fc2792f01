//! A report as JSON: one form for all channels, which `glasklar inspect --json` prints, and the
//! JSON Schema of it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Report, Skip};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::ItemKind;
use crate::domain::time::Timestamp;

/// What one export contained. Every key is always there. Numbers that the export does not tell
/// are `null` or absent.
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
        let left_out =
            |(reason, count): (&Skip, &u64)| LeftOut { reason: reason.word(), count: *count };
        Document {
            channel: self.channel.word(),
            layout: self.layout,
            subject: Subject {
                id: self.account.id.clone(),
                handle: self.account.handle.clone(),
                name: self.account.name.clone(),
                created: self.account_created.map(instant),
            },
            items: self.items.iter().map(|(kind, count)| (kind.word(), *count)).collect(),
            received: self.signals().map(|(signal, count)| (signal.word(), count)).collect(),
            audience: self.audience.iter().map(|(who, count)| (who.word(), *count)).collect(),
            activity: self.activity.clone(),
            period: self
                .period
                .map(|period| Span { first: instant(period.first), last: instant(period.last) }),
            topics_named: self.topics_named.clone(),
            languages: self.languages.clone(),
            dates_recovered: self.dates_recovered,
            skipped: self.skipped.iter().map(left_out).collect(),
            warnings: self.warnings.clone(),
        }
    }

    /// What the network counts with the sums that the export tells, `None` where it does not, in
    /// the fixed order of signals.
    pub fn signals(&self) -> impl Iterator<Item = (Signal, Option<u64>)> {
        let of = |signal| (signal, self.received.of(signal));
        let shown = |(signal, count): &(Signal, Option<u64>)| {
            count.is_some() || self.channel.signals().contains(signal)
        };
        Signal::ALL.into_iter().map(of).filter(shown)
    }
}

/// RFC 3339 in UTC, with a fraction only where there is one.
fn instant(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.micros())
        .map_or_else(|_| at.to_string(), |instant| instant.to_string())
}

/// The JSON Schema (2020-12) of [`Document`].
pub fn schema() -> Value {
    let text = json!({ "type": "string" });
    let unsure = json!({ "type": ["string", "null"] });
    let moment = json!({ "type": "string", "format": "date-time" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let unsure_count = json!({ "type": ["integer", "null"], "minimum": 0 });
    let words = |about: &str, words: Vec<&str>, value: &Value| {
        json!({
            "description": about, "type": "object", "propertyNames": { "enum": words },
            "additionalProperties": value,
        })
    };
    let free = |about: &str| json!({ "description": about, "type": "object", "additionalProperties": count });
    // New reasons and words come with new channels, and are no reason to refuse a document.
    let word = json!({ "type": "string", "pattern": "^[a-z]+(_[a-z]+)*$" });
    let counts = |about: &str| {
        json!({
            "description": about, "type": "object", "propertyNames": word,
            "additionalProperties": count,
        })
    };
    let object = |about: &str, kind: Value, properties: Value| {
        let keys: Vec<_> = properties.as_object().into_iter().flat_map(|map| map.keys()).collect();
        json!({
            "description": about, "type": kind, "required": keys, "properties": properties,
            "additionalProperties": false,
        })
    };
    let created = json!({ "type": ["string", "null"], "format": "date-time" });
    let subject = json!({ "id": unsure, "handle": text, "name": unsure, "created": created });
    let skipped = object("One reason.", "object".into(), json!({ "reason": word, "count": count }));
    let kinds = ItemKind::ALL.map(ItemKind::word).to_vec();
    let signals = Signal::ALL.map(Signal::word).to_vec();
    let span = json!({ "first": moment, "last": moment });
    let mut schema = object(
        "What an export of a network contains, as glasklar reads it.",
        "object".into(),
        json!({
            "channel": {
                "description": "The network.", "enum": Channel::ALL.map(Channel::word),
            },
            "layout": { "description": "The generation of the format.", "type": "string" },
            "subject": object(
                "Whose export it is; id is null where nothing in it is this account's alone.",
                "object".into(), subject),
            "items": words("Items that count as evidence, by what they are.", kinds, &count),
            "received": words(
                "Reactions by others to these; null where the export cannot know.", signals,
                &unsure_count),
            "audience": counts("People around the account; worth nothing."),
            "activity": counts("What the subject did that is no evidence."),
            "period": object(
                "First and last publication; null without items.", json!(["object", "null"]), span),
            "topics_named": free("How many items carry each tag."),
            "languages": free("How many items are in each language (primary subtag of BCP 47)."),
            "skipped": {
                "description": "What was left out, and why.", "type": "array", "items": skipped,
            },
            "dates_recovered": {
                "description": "Items whose impossible date was replaced by the true one.",
                "type": "integer", "minimum": 0,
            },
            "warnings": {
                "description": "What the subject should know, in plain words.",
                "type": "array", "items": text,
            },
        }),
    );
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "glasklar inspect".into();
    schema
}
