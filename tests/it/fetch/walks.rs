//! How each network is walked: what is asked, in which order, and which pages come of it. What
//! the pages mean is for the tests of the channels.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::collections::BTreeMap;

use axum::response::Response;
use glasklar::domain::evidence::Channel;
use glasklar::fetch::{Batch, Cursor};
use serde_json::{Value, json};

use super::stand::{self, Asked, Stand, answer, members, missing, walk};

/// Walks an account on a stand; gives the pages of the only batch and what was asked.
async fn pages(
    reply: impl Fn(&Asked) -> Response + Clone + Send + Sync + 'static,
    channel: Channel,
    address: impl FnOnce(&str) -> String,
) -> (BTreeMap<String, String>, Vec<String>) {
    let stand = Stand::start(reply).await;
    let fetcher = stand.fetcher(|_| {});
    let address = address(&stand.url());
    let walked = walk(&fetcher, (channel, &address), Cursor::default()).await;
    let (batches, _) = walked.unwrap();
    assert_eq!(batches.len(), 1);
    assert!(batches[0].done);
    (members(&batches[0]), stand.asked())
}

fn names(pages: &BTreeMap<String, String>) -> Vec<&str> {
    pages.keys().map(String::as_str).collect()
}

fn mastodon(asked: &Asked) -> Response {
    let status = |id: u32| json!({"id": id.to_string(), "created_at": "2026-11-01T00:00:00Z"});
    match (asked.path.as_str(), asked.value("max_id")) {
        ("/api/v1/accounts/lookup", _) => {
            assert_eq!(asked.value("acct"), "ada");
            stand::json(&json!({"id": "7", "acct": "ada", "note": ""}))
        }
        ("/api/v1/accounts/7/statuses", "") => stand::json(&json!([status(9), status(8)])),
        ("/api/v1/accounts/7/statuses", "8") => stand::json(&json!([status(5)])),
        ("/api/v1/accounts/7/statuses", "5") => stand::json(&json!([])),
        _ => missing(),
    }
}

#[tokio::test]
async fn mastodon_is_walked_from_the_newest_status_to_the_oldest() {
    let (pages, asked) = pages(mastodon, Channel::Mastodon, |url| format!("{url}@ada")).await;
    let expected =
        ["account.json", "statuses-0001.json", "statuses-0002.json", "statuses-0003.json"];
    assert_eq!(names(&pages), expected);
    assert!(pages["statuses-0002.json"].contains("\"5\""));
    assert!(asked[1].contains("exclude_reblogs=true") && asked[1].contains("limit=40"));
}

#[tokio::test]
async fn github_is_walked_over_repositories_and_events() {
    let reply = |asked: &Asked| {
        assert!(asked.headers["user-agent"].starts_with("glasklar/"));
        match (asked.path.as_str(), asked.value("page")) {
            ("/users/ada", _) => stand::json(&json!({"login": "Ada", "bio": null})),
            ("/users/Ada/repos", "1") => stand::json(&Value::Array(vec![json!({}); 100])),
            ("/users/Ada/repos", "2") => stand::json(&json!([{}])),
            ("/users/Ada/events/public", "1") => stand::json(&json!([])),
            _ => missing(),
        }
    };
    let (pages, _) = pages(reply, Channel::GitHub, |_| "ada".to_owned()).await;
    assert_eq!(
        names(&pages),
        ["events-0001.json", "repos-0001.json", "repos-0002.json", "user.json"]
    );
}

