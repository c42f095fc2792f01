//! Histories written by hand, each breaking one promise: the checker must name that one.

use glasklar::ledger::hash::{leaf_hash, node_hash};

use super::super::history::Shown;
use super::*;

/// A change to a good run.
type Spoil = fn(&mut Vec<Call>, &mut Vec<Recorded>);

fn about() -> About {
    let [organization, handle, job] = ["acme", "h1", "J-1"].map(str::to_owned);
    About { organization, handle, job }
}

fn call(op: Op, (began, ended): (u64, u64), outcome: Outcome) -> Call {
    Call { op, about: about(), began, ended, outcome, witnessed: None }
}

fn entry(index: u64, kind: &str, version: i64) -> Recorded {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Recorded {
        index,
        time: "2026-11-22T12:00:00.000000Z".to_owned(),
        kind: kind.to_owned(),
        organization: about().organization,
        candidate: about().handle,
        job_reference: about().job,
        consent: "c1".to_owned(),
        consent_version: version,
        fields: words(&["score"]),
        channels: words(&["x"]),
        expires: "2026-12-22T12:00:00.000000Z".to_owned(),
        ..Recorded::default()
    }
}

fn shown(index: u64, version: i64) -> Outcome {
    let consent = Some(("c1".to_owned(), version));
    Outcome::Shown(index, Shown { consent, ..Shown::default() })
}

fn refused(index: u64, form: &str) -> Outcome {
    Outcome::Refused(index, ("call", form.to_owned()))
}

/// Asked, granted, looked up, withdrawn, refused: as it must be.
fn good() -> (Vec<Call>, Vec<Recorded>) {
    let calls = vec![
        call(Op::Ask, (0, 1), Outcome::Done(Some(0))),
        call(Op::Grant, (2, 3), Outcome::Done(Some(1))),
        call(Op::LookUp, (4, 5), shown(2, 2)),
        call(Op::Withdraw, (6, 7), Outcome::Done(Some(3))),
        call(Op::LookUp, (8, 9), refused(4, "no")),
    ];
    let kinds = [
        ("CONSENT_REQUESTED", 1),
        ("CONSENT_GRANTED", 2),
        ("PROFILE_DISCLOSED", 2),
        ("CONSENT_WITHDRAWN", 3),
        ("DISCLOSURE_REFUSED", 0),
    ];
    let entries = (0..).zip(kinds).map(|(index, (kind, version))| entry(index, kind, version));
    (calls, entries.collect())
}

fn promises(calls: &[Call], entries: &[Recorded]) -> Vec<Promise> {
    judge(calls, entries).iter().map(|violation| violation.promise).collect()
}

#[test]
fn a_run_as_it_must_be_breaks_nothing() {
    let (calls, entries) = good();
    assert_eq!(promises(&calls, &entries), []);
}

#[test]
fn a_disclosure_that_its_consent_does_not_cover_breaks_p1() {
    let spoil: [fn(&mut Recorded); 7] = [
        |entry| entry.consent_version = 1,
        |entry| entry.organization = "rival".to_owned(),
        |entry| entry.job_reference = "J-2".to_owned(),
        |entry| entry.purpose = "talent_pool".to_owned(),
        |entry| entry.fields.push("items".to_owned()),
        |entry| entry.channels.push("mastodon".to_owned()),
        |entry| entry.time = "2026-12-22T12:00:00.000000Z".to_owned(),
    ];
    for spoil in spoil {
        let (calls, mut entries) = good();
        spoil(&mut entries[2]);
        assert!(promises(&calls, &entries).contains(&Promise::P1), "{:?}", entries[2]);
    }
    let (mut calls, mut entries) = good();
    // The look is recorded behind the withdrawal that it overlapped.
    entries.swap(2, 3);
    (entries[2].index, entries[3].index) = (2, 3);
    (calls[2].outcome, calls[3].outcome) = (shown(3, 2), Outcome::Done(Some(2)));
    calls[2].ended = 8;
    assert_eq!(promises(&calls, &entries), [Promise::P1]);
}

#[test]
fn asking_again_does_not_end_a_consent() {
    let (_, mut entries) = good();
    entries.insert(2, entry(2, "CONSENT_REQUESTED", 2));
    assert!(consent(&entries).is_empty());
    entries[2].consent_version = 3;
    assert!(!consent(&entries).is_empty(), "but being asked anew does");
}

#[test]
fn data_after_a_withdrawal_returned_breaks_p2_unless_granted_anew() {
    let (mut calls, _) = good();
    calls[4].outcome = shown(4, 2);
    let broken = |calls: &[Call]| withdrawal(calls).iter().map(|v| v.promise).collect::<Vec<_>>();
    assert_eq!(broken(&calls), [Promise::P2]);
    calls.push(call(Op::Grant, (10, 11), Outcome::Done(Some(5))));
    assert_eq!(broken(&calls), [Promise::P2], "that came too late");
    calls[5].began = 8;
    assert_eq!(broken(&calls), [], "it may have come first");
    calls[5].about.job = "J-2".to_owned();
    assert_eq!(broken(&calls), [Promise::P2], "it was for another job");
}

#[test]
fn an_answer_without_its_own_true_and_early_entry_breaks_p3() {
    let spoil: [Spoil; 7] = [
        |_, entries| drop(entries.pop()),
        |calls, _| drop(calls.pop()),
        |calls, _| calls[4].outcome = refused(3, "no"),
        |_, entries| entries[4].kind = "PROFILE_DISCLOSED".to_owned(),
        |calls, _| calls[2].outcome = shown(2, 7),
        |calls, _| calls[2].witnessed = Some(String::new()),
        |_, entries| entries[2].score = Some("r1".to_owned()),
    ];
    for (at, spoil) in spoil.iter().enumerate() {
        let (mut calls, mut entries) = good();
        spoil(&mut calls, &mut entries);
        assert!(promises(&calls, &entries).contains(&Promise::P3), "spoiled in way {at}");
    }
}

#[test]
fn refusals_that_differ_break_p5() {
    let (mut calls, mut entries) = good();
    calls.push(call(Op::LookUp, (10, 11), refused(5, "no, because")));
    entries.push(entry(5, "DISCLOSURE_REFUSED", 0));
    assert_eq!(promises(&calls, &entries), [Promise::P5]);
}

#[test]
fn a_ledger_that_was_rewritten_breaks_p4() {
    let (_, entries) = good();
    let (first, second) = (leaf_hash(b"a"), leaf_hash(b"b"));
    let checkpoint = |size, root| Checkpoint { origin: "test".to_owned(), size, root };
    let grown =
        |root| Growth { old: checkpoint(1, first), new: checkpoint(2, root), hashes: vec![second] };
    let whole = [grown(node_hash(first, second))];
    assert!(growth(&entries[..2], &entries, &whole).is_empty());
    let broken = |found: Vec<Violation>| found.iter().any(|v| v.promise == Promise::P4);
    assert!(broken(growth(&entries[..2], &entries, &[grown(node_hash(second, first))])));
    let mut changed = entries.clone();
    changed[1].consent_version = 9;
    assert!(broken(growth(&changed[..2], &entries, &whole)));
    assert!(broken(growth(&entries, &entries[..4], &whole)), "the ledger shrank");
    assert!(broken(growth(&[], &entries[1..], &whole)), "an entry is missing");
}
