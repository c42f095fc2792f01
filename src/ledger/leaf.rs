//! Leaves: what of an entry goes into the tree for ever.
//!
//! A leaf holds a salted commitment, not the entry. Entry and salt, together the opening, lie in
//! a table from which they can be erased. After that nobody can tell from the leaf whom it was
//! about, not even by trying all likely entries, because the salt is 256 random bits; and the old
//! proofs still verify, because the leaf has not changed. (GDPR article 17; EDPB guidelines
//! 02/2025 ask to keep personal data out of append-only structures and name a plain hash as
//! insufficient.) The salt must be fresh for every entry: a salt shared by two entries would let
//! the opening that remains help against the one erased.
//!
//! Making salts belongs to the caller, the meaning and encoding of entries to `domain`.

use super::hash::{HASH_BYTES, sha256};

/// Length of a salt, in bytes.
pub const SALT_BYTES: usize = 32;

/// Length of a leaf, in bytes: the version and the commitment.
pub const LEAF_BYTES: usize = 1 + HASH_BYTES;

/// Version of the leaf's form. A new form gets a new number; the old one stays readable for ever.
const VERSION: u8 = 1;

/// Separates this use of SHA-256 from every other. The salt after it has a fixed length, so no two
/// pairs of salt and entry give the same input.
const DOMAIN: &[u8] = b"glasklar/entry/v1\n";

/// The leaf that commits to `entry`, exactly these bytes, under a `salt` used for no other entry.
pub fn leaf(salt: &[u8; SALT_BYTES], entry: &[u8]) -> [u8; LEAF_BYTES] {
    let mut leaf = [VERSION; LEAF_BYTES];
    leaf[1..].copy_from_slice(&sha256(&[DOMAIN, salt, entry]).bytes());
    leaf
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[test]
    fn the_bytes_of_a_version_1_leaf_never_change() {
        let salt: [u8; SALT_BYTES] = std::array::from_fn(|i| u8::try_from(i).unwrap());
        let leaf = leaf(&salt, br#"{"index":0,"what":"disclosure"}"#);
        assert_eq!(
            HEXLOWER.encode(&leaf),
            "01725c0d9c02aaf9acfe55c7ef60f4ed92a1ad0cfcfdce052945ae32a0cf26554a"
        );
    }

    #[test]
    fn salt_and_entry_both_change_the_commitment() {
        let base = leaf(&[0; SALT_BYTES], b"entry");
        assert_ne!(base, leaf(&[1; SALT_BYTES], b"entry"));
        assert_ne!(base, leaf(&[0; SALT_BYTES], b"entrz"));
        assert_ne!(base, leaf(&[0; SALT_BYTES], b"entry\0"));
    }
}
