//! When a post was written: what its row says if that is possible, else what its number says.

use jiff::fmt::strtime;

use crate::domain::time::Timestamp;

/// Milliseconds since 1970 at which the clock inside post numbers starts.
const EPOCH: i64 = 1_288_834_974_657;
/// Post numbers above this carry a clock; below, they were counted (until 2010-11-04).
const FIRST_SNOWFLAKE: u64 = 30_000_000_000;
/// The first post ever: 2006-03-21T20:50:14Z.
const FIRST_POST: Timestamp = Timestamp::from_seconds(1_142_974_214);
/// 2010-11-06T00:00:00Z, when counted numbers had ended everywhere.
const LAST_COUNTED: Timestamp = Timestamp::from_seconds(1_289_001_600);
/// How far a written date may lie from the number's clock, in microseconds.
const TOLERANCE: i64 = 86_400_000_000;

/// A post's date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dated {
    /// The written date, which is possible.
    AsWritten(Timestamp),
    /// The date from the post's number: the written one is impossible. Exports of September
    /// 2025 contain the years 1997 and 2003.
    Recovered(Timestamp),
    /// Neither is possible.
    Lost,
}

/// The date of the post with this number. A date after `exported_at` is impossible.
pub(super) fn dated(id: u64, written: Option<&str>, exported_at: Option<Timestamp>) -> Dated {
    let written = written.and_then(parse);
    let possible = |at: Timestamp| {
        exported_at.is_none_or(|end| at.micros() <= end.micros().saturating_add(TOLERANCE))
    };
    let Some(clock) = clock(id) else {
        return match written {
            Some(at) if at >= FIRST_POST && at <= LAST_COUNTED => Dated::AsWritten(at),
            _ => Dated::Lost,
        };
    };
    if !possible(clock) {
        return Dated::Lost;
    }
    match written {
        Some(at) if at.micros().abs_diff(clock.micros()) <= TOLERANCE.unsigned_abs() => {
            Dated::AsWritten(at)
        }
        _ => Dated::Recovered(clock),
    }
}

/// The clock inside a post's number.
fn clock(id: u64) -> Option<Timestamp> {
    let millis = i64::try_from(id >> 22).ok()?;
    (id > FIRST_SNOWFLAKE).then(|| Timestamp::from_millis(EPOCH + millis))
}

/// `Wed Oct 10 20:19:24 +0000 2018`, whose name of the day is not compared with the date, or
/// `2013-04-02 08:00:00 +0000`, as it was written until 2018.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let (_, date) = text.split_once(' ')?;
    let broken_down = strtime::parse("%b %d %H:%M:%S %z %Y", date)
        .or_else(|_| strtime::parse("%Y-%m-%d %H:%M:%S %z", text))
        .ok()?;
    Some(Timestamp::from_micros(broken_down.to_timestamp().ok()?.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: u64 = 1_712_943_072_146_358_300;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_possible_date_is_kept_as_written() {
        let dated = dated(ID, Some("Fri Oct 13 21:27:08 +0000 2023"), None);
        assert_eq!(dated, Dated::AsWritten(at("2023-10-13T21:27:08Z")));
        let early = super::dated(ID, Some("2023-10-13 23:27:08 +0200"), None);
        assert_eq!(early, dated);
    }

    #[test]
    fn an_impossible_or_missing_date_is_recovered_from_the_number() {
        let clock = Timestamp::from_millis((1_712_943_072_146_358_300 >> 22) + EPOCH);
        for written in [Some("Thu Jan 02 03:04:05 +0000 1997"), Some("yesterday"), None] {
            assert_eq!(dated(ID, written, None), Dated::Recovered(clock));
        }
        assert_eq!(clock.to_string().get(..19), Some("2023-10-13T21:27:08"));
    }

    #[test]
    fn a_number_from_before_the_clock_needs_a_date_of_its_time() {
        let old = dated(20, Some("Tue Mar 21 20:50:14 +0000 2006"), None);
        assert_eq!(old, Dated::AsWritten(at("2006-03-21T20:50:14Z")));
        assert_eq!(dated(20, Some("Tue Mar 21 20:50:14 +0000 2023"), None), Dated::Lost);
        assert_eq!(dated(20, None, None), Dated::Lost);
    }

    #[test]
    fn a_post_from_after_the_export_is_impossible() {
        let export = Some(at("2023-01-01T00:00:00Z"));
        assert_eq!(dated(ID, Some("Fri Oct 13 21:27:08 +0000 2023"), export), Dated::Lost);
        assert_eq!(dated(u64::MAX, None, export), Dated::Lost);
    }
}
