//! Tests of the proofs, against published ones and the recursive definition.

use proptest::prelude::*;

use super::super::hash::leaf_hash;
use super::super::reference::{self, CT_LEAVES, CT_ROOTS, Stored, hash, mth, unhex};
use super::*;

/// The proof for the spans, made only of the nodes that [`needed`] names.
fn prove(spans: &[Span], stored: &Stored) -> Vec<Hash> {
    let nodes: HashMap<Node, Hash> =
        needed(spans).into_iter().map(|node| (node, stored.nodes[&node])).collect();
    resolve(spans, &nodes).unwrap()
}

fn size_of(hashes: &[Hash]) -> u64 {
    u64::try_from(hashes.len()).unwrap()
}

fn flip(hash: Hash, bit: usize) -> Hash {
    let mut bytes = hash.bytes();
    bytes[bit / 8 % 32] ^= 1 << (bit % 8);
    Hash::from_bytes(bytes)
}

/// Proofs that are almost `proof`: one bit flipped, one hash gone, doubled, added, two swapped.
fn mutants(proof: &[Hash], bit: usize) -> Vec<Vec<Hash>> {
    let mut mutants = vec![[proof, &[empty_root()]].concat()];
    for at in 0..proof.len() {
        let mut flipped = proof.to_vec();
        flipped[at] = flip(flipped[at], bit);
        let mut shorter = proof.to_vec();
        shorter.remove(at);
        let mut longer = proof.to_vec();
        longer.insert(at, proof[at]);
        mutants.extend([flipped, shorter, longer]);
        if at > 0 {
            let mut swapped = proof.to_vec();
            swapped.swap(at - 1, at);
            mutants.push(swapped);
        }
    }
    mutants
}

