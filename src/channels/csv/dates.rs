//! Dates as they stand in the networks' tables. No limits on what is possible here; those are the
//! channels' own.

use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

use crate::domain::time::Timestamp;

/// The American ways, as two or four digits of the year and with or without seconds. The day
/// comes first where there is no thirteenth month.
const AMERICAN: [&str; 8] = [
    "%m/%d/%y, %I:%M %p",
    "%m/%d/%y, %I:%M:%S %p",
    "%m/%d/%Y, %I:%M %p",
    "%m/%d/%Y, %I:%M:%S %p",
    "%m/%d/%y, %H:%M",
    "%m/%d/%Y, %H:%M",
    "%d/%m/%y, %H:%M",
    "%d/%m/%Y, %H:%M",
];

/// `2026-05-07 16:41:18`, `2026/08/01 10:00:00 UTC` or RFC 3339; UTC where no zone is named.
pub(in crate::channels) fn date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let plain = text.strip_suffix("UTC").or_else(|| text.strip_suffix("GMT")).unwrap_or(text);
    let first = plain.bytes().next()?;
    if !first.is_ascii_digit() || plain.contains(['[', '+']) {
        return None;
    }
    utc(plain.trim().replace('/', "-").parse().ok()?)
}

/// `1/5/24, 3:04 PM`, in UTC: the table names no zone.
pub(in crate::channels) fn american(text: &str) -> Option<Timestamp> {
    // Newer versions of Java put a narrow space before AM and PM.
    let plain = text.trim().replace(['\u{202f}', '\u{a0}'], " ");
    AMERICAN.iter().find_map(|format| {
        let parsed = BrokenDownTime::parse(format, &plain).ok()?;
        utc(parsed.to_datetime().ok()?)
    })
}

fn utc(civil: DateTime) -> Option<Timestamp> {
    let instant = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(Timestamp::from_micros(instant.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_date_is_read_as_utc() {
        for text in [
            "2026-05-07 16:41:18",
            "2026/05/07 16:41:18 UTC",
            "2026-05-07 16:41:18 GMT",
            "2026-05-07T16:41:18Z",
            " 2026-05-07T18:41:18+02:00",
            "2026-05-07 16:41:18+00:00",
        ] {
            assert_eq!(date(text).unwrap().to_string(), "2026-05-07T16:41:18.000000Z", "{text}");
        }
        let fine = date("2021-01-15T17:00:00.123456+00:00").unwrap();
        assert_eq!(fine.to_string(), "2021-01-15T17:00:00.123456Z");
        for none in ["", "yesterday", "2026-13-07 16:41:18", "2026", "UTC", "[2026-05-07]"] {
            assert_eq!(date(none), None, "{none}");
        }
    }

    #[test]
    fn american_dates_are_read_with_either_clock_and_either_space() {
        for text in [
            "01/05/24, 3:04 PM",
            "1/5/24, 3:04\u{202f}PM",
            "1/5/2024, 3:04 pm",
            "1/5/24, 3:04:00 PM",
            "1/5/24, 15:04",
        ] {
            assert_eq!(
                american(text).unwrap().to_string(),
                "2024-01-05T15:04:00.000000Z",
                "{text}"
            );
        }
        let day_first = american("30/11/2023, 09:15").unwrap();
        assert_eq!(day_first.to_string(), "2023-11-30T09:15:00.000000Z");
        assert_eq!(american("yesterday, 3:04 PM"), None);
    }
}
