//! Answers of WordPress's REST interface (`/wp-json/wp/v2/...`), page by page: posts, comments,
//! users, terms, and the site itself. Values are JSON; titles and contents are HTML.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::archive::{Archive, Member, Open, names};
use super::super::error::Error;
use super::super::json::{self, Maybe, Text};
use super::super::report::{Outlet, Report, Skip};
use super::super::{Sink, dates, html, link, peek};
use super::author::{Author, Authors, Choice, Commenter};
use super::{Post, Posts, distinct, hidden, remark_on_authors};
use crate::domain::evidence::{Channel, Signal};

/// Beginnings of the names that pages are kept under.
const NAMES: [&str; 11] = [
    "post",
    "comment",
    "user",
    "author",
    "site",
    "index",
    "root",
    "wp-json",
    "wordpress",
    "categor",
    "tag",
];
/// Most posts of which comments are counted.
const COUNTED: usize = 1_000_000;

/// What a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Posts,
    Comments,
    Users,
    Terms,
    Site,
}

impl Page {
    /// Told by the keys that only WordPress uses.
    fn of(head: &[u8]) -> Option<Self> {
        let head = String::from_utf8_lossy(head);
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let has = |key: &str| head.contains(&format!("\"{key}\""));
        let dated = has("date_gmt") || has("date");
        if head.starts_with('{') && has("namespaces") && has("home") {
            return Some(Self::Site);
        }
        if !head.starts_with(['[', '{']) {
            return None;
        }
        // Our own fetches ask for neither visitors' names nor what they wrote.
        if has("post") && (has("author_name") || has("parent")) && !has("title") {
            return Some(Self::Comments);
        }
        if has("rendered") && dated && (has("title") || has("content")) {
            return Some(Self::Posts);
        }
        if has("taxonomy") && has("slug") && has("name") {
            return Some(Self::Terms);
        }
        (has("avatar_urls") && has("slug") && has("name")).then_some(Self::Users)
    }
}

fn pages(archive: &Archive<'_>) -> Vec<Member> {
    peek::likely(archive, |name| {
        let base = names::base(name);
        base.ends_with(".json") && NAMES.iter().any(|start| base.starts_with(start))
    })
}

/// Whether there are pages of posts, or the page about a site that has none.
pub(super) fn is_there(archive: &mut Archive<'_>) -> Result<bool, Error> {
    let pages = pages(archive);
    peek::any(archive, &pages, |head| matches!(Page::of(head), Some(Page::Posts | Page::Site)))
}

/// Text that WordPress hands out as it is shown.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Rendered {
    rendered: Text,
    protected: Maybe<bool>,
}

/// Posts, comments, users and terms, as far as they are read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Row {
    id: Text,
    date: Text,
    date_gmt: Text,
    link: Text,
    status: Text,
    #[serde(rename = "type")]
    kind: Text,
    title: Maybe<Rendered>,
    content: Maybe<Rendered>,
    author: Text,
    categories: Maybe<Vec<Text>>,
    tags: Maybe<Vec<Text>>,
    #[serde(rename = "_embedded")]
    embedded: Maybe<Embedded>,
    /// Of a comment: what it is about, and who wrote it.
    post: Text,
    author_name: Text,
    author_url: Text,
    /// Of users and terms.
    name: Text,
    slug: Text,
    taxonomy: Text,
}

/// What `_embed` puts into a post.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Embedded {
    author: Maybe<Vec<Row>>,
    #[serde(rename = "wp:term")]
    terms: Maybe<Vec<Maybe<Vec<Row>>>>,
}

/// The page about the site.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Site {
    name: Text,
    home: Text,
    url: Text,
    /// The list of everything that can be asked; long, and not kept.
    #[serde(rename = "routes")]
    _routes: IgnoredAny,
}

/// A page is a list, or one entry alone.
fn rows(
    head: &[u8],
    open: &mut Open<'_>,
    each: &mut dyn FnMut(Row) -> Result<(), Error>,
) -> Result<(), Error> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if text.starts_with(b"[") { json::array(open, each) } else { each(json::document(open)?) }
}

/// What one look at all pages tells.
#[derive(Default)]
struct Survey {
    authors: Authors,
    title: String,
    /// Names of terms by their numbers.
    terms: BTreeMap<String, (String, String)>,
    has_comments: bool,
}

