//! What the operator says about a token issuer. Reads and checks the words; fetches nothing.

use std::path::PathBuf;

use jsonwebtoken::Algorithm;
use serde::Deserialize;

use super::caller::Role;
use crate::domain::ids::OrganizationId;

/// The issuer name of development tokens; no configured issuer may have it.
pub(super) const DEVELOPMENT_ISSUER: &str = "urn:glasklar:development";

/// The entry of `organizations` that means every organization.
pub(super) const ANY_ORGANIZATION: &str = "*";

/// Claims whose meaning RFC 7519 and RFC 9068 fix, so that role and organization cannot be them.
const RESERVED_CLAIMS: [&str; 8] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id"];

/// A signature algorithm the service accepts. There is no symmetric one: a shared secret would
/// let the service, or whoever steals its configuration, make tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum SigningAlgorithm {
    /// Ed25519 (RFC 8037).
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// ECDSA over P-256 with SHA-256 (RFC 7518 section 3.4).
    #[serde(rename = "ES256")]
    Es256,
    /// RSA PKCS #1 v1.5 with SHA-256 (RFC 7518 section 3.3), keys of 2,048 bits or more.
    #[serde(rename = "RS256")]
    Rs256,
}

impl SigningAlgorithm {
    /// Every algorithm, the preferred one first.
    pub const ALL: [Self; 3] = [Self::EdDsa, Self::Es256, Self::Rs256];

    /// The `alg` value of JOSE.
    pub const fn word(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.word() == word)
    }

    pub(super) const fn jose(self) -> Algorithm {
        match self {
            Self::EdDsa => Algorithm::EdDSA,
            Self::Es256 => Algorithm::ES256,
            Self::Rs256 => Algorithm::RS256,
        }
    }
}

/// One token issuer: whose signature is believed, about which roles and organizations.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// The exact text of `iss`; a trailing slash makes another issuer.
    pub issuer: String,
    /// What `aud` must be or contain: the name of this installation, so that a token for another
    /// environment does not work here.
    pub audience: String,
    /// A file with the issuer's JWKS. Read again every few seconds; while that fails, the last
    /// keys stay in use for up to 24 hours. Exactly one of `jwks_file` and `jwks_url` must be
    /// given.
    #[serde(default)]
    pub jwks_file: Option<PathBuf>,
    /// Where the issuer publishes its JWKS: an `https` URL (`http` only on a loopback address).
    /// Fetched again when half of its `max-age` (5 minutes to 24 hours) has passed, or for an
    /// unknown key id; while that fails, the last keys stay in use for up to 24 hours.
    /// Redirects are not followed and proxies from the environment are not used; where the service
    /// cannot reach the issuer directly, use `jwks_file`.
    #[serde(default)]
    pub jwks_url: Option<String>,
    /// The signature algorithms this issuer may use: some of `EdDSA`, `ES256`, `RS256`. All three
    /// when left out.
    #[serde(default = "all_algorithms")]
    pub algorithms: Vec<SigningAlgorithm>,
    /// The claim that carries the role, a single word. `glasklar_role` when left out.
    #[serde(default = "default_role_claim")]
    pub role_claim: String,
    /// The claim that carries a recruiter's organization. `glasklar_organization` when left out.
    #[serde(default = "default_organization_claim")]
    pub organization_claim: String,
    /// The claim that says who a candidate is. `sub` when left out.
    #[serde(default = "default_candidate_claim")]
    pub candidate_claim: String,
    /// The roles this issuer may give.
    pub roles: Vec<Role>,
    /// The organizations whose recruiters this issuer may vouch for; `["*"]` means all of them.
    /// Needed when `roles` lists `recruiter`.
    #[serde(default)]
    pub organizations: Vec<String>,
}

impl IssuerConfig {
    /// Everything that is wrong with this configuration, one sentence each, naming the key to
    /// change; empty when it can be used.
    pub fn validate(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.issuer.is_empty() {
            problems.push("`issuer` is empty: give the exact `iss` of its tokens".to_owned());
        }
        if self.issuer == DEVELOPMENT_ISSUER {
            problems.push(format!(
                "`issuer` must not be {DEVELOPMENT_ISSUER}: turn development mode on instead"
            ));
        }
        if self.audience.is_empty() {
            problems.push("`audience` is empty: give the name of this installation".to_owned());
        }
        if self.algorithms.is_empty() {
            problems.push("`algorithms` is empty: list some of EdDSA, ES256, RS256".to_owned());
        }
        problems.extend(self.key_problem());
        problems.extend(self.claim_problems());
        problems.extend(self.organization_problems());
        problems
            .iter()
            .map(|problem| format!("token issuer {:?}: {problem}", self.issuer))
            .collect()
    }

