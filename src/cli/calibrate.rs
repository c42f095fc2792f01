//! `calibrate`: a scale from a sample of persons, and the sample that ships.

use std::path::PathBuf;

use anyhow::Context as _;
use glasklar::app::models::{MODEL, read_model};
use glasklar::domain::calibration::{self, DISTANCE_MAX, Fit, PERSONS_MIN};
use glasklar::domain::model::Model;
use glasklar::evaluate::model_file::{self, Changes};
use glasklar::evaluate::reference::{self, Sample};
use glasklar::evaluate::{calibration_report, population};

/// Solves a model's scale on a sample, so that the mean is 40 and the 95th percentile 63, and the
/// interval's width on random halves of each person's items.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    other: Option<Other>,
    #[command(flatten)]
    solve: Solve,
}

/// What else there is besides solving.
#[derive(clap::Subcommand)]
enum Other {
    /// Writes a sample of persons who do not exist. It represents nobody: it fixes the scale, not
    /// the truth.
    Simulate(Simulate),
}

#[derive(clap::Args)]
struct Solve {
    /// The sample: a CSV file as `calibrate simulate` writes it.
    #[arg(long, value_name = "FILE", required = true)]
    sample: Option<PathBuf>,
    /// The model whose other numbers are kept, instead of the one that ships.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The new model's version.
    #[arg(long, value_name = "VERSION", required = true)]
    version: Option<String>,
    /// Where the new model is written; without it there is only the report.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Writes the model although the sample is too small or of another shape.
    #[arg(long)]
    force: bool,
}

#[derive(clap::Args)]
struct Simulate {
    /// The same seed gives the same persons on every machine.
    #[arg(long, value_name = "N")]
    seed: u64,
    /// How many.
    #[arg(long, value_name = "N", default_value_t = 4_000)]
    persons: usize,
}

pub(super) fn calibrate(arguments: &Arguments) -> anyhow::Result<bool> {
    match (&arguments.other, &arguments.solve.sample, &arguments.solve.version) {
        (Some(Other::Simulate(asked)), ..) => simulate(asked),
        (None, Some(sample), Some(version)) => {
            let bytes = std::fs::read(sample)
                .with_context(|| format!("cannot read {}", sample.display()))?;
            let text = model_text(&arguments.solve)?;
            let model = read_model(&text)?;
            let sample =
                reference::read(&bytes, &model).with_context(|| sample.display().to_string())?;
            solve(&arguments.solve, &text, (model, &sample), version)
        }
        (None, ..) => anyhow::bail!("give --sample and --version"),
    }
}

fn model_text(solve: &Solve) -> anyhow::Result<String> {
    let Some(path) = &solve.model else { return Ok(MODEL.to_owned()) };
    glasklar::config::read(path)
}

fn solve(
    asked: &Solve,
    text: &str,
    (mut model, sample): (Model, &Sample),
    version: &str,
) -> anyhow::Result<bool> {
    let found = calibration::fit(&model, &sample.persons)?;
    let held = calibration::held_out(&model, &sample.persons)?;
    // What is reported is what will be written.
    let rounded = model_file::rounded;
    let fit = Fit { a: rounded(found.a), b: rounded(found.b), q: rounded(found.q) };
    (model.a, model.b, model.q) = (fit.a, fit.b, fit.q);
    let shape = calibration::shape(&model, &sample.persons);
    super::say(&format!("sample     {}", sample.description))?;
    super::say(&format!("sha-256    {}", sample.digest))?;
    super::say(&calibration_report::fit(&fit))?;
    super::say(calibration_report::shape(&shape).trim_end())?;
    super::say(calibration_report::held_out(&held).trim_end())?;
    let mut doubts = Vec::new();
    if shape.persons < PERSONS_MIN {
        doubts.push(format!("the sample has fewer than {PERSONS_MIN} persons"));
    }
    if shape.distance > DISTANCE_MAX {
        doubts.push(format!(
            "the scores are {:.3} away from the target (Kolmogorov-Smirnov), more than \
             {DISTANCE_MAX}: two numbers cannot describe this sample",
            shape.distance
        ));
    }
    for doubt in &doubts {
        super::say(&format!("WRONG: {doubt}"))?;
    }
    if !doubts.is_empty() && !asked.force {
        super::say("no model was written; --force writes it anyway")?;
        return Ok(false);
    }
    if let Some(path) = &asked.output {
        let changes = Changes {
            version,
            fit,
            sample: &sample.description,
            digest: sample.digest,
            persons: sample.persons.len(),
        };
        let model = model_file::rewrite(text, &changes)?;
        std::fs::write(path, model).with_context(|| format!("cannot write {}", path.display()))?;
        super::say(&format!("wrote {}", path.display()))?;
    }
    Ok(true)
}

fn simulate(asked: &Simulate) -> anyhow::Result<bool> {
    let text = population::file(&read_model(MODEL)?, asked.seed, asked.persons);
    super::say(text.trim_end())?;
    Ok(true)
}
