//! Attacks through the header: algorithm, key id, type, keys the token brings along.

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use super::forge::{Desk, Signer, base64url, claims, header, jwks, with, without};
use super::loopback::{Answer, Loopback};

/// A desk that knows one key of each kind, each under its algorithm's name.
fn desk_of_three() -> (Desk, [Signer; 3]) {
    let signers = [Signer::ed25519(), Signer::p256(), Signer::rsa()];
    let keys: Vec<Value> = signers.iter().map(|signer| signer.jwk(signer.alg())).collect();
    (Desk::new(&keys), signers)
}

fn desk() -> (Desk, Signer) {
    let signer = Signer::ed25519();
    (Desk::new(&[signer.jwk("k1")]), signer)
}

#[tokio::test]
async fn a_good_token_of_each_algorithm_is_accepted() {
    let (desk, signers) = desk_of_three();
    for signer in &signers {
        let caller = desk.accept(&signer.good_token(signer.alg(), 0)).await;
        assert_eq!((caller.subject.as_str(), caller.role().word()), ("ats-7", "recruiter"));
        assert_eq!(caller.organization().unwrap().as_str(), "acme");
        assert_eq!(caller.issuer, "https://id.example");
    }
}

#[tokio::test]
async fn alg_none_is_refused_in_every_spelling_with_and_without_a_signature() {
    let (desk, signer) = desk();
    for alg in ["none", "None", "NONE", "nOnE", "none ", ""] {
        let whole = signer.token(&header(alg, "k1"), &claims());
        let (message, _) = whole.rsplit_once('.').unwrap();
        for token in [whole.clone(), format!("{message}.")] {
            assert_eq!(desk.reason(&token).await, "algorithm", "{alg:?}");
        }
    }
    let nothing = signer.token(&without(&header("EdDSA", "k1"), "alg"), &claims());
    assert_eq!(desk.reason(&nothing).await, "algorithm");
    let list = signer.token(&with(&header("", "k1"), "alg", json!(["EdDSA"])), &claims());
    assert_eq!(desk.reason(&list).await, "algorithm");
}

#[tokio::test]
async fn an_rsa_public_key_cannot_be_used_as_an_hmac_secret() {
    let signer = Signer::rsa();
    let jwk = signer.jwk("k1");
    let desk = Desk::new(std::slice::from_ref(&jwk));
    let modulus = jwk["n"].as_str().unwrap().as_bytes().to_vec();
    for secret in
        [modulus, jwk.to_string().into_bytes(), jwks(std::slice::from_ref(&jwk)).into_bytes()]
    {
        for (alg, reason) in [("HS256", "algorithm"), ("RS256", "signature")] {
            let token = signer.token(&header(alg, "k1"), &claims());
            let (message, _) = token.rsplit_once('.').unwrap();
            let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
            let forged = base64url(hmac::sign(&key, message.as_bytes()).as_ref());
            assert_eq!(desk.reason(&format!("{message}.{forged}")).await, reason);
        }
    }
}

#[tokio::test]
async fn the_algorithm_is_the_keys_and_never_the_headers() {
    let (desk, signers) = desk_of_three();
    let others = ["PS256", "ES384", "ES512", "RS384", "RS512", "Ed25519", "eddsa", "rs256"];
    for signer in &signers {
        for key in &signers {
            let token = signer.token(&header(signer.alg(), key.alg()), &claims());
            let expected = if signer.alg() == key.alg() { "accepted" } else { "algorithm" };
            assert_eq!(desk.reason(&token).await, expected);
            // The header agrees with the key, but another kind of key has signed.
            let token = signer.token(&header(key.alg(), key.alg()), &claims());
            let expected = if signer.alg() == key.alg() { "accepted" } else { "signature" };
            assert_eq!(desk.reason(&token).await, expected);
        }
        for alg in others {
            let token = signer.token(&header(alg, signer.alg()), &claims());
            assert_eq!(desk.reason(&token).await, "algorithm", "{alg}");
        }
    }
}

#[tokio::test]
async fn a_key_id_is_only_compared_and_never_looked_up_elsewhere() {
    let attacker = Signer::ed25519();
    let elsewhere = Loopback::start(Answer::document(&jwks(&[attacker.jwk("k1")]))).await;
    let (desk, signer) = desk();
    for kid in [
        "../../../../dev/null",
        "/etc/passwd",
        "file:///etc/passwd",
        "k1' OR '1'='1",
        "k1; DROP TABLE keys",
        "k1\u{0}",
        " k1",
        "K1",
        elsewhere.url.as_str(),
        &"k".repeat(256),
    ] {
        let token = signer.token(&header("EdDSA", kid), &claims());
        assert_eq!(desk.reason(&token).await, "unknown_key", "{kid:?}");
    }
    for kid in [json!("k".repeat(257)), json!(""), json!(1), json!(null), json!(["k1"])] {
        let token = signer.token(&with(&header("EdDSA", ""), "kid", kid), &claims());
        assert_eq!(desk.reason(&token).await, "key_id");
    }
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn a_token_may_leave_its_key_id_out_only_where_there_is_one_key() {
    let (first, second) = (Signer::ed25519(), Signer::ed25519());
    let token = first.token(&without(&header("EdDSA", ""), "kid"), &claims());
    assert_eq!(Desk::new(&[first.jwk("k1")]).reason(&token).await, "accepted");
    let both = Desk::new(&[first.jwk("k1"), second.jwk("k2")]);
    assert_eq!(both.reason(&token).await, "key_id");
}

#[tokio::test]
async fn keys_that_a_token_brings_along_are_ignored_and_never_fetched() {
    let (desk, signer) = desk();
    let attacker = Signer::ed25519();
    let elsewhere = Loopback::start(Answer::document(&jwks(&[attacker.jwk("k1")]))).await;
    for (name, value) in [
        ("jku", json!(elsewhere.url)),
        ("x5u", json!(elsewhere.url)),
        ("jwk", attacker.jwk("k1")),
        ("x5c", json!(["MIIB"])),
        ("jwk", json!("not even a key")),
    ] {
        let header = with(&header("EdDSA", "k1"), name, value);
        let forged = attacker.token(&header, &claims());
        assert_eq!(desk.reason(&forged).await, "signature", "{name}");
        assert_eq!(desk.reason(&signer.token(&header, &claims())).await, "accepted", "{name}");
    }
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn a_critical_header_is_refused_whatever_it_lists() {
    let (desk, signer) = desk();
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!(null), json!("b64")] {
        let header = with(&header("EdDSA", "k1"), "crit", crit);
        assert_eq!(desk.reason(&signer.token(&header, &claims())).await, "critical_header");
    }
}

#[tokio::test]
async fn only_access_tokens_are_accepted_not_other_tokens_of_the_same_issuer() {
    let (desk, signer) = desk();
    let typed = |kind: Value| signer.token(&with(&header("EdDSA", "k1"), "typ", kind), &claims());
    for kind in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        assert_eq!(desk.reason(&typed(json!(kind))).await, "accepted", "{kind}");
    }
    for kind in ["JWT", "jwt", "id_token", "logout+jwt", "dpop+jwt", "at+jwt ", "at", ""] {
        assert_eq!(desk.reason(&typed(json!(kind))).await, "type", "{kind}");
    }
    assert_eq!(desk.reason(&typed(json!(["at+jwt"]))).await, "type");
    let untyped = signer.token(&without(&header("EdDSA", "k1"), "typ"), &claims());
    assert_eq!(desk.reason(&untyped).await, "type");
}
