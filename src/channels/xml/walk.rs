//! Follows the parser's events through a document and builds the elements that are asked for.
//! Nothing is read here.

use std::rc::Rc;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;

use super::super::error::Error;
use super::super::html;
use super::{
    ALL_TEXT, ATTRIBUTES, CHILDREN, DEPTH, Element, Name, OPEN_TAGS, SPACE, SPACES, TEXT, Tag,
    Take, Visit,
};

/// What is being done with the events that come.
enum Doing {
    /// Asking the visitor about each element.
    Asking,
    /// Passing over so many open elements.
    Skipping(usize),
    /// Building an element: the open ones from the outside in.
    Building(Vec<Element>, Room),
    /// Writing down the markup within an element, below so many open ones.
    Writing(Element, usize, Room),
}

/// How much more of an element is kept.
struct Room {
    children: usize,
    text: usize,
}

impl Room {
    const fn new() -> Self {
        Self { children: CHILDREN, text: ALL_TEXT }
    }

    /// Adds to a text what may be kept of another. Control characters go: they have no meaning,
    /// and real exports hold them although XML forbids them.
    fn append(&mut self, text: &mut String, more: &str) {
        let room = TEXT.saturating_sub(text.len()).min(self.text);
        let more = more.get(..more.floor_char_boundary(room)).unwrap_or_default();
        self.text = self.text.saturating_sub(more.len());
        let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        if more.contains(odd) {
            text.extend(more.chars().filter(|&c| !odd(c)));
        } else {
            text.push_str(more);
        }
    }

    /// An element that has just begun.
    fn element(&mut self, tag: &Tag<'_>) -> Element {
        let mut attributes = tag.tag.attributes();
        let all = attributes.with_checks(false).take(ATTRIBUTES).filter_map(Result::ok);
        let mut text = |bytes: &[u8]| {
            let mut kept = String::new();
            self.append(&mut kept, &html::unescape(&String::from_utf8_lossy(bytes)));
            kept
        };
        Element {
            name: tag.name.clone(),
            attributes: all.map(|one| (text(one.key.as_ref()), text(&one.value))).collect(),
            text: String::new(),
            children: Vec::new(),
        }
    }
}

/// A walk through one document.
pub(super) struct Walk<'v> {
    visit: &'v mut dyn Visit,
    doing: Doing,
    path: Vec<Name>,
    /// The lengths of the open tags, and their sum.
    open: Vec<usize>,
    open_sum: usize,
    /// Namespaces: at which depth they were declared, their prefix, their name.
    spaces: Vec<(usize, String, Rc<str>)>,
    begun: bool,
}

/// Whether the document itself is at fault, in words.
type Checked = Result<(), &'static str>;

impl<'v> Walk<'v> {
    /// Before the first event.
    pub(super) fn new(visit: &'v mut dyn Visit) -> Self {
        Self {
            visit,
            doing: Doing::Asking,
            path: Vec::new(),
            open: Vec::new(),
            open_sum: 0,
            spaces: Vec::new(),
            begun: false,
        }
    }

    /// Whether an element has come.
    pub(super) const fn has_begun(&self) -> bool {
        self.begun
    }

    /// Whether the outermost element has ended.
    pub(super) const fn is_done(&self) -> bool {
        self.begun && self.open.is_empty()
    }

