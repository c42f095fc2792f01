use proptest::prelude::*;

use super::*;
use crate::domain::model::tests::model;

const TODAY: Day = Day::from_number(20_400);

fn sums(weight: i128) -> TopicSums {
    TopicSums { weight: weight << 32, last: Some(TODAY.number()), ..TopicSums::default() }
}

fn place(weight: i128) -> Place {
    let bucket = bucket(&model().topics, &sums(weight), TODAY);
    Place { topic: TopicId::from_number(1), last_day: TODAY.number(), bucket }
}

fn population(weights: &[i128]) -> Population {
    let mut population = Population::new(TODAY);
    for weight in weights {
        population.add(&model().topics, place(*weight), 1);
    }
    population
}

proptest! {
    #[test]
    fn a_rank_is_within_one_bucket_of_the_exact_one_and_ties_count_against(
        weights in prop::collection::vec(1_i128..1_000_000, 100..300),
        at in any::<prop::sample::Index>(),
    ) {
        let mine = weights[at.index(weights.len())];
        let rank = population(&weights).rank(TopicId::from_number(1), place(mine).bucket).unwrap();
        let as_high = weights.iter().filter(|weight| **weight >= mine).count() as u64;
        // Neighbors within one percent may share the bucket.
        let nearly = weights.iter().filter(|weight| **weight * 102 >= mine * 100).count() as u64;
        prop_assert!(as_high <= rank.worst && rank.worst <= nearly, "{rank:?} {as_high} {nearly}");
        prop_assert!(rank.best <= rank.worst);
        prop_assert!(u64::from(rank.top_permille) * rank.candidates >= rank.worst * 1_000);
    }

    #[test]
    fn days_that_pass_change_no_order(one in 1_i128..1_000_000, other in 1_i128..1_000_000) {
        let rules = model().topics;
        let bucket_on = |weight: i128, day: Day| bucket(&rules, &sums(weight), day);
        let later = TODAY.plus(365);
        // The same evidence, summed a year later, has half the weight and the same place.
        let (now, then) = (bucket_on(one * 2, TODAY), bucket_on(one, later));
        prop_assert!((now - then).abs() <= 1);
        let order = bucket_on(one, TODAY).cmp(&bucket_on(other, TODAY));
        prop_assert!(order == one.cmp(&other) || order == std::cmp::Ordering::Equal);
    }
}

#[test]
fn no_rank_is_told_among_few_or_where_nobody_stands_as_high() {
    let topic = TopicId::from_number(1);
    let few: Vec<i128> = (1..=99).collect();
    assert_eq!(population(&few).rank(topic, place(50).bucket), None);
    let enough: Vec<i128> = (1..=1_000).map(|n| n * n).collect();
    let population = population(&enough);
    assert_eq!(population.rank(topic, place(10_000_000).bucket), None, "above everybody counted");
    let top = population.rank(topic, place(1_000_000).bucket).unwrap();
    assert!(top.best == 1 && top.top_permille <= 6, "{top:?}");
    assert_eq!(population.rank(TopicId::from_number(2), 0), None, "another topic");
}

#[test]
fn whoever_wrote_nothing_for_a_year_is_not_counted() {
    let rules = model().topics;
    let mut population = Population::new(TODAY);
    let old = Place { last_day: TODAY.number() - 365, ..place(5) };
    population.add(&rules, old, 200);
    assert_eq!(population.rank(old.topic, old.bucket), None);
    population.add(&rules, Place { last_day: TODAY.number() - 364, ..old }, 200);
    assert_eq!(population.rank(old.topic, old.bucket).unwrap().candidates, 200);
}

#[test]
fn a_topic_to_which_nobody_reacted_stands_last() {
    assert!(place(0).bucket < bucket(&model().topics, &TopicSums { weight: 1, ..sums(0) }, TODAY));
}
