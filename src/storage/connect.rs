//! Opening the database, and refusing one that would lose what was acknowledged (promise P11).

use std::time::Duration;

use anyhow::{Context as _, bail};
use rusqlite::OpenFlags;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::SqliteConnectOptions;
use tokio::time::timeout;

use super::Error;

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite://FILE` or `postgres://…`.
    pub url: String,
    /// Connections for reading; the writer has two of its own besides.
    pub pool: u32,
    /// Most look-ups that share a transaction.
    pub group: usize,
    /// How long the writer waits for the database before it takes another connection: longer
    /// than every limit the database itself is given, because what was begun may still commit.
    pub patience: Duration,
    /// A bug to plant, to see the tests catch it.
    #[cfg(feature = "sabotage")]
    pub sabotage: super::sabotage::Sabotage,
}

impl Options {
    /// The usual options for a database.
    pub fn new(url: impl Into<String>, pool: u32) -> Self {
        Self {
            url: url.into(),
            pool,
            group: super::writer::GROUP,
            patience: Duration::from_secs(60),
            #[cfg(feature = "sabotage")]
            sabotage: super::sabotage::Sabotage::default(),
        }
    }

    /// Whether the database is SQLite's, which serves one process only.
    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }
}

/// Oldest PostgreSQL that is tested.
const POSTGRES_MIN: i64 = 15;

/// How long a statement waits for a lock, and a transaction may sit idle, before PostgreSQL ends
/// it: longer than any write of ours takes, shorter than callers wait.
const PATIENCE: &str = "10s";

/// How long a statement waits for SQLite's one lock.
const BUSY: Duration = Duration::from_secs(10);

/// How long opening a connection may take.
const OPENING: Duration = Duration::from_secs(5);

/// Pages that a connection to SQLite keeps in memory, in KiB as SQLite wants it. Look-ups have
/// 64 MB: with the default of 2 MB they would read the same pages again and again. Every other
/// connection has 8 MB, because there are several, and what they read they seldom read twice.
const LOOK_UPS_CACHE: (&str, &str) = ("cache_size", "-64000");
const CACHE: (&str, &str) = ("cache_size", "-8000");

/// What every connection to SQLite is set to besides.
const SQLITE: [(&str, &str); 5] = [
    ("foreign_keys", "ON"),
    ("journal_mode", "WAL"),
    ("synchronous", "FULL"),
    // Deleted content is overwritten, so that erasure erases.
    ("secure_delete", "ON"),
    // 64 MB of log before it is copied into the file: under load the default of 4 MB would copy,
    // and sync twice more, several times a second.
    ("wal_autocheckpoint", "16384"),
];

/// What every connection to PostgreSQL is set to.
const POSTGRES: [(&str, &str); 8] = [
    ("lock_timeout", PATIENCE),
    ("idle_in_transaction_session_timeout", PATIENCE),
    ("plan_cache_mode", "force_generic_plan"),
    // Everything is found by a key. Without statistics of a young table PostgreSQL would rather
    // read all of it, and the head would be held for that long.
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_seqscan", "off"),
    ("jit", "off"),
    // The form that look-ups, which ask in text, can read.
    ("bytea_output", "hex"),
];

/// How often, and how long apart, a SQLite file that another process is making is tried.
const CREATE_ATTEMPTS: u32 = 100;
const CREATE_PAUSE: Duration = Duration::from_millis(50);

/// Opens the writer's one connection, and makes sure that it is durable.
pub(super) async fn open_writer(options: &Options) -> anyhow::Result<DatabaseConnection> {
    let writer = open(options, 1).await?;
    check_durability(&writer).await?;
    Ok(writer)
}

/// Opens a pool.
pub(super) async fn open(
    options: &Options,
    connections: u32,
) -> anyhow::Result<DatabaseConnection> {
    opened(options, connections, false).await
}

/// Opens one connection; for SQLite, creates the file when it is missing.
pub(super) async fn open_or_create(options: &Options) -> anyhow::Result<DatabaseConnection> {
    // Whoever finds another process making the file learns at once that it is locked: SQLite
    // does not wait for its first change of the journal mode.
    for _ in 0..CREATE_ATTEMPTS {
        match opened(options, 1, true).await {
            Err(error) if options.is_sqlite() && is_locked(&error) => {
                tokio::time::sleep(CREATE_PAUSE).await;
            }
            result => return result,
        }
    }
    opened(options, 1, true).await
}

fn is_locked(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.to_string().contains("database is locked"))
}

async fn opened(
    options: &Options,
    connections: u32,
    create: bool,
) -> anyhow::Result<DatabaseConnection> {
    let mut connect = ConnectOptions::new(&options.url);
    connect
        .max_connections(connections)
        .min_connections(0)
        .acquire_timeout(OPENING)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite.create_if_missing(create).busy_timeout(BUSY);
            let settings = SQLITE.into_iter().chain([CACHE]);
            settings.fold(sqlite, |sqlite, (name, value)| sqlite.pragma(name, value))
        })
        .map_sqlx_postgres_opts(postgres);
    Database::connect(connect).await.context(hint(options))
}