impl Survey {
    fn take(archive: &mut Archive<'_>, pages: &[Member]) -> Result<Self, Error> {
        let mut survey = Self::default();
        let mut from_link = None;
        peek::each(archive, pages, &mut |head, open| match Page::of(head) {
            Some(Page::Posts) => rows(head, open, &mut |row| {
                from_link = from_link.take().or_else(|| host_of(&row));
                survey.post(&row);
                Ok(())
            }),
            Some(Page::Users) => rows(head, open, &mut |row| {
                survey.author(&row);
                Ok(())
            }),
            Some(Page::Terms) => rows(head, open, &mut |row| {
                survey.term(&row);
                Ok(())
            }),
            Some(Page::Comments) => {
                survey.has_comments = true;
                Ok(())
            }
            Some(Page::Site) => {
                let site = match json::document::<Site>(open) {
                    Ok(site) => site,
                    // Some sites can be asked more than a document may hold.
                    Err(Error::Malformed { .. }) => return Ok(()),
                    Err(other) => return Err(other),
                };
                let home = site.home.get().or_else(|| site.url.get());
                home.unwrap_or_default().clone_into(&mut survey.authors.site);
                survey.title = html::title(site.name.get().unwrap_or_default());
                Ok(())
            }
            None => Ok(()),
        })?;
        if survey.authors.site.is_empty() {
            survey.authors.site = from_link.unwrap_or_default();
        }
        Ok(survey)
    }

    fn post(&mut self, row: &Row) {
        let shown = row.status.get().is_none_or(|status| hidden(status).is_none());
        if shown && matches!(row.kind.get(), None | Some("post")) {
            self.authors.wrote(row.author.get().unwrap_or_default());
        }
        let embedded = row.embedded.get().and_then(|embedded| embedded.author.get());
        for author in embedded.into_iter().flatten() {
            self.author(author);
        }
    }

    fn author(&mut self, row: &Row) {
        let id = row.id.get().unwrap_or_default();
        let author = Author {
            id: id.to_owned(),
            login: row.slug.get().unwrap_or_default().to_owned(),
            name: html::title(row.name.get().unwrap_or_default()),
            email: String::new(),
        };
        if row.name.get().is_some() {
            self.authors.add(id, author);
        }
    }

    fn term(&mut self, row: &Row) {
        if let (Some(id), Some(term)) = (row.id.get(), term(row))
            && self.terms.len() < COUNTED
        {
            self.terms.insert(id.to_owned(), term);
        }
    }
}

/// A category or a tag: its slug and its name.
fn term(row: &Row) -> Option<(String, String)> {
    let known = matches!(row.taxonomy.get(), None | Some("category" | "post_tag"));
    let name = row.name.get().filter(|_| known)?;
    Some((row.slug.get().unwrap_or_default().to_lowercase(), name.to_owned()))
}

/// The address of the site that a post's link shows.
fn host_of(row: &Row) -> Option<String> {
    let link = row.link.get()?;
    let scheme = if link.starts_with("http:") { "http" } else { "https" };
    Some(format!("{scheme}://{}", link::host(link)?))
}

/// Comments by others and posts elsewhere, for each post.
#[derive(Default)]
struct Comments {
    counts: BTreeMap<String, (u64, u64)>,
    own: u64,
    unapproved: u64,
}

impl Comments {
    fn count(&mut self, row: &Row, choice: &Choice) {
        let Some(post) = row.post.get() else {
            return;
        };
        if row.status.get().is_some_and(|status| hidden(status).is_some()) {
            self.unapproved += 1;
            return;
        }
        let commenter = Commenter {
            id: row.author.get().unwrap_or_default(),
            name: row.author_name.get().unwrap_or_default(),
            email: "",
        };
        let is_mention = matches!(row.kind.get(), Some("pingback" | "trackback"));
        let host = row.author_url.get().and_then(link::host);
        let from_here = is_mention && host.is_some() && host == choice.host();
        if from_here || (!is_mention && choice.wrote(&commenter)) {
            self.own += 1;
        } else if self.counts.len() < COUNTED || self.counts.contains_key(post) {
            let (replies, mentions) = self.counts.entry(post.to_owned()).or_default();
            *(if is_mention { mentions } else { replies }) += 1;
        }
    }
}

