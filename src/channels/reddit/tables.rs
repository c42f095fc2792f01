//! The tables of Reddit's data request. Their addresses of machines (`ip`) are not read.

use super::super::archive::Open;
use super::super::csv::{self, Quotes, Record};
use super::super::dates;
use super::super::error::Error;
use super::super::report::Skip;
use super::{Reader, bare, full_id, page};
use crate::domain::item::{Item, ItemKind};
use crate::domain::time::Timestamp;

/// A table that is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// Posts.
    Posts,
    /// Comments.
    Comments,
    /// The account's name and age, as pairs.
    Statistics,
    /// Communities.
    Subreddits,
    /// Votes on posts.
    PostVotes,
    /// Votes on comments.
    CommentVotes,
}

impl Table {
    /// Every table.
    pub(super) const ALL: [Self; 6] = [
        Self::Posts,
        Self::Comments,
        Self::Statistics,
        Self::Subreddits,
        Self::PostVotes,
        Self::CommentVotes,
    ];

    /// The table that a member of this name should be.
    pub(super) fn named(name: &str) -> Option<Self> {
        match csv::stem(name)?.as_str() {
            "posts" => Some(Self::Posts),
            "comments" => Some(Self::Comments),
            "statistics" => Some(Self::Statistics),
            "subscribed subreddits" => Some(Self::Subreddits),
            "post votes" => Some(Self::PostVotes),
            "comment votes" => Some(Self::CommentVotes),
            _ => None,
        }
    }

    /// The columns without which it is some other table.
    pub(super) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Posts => &["id", "permalink", "date", "subreddit", "title"],
            Self::Comments => &["id", "permalink", "date", "subreddit", "body"],
            Self::Statistics => &["statistic", "value"],
            Self::Subreddits => &["subreddit"],
            Self::PostVotes | Self::CommentVotes => &["id", "permalink", "direction"],
        }
    }

    /// Whether a text that begins so, with these columns, can only be Reddit's.
    pub(super) fn is_certain(self, head: &[u8]) -> bool {
        match self {
            Self::Posts | Self::Comments | Self::PostVotes | Self::CommentVotes => true,
            Self::Statistics => String::from_utf8_lossy(head).contains("account name"),
            Self::Subreddits => false,
        }
    }
}

/// What `statistics.csv` tells about the account. Its karma is not always there, and the
/// interface tells it better.
#[derive(Default)]
pub(super) struct Statistics {
    /// The account's name.
    pub(super) name: Option<String>,
    /// When it was opened.
    pub(super) created: Option<Timestamp>,
    /// When the export was made.
    pub(super) exported: Option<Timestamp>,
}

impl Statistics {
    /// Reads the pairs; an e-mail address is among those that are passed over.
    pub(super) fn read(&mut self, open: &mut Open<'_>) -> Result<(), Error> {
        csv::records(open, Table::Statistics.columns(), Quotes::Doubled, &mut |row| {
            let (Some(what), Some(value)) = (row.get(&["statistic"]), row.get(&["value"])) else {
                return Ok(());
            };
            match what.to_lowercase().as_str() {
                "account name" => self.name = Some(value).filter(|name| is_name(name)),
                "registration date" => self.created = dates::whole(&value),
                "export time" => self.exported = dates::whole(&value),
                _ => {}
            }
            Ok(())
        })
    }
}

/// What Reddit allows in a name.
pub(super) fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=40).contains(&text.len()) && text.bytes().all(plain)
}

/// Hands out posts or comments.
pub(super) fn items(
    open: &mut Open<'_>,
    table: Table,
    reader: &mut Reader<'_>,
) -> Result<(), Error> {
    csv::records(open, table.columns(), Quotes::Doubled, &mut |row| {
        let item = if table == Table::Posts { post(&row) } else { comment(&row, reader) };
        let Some(item) = item else {
            reader.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        if reader.answered.has(&item.id) {
            return Ok(());
        }
        let at = row.get(&["date"]).and_then(|text| dates::whole(&text));
        reader.item(item, at, None)
    })
}

fn post(row: &Record<'_>) -> Option<Item> {
    let id = full_id("t3", &row.get(&["id"])?)?;
    let parts = [row.get(&["title"]), row.get(&["body"])];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    let item = bare(id, ItemKind::Post, text, row.get(&["subreddit"]).as_deref());
    Some(Item { url: row.get(&["permalink"]).and_then(|link| page(&link)), ..item })
}

fn comment(row: &Record<'_>, reader: &Reader<'_>) -> Option<Item> {
    let id = full_id("t1", &row.get(&["id"])?)?;
    let text = row.get(&["body"]).unwrap_or_default();
    // A parent is named where the comment answers another comment.
    let parent = match row.get(&["parent"]) {
        Some(parent) => full_id("t1", &parent),
        None => row.get(&["link"]).and_then(|link| full_id("t3", post_of(&link)?)),
    };
    let own = parent.is_some_and(|parent| reader.seen.has(&parent));
    let kind = if own { ItemKind::Thread } else { ItemKind::Reply };
    let item = bare(id, kind, text, row.get(&["subreddit"]).as_deref());
    Some(Item { url: row.get(&["permalink"]).and_then(|link| page(&link)), ..item })
}

/// The number of the post in `https://www.reddit.com/r/rust/comments/p0001/title/`.
fn post_of(link: &str) -> Option<&str> {
    link.split_once("/comments/")?.1.split('/').next()
}

/// How many rows there are; of votes, those that were not taken back.
pub(super) fn count(open: &mut Open<'_>, table: Table) -> Result<u64, Error> {
    let mut rows = 0;
    csv::records(open, table.columns(), Quotes::Doubled, &mut |row| {
        let direction = row.get(&["direction"]);
        let taken_back = direction.is_some_and(|word| word.eq_ignore_ascii_case("none"));
        rows += u64::from(!taken_back);
        Ok(())
    })?;
    Ok(rows)
}
