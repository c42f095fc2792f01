//! The configuration, and the only reader of the environment. Layers: the embedded defaults, a
//! file, the environment. Unknown keys are errors, and all problems are told at once.

mod fetch;

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use config::{Environment, File, FileFormat};
use serde::Deserialize;

pub use self::fetch::Fetch;
use crate::app::fetches::Fetching;
use crate::app::models::Models;
use crate::app::topics::Topics;
use crate::auth::IssuerConfig;
use crate::ledger::checkpoint::SigningKey;
use crate::mail::Mailer;
use crate::storage;
use crate::vault::Vault;

/// Every key with its default and its meaning.
pub const DEFAULT: &str = include_str!("config/default.toml");

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Development mode.
    pub development: bool,
    /// The listeners.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// The key files.
    pub keys: Keys,
    /// Who may issue tokens.
    #[serde(default)]
    pub issuers: Vec<IssuerConfig>,
    /// How mail leaves.
    pub mail: Mail,
    /// What scores are made with.
    pub model: Model,
    /// What topics there are.
    pub topics: TopicFiles,
    /// What may be fetched from the open network.
    pub fetch: Fetch,
    /// What is logged.
    pub log: Log,
}

/// `[server]`; see the defaults for the meaning of each key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented once, in default.toml")]
pub struct Server {
    pub listen: SocketAddr,
    pub health_listen: String,
    pub metrics_listen: String,
    pub tls_certificate_file: PathBuf,
    pub tls_key_file: PathBuf,
    pub tls_client_ca_file: PathBuf,
    pub allow_plaintext: bool,
    pub reflection: bool,
    pub max_connections: usize,
    pub max_in_flight: usize,
    pub drain_delay_seconds: u64,
    pub drain_seconds: u64,
    pub spool_directory: PathBuf,
}

/// `[database]`; see the defaults for the meaning of each key.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented once, in default.toml")]
pub struct Database {
    pub url: String,
    pub url_file: PathBuf,
    pub pool: u32,
}

impl std::fmt::Debug for Database {
    /// Without the password that the URL may hold.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { url, url_file, pool } = self;
        let scheme = url.split(':').next().unwrap_or_default();
        let url = if scheme == "sqlite" { url.clone() } else { format!("{scheme}:[redacted]") };
        f.debug_struct("Database")
            .field("url", &url)
            .field("url_file", url_file)
            .field("pool", pool)
            .finish()
    }
}

/// `[keys]`; see the defaults for the meaning of each key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented once, in default.toml")]
pub struct Keys {
    pub encryption_key_file: PathBuf,
    pub index_key_file: PathBuf,
    pub checkpoint_key_file: PathBuf,
    pub origin: String,
}

/// `[model]`; see the defaults for the meaning of each key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented once, in default.toml")]
pub struct Model {
    pub current: String,
    pub files: Vec<PathBuf>,
}

/// `[topics]`; see the defaults for the meaning of each key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented once, in default.toml")]
pub struct TopicFiles {
    pub ontology_file: PathBuf,
}

/// `[mail]`; see the defaults for the meaning of each key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented once, in default.toml")]
pub struct Mail {
    pub kind: MailKind,
    pub command: Vec<String>,
    pub from: String,
}

/// How mail leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailKind {
    /// Printed; development only.
    Print,
    /// Handed to a program.
    Command,
}

