//! `audit verify`: the whole ledger, derived again from its stored bytes.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;
use glasklar::clock::Clock;
use glasklar::config::read;
use glasklar::ledger::checkpoint::{Checkpoint, VerifierKey};
use glasklar::storage::Store;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Derives every leaf, node and root again from the stored bytes, and names each leaf that
    /// was edited, dropped, added or moved. Reads only.
    Verify {
        #[command(flatten)]
        file: super::ConfigFile,
        /// A checkpoint that was kept earlier (the note that `GetCheckpoint` gave): the ledger
        /// must continue it. May be given several times.
        #[arg(long, value_name = "NOTE")]
        checkpoint: Vec<PathBuf>,
        /// The key that signed the checkpoints, as `GetCheckpoint` gave it. Without it, the
        /// configured key's own.
        #[arg(long, value_name = "KEY")]
        verifier_key: Option<String>,
    },
}

pub(super) async fn run(command: Command) -> anyhow::Result<bool> {
    let Command::Verify { file, checkpoint, verifier_key } = command;
    let config = file.load()?;
    let known = if checkpoint.is_empty() {
        Vec::new()
    } else {
        let key: VerifierKey = match verifier_key {
            Some(key) => key.parse().context("--verifier-key")?,
            None => config.checkpoint_key()?.verifier(),
        };
        let open = |path: &PathBuf| -> anyhow::Result<Checkpoint> {
            let note = read(path)?;
            let checkpoint = key.open(&note).with_context(|| path.display().to_string())?;
            anyhow::ensure!(
                checkpoint.origin == key.name(),
                "{} is about another ledger: {}",
                path.display(),
                checkpoint.origin
            );
            Ok(checkpoint)
        };
        checkpoint.iter().map(open).collect::<anyhow::Result<_>>()?
    };
    let view = Store::snapshot_of(&config.storage(), Clock::System).await?;
    let audit = glasklar::app::audit::audit(&view, known).await?;
    let report = &audit.report;
    super::say(&format!(
        "entries    {} ({} opened, {} erased)",
        report.size, report.opened, report.erased
    ))?;
    super::say(&format!("root       {}", report.root))?;
    for finding in &report.findings {
        super::say(&finding.to_string())?;
    }
    for sentence in &audit.columns {
        super::say(sentence)?;
    }
    if report.omitted > 0 {
        super::say(&format!("and {} findings more", report.omitted))?;
    }
    let verdict = if audit.is_intact() {
        "INTACT: everything follows from the stored bytes"
    } else {
        "TAMPERED: the ledger is not what was recorded"
    };
    super::say(verdict)?;
    Ok(audit.is_intact())
}
