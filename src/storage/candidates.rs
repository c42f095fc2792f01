//! Candidates and their contact addresses.

use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, Set,
};

use super::entity::{candidate, contact};
use super::look_ups::candidate_id;
use super::{Error, Tx, View};
use crate::domain::ids::CandidateId;
use crate::domain::time::Timestamp;
use crate::vault::{DataKey, Vault};

/// A candidate's account, opened with her key.
pub struct Candidate {
    /// Her id.
    pub id: CandidateId,
    /// Her key.
    pub key: DataKey,
    /// Her name.
    pub display_name: String,
    /// The current revision of her evidence.
    pub revision: i64,
    /// When she enrolled.
    pub created_at: Timestamp,
}

/// What enrolment stores.
pub struct NewCandidate<'a> {
    /// Her id.
    pub id: CandidateId,
    /// Blind index of the token subject.
    pub subject_index: [u8; 32],
    /// Her key, wrapped.
    pub wrapped_key: Vec<u8>,
    /// Her key.
    pub key: &'a DataKey,
    /// Her name.
    pub display_name: &'a str,
}

/// A contact address with the state of its code.
#[derive(Clone, Debug)]
pub struct ContactRow {
    /// Whose.
    pub candidate: CandidateId,
    /// Blind index of the address.
    pub address_index: [u8; 32],
    /// The address, sealed.
    pub sealed_address: Vec<u8>,
    /// Blind index of the code that was sent last; none when there is nothing to confirm.
    pub code_hash: Option<Vec<u8>>,
    /// When it was sent.
    pub code_sent_at: Timestamp,
    /// Codes sent since the day began that the last one was sent on.
    pub codes_sent: i16,
    /// Wrong codes tried since it was sent.
    pub attempts: i16,
    /// When the address was confirmed.
    pub confirmed_at: Option<Timestamp>,
}

const NAME: &str = "candidate.sealed_name";
const ADDRESS: &str = "contact.sealed_address";

impl Tx {
    /// Opens an account.
    pub async fn insert_candidate(&self, new: &NewCandidate<'_>) -> Result<(), Error> {
        let row = candidate::ActiveModel {
            id: Set(new.id.bytes().to_vec()),
            subject_index: Set(new.subject_index.to_vec()),
            wrapped_key: Set(new.wrapped_key.clone()),
            sealed_name: Set(new.key.seal(NAME, new.display_name.as_bytes())),
            revision: Set(0),
            created_at: Set(self.now().micros()),
        };
        candidate::Entity::insert(row).exec_without_returning(&self.executor()).await?;
        Ok(())
    }

    /// Makes a revision the current one.
    pub async fn update_revision(&self, id: CandidateId, revision: i64) -> Result<(), Error> {
        let row = candidate::ActiveModel {
            id: Set(id.bytes().to_vec()),
            revision: Set(revision),
            ..<candidate::ActiveModel as Default>::default()
        };
        row.update(&self.executor()).await?;
        Ok(())
    }

    /// Stores a contact address, or what changed about it.
    pub async fn put_contact(&self, contact: &ContactRow, new: bool) -> Result<(), Error> {
        let row = contact::Model {
            candidate_id: contact.candidate.bytes().to_vec(),
            address_index: contact.address_index.to_vec(),
            sealed_address: contact.sealed_address.clone(),
            code_hash: contact.code_hash.clone(),
            code_sent_at: contact.code_sent_at.micros(),
            codes_sent: contact.codes_sent,
            attempts: contact.attempts,
            confirmed_at: contact.confirmed_at.map(Timestamp::micros),
        };
        let row = row.into_active_model();
        if new {
            contact::Entity::insert(row).exec_without_returning(&self.executor()).await?;
        } else {
            row.reset_all().update(&self.executor()).await?;
        }
        Ok(())
    }
}

