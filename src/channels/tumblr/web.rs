//! A post of Tumblr that is a web page, read into the fields of the interface: the official
//! export has little on it, `tumblr_backup` more.

use super::super::archive::{Open, names};
use super::super::error::Error;
use super::super::json::{Count, List, Text};
use super::super::page::{self, Element, Fragment, Part, Regions};
use super::post::{Post, blog_of};

/// A part of the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Region {
    /// Whatever is neither of the others.
    Body,
    Title,
    Time,
    Tag,
    /// The line below a post: its tags and notes.
    Footer,
    Other,
}

/// Whether a page looks like a post of Tumblr.
pub(super) fn is_post(head: &str) -> bool {
    let text = head.trim_start_matches('\u{feff}').trim_start();
    let official = text.contains("id=\"timestamp\"") && text.contains("id=\"footer\"");
    let official = official || text.contains("id=\"timestamp\"") && text.contains("class=\"tag\"");
    let backup = text.contains("<article class=") && text.contains(" id=p-");
    text.starts_with('<') && (official || backup || text.contains("class=\"tumblr_blog\""))
}

/// What has been read of a page.
struct Page {
    regions: Regions<Region>,
    body: Fragment,
    title: String,
    time: String,
    footer: String,
    tag: String,
    kind: Option<String>,
    post: Post,
}

/// Most bytes that are kept of a short text.
const WORDS: usize = 1_000;

/// Reads a page. The file's name is the post's number.
pub(super) fn read(open: &mut Open<'_>) -> Result<Post, Error> {
    let stem = names::base(open.name()).split('.').next().unwrap_or_default().to_owned();
    let mut page = Page {
        regions: Regions::new(Region::Body),
        body: Fragment::default(),
        title: String::new(),
        time: String::new(),
        footer: String::new(),
        tag: String::new(),
        kind: None,
        post: Post::numbered(stem),
    };
    page::parts(open, &mut |part| page.part(&part))?;
    let Page { body, title, time, footer, kind, mut post, .. } = page;
    let own = !matches!(kind.as_deref(), Some("quote" | "answer" | "chat" | "conversation"));
    let words = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    post.title = Text(words(title).map(|title| title.replace('<', "&lt;")));
    post.body = Text(own.then(|| body.into_html()));
    post.date = Text(post.date.get().map(str::to_owned).or_else(|| words(time)));
    post.note_count = Count(notes(&footer));
    post.kind = Text(kind);
    Ok(post)
}

/// `12` of `#tag — 12 notes`.
fn notes(footer: &str) -> Option<u64> {
    let (before, _) = footer.split_once(" note")?;
    let number = before.rsplit(|c: char| c.is_whitespace()).next()?;
    number.replace([',', '.'], "").parse().ok()
}

impl Page {
    fn part(&mut self, part: &Part<'_>) {
        let region = self.regions.current();
        match part {
            Part::Open(element) => {
                self.notice(region, element);
                let inside = self.region(region, element);
                if (region, inside) == (Region::Body, Region::Body) {
                    self.body.add(part);
                }
                self.regions.open(element, inside);
            }
            Part::Close(name) => {
                self.regions.close(name);
                let outside = self.regions.current();
                if region == Region::Tag && outside != Region::Tag {
                    self.end_of_tag();
                }
                if (region, outside) == (Region::Body, Region::Body) {
                    self.body.add(part);
                }
            }
            Part::Text(text) => match region {
                Region::Body => self.body.add(part),
                Region::Title => append(&mut self.title, text),
                Region::Time => append(&mut self.time, text),
                Region::Tag => append(&mut self.tag, text),
                Region::Footer => append(&mut self.footer, text),
                // Two arrows lead to the post that is passed on, and to the first of them all.
                Region::Other if matches!(text.trim(), "⬀" | "⬈") => self.reblog(),
                Region::Other => {}
            },
        }
    }

    /// What attributes tell.
    fn notice(&mut self, region: Region, element: &Element) {
        if element.has_class("tumblr_blog") {
            self.reblog();
        }
        match element.name() {
            // The tags below a post link to its own blog.
            "a" if region == Region::Footer => {
                let name = element.attribute("href").and_then(blog_of);
                self.post.blog_name = Text(name.map(str::to_owned));
            }
            "article" => {
                self.kind = element.attribute("class").map(str::to_owned);
                if let Some(id) = element.attribute("id").and_then(|id| id.strip_prefix("p-")) {
                    self.post.id = Text(Some(id.to_owned()));
                }
            }
            "time" => {
                if let Some(at) = element.attribute("datetime") {
                    self.post.date = Text(Some(at.to_owned()));
                }
            }
            _ => {}
        }
    }

    /// Attributions to a blog stand above what is passed on.
    fn reblog(&mut self) {
        self.post.reblogged_from_name = Text(Some("another blog".to_owned()));
    }

    fn region(&self, outside: Region, element: &Element) -> Region {
        let id = element.attribute("id");
        match element.name() {
            "head" | "style" | "script" | "title" | "header" | "nav" | "time" => Region::Other,
            _ if id == Some("timestamp") => Region::Time,
            _ if element.has_class("tag") => Region::Tag,
            "a" if outside == Region::Footer => Region::Tag,
            "footer" => Region::Footer,
            _ if id == Some("footer") => Region::Footer,
            _ if outside != Region::Body => outside,
            "h1" | "h2" if self.title.is_empty() => Region::Title,
            _ => outside,
        }
    }

    fn end_of_tag(&mut self) {
        let tag = std::mem::take(&mut self.tag);
        let tag = tag.trim().trim_start_matches('#').trim();
        if !tag.is_empty() {
            let tags: &mut List<Text> = &mut self.post.tags;
            tags.0.push(Text(Some(tag.to_owned())));
        }
    }
}

fn append(words: &mut String, text: &str) {
    if words.len() < WORDS {
        words.push_str(text);
    }
}
