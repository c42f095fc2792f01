//! The score: from a summary of evidence to points.
//!
//! `X_k` pools the decayed reactions of kind k over all channels, `z = sum of w_k ln(1 + X_k)`,
//! and the score is `100 / (1 + exp(-(a + b z)))`. Pooling before the logarithm is what makes
//! the score neutral to breadth (promise P8). Logarithm and exponential come from `libm`, in a
//! fixed order, so every machine computes the same bits (promise P6).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::decay::{ONE, left};
use super::evidence::{Kind, Signal};
use super::model::Model;
use super::summary::{ChannelSums, Summary};
use super::time::Day;

/// Millionths of a point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(i32);

impl Points {
    /// From millionths of a point.
    pub const fn from_micros(micros: i32) -> Self {
        Self(micros)
    }

    /// Millionths of a point.
    pub const fn micros(self) -> i32 {
        self.0
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a score is at most 100 million millionths"
    )]
    fn rounded(score: f64) -> Self {
        Self(libm::rint(score * 1e6) as i32)
    }

    /// From a part of a score in millionths of a point.
    pub fn from_part(part: i64) -> Self {
        Self(i32::try_from(part).unwrap_or(i32::MAX))
    }
}

impl fmt::Display for Points {
    /// Points with one decimal, as people read them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1}", f64::from(self.0) / 1e6)
    }
}

/// What the evidence says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Enough evidence.
    Scored {
        /// The score.
        points: Points,
        /// Lower end of the interval.
        low: Points,
        /// Upper end of the interval.
        high: Points,
    },
    /// Too little evidence to say anything; never a low number (promise P10).
    InsufficientEvidence,
}

/// Evidence pooled over channels, ages counted to the revision's day: exact integers, so a channel
/// can be taken out again bit for bit (promise P8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    weights: [i128; 4],
    reacted_items: u64,
    decay: i128,
    decay_squares: i128,
}

impl Pool {
    /// All channels of a summary together.
    pub fn of(summary: &Summary) -> Self {
        summary.channels.values().fold(Self::default(), Self::with)
    }

    /// With one more channel.
    #[must_use]
    pub fn with(mut self, sums: &ChannelSums) -> Self {
        for (kind, weight) in kind_weights(sums) {
            self.weights[kind.index()] += weight;
        }
        self.reacted_items += sums.reacted_items;
        self.decay += sums.decay;
        self.decay_squares += sums.decay_squares;
        self
    }

    /// Without a channel that is in it.
    #[must_use]
    pub fn without(mut self, sums: &ChannelSums) -> Self {
        for (kind, weight) in kind_weights(sums) {
            self.weights[kind.index()] -= weight;
        }
        self.reacted_items -= sums.reacted_items;
        self.decay -= sums.decay;
        self.decay_squares -= sums.decay_squares;
        self
    }

    /// Items with a reaction.
    pub const fn reacted_items(&self) -> u64 {
        self.reacted_items
    }

    /// `X_k` for each kind, in the order of [`Kind::ALL`], some days after the revision's.
    #[expect(clippy::cast_precision_loss, reason = "rounding to nearest is part of the definition")]
    pub fn x(&self, model: &Model, later: u32) -> [f64; 4] {
        let mut x = self.weights.map(|weight| weight as f64 / ONE);
        for kind in Kind::ALL {
            x[kind.index()] *= left(model, kind, later);
        }
        x
    }

    /// Effective number of items. Decay from the revision's day on is one factor, and cancels.
    #[expect(clippy::cast_precision_loss, reason = "rounding to nearest is part of the definition")]
    fn effective(&self) -> f64 {
        let decay = self.decay as f64 / ONE;
        if self.decay_squares > 0 { decay * decay / (self.decay_squares as f64 / ONE) } else { 1.0 }
    }

    /// What the evidence says some days after the revision's day.
    pub fn verdict(&self, model: &Model, later: u32) -> Verdict {
        let x = self.x(model, later);
        let mass: f64 = x.iter().sum();
        if self.reacted_items < model.reacted_items_min || mass < model.pooled_reactions_min {
            return Verdict::InsufficientEvidence;
        }
        let z = z(model, x);
        let half_width = model.q / libm::sqrt(self.effective());
        let low = if z > half_width { z - half_width } else { 0.0 };
        let at = |z| points(model, z);
        Verdict::Scored { points: at(z), low: at(low), high: at(z + half_width) }
    }
}

/// The weights of a channel's signals, with their kinds.
fn kind_weights(sums: &ChannelSums) -> impl Iterator<Item = (Kind, i128)> {
    sums.signals
        .iter()
        .filter_map(|(number, sums)| Some((Signal::from_number(*number)?.kind(), sums.weight)))
}

/// Scores a summary as of a day that is not before the summary's.
pub fn score(model: &Model, summary: &Summary, day: Day) -> Verdict {
    Pool::of(summary).verdict(model, day.since(Day::from_number(summary.day)))
}

/// The score of nobody's evidence; a line of the explanation, never published as a score.
pub fn baseline(model: &Model) -> Points {
    points(model, 0.0)
}

/// The share of the decayed evidence that was uploaded, in thousandths, rounded down.
pub fn uploaded_permille(summary: &Summary) -> u16 {
    let signals = summary.channels.values().flat_map(|sums| sums.signals.values());
    let (all, uploaded) =
        signals.fold((0_i128, 0_i128), |(all, up), s| (all + s.weight, up + s.uploaded));
    if all == 0 { 0 } else { u16::try_from(uploaded * 1000 / all).unwrap_or(1000) }
}

/// `z`, the sum over kinds of weight times `ln(1 + X)`.
pub fn z(model: &Model, x: [f64; 4]) -> f64 {
    let mut z = 0.0;
    for (weight, x) in model.weights.iter().zip(x) {
        z += weight * libm::log1p(x);
    }
    z
}

/// The points of a `z`, whether or not there is enough evidence for a score.
pub fn points(model: &Model, z: f64) -> Points {
    Points::rounded(100.0 / (1.0 + libm::exp(-(model.a + model.b * z))))
}

#[cfg(test)]
#[path = "score_tests.rs"]
pub(crate) mod tests;
