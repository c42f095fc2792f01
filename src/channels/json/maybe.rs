//! Values that may be of another kind than they should be, which then are absent. Nothing is
//! kept of what is absent, and of lists no more than anybody writes.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Most elements of a list that are kept. Answers of interfaces have 100 at most.
const KEPT: usize = 1_000;

/// An object, or nothing where something else stands.
#[derive(Clone, Debug)]
pub(in crate::channels) struct Maybe<T>(pub(in crate::channels) Option<T>);

/// The objects of a list; what else stands in it or in its place is passed over.
#[derive(Clone, Debug)]
pub(in crate::channels) struct Several<T>(pub(in crate::channels) Vec<T>);

/// A number of any sign, with or without a fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::channels) struct Number(pub(in crate::channels) Option<f64>);

/// Whether `true` stands there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::channels) struct Flag(pub(in crate::channels) bool);

/// The texts of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::channels) struct Words(pub(in crate::channels) Vec<String>);

impl<T> Maybe<T> {
    /// The object, if there is one.
    pub(in crate::channels) const fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

impl<T> Default for Maybe<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Default for Several<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// What is made of a value of each kind; nothing, unless it is said.
trait Read<'de>: Default {
    fn of_object<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }

    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }

    fn of_number(_: f64) -> Self {
        Self::default()
    }

    fn of_bool(_: bool) -> Self {
        Self::default()
    }
}

impl<'de, T: Deserialize<'de>> Read<'de> for Maybe<T> {
    fn of_object<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|object| Self(Some(object)))
    }
}

impl<'de, T: Deserialize<'de>> Read<'de> for Several<T> {
    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut kept = Vec::new();
        while let Some(element) = list.next_element::<Maybe<T>>()? {
            if kept.len() < KEPT {
                kept.extend(element.0);
            }
        }
        Ok(Self(kept))
    }
}

impl<'de> Read<'de> for Words {
    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut kept = Vec::new();
        while let Some(element) = list.next_element::<super::Text>()? {
            if kept.len() < KEPT {
                kept.extend(element.0);
            }
        }
        Ok(Self(kept))
    }
}

impl Read<'_> for Number {
    fn of_number(number: f64) -> Self {
        Self(Some(number))
    }
}

impl Read<'_> for Flag {
    fn of_bool(flag: bool) -> Self {
        Self(flag)
    }
}

struct AsRead<R>(PhantomData<R>);

impl<'de, R: Read<'de>> Visitor<'de> for AsRead<R> {
    type Value = R;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<R, E> {
        Ok(R::of_bool(flag))
    }

    #[expect(clippy::cast_precision_loss, reason = "counts and instants are below 2^53")]
    fn visit_i64<E>(self, number: i64) -> Result<R, E> {
        Ok(R::of_number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "counts and instants are below 2^53")]
    fn visit_u64<E>(self, number: u64) -> Result<R, E> {
        Ok(R::of_number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<R, E> {
        Ok(R::of_number(number))
    }

    fn visit_str<E>(self, _: &str) -> Result<R, E> {
        Ok(R::default())
    }

    fn visit_unit<E>(self) -> Result<R, E> {
        Ok(R::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<R, A::Error> {
        R::of_list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<R, A::Error> {
        R::of_object(map)
    }
}

/// Reads any value; the trait itself cannot be implemented for all types at once.
macro_rules! deserialize {
    ($([$($parameter:ident)?] $read:ty),*) => {$(
        impl<'de, $($parameter: Deserialize<'de>)?> Deserialize<'de> for $read {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(AsRead(PhantomData))
            }
        }
    )*};
}
deserialize!([T] Maybe<T>, [T] Several<T>, [] Words, [] Number, [] Flag);

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct All {
        one: Maybe<Box<All>>,
        several: Several<All>,
        words: Words,
        number: Number,
        flag: Flag,
    }

    #[test]
    fn values_of_another_kind_are_absent() {
        let full = r#"{"one":{},"several":[{},3,{"flag":true}],"words":["a",{},2],"number":-1.5,
            "flag":true}"#;
        let all: All = serde_json::from_str(full).unwrap();
        assert!(all.one.get().is_some() && all.flag.0 && all.several.0[1].flag.0);
        assert_eq!((all.several.0.len(), all.number.0), (2, Some(-1.5)));
        assert_eq!(all.words.0, ["a", "2"]);
        for other in ["null", "true", "3", "-3", "0.5", "\"x\"", "[]", "[[1]]", "{\"x\":[1]}"] {
            let text = full.replace("{}", other).replace("[\"a\"", "[3");
            serde_json::from_str::<All>(&text).unwrap();
            let text = r#"{"one":X,"several":X,"words":X,"number":X,"flag":X}"#.replace('X', other);
            let all: All = serde_json::from_str(&text).unwrap();
            assert_eq!(all.several.0.len(), 0, "{other}");
        }
    }

    #[test]
    fn a_list_of_any_length_stays_small() {
        let many = format!(r#"{{"several":[{}{{}}]}}"#, "{},".repeat(5_000));
        assert_eq!(serde_json::from_str::<All>(&many).unwrap().several.0.len(), KEPT);
    }
}
