//! Many look-ups in one transaction: one statement reads every consent with the evidence it may
//! open, the rules decide each, one statement records all, and after the commit each caller
//! hears. The lock, the round trips and the sync to disk are paid once (the
//! README's figures say what that is worth).

use std::sync::Arc;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, QueryResult, Statement};
use tokio::sync::oneshot;

use super::consents::from_row;
use super::disclosure::{Found, Sealed};
use super::{Error, Tx, View};
use crate::clock::Clock;
use crate::domain::consent::Ask;
use crate::domain::entry::Entry;
use crate::domain::ids::{CandidateId, Handle};
use crate::domain::profile::{Outcome, Profile};
use crate::domain::time::Timestamp;

/// One look-up, waiting.
#[derive(Clone, Debug)]
pub struct LookUp {
    /// Finds the consent; see [`super::lookup_key`].
    pub key: [u8; 16],
    /// The handle asked for.
    pub handle: Handle,
    /// Who asks, why, for what.
    pub ask: Ask,
    /// Identifies the request in the record.
    pub request: String,
}

/// What is asked about each look-up in the transaction: consent, evidence and time in; what to
/// record and what to answer out.
pub type Decide = Arc<
    dyn Fn(&LookUp, &Found, Timestamp) -> Result<(Entry, Outcome<Profile>), Error> + Send + Sync,
>;

/// What comes of a look-up, with the index of its entry.
type Answer = Result<(Outcome<Profile>, u64), Error>;

/// Where the answer goes.
pub(super) type Reply = oneshot::Sender<Answer>;

fn answer(answers: Vec<Answer>, replies: Vec<Reply>) {
    for (answer, reply) in answers.into_iter().zip(replies) {
        // A caller that has left meanwhile was recorded as shown: rather too much than too little.
        let _ = reply.send(answer);
    }
}

fn fail(error: &Error, replies: Vec<Reply>) {
    tracing::error!(%error, look_ups = replies.len(), "look-ups were not recorded");
    for reply in replies {
        let text = "the look-ups could not be recorded".to_owned();
        let _ = reply.send(Err(Error::Unavailable(text)));
    }
}

pub(super) struct Group {
    pub(super) writer: DatabaseConnection,
    pub(super) clock: Clock,
    pub(super) decide: Decide,
    pub(super) model: [u8; 32],
    /// Most look-ups of one transaction.
    pub(super) size: usize,
    #[cfg(feature = "sabotage")]
    pub(super) sabotage: super::sabotage::Sabotage,
}

const SELECT: &str = "\
    SELECT c.id, c.organization, c.handle, c.candidate_id, c.purpose, c.job_reference, c.fields, \
        c.channels, c.state, c.version, c.requested_at, c.refused_at, c.expires_at, c.days, \
        p.wrapped_key, p.revision, s.sealed_summary \
    FROM k LEFT JOIN consent c ON c.lookup_key = k.key \
    LEFT JOIN candidate p ON p.id = c.candidate_id \
    LEFT JOIN summary s ON s.candidate_id = p.id AND s.revision = p.revision AND s.model = $2 \
    ORDER BY k.i";

