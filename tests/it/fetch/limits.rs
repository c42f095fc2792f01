//! What a server may do to a fetch, and where a fetch may go.

use std::io::Write as _;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::response::Response;
use glasklar::domain::evidence::Channel;
use glasklar::fetch::{Cursor, Error};
use serde_json::json;

use super::stand::{self, Asked, Stand, answer, walk};

const JSON: (&str, &str) = ("content-type", "application/json");

/// What asking a server for a user of GitHub comes to.
async fn asked(reply: impl Fn(&Asked) -> Response + Clone + Send + Sync + 'static) -> Error {
    let stand = Stand::start(reply).await;
    let fetcher = stand.fetcher(|_| {});
    let account = (Channel::GitHub, "ada");
    walk(&fetcher, account, Cursor::default()).await.expect_err("it cannot be used")
}

#[tokio::test]
async fn an_endless_answer_ends_at_the_limit() {
    let endless = |_: &Asked| {
        let chunks = std::iter::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 64 * 1024]));
        answer(200, &[JSON], Body::from_stream(tokio_stream::iter(chunks)))
    };
    let error = asked(endless).await.to_string();
    assert!(error.contains("more at once than is accepted"), "{error}");
}

#[tokio::test]
async fn a_bomb_unpacks_no_further_than_the_limit() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&vec![b' '; 64 << 20]).unwrap();
    let bomb = packer.finish().unwrap();
    assert!(bomb.len() < 100_000);
    let headers = [JSON, ("content-encoding", "gzip")];
    let error = asked(move |_| answer(200, &headers, bomb.clone())).await.to_string();
    assert!(error.contains("more at once than is accepted"), "{error}");
    let error = asked(move |_| answer(200, &headers, "no gzip")).await.to_string();
    assert!(error.contains("damaged"), "{error}");
    let error = asked(move |_| answer(200, &[JSON, ("content-encoding", "br")], "x")).await;
    assert!(error.to_string().contains("unknown way"), "{error}");
}

#[tokio::test]
async fn another_kind_of_content_is_refused() {
    for kind in ["text/html", "image/png", ""] {
        let headers = [("content-type", kind)];
        let error = asked(move |_| answer(200, &headers, r#"{"login":"ada"}"#)).await.to_string();
        assert!(error.contains("another kind of content"), "{kind}: {error}");
    }
    let error = asked(|_| stand::json(&json!(["a list"]))).await.to_string();
    assert!(error.contains("not of this network's kind"), "{error}");
}

#[tokio::test]
async fn redirects_are_followed_only_where_a_request_might_go() {
    let to = |place: &'static str| move |_: &Asked| answer(302, &[("location", place)], "");
    for place in [
        "http://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "http://127.0.0.2/",
        "http://[::1]/",
        "http://1.1.1.1/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "https://user:secret@example.org/",
    ] {
        let error = asked(to(place)).await;
        assert!(matches!(error, Error::OutOfReach { .. }), "{place}: {error}");
        assert!(!error.to_string().contains("secret"));
    }
    let error = asked(|asked| {
        let next = format!("/{}", asked.path.len());
        answer(307, &[("location", &next)], "")
    });
    assert!(error.await.to_string().contains("redirects too often"));
}

#[tokio::test]
async fn a_redirect_within_reach_is_followed_and_a_token_is_not_taken_along() {
    let other = Stand::start(|asked| {
        assert!(!asked.headers.contains_key("authorization"), "the token stays at home");
        assert!(!asked.headers.contains_key("referer"));
        if asked.path == "/there" {
            stand::json(&json!({"login": "ada"}))
        } else {
            stand::missing()
        }
    })
    .await;
    let there = format!("{}there", other.url());
    let stand = Stand::start(move |asked| {
        assert_eq!(asked.headers["authorization"], "Bearer a-token");
        match asked.path.as_str() {
            "/users/ada" => answer(301, &[("location", &there)], ""),
            _ => stand::json(&json!([])),
        }
    })
    .await;
    let fetcher = stand.fetcher(|fetching| "a-token".clone_into(&mut fetching.options.keys.github));
    let (batches, _) = walk(&fetcher, (Channel::GitHub, "ada"), Cursor::default()).await.unwrap();
    assert!(batches[0].done);
    assert_eq!(other.asked(), ["/there"]);
}

#[tokio::test]
async fn nothing_inside_is_asked_unless_the_operator_said_so() {
    let stand = Stand::start(|_| stand::json(&json!({"login": "ada"}))).await;
    let fetcher = stand.fetcher(|fetching| fetching.options.inside.clear());
    for (channel, address) in [
        (Channel::GitHub, "ada".to_owned()),
        (Channel::Mastodon, format!("{}@ada", stand.url())),
        (Channel::Mastodon, format!("@ada@localhost:{}", stand.address.port())),
        (Channel::Mastodon, format!("@ada@127.0.0.1:{}", stand.address.port())),
        (Channel::Blog, stand.url()),
        (Channel::WordPress, format!("https://localhost:{}/", stand.address.port())),
    ] {
        let error = walk(&fetcher, (channel, &address), Cursor::default()).await.unwrap_err();
        assert!(matches!(error, Error::OutOfReach { .. }), "{address}: {error}");
    }
    assert!(stand.asked().is_empty(), "not even a connection was made");
}

#[tokio::test]
async fn a_server_that_asks_for_patience_gets_it_within_bounds() {
    let tries = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let count = std::sync::Arc::clone(&tries);
    let stand = Stand::start(move |asked| {
        let first = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
        match asked.path.as_str() {
            _ if first => answer(429, &[("retry-after", "1")], ""),
            "/users/ada" => stand::json(&json!({"login": "ada"})),
            _ => stand::json(&json!([])),
        }
    })
    .await;
    let fetcher = stand.fetcher(|_| {});
    let begun = Instant::now();
    let account = (Channel::GitHub, "ada");
    let (_, steps) = walk(&fetcher, account, Cursor::default()).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1), "it waited");
    assert!(steps[0].waiting_until.is_some(), "and said so: {steps:?}");
    assert_eq!(stand.asked()[..2], ["/users/ada", "/users/ada"]);
}

