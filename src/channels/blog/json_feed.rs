//! JSON Feed 1 and 1.1.

use serde::Deserialize;

use super::super::archive::Open;
use super::super::error::Error;
use super::super::json::{self, List, One, Text};
use super::super::{html, link};
use super::entry::{AUTHORS, Each, Entry, Site};
use crate::domain::item::excerpt;

/// Whether the beginning of a file is that of a JSON Feed.
pub(super) fn is_feed(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    // Some writers escape slashes.
    text.starts_with('{')
        && (text.contains("//jsonfeed.org/version/")
            || text.contains("\\/\\/jsonfeed.org\\/version\\/"))
}

/// Somebody who writes.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Author {
    name: Text,
}

/// The part before the entries.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Top {
    version: Text,
    title: Text,
    home_page_url: Text,
    feed_url: Text,
    author: One<Author>,
    authors: List<One<Author>>,
}

/// An entry.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Row {
    id: Text,
    url: Text,
    title: Text,
    content_html: Text,
    content_text: Text,
    summary: Text,
    date_published: Text,
    date_modified: Text,
    author: One<Author>,
    authors: List<One<Author>>,
    tags: List<Text>,
    language: Text,
}

fn names(one: &One<Author>, many: &List<One<Author>>) -> Vec<String> {
    let all = many.objects().chain(&one.0);
    let names = all.filter_map(|author| author.name.get().map(excerpt)).take(AUTHORS);
    let mut names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    names.dedup();
    names
}

/// Reads the entries.
pub(super) fn read(
    head: &[u8],
    open: &mut Open<'_>,
    site: &mut Site,
    each: &mut Each<'_>,
) -> Result<(), Error> {
    let top = top(head);
    let text = |text: &Text| text.get().unwrap_or_default().to_owned();
    *site = Site {
        layout: if text(&top.version).ends_with("/1") { "JSON Feed 1" } else { "JSON Feed 1.1" },
        title: text(&top.title),
        address: text(&top.home_page_url),
        feed: text(&top.feed_url),
        authors: names(&top.author, &top.authors),
        updated: None,
    };
    json::array_at(open, "items", &mut |row: Row| {
        let mut authors = names(&row.author, &row.authors);
        if authors.is_empty() {
            authors.clone_from(&site.authors);
        }
        let tags = row.tags.0.iter().filter_map(Text::get);
        let content = match row.content_text.get() {
            Some(plain) => plain.to_owned(),
            None => html::text(row.content_html.get().unwrap_or_default()),
        };
        let entry = Entry {
            given_id: text(&row.id),
            title: text(&row.title),
            content,
            summary: text(&row.summary),
            link: row.url.get().and_then(link::web),
            authors,
            published: text(&row.date_published),
            updated: text(&row.date_modified),
            tags: tags.map(str::to_owned).collect(),
            language: row.language.get().map(str::to_owned),
            ..Entry::default()
        };
        each(site, Some(entry))
    })
}

/// What stands before the entries, which is where the specification's order puts it.
fn top(head: &[u8]) -> Top {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}');
    let Some((before, _)) = text.split_once("\"items\"") else {
        return Top::default();
    };
    let document = format!("{}}}", before.trim_end().trim_end_matches(','));
    serde_json::from_str(&document).unwrap_or_default()
}
