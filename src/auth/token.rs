//! From a bearer token to its caller: the order of the checks, and the one error outside.
//!
//! Of a token, nothing but `alg`, `kid`, `typ` and `iss` is used before the signature holds, and
//! those only to choose among keys the operator configured. What the claims must say is in
//! `claims`; keys are in `jwks`. Nothing here fetches what a token points to.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::cache::{TokenCache, TokenDigest};
use super::caller::Caller;
use super::development::DevelopmentPublicKey;
use super::issuer::{self, IssuerConfig, SigningAlgorithm};
use super::jwks::KeySource;
use super::keys::{self, KeyRules};
use super::{claims, json};
use crate::domain::time::Timestamp;

/// The longest token accepted: half of the 16 KiB of headers a request may have.
const TOKEN_BYTES_MAX: usize = 8 * 1024;

/// The types of an access token (RFC 9068 section 2.1). ID tokens, logout tokens and proofs of
/// possession of the same issuer have others.
const TOKEN_TYPES: [&str; 2] = ["at+jwt", "application/at+jwt"];

/// A token that is not accepted. It looks the same from outside whatever is wrong with it, so
/// that nobody can feel her way to a forgery; [`TokenError::reason`] is for metrics and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bearer token is not accepted: get a new one from its issuer")]
pub struct TokenError {
    fault: Fault,
}

impl TokenError {
    /// One word from a fixed list for metrics and logs; never any content of the token. Not for
    /// the caller.
    pub const fn reason(self) -> &'static str {
        self.fault.word()
    }
}

impl From<Fault> for TokenError {
    fn from(fault: Fault) -> Self {
        Self { fault }
    }
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    TooLarge,
    Malformed,
    Type,
    CriticalHeader,
    Algorithm,
    KeyId,
    UnknownKey,
    KeysUnavailable,
    Signature,
    Issuer,
    Audience,
    Subject,
    Lifetime,
    Expired,
    NotYetValid,
    Role,
    Organization,
}

impl Fault {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::Type => "type",
            Self::CriticalHeader => "critical_header",
            Self::Algorithm => "algorithm",
            Self::KeyId => "key_id",
            Self::UnknownKey => "unknown_key",
            Self::KeysUnavailable => "keys_unavailable",
            Self::Signature => "signature",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Subject => "subject",
            Self::Lifetime => "lifetime",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::Role => "role",
            Self::Organization => "organization",
        }
    }
}

/// Token issuers that cannot be used as configured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token issuers cannot be used: {}", problems.join("; "))]
pub struct InvalidIssuers {
    /// Everything that is wrong, one sentence each.
    pub problems: Vec<String>,
}

/// Turns bearer tokens into callers.
pub struct Authenticator {
    issuers: Vec<Issuer>,
    cache: TokenCache,
    /// Counts the key sets taken into use, over all issuers.
    generation: Arc<AtomicU64>,
}

struct Issuer {
    config: IssuerConfig,
    keys: Arc<KeySource>,
}

impl Authenticator {
    /// For these issuers. With a development key, development mode is on: tokens it minted are
    /// accepted, whatever role they give. Reads no keys yet: see [`Authenticator::prefetch`].
    ///
    /// # Errors
    /// All problems of all issuers at once, or that there is no issuer at all.
    pub fn new(
        issuers: Vec<IssuerConfig>,
        development: Option<DevelopmentPublicKey>,
    ) -> Result<Self, InvalidIssuers> {
        super::use_one_crypto_library();
        let problems = problems(&issuers, development.is_some());
        if !problems.is_empty() {
            return Err(InvalidIssuers { problems });
        }
        let generation = Arc::new(AtomicU64::new(0));
        let mut ready = Vec::new();
        for config in issuers {
            let rules = KeyRules {
                algorithms: config.algorithms.clone(),
                development: development.is_some(),
            };
            let keys = KeySource::new(&config, rules, Arc::clone(&generation));
            let keys = keys.map_err(|problem| InvalidIssuers { problems: vec![problem] })?;
            ready.push(Issuer { config, keys: Arc::new(keys) });
        }
        if let Some(key) = development {
            let keys = Arc::new(KeySource::fixed(key.key_set()));
            ready.push(Issuer { config: issuer::development(), keys });
        }
        Ok(Self { issuers: ready, cache: TokenCache::new(), generation })
    }

    /// Loads every issuer's keys that are not loaded yet, waiting for at most the few seconds one
    /// load may take. Returns what went wrong, one sentence an issuer; empty when all are loaded.
    /// Must run on a Tokio runtime.
    pub async fn prefetch(&self, now: Timestamp) -> Vec<String> {
        for issuer in &self.issuers {
            issuer.keys.start_loading(now);
        }
        let mut problems = Vec::new();
        for issuer in &self.issuers {
            if let Err(problem) = issuer.keys.loaded(now).await {
                problems.push(format!("token issuer {:?}: {problem}", issuer.config.issuer));
            }
        }
        problems
    }

    /// Whether every issuer's keys are loaded and not too old; false until the first fetch.
    pub fn ready(&self, now: Timestamp) -> bool {
        self.issuers.iter().all(|issuer| issuer.keys.is_usable(now))
    }

