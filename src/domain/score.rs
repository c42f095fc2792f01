//! The score: from a summary of evidence to points, and which part of them comes from where.
//!
//! `X_k` pools the decayed reactions of kind k over all channels, `z = sum of w_k ln(1 + X_k)`,
//! and the score is `100 / (1 + exp(-(a + b z)))`. Pooling before the logarithm is what makes
//! the score neutral to breadth (promise P8). Logarithm and exponential come from `libm`, in a
//! fixed order, so every machine computes the same bits (promise P6).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::apportion::apportion;
use super::evidence::{Channel, Kind, Signal};
use super::model::Model;
use super::summary::{ONE, Summary};
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

    fn from_part(part: i64) -> Self {
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

/// The evidence pooled per kind, as of a day.
#[derive(Clone, Copy, Debug)]
struct Pooled {
    /// `X_k`, in the order of [`Kind::ALL`].
    x: [f64; 4],
    /// Effective number of items.
    effective: f64,
}

/// Scores a summary as of a day that is not before the summary's.
pub fn score(model: &Model, summary: &Summary, day: Day) -> Verdict {
    let reacted: u64 = summary.channels.values().map(|sums| sums.reacted_items).sum();
    let pooled = pool(model, summary, day);
    let mass: f64 = pooled.x.iter().sum();
    if reacted < model.reacted_items_min || mass < model.pooled_reactions_min {
        return Verdict::InsufficientEvidence;
    }
    let z = z(model, pooled.x);
    let half_width = model.q / libm::sqrt(pooled.effective);
    let at = |z: f64| Points::rounded(logistic(model.a + model.b * z));
    let low = if z > half_width { z - half_width } else { 0.0 };
    Verdict::Scored { points: at(z), low: at(low), high: at(z + half_width) }
}

/// The score of nobody's evidence; a line of the explanation, never published as a score.
pub fn baseline(model: &Model) -> Points {
    Points::rounded(logistic(model.a))
}

/// The share of the decayed evidence that was uploaded, in thousandths, rounded down.
pub fn uploaded_permille(summary: &Summary) -> u16 {
    let signals = summary.channels.values().flat_map(|sums| sums.signals.values());
    let (all, uploaded) =
        signals.fold((0_i128, 0_i128), |(all, up), s| (all + s.weight, up + s.uploaded));
    if all == 0 { 0 } else { u16::try_from(uploaded * 1000 / all).unwrap_or(1000) }
}

/// What one signal of one channel contributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The channel.
    pub channel: Channel,
    /// The signal.
    pub signal: Signal,
    /// Its part of the score.
    pub points: Points,
}

/// Divides a score above the baseline over channels and signals, exactly.
///
/// Aumann-Shapley along the diagonal: the integral over u of the slope at `u X` gives each kind
/// its part; within a kind the slope is the same for every reaction, so the part is divided in
/// proportion to weight. It is the method that additivity, dummy and *no merging or splitting*
/// single out (Sprumont's discrete Aumann-Shapley theorem); Shapley values would hand a channel
/// with a hundredth of the evidence almost a third of the score.
pub fn contributions(
    model: &Model,
    summary: &Summary,
    day: Day,
    points: Points,
) -> Vec<Contribution> {
    let total = i64::from(points.micros()) - i64::from(baseline(model).micros());
    let x = pool(model, summary, day).x;
    let shares = diagonal(model, x);
    let kinds = apportion(total, &shares);
    let mut parts = Vec::new();
    for kind in Kind::ALL {
        let cells: Vec<(Channel, Signal, i128)> = cells(summary, kind).collect();
        let weights: Vec<i128> = cells.iter().map(|cell| cell.2).collect();
        let divided = apportion(kinds[kind.index()], &weights);
        parts.extend(cells.iter().zip(divided).map(|(&(channel, signal, _), part)| Contribution {
            channel,
            signal,
            points: Points::from_part(part),
        }));
    }
    parts.sort_by_key(|part| (part.channel, part.signal.kind(), part.signal));
    parts
}

/// The weights of one kind, in the fixed order of channel and signal.
fn cells(summary: &Summary, kind: Kind) -> impl Iterator<Item = (Channel, Signal, i128)> {
    summary.channels.iter().flat_map(move |(number, sums)| {
        let channel = Channel::from_number(*number);
        sums.signals.iter().filter_map(move |(number, sums)| {
            let signal = Signal::from_number(*number).filter(|signal| signal.kind() == kind)?;
            Some((channel?, signal, sums.weight))
        })
    })
}

#[expect(clippy::cast_precision_loss, reason = "rounding to nearest is part of the definition")]
fn pool(model: &Model, summary: &Summary, day: Day) -> Pooled {
    let later = day.since(Day::from_number(summary.day));
    let x = Kind::ALL.map(|kind| {
        let weight: i128 = cells(summary, kind).map(|cell| cell.2).sum();
        let decay = libm::exp2(-f64::from(later) / model.half_life_days(kind));
        weight as f64 / ONE * decay
    });
    let decay: i128 = summary.channels.values().map(|sums| sums.decay).sum();
    let squares: i128 = summary.channels.values().map(|sums| sums.decay_squares).sum();
    let decay = decay as f64 / ONE;
    // Decay from the revision's day to today is one factor, and cancels in the quotient.
    let effective = if squares > 0 { decay * decay / (squares as f64 / ONE) } else { 1.0 };
    Pooled { x, effective }
}

fn z(model: &Model, x: [f64; 4]) -> f64 {
    let mut z = 0.0;
    for (weight, x) in model.weights.iter().zip(x) {
        z += weight * libm::log1p(x);
    }
    z
}

fn logistic(value: f64) -> f64 {
    100.0 / (1.0 + libm::exp(-value))
}

/// Positive half of the nodes and weights of Gauss-Legendre quadrature of order 8 on [-1, 1]
/// (Abramowitz and Stegun, table 25.4).
const GAUSS_LEGENDRE: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// Octaves of [0, 1] that the integral is computed over, because its mass lies near `1 / X`:
/// 2^-40 is below one over the largest evidence there can be in practice.
const OCTAVES: i32 = 40;

/// Each kind's share of the score above the baseline, as fixed-point numbers: the integral of
/// `S'(z(uX)) w_k X_k / (1 + u X_k)` for u from 0 to 1.
fn diagonal(model: &Model, x: [f64; 4]) -> [i128; 4] {
    let mut integral = [0.0; 4];
    for octave in 0..=OCTAVES {
        let high = libm::exp2(-f64::from(octave));
        let low = if octave == OCTAVES { 0.0 } else { high / 2.0 };
        let (middle, half) = (f64::midpoint(low, high), (high - low) / 2.0);
        for (node, weight) in GAUSS_LEGENDRE {
            for u in [middle - half * node, middle + half * node] {
                let share = logistic(model.a + model.b * z(model, x.map(|x| u * x))) / 100.0;
                let slope = model.b * share * (1.0 - share) * weight * half;
                for (k, sum) in integral.iter_mut().enumerate() {
                    *sum += slope * model.weights[k] * x[k] / (1.0 + u * x[k]);
                }
            }
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "a share is at most 1: below 2^53")]
    integral.map(|share| i128::from(libm::rint(share * 9_007_199_254_740_992.0) as i64))
}

#[cfg(test)]
#[path = "score_tests.rs"]
mod tests;
