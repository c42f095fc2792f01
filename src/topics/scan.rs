//! A text cut into words, hashtags and links. Addresses, mentions and code are no words of it.
//! Linear in the text, whatever it is. What the words mean is not known here.

use super::fold::{is_part, push};

/// Longest word that is folded, in bytes: the longest in a name has some 40.
const WORD_MAX: usize = 96;

/// Most bytes that are looked at ahead for an address: a text without white space would otherwise
/// be looked at again from each of its words.
const CHUNK_MAX: usize = 1024;

/// Ends of the names of hosts that people write without `https://`. Those that are words of
/// English or German (`it`, `at`, `me`, `es`) are not here: a blank is often forgotten behind a
/// full stop.
const DOMAINS: [&str; 14] =
    ["com", "org", "net", "de", "io", "dev", "eu", "ch", "edu", "gov", "app", "ai", "uk", "info"];

/// What a piece of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word, folded.
    Word,
    /// `#` with the word behind it, folded without `#`.
    Hashtag,
    /// The address of a page.
    Link,
}

/// A piece of a text, by bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Of a word: the end with signs that may belong to it, as in `C++`; else `end`.
    pub(super) signs_end: usize,
    /// Of a word: whether a dot stands before it that may belong to it, as in `.NET`.
    pub(super) dotted: bool,
}

/// Walks through a text.
pub(super) struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// Where the chunk ends that `at` is in: at white space or a bracket.
    chunk_end: usize,
    /// What follows the chunk: a link until this place, or nothing to be read until it.
    pending: Option<(Option<Kind>, usize)>,
}

