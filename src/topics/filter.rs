//! Whether a word may be in a table: cheaper to ask than the table, and most words of a text are in
//! none.

/// Bits; thirty times the words of Klout's topics, and small enough to stay in the processor's
/// second cache.
const BITS: usize = 1 << 19;
/// Bits of a hash that do not choose a bit.
const SHIFT: u32 = u64::BITS - BITS.trailing_zeros();

/// A set of words that has all it was given, and a few others.
#[derive(Debug)]
pub(super) struct Filter(Box<[u64]>);

impl Filter {
    pub(super) fn new() -> Self {
        Self(vec![0; BITS / 64].into())
    }

    pub(super) fn add(&mut self, word: &str) {
        let (at, bit) = place(word);
        if let Some(bits) = self.0.get_mut(at) {
            *bits |= bit;
        }
    }

    pub(super) fn may_have(&self, word: &str) -> bool {
        let (at, bit) = place(word);
        self.0.get(at).is_some_and(|bits| bits & bit != 0)
    }
}

/// The place of a word's bit: from its length and its first and last eight bytes, which is cheaper
/// than the hash of a table and tells words almost as well.
fn place(word: &str) -> (usize, u64) {
    let bytes = word.as_bytes();
    let (first, last) = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (bytes.iter().fold(0, |all, byte| (all << 8) | u64::from(*byte)), 0),
    };
    let mixed = (first.rotate_left(31) ^ last)
        .wrapping_add(bytes.len() as u64)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let at = usize::try_from(mixed >> SHIFT).unwrap_or_default();
    (at / 64, 1 << (at % 64))
}
