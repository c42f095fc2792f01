//! Persons who do not exist, for the reference sample: a small generator with stated
//! distributions. They represent nobody. They fix the scale, so that it stays what it is, and
//! say nothing about the truth; an operator with a population that consents should calibrate on
//! that.
//!
//! - **Items in a year**: lognormal, median 60, sd 1.2, from 10 to 2,000. Chosen: from one a week
//!   to a few every day; below ten nobody has a score.
//! - **Reactions an item**: lognormal over persons, median 20, sd 2.0. Chosen: with the number of
//!   items, evidence has an sd of 2.3 in logarithms, the spread for which percentiles were tried;
//!   the median is high enough that the logarithm's bend at zero leaves the shape alone. With a
//!   quarter of it two numbers would no longer describe the sample.
//! - **Virality within a person**: lognormal of mean 1, sd even from 1 to 1.5: the two spreads
//!   for which intervals were simulated.
//! - **Share of each kind**: curation 0.1, conversation and amplification 0.25, approval 1.
//!   Chosen: people approve more easily than they answer, pass on or keep.
//! - **Leaning to a kind**: lognormal for each person and kind, sd 1.0. Chosen: some are
//!   answered, others are passed on. All kinds share the person's level and the item's virality,
//!   so they go together.
//! - **Age of an item**: even over a year, as in the simulated intervals; older reactions have
//!   faded to a sixtieth.
//! - **Reactions**: Poisson, independent of each other, given all this.

use super::chance::Chance;
use super::reference::{self, Row};
use crate::domain::evidence::Kind;
use crate::domain::model::Model;

const ITEMS: (f64, f64) = (60.0, 1.2);
const ITEMS_RANGE: (f64, f64) = (10.0, 2_000.0);
const LEVEL: (f64, f64) = (20.0, 2.0);
const VIRALITY: (f64, f64) = (1.0, 1.5);
/// In the order of [`Kind::ALL`].
const SHARES: [f64; 4] = [0.1, 0.25, 0.25, 1.0];
const LEANING: f64 = 1.0;
const DAYS: usize = 365;
/// Most reactions of one kind to one item: as many as there are people in a large country.
const REACTIONS_MAX: f64 = 1e8;

/// Most persons drawn for each one wanted; at these distributions 1.02 are enough.
const ATTEMPTS: usize = 20;

/// An item that somebody reacted to.
struct Reacted {
    /// Decayed reactions, in the order of kinds.
    decayed: [f64; 4],
    /// The item's own decay.
    decay: f64,
}

/// Draws persons until so many have enough evidence for a score. The same seed, number and model
/// give the same rows on every machine.
pub fn simulate(model: &Model, seed: u64, persons: usize) -> Vec<Row> {
    let mut chance = Chance::new(seed);
    let drawn = (0..persons.saturating_mul(ATTEMPTS)).filter_map(|_| row(model, &mut chance));
    drawn.take(persons).collect()
}

/// The file of such a sample, which says what it is.
pub fn file(model: &Model, seed: u64, persons: usize) -> String {
    let description = format!(
        "{persons} persons who do not exist, invented by `glasklar calibrate simulate --seed \
         {seed} --persons {persons}`: they represent nobody and fix the scale, not the truth\n\
         How they are drawn, and why so, is in src/evaluate/population.rs. Everything but items is \
         in thousandths:\n\
         pooled decayed reactions of each kind as a whole, in two random halves of the items, and \
         the effective\n\
         number of items in each half."
    );
    reference::write(&description, &simulate(model, seed, persons))
}

fn lognormal(chance: &mut Chance, (median, deviation): (f64, f64)) -> f64 {
    median * libm::exp(deviation * chance.normal())
}

/// One person, unless the evidence is too little for a score.
fn row(model: &Model, chance: &mut Chance) -> Option<Row> {
    let mut items = person(model, chance);
    let reacted = items.len() as u64;
    if reacted < model.reacted_items_min.max(2) {
        return None;
    }
    chance.shuffle(&mut items);
    let (first, second) = items.split_at(items.len() / 2);
    let halves = [pooled(first), pooled(second)];
    let whole: u64 = halves.iter().flatten().sum();
    let enough = whole >= thousandths(model.pooled_reactions_min);
    let effective = [effective(first), effective(second)];
    enough.then_some(Row { items: reacted, halves, effective })
}

