//! Checks a whole ledger from the bytes that storage holds, trusting none of them.
//!
//! It re-derives the commitments of the openings, the hash of every leaf, the stored nodes and the
//! roots, with code of its own: nothing of the writer's side is used but [`super::hash`] and the
//! form of a [`Checkpoint`]. The tree follows RFC 6962's recursive definition over tiles of 256
//! leaves, so 10,000,000 leaves take some megabytes. Reading rows and checking the signatures of
//! checkpoints belong to the caller. What stands in an entry is looked at only for its index.
//!
//! Two losses are not findings: an opening that is gone counts as erased, because erasing is
//! lawful and leaves the tree as it is, and a stored node that is gone can be made again from the
//! leaves.

use std::collections::BTreeMap;
use std::ops::Range;

use super::checkpoint::Checkpoint;
use super::hash::{Hash, empty_root, leaf_hash, node_hash, sha256};

pub use finding::Finding;

mod finding;

/// Findings that are kept; further ones are only counted, so that a ledger of rubbish does not
/// fill the memory.
pub const MAX_FINDINGS: usize = 10_000;

/// Leaves per tile, and the levels between stored nodes.
const TILE: u64 = 256;
const TILE_LEVELS: u8 = 8;

/// Indexes from here on are refused unread: storage cannot hold them, and sums stay in range.
const INDEX_LIMIT: u64 = 1 << 62;

const LEAF_VERSION: u8 = 1;
const LEAF_LEN: usize = 33;
const SALT_LEN: usize = 32;
const COMMITMENT_DOMAIN: &[u8] = b"glasklar/entry/v1\n";

/// One stored leaf, as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The index it is stored under.
    pub index: u64,
    /// The leaf.
    pub leaf: Vec<u8>,
    /// What the leaf commits to, or nothing if that was erased.
    pub opening: Option<Opening>,
}

/// What a leaf commits to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The 32 random bytes of this entry.
    pub salt: Vec<u8>,
    /// The entry: a JSON object in UTF-8 with its own index in `index`.
    pub entry: Vec<u8>,
}

/// What the verification of a whole ledger came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Number of leaves, as the head states it.
    pub size: u64,
    /// Root, as the head states it.
    pub root: Hash,
    /// Rows read that have an opening.
    pub opened: u64,
    /// Rows read whose opening was erased.
    pub erased: u64,
    /// What is wrong, at most [`MAX_FINDINGS`]; nothing if the ledger is intact.
    pub findings: Vec<Finding>,
    /// Number of findings beyond those.
    pub omitted: u64,
}

