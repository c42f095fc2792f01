//! Laws over generated ledgers and generated tampering.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// Changes one byte of one field of a row: 0 the index, 1 the leaf, 2 the salt, 3 the entry.
fn change(row: &mut Row, field: u8, at: Index, mask: u8) {
    match (field, &mut row.opening) {
        (0, _) => row.index ^= u64::from(mask) << (at.index(8) * 8),
        (2, Some(opening)) => opening.salt[at.index(SALT_LEN)] ^= mask,
        (3, Some(opening)) => {
            let at = at.index(opening.entry.len());
            opening.entry[at] ^= mask;
        }
        _ => row.leaf[at.index(LEAF_LEN)] ^= mask,
    }
}

proptest! {
    #[test]
    fn any_single_byte_change_in_any_stored_row_is_found(
        size in 1..600_u64,
        target in any::<Index>(),
        field in 0..4_u8,
        at in any::<Index>(),
        mask in 1..=255_u8,
        sorted in any::<bool>(),
    ) {
        let mut ledger = Ledger::new(size);
        let target = target.index(ledger.rows.len());
        let erased = ledger.rows[target].opening.is_none();
        change(&mut ledger.rows[target], field, at, mask);
        if sorted {
            ledger.rows.sort_by_key(|row| row.index);
        }
        let findings = ledger.findings();
        prop_assert!(!findings.is_empty());
        if !erased && field > 0 {
            let named = format!("leaf {target}:");
            prop_assert!(findings[0].to_string().starts_with(&named), "{}", findings[0]);
        }
    }

    #[test]
    fn any_row_dropped_swapped_or_doubled_is_found(
        size in 2..600_u64,
        one in any::<Index>(),
        other in any::<Index>(),
    ) {
        let ledger = Ledger::new(size);
        let (one, other) = (one.index(ledger.rows.len()), other.index(ledger.rows.len()));
        let mut dropped = ledger.clone();
        dropped.rows.remove(one);
        let leaf = one as u64;
        prop_assert_eq!(&dropped.findings()[0], &Finding::Missing { first: leaf, last: leaf });

        let mut doubled = ledger.clone();
        doubled.rows.insert(other, ledger.rows[one].clone());
        prop_assert!(!doubled.findings().is_empty());

        let mut swapped = ledger;
        swapped.rows.swap(one, other);
        prop_assert_eq!(swapped.clone().findings().is_empty(), one == other);
        for (row, index) in swapped.rows.iter_mut().zip(0..) {
            row.index = index;
        }
        prop_assert_eq!(swapped.findings().is_empty(), one == other);
    }
}
