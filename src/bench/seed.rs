//! Filling a database: candidates with evidence and a consent, written directly, because what
//! enrolment and imports cost is not measured here.

use crate::app::{App, Error};
use crate::crypto;
use crate::domain::consent::{Consent, State};
use crate::domain::evidence::{Channel, Provenance, Signal};
use crate::domain::ids::{CandidateId, ConsentId, Handle};
use crate::domain::scope::{Channels, Field, Purpose, Scope};
use crate::domain::summary::Summary;
use crate::domain::summing::{Observed, Summing};
use crate::domain::time::Day;
use crate::pb;
use crate::storage::{NewCandidate, Prepared, Tx, Watermarks};

/// The organization that looks.
pub(super) const ORGANIZATION: &str = "bench";

/// The job of all consents.
pub(super) const JOB: &str = "J-1";

/// One in so many consents is withdrawn.
const REFUSED: usize = 10;

/// Candidates written in one transaction.
const CHUNK: usize = 250;

/// Whom to look up.
pub(super) struct Seeded {
    /// The handles, in random order.
    pub(super) handles: Vec<Handle>,
}

impl Seeded {
    /// A profile of the usual size, for the echo.
    pub(super) fn profile(&self) -> pb::Profile {
        let candidate = self.handles.first().map(ToString::to_string).unwrap_or_default();
        let score = pb::Score {
            name: format!("candidates/{candidate}/scores/r1-20261122-0123456789ab-c6"),
            state: pb::score::State::Scored.into(),
            micropoints: 43_210_987,
            low_micropoints: 40_123_456,
            high_micropoints: 46_123_456,
            as_of_date: "2026-11-22".to_owned(),
            model: "models/2026.11".to_owned(),
            model_digest: "0".repeat(64),
            revision: 1,
            channels: vec![1, 2],
            uploaded_permille: 1_000,
        };
        pb::Profile {
            topics: Vec::new(),
            candidate: format!("candidates/{candidate}"),
            fields: vec![1, 3],
            score: Some(score),
            consent: format!("consents/{candidate}"),
            consent_version: 2,
        }
    }
}

pub(super) async fn seed(app: &App, candidates: usize) -> anyhow::Result<Seeded> {
    let organization = ORGANIZATION.parse()?;
    if app.organization(&organization).await.is_err() {
        app.create_organization(organization, "Bench AG").await?;
    }
    let mut handles = Vec::with_capacity(candidates);
    let today = app.clock.now().day();
    for from in (0..candidates).step_by(CHUNK) {
        let vault = app.vault.clone();
        let model = std::sync::Arc::clone(&app.model);
        let summary = summary(app, today);
        let to = (from + CHUNK).min(candidates);
        let written = app
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    let mut written = Vec::new();
                    for number in from..to {
                        let id = CandidateId::from_bytes(crypto::random());
                        let (key, wrapped_key) = vault.new_key(id);
                        let new = NewCandidate {
                            id,
                            subject_index: crypto::random(),
                            wrapped_key,
                            key: &key,
                            display_name: "",
                        };
                        tx.insert_candidate(&new).await?;
                        let watermarks = Watermarks { item: 0, observation: 0, topics: 0 };
                        tx.insert_summary((id, &key), 0, &model, &summary).await?;
                        let prepared = Prepared { watermarks, summary: summary.clone() };
                        tx.insert_revision(id, 0, &prepared).await?;
                        written.push(consent(tx, id, number % REFUSED == 0).await?);
                    }
                    Ok(written)
                })
            })
            .await?;
        handles.extend(written);
    }
    Ok(Seeded { handles })
}

async fn consent(tx: &Tx, candidate: CandidateId, withdrawn: bool) -> Result<Handle, Error> {
    let handle = Handle::from_bytes(crypto::random());
    let consent = Consent {
        id: ConsentId::from_bytes(crypto::random()),
        organization: ORGANIZATION.parse().map_err(Error::internal)?,
        handle,
        candidate: Some(candidate),
        scope: Scope {
            purpose: Purpose::Application,
            job_reference: JOB.to_owned(),
            fields: [Field::Score, Field::Channels].into_iter().collect(),
            channels: Channels::all(),
        },
        state: if withdrawn { State::Withdrawn } else { State::Granted },
        version: 2,
        requested_at: tx.now(),
        refused_at: None,
        expires_at: tx.now().plus(std::time::Duration::from_hours(24)),
        days: 1,
    };
    tx.insert_consent(&consent, crypto::random()).await?;
    Ok(handle)
}

/// Evidence of the usual size: two channels, thirty items each.
fn summary(app: &App, today: Day) -> Summary {
    let mut summing = Summing::new(&app.model, today);
    for age in 0..30 {
        for channel in [Channel::X, Channel::Mastodon] {
            let reactions =
                [Signal::Like, Signal::Reshare].map(|signal| (signal, 40, Provenance::Uploaded));
            let posted = Day::from_number(today.number() - age);
            summing.add(&Observed {
                channel,
                posted,
                reactions: &reactions,
                contradicted: false,
                about: &[],
                heard: &[],
            });
        }
    }
    summing.finish()
}
