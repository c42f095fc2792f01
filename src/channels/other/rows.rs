//! The rows of the format, from JSON and from a table.

use serde::Deserialize;

use super::super::csv::Record;
use super::super::json::{Count, Fields, List, Objects, Text};
use super::signals;
use crate::domain::evidence::Signal;

/// Columns without which a table is none of this format.
pub(super) const COLUMNS: [&str; 5] = ["network", "account", "id", "kind", "posted_at"];

/// What the file says about itself.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Header {
    /// The network's name.
    pub(super) network: Text,
    account: Objects<AccountRow>,
    /// When the file was made.
    pub(super) exported_at: Text,
    /// People around the account, by the words of reports.
    pub(super) audience: Fields<Count>,
    /// What the candidate did, by the words of reports.
    pub(super) activity: Fields<Count>,
}

/// Whose items they are.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct AccountRow {
    /// The network's own id.
    pub(super) id: Text,
    /// The name in links.
    pub(super) handle: Text,
    /// The name people see.
    pub(super) name: Text,
    /// When the account was opened.
    pub(super) created_at: Text,
}

impl Header {
    /// Whose items they are.
    pub(super) fn account(&self) -> Option<&AccountRow> {
        self.account.first()
    }
}

/// One item.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Row {
    /// The network's own id.
    pub(super) id: Text,
    /// A word of [`crate::domain::item::ItemKind`].
    pub(super) kind: Text,
    /// RFC 3339.
    pub(super) posted_at: Text,
    /// `public`, or anything else.
    pub(super) visibility: Text,
    /// Plain text.
    pub(super) text: Text,
    /// Tags, with or without `#`.
    pub(super) tags: List<Text>,
    /// A tag of BCP 47.
    pub(super) language: Text,
    /// Where it can be seen.
    pub(super) url: Text,
    #[serde(rename = "reactions")]
    counts: Fields<Count>,
}

impl Row {
    /// The counts that are told, each once.
    pub(super) fn reactions(&self) -> Vec<(Signal, u64)> {
        let of = |signal: Signal| {
            let mut named = self.counts.iter().filter(move |(name, _)| *name == signal.word());
            Some((signal, named.find_map(|(_, count)| count.0)?))
        };
        signals().iter().filter_map(|signal| of(*signal)).collect()
    }
}

/// The network and account of a row of a table.
pub(super) fn header(record: &Record<'_>) -> Header {
    let handle = Text(record.get(&["account"]));
    let account = AccountRow { id: Text(None), handle, name: Text(None), created_at: Text(None) };
    Header {
        network: Text(record.get(&["network"])),
        account: Objects::from(account),
        ..Header::default()
    }
}

/// A row of a table.
pub(super) fn row(record: &Record<'_>) -> Row {
    let text = |column: &str| Text(record.get(&[column]));
    let tags = record.get(&["tags"]).unwrap_or_default();
    let tags = tags.split(';').map(|tag| Text(Some(tag.trim().to_owned())));
    let counts = signals().iter().filter_map(|signal| {
        let count = record.get(&[signal.word()])?.parse().ok()?;
        Some((signal.word().to_owned(), Count(Some(count))))
    });
    Row {
        id: text("id"),
        kind: text("kind"),
        posted_at: text("posted_at"),
        visibility: text("visibility"),
        text: text("text"),
        tags: List(tags.collect()),
        language: text("language"),
        url: text("url"),
        counts: counts.collect(),
    }
}
