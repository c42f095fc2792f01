//! Serving: listeners, limits, health, draining. Everything is built here from its parts.

mod accept;

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tonic::transport::{Certificate, Identity, ServerTlsConfig};
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::app::App;
use crate::auth::Authenticator;
use crate::grpc::{self, GateLayer};

/// Streams of one connection: more than any client needs, far below what hurts. tonic would set
/// no limit at all.
const STREAMS: u32 = 128;

/// Streams reset for errors of the client before the connection is closed (RUSTSEC-2024-0003).
const ERROR_RESETS: usize = 1_024;

/// Headers of one call, of which the token may take half.
const HEADER_LIST: u32 = 16 * 1024;

/// Bytes that one stream, and one connection, may send ahead.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 1024 * 1024;

/// Idle connections are asked whether they live, and closed if they do not answer.
const KEEPALIVE: Duration = Duration::from_secs(30);
const KEEPALIVE_ANSWER: Duration = Duration::from_secs(10);

/// Connections are asked to come again after this time, so that load spreads over new replicas.
/// No grace is set: with one, tonic 0.14 cuts the connection instead of draining it.
const CONNECTION_AGE: Duration = Duration::from_mins(15);

const HANDSHAKE: Duration = Duration::from_secs(5);

/// How long a peer may take to say anything. hyper waits for ever for the preface
/// (<https://github.com/hyperium/hyper/issues/4170>), which would let silent peers use up every
/// descriptor.
const FIRST_BYTE: Duration = Duration::from_secs(5);

/// How often readiness is checked.
const CHECK: Duration = Duration::from_secs(2);

/// How often it is counted how many candidates stand where.
const COUNTING: Duration = Duration::from_mins(1);

/// TLS material, in PEM.
#[derive(Clone)]
pub struct Tls {
    /// The certificate chain.
    pub certificate: String,
    /// Its key.
    pub key: String,
    /// The authority of clients' certificates, if they need one.
    pub client_ca: Option<String>,
}

/// What the server does besides serving an [`App`].
pub struct Options {
    /// Encrypts the gRPC listener.
    pub tls: Option<Tls>,
    /// Serves reflection.
    pub reflection: bool,
    /// Most connections.
    pub max_connections: usize,
    /// Most calls at a time.
    pub max_in_flight: usize,
    /// How long a peer that connected may stay silent.
    pub silence: Duration,
    /// Between readiness `NOT_SERVING` and closing the listener.
    pub drain_delay: Duration,
    /// Most time that running calls are given to end.
    pub drain: Duration,
    /// Where uploads are spooled.
    pub spool: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tls: None,
            reflection: true,
            max_connections: 4_096,
            max_in_flight: 1_024,
            silence: FIRST_BYTE,
            drain_delay: Duration::ZERO,
            drain: Duration::from_secs(20),
            spool: tempfile::env::temp_dir(),
        }
    }
}

/// Bound sockets.
pub struct Listeners {
    /// For gRPC.
    pub grpc: TcpListener,
    /// For probes, in plaintext.
    pub health: Option<TcpListener>,
    /// For Prometheus, with what renders the metrics.
    pub metrics: Option<(TcpListener, metrics_exporter_prometheus::PrometheusHandle)>,
}

/// Binds an address, naming it when that fails.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Serves until `shutdown` resolves, then drains: readiness goes first, running calls may end,
/// and after the deadline whatever is left is cut off. A peer that never spoke cannot delay it.
pub async fn serve(
    app: App,
    authenticator: Authenticator,
    options: Options,
    listeners: Listeners,
    shutdown: impl Future<Output = ()> + Send,
) -> anyhow::Result<()> {
    let authenticator = Arc::new(authenticator);
    let (stop, stopped) = watch::channel(false);
    let (reporter, health) = tonic_health::server::health_reporter();
    let (probes, probe_health) = tonic_health::server::health_reporter();
    for reporter in [&reporter, &probes] {
        reporter.set_service_status("liveness", ServingStatus::Serving).await;
        // Known from the start, and not ready before the first check says so.
        for service in ["", "readiness"] {
            reporter.set_service_status(service, ServingStatus::NotServing).await;
        }
    }
    for problem in authenticator.prefetch(app.clock.now()).await {
        tracing::warn!(problem, "an issuer's keys are not available yet");
    }
    let reporters = vec![reporter, probes];
    let counting = tokio::spawn(count_population(app.clone()));
    let mut watching = tokio::spawn(watch_readiness(
        app.clone(),
        Arc::clone(&authenticator),
        reporters.clone(),
        stopped.clone(),
    ));
    let gate = GateLayer::new(authenticator, app.clock.clone(), options.max_in_flight);
    let routes = grpc::routes(app, health, options.reflection, options.spool.clone())?;
    let mut builder = builder(options.tls.as_ref())?.layer(gate);
    let connections = accept::connections(listeners.grpc, options.max_connections, options.silence);
    let serving = builder
        .add_routes(routes)
        .serve_with_incoming_shutdown(connections, signal(stopped.clone()));
    let mut serving = tokio::spawn(serving);
    let probing = listeners.health.map(|listener| {
        let connections = accept::connections(listener, 64, options.silence);
        let server = tonic::transport::Server::builder().add_service(probe_health);
        tokio::spawn(server.serve_with_incoming(connections))
    });
    let metrics =
        listeners.metrics.map(|(listener, handle)| tokio::spawn(serve_metrics(listener, handle)));

    let outcome = tokio::select! {
        () = shutdown => {
            // Waited for, or it could say once more that the server is ready.
            watching.abort();
            let _ = (&mut watching).await;
            drain(&options, &reporters, &stop, &mut serving).await;
            Ok(())
        }
        ended = &mut serving => Err(anyhow::anyhow!("the listener ended by itself: {ended:?}")),
    };
    let _ = stop.send(true);
    watching.abort();
    counting.abort();
    if let Some(task) = probing {
        task.abort();
    }
    if let Some(task) = metrics {
        task.abort();
    }
    outcome
}

