//! Attacks through the token's form: parts, encodings, sizes, nesting.

use std::collections::BTreeSet;

use serde_json::json;

use super::forge::{Desk, NOW, Signer, base64url, claims, header, with, without};

fn desk() -> (Desk, Signer) {
    let signer = Signer::ed25519();
    (Desk::new(&[signer.jwk("k1")]), signer)
}

#[tokio::test]
async fn a_token_has_exactly_three_parts() {
    let (desk, signer) = desk();
    let token = signer.good_token("k1", 0);
    let (message, signature) = token.rsplit_once('.').unwrap();
    for wrong in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        message.to_owned(),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        format!("Bearer {token}"),
        format!("{token}\n"),
    ] {
        assert_ne!(desk.reason(&wrong).await, "accepted", "{wrong:?}");
    }
    assert_eq!(desk.reason(&format!("{message}.")).await, "signature");
}

#[tokio::test]
async fn parts_of_two_tokens_do_not_make_a_third() {
    let (desk, signer) = desk();
    let one = signer.good_token("k1", 0);
    let more = with(&claims(), "glasklar_organization", json!("globex"));
    let other = signer.token(&with(&header("EdDSA", "k1"), "x", json!(1)), &more);
    assert_eq!((desk.reason(&one).await, desk.reason(&other).await), ("accepted", "accepted"));
    let one: Vec<&str> = one.split('.').collect();
    let other: Vec<&str> = other.split('.').collect();
    for choice in 1..7_usize {
        let part = |place: usize| {
            if choice >> place & 1 == 1 { other[place] } else { one[place] }
        };
        let mixed = format!("{}.{}.{}", part(0), part(1), part(2));
        assert_eq!(desk.reason(&mixed).await, "signature", "{choice}");
    }
}

#[tokio::test]
async fn changing_any_one_character_of_a_token_spoils_it() {
    let (desk, signer) = desk();
    let token = signer.good_token("k1", 0);
    for place in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_ne!(desk.reason(&changed).await, "accepted", "{place}");
    }
}

#[tokio::test]
async fn base64_is_url_safe_unpadded_and_canonical() {
    let (desk, signer) = desk();
    let message = |header: &str, claims: &str| {
        let body = format!("{header}.{claims}");
        let signature = base64url(&signer.sign(body.as_bytes()));
        format!("{body}.{signature}")
    };
    let head = base64url(header("EdDSA", "k1").to_string().as_bytes());
    let body = base64url(claims().to_string().as_bytes());
    assert_eq!(desk.reason(&message(&head, &body)).await, "accepted");
    for body in [
        format!("{body}="),
        format!("{body} "),
        format!(" {body}"),
        format!("{body}\n"),
        format!("{body}+/"),
        format!("{body}é"),
        "e30=".to_owned(),
        "e31".to_owned(),
        "*".to_owned(),
    ] {
        assert_eq!(desk.reason(&message(&head, &body)).await, "malformed", "{body:?}");
    }
    let token = message(&head, &body);
    let stripped = token.get(..token.len() - 1).unwrap();
    assert_eq!(desk.reason(&format!("{token}==")).await, "signature");
    // The 64 bytes of a signature leave four bits of the last character unused.
    for last in "BCDEFGHIJKLMNOPRSTUVWXYZabcdef".chars() {
        let other = format!("{stripped}{last}");
        assert!(other == token || desk.reason(&other).await == "signature", "{last}");
    }
}

#[tokio::test]
async fn text_that_is_not_utf_8_or_not_an_object_is_refused() {
    let (desk, signer) = desk();
    let head = header("EdDSA", "k1").to_string();
    let body = claims().to_string();
    let mut spoiled = body.clone().into_bytes();
    let place = body.find("ats-7").unwrap();
    spoiled[place] = 0xff;
    for claims in [&spoiled[..], b"", b"[]", b"\"text\"", b"null", b"{", b"{}{}", b"\xef\xbb\xbf{}"]
    {
        assert_eq!(desk.reason(&signer.sign_raw(head.as_bytes(), claims)).await, "malformed");
    }
    for header in [&b"\xff"[..], b"", b"[]", b"null"] {
        let token = signer.sign_raw(header, body.as_bytes());
        assert_eq!(desk.reason(&token).await, "malformed");
    }
}

