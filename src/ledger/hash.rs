//! The hashes of the ledger's tree: SHA-256 with the two prefixes of RFC 6962 section 2.1.
//!
//! This is the only code that the writer and the verifier share. Nothing about the shape of the
//! tree, about leaves or about entries belongs here.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;

/// Length of a [`struct@Hash`], in bytes.
pub const HASH_BYTES: usize = 32;

/// Different prefixes for leaves and nodes, so that no node can pass for a leaf (second preimage,
/// RFC 6962 section 2.1).
const LEAF_PREFIX: u8 = 0x00;
const NODE_PREFIX: u8 = 0x01;

/// A SHA-256 value. Its text form, in `Display` and `Debug`, is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; HASH_BYTES]);

/// Bytes that cannot be a [`struct@Hash`], because there are more or fewer than 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash has {HASH_BYTES} bytes, found {found}")]
pub struct InvalidHash {
    /// Number of bytes found instead.
    pub found: usize,
}

impl Hash {
    /// From the 32 bytes of a hash that was computed before.
    pub const fn from_bytes(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn bytes(self) -> [u8; HASH_BYTES] {
        self.0
    }
}

impl TryFrom<&[u8]> for Hash {
    type Error = InvalidHash;

    fn try_from(bytes: &[u8]) -> Result<Self, InvalidHash> {
        bytes.try_into().map(Self).map_err(|_| InvalidHash { found: bytes.len() })
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The hash of one leaf: SHA-256 of 0x00 and the leaf's bytes.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    sha256(&[&[LEAF_PREFIX], leaf])
}

/// The hash of a node: SHA-256 of 0x01, the left child and the right child.
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    sha256(&[&[NODE_PREFIX], &left.0, &right.0])
}

/// The root of the tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// SHA-256 of the parts, one after the other, without anything between them.
pub(super) fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut bytes = [0; HASH_BYTES];
    bytes.copy_from_slice(context.finish().as_ref());
    Hash(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_carry_the_prefixes_of_rfc_6962() {
        assert_eq!(
            empty_root().to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            leaf_hash(b"").to_string(),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
        assert_eq!(
            node_hash(leaf_hash(b""), leaf_hash(b"\0")).to_string(),
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
        );
    }

    #[test]
    fn a_hash_is_read_back_from_exactly_32_bytes() {
        let hash = leaf_hash(b"leaf");
        assert_eq!(Hash::try_from(hash.bytes().as_slice()), Ok(hash));
        assert_eq!(Hash::try_from([0; 31].as_slice()), Err(InvalidHash { found: 31 }));
        assert_eq!(Hash::try_from([0; 33].as_slice()), Err(InvalidHash { found: 33 }));
    }

    #[test]
    fn debug_and_display_are_lower_case_hex() {
        let hash = Hash::from_bytes([0xAB; HASH_BYTES]);
        assert_eq!(format!("{hash}"), "ab".repeat(32));
        assert_eq!(format!("{hash:?}"), "ab".repeat(32));
    }
}
