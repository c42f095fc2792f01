//! Dates as blogs, tables and dumps write them: RFC 822 with whatever zone, RFC 3339 with parts
//! missing, the American way, and dates without a zone that are meant in UTC. What is read here is
//! never local time.

use jiff::civil::{Date, DateTime};
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

use crate::domain::time::Timestamp;

/// 1991-08-06T00:00:00Z, the day of the first web site: no post on the web is older.
const FIRST: Timestamp = Timestamp::from_seconds(681_436_800);

/// Zones that mails may not name and feeds do, with what they mean.
const ZONES: [(&str, &str); 28] = [
    ("UTC", "+0000"),
    ("WET", "+0000"),
    ("WEST", "+0100"),
    ("BST", "+0100"),
    ("CET", "+0100"),
    ("MET", "+0100"),
    ("MEZ", "+0100"),
    ("CEST", "+0200"),
    ("MEST", "+0200"),
    ("MESZ", "+0200"),
    ("EET", "+0200"),
    ("SAST", "+0200"),
    ("EEST", "+0300"),
    ("MSK", "+0300"),
    ("IST", "+0530"),
    ("SGT", "+0800"),
    ("HKT", "+0800"),
    ("AWST", "+0800"),
    ("JST", "+0900"),
    ("KST", "+0900"),
    ("AEST", "+1000"),
    ("AEDT", "+1100"),
    ("NZST", "+1200"),
    ("NZDT", "+1300"),
    ("BRT", "-0300"),
    ("ART", "-0300"),
    ("AKST", "-0900"),
    ("HST", "-1000"),
];

/// Beginnings of months' names in languages in which feeds are written against the rules.
const MONTHS: [(&str, &str); 22] = [
    ("mär", "Mar"),
    ("mrz", "Mar"),
    ("maa", "Mar"),
    ("mai", "May"),
    ("mei", "May"),
    ("okt", "Oct"),
    ("dez", "Dec"),
    ("fév", "Feb"),
    ("avr", "Apr"),
    ("aoû", "Aug"),
    ("déc", "Dec"),
    ("juin", "Jun"),
    ("juil", "Jul"),
    ("ene", "Jan"),
    ("abr", "Apr"),
    ("ago", "Aug"),
    ("dic", "Dec"),
    ("gen", "Jan"),
    ("mag", "May"),
    ("giu", "Jun"),
    ("lug", "Jul"),
    ("ott", "Oct"),
];

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

/// A date in any of the ways in which feeds write them.
pub(super) fn any(text: &str) -> Option<Timestamp> {
    iso(text).or_else(|| mail(text))
}

/// `2024-03-01T08:00:00+01:00`, and the same with parts missing or with a blank; without an
/// offset it is UTC. `None` for what cannot be the date of anything on the web.
pub(super) fn iso(text: &str) -> Option<Timestamp> {
    // Its month or its year alone.
    let part = || match text.trim().len() {
        4 => whole(&format!("{}-01-01", text.trim())),
        7 => whole(&format!("{}-01", text.trim())),
        _ => None,
    };
    whole(text).or_else(part)
}

/// The same with the day at the least, and also as `2026/08/01 10:00:00 UTC`.
pub(super) fn whole(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let marks = ["Z", "z", " UTC", " GMT"];
    let (text, zone) = match marks.iter().find_map(|mark| text.strip_suffix(mark)) {
        Some(rest) => (rest.trim_end(), "Z"),
        None => (text, ""),
    };
    let text = text.replacen('/', "-", 2);
    // SQL and people put a blank before the offset.
    let with_zone = || -> Option<Timestamp> {
        format!("{}{zone}", text.replace(" +", "+").replace(" -", "-")).parse().ok()
    };
    // Minutes at the least, or the date alone.
    let without =
        || text.parse::<DateTime>().ok().or_else(|| Some(text.parse::<Date>().ok()?.into()));
    let has_offset = text.get(10..).is_some_and(|time| time.contains(['+', '-']));
    let found = if has_offset || zone == "Z" { with_zone() } else { without().and_then(utc) };
    found.filter(|&at| at >= FIRST)
}

