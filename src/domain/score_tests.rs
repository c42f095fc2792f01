//! The laws of the score, and the list of all the properties that a score must have, with the
//! tests that hold each. `tests/it/properties.rs` checks that these tests exist.
//!
//! 1. An empty channel changes no bit of score and interval:
//!    `order_and_empty_channels_change_no_bit` in `src/domain/score_tests.rs`.
//! 2. Splitting the same reactions over channels changes nothing, and the parts of the pieces add
//!    up to the part of the whole: `moving_items_between_channels_changes_no_bit` in
//!    `src/domain/score_tests.rs`, `the_pieces_of_a_channel_get_what_the_channel_got` in
//!    `src/domain/contribution_tests.rs`.
//! 3. One channel alone reaches any score below 100:
//!    `one_channel_alone_reaches_any_score_below_100` in `src/domain/score_tests.rs`.
//! 4. A reaction never lowers the score, an unnoticed item changes nothing:
//!    `a_reaction_by_somebody_else_never_lowers_the_score`, `an_unnoticed_item_changes_no_bit` in
//!    `src/domain/score_tests.rs`.
//! 5. Order and batches change no byte: `order_and_batches_change_no_byte` in
//!    `src/domain/score_tests.rs`.
//! 6. Scores fade without a jump, and a sum that faded is the sum of what has faded:
//!    `without_new_reactions_the_score_only_fades`, `no_day_takes_more_than_the_half_lives_allow`,
//!    `a_sum_that_faded_is_the_sum_of_what_has_faded` in `src/domain/score_tests.rs`.
//! 7. The parts add up to the score exactly, for channels, kinds and items:
//!    `contributions_and_baseline_add_up_exactly` in `src/domain/score_tests.rs`,
//!    `the_part_of_a_kind_is_the_integral_along_the_diagonal` in
//!    `src/domain/contribution_tests.rs`, `any_evidence_adds_up_down_to_single_items` in
//!    `src/domain/document_tests.rs`.
//! 8. Equals get equal parts, and what adds nothing gets nothing:
//!    `equal_evidence_gets_equal_parts`, `what_has_no_weight_gets_no_part` in
//!    `src/domain/contribution_tests.rs`.
//! 9. Shapley values equal brute force, where they are shown: not applicable, because they are
//!    shown nowhere; `contribution` says why.
//! 10. On persons that were held out, the mean is 40 and the 95th percentile 63, and nobody has
//!     100: `one_half_of_the_persons_foretells_the_other` in `src/domain/calibration_tests.rs`.
//! 11. Nine of ten intervals hold the other half's score: the same test, and
//!     `the_interval_holds_the_score` in `src/domain/score_tests.rs`.
//! 12. Merging is the same in any order, and what was taken out was never there:
//!     `what_is_merged_and_taken_out_again_was_never_there`,
//!     `a_channel_not_shared_equals_one_never_had` in `src/domain/score_tests.rs`,
//!     `a_rank_is_told_among_a_hundred_and_leaving_leaves_no_trace` in `tests/it/expertise.rs`.
//! 13. An audience makes no claim of a topic: `an_audience_makes_no_claim` in
//!     `src/domain/topic_tests.rs`.
//! 14. A rank is right to one bucket, and ties count against:
//!     `a_rank_is_within_one_bucket_of_the_exact_one_and_ties_count_against` in
//!     `src/domain/population_tests.rs`.
//! 15. A new model leaves the scores of the old one as they were:
//!     `a_second_model_leaves_every_old_score_and_the_difference_is_told_apart` in
//!     `tests/it/history.rs`.
//! 16. Withdrawn, unknown and never asked get one and the same answer:
//!     `every_refused_look_up_is_the_same_to_the_last_byte` in `tests/it/wire/silence.rs`.

use proptest::prelude::*;

use super::*;
use crate::domain::contribution::contributions;
use crate::domain::evidence::Channel;
use crate::domain::evidence::Provenance::Uploaded;
use crate::domain::model::tests::model;
use crate::domain::summing::{Observed, Summing};

/// One item: channel, age in days, likes, reshares, replies, bookmarks.
pub(crate) type Published = (Channel, i32, [u64; 4]);

pub(crate) const TODAY: Day = Day::from_number(20_000);

pub(crate) fn summary(items: &[Published]) -> Summary {
    summary_on(items, TODAY)
}

