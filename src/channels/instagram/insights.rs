//! What Instagram tells professional accounts about each of their posts: likes, comments, saves
//! and views, as text in the language of the account. A post is found again by the second of its
//! publication, because nothing else is in both files.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::archive::Open;
use super::super::error::Error;
use super::super::json::{self, Fields, Objects, Text};
use super::super::mojibake::mend;
use super::rows::Cell;
use crate::domain::evidence::Signal;

/// Most posts whose numbers are kept.
const KEPT: usize = 100_000;

/// What Instagram calls a number. What is missing here stays missing.
const NAMES: [(Signal, &[&str]); 4] = [
    (
        Signal::Like,
        &[
            "likes",
            "gefällt mir",
            "„gefällt mir“-angaben",
            "j’aime",
            "mentions j’aime",
            "me gusta",
            "curtidas",
            "mi piace",
            "vind-ik-leuks",
        ],
    ),
    (
        Signal::Reply,
        &["comments", "kommentare", "commentaires", "comentarios", "comentários", "commenti"],
    ),
    (
        Signal::Bookmark,
        &[
            "saves",
            "speicherungen",
            "gespeichert",
            "enregistrements",
            "guardados",
            "veces que se guardó",
            "salvamentos",
            "salvataggi",
            "elementi salvati",
            "keren opgeslagen",
        ],
    ),
    (
        Signal::View,
        &[
            "impressions",
            "impressionen",
            "impresiones",
            "impressões",
            "impression",
            "copertura",
            "weergaven",
        ],
    ),
];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Row {
    media_map_data: Fields<Objects<Thumbnail>>,
    string_map_data: Fields<Objects<Cell>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Thumbnail {
    creation_timestamp: Text,
}

/// The numbers of posts, by the second of publication; `None` for two posts of one second.
#[derive(Default)]
pub(super) struct Insights(BTreeMap<i64, Option<Vec<(Signal, u64)>>>);

impl Insights {
    /// Reads one file.
    pub(super) fn read(&mut self, open: &mut Open<'_>) -> Result<(), Error> {
        json::lists(open, &|key| key.starts_with("organic_insights_"), &mut |row| {
            self.add(&row);
            Ok(())
        })
    }

    fn add(&mut self, row: &Objects<Row>) {
        let Some(row) = row.first() else { return };
        let mut seconds = row.media_map_data.iter().filter_map(|(_, thumbnail)| {
            thumbnail.first()?.creation_timestamp.get()?.parse::<i64>().ok()
        });
        let Some(second) = seconds.next() else { return };
        let mut numbers: Vec<(Signal, u64)> = Vec::new();
        for (name, cell) in row.string_map_data.iter() {
            let name = mend(name.to_owned()).trim().to_lowercase();
            let signal = NAMES.iter().find(|(_, names)| names.contains(&name.as_str()));
            let number = cell.first().and_then(|cell| number(cell.value.get()?));
            if let (Some(&(signal, _)), Some(number)) = (signal, number)
                && !numbers.iter().any(|(known, _)| *known == signal)
            {
                numbers.push((signal, number));
            }
        }
        if self.0.len() < KEPT || self.0.contains_key(&second) {
            let known = self.0.entry(second);
            known.and_modify(|numbers| *numbers = None).or_insert(Some(numbers));
        }
    }

    /// The numbers of the post that was published in one of these seconds, and uses them up.
    pub(super) fn of(&mut self, mut seconds: impl Iterator<Item = i64>) -> Vec<(Signal, u64)> {
        seconds.find_map(|second| self.0.remove(&second)).flatten().unwrap_or_default()
    }
}

/// A whole number as people write it: thousands apart by comma, point, blank or apostrophe.
/// Rounded ones (`1.2K`) and dashes are none.
fn number(text: &str) -> Option<u64> {
    let is_mark = |c: char| matches!(c, ',' | '.' | '\'' | '’') || c.is_whitespace();
    let mut groups = text.split(is_mark);
    let first = groups.next().filter(|digits| !digits.is_empty())?;
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.is_empty() || first.len() <= 3;
    if !grouped || rest.iter().any(|digits| digits.len() != 3) {
        return None;
    }
    let digits: String = std::iter::once(first).chain(rest).collect();
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, expected) in [
            ("0", Some(0)),
            ("1,234", Some(1_234)),
            ("1.234.567", Some(1_234_567)),
            ("12\u{202f}345", Some(12_345)),
            ("1234", Some(1_234)),
            ("1.2K", None),
            ("1.5", None),
            ("--", None),
            ("", None),
            ("1234,567", None),
            ("99999999999999999999999", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }
}
