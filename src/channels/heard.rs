//! What others wrote under an item: their words, without who they are. Mentions, addresses of mail
//! and links are taken out, because they name people. No formats here, and nothing of this is
//! ever stored.

use std::collections::BTreeMap;

use super::answers::{Mark, mark};
use super::html;
use crate::domain::item::{HEARD, HEARD_CHARACTERS};

/// Most bytes of others' words that are remembered while a whole export is read; some tell as
/// much about an audience as all do.
const BYTES: usize = 8 << 20;
/// Most bytes of one answer that are looked at.
const LOOKED_AT: usize = 8 << 10;

/// The words of an answer that is plain text or Markdown; `None` if nothing is left of it.
pub(super) fn plain(text: &str) -> Option<String> {
    let text = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    // `@Name`, `name@host` and `+Name` are people; an address of a page may be a person's.
    let names = |word: &&str| {
        let bare = word.trim_start_matches(|c: char| c.is_ascii_punctuation() && c != '+');
        let plus = bare.strip_prefix('+').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
        plus || word.contains(['@', '\u{ff20}']) || word.contains("://") || word.contains("www.")
    };
    let words = text.split_whitespace().filter(|word| !names(word));
    let mut kept = String::new();
    let mut length = 0;
    for word in words {
        length += word.chars().count() + 1;
        if length > HEARD_CHARACTERS + 1 {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    kept.chars().any(char::is_alphabetic).then_some(kept)
}

/// The words of an answer that is HTML. What is linked goes as a whole: it is an address, or the
/// name of whoever is answered.
pub(super) fn of_html(text: &str) -> Option<String> {
    let text = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    if !text.contains(['<', '&']) {
        return plain(text);
    }
    plain(&html::text(&without_links(text)))
}

fn without_links(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    let opens = |after: &str| {
        let mut letters = after.bytes();
        matches!(letters.next(), Some(b'a' | b'A'))
            && letters.next().is_some_and(|next| next == b'>' || next.is_ascii_whitespace())
    };
    while let Some((before, after)) = rest.split_once('<') {
        kept.push_str(before);
        if opens(after) {
            let lower = after.to_ascii_lowercase();
            let end = lower.find("</a").map_or(after.len(), |at| at + "</a".len());
            rest = after.get(end..).unwrap_or_default();
            // Words on both sides stay apart.
            rest = rest.strip_prefix('>').unwrap_or(rest);
            kept.push(' ');
        } else {
            kept.push('<');
            rest = after;
        }
    }
    kept.push_str(rest);
    kept
}

/// What others wrote under many items, where it is read before the items are.
#[derive(Default)]
pub(super) struct Heard {
    texts: BTreeMap<Mark, Vec<String>>,
    bytes: usize,
}

impl Heard {
    /// Somebody else wrote these words under an item. `words` are called only if there is room.
    pub(super) fn add(&mut self, item: &str, words: impl FnOnce() -> Option<String>) {
        if self.bytes >= BYTES {
            return;
        }
        let texts = self.texts.entry(mark(item)).or_default();
        // An entry costs more than its words if they are few.
        self.bytes += size_of::<(Mark, Vec<String>)>();
        if texts.len() < HEARD
            && let Some(words) = words()
        {
            self.bytes += words.len();
            texts.push(words);
        }
    }

    /// What was written under an item.
    pub(super) fn of(&self, item: &str) -> Vec<String> {
        self.texts.get(&mark(item)).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_named_by_a_sign_or_a_link_goes_and_the_words_stay() {
        let text = "@bob: Which flour, (@eve@server.example)? Mail bob@host.example or \
                    https://bob.example +Bob www.bob.example, 1+1 = c++";
        assert_eq!(plain(text).unwrap(), "Which flour, Mail or 1+1 = c++");
        let html = "<p>Danke <A href=\"https://a.example/bob\">Bob <b>Example</b></A>, &amp; das\
                    <a>B</a>Brot</p><article>geht</article>";
        assert_eq!(of_html(html).unwrap(), "Danke , & das Brot geht");
        for nothing in ["", "@bob", "!!! 17", " \n"] {
            assert_eq!(plain(nothing), None, "{nothing}");
        }
        assert_eq!(of_html("<a href=x>Bob"), None);
    }

    #[test]
    fn a_text_is_cut_between_words_and_few_are_kept() {
        let long = "word ".repeat(200);
        let kept = plain(&long).unwrap();
        assert_eq!((kept.chars().count(), kept.ends_with("word")), (499, true));
        let mut heard = Heard::default();
        (0..50).for_each(|n| heard.add("a", || Some(format!("words {n}"))));
        assert_eq!((heard.of("a").len(), heard.of("b").len()), (HEARD, 0));
        for n in 0..1_000_000_u32 {
            heard.add(&n.to_string(), || Some("x".repeat(400)));
        }
        assert!(heard.texts.len() < 20_000, "{}", heard.texts.len());
    }
}