impl Group {
    /// Runs the look-ups whose callers still wait.
    pub(super) async fn run(&self, waiting: Vec<(LookUp, Reply)>) {
        // Nobody is shown anything for a caller that has left, so nothing is recorded either.
        let (look_ups, replies): (Vec<_>, Vec<_>) =
            waiting.into_iter().filter(|(_, reply)| !reply.is_closed()).unzip();
        if look_ups.is_empty() {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a group has at most a few hundred")]
        metrics::histogram!("look_up_group_size").record(look_ups.len() as f64);
        let (tx, answers) = match self.prepare(&look_ups).await {
            Ok(prepared) => prepared,
            Err(error) => return fail(&error, replies),
        };
        #[cfg(feature = "sabotage")]
        if self.sabotage.is(super::sabotage::Bug::RecordAfterAnswer) {
            answer(answers, replies);
            super::sabotage::Sabotage::pause().await;
            let _ = tx.commit().await;
            return;
        }
        match tx.commit().await {
            Ok(()) => answer(answers, replies),
            Err(error) => fail(&error, replies),
        }
    }

    /// Everything but the commit.
    async fn prepare(&self, look_ups: &[LookUp]) -> Result<(Tx, Vec<Answer>), Error> {
        #[cfg(feature = "sabotage")]
        let early = self.read_without_lock(look_ups).await?;
        let mut tx = Tx::begin(&self.writer, &self.clock).await?;
        let found = match self.read(&tx, look_ups).await {
            Ok(found) => found,
            Err(error) => {
                tx.rollback().await;
                return Err(error);
            }
        };
        #[cfg(feature = "sabotage")]
        let found = early.unwrap_or(found);
        let mut answers: Vec<Answer> = Vec::with_capacity(look_ups.len());
        for (look_up, found) in look_ups.iter().zip(&found) {
            // One candidate whose row cannot be read must not fail the others.
            let decided = (self.decide)(look_up, found, tx.now());
            answers.push(decided.map(|(entry, outcome)| (outcome, tx.append(&entry))));
        }
        #[cfg(feature = "sabotage")]
        self.spoil(look_ups, &mut answers);
        Ok((tx, answers))
    }

    async fn read(&self, view: &View, look_ups: &[LookUp]) -> Result<Vec<Found>, Error> {
        let executor = view.executor();
        let backend = executor.get_database_backend();
        let keys: Vec<u8> = look_ups.iter().flat_map(|look_up| look_up.key).collect();
        let count = i32::try_from(look_ups.len()).unwrap_or(i32::MAX);
        let packed = if backend == DbBackend::Postgres {
            "WITH k AS (SELECT i, substr($1::bytea, 1 + 16 * i, 16) AS key \
             FROM generate_series(0, $3 - 1) AS i) "
        } else {
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $3), \
             k AS (SELECT i, substr($1, 1 + 16 * i, 16) AS key FROM n) "
        };
        let values = vec![keys.into(), self.model.to_vec().into(), count.into()];
        let sql = format!("{packed}{SELECT}");
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let rows = executor.query_all_raw(statement).await?;
        if rows.len() != look_ups.len() {
            return Err(Error::corrupt("more than one consent for a look-up"));
        }
        rows.iter().map(found).collect()
    }
}

fn found(row: &QueryResult) -> Result<Found, Error> {
    let Some(id) = row.try_get_by_index::<Option<Vec<u8>>>(0)? else {
        return Ok(Found::default());
    };
    let consent = from_row(row, &id)?;
    let sealed = match (consent.candidate, row.try_get_by_index::<Option<Vec<u8>>>(14)?) {
        (Some(candidate), Some(wrapped_key)) => Some(Sealed {
            candidate,
            wrapped_key,
            revision: row.try_get_by_index(15)?,
            summary: row.try_get_by_index(16)?,
        }),
        _ => None,
    };
    Ok(Found { consent: Some(consent), sealed })
}

/// A candidate's id as it is stored.
pub(super) fn candidate_id(bytes: &[u8]) -> Result<CandidateId, Error> {
    CandidateId::try_from(bytes).map_err(|_| Error::corrupt("a candidate's id"))
}

#[cfg(feature = "sabotage")]
mod planted {
    use super::super::sabotage::{Bug, Sabotage};
    use super::{Answer, Error, Found, Group, LookUp, View};

    impl Group {
        pub(super) async fn read_without_lock(
            &self,
            look_ups: &[LookUp],
        ) -> Result<Option<Vec<Found>>, Error> {
            let view = View::pooled(self.writer.clone(), self.clock.clone());
            if self.sabotage.is(Bug::NoLock) {
                let found = self.read(&view, look_ups).await?;
                Sabotage::pause().await;
                return Ok(Some(found));
            }
            if self.sabotage.is(Bug::ConsentCached) {
                let mut found = self.read(&view, look_ups).await?;
                let keys: Vec<_> = look_ups.iter().map(|look_up| look_up.key).collect();
                self.sabotage.cache(&keys, &mut found);
                return Ok(Some(found));
            }
            Ok(None)
        }

        pub(super) fn spoil(&self, look_ups: &[LookUp], answers: &mut [Answer]) {
            if !self.sabotage.is(Bug::ReplayNotRechecked) {
                return;
            }
            for (look_up, answer) in look_ups.iter().zip(answers) {
                if let Ok((outcome, _)) = answer {
                    *outcome = self.sabotage.replay(&look_up.request, outcome.clone());
                }
            }
        }
    }
}