#[tokio::test]
async fn stack_exchange_is_walked_over_answers_and_questions_at_its_own_pace() {
    let reply = |asked: &Asked| {
        if asked.path != "/filters/create" {
            assert_eq!((asked.value("site"), asked.value("filter")), ("127.0.0.1", "!abc"));
        }
        let body = match (asked.path.as_str(), asked.value("page")) {
            ("/filters/create", _) => json!({"items": [{"filter": "!abc"}]}),
            ("/users/42", _) => json!({"items": [{"user_id": 42, "about_me": "<p>x</p>"}]}),
            ("/users/42/answers", "1") => {
                json!({"items": [{}], "has_more": true, "backoff": 1})
            }
            ("/users/42/answers", "2") | ("/users/42/questions", "1") => {
                json!({"items": [{}], "has_more": false})
            }
            _ => return missing(),
        };
        // As this network does, whatever the client accepts.
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packer, body.to_string().as_bytes()).unwrap();
        let headers = [("content-type", "application/json"), ("content-encoding", "gzip")];
        answer(200, &headers, packer.finish().unwrap())
    };
    let begun = std::time::Instant::now();
    let address = |url: &str| format!("{url}users/42/ada");
    let (pages, _) = pages(reply, Channel::StackExchange, address).await;
    let expected = ["answers-0001.json", "answers-0002.json", "questions-0001.json", "users.json"];
    assert_eq!(names(&pages), expected);
    assert!(begun.elapsed() >= std::time::Duration::from_secs(1), "the body asked for a second");
}

fn wordpress(asked: &Asked) -> Response {
    let paged = [("content-type", "application/json"), ("x-wp-totalpages", "2")];
    match (asked.path.as_str(), asked.value("page")) {
        ("/", _) => {
            let html = "<head><link rel='https://api.w.org/' href='/api/'></head>";
            answer(200, &[("content-type", "text/html")], html)
        }
        ("/api/", _) => stand::json(&json!({"name": "A blog"})),
        ("/api/wp/v2/users", _) => match asked.value("slug") {
            "" => answer(401, &[], ""),
            "ada" => stand::json(&json!([{"id": 3, "slug": "ada"}])),
            _ => stand::json(&json!([])),
        },
        // Whoever is left out has written nothing here.
        ("/api/wp/v2/posts", "") if asked.value("author_exclude") == "3" => stand::json(&json!([])),
        ("/api/wp/v2/posts", "") => stand::json(&json!([{"id": 11, "author": 3}])),
        ("/api/wp/v2/posts", "1" | "2") => answer(200, &paged, r#"[{"id":11},{"id":10}]"#),
        ("/api/wp/v2/comments", "1" | "2") => {
            assert_eq!(asked.value("post"), "11,10");
            answer(200, &paged, "[]")
        }
        _ => missing(),
    }
}

#[tokio::test]
async fn wordpress_is_walked_over_posts_with_their_comments_and_nobodys_name() {
    let (pages, asked) = pages(wordpress, Channel::WordPress, str::to_owned).await;
    let expected = [
        "comments-0001.json",
        "comments-0002.json",
        "comments-0003.json",
        "comments-0004.json",
        "posts-0001.json",
        "posts-0002.json",
        "site.json",
    ];
    assert_eq!(names(&pages), expected);
    for url in asked.iter().filter(|url| url.contains("/comments")) {
        let fields = url.split("_fields=").nth(1).unwrap();
        assert!(!fields.contains("name") && !fields.contains("content"), "{url}");
    }
    // The site hides its users, but its posts say that they are one author's.
    let posts = asked.iter().filter(|url| url.contains("/posts") && url.contains("&page="));
    assert!(posts.clone().count() == 2 && posts.clone().all(|url| url.contains("author=3")));
}

#[tokio::test]
async fn wordpress_is_asked_for_one_author_where_her_page_is_named() {
    let author = |url: &str| format!("{url}author/ada");
    let (pages, asked) = pages(wordpress, Channel::WordPress, author).await;
    assert!(pages.contains_key("users.json"));
    let posts: Vec<_> = asked.iter().filter(|url| url.contains("/posts")).collect();
    assert!(!posts.is_empty() && posts.iter().all(|url| url.contains("author=3")), "{posts:?}");
    let stand = Stand::start(wordpress).await;
    let (fetcher, address) = (stand.fetcher(|_| {}), format!("{}author/eve", stand.url()));
    let unknown = walk(&fetcher, (Channel::WordPress, &address), Cursor::default()).await;
    assert!(matches!(unknown, Err(glasklar::fetch::Error::NotFound { .. })));
}

#[tokio::test]
async fn a_blog_of_several_authors_is_nobodys_alone() {
    let stand = Stand::start(|asked| match asked.path.as_str() {
        "/api/wp/v2/users" => {
            stand::json(&json!([{"id": 3, "slug": "ada"}, {"id": 4, "slug": "eve"}]))
        }
        _ => wordpress(asked),
    })
    .await;
    let (fetcher, address) = (stand.fetcher(|_| {}), stand.url());
    let refused = walk(&fetcher, (Channel::WordPress, &address), Cursor::default()).await;
    assert!(refused.unwrap_err().to_string().contains("several authors"));
    let hidden = Stand::start(|asked| match asked.value("author_exclude") {
        "3" => stand::json(&json!([{"id": 12, "author": 4}])),
        _ => wordpress(asked),
    })
    .await;
    let (fetcher, address) = (hidden.fetcher(|_| {}), hidden.url());
    let refused = walk(&fetcher, (Channel::WordPress, &address), Cursor::default()).await;
    assert!(refused.unwrap_err().to_string().contains("several authors"));
}

#[tokio::test]
async fn a_blog_is_read_by_the_feed_that_its_page_announces() {
    let page = |feed: &'static str| {
        move |asked: &Asked| match asked.path.as_str() {
            "/~ada/" => {
                let html = format!("<link rel=alternate type=application/rss+xml href='{feed}'>");
                answer(200, &[("content-type", "text/html; charset=utf-8")], html)
            }
            "/~ada/feed.xml" => {
                let headers = [("content-type", "application/rss+xml"), ("etag", "\"v1\"")];
                let known = asked.headers.get("if-none-match").is_some_and(|tag| tag == "\"v1\"");
                let status = if known { 304 } else { 200 };
                answer(status, &headers, if known { "" } else { "<rss/>" })
            }
            _ => missing(),
        }
    };
    let stand = Stand::start(page("feed.xml")).await;
    let (fetcher, address) = (stand.fetcher(|_| {}), format!("{}~ada/index.html", stand.url()));
    let account = (Channel::Blog, address.as_str());
    let (batches, _) = walk(&fetcher, account, Cursor::default()).await.unwrap();
    assert_eq!(members(&batches[0])["feed-0001.xml"], "<rss/>");
    let again = walk(&fetcher, account, batches[0].cursor.clone()).await.unwrap();
    assert!(again.0[0].file.is_none() && again.0[0].done, "nothing is new");
    for elsewhere in ["/~eve/feed.xml", "https://eve.example/feed.xml", "../feed.xml"] {
        let stand = Stand::start(page(elsewhere)).await;
        let (fetcher, address) = (stand.fetcher(|_| {}), format!("{}~ada/", stand.url()));
        let refused = walk(&fetcher, (Channel::Blog, &address), Cursor::default()).await;
        let error = refused.unwrap_err().to_string();
        assert!(error.contains("announces a feed that lies elsewhere"), "{elsewhere}: {error}");
    }
}

