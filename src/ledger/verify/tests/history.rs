//! Tampering with heads and nodes, and checkpoints kept from earlier.

use super::*;

#[test]
fn a_head_with_another_root_or_size_is_found() {
    let mut ledger = Ledger::new(10);
    ledger.root = empty_root();
    assert_eq!(ledger.findings(), [Finding::Head { first: 0, last: 9 }]);

    let mut shorter = Ledger::new(10);
    shorter.size = 9;
    let expected = [Finding::Added { first: 9, last: 9 }, Finding::Head { first: 0, last: 8 }];
    assert_eq!(shorter.findings(), expected);

    let mut empty = Ledger::new(0);
    empty.root = leaf_hash(b"");
    assert_eq!(empty.findings(), [Finding::Head { first: 0, last: 0 }]);
}

#[test]
fn nodes_that_no_ledger_of_this_size_stores_are_found() {
    for (level, index) in [(8, 1), (16, 0), (0, 0), (4, 0), (64, 0), (72, 0), (8, u64::MAX)] {
        let mut ledger = Ledger::new(300);
        ledger.nodes.push((Node { level, index }, empty_root()));
        let expected = [Finding::StrayNode { level, index, size: 300 }];
        assert_eq!(ledger.findings(), expected);
    }
}

#[test]
fn known_checkpoints_of_the_same_history_are_confirmed() {
    let mut ledger = Ledger::new(600);
    for size in [0, 1, 255, 256, 257, 511, 512, 599, 600] {
        ledger.known.push(Ledger::new(size).checkpoint());
    }
    assert_eq!(ledger.findings(), []);
}

#[test]
fn a_rewritten_past_is_a_fork_from_the_last_checkpoint_that_still_holds() {
    let mut rewritten = Ledger::new(600);
    rewritten.known.push(Ledger::written("refusal", 400).checkpoint());
    rewritten.known.push(Ledger::new(300).checkpoint());
    assert_eq!(rewritten.findings(), [Finding::Fork { first: 300, last: 399 }]);
}

#[test]
fn a_ledger_shorter_than_a_known_checkpoint_was_rolled_back() {
    let mut restored = Ledger::new(300);
    restored.known.push(Ledger::new(310).checkpoint());
    assert_eq!(restored.findings(), [Finding::Rollback { size: 300, known: 310 }]);
}

#[test]
fn a_checkpoint_handed_in_too_late_is_never_passed_over() {
    let ledger = Ledger::new(600);
    let mut verifier = Verifier::new();
    ledger.rows.into_iter().for_each(|row| verifier.row(row));
    for size in [512, 530, 600] {
        verifier.known(Ledger::new(size).checkpoint());
    }
    verifier.known(Ledger::new(50).checkpoint());
    let report = verifier.finish(600, ledger.root);
    assert_eq!(report.findings, [Finding::Unchecked { size: 50 }]);
}
