//! RSS 0.9 to 2.0 and Atom, with the additions that blogs use: who wrote it, how many comments it
//! has, its whole text; and the additions by which Blogger tells posts from comments.

use super::super::archive::Open;
use super::super::error::Error;
use super::super::xml::{self, Element, Name, Space, Tag, Take, Visit};
use super::super::{dates, html, link};
use super::entry::{AUTHORS, Each, Entry, Role, Site, TAGS};
use crate::domain::item::excerpt;

const ATOM: Space = Space { name: "www.w3.org/2005/Atom", prefix: "atom" };
const ATOM_03: Space = Space { name: "purl.org/atom/ns", prefix: "atom" };
const DUBLIN: Space = Space { name: "purl.org/dc/", prefix: "dc" };
const CONTENT: Space = Space { name: "purl.org/rss/1.0/modules/content", prefix: "content" };
const SLASH: Space = Space { name: "purl.org/rss/1.0/modules/slash", prefix: "slash" };
const THREAD: Space = Space { name: "purl.org/syndication/thread", prefix: "thr" };
const ITUNES: Space = Space { name: "itunes.com/dtds/podcast", prefix: "itunes" };
const FEEDBURNER: Space = Space { name: "feedburner", prefix: "feedburner" };
const BLOGGER: Space = Space { name: "schemas.google.com/blogger", prefix: "blogger" };
const APP: Space = Space { name: "www.w3.org/2007/app", prefix: "app" };
const OLD_APP: Space = Space { name: "purl.org/atom/app", prefix: "app" };
/// The kind of an entry in what Blogger handed out until 2024.
const KIND: &str = "http://schemas.google.com/g/2005#kind";

/// Whether a document is a feed, and not an export of WordPress.
pub(super) fn is_feed(head: &xml::Head) -> bool {
    let root = &head.root;
    match root.local.to_ascii_lowercase().as_str() {
        "rss" => !head.attributes.contains("wordpress.org/export/"),
        "rdf" => ["purl.org/rss/1.0/", "my.netscape.com/rdf/"]
            .iter()
            .any(|space| head.attributes.contains(space)),
        "feed" => root.is_in(ATOM) || root.is_in(ATOM_03),
        _ => false,
    }
}

/// Reads the entries. What the feed tells about its site is known as far as it stands before
/// them, and all of it with the last.
pub(super) fn read(open: &mut Open<'_>, site: &mut Site, each: &mut Each<'_>) -> Result<(), Error> {
    xml::read(open, &mut Reader { site, each, entry: None })
}

struct Reader<'r> {
    site: &'r mut Site,
    each: &'r mut Each<'r>,
    entry: Option<Entry>,
}

/// Whether an element is of the feed's own vocabulary and not an addition.
fn is_core(name: &Name) -> bool {
    name.prefix.is_empty() || name.is_in(ATOM) || name.is_in(ATOM_03)
}

fn is_entry(name: &Name) -> bool {
    is_core(name) && matches!(name.local.as_str(), "item" | "entry")
}

impl Visit for Reader<'_> {
    fn enter(&mut self, path: &[Name], tag: &Tag<'_>) -> Result<Take, Error> {
        let name = &tag.name;
        if path.is_empty() {
            self.site.layout = layout(tag);
            return Ok(Take::Into);
        }
        if self.entry.is_some() {
            let markup = tag.get("type").is_some_and(|kind| kind.contains("xhtml"));
            let is_text = matches!(name.local.as_str(), "title" | "summary" | "content" | "body");
            return Ok(if is_text && markup { Take::Markup } else { Take::Whole });
        }
        if is_entry(name) {
            let given_id = tag.get("rdf:about").unwrap_or_default();
            let language = tag.get("xml:lang");
            self.entry = Some(Entry { given_id, language, ..Entry::default() });
            return Ok(Take::Into);
        }
        let is_channel = path.len() == 1 && name.local == "channel";
        Ok(if is_channel { Take::Into } else { Take::Whole })
    }

    fn element(&mut self, _: &[Name], element: Element) -> Result<(), Error> {
        match &mut self.entry {
            Some(entry) => take(entry, &element),
            None => about_site(self.site, &element),
        }
        Ok(())
    }

    fn leave(&mut self, path: &[Name]) -> Result<(), Error> {
        if path.last().is_some_and(is_entry)
            && let Some(mut entry) = self.entry.take()
        {
            // WordPress offers a feed of the comments on each post.
            let link = entry.link.as_deref().unwrap_or(&entry.given_id);
            if entry.is_post() && link.contains("#comment-") {
                entry.role = Role::Other;
            }
            if entry.authors.is_empty() && !entry.is_comment() {
                entry.authors.clone_from(&self.site.authors);
            }
            return (self.each)(self.site, Some(entry));
        }
        Ok(())
    }
}