/// Counts anew from time to time, because other replicas change the counts too.
async fn count_population(app: App) {
    loop {
        tokio::time::sleep(COUNTING).await;
        if let Err(error) = app.count_population().await {
            tracing::warn!(%error, "the population could not be counted; the last count stays");
        }
    }
}

type Serving = tokio::task::JoinHandle<Result<(), tonic::transport::Error>>;

async fn drain(
    options: &Options,
    reporters: &[HealthReporter],
    stop: &watch::Sender<bool>,
    serving: &mut Serving,
) {
    tracing::info!("draining");
    for reporter in reporters {
        for service in ["", "readiness"] {
            reporter.set_service_status(service, ServingStatus::NotServing).await;
        }
    }
    tokio::time::sleep(options.drain_delay).await;
    let _ = stop.send(true);
    if tokio::time::timeout(options.drain, &mut *serving).await.is_err() {
        tracing::warn!("calls were still running when the time to drain was over");
        serving.abort();
    }
    tracing::info!("drained");
}

async fn signal(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a reason to stop as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

fn builder(tls: Option<&Tls>) -> anyhow::Result<tonic::transport::Server> {
    let mut builder = tonic::transport::Server::builder()
        .max_concurrent_streams(STREAMS)
        .http2_max_local_error_reset_streams(Some(ERROR_RESETS))
        .http2_max_header_list_size(HEADER_LIST)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .http2_keepalive_interval(Some(KEEPALIVE))
        .http2_keepalive_timeout(Some(KEEPALIVE_ANSWER))
        .max_connection_age(CONNECTION_AGE);
    if let Some(tls) = tls {
        let identity = Identity::from_pem(&tls.certificate, &tls.key);
        let mut config = ServerTlsConfig::new().identity(identity).timeout(HANDSHAKE);
        if let Some(ca) = &tls.client_ca {
            config = config.client_ca_root(Certificate::from_pem(ca));
        }
        builder = builder.tls_config(config).context("the TLS certificate or key is not usable")?;
    }
    Ok(builder)
}

/// Keeps readiness up to date: the database answers, and every issuer's keys are there.
async fn watch_readiness(
    app: App,
    authenticator: Arc<Authenticator>,
    reporters: Vec<HealthReporter>,
    stopped: watch::Receiver<bool>,
) {
    while !*stopped.borrow() {
        let now = app.clock.now();
        if !authenticator.ready(now) {
            let _ = authenticator.prefetch(now).await;
        }
        let ready = app.is_ready().await && authenticator.ready(now);
        let status = if ready { ServingStatus::Serving } else { ServingStatus::NotServing };
        for reporter in &reporters {
            for service in ["", "readiness"] {
                reporter.set_service_status(service, status).await;
            }
        }
        metrics::gauge!("ready").set(if ready { 1.0 } else { 0.0 });
        tokio::time::sleep(CHECK).await;
    }
}

async fn serve_metrics(
    listener: TcpListener,
    handle: metrics_exporter_prometheus::PrometheusHandle,
) -> std::io::Result<()> {
    let handle = Arc::new(handle);
    let upkeep = Arc::clone(&handle);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            upkeep.run_upkeep();
        }
    });
    let render = move || std::future::ready(handle.render());
    let router = axum::Router::new().route("/metrics", axum::routing::get(render));
    axum::serve(listener, router).await
}
