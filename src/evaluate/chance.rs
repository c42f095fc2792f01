//! Chance that is the same on every machine: seeds in, numbers out, through `libm` alone.

/// A sequence of numbers that look random (`SplitMix64`, Steele and others, 2014).
#[derive(Clone, Debug)]
pub struct Chance(u64);

/// Means from which a count is drawn from the normal distribution of the same mean and variance:
/// the two differ by less than a fiftieth in any percentile that matters here.
const MANY: f64 = 30.0;

impl Chance {
    /// Begins a sequence.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number between 0 and 1, neither of them.
    #[expect(clippy::cast_precision_loss, reason = "52 bits fit a double")]
    pub const fn uniform(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0
    }

    /// A whole number below `end`; zero when `end` is. The bias is below `end / 2^64`.
    pub fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.bits()) * (end as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// A standard normal number (Box and Muller, 1958).
    pub fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.uniform(), self.uniform());
        libm::sqrt(-2.0 * libm::log(radius)) * libm::cos(std::f64::consts::TAU * angle)
    }

    /// A Poisson count.
    pub fn poisson(&mut self, mean: f64) -> f64 {
        if mean > MANY {
            return libm::rint(mean + libm::sqrt(mean) * self.normal()).max(0.0);
        }
        let least = libm::exp(-mean);
        let (mut count, mut product) = (0.0, self.uniform());
        while product > least {
            count += 1.0;
            product *= self.uniform();
        }
        count
    }

    /// Puts values into a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for at in (1..values.len()).rev() {
            let other = self.below(at + 1);
            values.swap(at, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_mean_and_spread_of_their_distributions() {
        let mut chance = Chance::new(1);
        let mut draw = |number: &dyn Fn(&mut Chance) -> f64| {
            let values: Vec<f64> = (0..40_000).map(|_| number(&mut chance)).collect();
            let mean = values.iter().sum::<f64>() / 40_000.0;
            let spread = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / 40_000.0;
            (mean, spread)
        };
        let near = |(mean, variance): (f64, f64), (m, v): (f64, f64)| {
            // Four standard errors of a mean of 40,000.
            let error = 4.0 * libm::sqrt(v / 40_000.0);
            assert!((mean - m).abs() < error, "mean {mean}, expected {m}");
            assert!((variance / v - 1.0).abs() < 0.06, "variance {variance}, expected {v}");
        };
        near(draw(&Chance::uniform), (0.5, 1.0 / 12.0));
        near(draw(&Chance::normal), (0.0, 1.0));
        near(draw(&|chance| chance.poisson(3.0)), (3.0, 3.0));
        near(draw(&|chance| chance.poisson(80.0)), (80.0, 80.0));
    }

    #[test]
    fn the_same_seed_gives_the_same_order_with_everything_in_it() {
        let shuffled = |seed| {
            let mut values: Vec<usize> = (0..100).collect();
            Chance::new(seed).shuffle(&mut values);
            values
        };
        assert_eq!(shuffled(7), shuffled(7));
        assert_ne!(shuffled(7), shuffled(8));
        let mut sorted = shuffled(7);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
        assert!((0..1_000).all(|seed| Chance::new(seed).below(3) < 3));
    }
}
