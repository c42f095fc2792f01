//! The operator's configuration of issuers: defaults, and mistakes found before the start.

use super::forge::config;
use crate::auth::{Authenticator, IssuerConfig, Role, SigningAlgorithm};

/// The smallest configuration there is.
const SMALLEST: &str = r#"
    issuer = "https://id.example"
    audience = "glasklar-test"
    jwks_url = "https://id.example/jwks.json"
    roles = ["candidate"]
"#;

/// The problems of the usual configuration after a change.
fn problems(change: impl FnOnce(&mut IssuerConfig)) -> String {
    let mut config = config();
    config.jwks_url = Some("https://id.example/jwks.json".to_owned());
    change(&mut config);
    config.validate().join("\n")
}

#[test]
fn what_is_left_out_has_the_documented_defaults() {
    let config: IssuerConfig = toml::from_str(SMALLEST).unwrap();
    assert_eq!(config.validate(), [""; 0]);
    assert_eq!(config.algorithms, SigningAlgorithm::ALL);
    assert_eq!(config.role_claim, "glasklar_role");
    assert_eq!(config.organization_claim, "glasklar_organization");
    assert_eq!(config.candidate_claim, "sub");
    assert_eq!(config.roles, [Role::Candidate]);
    assert_eq!((config.jwks_file, config.organizations.len()), (None, 0));
}

#[test]
fn unknown_keys_roles_and_algorithms_are_refused() {
    for more in [
        "leeway = 3600",
        "algorithms = [\"HS256\"]",
        "algorithms = [\"none\"]",
        "algorithms = [\"PS256\"]",
        "jwks_uri = \"https://id.example\"",
    ] {
        assert!(toml::from_str::<IssuerConfig>(&format!("{SMALLEST}\n{more}")).is_err(), "{more}");
    }
    let admin = SMALLEST.replace("candidate", "admin");
    assert!(toml::from_str::<IssuerConfig>(&admin).is_err());
}

#[test]
fn keys_come_from_exactly_one_place() {
    assert_eq!(problems(|_| ()), "");
    let both = problems(|config| config.jwks_file = Some("keys.json".into()));
    assert!(both.contains("`jwks_file` and `jwks_url` are both given"), "{both}");
    let neither = problems(|config| config.jwks_url = None);
    assert!(neither.contains("give the keys as `jwks_file` or `jwks_url`"), "{neither}");
}

#[test]
fn keys_are_fetched_over_https_except_from_this_machine() {
    for (url, allowed) in [
        ("https://id.example/jwks.json", true),
        ("https://id.example:8443/a?b=c", true),
        ("http://localhost:8080/jwks", true),
        ("http://127.0.0.1:8080/jwks", true),
        ("http://127.9.9.9/jwks", true),
        ("http://[::1]:8080/jwks", true),
        ("http://id.example/jwks.json", false),
        ("http://localhost.evil.example/", false),
        ("http://127.0.0.1.evil.example/", false),
        ("http://127.0.0.1@evil.example/", false),
        ("http://10.0.0.1/", false),
        ("http://169.254.169.254/latest/meta-data", false),
        ("http://[::ffff:10.0.0.1]/", false),
        ("ftp://id.example/", false),
        ("file:///etc/passwd", false),
        ("https://user:password@id.example/", false),
        ("https://id.example/#keys", false),
        ("id.example/jwks.json", false),
        ("", false),
    ] {
        let problems = problems(|config| config.jwks_url = Some(url.to_owned()));
        assert_eq!(problems.is_empty(), allowed, "{url}: {problems}");
        assert!(allowed || problems.contains("`jwks_url`"), "{problems}");
    }
}

#[test]
fn every_mistake_is_named_with_its_key() {
    type Change = fn(&mut IssuerConfig);
    let mistakes: [(&str, Change); 10] = [
        ("`issuer`", |config| config.issuer = String::new()),
        ("`audience`", |config| config.audience = String::new()),
        ("`algorithms`", |config| config.algorithms = Vec::new()),
        ("`role_claim`", |config| {
            config.role_claim = "sub".to_owned();
        }),
        ("`organization_claim`", |config| {
            config.organization_claim = String::new();
        }),
        ("same claim", |config| {
            config.role_claim = config.organization_claim.clone();
        }),
        ("`candidate_claim`", |config| {
            config.candidate_claim = String::new();
        }),
        ("`roles`", |config| config.roles = Vec::new()),
        ("`organizations`", |config| {
            config.organizations = Vec::new();
        }),
        ("keep \"*\"", |config| {
            config.organizations.push("*".to_owned());
        }),
    ];
    for (words, change) in mistakes {
        let found = problems(change);
        assert!(found.contains(words) && found.lines().count() == 1, "{words}: {found}");
    }
    let bad_id = problems(|config| config.organizations.push("Acme!".to_owned()));
    assert!(bad_id.contains("\"Acme!\""), "{bad_id}");
    let without_recruiters = problems(|config| {
        config.roles = vec![Role::Candidate];
        config.organizations = Vec::new();
    });
    assert_eq!(without_recruiters, "");
}

#[test]
fn an_authenticator_reports_all_mistakes_of_all_issuers_at_once() {
    let bad = IssuerConfig { audience: String::new(), ..config() };
    let good: IssuerConfig = toml::from_str(SMALLEST).unwrap();
    let refused = Authenticator::new(vec![bad, good.clone(), good], None).unwrap_err();
    assert_eq!(refused.problems.len(), 4, "{refused}");
    assert!(refused.to_string().contains("configured twice"), "{refused}");
    let none = Authenticator::new(Vec::new(), None).unwrap_err();
    assert!(none.to_string().contains("there is none"), "{none}");
}

#[test]
fn an_issuer_that_is_reached_over_tls_can_be_set_up_without_reaching_it() {
    let config: IssuerConfig = toml::from_str(SMALLEST).unwrap();
    let authenticator = Authenticator::new(vec![config], None).unwrap();
    assert!(!authenticator.ready(super::forge::after(0)));
}
