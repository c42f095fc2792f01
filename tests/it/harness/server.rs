//! A real server for each test: real database, real sockets, a clock that the test sets. When it
//! finishes, the whole ledger is verified, so every test is an audit test too.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use glasklar::app::fetches::Fetching;
use glasklar::app::models::Models;
use glasklar::app::topics::Topics;
use glasklar::app::{App, Parts};
use glasklar::auth::{Authenticator, DevelopmentKey, Identity, TokenRequest};
use glasklar::clock::Clock;
use glasklar::config::Config;
use glasklar::domain::time::Timestamp;
use glasklar::ledger::checkpoint::SigningKey;
use glasklar::mail::{Mailer, Message};
use glasklar::server::{self, Listeners, Options};
use glasklar::storage::sabotage::{Bug, Sabotage};
use glasklar::storage::{self, Store};
use glasklar::vault::Vault;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};

use super::clients::{Auditor, Candidate, Operator, Recruiter};
use super::database::{self, Database};

/// When every test begins: a Sunday in 2026.
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_795_356_000);

/// The name of the ledger in checkpoints.
pub(crate) const ORIGIN: &str = "glasklar.test/ledger";

/// What servers on one database share.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) database: Arc<Database>,
    pub(crate) clock: Clock,
    pub(crate) key: Arc<DevelopmentKey>,
    pub(crate) vault: Vault,
    pub(crate) outbox: Arc<Mutex<Vec<Message>>>,
    pub(crate) fetching: Fetching,
    pub(crate) models: Models,
    pub(crate) topics: Topics,
}

/// A server under test.
pub(crate) struct Server {
    pub(crate) world: World,
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    pub(crate) health: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<anyhow::Result<()>>>,
}

/// Made once: it takes longer than many a test.
fn topics() -> Topics {
    static TOPICS: OnceLock<Topics> = OnceLock::new();
    TOPICS.get_or_init(|| Topics::new(None).unwrap()).clone()
}

impl World {
    /// An empty database of the selected kind with the schema in it.
    pub(crate) async fn new() -> Self {
        Self::on(Database::create().await).await
    }

    /// The same on a given database.
    pub(crate) async fn on(database: Database) -> Self {
        let options = storage::Options::new(database.url(), 1);
        Store::migrate(&options).await.expect("the schema can be created");
        Self {
            database: Arc::new(database),
            clock: Clock::settable(START),
            key: Arc::new(DevelopmentKey::generate().unwrap()),
            vault: Vault::ephemeral(),
            outbox: Arc::default(),
            fetching: Config::defaults().unwrap().fetching().unwrap(),
            models: Models::new("", &[]).unwrap(),
            topics: topics(),
        }
    }

    /// How servers of this world reach the database.
    pub(crate) fn storage(&self) -> storage::Options {
        storage::Options::new(self.database.url(), database::pool())
    }

    /// What an application of this world is made of.
    pub(crate) fn parts(&self, database: storage::Options) -> Parts {
        Parts {
            database,
            vault: self.vault.clone(),
            clock: self.clock.clone(),
            mailer: Mailer::Memory(Arc::clone(&self.outbox)),
            checkpoint_key: SigningKey::from_seed(ORIGIN, &[7; 32]).unwrap(),
            models: self.models.clone(),
            topics: self.topics.clone(),
            fetching: self.fetching.clone(),
        }
    }

    /// A token that is good for 15 minutes from now.
    pub(crate) fn token(&self, identity: Identity, subject: &str) -> String {
        let lifetime = Duration::from_secs(15 * 60);
        let request = TokenRequest { identity, subject: subject.to_owned(), lifetime };
        self.key.mint(&request, self.clock.now()).unwrap()
    }

    /// Starts a server; several may serve one world.
    pub(crate) async fn serve(&self, storage: storage::Options, options: Options) -> Server {
        let app = Box::pin(App::start(self.parts(storage))).await.expect("the application starts");
        let authenticator = Authenticator::new(Vec::new(), Some(self.key.public_key())).unwrap();
        let grpc = server::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let health = server::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = grpc.local_addr().unwrap();
        let health_address = health.local_addr().unwrap();
        let listeners = Listeners { grpc, health: Some(health), metrics: None };
        let (stop, stopped) = oneshot::channel();
        let serving = server::serve(app.clone(), authenticator, options, listeners, async {
            let _ = stopped.await;
        });
        Server {
            world: self.clone(),
            app,
            address,
            health: health_address,
            stop: Some(stop),
            serving: Some(tokio::spawn(serving)),
        }
    }
}

