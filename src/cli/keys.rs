//! `keygen` and `token`.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use glasklar::auth::{DevelopmentKey, Identity, TokenRequest};
use glasklar::clock::Clock;
use glasklar::crypto;

/// Makes key files.
#[derive(clap::Args)]
pub(super) struct Keygen {
    /// The folder to put encryption.key, index.key and checkpoint.key into. Existing files are
    /// never overwritten.
    #[arg(long, value_name = "FOLDER", default_value = "keys")]
    directory: PathBuf,
}

pub(super) fn keygen(arguments: &Keygen) -> anyhow::Result<()> {
    let directory = &arguments.directory;
    std::fs::create_dir_all(directory)
        .with_context(|| format!("cannot create {}", directory.display()))?;
    for (name, meaning) in [
        ("encryption.key", "wraps the candidates' own keys; to rotate, put a new line first"),
        ("index.key", "finds addresses and accounts; cannot be rotated, keep it safe"),
        ("checkpoint.key", "signs checkpoints of the ledger"),
    ] {
        let path = directory.join(name);
        if path.exists() {
            super::say(&format!("{} exists and was left alone", path.display()))?;
            continue;
        }
        let key = data_encoding::BASE64.encode(&crypto::random::<32>());
        write_secret(&path, &format!("# {meaning}\n{key}\n"))?;
        super::say(&format!("made {}", path.display()))?;
    }
    Ok(())
}

/// Writes a file that only its owner can read, and that was not there before.
fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot create {}", path.display()))?;
    file.write_all(text.as_bytes())?;
    Ok(file.sync_all()?)
}

/// Mints a development token.
#[derive(clap::Args)]
pub(super) struct Token {
    /// The development key; made when it does not exist.
    #[arg(long, value_name = "FILE", default_value = "keys/development.pem")]
    key: PathBuf,
    /// What the holder is.
    #[arg(long, value_parser = ["recruiter", "candidate", "auditor", "operator"])]
    role: String,
    /// The organization a recruiter acts for.
    #[arg(long, value_name = "ID", required_if_eq("role", "recruiter"))]
    organization: Option<String>,
    /// Who the holder is.
    #[arg(long, value_name = "NAME", default_value = "developer")]
    subject: String,
    /// For how many minutes, at most 15.
    #[arg(long, value_name = "N", default_value_t = 15)]
    minutes: u64,
}

pub(super) fn token(arguments: &Token) -> anyhow::Result<()> {
    let identity = match (arguments.role.as_str(), &arguments.organization) {
        ("recruiter", Some(organization)) => {
            Identity::Recruiter(organization.parse().context("--organization")?)
        }
        ("candidate", None) => Identity::Candidate,
        ("auditor", None) => Identity::Auditor,
        ("operator", None) => Identity::Operator,
        _ => bail!("--organization goes with the role recruiter, and only with it"),
    };
    let key = development_key(&arguments.key)?;
    let lifetime = Duration::from_secs(arguments.minutes.saturating_mul(60));
    let request = TokenRequest { identity, subject: arguments.subject.clone(), lifetime };
    super::say(&key.mint(&request, Clock::System.now())?)
}

/// Loads the development key, or makes one.
pub(super) fn development_key(path: &Path) -> anyhow::Result<DevelopmentKey> {
    if path.exists() {
        return Ok(DevelopmentKey::load(path)?);
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let key = DevelopmentKey::generate()?;
    key.save(path)?;
    Ok(key)
}
