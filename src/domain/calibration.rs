//! Calibration: from a sample of persons to the scale's offset and slope and the interval's width,
//! and how well they fit. Mathematics over numbers; no files here, and nothing about one person.

use super::model::Model;
use super::score;

/// The mean that the scale is solved for: what Klout's users came to know as the average.
pub const MEAN: f64 = 40.0;

/// The 95th percentile that the scale is solved for.
pub const TOP: f64 = 63.0;

/// Mean and standard deviation, in logits, of the logit-normal distribution whose mean is
/// [`MEAN`] and whose 95th percentile is [`TOP`].
pub const TARGET: (f64, f64) = (-0.4378, 0.5897);

/// Largest distance (Kolmogorov-Smirnov) between sample and target at which two numbers, offset
/// and slope, are enough to describe the sample.
pub const DISTANCE_MAX: f64 = 0.05;

/// Fewest persons: with 500 the mean is known to about 0.6 points and the 95th percentile to
/// about 1.7.
pub const PERSONS_MIN: usize = 500;

/// What share of differences between halves the interval is made to hold.
pub const COVERAGE: f64 = 0.95;

/// Steps of a bisection: more than a double has bits.
const STEPS: usize = 200;

/// The steepest slope that is looked at; one reaction more would decide everything.
const SLOPE_MAX: f64 = 100.0;

/// Half of a person's items, as scoring sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Half {
    /// Pooled decayed reactions, in the order of kinds.
    pub pooled: [f64; 4],
    /// Effective number of items with a reaction.
    pub effective: f64,
}

/// A person of the sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Person {
    /// Pooled decayed reactions, in the order of kinds.
    pub pooled: [f64; 4],
    /// Two random halves of the items.
    pub halves: [Half; 2],
}

/// What calibration finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// The scale's offset.
    pub a: f64,
    /// The scale's slope.
    pub b: f64,
    /// The interval's half width in units of z for one effective item.
    pub q: f64,
}

/// Why nothing could be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// Too few to know a 95th percentile.
    #[error("a calibration needs at least 40 persons")]
    TooFew,
    /// No slope gives the mean and the percentile.
    #[error("no scale gives a mean of 40 and a 95th percentile of 63: the persons are too alike")]
    TooAlike,
}

/// How the scores of a sample are distributed.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Persons.
    pub persons: usize,
    /// Mean of the scores.
    pub mean: f64,
    /// Their standard deviation.
    pub deviation: f64,
    /// Percentile, the sample's score there, and the target's.
    pub percentiles: Vec<(f64, f64, f64)>,
    /// The largest score.
    pub largest: f64,
    /// Share of persons below 40.
    pub below_40: f64,
    /// Share of persons above 60.
    pub above_60: f64,
    /// Largest distance between the sample's distribution and the target's.
    pub distance: f64,
}

/// What one half of the persons says about the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeldOut {
    /// Persons that were held out.
    pub persons: usize,
    /// Mean of their scores on the scale of the others.
    pub mean: f64,
    /// The 95th percentile of their scores.
    pub top: f64,
    /// The largest of their scores.
    pub largest: f64,
    /// Those of them whose two halves of items differ by no more than the interval allows.
    pub covered: usize,
}

/// Finds offset, slope and width.
pub fn fit(model: &Model, persons: &[Person]) -> Result<Fit, Impossible> {
    let (a, b) = scale(&positions(model, persons))?;
    let q = width(model, persons).ok_or(Impossible::TooFew)?;
    Ok(Fit { a, b, q })
}

/// How the persons' scores are distributed on a scale.
pub fn shape(model: &Model, persons: &[Person]) -> Shape {
    const PERCENTILES: [f64; 9] = [1.0, 5.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9];
    let logits: Vec<f64> =
        positions(model, persons).iter().map(|z| model.a + model.b * z).collect();
    let scores: Vec<f64> = logits.iter().map(|logit| points(*logit)).collect();
    let mean = mean(&scores);
    let squares: Vec<f64> = scores.iter().map(|score| (score - mean) * (score - mean)).collect();
    let share = |is: &dyn Fn(f64) -> bool| {
        ratio(scores.iter().filter(|score| is(**score)).count(), scores.len())
    };
    let at = |percentile: f64| {
        let target = points(TARGET.0 + TARGET.1 * normal_quantile(percentile / 100.0));
        (percentile, quantile(&scores, percentile / 100.0), target)
    };
    Shape {
        persons: persons.len(),
        mean,
        deviation: libm::sqrt(self::mean(&squares)),
        percentiles: PERCENTILES.map(at).to_vec(),
        largest: scores.last().copied().unwrap_or_default(),
        below_40: share(&|score| score < 40.0),
        above_60: share(&|score| score > 60.0),
        distance: distance(&logits),
    }
}

