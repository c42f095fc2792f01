//! Attacks by, or on the way to, the server that publishes the keys.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use super::forge::{Signer, after, config, jwks};
use super::loopback::{Answer, Loopback};
use crate::auth::jwks::KeySource;
use crate::auth::keys::KeyRules;
use crate::auth::{IssuerConfig, SigningAlgorithm};

/// A source that reads this URL and waits for at most this long.
fn source(url: &str, patience: Duration) -> Arc<KeySource> {
    let rules = KeyRules { algorithms: SigningAlgorithm::ALL.to_vec(), development: false };
    let config = IssuerConfig { jwks_url: Some(url.to_owned()), ..config() };
    let source = KeySource::new(&config, rules, Arc::new(AtomicU64::new(0))).unwrap();
    Arc::new(source.with_patience(patience))
}

/// Why the keys cannot be had from a server that answers like this.
async fn problem(answer: Answer) -> String {
    let server = Loopback::start(answer).await;
    let source = source(&server.url, Duration::from_secs(5));
    let problem = source.loaded(after(0)).await.unwrap_err();
    assert!(!source.is_usable(after(0)));
    assert_eq!(server.requests(), 1);
    problem
}

#[tokio::test]
async fn a_server_that_is_down_leaves_no_keys() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let problem = source(&url, Duration::from_secs(5)).loaded(after(0)).await.unwrap_err();
    assert!(problem.starts_with("the JWKS URL cannot be read"), "{problem}");
}

#[tokio::test]
async fn a_server_that_is_slow_is_given_up() {
    for answer in [Answer::Silence, Answer::Drip] {
        let server = Loopback::start(answer).await;
        let source = source(&server.url, Duration::from_millis(60));
        let problem = source.loaded(after(0)).await.unwrap_err();
        assert_eq!(problem, "the JWKS was not there within 60 ms");
        assert!(source.key(Some("k1"), after(1)).await.is_err());
    }
}

#[tokio::test]
async fn a_server_that_lies_about_its_answer_is_not_believed() {
    let document = jwks(&[Signer::ed25519().jwk("k1")]);
    let cut = format!("HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{document}");
    assert!(problem(Answer::Bytes(cut)).await.contains("not a JSON object"));
    let broken_off = format!("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{document}");
    assert!(problem(Answer::Bytes(broken_off)).await.contains("cannot be read"));
    let page = "<html><body>log in</body></html>";
    assert!(problem(Answer::document(page)).await.contains("not a JSON object"));
    let noise = Answer::Bytes("SSH-2.0-OpenSSH_9.9\r\n".to_owned());
    assert!(problem(noise).await.contains("cannot be read"));
}

#[tokio::test]
async fn a_document_without_end_is_cut_off() {
    assert_eq!(problem(Answer::Endless).await, "the JWKS is larger than 1 MiB");
    let promised = "HTTP/1.1 200 OK\r\ncontent-length: 2000000\r\n\r\n".to_owned();
    let huge = Answer::Bytes(promised + &" ".repeat(2_000_000));
    assert_eq!(problem(huge).await, "the JWKS is larger than 1 MiB");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let document = jwks(&[Signer::ed25519().jwk("k1")]);
    let elsewhere = Loopback::start(Answer::document(&document)).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("location: {}\r\n", elsewhere.url);
        let problem = problem(Answer::status(status, &location)).await;
        assert!(problem.contains(&status.to_string()), "{problem}");
    }
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn only_status_200_brings_keys() {
    let document = jwks(&[Signer::ed25519().jwk("k1")]);
    for status in [201, 203, 206, 304, 401, 404, 500, 503] {
        let length = document.len();
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n");
        let problem = problem(Answer::Bytes(head + &document)).await;
        assert!(problem.contains(&status.to_string()), "{problem}");
    }
}

#[tokio::test]
async fn a_key_set_with_a_thousand_keys_is_not_taken_up() {
    let signer = Signer::ed25519();
    let keys: Vec<_> = (0..1_000).map(|n| signer.jwk(&format!("k{n}"))).collect();
    let problem = problem(Answer::document(&jwks(&keys))).await;
    assert_eq!(problem, "the JWKS has more than 100 keys");
}
