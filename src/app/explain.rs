//! Explaining scores: to organizations as far as a consent covers it, to candidates their own.
//!
//! An explanation may list thousands of items, so it is prepared outside the writer's
//! transaction from an immutable revision, and released inside it only if the consent still
//! permits exactly what was prepared.

use super::look_up::refusal;
use super::topics::ExplainedTopic;
use super::{App, Error};
use crate::crypto;
use crate::domain::consent::{Ask, Consent, Permit};
use crate::domain::document::{Document, Subject};
use crate::domain::entry::{Details, Entry, Kind};
use crate::domain::ids::{Handle, OrganizationId};
use crate::domain::model::{Digest, Model};
use crate::domain::profile::Outcome;
use crate::domain::scope::{Field, Fields, Purpose};
use crate::domain::score_name::ScoreName;
use crate::domain::time::{Day, Timestamp};
use crate::domain::topic::{Standing, TopicId};
use crate::storage::{Evidence, Found, View, lookup_key};

/// How often an explanation is prepared anew because consent or evidence changed meanwhile.
const ATTEMPTS: usize = 3;

/// How many earlier looks are searched for the one that a score's name came from.
const EARLIER_LOOKS: u64 = 1_000;

/// What is to be explained.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    /// A score; today's when it is not named.
    Score(Option<ScoreName>),
    /// The claim of a topic.
    Topic(TopicId),
}

/// What an organization wants explained.
#[derive(Clone, Debug)]
pub struct Query {
    /// The candidate as the organization knows her.
    pub handle: Handle,
    /// What is to be explained.
    pub wanted: Wanted,
    /// Why.
    pub purpose: Purpose,
    /// For which job.
    pub job_reference: String,
    /// Identifies the request in the record.
    pub request: String,
}

/// An explanation as it was released.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The document.
    pub document: Document,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub digest: String,
}

impl Explained {
    fn new(document: Document) -> Self {
        let bytes = document.render();
        let digest = hexadecimal(&bytes);
        Self { document, bytes, digest }
    }
}

/// SHA-256 of bytes, in hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    Digest::from_bytes(crypto::sha256(bytes)).to_string()
}

/// An explanation of either kind, as it was released.
#[derive(Clone, Debug)]
pub enum Released {
    /// Of a score.
    Score(Explained),
    /// Of a topic.
    Topic(ExplainedTopic),
}

impl Released {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Score(explained) => &explained.bytes,
            Self::Topic(explained) => &explained.bytes,
        }
    }

    fn digest(&self) -> &str {
        match self {
            Self::Score(explained) => &explained.digest,
            Self::Topic(explained) => &explained.digest,
        }
    }
}

/// An explanation that waits to be released.
struct Prepared {
    released: Released,
    /// The name of the score, where it is one that is explained.
    score: Option<ScoreName>,
    consent: Consent,
    evidence: Evidence,
}

impl App {
    /// Explains a score or a topic to an organization. The released bytes are kept, and their digest is in
    /// the ledger before this returns (promises P1 to P3).
    pub async fn explain(
        &self,
        organization: &OrganizationId,
        query: Query,
    ) -> Result<(Outcome<Released>, u64), Error> {
        let ask = Ask {
            organization: organization.clone(),
            purpose: query.purpose,
            job_reference: query.job_reference.clone(),
            fields: Fields::EMPTY,
        };
        for _ in 0..ATTEMPTS {
            let prepared = self.prepare(&ask, &query).await?;
            if let Some(answer) = self.release(&ask, &query, prepared).await? {
                return Ok(answer);
            }
        }
        let why = "consent or evidence kept changing while the explanation was made; ask again";
        Err(Error::Conflict(why.to_owned()))
    }

    async fn prepare(&self, ask: &Ask, query: &Query) -> Result<Option<Prepared>, Error> {
        let view = self.store.snapshot().await?;
        let Some(model) = self.model_of(query) else { return Ok(None) };
        let key = lookup_key(&ask.organization, query.handle, ask.purpose, &ask.job_reference);
        let found = view.found(key, model.digest).await?;
        let now = view.now();
        let Some((consent, permit)) = permitted((ask, query.wanted), &found, now) else {
            return Ok(None);
        };
        let Some(evidence) = self.evidence(&view, query, &found, permit).await? else {
            return Ok(None);
        };
        let revision_day = Day::from_number(evidence.summary.day);
        let (today, consent) = (now.day().max(revision_day), consent.clone());
        let asked = match query.wanted {
            Wanted::Score(asked) => asked,
            Wanted::Topic(topic) => {
                let at = (Some(query.handle), today, topic);
                let Some(explained) = self.explained_topic(&view, &evidence, at).await? else {
                    return Ok(None);
                };
                // What is less than a claim is nobody else's business.
                let claimed = explained.standing() == Standing::Claim;
                let released = Released::Topic(explained);
                return Ok(claimed.then_some(Prepared {
                    released,
                    score: None,
                    consent,
                    evidence,
                }));
            }
        };
        let day = asked.map_or(today, |score| score.day);
        let channels = evidence.permit().channels();
        let score = ScoreName::new(evidence.revision, day, model, channels);
        let named = asked.is_none_or(|asked| asked == score);
        if !named || day < revision_day || day > today {
            return Ok(None);
        }
        let explained = document(&view, model, &evidence, (Some(query.handle), day)).await?;
        let (released, score) = (Released::Score(explained), Some(score));
        Ok(Some(Prepared { released, score, consent, evidence }))
    }

