//! Places where networks write an object, a list of objects, or nothing, and change their mind
//! about it from year to year. What is neither is read as absent.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::values::Text;

/// Most objects, texts or named values that are kept of one place. Two letters can stand for an
/// object of a hundred bytes, and places lie within places.
const KEPT: usize = 100;

/// The objects that stand in a place: one, those of a list, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::channels) struct Objects<T>(Vec<T>);

/// Named values in the order in which they are written, for names that depend on the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::channels) struct Fields<T>(Vec<(String, T)>);

/// How many entries an object or a list has; `None` for what is neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::channels) struct Length(pub(in crate::channels) Option<u64>);

/// The texts of a list, or the only one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::channels) struct Texts(pub(in crate::channels) Vec<Text>);

impl<T> Default for Objects<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Default for Fields<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> From<T> for Objects<T> {
    fn from(only: T) -> Self {
        Self(vec![only])
    }
}

impl<T> FromIterator<(String, T)> for Fields<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(named: I) -> Self {
        Self(named.into_iter().collect())
    }
}

impl<T> Objects<T> {
    /// The only object, or the first.
    pub(in crate::channels) fn first(&self) -> Option<&T> {
        self.0.first()
    }

    /// All of them.
    pub(in crate::channels) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }
}

impl<T> Fields<T> {
    /// Names and values.
    pub(in crate::channels) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Objects<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut found = Vec::new();
        deserializer.deserialize_any(Gather { found: &mut found, in_list: false })?;
        Ok(Self(found))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Fields<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Names(PhantomData)).map(Self)
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Entries).map(Self)
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AsTexts).map(Self)
    }
}

/// The answers for values that are neither object nor list.
macro_rules! absent {
    ($absent:expr) => {
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a value")
        }

        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($absent)
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($absent)
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($absent)
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($absent)
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($absent)
        }
    };
}
pub(super) use absent;

/// The answer for a text where no text was expected.
macro_rules! no_text {
    ($absent:expr) => {
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok($absent)
        }
    };
}
pub(super) use no_text;

/// Gathers objects. Lists within the list are passed over: they would multiply what is kept.
struct Gather<'g, T> {
    found: &'g mut Vec<T>,
    in_list: bool,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Gather<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Gather<'_, T> {
    type Value = ();

    absent!(());
    no_text!(());

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let object = T::deserialize(MapAccessDeserializer::new(map))?;
        if self.found.len() < KEPT {
            self.found.push(object);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.in_list {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        while list.next_element_seed(Gather { found: self.found, in_list: true })?.is_some() {}
        Ok(())
    }
}

/// Reads named values.
struct Names<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Names<T> {
    type Value = Vec<(String, T)>;

    absent!(Vec::new());
    no_text!(Vec::new());

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value()?;
            if found.len() < KEPT {
                found.push((name, value));
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Vec::new())
    }
}

/// Counts entries.
struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Option<u64>;

    absent!(None);
    no_text!(None);

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut count = 0;
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(Some(count))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut count = 0;
        while list.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(Some(count))
    }
}

/// Reads texts.
struct AsTexts;

impl<'de> Visitor<'de> for AsTexts {
    type Value = Vec<Text>;

    absent!(Vec::new());

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(vec![Text(Some(text.to_owned()))])
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(text) = list.next_element()? {
            if found.len() < KEPT {
                found.push(text);
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_object_several_or_none_are_read_alike() {
        let read = |text: &str| -> Vec<usize> {
            let found: Objects<Fields<IgnoredAny>> = serde_json::from_str(text).unwrap();
            found.iter().map(|fields| fields.iter().count()).collect()
        };
        assert_eq!(read(r#"{"a":1,"b":[2]}"#), [2]);
        assert_eq!(read(r#"[{"a":1},null,"x",[{"a":1}],{},7,{"a":1}]"#), [1, 0, 1]);
        for none in ["[]", "null", "3", "-3", "1.5", "true", "\"text\"", "[[[]]]"] {
            assert_eq!(read(none), [0_usize; 0], "{none}");
        }
        let many = format!("[{}{{}}]", "{},".repeat(5_000));
        assert_eq!(read(&many).len(), KEPT);
    }

    #[test]
    fn entries_are_counted_whatever_holds_them() {
        let read = |text: &str| serde_json::from_str::<Length>(text).unwrap().0;
        assert_eq!(read(r#"{"a":1,"b":[2,3]}"#), Some(2));
        assert_eq!((read("[1,[2],{}]"), read("{}"), read("null")), (Some(3), Some(0), None));
    }

    #[test]
    fn texts_come_alone_and_in_lists() {
        let read = |text: &str| {
            let texts: Texts = serde_json::from_str(text).unwrap();
            texts.0.iter().map(|text| text.get().unwrap_or("-").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(read(r#"["a",7,null,["b"]]"#), ["a", "7", "-", "-"]);
        assert_eq!(
            (read("\"a\""), read("{\"a\":1}"), read("3")),
            (vec!["a".into()], vec![], vec![])
        );
    }

    #[test]
    fn names_keep_their_order() {
        let fields: Fields<super::super::Text> =
            serde_json::from_str(r#"{"z":"1","a":"2","m":{"no":"text"}}"#).unwrap();
        let read: Vec<_> = fields.iter().map(|(name, text)| (name, text.get())).collect();
        assert_eq!(read, [("z", Some("1")), ("a", Some("2")), ("m", None)]);
        for none in ["[]", "null", "\"x\"", "4"] {
            assert_eq!(serde_json::from_str::<Fields<IgnoredAny>>(none).unwrap().iter().count(), 0);
        }
    }
}
