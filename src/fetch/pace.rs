//! How fast a server may be asked: what it says in `Retry-After`, in rate-limit headers, and in
//! the bodies of Stack Exchange. Nothing waits here; time is an argument.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::domain::time::Timestamp;

/// Between two requests of one fetch, so that nobody is flooded.
pub(super) const PAUSE: Duration = Duration::from_millis(100);

/// When a server is busy and does not say for how long.
pub(super) const BUSY: Duration = Duration::from_secs(30);

/// When a server fails, and at least before a request is repeated, whatever the server says:
/// clocks differ, and some servers count down to nothing before they let anybody in.
const FAILED: Duration = Duration::from_secs(1);

/// The longest that is believed.
pub(super) const LONGEST: Duration = Duration::from_hours(25);

/// Numbers from here on are milliseconds since 1970: as seconds they would be far in the future.
const MILLISECONDS: i64 = 100_000_000_000;

/// Headers with how many requests are left, and when the count starts again: GitHub and
/// Mastodon; Bluesky and other users of the IETF's draft.
const LIMITS: [(&str, &str); 2] =
    [("x-ratelimit-remaining", "x-ratelimit-reset"), ("ratelimit-remaining", "ratelimit-reset")];

/// What a server's answer means for the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The answer can be used; the next request may follow after this.
    Answered(Duration),
    /// The same request should be repeated after this.
    Again(Duration),
}

/// Judges an answer by its status and headers. `now` is used where the server does not tell its
/// own time.
pub(super) fn judge(status: u16, headers: &HeaderMap, now: Timestamp) -> Verdict {
    let now = text(headers, DATE.as_str()).and_then(date).unwrap_or(now);
    let after = text(headers, RETRY_AFTER.as_str()).and_then(|value| retry_after(value, now));
    let reset = exhausted(headers, now);
    let again = |pause: Duration| Verdict::Again(pause.clamp(FAILED, LONGEST));
    match status {
        429 => again(after.or(reset).unwrap_or(BUSY)),
        // GitHub and others say "forbidden" when there was too much.
        403 if after.is_some() || reset.is_some() => again(after.or(reset).unwrap_or(BUSY)),
        500.. => again(after.unwrap_or(FAILED)),
        _ => Verdict::Answered(reset.unwrap_or(PAUSE).max(PAUSE).min(LONGEST)),
    }
}

/// How long until requests are counted anew, if none is left.
fn exhausted(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    LIMITS.iter().find_map(|(remaining, reset)| {
        let left: u64 = text(headers, remaining)?.trim().parse().ok()?;
        if left > 0 {
            return None;
        }
        // Mastodon says an instant in words; GitHub and Bluesky seconds since 1970; the IETF's
        // draft seconds from now.
        let at = text(headers, reset)?.trim();
        let until = match at.parse::<i64>() {
            Ok(seconds) if seconds < 1_000_000_000 => {
                return u64::try_from(seconds).ok().map(Duration::from_secs);
            }
            Ok(millis) if millis >= MILLISECONDS => Timestamp::from_millis(millis),
            Ok(seconds) => Timestamp::from_seconds(seconds),
            Err(_) => at.parse().ok()?,
        };
        Some(between(now, until))
    })
}

/// Seconds, or an instant (RFC 9110 section 10.2.3).
fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    match value.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => date(value).map(|until| between(now, until)),
    }
}

/// The date form that HTTP uses.
fn date(value: &str) -> Option<Timestamp> {
    let zoned = jiff::fmt::rfc2822::parse(value).ok()?;
    Some(Timestamp::from_micros(zoned.timestamp().as_microsecond()))
}

fn between(now: Timestamp, until: Timestamp) -> Duration {
    let micros = until.micros().saturating_sub(now.micros());
    Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_356_000);

    fn judged(status: u16, headers: &[(&'static str, &str)]) -> Verdict {
        let pairs = headers.iter().map(|(name, value)| {
            (reqwest::header::HeaderName::from_static(name), value.parse().unwrap())
        });
        judge(status, &pairs.collect(), NOW)
    }

    fn again(seconds: u64) -> Verdict {
        Verdict::Again(Duration::from_secs(seconds))
    }

    fn answered(seconds: u64) -> Verdict {
        Verdict::Answered(Duration::from_secs(seconds).max(PAUSE))
    }

    #[test]
    fn each_networks_way_of_asking_for_patience_is_understood() {
        const DAY: u64 = 25 * 3_600;
        let reset = (1_795_356_000 + 90).to_string();
        let past = (1_795_356_000 - 86_400).to_string();
        let (millis, longest) = (format!("{reset}000"), i64::MAX.to_string());
        for (status, headers, expected) in [
            (200, vec![], answered(0)),
            (200, vec![("x-ratelimit-remaining", "7"), ("x-ratelimit-reset", &reset)], answered(0)),
            (
                200,
                vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &reset)],
                answered(90),
            ),
            (200, vec![("ratelimit-remaining", "0"), ("ratelimit-reset", "12")], answered(12)),
            (429, vec![("ratelimit-remaining", "0"), ("ratelimit-reset", &reset)], again(90)),
            (429, vec![("retry-after", "17")], again(17)),
            (429, vec![("retry-after", "soon")], again(30)),
            (429, vec![], again(30)),
            (403, vec![("retry-after", "60")], again(60)),
            (403, vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &reset)], again(90)),
            (403, vec![], answered(0)),
            (503, vec![("retry-after", "5")], again(5)),
            (502, vec![], again(1)),
            // Never at once again, however the clocks differ.
            (429, vec![("retry-after", "0")], again(1)),
            (429, vec![("ratelimit-remaining", "0"), ("ratelimit-reset", &past)], again(1)),
            (429, vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "-5")], again(30)),
            (429, vec![("ratelimit-remaining", "0"), ("ratelimit-reset", &millis)], again(90)),
            (429, vec![("ratelimit-remaining", "0"), ("ratelimit-reset", &longest)], again(DAY)),
            (429, vec![("retry-after", "99999999999")], again(DAY)),
        ] {
            assert_eq!(judged(status, &headers), expected, "{status} {headers:?}");
        }
    }

    #[test]
    fn instants_are_compared_with_the_servers_own_clock() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        let later = ("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT");
        assert_eq!(judged(429, &[date, later]), again(60));
        let words = [
            date,
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1994-11-06T08:49:47.000Z"),
        ];
        assert_eq!(judged(429, &words), again(10), "as Mastodon says it");
        assert_eq!(judged(429, &[later]), again(1), "long ago");
    }
}
