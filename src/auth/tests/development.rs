//! The development key: what it may do, and that it does nothing where it must not.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use super::forge::{Desk, NOW, Signer, after, config};
use crate::auth::{
    Authenticator, Caller, DevelopmentKey, DevelopmentKeyError, Identity, IssuerConfig, Role,
    TokenRequest,
};

fn request(identity: Identity) -> TokenRequest {
    TokenRequest { identity, subject: "alice".to_owned(), lifetime: Duration::from_mins(15) }
}

fn identities() -> [Identity; 4] {
    let organization = "acme".parse().unwrap();
    [Identity::Recruiter(organization), Identity::Candidate, Identity::Auditor, Identity::Operator]
}

#[tokio::test]
async fn with_development_mode_on_a_minted_token_of_every_role_is_accepted() {
    let key = DevelopmentKey::generate().unwrap();
    let authenticator = Authenticator::new(Vec::new(), Some(key.public_key())).unwrap();
    assert!(authenticator.ready(after(0)));
    for (identity, role) in identities().into_iter().zip(Role::ALL) {
        let token = key.mint(&request(identity.clone()), after(0)).unwrap();
        let caller = authenticator.authenticate(&token, after(1)).await.unwrap();
        let issuer = key.issuer().to_owned();
        assert_eq!(*caller, Caller { issuer, subject: "alice".to_owned(), identity });
        assert_eq!((caller.role(), caller.issuer.as_str()), (role, "urn:glasklar:development"));
        let late = authenticator.authenticate(&token, after(930)).await.unwrap_err();
        assert_eq!(late.reason(), "expired");
    }
}

#[tokio::test]
async fn without_development_mode_no_minted_token_is_accepted() {
    let key = DevelopmentKey::generate().unwrap();
    let desk = Desk::new(&[Signer::ed25519().jwk("k1")]);
    for identity in identities() {
        let token = key.mint(&request(identity), after(0)).unwrap();
        assert_eq!(desk.reason(&token).await, "issuer");
    }
}

#[tokio::test]
async fn another_development_key_is_not_believed() {
    let (ours, theirs) = (DevelopmentKey::generate().unwrap(), DevelopmentKey::generate().unwrap());
    let authenticator = Authenticator::new(Vec::new(), Some(ours.public_key())).unwrap();
    let token = theirs.mint(&request(Identity::Operator), after(0)).unwrap();
    let refused = authenticator.authenticate(&token, after(0)).await.unwrap_err();
    assert_eq!(refused.reason(), "signature");
}

#[tokio::test]
async fn a_key_set_with_a_development_key_is_refused_unless_development_mode_is_on() {
    let key = DevelopmentKey::generate().unwrap().public_key();
    let signer = Signer::ed25519();
    for kid in ["glasklar-development", "glasklar-development-2"] {
        let keys = [signer.jwk("k1"), Signer::ed25519().jwk(kid)];
        let off = Desk::with_config(&keys, config(), None);
        let problems = off.authenticator.prefetch(after(0)).await;
        assert!(problems[0].contains("development key"), "{problems:?}");
        assert_eq!(off.reason(&signer.good_token("k1", 0)).await, "keys_unavailable");
        let on = Desk::with_config(&keys, config(), Some(key));
        assert_eq!(on.authenticator.prefetch(after(0)).await, [""; 0]);
        assert_eq!(on.reason(&signer.good_token("k1", 0)).await, "accepted");
    }
    let published = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(published.path(), key.jwks()).unwrap();
    let jwks_file = Some(published.path().to_owned());
    let config = IssuerConfig { jwks_file, ..config() };
    let slipped_in = Authenticator::new(vec![config], None).unwrap();
    assert!(slipped_in.prefetch(after(0)).await[0].contains("development key"));
}

#[test]
fn no_configured_issuer_may_take_the_development_issuers_name() {
    let taken = IssuerConfig { issuer: "urn:glasklar:development".to_owned(), ..config() };
    assert!(taken.validate().iter().any(|problem| problem.contains("development mode")));
}

#[tokio::test]
async fn a_saved_key_is_private_to_its_owner_and_mints_the_same_when_loaded() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("development.pem");
    let key = DevelopmentKey::generate().unwrap();
    key.save(&path).unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let loaded = DevelopmentKey::load(&path).unwrap();
    assert_eq!(loaded.public_key(), key.public_key());
    let authenticator = Authenticator::new(Vec::new(), Some(key.public_key())).unwrap();
    let token = loaded.mint(&request(Identity::Auditor), after(0)).unwrap();
    assert!(authenticator.authenticate(&token, after(0)).await.is_ok());
}

#[test]
fn a_key_is_never_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("development.pem");
    DevelopmentKey::generate().unwrap().save(&path).unwrap();
    let before = std::fs::read(&path).unwrap();
    let refused = DevelopmentKey::generate().unwrap().save(&path).unwrap_err();
    assert!(matches!(refused, DevelopmentKeyError::Exists(_)), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_key_file_that_is_exposed_missing_or_something_else_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("development.pem");
    let missing = DevelopmentKey::load(&path).unwrap_err();
    assert!(matches!(missing, DevelopmentKeyError::File { .. }), "{missing}");
    DevelopmentKey::generate().unwrap().save(&path).unwrap();
    for mode in [0o640, 0o604, 0o660] {
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        let exposed = DevelopmentKey::load(&path).unwrap_err();
        assert!(matches!(exposed, DevelopmentKeyError::Exposed(_)), "{exposed}");
    }
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    for text in ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "x"] {
        std::fs::write(&path, text).unwrap();
        let wrong = DevelopmentKey::load(&path).unwrap_err();
        assert!(matches!(wrong, DevelopmentKeyError::NotAKey(_)), "{wrong}");
    }
    std::fs::write(&path, "x".repeat(5_000)).unwrap();
    assert!(matches!(DevelopmentKey::load(&path), Err(DevelopmentKeyError::NotAKey(_))));
}

#[test]
fn requests_that_no_token_could_satisfy_are_refused() {
    let key = DevelopmentKey::generate().unwrap();
    for seconds in [0, 901, u64::MAX] {
        let lifetime = Duration::from_secs(seconds);
        let request = TokenRequest { lifetime, ..request(Identity::Candidate) };
        let refused = key.mint(&request, after(0)).unwrap_err();
        assert!(matches!(refused, DevelopmentKeyError::Lifetime), "{seconds}");
    }
    for subject in [String::new(), "x".repeat(257), "a\nb".to_owned()] {
        let request = TokenRequest { subject, ..request(Identity::Candidate) };
        let refused = key.mint(&request, after(0)).unwrap_err();
        assert!(matches!(refused, DevelopmentKeyError::Subject), "{request:?}");
    }
}

#[test]
fn two_tokens_for_one_request_differ_and_debug_output_hides_the_key() {
    let key = DevelopmentKey::generate().unwrap();
    let request = request(Identity::Candidate);
    let first = key.mint(&request, after(0)).unwrap();
    assert_ne!(first, key.mint(&request, after(0)).unwrap());
    let payload = first.split('.').nth(1).unwrap();
    let payload = data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!((&claims["iat"], &claims["exp"]), (&NOW.into(), &(NOW + 900).into()));
    assert_eq!(claims["aud"], "glasklar");
    assert!(claims.get("glasklar_organization").is_none());
    assert!(format!("{key:?}").ends_with(".. }"));
}