/// The same, summed on another day.
fn summary_on(items: &[Published], today: Day) -> Summary {
    let model = model();
    let mut summing = Summing::new(&model, today);
    for (channel, age, counts) in items {
        let reactions: Vec<_> =
            Signal::ALL.into_iter().zip(counts).map(|(signal, n)| (signal, *n, Uploaded)).collect();
        summing.add(&Observed {
            channel: *channel,
            posted: Day::from_number(TODAY.number() - age),
            reactions: &reactions,
            contradicted: false,
            about: &[],
            heard: &[],
        });
    }
    summing.finish()
}

pub(crate) fn points(summary: &Summary) -> Option<i32> {
    micros(score(&model(), summary, TODAY))
}

fn micros(verdict: Verdict) -> Option<i32> {
    match verdict {
        Verdict::Scored { points, .. } => Some(points.micros()),
        Verdict::InsufficientEvidence => None,
    }
}

/// The formula's points before rounding, some days later, whether or not they are enough for a
/// score.
fn exact(model: &Model, summary: &Summary, later: u32) -> f64 {
    let z = z(model, Pool::of(summary).x(model, later));
    100.0 / (1.0 + libm::exp(-(model.a + model.b * z)))
}

fn channel() -> impl Strategy<Value = Channel> {
    // Those that count all four: what a network has no word for cannot move to it.
    let four = Signal::ALL.get(..4).unwrap();
    let all = |channel: &Channel| four.iter().all(|signal| channel.signals().contains(signal));
    prop::sample::select(Channel::ALL.into_iter().filter(all).collect::<Vec<_>>())
}

pub(crate) fn items() -> impl Strategy<Value = Vec<Published>> {
    let counts = prop::array::uniform4(prop_oneof![Just(0_u64), 0..50_u64, 0..5_000_000_u64]);
    prop::collection::vec((channel(), 0..2_000_i32, counts), 0..60)
}

#[test]
fn known_evidence_gives_known_points() {
    let items: Vec<Published> = (0..20).map(|i| (Channel::X, i * 5, [100, 20, 0, 0])).collect();
    let Verdict::Scored { points, low, high } = score(&model(), &summary(&items), TODAY) else {
        panic!("20 recent items with reactions are enough");
    };
    // Computed independently with decimal arithmetic of 50 digits.
    assert_eq!(
        (points.micros(), low.micros(), high.micros()),
        (29_642_944, 26_182_134, 33_354_510)
    );
}

#[test]
fn too_little_evidence_is_never_a_low_number() {
    let nine: Vec<Published> = (0..9).map(|_| (Channel::X, 0, [1_000, 0, 0, 0])).collect();
    let old: Vec<Published> = (0..50).map(|_| (Channel::X, 1_900, [1, 0, 0, 0])).collect();
    assert_eq!(points(&summary(&[])), None);
    assert_eq!(points(&summary(&nine)), None, "nine items are too few");
    assert_eq!(points(&summary(&old)), None, "faded evidence is too little");
}

#[test]
fn one_deep_channel_reaches_the_top() {
    let deep: Vec<Published> = (0..1_000).map(|_| (Channel::X, 0, [9_000_000_000; 4])).collect();
    assert!(points(&summary(&deep)).unwrap() > 95_000_000);
}

#[test]
fn a_tiny_channel_gets_a_tiny_part() {
    let mut items: Vec<Published> = (0..20).map(|_| (Channel::X, 0, [500, 0, 0, 0])).collect();
    items.extend((0..20).map(|_| (Channel::Mastodon, 0, [5, 0, 0, 0])));
    let summary = summary(&items);
    let total = points(&summary).unwrap();
    let parts = contributions(&model(), &summary, TODAY, Points::from_micros(total));
    let above = total - baseline(&model()).micros();
    let small = parts.iter().find(|part| part.channel == Channel::Mastodon).unwrap();
    assert!((small.points.micros() - above / 101).abs() <= 1, "1/101 of the evidence, 1/101 of it");
}

