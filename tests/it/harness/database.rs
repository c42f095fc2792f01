//! Databases for tests: each call gives a fresh and empty one, and dropping it removes it.
//! Nothing here knows the schema; the server under test creates that itself.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod cluster;
mod lock;

use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;
use std::sync::Once;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file in a folder of its own.
    Sqlite,
    /// A database on the server that `TEST_POSTGRES_URL` names, else on a private one.
    Postgres,
}

/// The database the suite runs on, from `TEST_DATABASE`: `sqlite`, which is the default, or
/// `postgres`.
pub(crate) fn selected() -> Kind {
    match variable("TEST_DATABASE").as_deref() {
        None | Some("sqlite") => Kind::Sqlite,
        Some("postgres") => Kind::Postgres,
        Some(other) => panic!("TEST_DATABASE is {other}, but must be sqlite or postgres"),
    }
}

/// How many connections a server under test may open for reading, from `TEST_POOL`; 3 unless
/// told. One finds connections that are taken while another is held.
pub(crate) fn pool() -> u32 {
    let Some(text) = variable("TEST_POOL") else {
        return 3;
    };
    match text.parse() {
        Ok(size) if size > 0 => size,
        _ => panic!("TEST_POOL is {text}, but must be a positive number"),
    }
}

/// A fresh, empty database that is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Database {
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder { _removed_on_drop: TempDir },
    Server { admin: String, name: String },
}

impl Database {
    /// A database of the selected kind. Panics when that kind is not available, because it was
    /// asked for by name.
    pub(crate) async fn create() -> Self {
        let kind = selected();
        match Self::create_of(kind).await {
            Some(database) => database,
            None => panic!("TEST_DATABASE asks for {kind:?}, which is not available"),
        }
    }

    /// A database of this kind, or `None` where PostgreSQL is not available; a banner on standard
    /// error then says once that its tests were not run. Panics instead when
    /// `GLASKLAR_REQUIRE_POSTGRES` is 1.
    pub(crate) async fn create_of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Sqlite => Some(Self::sqlite()),
            Kind::Postgres => Self::postgres().await,
        }
    }

    /// Where it is: `sqlite://FILE` or `postgres://…`, without parameters of ours.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Runs statements behind the server's back, to tamper with rows. Panics when one fails.
    pub(crate) async fn execute(&self, sql: &str) {
        let statements = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let outcome = match &self.place {
            Place::Folder { .. } => {
                let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
                let outcome = statements.execute(&mut connection).await.map(drop);
                connection.close().await.unwrap();
                outcome
            }
            Place::Server { .. } => {
                let mut connection = PgConnection::connect(&self.url).await.unwrap();
                let outcome = statements.execute(&mut connection).await.map(drop);
                connection.close().await.unwrap();
                outcome
            }
        };
        if let Err(error) = outcome {
            panic!("{sql}: {error}");
        }
    }

    fn sqlite() -> Self {
        let folder = tempfile::Builder::new().prefix("glasklar-test-").tempdir().unwrap();
        let file = folder.path().join("glasklar.db");
        // An empty file is an empty database; it spares every caller `mode=rwc`.
        std::fs::File::create(&file).unwrap();
        Self {
            url: format!("sqlite://{}", file.display()),
            place: Place::Folder { _removed_on_drop: folder },
        }
    }

    async fn postgres() -> Option<Self> {
        let admin = match variable("TEST_POSTGRES_URL") {
            Some(url) => Some(url),
            None => cluster::url().await,
        };
        let Some(admin) = admin else {
            report_absence();
            return None;
        };
        // Random, because several processes may share the server.
        let name = format!("glasklar_test_{:016x}", RandomState::new().hash_one(0));
        // template0 has no connections of others, which would make the copy fail.
        administer(&admin, format!("CREATE DATABASE {name} TEMPLATE template0")).await.unwrap();
        Some(Self { url: with_database(&admin, &name), place: Place::Server { admin, name } })
    }
}

/// A database of each kind that is available; SQLite comes first.
pub(crate) async fn both() -> Vec<Database> {
    let mut databases = vec![Database::sqlite()];
    databases.extend(Database::postgres().await);
    databases
}

impl Drop for Database {
    fn drop(&mut self) {
        let Place::Server { admin, name } = &self.place else {
            return;
        };
        let (admin, name) = (admin.clone(), name.clone());
        // The test's own runtime may be shutting down and must not be blocked from within, so
        // another one does it. It is waited for, lest the process end first.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            runtime.block_on(administer(&admin, sql))
        });
        // A database that stays behind is litter, not a failed test.
        let _ = dropping.join();
    }
}

async fn administer(url: &str, sql: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    connection.close().await
}

/// The address of another database on the same server, with the same parameters.
fn with_database(url: &str, name: &str) -> String {
    let (address, parameters) = url.split_once('?').unwrap_or((url, ""));
    let host = address.find("://").map_or(0, |colon| colon + 3);
    let end = address[host..].find('/').map_or(address.len(), |slash| host + slash);
    let separator = if parameters.is_empty() { "" } else { "?" };
    format!("{}/{name}{separator}{parameters}", &address[..end])
}

fn report_absence() {
    const BANNER: &str = "NOT RUN: tests on PostgreSQL — no initdb found; \
                          install PostgreSQL or set TEST_POSTGRES_URL";
    static ONCE: Once = Once::new();
    let required = variable("GLASKLAR_REQUIRE_POSTGRES").is_some_and(|value| value == "1");
    assert!(!required, "{BANNER}");
    ONCE.call_once(|| {
        // Written past the test harness, which would swallow what a passing test prints.
        let message = format!("\n*** {BANNER} ***\n\n");
        std::io::stderr().write_all(message.as_bytes()).unwrap();
    });
}

/// Whether the checked copies of the schema are to be written anew, from
/// `GLASKLAR_UPDATE_SCHEMA`.
pub(crate) fn updates_schema() -> bool {
    variable("GLASKLAR_UPDATE_SCHEMA").is_some_and(|value| value == "1")
}

/// Whether the test vectors are to be computed anew, from `GLASKLAR_UPDATE_VECTORS`.
pub(crate) fn updates_vectors() -> bool {
    variable("GLASKLAR_UPDATE_VECTORS").is_some_and(|value| value == "1")
}

/// A variable of the environment that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the harness is where tests read the environment")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[tokio::test]
async fn two_databases_share_nothing() {
    let (first, second) = (both().await, both().await);
    for (first, second) in first.iter().zip(&second) {
        assert_ne!(first.url(), second.url());
        first.execute("CREATE TABLE only_here (id INTEGER)").await;
        // Would fail if the table were there already.
        second.execute("CREATE TABLE only_here (id INTEGER)").await;
    }
}

#[tokio::test]
async fn a_dropped_database_is_gone() {
    for database in both().await {
        let url = database.url().to_owned();
        drop(database);
        let gone = if url.starts_with("sqlite:") {
            SqliteConnection::connect(&url).await.is_err()
        } else {
            PgConnection::connect(&url).await.is_err()
        };
        assert!(gone, "{url} is still there");
    }
}

#[test]
fn only_the_name_of_the_database_is_replaced_in_an_address() {
    for (url, expected) in [
        ("postgres://a@h:1/old", "postgres://a@h:1/new"),
        ("postgres://a@h:1", "postgres://a@h:1/new"),
        ("postgres://a:b@h/old?sslmode=require", "postgres://a:b@h/new?sslmode=require"),
        ("postgres:///old?host=%2Frun", "postgres:///new?host=%2Frun"),
    ] {
        assert_eq!(with_database(url, "new"), expected);
    }
}
