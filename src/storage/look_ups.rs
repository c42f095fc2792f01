//! Many look-ups in one transaction: one reading finds every consent with the evidence it may
//! open, the rules decide each, one writing records all, and after the commit each caller hears.
//! The lock, the waiting for the database and the sync to disk are paid once (the README's
//! figures say what that is worth). What differs between the databases is in the files beside.

mod postgres;
mod session;
mod sqlite;

use std::sync::Arc;

use sea_orm::DatabaseConnection;
use tokio::sync::oneshot;

use super::additions::Additions;
use super::disclosure::{Found, Sealed};
use super::entity::consent;
use super::{Error, tx};
use crate::clock::Clock;
use crate::domain::consent::{Ask, Consent};
use crate::domain::entry::Entry;
use crate::domain::ids::{CandidateId, Handle};
use crate::domain::profile::{Outcome, Profile};
use crate::domain::time::Timestamp;

pub(super) use session::Session;

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
    /// The connection of everything else that the writer does.
    pub(super) writer: DatabaseConnection,
    /// The connection of look-ups.
    pub(super) session: Session,
    pub(super) clock: Clock,
    pub(super) decide: Decide,
    /// Most look-ups of one transaction.
    pub(super) size: usize,
    #[cfg(feature = "sabotage")]
    pub(super) sabotage: super::sabotage::Sabotage,
}

impl Group {
    /// Runs the look-ups whose callers still wait.
    pub(super) async fn run(&mut self, waiting: Vec<(LookUp, Reply)>) {
        // Nobody is shown anything for a caller that has left, so nothing is recorded either.
        let (look_ups, replies): (Vec<_>, Vec<_>) =
            waiting.into_iter().filter(|(_, reply)| !reply.is_closed()).unzip();
        if look_ups.is_empty() {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a group has at most a few hundred")]
        metrics::histogram!("look_up_group_size").record(look_ups.len() as f64);
        let (additions, answers) = match self.prepare(&look_ups).await {
            Ok(prepared) => prepared,
            Err(error) => return fail(&error, replies),
        };
        #[cfg(feature = "sabotage")]
        if self.sabotage.is(super::sabotage::Bug::RecordAfterAnswer) {
            answer(answers, replies);
            super::sabotage::Sabotage::pause().await;
            let _ = self.session.commit(additions).await;
            return;
        }
        match self.session.commit(additions).await {
            Ok(()) => answer(answers, replies),
            Err(error) => fail(&error, replies),
        }
    }

    /// Everything but the commit.
    async fn prepare(&mut self, look_ups: &[LookUp]) -> Result<(Additions, Vec<Answer>), Error> {
        let keys: Vec<[u8; 16]> = look_ups.iter().map(|look_up| look_up.key).collect();
        #[cfg(feature = "sabotage")]
        let early = self.find_early(&keys).await?;
        let (mut additions, rows) = self.session.begin(&keys, &self.clock).await?;
        let found: Vec<Result<Found, Error>> = rows.into_iter().map(Row::found).collect();
        #[cfg(feature = "sabotage")]
        let found = early.unwrap_or(found);
        let mut answers: Vec<Answer> = Vec::with_capacity(look_ups.len());
        for (look_up, found) in look_ups.iter().zip(found) {
            // One candidate whose row cannot be read must not fail the others.
            let now = additions.now();
            let decided = found.and_then(|found| (self.decide)(look_up, &found, now));
            answers.push(decided.map(|(entry, outcome)| (outcome, additions.append(&entry))));
        }
        #[cfg(feature = "sabotage")]
        self.spoil(look_ups, &mut answers);
        Ok((additions, answers))
    }
}

/// The statement that finds consents with the evidence they may open, given where their keys come
/// from and how the model is called. Its columns are in the order of [`Row`].
macro_rules! find {
    ($from:literal, $model:literal) => {
        concat!(
            "SELECT c.id, c.organization, c.handle, c.candidate_id, c.purpose, c.job_reference, \
                 c.fields, c.channels, c.state, c.version, c.requested_at, c.refused_at, \
                 c.expires_at, c.days, p.wrapped_key, p.revision, s.sealed_summary \
             FROM ",
            $from,
            " LEFT JOIN candidate p ON p.id = c.candidate_id \
             LEFT JOIN summary s ON s.candidate_id = p.id AND s.revision = p.revision \
             AND s.model = ",
            $model
        )
    };
}
use find;

/// What is found for a key: a consent, and of its candidate what is sealed.
#[derive(Default)]
struct Row {
    consent: Option<consent::Model>,
    wrapped_key: Option<Vec<u8>>,
    revision: Option<i64>,
    summary: Option<Vec<u8>>,
}

impl Row {
    fn found(self) -> Result<Found, Error> {
        let Some(consent) = self.consent.map(Consent::try_from).transpose()? else {
            return Ok(Found::default());
        };
        let sealed = match (consent.candidate, self.wrapped_key, self.revision) {
            (Some(candidate), Some(wrapped_key), Some(revision)) => {
                Some(Sealed { candidate, wrapped_key, revision, summary: self.summary })
            }
            _ => None,
        };
        Ok(Found { consent: Some(consent), sealed })
    }
}

/// A candidate's id as it is stored.
pub(super) fn candidate_id(bytes: &[u8]) -> Result<CandidateId, Error> {
    CandidateId::try_from(bytes).map_err(|_| Error::corrupt("a candidate's id"))
}

#[cfg(feature = "sabotage")]
mod planted {
    use super::super::sabotage::{Bug, Sabotage};
    use super::{Answer, Error, Found, Group, LookUp, Row};

    impl Group {
        /// What is found before the head is taken, where a bug wants that.
        pub(super) async fn find_early(
            &mut self,
            keys: &[[u8; 16]],
        ) -> Result<Option<Vec<Result<Found, Error>>>, Error> {
            let cached = self.sabotage.is(Bug::ConsentCached);
            if !cached && !self.sabotage.is(Bug::NoLock) {
                return Ok(None);
            }
            let rows = self.session.find(keys).await?;
            let mut found = rows.into_iter().map(Row::found).collect::<Result<Vec<_>, _>>()?;
            if cached {
                self.sabotage.cache(keys, &mut found);
            } else {
                Sabotage::pause().await;
            }
            Ok(Some(found.into_iter().map(Ok).collect()))
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
