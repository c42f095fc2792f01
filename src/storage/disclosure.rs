//! Evidence leaves storage only here, and only for a permit (promises P1 and P8).

use sea_orm::{EntityTrait as _, Set};

use super::entity::released;
use super::evidence::Watermarks;
use super::look_ups::candidate_id;
use super::observed::TopicItem;
use super::{Error, Tx, View};
use crate::domain::consent::{Consent, Permit};
use crate::domain::document::Items;
use crate::domain::ids::CandidateId;
use crate::domain::model::Model;
use crate::domain::scope::Field;
use crate::domain::summary::Summary;
use crate::domain::topic::TopicId;
use crate::vault::{DataKey, Vault};

/// What a look-up finds: nothing, or a consent with the sealed evidence it may open.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The consent, in whatever state.
    pub consent: Option<Consent>,
    /// The candidate's evidence, once a candidate is known.
    pub sealed: Option<Sealed>,
}

/// The summary of a candidate's current evidence, which only a permit opens.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub(super) candidate: CandidateId,
    pub(super) wrapped_key: Vec<u8>,
    pub(super) revision: i64,
    /// None while the evidence has not been summarized with the model in use.
    pub(super) summary: Option<Vec<u8>>,
}

/// The column that summaries are sealed for.
pub(super) const SUMMARY: &str = "summary.sealed_summary";

const RELEASED: &str = "released.sealed_document";

/// Evidence that a permit opened: as if the other channels had never been brought.
pub struct Evidence {
    permit: Permit,
    key: DataKey,
    /// The revision.
    pub revision: i64,
    /// Its sums, only of the permitted channels.
    pub summary: Summary,
}

impl Sealed {
    /// Evidence of nobody, so that a refusal costs the work that a disclosure costs (promise P5).
    pub fn decoy(vault: &Vault, summary: &Summary) -> Self {
        let candidate = CandidateId::from_bytes([0; 16]);
        let (key, wrapped_key) = vault.new_key(candidate);
        let summary = serde_json::to_vec(summary).ok().map(|sums| key.seal(SUMMARY, &sums));
        Self { candidate, wrapped_key, revision: 0, summary }
    }

    /// The revision of the evidence.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// The key of the candidate that the permit is for.
    fn key(&self, permit: &Permit, vault: &Vault) -> Result<DataKey, Error> {
        if permit.candidate() != self.candidate {
            return Err(Error::corrupt("a permit for somebody else"));
        }
        let key = vault.unwrap_key(self.candidate, &self.wrapped_key);
        key.map_err(|_| Error::corrupt("candidate.wrapped_key"))
    }

    /// Opens the evidence as far as the permit goes. Consumes the permit.
    pub fn open(&self, permit: Permit, vault: &Vault) -> Result<Evidence, Error> {
        let key = self.key(&permit, vault)?;
        let sealed = self.summary.as_ref().ok_or_else(|| {
            Error::Unavailable("not summarized with this model; run `glasklar rescore`".to_owned())
        })?;
        let opened = key.open(SUMMARY, sealed).map_err(|_| Error::corrupt(SUMMARY))?;
        let summary: Summary =
            serde_json::from_slice(&opened).map_err(|_| Error::corrupt(SUMMARY))?;
        let summary = summary.restricted(permit.channels());
        Ok(Evidence { permit, key, revision: self.revision, summary })
    }
}

impl Evidence {
    /// What it was opened with.
    pub fn permit(&self) -> &Permit {
        &self.permit
    }

    /// The single items, if the permit opens them; none otherwise.
    pub async fn items(&self, view: &View) -> Result<Items, Error> {
        if !self.permit.opens(Field::Items) {
            return Ok(Items::new());
        }
        let (watermarks, channels) = (self.watermarks(view).await?, self.permit.channels());
        view.items((self.permit.candidate(), &self.key), watermarks, channels).await
    }

    /// The items that show something of a topic, if the permit opens items; none otherwise.
    pub async fn items_of_topic(
        &self,
        view: &View,
        topic: TopicId,
    ) -> Result<Vec<TopicItem>, Error> {
        if !self.permit.opens(Field::Items) {
            return Ok(Vec::new());
        }
        let (watermarks, channels) = (self.watermarks(view).await?, self.permit.channels());
        view.items_of_topic((self.permit.candidate(), &self.key), watermarks, channels, topic).await
    }

    async fn watermarks(&self, view: &View) -> Result<Watermarks, Error> {
        let revision = view.revision(self.permit.candidate(), self.revision).await?;
        Ok(revision.ok_or_else(|| Error::corrupt("a revision is missing"))?.0)
    }
}

impl Tx {
    /// Keeps what was released to an organization, sealed under the candidate's key.
    pub async fn insert_released(
        &self,
        index: u64,
        evidence: &Evidence,
        document: &[u8],
    ) -> Result<(), Error> {
        let row = released::ActiveModel {
            idx: Set(super::ledger::signed(index)?),
            candidate_id: Set(evidence.permit.candidate().bytes().to_vec()),
            sealed_document: Set(evidence.key.seal(RELEASED, document)),
        };
        released::Entity::insert(row).exec_without_returning(&self.executor()).await?;
        Ok(())
    }
}

impl View {
    /// Opens the evidence of a revision as far as a permit goes, summed with any model: by the
    /// stored sums, or anew. `None` when there was no such revision.
    pub async fn evidence_at(
        &self,
        permit: Permit,
        vault: &Vault,
        revision: i64,
        model: &Model,
    ) -> Result<Option<Evidence>, Error> {
        let candidate = permit.candidate();
        let Some(current) = self.sealed(candidate, model.digest).await? else { return Ok(None) };
        let stored = self.sealed_at(current.clone(), revision, model.digest).await?;
        if let Some(stored) = stored.filter(|stored| stored.summary.is_some()) {
            return Ok(Some(stored.open(permit, vault)?));
        }
        let Some((watermarks, day)) = self.revision(candidate, revision).await? else {
            return Ok(None);
        };
        let key = current.key(&permit, vault)?;
        let summary = self.summarize((candidate, &key), watermarks, model, day).await?;
        let summary = summary.restricted(permit.channels());
        Ok(Some(Evidence { permit, key, revision, summary }))
    }

    /// What the entry with this index released to an organization, byte for byte, and whose it
    /// is. Who reads it must be recorded.
    pub async fn released(
        &self,
        index: u64,
        vault: &Vault,
    ) -> Result<Option<(CandidateId, Vec<u8>)>, Error> {
        let index = super::ledger::signed(index)?;
        let row = released::Entity::find_by_id(index).one(&self.executor()).await?;
        let Some(row) = row else { return Ok(None) };
        let id = candidate_id(&row.candidate_id)?;
        let Some(candidate) = self.candidate(id, vault).await? else { return Ok(None) };
        let document = candidate.key.open(RELEASED, &row.sealed_document);
        Ok(Some((id, document.map_err(|_| Error::corrupt(RELEASED))?)))
    }
}
