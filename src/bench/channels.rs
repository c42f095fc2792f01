//! Measuring how fast an export of each channel is read, beside the least that reading it could
//! cost. The exports are generated, so that everybody measures the same, and can be written.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;

use super::exports::{GENERATORS, Wanted};
use super::imports::{Sample, median, megabytes, per_second};
use super::{say, tokens};
use crate::domain::evidence::Channel;
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

/// Writes a generated export.
#[derive(clap::Args)]
pub(super) struct Archive {
    /// Whose export it is: the network's word, such as mastodon.
    #[arg(long, value_name = "CHANNEL", default_value = "x")]
    channel: String,
    /// How many items it has; on X and Mastodon reshares are among them.
    #[arg(long, value_name = "N", alias = "tweets", default_value_t = 100_000)]
    items: u64,
    /// The day on which it seems to be handed out; the items are from the years before.
    #[arg(long, value_name = "DAY", default_value = "2025-06-30")]
    until: String,
    /// Where to write it.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn archive(arguments: &Archive) -> anyhow::Result<()> {
    let until = arguments.until.parse().context("--until")?;
    let path = &arguments.output;
    let channel = Channel::from_word(&arguments.channel);
    let generator = GENERATORS.iter().find(|generator| Some(generator.channel) == channel);
    let generator = generator.with_context(|| {
        let words: Vec<&str> = Channel::ALL.into_iter().map(Channel::word).collect();
        format!("--channel must be one of {}", words.join(", "))
    })?;
    let file = File::create(path).with_context(|| format!("cannot create {}", path.display()))?;
    let inflated = (generator.write)(Wanted { items: arguments.items, until }, file)?;
    let packed = std::fs::metadata(path)?.len();
    say(&format!(
        "{}: {} items, {:.1} MB, inflated {:.1} MB",
        path.display(),
        arguments.items,
        megabytes(packed),
        megabytes(inflated)
    ));
    Ok(())
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