    /// The caller this bearer token (without the word `Bearer`) speaks for. Must run on a Tokio
    /// runtime: a key set may have to be read, which takes seconds at most.
    ///
    /// # Errors
    /// One opaque error for whatever is wrong, the unavailability of the issuer's keys included.
    pub async fn authenticate(
        &self,
        bearer: &str,
        now: Timestamp,
    ) -> Result<Arc<Caller>, TokenError> {
        if bearer.len() > TOKEN_BYTES_MAX {
            return Err(Fault::TooLarge.into());
        }
        let digest = TokenDigest::of(bearer);
        let generation = self.generation.load(Ordering::Acquire);
        if let Some(caller) = self.cache.get(&digest, generation, now) {
            return Ok(caller);
        }
        let (caller, expires) = self.verify(bearer, now).await?;
        let caller = Arc::new(caller);
        self.cache.insert(digest, (&caller, expires), generation, now);
        Ok(caller)
    }

    async fn verify(&self, bearer: &str, now: Timestamp) -> Result<(Caller, Timestamp), Fault> {
        let token = Token::parse(bearer)?;
        let name = token.claims.get("iss").and_then(Value::as_str).ok_or(Fault::Issuer)?;
        let issuer = self.issuers.iter().find(|issuer| issuer.config.issuer == name);
        let issuer = issuer.ok_or(Fault::Issuer)?;
        let key = issuer.keys.key(token.kid.as_deref(), now).await?;
        if key.algorithm() != token.algorithm {
            return Err(Fault::Algorithm);
        }
        if !key.verifies(token.signed, token.signature) {
            return Err(Fault::Signature);
        }
        claims::caller(&token.claims, &issuer.config, now)
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.cache.len()
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuers: Vec<_> = self.issuers.iter().map(|issuer| &issuer.config.issuer).collect();
        f.debug_struct("Authenticator").field("issuers", &issuers).finish_non_exhaustive()
    }
}

fn problems(issuers: &[IssuerConfig], development: bool) -> Vec<String> {
    let mut problems: Vec<String> = issuers.iter().flat_map(IssuerConfig::validate).collect();
    for (position, issuer) in issuers.iter().enumerate() {
        if issuers.iter().take(position).any(|earlier| earlier.issuer == issuer.issuer) {
            problems.push(format!("token issuer {:?} is configured twice", issuer.issuer));
        }
    }
    if issuers.is_empty() && !development {
        problems.push("there is none: configure one, or turn development mode on".to_owned());
    }
    problems
}

/// A token taken apart, not yet believed.
struct Token<'a> {
    algorithm: SigningAlgorithm,
    kid: Option<String>,
    claims: Map<String, Value>,
    /// Header and claims as they were signed.
    signed: &'a str,
    signature: &'a str,
}

impl<'a> Token<'a> {
    /// Takes a JWS in compact serialization apart; a JWE has five parts and is refused here.
    fn parse(bearer: &'a str) -> Result<Self, Fault> {
        let (signed, signature) = bearer.rsplit_once('.').ok_or(Fault::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Fault::Malformed)?;
        if payload.contains('.') {
            return Err(Fault::Malformed);
        }
        let header = decoded(header)?;
        let (algorithm, kid) = read_header(&header)?;
        let claims = decoded(payload)?;
        Ok(Self { algorithm, kid, claims, signed, signature })
    }
}

fn decoded(part: &str) -> Result<Map<String, Value>, Fault> {
    let bytes = BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| Fault::Malformed)?;
    json::object(&bytes).ok_or(Fault::Malformed)
}

/// The algorithm and key id of a header. `jku`, `jwk`, `x5u` and `x5c` are never looked at: they
/// would let the token bring its own key.
fn read_header(header: &Map<String, Value>) -> Result<(SigningAlgorithm, Option<String>), Fault> {
    // RFC 7515 section 4.1.11: who does not understand an extension in `crit` must refuse. None
    // is understood here.
    if header.contains_key("crit") {
        return Err(Fault::CriticalHeader);
    }
    let token_type = header.get("typ").and_then(Value::as_str).ok_or(Fault::Type)?;
    let access_token = TOKEN_TYPES.iter().any(|accepted| token_type.eq_ignore_ascii_case(accepted));
    // `cty` announces a nested token (RFC 7519 section 5.2), `enc` an encrypted one (RFC 7516).
    if !access_token || header.contains_key("cty") || header.contains_key("enc") {
        return Err(Fault::Type);
    }
    let algorithm = header.get("alg").and_then(Value::as_str).ok_or(Fault::Algorithm)?;
    let algorithm = SigningAlgorithm::from_word(algorithm).ok_or(Fault::Algorithm)?;
    let kid = match header.get("kid") {
        None => None,
        Some(kid) => {
            let kid = kid.as_str().filter(|kid| keys::kid_fits(kid)).ok_or(Fault::KeyId)?;
            Some(kid.to_owned())
        }
    };
    Ok((algorithm, kid))
}
