//! Inflected words: which word of a name a word of a text may be a form of. The endings propose,
//! the stemmer disposes: stems alone would take `banks` for `banking` and `markets` for
//! `marketing`, endings alone would take `news` for `new`.

use rust_stemmers::{Algorithm, Stemmer};

use super::fold::without_last_umlaut;

/// Fewest letters of a word that is inflected: with fewer, an ending is most often no ending.
const LETTERS_MIN: usize = 3;

/// What is added to an English noun.
const ENGLISH: [&str; 2] = ["s", "es"];
/// What is added to a German noun; `nen` only behind `in`. Plurals in `er` are left to those with
/// an umlaut, since without one `er` makes the person who does it of most words.
const GERMAN: [&str; 5] = ["s", "es", "e", "en", "n"];
const GERMAN_WITH_UMLAUT: [&str; 5] = ["er", "ern", "e", "en", "n"];
/// Endings of German adjectives.
pub(super) const ADJECTIVE: [&str; 5] = ["e", "en", "er", "es", "em"];

/// What may be a form of a folded word, in any language; [`Inflection`] tells what is one.
pub(super) fn forms(word: &str) -> Vec<String> {
    let mut forms: Vec<String> =
        ENGLISH.iter().chain(&GERMAN).map(|ending| format!("{word}{ending}")).collect();
    forms.extend(word.strip_suffix('y').map(|start| format!("{start}ies")));
    if word.ends_with("in") {
        forms.push(format!("{word}nen"));
    }
    if let Some(vowel) = word.rfind(['a', 'o', 'u']) {
        // `au` becomes `äu`.
        let before = word.get(..vowel).unwrap_or_default();
        let vowel = if before.ends_with('a') { vowel } else { vowel + 1 };
        let (before, rest) = word.split_at(vowel);
        forms.extend(GERMAN_WITH_UMLAUT.iter().map(|ending| format!("{before}e{rest}{ending}")));
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// The stemmers of both languages.
pub(super) struct Inflection {
    english: Stemmer,
    german: Stemmer,
}

impl std::fmt::Debug for Inflection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflection").finish_non_exhaustive()
    }
}

impl Inflection {
    pub(super) fn new() -> Self {
        Self {
            english: Stemmer::create(Algorithm::English),
            german: Stemmer::create(Algorithm::German),
        }
    }

    /// What `find` knows of the word that a folded word is an English plural or genitive of.
    pub(super) fn english(&self, word: &str, find: impl Fn(&str) -> Option<u32>) -> Option<u32> {
        if !word.ends_with('s') {
            return None;
        }
        if let Some(base) = word.strip_suffix("ies") {
            let base = format!("{base}y");
            if let Some(found) = find(&base)
                && self.english.stem(&base) == self.english.stem(word)
            {
                return Some(found);
            }
        }
        ENGLISH.iter().find_map(|ending| {
            let base = word.strip_suffix(ending).filter(|base| base.len() >= LETTERS_MIN)?;
            let found = find(base)?;
            (self.english.stem(base) == self.english.stem(word)).then_some(found)
        })
    }

    /// What `find` knows of the word that a folded word is a German form of.
    pub(super) fn german(&self, word: &str, find: impl Fn(&str) -> Option<u32>) -> Option<u32> {
        if !matches!(word.as_bytes().last(), Some(b's' | b'e' | b'n' | b'r')) {
            return None;
        }
        if let Some(base) = word.strip_suffix("nen")
            && base.ends_with("in")
            // The stemmer leaves `inn` of `innen`, and `in` alone: it has no rule for the ending.
            && let Some(found) = find(base)
        {
            return Some(found);
        }
        let same = |base: &str, form: &str| self.german.stem(base) == self.german.stem(form);
        let plain = GERMAN.iter().find_map(|ending| {
            let base = word.strip_suffix(ending).filter(|base| base.len() >= LETTERS_MIN)?;
            let found = find(base)?;
            same(base, word).then_some(found)
        });
        plain.or_else(|| {
            let plain = without_last_umlaut(word)?;
            GERMAN_WITH_UMLAUT.iter().find_map(|ending| {
                let base = plain.strip_suffix(ending).filter(|base| base.len() >= LETTERS_MIN)?;
                let found = find(base)?;
                same(base, &plain).then_some(found)
            })
        })
    }

    /// What `find` knows of a folded word's root, if the word may be an inflected adjective.
    pub(super) fn adjective(&self, word: &str, find: impl Fn(&str) -> Option<u32>) -> Option<u32> {
        ADJECTIVE.iter().find_map(|ending| {
            let root = word.strip_suffix(ending).filter(|root| root.len() >= LETTERS_MIN)?;
            let found = find(root)?;
            (self.german.stem(root) == self.german.stem(word)).then_some(found)
        })
    }

    /// The root of a German adjective, longest ending first, for `find` to know it by.
    pub(super) fn root<'w>(&self, word: &'w str) -> Option<&'w str> {
        let root = ADJECTIVE.iter().rev().find_map(|ending| word.strip_suffix(ending))?;
        let is_adjective =
            root.len() >= LETTERS_MIN && self.german.stem(root) == self.german.stem(word);
        is_adjective.then_some(root)
    }
}
