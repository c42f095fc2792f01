//! Which part of a score comes from where: the score above the baseline, divided exactly over
//! kinds, channels and signals.

use super::apportion::apportion;
use super::evidence::{Channel, Kind, Signal};
use super::model::Model;
use super::score::{Points, Pool, baseline, z};
use super::summary::Summary;
use super::time::Day;

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

/// Divides a score above the baseline over the kinds, in the order of [`Kind::ALL`], exactly.
///
/// Aumann-Shapley along the diagonal: the integral over u of the slope at `u X` gives each kind
/// its part; within a kind the slope is the same for every reaction, so the part is divided in
/// proportion to weight. It is the method that additivity, dummy and *no merging or splitting*
/// single out (Sprumont's discrete Aumann-Shapley theorem); Shapley values would hand a channel
/// with a hundredth of the evidence almost a third of the score.
pub fn kinds(model: &Model, x: [f64; 4], points: Points) -> [Points; 4] {
    let total = i64::from(points.micros()) - i64::from(baseline(model).micros());
    let mut parts = [Points::default(); 4];
    for (to, part) in parts.iter_mut().zip(apportion(total, &diagonal(model, x))) {
        *to = Points::from_part(part);
    }
    parts
}

/// Divides a score above the baseline over channels and signals, exactly. Ordered by channel, kind
/// and signal.
pub fn contributions(
    model: &Model,
    summary: &Summary,
    day: Day,
    points: Points,
) -> Vec<Contribution> {
    let later = day.since(Day::from_number(summary.day));
    divide(summary, kinds(model, Pool::of(summary).x(model, later), points))
}

/// Divides the parts of the kinds over channels and signals, exactly. Ordered by channel, kind and
/// signal.
pub fn divide(summary: &Summary, kinds: [Points; 4]) -> Vec<Contribution> {
    let mut parts = Vec::new();
    for kind in Kind::ALL {
        let cells: Vec<(Channel, Signal, i128)> = cells(summary, kind).collect();
        let weights: Vec<i128> = cells.iter().map(|cell| cell.2).collect();
        let divided = apportion(i64::from(kinds[kind.index()].micros()), &weights);
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

/// Positive half of the nodes and weights of Gauss-Legendre quadrature of order 8 on [-1, 1]
/// (Abramowitz and Stegun, table 25.4).
const GAUSS_LEGENDRE: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// Each kind's share of the score above the baseline, as fixed-point numbers: the integral of
/// `S'(z(uX)) w_k X_k / (1 + u X_k)` for u from 0 to 1.
///
/// The mass lies near `1 / X`, so [0, 1] is cut into octaves down to one below `1 / X`, where the
/// nearest pole is twice as far away as the octave is long.
fn diagonal(model: &Model, x: [f64; 4]) -> [i128; 4] {
    let mut integral = [0.0; 4];
    let mut high = 1.0;
    loop {
        let last = x.iter().all(|x| high * x < 1.0);
        let low = if last { 0.0 } else { high / 2.0 };
        let (middle, half) = (f64::midpoint(low, high), (high - low) / 2.0);
        for (node, weight) in GAUSS_LEGENDRE {
            for u in [middle - half * node, middle + half * node] {
                let scaled = x.map(|x| u * x);
                let share = 1.0 / (1.0 + libm::exp(-(model.a + model.b * z(model, scaled))));
                let slope = model.b * share * (1.0 - share) * weight * half;
                for (k, sum) in integral.iter_mut().enumerate() {
                    *sum += slope * model.weights[k] * x[k] / (1.0 + scaled[k]);
                }
            }
        }
        if last {
            break;
        }
        high = low;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a share is at most 1: below 2^53")]
    integral.map(|share| i128::from(libm::rint(share * 9_007_199_254_740_992.0) as i64))
}

#[cfg(test)]
#[path = "contribution_tests.rs"]
mod tests;
