//! GitHub's REST interface: the user, all of her repositories, and the events of the last weeks.
//! Without a token of the operator it answers sixty times an hour.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::client::Ask;
use super::pages::{Page, Turn, below, read};
use super::{Account, Error, Profile, Session};

/// Things of one page; GitHub gives no more.
const LIMIT: usize = 100;

/// Pages of events; GitHub keeps three hundred of them.
const EVENTS: u32 = 3;

/// Where a proof may stand.
pub(super) const PLACES: &[&str] =
    &["the profile's bio", "its website", "its company", "its location"];

#[derive(Deserialize)]
struct User {
    login: String,
    bio: Option<String>,
    blog: Option<String>,
    company: Option<String>,
    location: Option<String>,
}

fn ask(session: &Session<'_>, path: &[&str], query: &[(&str, &str)]) -> Ask {
    let options = session.options();
    let token = &options.keys.github;
    let bearer = (!token.is_empty()).then(|| token.clone());
    Ask { bearer, ..Ask::json(below(&options.interfaces.github, path, query)) }
}

pub(super) async fn profile(
    session: &mut Session<'_>,
    account: &Account,
) -> Result<Profile, Error> {
    let answer = session.get(&ask(session, &["users", &account.name], &[])).await?;
    let found: User = read(&answer)?;
    let says = [found.bio, found.blog, found.company, found.location];
    Ok(Profile {
        key: found.login,
        says: says.into_iter().flatten().collect(),
        pages: vec![Page::json("user", answer.body)],
        ..Profile::default()
    })
}

/// Repositories first, then events. Stars come to old repositories as well, so all of them are
/// read each time.
pub(super) async fn turn(
    session: &mut Session<'_>,
    profile: &Profile,
    next: Option<&str>,
) -> Result<Turn, Error> {
    let (what, number) = next.and_then(|next| next.split_once(':')).unwrap_or(("repos", "1"));
    let page: u32 = number.parse().unwrap_or(1);
    let (limit, number) = (LIMIT.to_string(), page.to_string());
    let page_query = [("per_page", limit.as_str()), ("page", number.as_str())];
    if what == "events" {
        let path = ["users", &profile.key, "events", "public"];
        let answer = session.get(&ask(session, &path, &page_query)).await?;
        let events: Vec<IgnoredAny> = read(&answer)?;
        let more = events.len() == LIMIT && page < EVENTS;
        let next = more.then(|| format!("events:{}", page + 1));
        return Ok(Turn {
            next,
            pages: vec![Page::json("events", answer.body)],
            ..Turn::default()
        });
    }
    let query = [&page_query[..], &[("type", "owner"), ("sort", "full_name")]].concat();
    let path = ["users", &profile.key, "repos"];
    let answer = session.get(&ask(session, &path, &query)).await?;
    let repositories: Vec<IgnoredAny> = read(&answer)?;
    let more = repositories.len() == LIMIT;
    let next = if more { format!("repos:{}", page + 1) } else { "events:1".to_owned() };
    let pages = vec![Page::json("repos", answer.body)];
    Ok(Turn { pages, next: Some(next), ..Turn::default() })
}
