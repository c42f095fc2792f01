//! Attacks through the claims: audience, issuer, times, subject, role, organization.

use serde_json::{Value, json};

use super::forge::{Desk, NOW, Signer, claims, config, header, with, without};
use crate::auth::{Identity, IssuerConfig, Role};

struct Claimant {
    desk: Desk,
    signer: Signer,
}

impl Claimant {
    fn new() -> Self {
        Self::with_config(config())
    }

    fn with_config(config: IssuerConfig) -> Self {
        let signer = Signer::ed25519();
        Self { desk: Desk::with_config(&[signer.jwk("k1")], config, None), signer }
    }

    async fn reason(&self, claims: &Value) -> &'static str {
        self.desk.reason(&self.token(claims)).await
    }

    fn token(&self, claims: &Value) -> String {
        self.signer.token(&header("EdDSA", "k1"), claims)
    }
}

#[tokio::test]
async fn the_audience_is_this_installation_alone_or_in_a_list() {
    let claimant = Claimant::new();
    for aud in [json!("glasklar-test"), json!(["other", "glasklar-test"]), json!(["glasklar-test"])]
    {
        assert_eq!(claimant.reason(&with(&claims(), "aud", aud)).await, "accepted");
    }
    for aud in [
        json!(""),
        json!(null),
        json!([]),
        json!(["other"]),
        json!("glasklar"),
        json!("glasklar-test-2"),
        json!("glasklar-test "),
        json!("GLASKLAR-TEST"),
        json!("other glasklar-test"),
        json!(["glasklar"]),
        json!([["glasklar-test"]]),
        json!(["glasklar-test", 1]),
        json!({ "glasklar-test": true }),
    ] {
        let claims = with(&claims(), "aud", aud.clone());
        assert_eq!(claimant.reason(&claims).await, "audience", "{aud}");
    }
    assert_eq!(claimant.reason(&without(&claims(), "aud")).await, "audience");
}

#[tokio::test]
async fn a_token_for_another_environment_is_refused_here() {
    let claimant = Claimant::new();
    for environment in ["glasklar-staging", "glasklar-production", "glasklar-tes"] {
        let claims = with(&claims(), "aud", json!(environment));
        assert_eq!(claimant.reason(&claims).await, "audience", "{environment}");
    }
}

#[tokio::test]
async fn the_issuer_is_compared_exactly() {
    let claimant = Claimant::new();
    for iss in [
        json!("https://id.example/"),
        json!("https://ID.example"),
        json!("http://id.example"),
        json!("https://id.example/tenant-b"),
        json!("https://id.example.evil.example"),
        json!(["https://id.example"]),
        json!(""),
        json!(null),
    ] {
        let claims = with(&claims(), "iss", iss.clone());
        assert_eq!(claimant.reason(&claims).await, "issuer", "{iss}");
    }
    assert_eq!(claimant.reason(&without(&claims(), "iss")).await, "issuer");
}

#[tokio::test]
async fn one_issuers_key_cannot_sign_for_another() {
    use crate::auth::Authenticator;
    let (ours, theirs) = (Signer::ed25519(), Signer::ed25519());
    let first = Desk::new(&[ours.jwk("k1")]);
    let other = IssuerConfig { issuer: "https://other.example".to_owned(), ..config() };
    let second = Desk::with_config(&[theirs.jwk("k1")], other.clone(), None);
    let configs = [(config(), &first), (other, &second)].map(|(config, desk)| IssuerConfig {
        jwks_file: Some(desk.file.path().to_owned()),
        ..config
    });
    let both = Authenticator::new(configs.to_vec(), None).unwrap();
    let now = super::forge::after(0);
    let for_us = ours.good_token("k1", 0);
    assert_eq!(both.authenticate(&for_us, now).await.unwrap().issuer, "https://id.example");
    let forged = theirs.good_token("k1", 0);
    assert_eq!(both.authenticate(&forged, now).await.unwrap_err().reason(), "signature");
}

