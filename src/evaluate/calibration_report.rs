//! What calibration found, in words for people.

use std::fmt::Write as _;

use crate::domain::calibration::{Fit, HeldOut, Shape, points, ratio};

/// The three numbers.
pub fn fit(fit: &Fit) -> String {
    let Fit { a, b, q } = fit;
    format!("fitted     a = {a}, b = {b} (baseline {:.3}), q = {q}", points(*a))
}

/// How the sample's scores are distributed, beside the target.
pub fn shape(shape: &Shape) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(text, "persons    {}", shape.persons);
    let _ = writeln!(
        text,
        "scores     mean {:.3}, sd {:.2}, largest {:.2}; below 40: {:.1} %, above 60: {:.1} %",
        shape.mean,
        shape.deviation,
        shape.largest,
        shape.below_40 * 100.0,
        shape.above_60 * 100.0,
    );
    let _ = writeln!(text, "percentile     sample   target");
    for (percentile, found, target) in &shape.percentiles {
        let _ = writeln!(text, "{percentile:>10} {found:>10.2} {target:>8.2}");
    }
    let _ = writeln!(text, "distance   {:.4} to the target (Kolmogorov-Smirnov)", shape.distance);
    text
}

/// What each half of the persons says of the other.
pub fn held_out(held: &[HeldOut]) -> String {
    let mut text = String::new();
    for half in held {
        let _ = writeln!(
            text,
            "held out   {} persons: mean {:.2}, 95th percentile {:.2}, largest {:.2}, halves \
             agree for {:.1} %",
            half.persons,
            half.mean,
            half.top,
            half.largest,
            ratio(half.covered, half.persons) * 100.0,
        );
    }
    text
}
