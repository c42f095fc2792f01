//! `model`: what is in a model's file, and what is wrong with it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use glasklar::app::models::{MODEL, read_model};
use glasklar::crypto;
use glasklar::domain::calibration::{self, MEAN, TOP};
use glasklar::domain::model::{Digest, Model};
use glasklar::domain::score;
use glasklar::domain::vectors::Vectors;
use glasklar::evaluate::model_file::{self, Number};
use glasklar::evaluate::reference;

/// How far mean and percentile may be from 40 and 63 on the sample that they were solved on: half
/// of what a reader can see.
const TOLERANCE: f64 = 0.05;

/// What can be done with a model's file.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Says what is wrong with a model's file, or what it is.
    Check(Check),
    /// Computes test vectors, and names those that give something else on this machine.
    Vectors {
        /// The file of vectors, such as the project's `tests/vectors/scores.json`.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The model file, when the vectors are of one that does not ship with this version.
        #[arg(long, value_name = "FILE")]
        model: Option<PathBuf>,
    },
    /// Prints every number with its reason, as a table in Markdown.
    Table {
        /// The model's file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(clap::Args)]
pub(super) struct Check {
    /// The model's file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The SHA-256 that the file should have, such as the one in a score.
    #[arg(long, value_name = "SHA256")]
    digest: Option<String>,
    /// The reference sample: checks that it is the one the model names, and that its mean is 40
    /// and its 95th percentile 63.
    #[arg(long, value_name = "FILE")]
    sample: Option<PathBuf>,
}

pub(super) fn run(command: &Command) -> anyhow::Result<bool> {
    match command {
        Command::Check(asked) => check(asked),
        Command::Vectors { file, model } => vectors(file, model.as_deref()),
        Command::Table { file } => {
            let looked =
                model_file::look(&glasklar::config::read(file)?, Digest::from_bytes([0; 32]));
            for fault in &looked.faults {
                super::say(&format!("WRONG: {fault}"))?;
            }
            super::say(model_file::table(&looked.numbers).trim_end())?;
            Ok(looked.faults.is_empty())
        }
    }
}

fn check(asked: &Check) -> anyhow::Result<bool> {
    let text = glasklar::config::read(&asked.file)?;
    let digest = Digest::from_bytes(crypto::sha256(text.as_bytes()));
    let looked = model_file::look(&text, digest);
    let mut faults = looked.faults;
    if let Some(expected) = &asked.digest
        && !expected.trim().eq_ignore_ascii_case(&digest.to_string())
    {
        faults
            .push(format!("digest mismatch: the file has {digest}, expected {}", expected.trim()));
    }
    if let Some(model) = &looked.model {
        describe(model, &looked.numbers)?;
        if let Some(path) = &asked.sample {
            faults.extend(sample(model, path)?);
        }
    }
    for fault in &faults {
        super::say(&format!("WRONG: {fault}"))?;
    }
    if faults.is_empty() {
        super::say("RIGHT: every number is what the formulas allow, and has a reason")?;
    }
    Ok(faults.is_empty())
}

/// Whether this machine computes what a file of vectors says, bit for bit.
fn vectors(file: &Path, model: Option<&Path>) -> anyhow::Result<bool> {
    let text = match model {
        Some(path) => glasklar::config::read(path)?,
        None => MODEL.to_owned(),
    };
    let model = read_model(&text)?;
    let vectors = Vectors::parse(&glasklar::config::read(file)?)?;
    let differences = vectors.differences(&model)?;
    for (name, outcome) in &differences {
        super::say(&format!("WRONG: `{name}` gives {}", serde_json::to_string(outcome)?))?;
    }
    let number = vectors.vectors.len();
    if differences.is_empty() {
        super::say(&format!("RIGHT: all {number} vectors give the same bits"))?;
    }
    Ok(differences.is_empty())
}

fn describe(model: &Model, numbers: &[Number]) -> anyhow::Result<()> {
    super::say(&format!("model      {}", model.version))?;
    super::say(&format!("sha-256    {}", model.digest))?;
    super::say(&format!("baseline   {:.6}", f64::from(score::baseline(model).micros()) / 1e6))?;
    for points in [MEAN, TOP] {
        let z = (libm::log(points / (100.0 - points)) - model.a) / model.b;
        let weights: f64 = model.weights.iter().sum();
        super::say(&format!(
            "{points:>2.0} points  z = {z:.6}, such as {:.1} decayed reactions of each kind",
            libm::expm1(z / weights)
        ))?;
    }
    for origin in ["fitted", "chosen"] {
        let of = numbers.iter().filter(|number| number.origin == origin);
        let fields: Vec<_> = of.map(|number| number.field.as_str()).collect();
        let (rates, named): (Vec<&str>, Vec<&str>) =
            fields.into_iter().partition(|field| field.starts_with("rate."));
        let rates =
            if rates.is_empty() { String::new() } else { format!(" and {} rates", rates.len()) };
        super::say(&format!("{origin:<10} {}{rates}", named.join(", ")))?;
    }
    super::say(&format!("reference  {}", model.reference.sample))
}

/// What is wrong with the sample of a model.
fn sample(model: &Model, path: &Path) -> anyhow::Result<Vec<String>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let sample = reference::read(&bytes, model).with_context(|| path.display().to_string())?;
    let mut faults = Vec::new();
    if sample.digest.to_string() != model.reference.sha256 {
        faults.push(format!(
            "digest mismatch: the sample has {}, the model names {}",
            sample.digest, model.reference.sha256
        ));
    }
    let shape = calibration::shape(model, &sample.persons);
    let top = shape.percentiles.iter().find(|(percentile, ..)| *percentile > 94.9);
    let top = top.map_or(0.0, |(_, found, _)| *found);
    super::say(&format!(
        "sample     {} persons, mean {:.3}, 95th percentile {top:.3}",
        shape.persons, shape.mean
    ))?;
    for (what, found, expected) in [("mean", shape.mean, MEAN), ("95th percentile", top, TOP)] {
        if (found - expected).abs() > TOLERANCE {
            faults.push(format!("the sample's {what} is {found:.3}, expected {expected}"));
        }
    }
    Ok(faults)
}
