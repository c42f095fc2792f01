//! WordPress: its export files (WXR 1.0 to 1.2, in several parts if large) and the answers of its
//! REST interface. Names and addresses of people who commented are compared and forgotten.
//! Other feeds, WordPress's own among them, are a blog's.

mod author;
mod rest;
mod survey;
mod wxr;

use std::collections::BTreeSet;

use self::author::Choice;
use super::archive::Archive;
use super::error::Error;
use super::report::{Outlet, Report, Skip};
use super::seen::Seen;
use super::{Export, Sink, html, link};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Item, ItemKind};
use crate::domain::time::Timestamp;

/// The formats of WordPress.
pub(super) struct WordPress;

/// Most categories and tags of one post that are looked at.
const TAGS: usize = 200;

/// By what an author can be named.
const HOW: &str = "the author's user name, display name or number on the blog";

impl Export for WordPress {
    fn channel(&self) -> Channel {
        Channel::WordPress
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        Ok(wxr::is_there(archive)? || rest::is_there(archive)?)
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        let whose = whose.map(str::trim).filter(|whose| !whose.is_empty());
        if wxr::is_there(archive)? {
            return wxr::read(archive, whose, sink);
        }
        rest::read(archive, whose, sink)
    }
}

/// Whether something is shown to everybody, and if not, why.
fn hidden(status: &str) -> Option<Skip> {
    match status {
        "publish" | "approved" => None,
        "private" => Some(Skip::NotPublic),
        "trash" => Some(Skip::Deleted),
        _ => Some(Skip::NotPublished),
    }
}

/// A published post, from whichever source.
#[derive(Default)]
struct Post {
    number: String,
    link: Option<String>,
    /// The blog's host, where the link does not tell it.
    host: Option<String>,
    posted_at: Option<Timestamp>,
    /// The date is the blog's local time: nothing better was there.
    is_local: bool,
    title: String,
    /// HTML.
    content: String,
    tags: Vec<String>,
    reactions: Vec<(Signal, u64)>,
    /// What others wrote under it.
    heard: Vec<String>,
}

/// Where posts go.
struct Posts<'s> {
    outlet: Outlet<'s>,
    seen: Seen,
}

impl Posts<'_> {
    fn hand_out(&mut self, post: Post) -> Result<(), Error> {
        let host = post.link.as_deref().and_then(link::host).or(post.host);
        let number: Option<u64> = post.number.trim().parse().ok();
        let (Some(host), Some(number)) = (host, number) else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        let Some(posted_at) = post.posted_at else {
            self.outlet.skip(Skip::ImpossibleDate);
            return Ok(());
        };
        // Blogs count from one each.
        let id = format!("{host}/?p={number}");
        if !self.seen.is_new(&id) {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        }
        let text = [html::title(&post.title), html::text(&post.content)];
        let text: Vec<String> = text.into_iter().filter(|part| !part.is_empty()).collect();
        let item = Item {
            id,
            kind: ItemKind::Article,
            posted_at,
            text: text.join("\n\n"),
            tags: post.tags,
            language: None,
            url: post.link,
            reactions: post.reactions,
            heard: post.heard,
        };
        if post.is_local {
            return Ok(self.outlet.hand_out_recovered(item)?);
        }
        Ok(self.outlet.hand_out(item)?)
    }
}

/// The remark about a blog that several people write, of whom none was chosen.
fn remark_on_authors(outlet: &mut Outlet<'_>, choice: &Choice) {
    if choice.is_everybody() && choice.authors() > 1 {
        outlet.warn(format!(
            "the posts are by {} authors and all of them were taken; if they are not all you, \
             bring the export again and say which author you are: {HOW}",
            choice.authors()
        ));
    }
}

/// Tags, each once, without the category that WordPress gives to what has none.
fn distinct(tags: Vec<(String, String)>) -> Vec<String> {
    const NONE: [&str; 10] = [
        "uncategorized",
        "uncategorised",
        "allgemein",
        "unkategorisiert",
        "non-classe",
        "sin-categoria",
        "senza-categoria",
        "geen-categorie",
        "sem-categoria",
        "bez-kategorii",
    ];
    let mut seen = BTreeSet::new();
    let kept = tags.into_iter().filter(|(slug, _)| !NONE.contains(&slug.as_str()));
    let names = kept.map(|(_, name)| html::title(&name));
    names.filter(|name| !name.is_empty() && seen.insert(name.to_lowercase())).collect()
}
