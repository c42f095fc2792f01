//! Measuring how fast an export of each channel is read, beside the least that reading it could
//! cost. The exports are generated, so that everybody measures the same.

use std::io::Write as _;
use std::time::Duration;

use super::exports::GENERATORS;
use super::imports::{Sample, median, megabytes, per_second};
use super::{say, tokens};
use crate::domain::time::Day;

/// Measures reading exports.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How many items each export has. Networks that hand out one file an item have no more than
    /// 19,000 in an export that is read.
    #[arg(long, value_name = "N", default_value_t = 5_000,
          value_parser = clap::value_parser!(u64).range(10..=19_000))]
    items: u64,
    /// Runs of each measurement; medians are printed.
    #[arg(long, value_name = "N", default_value_t = 3)]
    runs: usize,
}

/// Measures, and prints a table; progress goes to the other stream.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let until: Day = "2025-06-30".parse()?;
    say("channel         layout                        items      MB    items/s    MB/s   ratio");
    for (at, generator) in GENERATORS.iter().enumerate() {
        let title = generator.channel.title();
        progress(&format!("{} of {}: {title}", at + 1, GENERATORS.len()));
        let sample = Sample::new(generator, arguments.items, until)?;
        let (mut reads, mut least) = (Vec::new(), Vec::new());
        let (_, report) = sample.inspect()?;
        for _ in 0..arguments.runs.max(1) {
            least.extend(tokens::time(&sample.file)?);
            reads.push(sample.inspect()?.0);
        }
        let read = median(reads);
        let ratio = Some(median(least)).filter(|least| *least > Duration::ZERO).map_or_else(
            || "-".to_owned(),
            |least| format!("{:.2}", least.as_secs_f64() / read.as_secs_f64()),
        );
        say(&format!(
            "{title:<15} {:<27} {:>7} {:>7.1} {:>10.0} {:>7.1} {ratio:>7}",
            report.layout,
            report.total(),
            megabytes(sample.inflated),
            per_second(report.total(), read),
            per_second(sample.inflated, read) / 1e6,
        ));
    }
    say("\nMB are inflated bytes; ratio is the speed beside mere unpacking and tokenizing.");
    Ok(())
}

/// Says how far it is; a reader that has gone away is no error of the benchmark.
fn progress(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
