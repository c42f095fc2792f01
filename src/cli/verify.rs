//! `verify`: an explanation, recomputed without server or database.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use glasklar::app::models::{MODEL, read_model};
use glasklar::crypto;
use glasklar::domain::document::Document;
use glasklar::domain::model::{Digest, Model};
use glasklar::domain::verify;

/// Recomputes an explanation.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The explanation, byte for byte as it was released.
    #[arg(value_name = "EXPLANATION.json")]
    explanation: PathBuf,
    /// The model file, when the explanation names one that does not ship with this version.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The digest in the ledger entry: shows that these are the very bytes that were released.
    #[arg(long, value_name = "SHA256")]
    digest: Option<String>,
}

pub(super) fn verify(arguments: &Arguments) -> anyhow::Result<bool> {
    let path = &arguments.explanation;
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut right = true;
    let digest = Digest::from_bytes(crypto::sha256(&bytes)).to_string();
    if let Some(expected) = &arguments.digest
        && !expected.trim().eq_ignore_ascii_case(&digest)
    {
        super::say(&format!("digest mismatch: the file has {digest}, expected {expected}"))?;
        right = false;
    }
    let model = model(arguments.model.as_deref(), &bytes)?;
    let findings = verify::verify(&bytes, &model);
    for finding in &findings {
        super::say(&finding.to_string())?;
    }
    if !findings.is_empty() || !right {
        super::say("WRONG: this is not what was released")?;
        return Ok(false);
    }
    let document = Document::parse(&bytes)?;
    super::say(&format!("score      {} ({})", document.score.micropoints, document.score.state))?;
    super::say(&format!("computed   for {} by model {}", document.score.as_of, model.version))?;
    super::say(&format!("sha-256    {digest}"))?;
    super::say("RIGHT: every number follows from the evidence, and every level adds up")?;
    Ok(true)
}

/// The model that the explanation names: the one given, or the one that ships.
pub(super) fn model(file: Option<&Path>, explanation: &[u8]) -> anyhow::Result<Model> {
    let model = match file {
        Some(path) => read_model(&glasklar::config::read(path)?)?,
        None => read_model(MODEL)?,
    };
    if let Ok(document) = Document::parse(explanation)
        && document.score.model_digest != model.digest.to_string()
        && file.is_none()
    {
        anyhow::bail!(
            "the explanation names the model {} ({}), which does not ship with this version; \
             get it with GetModel and give it with --model",
            document.score.model,
            document.score.model_digest
        );
    }
    Ok(model)
}
