//! Checkpoints: the ledger's size and root under the service's signature, in the formats of
//! <https://c2sp.org/tlog-checkpoint> and <https://c2sp.org/signed-note>, so that any witness or
//! monitor of that family can read them.
//!
//! Ed25519 only, one signature made and one key trusted at a time. Keeping keys, choosing when to
//! sign and remembering old checkpoints belong to the caller.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use data_encoding::{BASE64, HEXLOWER};

use super::hash::{Hash, sha256};

/// Length of an Ed25519 seed and of an Ed25519 public key, in bytes.
pub const KEY_BYTES: usize = 32;

/// Longest note that is read, in bytes. The format asks for room for 16 signatures, of which
/// post-quantum ones take up to 7 kB each.
pub const MAX_NOTE_BYTES: usize = 256 * 1024;

/// What the format calls the signature type of plain Ed25519.
const ED25519_TYPE: u8 = 0x01;
const ID_BYTES: usize = 4;
const SIGNATURE_PREFIX: &str = "\u{2014} ";

/// The state of the ledger at one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which ledger: a name unique in the world, usually host and path without a scheme.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root of the tree over these leaves.
    pub root: Hash,
}

/// Why a key or a note was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The name cannot stand in a signature line.
    #[error("a key name must not be empty and must not have spaces, plus signs or control codes")]
    Name,
    /// The origin cannot stand in a note.
    #[error("a checkpoint's origin must not be empty and must not have control codes")]
    Origin,
    /// The text is no verifier key.
    #[error("the verifier key is malformed; expected <name>+<8 hex digits>+<base64>")]
    Key,
    /// The verifier key is for signatures other than Ed25519.
    #[error("the verifier key is not an Ed25519 key; only those are supported")]
    Algorithm,
    /// The id in the verifier key does not belong to its name and key.
    #[error("the verifier key does not match its own id; copy it again")]
    KeyId,
    /// The seed was not accepted, or signing failed.
    #[error("the signing key could not be used; check its seed")]
    Signing,
    /// The note is not in the format.
    #[error("the note is malformed: {0}")]
    Malformed(&'static str),
    /// Nothing in the note is signed by the trusted key.
    #[error("the note is not signed by {0}; check that the verifier key is this ledger's")]
    Unsigned(String),
    /// There is a signature by the trusted key, and it is wrong.
    #[error("the signature of {0} does not verify; the note was altered")]
    Signature(String),
}

impl Checkpoint {
    /// The text that is signed: three lines, each with its newline.
    fn text(&self) -> Result<String, Error> {
        if self.origin.is_empty() || self.origin.contains(is_control) {
            return Err(Error::Origin);
        }
        Ok(format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(&self.root.bytes())))
    }

    /// Reads the text of a note. Extension lines are allowed and not kept.
    fn parse(text: &str) -> Result<Self, Error> {
        let mut lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(Error::Malformed("a checkpoint has an origin, a size and a root line"));
        };
        if origin.is_empty() || lines.any(str::is_empty) {
            return Err(Error::Malformed("a checkpoint has no empty lines"));
        }
        let root = BASE64.decode(root.as_bytes()).ok();
        let root = root.and_then(|bytes| Hash::try_from(bytes.as_slice()).ok());
        let root = root.ok_or(Error::Malformed("the root is not 32 bytes in base64"))?;
        Ok(Self { origin: origin.to_owned(), size: parse_size(size)?, root })
    }
}

/// A size in decimal digits without leading zeros: each size has one text, as for any signed form.
fn parse_size(text: &str) -> Result<u64, Error> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = digits && (text == "0" || !text.starts_with('0'));
    let size = if canonical { text.parse().ok() } else { None };
    size.ok_or(Error::Malformed("the size is not a plain decimal number"))
}

/// What signs the ledger's checkpoints. Its `Debug` shows the public half only.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: VerifierKey,
}

impl SigningKey {
    /// The key named `name` that belongs to `seed`, 32 secret random bytes (RFC 8032 section
    /// 5.1.5). The name is best the ledger's origin. Fails with [`Error::Name`].
    pub fn from_seed(name: &str, seed: &[u8; KEY_BYTES]) -> Result<Self, Error> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| Error::Signing)?;
        let key = pair.public_key().as_ref().try_into().map_err(|_| Error::Signing)?;
        let public = VerifierKey::new(name, key)?;
        Ok(Self { pair, public })
    }

    /// The public half, to be given to everybody who shall check checkpoints.
    pub fn verifier(&self) -> VerifierKey {
        self.public.clone()
    }

    /// The checkpoint as a signed note. The caller must never sign two checkpoints of which
    /// neither is a beginning of the other. Fails with [`Error::Origin`].
    pub fn sign(&self, checkpoint: &Checkpoint) -> Result<String, Error> {
        self.sign_text(&checkpoint.text()?)
    }

    fn sign_text(&self, text: &str) -> Result<String, Error> {
        let signature = self.pair.try_sign(text.as_bytes()).map_err(|_| Error::Signing)?;
        let blob = [self.public.id().as_slice(), signature.as_ref()].concat();
        let name = &self.public.name;
        Ok(format!("{text}\n{SIGNATURE_PREFIX}{name} {}\n", BASE64.encode(&blob)))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// What checks the ledger's checkpoints. Its text form, in `FromStr` and `Display`, is
/// `<name>+<id as 8 hex digits>+<base64 of 0x01 and the public key>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: [u8; KEY_BYTES],
}