fn layout(root: &Tag<'_>) -> &'static str {
    let version = root.get("version").unwrap_or_default();
    match root.name.local.to_ascii_lowercase().as_str() {
        "feed" if root.name.is_in(ATOM_03) && !root.name.is_in(ATOM) => "Atom 0.3",
        "feed" => "Atom 1.0",
        "rdf" => "RSS 1.0",
        _ if version.starts_with('2') => "RSS 2.0",
        _ => "RSS 0.9x",
    }
}

fn about_site(site: &mut Site, element: &Element) {
    site.authors.truncate(AUTHORS);
    let name = &element.name;
    let local = name.local.as_str();
    if name.is(ATOM, "link") && element.get("rel") == Some("self") {
        element.get("href").unwrap_or_default().clone_into(&mut site.feed);
    } else if is_core(name) {
        match local {
            "title" if name.prefix.is_empty() || site.title.is_empty() => {
                site.title = html::title(element.text());
            }
            "link" if site.address.is_empty() => {
                site.address = page(element).unwrap_or_default();
            }
            "author" | "managingEditor" => site.authors.extend(author(element)),
            "lastBuildDate" | "updated" | "modified" => site.updated = dates::any(element.text()),
            _ => {}
        }
    }
}

/// The page that a link leads to: the text in RSS, an attribute in Atom, which has links for
/// other uses as well.
fn page(element: &Element) -> Option<String> {
    match element.get("href") {
        Some(href) => match element.get("rel") {
            None | Some("alternate") => link::web(href),
            Some(_) => None,
        },
        None => link::web(element.text()),
    }
}

/// The name of an author, never an address: `name` in Atom, `address (name)` in RSS.
fn author(element: &Element) -> Option<String> {
    let name = match element.child("name") {
        "" => match element.text().split_once('(') {
            Some((_, name)) => name.trim_end_matches(')'),
            None => element.text(),
        },
        name => name,
    };
    let name = html::title(name.trim());
    (!name.is_empty() && !name.contains('@')).then(|| excerpt(&name))
}

fn take(entry: &mut Entry, element: &Element) {
    entry.authors.truncate(AUTHORS);
    entry.tags.truncate(TAGS);
    let name = &element.name;
    let local = name.local.as_str();
    let text = element.text();
    if is_core(name) {
        return take_core(entry, element);
    }
    if name.is(CONTENT, "encoded") {
        entry.content = html::text(text);
    } else if name.is_in(DUBLIN) {
        match local {
            "creator" => entry.authors.extend(author(element)),
            "date" | "issued" if entry.published.is_empty() => {
                text.clone_into(&mut entry.published);
            }
            "created" => text.clone_into(&mut entry.created),
            "modified" => text.clone_into(&mut entry.updated),
            "subject" => entry.tags.push(html::title(text)),
            _ => {}
        }
    } else if name.is(SLASH, "comments") || name.is(THREAD, "total") {
        entry.replies = text.parse().ok();
    } else if name.is(THREAD, "in-reply-to") {
        element.get("ref").unwrap_or_default().clone_into(&mut entry.about);
    } else if name.is(ITUNES, "author") && entry.authors.is_empty() {
        entry.authors.extend(author(element));
    } else if name.is(FEEDBURNER, "origLink") {
        entry.link = link::web(text).or(entry.link.take());
    } else if name.is(APP, "control") || name.is(OLD_APP, "control") {
        entry.is_draft |= element.child("draft") == "yes";
    } else if name.is_in(BLOGGER) {
        match (local, text.to_ascii_uppercase().as_str()) {
            ("type", "POST") => entry.role = Role::Post,
            ("type", "COMMENT") => entry.role = Role::Comment,
            ("type", _) => entry.role = Role::Other,
            ("status", "LIVE" | "") => {}
            ("status", _) => (entry.is_draft, entry.is_unapproved) = (true, true),
            ("parent", _) => text.clone_into(&mut entry.about),
            ("created", _) => text.clone_into(&mut entry.created),
            _ => {}
        }
    }
}

/// Elements of RSS and Atom themselves.
fn take_core(entry: &mut Entry, element: &Element) {
    let text = element.text();
    match element.name.local.as_str() {
        "title" => entry.title = title(element),
        "link" => {
            let replies = element.get("thr:count").and_then(|count| count.parse().ok());
            entry.replies = entry.replies.or(replies);
            entry.link = entry.link.take().or_else(|| page(element));
        }
        "guid" | "id" => text.clone_into(&mut entry.given_id),
        "pubDate" | "published" | "issued" => text.clone_into(&mut entry.published),
        "created" => text.clone_into(&mut entry.created),
        "updated" | "modified" => text.clone_into(&mut entry.updated),
        "author" => entry.authors.extend(author(element)),
        "category" => category(entry, element),
        "content" | "body" => entry.content = body(element),
        "description" | "summary" => entry.summary = body(element),
        _ => {}
    }
}

fn title(element: &Element) -> String {
    match element.get("type") {
        Some("text" | "text/plain") => element.text().to_owned(),
        Some(_) => html::text(element.text()),
        None => html::title(element.text()),
    }
}

/// The text of an entry. RSS means HTML; Atom says what it means, and means text if it says
/// nothing.
fn body(element: &Element) -> String {
    let is_atom = element.name.is_in(ATOM) || element.name.is_in(ATOM_03);
    let is_plain = match element.get("type") {
        Some(kind) => kind == "text" || kind == "text/plain",
        None => is_atom,
    };
    if is_plain { element.text().to_owned() } else { html::text(element.text()) }
}

fn category(entry: &mut Entry, element: &Element) {
    let term = element.get("term");
    if element.get("scheme").or_else(|| element.get("domain")) == Some(KIND) {
        entry.role = match term.and_then(|term| term.rsplit_once('#')) {
            Some((_, "post")) => Role::Post,
            Some((_, "comment")) => Role::Comment,
            _ => Role::Other,
        };
        return;
    }
    let tag = element.get("label").or(term).unwrap_or_else(|| element.text());
    entry.tags.push(html::title(tag));
}
