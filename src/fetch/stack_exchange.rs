//! Stack Exchange's interface, version 2.3, for all of its sites: the user, her answers and her
//! questions. It packs every answer, and says in the body when it wants to be left alone.

use std::time::Duration;

use serde::Deserialize;

use super::client::{Answer, Ask};
use super::pages::{Page, Turn, below, read};
use super::{Account, Error, Profile, Session, pace};
use crate::domain::time::Timestamp;

/// What is wanted beside the usual fields; the interface makes a filter of it, for ever the same.
const FIELDS: &str = "user.about_me;answer.body;answer.tags;answer.title;answer.link;\
                      answer.comment_count;question.body;question.comment_count;\
                      question.favorite_count";

/// The number of the error that means: asked too often.
const THROTTLED: u32 = 502;

/// Where a proof may stand.
pub(super) const PLACES: &[&str] = &["the profile's \"About me\"", "its website", "its location"];

#[derive(Deserialize)]
struct Wrapped<T> {
    #[serde(default = "Vec::new")]
    items: Vec<T>,
    #[serde(default)]
    has_more: bool,
    backoff: Option<u64>,
}

/// Why a request was refused.
#[derive(Deserialize)]
struct Complaint {
    #[serde(rename = "error_id")]
    id: u32,
    #[serde(rename = "error_message", default)]
    message: String,
}

#[derive(Deserialize)]
struct Filter {
    filter: String,
}

#[derive(Deserialize)]
struct User {
    #[serde(rename = "user_id")]
    id: u64,
    about_me: Option<String>,
    website_url: Option<String>,
    location: Option<String>,
}

/// What the interface calls the site with this address.
fn site(account: &Account) -> String {
    let host = account.base.as_ref().and_then(|base| base.host_str()).unwrap_or_default();
    let host = host.trim_start_matches("www.");
    let short = host.strip_suffix(".stackexchange.com").or_else(|| host.strip_suffix(".com"));
    short.unwrap_or(host).to_owned()
}

/// Asks, and obeys what the body says about the pace.
async fn get<T: serde::de::DeserializeOwned>(
    session: &mut Session<'_>,
    path: &[&str],
    query: &[(&str, &str)],
) -> Result<(Answer, Wrapped<T>), Error> {
    let options = session.options();
    let key = options.keys.stack_exchange.clone();
    let keyed = [("key", key.as_str())];
    let with_key = if key.is_empty() { query.to_vec() } else { [query, &keyed].concat() };
    let url = below(&options.interfaces.stack_exchange, path, &with_key);
    let ask = Ask::json(url);
    let answer = session.ask(&ask).await?;
    if answer.status == 400 {
        return Err(complaint(&answer, session.now()));
    }
    let answer = session.accept(answer, &ask).await?;
    let found: Wrapped<T> = read(&answer)?;
    if let Some(seconds) = found.backoff {
        session.hold_off(Duration::from_secs(seconds));
    }
    Ok((answer, found))
}

/// What a refusal means: whoever asked too often gets the same status as whoever asked for an
/// unknown site or with a malformed id.
fn complaint(answer: &Answer, now: Timestamp) -> Error {
    let host = super::error::host(&answer.url);
    match serde_json::from_slice::<Complaint>(&answer.body) {
        Ok(found) if found.id == THROTTLED => {
            // "…, more requests available in 62835 seconds".
            let words: Vec<&str> = found.message.split_whitespace().collect();
            let before = words.iter().rposition(|word| *word == "seconds");
            let said = before.and_then(|at| words.get(at.checked_sub(1)?)?.parse().ok());
            let wait = said.map_or(pace::BUSY, Duration::from_secs).min(pace::LONGEST);
            Error::Later { host, until: now.plus(wait), wait }
        }
        _ => Error::NotFound { host },
    }
}

pub(super) async fn profile(
    session: &mut Session<'_>,
    account: &Account,
) -> Result<Profile, Error> {
    let wanted = [("include", FIELDS), ("base", "default"), ("unsafe", "false")];
    let (answer, made) = get::<Filter>(session, &["filters", "create"], &wanted).await?;
    let filter = made.items.into_iter().next().map(|made| made.filter);
    let filter = filter.ok_or_else(|| Error::unexpected(&answer.url, "made no filter"))?;
    let site = site(account);
    let query = [("site", site.as_str()), ("filter", &filter)];
    let (answer, found) = get::<User>(session, &["users", &account.name], &query).await?;
    let user = found.items.into_iter().find(|user| user.id.to_string() == account.name);
    let host = super::error::host(&answer.url);
    let user = user.ok_or(Error::NotFound { host })?;
    Ok(Profile {
        key: filter,
        says: [user.about_me, user.website_url, user.location].into_iter().flatten().collect(),
        pages: vec![Page::json("users", answer.body)],
        ..Profile::default()
    })
}

/// Answers first, then questions.
pub(super) async fn turn(
    session: &mut Session<'_>,
    (account, profile): (&Account, &Profile),
    next: Option<&str>,
    horizon: Option<i64>,
) -> Result<Turn, Error> {
    let (what, number) = next.and_then(|next| next.split_once(':')).unwrap_or(("answers", "1"));
    let stem = if what == "questions" { "questions" } else { "answers" };
    let page: u32 = number.parse().unwrap_or(1);
    let (site, from) = (site(account), horizon.map(|horizon| horizon.max(0).to_string()));
    let mut query = vec![
        ("site", site.as_str()),
        ("filter", &profile.key),
        ("order", "desc"),
        ("sort", "creation"),
        ("pagesize", "100"),
        ("page", number),
    ];
    query.extend(from.as_deref().map(|from| ("fromdate", from)));
    let path = ["users", &account.name, stem];
    let (answer, found) = get::<serde::de::IgnoredAny>(session, &path, &query).await?;
    let next = match (found.has_more, stem) {
        (true, _) => Some(format!("{stem}:{}", page + 1)),
        (false, "answers") => Some("questions:1".to_owned()),
        (false, _) => None,
    };
    Ok(Turn { next, pages: vec![Page::json(stem, answer.body)], ..Turn::default() })
}
