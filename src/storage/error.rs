//! What can go wrong with the database, in four words.

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
        match error.sqlite_error_code() {
            Some(
                rusqlite::ErrorCode::DatabaseBusy
                | rusqlite::ErrorCode::DatabaseLocked
                | rusqlite::ErrorCode::DiskFull
                | rusqlite::ErrorCode::CannotOpen,
            ) => Self::Unavailable(text),
            Some(_) => Self::Database(text),
            // Not SQLite but the reading of a column complains.
            None => Self::Corrupt(text),
        }
    }
}

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
