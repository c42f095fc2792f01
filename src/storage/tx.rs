//! A transaction that holds the ledger's head: everything read in it is current, entries get
//! their place in it, and it commits all at once.

use std::ops::Deref;
use std::sync::Arc;

use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait as _,
};

use super::ledger::Pending;
use super::{Error, View};
use crate::clock::Clock;
use crate::domain::entry::Entry;
use crate::domain::time::Timestamp;
use crate::ledger::tree::Frontier;

/// The writer's transaction. Dropped without a commit, it leaves nothing behind.
#[must_use = "a transaction that is not committed is rolled back"]
pub struct Tx {
    view: View,
    transaction: Arc<DatabaseTransaction>,
    frontier: Frontier,
    now: Timestamp,
    pending: Vec<Pending>,
}

impl Deref for Tx {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

/// Takes the head and reads it, and the clock after it: the outer query runs only once the inner
/// one holds the row.
const LOCK_HEAD_POSTGRES: &str = "\
    WITH head AS MATERIALIZED (\
        SELECT size, frontier, last_time FROM ledger_head WHERE id = 1 FOR UPDATE\
    ) \
    SELECT size, frontier, last_time, \
        (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint FROM head";

/// `BEGIN IMMEDIATE` holds the lock already.
const READ_HEAD_SQLITE: &str = "SELECT size, frontier, last_time FROM ledger_head WHERE id = 1";

impl Tx {
    /// Begins, and takes the head first of all. Only the writer calls this, because a future
    /// that is dropped while the database is still answering would leave the head taken.
    pub(super) async fn begin(writer: &DatabaseConnection, clock: &Clock) -> Result<Self, Error> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = Arc::new(writer.begin_with_options(options).await?);
        let backend = transaction.get_database_backend();
        let postgres = backend == DbBackend::Postgres;
        let sql = if postgres { LOCK_HEAD_POSTGRES } else { READ_HEAD_SQLITE };
        let row = transaction
            .query_one_raw(Statement::from_string(backend, sql))
            .await?
            .ok_or_else(|| Error::corrupt("the ledger has no head"))?;
        let size: i64 = row.try_get_by_index(0)?;
        let frontier: Vec<u8> = row.try_get_by_index(1)?;
        let last = Timestamp::from_micros(row.try_get_by_index(2)?);
        let now = match clock.fixed() {
            Some(now) => now,
            None if postgres => Timestamp::from_micros(row.try_get_by_index(3)?),
            None => clock.now(),
        };
        let frontier = super::ledger::frontier(size, &frontier)?;
        Ok(Self {
            view: View::inside(Arc::clone(&transaction), clock.clone()),
            transaction,
            frontier,
            // The record never runs backwards, whatever clocks do.
            now: now.max(last),
            pending: Vec::new(),
        })
    }

    /// The instant of this transaction: the database's clock, read after the head was taken, and
    /// never earlier than the last entry.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Adds an entry to the ledger. Its index is final once the transaction commits.
    pub fn append(&mut self, entry: &Entry) -> u64 {
        let index = self.frontier.size() + self.pending.len() as u64;
        self.pending.push(Pending::new(entry, index, self.now));
        index
    }

    /// Commits, entries and all.
    pub(super) async fn commit(mut self) -> Result<(), Error> {
        let pending = std::mem::take(&mut self.pending);
        if !pending.is_empty() {
            let written =
                super::ledger::write(&self.view, &mut self.frontier, self.now, &pending).await;
            written.map_err(|error| match error {
                // Whatever keeps the record from being written, callers may try again.
                Error::Database(text) => Error::Unavailable(text),
                Error::Unavailable(_) | Error::Conflict | Error::Corrupt(_) => error,
            })?;
        }
        drop(self.view);
        let transaction = Arc::into_inner(self.transaction)
            .ok_or_else(|| Error::corrupt("a reader outlived its transaction"))?;
        Ok(transaction.commit().await?)
    }

    /// Gives up, and waits until the database knows.
    pub(super) async fn rollback(self) {
        drop(self.view);
        if let Some(transaction) = Arc::into_inner(self.transaction) {
            // A connection that cannot roll back is broken, and the database rolls back itself.
            let _ = transaction.rollback().await;
        }
    }
}
