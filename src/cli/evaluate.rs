//! `evaluate`: how good claims, intervals and scores are, on a public corpus.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use glasklar::app::models::{MODEL, read_model};
use glasklar::evaluate::texts::Finder;
use glasklar::evaluate::{self, Options, reference};

/// Measures on a dump of a Stack Exchange site, of any size.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The folder with Posts.xml, and Votes.xml and Comments.xml where they are to be had.
    #[arg(value_name = "DUMP")]
    dump: PathBuf,
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
    /// Random splits. More of them steady the values; they add no cases.
    #[arg(long, value_name = "N", default_value_t = 20)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=1_000))]
    seeds: u64,
    /// The model to measure, instead of the one that ships.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The reference sample, to look at the scale on persons it was not solved on.
    #[arg(long, value_name = "FILE")]
    sample: Option<PathBuf>,
}

pub(super) fn evaluate(arguments: &Arguments) -> anyhow::Result<bool> {
    let model = match &arguments.model {
        Some(path) => read_model(&glasklar::config::read(path)?)?,
        None => read_model(MODEL)?,
    };
    let sample = match &arguments.sample {
        Some(path) => {
            let bytes =
                std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            let sample = reference::read(&bytes, &model);
            Some(sample.with_context(|| path.display().to_string())?.persons)
        }
        None => None,
    };
    let finder = Finder::built_in()?;
    let options = Options {
        model: &model,
        seeds: arguments.seeds,
        sample: sample.as_deref(),
        finder: Some(&finder),
    };
    let mut watch = |step: &str| {
        let _ = writeln!(std::io::stderr(), "{step} ...");
    };
    let report = evaluate::evaluate(&arguments.dump, &options, &mut watch)?;
    if arguments.json {
        super::say(&serde_json::to_string_pretty(&report)?)?;
    } else {
        super::say(report.draw().trim_end())?;
    }
    // A gate that is not passed is a finding, not a failure of the command.
    Ok(true)
}
