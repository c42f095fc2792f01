//! The writer's side of the tree: the frontier, which is all the writer needs to append and to
//! know the root, and the nodes it stores so that proofs need not read every leaf.
//!
//! Reading nodes back and making proofs of them is in [`super::proof`]. Nothing here checks what
//! was stored; that is [`super::verify`], which does not use this file.

use std::fmt;

use super::hash::{HASH_BYTES, Hash, empty_root, leaf_hash, node_hash};

/// Every so many levels of the tree are stored; the levels between are computed from them. The
/// same geometry as C2SP tlog-tiles: a tile of height 8 has 256 hashes.
pub const TILE_HEIGHT: u8 = 8;

/// Length of the size in an encoded frontier, in bytes.
const SIZE_BYTES: usize = 8;

/// A perfect subtree: the one over the leaves from `index << level` to before
/// `(index + 1) << level`. The node of level 0 and index *i* is leaf *i* itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Height above the leaves; the subtree has two to the power of `level` leaves.
    pub level: u8,
    /// Position among the nodes of the same level, from the left, counted from 0.
    pub index: u64,
}

impl Node {
    /// The node above this one and its sibling.
    const fn parent(self) -> Self {
        Self { level: self.level + 1, index: self.index >> 1 }
    }

    /// Whether the node above is complete as soon as this one is.
    const fn is_right_child(self) -> bool {
        self.index & 1 == 1
    }
}

impl fmt::Display for Node {
    /// For example `node 8/3`: level, then index.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "node {}/{}", self.level, self.index)
    }
}

/// The right edge of the tree (also called compact range): its size and the hashes of the perfect
/// subtrees it consists of, at most one per level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// One hash per set bit of `size`, the largest subtree first.
    peaks: Vec<Hash>,
}

/// A stored frontier whose bytes do not have the length its size requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the ledger's stored frontier has {found} bytes where {expected} are needed; verify the \
     ledger and rebuild its head from the leaves"
)]
pub struct InvalidFrontier {
    /// Number of bytes found.
    pub found: usize,
    /// Number of bytes that belong to the size it states.
    pub expected: usize,
}

impl Frontier {
    /// The frontier of the tree without leaves.
    pub const fn empty() -> Self {
        Self { size: 0, peaks: Vec::new() }
    }

    /// Number of leaves; also the index of the next one.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf. Returns the perfect subtrees that are complete with it and whose level is a
    /// positive multiple of [`TILE_HEIGHT`], the lowest first: they are to be stored. (Level 0 is
    /// not among them, because the stored leaf itself serves for it.)
    pub fn append(&mut self, leaf: &[u8]) -> Vec<(Node, Hash)> {
        let mut node = Node { level: 0, index: self.size };
        let mut hash = leaf_hash(leaf);
        let mut completed = Vec::new();
        while node.is_right_child()
            && let Some(left) = self.peaks.pop()
        {
            hash = node_hash(left, hash);
            node = node.parent();
            if node.level.is_multiple_of(TILE_HEIGHT) {
                completed.push((node, hash));
            }
        }
        self.peaks.push(hash);
        self.size += 1;
        completed
    }

    /// The root of the tree, as it goes into a checkpoint.
    pub fn root(&self) -> Hash {
        let peaks = self.peaks.iter().rev().copied();
        peaks.reduce(|right, left| node_hash(left, right)).unwrap_or_else(empty_root)
    }

    /// The bytes to store: the size as 8 bytes, most significant first, then the hashes of the
    /// subtrees, the largest first. At most 2,056 bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(encoded_len(self.size));
        bytes.extend_from_slice(&self.size.to_be_bytes());
        for peak in &self.peaks {
            bytes.extend_from_slice(&peak.bytes());
        }
        bytes
    }

    /// Reads what [`Frontier::encode`] wrote. Fails when the number of hashes does not belong to
    /// the size. Changed hashes are not noticed here; the root made of them is.
    pub fn decode(bytes: &[u8]) -> Result<Self, InvalidFrontier> {
        let found = bytes.len();
        let Some((size, hashes)) = bytes.split_first_chunk::<SIZE_BYTES>() else {
            return Err(InvalidFrontier { found, expected: SIZE_BYTES });
        };
        let size = u64::from_be_bytes(*size);
        let expected = encoded_len(size);
        if found != expected {
            return Err(InvalidFrontier { found, expected });
        }
        let (hashes, _) = hashes.as_chunks::<HASH_BYTES>();
        Ok(Self { size, peaks: hashes.iter().copied().map(Hash::from_bytes).collect() })
    }
}

/// Length of the encoded frontier of a tree with `size` leaves, in bytes.
const fn encoded_len(size: u64) -> usize {
    SIZE_BYTES + HASH_BYTES * size.count_ones() as usize
}

#[cfg(test)]
mod tests;
