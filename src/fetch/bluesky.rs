//! Bluesky's `AppView`, which counts reactions over the whole network and asks for no key.
//! Repositories on personal data servers hold no reactions received, so they are not fetched.

use serde::Deserialize;

use super::client::Ask;
use super::mastodon::seconds;
use super::pages::{Page, Turn, below, read};
use super::{Account, Error, Profile, Session};

/// Posts of one page; the `AppView` gives no more.
const LIMIT: &str = "100";

/// Where a proof may stand.
pub(super) const PLACES: &[&str] = &["the profile's description", "its display name"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profiled {
    did: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    display_name: String,
}

#[derive(Deserialize)]
struct Feed {
    feed: Vec<Entry>,
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    post: Post,
    /// Of a repost: when it was made. The post itself is somebody else's, and may be of any age.
    reason: Option<Post>,
}

impl Entry {
    /// By what the feed is in order.
    fn seconds(&self) -> Option<i64> {
        seconds(&self.reason.as_ref().unwrap_or(&self.post).indexed_at)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Post {
    #[serde(default)]
    indexed_at: String,
}

pub(super) async fn profile(
    session: &mut Session<'_>,
    account: &Account,
) -> Result<Profile, Error> {
    let base = session.options().interfaces.bluesky.clone();
    let path = ["xrpc", "app.bsky.actor.getProfile"];
    let ask = Ask::json(below(&base, &path, &[("actor", &account.name)]));
    let answer = match session.get(&ask).await {
        // What an unknown or suspended account is answered with.
        Err(Error::Refused { host, status: 400 }) => return Err(Error::NotFound { host }),
        answered => answered?,
    };
    let found: Profiled = read(&answer)?;
    Ok(Profile {
        key: found.did,
        says: vec![found.description, found.display_name],
        pages: vec![Page::json("getProfile", answer.body)],
        ..Profile::default()
    })
}

pub(super) async fn turn(
    session: &mut Session<'_>,
    profile: &Profile,
    next: Option<&str>,
) -> Result<Turn, Error> {
    let base = session.options().interfaces.bluesky.clone();
    let mut query =
        vec![("actor", profile.key.as_str()), ("limit", LIMIT), ("filter", "posts_with_replies")];
    query.extend(next.map(|cursor| ("cursor", cursor)));
    let url = below(&base, &["xrpc", "app.bsky.feed.getAuthorFeed"], &query);
    let answer = session.get(&Ask::json(url)).await?;
    let found: Feed = read(&answer)?;
    let dates = found.feed.iter().filter_map(Entry::seconds);
    Ok(Turn {
        newest: dates.max(),
        // Pages may be empty before the end: only a missing cursor is the end.
        next: found.cursor.filter(|cursor| !cursor.is_empty()),
        pages: vec![Page::json("getAuthorFeed", answer.body)],
        ..Turn::default()
    })
}
