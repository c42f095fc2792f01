//! Lists, objects and flags that may be something else: where a network writes `[]` for an
//! empty object, or leaves out what another version has, the odd field is read as absent.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// An object, or nothing where anything else stands.
#[derive(Clone, Debug)]
pub(in crate::channels) struct One<T>(pub(in crate::channels) Option<T>);

/// The first elements of a list, empty where anything else stands. Only so many are kept,
/// because `{}` takes two bytes in a file and many more in memory.
#[derive(Clone, Debug)]
pub(in crate::channels) struct List<T, const MOST: usize = 1_000>(pub(in crate::channels) Vec<T>);

/// `true` or `false`, also as text; `None` for anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::channels) struct Flag(pub(in crate::channels) Option<bool>);

impl<T> Default for One<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T, const MOST: usize> Default for List<T, MOST> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MOST: usize> List<One<T>, MOST> {
    /// The elements that are objects.
    pub(in crate::channels) fn objects(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(|one| one.0.as_ref())
    }
}

/// Reads any value, with what matters for one kind and the rest as absent.
pub(super) struct Loosely<T>(pub(super) PhantomData<T>);

/// What a value that is looked for looks like.
pub(super) trait Loose<'de>: Default {
    /// What an object means.
    fn from_map<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }

    /// What a list means.
    fn from_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }

    /// What `true` and `false` mean.
    fn from_bool(_: bool) -> Self {
        Self::default()
    }
}

impl<'de, T: Deserialize<'de>> Loose<'de> for One<T> {
    fn from_map<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|object| Self(Some(object)))
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Loose<'de> for List<T, MOST> {
    fn from_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut elements = Vec::new();
        while elements.len() < MOST
            && let Some(element) = list.next_element()?
        {
            elements.push(element);
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self(elements))
    }
}

impl Loose<'_> for Flag {
    fn from_bool(flag: bool) -> Self {
        Self(Some(flag))
    }
}

impl<'de, T: Loose<'de>> Visitor<'de> for Loosely<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<T, E> {
        Ok(T::from_bool(flag))
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(text.parse().map(T::from_bool).unwrap_or_default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::from_list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::from_map(map)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Loosely(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for List<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Loosely(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Loosely(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Text;
    use super::*;

    #[test]
    fn what_is_something_else_is_read_as_absent() {
        for other in ["null", "1", "-1", "1.5", "\"x\"", "[]", "[{}]", "false"] {
            assert!(serde_json::from_str::<One<Vec<u8>>>(other).unwrap().0.is_none(), "{other}");
        }
        for other in ["null", "{}", "{\"a\":[1]}", "\"x\"", "true"] {
            assert!(serde_json::from_str::<List<Text>>(other).unwrap().0.is_empty(), "{other}");
        }
        let mixed: List<One<std::collections::BTreeMap<String, u8>>> =
            serde_json::from_str(r#"[null,{"a":1},[2],{"b":3}]"#).unwrap();
        assert_eq!(mixed.objects().count(), 2);
        let flag = |text| serde_json::from_str::<Flag>(text).unwrap().0;
        assert_eq!((flag("true"), flag("\"false\""), flag("1")), (Some(true), Some(false), None));
    }
}
