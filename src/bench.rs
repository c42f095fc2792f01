//! Measuring look-ups: as many as go through, over real sockets, each one a durable write. Beside
//! them, in the same run, a bare echo of the same size, because machines differ and the ratio
//! says more than a number. Imports are measured beside.

mod channels;
mod child;
mod echo;
pub mod explain;
pub mod exports;
mod imports;
mod load;
mod seed;
mod tokens;

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::app::models::Models;
use crate::app::topics::Topics;
use crate::app::{App, Parts};
use crate::auth::{Authenticator, DevelopmentKey, Identity, TokenRequest};
use crate::clock::Clock;
use crate::config::Config;
use crate::ledger::checkpoint::SigningKey;
use crate::mail::Mailer;
use crate::server::{self, Listeners, Options};
use crate::storage::{self, Store};
use crate::vault::Vault;
use load::{Load, Measured};
use seed::Seeded;

/// Measures.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    other: Option<Other>,
    #[command(flatten)]
    look_ups: LookUps,
}

/// What else there is besides look-ups.
#[derive(clap::Subcommand)]
enum Other {
    /// Measures importing a large export into a server process.
    Import(imports::Arguments),
    /// Writes a large export of a person who does not exist, an X archive unless another network is
    /// named: the same bytes each time.
    Archive(channels::Archive),
    /// Measures reading an export of each network.
    Channels(channels::Arguments),
    /// Measures scoring and explaining, without database and network.
    Explain(explain::Arguments),
}

/// Measures look-ups.
#[derive(clap::Args)]
struct LookUps {
    /// An empty database to use, instead of a new SQLite file in the temporary folder.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// How many candidates look-ups are spread over; a tenth of them refused.
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    candidates: usize,
    /// Runs of each load; medians are printed.
    #[arg(long, value_name = "N", default_value_t = 3)]
    runs: usize,
    /// Seconds of each measurement, after a fifth of it to warm up.
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0)]
    seconds: f64,
    /// Most look-ups that share a transaction, instead of the product's own number.
    #[arg(long, value_name = "N")]
    group: Option<usize>,
}

/// Connections, and calls in flight on each.
const LOADS: [(usize, usize); 3] = [(8, 32), (8, 4), (1, 1)];

/// Measures what was asked for, look-ups unless something else was.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    match &arguments.other {
        Some(Other::Import(arguments)) => imports::run(arguments),
        Some(Other::Archive(arguments)) => channels::archive(arguments),
        Some(Other::Channels(arguments)) => channels::run(arguments),
        Some(Other::Explain(arguments)) => explain::run(arguments),
        None => look_ups(&arguments.look_ups),
    }
}

/// Measures look-ups, and prints a table.
fn look_ups(arguments: &LookUps) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("glasklar-bench-").tempdir()?;
    let file = format!("sqlite://{}", folder.path().join("bench.db").display());
    let url = arguments.database.clone().unwrap_or(file);
    // Client and server share the cores, but not their schedulers.
    let (serving, calling) = (Runtime::new()?, Runtime::new()?);
    let bench = serving.block_on(Bench::new(&url, arguments.candidates))?;
    let sync = sync_time(folder.path())?;
    say(&format!("one sync to disk of 8 KiB: p50 {} µs", sync.as_micros()));
    let length = Duration::from_secs_f64(arguments.seconds);
    let mut grouped_most = 0.0;
    for (connections, in_flight) in LOADS {
        let load = Load { connections, in_flight, length };
        let mut runs = Vec::new();
        for _ in 0..arguments.runs.max(1) {
            let before = bench.echo(&serving, &calling, load)?;
            let look_ups = bench.look_ups(&serving, &calling, load, arguments.group)?;
            let after = bench.echo(&serving, &calling, load)?;
            runs.push(Run { echo: before.mean(&after), look_ups });
        }
        let median = median(runs);
        if (connections, in_flight) == LOADS[0] {
            grouped_most = median.look_ups.rate;
        }
        median.print(connections, in_flight);
    }
    let (connections, in_flight) = LOADS[0];
    let load = Load { connections, in_flight, length };
    let single = bench.look_ups(&serving, &calling, load, Some(1))?;
    say(&format!(
        "one transaction each, {connections} × {in_flight}: {:.0}/s; grouped {:.1} × that",
        single.rate,
        grouped_most / single.rate
    ));
    serving.shutdown_timeout(Duration::from_secs(1));
    Ok(())
}

/// One run of one load.
struct Run {
    echo: Measured,
    look_ups: Measured,
}

impl Run {
    fn ratio(&self) -> f64 {
        self.look_ups.rate / self.echo.rate
    }

