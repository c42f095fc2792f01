//! This very program, serving in a process of its own: what a measurement sees of it is what an
//! operator gets, its memory included.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStderr, Command};
use tokio::sync::mpsc;

use crate::auth::DevelopmentKey;

/// Longer than any start takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server in its own process, with a database of its own.
pub(super) struct Server {
    process: Child,
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// Mints tokens that it accepts.
    pub(super) key: DevelopmentKey,
    /// The codes that it mails.
    codes: mpsc::Receiver<String>,
}

impl Server {
    /// Makes keys and a database in an empty folder, and serves from it.
    pub(super) async fn start(folder: &Path, database: &str) -> anyhow::Result<Self> {
        let config = format!(
            "development = true\n[server]\nlisten = \"127.0.0.1:0\"\nspool_directory = \".\"\n\
             [database]\nurl = \"{database}\"\n[mail]\nkind = \"print\"\n"
        );
        std::fs::write(folder.join("glasklar.toml"), config)?;
        for arguments in [&["keygen"][..], &["migrate", "--config", "glasklar.toml"]] {
            let ended = program(folder, arguments)?.stdout(Stdio::null()).status().await?;
            ensure!(ended.success(), "glasklar {} ended with {ended}", arguments.join(" "));
        }
        let mut serving = program(folder, &["serve", "--config", "glasklar.toml"])?;
        let mut process = serving.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut log = BufReader::new(process.stderr.take().context("it has a log")?);
        let address = tokio::time::timeout(PATIENCE, address(&mut log)).await??;
        let (send, codes) = mpsc::channel(16);
        // Read on, or a full pipe would stop the server.
        tokio::spawn(watch(log, send));
        let key = DevelopmentKey::load(&folder.join("keys/development.pem"))?;
        Ok(Self { process, address, key, codes })
    }

    /// The next code that was mailed.
    pub(super) async fn code(&mut self) -> anyhow::Result<String> {
        let code = tokio::time::timeout(PATIENCE, self.codes.recv()).await?;
        code.context("the server ended before it mailed a code")
    }

    /// The most memory that the process had resident so far, in bytes, where the system tells.
    pub(super) fn peak(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()?));
        let status = status.ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
    }

    /// Ends it.
    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        Ok(self.process.kill().await?)
    }
}

fn program(folder: &Path, arguments: &[&str]) -> anyhow::Result<Command> {
    let mut command = Command::new(crate::config::executable()?);
    // Settings of whoever measures must not reach it, least of all those of a database.
    command.env_clear().current_dir(folder).args(arguments);
    command.stdin(Stdio::null()).kill_on_drop(true);
    Ok(command)
}

/// Reads the log up to where it says that it serves.
async fn address(log: &mut BufReader<ChildStderr>) -> anyhow::Result<SocketAddr> {
    let mut said = String::new();
    loop {
        let mut line = String::new();
        if log.read_line(&mut line).await? == 0 {
            bail!("the server did not start: {said}");
        }
        let event: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        if event["fields"]["message"] == "serving" {
            return Ok(event["fields"]["address"].as_str().unwrap_or_default().parse()?);
        }
        said.push_str(&line);
    }
}

/// Sends on the codes of printed mails: the first eight digits below a mail's head.
async fn watch(log: BufReader<ChildStderr>, codes: mpsc::Sender<String>) {
    let (mut lines, mut mail) = (log.lines(), false);
    while let Ok(Some(line)) = lines.next_line().await {
        let code: String = line.chars().filter(char::is_ascii_digit).take(8).collect();
        if line.starts_with("--- mail to ") {
            mail = true;
        } else if mail && code.len() == 8 {
            mail = false;
            let _ = codes.send(code).await;
        }
    }
}