#[test]
fn published_inclusion_proofs_are_made_and_accepted() {
    let published: [(u64, u64, &[&str]); 3] = [
        (
            0,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            &[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ];
    for (index, size, proof) in published {
        let proof: Vec<Hash> = proof.iter().map(|text| hash(text)).collect();
        let spans = inclusion(index, size).unwrap();
        assert_eq!(resolve(&spans, &published_leaves()), Ok(proof.clone()));
        let at = usize::try_from(index).unwrap();
        let leaf = leaf_hash(&unhex(CT_LEAVES[at]));
        let root = hash(CT_ROOTS[usize::try_from(size).unwrap()]);
        assert_eq!(verify_inclusion(index, size, leaf, &proof, root), Ok(()));
    }
}

#[test]
fn published_consistency_proofs_are_made_and_accepted() {
    let published: [(u64, u64, &[&str]); 4] = [
        (1, 1, &[]),
        (
            1,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            &[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            &[
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ];
    for (old, new, proof) in published {
        let proof: Vec<Hash> = proof.iter().map(|text| hash(text)).collect();
        let spans = consistency(old, new).unwrap();
        assert_eq!(resolve(&spans, &published_leaves()), Ok(proof.clone()));
        let root = |size| hash(CT_ROOTS[usize::try_from(size).unwrap()]);
        assert_eq!(verify_consistency(old, new, root(old), root(new), &proof), Ok(()));
    }
}

fn published_leaves() -> HashMap<Node, Hash> {
    let leaves = (0..).zip(CT_LEAVES);
    leaves.map(|(index, leaf)| (Node { level: 0, index }, leaf_hash(&unhex(leaf)))).collect()
}

#[test]
fn positions_outside_the_ledger_are_refused() {
    assert_eq!(inclusion(5, 5), Err(Error::NotIncluded { index: 5, size: 5 }));
    assert_eq!(inclusion(0, 0), Err(Error::NotIncluded { index: 0, size: 0 }));
    assert_eq!(consistency(6, 5), Err(Error::Shrunk { old: 6, new: 5 }));
    let root = empty_root();
    let refused = verify_inclusion(5, 5, root, &[], root);
    assert_eq!(refused, Err(Error::NotIncluded { index: 5, size: 5 }));
    let refused = verify_consistency(6, 5, root, root, &[]);
    assert_eq!(refused, Err(Error::Shrunk { old: 6, new: 5 }));
}

#[test]
fn every_ledger_begins_with_the_empty_one_and_only_with_that() {
    let root = leaf_hash(b"leaf");
    assert_eq!(consistency(0, 7), Ok(Vec::new()));
    assert_eq!(verify_consistency(0, 7, empty_root(), root, &[]), Ok(()));
    assert_eq!(verify_consistency(0, 7, root, root, &[]), Err(Error::OldRoot));
    assert_eq!(verify_consistency(0, 7, empty_root(), root, &[root]), Err(Error::Length));
    assert_eq!(verify_consistency(0, 0, empty_root(), root, &[]), Err(Error::Root));
    assert_eq!(verify_consistency(7, 7, root, empty_root(), &[]), Err(Error::Root));
}

#[test]
fn a_node_that_was_not_read_is_named() {
    let spans = inclusion(300, 1_000).unwrap();
    let stored = Stored::new(1_000);
    for absent in needed(&spans) {
        let mut nodes = stored.nodes.clone();
        nodes.remove(&absent);
        assert_eq!(resolve(&spans, &nodes), Err(Missing(absent)));
    }
}

#[test]
fn whole_tiles_are_read_as_one_node() {
    let nodes = needed(&[Span { start: 0, end: 512 }, Span { start: 512, end: 515 }]);
    let expected = [(0, 512), (0, 513), (0, 514), (8, 0), (8, 1)];
    assert_eq!(nodes, expected.map(|(level, index)| Node { level, index }));
    let tile_of_tiles = Span { start: 1 << 16, end: 2 << 16 };
    assert_eq!(needed(&[tile_of_tiles]), [Node { level: 16, index: 1 }]);
    assert!(needed(&[Span { start: 9, end: 9 }, Span { start: 9, end: 3 }]).is_empty());
}

#[test]
fn any_span_hashes_to_the_root_of_its_leaves() {
    let stored = Stored::new(600);
    for (start, end) in [(0, 0), (0, 600), (3, 4), (1, 600), (255, 513), (256, 512), (7, 300)] {
        let leaves = &stored.hashes[start..end];
        let span = Span { start: start as u64, end: end as u64 };
        assert_eq!(prove(&[span], &stored), [mth(leaves)], "{span:?}");
    }
}

#[test]
fn ten_million_leaves_need_at_most_some_1_500_nodes() {
    let size = 10_000_000;
    for at in [1, 255, 256, 65_535, 4_999_999, 8_388_608, 9_999_999] {
        let read = needed(&inclusion(at, size).unwrap()).len();
        assert!(read <= 1_530, "{read} nodes for leaf {at}");
        let read = needed(&consistency(at, size).unwrap()).len();
        assert!(read <= 1_530, "{read} nodes for old size {at}");
    }
    let size = (1 << 24) - 1;
    assert_eq!(needed(&[Span { start: 0, end: size }]).len(), 3 * 255);
}

#[test]
fn proofs_hold_in_a_ledger_with_two_stored_levels() {
    let stored = Stored::new(150_000);
    let root = stored.frontier.root();
    assert_eq!(root, mth(&stored.hashes));
    for old in [1, 255, 256, 65_535, 65_536, 65_537, 99_999, 131_072, 149_999] {
        let at = usize::try_from(old).unwrap();
        let proof = prove(&inclusion(old, 150_000).unwrap(), &stored);
        assert_eq!(verify_inclusion(old, 150_000, stored.hashes[at], &proof, root), Ok(()));
        let proof = prove(&consistency(old, 150_000).unwrap(), &stored);
        let old_root = mth(&stored.hashes[..at]);
        assert_eq!(verify_consistency(old, 150_000, old_root, root, &proof), Ok(()));
    }
}

proptest! {
    #[test]
    fn inclusion_proofs_are_rfc_6962s_and_no_other_is_accepted(
        size in 1..2_000_u64,
        at in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        bit in 0..256_usize,
    ) {
        let stored = Stored::new(size);
        let (root, at) = (stored.frontier.root(), at.index(stored.hashes.len()));
        let (index, leaf) = (at as u64, stored.hashes[at]);
        let proof = prove(&inclusion(index, size).unwrap(), &stored);
        prop_assert_eq!(&proof, &reference::path(at, &stored.hashes));
        prop_assert_eq!(verify_inclusion(index, size, leaf, &proof, root), Ok(()));

        for mutant in mutants(&proof, bit) {
            prop_assert!(verify_inclusion(index, size, leaf, &mutant, root).is_err());
        }
        prop_assert!(verify_inclusion(index, size, flip(leaf, bit), &proof, root).is_err());
        prop_assert!(verify_inclusion(index, size, leaf, &proof, flip(root, bit)).is_err());
        let other = other.index(stored.hashes.len());
        if other != at {
            prop_assert!(verify_inclusion(other as u64, size, leaf, &proof, root).is_err());
        }
    }

    #[test]
    fn consistency_proofs_are_rfc_6962s_and_no_other_is_accepted(
        size in 1..2_000_u64,
        at in any::<prop::sample::Index>(),
        bit in 0..256_usize,
    ) {
        let stored = Stored::new(size);
        let old = 1 + at.index(stored.hashes.len());
        let (old_root, root) = (mth(&stored.hashes[..old]), stored.frontier.root());
        let early = size_of(&stored.hashes[..old]);
        let proof = prove(&consistency(early, size).unwrap(), &stored);
        prop_assert_eq!(&proof, &reference::proof(old, &stored.hashes));
        prop_assert_eq!(verify_consistency(early, size, old_root, root, &proof), Ok(()));

        for mutant in mutants(&proof, bit) {
            prop_assert!(verify_consistency(early, size, old_root, root, &mutant).is_err());
        }
        let forged = flip(old_root, bit);
        prop_assert!(verify_consistency(early, size, forged, root, &proof).is_err());
        let forged = flip(root, bit);
        prop_assert!(verify_consistency(early, size, old_root, forged, &proof).is_err());
    }

    #[test]
    fn sizes_of_any_magnitude_have_short_proofs(old in any::<u64>(), new in any::<u64>()) {
        let (old, new) = (old.min(new), old.max(new));
        prop_assert!(consistency(old, new).unwrap().len() <= 65);
        if old < new {
            let spans = inclusion(old, new).unwrap();
            prop_assert!(spans.len() <= 64);
            let leaves: u64 = spans.iter().map(|span| span.end - span.start).sum();
            prop_assert_eq!(leaves, new - 1);
        }
    }
}
