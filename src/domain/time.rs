//! Instants and days. Nothing here reads a clock: callers say what time it is.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Microseconds in a UTC day.
const DAY: i64 = 86_400_000_000;

/// An instant in UTC, in whole microseconds since 1970-01-01T00:00:00Z: what both databases
/// store and return without loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the epoch; may lie before it.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From milliseconds since the epoch, saturating.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// From seconds since the epoch, saturating.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The UTC day this instant falls in.
    #[expect(clippy::cast_possible_truncation, reason = "2^63 microseconds are 2^27 days")]
    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(DAY) as i32)
    }

    /// This instant moved by a duration, saturating.
    #[must_use]
    pub fn plus(self, duration: std::time::Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with microseconds, always 27 characters for years 0 to 9999.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(instant) => write!(f, "{instant:.6}"),
            Err(_) => write!(f, "{} microseconds", self.0),
        }
    }
}

impl std::str::FromStr for Timestamp {
    type Err = jiff::Error;

    /// Reads RFC 3339 with any offset; digits finer than a microsecond are dropped.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>().map(|instant| Self(instant.as_microsecond()))
    }
}

/// A UTC calendar day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// From days since 1970-01-01.
    pub const fn from_number(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// Whole days from `earlier` to this day; zero when `earlier` is not earlier.
    pub const fn since(self, earlier: Self) -> u32 {
        if self.0 <= earlier.0 { 0 } else { self.0.abs_diff(earlier.0) }
    }

    /// The day so many days later, saturating.
    #[must_use]
    pub fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add_unsigned(days))
    }

    /// The first instant of this day.
    pub const fn start(self) -> Timestamp {
        Timestamp(self.0 as i64 * DAY)
    }
}

impl fmt::Display for Day {
    /// `YYYY-MM-DD`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.start().to_string().get(..10).unwrap_or("?"))
    }
}

impl Serialize for Day {
    /// As `YYYY-MM-DD`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let expected = |_| D::Error::custom(format!("`{text}` is no day as YYYY-MM-DD"));
        text.parse().map_err(expected)
    }
}

impl std::str::FromStr for Day {
    type Err = jiff::Error;

    /// Reads `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let date: jiff::civil::Date = text.parse()?;
        let instant = date.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp();
        Ok(Timestamp(instant.as_microsecond()).day())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_and_days_print_and_parse_back() {
        let instant: Timestamp = "2026-11-22T23:59:59.5+01:00".parse().unwrap();
        assert_eq!(instant.to_string(), "2026-11-22T22:59:59.500000Z");
        assert_eq!(instant.day().to_string(), "2026-11-22");
        assert_eq!("2026-11-22".parse::<Day>().unwrap(), instant.day());
        assert_eq!(Timestamp::from_micros(-1).day(), Day::from_number(-1));
        assert_eq!(Day::from_number(10).since(Day::from_number(12)), 0);
    }
}
