//! The development key: lets somebody try the service without running an identity provider.
//!
//! It is an ordinary token issuer, except that it may give every role. It works only where
//! development mode is switched on, and a key set that contains it is refused elsewhere.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_lc_rs::rand;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::{BASE64, HEXLOWER};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;

use super::caller::{Identity, Role};
use super::claims::{self, LIFETIME_SECONDS_MAX};
use super::issuer;
use super::keys::{self, DEVELOPMENT_KID, KeySet};
use crate::domain::time::Timestamp;

/// A key file is 119 bytes long; more than this is something else.
const FILE_BYTES_MAX: u64 = 4_096;

/// Columns of base64 in a PEM file (RFC 7468 section 2).
const PEM_COLUMNS: usize = 64;

/// Why a development key cannot be made, read, written or used.
#[derive(Debug, thiserror::Error)]
pub enum DevelopmentKeyError {
    /// The file cannot be read or written.
    #[error("the development key file {} cannot be used: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is already there, and a key is never overwritten.
    #[error("the file {} exists already: remove it first to make a new key", .0.display())]
    Exists(PathBuf),
    /// Others than the owner may read the file.
    #[error("the development key file {} is open to others: run `chmod 600` on it", .0.display())]
    Exposed(PathBuf),
    /// The file is not an Ed25519 key in PKCS#8 PEM form.
    #[error("the file {} is not an Ed25519 private key in PEM form: make a new one", .0.display())]
    NotAKey(PathBuf),
    /// The lifetime asked for is not between one second and 15 minutes.
    #[error("a token must live between 1 and 900 seconds")]
    Lifetime,
    /// The subject is empty, too long, or has control characters.
    #[error("a token's subject must have 1 to 256 characters and no control characters")]
    Subject,
    /// The crypto library failed.
    #[error("the crypto library failed")]
    Crypto,
}

/// What a development token should say.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// The role, with a recruiter's organization.
    pub identity: Identity,
    /// Who the caller is to be: 1 to 256 characters without control characters.
    pub subject: String,
    /// How long the token lives, in whole seconds up to 15 minutes.
    pub lifetime: Duration,
}

/// The public half of a development key. Giving it to the authenticator turns development mode on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DevelopmentPublicKey([u8; 32]);

impl DevelopmentPublicKey {
    /// A JWKS document (RFC 7517) with this key alone.
    pub fn jwks(self) -> String {
        keys::ed25519_document(&self.0, DEVELOPMENT_KID)
    }

    pub(super) fn key_set(self) -> KeySet {
        KeySet::ed25519(&self.0, DEVELOPMENT_KID)
    }
}

/// A private key that mints tokens of the issuer `urn:glasklar:development`.
pub struct DevelopmentKey {
    signing: EncodingKey,
    public: [u8; 32],
}

impl DevelopmentKey {
    /// A new random key.
    ///
    /// # Errors
    /// [`DevelopmentKeyError::Crypto`] when the system has no randomness.
    pub fn generate() -> Result<Self, DevelopmentKeyError> {
        let pair = Ed25519KeyPair::generate().map_err(|_| DevelopmentKeyError::Crypto)?;
        let document = pair.to_pkcs8v1().map_err(|_| DevelopmentKeyError::Crypto)?;
        Self::from_pkcs8(document.as_ref()).ok_or(DevelopmentKeyError::Crypto)
    }