/// Reads all pages.
pub(super) fn read(
    archive: &mut Archive<'_>,
    whose: Option<&str>,
    sink: &mut Sink<'_>,
) -> Result<Report, Error> {
    let pages = pages(archive);
    let survey = Survey::take(archive, &pages)?;
    let choice = survey.authors.choose(whose)?;
    let mut comments = survey.has_comments.then(Comments::default);
    if let Some(comments) = &mut comments {
        peek::each(archive, &pages, &mut |head, open| match Page::of(head) {
            Some(Page::Comments) => rows(head, open, &mut |row| {
                comments.count(&row, &choice);
                Ok(())
            }),
            _ => Ok(()),
        })?;
    }
    let account = choice.account(&survey.title);
    let mut outlet = Outlet::new(Channel::WordPress, "REST API", account, sink);
    if let Some(comments) = &comments {
        outlet.knows(Signal::Reply);
        outlet.did("own_comments", comments.own);
        outlet.skip_many(Skip::Unapproved, comments.unapproved);
    }
    remark_on_authors(&mut outlet, &choice);
    let posts = Posts { outlet, seen: BTreeSet::new() };
    let mut reader = Reader { choice, terms: survey.terms, comments, posts };
    peek::each(archive, &pages, &mut |head, open| match Page::of(head) {
        Some(Page::Posts) => rows(head, open, &mut |row| reader.row(&row)),
        _ => Ok(()),
    })?;
    Ok(reader.posts.outlet.finish())
}

/// Turns posts into items.
struct Reader<'s> {
    choice: Choice,
    terms: BTreeMap<String, (String, String)>,
    comments: Option<Comments>,
    posts: Posts<'s>,
}

impl Reader<'_> {
    fn row(&mut self, row: &Row) -> Result<(), Error> {
        let outlet = &mut self.posts.outlet;
        let own = self.choice.is_own(row.author.get().unwrap_or_default());
        let content = row.content.get();
        let protected = content.is_some_and(|content| content.protected.get() == Some(&true));
        let hidden = row.status.get().and_then(hidden);
        match row.kind.get().unwrap_or("post") {
            "post" if !own => outlet.skip(Skip::NotOwn),
            "post" => match hidden.or_else(|| protected.then_some(Skip::Protected)) {
                Some(reason) => outlet.skip(reason),
                None => return self.post(row),
            },
            _ if !own => {}
            "page" => outlet.did("pages", 1),
            "attachment" => outlet.did("media_files", 1),
            _ => outlet.skip(Skip::NotAnItem),
        }
        Ok(())
    }

    fn post(&mut self, row: &Row) -> Result<(), Error> {
        let shown = |text: &Maybe<Rendered>| {
            text.get().and_then(|text| text.rendered.get().map(str::to_owned)).unwrap_or_default()
        };
        let number = row.id.get().unwrap_or_default().to_owned();
        let reactions = match &self.comments {
            Some(comments) => {
                let (replies, mentions) = comments.counts.get(&number).copied().unwrap_or_default();
                let mentions = Some((Signal::Mention, mentions)).filter(|(_, count)| *count > 0);
                std::iter::once((Signal::Reply, replies)).chain(mentions).collect()
            }
            None => Vec::new(),
        };
        let known = row.date_gmt.get().and_then(dates::iso);
        let post = Post {
            number,
            link: row.link.get().and_then(link::web),
            host: self.choice.host(),
            posted_at: known.or_else(|| row.date.get().and_then(dates::iso)),
            is_local: known.is_none(),
            title: shown(&row.title),
            content: shown(&row.content),
            tags: self.tags(row),
            reactions,
        };
        self.posts.hand_out(post)
    }

    fn tags(&self, row: &Row) -> Vec<String> {
        let embedded = row.embedded.get().and_then(|embedded| embedded.terms.get());
        let embedded = embedded.into_iter().flatten().filter_map(Maybe::get).flatten();
        let mut tags: Vec<(String, String)> = embedded.filter_map(term).collect();
        let numbers = [&row.categories, &row.tags].into_iter().filter_map(Maybe::get).flatten();
        tags.extend(numbers.filter_map(|id| self.terms.get(id.get()?).cloned()));
        distinct(tags)
    }
}
