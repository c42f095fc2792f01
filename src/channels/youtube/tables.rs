//! The tables of Takeout.

use serde::Deserialize;

use super::super::archive::Open;
use super::super::csv::{self, Quotes, Record};
use super::super::dates;
use super::super::error::Error;
use super::super::hashtags;
use super::super::json::Text;
use super::super::report::{Audience, Outlet, Skip};
use super::super::seen::Seen;
use super::columns::{self, Comments, Sample, Videos};
use super::{Known, OPENED, is_channel, is_id, words};
use crate::domain::item::{Item, ItemKind};
use crate::domain::time::Timestamp;

/// Most segments of a comment.
const SEGMENTS: usize = 1_000;

/// A table that is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// The account's channels.
    Channels,
    /// Videos.
    Videos,
    /// Comments on videos and posts.
    Comments,
    /// Channels subscribed to.
    Subscriptions,
}

impl Table {
    /// The table that begins so.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let sample = Sample::of(head);
        if columns::subscriptions(&sample) {
            Some(Self::Subscriptions)
        } else if Videos::of(&sample).is_some() {
            Some(Self::Videos)
        } else if Comments::of(&sample).is_some() {
            Some(Self::Comments)
        } else {
            columns::channels(&sample).then_some(Self::Channels)
        }
    }
}

/// Gives the number and the title of each of the account's channels to `give`.
pub(super) fn channels(
    open: &mut Open<'_>,
    give: &mut dyn FnMut(String, Option<String>),
) -> Result<(), Error> {
    csv::records(open, &[], Quotes::Doubled, &mut |row| {
        if let Some(id) = row.at(0).filter(|id| is_channel(id)) {
            give(id, row.at(1));
        }
        Ok(())
    })
}

/// Turns rows into items.
pub(super) struct Takeout<'k, 's> {
    outlet: Outlet<'s>,
    known: &'k Known,
    /// Videos and comments that were handed out or left out.
    seen: Seen,
    /// Words for who may see a video that none of the languages has.
    unknown_words: u64,
}

impl<'k, 's> Takeout<'k, 's> {
    /// Nothing read yet.
    pub(super) fn new(outlet: Outlet<'s>, known: &'k Known) -> Self {
        Self { outlet, known, seen: Seen::default(), unknown_words: 0 }
    }

    /// Reads a table that begins so.
    pub(super) fn read(
        &mut self,
        open: &mut Open<'_>,
        table: Table,
        head: &[u8],
    ) -> Result<(), Error> {
        let sample = Sample::of(head);
        let (videos, comments) = (Videos::of(&sample), Comments::of(&sample));
        let mut subscriptions = 0;
        csv::records(open, &[], Quotes::Doubled, &mut |row| match (table, &videos, &comments) {
            (Table::Videos, Some(columns), _) => self.video(&row, columns),
            (Table::Comments, _, Some(columns)) => self.comment(&row, columns),
            (Table::Subscriptions, ..) => {
                subscriptions += u64::from(row.at(0).is_some());
                Ok(())
            }
            _ => Ok(()),
        })?;
        if table == Table::Subscriptions {
            self.outlet.audience(Audience::Following, Some(subscriptions));
        }
        Ok(())
    }

    /// The outlet again, and what was seen.
    pub(super) fn finish(mut self) -> (Outlet<'s>, Seen) {
        if self.unknown_words > 0 {
            self.outlet.warn(format!(
                "{} video(s) were left out because the language of your Takeout is not known here; \
                 set your Google account to English and request it again",
                self.unknown_words
            ));
        }
        (self.outlet, self.seen)
    }

    fn video(&mut self, row: &Record<'_>, columns: &Videos) -> Result<(), Error> {
        let Some(id) = row.at(columns.id).filter(|id| is_id(id)) else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        if !self.seen.is_new(&id) {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        }
        if let Some(reason) = self.left_out(row, columns) {
            self.outlet.skip(reason);
            return Ok(());
        }
        let published = columns.published.and_then(|at| row.at(at));
        let written = published.or_else(|| row.at(columns.created));
        let Some(posted_at) = possible(written) else {
            self.outlet.skip(Skip::ImpossibleDate);
            return Ok(());
        };
        let parts = [row.at(columns.title), columns.description.and_then(|at| row.at(at))];
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
        let own = columns.tags.iter().filter_map(|&at| row.at(at));
        let category = columns.category.and_then(|at| row.at(at));
        let item = Item {
            url: Some(format!("https://www.youtube.com/watch?v={id}")),
            kind: ItemKind::Video,
            posted_at,
            tags: tags(own.chain(category), &text),
            text,
            language: columns.language.and_then(|at| row.at(at)),
            reactions: self.known.statistics(&id),
            id,
            heard: Vec::new(),
        };
        Ok(self.outlet.hand_out(item)?)
    }

