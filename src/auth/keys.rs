//! An issuer's key set (RFC 7517), checked key by key. Pure: bytes in, verification keys out.
//! Where the bytes come from and how long they are believed is `jwks`'s business.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{DecodingKey, crypto};
use serde_json::{Map, Value};

use super::issuer::SigningAlgorithm;
use super::json;
use super::token::Fault;

/// The most bytes a JWKS document may have: 1 MiB.
pub(super) const DOCUMENT_BYTES_MAX: usize = 1 << 20;

/// The longest `kid` in a key set or token, in characters.
pub(super) const KID_LENGTH_MAX: usize = 256;

/// Every development key's `kid` begins with this; outside development mode no key's may.
pub(super) const DEVELOPMENT_KID: &str = "glasklar-development";

/// The most keys in one document. Each costs memory, and a search for every token.
const KEYS_MAX: usize = 100;

/// The sizes of RSA modulus in use: NIST SP 800-131A ended 1,024 bits, and above 8,192 a
/// verification costs too much.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;

/// Which keys of a document may be used.
#[derive(Clone, Debug)]
pub(super) struct KeyRules {
    /// The issuer's algorithms.
    pub(super) algorithms: Vec<SigningAlgorithm>,
    /// Whether keys with a development `kid` are allowed.
    pub(super) development: bool,
}

/// Why a whole document is refused. The keys in use before, if any, stay in use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum KeyDocumentError {
    #[error("the JWKS is larger than 1 MiB")]
    TooLarge,
    #[error("the JWKS is not a JSON object with a `keys` array of objects, without repeated keys")]
    NotAKeySet,
    #[error("the JWKS has more than 100 keys")]
    TooManyKeys,
    #[error(
        "the JWKS publishes a symmetric or private key, with which anybody could make tokens: \
         replace that key, and publish public keys only"
    )]
    Secret,
    #[error(
        "the JWKS contains a development key (kid glasklar-development...): remove it, or turn \
         development mode on"
    )]
    Development,
    #[error("the JWKS has two usable keys with the same kid")]
    RepeatedKid,
    #[error(
        "the JWKS has no usable key: it needs a signature key for one of the issuer's `algorithms`"
    )]
    NoUsableKey,
}

/// One public key, tied to the one algorithm it is for.
#[derive(Debug)]
pub(super) struct VerifyingKey {
    id: Option<String>,
    algorithm: SigningAlgorithm,
    key: DecodingKey,
}

impl VerifyingKey {
    /// The algorithm of the key. A token's header must say the same.
    pub(super) const fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// Whether this base64url signature over these bytes was made with the private half.
    pub(super) fn verifies(&self, message: &str, signature: &str) -> bool {
        let algorithm = self.algorithm.jose();
        crypto::verify(signature, message.as_bytes(), &self.key, algorithm).unwrap_or(false)
    }
}

/// The usable keys of one document; never empty.
#[derive(Debug)]
pub(super) struct KeySet(Vec<Arc<VerifyingKey>>);

impl KeySet {
    /// Reads a JWKS document. Keys of unknown types, for encryption or for other algorithms are
    /// skipped (RFC 7517 section 5); what shows that the document is dangerous refuses all of it.
    pub(super) fn parse(document: &[u8], rules: &KeyRules) -> Result<Self, KeyDocumentError> {
        if document.len() > DOCUMENT_BYTES_MAX {
            return Err(KeyDocumentError::TooLarge);
        }
        let object = json::object(document).ok_or(KeyDocumentError::NotAKeySet)?;
        let keys = object.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or(KeyDocumentError::NotAKeySet)?;
        if keys.len() > KEYS_MAX {
            return Err(KeyDocumentError::TooManyKeys);
        }
        let mut usable: Vec<Arc<VerifyingKey>> = Vec::new();
        for key in keys {
            let jwk = key.as_object().ok_or(KeyDocumentError::NotAKeySet)?;
            refuse_dangerous(jwk, rules)?;
            let Some(key) = verifying_key(jwk, rules) else {
                continue;
            };
            if key.id.is_some() && usable.iter().any(|earlier| earlier.id == key.id) {
                return Err(KeyDocumentError::RepeatedKid);
            }
            usable.push(Arc::new(key));
        }
        if usable.is_empty() { Err(KeyDocumentError::NoUsableKey) } else { Ok(Self(usable)) }
    }

    /// A set of this one Ed25519 key.
    pub(super) fn ed25519(public_key: &[u8; 32], kid: &str) -> Self {
        let key = DecodingKey::from_ed_der(public_key);
        let id = Some(kid.to_owned());
        Self(vec![Arc::new(VerifyingKey { id, algorithm: SigningAlgorithm::EdDsa, key })])
    }

