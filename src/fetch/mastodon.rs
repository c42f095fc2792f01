//! Mastodon's REST interface, which every server offers to everybody. Other servers that speak it
//! (Pleroma, `GoToSocial` with public timelines) are asked in the same way. Nothing of the pages'
//! meaning here but ids, dates and where a proof may stand.

use reqwest::Url;
use serde::Deserialize;

use super::client::Ask;
use super::pages::{Page, Turn, below, read};
use super::{Account, Error, Profile, Session};
use crate::domain::time::Timestamp;

/// Statuses of one page; servers give no more.
const LIMIT: &str = "40";

#[derive(Deserialize)]
struct Profiled {
    id: String,
    acct: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    fields: Vec<Field>,
}

#[derive(Deserialize)]
struct Field {
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct Status {
    id: String,
    created_at: String,
}

/// Where a proof may stand.
pub(super) const PLACES: &[&str] = &["the profile's biography", "one of its extra fields"];

fn server(account: &Account) -> Result<&Url, Error> {
    account.base.as_ref().ok_or_else(|| Error::address("the server is missing"))
}

pub(super) async fn profile(
    session: &mut Session<'_>,
    account: &Account,
) -> Result<Profile, Error> {
    let path = ["api", "v1", "accounts", "lookup"];
    let url = below(server(account)?, &path, &[("acct", &account.name)]);
    let answer = session.get(&Ask::json(url)).await?;
    let found: Profiled = read(&answer)?;
    if !found.acct.eq_ignore_ascii_case(&account.name) {
        // A server that answers for another name, or for an account of another server.
        return Err(Error::unexpected(&answer.url, "answered for another account"));
    }
    let fields = found.fields.into_iter().flat_map(|field| [field.name, field.value]);
    Ok(Profile {
        key: found.id,
        says: [found.note, found.display_name].into_iter().chain(fields).collect(),
        pages: vec![Page::json("account", answer.body)],
        ..Profile::default()
    })
}

pub(super) async fn turn(
    session: &mut Session<'_>,
    (account, profile): (&Account, &Profile),
    next: Option<&str>,
) -> Result<Turn, Error> {
    let path = ["api", "v1", "accounts", &profile.key, "statuses"];
    let mut query = vec![("limit", LIMIT), ("exclude_reblogs", "true")];
    query.extend(next.map(|oldest| ("max_id", oldest)));
    let answer = session.get(&Ask::json(below(server(account)?, &path, &query))).await?;
    let statuses: Vec<Status> = read(&answer)?;
    let dates = statuses.iter().filter_map(|status| seconds(&status.created_at));
    Ok(Turn {
        newest: dates.max(),
        // A page may be shorter than asked for; only an empty one is the last.
        next: statuses.last().map(|status| status.id.clone()),
        pages: vec![Page::json("statuses", answer.body)],
        ..Turn::default()
    })
}

/// Seconds since 1970 of an instant in RFC 3339.
pub(super) fn seconds(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(|at| at.micros() / 1_000_000)
}