    fn print(&self, connections: usize, in_flight: usize) {
        let Self { echo, look_ups } = self;
        say(&format!(
            "{connections} × {in_flight:<2}  look-ups {:>7.0}/s  p50 {:>6.2} ms  p99 {:>6.2} ms   \
             echo {:>7.0}/s  p50 {:>6.2} ms  p99 {:>6.2} ms   ratio {:.2}   ({} shown, {} refused)",
            look_ups.rate,
            look_ups.p50,
            look_ups.p99,
            echo.rate,
            echo.p50,
            echo.p99,
            self.ratio(),
            look_ups.shown,
            look_ups.refused,
        ));
    }
}

/// The run with the median ratio.
fn median(mut runs: Vec<Run>) -> Run {
    runs.sort_by(|a, b| a.ratio().total_cmp(&b.ratio()));
    let middle = runs.len() / 2;
    runs.swap_remove(middle)
}

/// A seeded database with what is needed to serve it.
struct Bench {
    url: String,
    vault: Vault,
    key: Arc<DevelopmentKey>,
    seeded: Arc<Seeded>,
}

impl Bench {
    async fn new(url: &str, candidates: usize) -> anyhow::Result<Self> {
        Store::migrate(&storage::Options::new(url, 1)).await?;
        let (vault, key) = (Vault::ephemeral(), Arc::new(DevelopmentKey::generate()?));
        let started = Instant::now();
        let app =
            Box::pin(App::start(parts(storage::Options::new(url, 2), vault.clone())?)).await?;
        let seeded = seed::seed(&app, candidates).await?;
        say(&format!("{candidates} candidates in {:.1} s", started.elapsed().as_secs_f64()));
        Ok(Self { url: url.to_owned(), vault, key, seeded: Arc::new(seeded) })
    }

    /// Measures look-ups against a server of its own.
    fn look_ups(
        &self,
        serving: &Runtime,
        calling: &Runtime,
        load: Load,
        group: Option<usize>,
    ) -> anyhow::Result<Measured> {
        let mut database = storage::Options::new(&self.url, 4);
        database.group = group.unwrap_or(database.group);
        let (address, stop) = serving.block_on(async {
            let app = Box::pin(App::start(parts(database, self.vault.clone())?)).await?;
            let authenticator = Authenticator::new(Vec::new(), Some(self.key.public_key()))?;
            let grpc = server::bind(([127, 0, 0, 1], 0).into()).await?;
            let address = grpc.local_addr()?;
            let listeners = Listeners { grpc, health: None, metrics: None };
            let (stop, stopped) = oneshot::channel::<()>();
            let options = Options { drain: Duration::from_secs(1), ..Options::default() };
            tokio::spawn(server::serve(app, authenticator, options, listeners, async {
                let _ = stopped.await;
            }));
            anyhow::Ok((address, stop))
        })?;
        let measured = self.measure(calling, address, load);
        let _ = stop.send(());
        measured
    }

    /// Measures the bare echo: the same message back, and nothing else.
    fn echo(&self, serving: &Runtime, calling: &Runtime, load: Load) -> anyhow::Result<Measured> {
        let (address, stop) = serving.block_on(echo::serve(self.seeded.profile()))?;
        let measured = self.measure(calling, address, load);
        let _ = stop.send(());
        measured
    }

    fn measure(
        &self,
        calling: &Runtime,
        address: SocketAddr,
        load: Load,
    ) -> anyhow::Result<Measured> {
        let identity = Identity::Recruiter(seed::ORGANIZATION.parse()?);
        let lifetime = Duration::from_mins(15);
        let request = TokenRequest { identity, subject: "bench".to_owned(), lifetime };
        let token = self.key.mint(&request, Clock::System.now())?;
        calling.block_on(load::measure(address, &token, Arc::clone(&self.seeded), load))
    }
}

fn parts(database: storage::Options, vault: Vault) -> anyhow::Result<Parts> {
    Ok(Parts {
        database,
        vault,
        clock: Clock::System,
        mailer: Mailer::Print,
        checkpoint_key: SigningKey::from_seed("glasklar.example/bench", &[0; 32])?,
        models: Models::new("", &[])?,
        topics: Topics::new(None)?,
        fetching: Config::defaults()?.fetching()?,
    })
}

/// What one durable commit costs at least: appending 8 KiB and syncing it.
fn sync_time(folder: &std::path::Path) -> anyhow::Result<Duration> {
    let mut file = std::fs::File::create(folder.join("sync"))?;
    let mut times = Vec::new();
    for _ in 0..200 {
        file.write_all(&[0; 8192])?;
        let started = Instant::now();
        file.sync_data()?;
        times.push(started.elapsed());
    }
    times.sort();
    times.get(times.len() / 2).copied().context("times were measured")
}

/// Prints; a reader that has gone away is no error of the benchmark.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
