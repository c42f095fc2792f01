//! What can go wrong with the database, in four words.

use rusqlite::ErrorCode;
use sea_orm::{DbErr, RuntimeErr};

/// A failure of storage. Its text is for logs; no caller ever sees it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database does not answer, is locked, or the writer has stopped. Trying again helps.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Two writers wanted the same unique value. Asking again shows the other's.
    #[error("a unique value exists already")]
    Conflict,
    /// A row that cannot be what was written. Somebody must look.
    #[error("the database holds what was never written: {0}")]
    Corrupt(String),
    /// Anything else the database said.
    #[error("the database refused: {0}")]
    Database(String),
}

impl Error {
    /// A row that cannot be read, with the column that shows it.
    pub(crate) fn corrupt(what: &str) -> Self {
        Self::Corrupt(what.to_owned())
    }

    /// Whatever keeps the record from being written, callers may try again.
    pub(super) fn of_record(self) -> Self {
        match self {
            Self::Database(text) => Self::Unavailable(text),
            Self::Unavailable(_) | Self::Conflict | Self::Corrupt(_) => self,
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "what is not temporary is all alike")]
impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if let Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) = error.sql_err() {
            return Self::Conflict;
        }
        let text = error.to_string();
        match error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable(text),
            DbErr::Exec(RuntimeErr::SqlxError(ref cause))
            | DbErr::Query(RuntimeErr::SqlxError(ref cause)) => {
                if temporary(cause) {
                    Self::Unavailable(text)
                } else {
                    Self::Database(text)
                }
            }
            DbErr::Type(_) => Self::Corrupt(text),
            _ => Self::Database(text),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        DbErr::Query(RuntimeErr::SqlxError(error.into())).into()
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        let Some(failure) = error.sqlite_error() else {
            // Not SQLite but the reading of a column complains.
            return Self::Corrupt(text);
        };
        let temporary = matches!(
            failure.code,
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::CannotOpen
        );
        if temporary {
            Self::Unavailable(text)
        } else if UNIQUE.contains(&failure.extended_code) {
            Self::Conflict
        } else {
            Self::Database(text)
        }
    }
}

/// SQLite's complaints about a value that must be unique, in a primary key or elsewhere.
const UNIQUE: [i32; 2] =
    [rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY, rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE];

/// Whether the database may well answer next time: lost connections, locks, shutdowns, a full
/// disk. PostgreSQL's classes 08, 40, 53, 55 and 57; SQLite's BUSY, LOCKED and FULL.
#[expect(clippy::wildcard_enum_match_arm, reason = "what is not temporary is all alike")]
fn temporary(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(database) => database.code().is_some_and(|code| {
            ["08", "40", "53", "55", "57"]
                .iter()
                .any(|class| code.len() == 5 && code.starts_with(class))
                || ["5", "6", "13", "261", "517"].contains(&code.as_ref())
        }),
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs statements on a new connection that waits for nobody.
    fn run(file: &std::path::Path, sql: &str) -> Result<rusqlite::Connection, Error> {
        let connection = rusqlite::Connection::open(file)?;
        connection.busy_timeout(std::time::Duration::ZERO)?;
        connection.execute_batch(sql)?;
        Ok(connection)
    }

    #[test]
    fn a_sqlite_that_is_locked_full_or_missing_is_not_available() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("glasklar.db");
        run(&file, "CREATE TABLE t (id INTEGER PRIMARY KEY, value BLOB UNIQUE)").unwrap();
        let full = "PRAGMA max_page_count = 4; INSERT INTO t VALUES (1, zeroblob(100000))";
        assert!(matches!(run(&file, full), Err(Error::Unavailable(_))));
        let holder = run(&file, "BEGIN IMMEDIATE").unwrap();
        assert!(matches!(run(&file, "BEGIN IMMEDIATE"), Err(Error::Unavailable(_))));
        drop(holder);
        let missing = run(&folder.path().join("no/folder"), "");
        assert!(matches!(missing, Err(Error::Unavailable(_))));
    }

    #[test]
    fn a_value_that_exists_in_sqlite_already_is_a_conflict_and_anything_else_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("glasklar.db");
        run(&file, "CREATE TABLE t (id INTEGER PRIMARY KEY, value TEXT UNIQUE)").unwrap();
        run(&file, "INSERT INTO t VALUES (1, 'a')").unwrap();
        for taken in ["(1, 'b')", "(2, 'a')"] {
            let sql = format!("INSERT INTO t VALUES {taken}");
            assert!(matches!(run(&file, &sql), Err(Error::Conflict)), "{taken}");
        }
        let refused = run(&file, "INSERT INTO elsewhere VALUES (1)");
        assert!(matches!(refused, Err(Error::Database(_))));
    }
}
