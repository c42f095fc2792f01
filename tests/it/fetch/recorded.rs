//! Networks as they answer: the shapes of their interfaces, recorded, with numbers made up. Each
//! gives an account with as many items as make several pages.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use axum::response::Response;
use glasklar::domain::time::Timestamp;
use serde_json::{Value, json};

use super::stand::{self, Asked, answer, missing};
use crate::harness::server::START;

/// Each item is an hour older than the one before it.
fn posted(at: u64) -> Timestamp {
    let hours = i64::try_from(at + 1).unwrap();
    Timestamp::from_micros(START.micros() - hours * 3_600_000_000)
}

fn seconds(at: u64) -> i64 {
    posted(at).micros() / 1_000_000
}

fn rows(from: u64, count: u64, all: u64, row: impl Fn(u64) -> Value) -> Value {
    (from..all.min(from + count)).map(row).collect()
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

/// A hundred statuses, two favourites, a boost and an answer each.
pub(super) fn mastodon(asked: &Asked, says: &str) -> Response {
    let server = asked.server();
    let account = json!({"id": "7", "username": "ada", "acct": "ada", "display_name": "Ada",
        "note": format!("<p>{says}</p>"), "url": format!("{server}/@ada"), "bot": false,
        "uri": format!("{server}/users/ada"), "created_at": "2017-04-10T00:00:00.000Z",
        "followers_count": 12, "following_count": 3, "statuses_count": 100, "fields": []});
    let status = |at: u64| {
        let id = 1_000 - at;
        json!({"id": id.to_string(), "uri": format!("{server}/users/ada/statuses/{id}"),
            "url": format!("{server}/@ada/{id}"), "created_at": posted(at).to_string(),
            "visibility": "public", "language": "en", "content": format!("<p>status {id}</p>"),
            "in_reply_to_id": null, "in_reply_to_account_id": null, "reblog": null,
            "favourites_count": 2, "reblogs_count": 1, "replies_count": 1, "tags": [],
            "account": account})
    };
    match asked.path.as_str() {
        "/api/v1/accounts/lookup" => stand::json(&account),
        "/api/v1/accounts/7/statuses" => {
            let oldest = asked.value("max_id").parse().unwrap_or(1_001);
            stand::json(&rows(1_001 - oldest, 40, 100, status))
        }
        _ => missing(),
    }
}

/// A hundred and thirty repositories, three stars and a fork each.
pub(super) fn github(asked: &Asked, says: &str) -> Response {
    let repository = |at: u64| {
        json!({"id": at, "name": format!("r{at}"), "full_name": format!("Ada/r{at}"),
            "private": false, "fork": false, "owner": {"login": "Ada"},
            "html_url": format!("https://github.com/Ada/r{at}"), "description": "what it does",
            "language": "Rust", "topics": ["raft"], "stargazers_count": 3, "forks_count": 1,
            "created_at": posted(at).to_string()})
    };
    let from = number(asked.value("page")).saturating_sub(1) * 100;
    match asked.path.as_str() {
        "/users/ada" => stand::json(&json!({"login": "Ada", "id": 9, "type": "User", "bio": says,
            "public_repos": 130, "followers": 12, "following": 3,
            "created_at": "2011-02-03T04:05:06Z"})),
        "/users/Ada/repos" => stand::json(&rows(from, 100, 130, repository)),
        "/users/Ada/events/public" => stand::json(&json!([])),
        _ => missing(),
    }
}

/// A hundred and twenty answers, of four votes each, and five questions, of one.
pub(super) fn stack_exchange(asked: &Asked, says: &str) -> Response {
    let ada = json!({"account_id": 4711, "user_id": 42, "display_name": "Ada", "reputation": 321,
        "creation_date": 1_500_000_000, "link": "https://stackoverflow.com/users/42/ada",
        "about_me": format!("<p>{says}</p>")});
    let answered = |at: u64| {
        json!({"owner": ada, "is_accepted": false, "score": 4, "creation_date": seconds(at),
            "answer_id": 1_000 + at, "question_id": 5_000 + at, "body": "<p>Use it</p>"})
    };
    let question = |at: u64| {
        json!({"owner": ada, "tags": ["rust"], "score": 1, "creation_date": seconds(at),
            "question_id": 9_000 + at, "title": "Why?", "body": "<p>Why?</p>"})
    };
    let from = number(asked.value("page")).saturating_sub(1) * 100;
    // It packs whatever it sends, and says in the body when it wants to be left alone.
    let paged = |items: Value, all: u64| {
        if from + 100 < all {
            json!({"items": items, "has_more": true, "backoff": 1, "quota_remaining": 200})
        } else {
            json!({"items": items, "has_more": false, "quota_remaining": 200})
        }
    };
    let body = match asked.path.as_str() {
        "/filters/create" => json!({"items": [{"filter": "!abc"}]}),
        "/users/42" => json!({"items": [ada], "has_more": false}),
        "/users/42/answers" => paged(rows(from, 100, 120, answered), 120),
        "/users/42/questions" => paged(rows(from, 100, 5, question), 5),
        _ => return missing(),
    };
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, body.to_string().as_bytes()).unwrap();
    let headers = [("content-type", "application/json"), ("content-encoding", "gzip")];
    answer(200, &headers, packer.finish().unwrap())
}