#[tokio::test]
async fn repeated_keys_in_header_or_claims_are_refused() {
    let (desk, signer) = desk();
    let head = header("EdDSA", "k1").to_string();
    let body = claims().to_string();
    let again = |object: &str, more: &str| format!("{}{more}}}", object.strip_suffix('}').unwrap());
    for more in [r#","alg":"EdDSA""#, r#","alg":"none""#, r#","kid":"k1""#, r#","typ":"at+jwt""#] {
        let token = signer.sign_raw(again(&head, more).as_bytes(), body.as_bytes());
        assert_eq!(desk.reason(&token).await, "malformed", "{more}");
    }
    let role = r#","glasklar_role":"operator""#;
    let escaped = r#","s\u0075b":"admin""#;
    let nested = r#","address":{"city":"a","city":"b"}"#;
    for more in [r#","sub":"ats-7""#, r#","exp":1900000000"#, role, escaped, nested] {
        let token = signer.sign_raw(head.as_bytes(), again(&body, more).as_bytes());
        assert_eq!(desk.reason(&token).await, "malformed", "{more}");
    }
}

#[tokio::test]
async fn nested_and_encrypted_tokens_are_refused() {
    let (desk, signer) = desk();
    let inner = signer.good_token("k1", 0);
    let nested = with(&header("EdDSA", "k1"), "cty", json!("JWT"));
    let token = signer.sign_raw(nested.to_string().as_bytes(), inner.as_bytes());
    assert_eq!(desk.reason(&token).await, "type");
    let plain = header("EdDSA", "k1").to_string();
    let token = signer.sign_raw(plain.as_bytes(), inner.as_bytes());
    assert_eq!(desk.reason(&token).await, "malformed");
    let encrypted = with(&header("RSA-OAEP", "k1"), "enc", json!("A256GCM")).to_string();
    let encrypted = base64url(encrypted.as_bytes());
    assert_eq!(desk.reason(&format!("{encrypted}.a2V5.aXY.dGV4dA.dGFn")).await, "malformed");
    let three_parts =
        signer.token(&with(&header("EdDSA", "k1"), "enc", json!("A256GCM")), &claims());
    assert_eq!(desk.reason(&three_parts).await, "type");
}

#[tokio::test]
async fn a_token_may_have_8_kib_and_no_more() {
    let (desk, signer) = desk();
    let padded = |length: usize| {
        signer.token(&header("EdDSA", "k1"), &with(&claims(), "pad", json!("x".repeat(length))))
    };
    let fits = (0..8_192_usize).take_while(|length| padded(*length).len() <= 8_192).last().unwrap();
    assert!(padded(fits).len() > 8_188);
    assert_eq!(desk.reason(&padded(fits)).await, "accepted");
    assert_eq!(desk.reason(&padded(fits + 3)).await, "too_large");
}

#[tokio::test]
async fn many_scopes_are_ignored_and_ten_thousand_are_too_large() {
    let (desk, signer) = desk();
    let scopes = |count: usize| {
        let scopes: Vec<String> = (0..count).map(|n| format!("scope{n}")).collect();
        signer.token(&header("EdDSA", "k1"), &with(&claims(), "scope", json!(scopes.join(" "))))
    };
    assert_eq!(desk.accept(&scopes(400)).await.role().word(), "recruiter");
    assert_eq!(desk.reason(&scopes(10_000)).await, "too_large");
}

#[tokio::test]
async fn every_refusal_looks_the_same_from_outside() {
    let (desk, signer) = desk();
    let good = claims();
    let mut seen = BTreeSet::new();
    let mut reasons = BTreeSet::new();
    for token in [
        "x".repeat(9_000),
        "a.b".to_owned(),
        signer.token(&header("none", "k1"), &good),
        signer.token(&header("EdDSA", "k2"), &good),
        Signer::ed25519().token(&header("EdDSA", "k1"), &good),
        signer.token(&header("EdDSA", "k1"), &with(&good, "exp", json!(NOW + 9_999))),
        signer.token(&header("EdDSA", "k1"), &without(&good, "aud")),
        signer.token(&header("EdDSA", "k1"), &with(&good, "glasklar_role", json!("root"))),
    ] {
        let now = super::forge::after(0);
        let error = desk.authenticator.authenticate(&token, now).await.unwrap_err();
        seen.insert(error.to_string());
        reasons.insert(error.reason());
    }
    assert_eq!((seen.len(), reasons.len()), (1, 8));
}
