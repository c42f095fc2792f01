//! The explanation as one document: what scoring returned, written down so that a stranger can
//! compute it again with nothing but the model file. `verify` does exactly that.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::evidence::{Channel, Signal};
use super::ids::Handle;
use super::model::Model;
use super::scope::Channels;
use super::score::Points;
use super::summary::Summary;
use super::time::Day;

mod build;
mod read;

/// The most items that are listed one by one for each signal of each channel; the rest is one
/// line. Chosen so that the largest document stays below a megabyte.
pub const TOP_ITEMS: usize = 250;

const FORMAT: &str = "glasklar explanation 1";

/// One item behind one signal of one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemEvidence {
    /// The network's id.
    pub id: String,
    /// The UTC day it was published.
    pub posted: Day,
    /// Reactions through this signal.
    pub reactions: u64,
    /// The beginning of its text.
    pub excerpt: String,
    /// Where it can be seen.
    pub url: String,
}

/// The items behind each channel and signal; empty when they are not to be shown.
pub type Items = BTreeMap<(Channel, Signal), Vec<ItemEvidence>>;

/// An explanation, as released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    format: String,
    /// The score that is explained.
    pub score: ScoreLines,
    /// The baseline, in millionths of a point; zero when there is no score.
    pub baseline_micropoints: Points,
    /// The channels.
    pub channels: Vec<ChannelLines>,
    digest: String,
}

/// The score and what it was computed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreLines {
    /// `candidates/{candidate}/scores/{score}`.
    pub name: String,
    /// `SCORED` or `INSUFFICIENT_EVIDENCE`.
    pub state: String,
    /// The score in millionths of a point; zero when there is none.
    pub micropoints: Points,
    /// Lower end of the interval.
    pub low_micropoints: Points,
    /// Upper end of the interval.
    pub high_micropoints: Points,
    /// The UTC day the score is for.
    pub as_of: String,
    /// The revision of the evidence.
    pub revision: i64,
    /// The UTC day that the ages of items were counted to.
    pub revision_day: String,
    /// The model's version.
    pub model: String,
    /// SHA-256 of the model file.
    pub model_digest: String,
    /// The channels it was computed from.
    pub channels: Vec<String>,
    /// Share of the evidence that was uploaded, in thousandths.
    pub uploaded_permille: u16,
}

/// What one channel contributed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelLines {
    /// The channel.
    pub channel: String,
    /// Its contribution.
    pub micropoints: Points,
    /// The state of the score without this channel.
    pub without_state: String,
    /// The score without this channel; zero when there is none.
    pub without_micropoints: Points,
    /// Items published.
    pub items: u64,
    /// Items with a reaction.
    pub reacted_items: u64,
    /// Signals of this network that the evidence does not tell. Nothing is subtracted for them.
    pub missing: Vec<String>,
    /// Sum of decays, fixed point with 32 fractional bits.
    pub decay: String,
    /// Sum of squared decays, fixed point with 32 fractional bits.
    pub decay_squares: String,
    /// The signals.
    pub signals: Vec<SignalLines>,
}

/// What one signal contributed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalLines {
    /// The signal.
    pub signal: String,
    /// The kind of reaction.
    pub kind: String,
    /// Its contribution.
    pub micropoints: Points,
    /// Reactions, not decayed.
    pub reactions: u64,
    /// Items that received one.
    pub items: u64,
    /// Sum of decayed weights, fixed point with 32 fractional bits.
    pub weight: String,
    /// The uploaded part of the weight.
    pub uploaded: String,
    /// The items with the largest contributions.
    pub top_items: Vec<ItemLines>,
    /// All other items, when items are shown and there are more.
    pub other_items: Option<OtherLines>,
}

/// What one item contributed through one signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemLines {
    /// The network's id.
    pub item: String,
    /// The UTC day it was published.
    pub posted: String,
    /// Reactions through this signal.
    pub reactions: u64,
    /// Decayed weight, fixed point with 32 fractional bits.
    pub weight: String,
    /// Its contribution.
    pub micropoints: Points,
    /// The beginning of its text.
    pub excerpt: String,
    /// Where it can be seen.
    pub url: String,
}

/// The items that are not listed one by one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherLines {
    /// How many.
    pub items: u64,
    /// Their reactions.
    pub reactions: u64,
    /// Their weight.
    pub weight: String,
    /// Their contribution.
    pub micropoints: Points,
}

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

impl Document {
    /// Explains a score. Without `items` the document stops at signals.
    pub fn new(model: &Model, subject: &Subject<'_>, items: &Items) -> Self {
        build::document(model, subject, &build::lists(model, subject, items))
    }

    /// The bytes that are released: JSON, one value a line. The last line's digest covers every
    /// other byte.
    pub fn render(&self) -> Vec<u8> {
        let blank = Self { digest: "0".repeat(64), ..self.clone() };
        let mut text = pretty(&blank);
        let digest = sha256_hex(text.as_bytes());
        let at = text.rfind(&blank.digest).unwrap_or(text.len());
        text.replace_range(at..(at + 64).min(text.len()), &digest);
        text.into_bytes()
    }

    /// Reads a document.
    pub fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// Computes everything again from the document's own evidence; `None` when a word or number
    /// in it has no meaning.
    pub fn recompute(&self, model: &Model) -> Option<Self> {
        read::recompute(self, model)
    }
}

fn pretty(document: &Document) -> String {
    // Strings, integers and lists only: there is nothing that JSON could refuse.
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
}

fn sha256_hex(bytes: &[u8]) -> String {
    super::model::Digest::from_bytes(crate::crypto::sha256(bytes)).to_string()
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
