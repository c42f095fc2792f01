//! `serve`, `migrate` and `rescore`.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use glasklar::app::{App, Parts};
use glasklar::auth::Authenticator;
use glasklar::clock::Clock;
use glasklar::config::{Config, LogFormat, read};
use glasklar::server::{self, Listeners, Options, Tls};
use glasklar::storage::Store;
use glasklar::telemetry;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Where development mode keeps the key that `glasklar token` mints with.
const DEVELOPMENT_KEY: &str = "keys/development.pem";

fn logs(config: &Config) -> anyhow::Result<()> {
    telemetry::logs(&config.log.level, config.log.format == LogFormat::Json)
}

async fn app(config: &Config) -> anyhow::Result<App> {
    App::start(Parts {
        database: config.storage(),
        vault: config.vault()?,
        clock: Clock::System,
        mailer: config.mailer(),
        checkpoint_key: config.checkpoint_key()?,
        models: config.models()?,
        topics: config.topics()?,
        fetching: config.fetching()?,
    })
    .await
}

pub(super) async fn serve(config: Config) -> anyhow::Result<()> {
    logs(&config)?;
    let development = if config.development {
        tracing::warn!("development mode: anybody with the development key is anybody");
        Some(super::keys::development_key(Path::new(DEVELOPMENT_KEY))?.public_key())
    } else {
        None
    };
    let authenticator = Authenticator::new(config.issuers.clone(), development)?;
    let app = app(&config).await?;
    let options = Options {
        tls: tls(&config)?,
        reflection: config.server.reflection,
        max_connections: config.server.max_connections,
        max_in_flight: config.server.max_in_flight,
        drain_delay: Duration::from_secs(config.server.drain_delay_seconds),
        drain: Duration::from_secs(config.server.drain_seconds),
        spool: config.spool(),
        ..Options::default()
    };
    let metrics = match optional(&config.server.metrics_listen)? {
        Some(address) => Some((server::bind(address).await?, telemetry::metrics()?)),
        None => None,
    };
    let health = match optional(&config.server.health_listen)? {
        Some(address) => Some(server::bind(address).await?),
        None => None,
    };
    let grpc = server::bind(config.server.listen).await?;
    let listeners = Listeners { grpc, health, metrics };
    // Before it says that it serves: whoever reads that may stop it.
    let termination = termination().context("cannot wait for SIGTERM")?;
    announce(&listeners, options.tls.is_some())?;
    server::serve(app, authenticator, options, listeners, termination).await
}

/// Says where everything is: a port may have been left to the system.
fn announce(listeners: &Listeners, tls: bool) -> std::io::Result<()> {
    let address = |listener: &TcpListener| listener.local_addr().map(|address| address.to_string());
    let health = listeners.health.as_ref().map(address).transpose()?;
    let metrics = listeners.metrics.as_ref().map(|(listener, _)| address(listener)).transpose()?;
    tracing::info!(address = address(&listeners.grpc)?, health, metrics, tls, "serving");
    Ok(())
}

fn optional(address: &str) -> anyhow::Result<Option<SocketAddr>> {
    if address.is_empty() { Ok(None) } else { Ok(Some(address.parse()?)) }
}

fn tls(config: &Config) -> anyhow::Result<Option<Tls>> {
    let server = &config.server;
    if server.tls_key_file.as_os_str().is_empty() {
        return Ok(None);
    }
    let client_ca = if server.tls_client_ca_file.as_os_str().is_empty() {
        None
    } else {
        Some(read(&server.tls_client_ca_file)?)
    };
    let certificate = read(&server.tls_certificate_file)?;
    Ok(Some(Tls { certificate, key: read(&server.tls_key_file)?, client_ca }))
}

/// Begins to listen for SIGTERM and Ctrl-C at once; what it returns waits for one of them.
fn termination() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}

pub(super) async fn migrate(config: Config) -> anyhow::Result<()> {
    let done = Store::migrate(&config.storage()).await?;
    super::say(&match done {
        0 => "the schema is up to date".to_owned(),
        1 => "1 migration was applied".to_owned(),
        many => format!("{many} migrations were applied"),
    })
}

pub(super) async fn rescore(config: Config) -> anyhow::Result<()> {
    logs(&config)?;
    let app = app(&config).await?;
    let progress = |done| {
        let _ = super::say(&format!("{done} candidates are summed"));
    };
    let done = app.rescore(progress).await.context("may be repeated; nothing is lost")?;
    super::say(&format!("done: {done} candidates were summed anew"))
}
