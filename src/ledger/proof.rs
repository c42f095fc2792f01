//! Proofs that a leaf is in the ledger and that the ledger only grew (RFC 6962 section 2.1).
//!
//! Making a proof takes three steps, so that reading stays with the caller: [`inclusion`] or
//! [`consistency`] says which spans of leaves the proof consists of, [`needed`] which stored nodes
//! to read for them, [`resolve`] hashes these to the proof. [`verify_inclusion`] and
//! [`verify_consistency`] are for whoever received one; they need neither nodes nor leaves.
//! Nothing here reads storage or trusts a checkpoint: signatures are in [`super::checkpoint`].

use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasher;

use super::hash::{Hash, empty_root, node_hash};
use super::tree::{Node, TILE_HEIGHT};

/// Consecutive leaves, from `start` to before `end`. The hash of a span is the Merkle tree hash of
/// its leaves; that of the span without leaves is the root of the empty ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// Index of the first leaf.
    pub start: u64,
    /// Index after the last leaf.
    pub end: u64,
}

/// Why a proof cannot be made or does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The leaf is not there yet.
    #[error("leaf {index} is not among the first {size} leaves; ask for a larger size")]
    NotIncluded {
        /// Index of the leaf.
        index: u64,
        /// Size of the ledger it was looked for in.
        size: u64,
    },
    /// The sizes are in the wrong order.
    #[error("a ledger of {old} leaves cannot have grown to {new} leaves; swap the two sizes")]
    Shrunk {
        /// The size said to be the older one.
        old: u64,
        /// The size said to be the newer one.
        new: u64,
    },
    /// The proof has too few or too many hashes.
    #[error("the proof has the wrong number of hashes; fetch the one made for exactly these sizes")]
    Length,
    /// The proof does not lead to the older root.
    #[error("the proof does not lead to the older root; the ledger's past was rewritten")]
    OldRoot,
    /// The proof does not lead to the root, or to the newer root.
    #[error("the proof does not lead to the root; what it should prove is not in that ledger")]
    Root,
}

/// A node that a proof needs and that was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ledger lacks {0}, which the proof needs; verify the ledger")]
pub struct Missing(pub Node);

/// The spans whose hashes, in this order, prove that leaf `index` is among the first `size` leaves
/// (RFC 6962 section 2.1.1).
pub fn inclusion(index: u64, size: u64) -> Result<Vec<Span>, Error> {
    if index >= size {
        return Err(Error::NotIncluded { index, size });
    }
    let mut around = Span { start: 0, end: size };
    let mut siblings = Vec::new();
    while around.leaves() > 1 {
        let (left, right) = around.halves();
        let (towards, sibling) = if index < left.end { (left, right) } else { (right, left) };
        siblings.push(sibling);
        around = towards;
    }
    siblings.reverse();
    Ok(siblings)
}