impl View {
    /// The candidate with this token subject.
    pub async fn candidate_by_subject(
        &self,
        subject_index: [u8; 32],
        vault: &Vault,
    ) -> Result<Option<Candidate>, Error> {
        let row = candidate::Entity::find()
            .filter(candidate::Column::SubjectIndex.eq(subject_index.to_vec()))
            .one(&self.executor())
            .await?;
        row.map(|row| open(&row, vault)).transpose()
    }

    /// The candidate with this id.
    pub async fn candidate(
        &self,
        id: CandidateId,
        vault: &Vault,
    ) -> Result<Option<Candidate>, Error> {
        let row = candidate::Entity::find_by_id(id.bytes().to_vec()).one(&self.executor()).await?;
        row.map(|row| open(&row, vault)).transpose()
    }

    /// The candidate who confirmed this address.
    pub async fn candidate_by_contact(
        &self,
        index: [u8; 32],
    ) -> Result<Option<CandidateId>, Error> {
        let row = contact::Entity::find()
            .filter(contact::Column::AddressIndex.eq(index.to_vec()))
            .filter(contact::Column::ConfirmedAt.is_not_null())
            .one(&self.executor())
            .await?;
        row.map(|row| candidate_id(&row.candidate_id)).transpose()
    }

    /// One contact address of a candidate.
    pub async fn contact(
        &self,
        candidate: CandidateId,
        index: [u8; 32],
    ) -> Result<Option<ContactRow>, Error> {
        let key = (candidate.bytes().to_vec(), index.to_vec());
        let row = contact::Entity::find_by_id(key).one(&self.executor()).await?;
        row.map(ContactRow::try_from).transpose()
    }

    /// A candidate's contact addresses with when they were confirmed, oldest code first.
    pub async fn contacts(
        &self,
        candidate: &Candidate,
    ) -> Result<Vec<(String, Option<Timestamp>)>, Error> {
        let rows = contact::Entity::find()
            .filter(contact::Column::CandidateId.eq(candidate.id.bytes().to_vec()))
            .order_by_asc(contact::Column::CodeSentAt)
            .all(&self.executor())
            .await?;
        rows.into_iter()
            .map(|row| {
                let address = text(&candidate.key, ADDRESS, &row.sealed_address)?;
                Ok((address, row.confirmed_at.map(Timestamp::from_micros)))
            })
            .collect()
    }
}

/// Seals an address for its column.
pub fn seal_address(key: &DataKey, address: &str) -> Vec<u8> {
    key.seal(ADDRESS, address.as_bytes())
}

fn open(row: &candidate::Model, vault: &Vault) -> Result<Candidate, Error> {
    let id = candidate_id(&row.id)?;
    let key = vault
        .unwrap_key(id, &row.wrapped_key)
        .map_err(|_| Error::corrupt("candidate.wrapped_key"))?;
    Ok(Candidate {
        id,
        display_name: text(&key, NAME, &row.sealed_name)?,
        key,
        revision: row.revision,
        created_at: Timestamp::from_micros(row.created_at),
    })
}

/// Opens a sealed column of text.
pub(super) fn text(key: &DataKey, column: &str, sealed: &[u8]) -> Result<String, Error> {
    let opened = key.open(column, sealed).map_err(|_| Error::corrupt(column))?;
    String::from_utf8(opened).map_err(|_| Error::corrupt(column))
}

impl TryFrom<contact::Model> for ContactRow {
    type Error = Error;

    fn try_from(row: contact::Model) -> Result<Self, Error> {
        let index = row.address_index.as_slice().try_into();
        Ok(Self {
            candidate: candidate_id(&row.candidate_id)?,
            address_index: index.map_err(|_| Error::corrupt("contact.address_index"))?,
            sealed_address: row.sealed_address,
            code_hash: row.code_hash,
            code_sent_at: Timestamp::from_micros(row.code_sent_at),
            codes_sent: row.codes_sent,
            attempts: row.attempts,
            confirmed_at: row.confirmed_at.map(Timestamp::from_micros),
        })
    }
}
