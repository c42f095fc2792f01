//! Export files of WordPress: RSS with elements of its own, told by their local names because the
//! namespace changed with versions and schemes.

use super::super::archive::{Archive, Member, names};
use super::super::error::Error;
use super::super::report::{Outlet, Report, Skip};
use super::super::seen::Seen;
use super::super::xml::{self, Element, Name, Space, Tag, Take, Visit};
use super::super::{Sink, dates, heard, link, peek};
use super::author::{Choice, Commenter};
use super::survey::Survey;
use super::{Post, Posts, TAGS, distinct, hidden, remark_on_authors};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::HEARD;

/// WordPress's own elements. Its excerpts have a namespace that begins alike.
pub(super) const WP: Space = Space { name: "wordpress.org/export/", prefix: "wp" };
/// Who made something.
pub(super) const DUBLIN: Space = Space { name: "purl.org/dc/elements/", prefix: "dc" };
const CONTENT: Space = Space { name: "purl.org/rss/1.0/modules/content", prefix: "content" };

/// Whether the beginning of a file is that of an export of WordPress.
fn is_export(head: &[u8]) -> bool {
    xml::head(head).is_some_and(|head| {
        let is_rss = head.root.local.eq_ignore_ascii_case("rss");
        is_rss && head.attributes.contains(WP.name)
    })
}

/// The members that may be parts of an export.
fn files(archive: &Archive<'_>) -> Vec<Member> {
    peek::likely(archive, |name| names::extension(name) == "xml")
}

/// Whether there is an export file.
pub(super) fn is_there(archive: &mut Archive<'_>) -> Result<bool, Error> {
    let files = files(archive);
    peek::any(archive, &files, is_export)
}

/// Reads all parts.
pub(super) fn read(
    archive: &mut Archive<'_>,
    whose: Option<&str>,
    sink: &mut Sink<'_>,
) -> Result<Report, Error> {
    let files = files(archive);
    let mut survey = Survey::default();
    peek::each(archive, &files, &mut |head, open| {
        if is_export(head) { xml::read(open, &mut survey) } else { Ok(()) }
    })?;
    let choice = survey.authors.choose(whose)?;
    let layout = match survey.version.as_str() {
        "1.0" => "WXR 1.0",
        "1.1" => "WXR 1.1",
        "1.2" => "WXR 1.2",
        _ => "WXR",
    };
    let account = choice.account(&survey.title);
    let mut outlet = Outlet::new(Channel::WordPress, layout, account, sink);
    outlet.exported(survey.exported_at);
    outlet.knows(Signal::Reply);
    outlet.knows(Signal::Mention);
    remark_on_authors(&mut outlet, &choice);
    let host = choice.host();
    let posts = Posts { outlet, seen: Seen::default() };
    let mut reader = Reader { choice, host, posts, entry: Entry::default() };
    peek::each(archive, &files, &mut |head, open| {
        if is_export(head) { xml::read(open, &mut reader) } else { Ok(()) }
    })?;
    Ok(reader.posts.outlet.finish())
}

/// An item as it is read: a post, a page, an attachment or whatever plugins keep.
#[derive(Default)]
struct Entry {
    post: Post,
    author: String,
    kind: String,
    status: String,
    password: String,
    /// The dates in the order in which they are believed.
    utc: String,
    feed: String,
    local: String,
    tags: Vec<(String, String)>,
    replies: u64,
    mentions: u64,
    own_comments: u64,
    own_mentions: u64,
    unapproved: u64,
}

/// Turns the items of export files into items.
struct Reader<'s> {
    choice: Choice,
    host: Option<String>,
    posts: Posts<'s>,
    entry: Entry,
}

impl Visit for Reader<'_> {
    fn enter(&mut self, path: &[Name], tag: &Tag<'_>) -> Result<Take, Error> {
        let name = &tag.name;
        Ok(match path {
            [] => Take::Into,
            [_] if name.local == "channel" => Take::Into,
            [_, _] if name.prefix.is_empty() && name.local == "item" => {
                self.entry = Entry::default();
                Take::Into
            }
            [_, _, _] => Take::Whole,
            _ => Take::Skip,
        })
    }

    fn element(&mut self, path: &[Name], element: Element) -> Result<(), Error> {
        if path.len() == 3 {
            if element.name.is(WP, "comment") {
                self.comment(&element);
            } else {
                self.entry.take(&element);
            }
        }
        Ok(())
    }

    fn leave(&mut self, path: &[Name]) -> Result<(), Error> {
        if path.len() == 3 { self.finish() } else { Ok(()) }
    }
}