    /// Opens the evidence that the score was computed from: the current revision, or an earlier
    /// one if this organization was shown its score.
    async fn evidence(
        &self,
        view: &View,
        query: &Query,
        found: &Found,
        permit: Permit,
    ) -> Result<Option<Evidence>, Error> {
        let Some(sealed) = &found.sealed else { return Ok(None) };
        // Today's score needs no proof that it was shown: it is what the consent is about.
        let old = |score: &ScoreName| {
            score.revision != sealed.revision()
                || !self.model.digest.bytes().starts_with(&score.model)
        };
        let asked = match query.wanted {
            Wanted::Score(asked) => asked,
            Wanted::Topic(_) => None,
        };
        let Some(score) = asked.filter(old) else {
            return Ok(Some(sealed.open(permit, &self.vault)?));
        };
        let looks = view.accesses(permit.candidate(), None, EARLIER_LOOKS).await?;
        let word = format!("\"score\":\"{score}\"");
        let handle = format!("\"candidate\":\"{}\"", query.handle);
        let shown = looks.iter().filter_map(|look| look.opening.as_ref()).any(|opening| {
            let document = String::from_utf8_lossy(&opening.document);
            document.contains(&word) && document.contains(&handle)
        });
        if !shown {
            return Ok(None);
        }
        let Some(model) = self.models.of(&score) else { return Ok(None) };
        Ok(view.evidence_at(permit, &self.vault, score.revision, model).await?)
    }

    /// The model that the score is, or was, made with.
    fn model_of(&self, query: &Query) -> Option<&Model> {
        match &query.wanted {
            Wanted::Score(Some(score)) => self.models.of(score).map(AsRef::as_ref),
            Wanted::Score(None) | Wanted::Topic(_) => Some(&self.model),
        }
    }

    /// Releases what was prepared, or refuses; `None` if it must be prepared anew.
    async fn release(
        &self,
        ask: &Ask,
        query: &Query,
        prepared: Option<Prepared>,
    ) -> Result<Option<(Outcome<Released>, u64)>, Error> {
        let digest = self.model_of(query).unwrap_or(&self.model).digest;
        let (ask, query) = (ask.clone(), query.clone());
        let key = lookup_key(&ask.organization, query.handle, ask.purpose, &ask.job_reference);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let found = tx.found(key, digest).await?;
                    let permitted = permitted((&ask, query.wanted), &found, tx.now());
                    let candidate = found.consent.as_ref().and_then(|consent| consent.candidate);
                    let (Some((consent, _)), Some(prepared)) = (permitted, prepared) else {
                        let entry = refusal(&ask, query.handle, &query.request, candidate);
                        return Ok(Some((Outcome::Refused, tx.append(&entry))));
                    };
                    let latest = found.sealed.as_ref().map(crate::storage::Sealed::revision);
                    let named = matches!(query.wanted, Wanted::Score(Some(_)));
                    let stale = !named && latest != Some(prepared.evidence.revision);
                    if *consent != prepared.consent || stale {
                        return Ok(None);
                    }
                    let entry = disclosure(&ask, &query, &prepared);
                    let index = tx.append(&entry);
                    let Prepared { released, evidence, .. } = prepared;
                    tx.insert_released(index, &evidence, released.bytes()).await?;
                    Ok(Some((Outcome::Shown(released), index)))
                })
            })
            .await
    }
}

/// The document of a score, for an organization or for the candidate herself.
pub(super) async fn document(
    view: &View,
    model: &Model,
    evidence: &Evidence,
    (candidate, day): (Option<Handle>, Day),
) -> Result<Explained, Error> {
    let items = evidence.items(view).await?;
    let subject = subject(evidence, candidate, day);
    Ok(Explained::new(Document::new(model, &subject, &items)))
}

/// What of opened evidence is to be explained.
pub(super) fn subject(evidence: &Evidence, candidate: Option<Handle>, day: Day) -> Subject<'_> {
    Subject {
        candidate,
        revision: evidence.revision,
        summary: &evidence.summary,
        day,
        channels: evidence.permit().channels(),
    }
}

/// A permit for an explanation: of a score it needs the score and the channels, of a topic topics.
fn permitted<'f>(
    (ask, wanted): (&Ask, Wanted),
    found: &'f Found,
    now: Timestamp,
) -> Option<(&'f Consent, Permit)> {
    let consent = found.consent.as_ref()?;
    let permit = consent.decide(ask, now)?;
    let enough = match wanted {
        Wanted::Score(_) => permit.opens(Field::Score) && permit.opens(Field::Channels),
        Wanted::Topic(_) => permit.opens(Field::Topics),
    };
    enough.then_some((consent, permit))
}

fn disclosure(ask: &Ask, query: &Query, prepared: &Prepared) -> Entry {
    let (consent, permit) = (&prepared.consent, prepared.evidence.permit());
    let details = Details {
        score: prepared.score.map(|score| score.to_string()),
        topic: match query.wanted {
            Wanted::Topic(topic) => Some(topic.to_string()),
            Wanted::Score(_) => None,
        },
        digest: Some(prepared.released.digest().to_owned()),
        request: Some(query.request.clone()),
        ..Details::of_consent(consent.handle, consent.id, consent.version, &consent.scope)
    };
    Entry {
        kind: Kind::ExplanationDisclosed,
        organization: Some(ask.organization.clone()),
        candidate: Some(permit.candidate()),
        details: details.with(permit.fields(), permit.channels()),
    }
}
