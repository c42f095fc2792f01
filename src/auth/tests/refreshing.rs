//! When keys are fetched again: rotation, floods, failures, many callers at once.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Semaphore;

use super::forge::{Desk, Signer, after, claims, config, header, jwks};
use super::loopback::{Answer, Loopback, until};
use crate::auth::{Authenticator, IssuerConfig, TokenError};

const HOUR: i64 = 3_600;

/// An authenticator whose one issuer publishes its keys on a loopback server.
struct Published {
    authenticator: Arc<Authenticator>,
    server: Loopback,
}

impl Published {
    async fn new(answer: Answer) -> Self {
        let server = Loopback::start(answer).await;
        let config = IssuerConfig { jwks_url: Some(server.url.clone()), ..config() };
        let authenticator = Arc::new(Authenticator::new(vec![config], None).unwrap());
        Self { authenticator, server }
    }

    /// What becomes of a token this many seconds after the beginning.
    async fn reason(&self, seconds: i64, token: &str) -> &'static str {
        let answer = self.authenticator.authenticate(token, after(seconds)).await;
        answer.map_or_else(TokenError::reason, |_| "accepted")
    }

    /// What becomes of a fresh token of this signer.
    async fn reason_of(&self, signer: &Signer, kid: &str, seconds: i64) -> &'static str {
        self.reason(seconds, &signer.good_token(kid, seconds)).await
    }
}

#[tokio::test]
async fn it_is_not_ready_until_the_first_fetch() {
    let signer = Signer::ed25519();
    let published = Published::new(Answer::status(503, "")).await;
    let authenticator = &published.authenticator;
    assert!(!authenticator.ready(after(0)));
    let problems = authenticator.prefetch(after(0)).await;
    assert!(problems.len() == 1 && problems[0].contains("503"), "{problems:?}");
    assert!(problems[0].contains("https://id.example"), "{problems:?}");
    assert!(!authenticator.ready(after(0)));
    assert_eq!(published.reason_of(&signer, "k1", 1).await, "keys_unavailable");
    published.server.answer(Answer::document(&jwks(&[signer.jwk("k1")])));
    assert_eq!(authenticator.prefetch(after(4)).await.len(), 1);
    assert_eq!(published.server.requests(), 1);
    assert_eq!(authenticator.prefetch(after(5)).await, [""; 0]);
    assert!(authenticator.ready(after(5)));
    assert_eq!(published.reason_of(&signer, "k1", 6).await, "accepted");
    assert_eq!(published.server.requests(), 2);
}

#[tokio::test]
async fn a_rotated_key_is_picked_up_when_its_first_token_comes() {
    let (old, new) = (Signer::ed25519(), Signer::p256());
    let published = Published::new(Answer::document(&jwks(&[old.jwk("k1")]))).await;
    assert_eq!(published.reason_of(&old, "k1", 0).await, "accepted");
    published.server.answer(Answer::document(&jwks(&[old.jwk("k1"), new.jwk("k2")])));
    assert_eq!(published.reason_of(&new, "k2", 29).await, "unknown_key");
    assert_eq!(published.reason_of(&new, "k2", 30).await, "accepted");
    assert_eq!(published.reason_of(&old, "k1", 31).await, "accepted");
    assert_eq!(published.server.requests(), 2);
}

#[tokio::test]
async fn a_flood_of_unknown_key_ids_costs_one_fetch_in_thirty_seconds() {
    let signer = Signer::ed25519();
    let published = Published::new(Answer::document(&jwks(&[signer.jwk("k1")]))).await;
    for second in 0..90 {
        for attempt in 0..5 {
            let kid = format!("flood-{second}-{attempt}");
            assert_eq!(published.reason_of(&signer, &kid, second).await, "unknown_key");
        }
    }
    // At 0, 30 and 60 seconds.
    assert_eq!(published.server.requests(), 3);
    assert_eq!(published.reason_of(&signer, "k1", 90).await, "accepted");
}

