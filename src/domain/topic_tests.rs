use proptest::prelude::*;

use super::*;
use crate::domain::model::tests::model;

const TODAY: Day = Day::from_number(20_000);

/// Items about one topic: channel, age in days, weight.
fn items() -> impl Strategy<Value = Vec<(usize, i32, i128)>> {
    prop::collection::vec((0..3_usize, 0..800_i32, prop_oneof![Just(0_i128), Just(7)]), 0..30)
}

fn sums<'i>(items: impl Iterator<Item = &'i (usize, i32, i128)>) -> TopicSums {
    let rules = model().topics;
    let mut sums = TopicSums::default();
    for (_, age, weight) in items {
        sums.author(&rules, TODAY, Day::from_number(TODAY.number() - age), *weight);
    }
    sums
}

/// The rule as it is written down, on all the items.
fn plain(items: &[(usize, i32, i128)], day: Day) -> Standing {
    let rules = model().topics;
    let mut days: Vec<i32> = items
        .iter()
        .filter(|(_, _, weight)| *weight > 0)
        .map(|(_, age, _)| TODAY.number() - age)
        .filter(|posted| day.number() - posted < rules.window_days.cast_signed())
        .collect();
    let count = days.len();
    days.sort_unstable();
    days.dedup();
    match count {
        5.. if days.len() >= 2 => Standing::Claim,
        3.. => Standing::Emerging,
        _ => Standing::Nothing,
    }
}

proptest! {
    #[test]
    fn the_days_that_are_kept_decide_as_all_items_would(items in items(), later in 0..500_i32) {
        let (rules, day) = (model().topics, Day::from_number(TODAY.number() + later));
        let whole = sums(items.iter());
        prop_assert_eq!(whole.standing(&rules, day), plain(&items, day));
        let parts = (0..3).map(|part| sums(items.iter().filter(move |item| item.0 == part)));
        let joined = parts.fold(TopicSums::default(), |sums, part| sums.with(&rules, &part));
        prop_assert_eq!(joined, whole, "splitting over channels changes nothing");
        prop_assert!(sums(items.iter()).days.len() <= rules.claim_items + rules.claim_days);
    }

    #[test]
    fn an_audience_makes_no_claim(items in items(), heard in 1..500_i32) {
        let rules = model().topics;
        let mut sums = sums(items.iter());
        let before = sums.standing(&rules, TODAY);
        for age in 0..heard {
            sums.hear(&rules, TODAY, Day::from_number(TODAY.number() - age));
        }
        let nothing = before == Standing::Nothing;
        let expected = if nothing { Standing::AudienceInterest } else { before };
        prop_assert_eq!(sums.standing(&rules, TODAY), expected);
    }
}

#[test]
fn a_topic_has_one_spelling() {
    assert_eq!("Q13166".parse::<TopicId>().unwrap().to_string(), "Q13166");
    for wrong in ["", "Q", "Q0", "Q01", "q1", "13166", "Q-1", "Q99999999999", "Q1 "] {
        assert!(wrong.parse::<TopicId>().is_err(), "{wrong}");
    }
}

#[test]
fn only_the_topics_with_the_most_items_are_kept() {
    let topic = |n: u32| {
        let sums = TopicSums { received: u64::from(n), ..TopicSums::default() };
        (TopicId::from_number(n), sums)
    };
    let mut topics: BTreeMap<_, _> = (1..=250).map(topic).collect();
    keep_most(&mut topics);
    assert_eq!(topics.len(), TOPICS_MAX);
    assert_eq!(topics.keys().next(), Some(&TopicId::from_number(51)));
}
