//! The words of all names, and their inflected forms. Forms are made once, from the names, so that
//! a word of a text is looked up and never stemmed, which would take twice as long in all.

use rustc_hash::FxHashMap;

use super::filter::Filter;
use super::inflection::{ADJECTIVE, Inflection, forms};

/// No word.
pub(super) const NONE: u32 = u32::MAX;

/// What words of names a word may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Roles {
    /// The word itself.
    pub(super) plain: u32,
    /// The one that it is an English form of.
    pub(super) english: u32,
    /// The one that it is a German form of.
    pub(super) german: u32,
    /// The root that it is with the ending of a German adjective.
    pub(super) adjective: u32,
}

const UNKNOWN: Roles = Roles { plain: NONE, english: NONE, german: NONE, adjective: NONE };

/// Words while names are being added.
#[derive(Debug)]
pub(super) struct Words {
    inflection: Inflection,
    plain: FxHashMap<Box<str>, u32>,
    roots: FxHashMap<Box<str>, u32>,
}

impl Words {
    pub(super) fn new() -> Self {
        let (plain, roots) = (FxHashMap::default(), FxHashMap::default());
        Self { inflection: Inflection::new(), plain, roots }
    }

    /// How many there are: each has a number below it.
    pub(super) fn count(&self) -> usize {
        self.plain.len() + self.roots.len()
    }

    /// The number of a word.
    pub(super) fn id(&mut self, word: &str) -> u32 {
        let next = u32::try_from(self.count()).unwrap_or(NONE);
        *self.plain.entry(word.into()).or_insert(next)
    }

    /// The number of a word's root, if the word may be a German adjective.
    pub(super) fn root_id(&mut self, word: &str) -> Option<u32> {
        let root = self.inflection.root(word)?;
        let next = u32::try_from(self.plain.len() + self.roots.len()).unwrap_or(NONE);
        Some(*self.roots.entry(root.into()).or_insert(next))
    }

    /// All words with their forms.
    pub(super) fn inflect(self) -> Vocabulary {
        let mut known: FxHashMap<Box<str>, Roles> = FxHashMap::default();
        let mut words: Vec<_> = self.plain.into_iter().collect();
        // The shorter base of two gives its name to a form that both may have.
        words.sort_unstable_by(|(one, _), (two, _)| (one.len(), one).cmp(&(two.len(), two)));
        for (word, id) in words {
            for form in forms(&word) {
                let of = |base: &str| (base == &*word).then_some(id);
                let (english, german) =
                    (self.inflection.english(&form, of), self.inflection.german(&form, of));
                if english.is_some() || german.is_some() {
                    let roles = known.entry(form.into()).or_insert(UNKNOWN);
                    fill(&mut roles.english, english);
                    fill(&mut roles.german, german);
                }
            }
            known.entry(word).or_insert(UNKNOWN).plain = id;
        }
        for (root, id) in self.roots {
            for ending in ADJECTIVE {
                let form = format!("{root}{ending}");
                let found = self.inflection.adjective(&form, |base| (base == &*root).then_some(id));
                if found.is_some() {
                    fill(&mut known.entry(form.into()).or_insert(UNKNOWN).adjective, found);
                }
            }
        }
        Vocabulary::of(known)
    }
}

fn fill(role: &mut u32, found: Option<u32>) {
    if *role == NONE {
        *role = found.unwrap_or(NONE);
    }
}

/// The words of all names in all their forms.
#[derive(Debug)]
pub(super) struct Vocabulary {
    filter: Filter,
    /// Words that fit into a number: no text is compared, and nothing is followed to it.
    short: FxHashMap<u128, Roles>,
    long: FxHashMap<Box<str>, Roles>,
}

impl Vocabulary {
    fn of(known: FxHashMap<Box<str>, Roles>) -> Self {
        let (mut filter, mut short, mut long) =
            (Filter::new(), FxHashMap::default(), FxHashMap::default());
        for (word, roles) in known {
            match number(&word) {
                Some(number) => {
                    filter.add(number);
                    short.insert(number, roles);
                }
                None => {
                    long.insert(word, roles);
                }
            }
        }
        Self { filter, short, long }
    }

    /// What a folded word may be, if anything.
    #[inline]
    pub(super) fn roles(&self, folded: &str) -> Option<Roles> {
        match number(folded) {
            Some(number) if self.filter.may_have(number) => self.short.get(&number).copied(),
            Some(_) => None,
            None => self.long.get(folded).copied(),
        }
    }
}

/// A word of at most sixteen bytes as a number, its bytes from the lowest on. Exact: no folded word
/// has a zero in it. Read in two overlapping halves, because copying so few bytes costs more.
#[inline]
fn number(word: &str) -> Option<u128> {
    let bytes = word.as_bytes();
    let length = bytes.len();
    if length > 16 {
        return None;
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
        let rest = u128::from(last) >> (8 * (16 - length));
        return Some(u128::from(first) | rest << 64);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        let rest = u64::from(last) >> (8 * (8 - length));
        return Some(u128::from(u64::from(first) | rest << 32));
    }
    Some(bytes.iter().rev().fold(0, |all, byte| (all << 8) | u128::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn words_of_up_to_sixteen_bytes_are_their_bytes_as_a_number() {
        let word = "abcdefghijklmnop";
        for length in 0..=16 {
            let mut bytes = [0; 16];
            bytes[..length].copy_from_slice(&word.as_bytes()[..length]);
            assert_eq!(number(&word[..length]), Some(u128::from_le_bytes(bytes)), "{length}");
        }
        assert_eq!(number("abcdefghijklmnopq"), None);
    }
}
