//! How much of a reaction's weight is left after some days. Floating point ends here: a weight is
//! rounded to fixed point once for each item and signal, and everything after that is exact
//! integer arithmetic, so order and batching cannot change a bit (promise P8).

use super::evidence::{Channel, Kind, Signal};
use super::model::Model;

/// Fractional bits of a fixed-point weight: 1.0 is 2^32.
pub const FRACTION_BITS: u32 = 32;

/// 1.0 as a fixed-point weight, for conversions.
pub const ONE: f64 = 4_294_967_296.0;

/// Half-lives: one for each kind, the interval's, and that of topics.
const CLOCKS: usize = 6;
const INTERVAL: usize = 4;
const TOPIC: usize = 5;

/// Ages whose decay is remembered; ten years and more are rare enough to be computed each time.
const REMEMBERED: u32 = 4_096;

/// The decays of one model, remembered, because a candidate's items share their ages.
#[derive(Debug)]
pub struct Decays<'m> {
    model: &'m Model,
    half_lives: [f64; CLOCKS],
    remembered: [Vec<f64>; CLOCKS],
}

impl<'m> Decays<'m> {
    /// Of a model.
    pub fn new(model: &'m Model) -> Self {
        let [one, two, three, four] = model.half_lives_days;
        let (interval, topic) = (model.interval_half_life_days, model.topics.half_life_days);
        let half_lives = [one, two, three, four, interval, topic];
        Self { model, half_lives, remembered: Default::default() }
    }

    /// The model.
    pub const fn model(&self) -> &'m Model {
        self.model
    }

    /// The weight of one reaction at an age: exchange rate times 2^(-age/half-life).
    pub fn unit(&mut self, channel: Channel, signal: Signal, age: u32) -> i64 {
        fixed(self.model.rate(channel, signal) * self.at(signal.kind().index(), age))
    }

    /// The same, wide enough to be multiplied and summed.
    pub fn reaction(&mut self, channel: Channel, signal: Signal, age: u32) -> i128 {
        i128::from(self.unit(channel, signal, age))
    }

    /// The weight of one reaction in the standing of a topic.
    pub fn topic(&mut self, channel: Channel, signal: Signal, age: u32) -> i128 {
        i128::from(fixed(self.model.rate(channel, signal) * self.at(TOPIC, age)))
    }

    /// An item's say in the interval.
    pub fn interval(&mut self, age: u32) -> i128 {
        i128::from(fixed(self.at(INTERVAL, age)))
    }

    fn at(&mut self, clock: usize, age: u32) -> f64 {
        let half_life = self.half_lives[clock];
        if age >= REMEMBERED {
            return decay(age, half_life);
        }
        let known = &mut self.remembered[clock];
        if let Some(decay) = known.get(age as usize) {
            return *decay;
        }
        let from = u32::try_from(known.len()).unwrap_or(u32::MAX);
        known.extend((from..=age).map(|age| decay(age, half_life)));
        known.get(age as usize).copied().unwrap_or_else(|| decay(age, half_life))
    }
}

/// What is left of a kind's weight after some days.
pub fn left(model: &Model, kind: Kind, days: u32) -> f64 {
    decay(days, model.half_life_days(kind))
}

fn decay(age: u32, half_life: f64) -> f64 {
    libm::exp2(-f64::from(age) / half_life)
}

#[expect(clippy::cast_possible_truncation, reason = "rates are at most 1000: below 2^42")]
fn fixed(value: f64) -> i64 {
    libm::rint(value * ONE) as i64
}
