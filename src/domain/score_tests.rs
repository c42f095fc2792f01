use proptest::prelude::*;

use super::*;
use crate::domain::contribution::contributions;
use crate::domain::evidence::Channel;
use crate::domain::evidence::Provenance::Uploaded;
use crate::domain::model::tests::model;
use crate::domain::summing::{Observed, Summing};

/// One item: channel, age in days, likes, reshares, replies, bookmarks.
type Published = (Channel, i32, [u64; 4]);

const TODAY: Day = Day::from_number(20_000);

fn summary(items: &[Published]) -> Summary {
    let model = model();
    let mut summing = Summing::new(&model, TODAY);
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

fn points(summary: &Summary) -> Option<i32> {
    match score(&model(), summary, TODAY) {
        Verdict::Scored { points, .. } => Some(points.micros()),
        Verdict::InsufficientEvidence => None,
    }
}

fn channel() -> impl Strategy<Value = Channel> {
    // Those that count all four: what a network has no word for cannot move to it.
    let four = Signal::ALL.get(..4).unwrap();
    let all = |channel: &Channel| four.iter().all(|signal| channel.signals().contains(signal));
    prop::sample::select(Channel::ALL.into_iter().filter(all).collect::<Vec<_>>())
}

fn items() -> impl Strategy<Value = Vec<Published>> {
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
}
