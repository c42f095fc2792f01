//! Answers of WordPress's REST interface (`/wp-json/wp/v2/...`), page by page: posts, comments,
//! users, terms, and the site itself. Values are JSON; titles and contents are HTML.

mod rows;

use std::collections::BTreeMap;

use self::rows::{Rendered, Row, Site, rows, site_of, term};
use super::super::answers::{self, Replies};
use super::super::archive::{Archive, Member, names};
use super::super::error::Error;
use super::super::heard::{self, Heard};
use super::super::json::{self, List, One};
use super::super::report::{Outlet, Report, Skip};
use super::super::seen::Seen;
use super::super::{Sink, dates, html, link, peek};
use super::author::{Author, Authors, Choice, Commenter};
use super::{Post, Posts, distinct, hidden, remark_on_authors};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::excerpt;

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
/// Most terms of which the names are kept.
const TERMS: usize = 100_000;

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
        let has = |key: &str| answers::has_keys(head, &[key]);
        match answers::text(head).first() {
            Some(b'{') if has("namespaces") && has("home") => return Some(Self::Site),
            Some(b'[' | b'{') => {}
            _ => return None,
        }
        // Our own fetches ask for neither visitors' names nor what they wrote.
        if has("post") && (has("author_name") || has("parent")) && !has("title") {
            return Some(Self::Comments);
        }
        let dated = has("date_gmt") || has("date");
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
        names::extension(base) == "json" && NAMES.iter().any(|start| base.starts_with(start))
    })
}

/// Whether there are pages of posts, or the page about a site that has none.
pub(super) fn is_there(archive: &mut Archive<'_>) -> Result<bool, Error> {
    let pages = pages(archive);
    peek::any(archive, &pages, |head| matches!(Page::of(head), Some(Page::Posts | Page::Site)))
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
                from_link = from_link.take().or_else(|| site_of(&row));
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
        for author in row.embedded.0.iter().flat_map(|embedded| embedded.author.objects()) {
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
            && self.terms.len() < TERMS
        {
            self.terms.insert(excerpt(id), term);
        }
    }
}

/// What comments are kept under: the candidate's own, and those of others before a post's number.
const OWN: &str = "own";
const REPLY: &str = "reply ";
const MENTION: &str = "mention ";

/// Comments by others and posts elsewhere, for each post.
#[derive(Default)]
struct Comments {
    /// Of all kinds, which the beginning of the key tells apart.
    known: Replies,
    heard: Heard,
    unapproved: u64,
}

impl Comments {
    fn of(&self, kind: &str, post: &str) -> u64 {
        self.known.of(&format!("{kind}{post}"))
    }

    fn count(&mut self, row: &Row, choice: &Choice) {
        let (Some(post), Some(id)) = (row.post.get(), row.id.get()) else {
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
            self.known.add(OWN, id);
        } else if is_mention {
            self.known.add(&format!("{MENTION}{post}"), id);
        } else if self.known.add(&format!("{REPLY}{post}"), id) {
            let said = row.content.0.as_ref().and_then(|content| content.rendered.get());
            self.heard.add(post, || said.and_then(heard::of_html));
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
        outlet.did("own_comments", comments.known.of(OWN));
        outlet.skip_many(Skip::Unapproved, comments.unapproved);
    }
    remark_on_authors(&mut outlet, &choice);
    let posts = Posts { outlet, seen: Seen::default() };
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
        let content = row.content.0.as_ref();
        let protected = content.is_some_and(|content| content.protected.0 == Some(true));
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
        let shown = |text: &One<Rendered>| {
            let text = text.0.as_ref().and_then(|text| text.rendered.get());
            text.unwrap_or_default().to_owned()
        };
        let number = row.id.get().unwrap_or_default().to_owned();
        let reactions = match &self.comments {
            Some(comments) => {
                let replies = (Signal::Reply, comments.of(REPLY, &number));
                // The interface lists mentions only where it is asked for them.
                let mentions = (Signal::Mention, comments.of(MENTION, &number));
                let known = [Some(replies), Some(mentions).filter(|(_, count)| *count > 0)];
                known.into_iter().flatten().collect()
            }
            None => Vec::new(),
        };
        let heard = self.comments.as_ref().map(|comments| comments.heard.of(&number));
        let heard = heard.unwrap_or_default();
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
            heard,
        };
        self.posts.hand_out(post)
    }

    fn tags(&self, row: &Row) -> Vec<String> {
        let embedded = row.embedded.0.iter().flat_map(|embedded| &embedded.terms.0);
        let embedded = embedded.flat_map(List::objects);
        let mut tags: Vec<(String, String)> = embedded.filter_map(term).collect();
        let numbers = row.categories.0.iter().chain(&row.tags.0);
        tags.extend(numbers.filter_map(|id| self.terms.get(id.get()?).cloned()));
        distinct(tags)
    }
}
