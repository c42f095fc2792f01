//! JSON out of hostile members: streamed, with limits on depth, strings, numbers and elements
//! that hold before anything is kept in memory. No channel's fields here.

mod entries;
mod guard;
mod lists;
mod loose;
mod objects;
mod values;

use std::io::{BufRead, BufReader, Read};
use std::{fmt, io};

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess,
    Visitor,
};
use serde_json::error::Category;

pub(super) use self::entries::entries;
use self::guard::Guard;
pub(super) use self::lists::{header, lists};
pub(super) use self::loose::{List, One};
pub(super) use self::objects::{Fields, Length, Objects};
pub(super) use self::values::{Count, Flag, Number, Text};
use super::archive::Open;
use super::error::Error;

/// Deepest nesting of arrays and objects.
pub(super) const DEPTH: u32 = 64;
/// Longest string, in bytes as written.
pub(super) const STRING: usize = 1 << 20;
/// Longest number or other bare word, in bytes.
pub(super) const LITERAL: usize = 64;
/// Longest element of a streamed array, in bytes. A post with all its entities and
/// translations has a few hundred KiB at most; parsed, it may take eight times as much.
pub(super) const ELEMENT: usize = 2 << 20;

/// Longest `window.YTD.tweets.part0 = ` before the JSON.
const PREFIX: usize = 256;
const BUFFER: usize = 64 << 10;

/// Gives each element of a top-level array to `each`, in order. Reads to the end.
pub(super) fn array<T: DeserializeOwned>(
    open: &mut Open<'_>,
    each: &mut dyn FnMut(T) -> Result<(), Error>,
) -> Result<(), Error> {
    stream(open, &Shape::Array, each)
}

/// Gives each element of the array under `key` of a top-level object to `each`, in order, and
/// skips everything else. A key with dots leads through objects (`response.posts`). Reads to the
/// end; fails if the list is not there.
pub(super) fn array_at<T: DeserializeOwned>(
    open: &mut Open<'_>,
    key: &str,
    each: &mut dyn FnMut(T) -> Result<(), Error>,
) -> Result<(), Error> {
    stream(open, &Shape::Under(key), each)
}

/// Gives each of the values that follow one another to `each`, with or without line ends between
/// them. Reads to the end.
pub(super) fn values<T: DeserializeOwned>(
    open: &mut Open<'_>,
    each: &mut dyn FnMut(T) -> Result<(), Error>,
) -> Result<(), Error> {
    let name = open.name().to_owned();
    let mut text = BufReader::with_capacity(BUFFER, open);
    skip_prefix(&mut text).map_err(|error| unread(&error, &name))?;
    let guard = Guard::new(text, &name, 0).of_many();
    let parser = serde_json::Deserializer::from_reader(BufReader::with_capacity(BUFFER, guard));
    for value in parser.into_iter() {
        each(value.map_err(|error| meaning(error, &name))?)?;
    }
    Ok(())
}

/// Reads a member that is one small document of at most [`ELEMENT`] bytes.
pub(super) fn document<T: DeserializeOwned>(open: &mut Open<'_>) -> Result<T, Error> {
    let mut found = None;
    stream(open, &Shape::Whole, &mut |value| {
        found = Some(value);
        Ok(())
    })?;
    found.ok_or_else(|| Error::malformed(open.name(), "is empty"))
}

/// Where in a member the elements are.
enum Shape<'k> {
    Whole,
    Array,
    Under(&'k str),
}

impl Shape<'_> {
    /// How deep the elements are nested.
    fn depth(&self) -> u32 {
        match self {
            Self::Whole => 0,
            Self::Array => 1,
            Self::Under(key) => key.split('.').fold(1, |depth, _| depth + 1),
        }
    }
}

/// Parses what follows the script prefix, if any, under the guard's limits.
fn stream<T: DeserializeOwned>(
    open: &mut Open<'_>,
    shape: &Shape<'_>,
    each: &mut dyn FnMut(T) -> Result<(), Error>,
) -> Result<(), Error> {
    let name = open.name().to_owned();
    let mut text = BufReader::with_capacity(BUFFER, open);
    skip_prefix(&mut text).map_err(|error| unread(&error, &name))?;
    let guard = Guard::new(text, &name, shape.depth());
    let mut parser = serde_json::Deserializer::from_reader(BufReader::with_capacity(BUFFER, guard));
    let mut walk = Walk { shape, each, failure: None, found: false };
    let parsed = (&mut walk).deserialize(&mut parser).and_then(|()| parser.end());
    match (walk.failure, parsed) {
        (Some(failure), _) => Err(failure),
        (None, Err(error)) => Err(meaning(error, &name)),
        (None, Ok(())) if walk.found => Ok(()),
        (None, Ok(())) => Err(Error::malformed(&name, "lacks the list it should hold")),
    }
}

/// Goes down to the elements and gives them on.
struct Walk<'a, T> {
    shape: &'a Shape<'a>,
    each: &'a mut dyn FnMut(T) -> Result<(), Error>,
    /// What `each` failed with; the parser can carry only its own errors.
    failure: Option<Error>,
    found: bool,
}

impl<T> Walk<'_, T> {
    fn give<E: serde::de::Error>(&mut self, element: T) -> Result<(), E> {
        (self.each)(element).map_err(|failure| {
            self.failure = Some(failure);
            E::custom("refused")
        })
    }
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for &mut Walk<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.shape {
            Shape::Array => deserializer.deserialize_seq(self),
            Shape::Under(_) => deserializer.deserialize_map(self),
            Shape::Whole => {
                self.found = true;
                let value = T::deserialize(deserializer)?;
                self.give(value)
            }
        }
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for &mut Walk<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        self.found = true;
        while let Some(element) = elements.next_element()? {
            self.give(element)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Shape::Under(wanted) = self.shape else {
            return Err(A::Error::custom("an object where a list was expected"));
        };
        let (wanted, rest) = match wanted.split_once('.') {
            Some((wanted, rest)) => (wanted, Shape::Under(rest)),
            None => (*wanted, Shape::Array),
        };
        while let Some(key) = map.next_key::<String>()? {
            if key == wanted {
                let mut inner =
                    Walk { shape: &rest, each: &mut *self.each, failure: None, found: self.found };
                let walked = map.next_value_seed(&mut inner);
                self.found = inner.found;
                self.failure = inner.failure;
                walked?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Steps over a byte order mark and over `window.YTD.tweets.part0 = `: X hands out scripts.
fn skip_prefix(text: &mut impl BufRead) -> io::Result<()> {
    let mut head = text.fill_buf()?;
    if head.starts_with(b"\xef\xbb\xbf") {
        text.consume(3);
        head = text.fill_buf()?;
    }
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
    if first.is_none_or(|byte| !byte.is_ascii_alphabetic()) {
        return Ok(());
    }
    let mut prefix = Vec::new();
    text.take(PREFIX as u64).read_until(b'=', &mut prefix)?;
    Ok(())
}

fn unread(error: &io::Error, name: &str) -> Error {
    Error::from_read(error, name)
}

/// What the parser's error means. Its own text is not repeated: it quotes the content.
fn meaning(error: serde_json::Error, name: &str) -> Error {
    let line = error.line();
    match error.classify() {
        Category::Io => unread(&io::Error::from(error), name),
        Category::Eof => Error::malformed(name, "ends in the middle"),
        Category::Syntax => Error::malformed(name, format!("is not valid JSON in line {line}")),
        Category::Data => {
            Error::malformed(name, format!("holds something unexpected in line {line}"))
        }
    }
}

#[cfg(test)]
mod tests;
