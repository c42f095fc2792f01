//! Walks that servers lead astray: in circles, nowhere, or back to the start; and servers that ask
//! for patience where nobody would look for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use axum::response::Response;
use glasklar::domain::evidence::Channel;
use glasklar::fetch::{Cursor, Error};
use serde_json::json;

use super::recorded;
use super::stand::{self, Asked, Stand, answer, members, missing, walk};

const JSON: (&str, &str) = ("content-type", "application/json");

/// Bluesky, whose feed names this page after each.
fn bluesky(asked: &Asked, next: &str) -> Response {
    match asked.path.as_str() {
        "/xrpc/app.bsky.actor.getProfile" => {
            stand::json(&json!({"did": "did:plc:ada", "handle": "ada.example"}))
        }
        _ => stand::json(&json!({"feed": [], "cursor": next})),
    }
}

const ADA: (Channel, &str) = (Channel::Bluesky, "ada.example");

#[tokio::test]
async fn a_walk_that_comes_back_to_where_it_was_is_over() {
    let stand = Stand::start(|asked| {
        let next = match asked.value("cursor") {
            "" | "c" => "a",
            "a" => "b",
            _ => "c",
        };
        bluesky(asked, next)
    })
    .await;
    let (batches, _) = walk(&stand.fetcher(|_| {}), ADA, Cursor::default()).await.unwrap();
    assert!(batches.last().unwrap().done);
    assert_eq!(stand.asked().len(), 1 + 4, "the profile, the first page, and a, b and c");
}

#[tokio::test]
async fn old_posts_that_were_reposted_lately_do_not_end_a_walk() {
    let (old, late) = ("2020-01-01T00:00:00Z", "2026-11-20T00:00:00Z");
    let stand = Stand::start(move |asked| match (asked.path.as_str(), asked.value("cursor")) {
        ("/xrpc/app.bsky.actor.getProfile", _) => bluesky(asked, ""),
        (_, "") => stand::json(&json!({"cursor": "own", "feed": [
            {"post": {"indexedAt": old}, "reason": {"indexedAt": late}}]})),
        (_, "own") => {
            stand::json(&json!({"cursor": "older", "feed": [{"post": {"indexedAt": late}}]}))
        }
        (_, "older") => {
            stand::json(&json!({"cursor": "oldest", "feed": [{"post": {"indexedAt": old}}]}))
        }
        _ => missing(),
    })
    .await;
    // The last complete walk was three days ago.
    let cursor = serde_json::from_value(json!({"since": 1_795_100_000})).unwrap();
    let (batches, _) = walk(&stand.fetcher(|_| {}), ADA, cursor).await.unwrap();
    assert!(batches[0].done);
    assert_eq!(stand.asked().len(), 1 + 3, "up to the first page that is all old");
}

#[tokio::test]
async fn a_next_page_with_an_endless_name_is_none() {
    let endless = "x".repeat(1 << 20);
    let stand = Stand::start(move |asked| bluesky(asked, &endless)).await;
    let (batches, _) = walk(&stand.fetcher(|_| {}), ADA, Cursor::default()).await.unwrap();
    let kept = serde_json::to_string(&batches[0].cursor).unwrap();
    assert!(batches[0].done && kept.len() < 1_000, "{} bytes would be stored", kept.len());
}

#[tokio::test]
async fn a_walk_whose_place_is_gone_begins_anew_and_only_once() {
    let broken = Arc::new(AtomicBool::new(false));
    let is_broken = Arc::clone(&broken);
    let stand = Stand::start(move |asked| match asked.value("pageToken") {
        "expired" => answer(400, &[JSON], "{}"),
        _ if asked.path.ends_with("/playlistItems") && is_broken.load(Ordering::SeqCst) => {
            answer(400, &[JSON], "{}")
        }
        _ => recorded::youtube(asked, ""),
    })
    .await;
    let (fetcher, account) = (stand.fetcher(|_| {}), (Channel::YouTube, "@Ada"));
    let cursor: Cursor = serde_json::from_value(json!({"next": "expired", "began": 7})).unwrap();
    let (batches, _) = walk(&fetcher, account, cursor.clone()).await.unwrap();
    assert_eq!(members(&batches[0]).len(), 1 + 3, "the channel and all its pages");
    let since = serde_json::to_value(&batches[0].cursor).unwrap()["since"].as_i64().unwrap();
    assert!(since > 7, "it is complete since it began anew: {since}");
    broken.store(true, Ordering::SeqCst);
    stand.asked();
    let refused = walk(&fetcher, account, cursor).await.unwrap_err();
    assert!(matches!(refused, Error::Refused { status: 400, .. }), "{refused}");
    assert_eq!(stand.asked().len(), 1 + 2);
}

