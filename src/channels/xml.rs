//! XML out of hostile members: streamed, with limits on tags, texts and nesting that hold before
//! anything is kept in memory. Nothing is expanded but character references and the five
//! predefined entities; a document type is stepped over. No channel's elements here.

mod source;
mod walk;

use std::cell::Cell;
use std::io::BufRead;
use std::rc::Rc;

use quick_xml::errors::SyntaxError;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use self::source::Source;
use self::walk::Walk;
use super::archive::Open;
use super::error::Error;
use super::html;

/// Deepest nesting.
const DEPTH: usize = 256;
/// Longest tag, text, comment or other piece of markup, in bytes of UTF-8. Posts may hold
/// pictures in them; of a text only [`TEXT`] is kept.
const PIECE: u64 = 8 << 20;
/// Most bytes of all the tags that are open at one place.
const OPEN_TAGS: usize = 1 << 20;
/// Most attributes of a tag that are looked at.
const ATTRIBUTES: usize = 256;
/// Most declarations of namespaces that hold at one place.
const SPACES: usize = 64;
/// Longest name of a namespace that is kept.
const SPACE: usize = 256;
/// Most bytes of one text that are kept, and of everything within one taken element.
const TEXT: usize = 64 << 10;
const ALL_TEXT: usize = 1 << 20;
/// Most elements below a taken one that are kept.
const CHILDREN: usize = 2_000;

const TOO_LONG: &str = "holds a tag or a text longer than 8 MiB";

/// A name and the namespace it is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    /// The part before the colon, if there is one.
    pub(super) prefix: String,
    /// The part after the colon.
    pub(super) local: String,
    /// The declared namespace; `None` if it was never declared, as careless feeds have it.
    pub(super) space: Option<Rc<str>>,
}

/// A namespace as documents refer to it: part of its name, because versions and schemes differ,
/// and the prefix by which it is meant where the declaration was forgotten.
#[derive(Clone, Copy, Debug)]
pub(super) struct Space {
    pub(super) name: &'static str,
    pub(super) prefix: &'static str,
}

impl Name {
    /// Whether this is such an element of that namespace.
    pub(super) fn is(&self, space: Space, local: &str) -> bool {
        self.local == local && self.is_in(space)
    }

    /// Whether this is an element of that namespace.
    pub(super) fn is_in(&self, space: Space) -> bool {
        match &self.space {
            Some(declared) => declared.contains(space.name),
            None => self.prefix == space.prefix,
        }
    }
}

/// A tag as it is read.
pub(super) struct Tag<'t> {
    /// The element's name.
    pub(super) name: Name,
    tag: &'t BytesStart<'t>,
}

impl Tag<'_> {
    /// An attribute by its name as it is written, with character references replaced.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let mut attributes = self.tag.attributes();
        let all = attributes.with_checks(false).take(ATTRIBUTES);
        let found = all.filter_map(Result::ok).find(|one| one.key.as_ref() == name.as_bytes())?;
        Some(html::unescape(&String::from_utf8_lossy(&found.value)))
    }
}

/// A whole element.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    /// The element's name.
    pub(super) name: Name,
    /// Attributes by their names as written.
    attributes: Vec<(String, String)>,
    text: String,
    /// The elements in it.
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The text directly in it, without blanks around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// An attribute by its name as it is written.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        all.find(|(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// The text of the first element in it with this local name; empty if there is none.
    pub(super) fn child(&self, local: &str) -> &str {
        self.children.iter().find(|child| child.name.local == local).map_or("", Self::text)
    }
}

/// What to do with an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    /// Look at what is in it.
    Into,
    /// Give it as a whole, with the elements in it.
    Whole,
    /// Give it as a whole, with what is in it as one text of markup.
    Markup,
    /// Pass it over.
    Skip,
}

