//! The database: the only module that names sea-orm. Readers get a [`View`]; whatever changes
//! something is a command to the one [`writer`](Store::write) and gets a [`Tx`], which holds the
//! ledger's head. A score leaves only through a permit.

mod additions;
mod candidates;
mod connect;
mod consents;
mod disclosure;
mod entity;
mod error;
mod evidence;
mod ledger;
mod links;
mod look_ups;
mod observed;
mod organizations;
mod population;
mod rows;
mod schema;
mod tx;
mod view;
mod work;
mod writer;

#[cfg(feature = "sabotage")]
pub mod sabotage;

pub use candidates::{Candidate, ContactRow, NewCandidate, seal_address};
pub use connect::Options;
pub use consents::lookup_key;
pub use disclosure::{Evidence, Found, Sealed};
pub use error::Error;
pub use evidence::{Prepared, Staged, Watermarks};
pub use ledger::{Head, Opened, Stored};
pub use links::Link;
pub use look_ups::{Decide, LookUp};
pub use observed::TopicItem;
pub use rows::{Packed, Rows};
pub use tx::Tx;
pub use view::View;
pub use work::BoxFuture;

use std::sync::Arc;

use crate::clock::Clock;
use crate::domain::model::Digest;
use crate::domain::profile::{Outcome, Profile};
use crate::vault::Vault;
use look_ups::Group;
use work::{Finish, Work};
use writer::Command;

/// The database, shared by everything that serves.
#[derive(Clone, Debug)]
pub struct Store {
    reader: sea_orm::DatabaseConnection,
    writer: tokio::sync::mpsc::Sender<Command>,
    clock: Clock,
    vault: Vault,
}

impl Store {
    /// Opens the database, checks its schema, its durability and its keys, and starts the
    /// writer. `model` is the one in use; `decide` is what a look-up asks in the transaction.
    pub async fn open(
        options: &Options,
        clock: Clock,
        vault: Vault,
        model: Digest,
        decide: Decide,
    ) -> anyhow::Result<Self> {
        let reader = connect::open(options, options.pool.max(1)).await?;
        schema::check(&reader).await?;
        schema::check_keys(&reader, &vault).await?;
        let (size, model, time) = (options.group.max(1), model.bytes(), clock.clone());
        #[cfg(feature = "sabotage")]
        let sabotage = options.sabotage.clone();
        let group = move |writer, session| Group {
            writer,
            session,
            clock: time.clone(),
            decide: Arc::clone(&decide),
            size,
            #[cfg(feature = "sabotage")]
            sabotage: sabotage.clone(),
        };
        let writer = writer::start(options.clone(), model, group).await?;
        Ok(Self { reader, writer, clock, vault })
    }

    /// Creates or updates the schema. Safe to run twice, and by several at once.
    pub async fn migrate(options: &Options) -> anyhow::Result<usize> {
        schema::migrate(options).await
    }

    /// Reads without the ledger's head. What is read may be a moment old; nothing read here may
    /// be disclosed to an organization.
    pub fn view(&self) -> View {
        View::pooled(self.reader.clone(), self.clock.clone())
    }

    /// Reads one state of the database, whatever is written meanwhile.
    pub async fn snapshot(&self) -> Result<View, Error> {
        View::snapshot(&self.reader, self.clock.clone()).await
    }

    /// One state of a database for an audit: no keys, no writer, nothing changed.
    pub async fn snapshot_of(options: &Options, clock: Clock) -> anyhow::Result<View> {
        let reader = connect::open(options, 1).await?;
        schema::check(&reader).await?;
        Ok(View::snapshot(&reader, clock).await?)
    }

    /// The keys that sealed columns are opened with.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Looks a profile up, together with whatever other look-ups are waiting: consent, reading
    /// and record in one transaction. Answers after its commit, with the index of the entry.
    pub async fn look_up(&self, look_up: LookUp) -> Result<(Outcome<Profile>, u64), Error> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        let command = Command::LookUp { look_up: Box::new(look_up), reply };
        self.writer.send(command).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| Error::Unavailable("the transaction failed".to_owned()))?
    }

    /// Runs a write in a transaction of its own. It commits when `work` returns `Ok`, before
    /// this returns; otherwise nothing remains of it. A caller that goes away does not stop it.
    pub async fn write<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        W: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        let (reply, answer) = tokio::sync::oneshot::channel();
        let work: Work = Box::new(move |tx| {
            Box::pin(async move {
                let result = work(tx).await;
                let commit = result.is_ok();
                let finish: Finish = Box::new(move |ended| {
                    let result = ended.map_err(E::from).and(result);
                    // Nobody waits any more: the write stands all the same.
                    let _ = reply.send(result);
                });
                (commit, finish)
            })
        });
        self.writer.send(Command::Work(work)).await.map_err(|_| E::from(stopped()))?;
        answer
            .await
            .map_err(|_| E::from(Error::Unavailable("the transaction failed".to_owned())))?
    }

    /// How many commands wait for the writer.
    pub fn waiting(&self) -> usize {
        self.writer.max_capacity() - self.writer.capacity()
    }
}

fn stopped() -> Error {
    Error::Unavailable("the writer has stopped".to_owned())
}