impl Report {
    /// Whether everything checked was as it must be.
    pub const fn is_intact(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Takes what is stored piece by piece and reports at the end.
///
/// Hand in first the checkpoints kept from earlier, then the rows in stored order, the nodes at
/// any time, and at last the head.
#[derive(Debug, Default)]
pub struct Verifier {
    /// The indexes read so far, in order.
    runs: Vec<Range<u64>>,
    /// Hash of every complete tile read so far, by its position.
    tiles: BTreeMap<u64, Hash>,
    /// Hashes of the leading leaves of the tile that starts at `tail_start`.
    tail: Vec<Hash>,
    tail_start: u64,
    nodes: Vec<StoredNode>,
    /// Checkpoints that need leaves not yet read, by size.
    known: BTreeMap<u64, Vec<Checkpoint>>,
    /// Number of leaves that a known checkpoint vouches for.
    vouched: u64,
    opened: u64,
    erased: u64,
    findings: Vec<Finding>,
    omitted: u64,
}

#[derive(Debug)]
struct StoredNode {
    level: u8,
    index: u64,
    hash: Hash,
}

impl Verifier {
    /// A verifier that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a checkpoint that somebody kept from earlier, its signature and origin checked. The
    /// ledger must have had this root at this size. Known checkpoints come before the rows.
    pub fn known(&mut self, checkpoint: Checkpoint) {
        if checkpoint.size > self.next() {
            self.known.entry(checkpoint.size).or_default().push(checkpoint);
        } else {
            self.check_known(&checkpoint);
        }
    }

    /// Takes the next row, in stored order.
    pub fn row(&mut self, row: Row) {
        let Row { index, leaf, opening } = row;
        if index >= INDEX_LIMIT {
            return self.find(Finding::Added { first: index, last: index });
        }
        let next = self.next();
        if index < next {
            return self.find(Finding::OutOfOrder { leaf: index, after: next - 1 });
        }
        match &opening {
            Some(_) => self.opened += 1,
            None => self.erased += 1,
        }
        if let Some(finding) = check_row(index, &leaf, opening.as_ref()) {
            self.find(finding);
        }
        self.place(index, leaf_hash(&leaf));
        while let Some(entry) = self.known.first_entry()
            && *entry.key() <= index + 1
        {
            for checkpoint in entry.remove() {
                self.check_known(&checkpoint);
            }
        }
    }

    /// Takes a stored node. It is compared at the end, when all leaves are there.
    pub fn node(&mut self, level: u8, index: u64, hash: Hash) {
        self.nodes.push(StoredNode { level, index, hash });
    }

    /// Compares everything with the head of the ledger, its size and root as stored or, better,
    /// as signed, and reports.
    pub fn finish(mut self, size: u64, root: Hash) -> Report {
        self.check_extent(size);
        for (known, checkpoints) in std::mem::take(&mut self.known) {
            for checkpoint in checkpoints {
                if known > size {
                    self.find(Finding::Rollback { size, known });
                } else {
                    self.check_known(&checkpoint);
                }
            }
        }
        for node in std::mem::take(&mut self.nodes) {
            self.check_node(&node, size);
        }
        match self.root_at(size) {
            Some(derived) if derived == root => {}
            Some(_) => {
                let (first, last) = self.unvouched(size);
                self.find(Finding::Head { first, last });
            }
            None => self.find(Finding::Unchecked { size }),
        }
        let Self { opened, erased, findings, omitted, .. } = self;
        Report { size, root, opened, erased, findings, omitted }
    }

    /// The index after the last one read.
    fn next(&self) -> u64 {
        self.runs.last().map_or(0, |run| run.end)
    }

    /// Takes note of a leaf whose index is not before [`Verifier::next`].
    fn place(&mut self, index: u64, hash: Hash) {
        match self.runs.last_mut() {
            Some(run) if run.end == index => run.end += 1,
            _ => self.runs.push(index..index + 1),
        }
        if index.is_multiple_of(TILE) {
            self.tail.clear();
            self.tail_start = index;
        }
        // After a gap this fails until the next tile begins: a tile with a leaf missing has no
        // hash, and its leading leaves stay for the sizes they still reach.
        if index - self.tail_start != self.tail.len() as u64 {
            return;
        }
        self.tail.push(hash);
        if self.tail.len() as u64 == TILE {
            self.tiles.insert(self.tail_start / TILE, tree_hash(&self.tail));
        }
    }

    /// The root of the first `size` leaves, unless one of them is missing or, in another tile than
    /// the last one read, no longer at hand.
    fn root_at(&self, size: u64) -> Option<Hash> {
        let (tiles, rest) = (size / TILE, size % TILE);
        let mut parts = self.tiles_in(0..tiles)?;
        if rest > 0 {
            if self.tail_start != size - rest {
                return None;
            }
            parts.push(tree_hash(self.tail.get(..usize::try_from(rest).ok()?)?));
        }
        Some(tree_hash(&parts))
    }

    /// The hashes of these tiles, if all are there.
    fn tiles_in(&self, tiles: Range<u64>) -> Option<Vec<Hash>> {
        let count = tiles.end - tiles.start;
        let hashes: Vec<Hash> = self.tiles.range(tiles).map(|(_, hash)| *hash).collect();
        (hashes.len() as u64 == count).then_some(hashes)
    }

    /// Compares the indexes read with those that a ledger of this size has.
    fn check_extent(&mut self, size: u64) {
        let mut next = 0;
        for run in std::mem::take(&mut self.runs) {
            if next < run.start.min(size) {
                self.find(Finding::Missing { first: next, last: run.start.min(size) - 1 });
            }
            if run.end > size {
                self.find(Finding::Added { first: run.start.max(size), last: run.end - 1 });
            }
            next = run.end;
        }
        if next < size {
            self.find(Finding::Missing { first: next, last: size - 1 });
        }
    }

    fn check_known(&mut self, checkpoint: &Checkpoint) {
        let size = checkpoint.size;
        match self.root_at(size) {
            Some(root) if root == checkpoint.root => self.vouched = self.vouched.max(size),
            Some(_) => {
                let (first, last) = self.unvouched(size);
                self.find(Finding::Fork { first, last });
            }
            None => self.find(Finding::Unchecked { size }),
        }
    }

    fn check_node(&mut self, node: &StoredNode, size: u64) {
        let Some(leaves) = node.leaves().filter(|leaves| leaves.end <= size) else {
            let StoredNode { level, index, .. } = *node;
            return self.find(Finding::StrayNode { level, index, size });
        };
        let tiles = leaves.start / TILE..leaves.end / TILE;
        // If a tile is not there, the leaf it lacks has been reported.
        if let Some(tiles) = self.tiles_in(tiles)
            && tree_hash(&tiles) != node.hash
        {
            self.find(Finding::Node { first: leaves.start, last: leaves.end - 1 });
        }
    }

    /// First and last leaf that can explain a wrong root at this size.
    fn unvouched(&self, size: u64) -> (u64, u64) {
        let last = size.saturating_sub(1);
        (self.vouched.min(last), last)
    }

    fn find(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.omitted += 1;
        }
    }
}

impl StoredNode {
    /// The leaves below, unless there is no such node or it is not one of those stored.
    fn leaves(&self) -> Option<Range<u64>> {
        let stored = self.level > 0 && self.level.is_multiple_of(TILE_LEVELS);
        let width = 1_u64.checked_shl(u32::from(self.level)).filter(|_| stored)?;
        let start = self.index.checked_mul(width)?;
        Some(start..start.checked_add(width)?)
    }
}

/// What is wrong with a row, apart from its place.
fn check_row(index: u64, leaf: &[u8], opening: Option<&Opening>) -> Option<Finding> {
    if leaf.len() != LEAF_LEN || leaf[0] != LEAF_VERSION {
        return Some(Finding::Form { leaf: index });
    }
    let Opening { salt, entry } = opening?;
    let commitment = sha256(&[COMMITMENT_DOMAIN, salt, entry]);
    if salt.len() != SALT_LEN || leaf[1..] != commitment.bytes() {
        return Some(Finding::Edited { leaf: index });
    }
    match entry_index(entry) {
        Some(stated) if stated == index => None,
        Some(stated) => Some(Finding::Moved { leaf: index, stated }),
        None => Some(Finding::Unreadable { leaf: index }),
    }
}

/// The index that an entry states for itself.
fn entry_index(entry: &[u8]) -> Option<u64> {
    let entry: serde_json::Value = serde_json::from_slice(entry).ok()?;
    entry.get("index")?.as_u64()
}

/// MTH of RFC 6962 section 2.1, over leaves or over tiles of which only the last may be partial:
/// both split at the same places.
fn tree_hash(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => empty_root(),
        [hash] => *hash,
        _ => {
            let (left, right) = hashes.split_at(hashes.len().next_power_of_two() / 2);
            node_hash(tree_hash(left), tree_hash(right))
        }
    }
}

#[cfg(test)]
mod tests;
