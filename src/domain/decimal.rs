//! Integers above 2^64 as decimal text, because JSON readers lose them. For `#[serde(with)]`.

use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

pub(in crate::domain) fn serialize<S: Serializer>(
    value: &i128,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

pub(in crate::domain) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<i128, D::Error> {
    let text = String::deserialize(from)?;
    let shown: String = text.chars().take(40).collect();
    text.parse().map_err(|_| D::Error::custom(format!("`{shown}` is no whole number")))
}