proptest! {
    #[test]
    fn contributions_and_baseline_add_up_exactly(items in items()) {
        let summary = summary(&items);
        if let Some(total) = points(&summary) {
            let parts = contributions(&model(), &summary, TODAY, Points::from_micros(total));
            let sum: i32 = parts.iter().map(|part| part.points.micros()).sum();
            prop_assert_eq!(baseline(&model()).micros() + sum, total);
            prop_assert!(parts.iter().all(|part| part.points.micros() >= 0));
        }
    }

    #[test]
    fn order_and_empty_channels_change_no_bit(items in items(), seed in any::<u64>()) {
        let mut shuffled = items.clone();
        let n = shuffled.len().max(1);
        for i in 0..shuffled.len() {
            let j = usize::try_from(seed % n as u64).unwrap();
            shuffled.swap(i, (i + j) % n);
        }
        let (one, mut other) = (summary(&items), summary(&shuffled));
        prop_assert_eq!(&one, &other);
        other.channels.entry(Channel::Mastodon.number()).or_default();
        prop_assert_eq!(score(&model(), &one, TODAY), score(&model(), &other, TODAY));
    }

    #[test]
    fn moving_items_between_channels_changes_no_bit(items in items(), to in channel()) {
        let moved: Vec<_> = items.iter().map(|(_, age, counts)| (to, *age, *counts)).collect();
        prop_assert_eq!(
            score(&model(), &summary(&items), TODAY),
            score(&model(), &summary(&moved), TODAY)
        );
    }

    #[test]
    fn a_reaction_by_somebody_else_never_lowers_the_score(
        items in items(),
        at in any::<prop::sample::Index>(),
        signal in 0_usize..4,
        more in 1_u64..1_000,
    ) {
        prop_assume!(!items.is_empty());
        let mut liked = items.clone();
        liked[at.index(items.len())].2[signal] += more;
        prop_assert!(points(&summary(&liked)) >= points(&summary(&items)));
    }

    #[test]
    fn an_unnoticed_item_changes_no_bit(
        items in items(),
        channel in channel(),
        age in 0..2_000_i32,
    ) {
        let mut more = items.clone();
        more.push((channel, age, [0; 4]));
        let (before, after) = (summary(&items), summary(&more));
        prop_assert_eq!(score(&model(), &before, TODAY), score(&model(), &after, TODAY));
    }

    #[test]
    fn a_channel_not_shared_equals_one_never_had(items in items()) {
        let only = [Channel::X].into_iter().collect();
        let kept: Vec<_> = items.iter().filter(|item| item.0 == Channel::X).copied().collect();
        prop_assert_eq!(summary(&items).restricted(only), summary(&kept));
    }

    #[test]
    fn without_new_reactions_the_score_only_fades(items in items(), days in 1_i32..400) {
        let summary = summary(&items);
        let later = score(&model(), &summary, Day::from_number(TODAY.number() + days));
        if let Verdict::Scored { points: later, .. } = later {
            prop_assert!(Some(later.micros()) <= points(&summary));
        }
    }

    #[test]
    fn the_interval_holds_the_score(items in items()) {
        if let Verdict::Scored { points, low, high } = score(&model(), &summary(&items), TODAY) {
            prop_assert!(low <= points && points <= high && high.micros() <= 100_000_000);
        }
    }
    #[test]
    fn one_channel_alone_reaches_any_score_below_100(target in 20.0..99.9_f64) {
        let model = model();
        let z = (libm::log(target / (100.0 - target)) - model.a) / model.b;
        // The same of each kind, since any split would do.
        let x = libm::expm1(z / model.weights.iter().sum::<f64>());
        #[expect(clippy::cast_possible_truncation, reason = "below 2^90")]
        let weight = libm::ceil(x * ONE) as i128;
        let mut sums = ChannelSums { reacted_items: 10, ..ChannelSums::default() };
        for signal in [Signal::Like, Signal::Reshare, Signal::Reply, Signal::Bookmark] {
            sums.signals.entry(signal.number()).or_default().weight = weight;
        }
        let mut deep = Summary::empty(TODAY);
        deep.channels.insert(Channel::X.number(), sums);
        let reached = f64::from(points(&deep).unwrap()) / 1e6;
        prop_assert!((target - 1e-6..target + 0.001).contains(&reached), "{reached} {target}");
    }

    #[test]
    fn order_and_batches_change_no_byte(
        (items, shuffled) in items().prop_flat_map(|i| (Just(i.clone()), Just(i).prop_shuffle())),
        batch in 1..20_usize,
    ) {
        let bytes = |items: &[Published]| serde_json::to_vec(&summary(items)).unwrap();
        prop_assert_eq!(bytes(&items), bytes(&shuffled));
        let batches = shuffled.chunks(batch).map(summary);
        let sums: Vec<_> = batches.flat_map(|batch| batch.channels.into_values()).collect();
        let pooled = sums.iter().fold(Pool::default(), Pool::with);
        prop_assert_eq!(pooled, Pool::of(&summary(&items)));
    }

    #[test]
    fn no_day_takes_more_than_the_half_lives_allow(items in items(), from in 0..400_u32) {
        let (model, summary) = (model(), summary(&items));
        let kinds = model.weights.iter().zip(model.half_lives_days);
        let fading: f64 = kinds.map(|(weight, days)| weight * std::f64::consts::LN_2 / days).sum();
        // The slope of the scale is steepest at 50 points, where it is 25 b.
        let most = 25.0 * model.b * fading;
        for later in from..from + 30 {
            let lost = exact(&model, &summary, later) - exact(&model, &summary, later + 1);
            prop_assert!((-1e-9..=most).contains(&lost), "{lost} of {most} on day {later}");
        }
    }

    #[test]
    fn a_sum_that_faded_is_the_sum_of_what_has_faded(items in items(), days in 0..800_u32) {
        let model = model();
        let faded = exact(&model, &summary(&items), days);
        let anew = exact(&model, &summary_on(&items, TODAY.plus(days)), 0);
        // Each reaction's weight is rounded to 2^-32 once, by half of that at most, both times.
        let mut most = 1e-9;
        for kind in 0..4 {
            let count: u64 = items.iter().map(|item| item.2[kind]).sum();
            most += 25.0 * model.b * 0.25 * f64::from(u32::try_from(count).unwrap()) / ONE;
        }
        prop_assert!((faded - anew).abs() <= most, "{faded} {anew} {most}");
    }

    #[test]
    fn what_is_merged_and_taken_out_again_was_never_there(one in items(), other in items()) {
        let whole = |items: &[Published]| ChannelSums {
            known: [Signal::Like.number()].into(),
            ..summary(items).channels.into_values().next().unwrap_or_default()
        };
        let (one, other) = (whole(&one), whole(&other));
        let both = Pool::default().with(&one).with(&other);
        prop_assert_eq!(both, Pool::default().with(&other).with(&one));
        prop_assert_eq!(both.without(&other), Pool::default().with(&one));
        prop_assert_eq!(both.without(&one).without(&other), Pool::default());
        let verdict = |pool: Pool| pool.verdict(&model(), 3);
        prop_assert_eq!(verdict(both.without(&one)), verdict(Pool::default().with(&other)));
    }
}

