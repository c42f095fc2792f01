//! The memory of verified tokens: what it forgets, and when.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::forge::{Desk, NOW, Signer, after, claims, header, jwks, with};
use crate::auth::cache::{ENTRIES_MAX, LIFETIME, TokenCache, TokenDigest};
use crate::auth::{Caller, Identity};

fn caller() -> Arc<Caller> {
    Arc::new(Caller {
        issuer: "https://id.example".to_owned(),
        subject: "alice".to_owned(),
        identity: Identity::Candidate,
    })
}

fn digest(number: usize) -> TokenDigest {
    TokenDigest::of(&number.to_string())
}

#[test]
fn a_verification_is_believed_for_five_seconds_or_until_the_token_expires() {
    assert_eq!(LIFETIME, Duration::from_secs(5));
    for (expires, dies) in [(600, 5), (5, 5), (3, 3), (1, 1)] {
        let cache = TokenCache::new();
        cache.insert(digest(1), (&caller(), after(expires)), 0, after(0));
        assert!(cache.get(&digest(1), 0, after(dies - 1)).is_some(), "{expires}");
        assert!(cache.get(&digest(1), 0, after(dies)).is_none(), "{expires}");
        assert!(cache.get(&digest(2), 0, after(0)).is_none());
    }
}

#[test]
fn a_verification_dies_with_its_key_generation_and_when_the_clock_is_set_back() {
    let cache = TokenCache::new();
    cache.insert(digest(1), (&caller(), after(600)), 7, after(0));
    assert!(cache.get(&digest(1), 7, after(1)).is_some());
    assert!(cache.get(&digest(1), 8, after(1)).is_none());
    assert!(cache.get(&digest(1), 6, after(1)).is_none());
    assert!(cache.get(&digest(1), 7, after(-1)).is_none());
}

#[test]
fn the_cache_never_holds_more_than_ten_thousand_tokens() {
    assert_eq!(ENTRIES_MAX, 10_000);
    let cache = TokenCache::new();
    let caller = caller();
    for number in 0..3 * ENTRIES_MAX {
        cache.insert(digest(number), (&caller, after(600)), 0, after(0));
        assert!(cache.get(&digest(number), 0, after(0)).is_some());
    }
    assert_eq!(cache.len(), ENTRIES_MAX);
}

#[test]
fn a_full_cache_drops_the_dead_before_the_living() {
    let cache = TokenCache::new();
    let caller = caller();
    for number in 0..2 * ENTRIES_MAX {
        cache.insert(digest(number), (&caller, after(600)), 0, after(0));
    }
    let living = 2 * ENTRIES_MAX..2 * ENTRIES_MAX + 1_000;
    for number in living.clone() {
        cache.insert(digest(number), (&caller, after(600)), 0, after(10));
    }
    for number in living {
        assert!(cache.get(&digest(number), 0, after(10)).is_some(), "{number}");
    }
    assert!(cache.len() < ENTRIES_MAX);
}

#[tokio::test]
async fn a_token_seen_a_moment_ago_gives_the_same_caller_without_another_check() {
    let signer = Signer::ed25519();
    let desk = Desk::new(&[signer.jwk("k1")]);
    assert_eq!(desk.authenticator.prefetch(after(0)).await, [""; 0]);
    let token = signer.good_token("k1", 0);
    let first = desk.accept(&token).await;
    assert!(Arc::ptr_eq(&first, &desk.accept_after(4, &token).await));
    assert!(!Arc::ptr_eq(&first, &desk.accept_after(5, &token).await));
}

#[tokio::test]
async fn refused_tokens_are_not_remembered() {
    let signer = Signer::ed25519();
    let desk = Desk::new(&[signer.jwk("k1")]);
    for number in 0..20 {
        let token = Signer::ed25519().good_token("k1", number);
        assert_eq!(desk.reason_after(number, &token).await, "signature");
    }
    assert_eq!(desk.authenticator.remembered(), 0);
    desk.accept(&signer.good_token("k1", 0)).await;
    assert_eq!(desk.authenticator.remembered(), 1);
}

#[tokio::test]
async fn a_remembered_token_still_expires() {
    let signer = Signer::ed25519();
    let desk = Desk::new(&[signer.jwk("k1")]);
    let short = with(&claims(), "exp", json!(NOW + 2));
    let token = signer.token(&header("EdDSA", "k1"), &short);
    for (seconds, reason) in [(0, "accepted"), (1, "accepted"), (31, "accepted"), (32, "expired")] {
        assert_eq!(desk.reason_after(seconds, &token).await, reason, "{seconds}");
    }
}

#[tokio::test]
async fn a_token_of_a_revoked_key_dies_with_the_key_set() {
    let (revoked, kept) = (Signer::ed25519(), Signer::ed25519());
    let desk = Desk::new(&[revoked.jwk("k1"), kept.jwk("k2")]);
    desk.accept(&kept.good_token("k2", 0)).await;
    let token = revoked.good_token("k1", 0);
    desk.accept_after(4, &token).await;
    desk.replace_file(&jwks(&[kept.jwk("k2")]));
    desk.accept_after(5, &kept.good_token("k2", 5)).await;
    assert_eq!(desk.reason_after(5, &token).await, "unknown_key");
}
