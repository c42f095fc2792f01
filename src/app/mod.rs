//! What the product does, one file a capability. Knows nothing of gRPC or pages; everything
//! comes in and goes out in the words of the domain.

pub mod audit;
pub mod candidates;
pub mod consents;
pub mod error;
pub mod explain;
pub mod fetches;
pub mod imports;
pub mod links;
pub mod look_up;
pub mod models;
pub mod organizations;
pub mod own;
pub mod page;
pub mod rescore;
pub mod topics;

use std::sync::Arc;

pub use error::Error;
use models::Models;
use topics::Topics;

use crate::clock::Clock;
use crate::domain::entry::{Details, Entry, Kind};
use crate::domain::model::Model;
use crate::fetch::Fetcher;
use crate::ledger::checkpoint::SigningKey;
use crate::mail::Mailer;
pub use crate::storage::Stored;
use crate::storage::{self, Store};
use crate::vault::Vault;

/// Everything a capability needs.
#[derive(Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) model: Arc<Model>,
    pub(crate) models: Models,
    pub(crate) topics: Topics,
    pub(crate) vault: Vault,
    pub(crate) clock: Clock,
    pub(crate) mailer: Mailer,
    pub(crate) checkpoint_key: Arc<SigningKey>,
    pub(crate) imports: imports::Slots,
    pub(crate) fetcher: Fetcher,
    pub(crate) fetches: fetches::Slots,
}

/// What an [`App`] is made of.
pub struct Parts {
    /// How to reach the database.
    pub database: storage::Options,
    /// The keys of sealed columns.
    pub vault: Vault,
    /// Where the time comes from.
    pub clock: Clock,
    /// How mail leaves.
    pub mailer: Mailer,
    /// Signs checkpoints.
    pub checkpoint_key: SigningKey,
    /// The models, one of them in use.
    pub models: Models,
    /// The topics there are.
    pub topics: Topics,
    /// What may be fetched from the open network.
    pub fetching: fetches::Fetching,
}

impl App {
    /// Opens the database and starts the writer. Records the model when it is new.
    pub async fn start(parts: Parts) -> anyhow::Result<Self> {
        let model = parts.models.current()?.model;
        let Parts { database, vault, clock, mailer, checkpoint_key, models, topics, fetching } =
            parts;
        let topics = topics.apart();
        let decide = look_up::rule(Arc::clone(&model), vault.clone(), topics.clone());
        let store =
            Store::open(&database, clock.clone(), vault.clone(), model.digest, decide).await?;
        let slots = fetches::Slots::new(&fetching);
        let imports = imports::Slots::new(fetching.options.spool.clone());
        let app = Self {
            store,
            model,
            models,
            topics,
            vault,
            mailer,
            checkpoint_key: Arc::new(checkpoint_key),
            imports,
            fetcher: Fetcher::new(fetching.options, clock.clone()),
            clock,
            fetches: slots,
        };
        app.release_model().await?;
        app.count_population().await?;
        Ok(app)
    }

    /// The model in use.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        self.store.view().ledger_head().await.is_ok()
    }

    /// Records that the model came into use, unless the record says so already.
    async fn release_model(&self) -> Result<(), Error> {
        let digest = self.model.digest.to_string();
        let details = Details {
            model: Some(self.model.version.clone()),
            digest: Some(digest.clone()),
            ..Details::default()
        };
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let mut from = 0;
                    loop {
                        let kind = Some(Kind::ModelReleased);
                        let released = tx.entries(from, None, kind, 100).await?;
                        let Some(last) = released.last() else { break };
                        from = last.index + 1;
                        let says_so = |stored: &storage::Stored| {
                            stored.opening.as_ref().is_some_and(|opening| {
                                String::from_utf8_lossy(&opening.document).contains(&digest)
                            })
                        };
                        if released.iter().any(says_so) {
                            return Ok(());
                        }
                    }
                    let kind = Kind::ModelReleased;
                    tx.append(&Entry { kind, organization: None, candidate: None, details });
                    Ok(())
                })
            })
            .await
    }
}