impl Server {
    /// A server on an empty database.
    pub(crate) async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    /// The same with other limits.
    pub(crate) async fn start_with(options: Options) -> Self {
        let world = World::new().await;
        let storage = world.storage();
        world.serve(storage, options).await
    }

    /// The same with other rules for fetching.
    pub(crate) async fn start_fetching(change: impl FnOnce(&mut Fetching)) -> Self {
        let mut world = World::new().await;
        change(&mut world.fetching);
        let storage = world.storage();
        world.serve(storage, Options::default()).await
    }

    /// The same with a bug planted.
    pub(crate) async fn sabotaged(bug: Bug) -> Self {
        let world = World::new().await;
        let mut storage = world.storage();
        storage.sabotage = Sabotage::plant(bug);
        world.serve(storage, Options::default()).await
    }

    /// Another server on the same database, as a replica would be.
    pub(crate) async fn replica(&self) -> Self {
        let storage = self.world.storage();
        self.world.serve(storage, Options::default()).await
    }

    /// A connection of its own.
    pub(crate) async fn connect(&self) -> Channel {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).unwrap();
        endpoint.connect().await.expect("the server accepts connections")
    }

    /// Somebody who registers organizations.
    pub(crate) async fn operator(&self) -> Operator {
        Operator::new(self.world.clone(), self.connect().await)
    }

    /// A registered organization's recruiter.
    pub(crate) async fn recruiter(&self, organization: &str) -> Recruiter {
        self.operator().await.register(organization).await;
        self.unregistered_recruiter(organization).await
    }

    /// A recruiter whose organization may not be registered.
    pub(crate) async fn unregistered_recruiter(&self, organization: &str) -> Recruiter {
        Recruiter::new(self.world.clone(), self.connect().await, organization)
    }

    /// A candidate who enrolled and confirmed `<name>@example.org`, without evidence.
    pub(crate) async fn candidate(&self, name: &str) -> Candidate {
        let candidate = self.stranger(name).await;
        candidate.enroll().await;
        candidate.confirm().await;
        candidate
    }

    /// A candidate with evidence: the invented X archive.
    pub(crate) async fn scored_candidate(&self, name: &str) -> Candidate {
        let candidate = self.candidate(name).await;
        let today = self.world.clock.now().day();
        candidate.upload(glasklar::demo::x_archive(today)).await.expect("the archive is imported");
        candidate
    }

    /// Somebody who has a token but did not enrol.
    pub(crate) async fn stranger(&self, name: &str) -> Candidate {
        Candidate::new(self.world.clone(), self.connect().await, name)
    }

    /// Somebody who checks the record.
    pub(crate) async fn auditor(&self) -> Auditor {
        Auditor::new(self.world.clone(), self.connect().await)
    }

    /// Stops the server without looking at the ledger.
    pub(crate) async fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(serving) = self.serving.take() {
            let stopped = tokio::time::timeout(Duration::from_secs(30), serving).await;
            stopped.expect("the server stops in time").unwrap().unwrap();
        }
    }

    /// Why the server ended by itself.
    pub(crate) async fn failure(&mut self) -> String {
        let serving = self.serving.take().expect("it was not stopped");
        let ended = tokio::time::timeout(Duration::from_secs(30), serving).await;
        let error = ended.expect("the server ends").unwrap().expect_err("it fails");
        format!("{error:#}")
    }

    /// Stops the server, and verifies that the whole ledger is what was recorded.
    pub(crate) async fn finish(mut self) {
        self.stop().await;
        let audit = self.app.audit(Vec::new()).await.unwrap();
        assert!(audit.is_intact(), "{:?} {:?}", audit.report.findings, audit.columns);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let forgotten = self.serving.is_some() && !std::thread::panicking();
        assert!(!forgotten, "a test must call finish(), which verifies the ledger");
    }
}
