//! The connection that look-ups have to themselves: either database does the same three things
//! with it. A connection that failed is never used again before it is known to be clean.

use super::super::additions::{Additions, HeldHead, Packed};
use super::super::{Error, connect};
use super::{Row, postgres, sqlite};
use crate::clock::Clock;

/// A connection, opened anew when it was lost.
pub(in super::super) struct Session {
    options: connect::Options,
    model: [u8; 32],
    connection: Option<Connection>,
}

/// What differs between the databases.
enum Connection {
    /// Runs on the writer's own thread: waking another one for each statement costs more than
    /// most statements do.
    Sqlite(rusqlite::Connection),
    /// Three messages to the server for each transaction.
    Postgres(Box<sqlx::PgConnection>),
}

impl Session {
    /// Opens it. `model` is the one in use.
    pub(in super::super) async fn open(
        options: connect::Options,
        model: [u8; 32],
    ) -> Result<Self, Error> {
        let connection = Some(Connection::open(&options).await?);
        Ok(Self { options, model, connection })
    }

    /// Begins a transaction that holds the ledger's head, and finds what the keys name, in their
    /// order. After an error there is no transaction.
    pub(super) async fn begin(
        &mut self,
        keys: &[[u8; 16]],
        clock: &Clock,
    ) -> Result<(Additions, Vec<Row>), Error> {
        let mut connection = self.take().await?;
        let begun = connection.begin(keys, &self.model).await;
        let begun = begun.and_then(|(head, rows)| {
            if rows.len() != keys.len() {
                return Err(Error::corrupt("more than one consent for a look-up"));
            }
            Ok((Additions::onto(&head, clock)?, rows))
        });
        self.keep(connection, begun.is_err()).await;
        begun
    }

    /// Records the additions, and commits. After an error nothing of them is recorded, unless the
    /// connection was lost during the commit itself, when nobody can know.
    pub(super) async fn commit(&mut self, additions: Additions) -> Result<(), Error> {
        let mut connection = self.take().await?;
        let committed = match additions.pack() {
            Ok(Some(packed)) => connection.commit(&packed).await.map_err(Error::of_record),
            Ok(None) => connection.rollback().await,
            Err(error) => Err(error),
        };
        self.keep(connection, committed.is_err()).await;
        committed
    }

    /// Finds without a transaction, as only a bug would.
    #[cfg(feature = "sabotage")]
    pub(super) async fn find(&mut self, keys: &[[u8; 16]]) -> Result<Vec<Row>, Error> {
        let mut connection = self.take().await?;
        let rows = match &mut connection {
            Connection::Sqlite(connection) => sqlite::find(connection, keys, &self.model),
            Connection::Postgres(connection) => postgres::find(connection, keys, &self.model).await,
        };
        self.keep(connection, rows.is_err()).await;
        rows
    }

    /// Whoever is interrupted while using the connection does not give it back.
    async fn take(&mut self) -> Result<Connection, Error> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => Connection::open(&self.options).await,
        }
    }

    /// Gives the connection back; after a failure only if its transaction could be ended.
    async fn keep(&mut self, mut connection: Connection, failed: bool) {
        if !failed || connection.rollback().await.is_ok() {
            self.connection = Some(connection);
        }
    }
}

impl Connection {
    async fn open(options: &connect::Options) -> Result<Self, Error> {
        if options.is_sqlite() {
            return Ok(Self::Sqlite(connect::open_sqlite(options)?));
        }
        let mut connection = connect::open_postgres(options).await?;
        postgres::prepare(&mut connection).await?;
        Ok(Self::Postgres(Box::new(connection)))
    }

    async fn begin(
        &mut self,
        keys: &[[u8; 16]],
        model: &[u8; 32],
    ) -> Result<(HeldHead, Vec<Row>), Error> {
        match self {
            Self::Sqlite(connection) => sqlite::begin(connection, keys, model),
            Self::Postgres(connection) => postgres::begin(connection, keys, model).await,
        }
    }

    async fn commit(&mut self, packed: &Packed) -> Result<(), Error> {
        match self {
            Self::Sqlite(connection) => sqlite::commit(connection, packed),
            Self::Postgres(connection) => postgres::commit(connection, packed).await,
        }
    }

    /// Ends the transaction, if there is one.
    async fn rollback(&mut self) -> Result<(), Error> {
        match self {
            Self::Sqlite(connection) => sqlite::rollback(connection),
            Self::Postgres(connection) => postgres::rollback(connection).await,
        }
    }
}
