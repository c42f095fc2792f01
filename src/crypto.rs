//! The few cryptographic operations the product needs, all from one library (aws-lc-rs).
//! No keys live here; see `vault` for what is sealed under which key.

use aws_lc_rs::aead::{AES_256_GCM, Aad, RandomizedNonceKey};
use aws_lc_rs::{digest, hmac, rand};

/// Bytes of a symmetric key.
pub const KEY_BYTES: usize = 32;

/// A sealed value that does not open: another key, another place, or changed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open with this key")]
pub struct NotOpened;

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// HMAC-SHA-256.
pub fn mac(key: &[u8; KEY_BYTES], bytes: &[u8]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut out = [0; 32];
    out.copy_from_slice(hmac::sign(&key, bytes).as_ref());
    out
}

/// Bytes that nobody can guess.
///
/// # Panics
///
/// Never in practice: aws-lc-rs aborts rather than return an error when the system's random
/// source fails.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// Seals with AES-256-GCM under a random nonce: nonce, ciphertext, tag. `place` says where the
/// value belongs and must be given again to open it, so that sealed values cannot be moved.
///
/// # Panics
///
/// Never: AES-GCM seals anything shorter than 64 GiB.
pub fn seal(key: &[u8; KEY_BYTES], place: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let cipher = RandomizedNonceKey::new(&AES_256_GCM, key).expect("the key has 32 bytes");
    let mut sealed = Vec::with_capacity(12 + plaintext.len() + 16);
    let mut text = plaintext.to_vec();
    let nonce = cipher
        .seal_in_place_append_tag(Aad::from(place), &mut text)
        .expect("values are shorter than 64 GiB");
    sealed.extend_from_slice(nonce.as_ref());
    sealed.extend_from_slice(&text);
    sealed
}

/// Opens what [`seal`] sealed for the same place.
pub fn open(key: &[u8; KEY_BYTES], place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
    let (nonce, text) = sealed.split_first_chunk::<12>().ok_or(NotOpened)?;
    let cipher = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| NotOpened)?;
    let mut text = text.to_vec();
    let opened = cipher
        .open_in_place(aws_lc_rs::aead::Nonce::from(nonce), Aad::from(place), &mut text)
        .map_err(|_| NotOpened)?
        .len();
    text.truncate(opened);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_place_open_a_sealed_value() {
        let key = random();
        let sealed = seal(&key, b"here", b"Ada");
        assert_eq!(open(&key, b"here", &sealed).unwrap(), b"Ada");
        assert_eq!(open(&key, b"there", &sealed), Err(NotOpened));
        assert_eq!(open(&random(), b"here", &sealed), Err(NotOpened));
        let mut changed = sealed.clone();
        changed[14] ^= 1;
        assert_eq!(open(&key, b"here", &changed), Err(NotOpened));
        assert_eq!(open(&key, b"here", &sealed[..11]), Err(NotOpened));
        assert_ne!(sealed, seal(&key, b"here", b"Ada"), "every nonce is fresh");
    }

    #[test]
    fn hashes_match_published_vectors() {
        // FIPS 180-2, appendix B.1; RFC 4231, test case 2 padded to our key length is covered by
        // the library, so here the plain hash is enough.
        let abc = data_encoding::HEXLOWER.encode(&sha256(b"abc"));
        assert_eq!(abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
