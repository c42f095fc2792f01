//! What auditors do: read entries and what was released, get proofs, and check everything.

use std::collections::HashSet;

use super::organizations::cut;
use super::page::Page;
use super::{App, Error};
use crate::auth::Caller;
use crate::crypto;
use crate::domain::entry::{Details, Entry, Kind};
use crate::domain::ids::OrganizationId;
use crate::domain::model::Digest;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::hash::Hash;
use crate::ledger::proof::{self, Span};
use crate::ledger::tree::TILE_HEIGHT;
use crate::ledger::verify::{Opening, Report, Row, Verifier};
use crate::storage::{Head, Stored, View};

/// Rows read at once while everything is checked.
const CHUNK: u64 = 1_000;

/// Which entries to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only of this organization.
    pub organization: Option<OrganizationId>,
    /// Only of this kind.
    pub kind: Option<Kind>,
}

/// A proof with what it is about.
#[derive(Clone, Debug)]
pub struct InclusionProof {
    /// The leaf.
    pub leaf: Vec<u8>,
    /// The size and root it is for.
    pub head: Head,
    /// The audit path, lowest first.
    pub hashes: Vec<Hash>,
}

/// A proof that one state continues another.
#[derive(Clone, Debug)]
pub struct ConsistencyProof {
    /// The earlier state.
    pub old: Head,
    /// The later state.
    pub new: Head,
    /// The proof.
    pub hashes: Vec<Hash>,
}

/// What checking the whole ledger found.
#[derive(Clone, Debug)]
pub struct Audit {
    /// What follows from the stored bytes.
    pub report: Report,
    /// Columns that say something else than the document beside them, and rows that are missing,
    /// one sentence each.
    pub columns: Vec<String>,
}

impl Audit {
    /// Whether nothing was found.
    pub fn is_intact(&self) -> bool {
        self.report.is_intact() && self.columns.is_empty()
    }
}

impl App {
    /// Entries in the order of the ledger, and the token of the next page.
    pub async fn entries(
        &self,
        filter: &Filter,
        page: &Page,
    ) -> Result<(Vec<Stored>, String), Error> {
        let limit = page.limit()?;
        let from = self.position(page)?.and_then(|position| position.as_slice().try_into().ok());
        let from = from.map_or(0, u64::from_be_bytes);
        let view = self.store.view();
        let organization = filter.organization.as_ref();
        let mut found = view.entries(from, organization, filter.kind, limit + 1).await?;
        let next = cut(&mut found, limit).map(|last| {
            let next = last.index + 1;
            self.token(page, &next.to_be_bytes())
        });
        Ok((found, next.unwrap_or_default()))
    }

    /// One entry.
    pub async fn entry(&self, index: u64) -> Result<Stored, Error> {
        let found = self.store.view().stored_entry(index).await?;
        found.ok_or(Error::NotFound("entry"))
    }

    /// Reads an explanation exactly as it was released. The reading is recorded before it
    /// returns, and the candidate sees it. Returns the bytes, their digest, and the entry.
    pub async fn read_released(
        &self,
        auditor: &Caller,
        index: u64,
    ) -> Result<(Vec<u8>, String, u64), Error> {
        let (vault, auditor) = (self.vault.clone(), auditor.subject.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let released = tx.released(index, &vault).await?;
                    let (candidate, document) =
                        released.ok_or(Error::NotFound("a released explanation"))?;
                    let digest = Digest::from_bytes(crypto::sha256(&document)).to_string();
                    let details = Details {
                        digest: Some(digest.clone()),
                        of_entry: Some(index),
                        auditor: Some(auditor),
                        ..Details::default()
                    };
                    let entry = Entry {
                        kind: Kind::ExplanationAudited,
                        organization: None,
                        candidate: Some(candidate),
                        details,
                    };
                    let read = tx.append(&entry);
                    Ok((document, digest, read))
                })
            })
            .await
    }

    /// Signs the present state of the ledger. Returns the note, and the key to verify it with.
    pub async fn checkpoint(&self) -> Result<(String, String), Error> {
        let head = self.store.view().ledger_head().await?;
        let key = self.checkpoint_key.verifier();
        let origin = key.name().to_owned();
        let checkpoint = Checkpoint { origin, size: head.size, root: head.root };
        let note = self.checkpoint_key.sign(&checkpoint).map_err(Error::internal)?;
        Ok((note, key.to_string()))
    }

    /// Proves that an entry is in the ledger, at a size or, for zero, the present one.
    pub async fn inclusion_proof(&self, index: u64, size: u64) -> Result<InclusionProof, Error> {
        let view = self.store.snapshot().await?;
        let size = size_within(&view, size).await?;
        let spans = proof::inclusion(index, size)
            .map_err(|_| Error::OutOfRange(format!("there is no entry {index} among {size}")))?;
        let (mut hashes, root) = hashes(&view, spans, size).await?;
        let root = root.ok_or_else(|| Error::internal("a tree without root"))?;
        hashes.shrink_to_fit();
        let stored = view.stored_entry(index).await?.ok_or(Error::NotFound("entry"))?;
        Ok(InclusionProof { leaf: stored.leaf, head: Head { size, root }, hashes })
    }

    /// Proves that a later state, or for zero the present one, continues an earlier one.
    pub async fn consistency_proof(&self, old: u64, new: u64) -> Result<ConsistencyProof, Error> {
        let view = self.store.snapshot().await?;
        let new = size_within(&view, new).await?;
        let spans = proof::consistency(old, new)
            .ok()
            .filter(|_| old > 0)
            .ok_or_else(|| Error::OutOfRange(format!("no consistency from {old} to {new}")))?;
        let (hashes, new_root) = hashes(&view, spans, new).await?;
        let (_, old_root) = self::hashes(&view, Vec::new(), old).await?;
        let missing = || Error::internal("a tree without root");
        let head = |size, root: Option<Hash>| {
            Ok::<_, Error>(Head { size, root: root.ok_or_else(missing)? })
        };
        Ok(ConsistencyProof { old: head(old, old_root)?, new: head(new, new_root)?, hashes })
    }

    /// Checks the whole ledger against its stored bytes, and against checkpoints kept earlier.
    pub async fn audit(&self, known: Vec<Checkpoint>) -> Result<Audit, Error> {
        audit(&self.store.snapshot().await?, known).await
    }
}