impl<'t> Scan<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, at: 0, chunk_end: 0, pending: None }
    }

    /// The next piece; what is compared of it is in `folded`.
    #[inline]
    pub(super) fn next(&mut self, folded: &mut String) -> Option<Piece> {
        loop {
            if self.at >= self.chunk_end {
                if let Some((kind, end)) = self.pending.take() {
                    let start = std::mem::replace(&mut self.at, end);
                    self.chunk_end = end;
                    if let Some(kind) = kind {
                        folded.clear();
                        return Some(Piece { kind, start, end, signs_end: end, dotted: false });
                    }
                    continue;
                }
                if !self.open_chunk() {
                    return None;
                }
                continue;
            }
            let byte = self.byte(self.at)?;
            if byte.is_ascii_alphanumeric() {
                return Some(self.word(false, folded));
            }
            match byte {
                b'#' => {
                    if let Some(hashtag) = self.hashtag(folded) {
                        return Some(hashtag);
                    }
                    self.at += 1;
                }
                b'.' if self.is_leading_dot() => {
                    self.at += 1;
                    return Some(self.word(true, folded));
                }
                0..=0x7f => self.at += 1,
                _ => {
                    let c = self.character(self.at)?;
                    if c.is_alphanumeric() {
                        return Some(self.word(false, folded));
                    }
                    self.at += c.len_utf8();
                }
            }
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn character(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    fn before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Finds the next chunk, and whether it is or ends in something that has no words.
    fn open_chunk(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        while let Some(byte) = self.byte(self.at).filter(|byte| class(*byte) == EDGE) {
            self.at = if byte == b'`' { self.behind_code() } else { self.at + 1 };
        }
        let Some(rest) = bytes.get(self.at..).filter(|rest| !rest.is_empty()) else {
            return false;
        };
        let mut length = rest.len().min(CHUNK_MAX);
        while !self.text.is_char_boundary(self.at + length) {
            length -= 1;
        }
        let rest = rest.get(..length).unwrap_or_default();
        let mut signs = 0;
        for (offset, byte) in rest.iter().enumerate() {
            let class = class(*byte);
            if class == EDGE {
                length = offset;
                break;
            }
            signs |= class;
        }
        self.chunk_end = self.at + length;
        if signs & SIGN != 0 {
            self.shorten_chunk();
        }
        true
    }

    /// Ends the chunk before an address or a mention in it.
    fn shorten_chunk(&mut self) {
        let start = self.at;
        let chunk = self.slice(start, self.chunk_end);
        if let Some(colon) = chunk.find("://") {
            let is_scheme = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
            let scheme = chunk.as_bytes().get(..colon).unwrap_or_default();
            let length = scheme.iter().rev().take_while(|b| is_scheme(b)).count();
            self.chunk_end = start + colon - length;
            self.pending = Some((Some(Kind::Link), self.link_end(self.chunk_end)));
        } else if let Some(sign) = chunk.find('@') {
            let before = chunk.get(..sign).unwrap_or_default();
            let of_address = before.ends_with(char::is_alphanumeric);
            let name = before
                .rfind(char::is_whitespace)
                .map_or(before, |at| before.get(at..).unwrap_or_default().trim_start());
            self.pending = Some((None, self.link_end(start + sign)));
            self.chunk_end = start + sign - if of_address { name.len() } else { 0 };
        } else if is_bare_link(chunk) {
            let opening = chunk.len() - chunk.trim_start_matches(is_quote).len();
            self.chunk_end = start + opening;
            self.pending = Some((Some(Kind::Link), self.link_end(self.chunk_end)));
        }
    }

    /// Where the address ends that begins here: at white space, or where text goes on around it.
    fn link_end(&self, start: usize) -> usize {
        let rest = self.text.get(start..).unwrap_or_default();
        let ends = |c: char| {
            c.is_whitespace() || matches!(c, '<' | '>' | '"' | ')' | ']' | '}' | '`' | '|')
        };
        let link = rest.find(ends).map_or(rest, |end| rest.get(..end).unwrap_or(rest));
        let closing = |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '…') || is_quote(c);
        start + link.trim_end_matches(closing).len().max(1.min(link.len()))
    }

    /// Behind the code that begins with the backtick here; behind the backtick if nothing ends it.
    fn behind_code(&self) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if let Some(code) = rest.strip_prefix("```")
            && let Some(length) = code.find("```")
        {
            return self.at + length + 6;
        }
        let code = rest.get(1..).unwrap_or_default();
        match code.find(['`', '\n']) {
            Some(length) if code.as_bytes().get(length) == Some(&b'`') => self.at + length + 2,
            _ => self.at + 1,
        }
    }

    /// A dot that a name may begin with: nothing but white space or a sign before it.
    fn is_leading_dot(&self) -> bool {
        let free = self.before(self.at).is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '/'));
        free && self.byte(self.at + 1).is_some_and(|b| b.is_ascii_alphanumeric())
    }

    fn hashtag(&mut self, folded: &mut String) -> Option<Piece> {
        let start = self.at;
        let is_within = |c: char| c.is_alphanumeric() || matches!(c, '&' | '_' | '/');
        if self.before(start).is_some_and(is_within) {
            return None;
        }
        let rest = self.slice(start + 1, self.chunk_end);
        let end = rest.find(|c: char| !is_part(c) && c != '_').unwrap_or(rest.len());
        let tag = rest.get(..end).filter(|tag| tag.chars().any(char::is_alphabetic))?;
        folded.clear();
        if tag.len() <= WORD_MAX {
            tag.chars().filter(|c| *c != '_').for_each(|c| push(folded, c));
        }
        self.at = start + 1 + end;
        let (kind, end) = (Kind::Hashtag, self.at);
        Some(Piece { kind, start, end, signs_end: end, dotted: false })
    }

    fn word(&mut self, dotted: bool, folded: &mut String) -> Piece {
        folded.clear();
        let start = self.at;
        let end = self.fold_word(folded);
        let signs_end = self.behind_signs(end);
        self.at = signs_end;
        if signs_end == end {
            self.skip_short_ending();
        }
        Piece { kind: Kind::Word, start, end, signs_end, dotted }
    }

    /// Folds the word that begins here, nothing of one too long to be in any name.
    fn fold_word(&mut self, folded: &mut String) -> usize {
        let (start, mut at) = (self.at, self.at);
        // A chunk that ends at no sign ends within a word, if it is long.
        let end = if self.pending.is_some() { self.chunk_end } else { self.text.len() };
        while at < end {
            let rest = self.text.as_bytes().get(at..end).unwrap_or_default();
            let plain = rest.iter().position(|byte| !byte.is_ascii_alphanumeric());
            let plain = plain.unwrap_or(rest.len());
            if plain > 0 {
                if at - start + plain <= WORD_MAX {
                    let from = folded.len();
                    folded.push_str(self.slice(at, at + plain));
                    if let Some(added) = folded.get_mut(from..) {
                        added.make_ascii_lowercase();
                    }
                }
                at += plain;
            }
            if rest.get(plain).is_none_or(u8::is_ascii) {
                break;
            }
            let Some(c) = self.character(at).filter(|c| is_part(*c)) else {
                break;
            };
            if at - start < WORD_MAX {
                push(folded, c);
            }
            at += c.len_utf8();
        }
        if at - start > WORD_MAX {
            folded.clear();
        }
        at
    }

    /// `++` and `#` behind a word.
    fn behind_signs(&self, end: usize) -> usize {
        let rest = self.slice(end, self.chunk_end).as_bytes();
        let goes_on = |at: usize| rest.get(at).is_some_and(u8::is_ascii_alphabetic);
        match rest {
            [b'+', b'+', ..] if !goes_on(2) => end + 2,
            [b'#' | b'+', ..] if !goes_on(1) && rest.get(1) != Some(&b'+') => end + 1,
            _ => end,
        }
    }

    /// `'s`, `'re` and the like are no words of their own.
    fn skip_short_ending(&mut self) {
        let rest = self.slice(self.at, self.chunk_end);
        let Some(ending) = rest.strip_prefix(['\'', '’']) else {
            return;
        };
        let length = ending.find(|c: char| !is_part(c)).unwrap_or(ending.len());
        if (1..=2).contains(&length) {
            self.at += rest.len() - ending.len() + length;
        }
    }
}

