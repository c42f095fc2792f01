//! Values that may be something else: where a network writes `[]` for an empty object, or leaves
//! out what another version has, the odd field is read as absent, so that it does not refuse a
//! whole export. What each kind of value means is said here once.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// An object, or nothing where anything else stands.
#[derive(Clone, Debug)]
pub(in crate::channels) struct One<T>(pub(in crate::channels) Option<T>);

/// The first elements of a list, empty where anything else stands. Only so many are kept,
/// because `{}` takes two bytes in a file and many more in memory.
#[derive(Clone, Debug)]
pub(in crate::channels) struct List<T, const MOST: usize = 1_000>(pub(in crate::channels) Vec<T>);

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

impl<T> One<T> {
    /// The object, if there is one.
    pub(in crate::channels) const fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

impl<T, const MOST: usize> List<One<T>, MOST> {
    /// The elements that are objects.
    pub(in crate::channels) fn objects(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(One::get)
    }
}

/// Reads any value, with what matters for one kind and the rest as absent.
pub(super) struct Loosely<T>(pub(super) PhantomData<T>);

/// What a value that is looked for looks like: nothing, unless it is said.
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

    /// What a text means.
    fn from_text(_: &str) -> Self {
        Self::default()
    }

    /// What a number without a fraction means.
    fn from_whole(_: i128) -> Self {
        Self::default()
    }

    /// What a number with a fraction, or a very large one, means.
    fn from_fraction(_: f64) -> Self {
        Self::default()
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

impl<'de, T: Loose<'de>> Visitor<'de> for Loosely<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<T, E> {
        Ok(T::from_bool(flag))
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::from_text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<T, E> {
        Ok(T::from_whole(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<T, E> {
        Ok(T::from_whole(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<T, E> {
        Ok(T::from_fraction(number))
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

/// Reads any value; the trait itself cannot be implemented for all types at once.
macro_rules! deserialize {
    ($([$($parameters:tt)*] $read:ty),*) => {$(
        impl<'de, $($parameters)*> serde::de::Deserialize<'de> for $read {
            fn deserialize<D: serde::de::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                deserializer.deserialize_any($crate::channels::json::loose::Loosely(
                    std::marker::PhantomData,
                ))
            }
        }
    )*};
}
pub(super) use deserialize;

deserialize!(
    [T: Deserialize<'de>] One<T>,
    [T: Deserialize<'de>, const MOST: usize] List<T, MOST>
);

#[cfg(test)]
mod tests {
    use super::super::{Flag, Number, Text};
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
        let number = |text| serde_json::from_str::<Number>(text).unwrap().0;
        assert_eq!((number("-1.5"), number("7"), number("\"7\"")), (Some(-1.5), Some(7.0), None));
    }

    #[test]
    fn a_list_of_any_length_stays_small() {
        let many = format!("[{}{{}}]", "{},".repeat(5_000));
        let list: List<One<List<Text>>> = serde_json::from_str(&many).unwrap();
        assert_eq!(list.0.len(), 1_000);
    }
}
