//! Tests of the verifier: one way of tampering with stored rows each, and its finding.

use super::super::leaf::leaf;
use super::super::tree::{Frontier, Node};
use super::*;

mod history;
mod laws;

/// A stored ledger, to be tampered with.
#[derive(Clone)]
struct Ledger {
    rows: Vec<Row>,
    nodes: Vec<(Node, Hash)>,
    known: Vec<Checkpoint>,
    size: u64,
    root: Hash,
}

impl Ledger {
    /// A ledger as the writer makes it; every third opening was erased.
    fn new(size: u64) -> Self {
        Self::written("disclosure", size)
    }

    fn written(what: &str, size: u64) -> Self {
        let mut frontier = Frontier::empty();
        let (mut rows, mut nodes) = (Vec::new(), Vec::new());
        for index in 0..size {
            let row = row(index, &format!(r#"{{"index":{index},"what":"{what}"}}"#));
            nodes.extend(frontier.append(&row.leaf));
            rows.push(Row { opening: row.opening.filter(|_| index % 3 != 1), ..row });
        }
        Self { rows, nodes, known: Vec::new(), size, root: frontier.root() }
    }

    fn checkpoint(&self) -> Checkpoint {
        Checkpoint { origin: "test".to_owned(), size: self.size, root: self.root }
    }

    fn report(self) -> Report {
        let mut verifier = Verifier::new();
        self.known.into_iter().for_each(|known| verifier.known(known));
        self.rows.into_iter().for_each(|row| verifier.row(row));
        for (node, hash) in self.nodes {
            verifier.node(node.level, node.index, hash);
        }
        verifier.finish(self.size, self.root)
    }

    fn findings(self) -> Vec<Finding> {
        self.report().findings
    }

    fn opening(&mut self, index: usize) -> &mut Opening {
        self.rows[index].opening.as_mut().unwrap()
    }
}

/// A row with an opening; the salt is as good as any for a test.
fn row(index: u64, entry: &str) -> Row {
    let salt = leaf_hash(&index.to_be_bytes()).bytes();
    let leaf = leaf(&salt, entry.as_bytes()).to_vec();
    Row { index, leaf, opening: Some(Opening { salt: salt.to_vec(), entry: entry.into() }) }
}

#[test]
fn untouched_ledgers_are_intact_at_every_size_around_a_tile() {
    for size in [0, 1, 2, 3, 7, 255, 256, 257, 511, 512, 513, 700, 1_024] {
        let report = Ledger::new(size).report();
        assert_eq!(report.findings, [], "{size} leaves");
        assert!(report.is_intact());
        assert_eq!((report.size, report.opened + report.erased), (size, size));
        assert_eq!(report.erased, (size + 1) / 3, "{size} leaves");
    }
}

#[test]
fn a_ledger_with_two_levels_of_nodes_is_intact_until_one_is_edited() {
    let mut ledger = Ledger::new((1 << 16) + 300);
    assert!(ledger.nodes.contains(&(Node { level: 16, index: 0 }, ledger.nodes[256].1)));
    assert_eq!(ledger.clone().findings(), []);
    ledger.nodes[256].1 = empty_root();
    assert_eq!(ledger.findings(), [Finding::Node { first: 0, last: 65_535 }]);
}

#[test]
fn erasing_every_opening_leaves_the_ledger_intact() {
    let mut ledger = Ledger::new(300);
    ledger.known.push(ledger.checkpoint());
    ledger.rows.iter_mut().for_each(|row| row.opening = None);
    let report = ledger.report();
    assert_eq!((report.findings, report.opened, report.erased), (vec![], 0, 300));
}

#[test]
fn an_edited_entry_is_named() {
    let mut ledger = Ledger::new(10);
    ledger.opening(6).entry = br#"{"index":6,"what":"refusal"}"#.to_vec();
    assert_eq!(ledger.findings(), [Finding::Edited { leaf: 6 }]);
}

#[test]
fn a_salt_of_another_length_is_named_even_if_the_bytes_run_on() {
    let mut ledger = Ledger::new(10);
    let opening = ledger.opening(6);
    opening.salt.push(opening.entry.remove(0));
    assert_eq!(ledger.findings(), [Finding::Edited { leaf: 6 }]);
}

#[test]
fn an_entry_edited_together_with_its_leaf_breaks_node_and_root() {
    let mut ledger = Ledger::new(300);
    ledger.rows[6] = row(6, r#"{"index":6,"what":"refusal"}"#);
    let expected = [Finding::Node { first: 0, last: 255 }, Finding::Head { first: 0, last: 299 }];
    assert_eq!(ledger.findings(), expected);
}

#[test]
fn an_edited_leaf_without_opening_is_narrowed_down_by_a_known_checkpoint() {
    let mut ledger = Ledger::new(20);
    ledger.known.push(Ledger::new(15).checkpoint());
    ledger.rows[16].leaf[9] ^= 1;
    assert_eq!(ledger.findings(), [Finding::Head { first: 15, last: 19 }]);
}

#[test]
fn leaves_of_another_form_are_named() {
    let forms: [fn(&mut Vec<u8>); 4] =
        [|leaf| leaf[0] = 2, |leaf| leaf.push(0), |leaf| leaf.truncate(32), Vec::clear];
    for form in forms {
        let mut ledger = Ledger::new(10);
        form(&mut ledger.rows[4].leaf);
        let expected = [Finding::Form { leaf: 4 }, Finding::Head { first: 0, last: 9 }];
        assert_eq!(ledger.findings(), expected);
    }
}

#[test]
fn two_rows_that_changed_places_are_both_named() {
    let mut ledger = Ledger::new(10);
    ledger.rows.swap(3, 6);
    (ledger.rows[3].index, ledger.rows[6].index) = (3, 6);
    let findings = ledger.findings();
    assert!(findings.contains(&Finding::Moved { leaf: 3, stated: 6 }), "{findings:?}");
    assert!(findings.contains(&Finding::Moved { leaf: 6, stated: 3 }), "{findings:?}");
}

#[test]
fn rows_stored_in_another_order_are_named() {
    let mut ledger = Ledger::new(10);
    ledger.rows.swap(3, 4);
    let findings = ledger.findings();
    assert!(findings.contains(&Finding::OutOfOrder { leaf: 3, after: 4 }), "{findings:?}");
}

#[test]
fn dropped_rows_are_named_and_the_rest_is_still_checked() {
    let mut ledger = Ledger::new(800);
    ledger.rows.remove(5);
    ledger.nodes[1].1 = empty_root();
    let expected = [
        Finding::Missing { first: 5, last: 5 },
        Finding::Node { first: 256, last: 511 },
        Finding::Unchecked { size: 800 },
    ];
    assert_eq!(ledger.findings(), expected);
}

#[test]
fn leaves_after_a_dropped_one_never_stand_in_for_it() {
    let mut ledger = Ledger::new(10);
    ledger.rows.remove(5);
    ledger.rows.push(row(10, r#"{"index":10}"#));
    let expected = [
        Finding::Missing { first: 5, last: 5 },
        Finding::Added { first: 10, last: 10 },
        Finding::Unchecked { size: 10 },
    ];
    assert_eq!(ledger.findings(), expected);
}

#[test]
fn a_known_checkpoint_before_the_gap_is_still_confirmed() {
    let mut ledger = Ledger::new(600);
    ledger.known.push(Ledger::new(257).checkpoint());
    ledger.rows.drain(257..512);
    let expected = [Finding::Missing { first: 257, last: 511 }, Finding::Unchecked { size: 600 }];
    assert_eq!(ledger.findings(), expected);
}

#[test]
fn a_truncated_ledger_names_the_leaves_that_are_gone() {
    let mut ledger = Ledger::new(10);
    ledger.rows.truncate(7);
    let findings = ledger.findings();
    assert_eq!(findings[0], Finding::Missing { first: 7, last: 9 });
    let mut ledger = Ledger::new(10);
    ledger.rows.clear();
    assert_eq!(ledger.findings()[0], Finding::Missing { first: 0, last: 9 });
}

#[test]
fn a_row_that_is_stored_twice_is_named() {
    let mut ledger = Ledger::new(10);
    let twin = ledger.rows[8].clone();
    ledger.rows.insert(9, twin);
    let report = ledger.report();
    assert_eq!(report.findings, [Finding::OutOfOrder { leaf: 8, after: 8 }]);
    assert_eq!(report.opened + report.erased, 10);
}

#[test]
fn rows_beyond_the_head_are_named() {
    let mut ledger = Ledger::new(10);
    ledger.rows.push(row(10, r#"{"index":10}"#));
    assert_eq!(ledger.clone().findings(), [Finding::Added { first: 10, last: 10 }]);

    ledger.rows.pop();
    ledger.rows.push(row(1 << 40, r#"{"index":1099511627776}"#));
    let expected = [Finding::Added { first: 1 << 40, last: 1 << 40 }];
    assert_eq!(ledger.clone().findings()[..1], expected);

    ledger.rows.pop();
    ledger.rows.push(row(u64::MAX, r#"{"index":18446744073709551615}"#));
    assert_eq!(ledger.findings(), [Finding::Added { first: u64::MAX, last: u64::MAX }]);
}

#[test]
fn entries_that_are_no_objects_with_an_index_are_named() {
    for entry in ["", "5", "[0]", "{}", r#"{"index":"0"}"#, r#"{"index":0.5}"#, r#"{"index":-1}"#] {
        let mut verifier = Verifier::new();
        let row = row(0, entry);
        let root = leaf_hash(&row.leaf);
        verifier.row(row);
        let findings = verifier.finish(1, root).findings;
        assert_eq!(findings, [Finding::Unreadable { leaf: 0 }], "{entry}");
    }
}

#[test]
fn findings_beyond_the_limit_are_counted() {
    let mut ledger = Ledger::new(3);
    let twin = ledger.rows[2].clone();
    ledger.rows.extend(std::iter::repeat_n(twin, MAX_FINDINGS + 7));
    let report = ledger.report();
    assert_eq!((report.findings.len(), report.omitted), (MAX_FINDINGS, 7));
}

#[test]
fn findings_are_sentences_that_name_the_leaf() {
    let sentences = [
        Finding::Form { leaf: 5 },
        Finding::Edited { leaf: 5 },
        Finding::Unreadable { leaf: 5 },
        Finding::Moved { leaf: 5, stated: 7 },
        Finding::OutOfOrder { leaf: 5, after: 7 },
        Finding::Missing { first: 5, last: 5 },
        Finding::Added { first: 5, last: 7 },
        Finding::Node { first: 5, last: 7 },
        Finding::StrayNode { level: 8, index: 1, size: 5 },
        Finding::Head { first: 5, last: 7 },
        Finding::Fork { first: 5, last: 7 },
        Finding::Rollback { size: 5, known: 8 },
        Finding::Unchecked { size: 5 },
    ]
    .map(|finding| finding.to_string());
    for sentence in &sentences {
        assert!(sentence.contains("leaf 5") && !sentence.ends_with('.'), "{sentence}");
    }
    assert!(sentences[11].starts_with("leaf 5 to leaf 7: in a checkpoint"), "{}", sentences[11]);
}