/// What a byte is: white space, or a sign that an address or a word never goes across.
const EDGE: u8 = 1;
/// A sign that an address or a mention has.
const SIGN: u8 = 2;

/// The class of each byte.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let edges = b" \t\n\r\x0b\x0c`()[]{}<>\",;|!?";
    let mut at = 0;
    while at < edges.len() {
        classes[edges[at] as usize] = EDGE;
        at += 1;
    }
    classes[b'@' as usize] = SIGN;
    classes[b'/' as usize] = SIGN;
    classes[b'.' as usize] = SIGN;
    classes
};

const fn class(byte: u8) -> u8 {
    CLASSES[byte as usize]
}

const fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '„' | '“' | '”' | '‚' | '‘' | '’' | '»' | '«' | '*')
}

/// Whether a chunk is the address of a page without `https://`.
fn is_bare_link(chunk: &str) -> bool {
    let chunk = chunk.trim_matches(is_quote).trim_end_matches(['.', ':', '…']);
    let host = chunk.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((name, domain)) = host.rsplit_once('.') else {
        return false;
    };
    let is_name = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    DOMAINS.contains(&domain) && name.split('.').all(is_name)
}

/// Whether words with this between them can be one name: blanks on one line, or one sign.
#[inline]
pub(super) fn is_soft(between: &str) -> bool {
    match between.as_bytes() {
        [] | [b' ' | b'-' | b'/' | b'.' | b'&' | b'_' | b'\''] => true,
        _ => is_soft_gap(between),
    }
}

fn is_soft_gap(between: &str) -> bool {
    // The end of `women's rights` is between its words.
    let between = match between.strip_prefix(['\'', '’']) {
        Some(rest) => rest.trim_start_matches(|c: char| c.is_alphabetic()),
        None => between,
    };
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\u{a0}' | '\u{202f}');
    let sign = between.trim_matches(is_blank);
    match sign {
        "" | "&" => between.len() <= 8,
        "’" | "‐" | "‑" | "–" | "·" => sign == between,
        _ => false,
    }
}