/// `[log]`; see the defaults for the meaning of each key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented once, in default.toml")]
pub struct Log {
    pub level: String,
    pub format: LogFormat,
}

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Config {
    /// Loads the layers and checks everything, telling all problems at once.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let mut layers =
            config::Config::builder().add_source(File::from_str(DEFAULT, FileFormat::Toml));
        if let Some(path) = file {
            layers = layers.add_source(File::from(path).format(FileFormat::Toml).required(true));
        }
        // Numbers and lists come as text from the environment.
        let environment = Environment::with_prefix("GLASKLAR")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true);
        let mut config: Self = layers.add_source(environment).build()?.try_deserialize()?;
        if !config.database.url_file.as_os_str().is_empty() {
            let url = read(&config.database.url_file)?;
            url.trim().clone_into(&mut config.database.url);
        }
        config.check()?;
        Ok(config)
    }

    /// The defaults alone, unchecked: for the demo, measurements and tests.
    pub fn defaults() -> anyhow::Result<Self> {
        let layer = config::Config::builder().add_source(File::from_str(DEFAULT, FileFormat::Toml));
        Ok(layer.build()?.try_deserialize()?)
    }

    /// Refuses a configuration that cannot work or would not be safe.
    pub fn check(&self) -> anyhow::Result<()> {
        let mut problems = Vec::new();
        let server = &self.server;
        for (key, listen) in
            [("health", &server.health_listen), ("metrics", &server.metrics_listen)]
        {
            if !listen.is_empty() && listen.parse::<SocketAddr>().is_err() {
                problems
                    .push(format!("server.{key}_listen: `{listen}` is not an address and port"));
            }
        }
        let set = |path: &Path| !path.as_os_str().is_empty();
        if set(&server.tls_certificate_file) != set(&server.tls_key_file) {
            problems
                .push("server: TLS needs both tls_certificate_file and tls_key_file".to_owned());
        }
        if set(&server.tls_client_ca_file) && !set(&server.tls_key_file) {
            problems
                .push("server.tls_client_ca_file: needs tls_certificate_file as well".to_owned());
        }
        let loopback = server.listen.ip().is_loopback();
        if !set(&server.tls_key_file) && !loopback && !server.allow_plaintext {
            problems.push(format!(
                "server.listen: {} is not loopback; set tls_certificate_file and tls_key_file, or \
                 allow_plaintext if something else encrypts",
                server.listen
            ));
        }
        if self.mail.kind == MailKind::Print && !self.development {
            problems.push("mail.kind: `print` is for development only; use `command`".to_owned());
        }
        let known = ["sqlite:", "postgres:", "postgresql:"];
        if !known.iter().any(|scheme| self.database.url.starts_with(scheme)) {
            problems.push("database.url: expected sqlite://FILE or postgres://…".to_owned());
        }
        for (key, value) in [
            ("server.max_connections", server.max_connections),
            ("server.max_in_flight", server.max_in_flight),
            ("database.pool", usize::try_from(self.database.pool).unwrap_or(0)),
        ] {
            if value == 0 {
                problems.push(format!("{key}: must be at least 1"));
            }
        }
        problems.extend(self.fetch.problems());
        problems.extend(self.issuers.iter().flat_map(IssuerConfig::validate));
        if self.issuers.is_empty() && !self.development {
            problems.push("issuers: name at least one issuer of tokens".to_owned());
        }
        if problems.is_empty() {
            Ok(())
        } else {
            bail!("the configuration has problems:\n  {}", problems.join("\n  "))
        }
    }

    /// How to reach the database.
    pub fn storage(&self) -> storage::Options {
        storage::Options::new(&self.database.url, self.database.pool)
    }

    /// Opens the key files.
    pub fn vault(&self) -> anyhow::Result<Vault> {
        let encryption = read(&self.keys.encryption_key_file)?;
        let index = read(&self.keys.index_key_file)?;
        Vault::new(&encryption, &index).context("keys.encryption_key_file, keys.index_key_file")
    }

    /// Opens the key that signs checkpoints.
    pub fn checkpoint_key(&self) -> anyhow::Result<SigningKey> {
        let text = read(&self.keys.checkpoint_key_file)?;
        let line = text.lines().find(|line| !line.starts_with('#')).unwrap_or_default().trim();
        let seed = data_encoding::BASE64.decode(line.as_bytes());
        let seed: Option<[u8; 32]> = seed.ok().and_then(|seed| seed.try_into().ok());
        let seed = seed.context("keys.checkpoint_key_file: expected 32 bytes in base64")?;
        SigningKey::from_seed(&self.keys.origin, &seed).context("keys.origin")
    }

    /// How mail leaves.
    pub fn mailer(&self) -> Mailer {
        match self.mail.kind {
            MailKind::Print => Mailer::Print,
            MailKind::Command => {
                Mailer::Command { command: self.mail.command.clone(), from: self.mail.from.clone() }
            }
        }
    }

    /// The models there are, and the one in use.
    pub fn models(&self) -> anyhow::Result<Models> {
        let files = self.model.files.iter().map(|path| read(path));
        Models::new(&self.model.current, &files.collect::<anyhow::Result<Vec<_>>>()?)
    }

    /// The topics there are.
    pub fn topics(&self) -> anyhow::Result<Topics> {
        let path = &self.topics.ontology_file;
        if path.as_os_str().is_empty() {
            return Topics::new(None);
        }
        let topics = Topics::new(Some(&read(path)?));
        topics.with_context(|| format!("topics.ontology_file: {}", path.display()))
    }

    /// What may be fetched, and how.
    pub fn fetching(&self) -> anyhow::Result<Fetching> {
        self.fetch.fetching(self.spool())
    }

    /// Where uploads are spooled.
    pub fn spool(&self) -> PathBuf {
        let configured = &self.server.spool_directory;
        if configured.as_os_str().is_empty() {
            tempfile::env::temp_dir()
        } else {
            configured.clone()
        }
    }
}

/// What this program was called by, to print commands that work.
pub fn program() -> String {
    std::env::args().next().unwrap_or_else(|| "glasklar".to_owned())
}

/// The file of this program, to start it again. Fails where the system does not tell.
pub fn executable() -> anyhow::Result<std::path::PathBuf> {
    std::env::current_exe().context("cannot find the file of this program")
}

/// Reads a small text file, naming it when that fails.
pub fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| {
        let mut text = format!("cannot read {}", path.display());
        if path.extension().is_some_and(|extension| extension == "key") {
            // Writing to a string cannot fail.
            let _ = write!(text, "; `glasklar keygen` makes new keys");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config, String> {
        let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Config::load(Some(file.path())).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn the_defaults_hold_every_key_and_need_only_an_issuer() {
        assert!(load("").unwrap_err().contains("issuers: name at least one"));
        let config = load("development = true\n[mail]\nkind = \"print\"").unwrap();
        assert_eq!(config.server.listen.port(), 7443);
    }

    #[test]
    fn all_problems_are_told_at_once_and_unknown_keys_are_errors() {
        let wrong = load(
            "[server]\nlisten = \"0.0.0.0:1\"\nmetrics_listen = \"here\"\n\
             [mail]\nkind = \"print\"\n[database]\nurl = \"mysql://x\"\npool = 0\n\
             [fetch]\ngithub = \"here\"\nallow_private_addresses = [\"10.8.0.0/99\"]",
        )
        .unwrap_err();
        for part in [
            "not loopback",
            "metrics_listen",
            "mail.kind",
            "database.url",
            "database.pool",
            "fetch.github",
            "10.8.0.0/99",
        ] {
            assert!(wrong.contains(part), "{part}: {wrong}");
        }
        assert!(load("[server]\nlisen = \"0.0.0.0:1\"").unwrap_err().contains("lisen"));
    }

    #[test]
    fn a_password_in_the_database_url_is_never_printed() {
        let text = "development = true\n[database]\nurl = \"postgres://u:secret-word@h/d\"";
        let config = load(text).unwrap();
        assert!(!format!("{config:?}").contains("secret-word"));
    }
}
