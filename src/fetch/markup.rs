//! The few things that are looked for in a web page: links with what they are for, and names with
//! values in its head. Read by a real tokenizer; nothing of a page is kept or shown.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, StartTag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};
use reqwest::Url;

/// Most bytes of a page that are read: its head and its links stand far before.
const PAGE: usize = 2 << 20;

/// Bytes that are tokenized at once.
const STEP: usize = 4 << 10;

/// Most bytes without a tag or a text. The tokenizer compares the attributes of a tag with one
/// another, so that the time for one tag grows with the square of its length.
const TOKEN: usize = 32 << 10;

/// Most links that are kept of one page.
const LINKS: usize = 2_000;

/// What may stand in the head of a page. Anything else begins the body, with or without `<body>`.
const HEAD: [&str; 9] =
    ["html", "head", "meta", "link", "title", "script", "style", "base", "noscript"];

/// A link of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// Where it leads, made absolute.
    pub(super) to: Url,
    /// What it is for, in lower case: the words of `rel`.
    pub(super) rel: Vec<String>,
    /// The content type it announces, in lower case; may be empty.
    pub(super) kind: String,
}

impl Link {
    /// Whether it is for this.
    pub(super) fn is(&self, rel: &str) -> bool {
        self.rel.iter().any(|word| word == rel)
    }
}

/// What was found in a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Markup {
    /// Links, those of the head and those in the text.
    pub(super) links: Vec<Link>,
    /// The contents of `<meta name="glasklar-verify">` in the head.
    pub(super) codes: Vec<String>,
}

struct Sink<'u> {
    page: &'u Url,
    found: RefCell<Markup>,
    /// Whether the body has begun: visitors may have written what stands there.
    in_body: Cell<bool>,
    /// Tags and texts so far.
    tokens: Cell<u64>,
}

impl TokenSink for Sink<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if matches!(token, TagToken(_) | CharacterTokens(_)) {
            self.tokens.set(self.tokens.get() + 1);
        }
        let TagToken(tag) = token else { return TokenSinkResult::Continue };
        if tag.kind != StartTag {
            return TokenSinkResult::Continue;
        }
        let value = |name: &str| {
            let found = tag.attrs.iter().find(|attribute| &*attribute.name.local == name);
            found.map(|attribute| attribute.value.trim().to_owned())
        };
        let name: &str = &tag.name;
        if !HEAD.contains(&name) {
            self.in_body.set(true);
        }
        let mut found = self.found.borrow_mut();
        match name {
            // What stands inside these is no markup.
            "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
            "style" => return TokenSinkResult::RawData(RawKind::Rawtext),
            "title" | "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
            "meta"
                if !self.in_body.get()
                    && value("name").is_some_and(|name| name == "glasklar-verify") =>
            {
                found.codes.extend(value("content"));
            }
            "link" | "a" if found.links.len() < LINKS => {
                let rel = value("rel").unwrap_or_default().to_ascii_lowercase();
                let to = value("href").and_then(|href| self.page.join(&href).ok());
                if let Some(to) = to.filter(|_| !rel.is_empty()) {
                    let rel = rel.split_ascii_whitespace().map(str::to_owned).collect();
                    let kind = value("type").unwrap_or_default().to_ascii_lowercase();
                    found.links.push(Link { to, rel, kind });
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Looks through a page that came from an address. One that is too long, or has a tag that is,
/// ends there.
pub(super) fn read(page: &Url, html: &[u8]) -> Markup {
    let found = RefCell::new(Markup::default());
    let sink = Sink { page, found, in_body: Cell::new(false), tokens: Cell::new(0) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    let html = String::from_utf8_lossy(html.get(..PAGE).unwrap_or(html));
    let (mut rest, mut silent) = (&*html, 0);
    while !rest.is_empty() && silent < TOKEN {
        let (piece, after) = rest.split_at(rest.ceil_char_boundary(STEP.min(rest.len())));
        let before = tokenizer.sink.tokens.get();
        input.push_back(StrTendril::from(piece));
        // A script would suspend a browser's tokenizer; this sink asks for nothing of the kind.
        let _ = tokenizer.feed(&input);
        let is_silent = tokenizer.sink.tokens.get() == before;
        silent = if is_silent { silent + piece.len() } else { 0 };
        rest = after;
    }
    if rest.is_empty() {
        tokenizer.end();
    }
    tokenizer.sink.found.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_with_what_they_are_for() {
        let page = Url::parse("https://ada.example/blog/").unwrap();
        let found = read(
            &page,
            br#"<!doctype html><head><link rel="Alternate" type="application/RSS+xml"
                href="feed.xml"><meta name=glasklar-verify content=" glasklar-verify-1 ">
                <!-- <link rel=me href=/no> --><script>'<link rel="me" href="/no2">'</script>
                </head><body><a href='https://x.example/?a=1&amp;b=2' rel="noopener me">me</a>
                <a href="/unmarked">x</a><meta name="glasklar-verify" content="by-a-visitor">"#,
        );
        assert_eq!(found.codes, ["glasklar-verify-1"]);
        let links: Vec<_> = found.links.iter().map(|link| link.to.as_str()).collect();
        assert_eq!(links[0], "https://ada.example/blog/feed.xml");
        assert!(found.links[0].is("alternate") && found.links[0].kind == "application/rss+xml");
        assert!(links.contains(&"https://x.example/?a=1&b=2"));
        assert!(!links.iter().any(|link| link.contains("/no")), "comments are no links");
    }

    #[test]
    fn a_page_is_read_no_further_than_a_tag_without_end() {
        let page = Url::parse("https://ada.example/").unwrap();
        let first = "<link rel=me href=/first>";
        let second = "<link rel=me href=/second>";
        let long: String = (0..300_000).flat_map(|at| [" a".to_owned(), at.to_string()]).collect();
        let begun = std::time::Instant::now();
        let found = read(&page, format!("{first}<a{long}>{second}").as_bytes());
        assert_eq!(found.links.len(), 1, "{:?}", found.links);
        assert!(begun.elapsed().as_secs() < 5, "its attributes were compared with one another");
        let usual = format!("{first}{}{second}", "words and more words ".repeat(20_000));
        assert_eq!(read(&page, usual.as_bytes()).links.len(), 2, "text may be long");
        let endless = format!("{first}{}{second}", "<p>x</p>".repeat(300_000));
        assert_eq!(read(&page, endless.as_bytes()).links.len(), 1, "a page may not");
    }
}
