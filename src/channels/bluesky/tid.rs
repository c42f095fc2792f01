//! When a post was written: what it says if that is possible, else what its key says. Keys are
//! made of a clock's microseconds (TID), but programs choose both as they like.

use crate::domain::time::Timestamp;

/// The digits of a key, the smallest first.
const DIGITS: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
/// Characters of a key.
const LENGTH: usize = 13;
/// Bits below the microseconds, which tell clocks apart.
const CLOCK: u32 = 10;
/// 2022-01-01T00:00:00Z: the network's first post is from that year.
const FIRST_POST: Timestamp = Timestamp::from_seconds(1_640_995_200);
/// How far a written date may lie from the key's clock, in microseconds: a day, because zones
/// are left out or added twice. Copies of posts from elsewhere state the year of the original;
/// they were published here when their key was made.
const TOLERANCE: i64 = 86_400_000_000;

/// A post's date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dated {
    /// The written date, which is possible.
    AsWritten(Timestamp),
    /// The key's date: the written one is impossible.
    Recovered(Timestamp),
    /// Neither is possible.
    Lost,
}

/// The number that a key writes, below 2^63; `None` for keys of another kind.
pub(super) fn parse(key: &str) -> Option<u64> {
    if key.len() != LENGTH {
        return None;
    }
    let mut number: u64 = 0;
    for (at, byte) in key.bytes().enumerate() {
        let digit = u64::try_from(DIGITS.iter().position(|known| *known == byte)?).ok()?;
        // Thirteen digits have 65 bits; the first digit has only three.
        if at == 0 && digit >= 8 {
            return None;
        }
        number = number << 5 | digit;
    }
    Some(number)
}

/// The key that a number is written as.
pub(super) fn write(number: u64) -> String {
    let digit = |place: usize| {
        let bits = number >> (5 * (LENGTH - 1 - place)) & 31;
        DIGITS.get(usize::try_from(bits).unwrap_or_default()).map_or('2', |byte| char::from(*byte))
    };
    (0..LENGTH).map(digit).collect()
}

/// The instant in a key.
pub(super) fn instant(key: &str) -> Option<Timestamp> {
    i64::try_from(parse(key)? >> CLOCK).ok().map(Timestamp::from_micros)
}

/// The date of the post with this key, which cannot be later than `latest`.
pub(super) fn dated(key: &str, written: Option<&str>, latest: Option<Timestamp>) -> Dated {
    let possible = |at: &Timestamp| {
        *at >= FIRST_POST
            && latest.is_none_or(|end| at.micros() <= end.micros().saturating_add(TOLERANCE))
    };
    let written: Option<Timestamp> = written.and_then(|text| text.parse().ok()).filter(possible);
    match (instant(key).filter(possible), written) {
        (Some(clock), Some(at))
            if at.micros().abs_diff(clock.micros()) <= TOLERANCE.unsigned_abs() =>
        {
            Dated::AsWritten(at)
        }
        (Some(clock), _) => Dated::Recovered(clock),
        (None, Some(at)) => Dated::AsWritten(at),
        (None, None) => Dated::Lost,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Of 2023-11-15T00:22:29.122772Z.
    const KEY: &str = "3ke6rn22yqo22";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_key_tells_its_microsecond() {
        assert_eq!(instant(KEY), Some(at("2023-11-15T00:22:29.122772Z")));
        for other in ["self", "", "3ke6rn22yqo2", "3ke6rn22yqo21", "zke6rn22yqo22", "3KE6RN22YQO22"]
        {
            assert_eq!(parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_possible_date_is_kept_and_an_impossible_one_is_recovered() {
        let written = |text| dated(KEY, Some(text), Some(at("2024-01-01T00:00:00Z")));
        let near = "2023-11-15T08:22:29+09:00";
        assert_eq!(written(near), Dated::AsWritten(at(near)));
        let recovered = Dated::Recovered(at("2023-11-15T00:22:29.122772Z"));
        for wrong in ["2011-05-01T00:00:00Z", "2049-01-01T00:00:00Z", "2023-09-01T00:00:00Z", "now"]
        {
            assert_eq!(written(wrong), recovered, "{wrong}");
        }
        assert_eq!(dated(KEY, None, None), recovered);
    }

    #[test]
    fn a_key_that_cannot_be_right_leaves_the_written_date() {
        let (end, written) = (Some(at("2023-06-01T00:00:00Z")), "2023-05-01T00:00:00Z");
        for key in [KEY, "self", "2222222222222"] {
            assert_eq!(dated(key, Some(written), end), Dated::AsWritten(at(written)), "{key}");
            assert_eq!(dated(key, Some("2019-05-01T00:00:00Z"), end), Dated::Lost, "{key}");
        }
    }

    proptest! {
        #[test]
        fn keys_are_written_as_they_were_read(number in 0..1_u64 << 63) {
            prop_assert_eq!(parse(&write(number)), Some(number));
        }
    }
}