#[tokio::test]
async fn youtube_is_walked_from_the_list_of_uploads_to_the_videos() {
    let reply = |asked: &Asked| {
        assert_eq!(asked.value("key"), "a-key");
        let upload = |id: &str| json!({"contentDetails": {"videoId": id}});
        match (asked.path.as_str(), asked.value("pageToken")) {
            ("/youtube/v3/channels", _) => {
                assert_eq!(asked.value("forHandle"), "@ada");
                stand::json(&json!({"items": [{
                    "snippet": {"description": ""},
                    "contentDetails": {"relatedPlaylists": {"uploads": "UU1"}}}]}))
            }
            ("/youtube/v3/playlistItems", "") => {
                stand::json(&json!({"items": [upload("a"), upload("b")], "nextPageToken": "next"}))
            }
            ("/youtube/v3/playlistItems", "next") => stand::json(&json!({"items": [upload("c")]})),
            ("/youtube/v3/videos", _) => {
                stand::json(&json!({"items": [], "ids": asked.value("id")}))
            }
            _ => missing(),
        }
    };
    let (pages, _) = pages(reply, Channel::YouTube, |_| "@Ada".to_owned()).await;
    let expected = ["channels.list.json", "videos.list-0001.json", "videos.list-0002.json"];
    assert_eq!(names(&pages), expected);
    assert!(pages["videos.list-0001.json"].contains("a,b"));
}