#[tokio::test]
async fn times_are_required_and_must_be_whole_numbers() {
    let claimant = Claimant::new();
    for claim in ["exp", "iat"] {
        assert_eq!(claimant.reason(&without(&claims(), claim)).await, "lifetime", "{claim}");
    }
    for claim in ["exp", "iat", "nbf"] {
        for value in [
            json!(NOW.to_string()),
            json!(1_800_000_000.5),
            json!(1.8e9),
            json!(null),
            json!(true),
            json!([NOW]),
            json!(u64::MAX),
        ] {
            let claims = with(&claims(), claim, value.clone());
            assert_eq!(claimant.reason(&claims).await, "lifetime", "{claim} {value}");
        }
    }
}

#[tokio::test]
async fn a_token_lives_at_most_fifteen_minutes() {
    let claimant = Claimant::new();
    for (exp, reason) in [
        (NOW + 900, "accepted"),
        (NOW + 901, "lifetime"),
        (NOW + 10 * 365 * 86_400, "lifetime"),
        (i64::MAX, "lifetime"),
        (NOW, "lifetime"),
        (NOW - 1, "lifetime"),
        (i64::MIN, "lifetime"),
    ] {
        assert_eq!(claimant.reason(&with(&claims(), "exp", json!(exp))).await, reason, "{exp}");
    }
    let extremes = with(&with(&claims(), "exp", json!(i64::MAX)), "iat", json!(i64::MIN));
    assert_eq!(claimant.reason(&extremes).await, "lifetime");
    let eternity = with(&with(&claims(), "exp", json!(i64::MAX)), "iat", json!(i64::MAX - 9));
    assert_eq!(claimant.reason(&eternity).await, "not_yet_valid");
}

#[tokio::test]
async fn clocks_may_differ_by_thirty_seconds_and_no_more() {
    let claimant = Claimant::new();
    let token = claimant.token(&claims());
    for (seconds, reason) in [
        (-31, "not_yet_valid"),
        (-30, "accepted"),
        (629, "accepted"),
        (630, "expired"),
        (86_400, "expired"),
    ] {
        assert_eq!(claimant.desk.reason_after(seconds, &token).await, reason, "{seconds}");
    }
}

#[tokio::test]
async fn a_token_is_not_valid_before_its_nbf() {
    let claimant = Claimant::new();
    for (nbf, reason) in [
        (NOW - 60, "accepted"),
        (NOW + 30, "accepted"),
        (NOW + 31, "not_yet_valid"),
        (i64::MAX, "not_yet_valid"),
    ] {
        assert_eq!(claimant.reason(&with(&claims(), "nbf", json!(nbf))).await, reason, "{nbf}");
    }
}

#[tokio::test]
async fn a_subject_is_required_and_bounded_for_every_role() {
    let claimant = Claimant::new();
    for role in Role::ALL {
        let claims = with(&claims(), "glasklar_role", json!(role.word()));
        let longest = "é".repeat(256);
        assert_eq!(claimant.reason(&with(&claims, "sub", json!(longest))).await, "accepted");
        let too_long = "x".repeat(257);
        for sub in [json!(""), json!(too_long), json!(7), json!(null), json!("a\u{0}"), json!("\n")]
        {
            assert_eq!(claimant.reason(&with(&claims, "sub", sub)).await, "subject", "{role}");
        }
        assert_eq!(claimant.reason(&without(&claims, "sub")).await, "subject", "{role}");
    }
}

#[tokio::test]
async fn a_role_is_one_known_word() {
    let claimant = Claimant::new();
    for role in Role::ALL {
        let token = claimant.token(&with(&claims(), "glasklar_role", json!(role.word())));
        assert_eq!(claimant.desk.accept(&token).await.role(), role);
    }
    for role in [
        json!(""),
        json!("admin"),
        json!("Operator"),
        json!("candidate recruiter"),
        json!(["recruiter"]),
        json!(["candidate", "operator"]),
        json!(null),
    ] {
        let claims = with(&claims(), "glasklar_role", role.clone());
        assert_eq!(claimant.reason(&claims).await, "role", "{role}");
    }
    assert_eq!(claimant.reason(&without(&claims(), "glasklar_role")).await, "role");
}

