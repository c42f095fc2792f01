//! Consents, the handles organizations know candidates by, and replays of requests.

use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Set, sea_query::Expr,
};

use super::disclosure::{Found, Sealed};
use super::entity::{candidate, consent, handle, replay, summary};
use super::look_ups::candidate_id;
use super::{Error, Tx, View};
use crate::crypto;
use crate::domain::consent::{Consent, State};
use crate::domain::ids::{CandidateId, ConsentId, Handle, OrganizationId};
use crate::domain::model::Digest;
use crate::domain::scope::{Channels, Fields, Purpose, Scope};
use crate::domain::time::Timestamp;

/// What look-ups find a consent by. The organization is part of it, so that nobody can find
/// another's (promise P13).
pub fn lookup_key(
    organization: &OrganizationId,
    handle: Handle,
    purpose: Purpose,
    job_reference: &str,
) -> [u8; 16] {
    let id = organization.as_str().as_bytes();
    let length = u8::try_from(id.len()).unwrap_or(u8::MAX);
    let parts =
        [&[length], id, &handle.bytes(), &[purpose.number()], job_reference.as_bytes()].concat();
    let mut key = [0; 16];
    key.copy_from_slice(&crypto::sha256(&parts)[..16]);
    key
}

impl Tx {
    /// The handle of a person for an organization: the one it had, or this new one.
    pub async fn handle_or_insert(
        &self,
        external_index: [u8; 32],
        organization: &OrganizationId,
        new: Handle,
    ) -> Result<Handle, Error> {
        let found =
            handle::Entity::find_by_id(external_index.to_vec()).one(&self.executor()).await?;
        if let Some(row) = found {
            return Handle::try_from(row.handle.as_slice()).map_err(|_| Error::corrupt("handle"));
        }
        let row = handle::ActiveModel {
            external_index: Set(external_index.to_vec()),
            handle: Set(new.bytes().to_vec()),
            organization: Set(organization.to_string()),
        };
        handle::Entity::insert(row).exec_without_returning(&self.executor()).await?;
        Ok(new)
    }

    /// Stores a new consent, asked of whoever has this contact address.
    pub async fn insert_consent(
        &self,
        consent: &Consent,
        contact_index: [u8; 32],
    ) -> Result<(), Error> {
        let scope = &consent.scope;
        let key =
            lookup_key(&consent.organization, consent.handle, scope.purpose, &scope.job_reference);
        let row = row(consent, key, contact_index).into_active_model();
        consent::Entity::insert(row).exec_without_returning(&self.executor()).await?;
        Ok(())
    }

    /// Stores a consent that changed.
    pub async fn update_consent(&self, consent: &Consent) -> Result<(), Error> {
        let changed = row(consent, [0; 16], [0; 32]);
        let row = consent::ActiveModel {
            id: Set(changed.id),
            candidate_id: Set(changed.candidate_id),
            fields: Set(changed.fields),
            channels: Set(changed.channels),
            state: Set(changed.state),
            version: Set(changed.version),
            requested_at: Set(changed.requested_at),
            refused_at: Set(changed.refused_at),
            expires_at: Set(changed.expires_at),
            days: Set(changed.days),
            ..<consent::ActiveModel as Default>::default()
        };
        row.update(&self.executor()).await?;
        Ok(())
    }

    /// Gives the requests that wait for an address to the candidate who proved it is hers.
    pub async fn claim_consents(
        &self,
        contact_index: [u8; 32],
        candidate: CandidateId,
    ) -> Result<u64, Error> {
        let claimed = consent::Entity::update_many()
            .col_expr(consent::Column::CandidateId, Expr::value(candidate.bytes().to_vec()))
            .filter(consent::Column::ContactIndex.eq(contact_index.to_vec()))
            .filter(consent::Column::CandidateId.is_null())
            .exec(&self.executor())
            .await?;
        Ok(claimed.rows_affected)
    }

    /// Remembers what a request was answered with.
    pub async fn insert_replay(
        &self,
        request_key: [u8; 32],
        digest: [u8; 32],
        consent: ConsentId,
    ) -> Result<(), Error> {
        let row = replay::ActiveModel {
            request_key: Set(request_key.to_vec()),
            digest: Set(digest.to_vec()),
            consent_id: Set(consent.bytes().to_vec()),
            created_at: Set(self.now().micros()),
        };
        replay::Entity::insert(row).exec_without_returning(&self.executor()).await?;
        Ok(())
    }
}

impl View {
    /// What a request was answered with: the digest of its content, and the consent.
    pub async fn replay(
        &self,
        request_key: [u8; 32],
    ) -> Result<Option<(Vec<u8>, ConsentId)>, Error> {
        let row = replay::Entity::find_by_id(request_key.to_vec()).one(&self.executor()).await?;
        let id = |bytes: &[u8]| ConsentId::try_from(bytes).map_err(|_| Error::corrupt("replay"));
        row.map(|row| Ok((row.digest, id(&row.consent_id)?))).transpose()
    }

    /// One consent.
    pub async fn consent(&self, id: ConsentId) -> Result<Option<Consent>, Error> {
        let row = consent::Entity::find_by_id(id.bytes().to_vec()).one(&self.executor()).await?;
        row.map(Consent::try_from).transpose()
    }

    /// The consent that a look-up would find.
    pub async fn consent_by_key(&self, key: [u8; 16]) -> Result<Option<Consent>, Error> {
        let row = consent::Entity::find()
            .filter(consent::Column::LookupKey.eq(key.to_vec()))
            .one(&self.executor())
            .await?;
        row.map(Consent::try_from).transpose()
    }

