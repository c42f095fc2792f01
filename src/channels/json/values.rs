//! Values as networks write them: ids as text or number, counts as number or text. Values of
//! any other kind are read as absent.

use serde::de::{IgnoredAny, MapAccess};

use super::loose::{Loose, deserialize};

/// Text, a number as text (ids exceed 2^53), or the `id` of an object that stands where
/// `ActivityPub` also allows an id. `None` for null and anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::channels) struct Text(pub(in crate::channels) Option<String>);

impl Text {
    /// The text, if there is any.
    pub(in crate::channels) fn get(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }
}

/// A number of reactions: a number, digits as text (X), or the `totalItems` of a collection
/// (`ActivityPub`). `None` for null and anything else; a count that cannot be read is missing,
/// not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::channels) struct Count(pub(in crate::channels) Option<u64>);

/// A number of any sign, with or without a fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::channels) struct Number(pub(in crate::channels) Option<f64>);

/// `true` or `false`, also as text; `None` for anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::channels) struct Flag(pub(in crate::channels) Option<bool>);

impl Flag {
    /// Whether `true` stands there.
    pub(in crate::channels) fn is_set(self) -> bool {
        self.0 == Some(true)
    }
}

impl<'de> Loose<'de> for Text {
    fn from_text(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }

    fn from_whole(number: i128) -> Self {
        Self(Some(number.to_string()))
    }

    fn from_map<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        under(map, "id")
    }
}

impl<'de> Loose<'de> for Count {
    fn from_text(text: &str) -> Self {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        Self(if digits { text.parse().ok() } else { None })
    }

    fn from_whole(number: i128) -> Self {
        Self(u64::try_from(number).ok())
    }

    fn from_map<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        under(map, "totalItems")
    }
}

impl Loose<'_> for Number {
    #[expect(clippy::cast_precision_loss, reason = "counts and instants are below 2^53")]
    fn from_whole(number: i128) -> Self {
        Self(Some(number as f64))
    }

    fn from_fraction(number: f64) -> Self {
        Self(Some(number))
    }
}

impl Loose<'_> for Flag {
    fn from_bool(flag: bool) -> Self {
        Self(Some(flag))
    }

    fn from_text(text: &str) -> Self {
        Self(text.parse().ok())
    }
}

deserialize!([] Text, [] Count, [] Number, [] Flag);

/// The value that stands under a key of an object.
fn under<'de, T, A>(mut map: A, wanted: &str) -> Result<T, A::Error>
where
    T: serde::de::Deserialize<'de> + Default,
    A: MapAccess<'de>,
{
    let mut found = T::default();
    while let Some(key) = map.next_key::<String>()? {
        if key == wanted {
            found = map.next_value()?;
        } else {
            map.next_value::<IgnoredAny>()?;
        }
    }
    Ok(found)
}
