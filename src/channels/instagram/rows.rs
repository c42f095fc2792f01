//! The rows of Instagram's files, as far as they are read. Fields that are not named here are
//! skipped without being kept; places and the data of cameras are among them.

use serde::Deserialize;

use super::super::json::{Fields, Objects, Text};
use super::super::meta::{Written, written};
use super::super::mojibake::{Mended, mend};
use super::words;

/// A post, a reel or a story. A post with one picture has its words at the picture, one with
/// several has them at the post.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Publication {
    title: Mended,
    creation_timestamp: Text,
    media: Objects<Media>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Media {
    title: Mended,
    creation_timestamp: Text,
}

impl Publication {
    /// The words.
    pub(super) fn caption(&self) -> &str {
        let of_media = || self.media.iter().find_map(|media| media.title.get());
        self.title.get().or_else(of_media).unwrap_or_default()
    }

    /// When it was published.
    pub(super) fn written(&self, first: i64) -> Written {
        match written(&self.creation_timestamp, first) {
            Written::Missing => {
                let media = self.media.first().map(|media| &media.creation_timestamp);
                media.map_or(Written::Missing, |seconds| written(seconds, first))
            }
            found => found,
        }
    }

    /// The seconds in which its pictures were published.
    pub(super) fn seconds(&self) -> impl Iterator<Item = i64> {
        self.media.iter().filter_map(|media| media.creation_timestamp.get()?.parse().ok())
    }
}

/// One value of a row, under a name in the language of the account.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cell {
    /// The value.
    pub(super) value: Mended,
    /// Seconds since 1970.
    pub(super) timestamp: Text,
}

/// A comment that the candidate wrote.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CommentRow {
    /// Until 2022: whose post it is about.
    pub(super) title: Mended,
    /// Since 2022: the comment, whose post it is about, and the time.
    pub(super) string_map_data: Fields<Objects<Cell>>,
    /// Until 2022: the comment and the time.
    pub(super) string_list_data: Objects<Cell>,
}

impl CommentRow {
    /// When it was written: the one value that has a time.
    pub(super) fn written(&self, first: i64) -> Written {
        let mapped = self.string_map_data.iter().filter_map(|(_, cell)| cell.first());
        let mut cells = mapped.chain(self.string_list_data.iter());
        let found = cells.find(|cell| cell.timestamp.get().is_some_and(|text| text != "0"));
        found.map_or(Written::Missing, |cell| written(&cell.timestamp, first))
    }
}

/// `personal_information.json`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ProfileFile {
    profile_user: Objects<ProfileRow>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProfileRow {
    string_map_data: Fields<Objects<Cell>>,
}

/// Whose export it is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Person {
    /// The name in links.
    pub(super) user_name: Option<String>,
    /// The name people see.
    pub(super) name: Option<String>,
    /// Whether only followers see the posts.
    pub(super) is_private: bool,
}

impl ProfileFile {
    /// The person, out of values whose names depend on the language.
    pub(super) fn person(&self) -> Person {
        let rows = self.profile_user.iter();
        let cells = rows.flat_map(|row| row.string_map_data.iter());
        let named: Vec<(String, &str)> = cells
            .filter_map(|(name, cell)| {
                Some((mend(name.to_owned()).trim().to_lowercase(), cell.first()?.value.get()?))
            })
            .collect();
        words::person(&named)
    }
}