fn utc(civil: DateTime) -> Option<Timestamp> {
    let instant = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(Timestamp::from_micros(instant.as_microsecond()))
}

/// `1/5/24, 3:04 PM`, in UTC: the table names no zone.
pub(super) fn american(text: &str) -> Option<Timestamp> {
    // Newer versions of Java put a narrow space before AM and PM.
    let plain = text.trim().replace(['\u{202f}', '\u{a0}'], " ");
    AMERICAN.iter().find_map(|format| {
        let parsed = BrokenDownTime::parse(format, &plain).ok()?;
        utc(parsed.to_datetime().ok()?)
    })
}

/// `Fri, 01 Mar 2024 08:00:00 +0100` and what comes near it.
pub(super) fn mail(text: &str) -> Option<Timestamp> {
    let text = match text.split_once(',') {
        Some((_weekday, rest)) => rest,
        None => text,
    };
    let mut words = text.split(|c: char| c.is_whitespace() || c == '-').filter(|w| !w.is_empty());
    let mut day = words.next()?.trim_end_matches('.');
    if !day.starts_with(|c: char| c.is_ascii_digit()) {
        // A weekday without its comma.
        day = words.next()?.trim_end_matches('.');
    }
    let month = month(words.next()?)?;
    let year = words.next()?;
    let mut clock = words.next().unwrap_or("00:00:00").split(':');
    let (hour, minute) = (clock.next()?, clock.next().unwrap_or("00"));
    let second = clock.next().and_then(|second| second.split('.').next()).unwrap_or("00");
    let zone = zone(text);
    let plain = format!("{day} {month} {year} {hour:0>2}:{minute:0>2}:{second:0>2} {zone}");
    let parsed = DateTimeParser::new().parse_timestamp(&plain).ok()?;
    Some(Timestamp::from_micros(parsed.as_microsecond())).filter(|&at| at >= FIRST)
}

fn month(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    if let Some((_, english)) = MONTHS.iter().find(|(start, _)| lower.starts_with(start)) {
        return Some((*english).to_owned());
    }
    let short: String = lower.chars().take(3).collect();
    (short.len() == 3).then_some(short)
}

