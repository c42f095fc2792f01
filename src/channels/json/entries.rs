//! How long a list is, whether it is written as a list or as an object with a key for each
//! entry. Nothing of it is kept.

use std::fmt;
use std::io::BufReader;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::archive::Open;
use super::super::error::Error;
use super::guard::Guard;
use super::{BUFFER, meaning, skip_prefix, unread};

/// The number of entries of the lists and objects that a top-level object holds, or of a
/// top-level list. Reads to the end.
pub(in crate::channels) fn entries(open: &mut Open<'_>) -> Result<u64, Error> {
    let name = open.name().to_owned();
    let mut text = BufReader::with_capacity(BUFFER, open);
    skip_prefix(&mut text).map_err(|error| unread(&error, &name))?;
    let guard = Guard::new(text, &name, 2);
    let mut parser = serde_json::Deserializer::from_reader(BufReader::with_capacity(BUFFER, guard));
    let counted = Entries { outermost: true }.deserialize(&mut parser);
    let counted = counted.and_then(|count| parser.end().map(|()| count));
    counted.map_err(|error| meaning(error, &name))
}

struct Entries {
    outermost: bool,
}

impl<'de> DeserializeSeed<'de> for Entries {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u64, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entries {
    type Value = u64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_bool<E>(self, _: bool) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_str<E>(self, _: &str) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_u64<E>(self, _: u64) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_i64<E>(self, _: i64) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_f64<E>(self, _: f64) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_unit<E>(self) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<u64, A::Error> {
        let mut count = 0;
        while list.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<u64, A::Error> {
        let mut count = 0;
        while map.next_key::<IgnoredAny>()?.is_some() {
            if self.outermost {
                count += map.next_value_seed(Self { outermost: false })?;
            } else {
                map.next_value::<IgnoredAny>()?;
                count += 1;
            }
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn entries_are_counted_in_lists_and_in_objects() {
        let count = |json: &str| entries(&mut Open::new("a.json", &mut Cursor::new(json)));
        assert_eq!(count(r#"{"followers":{"Ada":"x","Bo":{"y":[1]}}}"#), Ok(2));
        assert_eq!(count(r#"{"user":"x","faves":[{},{},{"a":[1,2]}],"n":4}"#), Ok(3));
        assert_eq!(count("[{},[1,2,3]]"), Ok(2));
        assert_eq!(count("{}"), Ok(0));
        assert!(count(r#"{"followers":{"Ada""#).is_err());
    }
}