/// The spans whose hashes, in this order, prove that the first `old` of `new` leaves are what they
/// were when there were only `old` (RFC 6962 section 2.1.2). Nothing needs to be proved when `old`
/// is 0 or equal to `new`.
pub fn consistency(old: u64, new: u64) -> Result<Vec<Span>, Error> {
    if old > new {
        return Err(Error::Shrunk { old, new });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let mut around = Span { start: 0, end: new };
    let mut spans = Vec::new();
    while around.end != old {
        let (left, right) = around.halves();
        let (towards, sibling) = if old <= left.end { (left, right) } else { (right, left) };
        spans.push(sibling);
        around = towards;
    }
    // What starts at leaf 0 is the old tree itself, whose root the verifier has.
    if around.start > 0 {
        spans.push(around);
    }
    spans.reverse();
    Ok(spans)
}

/// The nodes to read for hashing all `spans`: sorted, without repetition, of level 0 (the hash of
/// one leaf) or a multiple of [`TILE_HEIGHT`], each of the highest such level that fits. For the
/// spans of one proof in a ledger of 10,000,000 leaves these are at most some 1,500.
pub fn needed(spans: &[Span]) -> Vec<Node> {
    let mut nodes = BTreeSet::new();
    for span in spans {
        span.collect_nodes(&mut nodes);
    }
    nodes.into_iter().collect()
}

/// The hashes of the `spans`, in order: the proof. `nodes` holds at least those that [`needed`]
/// names for the same spans; fails with the first one that is not there.
pub fn resolve<S: BuildHasher>(
    spans: &[Span],
    nodes: &HashMap<Node, Hash, S>,
) -> Result<Vec<Hash>, Missing> {
    spans.iter().map(|span| span.hash(nodes)).collect()
}

impl Span {
    const fn leaves(self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Splits at the largest power of two smaller than the number of leaves, as RFC 6962 does.
    /// Only for spans of at least two leaves.
    const fn halves(self) -> (Self, Self) {
        let middle = self.start + (1 << (self.leaves() - 1).ilog2());
        (Self { start: self.start, end: middle }, Self { start: middle, end: self.end })
    }

    /// The stored node over exactly these leaves, if there is such a node.
    fn stored_node(self) -> Option<Node> {
        let leaves = self.leaves();
        if !leaves.is_power_of_two() || !self.start.is_multiple_of(leaves) {
            return None;
        }
        let level = u8::try_from(leaves.ilog2()).ok()?;
        let stored = level.is_multiple_of(TILE_HEIGHT);
        stored.then_some(Node { level, index: self.start >> level })
    }

    fn collect_nodes(self, nodes: &mut BTreeSet<Node>) {
        if let Some(node) = self.stored_node() {
            nodes.insert(node);
        } else if self.leaves() > 1 {
            let (left, right) = self.halves();
            left.collect_nodes(nodes);
            right.collect_nodes(nodes);
        }
    }

    fn hash<S: BuildHasher>(self, nodes: &HashMap<Node, Hash, S>) -> Result<Hash, Missing> {
        if let Some(node) = self.stored_node() {
            nodes.get(&node).copied().ok_or(Missing(node))
        } else if self.leaves() > 1 {
            let (left, right) = self.halves();
            Ok(node_hash(left.hash(nodes)?, right.hash(nodes)?))
        } else {
            Ok(empty_root())
        }
    }
}

/// Checks that the leaf with this hash is leaf `index` of the ledger with `size` leaves and this
/// root (RFC 9162 section 2.1.3.2).
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf_hash: Hash,
    proof: &[Hash],
    root: Hash,
) -> Result<(), Error> {
    if index >= size {
        return Err(Error::NotIncluded { index, size });
    }
    let mut climb = Climb { position: index, last: size - 1 };
    let mut hash = leaf_hash;
    for &sibling in proof {
        hash = match climb.step()? {
            Side::Left => node_hash(sibling, hash),
            Side::Right => node_hash(hash, sibling),
        };
    }
    climb.arrived()?;
    if hash == root { Ok(()) } else { Err(Error::Root) }
}

/// Checks that the ledger with `new` leaves and `new_root` begins with the one of `old` leaves and
/// `old_root` (RFC 9162 section 2.1.4.2). Every ledger begins with the empty one.
pub fn verify_consistency(
    old: u64,
    new: u64,
    old_root: Hash,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), Error> {
    if old > new {
        return Err(Error::Shrunk { old, new });
    }
    if old == 0 || old == new {
        return verify_trivial(old, new, old_root, new_root, proof);
    }
    let mut rest = proof.iter().copied();
    // A power of two of old leaves is a node of the new tree, so its root opens the proof unsaid.
    let first = if old.is_power_of_two() { Some(old_root) } else { rest.next() };
    let first = first.ok_or(Error::Length)?;

    let full = (old - 1).trailing_ones();
    let mut climb = Climb { position: (old - 1) >> full, last: (new - 1) >> full };
    let (mut before, mut after) = (first, first);
    for sibling in rest {
        match climb.step()? {
            Side::Left => {
                before = node_hash(sibling, before);
                after = node_hash(sibling, after);
            }
            Side::Right => after = node_hash(after, sibling),
        }
    }
    climb.arrived()?;
    if before != old_root {
        return Err(Error::OldRoot);
    }
    if after == new_root { Ok(()) } else { Err(Error::Root) }
}

/// The cases that RFC 9162 leaves out: nothing before, or nothing new.
fn verify_trivial(
    old: u64,
    new: u64,
    old_root: Hash,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), Error> {
    if !proof.is_empty() {
        return Err(Error::Length);
    }
    if old == 0 && old_root != empty_root() {
        return Err(Error::OldRoot);
    }
    if old == new && old_root != new_root {
        return Err(Error::Root);
    }
    Ok(())
}

/// The side on which the next hash of a proof stands.
enum Side {
    Left,
    Right,
}

/// A way up through the tree: a node's position on its level, and that of the level's last node.
struct Climb {
    position: u64,
    last: u64,
}

impl Climb {
    /// Goes up by one hash of the proof. Fails at the root, where no hash is left to take.
    fn step(&mut self) -> Result<Side, Error> {
        if self.last == 0 {
            return Err(Error::Length);
        }
        let side = if self.position & 1 == 1 || self.position == self.last {
            // A last node without a sibling stands unchanged for its parent, until one has one.
            let lone = self.position.trailing_zeros();
            self.position >>= lone;
            self.last >>= lone;
            Side::Left
        } else {
            Side::Right
        };
        self.position >>= 1;
        self.last >>= 1;
        Ok(side)
    }

    /// Fails unless the way has reached the root.
    const fn arrived(&self) -> Result<(), Error> {
        if self.last == 0 { Ok(()) } else { Err(Error::Length) }
    }
}

#[cfg(test)]
mod tests;
