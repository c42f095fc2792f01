//! Proofs and checkpoints of a ledger that is large enough to store nodes.

use glasklar::ledger::checkpoint::{Checkpoint, VerifierKey};
use glasklar::ledger::hash::{Hash, leaf_hash};
use glasklar::ledger::proof::{verify_consistency, verify_inclusion};
use glasklar::pb;
use tonic::{Code, Status};

use super::fill;
use crate::harness::clients::{Auditor, reason};
use crate::harness::server::Server;

/// The present checkpoint, once its signature is checked.
pub(crate) async fn checkpoint(auditor: &Auditor) -> Checkpoint {
    let signed = auditor.checkpoint().await;
    let key: VerifierKey = signed.verifier_key.parse().unwrap();
    key.open(&signed.note).expect("the checkpoint is signed")
}

pub(crate) async fn inclusion(
    auditor: &Auditor,
    index: u64,
    size: u64,
) -> Result<pb::GetInclusionProofResponse, Status> {
    let [index, size] = [index, size].map(|number| i64::try_from(number).unwrap());
    let request = auditor.on(pb::GetInclusionProofRequest { index, size });
    auditor.api().get_inclusion_proof(request).await.map(tonic::Response::into_inner)
}

pub(crate) async fn consistency(
    auditor: &Auditor,
    old: u64,
    new: u64,
) -> Result<pb::GetConsistencyProofResponse, Status> {
    let [old_size, new_size] = [old, new].map(|number| i64::try_from(number).unwrap());
    let request = auditor.on(pb::GetConsistencyProofRequest { old_size, new_size });
    auditor.api().get_consistency_proof(request).await.map(tonic::Response::into_inner)
}

pub(crate) fn hashes(bytes: &[Vec<u8>]) -> Vec<Hash> {
    bytes.iter().map(|hash| Hash::try_from(hash.as_slice()).unwrap()).collect()
}

/// Asks for the proof that a leaf is in a ledger of this size and root, and verifies it.
pub(super) async fn assert_included(auditor: &Auditor, index: u64, at: &Checkpoint) {
    let proof = inclusion(auditor, index, at.size).await.expect("the entry is there");
    let path = hashes(&proof.hashes);
    assert_eq!(proof.root, at.root.bytes(), "the checkpoint's root");
    let verified = verify_inclusion(index, at.size, leaf_hash(&proof.leaf), &path, at.root);
    assert_eq!(verified, Ok(()), "leaf {index} of {}", at.size);
    let other = leaf_hash(&[0; 33]);
    verify_inclusion(index, at.size, other, &path, at.root).expect_err("it proves this leaf only");
}

#[tokio::test]
async fn every_entry_is_proved_and_every_checkpoint_continues_those_before() {
    let server = Server::start().await;
    let (acme, auditor) = (server.recruiter("acme").await, server.auditor().await);
    let mut checkpoints = vec![checkpoint(&auditor).await];
    // Sizes at, before and after the borders of stored nodes, 256 and 512 leaves.
    for number in [1, 253, 1, 1, 254, 1, 1, 1, 100] {
        fill(&acme, number).await;
        checkpoints.push(checkpoint(&auditor).await);
    }
    let last = checkpoints.last().unwrap();
    assert_eq!(last.size, 614);
    let leaves: Vec<_> = auditor.entries().await.into_iter().map(|entry| entry.leaf).collect();
    assert_eq!(leaves.len(), 614);
    for (index, leaf) in (0..).zip(&leaves) {
        let proof = inclusion(&auditor, index, 0).await.expect("the entry is there");
        assert_eq!((proof.size, &proof.leaf, &proof.root[..]), (614, leaf, &last.root.bytes()[..]));
        let path = hashes(&proof.hashes);
        assert_eq!(verify_inclusion(index, 614, leaf_hash(leaf), &path, last.root), Ok(()));
    }
    for at in &checkpoints {
        for index in [0, at.size / 2, at.size - 1] {
            assert_included(&auditor, index, at).await;
        }
    }
    for (at, old) in checkpoints.iter().enumerate() {
        for new in &checkpoints[at..] {
            let proof = consistency(&auditor, old.size, new.size).await.expect("it only grew");
            let roots = [old.root.bytes().to_vec(), new.root.bytes().to_vec()];
            assert_eq!([proof.old_root, proof.new_root], roots);
            let proof = hashes(&proof.hashes);
            let verified = verify_consistency(old.size, new.size, old.root, new.root, &proof);
            assert_eq!(verified, Ok(()), "{} to {}", old.size, new.size);
        }
    }
    server.finish().await;
}

#[tokio::test]
async fn proofs_of_what_is_not_there_are_out_of_range() {
    let server = Server::start().await;
    let auditor = server.auditor().await;
    fill(&server.recruiter("acme").await, 4).await;
    let out_of_range = |status: Status, what: &str| {
        let found = (status.code(), reason(&status));
        assert_eq!(found, (Code::OutOfRange, "OUT_OF_RANGE".to_owned()), "{what}");
    };
    for (index, size) in [(5, 0), (5, 5), (3, 3), (0, 6), (u64::from(u32::MAX), 0)] {
        let refused = inclusion(&auditor, index, size).await.unwrap_err();
        out_of_range(refused, &format!("leaf {index} of {size}"));
    }
    for (old, new) in [(0, 5), (6, 0), (4, 3), (5, 6)] {
        let refused = consistency(&auditor, old, new).await.unwrap_err();
        out_of_range(refused, &format!("{old} to {new}"));
    }
    let request = auditor.on(pb::GetInclusionProofRequest { index: -1, size: 0 });
    let negative = auditor.api().get_inclusion_proof(request).await.unwrap_err();
    assert_eq!(reason(&negative), "FIELD_INVALID");
    server.finish().await;
}

/// A checkpoint is for every role: whoever is judged by the record can hold it to its word.
#[tokio::test]
async fn everybody_may_hold_the_ledger_to_its_word() {
    let server = Server::start().await;
    let (acme, mira) = (server.recruiter("acme").await, server.stranger("mira").await);
    let auditor = server.auditor().await;
    let ours = auditor.checkpoint().await;
    let mut others = auditor.api();
    let requests = [acme.on(pb::GetCheckpointRequest {}), mira.on(pb::GetCheckpointRequest {})];
    for request in requests {
        assert_eq!(others.get_checkpoint(request).await.unwrap().into_inner(), ours);
    }
    let altered = ours.note.replacen("\n1\n", "\n2\n", 1);
    assert_ne!(altered, ours.note);
    let key: VerifierKey = ours.verifier_key.parse().unwrap();
    key.open(&altered).expect_err("an altered size is not signed");
    server.finish().await;
}
