//! A view of the database for reading: the pool, one consistent state, or the writer's own
//! transaction. The queries are methods on it, one file a subject.

use std::sync::Arc;

use sea_orm::{
    DatabaseConnection, DatabaseExecutor, DatabaseTransaction, IsolationLevel, TransactionOptions,
    TransactionTrait as _,
};

use super::Error;
use crate::clock::Clock;
use crate::domain::time::Timestamp;

/// Something to read from.
pub struct View {
    source: Source,
    clock: Clock,
}

enum Source {
    Pool(DatabaseConnection),
    Transaction(Arc<DatabaseTransaction>),
}

impl View {
    pub(super) fn pooled(pool: DatabaseConnection, clock: Clock) -> Self {
        Self { source: Source::Pool(pool), clock }
    }

    pub(super) fn inside(transaction: Arc<DatabaseTransaction>, clock: Clock) -> Self {
        Self { source: Source::Transaction(transaction), clock }
    }

    pub(super) async fn snapshot(pool: &DatabaseConnection, clock: Clock) -> Result<Self, Error> {
        // SQLite reads one state from the first statement on; PostgreSQL must be told.
        let options = TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            ..TransactionOptions::default()
        };
        let transaction = pool.begin_with_options(options).await?;
        Ok(Self::inside(Arc::new(transaction), clock))
    }

    /// The present instant, for views of things that expire. What is recorded has the
    /// transaction's instant instead.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn executor(&self) -> DatabaseExecutor<'_> {
        match &self.source {
            Source::Pool(pool) => DatabaseExecutor::Connection(pool),
            Source::Transaction(transaction) => DatabaseExecutor::Transaction(transaction),
        }
    }
}
