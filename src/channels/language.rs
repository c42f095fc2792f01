//! Which language a text is in. Only whole languages, as primary subtags of BCP 47.

use whatlang::Lang;

/// Fewest letters from which a language is guessed: below, names and hashtags decide.
const LETTERS: usize = 24;
/// Most characters that are looked at.
const CHARACTERS: usize = 400;

/// The primary subtag of a language tag that a network wrote, in lower case (`de` of `de_DE`).
/// `None` for what is no language, such as X's `und`, `qme` and `zxx`.
pub(super) fn primary(tag: &str) -> Option<String> {
    let first = tag.split(['-', '_']).next().unwrap_or_default().trim().to_ascii_lowercase();
    let plain = (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_lowercase());
    let none = matches!(first.as_str(), "und" | "zxx" | "mul" | "mis" | "art")
        || (first.len() == 3 && first.starts_with('q'));
    // `in` and `iw` are what X still writes for `id` and `he` (RFC 5646, deprecated subtags).
    match first.as_str() {
        "in" => Some("id".to_owned()),
        "iw" => Some("he".to_owned()),
        _ => (plain && !none).then_some(first),
    }
}

/// The language of a text, if it is long and clear enough.
pub(super) fn of(text: &str) -> Option<&'static str> {
    let end = text.char_indices().nth(CHARACTERS).map_or(text.len(), |(end, _)| end);
    let text = text.get(..end)?;
    if text.chars().filter(|c| c.is_alphabetic()).count() < LETTERS {
        return None;
    }
    let found = whatlang::detect(text).filter(whatlang::Info::is_reliable)?;
    subtag(found.lang())
}

/// The two-letter subtag (ISO 639-1) of a language.
fn subtag(language: Lang) -> Option<&'static str> {
    SUBTAGS.iter().find(|(known, _)| *known == language).map(|(_, subtag)| *subtag)
}

const SUBTAGS: [(Lang, &str); 56] = [
    (Lang::Afr, "af"),
    (Lang::Ara, "ar"),
    (Lang::Aze, "az"),
    (Lang::Bel, "be"),
    (Lang::Ben, "bn"),
    (Lang::Bul, "bg"),
    (Lang::Cat, "ca"),
    (Lang::Ces, "cs"),
    (Lang::Cmn, "zh"),
    (Lang::Cym, "cy"),
    (Lang::Dan, "da"),
    (Lang::Deu, "de"),
    (Lang::Ell, "el"),
    (Lang::Eng, "en"),
    (Lang::Epo, "eo"),
    (Lang::Est, "et"),
    (Lang::Fin, "fi"),
    (Lang::Fra, "fr"),
    (Lang::Guj, "gu"),
    (Lang::Heb, "he"),
    (Lang::Hin, "hi"),
    (Lang::Hrv, "hr"),
    (Lang::Hun, "hu"),
    (Lang::Hye, "hy"),
    (Lang::Ind, "id"),
    (Lang::Ita, "it"),
    (Lang::Jpn, "ja"),
    (Lang::Kan, "kn"),
    (Lang::Kat, "ka"),
    (Lang::Kor, "ko"),
    (Lang::Lav, "lv"),
    (Lang::Lit, "lt"),
    (Lang::Mal, "ml"),
    (Lang::Mar, "mr"),
    (Lang::Mkd, "mk"),
    (Lang::Nld, "nl"),
    (Lang::Nob, "nb"),
    (Lang::Pan, "pa"),
    (Lang::Pes, "fa"),
    (Lang::Pol, "pl"),
    (Lang::Por, "pt"),
    (Lang::Ron, "ro"),
    (Lang::Rus, "ru"),
    (Lang::Slk, "sk"),
    (Lang::Slv, "sl"),
    (Lang::Spa, "es"),
    (Lang::Srp, "sr"),
    (Lang::Swe, "sv"),
    (Lang::Tam, "ta"),
    (Lang::Tel, "te"),
    (Lang::Tha, "th"),
    (Lang::Tur, "tr"),
    (Lang::Ukr, "uk"),
    (Lang::Urd, "ur"),
    (Lang::Uzb, "uz"),
    (Lang::Vie, "vi"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_networks_become_plain_languages_or_nothing() {
        let plain = |tag| primary(tag);
        assert_eq!(plain("de_DE").as_deref(), Some("de"));
        assert_eq!(plain("zh-Hans").as_deref(), Some("zh"));
        assert_eq!(plain("iw").as_deref(), Some("he"));
        for none in ["und", "qme", "zxx", "", "x", "german"] {
            assert_eq!(plain(none), None, "{none}");
        }
    }

    #[test]
    fn a_sentence_tells_its_language_and_a_hashtag_does_not() {
        assert_eq!(
            of("Heute habe ich einen langen Artikel über Datenschutz geschrieben"),
            Some("de")
        );
        assert_eq!(
            of("I have written a long article about the things that people should know"),
            Some("en")
        );
        assert_eq!(of("#rustlang 🦀"), None);
    }
}
