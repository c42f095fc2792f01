//! Random choices that a seed repeats.

/// `SplitMix64`: small, and the same on every machine for ever.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is small.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap_or(0)
    }

    /// True `percent` times in a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// Some of them, at least one if there are any, in their order.
    pub(super) fn some<T: Copy>(&mut self, choices: &[T]) -> Vec<T> {
        let kept: Vec<T> = choices.iter().copied().filter(|_| self.chance(60)).collect();
        if kept.is_empty() { choices.iter().copied().take(1).collect() } else { kept }
    }
}

#[test]
fn a_seed_repeats_its_choices_and_another_makes_others() {
    let choices = |seed| {
        let mut random = Random::new(seed);
        (0..20).map(|_| random.below(1_000)).collect::<Vec<_>>()
    };
    assert_eq!(choices(1), choices(1));
    assert_ne!(choices(1), choices(2));
}
