//! How good the score is, measured: calibration on a sample of persons, and claims, intervals and
//! agreement on public corpora. Reads files, changes nothing, and is no part of serving.

pub mod agreement;
pub mod calibration_report;
pub mod chance;
pub mod claims;
pub mod dump;
pub mod intervals;
pub mod model_file;
pub mod people;
pub mod population;
pub mod reference;
pub mod report;
pub mod statistics;
pub mod texts;

use std::path::Path;

use crate::domain::calibration::{self, Person};
use crate::domain::model::Model;
use dump::Dump;
use report::{Report, Row};

/// What to measure with.
#[derive(Clone, Copy, Debug)]
pub struct Options<'o> {
    /// The model that is measured.
    pub model: &'o Model,
    /// Random splits.
    pub seeds: u64,
    /// The reference sample, if its held-out halves are to be looked at too.
    pub sample: Option<&'o [Person]>,
    /// Finds topics in texts, if that is to be measured.
    pub finder: Option<&'o texts::Finder>,
}

/// Measures everything that a dump of a Stack Exchange site can tell. `watch` is told from time
/// to time what is being done.
pub fn evaluate(
    folder: &Path,
    options: &Options<'_>,
    watch: &mut dyn FnMut(&str),
) -> anyhow::Result<Report> {
    let dump = Dump::read(folder, options.finder, watch)?;
    let mut report = Report::new(&dump, options);
    watch("claims");
    report.rows.extend(claims::split_halves(&dump, options));
    report.rows.extend(claims::time_split(&dump, options));
    report.rows.extend(texts::measure(&dump, options));
    watch("intervals");
    report.rows.extend(intervals::measure(&dump, options));
    watch("agreement with later votes");
    report.rows.extend(agreement::measure(&dump, options));
    report.rows.extend(calibration(options));
    Ok(report)
}

/// How the scale fares on persons that it was not solved on.
fn calibration(options: &Options<'_>) -> Vec<Row> {
    const WHAT: &str = "scale of one half on the other";
    let Some(persons) = options.sample else {
        return vec![Row::undecidable("calibration", WHAT, "no reference sample was given")];
    };
    let Ok(halves) = calibration::held_out(options.model, persons) else {
        return vec![Row::undecidable("calibration", WHAT, "the sample gives no scale")];
    };
    let mut rows = Vec::new();
    for held in halves {
        let n = held.persons;
        let near = |found: f64, expected: f64, by: f64| (found - expected).abs() <= by;
        rows.push(Row::checked(
            ("calibration", "mean, 40 ± 1"),
            n,
            (held.mean, near(held.mean, calibration::MEAN, 1.0)),
        ));
        rows.push(Row::checked(
            ("calibration", "95th percentile, 63 ± 2"),
            n,
            (held.top, near(held.top, calibration::TOP, 2.0)),
        ));
        rows.push(Row::checked(
            ("calibration", "largest score, below 100"),
            n,
            (held.largest, held.largest < 100.0),
        ));
    }
    rows
}

#[cfg(test)]
mod tests;
