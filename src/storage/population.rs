//! Who is counted among whom: counts of candidates by topic and bucket, and what each counted
//! candidate added to them, sealed, so that it can be taken away again exactly.

use sea_orm::{ConnectionTrait as _, DbBackend, EntityTrait as _, Set, Statement, Value};
use serde::{Deserialize, Serialize};

use super::candidates::Candidate;
use super::entity::population_share;
use super::{Error, Tx, View};
use crate::domain::ids::CandidateId;
use crate::domain::model::Model;
use crate::domain::population::{Place, Population};
use crate::domain::time::{Day, Timestamp};
use crate::domain::topic::TopicId;

const SHARE: &str = "population_share.sealed_share";

/// What a candidate added to the counts.
#[derive(Serialize, Deserialize)]
struct Share {
    model: [u8; 32],
    places: Vec<Place>,
}

/// $1 model, $2 places with what is to be added, as JSON.
const COUNT_POSTGRES: &str = "\
    INSERT INTO population (model, topic, last_day, bucket, candidates) \
    SELECT $1, (m->>0)::bigint, (m->>1)::bigint, (m->>2)::bigint, (m->>3)::bigint \
    FROM jsonb_array_elements($2::jsonb) AS e(m) WHERE true \
    ON CONFLICT (model, topic, last_day, bucket) \
    DO UPDATE SET candidates = population.candidates + excluded.candidates";
/// The same.
const COUNT_SQLITE: &str = "\
    INSERT INTO population (model, topic, last_day, bucket, candidates) \
    SELECT ?1, value->>0, value->>1, value->>2, value->>3 FROM json_each(?2) WHERE true \
    ON CONFLICT (model, topic, last_day, bucket) \
    DO UPDATE SET candidates = population.candidates + excluded.candidates";

/// A place where nobody is counted any more leaves no row. $1 model, $2 places as JSON.
const CLEAR_POSTGRES: &str = "\
    DELETE FROM population WHERE model = $1 AND candidates = 0 AND topic IN \
    (SELECT (m->>0)::bigint FROM jsonb_array_elements($2::jsonb) AS e(m))";
/// The same.
const CLEAR_SQLITE: &str = "\
    DELETE FROM population WHERE model = ?1 AND candidates = 0 AND topic IN \
    (SELECT value->>0 FROM json_each(?2))";

impl Tx {
    /// Counts a candidate from now on; where she stands is written by [`Tx::put_share`].
    pub async fn join_population(&self, candidate: &Candidate, model: &Model) -> Result<(), Error> {
        let share = Share { model: model.digest.bytes(), places: Vec::new() };
        self.insert_share(candidate, &share, self.now()).await
    }

    /// Says where a candidate stands now, if she is counted; whatever she added before goes.
    pub async fn put_share(
        &self,
        candidate: &Candidate,
        model: &Model,
        places: Vec<Place>,
    ) -> Result<(), Error> {
        let Some((joined_at, before)) = self.share(candidate).await? else { return Ok(()) };
        self.count(&before, -1).await?;
        let share = Share { model: model.digest.bytes(), places };
        self.count(&share, 1).await?;
        self.delete_share(candidate.id).await?;
        self.insert_share(candidate, &share, joined_at).await
    }

    /// Counts a candidate no longer; false when she was not counted.
    pub async fn leave_population(&self, candidate: &Candidate) -> Result<bool, Error> {
        let Some((_, before)) = self.share(candidate).await? else { return Ok(false) };
        self.count(&before, -1).await?;
        self.delete_share(candidate.id).await?;
        Ok(true)
    }

    async fn insert_share(
        &self,
        candidate: &Candidate,
        share: &Share,
        joined_at: Timestamp,
    ) -> Result<(), Error> {
        let share = serde_json::to_vec(share).map_err(|_| Error::corrupt(SHARE))?;
        let row = population_share::ActiveModel {
            candidate_id: Set(candidate.id.bytes().to_vec()),
            sealed_share: Set(candidate.key.seal(SHARE, &share)),
            joined_at: Set(joined_at.micros()),
        };
        population_share::Entity::insert(row).exec_without_returning(&self.executor()).await?;
        Ok(())
    }

    async fn delete_share(&self, candidate: CandidateId) -> Result<(), Error> {
        let id = candidate.bytes().to_vec();
        population_share::Entity::delete_by_id(id).exec(&self.executor()).await?;
        Ok(())
    }

    async fn share(&self, candidate: &Candidate) -> Result<Option<(Timestamp, Share)>, Error> {
        let id = candidate.id.bytes().to_vec();
        let row = population_share::Entity::find_by_id(id).one(&self.executor()).await?;
        row.map(|row| {
            let share = candidate.key.open(SHARE, &row.sealed_share);
            let share = share.map_err(|_| Error::corrupt(SHARE))?;
            let share = serde_json::from_slice(&share).map_err(|_| Error::corrupt(SHARE))?;
            Ok((Timestamp::from_micros(row.joined_at), share))
        })
        .transpose()
    }

    async fn count(&self, share: &Share, by: i64) -> Result<(), Error> {
        // Two topics never share a place, so no place is twice in one statement.
        let lines: Vec<_> = share
            .places
            .iter()
            .map(|place| (place.topic.number(), place.last_day, place.bucket, by))
            .collect();
        let lines = serde_json::to_string(&lines).map_err(|_| Error::corrupt(SHARE))?;
        let executor = self.executor();
        let backend = executor.get_database_backend();
        for (postgres, sqlite) in [(COUNT_POSTGRES, COUNT_SQLITE), (CLEAR_POSTGRES, CLEAR_SQLITE)] {
            let sql = if backend == DbBackend::Postgres { postgres } else { sqlite };
            let values: [Value; 2] = [share.model.to_vec().into(), lines.clone().into()];
            executor.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        }
        Ok(())
    }
}

impl View {
    /// Since when a candidate is counted; `None` when she is not.
    pub async fn counted_since(&self, candidate: CandidateId) -> Result<Option<Timestamp>, Error> {
        let id = candidate.bytes().to_vec();
        let row = population_share::Entity::find_by_id(id).one(&self.executor()).await?;
        Ok(row.map(|row| Timestamp::from_micros(row.joined_at)))
    }

    /// How many candidates stand where, by a model, as of a day.
    pub async fn population(&self, model: &Model, as_of: Day) -> Result<Population, Error> {
        let mut population = Population::new(as_of);
        let executor = self.executor();
        let first = i64::from(as_of.number()) - i64::from(model.topics.window_days);
        let statement = Statement::from_sql_and_values(
            executor.get_database_backend(),
            "SELECT topic, last_day, bucket, candidates FROM population \
             WHERE model = $1 AND last_day > $2",
            [model.digest.bytes().to_vec().into(), first.into()],
        );
        for row in executor.query_all_raw(statement).await? {
            let number = |at| -> Result<i64, Error> { Ok(row.try_get_by_index(at)?) };
            let corrupt = |_| Error::corrupt("population");
            let place = Place {
                topic: TopicId::from_number(u32::try_from(number(0)?).map_err(corrupt)?),
                last_day: i32::try_from(number(1)?).map_err(corrupt)?,
                bucket: i32::try_from(number(2)?).map_err(corrupt)?,
            };
            population.add(&model.topics, place, super::ledger::unsigned(number(3)?)?);
        }
        Ok(population)
    }
}