/// As many items as nobody has, and nobody noticed one of them.
#[test]
fn a_million_items_of_zero_are_no_score() {
    let model = model();
    let mut summing = Summing::new(&model, TODAY);
    let reactions = [(Signal::Like, 0, Uploaded), (Signal::Reply, 0, Uploaded)];
    let (channel, contradicted, about, heard) = (Channel::X, false, &[][..], &[][..]);
    for age in 0..1_000_000_i32 {
        let posted = Day::from_number(TODAY.number() - age % 3_000);
        let reactions = &reactions;
        summing.add(&Observed { channel, posted, reactions, contradicted, about, heard });
    }
    let summary = summing.finish();
    let sums = &summary.channels[&Channel::X.number()];
    assert_eq!((sums.items, sums.reacted_items, sums.weight()), (1_000_000, 0, 0));
    assert_eq!(points(&summary), None);
}

/// A million items at the limit: more than any file holds, and nothing overflows.
#[test]
fn the_most_that_can_be_claimed_is_a_number_below_100() {
    let model = model();
    let mut summing = Summing::new(&model, TODAY);
    let reactions = [
        Signal::Like,
        Signal::Reshare,
        Signal::Reply,
        Signal::Bookmark,
        Signal::Quote,
        Signal::View,
    ]
    .map(|signal| (signal, u64::MAX, Uploaded));
    for _ in 0..1_000_000 {
        summing.add(&Observed {
            channel: Channel::X,
            posted: TODAY,
            reactions: &reactions,
            contradicted: false,
            about: &[],
            heard: &[],
        });
    }
    let summary = summing.finish();
    let whole = points(&summary).unwrap();
    assert!((99_900_000..100_000_000).contains(&whole), "{whole}");
    let parts = contributions(&model, &summary, TODAY, Points::from_micros(whole));
    let sum: i32 = parts.iter().map(|part| part.points.micros()).sum();
    assert_eq!(baseline(&model).micros() + sum, whole);
}