#[tokio::test]
async fn an_issuer_gives_only_the_roles_it_may_give() {
    let roles = vec![Role::Candidate];
    let claimant = Claimant::with_config(IssuerConfig { roles, ..config() });
    for role in Role::ALL {
        let claims = with(&claims(), "glasklar_role", json!(role.word()));
        let expected = if role == Role::Candidate { "accepted" } else { "role" };
        assert_eq!(claimant.reason(&claims).await, expected, "{role}");
    }
}

#[tokio::test]
async fn a_recruiter_needs_an_organization_that_the_issuer_may_speak_for() {
    let claimant = Claimant::new();
    for organization in [
        json!("initech"),
        json!("*"),
        json!("ACME"),
        json!(""),
        json!(["acme"]),
        json!(null),
        json!("acme/../globex"),
    ] {
        let claims = with(&claims(), "glasklar_organization", organization.clone());
        assert_eq!(claimant.reason(&claims).await, "organization", "{organization}");
    }
    let nobodys = without(&claims(), "glasklar_organization");
    assert_eq!(claimant.reason(&nobodys).await, "organization");
    let organizations = vec!["*".to_owned()];
    let any = Claimant::with_config(IssuerConfig { organizations, ..config() });
    let initech = with(&claims(), "glasklar_organization", json!("initech"));
    assert_eq!(any.reason(&initech).await, "accepted");
    let nobodys = with(&claims(), "glasklar_organization", json!("*"));
    assert_eq!(any.reason(&nobodys).await, "organization");
}

#[tokio::test]
async fn a_revoked_client_is_refused_once_its_organization_is_struck_from_the_issuer() {
    let signer = Signer::ed25519();
    let token = signer.good_token("k1", 0);
    let before = Desk::new(&[signer.jwk("k1")]);
    assert_eq!(before.reason(&token).await, "accepted");
    let organizations = vec!["globex".to_owned()];
    let struck = IssuerConfig { organizations, ..config() };
    let after = Desk::with_config(&[signer.jwk("k1")], struck, None);
    assert_eq!(after.reason(&token).await, "organization");
}

#[tokio::test]
async fn an_organization_claim_gives_no_organization_to_other_roles() {
    let claimant = Claimant::new();
    for role in [Role::Candidate, Role::Auditor, Role::Operator] {
        let token = claimant.token(&with(&claims(), "glasklar_role", json!(role.word())));
        assert_eq!(claimant.desk.accept(&token).await.organization(), None, "{role}");
    }
}

#[tokio::test]
async fn claims_are_read_under_the_names_the_configuration_gives() {
    let claimant = Claimant::with_config(IssuerConfig {
        role_claim: "https://glasklar.example/role".to_owned(),
        organization_claim: "tenant".to_owned(),
        candidate_claim: "person".to_owned(),
        ..config()
    });
    assert_eq!(claimant.reason(&claims()).await, "role");
    let candidate = with(&claims(), "https://glasklar.example/role", json!("candidate"));
    assert_eq!(claimant.reason(&candidate).await, "subject");
    let token = claimant.token(&with(&candidate, "person", json!("alice")));
    let caller = claimant.desk.accept(&token).await;
    assert_eq!((caller.subject.as_str(), &caller.identity), ("alice", &Identity::Candidate));
    let recruiter = with(&candidate, "https://glasklar.example/role", json!("recruiter"));
    assert_eq!(claimant.reason(&recruiter).await, "organization");
    let token = claimant.token(&with(&recruiter, "tenant", json!("globex")));
    let caller = claimant.desk.accept(&token).await;
    assert_eq!(caller.organization().unwrap().as_str(), "globex");
    assert_eq!(caller.subject, "ats-7");
}
