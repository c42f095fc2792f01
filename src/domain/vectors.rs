//! Test vectors: invented evidence with exactly what it must give, so that anybody can see whether
//! another machine, compiler or implementation computes the same bits (promise P6). Which evidence
//! there is stands in the file; nothing here invents any.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::contribution::contributions;
use super::document::{Document, Items, Subject};
use super::evidence::{Channel, Provenance, Signal};
use super::model::{Digest, Model};
use super::outlook::forecast;
use super::scope::Channels;
use super::score::{Pool, Verdict, score};
use super::summary::Summary;
use super::summing::{Observed, Summing};
use super::time::Day;

/// The day that the ages of all vectors are counted to: 2026-11-22.
const TODAY: Day = Day::from_number(20_779);

/// Most items that one vector has, so that a file from elsewhere ends.
const ITEMS_MAX: u32 = 100_000;

/// A file of vectors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vectors {
    /// SHA-256 of the model file that they were computed with.
    pub model: String,
    /// The vectors.
    pub vectors: Vec<Vector>,
}

/// Some evidence and what it gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// What is special about it.
    pub name: String,
    /// Days from the revision to the day of the score.
    pub later: u32,
    /// The items.
    pub evidence: Vec<Published>,
    /// What they give; `None` where it is yet to be computed.
    pub gives: Option<Outcome>,
}

/// Items of one channel that are alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// The channel.
    pub channel: String,
    /// How many items.
    pub items: u32,
    /// The age of the first in days; below zero for one from after the revision's day.
    pub age: i32,
    /// By how many days each is older than the one before.
    pub step: i32,
    /// The reactions to each, by signal.
    pub reactions: BTreeMap<String, u64>,
}

/// What evidence gives. All points are in millionths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The score with the ends of its interval; `None` where the evidence is not enough.
    pub score: Option<[i32; 3]>,
    /// The part of each signal of each channel, as `channel.signal`.
    pub contributions: BTreeMap<String, i32>,
    /// The decayed weight of each, fixed point with 32 fractional bits.
    pub weights: BTreeMap<String, String>,
    /// The score after 30, 90 and 365 days without new activity.
    pub forecast: Vec<Option<i32>>,
    /// SHA-256 of the whole explanation without single items, which covers every other number.
    pub document: String,
}

/// Why vectors cannot be computed.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Not the file's form.
    #[error("the file of vectors cannot be read: {0}")]
    Form(#[from] serde_json::Error),
    /// Made for another model.
    #[error("the vectors are of the model {0}, not of the one that is used")]
    Model(String),
    /// A channel or signal that does not exist, or too many items.
    #[error("the vector `{vector}` has {problem}")]
    Evidence {
        /// Which.
        vector: String,
        /// What is wrong.
        problem: String,
    },
}

impl Vectors {
    /// Reads a file of vectors.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        Ok(serde_json::from_str(text)?)
    }

    /// The file, one vector a line.
    pub fn render(&self) -> Result<String, Unusable> {
        let lines = self.vectors.iter().map(serde_json::to_string);
        let lines = lines.collect::<Result<Vec<_>, _>>()?.join(",\n");
        Ok(format!("{{\"model\":\"{}\",\"vectors\":[\n{lines}\n]}}\n", self.model))
    }

    /// The names of the vectors that give something else here, with what they give.
    pub fn differences(&self, model: &Model) -> Result<Vec<(String, Outcome)>, Unusable> {
        if self.model != model.digest.to_string() {
            return Err(Unusable::Model(self.model.clone()));
        }
        let mut different = Vec::new();
        for vector in &self.vectors {
            let outcome = vector.outcome(model)?;
            if vector.gives.as_ref() != Some(&outcome) {
                different.push((vector.name.clone(), outcome));
            }
        }
        Ok(different)
    }
}

impl Vector {
    /// Computes what the evidence gives.
    pub fn outcome(&self, model: &Model) -> Result<Outcome, Unusable> {
        let summary = self.summary(model)?;
        let day = TODAY.plus(self.later);
        let verdict = score(model, &summary, day);
        let (mut parts, mut weights) = (BTreeMap::new(), BTreeMap::new());
        if let Verdict::Scored { points, .. } = verdict {
            for part in contributions(model, &summary, day, points) {
                let cell = format!("{}.{}", part.channel.word(), part.signal.word());
                parts.insert(cell, part.points.micros());
            }
        }
        for (number, sums) in &summary.channels {
            let channel = Channel::from_number(*number).map_or("", Channel::word);
            for (number, sums) in &sums.signals {
                let signal = Signal::from_number(*number).map_or("", Signal::word);
                weights.insert(format!("{channel}.{signal}"), sums.weight.to_string());
            }
        }
        let ahead = forecast(model, &Pool::of(&summary), self.later);
        let channels = Channels::all();
        let subject = Subject { candidate: None, revision: 1, summary: &summary, day, channels };
        let document = Document::new(model, &subject, &Items::new()).render();
        Ok(Outcome {
            score: match verdict {
                Verdict::Scored { points, low, high } => {
                    Some([points.micros(), low.micros(), high.micros()])
                }
                Verdict::InsufficientEvidence => None,
            },
            contributions: parts,
            weights,
            forecast: ahead.iter().map(|(_, verdict)| micros(*verdict)).collect(),
            document: Digest::from_bytes(crate::crypto::sha256(&document)).to_string(),
        })
    }

    fn summary(&self, model: &Model) -> Result<Summary, Unusable> {
        let mut summing = Summing::new(model, TODAY);
        let mut left = ITEMS_MAX;
        for published in &self.evidence {
            let channel = Channel::from_word(&published.channel);
            let channel = channel.ok_or_else(|| self.unknown(&published.channel))?;
            let mut reactions = Vec::new();
            for (word, count) in &published.reactions {
                let signal = Signal::from_word(word).ok_or_else(|| self.unknown(word))?;
                reactions.push((signal, *count, Provenance::Uploaded));
            }
            let many = || self.unusable(format!("more than {ITEMS_MAX} items"));
            left = left.checked_sub(published.items).ok_or_else(many)?;
            let mut age = published.age;
            for _ in 0..published.items {
                let posted = Day::from_number(TODAY.number().saturating_sub(age));
                age = age.saturating_add(published.step);
                summing.add(&Observed {
                    channel,
                    posted,
                    reactions: &reactions,
                    contradicted: false,
                    about: &[],
                    heard: &[],
                });
            }
        }
        Ok(summing.finish())
    }

    fn unknown(&self, word: &str) -> Unusable {
        self.unusable(format!("the unknown word `{word:.40}`"))
    }

    fn unusable(&self, problem: String) -> Unusable {
        Unusable::Evidence { vector: self.name.clone(), problem }
    }
}

fn micros(verdict: Verdict) -> Option<i32> {
    match verdict {
        Verdict::Scored { points, .. } => Some(points.micros()),
        Verdict::InsufficientEvidence => None,
    }
}
