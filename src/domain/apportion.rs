//! Dividing whole points so that the parts add up exactly (promise P6).

/// Divides `total` in proportion to `weights`, which must not be negative, by rounding the
/// running sum down: part j is `floor(total * C_j / C) - floor(total * C_(j-1) / C)`. The parts
/// always add up to `total`, each is within one of its exact share, and a weight of zero gets
/// zero. The rule looks only backwards, so a tail can be merged into one part without changing
/// the parts before it.
///
/// Without any weight nothing can be divided and all parts are zero; callers give a total of
/// zero then. Exact for `total` below 2^31 and a sum of weights below 2^95.
pub fn apportion(total: i64, weights: &[i128]) -> Vec<i64> {
    let sum: i128 = weights.iter().sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let mut running = 0_i128;
    let mut given = 0_i64;
    weights
        .iter()
        .map(|weight| {
            running += weight;
            let up_to = i64::try_from(i128::from(total) * running / sum).unwrap_or(total);
            let part = up_to - given;
            given = up_to;
            part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_add_up_and_stay_within_one_of_their_share(
            total in 0_i64..100_000_000,
            weights in prop::collection::vec(0_i128..1 << 80, 1..40),
        ) {
            let parts = apportion(total, &weights);
            let sum: i128 = weights.iter().sum();
            prop_assert_eq!(parts.iter().sum::<i64>(), if sum == 0 { 0 } else { total });
            for (part, weight) in parts.iter().zip(&weights) {
                let share = if sum == 0 { 0 } else { i128::from(total) * weight / sum };
                prop_assert!((i128::from(*part) - share).abs() <= 1);
                prop_assert!(*weight != 0 || *part == 0);
            }
        }

        #[test]
        fn merging_a_tail_changes_no_part_before_it(
            total in 0_i64..100_000_000,
            weights in prop::collection::vec(0_i128..1 << 80, 2..40),
            cut in 1_usize..39,
        ) {
            let cut = cut.min(weights.len() - 1);
            let mut merged = weights[..cut].to_vec();
            merged.push(weights[cut..].iter().sum());
            let (all, short) = (apportion(total, &weights), apportion(total, &merged));
            prop_assert_eq!(&all[..cut], &short[..cut]);
            prop_assert_eq!(all[cut..].iter().sum::<i64>(), short[cut]);
        }
    }
}
