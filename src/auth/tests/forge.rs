//! Makes keys and tokens, good and bad, without the library that checks them.

use std::io::Write;
use std::sync::{Arc, LazyLock};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    RsaPublicKeyComponents,
};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::auth::issuer::{self, IssuerConfig};
use crate::auth::{Authenticator, Caller, DevelopmentPublicKey, TokenError};
use crate::domain::time::Timestamp;

/// The second at which every test begins.
pub(super) const NOW: i64 = 1_800_000_000;

/// The issuer of the tests.
pub(super) const ISSUER: &str = "https://id.example";

/// RSA keys take long to make.
static RSA: LazyLock<Signer> =
    LazyLock::new(|| Signer::Rsa(Arc::new(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())));

/// An instant this many seconds after the beginning.
pub(super) fn after(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(NOW + seconds)
}

/// A private key.
#[derive(Clone)]
pub(super) enum Signer {
    Ed(Arc<Ed25519KeyPair>),
    Ec(Arc<EcdsaKeyPair>),
    Rsa(Arc<RsaKeyPair>),
}

impl Signer {
    pub(super) fn ed25519() -> Self {
        Self::Ed(Arc::new(Ed25519KeyPair::generate().unwrap()))
    }

    pub(super) fn p256() -> Self {
        Self::Ec(Arc::new(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()))
    }

    pub(super) fn rsa() -> Self {
        RSA.clone()
    }

    pub(super) fn alg(&self) -> &'static str {
        match self {
            Self::Ed(_) => "EdDSA",
            Self::Ec(_) => "ES256",
            Self::Rsa(_) => "RS256",
        }
    }

    pub(super) fn jwk(&self, kid: &str) -> Value {
        match self {
            Self::Ed(pair) => json!({
                "kty": "OKP", "crv": "Ed25519", "kid": kid,
                "x": base64url(pair.public_key().as_ref()),
            }),
            Self::Ec(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({
                    "kty": "EC", "crv": "P-256", "kid": kid,
                    "x": base64url(x), "y": base64url(y),
                })
            }
            Self::Rsa(pair) => {
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                json!({
                    "kty": "RSA", "kid": kid,
                    "n": base64url(&public.n), "e": base64url(&public.e),
                })
            }
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ed(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Ec(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
        }
    }

    /// A token of exactly these bytes, rightly signed.
    pub(super) fn sign_raw(&self, header: &[u8], claims: &[u8]) -> String {
        let signed = format!("{}.{}", base64url(header), base64url(claims));
        let signature = base64url(&self.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    /// A token with this header and these claims, rightly signed.
    pub(super) fn token(&self, header: &Value, claims: &Value) -> String {
        self.sign_raw(header.to_string().as_bytes(), claims.to_string().as_bytes())
    }

    /// A token in which nothing is wrong, issued this many seconds after the beginning.
    pub(super) fn good_token(&self, kid: &str, seconds: i64) -> String {
        let claims = with(&claims(), "iat", json!(NOW + seconds));
        let claims = with(&claims, "exp", json!(NOW + seconds + 600));
        self.token(&header(self.alg(), kid), &claims)
    }
}

pub(super) fn base64url(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// A header in which nothing is wrong.
pub(super) fn header(alg: &str, kid: &str) -> Value {
    json!({ "alg": alg, "typ": "at+jwt", "kid": kid })
}

/// Claims of a recruiter in which nothing is wrong.
pub(super) fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": "glasklar-test", "sub": "ats-7", "iat": NOW, "exp": NOW + 600,
        "glasklar_role": "recruiter", "glasklar_organization": "acme",
    })
}

/// A copy of the object with one member set.
pub(super) fn with(object: &Value, key: &str, value: Value) -> Value {
    let mut changed = object.clone();
    changed[key] = value;
    changed
}

/// A copy of the object with one member left out.
pub(super) fn without(object: &Value, key: &str) -> Value {
    let mut changed = object.clone();
    changed.as_object_mut().unwrap().remove(key);
    changed
}

/// A JWKS document.
pub(super) fn jwks(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

/// A configured issuer that may give every role, and recruiters of acme and globex; its keys are
/// still missing.
pub(super) fn config() -> IssuerConfig {
    IssuerConfig {
        issuer: ISSUER.to_owned(),
        audience: "glasklar-test".to_owned(),
        organizations: vec!["acme".to_owned(), "globex".to_owned()],
        algorithms: crate::auth::SigningAlgorithm::ALL.to_vec(),
        ..issuer::development()
    }
}

/// An authenticator whose one issuer has its keys in a file.
pub(super) struct Desk {
    pub(super) authenticator: Authenticator,
    pub(super) file: NamedTempFile,
}

impl Desk {
    /// With these keys and the usual configuration.
    pub(super) fn new(keys: &[Value]) -> Self {
        Self::with_config(keys, config(), None)
    }

    pub(super) fn with_config(
        keys: &[Value],
        config: IssuerConfig,
        development: Option<DevelopmentPublicKey>,
    ) -> Self {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(jwks(keys).as_bytes()).unwrap();
        let jwks_file = Some(file.path().to_owned());
        let config = IssuerConfig { jwks_file, ..config };
        let authenticator = Authenticator::new(vec![config], development).unwrap();
        Self { authenticator, file }
    }

    /// Puts other text into the key file.
    pub(super) fn replace_file(&self, document: &str) {
        std::fs::write(self.file.path(), document).unwrap();
    }

    /// The caller of a token that must be accepted this many seconds after the beginning.
    pub(super) async fn accept_after(&self, seconds: i64, token: &str) -> Arc<Caller> {
        let answer = self.authenticator.authenticate(token, after(seconds)).await;
        answer.unwrap_or_else(|error| panic!("refused for {}", error.reason()))
    }

    /// The caller of a token that must be accepted.
    pub(super) async fn accept(&self, token: &str) -> Arc<Caller> {
        self.accept_after(0, token).await
    }

    /// Why a token is refused this many seconds after the beginning; `accepted` when it is not.
    pub(super) async fn reason_after(&self, seconds: i64, token: &str) -> &'static str {
        let answer = self.authenticator.authenticate(token, after(seconds)).await;
        answer.map_or_else(TokenError::reason, |_| "accepted")
    }

    /// Why a token is refused; `accepted` when it is not.
    pub(super) async fn reason(&self, token: &str) -> &'static str {
        self.reason_after(0, token).await
    }
}
