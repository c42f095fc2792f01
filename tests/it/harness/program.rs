//! The program itself, run as an operator runs it: in a folder of its own, by its arguments, a
//! configuration file, its output and its exit code.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tonic::transport::{Channel, Endpoint};

/// Longer than any command takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder to run the program in.
pub(crate) struct Folder(TempDir);

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self(tempfile::Builder::new().prefix("glasklar-program-").tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), content).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glasklar"));
        command.current_dir(self.path()).args(arguments).stdin(Stdio::null()).kill_on_drop(true);
        // Nothing of the tester's own may change what is printed or configured.
        command.env_clear().env("COLUMNS", "100");
        command
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ended {
        let ended = tokio::time::timeout(PATIENCE, self.command(arguments).output()).await;
        let Output { status, stdout, stderr } = ended.expect("the command ends").unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// Runs a command that must go well.
    pub(crate) async fn succeed(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments).await;
        assert_eq!(ended.code, Some(0), "{arguments:?}: {ended:?}");
        ended.out
    }

    /// Starts `serve`, and waits until it says where it listens.
    pub(crate) async fn serve(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut log = Vec::new();
        let reading = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                let event: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
                log.push(line);
                if event["fields"]["message"] == "serving" {
                    return event["fields"].clone();
                }
            }
            panic!("it ended before it served: {log:#?}")
        };
        let fields = tokio::time::timeout(PATIENCE, reading).await.expect("it serves in time");
        // Read on, or a full pipe would stop the server.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Running { child, fields }
    }
}

/// A server that runs as a program.
pub(crate) struct Running {
    child: Child,
    fields: serde_json::Value,
}

impl Running {
    /// An address it said it listens on: `address`, `health` or `metrics`.
    pub(crate) fn address(&self, name: &str) -> &str {
        self.fields[name].as_str().unwrap_or_else(|| panic!("no {name}: {:?}", self.fields))
    }

    pub(crate) async fn connect(&self) -> Channel {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address("address")));
        endpoint.unwrap().connect().await.expect("the server accepts connections")
    }

    /// The most memory that it had resident so far, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        let id = self.child.id().expect("it still runs");
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    /// Sends SIGTERM, and waits for the exit code.
    pub(crate) async fn terminate(mut self, within: Duration) -> Option<i32> {
        let id = self.child.id().expect("it still runs").to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
        assert!(sent.success(), "no signal was sent");
        let ended = tokio::time::timeout(within, self.child.wait()).await;
        ended.expect("it ends in time").unwrap().code()
    }
}