/// Who looks at a document.
pub(super) trait Visit {
    /// An element begins below the elements of `path`.
    fn enter(&mut self, path: &[Name], tag: &Tag<'_>) -> Result<Take, Error>;

    /// A taken element below the elements of `path`.
    fn element(&mut self, path: &[Name], element: Element) -> Result<(), Error>;

    /// The element at the end of `path`, which was looked into, ends.
    fn leave(&mut self, path: &[Name]) -> Result<(), Error>;
}

/// Shows a document to `visit`. Reads to the end; fails if there is no element, if elements are
/// not closed in order, or where a limit is passed.
pub(super) fn read(open: &mut Open<'_>, visit: &mut dyn Visit) -> Result<(), Error> {
    let name = open.name().to_owned();
    let left = Rc::new(Cell::new(0));
    let mut reader = Reader::from_reader(Source::new(open, Rc::clone(&left)));
    reader.config_mut().allow_dangling_amp = true;
    let mut walk = Walk::new(visit);
    let mut buffer = Vec::new();
    while !walk.is_done() {
        buffer.clear();
        left.set(PIECE + source::BUFFER as u64);
        let event = reader.read_event_into(&mut buffer);
        let event = event.map_err(|error| meaning(&error, &name, reader.error_position()))?;
        if matches!(event, Event::Eof) {
            let problem = if walk.has_begun() { "ends in the middle" } else { "is not XML" };
            return Err(Error::malformed(&name, problem));
        }
        walk.event(&event)?.map_err(|problem| Error::malformed(&name, problem))?;
    }
    // What follows is only read to see that the member unpacks: old scripts leave notes there.
    left.set(u64::MAX);
    let mut rest = reader.into_inner();
    loop {
        let read = rest.fill_buf().map_err(|error| Error::from_read(&error, &name))?.len();
        if read == 0 {
            return Ok(());
        }
        rest.consume(read);
    }
}

/// What the parser's error means. Its own text is not repeated: it quotes the content.
fn meaning(error: &quick_xml::Error, name: &str, position: u64) -> Error {
    match error {
        quick_xml::Error::Io(error) => {
            let error = Error::from_read(error, name);
            // What guards the reading does not know what it reads.
            if let Error::Malformed { problem, .. } = error {
                return Error::malformed(name, problem);
            }
            error
        }
        quick_xml::Error::Syntax(
            SyntaxError::UnclosedPI
            | SyntaxError::UnclosedXmlDecl
            | SyntaxError::UnclosedComment
            | SyntaxError::UnclosedDoctype
            | SyntaxError::UnclosedCData
            | SyntaxError::UnclosedTag
            | SyntaxError::UnclosedSingleQuotedAttributeValue
            | SyntaxError::UnclosedDoubleQuotedAttributeValue,
        ) => Error::malformed(name, "ends in the middle"),
        quick_xml::Error::Syntax(SyntaxError::InvalidBangMarkup)
        | quick_xml::Error::IllFormed(_)
        | quick_xml::Error::InvalidAttr(_)
        | quick_xml::Error::Encoding(_)
        | quick_xml::Error::Escape(_)
        | quick_xml::Error::Namespace(_) => {
            Error::malformed(name, format!("is not valid XML at byte {position}"))
        }
    }
}

/// What the first bytes of a document tell.
#[derive(Debug)]
pub(super) struct Head {
    /// The name of the outermost element.
    pub(super) root: Name,
    /// Its attributes as written.
    pub(super) attributes: String,
    /// The first bytes as text.
    pub(super) text: String,
}

/// The beginning of a document, if it has one.
pub(super) fn head(bytes: &[u8]) -> Option<Head> {
    struct First(Option<(Name, String)>);
    impl Visit for First {
        fn enter(&mut self, _: &[Name], tag: &Tag<'_>) -> Result<Take, Error> {
            let attributes = String::from_utf8_lossy(tag.tag.attributes_raw()).into_owned();
            self.0 = Some((tag.name.clone(), attributes));
            Err(Error::Stopped)
        }
        fn element(&mut self, _: &[Name], _: Element) -> Result<(), Error> {
            Ok(())
        }
        fn leave(&mut self, _: &[Name]) -> Result<(), Error> {
            Ok(())
        }
    }
    let text = source::decoded(bytes);
    // A quick look first: most members that are asked for are no XML.
    text.trim_start().starts_with('<').then_some(())?;
    let mut first = First(None);
    let mut rest = bytes;
    // Ends with an error in any case: at the first element, or where the bytes end.
    let _ = read(&mut Open::new("", &mut rest), &mut first);
    let (root, attributes) = first.0?;
    Some(Head { root, attributes, text })
}

#[cfg(test)]
mod tests;
