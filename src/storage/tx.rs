//! A transaction that holds the ledger's head: everything read in it is current, entries get
//! their place in it, and it commits all at once.

use std::ops::Deref;
use std::sync::Arc;

use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait as _,
};

use super::additions::{Additions, HeldHead};
use super::{Error, View};
use crate::clock::Clock;
use crate::domain::entry::Entry;
use crate::domain::time::Timestamp;

/// The writer's transaction. Dropped without a commit, it leaves nothing behind.
#[must_use = "a transaction that is not committed is rolled back"]
pub struct Tx {
    view: View,
    transaction: Arc<DatabaseTransaction>,
    additions: Additions,
}

impl Deref for Tx {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

/// Takes the head and reads it, and the clock after it: the outer query runs only once the inner
/// one holds the row.
pub(super) const LOCK_HEAD_POSTGRES: &str = "\
    WITH head AS MATERIALIZED (\
        SELECT size, frontier, last_time FROM ledger_head WHERE id = 1 FOR UPDATE\
    ) \
    SELECT size, frontier, last_time, \
        (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint FROM head";

/// `BEGIN IMMEDIATE` holds the lock already.
pub(super) const READ_HEAD_SQLITE: &str =
    "SELECT size, frontier, last_time FROM ledger_head WHERE id = 1";

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
        let head = HeldHead {
            size: row.try_get_by_index(0)?,
            frontier: row.try_get_by_index(1)?,
            last_time: row.try_get_by_index(2)?,
            clock: postgres.then(|| row.try_get_by_index(3)).transpose()?,
        };
        let additions = Additions::onto(&head, clock)?;
        let view = View::inside(Arc::clone(&transaction), clock.clone());
        Ok(Self { view, transaction, additions })
    }

    /// The instant of this transaction: the database's clock, read after the head was taken, and
    /// never earlier than the last entry.
    pub fn now(&self) -> Timestamp {
        self.additions.now()
    }

    /// Adds an entry to the ledger. Its index is final once the transaction commits.
    pub fn append(&mut self, entry: &Entry) -> u64 {
        self.additions.append(entry)
    }

    /// Commits, entries and all.
    pub(super) async fn commit(self) -> Result<(), Error> {
        if let Some(packed) = self.additions.pack()? {
            let written = super::ledger::write(&self.view, packed).await;
            written.map_err(Error::of_record)?;
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