    /// Reads a key that [`DevelopmentKey::save`] wrote.
    ///
    /// # Errors
    /// When the file cannot be read, is open to others than its owner, or holds something else.
    pub fn load(path: &Path) -> Result<Self, DevelopmentKeyError> {
        let failed = |source| DevelopmentKeyError::File { path: path.to_owned(), source };
        let metadata = fs::metadata(path).map_err(failed)?;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(DevelopmentKeyError::Exposed(path.to_owned()));
        }
        if metadata.len() > FILE_BYTES_MAX {
            return Err(DevelopmentKeyError::NotAKey(path.to_owned()));
        }
        let pem = fs::read(path).map_err(failed)?;
        let parsed = EncodingKey::from_ed_pem(&pem).ok();
        let key = parsed.and_then(|key| Self::from_pkcs8(key.as_bytes()));
        key.ok_or_else(|| DevelopmentKeyError::NotAKey(path.to_owned()))
    }

    /// Writes the key as PKCS#8 PEM to a new file that only its owner may read.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), DevelopmentKeyError> {
        let failed = |source: io::Error| {
            if source.kind() == io::ErrorKind::AlreadyExists {
                DevelopmentKeyError::Exists(path.to_owned())
            } else {
                DevelopmentKeyError::File { path: path.to_owned(), source }
            }
        };
        let mut options = OpenOptions::new();
        let mut file =
            options.write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
        file.write_all(pem(self.signing.as_bytes()).as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)
    }

    /// The public half.
    pub const fn public_key(&self) -> DevelopmentPublicKey {
        DevelopmentPublicKey(self.public)
    }

    /// The `iss` of the tokens it mints.
    pub const fn issuer(&self) -> &'static str {
        issuer::DEVELOPMENT_ISSUER
    }

    /// A bearer token for this request, valid from `now` on.
    ///
    /// # Errors
    /// When the request asks for what no token may have, or the crypto library fails.
    pub fn mint(
        &self,
        request: &TokenRequest,
        now: Timestamp,
    ) -> Result<String, DevelopmentKeyError> {
        let lifetime = i64::try_from(request.lifetime.as_secs()).unwrap_or(i64::MAX);
        if !(1..=LIFETIME_SECONDS_MAX).contains(&lifetime) {
            return Err(DevelopmentKeyError::Lifetime);
        }
        if !claims::subject_fits(&request.subject) {
            return Err(DevelopmentKeyError::Subject);
        }
        let mut token_id = [0; 16];
        rand::fill(&mut token_id).map_err(|_| DevelopmentKeyError::Crypto)?;
        let config = issuer::development();
        let issued = now.micros().div_euclid(1_000_000);
        let (role, organization) = match &request.identity {
            Identity::Recruiter(organization) => (Role::Recruiter, Some(organization.as_str())),
            Identity::Candidate => (Role::Candidate, None),
            Identity::Auditor => (Role::Auditor, None),
            Identity::Operator => (Role::Operator, None),
        };
        let mut body = json!({
            "iss": config.issuer, "aud": config.audience, "sub": request.subject,
            "iat": issued, "exp": issued.saturating_add(lifetime),
            "client_id": DEVELOPMENT_KID, "jti": HEXLOWER.encode(&token_id),
            (config.role_claim): role.word(),
        });
        if let (Some(organization), Some(body)) = (organization, body.as_object_mut()) {
            body.insert(config.organization_claim, organization.into());
        }
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(DEVELOPMENT_KID.to_owned());
        jsonwebtoken::encode(&header, &body, &self.signing).map_err(|_| DevelopmentKeyError::Crypto)
    }

    fn from_pkcs8(document: &[u8]) -> Option<Self> {
        super::use_one_crypto_library();
        let pair = Ed25519KeyPair::from_pkcs8(document).ok()?;
        let public = pair.public_key().as_ref().try_into().ok()?;
        Some(Self { signing: EncodingKey::from_ed_der(document), public })
    }
}

impl fmt::Debug for DevelopmentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DevelopmentKey").field("public", &self.public).finish_non_exhaustive()
    }
}

fn pem(document: &[u8]) -> String {
    let base64 = BASE64.encode(document);
    let mut pem = "-----BEGIN PRIVATE KEY-----\n".to_owned();
    for line in base64.as_bytes().chunks(PEM_COLUMNS) {
        pem.extend(line.iter().copied().map(char::from));
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    pem
}
