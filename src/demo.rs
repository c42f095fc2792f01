//! The whole story on one machine, over real gRPC: asked, granted, looked up, explained,
//! withdrawn, audited. Everything in it is invented but the archive, if one is given.

mod archive;
mod blog;
mod client;
mod picture;
mod repositories;
mod story;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;

use crate::app::models::Models;
use crate::app::topics::Topics;
use crate::app::{App, Parts};
use crate::auth::{Authenticator, DevelopmentKey};
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto;
use crate::ledger::checkpoint::SigningKey;
use crate::mail::Mailer;
use crate::server::{self, Listeners, Options};
use crate::storage::{self, Store};
use crate::vault::Vault;

pub use archive::{mastodon_archive, x_archive};
pub use blog::blog_export;
pub use repositories::github_answers;

/// Shows everything on this machine.
#[derive(clap::Args)]
pub struct Arguments {
    /// Ends when the story is told, and removes what it made.
    #[arg(long)]
    exit: bool,
    /// Imports this export archive (of any network that is read) instead of the invented ones.
    #[arg(long, value_name = "FILE")]
    archive: Option<PathBuf>,
    /// Uses this database instead of a SQLite file of its own.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Tells the story, and unless told to end, leaves the server running until Ctrl-C.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("glasklar-demo-").tempdir()?;
    let listener = server::bind(([127, 0, 0, 1], 0).into()).await?;
    let address = listener.local_addr()?;
    say(&format!(
        "Glasklar: a glass score instead of a glass applicant.\n\n\
         A server listens on {address}. Everything below is a real call to it."
    ));
    let files = Files::new(folder.path(), arguments.database.as_deref())?;
    let key = DevelopmentKey::generate()?;
    key.save(&files.development_key)?;
    let authenticator = Authenticator::new(Vec::new(), Some(key.public_key()))?;
    let outbox = std::sync::Arc::<std::sync::Mutex<Vec<_>>>::default();
    let options = storage::Options::new(&files.database, 4);
    Store::migrate(&options).await?;
    let app = App::start(Parts {
        database: options,
        vault: files.vault()?,
        clock: Clock::System,
        mailer: Mailer::Memory(std::sync::Arc::clone(&outbox)),
        checkpoint_key: files.checkpoint_key()?,
        models: Models::new("", &[])?,
        topics: Topics::new(None)?,
        fetching: Config::defaults()?.fetching()?,
    })
    .await?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let listeners = Listeners { grpc: listener, health: None, metrics: None };
    let options = Options { drain: Duration::from_secs(3), ..Options::default() };
    let serving = server::serve(app.clone(), authenticator, options, listeners, async {
        let _ = stopped.await;
    });
    let serving = tokio::spawn(serving);
    let uploads = if let Some(path) = &arguments.archive {
        let bytes = std::fs::read(path);
        vec![bytes.with_context(|| format!("cannot read {}", path.display()))?]
    } else {
        let today = Clock::System.now().day();
        vec![x_archive(today), mastodon_archive(today), blog_export(today), github_answers(today)]
    };
    let client = client::Client::connect(address, &key).await?;
    let told = story::tell(client, &outbox, uploads, (&app, &files)).await?;
    if !arguments.exit {
        try_yourself(&files, &told, address);
        tokio::signal::ctrl_c().await?;
    }
    let _ = stop.send(());
    serving.await??;
    drop(folder);
    Ok(())
}

/// The files that the story leaves for trying things out.
struct Files {
    database: String,
    config: PathBuf,
    development_key: PathBuf,
    explanation: PathBuf,
    checkpoint: PathBuf,
    keys: PathBuf,
}

impl Files {
    fn new(folder: &Path, database: Option<&str>) -> anyhow::Result<Self> {
        let keys = folder.join("keys");
        std::fs::create_dir(&keys)?;
        for name in ["encryption.key", "index.key", "checkpoint.key"] {
            let key = data_encoding::BASE64.encode(&crypto::random::<32>());
            std::fs::write(keys.join(name), key)?;
        }
        let file = format!("sqlite://{}", folder.join("glasklar.db").display());
        let files = Self {
            database: database.map_or(file, str::to_owned),
            config: folder.join("glasklar.toml"),
            development_key: keys.join("development.pem"),
            explanation: folder.join("explanation.json"),
            checkpoint: folder.join("checkpoint.txt"),
            keys,
        };
        let config = format!(
            "development = true\n\n[database]\nurl = \"{}\"\n\n[keys]\n\
             encryption_key_file = \"{keys}/encryption.key\"\n\
             index_key_file = \"{keys}/index.key\"\n\
             checkpoint_key_file = \"{keys}/checkpoint.key\"\norigin = \"{ORIGIN}\"\n\n\
             [mail]\nkind = \"print\"\n",
            files.database,
            keys = files.keys.display()
        );
        std::fs::write(&files.config, config)?;
        Ok(files)
    }

    fn vault(&self) -> anyhow::Result<Vault> {
        let read = |name: &str| std::fs::read_to_string(self.keys.join(name));
        Ok(Vault::new(&read("encryption.key")?, &read("index.key")?)?)
    }

    fn checkpoint_key(&self) -> anyhow::Result<SigningKey> {
        let text = std::fs::read_to_string(self.keys.join("checkpoint.key"))?;
        let seed = data_encoding::BASE64.decode(text.as_bytes())?;
        let seed = <[u8; 32]>::try_from(seed).ok().context("the key has 32 bytes")?;
        Ok(SigningKey::from_seed(ORIGIN, &seed)?)
    }
}

const ORIGIN: &str = "glasklar.example/demo";

/// Prints three commands that work while the server runs.
fn try_yourself(files: &Files, told: &story::Told, address: std::net::SocketAddr) {
    let program = crate::config::program();
    say(&format!(
        "\nThe server keeps running until Ctrl-C. Three things to try in another terminal:\n\n\
         1. Recompute the explanation without the server (then change a digit and try again):\n   \
         {program} verify {explanation}\n\n\
         2. Check the whole ledger against the checkpoint that was kept:\n   \
         {program} audit verify --config {config} --checkpoint {checkpoint}\n\n\
         3. Look Mira up from Python (pip install -r examples/requirements.txt). It is refused,\n   \
         because she withdrew; the refusal is one more entry:\n   \
         python3 examples/look_up.py {address} {candidate} $({program} token \
         --key {key} --role recruiter --organization acme)",
        explanation = files.explanation.display(),
        config = files.config.display(),
        checkpoint = files.checkpoint.display(),
        candidate = told.candidate,
        key = files.development_key.display(),
    ));
}

/// Prints; a reader that has gone away is no error of the demo.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