    fn left_out(&mut self, row: &Record<'_>, columns: &Videos) -> Option<Skip> {
        let privacy = row.at(columns.privacy).unwrap_or_default();
        if !words::is_public(&privacy) {
            self.unknown_words += u64::from(!words::is_restricted(&privacy));
            return Some(Skip::NotPublic);
        }
        match row.at(columns.state).unwrap_or_default().to_lowercase().as_str() {
            "deleted" => Some(Skip::Deleted),
            "rejected" | "terminated" => Some(Skip::Removed),
            "failed" => Some(Skip::NotPublished),
            _ if !self.known.is_own(row.at(columns.channel).as_deref()) => Some(Skip::NotOwn),
            _ => None,
        }
    }

    fn comment(&mut self, row: &Record<'_>, columns: &Comments) -> Result<(), Error> {
        let Some(id) = row.at(columns.id).filter(|id| id.len() <= 200) else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        if !self.seen.is_new(&id) {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        }
        if !self.known.is_own(row.at(columns.channel).as_deref()) {
            self.outlet.skip(Skip::NotOwn);
            return Ok(());
        }
        let text = text_of(row, columns);
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            self.outlet.skip(Skip::NoText);
            return Ok(());
        };
        let Some(posted_at) = possible(row.at(columns.at)) else {
            self.outlet.skip(Skip::ImpossibleDate);
            return Ok(());
        };
        let video = columns.video.and_then(|at| row.at(at)).filter(|id| is_id(id));
        let own = video.as_ref().is_some_and(|video| self.seen.has(video));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let link = |video| format!("https://www.youtube.com/watch?v={video}&lc={id}");
        let item = Item {
            url: video.filter(|_| id.chars().all(plain)).map(link),
            kind: if own { ItemKind::Thread } else { ItemKind::Reply },
            posted_at,
            tags: hashtags::of(&text),
            text,
            language: None,
            reactions: Vec::new(),
            id,
            heard: Vec::new(),
        };
        Ok(self.outlet.hand_out(item)?)
    }
}

/// Tags and hashtags, each once.
pub(super) fn tags(given: impl Iterator<Item = String>, text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in given.chain(hashtags::of(text)) {
        let is_known = |known: &String| known.to_lowercase() == tag.to_lowercase();
        if !tags.iter().any(is_known) {
            tags.push(tag);
        }
    }
    tags
}

/// A date that can be right.
pub(super) fn possible(written: Option<String>) -> Option<Timestamp> {
    written.and_then(|text| dates::whole(&text)).filter(|&at| at >= OPENED)
}

/// The text of a comment, in the column where it should be or, written as JSON, in the one beside
/// it: rows of one file may have one field more.
fn text_of(row: &Record<'_>, columns: &Comments) -> Option<String> {
    let near = columns.text..(columns.text + 2).min(row.len());
    let json = near.filter_map(|at| row.at(at)).find_map(|field| segments(&field));
    json.or_else(|| row.at(columns.text))
}

/// The text of `{"takeoutSegments":[{"text":"a"}]}` (until June 2024) and of
/// `{"text":"a"},{"text":"b"}` (since then).
fn segments(field: &str) -> Option<String> {
    let field = field.trim();
    if !field.starts_with("{\"") {
        return None;
    }
    let written: Vec<Segment> = serde_json::from_str(&format!("[{field}]")).ok()?;
    let mut text = String::new();
    for segment in written.into_iter().take(SEGMENTS) {
        for part in segment.takeout_segments.into_iter().take(SEGMENTS) {
            text.push_str(part.text.get().unwrap_or_default());
        }
        text.push_str(segment.text.get().unwrap_or_default());
    }
    Some(text)
}

/// A part of a comment.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Segment {
    text: Text,
    takeout_segments: Vec<Part>,
}

/// A part of a part.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Part {
    text: Text,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_write_a_comment_are_read_and_plain_text_is_none_of_them() {
        let old = r#"{"takeoutSegments":[{"text":"a "},{"text":"b","link":{"url":"x"}}]}"#;
        let new = r#"{"text":"a "},{"text":"b","mention":{"externalChannelId":"UC"}}"#;
        assert_eq!(segments(old).as_deref(), Some("a b"));
        assert_eq!(segments(new).as_deref(), Some("a b"));
        assert_eq!(segments("{broken"), None);
        assert_eq!(segments("{\"text\":"), None);
        assert_eq!(segments("a {b}"), None);
    }
}
