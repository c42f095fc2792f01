//! Judges a run by its history and the ledger, and names the promise that was broken. Knows
//! nothing of how the product decides: only what the promises say.

use std::collections::{BTreeMap, BTreeSet};

use glasklar::ledger::checkpoint::Checkpoint;
use glasklar::ledger::hash::Hash;
use glasklar::ledger::proof;

use super::history::{About, Call, Op, Outcome, Recorded};

/// A promise by its number, or the model that a sequence is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    /// Consent: nothing without one that is valid at the entry's place in the ledger.
    P1,
    /// Withdrawal: nothing for what began after it returned.
    P2,
    /// Record: exactly one entry for every answer, there before the answer.
    P3,
    /// Ledger: it only grows.
    P4,
    /// Silence: one refusal.
    P5,
    /// What the model expected, no less and no more.
    Model,
}

/// What was broken, and where.
#[derive(Clone, Debug)]
pub(super) struct Violation {
    pub(super) promise: Promise,
    #[expect(dead_code, reason = "read by whoever reads the failed test")]
    pub(super) what: String,
}

impl Violation {
    pub(super) fn new(promise: Promise, what: impl Into<String>) -> Self {
        Self { promise, what: what.into() }
    }
}

/// A checkpoint, a later one, and the proof that the later continues the earlier.
pub(super) struct Growth {
    pub(super) old: Checkpoint,
    pub(super) new: Checkpoint,
    pub(super) hashes: Vec<Hash>,
}

/// Checks P1, P2, P3 and P5.
pub(super) fn judge(calls: &[Call], entries: &[Recorded]) -> Vec<Violation> {
    let mut found = consent(entries);
    found.extend(withdrawal(calls));
    found.extend(record(calls, entries));
    found.extend(silence(calls));
    found
}

/// P1: the last consent event before a disclosure is the grant that it relies on.
fn consent(entries: &[Recorded]) -> Vec<Violation> {
    let (mut found, mut last) = (Vec::new(), BTreeMap::<&str, &Recorded>::new());
    for entry in entries {
        match entry.kind.as_str() {
            "CONSENT_GRANTED" | "CONSENT_REFUSED" | "CONSENT_WITHDRAWN" => {
                last.insert(&entry.consent, entry);
            }
            "CONSENT_REQUESTED" => {
                let before = last.get(entry.consent.as_str());
                // Asking again for what is open or granted is recorded and changes nothing.
                if before.is_none_or(|event| event.consent_version != entry.consent_version) {
                    last.insert(&entry.consent, entry);
                }
            }
            "PROFILE_DISCLOSED" | "EXPLANATION_DISCLOSED" => {
                let event = last.get(entry.consent.as_str());
                if !event.is_some_and(|event| permits(event, entry)) {
                    let what = format!("entry {} relies on {event:?}: {entry:?}", entry.index);
                    found.push(Violation::new(Promise::P1, what));
                }
            }
            _ => {}
        }
    }
    found
}

fn permits(event: &Recorded, entry: &Recorded) -> bool {
    let covers = |granted: &[String], shown: &[String]| shown.iter().all(|s| granted.contains(s));
    let explained = entry.kind == "EXPLANATION_DISCLOSED";
    let needed = ["score", "channels"].iter().all(|field| entry.fields.iter().any(|f| f == field));
    event.kind == "CONSENT_GRANTED"
        && event.consent_version == entry.consent_version
        && event.organization == entry.organization
        && event.candidate == entry.candidate
        && event.purpose == entry.purpose
        && event.job_reference == entry.job_reference
        && covers(&event.fields, &entry.fields)
        && covers(&event.channels, &entry.channels)
        && (!explained || needed)
        && entry.time < event.expires
}

/// P2: what began after a withdrawal returned got nothing, unless it was granted anew meanwhile.
fn withdrawal(calls: &[Call]) -> Vec<Violation> {
    let answered = |op: Op| {
        calls.iter().filter_map(move |call| match call.outcome {
            Outcome::Done(Some(index)) if call.op == op => Some((call, index)),
            Outcome::Shown(..) | Outcome::Refused(..) | Outcome::Done(_) | Outcome::Failed(_) => {
                None
            }
        })
    };
    let shown = calls.iter().filter(|call| {
        matches!(call.outcome, Outcome::Shown(..)) && matches!(call.op, Op::LookUp | Op::Explain)
    });
    let mut found = Vec::new();
    for call in shown {
        let over = answered(Op::Withdraw)
            .filter(|(withdraw, _)| withdraw.about == call.about && withdraw.ended < call.began);
        let Some(last) = over.map(|(_, index)| index).max() else { continue };
        let anew = answered(Op::Grant).any(|(grant, index)| {
            grant.about == call.about && index > last && grant.began < call.ended
        });
        if !anew {
            let what = format!("shown after the withdrawal of entry {last}: {call:?}");
            found.push(Violation::new(Promise::P2, what));
        }
    }
    found
}

