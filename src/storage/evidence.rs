//! Items and observations as candidates brought them, and the revisions made of them. Items and
//! observations are only ever added; a revision counts those up to its watermarks.

use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Set, Statement, sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};

use super::candidates::Candidate;
use super::disclosure::SUMMARY;
use super::entity::{account, revision, summary};
use super::look_ups::candidate_id;
use super::{Error, Tx, View};
use crate::domain::evidence::Channel;
use crate::domain::ids::CandidateId;
use crate::domain::item::Account;
use crate::domain::model::Model;
use crate::domain::summary::Summary;
use crate::domain::time::{Day, Timestamp};
use crate::vault::DataKey;

pub(super) const ITEM: &str = "item.sealed_item";
pub(super) const TOPICS: &str = "item_topics.sealed_topics";
const HANDLE: &str = "account.sealed_handle";

/// How much of a chunk was new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Staged {
    /// Items never seen before.
    pub items: u64,
    /// Counts never seen before.
    pub observations: u64,
}

/// What a revision counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watermarks {
    /// The newest item.
    pub item: i64,
    /// The newest observation.
    pub observation: i64,
    /// The newest topics of an item.
    pub topics: i64,
}

/// A revision that is ready to be published.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What it counts.
    pub watermarks: Watermarks,
    /// Its sums.
    pub summary: Summary,
}

/// The sealed part of an item.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedItem {
    pub(super) id: String,
    /// The word of its kind.
    pub(super) kind: String,
    pub(super) excerpt: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<String>,
}

impl Tx {
    /// Stores a revision, without making it current.
    pub async fn insert_revision(
        &self,
        candidate: CandidateId,
        number: i64,
        prepared: &Prepared,
    ) -> Result<(), Error> {
        let row = revision::ActiveModel {
            candidate_id: Set(candidate.bytes().to_vec()),
            number: Set(number),
            day: Set(i64::from(prepared.summary.day)),
            item_watermark: Set(prepared.watermarks.item),
            observation_watermark: Set(prepared.watermarks.observation),
            topics_watermark: Set(prepared.watermarks.topics),
            created_at: Set(self.now().micros()),
        };
        revision::Entity::insert(row).exec_without_returning(&self.executor()).await?;
        Ok(())
    }

    /// Stores the sums of a revision for a model; those that are there already stay.
    pub async fn insert_summary(
        &self,
        (candidate, key): (CandidateId, &DataKey),
        revision: i64,
        model: &Model,
        sums: &Summary,
    ) -> Result<(), Error> {
        let sums = serde_json::to_vec(sums).map_err(|_| Error::corrupt(SUMMARY))?;
        let row = summary::ActiveModel {
            candidate_id: Set(candidate.bytes().to_vec()),
            revision: Set(revision),
            model: Set(model.digest.bytes().to_vec()),
            sealed_summary: Set(key.seal(SUMMARY, &sums)),
        };
        let on_conflict = OnConflict::columns([
            summary::Column::CandidateId,
            summary::Column::Revision,
            summary::Column::Model,
        ]);
        summary::Entity::insert(row)
            .on_conflict(on_conflict.clone().do_nothing().to_owned())
            .exec_without_returning(&self.executor())
            .await?;
        Ok(())
    }

    /// Notes that an account's evidence was imported, and which signals it tells; what earlier
    /// evidence told stays told. The account must not be another's.
    pub async fn put_account(
        &self,
        candidate: &Candidate,
        channel: Channel,
        index: [u8; 32],
        (account, known): (&Account, i64),
    ) -> Result<(), Error> {
        let before = account::Entity::find_by_id((i16::from(channel.number()), index.to_vec()));
        let before = before.one(&self.executor()).await?.map_or(0, |row| row.known_signals);
        let row = account::ActiveModel {
            channel: Set(i16::from(channel.number())),
            account_index: Set(index.to_vec()),
            candidate_id: Set(candidate.id.bytes().to_vec()),
            sealed_handle: Set(candidate.key.seal(HANDLE, account.handle.as_bytes())),
            known_signals: Set(before | known),
            imported_at: Set(self.now().micros()),
        };
        let key = [account::Column::Channel, account::Column::AccountIndex];
        let changes = [
            account::Column::SealedHandle,
            account::Column::KnownSignals,
            account::Column::ImportedAt,
        ];
        account::Entity::insert(row)
            .on_conflict(OnConflict::columns(key).update_columns(changes).to_owned())
            .exec_without_returning(&self.executor())
            .await?;
        Ok(())
    }
}

impl View {
    /// Who brought an account, if anybody did.
    pub async fn account_owner(
        &self,
        channel: Channel,
        index: [u8; 32],
    ) -> Result<Option<CandidateId>, Error> {
        let key = (i16::from(channel.number()), index.to_vec());
        let row = account::Entity::find_by_id(key).one(&self.executor()).await?;
        row.map(|row| candidate_id(&row.candidate_id)).transpose()
    }

