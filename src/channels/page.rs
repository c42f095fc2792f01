//! Web pages out of hostile members, as the tags and texts that follow one another. No tree is
//! built: badly nested tags could make one that is larger than the page by far. What a page's
//! parts mean is the channels' own.

use std::cell::RefCell;
use std::io::Read;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::archive::Open;
use super::error::Error;

/// Most bytes of a page that are read.
const PAGE: u64 = 2 << 20;
/// Bytes that are tokenized at once.
const STEP: usize = 4 << 10;
/// Most bytes of one tag or comment: attributes are compared with one another.
const TOKEN: usize = 32 << 10;
/// Deepest nesting that is followed.
const DEPTH: usize = 256;

/// A part of a page.
pub(super) enum Part<'p> {
    /// An element begins.
    Open(&'p Element),
    /// An element of this name ends.
    Close(&'p str),
    /// Text, with its references replaced. One text may come in several pieces.
    Text(&'p str),
}

/// The beginning of an element.
pub(super) struct Element {
    tag: Tag,
}

impl Element {
    /// The name, in lower case.
    pub(super) fn name(&self) -> &str {
        &self.tag.name
    }

    /// An attribute's value.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.tag.attrs.iter().find(|attribute| &*attribute.name.local == name)?;
        Some(&found.value)
    }

    /// Whether it is of a class.
    pub(super) fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|all| all.split_whitespace().any(|one| one == class))
    }

    /// Whether nothing can be inside it, so that its end is not written.
    fn is_void(&self) -> bool {
        const VOID: [&str; 12] = [
            "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
            "wbr",
        ];
        VOID.contains(&self.name())
    }
}

/// Gives each part of a page to `each`, in order. Bytes that are no UTF-8 are replaced. A page
/// that is too long, or has a tag that is, ends there.
pub(super) fn parts(open: &mut Open<'_>, each: &mut dyn FnMut(Part<'_>)) -> Result<(), Error> {
    let mut bytes = Vec::new();
    open.by_ref()
        .take(PAGE)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::from_read(&error, open.name()))?;
    let text = String::from_utf8_lossy(&bytes);
    let sink = Sink(RefCell::new(Giver { each, tokens: 0 }));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    let (mut rest, mut seen, mut silent) = (&*text, 0, 0);
    while !rest.is_empty() && silent < TOKEN {
        let (piece, after) = rest.split_at(rest.ceil_char_boundary(STEP.min(rest.len())));
        queue.push_back(piece.into());
        // Scripts are not run: the sink never asks for it, so a feed ends with its input.
        let _ = tokenizer.feed(&queue);
        let tokens = tokenizer.sink.0.borrow().tokens;
        silent = if tokens == seen { silent + piece.len() } else { 0 };
        (rest, seen) = (after, tokens);
    }
    if rest.is_empty() {
        tokenizer.end();
    }
    Ok(())
}

struct Giver<'a> {
    each: &'a mut dyn FnMut(Part<'_>),
    tokens: u64,
}

struct Sink<'a>(RefCell<Giver<'a>>);

impl TokenSink for Sink<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut giver = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => {
                giver.tokens += 1;
                (giver.each)(Part::Close(&tag.name));
            }
            Token::TagToken(tag) => {
                giver.tokens += 1;
                let raw = match &*tag.name {
                    "title" | "textarea" => Some(RawKind::Rcdata),
                    "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
                    "script" => Some(RawKind::ScriptData),
                    _ => None,
                };
                (giver.each)(Part::Open(&Element { tag }));
                if let Some(kind) = raw {
                    return TokenSinkResult::RawData(kind);
                }
            }
            Token::CharacterTokens(text) => {
                giver.tokens += 1;
                (giver.each)(Part::Text(&text));
            }
            Token::DoctypeToken(_)
            | Token::CommentToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

/// In which region of a page the reading is: each element opens one, its end goes back.
pub(super) struct Regions<R> {
    outside: R,
    stack: Vec<(String, R)>,
}

