//! The tamper-evident ledger (promise P4): the Merkle tree of RFC 6962, its proofs, signed
//! checkpoints and the verifier that checks all of it from stored bytes.
//!
//! Pure: nothing here reads a clock, a file, a database or randomness. What an entry means belongs
//! to `domain`, where it is stored to `storage`. [`verify`] may use nothing of the writer's side
//! but [`hash`], so that one mistake cannot hide in both.

pub mod checkpoint;
pub mod hash;
pub mod leaf;
pub mod proof;
pub mod tree;
pub mod verify;

#[cfg(test)]
mod reference;
