//! Whether a word, as a number, may be in a table: cheaper to ask than the table, and most words of
//! a text are in none.

/// Bits; ten times the words of Klout's topics in all their forms, and small enough to stay in the
/// processor's second cache.
const BITS: usize = 1 << 21;
/// Bits of a hash that do not choose a bit.
const SHIFT: u32 = u64::BITS - BITS.trailing_zeros();

/// A set of words that has all it was given, and a few others.
#[derive(Debug)]
pub(super) struct Filter(Box<[u64]>);

impl Filter {
    pub(super) fn new() -> Self {
        Self(vec![0; BITS / 64].into())
    }

    pub(super) fn add(&mut self, word: u128) {
        let (at, bit) = place(word);
        if let Some(bits) = self.0.get_mut(at) {
            *bits |= bit;
        }
    }

    #[inline]
    pub(super) fn may_have(&self, word: u128) -> bool {
        let (at, bit) = place(word);
        self.0.get(at).is_some_and(|bits| bits & bit != 0)
    }
}

/// The place of a word's bit.
#[inline]
fn place(word: u128) -> (usize, u64) {
    let bytes = word.to_le_bytes();
    let half = |part: Option<&[u8; 8]>| part.map_or(0, |part| u64::from_le_bytes(*part));
    let (first, last) = (half(bytes.first_chunk()), half(bytes.last_chunk()));
    let mixed = (first ^ last.rotate_left(31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let at = usize::try_from(mixed >> SHIFT).unwrap_or_default();
    (at / 64, 1 << (at % 64))
}