/// Checks the whole ledger as one view of the database shows it.
pub async fn audit(view: &View, known: Vec<Checkpoint>) -> Result<Audit, Error> {
    let mut verifier = Verifier::new();
    for checkpoint in known {
        verifier.known(checkpoint);
    }
    let head = view.ledger_head().await?;
    let mut columns = Vec::new();
    let mut from = 0;
    loop {
        let rows = view.stored_entries(from, CHUNK).await?;
        let Some(last) = rows.last() else { break };
        from = last.index + 1;
        for stored in rows {
            columns.extend(disagreement(&stored));
            let opening = stored.opening.map(|o| Opening { salt: o.salt, entry: o.document });
            verifier.row(Row { index: stored.index, leaf: stored.leaf, opening });
        }
    }
    let (mut after, mut stored) = (None, HashSet::new());
    loop {
        let nodes = view.all_nodes(after).await?;
        let Some((level, index, _)) = nodes.last() else { break };
        after = Some((*level, *index));
        for (level, index, hash) in nodes {
            stored.insert((level, index));
            verifier.node(level, index, hash);
        }
    }
    columns.extend(missing_nodes(head.size, &stored));
    for index in view.stray_openings().await? {
        columns.push(format!("leaf {index} is missing, though its opening is stored"));
    }
    Ok(Audit { report: verifier.finish(head.size, head.root), columns })
}

/// A node that is gone proves nothing false, for it can be made again from the leaves; but until
/// then nothing over them can be proved.
fn missing_nodes(size: u64, stored: &HashSet<(u8, u64)>) -> Vec<String> {
    let levels = (1..=7).map(|tile| tile * TILE_HEIGHT);
    let nodes = levels.flat_map(|level| (0..size >> level).map(move |index| (level, index)));
    let missing = nodes.filter(|node| !stored.contains(node));
    let say = |(level, index): (u8, u64)| {
        let (first, last) = (index << level, ((index + 1) << level) - 1);
        format!("leaf {first} to leaf {last}: the node over them is not stored; dropped")
    };
    missing.map(say).collect()
}

/// The columns beside a document are only for finding it; here they must agree with it.
fn disagreement(stored: &Stored) -> Option<String> {
    let opening = stored.opening.as_ref()?;
    let document: serde_json::Value = serde_json::from_slice(&opening.document).ok()?;
    let says = |key: &str| document.get(key).and_then(serde_json::Value::as_str);
    let index = stored.index;
    if says("kind") != opening.kind.map(Kind::word) {
        return Some(format!("leaf {index}: the kind in its column is not the one recorded"));
    }
    if says("organization") != opening.organization.as_deref() {
        return Some(format!(
            "leaf {index}: the organization in its column is not the one recorded"
        ));
    }
    if says("time") != Some(opening.time.to_string().as_str()) {
        return Some(format!("leaf {index}: the time in its column is not the one recorded"));
    }
    None
}

async fn size_within(view: &View, size: u64) -> Result<u64, Error> {
    let head = view.ledger_head().await?;
    if size > head.size {
        return Err(Error::OutOfRange(format!("the ledger has {} entries, not {size}", head.size)));
    }
    Ok(if size == 0 { head.size } else { size })
}

/// The hashes of spans of leaves, and the root of the first `size` leaves.
async fn hashes(
    view: &View,
    mut spans: Vec<Span>,
    size: u64,
) -> Result<(Vec<Hash>, Option<Hash>), Error> {
    spans.push(Span { start: 0, end: size });
    let nodes = view.ledger_nodes(&proof::needed(&spans)).await?;
    let mut hashes = proof::resolve(&spans, &nodes).map_err(Error::internal)?;
    let root = hashes.pop();
    Ok((hashes, root))
}
