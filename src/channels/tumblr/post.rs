//! A post of Tumblr, as far as it is read, in all forms the interface has had: fields with
//! hyphens are those of its first version. Fields that are not named here are skipped without
//! being kept.

use jiff::fmt::strtime;
use serde::Deserialize;

use super::super::json::{Count, Flag, List, One, Text};
use super::super::{heard, html, link};
use super::blog::BlogRow;
use crate::domain::item::{HEARD, ItemKind};
use crate::domain::time::Timestamp;

/// 2007-02-01T00:00:00Z, when Tumblr began. Dates may be set back by the author.
const FIRST: Timestamp = Timestamp::from_seconds(1_170_288_000);
/// 2100-01-01T00:00:00Z; an answer does not say when it was made.
const LAST: Timestamp = Timestamp::from_seconds(4_102_444_800);

/// Whether a post is on the blog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Published,
    Private,
    /// Draft, queued or submitted.
    Unpublished,
}

/// A block of a post in the newer form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Block {
    #[serde(rename = "type")]
    kind: Text,
    subtype: Text,
    text: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Layout {
    #[serde(rename = "type")]
    kind: Text,
    blocks: List<Count>,
}

/// A post that this one passes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Trail {
    blog: One<BlogRow>,
    broken_blog_name: Text,
}

/// What somebody did with a post, where an answer lists it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Note {
    #[serde(rename = "type")]
    kind: Text,
    blog_name: Text,
    reply_text: Text,
}

/// A post.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Post {
    id_string: Text,
    pub(super) id: Text,
    pub(super) blog_name: Text,
    /// The blog, whose fields the first version called so.
    #[serde(alias = "tumblelog")]
    pub(super) blog: One<BlogRow>,
    #[serde(rename = "post_url")]
    page: Text,
    #[serde(rename = "url-with-slug")]
    url_with_slug: Text,
    url: Text,
    #[serde(rename = "type")]
    pub(super) kind: Text,
    #[serde(alias = "unix-timestamp")]
    timestamp: Count,
    pub(super) date: Text,
    #[serde(rename = "date-gmt")]
    date_gmt: Text,
    state: Text,
    pub(super) tags: List<Text>,
    #[serde(alias = "note-count")]
    pub(super) note_count: Count,
    #[serde(alias = "regular-title", alias = "link-text", alias = "conversation-title")]
    pub(super) title: Text,
    #[serde(alias = "regular-body")]
    pub(super) body: Text,
    #[serde(alias = "photo-caption", alias = "video-caption", alias = "audio-caption")]
    caption: Text,
    #[serde(alias = "link-description")]
    description: Text,
    answer: Text,
    content: List<One<Block>>,
    layout: List<One<Layout>>,
    trail: List<One<Trail>>,
    notes: List<One<Note>>,
    #[serde(alias = "is-submission")]
    is_submission: Flag,
    #[serde(alias = "reblogged-from-name")]
    pub(super) reblogged_from_name: Text,
    #[serde(alias = "reblogged-from-url")]
    reblogged_from_url: Text,
    reblogged_from_id: Text,
    reblogged_from_uuid: Text,
    #[serde(alias = "reblogged-root-name")]
    reblogged_root_name: Text,
    #[serde(alias = "reblogged-root-url")]
    reblogged_root_url: Text,
    reblogged_root_id: Text,
    parent_post_url: Text,
}

impl Post {
    /// A post of which only the number is known as yet.
    pub(super) fn numbered(id: String) -> Self {
        Self { id: Text(Some(id)), ..Self::default() }
    }

    /// The post's number.
    pub(super) fn id(&self) -> Option<u64> {
        let linked = || {
            let mut parts = self.address()?.split('/').skip(3);
            parts.find(|part| part.len() > 4 && part.bytes().all(|b| b.is_ascii_digit()))
        };
        self.id_string.get().or_else(|| self.id.get()).or_else(linked)?.parse().ok()
    }

    fn address(&self) -> Option<&str> {
        [&self.page, &self.url_with_slug, &self.url].into_iter().find_map(Text::get)
    }

    /// Where it can be seen.
    pub(super) fn link(&self) -> Option<String> {
        link::web(self.address()?)
    }

    /// The name of the blog it is on.
    pub(super) fn blog_name(&self) -> Option<&str> {
        let named = || self.blog.0.as_ref()?.name.get();
        self.blog_name.get().or_else(named).or_else(|| blog_of(self.address()?))
    }

    /// Whether it passes on a post, its own or another blog's.
    pub(super) fn is_reblog(&self, own: &str) -> bool {
        let marks = [
            &self.reblogged_from_name,
            &self.reblogged_from_url,
            &self.reblogged_from_id,
            &self.reblogged_from_uuid,
            &self.reblogged_root_name,
            &self.reblogged_root_url,
            &self.reblogged_root_id,
            &self.parent_post_url,
        ];
        // The trail of an original is empty, or holds the post itself.
        let others = self.trail.objects().any(|step| {
            let blog = step.blog.0.as_ref().and_then(|blog| blog.name.get());
            step.broken_blog_name.get().is_some()
                || blog.is_some_and(|name| !name.eq_ignore_ascii_case(own))
        });
        others || marks.iter().any(|mark| mark.get().is_some())
    }

    /// Whether somebody else wrote it for the blog.
    pub(super) fn is_submission(&self) -> bool {
        self.is_submission.0 == Some(true)
    }

    /// Whether it is on the blog. Answers for everybody hold nothing else, and do not say it.
    pub(super) fn state(&self) -> State {
        match self.state.get() {
            None | Some("published") => State::Published,
            Some("private") => State::Private,
            Some(_) => State::Unpublished,
        }
    }