    /// A consent with the sealed evidence it may open, as a look-up finds them.
    pub async fn found(&self, key: [u8; 16], model: Digest) -> Result<Found, Error> {
        let Some(consent) = self.consent_by_key(key).await? else {
            return Ok(Found::default());
        };
        let sealed = match consent.candidate {
            Some(candidate) => self.sealed(candidate, model).await?,
            None => None,
        };
        Ok(Found { consent: Some(consent), sealed })
    }

    /// The sealed summary of a candidate's current evidence.
    pub async fn sealed(&self, id: CandidateId, model: Digest) -> Result<Option<Sealed>, Error> {
        let bytes = id.bytes().to_vec();
        let row = candidate::Entity::find_by_id(bytes.clone()).one(&self.executor()).await?;
        let Some(row) = row else { return Ok(None) };
        let revision = row.revision;
        let sealed =
            Sealed { candidate: id, wrapped_key: row.wrapped_key, revision, summary: None };
        self.sealed_at(sealed, revision, model).await
    }

    /// The sealed summary of the same candidate's evidence at an earlier revision, if there was
    /// one and it was summarized with this model.
    pub async fn sealed_at(
        &self,
        current: Sealed,
        revision: i64,
        model: Digest,
    ) -> Result<Option<Sealed>, Error> {
        let key = (current.candidate.bytes().to_vec(), revision, model.bytes().to_vec());
        let summary = summary::Entity::find_by_id(key).one(&self.executor()).await?;
        let summary = summary.map(|row| row.sealed_summary);
        if summary.is_none() && revision != current.revision {
            return Ok(None);
        }
        Ok(Some(Sealed { revision, summary, ..current }))
    }

    /// An organization's consents, newest first, before a place in that order.
    pub async fn consents_of_organization(
        &self,
        organization: &OrganizationId,
        before: Option<(Timestamp, ConsentId)>,
        limit: u64,
    ) -> Result<Vec<Consent>, Error> {
        self.consents(consent::Column::Organization.eq(organization.as_str()), before, limit).await
    }

    /// A candidate's consents, newest first, before a place in that order.
    pub async fn consents_of_candidate(
        &self,
        candidate: CandidateId,
        before: Option<(Timestamp, ConsentId)>,
        limit: u64,
    ) -> Result<Vec<Consent>, Error> {
        let own = consent::Column::CandidateId.eq(candidate.bytes().to_vec());
        self.consents(own, before, limit).await
    }

    async fn consents(
        &self,
        owner: sea_orm::sea_query::SimpleExpr,
        before: Option<(Timestamp, ConsentId)>,
        limit: u64,
    ) -> Result<Vec<Consent>, Error> {
        let earlier = before.map(|(time, id)| {
            Condition::any().add(consent::Column::RequestedAt.lt(time.micros())).add(
                Condition::all()
                    .add(consent::Column::RequestedAt.eq(time.micros()))
                    .add(consent::Column::Id.lt(id.bytes().to_vec())),
            )
        });
        let rows = consent::Entity::find()
            .filter(Condition::all().add(owner).add_option(earlier))
            .order_by_desc(consent::Column::RequestedAt)
            .order_by_desc(consent::Column::Id)
            .limit(limit)
            .all(&self.executor())
            .await?;
        rows.into_iter().map(Consent::try_from).collect()
    }
}

fn row(consent: &Consent, lookup_key: [u8; 16], contact_index: [u8; 32]) -> consent::Model {
    consent::Model {
        id: consent.id.bytes().to_vec(),
        lookup_key: lookup_key.to_vec(),
        organization: consent.organization.to_string(),
        handle: consent.handle.bytes().to_vec(),
        contact_index: contact_index.to_vec(),
        candidate_id: consent.candidate.map(|id| id.bytes().to_vec()),
        purpose: i16::from(consent.scope.purpose.number()),
        job_reference: consent.scope.job_reference.clone(),
        fields: i64::from(consent.scope.fields.bits()),
        channels: i64::from(consent.scope.channels.bits()),
        state: consent.state as i16,
        version: consent.version,
        requested_at: consent.requested_at.micros(),
        refused_at: consent.refused_at.map(Timestamp::micros),
        expires_at: consent.expires_at.micros(),
        days: i16::try_from(consent.days).unwrap_or(i16::MAX),
    }
}

impl TryFrom<consent::Model> for Consent {
    type Error = Error;

    fn try_from(row: consent::Model) -> Result<Self, Error> {
        let wrong = || Error::corrupt("a consent");
        let small = |number: i16| u8::try_from(number).map_err(|_| wrong());
        let bits = |number: i64| u32::try_from(number).map_err(|_| wrong());
        Ok(Self {
            id: ConsentId::try_from(row.id.as_slice()).map_err(|_| wrong())?,
            organization: row.organization.parse().map_err(|_| wrong())?,
            handle: Handle::try_from(row.handle.as_slice()).map_err(|_| wrong())?,
            candidate: row.candidate_id.as_deref().map(candidate_id).transpose()?,
            scope: Scope {
                purpose: Purpose::from_number(small(row.purpose)?).ok_or_else(wrong)?,
                job_reference: row.job_reference,
                fields: Fields::from_bits(bits(row.fields)?).ok_or_else(wrong)?,
                channels: Channels::from_bits(bits(row.channels)?).ok_or_else(wrong)?,
            },
            state: State::from_number(small(row.state)?).ok_or_else(wrong)?,
            version: row.version,
            requested_at: Timestamp::from_micros(row.requested_at),
            refused_at: row.refused_at.map(Timestamp::from_micros),
            expires_at: Timestamp::from_micros(row.expires_at),
            days: u16::try_from(row.days).map_err(|_| wrong())?,
        })
    }
}