fn hint(options: &Options) -> &'static str {
    if options.is_sqlite() {
        "cannot open the SQLite file; check database.url, and run `glasklar migrate` to make one"
    } else {
        "cannot reach the PostgreSQL server; check database.url"
    }
}

fn postgres(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("glasklar").options(POSTGRES)
}

/// Opens the connection to PostgreSQL that look-ups have to themselves.
pub(super) async fn open_postgres(options: &Options) -> Result<PgConnection, Error> {
    let connect = postgres(options.url.parse()?).disable_statement_logging();
    match timeout(OPENING, connect.connect()).await {
        Ok(connection) => Ok(connection?),
        Err(_) => Err(Error::Unavailable("connecting took too long".to_owned())),
    }
}

/// Opens the connection to SQLite that look-ups have to themselves, and makes sure that it is
/// durable.
pub(super) fn open_sqlite(options: &Options) -> Result<rusqlite::Connection, Error> {
    let file: SqliteConnectOptions = options.url.parse()?;
    // Only the writer's thread uses it.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(file.get_filename(), flags)?;
    connection.busy_timeout(BUSY)?;
    for (name, value) in SQLITE.into_iter().chain([LOOK_UPS_CACHE]) {
        connection.pragma_update(None, name, value)?;
    }
    let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    let synchronous = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    check_sqlite(&journal, synchronous).map_err(|error| Error::Database(error.to_string()))?;
    Ok(connection)
}

/// Reads back the settings that durability rests on.
async fn check_durability(writer: &DatabaseConnection) -> anyhow::Result<()> {
    if writer.get_database_backend() == DbBackend::Sqlite {
        let journal: String = setting(writer, "PRAGMA journal_mode").await?;
        let synchronous: i64 = setting(writer, "PRAGMA synchronous").await?;
        return check_sqlite(&journal, synchronous);
    }
    let version: i32 =
        setting(writer, "SELECT current_setting('server_version_num')::int / 10000").await?;
    if i64::from(version) < POSTGRES_MIN {
        bail!("PostgreSQL {version} is too old; {POSTGRES_MIN} or newer is needed");
    }
    for (name, unsafe_value) in [("fsync", "off"), ("synchronous_commit", "off")] {
        let sql = format!("SELECT current_setting('{name}')");
        let value: String = setting(writer, &sql).await?;
        if value == unsafe_value {
            bail!("PostgreSQL has {name}={value}; acknowledged entries could be lost");
        }
    }
    Ok(())
}

fn check_sqlite(journal: &str, synchronous: i64) -> anyhow::Result<()> {
    if journal == "wal" && synchronous == 2 {
        return Ok(());
    }
    bail!(
        "SQLite answers journal_mode={journal}, synchronous={synchronous}; \
         it must be wal and 2 (FULL), or acknowledged entries could be lost"
    );
}

async fn setting<T: sea_orm::TryGetable>(
    connection: &DatabaseConnection,
    sql: &str,
) -> anyhow::Result<T> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await?;
    Ok(row.context("the database gives no answer about its settings")?.try_get_by_index(0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: [(&str, i64); 5] = [
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 10_000),
        ("wal_autocheckpoint", 16_384),
    ];

    #[tokio::test]
    async fn every_connection_to_sqlite_keeps_what_it_acknowledges_and_erases_what_it_deletes() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("glasklar.db").display());
        let options = Options::new(url, 2);
        open_or_create(&options).await.unwrap().close().await.unwrap();
        let reader = open(&options, options.pool).await.unwrap();
        let writer = open_writer(&options).await.unwrap();
        for connection in [&reader, &writer] {
            let journal: String = setting(connection, "PRAGMA journal_mode").await.unwrap();
            assert_eq!(journal, "wal");
            for (name, expected) in SETTINGS.into_iter().chain([("cache_size", -8_000)]) {
                let sql = format!("PRAGMA {name}");
                let value: i64 = setting(connection, &sql).await.unwrap();
                assert_eq!(value, expected, "{name}");
            }
        }
        let look_ups = open_sqlite(&options).unwrap();
        for (name, expected) in SETTINGS.into_iter().chain([("cache_size", -64_000)]) {
            let value: i64 = look_ups.pragma_query_value(None, name, |row| row.get(0)).unwrap();
            assert_eq!(value, expected, "{name} of the look-ups' connection");
        }
        check_durability(&writer).await.unwrap();
    }

    #[tokio::test]
    async fn a_database_that_would_lose_entries_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("glasklar.db").display());
        let connection = open_or_create(&Options::new(url, 1)).await.unwrap();
        for (set, back) in [
            ("PRAGMA synchronous = NORMAL", "PRAGMA synchronous = FULL"),
            ("PRAGMA journal_mode = DELETE", "PRAGMA journal_mode = WAL"),
        ] {
            connection.execute_unprepared(set).await.unwrap();
            let refused = check_durability(&connection).await.unwrap_err().to_string();
            assert!(refused.contains("acknowledged entries could be lost"), "{refused}");
            connection.execute_unprepared(back).await.unwrap();
        }
        check_durability(&connection).await.unwrap();
    }
}
