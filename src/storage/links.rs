//! Accounts on networks that candidates link to have their evidence fetched, and how often they
//! had something fetched today.

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, Set,
    sea_query::OnConflict,
};

use super::candidates::text;
use super::entity::{fetch_count, link};
use super::evidence::channel;
use super::{Candidate, Error, Tx, View};
use crate::domain::evidence::Channel;
use crate::domain::ids::CandidateId;
use crate::domain::time::{Day, Timestamp};

const ADDRESS: &str = "link.sealed_address";
const CODE: &str = "link.sealed_code";
const CURSOR: &str = "link.sealed_cursor";

/// A link to an account: pending while it has a code, confirmed afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The network.
    pub channel: Channel,
    /// The account's canonical handle or address.
    pub address: String,
    /// What the account must show; none once it is confirmed.
    pub code: Option<String>,
    /// When the code was made.
    pub made_at: Timestamp,
    /// Blind index of the account; none before it is confirmed.
    pub account: Option<[u8; 32]>,
    /// When the account was proved to be the candidate's.
    pub confirmed_at: Option<Timestamp>,
    /// Where the next fetch goes on, in the fetcher's words; empty before the first.
    pub cursor: String,
    /// When it was last fetched from, completely or not.
    pub fetched_at: Option<Timestamp>,
}

impl Tx {
    /// Stores a link, or what changed about it.
    pub async fn put_link(
        &self,
        candidate: &Candidate,
        index: [u8; 32],
        link: &Link,
    ) -> Result<(), Error> {
        let seal = |column, text: &str| candidate.key.seal(column, text.as_bytes());
        let row = link::ActiveModel {
            candidate_id: Set(candidate.id.bytes().to_vec()),
            link_index: Set(index.to_vec()),
            channel: Set(i16::from(link.channel.number())),
            sealed_address: Set(seal(ADDRESS, &link.address)),
            sealed_code: Set(link.code.as_ref().map(|code| seal(CODE, code))),
            made_at: Set(link.made_at.micros()),
            account_index: Set(link.account.map(|account| account.to_vec())),
            confirmed_at: Set(link.confirmed_at.map(Timestamp::micros)),
            sealed_cursor: Set(seal(CURSOR, &link.cursor)),
            fetched_at: Set(link.fetched_at.map(Timestamp::micros)),
        };
        let key = [link::Column::CandidateId, link::Column::LinkIndex];
        let changes = [
            link::Column::SealedCode,
            link::Column::MadeAt,
            link::Column::AccountIndex,
            link::Column::ConfirmedAt,
            link::Column::SealedCursor,
            link::Column::FetchedAt,
        ];
        link::Entity::insert(row)
            .on_conflict(OnConflict::columns(key).update_columns(changes).to_owned())
            .exec_without_returning(&self.executor())
            .await?;
        Ok(())
    }

    /// Removes a link; false when there is none.
    pub async fn delete_link(
        &self,
        candidate: CandidateId,
        index: [u8; 32],
    ) -> Result<bool, Error> {
        let key = (candidate.bytes().to_vec(), index.to_vec());
        let done = link::Entity::delete_by_id(key).exec(&self.executor()).await?;
        Ok(done.rows_affected > 0)
    }

    /// Counts one more fetch of a candidate on a day; returns how many there are now.
    pub async fn count_fetch(&self, candidate: CandidateId, day: Day) -> Result<u64, Error> {
        let key = candidate.bytes().to_vec();
        let row = fetch_count::Entity::find_by_id(key.clone()).one(&self.executor()).await?;
        let day = i64::from(day.number());
        let before = row.filter(|row| row.day == day).map_or(0, |row| row.fetches);
        let row = fetch_count::ActiveModel {
            candidate_id: Set(key),
            day: Set(day),
            fetches: Set(before + 1),
        };
        let changes = [fetch_count::Column::Day, fetch_count::Column::Fetches];
        let conflict = OnConflict::column(fetch_count::Column::CandidateId);
        fetch_count::Entity::insert(row)
            .on_conflict(conflict.clone().update_columns(changes).to_owned())
            .exec_without_returning(&self.executor())
            .await?;
        u64::try_from(before + 1).map_err(|_| Error::corrupt("fetch_count.fetches"))
    }
}

impl View {
    /// One link of a candidate.
    pub async fn link(
        &self,
        candidate: &Candidate,
        index: [u8; 32],
    ) -> Result<Option<Link>, Error> {
        let key = (candidate.id.bytes().to_vec(), index.to_vec());
        let row = link::Entity::find_by_id(key).one(&self.executor()).await?;
        row.map(|row| open(candidate, &row)).transpose()
    }

    /// The links of a candidate, oldest first.
    pub async fn links(&self, candidate: &Candidate) -> Result<Vec<Link>, Error> {
        let rows = link::Entity::find()
            .filter(link::Column::CandidateId.eq(candidate.id.bytes().to_vec()))
            .order_by_asc(link::Column::MadeAt)
            .order_by_asc(link::Column::LinkIndex)
            .all(&self.executor())
            .await?;
        rows.iter().map(|row| open(candidate, row)).collect()
    }
}

fn open(candidate: &Candidate, row: &link::Model) -> Result<Link, Error> {
    let opened = |column, sealed: &[u8]| text(&candidate.key, column, sealed);
    let account = row.account_index.as_deref().map(<[u8; 32]>::try_from).transpose();
    Ok(Link {
        channel: channel(row.channel)?,
        address: opened(ADDRESS, &row.sealed_address)?,
        code: row.sealed_code.as_deref().map(|code| opened(CODE, code)).transpose()?,
        made_at: Timestamp::from_micros(row.made_at),
        account: account.map_err(|_| Error::corrupt("link.account_index"))?,
        confirmed_at: row.confirmed_at.map(Timestamp::from_micros),
        cursor: opened(CURSOR, &row.sealed_cursor)?,
        fetched_at: row.fetched_at.map(Timestamp::from_micros),
    })
}