#[tokio::test]
async fn a_server_that_asks_for_too_much_patience_is_left_with_a_time_to_come_again() {
    let error = asked(|_| answer(429, &[("retry-after", "3600")], "")).await;
    let Error::Later { wait, until, .. } = &error else { panic!("{error}") };
    assert!(wait.as_secs() > 3_590 && wait.as_secs() <= 3_600, "{wait:?}");
    assert!(until.to_string().starts_with("2026-"), "{until}");
    let error = asked(|_| {
        answer(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "9999999999")], "")
    })
    .await;
    assert!(matches!(error, Error::Later { .. }), "{error}");
}

#[tokio::test]
async fn a_broken_server_is_tried_again_and_then_named() {
    let stand = Stand::start(|_| answer(500, &[], "SECRET-TRACE")).await;
    let fetcher = stand.fetcher(|_| {});
    let account = (Channel::GitHub, "ada");
    let error = walk(&fetcher, account, Cursor::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "127.0.0.1 is busy or broken; try again later");
    assert_eq!(stand.asked().len(), 3);
    let unknown = asked(|_| stand::missing()).await;
    assert!(matches!(unknown, Error::NotFound { .. }), "{unknown}");
    let forbidden = asked(|_| answer(401, &[], "")).await;
    assert!(matches!(forbidden, Error::Refused { status: 401, .. }), "{forbidden}");
}

/// Takes ten seconds, the longest silence that is borne.
#[tokio::test]
async fn a_server_that_falls_silent_is_given_up() {
    let begun = Instant::now();
    let (keep, silent) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
    keep.send(Ok(b"{".to_vec())).await.unwrap();
    let silent = std::sync::Mutex::new(Some(silent));
    let silent = std::sync::Arc::new(silent);
    let error = asked(move |_| {
        let body = silent.lock().unwrap().take().expect("it is asked once");
        answer(200, &[JSON], Body::from_stream(tokio_stream::wrappers::ReceiverStream::new(body)))
    });
    let error = error.await.to_string();
    assert_eq!(error, "127.0.0.1 is too slow; try again later");
    assert!(begun.elapsed() < Duration::from_secs(20));
    drop(keep);
}
