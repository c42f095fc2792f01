//! Places where networks write an object, a list of objects, or nothing, and change their mind
//! about it from year to year; and objects whose keys depend on the language.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, IgnoredAny, MapAccess, SeqAccess};

use super::loose::{Loose, One, deserialize};

/// Most objects or named values that are kept of one place. Two letters can stand for an object of
/// a hundred bytes, and places lie within places.
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

impl<'de, T: Deserialize<'de>> Loose<'de> for Objects<T> {
    fn from_map<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Self::from)
    }

    fn from_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut found = Vec::new();
        while let Some(One(object)) = list.next_element()? {
            found.extend(object.filter(|_| found.len() < KEPT));
        }
        Ok(Self(found))
    }
}

impl<'de, T: Deserialize<'de>> Loose<'de> for Fields<T> {
    fn from_map<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut found = Vec::new();
        while let Some(named) = map.next_entry()? {
            if found.len() < KEPT {
                found.push(named);
            }
        }
        Ok(Self(found))
    }
}

impl<'de> Loose<'de> for Length {
    fn from_map<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut count = 0;
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(Self(Some(count)))
    }

    fn from_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut count = 0;
        while list.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(Self(Some(count)))
    }
}

deserialize!([T: Deserialize<'de>] Objects<T>, [T: Deserialize<'de>] Fields<T>, [] Length);

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