/// P3: calls and entries are one to one, say the same, and the entry was there first.
fn record(calls: &[Call], entries: &[Recorded]) -> Vec<Violation> {
    let by_index: BTreeMap<u64, &Recorded> = entries.iter().map(|e| (e.index, e)).collect();
    let (mut found, mut used) = (Vec::new(), BTreeSet::new());
    for call in calls {
        let Some(index) = call.outcome.index() else { continue };
        let refused = matches!(call.outcome, Outcome::Refused(..));
        let kind = if refused { "DISCLOSURE_REFUSED" } else { call.op.kind() };
        if !used.insert(index) {
            let what = format!("entry {index} answers for two calls, one is {call:?}");
            found.push(Violation::new(Promise::P3, what));
        }
        if call.witnessed.as_ref().is_some_and(|witnessed| witnessed != kind) {
            let what = format!("the entry was not there when the answer came: {call:?}");
            found.push(Violation::new(Promise::P3, what));
        }
        let entry = by_index.get(&index);
        if !entry.is_some_and(|entry| entry.kind == kind && says_the_same(call, entry)) {
            let what = format!("{call:?} is recorded as {entry:?}");
            found.push(Violation::new(Promise::P3, what));
        }
    }
    // Models come into use without a call.
    let caused = entries.iter().filter(|entry| entry.kind != "MODEL_RELEASED");
    for entry in caused.filter(|entry| !used.contains(&entry.index)) {
        found.push(Violation::new(Promise::P3, format!("nobody got the answer of {entry:?}")));
    }
    found
}

fn says_the_same(call: &Call, entry: &Recorded) -> bool {
    let About { organization, handle, job } = &call.about;
    if let Op::AuditRead(read) = call.op {
        let digest = match &call.outcome {
            Outcome::Shown(_, shown) => &shown.digest,
            Outcome::Refused(..) | Outcome::Done(_) | Outcome::Failed(_) => &None,
        };
        return entry.of_entry == Some(read) && entry.digest == *digest;
    }
    let who = entry.organization == *organization
        && entry.candidate == *handle
        && entry.job_reference == *job;
    let Outcome::Shown(_, shown) = &call.outcome else { return who };
    let consent = shown.consent.as_ref();
    who && consent.is_none_or(|(id, v)| *id == entry.consent && *v == entry.consent_version)
        && shown.fields.as_ref().is_none_or(|fields| *fields == entry.fields)
        && shown.channels.as_ref().is_none_or(|channels| *channels == entry.channels)
        && shown.score == entry.score
        && shown.digest == entry.digest
}

/// P5: all refusals of one way of asking look the same.
fn silence(calls: &[Call]) -> Vec<Violation> {
    let mut forms = BTreeMap::<&str, BTreeSet<&str>>::new();
    for call in calls {
        if let Outcome::Refused(_, (way, form)) = &call.outcome {
            forms.entry(way).or_default().insert(form);
        }
    }
    let differing = forms.values().filter(|forms| forms.len() > 1);
    differing
        .map(|forms| Violation::new(Promise::P5, format!("refusals differ: {forms:?}")))
        .collect()
}

/// P4: what was listed before is still there, and every checkpoint continues the one before.
pub(super) fn growth(
    earlier: &[Recorded],
    later: &[Recorded],
    growths: &[Growth],
) -> Vec<Violation> {
    let mut found = Vec::new();
    if later.get(..earlier.len()) != Some(earlier) {
        found.push(Violation::new(Promise::P4, "entries that were listed have changed"));
    }
    let numbered = later.iter().zip(0..).all(|(entry, index)| entry.index == index);
    if !numbered {
        found.push(Violation::new(Promise::P4, "the indexes are not 0, 1, 2 …"));
    }
    for Growth { old, new, hashes } in growths {
        let proof =
            proof::verify_consistency(old.size, new.size, old.root, new.root, hashes.as_slice());
        if let Err(error) = proof {
            let what = format!("from {} to {}: {error}", old.size, new.size);
            found.push(Violation::new(Promise::P4, what));
        }
    }
    found
}

#[cfg(test)]
mod tests;
