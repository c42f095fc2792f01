//! Text as Facebook and Instagram write it: the bytes of UTF-8, each as a character of its own
//! (`\u00c3\u00bc` for `ü`), in values and in keys. It is mended here, once, as it is read.
//! No fields of either network here.

use serde::de::{Deserialize, Deserializer};

use super::json::Text;

/// A text that is mended as it is read; `None` for what is no text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mended(Option<String>);

impl Mended {
    /// The text without the blanks around it, if there is any.
    pub(super) fn get(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }
}

impl<'de> Deserialize<'de> for Mended {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Text::deserialize(deserializer)?.0.map(mend)))
    }
}

/// Reads a text's characters as bytes and these as UTF-8; a text that is not broken in this way
/// stays as it is. Networks cut long texts between two bytes: what is left of the last character
/// is dropped.
pub(super) fn mend(text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    let Ok(bytes) = text.chars().map(u8::try_from).collect::<Result<Vec<u8>, _>>() else {
        return text;
    };
    match std::str::from_utf8(&bytes) {
        Ok(mended) => mended.to_owned(),
        Err(error) if error.error_len().is_none() => {
            let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
            // A lone last letter, as in a sound `Café`, proves nothing.
            if whole.is_ascii() { text } else { String::from_utf8_lossy(whole).into_owned() }
        }
        Err(_) => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the networks make of a text.
    fn broken(text: &str) -> String {
        text.bytes().map(char::from).collect()
    }

    #[test]
    fn a_text_that_was_cut_between_two_bytes_loses_only_the_last_character() {
        let whole = broken("für alle 🚲");
        let cut: String = whole.chars().take(whole.chars().count() - 1).collect();
        assert_eq!(mend(cut), "für alle ");
    }

    #[test]
    fn a_sound_text_stays_as_it_is() {
        for sound in ["", "plain", "Café", "für", "ÄÖÜ", "日本語", "naïve café 🚲", "Ã"]
        {
            assert_eq!(mend(sound.to_owned()), sound);
        }
    }

    proptest! {
        #[test]
        fn what_was_broken_once_is_mended_once(text in "\\PC{0,40}") {
            prop_assert_eq!(mend(broken(&text)), text.clone());
            let twice = broken(&broken(&text));
            prop_assert_eq!(mend(twice), broken(&text));
        }
    }
}