#[tokio::test]
async fn tumblr_is_walked_until_a_page_is_empty() {
    let reply = |asked: &Asked| {
        let posts = |posts: Value| stand::json(&json!({"response": {"posts": posts}}));
        match (asked.path.as_str(), asked.value("offset")) {
            ("/v2/blog/ada.tumblr.com/info", _) => {
                stand::json(&json!({"response": {"blog": {"name": "ada"}}}))
            }
            ("/v2/blog/ada.tumblr.com/posts", "0") => posts(json!([{"timestamp": 1}])),
            ("/v2/blog/ada.tumblr.com/posts", "20") => posts(json!([])),
            _ => missing(),
        }
    };
    let (pages, _) = pages(reply, Channel::Tumblr, |_| "ada.tumblr.com".to_owned()).await;
    assert_eq!(names(&pages), ["posts-0001.json"], "an empty page tells nothing");
}

/// Pages without end, each a month older than the one before, that fail while `broken`.
fn months(broken: bool) -> impl Fn(&Asked) -> Response + Clone + Send + Sync + 'static {
    move |asked: &Asked| {
        if asked.path.ends_with("getProfile") {
            return stand::json(&json!({"did": "did:plc:ada", "handle": "ada.example"}));
        }
        let page: u32 = asked.value("cursor").parse().unwrap_or(0);
        if broken && page == 3 {
            return answer(500, &[], "");
        }
        if page == 12 {
            return stand::json(&json!({"feed": []}));
        }
        let (year, month) = if page < 11 { (2026, 11 - page) } else { (2025, 12) };
        let post = json!({"post": {"indexedAt": format!("{year}-{month:02}-01T00:00:00Z")}});
        stand::json(&json!({"feed": [post], "cursor": (page + 1).to_string()}))
    }
}

#[tokio::test]
async fn a_walk_that_broke_off_goes_on_and_a_later_one_reads_only_what_is_young() {
    let broken = Stand::start(months(true)).await;
    let account = (Channel::Bluesky, "ada.example");
    let (batches, _) = walk(&broken.fetcher(|_| {}), account, Cursor::default()).await.unwrap();
    assert_eq!(members(&batches[0]).len(), 4, "a profile and the three pages before the break");
    let Batch { cursor, done, interrupted, .. } = batches.into_iter().next().unwrap();
    assert!(!done && cursor.is_under_way());
    assert!(interrupted.unwrap().to_string().contains("busy or broken"));
    let mended = Stand::start(months(false)).await;
    let fetcher = mended.fetcher(|_| {});
    let (batches, _) = walk(&fetcher, account, cursor).await.unwrap();
    let asked = mended.asked();
    assert!(asked[1].contains("cursor=3"), "it went on where it was: {asked:?}");
    let last = batches.last().unwrap().cursor.clone();
    assert!(!last.is_under_way());
    let (batches, _) = walk(&fetcher, account, last).await.unwrap();
    // From November 22 back to the first page that is all older than sixty days.
    assert_eq!(mended.asked().len(), 1 + 3, "the profile, and November to September");
    assert!(batches[0].done);
}

#[tokio::test]
async fn an_account_of_another_server_is_not_this_ones() {
    let reply = |asked: &Asked| match asked.path.as_str() {
        "/api/v1/accounts/lookup" => stand::json(&json!({"id": "7", "acct": "ada@elsewhere"})),
        _ => missing(),
    };
    let stand = Stand::start(reply).await;
    let address = format!("{}@ada", stand.url());
    let fetcher = stand.fetcher(|_| {});
    let walked = walk(&fetcher, (Channel::Mastodon, &address), Cursor::default()).await;
    assert!(walked.unwrap_err().to_string().contains("another account"));
}
