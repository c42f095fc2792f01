//! Evidence leaves storage only here, and only for a permit (promises P1 and P8).

use sea_orm::{EntityTrait as _, Set};

use super::entity::released;
use super::look_ups::candidate_id;
use super::{Error, Tx, View};
use crate::domain::consent::{Consent, Permit};
use crate::domain::document::Items;
use crate::domain::ids::CandidateId;
use crate::domain::scope::Field;
use crate::domain::summary::Summary;
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

    /// Opens the evidence as far as the permit goes. Consumes the permit.
    pub fn open(&self, permit: Permit, vault: &Vault) -> Result<Evidence, Error> {
        if permit.candidate() != self.candidate {
            return Err(Error::corrupt("a permit for somebody else"));
        }
        let key = vault
            .unwrap_key(self.candidate, &self.wrapped_key)
            .map_err(|_| Error::corrupt("candidate.wrapped_key"))?;
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
        let candidate = self.permit.candidate();
        if !self.permit.opens(Field::Items) {
            return Ok(Items::new());
        }
        let revision = view.revision(candidate, self.revision).await?;
        let (watermarks, _) = revision.ok_or_else(|| Error::corrupt("a revision is missing"))?;
        view.items((candidate, &self.key), watermarks, self.permit.channels()).await
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