    /// Whether this issuer may vouch for recruiters of this organization.
    pub(super) fn speaks_for(&self, organization: &OrganizationId) -> bool {
        let names = |listed: &String| listed == ANY_ORGANIZATION || listed == organization.as_str();
        self.organizations.iter().any(names)
    }

    fn key_problem(&self) -> Option<String> {
        match (&self.jwks_file, &self.jwks_url) {
            (Some(_), None) => None,
            (None, Some(url)) => jwks_url(url).err().map(ToOwned::to_owned),
            (None, None) => Some("give the keys as `jwks_file` or `jwks_url`".to_owned()),
            (Some(_), Some(_)) => {
                Some("`jwks_file` and `jwks_url` are both given: keep one".to_owned())
            }
        }
    }

    fn claim_problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let claims =
            [("role_claim", &self.role_claim), ("organization_claim", &self.organization_claim)];
        for (key, claim) in claims {
            if claim.is_empty() || RESERVED_CLAIMS.contains(&claim.as_str()) {
                problems.push(format!("`{key}` must name a claim of its own, not {claim:?}"));
            }
        }
        if self.role_claim == self.organization_claim {
            problems.push("`role_claim` and `organization_claim` are the same claim".to_owned());
        }
        if self.candidate_claim.is_empty() {
            problems.push("`candidate_claim` is empty: leave it out to use `sub`".to_owned());
        }
        if self.roles.is_empty() {
            problems.push("`roles` is empty: list the roles this issuer may give".to_owned());
        }
        problems
    }

    fn organization_problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.roles.contains(&Role::Recruiter) && self.organizations.is_empty() {
            problems.push(
                "`organizations` is empty but `roles` lists recruiter: name the organizations it \
                 may speak for, or [\"*\"] for all"
                    .to_owned(),
            );
        }
        let any = self.organizations.iter().any(|listed| listed == ANY_ORGANIZATION);
        if any && self.organizations.len() > 1 {
            problems.push(
                "`organizations` lists \"*\" besides others: keep \"*\" or the others".to_owned(),
            );
        }
        for listed in &self.organizations {
            if listed == ANY_ORGANIZATION {
                continue;
            }
            if let Err(error) = listed.parse::<OrganizationId>() {
                problems.push(format!("`organizations` lists {listed:?}: {error}"));
            }
        }
        problems
    }
}

/// The URL in these words, if keys may be fetched from it.
pub(super) fn jwks_url(text: &str) -> Result<reqwest::Url, &'static str> {
    let url = reqwest::Url::parse(text).map_err(|_| "`jwks_url` is not a URL")?;
    let fetchable = match url.scheme() {
        "https" => true,
        "http" => is_loopback(&url),
        _ => false,
    };
    if !fetchable {
        return Err("`jwks_url` must be an https URL (http only on a loopback address)");
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("`jwks_url` must not carry a user, a password or a fragment");
    }
    Ok(url)
}

fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn all_algorithms() -> Vec<SigningAlgorithm> {
    SigningAlgorithm::ALL.to_vec()
}

fn default_role_claim() -> String {
    "glasklar_role".to_owned()
}

fn default_organization_claim() -> String {
    "glasklar_organization".to_owned()
}

fn default_candidate_claim() -> String {
    "sub".to_owned()
}

/// The configuration of the issuer of development tokens: every role, every organization.
pub(super) fn development() -> IssuerConfig {
    IssuerConfig {
        issuer: DEVELOPMENT_ISSUER.to_owned(),
        audience: "glasklar".to_owned(),
        jwks_file: None,
        jwks_url: None,
        algorithms: vec![SigningAlgorithm::EdDsa],
        role_claim: default_role_claim(),
        organization_claim: default_organization_claim(),
        candidate_claim: default_candidate_claim(),
        roles: Role::ALL.to_vec(),
        organizations: vec![ANY_ORGANIZATION.to_owned()],
    }
}
