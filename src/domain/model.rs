//! The model: every number a score is made with, read from a file whose digest is its identity.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;

use super::evidence::{Channel, Kind, Signal};
use super::topic;

/// Where a number of the model comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Found from data.
    Fitted,
    /// Decided, for the reason given.
    Chosen,
}

/// SHA-256 of the model file: the model's identity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// From the 32 bytes of a SHA-256.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn bytes(self) -> [u8; 32] {
        self.0
    }

    /// The first 12 hexadecimal digits, as they stand in the names of scores.
    pub fn short(self) -> String {
        self.to_string().chars().take(12).collect()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(data_encoding::HEXLOWER.encode_mut_str(&self.0, &mut [0; 64]))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a model file was refused.
#[derive(Debug, thiserror::Error)]
pub enum InvalidModel {
    /// Not the file's form.
    #[error("the model file cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// A number outside what the formulas allow.
    #[error("the model's {field} is {value}, expected {expected}")]
    Value {
        /// Which number.
        field: String,
        /// What it is.
        value: f64,
        /// What it should be.
        expected: &'static str,
    },
    /// A kind, channel or signal that does not exist, or one that is missing.
    #[error("the model {0}")]
    Name(String),
}

/// Exchange rates by the numbers of channel and signal: looked up for every item.
type Rates = [[f64; Signal::ALL.len() + 1]; Channel::ALL.len() + 1];

/// A model. Its numbers are public because nothing about a score is secret.
#[derive(Clone, Debug)]
pub struct Model {
    /// The version, as in `models/{version}`.
    pub version: String,
    /// SHA-256 of the file.
    pub digest: Digest,
    /// The scale's offset: the baseline is `100 / (1 + exp(-a))`.
    pub a: f64,
    /// The scale's slope.
    pub b: f64,
    /// The interval's half width in units of z for one effective item.
    pub q: f64,
    /// Half-life of an item's say in the interval, in days.
    pub interval_half_life_days: f64,
    /// Fewest items with a reaction by somebody else for a score.
    pub reacted_items_min: u64,
    /// Fewest decayed reactions, pooled over everything, for a score.
    pub pooled_reactions_min: f64,
    /// What makes a topic a claim.
    pub topics: topic::Rules,
    /// The population that the scale is solved on.
    pub reference: Reference,
    /// Weight of each kind, in the order of [`Kind::ALL`].
    pub weights: [f64; 4],
    /// Half-life of each kind in days, in the order of [`Kind::ALL`].
    pub half_lives_days: [f64; 4],
    rates: Rates,
}

impl PartialEq for Model {
    /// The digest is the identity.
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Eq for Model {}

impl Model {
    /// Reads a model file and checks every number against what the formulas allow.
    pub fn parse(text: &str, digest: Digest) -> Result<Self, InvalidModel> {
        let file: File = toml::from_str(text)?;
        let fading = file.interval.half_life_days.half_life("interval.half_life_days")?;
        let least = file.thresholds.pooled_reactions.positive("thresholds.pooled_reactions")?;
        let mut model = Self {
            version: file.version,
            digest,
            a: file.scale.a.value,
            b: file.scale.b.positive("scale.b")?,
            q: file.interval.q.positive("interval.q")?,
            interval_half_life_days: fading,
            reacted_items_min: file.thresholds.reacted_items.count("thresholds.reacted_items")?,
            pooled_reactions_min: least,
            topics: file.topics.rules()?,
            reference: file.reference,
            weights: [0.0; 4],
            half_lives_days: [0.0; 4],
            rates: rates(&file.rate)?,
        };
        if !(-20.0..=20.0).contains(&model.a) {
            return Err(value("scale.a", model.a, "a number from -20 to 20"));
        }
        for kind in Kind::ALL {
            let entry = file.kind.get(kind.word()).ok_or_else(|| missing("kind", kind.word()))?;
            let field = |name: &str| format!("kind.{}.{name}", kind.word());
            model.weights[kind.index()] = entry.weight.non_negative(&field("weight"))?;
            model.half_lives_days[kind.index()] =
                entry.half_life_days.half_life(&field("half_life_days"))?;
        }
        if let Some(unknown) =
            file.kind.keys().find(|word| Kind::ALL.iter().all(|k| k.word() != *word))
        {
            return Err(InvalidModel::Name(format!("names the unknown kind `{unknown}`")));
        }
        Ok(model)
    }

    /// What one reaction of this signal is worth on this channel; zero where the model has none.
    pub fn rate(&self, channel: Channel, signal: Signal) -> f64 {
        self.rates[usize::from(channel.number())][usize::from(signal.number())]
    }

    /// The half-life of a kind in days.
    pub fn half_life_days(&self, kind: Kind) -> f64 {
        self.half_lives_days[kind.index()]
    }
}

fn rates(file: &BTreeMap<String, BTreeMap<String, Number>>) -> Result<Rates, InvalidModel> {
    let mut rates = Rates::default();
    let mut known = BTreeSet::new();
    for (word, signals) in file {
        let channel = Channel::from_word(word)
            .ok_or_else(|| InvalidModel::Name(format!("names the unknown channel `{word}`")))?;
        for (word, number) in signals {
            let signal = Signal::from_word(word)
                .ok_or_else(|| InvalidModel::Name(format!("names the unknown signal `{word}`")))?;
            let field = format!("rate.{}.{word}", channel.word());
            let rate = number.non_negative(&field)?;
            if rate > 1_000.0 {
                return Err(value(&field, rate, "a rate of at most 1000"));
            }
            if !channel.signals().contains(&signal) {
                let (channel, signal) = (channel.word(), signal.word());
                let text = format!("rates `{signal}` of `{channel}`, which has no such thing");
                return Err(InvalidModel::Name(text));
            }
            rates[usize::from(channel.number())][usize::from(signal.number())] = rate;
            known.insert((channel, signal));
        }
    }
    for channel in Channel::ALL {
        for signal in channel.signals() {
            if !known.contains(&(channel, *signal)) {
                let rate = format!("{}.{}", channel.word(), signal.word());
                return Err(missing("rate", &rate));
            }
        }
    }
    Ok(rates)
}

fn missing(section: &str, word: &str) -> InvalidModel {
    InvalidModel::Name(format!("has no `{section}.{word}`"))
}

fn value(field: &str, value: f64, expected: &'static str) -> InvalidModel {
    InvalidModel::Value { field: field.to_owned(), value, expected }
}

/// A number with where it comes from. Reading one without a reason fails.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Number {
    value: f64,
    #[expect(dead_code, reason = "read so that a number without an origin is refused")]
    origin: Origin,
    #[serde(deserialize_with = "sentence")]
    #[expect(dead_code, reason = "read so that a number without a reason is refused")]
    reason: String,
}

impl Number {
    fn non_negative(&self, field: &str) -> Result<f64, InvalidModel> {
        if self.value.is_finite() && self.value >= 0.0 {
            return Ok(self.value);
        }
        Err(value(field, self.value, "a number that is not negative"))
    }

    fn positive(&self, field: &str) -> Result<f64, InvalidModel> {
        if self.value.is_finite() && self.value > 0.0 {
            return Ok(self.value);
        }
        Err(value(field, self.value, "a number above zero"))
    }

    fn half_life(&self, field: &str) -> Result<f64, InvalidModel> {
        if (1.0..=36_500.0).contains(&self.value) {
            return Ok(self.value);
        }
        Err(value(field, self.value, "a half-life from 1 to 36500 days"))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be a whole number from 1 to 1,000,000"
    )]
    fn count(&self, field: &str) -> Result<u64, InvalidModel> {
        if self.value.fract() == 0.0 && (1.0..=1_000_000.0).contains(&self.value) {
            return Ok(self.value as u64);
        }
        Err(value(field, self.value, "a whole number from 1 to 1000000"))
    }
}

