//! The explanation as one document: what scoring returned, written down so that a stranger can
//! compute it again with nothing but the model file. `verify` does exactly that.

use std::collections::BTreeMap;

use super::evidence::{Channel, Signal};
use super::ids::Handle;
use super::item::ItemKind;
use super::model::Model;
use super::scope::Channels;
use super::summary::Summary;
use super::time::Day;

use self::build::Parts;

mod build;
mod items;
mod lines;
mod read;

pub use read::Meaningless;

pub use lines::{
    ChannelLines, CounterfactualLines, Document, DoubtLines, ForecastLines, ItemLines,
    ItemReactionLines, KindLines, OtherLines, ReasonLines, ReferenceLines, ScoreLines, SignalLines,
};

/// The most items that are listed one by one for each channel; the rest is one line a signal.
/// Chosen so that an answer with sixteen channels stays below what gRPC clients take by default.
pub const TOP_ITEMS: usize = 100;

/// The most reasons that are named.
pub const REASONS: usize = 4;

/// One item with what others did to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemEvidence {
    /// The network's id.
    pub id: String,
    /// What it is.
    pub kind: ItemKind,
    /// The UTC day it was published.
    pub posted: Day,
    /// Reactions, by signal; none of them zero.
    pub reactions: Vec<(Signal, u64)>,
    /// The beginning of its text.
    pub excerpt: String,
    /// Where it can be seen.
    pub url: String,
}

/// The items with a reaction of each channel; empty when they are not to be shown.
pub type Items = BTreeMap<Channel, Vec<ItemEvidence>>;

/// What is to be explained.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The candidate as the reader knows her; `None` for herself.
    pub candidate: Option<Handle>,
    /// The revision's number.
    pub revision: i64,
    /// The evidence, restricted to the channels.
    pub summary: &'a Summary,
    /// The UTC day of the score.
    pub day: Day,
    /// The channels the score is computed from.
    pub channels: Channels,
}

/// What every item of a channel contributed, the largest first: the same as the listed ones of the
/// explanation, and all the others.
pub fn items_of(
    model: &Model,
    subject: &Subject<'_>,
    items: &Items,
    channel: Channel,
) -> Vec<ItemLines> {
    let parts = Parts::new(model, subject);
    let own = items.get(&channel).map(Vec::as_slice).unwrap_or_default();
    let list = items::all(model, subject, (&parts, channel), own);
    build::items(&parts, channel, &list)
}

impl Document {
    /// Explains a score. Without `items` the document stops at signals.
    pub fn new(model: &Model, subject: &Subject<'_>, items: &Items) -> Self {
        let parts = Parts::new(model, subject);
        let lists = items::lists(model, subject, &parts, items);
        build::document(model, subject, &parts, &lists)
    }

    /// The bytes that are released: JSON, one value a line. The last line's digest covers every
    /// other byte.
    pub fn render(&self) -> Vec<u8> {
        sealed(&Self { digest: "0".repeat(64), ..self.clone() })
    }

    /// Reads a document.
    pub fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// Computes everything again from the document's own evidence; fails when a word or number in
    /// it has no meaning.
    pub fn recompute(&self, model: &Model) -> Result<Self, Meaningless> {
        read::recompute(self, model)
    }
}

/// A document with 64 zeros for a digest as JSON, one value a line, with the digest in their place.
pub(super) fn sealed(blank: &impl serde::Serialize) -> Vec<u8> {
    // Strings, integers and lists only: there is nothing that JSON could refuse.
    let mut text = serde_json::to_string_pretty(blank).unwrap_or_default() + "\n";
    let digest = sha256_hex(text.as_bytes());
    let at = text.rfind(&"0".repeat(64)).unwrap_or(text.len());
    text.replace_range(at..(at + 64).min(text.len()), &digest);
    text.into_bytes()
}

fn sha256_hex(bytes: &[u8]) -> String {
    super::model::Digest::from_bytes(crate::crypto::sha256(bytes)).to_string()
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
