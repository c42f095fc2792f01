//! For tests only: RFC 6962's definitions written down literally, over the hashes of all leaves,
//! and the test tree that the certificate-transparency project publishes.

use std::collections::HashMap;

use data_encoding::HEXLOWER;

use super::hash::{Hash, empty_root, leaf_hash, node_hash};
use super::tree::{Frontier, Node};

/// The eight leaves of the published test tree, in hexadecimal.
pub(super) const CT_LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];

/// The roots of the published test tree with 0 to 8 leaves.
pub(super) const CT_ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// Bytes of hexadecimal text.
pub(super) fn unhex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.as_bytes()).unwrap()
}

/// A hash from hexadecimal text.
pub(super) fn hash(text: &str) -> Hash {
    Hash::try_from(unhex(text).as_slice()).unwrap()
}

/// MTH of RFC 6962 section 2.1.
pub(super) fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(k(leaves.len()));
            node_hash(mth(left), mth(right))
        }
    }
}

/// PATH of RFC 6962 section 2.1.1.
pub(super) fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(k(leaves.len()));
    let (mut path, sibling) =
        if m < left.len() { (path(m, left), right) } else { (path(m - left.len(), right), left) };
    path.push(mth(sibling));
    path
}

/// PROOF of RFC 6962 section 2.1.2, for 0 < m.
pub(super) fn proof(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    subproof(m, leaves, true)
}

fn subproof(m: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if known { Vec::new() } else { vec![mth(leaves)] };
    }
    let (left, right) = leaves.split_at(k(leaves.len()));
    let (mut proof, sibling) = if m <= left.len() {
        (subproof(m, left, known), right)
    } else {
        (subproof(m - left.len(), right, false), left)
    };
    proof.push(mth(sibling));
    proof
}

/// The largest power of two smaller than `n`, found by doubling.
fn k(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

/// What storage holds of a ledger with `size` leaves, each different from the others.
pub(super) struct Stored {
    /// The frontier after the last leaf.
    pub(super) frontier: Frontier,
    /// The hashes of the leaves, in order.
    pub(super) hashes: Vec<Hash>,
    /// The stored nodes, and those of level 0 that the leaves themselves stand for.
    pub(super) nodes: HashMap<Node, Hash>,
}

impl Stored {
    /// Appends `size` leaves to an empty ledger.
    pub(super) fn new(size: u64) -> Self {
        let mut stored =
            Self { frontier: Frontier::empty(), hashes: Vec::new(), nodes: HashMap::new() };
        for index in 0..size {
            let leaf = index.to_be_bytes();
            stored.nodes.insert(Node { level: 0, index }, leaf_hash(&leaf));
            stored.hashes.push(leaf_hash(&leaf));
            stored.nodes.extend(stored.frontier.append(&leaf));
        }
        stored
    }
}
