//! What is sealed under which key. Personal columns are sealed under the candidate's own key,
//! which is itself wrapped by the key-encryption key; destroying the wrapped key makes every
//! copy unreadable (promise P12). Addresses and account ids are found through a keyed blind
//! index. Nothing here reads files or databases.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::crypto::{self, KEY_BYTES, NotOpened};
use crate::domain::ids::CandidateId;

/// Bytes of a key's id: the beginning of its SHA-256.
const ID_BYTES: usize = 4;

/// Key files that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidKeys {
    /// Not base64 of 32 bytes per line.
    #[error("expected one key a line, each 32 bytes in base64; `glasklar keygen` makes one")]
    Form,
    /// No key at all.
    #[error("the file holds no key; `glasklar keygen` makes one")]
    Empty,
}

/// The key-encryption keys, newest first, and the key of the blind indexes.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

struct Keys {
    /// With their ids; the first wraps, all unwrap, so that a key can be rotated.
    encryption: Vec<([u8; ID_BYTES], Zeroizing<[u8; KEY_BYTES]>)>,
    index: Zeroizing<[u8; KEY_BYTES]>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault([redacted])")
    }
}

/// What a blind index is about; values of different subjects never collide.
#[derive(Clone, Copy, Debug)]
pub enum Subject {
    /// A contact address.
    Contact,
    /// The token subject of a candidate.
    Candidate,
    /// An organization's external id of a person.
    ExternalId,
    /// An account on a network.
    Account,
    /// An item of a candidate.
    Item,
    /// A page token.
    Page,
    /// A code that was sent to a contact address.
    Code,
    /// A link to an account, by its address.
    Link,
}

impl Vault {
    /// From the text of the two key files: base64 keys, one a line, the newest first.
    pub fn new(encryption: &str, index: &str) -> Result<Self, InvalidKeys> {
        let encryption = keys(encryption)?;
        let index = keys(index)?.into_iter().next().ok_or(InvalidKeys::Empty)?;
        let with_id = |key: Zeroizing<[u8; KEY_BYTES]>| {
            let mut id = [0; ID_BYTES];
            id.copy_from_slice(&crypto::sha256(key.as_slice())[..ID_BYTES]);
            (id, key)
        };
        Ok(Self(Arc::new(Keys {
            encryption: encryption.into_iter().map(with_id).collect(),
            index,
        })))
    }

    /// A vault with fresh keys, for tests and the demo.
    pub fn ephemeral() -> Self {
        let id = [0; ID_BYTES];
        let encryption = vec![(id, Zeroizing::new(crypto::random()))];
        Self(Arc::new(Keys { encryption, index: Zeroizing::new(crypto::random()) }))
    }

    /// Makes a candidate's key and wraps it for storing.
    pub fn new_key(&self, candidate: CandidateId) -> (DataKey, Vec<u8>) {
        let key = Zeroizing::new(crypto::random::<KEY_BYTES>());
        let mut wrapped = Vec::with_capacity(ID_BYTES + KEY_BYTES + 28);
        if let Some((id, wrapping)) = self.0.encryption.first() {
            wrapped.extend_from_slice(id);
            wrapped.extend(crypto::seal(wrapping, &candidate.bytes(), key.as_slice()));
        }
        (DataKey(key), wrapped)
    }

    /// Unwraps a candidate's key.
    pub fn unwrap_key(&self, candidate: CandidateId, wrapped: &[u8]) -> Result<DataKey, NotOpened> {
        let (id, sealed) = wrapped.split_first_chunk::<ID_BYTES>().ok_or(NotOpened)?;
        let known = self.0.encryption.iter().find(|(known, _)| known == id);
        let (_, wrapping) = known.ok_or(NotOpened)?;
        let opened = Zeroizing::new(crypto::open(wrapping, &candidate.bytes(), sealed)?);
        let key = opened.as_slice().try_into().map_err(|_| NotOpened)?;
        Ok(DataKey(Zeroizing::new(key)))
    }