#[tokio::test]
async fn calls_that_overtake_each_other_do_not_lift_the_limit() {
    let signer = Signer::ed25519();
    let published = Published::new(Answer::document(&jwks(&[signer.jwk("k1")]))).await;
    for second in [10, 9, 11, 0, 8, 10] {
        assert_eq!(published.reason_of(&signer, "k2", second).await, "unknown_key");
    }
    assert_eq!(published.server.requests(), 1);
}

#[tokio::test]
async fn a_clock_set_back_does_not_keep_a_rotated_key_out() {
    let (old, new) = (Signer::ed25519(), Signer::ed25519());
    let published = Published::new(Answer::document(&jwks(&[old.jwk("k1")]))).await;
    assert_eq!(published.reason_of(&old, "k1", 2 * HOUR).await, "accepted");
    published.server.answer(Answer::document(&jwks(&[new.jwk("k2")])));
    assert_eq!(published.reason_of(&new, "k2", HOUR).await, "accepted");
    assert_eq!(published.server.requests(), 2);
}

#[tokio::test]
async fn tokens_of_foreign_issuers_or_algorithms_cause_no_fetch() {
    let signer = Signer::ed25519();
    let published = Published::new(Answer::document(&jwks(&[signer.jwk("k1")]))).await;
    let foreign = super::forge::with(&claims(), "iss", json!("https://evil.example"));
    let foreign = signer.token(&header("EdDSA", "k1"), &foreign);
    assert_eq!(published.reason(0, &foreign).await, "issuer");
    let unsigned = signer.token(&header("none", "k1"), &claims());
    assert_eq!(published.reason(0, &unsigned).await, "algorithm");
    assert_eq!(published.server.requests(), 0);
}

