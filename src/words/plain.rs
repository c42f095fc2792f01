//! Other people's text made harmless: it may neither command a terminal, nor reorder or hide what
//! stands beside it (CVE-2021-42574), nor break a line. Escaping for a format is that format's.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Marks between which a text keeps its direction to itself.
const ISOLATE: char = '\u{2068}';
const END_OF_ISOLATE: char = '\u{2069}';

/// A text of somebody's as at most so many columns of plain text on one line. What must not be
/// shown becomes U+FFFD; what was cut ends with `…`; text that runs from right to left is isolated.
pub fn plain(text: &str, columns: usize) -> String {
    let mut kept = String::new();
    let mut width = 0;
    let mut is_gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            is_gap = !kept.is_empty();
            continue;
        }
        let c = if is_harmful(c) { char::REPLACEMENT_CHARACTER } else { c };
        let wide = c.width().unwrap_or(0) + usize::from(is_gap);
        // Marks without a width of their own pile up on the letter before them.
        let is_piled = wide == 0 && kept.chars().rev().take(3).all(|c| c.width() == Some(0));
        if is_piled && kept.chars().count() > 3 {
            continue;
        }
        if width + wide > columns {
            return shortened(&kept, columns);
        }
        if is_gap {
            kept.push(' ');
        }
        is_gap = false;
        kept.push(c);
        width += wide;
    }
    isolated(kept)
}

/// The columns that a text takes in a terminal.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

fn shortened(kept: &str, columns: usize) -> String {
    let mut kept = kept.trim_end().to_owned();
    while columns > 0 && kept.width() + 1 > columns && kept.pop().is_some() {}
    kept.truncate(kept.trim_end().len());
    if columns > 0 {
        kept.push('…');
    }
    isolated(kept)
}

fn isolated(text: String) -> String {
    if text.chars().any(is_right_to_left) {
        format!("{ISOLATE}{text}{END_OF_ISOLATE}")
    } else {
        text
    }
}

/// Controls, marks of direction, invisible format characters but the joiners that scripts and
/// emoji need, characters that XML forbids, and those for private use.
fn is_harmful(c: char) -> bool {
    let code = u32::from(c);
    c.is_control()
        || (code & 0xFFFE) == 0xFFFE
        || matches!(c,
            '\u{061C}' | '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{180E}'
            | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}'
            | '\u{F0000}'..='\u{10FFFF}')
}

/// Letters of the scripts that run from right to left, by the blocks of Unicode set aside for them.
fn is_right_to_left(c: char) -> bool {
    matches!(c,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_or_reorders_is_replaced() {
        let hostile = "a\u{1b}[2J\u{9b}1m\u{202e}b\u{200b}c\u{feff}\u{fffe}\u{e0041}\u{85}d";
        let shown = plain(hostile, 80);
        assert_eq!(shown, "a\u{fffd}[2J\u{fffd}1m\u{fffd}b\u{fffd}c\u{fffd}\u{fffd}\u{fffd} d");
        assert_eq!(plain(" two\r\n\tlines\u{2028}here ", 80), "two lines here");
    }

    #[test]
    fn columns_are_counted_as_terminals_do() {
        assert_eq!(plain("Grüße aus Köln", 9), "Grüße au…");
        assert_eq!(plain("漢字漢字漢字", 7), "漢字漢…");
        assert_eq!(plain("漢字漢字漢字", 6), "漢字…");
        assert_eq!(plain("abcdef", 6), "abcdef");
        assert_eq!(plain("abc", 0), "");
        for most in 0..20 {
            assert!(columns(&plain("wide 漢字, e\u{301}, 👩‍👩‍👧 and ü", most)) <= most, "{most}");
        }
    }

    #[test]
    fn marks_do_not_pile_up_without_end() {
        let piled = format!("a{}b", "\u{301}".repeat(1_000));
        assert!(plain(&piled, 80).chars().count() < 10);
        assert_eq!(plain("e\u{301}a", 80), "e\u{301}a");
    }

    #[test]
    fn text_from_right_to_left_keeps_its_direction_to_itself() {
        assert_eq!(plain("שלום 12", 80), "\u{2068}שלום 12\u{2069}");
        assert_eq!(plain("Grüße", 80), "Grüße");
    }
}