impl<R: Copy> Regions<R> {
    /// Outside of every element.
    pub(super) const fn new(outside: R) -> Self {
        Self { outside, stack: Vec::new() }
    }

    /// The region of the innermost element.
    pub(super) fn current(&self) -> R {
        self.stack.last().map_or(self.outside, |(_, region)| *region)
    }

    /// An element begins, and with it a region.
    pub(super) fn open(&mut self, element: &Element, region: R) {
        if !element.is_void() && self.stack.len() < DEPTH {
            self.stack.push((element.name().to_owned(), region));
        }
    }

    /// An element ends, with all that were left open inside it.
    pub(super) fn close(&mut self, name: &str) {
        if let Some(at) = self.stack.iter().rposition(|(open, _)| open == name) {
            self.stack.truncate(at);
        }
    }
}

/// Most bytes of a fragment; the text that is made of it needs no more.
const FRAGMENT: usize = 16 << 10;

/// The inside of an element, written anew as plain HTML, so that it becomes text in the way
/// all posts do.
#[derive(Default)]
pub(super) struct Fragment(String);

impl Fragment {
    /// Adds a part.
    pub(super) fn add(&mut self, part: &Part<'_>) {
        if self.0.len() > FRAGMENT {
            return;
        }
        let pieces = match part {
            Part::Open(element) => ["<", element.name(), ">"],
            Part::Close(name) => ["</", name, ">"],
            Part::Text(text) => {
                let text = text.replace('&', "&amp;").replace('<', "&lt;");
                self.0.push_str(&text);
                return;
            }
        };
        self.0.extend(pieces);
    }

    /// The HTML.
    pub(super) fn into_html(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Cursor;

    use super::*;

    fn seen(html: &str) -> String {
        let (mut bytes, mut seen) = (Cursor::new(html.as_bytes()), String::new());
        parts(&mut Open::new("a.html", &mut bytes), &mut |part| match part {
            Part::Open(element) => {
                let class = element.attribute("class").unwrap_or("-");
                write!(seen, "<{} {class}>", element.name()).unwrap();
            }
            Part::Close(name) => write!(seen, "</{name}>").unwrap(),
            Part::Text(text) => seen.push_str(text),
        })
        .unwrap();
        seen
    }

    #[test]
    fn tags_and_texts_come_in_order_and_styles_are_no_tags() {
        let html = "<!DOCTYPE html><STYLE>a > b {}</style><div class=\"a b\">x &amp; <b>y</div>";
        assert_eq!(seen(html), "<style ->a > b {}</style><div a b>x & <b ->y</div>");
        let long = format!("<p>{}</p>", "ä ".repeat(20_000));
        assert_eq!(seen(&long).chars().count(), "<p -></p>".len() + 40_000);
    }

    #[test]
    fn a_tag_without_end_ends_the_page_before_its_attributes_take_minutes() {
        let mut html = String::from("<p>x</p><a");
        for number in 0..200_000 {
            write!(html, " a{number}").unwrap();
        }
        assert_eq!(seen(&html), "<p ->x</p>");
    }

    #[test]
    fn regions_end_with_their_elements_whatever_was_left_open() {
        let mut regions = Regions::new(0);
        let html = "<div class=one><br><b>x<div class=two></p>y</div>z</div>w";
        let (mut bytes, mut seen) = (Cursor::new(html.as_bytes()), String::new());
        parts(&mut Open::new("a.html", &mut bytes), &mut |part| match part {
            Part::Open(element) => {
                let known = |class| element.has_class(class);
                let region = if known("one") {
                    1
                } else if known("two") {
                    2
                } else {
                    regions.current()
                };
                regions.open(element, region);
            }
            Part::Close(name) => regions.close(name),
            Part::Text(text) => write!(seen, "{text}{}", regions.current()).unwrap(),
        })
        .unwrap();
        assert_eq!(seen, "x1y2z1w0");
    }
}
