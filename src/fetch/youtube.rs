//! `YouTube`'s Data API, version 3, with a key of the operator: the channel, and its public videos
//! newest first. Unlisted videos are not in the list of uploads that everybody may see.

use serde::Deserialize;

use super::client::{Answer, Ask};
use super::mastodon::seconds;
use super::pages::{Page, Turn, below, read};
use super::{Account, Error, Profile, Session};

/// Videos of one page; the interface gives no more.
const LIMIT: &str = "50";

/// Where a proof may stand.
pub(super) const PLACES: &[&str] = &["the channel's description"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List<T> {
    #[serde(default = "Vec::new")]
    items: Vec<T>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Channel {
    snippet: Snippet,
    content_details: Details,
}

#[derive(Deserialize)]
struct Snippet {
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    related_playlists: Playlists,
}

#[derive(Deserialize)]
struct Playlists {
    uploads: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Upload {
    content_details: Uploaded,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Uploaded {
    video_id: String,
    #[serde(default)]
    video_published_at: String,
}

async fn get(
    session: &mut Session<'_>,
    what: &str,
    query: &[(&str, &str)],
) -> Result<Answer, Error> {
    let options = session.options();
    let keyed = [query, &[("key", options.keys.youtube.as_str())]].concat();
    let url = below(&options.interfaces.youtube, &["youtube", "v3", what], &keyed);
    session.get(&Ask::json(url)).await
}

pub(super) async fn profile(
    session: &mut Session<'_>,
    account: &Account,
) -> Result<Profile, Error> {
    let by = if account.name.starts_with('@') { "forHandle" } else { "id" };
    let parts = "snippet,statistics,contentDetails,topicDetails";
    let answer = get(session, "channels", &[("part", parts), (by, &account.name)]).await?;
    let found: List<Channel> = read(&answer)?;
    let host = super::error::host(&answer.url);
    let channel = found.items.into_iter().next().ok_or(Error::NotFound { host })?;
    Ok(Profile {
        key: channel.content_details.related_playlists.uploads,
        says: vec![channel.snippet.description],
        pages: vec![Page::json("channels.list", answer.body)],
        ..Profile::default()
    })
}

/// The list of uploads names the videos; their numbers are asked for all at once.
pub(super) async fn turn(
    session: &mut Session<'_>,
    profile: &Profile,
    next: Option<&str>,
) -> Result<Turn, Error> {
    let mut query =
        vec![("part", "contentDetails"), ("playlistId", &*profile.key), ("maxResults", LIMIT)];
    query.extend(next.map(|token| ("pageToken", token)));
    let answer = match get(session, "playlistItems", &query).await {
        // A channel without a video has no list either.
        Err(Error::NotFound { .. }) => return Ok(Turn::default()),
        answered => answered?,
    };
    let uploads: List<Upload> = read(&answer)?;
    let videos = uploads.items.iter().map(|upload| &upload.content_details);
    let newest = videos.clone().filter_map(|video| seconds(&video.video_published_at)).max();
    let ids: Vec<&str> = videos.map(|video| video.video_id.as_str()).collect();
    let mut pages = Vec::new();
    if !ids.is_empty() {
        let query = [("part", "snippet,statistics,status"), ("id", &ids.join(","))];
        let answer = get(session, "videos", &query).await?;
        pages.push(Page::json("videos.list", answer.body));
    }
    Ok(Turn { newest, next: uploads.next_page_token, pages, ..Turn::default() })
}
