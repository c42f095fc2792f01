//! What one score and one explanation take, without database and network, and the input they were
//! measured with, so that other ways to explain can be measured on the same function.

use std::hint::black_box;
use std::time::Instant;

use serde_json::json;

use crate::app::models::{MODEL, read_model};
use crate::domain::contribution::contributions;
use crate::domain::document::{Document, ItemEvidence, Items, Subject};
use crate::domain::evidence::{Channel, Kind, Provenance, Signal};
use crate::domain::item::ItemKind;
use crate::domain::model::Model;
use crate::domain::scope::Channels;
use crate::domain::score::{self, Pool, Verdict};
use crate::domain::summary::Summary;
use crate::domain::summing::{Observed, Summing};
use crate::domain::time::Day;

/// The day that everything is measured for.
pub const TODAY: Day = Day::from_number(20_000);

/// Days over which the items are spread.
const DAYS: usize = 730;

/// Measures explaining.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Runs of each measurement; medians are printed.
    #[arg(long, value_name = "N", default_value_t = 300)]
    runs: usize,
    /// Prints one JSON document, with the function and the point that were explained.
    #[arg(long)]
    json: bool,
}

/// A person's evidence on all sixteen channels: the sums, and the items behind them.
pub struct Evidence {
    summary: Summary,
    items: Items,
}

impl Evidence {
    /// So many items, in turn on every channel, the same each time.
    pub fn new(model: &Model, items: usize) -> Self {
        let mut summing = Summing::new(model, TODAY);
        let mut listed = Items::new();
        for (item, channel) in (0..items).zip(Channel::ALL.into_iter().cycle()) {
            let age = i32::try_from(item % DAYS).unwrap_or(0);
            let posted = Day::from_number(TODAY.number() - age);
            let count = |signal: Signal| u64::from(signal.number()) + (item % 97) as u64;
            let reactions: Vec<(Signal, u64)> =
                channel.signals().iter().map(|signal| (*signal, count(*signal))).collect();
            let observed: Vec<_> =
                reactions.iter().map(|(signal, n)| (*signal, *n, Provenance::Uploaded)).collect();
            summing.add(&Observed {
                channel,
                posted,
                reactions: &observed,
                contradicted: false,
                about: &[],
                heard: &[],
            });
            listed.entry(channel).or_default().push(ItemEvidence {
                id: format!("{item:08}"),
                kind: ItemKind::Post,
                posted,
                reactions,
                excerpt: "The beginning of what somebody wrote, as long as many posts are."
                    .to_owned(),
                url: format!("https://example.org/posts/{item:08}"),
            });
        }
        Self { summary: summing.finish(), items: listed }
    }

    /// The score.
    pub fn score(&self, model: &Model) -> Verdict {
        score::score(model, &self.summary, TODAY)
    }

    /// The explanation, down to items.
    pub fn explain(&self, model: &Model) -> Document {
        let subject = Subject {
            candidate: None,
            revision: 1,
            summary: &self.summary,
            day: TODAY,
            channels: Channels::all(),
        };
        Document::new(model, &subject, &self.items)
    }

    /// The score divided over channels and signals, without the lines of a document.
    fn divide(&self, model: &Model) -> usize {
        match self.score(model) {
            Verdict::Scored { points, .. } => {
                contributions(model, &self.summary, TODAY, points).len()
            }
            Verdict::InsufficientEvidence => 0,
        }
    }

    /// Pooled evidence of each channel, in the order of kinds.
    fn channels(&self, model: &Model) -> Vec<[f64; 4]> {
        let alone = |sums| Pool::default().with(sums).x(model, 0);
        self.summary.channels.values().map(alone).collect()
    }
}

/// Measures, and prints.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let model = read_model(MODEL)?;
    let (few, many) = (Evidence::new(&model, 100), Evidence::new(&model, 10_000));
    let runs = arguments.runs.max(1);
    let score = median(runs, || black_box(many.score(black_box(&model))));
    let divide = median(runs, || black_box(many.divide(black_box(&model))));
    let explain_few = median(runs, || black_box(few.explain(black_box(&model))));
    let explain_many = median(runs, || black_box(many.explain(black_box(&model))));
    if arguments.json {
        let document = json!({
            "score_us": score,
            "divide_us": divide,
            "explain_100_us": explain_few,
            "explain_10000_us": explain_many,
            "runs": runs,
            "model": { "a": model.a, "b": model.b, "weights": model.weights },
            "kinds": Kind::ALL.map(Kind::word),
            "channels": many.channels(&model),
        });
        super::say(&serde_json::to_string_pretty(&document)?);
        return Ok(());
    }
    for (what, micros) in [
        ("one score of 16 channels", score),
        ("dividing it over channels and signals", divide),
        ("explaining 16 channels and 100 items", explain_few),
        ("explaining 16 channels and 10,000 items", explain_many),
    ] {
        super::say(&format!("{what:<42} p50 {micros:>9.2} µs"));
    }
    Ok(())
}

/// The median time of a run in microseconds. What is computed is dropped outside the measurement.
fn median<T>(runs: usize, mut each: impl FnMut() -> T) -> f64 {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let started = Instant::now();
            let kept = each();
            let taken = started.elapsed();
            drop(kept);
            taken.as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::verify;

    #[test]
    fn what_is_measured_is_a_whole_explanation_of_all_channels() {
        let model = read_model(MODEL).unwrap();
        let document = Evidence::new(&model, 1_700).explain(&model);
        assert_eq!(document.channels.len(), 16);
        assert!(verify::verify(&document.render(), &model).is_empty());
        let channels: i32 = document.channels.iter().map(|c| c.micropoints.micros()).sum();
        assert_eq!(
            document.baseline_micropoints.micros() + channels,
            document.score.micropoints.micros()
        );
        assert_eq!(Evidence::new(&model, 100).channels(&model).len(), 16);
    }
}