#[tokio::test]
async fn what_was_read_before_a_refusal_is_kept() {
    let stand = Stand::start(|asked| match asked.value("pageToken") {
        "token-100" => answer(403, &[JSON], r#"{"error":{"errors":[{"reason":"quotaExceeded"}]}}"#),
        _ => recorded::youtube(asked, ""),
    })
    .await;
    let account = (Channel::YouTube, "@Ada");
    let (batches, _) = walk(&stand.fetcher(|_| {}), account, Cursor::default()).await.unwrap();
    assert_eq!(members(&batches[0]).len(), 1 + 2);
    assert!(batches[0].cursor.is_under_way());
    let why = batches[0].interrupted.as_ref().unwrap().to_string();
    assert!(why.contains("status 403"), "{why}");
}

#[tokio::test]
async fn stack_exchange_is_left_alone_when_it_says_so_with_the_status_of_a_mistake() {
    let stand = Stand::start(|_| recorded::throttled()).await;
    let address = format!("{}users/42", stand.url());
    let account = (Channel::StackExchange, address.as_str());
    let error = walk(&stand.fetcher(|_| {}), account, Cursor::default()).await.unwrap_err();
    let Error::Later { wait, .. } = &error else { panic!("{error}") };
    assert_eq!(wait.as_secs(), 62_835);
    assert_eq!(stand.asked().len(), 1);
    let unknown = Stand::start(|_| {
        let body = json!({"error_id": 400, "error_name": "bad_parameter", "error_message": "site"});
        answer(400, &[JSON], body.to_string())
    })
    .await;
    let error = walk(&unknown.fetcher(|_| {}), account, Cursor::default()).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

#[tokio::test]
async fn a_pause_without_measure_is_cut_short() {
    let stand = Stand::start(|asked| match asked.path.as_str() {
        "/filters/create" => {
            stand::json(&json!({"items": [{"filter": "!abc"}], "backoff": u64::MAX}))
        }
        _ => missing(),
    })
    .await;
    let address = format!("{}users/42", stand.url());
    let account = (Channel::StackExchange, address.as_str());
    let error = walk(&stand.fetcher(|_| {}), account, Cursor::default()).await.unwrap_err();
    let Error::Later { wait, .. } = &error else { panic!("{error}") };
    assert!(wait.as_secs() <= 25 * 3_600, "{wait:?}");
}

#[tokio::test]
async fn a_server_that_says_to_come_at_once_is_still_given_a_second() {
    let stand = Stand::start(|_| answer(429, &[("retry-after", "0")], "")).await;
    let begun = Instant::now();
    let walked = walk(&stand.fetcher(|_| {}), (Channel::GitHub, "ada"), Cursor::default()).await;
    assert!(matches!(walked, Err(Error::Unreachable { .. })));
    assert_eq!(stand.asked().len(), 3);
    assert!(begun.elapsed().as_secs() >= 2, "three requests, and a second between each two");
}

/// A site of one author that hides its users, with these answers about posts and comments.
async fn wordpress(posts: &'static str, comments: String) -> Result<Vec<String>, Error> {
    let stand = Stand::start(move |asked| match asked.path.as_str() {
        "/" => answer(200, &[("content-type", "text/html")], "<p>Words"),
        "/wp-json" => stand::json(&json!({"name": "A blog"})),
        "/wp-json/wp/v2/users" => answer(401, &[], ""),
        "/wp-json/wp/v2/posts" => answer(200, &[JSON, ("x-wp-totalpages", "3")], posts),
        "/wp-json/wp/v2/comments" => answer(200, &[JSON], comments.clone()),
        _ => missing(),
    })
    .await;
    let (fetcher, address) = (stand.fetcher(|_| {}), stand.url());
    let account = (Channel::WordPress, address.as_str());
    let (batches, _) = walk(&fetcher, account, Cursor::default()).await?;
    Ok(batches.iter().flat_map(|batch| members(batch).into_keys()).collect())
}

#[tokio::test]
async fn pages_about_a_site_without_posts_are_about_nobody() {
    let pages = wordpress("[]", String::new()).await.unwrap();
    assert!(pages.is_empty(), "they would be taken for the whole site's: {pages:?}");
}

#[tokio::test]
async fn comments_that_are_larger_than_their_numbers_are_refused() {
    let large = format!("[{}]", " ".repeat(2 << 20));
    let error = wordpress(r#"[{"id":11}]"#, large).await.unwrap_err().to_string();
    assert!(error.contains("more at once than is accepted"), "{error}");
}
