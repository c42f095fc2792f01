//! Intervals and measures of agreement, with nothing known of what is measured.

use serde::Serialize;

use super::chance::Chance;
use crate::domain::calibration::{mean, quantile, ratio};

/// The 97.5th percentile of the standard normal distribution: intervals are of 95 percent.
const Z: f64 = 1.959_963_984_540_054;

/// Drawings of a bootstrap: the ends of its interval are then known to about a tenth of its width.
const DRAWINGS: usize = 500;

/// A value with a 95 percent interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A measure of agreement between two numbers of each person; `None` where nothing can be told.
pub type Measure = fn(&[(f64, f64)]) -> Option<f64>;

/// A share, by Wilson's interval, which stays honest for few cases and near 0 and 1. The counts
/// may be means over several seeds.
pub fn wilson(right: f64, all: f64) -> Option<Estimate> {
    if all <= 0.0 {
        return None;
    }
    let (share, square) = (right / all, Z * Z / all);
    let middle = (share + square / 2.0) / (1.0 + square);
    let variance = share * (1.0 - share) / all + square / (4.0 * all);
    let half = Z * libm::sqrt(variance.max(0.0)) / (1.0 + square);
    // Rounding must not leave the value outside.
    let (low, high) = ((middle - half).max(0.0).min(share), (middle + half).min(1.0).max(share));
    Some(Estimate { value: share, low, high })
}

/// How often the one with the larger first number also has the larger second, among pairs that
/// differ in the second; ties in the first count half. 0.5 is chance.
pub fn concordance(pairs: &[(f64, f64)]) -> Option<f64> {
    let (mut right, mut all) = (0.0, 0.0);
    for (at, (guess, truth)) in pairs.iter().enumerate() {
        for (other_guess, other_truth) in pairs.iter().skip(at + 1) {
            let Some(order) = truth.partial_cmp(other_truth).filter(|order| order.is_ne()) else {
                continue;
            };
            all += 1.0;
            match guess.partial_cmp(other_guess) {
                Some(found) if found == order => right += 1.0,
                Some(std::cmp::Ordering::Equal) => right += 0.5,
                _ => {}
            }
        }
    }
    (all > 0.0).then(|| right / all)
}

/// Spearman's rank correlation, with mean ranks for ties.
pub fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let ranks = |of: &dyn Fn(&(f64, f64)) -> f64| ranks(&pairs.iter().map(of).collect::<Vec<_>>());
    let (first, second) = (ranks(&|pair| pair.0), ranks(&|pair| pair.1));
    let (m, n) = (mean(&first), mean(&second));
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        first.iter().zip(&second).map(|(a, b)| of(a - m, b - n)).sum()
    };
    let spread = libm::sqrt(sum(&|a, _| a * a) * sum(&|_, b| b * b));
    (spread > 0.0).then(|| sum(&|a, b| a * b) / spread)
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(usize, f64)> = values.iter().copied().enumerate().collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    for tied in order.chunk_by(|a, b| a.1.total_cmp(&b.1).is_eq()) {
        // Ranks from..from+n have the mean from + (n - 1) / 2.
        let rank = ratio(2 * from + tied.len(), 2);
        for (at, _) in tied {
            if let Some(place) = ranks.get_mut(*at) {
                *place = rank;
            }
        }
        from += tied.len();
    }
    ranks
}

/// A measure over persons, with the interval of a bootstrap over persons. The same seed draws the
/// same persons.
pub fn bootstrap(pairs: &[(f64, f64)], seed: u64, measure: Measure) -> Option<Estimate> {
    let value = measure(pairs)?;
    let mut chance = Chance::new(seed);
    let mut drawn: Vec<f64> = (0..DRAWINGS)
        .filter_map(|_| {
            let draw = |_| pairs.get(chance.below(pairs.len())).copied();
            measure(&(0..pairs.len()).filter_map(draw).collect::<Vec<_>>())
        })
        .collect();
    drawn.sort_by(f64::total_cmp);
    let (low, high) = (quantile(&drawn, 0.025), quantile(&drawn, 0.975));
    Some(Estimate { value, low: low.min(value), high: high.max(value) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 5e-4, "{found}, expected {expected}");
    }

    #[test]
    fn wilsons_interval_is_the_published_one() {
        // 16 of 17 topics right, as the blog that started this counted.
        let known = wilson(16.0, 17.0).unwrap();
        near(known.value, 0.9412);
        near(known.low, 0.7302);
        near(known.high, 0.9895);
        let all = wilson(4.0, 4.0).unwrap();
        near(all.low, 0.5101);
        near(all.high, 1.0);
        assert_eq!(wilson(0.0, 0.0), None);
    }

    #[test]
    fn concordance_counts_pairs_that_differ_and_ties_for_a_half() {
        let pairs = [(1.0, 1.0), (2.0, 2.0), (2.0, 3.0), (0.0, 3.0)];
        // Of five pairs that differ in the second: (1,2) and (1,3) right, (2,3) tied, two wrong.
        near(concordance(&pairs).unwrap(), 2.5 / 5.0);
        assert_eq!(concordance(&[(1.0, 1.0), (2.0, 1.0)]), None);
    }

    #[test]
    fn rank_correlation_is_that_of_the_ranks() {
        // Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: 4.5 / sqrt(4.5 * 5).
        let pairs = [(10.0, 1.0), (20.0, 9.0), (20.0, 4.0), (90.0, 10.0)];
        near(spearman(&pairs).unwrap(), 4.5 / libm::sqrt(22.5));
        near(spearman(&[(1.0, 9.0), (2.0, 5.0), (3.0, 1.0)]).unwrap(), -1.0);
        assert_eq!(spearman(&[(1.0, 1.0), (1.0, 2.0)]), None);
    }

    #[test]
    fn a_bootstrap_is_narrower_for_more_persons_and_the_same_for_the_same_seed() {
        let pairs = |n: usize| -> Vec<(f64, f64)> {
            let mut chance = Chance::new(3);
            (0..n)
                .map(|_| {
                    let shared = chance.normal();
                    (shared + chance.normal(), shared + chance.normal())
                })
                .collect()
        };
        let (few, many) = (pairs(30), pairs(300));
        let small = bootstrap(&few, 1, spearman).unwrap();
        let large = bootstrap(&many, 1, spearman).unwrap();
        assert!(large.high - large.low < small.high - small.low);
        assert!(large.low <= large.value && large.value <= large.high);
        assert_eq!(bootstrap(&many, 1, spearman), Some(large));
        assert_ne!(bootstrap(&many, 2, spearman), Some(large));
    }
}
