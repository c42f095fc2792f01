//! Which files of Tumblr there are, and where in them the posts lie. They have no fixed names:
//! answers are saved under any, so the beginning of a file decides. No posts' fields here.

use serde::Deserialize;

use super::super::archive::{Archive, Member, Open, names};
use super::super::error::Error;
use super::super::json::{self, Count, One};
use super::super::peek;

/// Bytes that tell what a file is.
const HEAD: u64 = 64 << 10;
/// Files that are looked at to recognize the export.
const LOOKED_AT: usize = 16;

/// Where the posts lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One after another: one post a file, or one a line.
    Posts,
    /// In a list.
    List,
    /// In the list under this key.
    Under(&'static str),
}

/// The files with posts.
pub(super) struct Files {
    pub(super) json: Vec<Member>,
    /// Web pages, which are read if there is nothing better.
    pub(super) web: Vec<Member>,
    /// Whether the posts are in an archive within the archive.
    pub(super) packed: bool,
}

impl Files {
    /// Finds the files.
    pub(super) fn find(archive: &Archive<'_>) -> Result<Self, Error> {
        let mut json = archive.matching(is_json);
        json.extend(archive.singles());
        let web = archive.matching(is_page);
        let packed = archive.find("posts.zip")?.is_some();
        Ok(Self { json, web, packed })
    }

    /// The generation of the format, in words.
    pub(super) const fn layout(&self) -> &'static str {
        if self.json.is_empty() { "web pages, one a post" } else { "answers of the interface" }
    }
}

/// Whether a member may hold posts as JSON. Numbers are names of posts in backups.
fn is_json(name: &str) -> bool {
    let base = names::base(name);
    let Some((stem, "json" | "js" | "txt" | "jsonl")) = base.rsplit_once('.') else {
        return false;
    };
    let number = !stem.is_empty() && stem.bytes().all(|b| b.is_ascii_digit());
    let begins = ["page", "blog", "read", "response"].iter().any(|part| stem.starts_with(part));
    number || begins || stem.contains("post") || stem.contains("tumblr")
}

/// `posts/123.html` of backups, and `posts/html/123.html` of the official export.
fn is_page(name: &str) -> bool {
    let folder = names::folder(name);
    let stem = names::base(name).strip_suffix(".html");
    let number = stem.is_some_and(|s| s.len() > 4 && s.bytes().all(|b| b.is_ascii_digit()));
    let inside = |part: &str| part == "posts" || part == "html";
    number && (folder.is_empty() || folder.rsplit('/').take(2).any(inside))
}

/// Whether the archive is Tumblr's.
pub(super) fn recognizes(archive: &mut Archive<'_>) -> Result<bool, Error> {
    let files = Files::find(archive)?;
    let named = archive.matching(is_json);
    for member in named.into_iter().take(LOOKED_AT).chain(archive.singles()) {
        if shape(&String::from_utf8_lossy(&archive.head(member, HEAD)?)).is_some() {
            return Ok(true);
        }
    }
    for &member in files.web.iter().take(LOOKED_AT) {
        if super::web::is_post(&String::from_utf8_lossy(&archive.head(member, HEAD)?)) {
            return Ok(true);
        }
    }
    // The official export names its list of posts so; what it holds cannot be told inside.
    let index = archive.find("posts_index.html")?.is_some();
    let Some(payload) = archive.find("payload-0.json")? else {
        return Ok(index && files.packed);
    };
    let head = archive.head(payload, 4 << 10)?;
    let head = String::from_utf8_lossy(&head);
    Ok(head.trim_start().starts_with('[') && head.contains("\"data\"") && files.packed)
}

/// Lets `action` read a file from its start, with the shape that its beginning shows.
pub(super) fn with_shape<T>(
    open: &mut Open<'_>,
    action: impl FnOnce(Option<Shape>, &mut Open<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    with_head(open, |_, shape, open| action(shape, open))
}

/// The same, with the beginning itself.
pub(super) fn with_head<T>(
    open: &mut Open<'_>,
    action: impl FnOnce(&str, Option<Shape>, &mut Open<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    peek::begun(open, HEAD, |head, open| {
        let text = String::from_utf8_lossy(head);
        action(&text, shape(&text), open)
    })
}

/// Where the posts of a file with this beginning lie; `None` if it is not Tumblr's.
fn shape(head: &str) -> Option<Shape> {
    let text = head.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with("var tumblr_api_read") {
        return Some(Shape::Under("posts"));
    }
    let has = |key: &str| text.contains(key);
    let first = has("\"tumblelog\"") && (has("\"posts-total\"") || has("\"url-with-slug\""));
    let named = has("\"blog_name\"") && (has("\"reblog_key\"") || has("\"note_count\""));
    let linked = has("\"post_url\"") && (has("\"reblog_key\"") || has("tumblr.com"));
    if !(first || named || linked) {
        return None;
    }
    let list = find_list(text);
    match text.as_bytes().first()? {
        b'[' => Some(Shape::List),
        b'{' => Some(match list {
            Some(at) if text.get(..at).is_some_and(|before| before.contains("\"response\"")) => {
                Shape::Under("response.posts")
            }
            Some(_) => Shape::Under("posts"),
            None => Shape::Posts,
        }),
        _ => None,
    }
}

/// Where the list of posts begins: its key is the number of posts where a blog is described.
pub(super) fn find_list(text: &str) -> Option<usize> {
    let is_list = |at: usize| {
        let after = text.get(at + "\"posts\"".len()..).unwrap_or_default().trim_start();
        after.strip_prefix(':').is_some_and(|after| after.trim_start().starts_with('['))
    };
    text.match_indices("\"posts\"").map(|(at, _)| at).find(|&at| is_list(at))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Totals {
    total_users: Count,
    total_blogs: Count,
    liked_count: Count,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    response: One<Totals>,
}

/// The number that the answers about followers, blogs followed or likes begin with; the
/// largest of several pages.
pub(super) fn total(archive: &mut Archive<'_>, stem: &str) -> Result<Option<u64>, Error> {
    let answers = archive.matching(|name| {
        let base = names::base(name);
        base.starts_with(stem) && names::is(base, "json")
    });
    let mut total: Option<u64> = None;
    archive.read_each(&answers, &mut |open| {
        let answer: Answer = match json::document(open) {
            Err(Error::Malformed { .. }) => return Ok(()),
            answer => answer?,
        };
        let totals = answer.response.0.unwrap_or_default();
        let number = totals.total_users.0.or(totals.total_blogs.0).or(totals.liked_count.0);
        total = total.max(number);
        Ok(())
    })?;
    Ok(total)
}
