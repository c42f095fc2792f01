//! Attacks through the key set, and published vectors as known answers.

use serde_json::{Value, json};

use super::forge::{Desk, Signer, base64url, jwks, with};
use crate::auth::SigningAlgorithm;
use crate::auth::keys::{KeyDocumentError, KeyRules, KeySet};

fn rules() -> KeyRules {
    KeyRules { algorithms: SigningAlgorithm::ALL.to_vec(), development: false }
}

fn parse(keys: &[Value]) -> Result<KeySet, KeyDocumentError> {
    KeySet::parse(jwks(keys).as_bytes(), &rules())
}

/// How many of these keys can be used.
fn usable(keys: &[Value]) -> usize {
    match parse(keys) {
        Ok(set) => set.len(),
        Err(error) => {
            assert_eq!(error, KeyDocumentError::NoUsableKey);
            0
        }
    }
}

/// Whether a published JWS verifies with a published JWK.
fn verifies(jwk: &Value, jws: &str) -> bool {
    let (message, signature) = jws.rsplit_once('.').unwrap();
    parse(std::slice::from_ref(jwk)).unwrap().find(None).unwrap().verifies(message, signature)
}

#[test]
fn the_ed25519_example_of_rfc_8037_verifies_and_a_changed_one_does_not() {
    let jwk = json!({
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    });
    let jws = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
        hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert!(verifies(&jwk, jws));
    assert!(!verifies(&jwk, &jws.replace("RXhhbXBsZS", "RXhhbXBsZT")));
    assert!(!verifies(&Signer::ed25519().jwk("k1"), jws));
}