impl VerifierKey {
    fn new(name: &str, key: [u8; KEY_BYTES]) -> Result<Self, Error> {
        if !is_key_name(name) {
            return Err(Error::Name);
        }
        Ok(Self { name: name.to_owned(), key })
    }

    /// The name in front of this key's signatures.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads a signed note. Signatures by other keys are ignored, as the format demands; a wrong
    /// one by this key spoils the note. The origin is returned as found: whoever trusts one key
    /// for several ledgers compares it.
    pub fn open(&self, note: &str) -> Result<Checkpoint, Error> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(Error::Malformed("it is longer than 256 KiB"));
        }
        if note.contains(|c| is_control(c) && c != '\n') {
            return Err(Error::Malformed("it has control codes"));
        }
        let Some(blank) = note.rfind("\n\n") else {
            return Err(Error::Malformed("no blank line separates text and signatures"));
        };
        // The text includes the newline before the blank line.
        let (text, signatures) = (&note[..=blank], &note[blank + 2..]);
        let Some(lines) = signatures.strip_suffix('\n') else {
            return Err(Error::Malformed("it does not end with a signature line"));
        };
        let mut signed = false;
        for line in lines.split('\n') {
            signed |= self.check_line(line, text)?;
        }
        if !signed {
            return Err(Error::Unsigned(self.name.clone()));
        }
        Checkpoint::parse(text)
    }

    /// Whether the signature line is by this key. Fails when it is and does not verify.
    fn check_line(&self, line: &str, text: &str) -> Result<bool, Error> {
        let parts = line.strip_prefix(SIGNATURE_PREFIX).and_then(|line| line.split_once(' '));
        let blob = parts.and_then(|(name, blob)| {
            let blob = BASE64.decode(blob.as_bytes()).ok()?;
            (is_key_name(name) && blob.len() > ID_BYTES).then_some((name, blob))
        });
        let (name, blob) = blob.ok_or(Error::Malformed("a signature line cannot be read"))?;
        let (id, signature) = blob.split_at(ID_BYTES);
        if name != self.name || id != self.id() {
            return Ok(false);
        }
        let key = UnparsedPublicKey::new(&ED25519, self.key);
        match key.verify(text.as_bytes(), signature) {
            Ok(()) => Ok(true),
            Err(_) => Err(Error::Signature(self.name.clone())),
        }
    }

    fn typed_key(&self) -> [u8; 1 + KEY_BYTES] {
        let mut typed = [ED25519_TYPE; 1 + KEY_BYTES];
        typed[1..].copy_from_slice(&self.key);
        typed
    }

    /// Not a strong hash: it only tells keys of one name apart.
    fn id(&self) -> [u8; ID_BYTES] {
        let digest = sha256(&[self.name.as_bytes(), b"\n", &self.typed_key()]).bytes();
        [digest[0], digest[1], digest[2], digest[3]]
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, key) = (HEXLOWER.encode(&self.id()), BASE64.encode(&self.typed_key()));
        write!(f, "{}+{id}+{key}", self.name)
    }
}

impl FromStr for VerifierKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // Base64 has plus signs of its own, names have none.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Error::Key);
        };
        let id = HEXLOWER.decode(id.as_bytes()).map_err(|_| Error::Key)?;
        let typed = BASE64.decode(key.as_bytes()).map_err(|_| Error::Key)?;
        let Some((&ED25519_TYPE, key)) = typed.split_first() else {
            return Err(Error::Algorithm);
        };
        let key = Self::new(name, key.try_into().map_err(|_| Error::Key)?)?;
        if id == key.id() { Ok(key) } else { Err(Error::KeyId) }
    }
}

/// The rule for key names, stricter than the format's only in that control codes are refused at
/// once and not first by the note they would stand in.
fn is_key_name(name: &str) -> bool {
    let forbidden = |c: char| c.is_whitespace() || c == '+' || is_control(c);
    !name.is_empty() && !name.contains(forbidden)
}

/// What the format calls a control character.
const fn is_control(c: char) -> bool {
    c < ' '
}

#[cfg(test)]
mod tests;