/// The items of one person that somebody reacted to.
fn person(model: &Model, chance: &mut Chance) -> Vec<Reacted> {
    let (fewest, most) = ITEMS_RANGE;
    let number = libm::rint(lognormal(chance, ITEMS)).clamp(fewest, most);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 10 to 2,000")]
    let number = number as usize;
    let level = lognormal(chance, LEVEL);
    let spread = VIRALITY.0 + (VIRALITY.1 - VIRALITY.0) * chance.uniform();
    let leaning = SHARES.map(|share| lognormal(chance, (share, LEANING)));
    let items = (0..number).filter_map(|_| item(model, chance, (level, spread), leaning));
    items.collect()
}

fn item(
    model: &Model,
    chance: &mut Chance,
    (level, spread): (f64, f64),
    leaning: [f64; 4],
) -> Option<Reacted> {
    let age = u32::try_from(chance.below(DAYS)).unwrap_or(0);
    // The mean of exp(sd * normal) is exp(sd^2 / 2).
    let virality = libm::exp(spread * chance.normal() - spread * spread / 2.0);
    let decay = |half_life: f64| libm::exp2(-f64::from(age) / half_life);
    let mut decayed = [0.0; 4];
    for ((kind, leaning), sum) in Kind::ALL.into_iter().zip(leaning).zip(&mut decayed) {
        let mean = (level * virality * leaning).min(REACTIONS_MAX);
        *sum = chance.poisson(mean) * decay(model.half_life_days(kind));
    }
    let reacted = decayed.iter().any(|sum| *sum > 0.0);
    reacted.then(|| Reacted { decayed, decay: decay(model.interval_half_life_days) })
}

fn pooled(items: &[Reacted]) -> [u64; 4] {
    let mut sums = [0.0; 4];
    for item in items {
        for (sum, decayed) in sums.iter_mut().zip(item.decayed) {
            *sum += decayed;
        }
    }
    sums.map(thousandths)
}

/// The effective number of items, in thousandths.
fn effective(items: &[Reacted]) -> u64 {
    let sum: f64 = items.iter().map(|item| item.decay).sum();
    let squares: f64 = items.iter().map(|item| item.decay * item.decay).sum();
    thousandths(sum * sum / squares).max(1_000)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most 2,000 items of 10^8 reactions, in thousandths"
)]
fn thousandths(value: f64) -> u64 {
    libm::rint(value * 1_000.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::tests::model;

    #[test]
    fn the_same_seed_gives_the_same_persons_and_all_have_enough_evidence() {
        let model = model();
        let rows = simulate(&model, 5, 200);
        assert_eq!(rows, simulate(&model, 5, 200));
        assert_ne!(rows, simulate(&model, 6, 200));
        assert_eq!(rows.len(), 200);
        let text = reference::write("Nobody.", &rows);
        assert_eq!(reference::read(text.as_bytes(), &model).unwrap().persons.len(), 200);
    }

    #[test]
    fn evidence_spreads_as_stated_and_kinds_go_together() {
        let rows = simulate(&model(), 5, 1_000);
        let log = |row: &Row, kind: usize| {
            let whole = row.halves[0][kind] + row.halves[1][kind];
            #[expect(clippy::cast_precision_loss, reason = "thousandths of reactions")]
            libm::log1p(whole as f64 / 1_000.0)
        };
        let moments = |values: &[f64]| {
            let mean = values.iter().sum::<f64>() / 1_000.0;
            let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
            (mean, libm::sqrt(squares / 1_000.0))
        };
        let approval: Vec<f64> = rows.iter().map(|row| log(row, 3)).collect();
        let replies: Vec<f64> = rows.iter().map(|row| log(row, 1)).collect();
        let ((a, sd_a), (r, sd_r)) = (moments(&approval), moments(&replies));
        // sqrt(2.0^2 + 1.2^2 + 1.0^2) = 2.54, less what the threshold and the bend take away.
        assert!((2.1..2.7).contains(&sd_a), "{sd_a}");
        let both: f64 = approval.iter().zip(&replies).map(|(x, y)| (x - a) * (y - r)).sum();
        let correlation = both / 1_000.0 / (sd_a * sd_r);
        assert!((0.7..0.95).contains(&correlation), "{correlation}");
    }
}