    /// The key a token names. A token may leave `kid` out only where there is one key.
    pub(super) fn find(&self, kid: Option<&str>) -> Result<Arc<VerifyingKey>, Fault> {
        let Some(kid) = kid else {
            return match self.0.as_slice() {
                [only] => Ok(Arc::clone(only)),
                _ => Err(Fault::KeyId),
            };
        };
        let named = self.0.iter().find(|key| key.id.as_deref() == Some(kid));
        named.map(Arc::clone).ok_or(Fault::UnknownKey)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// A JWKS document with one Ed25519 key.
pub(super) fn ed25519_document(public_key: &[u8; 32], kid: &str) -> String {
    let x = BASE64URL_NOPAD.encode(public_key);
    serde_json::json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x,
    }] })
    .to_string()
}

fn refuse_dangerous(jwk: &Map<String, Value>, rules: &KeyRules) -> Result<(), KeyDocumentError> {
    if text(jwk, "kty") == Some("oct") || jwk.contains_key("d") || jwk.contains_key("k") {
        return Err(KeyDocumentError::Secret);
    }
    let development = text(jwk, "kid").is_some_and(|kid| kid.starts_with(DEVELOPMENT_KID));
    if development && !rules.development {
        return Err(KeyDocumentError::Development);
    }
    Ok(())
}

/// The key, unless it is of another type, use or algorithm, malformed, or too weak.
fn verifying_key(jwk: &Map<String, Value>, rules: &KeyRules) -> Option<VerifyingKey> {
    let (algorithm, key) = match text(jwk, "kty")? {
        "OKP" if text(jwk, "crv") == Some("Ed25519") => {
            (SigningAlgorithm::EdDsa, DecodingKey::from_ed_der(&coordinate(jwk, "x")?))
        }
        "EC" if text(jwk, "crv") == Some("P-256") => {
            (SigningAlgorithm::Es256, DecodingKey::from_ec_der(&p256_point(jwk)?))
        }
        "RSA" => (SigningAlgorithm::Rs256, rsa_key(jwk)?),
        _ => return None,
    };
    let same_algorithm = jwk.get("alg").is_none_or(|alg| alg.as_str() == Some(algorithm.word()));
    let for_signatures = jwk.get("use").is_none_or(|usage| usage.as_str() == Some("sig"));
    let for_verifying = jwk.get("key_ops").is_none_or(|operations| {
        operations.as_array().is_some_and(|list| list.iter().any(|entry| entry == "verify"))
    });
    let wanted = rules.algorithms.contains(&algorithm);
    if !(same_algorithm && for_signatures && for_verifying && wanted) {
        return None;
    }
    let id = match jwk.get("kid") {
        None => None,
        Some(kid) => Some(kid.as_str().filter(|kid| kid_fits(kid))?.to_owned()),
    };
    Some(VerifyingKey { id, algorithm, key })
}

/// Whether a `kid` has an acceptable length.
pub(super) fn kid_fits(kid: &str) -> bool {
    !kid.is_empty() && kid.chars().count() <= KID_LENGTH_MAX
}

fn text<'a>(jwk: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    jwk.get(key).and_then(Value::as_str)
}

fn decoded(jwk: &Map<String, Value>, key: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text(jwk, key)?.as_bytes()).ok()
}

/// A coordinate at its full length of 32 bytes (RFC 7518 section 6.2.1.2, RFC 8037 section 2).
fn coordinate(jwk: &Map<String, Value>, key: &str) -> Option<[u8; 32]> {
    decoded(jwk, key)?.try_into().ok()
}

/// The point uncompressed (SEC 1 section 2.3.3); a point off the curve verifies nothing.
fn p256_point(jwk: &Map<String, Value>) -> Option<Vec<u8>> {
    Some([&[0x04][..], &coordinate(jwk, "x")?, &coordinate(jwk, "y")?].concat())
}

fn rsa_key(jwk: &Map<String, Value>) -> Option<DecodingKey> {
    let modulus = decoded(jwk, "n")?;
    let exponent = decoded(jwk, "e")?;
    let in_use = RSA_BITS.contains(&bits(&modulus)) && exponent_is_safe(&exponent);
    in_use.then(|| DecodingKey::from_rsa_raw_components(&modulus, &exponent))
}

fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let significant = number.get(zeros..).unwrap_or_default();
    let first = significant.first().copied().unwrap_or_default();
    (significant.len() * 8).saturating_sub(first.leading_zeros() as usize)
}

/// NIST SP 800-56B section 6.2: odd and at least 65,537. With an exponent of 1 every message
/// would be its own signature.
fn exponent_is_safe(exponent: &[u8]) -> bool {
    let mut padded = [0; 8];
    let Some(start) = padded.len().checked_sub(exponent.len()) else {
        return false;
    };
    let Some(tail) = padded.get_mut(start..) else {
        return false;
    };
    tail.copy_from_slice(exponent);
    let value = u64::from_be_bytes(padded);
    value >= 65_537 && value % 2 == 1
}