    /// The accounts a candidate brought: channel, handle, last import.
    pub async fn accounts(
        &self,
        candidate: &Candidate,
    ) -> Result<Vec<(Channel, String, Timestamp)>, Error> {
        let rows = account::Entity::find()
            .filter(account::Column::CandidateId.eq(candidate.id.bytes().to_vec()))
            .order_by_asc(account::Column::Channel)
            .all(&self.executor())
            .await?;
        rows.into_iter()
            .map(|row| {
                let handle = super::candidates::text(&candidate.key, HANDLE, &row.sealed_handle)?;
                Ok((channel(row.channel)?, handle, Timestamp::from_micros(row.imported_at)))
            })
            .collect()
    }

    /// Which signals the evidence of each of a candidate's accounts tells.
    pub(super) async fn known_signals(
        &self,
        candidate: CandidateId,
    ) -> Result<Vec<(Channel, i64)>, Error> {
        let rows = account::Entity::find()
            .filter(account::Column::CandidateId.eq(candidate.bytes().to_vec()))
            .all(&self.executor())
            .await?;
        rows.into_iter().map(|row| Ok((channel(row.channel)?, row.known_signals))).collect()
    }

    /// The newest item, observation and topics of a candidate.
    pub async fn watermarks(&self, candidate: CandidateId) -> Result<Watermarks, Error> {
        let newest = |table: &str| {
            let executor = self.executor();
            let backend = executor.get_database_backend();
            let sql = format!("SELECT COALESCE(MAX(id), 0) FROM {table} WHERE candidate_id = $1");
            Statement::from_sql_and_values(backend, sql, [candidate.bytes().to_vec().into()])
        };
        let executor = self.executor();
        let mut found = [0_i64; 3];
        for (value, table) in found.iter_mut().zip(["item", "observation", "item_topics"]) {
            let row = executor.query_one_raw(newest(table)).await?;
            *value = row.ok_or_else(|| Error::corrupt(table.trim()))?.try_get_by_index(0)?;
        }
        Ok(Watermarks { item: found[0], observation: found[1], topics: found[2] })
    }

    /// What a revision counts, and the day its ages were counted to.
    pub async fn revision(
        &self,
        candidate: CandidateId,
        number: i64,
    ) -> Result<Option<(Watermarks, Day)>, Error> {
        let key = (candidate.bytes().to_vec(), number);
        let row = revision::Entity::find_by_id(key).one(&self.executor()).await?;
        row.map(|row| {
            let day = i32::try_from(row.day).map_err(|_| Error::corrupt("revision.day"))?;
            let watermarks = Watermarks {
                item: row.item_watermark,
                observation: row.observation_watermark,
                topics: row.topics_watermark,
            };
            Ok((watermarks, Day::from_number(day)))
        })
        .transpose()
    }

    /// A candidate's revisions that were published before an instant, the newest first: number and
    /// time.
    pub async fn revisions(
        &self,
        candidate: CandidateId,
        before: Timestamp,
        limit: u64,
    ) -> Result<Vec<(i64, Timestamp)>, Error> {
        let rows = revision::Entity::find()
            .filter(revision::Column::CandidateId.eq(candidate.bytes().to_vec()))
            .filter(revision::Column::CreatedAt.lt(before.micros()))
            .order_by_desc(revision::Column::Number)
            .limit(limit)
            .all(&self.executor())
            .await?;
        let made = |row: revision::Model| (row.number, Timestamp::from_micros(row.created_at));
        Ok(rows.into_iter().map(made).collect())
    }

    /// Candidates whose current evidence has no sums for a model: at most `limit` of them.
    pub async fn unsummarized(&self, model: &Model, limit: u64) -> Result<Vec<CandidateId>, Error> {
        let executor = self.executor();
        let statement = Statement::from_sql_and_values(
            executor.get_database_backend(),
            "SELECT c.id FROM candidate c LEFT JOIN summary s ON s.candidate_id = c.id \
             AND s.revision = c.revision AND s.model = $1 WHERE s.candidate_id IS NULL LIMIT $2",
            [model.digest.bytes().to_vec().into(), super::ledger::signed(limit)?.into()],
        );
        let rows = executor.query_all_raw(statement).await?;
        rows.iter().map(|row| candidate_id(&row.try_get_by_index::<Vec<u8>>(0)?)).collect()
    }
}

pub(super) fn channel(number: i16) -> Result<Channel, Error> {
    let channel = u8::try_from(number).ok().and_then(Channel::from_number);
    channel.ok_or_else(|| Error::corrupt("a channel's number"))
}