#[tokio::test]
async fn callers_that_come_at_once_share_one_fetch() {
    let signer = Signer::ed25519();
    let gate = Arc::new(Semaphore::new(0));
    let document = jwks(&[signer.jwk("k1")]);
    let published = Published::new(Answer::held(&document, &gate)).await;
    let mut callers = Vec::new();
    for number in 0..50 {
        let authenticator = Arc::clone(&published.authenticator);
        let subject = super::forge::with(&claims(), "sub", json!(number.to_string()));
        let token = signer.token(&header("EdDSA", "k1"), &subject);
        callers.push(tokio::spawn(async move {
            authenticator.authenticate(&token, after(0)).await.is_ok()
        }));
    }
    published.server.wait_for(1).await;
    gate.add_permits(1);
    for caller in callers {
        assert!(caller.await.unwrap());
    }
    assert_eq!(published.server.requests(), 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_abort_the_fetch() {
    let signer = Signer::ed25519();
    let gate = Arc::new(Semaphore::new(0));
    let document = jwks(&[signer.jwk("k1")]);
    let published = Published::new(Answer::held(&document, &gate)).await;
    tokio::select! {
        _ = published.reason_of(&signer, "k1", 0) => panic!("nobody has answered yet"),
        () = published.server.wait_for(1) => {}
    }
    gate.add_permits(1);
    until(|| published.authenticator.ready(after(1))).await;
    assert_eq!(published.reason_of(&signer, "k1", 1).await, "accepted");
    assert_eq!(published.server.requests(), 1);
}

#[tokio::test]
async fn at_half_of_max_age_keys_are_refreshed_without_making_anybody_wait() {
    let signer = Signer::ed25519();
    let document = jwks(&[signer.jwk("k1")]);
    let answer = Answer::cached(&document, "public, max-age=3600, must-revalidate");
    let published = Published::new(answer).await;
    assert_eq!(published.reason_of(&signer, "k1", 0).await, "accepted");
    assert_eq!(published.reason_of(&signer, "k1", 1_799).await, "accepted");
    assert_eq!(published.server.requests(), 1);
    let gate = Arc::new(Semaphore::new(0));
    published.server.answer(Answer::held(&document, &gate));
    for second in 1_800..1_810 {
        let answer = published.reason_of(&signer, "k1", second);
        let answer = tokio::time::timeout(Duration::from_secs(1), answer).await;
        assert_eq!(answer.expect("it waited for the fetch"), "accepted");
    }
    published.server.wait_for(2).await;
    gate.add_permits(1);
    assert_eq!(published.server.requests(), 2);
}

#[tokio::test]
async fn max_age_counts_between_five_minutes_and_a_day() {
    for (cache_control, half_life) in [
        ("no-store", 150),
        ("max-age=0", 150),
        ("max-age=\"600\"", 300),
        ("Max-Age=7200", HOUR),
        ("max-age=315360000", 12 * HOUR),
    ] {
        let signer = Signer::ed25519();
        let document = jwks(&[signer.jwk("k1")]);
        let published = Published::new(Answer::cached(&document, cache_control)).await;
        assert_eq!(published.reason_of(&signer, "k1", 0).await, "accepted");
        assert_eq!(published.reason_of(&signer, "k1", half_life - 1).await, "accepted");
        tokio::task::yield_now().await;
        assert_eq!(published.server.requests(), 1, "{cache_control}");
        assert_eq!(published.reason_of(&signer, "k1", half_life).await, "accepted");
        published.server.wait_for(2).await;
    }
}

#[tokio::test]
async fn old_keys_serve_while_the_issuer_is_down_but_not_for_more_than_a_day() {
    let signer = Signer::ed25519();
    let document = jwks(&[signer.jwk("k1")]);
    let published = Published::new(Answer::document(&document)).await;
    assert_eq!(published.reason_of(&signer, "k1", 0).await, "accepted");
    for (hours, answer) in [
        (1, Answer::status(500, "")),
        (6, Answer::document("{}")),
        (12, Answer::status(404, "")),
        (23, Answer::Bytes(String::new())),
    ] {
        published.server.answer(answer);
        let before = published.server.requests();
        assert_eq!(published.reason_of(&signer, "k1", hours * HOUR).await, "accepted");
        published.server.wait_for(before + 1).await;
    }
    let last = 24 * HOUR - 1;
    assert!(published.authenticator.ready(after(last)));
    assert_eq!(published.reason_of(&signer, "k1", last).await, "accepted");
    assert_eq!(published.reason_of(&signer, "k1", 24 * HOUR).await, "keys_unavailable");
    assert!(!published.authenticator.ready(after(24 * HOUR)));
    published.server.answer(Answer::document(&document));
    assert_eq!(published.reason_of(&signer, "k1", 24 * HOUR + 60).await, "accepted");
}

#[tokio::test]
async fn a_file_is_read_again_after_five_seconds_and_a_broken_one_changes_nothing() {
    let (old, new) = (Signer::ed25519(), Signer::ed25519());
    let desk = Desk::new(&[old.jwk("k1")]);
    desk.accept(&old.good_token("k1", 0)).await;
    desk.replace_file(&jwks(&[new.jwk("k2")]));
    assert_eq!(desk.reason_after(4, &new.good_token("k2", 4)).await, "unknown_key");
    assert_eq!(desk.reason_after(5, &new.good_token("k2", 5)).await, "accepted");
    assert_eq!(desk.reason_after(6, &old.good_token("k1", 6)).await, "unknown_key");
    desk.replace_file("{\"keys\":");
    assert_eq!(desk.reason_after(20, &new.good_token("k2", 20)).await, "accepted");
    std::fs::remove_file(desk.file.path()).unwrap();
    assert_eq!(desk.reason_after(40, &new.good_token("k2", 40)).await, "accepted");
    let late = 25 * HOUR;
    let reason = desk.reason_after(late, &new.good_token("k2", late)).await;
    assert_eq!(reason, "keys_unavailable");
}

#[tokio::test]
async fn a_missing_key_file_is_reported_and_leaves_it_not_ready() {
    let desk = Desk::new(&[]);
    let problems = desk.authenticator.prefetch(after(0)).await;
    assert!(problems[0].contains("no usable key"), "{problems:?}");
    std::fs::remove_file(desk.file.path()).unwrap();
    let problems = desk.authenticator.prefetch(after(10)).await;
    assert!(problems[0].contains("cannot be read"), "{problems:?}");
    assert!(!desk.authenticator.ready(after(10)));
}