fn sentence<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Err(serde::de::Error::custom("the reason is empty"));
    }
    Ok(text)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    reference: Reference,
    scale: Scale,
    interval: Interval,
    thresholds: Thresholds,
    topics: Topics,
    kind: BTreeMap<String, KindEntry>,
    rate: BTreeMap<String, BTreeMap<String, Number>>,
}

/// The population that the scale is solved on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// What it is, honestly, in a sentence.
    pub sample: String,
    /// SHA-256 of the sample's file, 64 hexadecimal digits; empty when there is none.
    pub sha256: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scale {
    a: Number,
    b: Number,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Interval {
    q: Number,
    half_life_days: Number,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thresholds {
    reacted_items: Number,
    pooled_reactions: Number,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topics {
    claim_items: Number,
    emerging_items: Number,
    claim_days: Number,
    window_days: Number,
    half_life_days: Number,
}

impl Topics {
    fn rules(&self) -> Result<topic::Rules, InvalidModel> {
        let most = |number: &Number, field| {
            let count = number.count(field)?;
            let fits = usize::try_from(count).ok().filter(|count| *count <= 100);
            fits.ok_or_else(|| value(field, number.value, "a whole number from 1 to 100"))
        };
        let rules = topic::Rules {
            claim_items: most(&self.claim_items, "topics.claim_items")?,
            emerging_items: most(&self.emerging_items, "topics.emerging_items")?,
            claim_days: most(&self.claim_days, "topics.claim_days")?,
            window_days: u32::try_from(self.window_days.count("topics.window_days")?)
                .unwrap_or(u32::MAX),
            half_life_days: self.half_life_days.half_life("topics.half_life_days")?,
        };
        if rules.emerging_items > rules.claim_items {
            let text = "needs more items for `topics.emerging_items` than for a claim";
            return Err(InvalidModel::Name(text.to_owned()));
        }
        if rules.claim_days > rules.claim_items {
            let text = "needs more `topics.claim_days` than items for a claim";
            return Err(InvalidModel::Name(text.to_owned()));
        }
        Ok(rules)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindEntry {
    weight: Number,
    half_life_days: Number,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const FILE: &str = include_str!("../../models/2026.11.toml");

    /// The shipped model, for tests of the rest of the domain.
    pub(crate) fn model() -> Model {
        Model::parse(FILE, Digest::from_bytes([7; 32])).unwrap()
    }

    #[test]
    fn the_shipped_model_is_read() {
        let model = model();
        assert_eq!(model.version, "2026.11");
        assert!((model.rate(Channel::X, Signal::Like) - 1.0).abs() < f64::EPSILON);
        assert!((model.half_life_days(Kind::Curation) - 365.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_number_without_reason_or_out_of_bounds_is_refused() {
        let refused = |from: &str, to: &str, says: &str| {
            assert!(FILE.contains(from), "{from}");
            let error = Model::parse(&FILE.replacen(from, to, 1), Digest::from_bytes([0; 32]));
            let message = error.unwrap_err().to_string();
            assert!(message.contains(says), "{message}");
        };
        refused(", reason = \"the unit\"", "", "missing field `reason`");
        refused("reason = \"the unit\"", "reason = \" \"", "the reason is empty");
        refused("origin = \"chosen\"", "origin = \"guessed\"", "guessed");
        refused("value = 0.25", "value = -0.25", "above zero");
        refused("value = 62.0", "value = nan", "interval.half_life_days is NaN");
        let weight = "weight = { value = 0.25";
        refused(weight, "weight = { value = -0.25", "kind.curation.weight is -0.25");
        refused(weight, "weight = { value = inf", "kind.curation.weight is inf");
        refused("like = { value = 1.0", "like = { value = -1.0", "rate.x.like is -1");
        refused("like = { value = 1.0", "like = { value = 1001.0", "rate.x.like is 1001");
        refused("value = 365.0", "value = 0.0", "half-life");
        refused("[kind.approval]", "[kind.applause]", "kind.approval");
        refused("[rate.mastodon]", "[rate.myspace]", "myspace");
        refused("endorsement = {", "star = {", "no such thing");
        refused(
            "fork = { value = 1.0, origin = \"chosen\", reason = \"the unit\" }",
            "",
            "github.fork",
        );
        refused("value = 10,", "value = 10.5,", "whole number");
    }
}
