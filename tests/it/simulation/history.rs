//! What a run remembers: every call with when it began and ended and what came of it, and the
//! checkpoints seen on the way.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use glasklar::ledger::checkpoint::Checkpoint;
use serde::Deserialize;

/// Whose consent a call is about: organization, handle, job.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct About {
    pub(super) organization: String,
    pub(super) handle: String,
    pub(super) job: String,
}

/// What was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Ask,
    Grant,
    Refuse,
    Withdraw,
    LookUp,
    Explain,
    /// An auditor read what the entry with this index released.
    AuditRead(u64),
}

impl Op {
    /// The kind of the entry when the call did what it is there for.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Ask => "CONSENT_REQUESTED",
            Self::Grant => "CONSENT_GRANTED",
            Self::Refuse => "CONSENT_REFUSED",
            Self::Withdraw => "CONSENT_WITHDRAWN",
            Self::LookUp => "PROFILE_DISCLOSED",
            Self::Explain => "EXPLANATION_DISCLOSED",
            Self::AuditRead(_) => "EXPLANATION_AUDITED",
        }
    }
}

/// What was shown, in the words of entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// The consent with its version; explanations do not say.
    pub(super) consent: Option<(String, i64)>,
    /// The parts; explanations do not say.
    pub(super) fields: Option<Vec<String>>,
    pub(super) channels: Option<Vec<String>>,
    pub(super) score: Option<String>,
    pub(super) digest: Option<String>,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Something of a candidate was shown, under the entry with this index.
    Shown(u64, Shown),
    /// Nothing was shown. All that the caller can tell refusals apart by but the index, after
    /// the way of asking, since a batch answers differently from a call.
    Refused(u64, (&'static str, String)),
    /// A consent was asked for or answered; without an index when nothing changed.
    Done(Option<u64>),
    /// Neither, with the reason.
    Failed(String),
}

impl Outcome {
    pub(super) fn index(&self) -> Option<u64> {
        match self {
            Self::Shown(index, _) | Self::Refused(index, _) => Some(*index),
            Self::Done(index) => *index,
            Self::Failed(_) => None,
        }
    }
}

/// One call.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) op: Op,
    pub(super) about: About,
    pub(super) began: u64,
    pub(super) ended: u64,
    pub(super) outcome: Outcome,
    /// The kind of entry that another replica showed at the index right after the answer; empty
    /// when it had none. `None` when it was not asked.
    pub(super) witnessed: Option<String>,
}

/// An entry as the auditor read it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Recorded {
    pub(super) index: u64,
    /// Always 27 characters, so that texts compare like times.
    pub(super) time: String,
    pub(super) kind: String,
    pub(super) organization: String,
    pub(super) candidate: String,
    pub(super) job_reference: String,
    pub(super) purpose: String,
    pub(super) consent: String,
    pub(super) consent_version: i64,
    pub(super) fields: Vec<String>,
    pub(super) channels: Vec<String>,
    pub(super) expires: String,
    pub(super) score: Option<String>,
    pub(super) digest: Option<String>,
    pub(super) of_entry: Option<u64>,
}

/// Everything so far. Ticks order beginnings and ends as they really were.
#[derive(Default)]
pub(super) struct History {
    ticks: AtomicU64,
    calls: Mutex<Vec<Call>>,
    checkpoints: Mutex<Vec<Checkpoint>>,
}

impl History {
    pub(super) fn tick(&self) -> u64 {
        self.ticks.fetch_add(1, Ordering::SeqCst)
    }

    pub(super) fn add(&self, call: Call) {
        self.calls.lock().unwrap().push(call);
    }

    pub(super) fn saw(&self, checkpoint: Checkpoint) {
        self.checkpoints.lock().unwrap().push(checkpoint);
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// In the order of their sizes.
    pub(super) fn checkpoints(&self) -> Vec<Checkpoint> {
        let mut checkpoints = self.checkpoints.lock().unwrap().clone();
        checkpoints.sort_by_key(|checkpoint| checkpoint.size);
        checkpoints
    }
}
