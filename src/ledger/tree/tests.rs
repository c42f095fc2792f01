//! Tests of the frontier, against the published test tree and the recursive definition.

use proptest::prelude::*;

use super::super::reference::{CT_LEAVES, CT_ROOTS, Stored, hash, mth, unhex};
use super::*;

#[test]
fn roots_are_those_of_the_published_test_tree() {
    let mut frontier = Frontier::empty();
    assert_eq!(frontier.root(), hash(CT_ROOTS[0]));
    for (leaf, root) in CT_LEAVES.iter().zip(&CT_ROOTS[1..]) {
        frontier.append(&unhex(leaf));
        assert_eq!(frontier.root(), hash(root), "{} leaves", frontier.size());
    }
}

#[test]
fn roots_follow_the_recursive_definition_at_every_small_size() {
    let stored = Stored::new(300);
    let mut frontier = Frontier::empty();
    for index in 0..300_u64 {
        frontier.append(&index.to_be_bytes());
        let size = usize::try_from(frontier.size()).unwrap();
        assert_eq!(frontier.root(), mth(&stored.hashes[..size]), "{size} leaves");
    }
}

#[test]
fn completed_nodes_come_with_the_leaf_that_completes_them() {
    let mut frontier = Frontier::empty();
    let mut completed = Vec::new();
    for index in 0..(1_u64 << 16) + 256 {
        for (node, _) in frontier.append(&index.to_be_bytes()) {
            completed.push((index, node));
        }
    }
    let tiles = |range: std::ops::Range<u64>| {
        range.map(|index| (index * 256 + 255, Node { level: 8, index })).collect::<Vec<_>>()
    };
    let mut expected = tiles(0..256);
    expected.push((65_535, Node { level: 16, index: 0 }));
    expected.extend(tiles(256..257));
    assert_eq!(completed, expected);
}

#[test]
fn completed_nodes_carry_the_root_of_their_leaves() {
    let stored = Stored::new(70_000);
    let of = |level, index| stored.nodes[&Node { level, index }];
    assert_eq!(of(8, 0), mth(&stored.hashes[..256]));
    assert_eq!(of(8, 200), mth(&stored.hashes[51_200..51_456]));
    assert_eq!(of(16, 0), mth(&stored.hashes[..65_536]));
    assert!(!stored.nodes.contains_key(&Node { level: 16, index: 1 }));
}

#[test]
fn a_frontier_of_another_length_is_refused() {
    let mut frontier = Frontier::empty();
    for leaf in CT_LEAVES.iter().take(5) {
        frontier.append(&unhex(leaf));
    }
    let bytes = frontier.encode();
    assert_eq!(bytes.len(), 8 + 2 * 32);
    for wrong in [&bytes[..7], &bytes[..8], &bytes[..bytes.len() - 1], &bytes[..40], &[]] {
        assert!(Frontier::decode(wrong).is_err(), "{} bytes", wrong.len());
    }
    let long = [bytes.as_slice(), &[0; 32]].concat();
    assert_eq!(Frontier::decode(&long), Err(InvalidFrontier { found: 104, expected: 72 }));
}

proptest! {
    #[test]
    fn a_frontier_goes_on_after_storing_as_if_it_had_never_stopped(
        size in 0..2_000_u64,
        stop in 0..2_000_u64,
    ) {
        let mut frontier = Frontier::empty();
        for index in 0..size {
            if index == stop {
                frontier = Frontier::decode(&frontier.encode()).unwrap();
            }
            frontier.append(&index.to_be_bytes());
        }
        let stored = Stored::new(size);
        prop_assert_eq!(&frontier, &stored.frontier);
        prop_assert_eq!(frontier.size(), size);
        prop_assert_eq!(frontier.root(), mth(&stored.hashes));
    }
}
