//! The lines of an explanation, in the order in which they are written.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::domain::decimal;
use crate::domain::score::Points;
use crate::domain::time::Day;

/// A word of the domain.
type Word = Cow<'static, str>;

pub(super) const FORMAT: &str = "glasklar explanation 1";

/// An explanation, as released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub(super) format: String,
    /// The score that is explained.
    pub score: ScoreLines,
    /// The population that the scale was solved on.
    pub reference: ReferenceLines,
    /// The baseline, in millionths of a point; zero when there is no score.
    pub baseline_micropoints: Points,
    /// The kinds of reactions. With the baseline they add up to the score, as the channels do.
    pub kinds: Vec<KindLines>,
    /// The channels.
    pub channels: Vec<ChannelLines>,
    /// The largest contributions of one kind of reaction on one channel, largest first.
    pub reasons: Vec<ReasonLines>,
    /// What would have to be different.
    pub counterfactual: CounterfactualLines,
    /// The score without new activity.
    pub forecast: Vec<ForecastLines>,
    /// What makes the evidence doubtful.
    pub doubts: Vec<DoubtLines>,
    pub(super) digest: String,
}

/// The score and what it was computed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreLines {
    /// `candidates/{candidate}/scores/{score}`.
    pub name: String,
    /// `SCORED` or `INSUFFICIENT_EVIDENCE`.
    pub state: Word,
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
    pub channels: Vec<Word>,
    /// Share of the evidence that was uploaded, in thousandths.
    pub uploaded_permille: u16,
}

/// The population that the scale was solved on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceLines {
    /// What it is, in a sentence of the model.
    pub sample: String,
    /// SHA-256 of its file; empty when there is none.
    pub sha256: String,
}

/// What one kind of reaction contributed over all channels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindLines {
    /// The kind.
    pub kind: Word,
    /// Its contribution.
    pub micropoints: Points,
}

/// What one channel contributed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelLines {
    /// The channel.
    pub channel: Word,
    /// Its contribution.
    pub micropoints: Points,
    /// The state of the score without this channel.
    pub without_state: Word,
    /// The score without this channel; zero when there is none.
    pub without_micropoints: Points,
    /// Items published.
    pub items_published: u64,
    /// Items with a reaction.
    pub reacted_items: u64,
    /// Signals of this network that the evidence does not tell. Nothing is subtracted for them.
    pub missing: Vec<Word>,
    /// Sum of decays, fixed point with 32 fractional bits.
    #[serde(with = "decimal")]
    pub decay: i128,
    /// Sum of squared decays, fixed point with 32 fractional bits.
    #[serde(with = "decimal")]
    pub decay_squares: i128,
    /// Weight of the item with the largest.
    #[serde(with = "decimal")]
    pub peak_item: i128,
    /// Weight of the items of the day with the largest.
    #[serde(with = "decimal")]
    pub peak_day: i128,
    /// Items of which an upload claimed more than the network itself told.
    pub contradicted: u64,
    /// The signals.
    pub signals: Vec<SignalLines>,
    /// The items with the largest contributions, largest first.
    pub items: Vec<ItemLines>,
}

/// What one signal contributed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalLines {
    /// The signal.
    pub signal: Word,
    /// The kind of reaction.
    pub kind: Word,
    /// Its contribution.
    pub micropoints: Points,
    /// Reactions, not decayed.
    pub reactions: u64,
    /// Items that received one.
    pub items: u64,
    /// Sum of decayed weights, fixed point with 32 fractional bits.
    #[serde(with = "decimal")]
    pub weight: i128,
    /// The uploaded part of the weight.
    #[serde(with = "decimal")]
    pub uploaded: i128,
    /// The part of the items that are not listed one by one, when items are shown and there are
    /// more.
    pub other_items: Option<OtherLines>,
}

/// What one item contributed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemLines {
    /// The network's id.
    pub item: String,
    /// What it is, such as `answer`.
    pub item_kind: Word,
    /// The UTC day it was published.
    pub posted: Day,
    /// Its contribution.
    pub micropoints: Points,
    /// The same by signal.
    pub reactions: Vec<ItemReactionLines>,
    /// The beginning of its text.
    pub excerpt: String,
    /// Where it can be seen.
    pub url: String,
}

/// What one item contributed through one signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemReactionLines {
    /// The signal.
    pub signal: Word,
    /// Reactions through this signal.
    pub reactions: u64,
    /// Decayed weight, fixed point with 32 fractional bits.
    #[serde(with = "decimal")]
    pub weight: i128,
    /// Its contribution.
    pub micropoints: Points,
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
    #[serde(with = "decimal")]
    pub weight: i128,
    /// Their contribution.
    pub micropoints: Points,
}

/// One of the largest contributions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonLines {
    /// The channel.
    pub channel: Word,
    /// The kind of reaction.
    pub kind: Word,
    /// Their contribution.
    pub micropoints: Points,
}

/// What would have to be different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CounterfactualLines {
    /// `MORE_REACTIONS` of today of a kind, and the score then; or, where there is no score,
    /// `MORE_ITEMS` with a reaction or `RECENT_REACTIONS` that are missing for one.
    pub condition: Word,
    /// How many.
    pub count: u64,
    /// Of which kind; empty when it does not matter.
    pub kind: Word,
    /// The score then; zero when only a score is missing.
    pub micropoints: Points,
}

/// The score without new activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForecastLines {
    /// The UTC day.
    pub date: String,
    /// `SCORED` or `INSUFFICIENT_EVIDENCE`.
    pub state: Word,
    /// The score; zero when there is none.
    pub micropoints: Points,
}

/// What makes the evidence doubtful. It lowers nothing; it is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoubtLines {
    /// The channel.
    pub channel: Word,
    /// `ONE_ITEM` or `ONE_DAY` carries more than half of the channel's weight; or the network
    /// `CONTRADICTED` what an upload claims.
    pub doubt: Word,
}
