//! Lists that stand alone in one year and under a key of their own in the next.

use std::fmt;
use std::io::{BufRead, BufReader};

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny,
    MapAccess, SeqAccess, Visitor,
};

use super::guard::Guard;
use super::{BUFFER, meaning, skip_prefix, unread};
use crate::channels::archive::Open;
use crate::channels::error::Error;

/// Gives each element of a list to `each`, in order: of the top-level array, or of the arrays
/// under those keys of the top-level object that `wanted` accepts. An object where such an array
/// was expected counts as its only element; what else stands there counts as none. Reads to the
/// end.
pub(in crate::channels) fn lists<T: DeserializeOwned>(
    open: &mut Open<'_>,
    wanted: &dyn Fn(&str) -> bool,
    each: &mut dyn FnMut(T) -> Result<(), Error>,
) -> Result<(), Error> {
    let name = open.name().to_owned();
    let mut text = BufReader::with_capacity(BUFFER, open);
    skip_prefix(&mut text).map_err(|error| unread(&error, &name))?;
    let head = text.fill_buf().map_err(|error| unread(&error, &name))?;
    let under_keys = head.trim_ascii_start().first() == Some(&b'{');
    let guard = Guard::new(text, &name, if under_keys { 2 } else { 1 });
    let mut parser = serde_json::Deserializer::from_reader(BufReader::with_capacity(BUFFER, guard));
    let mut failure = None;
    let mut give = Give { each, failure: &mut failure };
    let parsed =
        parser.deserialize_any(Top { wanted, give: &mut give }).and_then(|()| parser.end());
    match (failure, parsed) {
        (Some(failure), _) => Err(failure),
        (None, parsed) => parsed.map_err(|error| meaning(error, &name)),
    }
}

/// Reads the parts of a large top-level object that `T` names and keeps nothing else. A list in
/// it may have any length as long as `T` does not keep it.
pub(in crate::channels) fn header<T: DeserializeOwned>(open: &mut Open<'_>) -> Result<T, Error> {
    let name = open.name().to_owned();
    let mut text = BufReader::with_capacity(BUFFER, open);
    skip_prefix(&mut text).map_err(|error| unread(&error, &name))?;
    let guard = Guard::new(text, &name, 2);
    let mut parser = serde_json::Deserializer::from_reader(BufReader::with_capacity(BUFFER, guard));
    let header = T::deserialize(&mut parser).map_err(|error| meaning(error, &name))?;
    parser.end().map_err(|error| meaning(error, &name))?;
    Ok(header)
}

/// Gives elements on.
struct Give<'a, T> {
    each: &'a mut dyn FnMut(T) -> Result<(), Error>,
    /// What `each` failed with; the parser can carry only its own errors.
    failure: &'a mut Option<Error>,
}

impl<T> Give<'_, T> {
    fn all<'de, A: SeqAccess<'de>>(&mut self, mut elements: A) -> Result<(), A::Error>
    where
        T: Deserialize<'de>,
    {
        while let Some(element) = elements.next_element()? {
            self.one(element)?;
        }
        Ok(())
    }

    fn one<E: serde::de::Error>(&mut self, element: T) -> Result<(), E> {
        (self.each)(element).map_err(|failure| {
            *self.failure = Some(failure);
            E::custom("refused")
        })
    }
}

/// The list itself, or the object around the lists.
struct Top<'a, 'g, T> {
    wanted: &'a dyn Fn(&str) -> bool,
    give: &'a mut Give<'g, T>,
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Top<'_, '_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<(), A::Error> {
        self.give.all(elements)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if (self.wanted)(&key) {
                map.next_value_seed(Under { give: self.give })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// What stands under a key.
struct Under<'a, 'g, T> {
    give: &'a mut Give<'g, T>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Under<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Under<'_, '_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<(), A::Error> {
        self.give.all(elements)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let element = T::deserialize(MapAccessDeserializer::new(map))
            .map_err(|_| A::Error::custom("an object where a list was expected"))?;
        self.give.one(element)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Count, ELEMENT};
    use super::*;

    fn read(text: &str) -> Result<Vec<Option<u64>>, Error> {
        let mut bytes = text.as_bytes();
        let mut found = Vec::new();
        lists(&mut Open::new("m.json", &mut bytes), &|key| key == "a", &mut |count: Count| {
            found.push(count.0);
            Ok(())
        })?;
        Ok(found)
    }

    #[test]
    fn a_list_is_found_alone_and_under_its_key() {
        assert_eq!(read("[1,2]").unwrap(), [Some(1), Some(2)]);
        assert_eq!(read(r#" {"b":[7],"a":[1,2],"c":{"a":[8]}}"#).unwrap(), [Some(1), Some(2)]);
        assert_eq!(read(r#"{"a":{"totalItems":3}}"#).unwrap(), [Some(3)]);
        for none in ["{}", "[]", r#"{"a":null}"#, r#"{"a":"x"}"#, r#"{"b":[1]}"#] {
            assert_eq!(read(none).unwrap(), [], "{none}");
        }
        for bad in ["", "3", "{\"a\":[1", "[1] 2", "{\"a\":[1]}}"] {
            assert!(matches!(read(bad), Err(Error::Malformed { .. })), "{bad}");
        }
    }

    #[test]
    fn many_small_elements_under_a_key_are_not_one_large_one() {
        let text = format!(r#"{{"a":[{}0]}}"#, r#"{"a":"0123456789"},"#.repeat(200_000));
        assert!(text.len() > ELEMENT);
        assert_eq!(read(&text).unwrap().len(), 200_001);
        let large = format!(r#"{{"a":[[{}0]]}}"#, "[1],".repeat(ELEMENT / 3));
        assert!(read(&large).unwrap_err().to_string().contains("2 MiB"));
    }

    #[test]
    fn a_header_is_read_beside_a_list_of_any_length() {
        #[derive(serde::Deserialize)]
        struct Header {
            b: String,
        }
        let text = format!(r#"{{"a":[{}0],"b":"x"}}"#, r#"{"a":"0123456789"},"#.repeat(200_000));
        let mut bytes = text.as_bytes();
        let header: Header = header(&mut Open::new("m.json", &mut bytes)).unwrap();
        assert_eq!(header.b, "x");
    }
}
