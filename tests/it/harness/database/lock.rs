//! Trouble for whoever writes: the ledger's head held by somebody else, and tables that take
//! nothing any more.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use super::{Database, Place};

/// The head of the ledger, taken by somebody who is not a server.
pub(crate) enum Lock {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    /// Takes the head of the ledger as a writer would, and keeps it until it is released.
    pub(crate) async fn lock(&self) -> Lock {
        match &self.place {
            Place::Folder { .. } => {
                let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
                sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
                Lock::Sqlite(connection)
            }
            Place::Server { .. } => {
                let mut connection = PgConnection::connect(&self.url).await.unwrap();
                let take = "BEGIN; SELECT size FROM ledger_head WHERE id = 1 FOR UPDATE";
                sqlx::raw_sql(take).execute(&mut connection).await.unwrap();
                Lock::Postgres(connection)
            }
        }
    }

    /// What a query with one column of text finds.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let safe = AssertSqlSafe(sql.to_owned());
        let found = match &self.place {
            Place::Folder { .. } => {
                let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(safe).fetch_all(&mut connection).await
            }
            Place::Server { .. } => {
                let mut connection = PgConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(safe).fetch_all(&mut connection).await
            }
        };
        found.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Whether the database takes a statement.
    pub(crate) async fn accepts(&self, sql: &str) -> Result<(), String> {
        let statement = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let outcome = match &self.place {
            Place::Folder { .. } => {
                let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
                statement.execute(&mut connection).await.map(drop)
            }
            Place::Server { .. } => {
                let mut connection = PgConnection::connect(&self.url).await.unwrap();
                statement.execute(&mut connection).await.map(drop)
            }
        };
        outcome.map_err(|error| error.to_string())
    }

    /// Has a table of the ledger refuse what servers write into it. Renaming it would not do: on
    /// SQLite, sqlx 0.9 may panic where a statement that it keeps loses its table.
    pub(crate) async fn break_writes(&self, table: &str) {
        let event = if table == "ledger_head" { "UPDATE" } else { "INSERT" };
        let sql = match &self.place {
            Place::Folder { .. } => format!(
                "CREATE TRIGGER broken BEFORE {event} ON {table} \
                 BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END"
            ),
            Place::Server { .. } => format!(
                "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'the disk is on fire'; END $$; \
                 CREATE TRIGGER broken BEFORE {event} ON {table} EXECUTE FUNCTION broken()"
            ),
        };
        self.execute(&sql).await;
    }

    /// Undoes that.
    pub(crate) async fn mend_writes(&self, table: &str) {
        let sql = match &self.place {
            Place::Folder { .. } => "DROP TRIGGER broken".to_owned(),
            Place::Server { .. } => {
                format!("DROP TRIGGER broken ON {table}; DROP FUNCTION broken()")
            }
        };
        self.execute(&sql).await;
    }

    /// Has the ledger's head stay where it is, without an error, whatever servers write into it.
    pub(crate) async fn freeze_head(&self) {
        let sql = match &self.place {
            Place::Folder { .. } => {
                "CREATE TRIGGER frozen BEFORE UPDATE ON ledger_head \
                 BEGIN SELECT RAISE(IGNORE); END"
            }
            Place::Server { .. } => {
                "CREATE FUNCTION frozen() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RETURN NULL; END $$; \
                 CREATE TRIGGER frozen BEFORE UPDATE ON ledger_head \
                 FOR EACH ROW EXECUTE FUNCTION frozen()"
            }
        };
        self.execute(sql).await;
    }

    /// Undoes that.
    pub(crate) async fn thaw_head(&self) {
        let sql = match &self.place {
            Place::Folder { .. } => "DROP TRIGGER frozen",
            Place::Server { .. } => "DROP TRIGGER frozen ON ledger_head; DROP FUNCTION frozen()",
        };
        self.execute(sql).await;
    }

    /// Returns when a server waits for a lock. SQLite does not tell who waits.
    pub(crate) async fn somebody_waits(&self) {
        let waiting = "SELECT 'waits' FROM pg_stat_activity \
                       WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while !self.is_sqlite() && self.texts(waiting).await.is_empty() {}
    }

    /// Whether this is SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.place, Place::Folder { .. })
    }
}

impl Lock {
    /// Lets go, and leaves nothing changed.
    pub(crate) async fn release(self) {
        self.end("ROLLBACK").await;
    }

    /// Changes something while holding the head, and lets go.
    pub(crate) async fn commit(self, change: &str) {
        self.end(&format!("{change}; COMMIT")).await;
    }

    async fn end(self, sql: &str) {
        let statements = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Sqlite(mut connection) => {
                statements.execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
            Self::Postgres(mut connection) => {
                statements.execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
        }
    }
}
