//! How easily a text is read: Flesch's reading ease for English, and Amstad's for German. Both rise
//! from 0, very hard, to 100, very easy; 50 is the lower end of what newspapers write.
//!
//! R. Flesch, "A new readability yardstick", Journal of Applied Psychology 32 (1948), 221 to 233.
//! T. Amstad, "Wie verständlich sind unsere Zeitungen?", thesis, Zürich 1978.

use crate::words::Language;

/// What stands in quotation marks is somebody else's text, or a command.
pub(super) fn without_quotations(sentence: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for c in sentence.chars() {
        match c {
            '„' => depth += 1,
            '“' if depth == 0 => depth += 1,
            '“' | '”' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

/// Ids and digests: parts with a slash, and long ones with a digit.
pub(super) fn is_id(part: &str) -> bool {
    part.contains('/') || (part.len() >= 12 && part.contains(|c: char| c.is_ascii_digit()))
}

/// The words of letters; numbers and ids are none.
fn words(sentence: &str) -> Vec<String> {
    let parts = sentence.split(|c: char| c.is_whitespace() || "–-;:,.()".contains(c));
    let letters = |part: &&str| !is_id(part) && part.chars().any(char::is_alphabetic);
    parts.filter(letters).map(str::to_lowercase).collect()
}

/// Flesch counts what ends with a full stop, a colon or a semicolon. `23. November` ends nothing.
fn sentences(text: &str) -> usize {
    let chars: Vec<char> = text.chars().collect();
    let ends = (0..chars.len()).filter(|at| {
        let after = chars.get(at + 1).is_none_or(|next| next.is_whitespace());
        let ordinal = *at > 0 && chars[at - 1].is_ascii_digit() && at + 1 < chars.len();
        after && (":;!?".contains(chars[*at]) || (chars[*at] == '.' && !ordinal))
    });
    ends.count()
}

fn syllables(word: &str, language: Language) -> usize {
    let chars: Vec<char> = word.chars().collect();
    let is_vowel = |c: char| "aeiouyäöü".contains(c);
    let mut count = 0;
    let mut before: Option<char> = None;
    for c in chars.iter().copied() {
        if !is_vowel(c) {
            before = None;
            continue;
        }
        let joined = before.is_some_and(|before| match language {
            Language::English => true,
            Language::German => ["ai", "ei", "au", "äu", "eu", "ie", "aa", "ee", "oo"]
                .contains(&[before, c].iter().collect::<String>().as_str()),
        });
        if joined && language == Language::German {
            before = None;
        } else {
            count += usize::from(!joined);
            before = Some(c);
        }
    }
    let silent = language == Language::English
        && ((word.ends_with('e') && !word.ends_with("le"))
            || (word.ends_with("ed") && !word.ends_with("ted") && !word.ends_with("ded"))
            || (word.ends_with("es")
                && !["ses", "zes", "xes", "ges", "ces", "hes"]
                    .iter()
                    .any(|end| word.ends_with(end))));
    usize::max(1, count - usize::from(silent && count > 1))
}

/// The reading ease of a whole text.
#[expect(clippy::cast_precision_loss, reason = "texts are short")]
pub(super) fn ease(said: &[String], language: Language) -> f64 {
    let said: Vec<_> = said.iter().map(|sentence| without_quotations(sentence)).collect();
    let words: Vec<_> = said.iter().flat_map(|sentence| words(sentence)).collect();
    let sentences: usize = said.iter().map(|sentence| sentences(sentence)).sum();
    let syllables: usize = words.iter().map(|word| syllables(word, language)).sum();
    let length = words.len() as f64 / sentences as f64;
    let weight = syllables as f64 / words.len() as f64;
    match language {
        Language::English => 206.835 - 1.015 * length - 84.6 * weight,
        Language::German => 180.0 - length - 58.5 * weight,
    }
}

#[test]
fn syllables_are_counted() {
    let english = |word| syllables(word, Language::English);
    assert_eq!(
        ["the", "evidence", "made", "little", "score", "answered"].map(english),
        [1, 3, 1, 2, 1, 2]
    );
    let german = |word| syllables(word, Language::German);
    assert_eq!(
        ["beiträge", "reaktion", "ein", "anderen", "spanne", "neue"].map(german),
        [3, 4, 1, 3, 2, 2]
    );
}

#[test]
fn hard_texts_are_told_from_easy_ones() {
    let easy = ["The cat sat on the mat. It was warm.".to_owned()];
    let hard =
        ["Organizational accountability necessitates comprehensive documentation.".to_owned()];
    assert!(ease(&easy, Language::English) > 90.0 && ease(&hard, Language::English) < 20.0);
    let easy = ["Die Katze sitzt am Tor. Es ist warm.".to_owned()];
    let hard =
        ["Verwaltungsvereinfachungsmaßnahmen erfordern Verantwortungsbereitschaft.".to_owned()];
    assert!(ease(&easy, Language::German) > 80.0 && ease(&hard, Language::German) < 20.0);
    let said = ["Am 23. November fiel sie: „hier stand etwas“.".to_owned()];
    assert_eq!(sentences(&without_quotations(&said[0])), 2);
}