/// The shape that Stack Exchange refuses everybody in who asks too often.
pub(super) fn throttled() -> Response {
    let body = json!({"error_id": 502, "error_name": "throttle_violation", "error_message":
        "too many requests from this IP, more requests available in 62835 seconds"});
    answer(400, &[("content-type", "application/json; charset=utf-8")], body.to_string())
}

/// A hundred and twenty videos, five likes and two comments each.
pub(super) fn youtube(asked: &Asked, says: &str) -> Response {
    const ME: &str = "UCadaexample00000000000A";
    let upload = |at: u64| {
        json!({"kind": "youtube#playlistItem", "contentDetails":
            {"videoId": format!("v{at}"), "videoPublishedAt": posted(at).to_string()}})
    };
    let video = |id: &str| {
        json!({"kind": "youtube#video", "id": id, "snippet": {"channelId": ME, "title": id,
            "publishedAt": posted(number(&id[1..])).to_string(), "description": "d"},
            "statistics": {"viewCount": "100", "likeCount": "5", "commentCount": "2"},
            "status": {"privacyStatus": "public", "uploadStatus": "processed"}})
    };
    let from = number(asked.value("pageToken").trim_start_matches("token-"));
    match asked.path.as_str() {
        "/youtube/v3/channels" => stand::json(&json!({"kind": "youtube#channelListResponse",
            "items": [{"kind": "youtube#channel", "id": ME, "snippet": {"title": "Ada",
            "description": says, "customUrl": "@ada", "publishedAt": "2018-05-06T12:00:00Z"},
            "contentDetails": {"relatedPlaylists": {"uploads": "UUadaexample"}},
            "statistics": {"subscriberCount": "12", "hiddenSubscriberCount": false}}]})),
        "/youtube/v3/playlistItems" => {
            let items = rows(from, 50, 120, upload);
            let mut list = json!({"kind": "youtube#playlistItemListResponse", "items": items});
            if from + 50 < 120 {
                list["nextPageToken"] = format!("token-{}", from + 50).into();
            }
            stand::json(&list)
        }
        "/youtube/v3/videos" => {
            let items: Vec<Value> = asked.value("id").split(',').map(video).collect();
            stand::json(&json!({"kind": "youtube#videoListResponse", "items": items}))
        }
        _ => missing(),
    }
}

/// Two hundred posts of three notes each: exactly as many pages as a batch has, and an empty one.
pub(super) fn tumblr(asked: &Asked, says: &str) -> Response {
    let blog = json!({"name": "ada", "title": "Light", "uuid": "t:abc", "posts": 200,
        "description": says});
    let post = |at: u64| {
        let id = 9_000 - at;
        json!({"type": "text", "blog_name": "ada", "id": id, "id_string": id.to_string(),
            "post_url": format!("https://ada.tumblr.com/post/{id}"), "timestamp": seconds(at),
            "reblog_key": "k", "tags": ["light"], "note_count": 3, "title": format!("Post {id}"),
            "body": "<p>Words</p>"})
    };
    let response = match asked.path.as_str() {
        "/v2/blog/ada.tumblr.com/info" => json!({ "blog": blog }),
        "/v2/blog/ada.tumblr.com/posts" => {
            let posts = rows(number(asked.value("offset")), 20, 200, post);
            json!({"blog": blog, "posts": posts, "total_posts": 200})
        }
        _ => return missing(),
    };
    stand::json(&json!({"meta": {"status": 200, "msg": "OK"}, "response": response}))
}

/// A feed of thirty articles with two comments each, behind a page that announces it.
pub(super) fn feed(asked: &Asked, says: &str) -> Response {
    let page = format!("{}/~ada/", asked.server());
    let item = |at: u64| {
        let date = jiff::Timestamp::from_microsecond(posted(at).micros()).unwrap();
        let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT");
        format!(
            "<item><title>Post {at}</title><link>{page}{at}</link><guid>{page}{at}</guid>\
             <pubDate>{date}</pubDate><slash:comments>2</slash:comments></item>"
        )
    };
    match asked.path.as_str() {
        "/~ada/" => {
            let html = format!(
                "<!doctype html><title>Ada</title><meta name=glasklar-verify content='{says}'>\
                 <link rel=alternate type='application/rss+xml' href='feed.xml'><p>Words"
            );
            answer(200, &[("content-type", "text/html; charset=utf-8")], html)
        }
        "/~ada/feed.xml" => {
            let headers = [("content-type", "application/rss+xml"), ("etag", "\"v1\"")];
            if asked.headers.get("if-none-match").is_some_and(|tag| tag == "\"v1\"") {
                return answer(304, &headers, "");
            }
            let space = "http://purl.org/rss/1.0/modules/slash/";
            let items: String = (0..30).map(item).collect();
            let feed = format!(
                "<rss version='2.0' xmlns:slash='{space}'><channel><title>Ada</title>\
                 <link>{page}</link>{items}</channel></rss>"
            );
            answer(200, &headers, feed)
        }
        _ => missing(),
    }
}
