//! Opening the database, and refusing one that would lose what was acknowledged (promise P11).

use std::time::Duration;

use anyhow::{Context as _, bail};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite://FILE` or `postgres://…`.
    pub url: String,
    /// Connections for reading; the writer has one of its own besides.
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

/// How often, and how long apart, a SQLite file that another process is making is tried.
const CREATE_ATTEMPTS: u32 = 100;
const CREATE_PAUSE: Duration = Duration::from_millis(50);

/// Pages that a connection to SQLite keeps in memory, in KiB as SQLite wants it. The writer, which
/// look-ups run on, has 64 MB: with the default of 2 MB it would read pages again and again. Each
/// reader, of which there are several, has 4 MB: what it reads it seldom reads twice.
const WRITER_CACHE: &str = "-64000";
const READER_CACHE: &str = "-4000";

/// Opens the writer's one connection, and makes sure that it is durable.
pub(super) async fn open_writer(options: &Options) -> anyhow::Result<DatabaseConnection> {
    let writer = opened(options, 1, WRITER_CACHE, false).await?;
    check_durability(&writer).await?;
    Ok(writer)
}

/// Opens a pool.
pub(super) async fn open(
    options: &Options,
    connections: u32,
) -> anyhow::Result<DatabaseConnection> {
    opened(options, connections, READER_CACHE, false).await
}

/// Opens one connection; for SQLite, creates the file when it is missing.
pub(super) async fn open_or_create(options: &Options) -> anyhow::Result<DatabaseConnection> {
    // Whoever finds another process making the file learns at once that it is locked: SQLite
    // does not wait for its first change of the journal mode.
    for _ in 0..CREATE_ATTEMPTS {
        match opened(options, 1, READER_CACHE, true).await {
            Err(error) if options.is_sqlite() && is_locked(&error) => {
                tokio::time::sleep(CREATE_PAUSE).await;
            }
            result => return result,
        }
    }
    opened(options, 1, READER_CACHE, true).await
}

fn is_locked(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.to_string().contains("database is locked"))
}

async fn opened(
    options: &Options,
    connections: u32,
    cache: &'static str,
    create: bool,
) -> anyhow::Result<DatabaseConnection> {
    let mut connect = ConnectOptions::new(&options.url);
    connect
        .max_connections(connections)
        .min_connections(0)
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(create)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                // Deleted content is overwritten, so that erasure erases.
                .pragma("secure_delete", "ON")
                .pragma("cache_size", cache)
                // 64 MB of log before it is copied into the file: under load the default of 4 MB
                // would copy, and sync twice more, several times a second.
                .pragma("wal_autocheckpoint", "16384")
        })
        .map_sqlx_postgres_opts(|postgres| {
            postgres.application_name("glasklar").options([
                ("lock_timeout", PATIENCE),
                ("idle_in_transaction_session_timeout", PATIENCE),
                ("plan_cache_mode", "force_generic_plan"),
                // Everything is found by a key. Without statistics of a young table PostgreSQL
                // would rather read all of it, and the head would be held for that long.
                ("enable_hashjoin", "off"),
                ("enable_mergejoin", "off"),
                ("enable_seqscan", "off"),
                ("jit", "off"),
            ])
        });
    let hint = if options.is_sqlite() {
        "cannot open the SQLite file; check database.url, and run `glasklar migrate` to make one"
    } else {
        "cannot reach the PostgreSQL server; check database.url"
    };
    Database::connect(connect).await.context(hint)
}

/// Reads back the settings that durability rests on.
async fn check_durability(writer: &DatabaseConnection) -> anyhow::Result<()> {
    if writer.get_database_backend() == DbBackend::Sqlite {
        let journal: String = setting(writer, "PRAGMA journal_mode").await?;
        let synchronous: i64 = setting(writer, "PRAGMA synchronous").await?;
        if journal != "wal" || synchronous != 2 {
            bail!(
                "SQLite answers journal_mode={journal}, synchronous={synchronous}; \
                 it must be wal and 2 (FULL), or acknowledged entries could be lost"
            );
        }
        return Ok(());
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

    #[tokio::test]
    async fn every_connection_to_sqlite_keeps_what_it_acknowledges_and_erases_what_it_deletes() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("glasklar.db").display());
        let options = Options::new(url, 2);
        open_or_create(&options).await.unwrap().close().await.unwrap();
        let reader = open(&options, options.pool).await.unwrap();
        let writer = open_writer(&options).await.unwrap();
        for (connection, cache) in [(&reader, -4_000), (&writer, -64_000)] {
            let journal: String = setting(connection, "PRAGMA journal_mode").await.unwrap();
            assert_eq!(journal, "wal");
            for (name, expected) in [
                ("synchronous", 2_i64),
                ("foreign_keys", 1),
                ("secure_delete", 1),
                ("busy_timeout", 10_000),
                ("cache_size", cache),
            ] {
                let sql = format!("PRAGMA {name}");
                let value: i64 = setting(connection, &sql).await.unwrap();
                assert_eq!(value, expected, "{name}");
            }
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
