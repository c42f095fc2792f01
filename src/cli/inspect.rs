//! `inspect`: what an export contains, without storing anything.

mod picture;
mod progress;

use std::cell::Cell;
use std::fs::File;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail};
use glasklar::channels::{self, Limits, Report, Source, Upload};

use self::progress::Progress;

/// Reads an export and prints what it contains.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The file that the network handed out, all its parts, or a folder it was unpacked to.
    #[arg(value_name = "PATH", required_unless_present = "schema")]
    paths: Vec<PathBuf>,
    /// The account (its id or handle) to read where a file is about many people's.
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// Prints one JSON document, which has the same keys for every network.
    #[arg(long)]
    json: bool,
    /// Prints the JSON Schema of that document instead.
    #[arg(long, conflicts_with_all = ["paths", "account", "json"])]
    schema: bool,
}

pub(super) fn inspect(arguments: Arguments) -> anyhow::Result<()> {
    if arguments.schema {
        return super::say(&serde_json::to_string_pretty(&channels::schema())?);
    }
    let names: Vec<_> = arguments.paths.iter().map(|path| path.display().to_string()).collect();
    let report = read(&arguments.paths, arguments.account).with_context(|| names.join(", "))?;
    show(&report, arguments.json)
}

/// Prints a report.
pub(super) fn show(report: &Report, json: bool) -> anyhow::Result<()> {
    if json {
        super::say(&serde_json::to_string_pretty(&report.document())?)
    } else {
        super::say(&picture::draw(report))
    }
}

fn read(paths: &[PathBuf], whose: Option<String>) -> anyhow::Result<Report> {
    let sources = paths.iter().map(|path| source(path)).collect::<anyhow::Result<_>>()?;
    let shown = std::io::stderr().is_terminal();
    let progress = shown.then(|| Progress::new(Instant::now()));
    let items = Cell::new(0);
    let mut sink = |_| {
        items.set(items.get() + 1);
        Ok(())
    };
    let mut watch = |step: channels::Progress| {
        if let Some(progress) = &progress {
            progress.show(Instant::now(), step.inflated, items.get());
        }
        Ok(())
    };
    let upload = Upload { sources, whose, limits: Limits::default() };
    let report = channels::import(upload, &mut sink, &mut watch);
    if let Some(progress) = progress {
        progress.clear();
    }
    Ok(report?)
}

/// Opens a path as what it is.
fn source(path: &Path) -> anyhow::Result<Source> {
    let known = std::fs::metadata(path).context("cannot read")?;
    if known.is_dir() {
        return Ok(Source::Folder(path.to_owned()));
    }
    if !known.is_file() {
        // Opening a pipe would wait for somebody to write to it.
        bail!("{} is neither a file nor a folder", path.display());
    }
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Source::File(file))
}