    /// Whether this vault can open what the database holds: seals a known text to compare.
    pub fn check_value(&self) -> Vec<u8> {
        let indexed = self.blind(Subject::Page, &[b"check"]);
        let (_, wrapped) = self.new_key(CandidateId::from_bytes([0; 16]));
        [indexed.as_slice(), &wrapped].concat()
    }

    /// Whether a value that [`Vault::check_value`] made belongs to the same keys.
    pub fn checks(&self, value: &[u8]) -> bool {
        let indexed = self.blind(Subject::Page, &[b"check"]);
        value.strip_prefix(indexed.as_slice()).is_some_and(|wrapped| {
            self.unwrap_key(CandidateId::from_bytes([0; 16]), wrapped).is_ok()
        })
    }

    /// The blind index of a value made of parts: equal for equal parts, and telling nothing
    /// without the key.
    pub fn blind(&self, subject: Subject, parts: &[&[u8]]) -> [u8; 32] {
        let mut bytes = vec![subject as u8];
        for part in parts {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        crypto::mac(&self.0.index, &bytes)
    }
}

fn keys(text: &str) -> Result<Vec<Zeroizing<[u8; KEY_BYTES]>>, InvalidKeys> {
    let lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Vec<_> = lines
        .map(|line| {
            let bytes =
                data_encoding::BASE64.decode(line.as_bytes()).map_err(|_| InvalidKeys::Form)?;
            let bytes = Zeroizing::new(bytes);
            bytes.as_slice().try_into().map(Zeroizing::new).map_err(|_| InvalidKeys::Form)
        })
        .collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(InvalidKeys::Empty) } else { Ok(keys) }
}

/// A candidate's own key.
pub struct DataKey(Zeroizing<[u8; KEY_BYTES]>);

impl DataKey {
    /// Seals a value for its column.
    pub fn seal(&self, column: &str, plaintext: &[u8]) -> Vec<u8> {
        crypto::seal(&self.0, column.as_bytes(), plaintext)
    }

    /// Opens a value of that column.
    pub fn open(&self, column: &str, sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
        crypto::open(&self.0, column.as_bytes(), sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(byte: u8) -> String {
        data_encoding::BASE64.encode(&[byte; 32])
    }

    #[test]
    fn a_rotated_vault_still_opens_what_the_old_key_wrapped() {
        let candidate = CandidateId::from_bytes([5; 16]);
        let old = Vault::new(&line(1), &line(9)).unwrap();
        let (key, wrapped) = old.new_key(candidate);
        let sealed = key.seal("item.excerpt", b"text");
        let rotated = Vault::new(&format!("# newest first\n{}\n{}\n", line(2), line(1)), &line(9));
        let key = rotated.unwrap().unwrap_key(candidate, &wrapped).unwrap();
        assert_eq!(key.open("item.excerpt", &sealed).unwrap(), b"text");
        assert!(key.open("item.url", &sealed).is_err(), "a value cannot be moved");
        let other = Vault::new(&line(2), &line(9)).unwrap();
        assert!(other.unwrap_key(candidate, &wrapped).is_err());
        assert!(old.unwrap_key(CandidateId::from_bytes([6; 16]), &wrapped).is_err());
    }

    #[test]
    fn a_vault_with_other_keys_is_recognized() {
        let vault = Vault::new(&line(1), &line(9)).unwrap();
        let value = vault.check_value();
        assert!(vault.checks(&value));
        assert!(!Vault::new(&line(2), &line(9)).unwrap().checks(&value));
        assert!(!Vault::new(&line(1), &line(8)).unwrap().checks(&value));
    }

    #[test]
    fn blind_indexes_keep_subjects_and_parts_apart() {
        let vault = Vault::ephemeral();
        let index = |subject, parts: &[&[u8]]| vault.blind(subject, parts);
        assert_eq!(index(Subject::Contact, &[b"ab"]), index(Subject::Contact, &[b"ab"]));
        assert_ne!(index(Subject::Contact, &[b"ab"]), index(Subject::Account, &[b"ab"]));
        assert_ne!(index(Subject::Account, &[b"a", b"b"]), index(Subject::Account, &[b"ab", b""]));
    }
}