/// Solves scale and width on every other person, and looks at the rest; then the other way round.
pub fn held_out(model: &Model, persons: &[Person]) -> Result<[HeldOut; 2], Impossible> {
    let every_other = |from| persons.iter().skip(from).step_by(2).copied().collect::<Vec<_>>();
    let (even, odd) = (every_other(0), every_other(1));
    Ok([look(model, &even, &odd)?, look(model, &odd, &even)?])
}

fn look(model: &Model, known: &[Person], held: &[Person]) -> Result<HeldOut, Impossible> {
    let fit = fit(model, known)?;
    let positions = positions(model, held);
    let scores: Vec<f64> = positions.iter().map(|z| points(fit.a + fit.b * z)).collect();
    Ok(HeldOut {
        persons: held.len(),
        mean: mean(&scores),
        top: quantile(&scores, 0.95),
        largest: scores.last().copied().unwrap_or_default(),
        covered: held.iter().filter(|person| ratio_of_halves(model, person) <= fit.q).count(),
    })
}

/// The position of every person, lowest first.
fn positions(model: &Model, persons: &[Person]) -> Vec<f64> {
    let mut positions: Vec<f64> =
        persons.iter().map(|person| score::z(model, person.pooled)).collect();
    positions.sort_by(f64::total_cmp);
    positions
}

/// Offset and slope for which the 95th percentile is 63 and the mean 40. The first fixes the
/// offset for any slope; the mean falls as the slope grows, so the slope is found by bisection.
fn scale(positions: &[f64]) -> Result<(f64, f64), Impossible> {
    let top = quantile(positions, 0.95);
    let offset = |slope: f64| libm::log(TOP / (100.0 - TOP)) - slope * top;
    let mean_at = |slope: f64| {
        let scores: Vec<f64> =
            positions.iter().map(|z| points(offset(slope) + slope * z)).collect();
        mean(&scores)
    };
    let (mut low, mut high) = (0.0, SLOPE_MAX);
    if positions.is_empty() || mean_at(high) >= MEAN || mean_at(high).is_nan() {
        return Err(Impossible::TooAlike);
    }
    for _ in 0..STEPS {
        let middle = f64::midpoint(low, high);
        if mean_at(middle) > MEAN { low = middle } else { high = middle }
    }
    let slope = f64::midpoint(low, high);
    Ok((offset(slope), slope))
}

/// The width for which the next person's halves agree in 95 of 100 cases, whatever the
/// distribution (split conformal prediction: the `ceil(0.95 (n + 1))`-th smallest).
fn width(model: &Model, persons: &[Person]) -> Option<f64> {
    let mut ratios: Vec<f64> =
        persons.iter().map(|person| ratio_of_halves(model, person)).collect();
    ratios.sort_by(f64::total_cmp);
    // In whole numbers, because 0.95 is no double.
    let rank = (95 * (ratios.len() + 1)).div_ceil(100);
    ratios.get(rank.checked_sub(1)?).copied()
}

/// The difference of a person's two halves, in units of what one effective item lets expect.
fn ratio_of_halves(model: &Model, person: &Person) -> f64 {
    let [first, second] = person.halves;
    let difference = score::z(model, first.pooled) - score::z(model, second.pooled);
    libm::fabs(difference) / libm::sqrt(1.0 / first.effective + 1.0 / second.effective)
}

/// The largest distance between the distribution of sorted logits and the target
/// (Kolmogorov-Smirnov).
fn distance(logits: &[f64]) -> f64 {
    let n = logits.len();
    let (mean, deviation) = TARGET;
    let mut most = 0.0_f64;
    for (at, logit) in logits.iter().enumerate() {
        let expected = normal((logit - mean) / deviation);
        let (below, above) = (ratio(at, n), ratio(at + 1, n));
        most = most.max(libm::fabs(expected - below)).max(libm::fabs(expected - above));
    }
    most
}

/// The value below which a share of sorted values lies, between two of them in proportion.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = share * count(last);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place among the values: not negative, and no larger than their number"
    )]
    let below = (place as usize).min(last);
    let at = |index: usize| sorted.get(index.min(last)).copied().unwrap_or_default();
    at(below) + (place - count(below)) * (at(below + 1) - at(below))
}

/// The score of a logit, in points.
pub fn points(logit: f64) -> f64 {
    100.0 / (1.0 + libm::exp(-logit))
}

/// The mean; zero of nothing.
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / count(values.len()) }
}

/// One number of another; zero of nothing.
pub fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { count(part) / count(whole) }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of persons, far below 2^52")]
fn count(number: usize) -> f64 {
    number as f64
}

/// The standard normal distribution.
fn normal(value: f64) -> f64 {
    0.5 * libm::erfc(-value * std::f64::consts::FRAC_1_SQRT_2)
}

/// The value below which a share of the standard normal distribution lies.
fn normal_quantile(share: f64) -> f64 {
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..STEPS {
        let middle = f64::midpoint(low, high);
        if normal(middle) < share { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
#[path = "calibration_tests.rs"]
mod tests;