    /// When it was published.
    pub(super) fn posted_at(&self) -> Option<Timestamp> {
        let seconds = self.timestamp.0.and_then(|seconds| i64::try_from(seconds).ok());
        let seconds = seconds.filter(|&seconds| seconds != 0).map(Timestamp::from_seconds);
        let written = || self.date_gmt.get().or_else(|| self.date.get()).and_then(moment);
        seconds.or_else(written).filter(|at| (FIRST..=LAST).contains(at))
    }

    /// Whether the date that it was read from has no time zone.
    pub(super) fn is_zoneless(&self) -> bool {
        self.date.get().is_some_and(|date| date.ends_with(['m', 'M']))
    }

    /// Likes, reblogs and replies together.
    pub(super) const fn notes(&self) -> Option<u64> {
        self.note_count.0
    }

    /// What others wrote in answer to it.
    pub(super) fn heard(&self, own: &str) -> Vec<String> {
        let replies = self.notes.objects().filter(|note| {
            let others = note.blog_name.get().is_some_and(|name| !name.eq_ignore_ascii_case(own));
            others && note.kind.get() == Some("reply")
        });
        replies.filter_map(|note| heard::plain(note.reply_text.get()?)).take(HEARD).collect()
    }

    /// The tags.
    pub(super) fn tags(&self) -> Vec<String> {
        self.tags.0.iter().filter_map(Text::get).map(|tag| tag.trim().to_owned()).collect()
    }

    /// What it shows.
    pub(super) fn kind(&self) -> ItemKind {
        let has = |kind| self.content.objects().any(|block| block.kind.get() == Some(kind));
        let words = || self.content.objects().any(|block| block.kind.get() == Some("text"));
        match self.kind.get() {
            Some("photo") => ItemKind::Photo,
            Some("video") => ItemKind::Video,
            _ if words() => ItemKind::Post,
            _ if has("video") => ItemKind::Video,
            _ if has("image") => ItemKind::Photo,
            _ => ItemKind::Post,
        }
    }

    /// The author's own words: what is quoted, asked and said in conversations is not.
    pub(super) fn text(&self) -> String {
        let blocks = self.blocks();
        let title = self.title.get().map(html::text);
        let rich = |text: &Text| text.get().map(html::text);
        let parts: Vec<Option<String>> = match self.kind.get() {
            _ if !blocks.is_empty() => vec![title, Some(blocks.join("\n\n"))],
            Some("quote") => Vec::new(),
            Some("answer") => vec![rich(&self.answer)],
            Some("chat" | "conversation") => vec![title],
            _ => vec![title, rich(&self.body), rich(&self.caption), rich(&self.description)],
        };
        let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("\n\n")
    }

    /// The own words in the newer form.
    fn blocks(&self) -> Vec<&str> {
        let asked: Vec<u64> = self
            .layout
            .objects()
            .filter(|layout| layout.kind.get() == Some("ask"))
            .flat_map(|layout| layout.blocks.0.iter().filter_map(|number| number.0))
            .collect();
        let own = self.content.0.iter().zip(0_u64..).filter_map(|(block, number)| {
            let block = block.0.as_ref().filter(|_| !asked.contains(&number))?;
            let others = matches!(block.subtype.get(), Some("quote" | "indented" | "chat"));
            (block.kind.get() == Some("text") && !others).then_some(block.text.get()?)
        });
        own.collect()
    }
}

/// `ada` of `https://ada.tumblr.com/post/1`, `https://www.tumblr.com/ada/1` and
/// `https://tumblr.com/blog/view/ada/1`.
pub(super) fn blog_of(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    match host.strip_suffix("tumblr.com")? {
        "" | "www." => {
            let path = path.strip_prefix("blog/view/").unwrap_or(path);
            path.split('/').next().filter(|name| !name.is_empty())
        }
        name => name.strip_suffix('.').filter(|name| !name.contains('.')),
    }
}

/// `2015-01-13 00:07:53 GMT`, RFC 3339, or, on web pages, `January 13th, 2015 12:07am`.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let mut plain = text.replace(" GMT", "");
    for ending in ["st, ", "nd, ", "rd, ", "th, "] {
        if let Some(at) = plain.find(ending)
            && plain.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()))
        {
            plain.replace_range(at..at + 2, "");
        }
    }
    let known = ["%Y-%m-%d %H:%M:%S", "%B %d, %Y %I:%M%p", "%B %d, %Y %I:%M %p"];
    let parsed = known.iter().find_map(|form| strtime::parse(form, &plain).ok())?;
    let at = parsed.to_datetime().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp::from_micros(at.timestamp().as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_all_forms() {
        let at = |text| moment(text).map(|at| at.to_string());
        let expected = Some("2015-01-13T00:07:00.000000Z".to_owned());
        for text in [
            "2015-01-13 00:07:00 GMT",
            "2015-01-13T00:07:00Z",
            " January 13th, 2015 12:07am ",
            "January 13th, 2015 12:07 AM",
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
        assert_eq!(at("August 1st, 2014 5:27pm").unwrap(), "2014-08-01T17:27:00.000000Z");
        assert_eq!(at("0000-00-00 00:00:00 GMT"), None);
    }

    #[test]
    fn the_address_tells_the_blog() {
        assert_eq!(blog_of("https://ada.tumblr.com/post/1/x"), Some("ada"));
        assert_eq!(blog_of("https://www.tumblr.com/ada/1/x"), Some("ada"));
        assert_eq!(blog_of("https://tumblr.com/blog/view/ada/1"), Some("ada"));
        assert_eq!(blog_of("https://blog.ada.example/post/1"), None);
    }
}
