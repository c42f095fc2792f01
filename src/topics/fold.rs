//! How a word is compared: lower case, without marks on letters, umlauts as two letters. No
//! tables of words here.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// The sign that combines with a letter before it to an umlaut.
const DIAERESIS: char = '\u{308}';

/// Whether a character is a part of a word: letters, digits, and what combines with them.
pub(super) fn is_part(c: char) -> bool {
    c.is_alphanumeric() || is_invisible(c) || is_combining_mark(c)
}

/// What may stand within a word without being seen: soft hyphens, joiners, variation selectors.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{fe0e}' | '\u{fe0f}')
}

/// Appends a character as it is compared. Germans write `ä` as `ae` where they have to, so both
/// become `ae`; other marks are dropped, as `café` is often `cafe`.
pub(super) fn push(out: &mut String, c: char) {
    match c {
        _ if c.is_ascii() => out.push(c.to_ascii_lowercase()),
        'ä' | 'Ä' | 'æ' | 'Æ' => out.push_str("ae"),
        'ö' | 'Ö' | 'œ' | 'Œ' => out.push_str("oe"),
        'ü' | 'Ü' => out.push_str("ue"),
        'ß' | 'ẞ' => out.push_str("ss"),
        'ø' | 'Ø' => out.push('o'),
        DIAERESIS if out.ends_with(['a', 'o', 'u']) => out.push('e'),
        _ if is_invisible(c) || is_combining_mark(c) => {}
        _ => decompose_canonical(c, |part| {
            if !is_combining_mark(part) {
                out.extend(part.to_lowercase().filter(|c| !is_combining_mark(*c)));
            }
        }),
    }
}

/// A name as a tag: folded, and without what tags leave out or write in many ways. What tells
/// C, C++ and C# apart stays, and so does the dot that `.NET` begins with.
pub(super) fn joined(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.trim().chars() {
        if is_part(c) || matches!(c, '+' | '#') || (c == '.' && out.is_empty()) {
            push(&mut out, c);
        }
    }
    out
}

/// The same word without its last umlaut: a German plural may have one where the singular has none.
pub(super) fn without_last_umlaut(folded: &str) -> Option<String> {
    let last = ["ae", "oe", "ue"].iter().filter_map(|umlaut| folded.rfind(umlaut)).max()?;
    let (before, rest) = folded.split_at_checked(last + 1)?;
    Some(format!("{before}{}", rest.strip_prefix('e')?))
}
