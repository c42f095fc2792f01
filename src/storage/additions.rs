//! What a transaction adds to the ledger: which place each entry gets, and the bytes to store.
//! The same for every database; how the bytes are stored is for the statements to say.

use super::Error;
use super::ledger::{frontier, signed};
use crate::clock::Clock;
use crate::crypto;
use crate::domain::entry::Entry;
use crate::domain::ids::CandidateId;
use crate::domain::time::Timestamp;
use crate::ledger::leaf::{LEAF_BYTES, SALT_BYTES, leaf};
use crate::ledger::tree::Frontier;

/// The head's row, read while it is held.
pub(super) struct HeldHead {
    pub(super) size: i64,
    pub(super) frontier: Vec<u8>,
    pub(super) last_time: i64,
    /// The database's clock after the head was taken, in microseconds; SQLite has none.
    pub(super) clock: Option<i64>,
}

/// Entries on top of the held head.
pub(super) struct Additions {
    frontier: Frontier,
    now: Timestamp,
    pending: Vec<Pending>,
}

/// An entry that has its place and waits for the commit.
struct Pending {
    kind: i16,
    organization: Option<String>,
    candidate: Option<CandidateId>,
    document: Vec<u8>,
}

/// All entries in a few long values, because one statement with these is prepared once and sent
/// once, whatever the number of entries.
pub(super) struct Packed {
    /// The index of the first entry: the ledger's size until now.
    pub(super) first: i64,
    /// The ledger's size with the entries.
    pub(super) size: i64,
    /// The frontier with the entries.
    pub(super) frontier: Vec<u8>,
    /// The transaction's instant.
    pub(super) now: i64,
    /// Leaves of 33 bytes.
    pub(super) leaves: Vec<u8>,
    /// Salts of 32 bytes.
    pub(super) salts: Vec<u8>,
    /// Candidates' ids of 16 bytes; zeros where there is none.
    pub(super) candidates: Vec<u8>,
    /// One list for each entry, in JSON: kind, organization, 1 if there is a candidate, offset
    /// and length of the document.
    pub(super) rest: String,
    /// The documents.
    pub(super) documents: Vec<u8>,
    /// Level, index and hash of the nodes that became complete.
    pub(super) nodes: Vec<(i16, i64, [u8; 32])>,
}

impl Additions {
    /// None yet. Their instant is the clock's that tests set, the database's, or this machine's,
    /// in this order of precedence.
    pub(super) fn onto(head: &HeldHead, clock: &Clock) -> Result<Self, Error> {
        let now = match (clock.fixed(), head.clock) {
            (Some(now), _) => now,
            (None, Some(micros)) => Timestamp::from_micros(micros),
            (None, None) => clock.now(),
        };
        Ok(Self {
            frontier: frontier(head.size, &head.frontier)?,
            // The record never runs backwards, whatever clocks do.
            now: now.max(Timestamp::from_micros(head.last_time)),
            pending: Vec::new(),
        })
    }

    /// The instant of all entries.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// Adds an entry. Its index is final once the transaction commits.
    pub(super) fn append(&mut self, entry: &Entry) -> u64 {
        let index = self.frontier.size() + self.pending.len() as u64;
        self.pending.push(Pending {
            kind: entry.kind.number(),
            organization: entry.organization.as_ref().map(ToString::to_string),
            candidate: entry.candidate,
            document: entry.encode(index, self.now),
        });
        index
    }

    /// What is to be stored; none without entries.
    pub(super) fn pack(mut self) -> Result<Option<Packed>, Error> {
        let count = self.pending.len();
        if count == 0 {
            return Ok(None);
        }
        let first = signed(self.frontier.size())?;
        let mut salts = Vec::with_capacity(count * SALT_BYTES);
        let mut leaves = Vec::with_capacity(count * LEAF_BYTES);
        let (mut candidates, mut documents) = (Vec::new(), Vec::new());
        let (mut rest, mut nodes) = (Vec::with_capacity(count), Vec::new());
        for entry in &self.pending {
            let salt = crypto::random::<SALT_BYTES>();
            let leaf = leaf(&salt, &entry.document);
            for (node, hash) in self.frontier.append(&leaf) {
                nodes.push((i16::from(node.level), signed(node.index)?, hash.bytes()));
            }
            leaves.extend_from_slice(&leaf);
            salts.extend_from_slice(&salt);
            candidates.extend(entry.candidate.map_or([0; 16], CandidateId::bytes));
            let known = i32::from(entry.candidate.is_some());
            let (from, length) = (documents.len(), entry.document.len());
            rest.push((entry.kind, &entry.organization, known, from, length));
            documents.extend_from_slice(&entry.document);
        }
        let rest = serde_json::to_string(&rest).map_err(|_| Error::corrupt("an entry"))?;
        let (size, frontier) = (signed(self.frontier.size())?, self.frontier.encode());
        let now = self.now.micros();
        Ok(Some(Packed {
            first,
            size,
            frontier,
            now,
            leaves,
            salts,
            candidates,
            rest,
            documents,
            nodes,
        }))
    }
}
