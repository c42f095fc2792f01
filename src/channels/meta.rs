//! What the exports of Facebook and Instagram have in common: seconds since 1970, no ids, files
//! that are told by their first key. Neither network's names here.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::json::Text;
use crate::domain::time::Timestamp;

/// What to bring instead of web pages.
pub(super) const AS_JSON: &str =
    "request the export again and choose JSON as its format; web pages cannot be read reliably";

/// 2100-01-01T00:00:00Z: what is later was not written in seconds.
const LAST: i64 = 4_102_444_800;
/// Most items that are told apart; each takes up to 100 bytes. Nobody wrote more.
const KEPT: usize = 400_000;
/// Most different items of one second that are told apart.
const IN_A_SECOND: usize = 1_000;
/// Most hashtags of a text.
const HASHTAGS: usize = 64;

/// Seconds since 1970 as a network wrote them: nothing, what cannot be, or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// No number.
    Missing,
    /// Before the network was there, or never.
    Impossible,
    /// The number and the instant.
    At(i64, Timestamp),
}

impl Written {
    /// This, or the other if there is no number.
    pub(super) fn or(self, other: Self) -> Self {
        if self == Self::Missing { other } else { self }
    }
}

/// Reads seconds. A network that opened at `first` has nothing older.
pub(super) fn written(seconds: &Text, first: i64) -> Written {
    match seconds.get().map(str::parse::<i64>) {
        None => Written::Missing,
        Some(Ok(seconds)) if (first..LAST).contains(&seconds) => {
            Written::At(seconds, Timestamp::from_seconds(seconds))
        }
        Some(_) => Written::Impossible,
    }
}

/// Makes ids for items that their network gives none: the second, and which of the different items
/// in that second it is. The text is no part of them, because it may be edited.
#[derive(Default)]
pub(super) struct Ordinals {
    known: BTreeMap<(&'static str, i64), Vec<u64>>,
    kept: usize,
}

impl Ordinals {
    /// The id of an item of this kind and second; `None` if it was there before, as in exports
    /// that overlap.
    pub(super) fn id(&mut self, kind: &'static str, second: i64, text: &str) -> Option<String> {
        // Compared within one import only, so any hash will do.
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let hash = hasher.finish();
        let known = self.known.get(&(kind, second)).map_or(&[][..], Vec::as_slice);
        if known.contains(&hash) {
            return None;
        }
        let ordinal = known.len() + 1;
        if self.kept < KEPT && ordinal <= IN_A_SECOND {
            self.known.entry((kind, second)).or_default().push(hash);
            self.kept += 1;
        }
        match ordinal {
            1 => Some(format!("{kind}:{second}")),
            ordinal => Some(format!("{kind}:{second}:{ordinal}")),
        }
    }
}

/// The first key of the object that a file begins with; `None` if it begins with anything else.
pub(super) fn first_key(head: &[u8]) -> Option<&str> {
    let rest = begin(head).strip_prefix(b"{")?.trim_ascii_start().strip_prefix(b"\"")?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    std::str::from_utf8(rest.get(..end)?).ok()
}

/// Whether a file begins with a list, and all of these stand in what is seen of it.
pub(super) fn is_list_with(head: &[u8], words: &[&str]) -> bool {
    let text = String::from_utf8_lossy(head);
    begin(head).starts_with(b"[") && words.iter().all(|word| text.contains(word))
}

/// Whether a file begins with this, blanks aside.
pub(super) fn begins(head: &[u8], start: &str) -> bool {
    let mut text = begin(head).iter().filter(|byte| !byte.is_ascii_whitespace());
    start.bytes().all(|wanted| text.next() == Some(&wanted))
}

/// What is said where an export does not tell whose it is.
pub(super) const NOBODYS: &str =
    "without the profile among the files nobody can tell whose these are; bring the whole export";

/// Whether a file is a web page.
pub(super) fn is_page(head: &[u8]) -> bool {
    let start = begin(head);
    let start = start.get(..start.len().min(15)).unwrap_or_default().to_ascii_lowercase();
    start.starts_with(b"<html") || start.starts_with(b"<!doctype html")
}

fn begin(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start()
}

/// The hashtags in a text, without `#`, each once. Numbers alone are none.
pub(super) fn hashtags(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let opens = matches!(c, '#' | '＃') && !is_word(before) && before != '&';
        before = c;
        if !opens {
            continue;
        }
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        let tag: String = rest.chars().take_while(|c| is_word(*c)).collect();
        if tag.chars().any(char::is_alphabetic) && !found.contains(&tag) && found.len() < HASHTAGS {
            found.push(tag);
        }
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashtags_end_with_the_word_and_are_named_once() {
        let text = "#Fahrrad, #für_alle#zwei #２024 a#b (#東京) &#x27; #Fahrrad ##x # ＃Köln";
        assert_eq!(hashtags(text), ["Fahrrad", "für_alle", "東京", "x", "Köln"]);
    }

    #[test]
    fn different_items_of_one_second_have_ids_of_their_own() {
        let mut ordinals = Ordinals::default();
        let mut id = |kind, second, text| ordinals.id(kind, second, text);
        assert_eq!(id("post", 5, "a").as_deref(), Some("post:5"));
        assert_eq!(id("post", 5, "b").as_deref(), Some("post:5:2"));
        assert_eq!(id("post", 5, "a"), None);
        assert_eq!(id("reply", 5, "a").as_deref(), Some("reply:5"));
        assert_eq!(id("post", 6, "a").as_deref(), Some("post:6"));
        assert_eq!(id("post", 5, "c").as_deref(), Some("post:5:3"));
    }

    #[test]
    fn seconds_that_cannot_be_are_told_from_missing_ones() {
        let read = |text: &str| written(&Text(Some(text.to_owned())), 1_000);
        assert_eq!(read("1000"), Written::At(1_000, Timestamp::from_seconds(1_000)));
        for impossible in ["999", "-62169958800", "1644200127000", "99999999999999999999", "1.5"] {
            assert_eq!(read(impossible), Written::Impossible, "{impossible}");
        }
        assert_eq!(written(&Text(None), 0), Written::Missing);
    }

    #[test]
    fn files_are_told_by_their_beginning() {
        assert_eq!(first_key(b"\xef\xbb\xbf {\n \"profile_v2\": {"), Some("profile_v2"));
        for none in [&b"[{\"a\""[..], b"{}", b"{\"a", b"", b"{\"\xff\"", b"x"] {
            assert_eq!(first_key(none), None);
        }
        assert!(is_list_with(b"[ {\"a\": 1", &["\"a\""]) && !is_list_with(b"{\"a\":[", &["\"a\""]));
        assert!(is_page(b"\n<!DOCTYPE HTML><html>") && is_page(b"<html><head>"));
        assert!(!is_page(b"<rss>") && !is_page(b""));
    }
}