/// The zone at the end, as an offset or as a name that mails know; UTC if there is none.
fn zone(text: &str) -> String {
    let last = text.split_whitespace().next_back().unwrap_or_default();
    let last = last.trim_matches(['(', ')']);
    if let Some((_, offset)) = ZONES.iter().find(|(name, _)| last.eq_ignore_ascii_case(name)) {
        return (*offset).to_owned();
    }
    let offset = last.strip_prefix("GMT").or_else(|| last.strip_prefix("UTC")).unwrap_or(last);
    if let Some(digits) = offset.strip_prefix(['+', '-']) {
        let sign = if offset.starts_with('-') { '-' } else { '+' };
        let (hours, minutes) = match digits.split_once(':') {
            Some(parts) => parts,
            None => digits.split_at_checked(digits.len().saturating_sub(2)).unwrap_or((digits, "")),
        };
        return match digits.len() {
            1 | 2 => format!("{sign}{digits:0>2}00"),
            _ => format!("{sign}{hours:0>2}{minutes:0>2}"),
        };
    }
    let named = !last.is_empty() && last.chars().all(|c| c.is_ascii_alphabetic());
    if named { last.to_owned() } else { "+0000".to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::domain::time::Timestamp;

    fn shown(at: Option<Timestamp>) -> String {
        at.map_or_else(|| "none".to_owned(), |at| at.to_string().replace(".000000", ""))
    }

    #[test]
    fn mail_dates_are_read_in_every_zone_and_every_near_miss() {
        for (text, utc) in [
            ("Fri, 01 Mar 2024 08:00:00 +0000", "2024-03-01T08:00:00Z"),
            ("Mon, 19 Feb 2024 08:00:00 GMT", "2024-02-19T08:00:00Z"),
            ("Thu, 08 Feb 2024 08:00:00 -0700", "2024-02-08T15:00:00Z"),
            ("Sun, 28 Jan 2024 08:00:00 +02:00", "2024-01-28T06:00:00Z"),
            ("Tue, 28 Jan 2024 08:00:00 EST", "2024-01-28T13:00:00Z"),
            ("28 Jan 2024 8:05 PDT", "2024-01-28T15:05:00Z"),
            ("Sun, 28 Jan 24 08:00:00 Z", "2024-01-28T08:00:00Z"),
            ("Sunday, 28-Jan-24 08:00:00 GMT", "2024-01-28T08:00:00Z"),
            ("Sun, 28 January 2024 08:00:00 CET", "2024-01-28T07:00:00Z"),
            ("So, 28 Mai 2023 08:00:00 MESZ", "2023-05-28T06:00:00Z"),
            ("mar., 05 déc. 2023 08:00:00 +0100", "2023-12-05T07:00:00Z"),
            ("Sun 28 Jan 2024 08:00:00 GMT+2", "2024-01-28T06:00:00Z"),
            ("Sun, 28 Jan 2024", "2024-01-28T00:00:00Z"),
            ("Sun, 28 Jan 2024 08:00:00", "2024-01-28T08:00:00Z"),
            ("Wed, 30 Nov -0001 00:00:00 +0000", "none"),
            ("Thu, 01 Jan 1970 00:00:00 +0000", "none"),
            ("Sun, 31 Feb 2024 08:00:00 GMT", "none"),
            ("", "none"),
            ("yesterday", "none"),
        ] {
            assert_eq!(shown(super::any(text)), utc, "{text}");
        }
    }

    #[test]
    fn written_out_dates_are_utc_unless_they_say_otherwise() {
        for (text, utc) in [
            ("2018-03-12T17:00:45.567", "2018-03-12T17:00:45.567000Z"),
            ("2009-05-15 21:48:32", "2009-05-15T21:48:32Z"),
            ("2024-03-01T08:00:00+01:00", "2024-03-01T07:00:00Z"),
            ("2024-03-01T08:00:00+0100", "2024-03-01T07:00:00Z"),
            ("2024-03-01 08:00:00 +0100", "2024-03-01T07:00:00Z"),
            ("2024-03-01T08:00Z", "2024-03-01T08:00:00Z"),
            ("2024-03-01 08:00:00 UTC", "2024-03-01T08:00:00Z"),
            ("2024-03-01T08:00-05:00", "2024-03-01T13:00:00Z"),
            ("2024-03-01T08:00:00.5Z", "2024-03-01T08:00:00.500000Z"),
            ("2024-03-01", "2024-03-01T00:00:00Z"),
            ("2024-03", "2024-03-01T00:00:00Z"),
            ("0000-00-00 00:00:00", "none"),
            ("-0001-11-30 00:00:00", "none"),
            ("1970-01-01 00:00:00", "none"),
        ] {
            assert_eq!(shown(super::any(text)), utc, "{text}");
        }
    }

    #[test]
    fn dates_in_tables_have_a_day() {
        for text in [
            "2026-05-07 16:41:18",
            "2026/05/07 16:41:18 UTC",
            "2026-05-07 16:41:18 GMT",
            " 2026-05-07T18:41:18+02:00",
            "2026-05-07 16:41:18+00:00",
        ] {
            assert_eq!(shown(super::whole(text)), "2026-05-07T16:41:18Z", "{text}");
        }
        for none in ["", "yesterday", "2026-13-07 16:41:18", "2026", "2026-05", "UTC", "1047191"] {
            assert_eq!(super::whole(none), None, "{none}");
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
                super::american(text).unwrap().to_string(),
                "2024-01-05T15:04:00.000000Z",
                "{text}"
            );
        }
        let day_first = super::american("30/11/2023, 09:15").unwrap();
        assert_eq!(day_first.to_string(), "2023-11-30T09:15:00.000000Z");
        assert_eq!(super::american("yesterday, 3:04 PM"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_a_date_or_none(text in "[0-9A-Za-z:+,. -]{0,40}|\\PC{0,20}") {
            super::any(&text);
        }
    }
}