    /// Takes one event. The outer error is the visitor's.
    pub(super) fn event(&mut self, event: &Event<'_>) -> Result<Checked, Error> {
        match event {
            Event::Start(tag) => {
                self.open.push(tag.len());
                self.open_sum += tag.len();
                if self.open.len() > DEPTH {
                    return Ok(Err("is nested deeper than 256 levels"));
                }
                if self.open_sum > OPEN_TAGS {
                    return Ok(Err("holds tags longer than 1 MiB"));
                }
                self.begin(tag)?;
            }
            Event::Empty(tag) => {
                self.open.push(0);
                self.begin(tag)?;
                self.end(tag.local_name().as_ref())?;
            }
            Event::End(tag) => self.end(tag.local_name().as_ref())?,
            Event::Text(text) => self.text(&String::from_utf8_lossy(text)),
            Event::CData(text) => self.text(&String::from_utf8_lossy(text)),
            Event::GeneralRef(reference) => {
                let name = String::from_utf8_lossy(reference);
                self.text(&html::unescape(&format!("&{name};")));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Eof => {}
        }
        Ok(Ok(()))
    }

    fn begin(&mut self, tag: &BytesStart<'_>) -> Result<(), Error> {
        self.begun = true;
        self.declare(tag);
        match &mut self.doing {
            Doing::Asking => {
                let tag = Tag { name: self.name(tag.name()), tag };
                match self.visit.enter(&self.path, &tag)? {
                    Take::Into => self.path.push(tag.name),
                    Take::Whole => {
                        let mut room = Room::new();
                        self.doing = Doing::Building(vec![room.element(&tag)], room);
                    }
                    Take::Markup => {
                        let mut room = Room::new();
                        self.doing = Doing::Writing(room.element(&tag), 1, room);
                    }
                    Take::Skip => self.doing = Doing::Skipping(1),
                }
            }
            Doing::Skipping(open) => *open += 1,
            Doing::Building(..) => {
                let name = self.name(tag.name());
                if let Doing::Building(open, room) = &mut self.doing {
                    open.push(room.element(&Tag { name, tag }));
                }
            }
            Doing::Writing(into, open, room) => {
                *open += 1;
                let local = tag.local_name();
                let local = String::from_utf8_lossy(local.as_ref());
                room.append(&mut into.text, &format!("<{local}>"));
            }
        }
        Ok(())
    }

    fn end(&mut self, name: &[u8]) -> Result<(), Error> {
        let depth = self.open.len();
        self.open_sum = self.open_sum.saturating_sub(self.open.pop().unwrap_or(0));
        let ended = match &mut self.doing {
            Doing::Asking => {
                self.visit.leave(&self.path)?;
                self.path.pop();
                None
            }
            Doing::Skipping(open) => {
                *open = open.saturating_sub(1);
                if *open == 0 {
                    self.doing = Doing::Asking;
                }
                None
            }
            Doing::Building(open, room) => match (open.pop(), open.last_mut()) {
                (Some(child), Some(parent)) => {
                    if let Some(left) = room.children.checked_sub(1) {
                        room.children = left;
                        parent.children.push(child);
                    }
                    None
                }
                (last, _) => last,
            },
            Doing::Writing(into, open, room) => {
                *open = open.saturating_sub(1);
                if *open == 0 {
                    Some(std::mem::take(into))
                } else {
                    let name = String::from_utf8_lossy(name);
                    room.append(&mut into.text, &format!("</{name}>"));
                    None
                }
            }
        };
        if let Some(element) = ended {
            self.doing = Doing::Asking;
            self.visit.element(&self.path, element)?;
        }
        self.spaces.retain(|(at, ..)| *at < depth);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        match &mut self.doing {
            Doing::Asking | Doing::Skipping(_) => {}
            Doing::Building(open, room) => {
                if let Some(element) = open.last_mut() {
                    room.append(&mut element.text, text);
                }
            }
            Doing::Writing(element, _, room) => {
                let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                room.append(&mut element.text, &escaped);
            }
        }
    }

    /// Keeps the namespaces that a tag declares.
    fn declare(&mut self, tag: &BytesStart<'_>) {
        let raw = tag.attributes_raw();
        if !raw.windows(5).any(|word| word == b"xmlns") {
            return;
        }
        let mut attributes = tag.attributes();
        for one in attributes.with_checks(false).take(ATTRIBUTES).filter_map(Result::ok) {
            let key = String::from_utf8_lossy(one.key.as_ref());
            let prefix = match key.as_ref() {
                "xmlns" => "",
                key => match key.strip_prefix("xmlns:") {
                    Some(prefix) => prefix,
                    None => continue,
                },
            };
            if self.spaces.len() < SPACES && prefix.len() + one.value.len() <= SPACE {
                let space = html::unescape(&String::from_utf8_lossy(&one.value));
                self.spaces.push((self.open.len(), prefix.to_owned(), space.trim().into()));
            }
        }
    }

    fn name(&self, name: QName<'_>) -> Name {
        let (local, prefix) = name.decompose();
        let prefix = prefix.map(|prefix| String::from_utf8_lossy(prefix.into_inner()).into_owned());
        let prefix = prefix.unwrap_or_default();
        let mut inner_first = self.spaces.iter().rev();
        let space = inner_first.find(|(_, known, _)| *known == prefix);
        Name {
            local: String::from_utf8_lossy(local.as_ref()).into_owned(),
            space: space.map(|(.., space)| Rc::clone(space)).filter(|space| !space.is_empty()),
            prefix,
        }
    }
}