impl Entry {
    fn take(&mut self, element: &Element) {
        let text = || element.text().to_owned();
        let name = &element.name;
        if name.is(CONTENT, "encoded") {
            self.post.content = text();
        } else if name.is(DUBLIN, "creator") {
            self.author = text();
        } else if name.is_in(WP) {
            match name.local.as_str() {
                "post_id" => self.post.number = text(),
                "post_date_gmt" => self.utc = text(),
                "post_date" => self.local = text(),
                "status" => self.status = text(),
                "post_type" => self.kind = text(),
                "post_password" => self.password = text(),
                _ => {}
            }
        } else if name.prefix.is_empty() {
            match name.local.as_str() {
                "title" => self.post.title = text(),
                "link" => self.post.link = link::web(element.text()),
                "pubDate" => self.feed = text(),
                "category" => self.category(element),
                _ => {}
            }
        }
    }

    /// A category or tag. WXR 1.0 writes each twice, once without saying what it is.
    fn category(&mut self, element: &Element) {
        let domain = element.get("domain").unwrap_or("category");
        if matches!(domain, "category" | "post_tag" | "tag") && self.tags.len() < TAGS {
            let slug = element.get("nicename").unwrap_or_default().to_lowercase();
            let name = element.text().to_owned();
            let slug = if slug.is_empty() { name.to_lowercase() } else { slug };
            self.tags.push((slug, name));
        }
    }
}

impl Reader<'_> {
    fn comment(&mut self, comment: &Element) {
        let own = self.choice.wrote(&Commenter {
            id: comment.child("comment_user_id"),
            name: comment.child("comment_author"),
            email: comment.child("comment_author_email"),
        });
        let from = link::host(comment.child("comment_author_url"));
        let entry = &mut self.entry;
        let is_mention = match comment.child("comment_type") {
            "" | "comment" => false,
            "pingback" | "trackback" => true,
            // Plugins keep notes of orders and reviews as comments.
            _ => return,
        };
        let approved = matches!(comment.child("comment_approved"), "1" | "approve" | "approved");
        let count = match (approved, is_mention) {
            (false, _) => &mut entry.unapproved,
            // A post that links to another of the same blog makes a pingback too.
            (true, true) if from.is_some() && from == self.host => &mut entry.own_mentions,
            (true, true) => &mut entry.mentions,
            (true, false) if own => &mut entry.own_comments,
            (true, false) => &mut entry.replies,
        };
        *count += 1;
        if approved && !is_mention && !own && entry.post.heard.len() < HEARD {
            entry.post.heard.extend(heard::of_html(comment.child("comment_content")));
        }
    }

    fn finish(&mut self) -> Result<(), Error> {
        let entry = std::mem::take(&mut self.entry);
        let own = self.choice.is_own(&entry.author);
        let outlet = &mut self.posts.outlet;
        if own {
            outlet.skip_many(Skip::Unapproved, entry.unapproved);
        }
        let shown = entry.status == "publish" && entry.password.is_empty();
        if entry.kind != "post" || !shown || !own {
            let comments = entry.replies + entry.mentions + entry.own_comments + entry.own_mentions;
            if own && comments > 0 {
                outlet.did("comments_elsewhere", comments);
            }
            match (own, entry.kind.as_str()) {
                (true, "post") => match hidden(&entry.status) {
                    Some(reason) => outlet.skip(reason),
                    None => outlet.skip(Skip::Protected),
                },
                (false, "post") if shown => outlet.skip(Skip::NotOwn),
                (false, _) => {}
                (true, "page") => outlet.did("pages", 1),
                (true, "attachment") => outlet.did("media_files", 1),
                (true, "nav_menu_item") => outlet.did("menu_entries", 1),
                (true, _) => outlet.skip(Skip::NotAnItem),
            }
            return Ok(());
        }
        outlet.did("own_comments", entry.own_comments);
        outlet.did("own_mentions", entry.own_mentions);
        let known = dates::iso(&entry.utc).or_else(|| dates::any(&entry.feed));
        let reactions = vec![(Signal::Reply, entry.replies), (Signal::Mention, entry.mentions)];
        self.posts.hand_out(Post {
            host: self.host.clone(),
            is_local: known.is_none(),
            posted_at: known.or_else(|| dates::iso(&entry.local)),
            tags: distinct(entry.tags),
            reactions,
            ..entry.post
        })
    }
}