#[test]
fn the_es256_example_of_rfc_7515_verifies_and_a_changed_one_does_not() {
    let jwk = json!({
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    let jws = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9\
        leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDx\
        w5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    assert!(verifies(&jwk, jws));
    assert!(!verifies(&jwk, &jws.replace("eyJpc3Mi", "eyJpc3Nj")));
    assert!(!verifies(&Signer::p256().jwk("k1"), jws));
}

#[tokio::test]
async fn a_key_for_encryption_signs_nothing() {
    for signer in [Signer::ed25519(), Signer::p256(), Signer::rsa()] {
        let good = Signer::ed25519().jwk("other");
        let token = signer.good_token("k1", 0);
        for (member, value, reason) in [
            ("use", json!("sig"), "accepted"),
            ("use", json!("enc"), "unknown_key"),
            ("use", json!(["sig"]), "unknown_key"),
            ("key_ops", json!(["verify"]), "accepted"),
            ("key_ops", json!(["encrypt", "wrapKey"]), "unknown_key"),
            ("key_ops", json!("verify"), "unknown_key"),
        ] {
            let key = with(&signer.jwk("k1"), member, value);
            assert_eq!(Desk::new(&[key, good.clone()]).reason(&token).await, reason, "{member}");
        }
    }
}

#[test]
fn a_key_that_names_another_algorithm_is_skipped() {
    for signer in [Signer::ed25519(), Signer::p256(), Signer::rsa()] {
        for alg in ["EdDSA", "ES256", "RS256", "PS256", "RS512", "RSA-OAEP", "HS256", "none", ""] {
            let key = with(&signer.jwk("k1"), "alg", json!(alg));
            assert_eq!(usable(&[key]), usize::from(alg == signer.alg()), "{alg}");
        }
        assert_eq!(usable(&[with(&signer.jwk("k1"), "alg", json!(null))]), 0);
    }
}

#[test]
fn keys_for_algorithms_the_issuer_may_not_use_are_skipped() {
    let keys = [Signer::ed25519().jwk("a"), Signer::p256().jwk("b"), Signer::rsa().jwk("c")];
    for algorithm in SigningAlgorithm::ALL {
        let rules = KeyRules { algorithms: vec![algorithm], development: false };
        let set = KeySet::parse(jwks(&keys).as_bytes(), &rules).unwrap();
        assert_eq!(set.len(), 1);
        assert_eq!(set.find(None).unwrap().algorithm(), algorithm);
    }
}

#[test]
fn weak_rsa_keys_are_not_used() {
    let rsa = |bits: usize, exponent: &[u8]| {
        let mut modulus = vec![0xff; bits.div_ceil(8)];
        modulus[0] = 0xff >> (modulus.len() * 8 - bits);
        json!({ "kty": "RSA", "kid": "k1", "n": base64url(&modulus), "e": base64url(exponent) })
    };
    let usual = [1, 0, 1];
    for (bits, count) in [(512, 0), (1_024, 0), (2_047, 0), (2_048, 1), (8_192, 1), (8_193, 0)] {
        assert_eq!(usable(&[rsa(bits, &usual)]), count, "{bits}");
    }
    for exponent in [&[1][..], &[3], &[], &[0], &[1, 0, 0], &[1, 0, 2], &[1; 9]] {
        assert_eq!(usable(&[rsa(2_048, exponent)]), 0, "{exponent:?}");
    }
    let mut padded = vec![0; 128];
    padded.extend([0xff; 128]);
    let padded = json!({ "kty": "RSA", "n": base64url(&padded), "e": "AQAB" });
    assert_eq!(usable(&[padded]), 0);
}

#[test]
fn malformed_keys_are_skipped_and_the_others_used() {
    let good = Signer::p256().jwk("good");
    for (member, value) in [
        ("x", json!("AAAA")),
        ("x", json!(null)),
        ("y", json!("!")),
        ("crv", json!("P-384")),
        ("crv", json!("secp256k1")),
        ("kty", json!("AKP")),
        ("kty", json!(1)),
        ("kid", json!(1)),
        ("kid", json!("k".repeat(257))),
    ] {
        let bad = with(&Signer::p256().jwk("bad"), member, value);
        assert_eq!(usable(std::slice::from_ref(&bad)), 0, "{member}");
        assert_eq!(usable(&[bad, good.clone()]), 1, "{member}");
    }
}

#[test]
fn a_document_that_publishes_a_secret_is_refused_as_a_whole() {
    let good = Signer::ed25519().jwk("k1");
    let symmetric = json!({ "kty": "oct", "kid": "k2", "k": "c2VjcmV0" });
    let private = with(&Signer::ed25519().jwk("k2"), "d", json!("c2VjcmV0"));
    for secret in [symmetric, private] {
        assert_eq!(parse(&[good.clone(), secret]).unwrap_err(), KeyDocumentError::Secret);
    }
}

#[test]
fn a_document_may_have_a_hundred_keys_but_not_a_thousand() {
    let keys = |count: usize| -> Vec<Value> {
        let key = Signer::ed25519().jwk("");
        (0..count).map(|n| with(&key, "kid", json!(format!("k{n}")))).collect()
    };
    assert_eq!(parse(&keys(100)).unwrap().len(), 100);
    assert_eq!(parse(&keys(101)).unwrap_err(), KeyDocumentError::TooManyKeys);
    assert_eq!(parse(&keys(1_000)).unwrap_err(), KeyDocumentError::TooManyKeys);
}

#[test]
fn a_document_may_have_one_mebibyte() {
    let document = jwks(&[Signer::ed25519().jwk("k1")]);
    let padded = |length: usize| format!("{document}{}", " ".repeat(length - document.len()));
    assert!(KeySet::parse(padded(1 << 20).as_bytes(), &rules()).is_ok());
    let refused = KeySet::parse(padded((1 << 20) + 1).as_bytes(), &rules()).unwrap_err();
    assert_eq!(refused, KeyDocumentError::TooLarge);
}

#[test]
fn two_keys_may_not_share_a_key_id() {
    let keys = [Signer::ed25519().jwk("k1"), Signer::p256().jwk("k1")];
    assert_eq!(parse(&keys).unwrap_err(), KeyDocumentError::RepeatedKid);
}

#[test]
fn what_is_not_a_key_set_is_refused() {
    let empty = jwks(&[]);
    assert_eq!(parse(&[]).unwrap_err(), KeyDocumentError::NoUsableKey, "{empty}");
    for text in ["", "[]", "{}", "<html>", r#"{"keys":{}}"#, r#"{"keys":[1]}"#] {
        let refused = KeySet::parse(text.as_bytes(), &rules()).unwrap_err();
        assert_eq!(refused, KeyDocumentError::NotAKeySet, "{text}");
    }
    let twice = r#"{"keys":[],"keys":[]}"#;
    let refused = KeySet::parse(twice.as_bytes(), &rules()).unwrap_err();
    assert_eq!(refused, KeyDocumentError::NotAKeySet);
}
