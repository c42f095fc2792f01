use super::*;
use crate::domain::model::tests::model;

/// A person whose four kinds are pooled to the same `x`, and whose halves differ.
fn person(x: f64, halves: [f64; 2]) -> Person {
    let half = |x: f64| Half { pooled: [x; 4], effective: 10.0 };
    Person { pooled: [x; 4], halves: halves.map(half) }
}

/// Persons at the percentiles of the target, on a scale of any offset and slope.
fn ideal(n: usize, a: f64, b: f64) -> Vec<Person> {
    let at = |index: usize| {
        let share = f64::midpoint(ratio(index, n), ratio(index + 1, n));
        let logit = TARGET.0 + TARGET.1 * normal_quantile(share);
        // Four equal weights that add up to one: z = ln(1 + x).
        let x = libm::expm1((logit - a) / b);
        person(x, [x, x * 1.2])
    };
    (0..n).map(at).collect()
}

#[test]
fn a_sample_at_the_targets_percentiles_gives_the_scale_it_was_made_with() {
    let mut model = model();
    let persons = ideal(4_000, -1.7, 0.31);
    let fit = fit(&model, &persons).unwrap();
    assert!((fit.a + 1.7).abs() < 0.005 && (fit.b - 0.31).abs() < 0.002, "{fit:?}");
    (model.a, model.b) = (fit.a, fit.b);
    let shape = shape(&model, &persons);
    assert!((shape.mean - 40.0).abs() < 1e-9, "{shape:?}");
    assert!((shape.percentiles[6].1 - 63.0).abs() < 1e-5, "{shape:?}");
    assert!(shape.distance < 0.002, "{shape:?}");
    // The figures that the target was published with.
    assert!((shape.below_40 - 0.52).abs() < 0.01 && (shape.above_60 - 0.076).abs() < 0.003);
    let targets: Vec<f64> = shape.percentiles.iter().map(|(_, _, target)| *target).collect();
    for (target, known) in [(targets[3], 39.2), (targets[7], 71.8), (targets[8], 80.0)] {
        assert!((target - known).abs() < 0.06, "{target} {known}");
    }
}

#[test]
fn persons_who_are_all_alike_or_too_few_give_no_scale() {
    let model = model();
    let alike = vec![person(5.0, [2.0, 3.0]); 100];
    assert_eq!(fit(&model, &alike), Err(Impossible::TooAlike));
    assert_eq!(fit(&model, &[]), Err(Impossible::TooAlike));
    assert_eq!(fit(&model, &ideal(18, -1.5, 0.3)), Err(Impossible::TooFew));
}

#[test]
fn the_width_is_the_ratio_that_one_in_twenty_exceeds() {
    let model = model();
    // |z1 - z2| of person i is i / 100, and its scale is sqrt(1/10 + 1/10).
    let persons: Vec<Person> = (1..=99)
        .map(|i| {
            let x = libm::expm1(1.0 + f64::from(i) / 100.0);
            person(x, [libm::expm1(1.0), x])
        })
        .collect();
    // The 95th smallest of 99: ceil(0.95 * 100).
    let expected = 0.95 / libm::sqrt(0.2);
    assert!((width(&model, &persons).unwrap() - expected).abs() < 1e-9);
}

#[test]
fn a_sample_of_another_shape_is_far_from_the_target() {
    let mut model = model();
    let persons: Vec<Person> = (1..=1_000)
        .map(|i| {
            let x = if i % 10 == 0 { libm::expm1(6.0 + f64::from(i) / 1e4) } else { 1.0 };
            person(x, [x, x])
        })
        .collect();
    let fit = fit(&model, &persons).unwrap();
    (model.a, model.b) = (fit.a, fit.b);
    assert!(shape(&model, &persons).distance > 0.3);
}

#[test]
fn one_half_of_the_persons_foretells_the_other() {
    let model = model();
    for held in held_out(&model, &ideal(4_000, -1.7, 0.31)).unwrap() {
        assert_eq!(held.persons, 2_000);
        assert!((held.mean - 40.0).abs() < 0.1 && (held.top - 63.0).abs() < 0.1, "{held:?}");
        assert!(held.largest < 100.0, "{held:?}");
        assert!(held.covered >= 1_890, "{held:?}");
    }
}
