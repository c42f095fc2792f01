use proptest::prelude::*;

use super::*;
use crate::domain::model::tests::model;
use crate::domain::score::points;
use crate::domain::score::tests::{Published, TODAY, items, points as points_of, summary};

/// The parts of the score of some evidence; empty where there is no score.
fn parts(summary: &Summary) -> Vec<Contribution> {
    let score = points_of(summary).map(Points::from_micros);
    score.map_or_else(Vec::new, |score| contributions(&model(), summary, TODAY, score))
}

/// What a channel's signals contributed, in millionths of a point.
fn of(parts: &[Contribution], channel: Channel, signal: Signal) -> i32 {
    let own = parts.iter().find(|part| (part.channel, part.signal) == (channel, signal));
    own.map_or(0, |part| part.points.micros())
}

/// The same evidence on another channel, without bookmarks, which not every network has.
fn on(items: &[Published], channel: Channel) -> Vec<Published> {
    let moved = |(_, age, [a, b, c, _]): &Published| (channel, *age, [*a, *b, *c, 0]);
    items.iter().map(moved).collect()
}

/// The integral that defines a kind's part, by Simpson's rule over the logarithm of u.
fn integral(model: &Model, x: [f64; 4], kind: usize) -> f64 {
    let (steps, width) = (4_000, 0.015);
    let at = |step: i32| {
        let u = libm::exp(-width * f64::from(step));
        let share = 1.0 / (1.0 + libm::exp(-(model.a + model.b * z(model, x.map(|x| u * x)))));
        let slope = model.b * share * (1.0 - share);
        slope * model.weights[kind] * x[kind] * u / (1.0 + u * x[kind])
    };
    let weighed = (0..=steps).map(|step| match step {
        0 => at(step),
        _ if step == steps => at(step),
        _ if step % 2 == 1 => 4.0 * at(step),
        _ => 2.0 * at(step),
    });
    100.0 * weighed.sum::<f64>() * width / 3.0
}

proptest! {
    #[test]
    fn the_pieces_of_a_channel_get_what_the_channel_got(
        one in items(), other in items(), rest in items(),
    ) {
        // A channel between the pieces, so that they are not neighbors in the order of rounding.
        let rest = on(&rest, Channel::Mastodon);
        let evidence = |to: Channel| {
            [on(&one, Channel::X), on(&other, to), rest.clone()].concat()
        };
        let whole = summary(&evidence(Channel::X));
        let pieces = summary(&evidence(Channel::Bluesky));
        prop_assert_eq!(points_of(&whole), points_of(&pieces));
        let (whole, pieces) = (parts(&whole), parts(&pieces));
        for signal in [Signal::Like, Signal::Reshare, Signal::Reply] {
            let together =
                of(&pieces, Channel::X, signal) + of(&pieces, Channel::Bluesky, signal);
            let difference = of(&whole, Channel::X, signal) - together;
            // Each of the three is rounded by less than a millionth of a point.
            prop_assert!(difference.abs() <= 2, "{difference}");
        }
    }

    #[test]
    fn equal_evidence_gets_equal_parts(items in items()) {
        let twice = [on(&items, Channel::X), on(&items, Channel::Facebook)].concat();
        let parts = parts(&summary(&twice));
        for signal in [Signal::Like, Signal::Reshare, Signal::Reply] {
            let difference =
                of(&parts, Channel::X, signal) - of(&parts, Channel::Facebook, signal);
            prop_assert!(difference.abs() <= 1, "{difference}");
        }
    }

    #[test]
    fn kinds_of_equal_weight_and_evidence_get_equal_parts(x in 0.0..1e9_f64) {
        let model = model();
        let parts = kinds(&model, [x; 4], points(&model, z(&model, [x; 4])));
        let micros = parts.map(Points::micros);
        let (most, least) = (micros.iter().max().unwrap(), micros.iter().min().unwrap());
        prop_assert!(most - least <= 1, "{micros:?}");
    }

    #[test]
    fn what_has_no_weight_gets_no_part(items in items(), views in 1..1_000_000_u64) {
        let mut seen = summary(&items);
        let before = parts(&seen);
        let score = points_of(&seen);
        let sums = seen.channels.entry(Channel::YouTube.number()).or_default();
        sums.items = 7;
        let entry = sums.signals.entry(Signal::View.number()).or_default();
        (entry.reactions, entry.items) = (views, 7);
        prop_assert_eq!(points_of(&seen), score);
        let after = parts(&seen);
        prop_assert_eq!(of(&after, Channel::YouTube, Signal::View), 0);
        let others: Vec<_> = after.into_iter().filter(|p| p.channel != Channel::YouTube).collect();
        prop_assert_eq!(others, before);
        let mut x = Pool::of(&seen).x(&model(), 0);
        x[Kind::Curation.index()] = 0.0;
        let model = model();
        let divided = kinds(&model, x, points(&model, z(&model, x)));
        prop_assert_eq!(divided[Kind::Curation.index()].micros(), 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_part_of_a_kind_is_the_integral_along_the_diagonal(
        x in prop::array::uniform4(prop_oneof![Just(0.0), 0.0..30.0_f64, 0.0..1e8_f64]),
    ) {
        let model = model();
        let whole = points(&model, z(&model, x));
        let divided = kinds(&model, x, whole);
        for kind in Kind::ALL {
            let part = f64::from(divided[kind.index()].micros()) / 1e6;
            let expected = integral(&model, x, kind.index());
            prop_assert!((part - expected).abs() < 3e-6, "{kind:?}: {part} {expected}");
        }
    }
}

/// A hundredth of the evidence gets a hundredth of the points, whichever channel it is on; the
/// Shapley value would be thirty times as much.
#[test]
fn a_hundredth_of_the_evidence_gets_a_hundredth() {
    let many: Vec<Published> = (0..20).map(|_| (Channel::X, 0, [500, 0, 0, 0])).collect();
    let few: Vec<Published> = (0..20).map(|_| (Channel::Bluesky, 0, [5, 0, 0, 0])).collect();
    let parts = parts(&summary(&[many, few].concat()));
    let (large, small) =
        (of(&parts, Channel::X, Signal::Like), of(&parts, Channel::Bluesky, Signal::Like));
    assert!((large - 100 * small).abs() <= 100, "{large} {small}");
}
