//! Looking profiles up.

use std::hint::black_box;
use std::sync::Arc;

use super::topics::Topics;
use super::{App, Error};
use crate::domain::consent::{Ask, Permit};
use crate::domain::entry::{Details, Entry, Kind};
use crate::domain::evidence::{Channel, Provenance, Signal};
use crate::domain::ids::{CandidateId, Handle, OrganizationId};
use crate::domain::model::Model;
use crate::domain::profile::{NamedScore, Outcome, Profile, TopicProfile, topic_profiles};
use crate::domain::scope::{Channels, Field, Fields, Purpose};
use crate::domain::score;
use crate::domain::score_name::ScoreName;
use crate::domain::summing::{Observed, Summing};
use crate::domain::time::{Day, Timestamp};
use crate::domain::topic::{Standing, TopicId};
use crate::storage::{self, Decide, Evidence, Found, LookUp, Sealed, lookup_key};
use crate::vault::Vault;

/// Topics of the evidence that stands in where nothing may be shown.
const DECOY_TOPICS: [TopicId; 2] = [TopicId::from_number(1), TopicId::from_number(2)];

/// Most claims that a profile shows.
const CLAIMS_MAX: usize = 50;

/// What an organization wants to see of a candidate.
#[derive(Clone, Debug)]
pub struct Query {
    /// The candidate as the organization knows her.
    pub handle: Handle,
    /// Why.
    pub purpose: Purpose,
    /// For which job.
    pub job_reference: String,
    /// The parts; empty means all that the consent covers.
    pub fields: Fields,
    /// Identifies the request in the record.
    pub request: String,
}

impl App {
    /// Looks a profile up. Returns what may be shown, and the index of the entry that records
    /// it, after that entry is durable (promises P1 to P3).
    pub async fn look_up(
        &self,
        organization: &OrganizationId,
        query: Query,
    ) -> Result<(Outcome<Profile>, u64), Error> {
        let Query { handle, purpose, job_reference, fields, request } = query;
        let look_up = LookUp {
            key: lookup_key(organization, handle, purpose, &job_reference),
            handle,
            ask: Ask { organization: organization.clone(), purpose, job_reference, fields },
            request,
        };
        let (outcome, index) = self.store.look_up(look_up).await?;
        let word = if matches!(outcome, Outcome::Refused) { "refused" } else { "shown" };
        metrics::counter!("look_ups_total", "outcome" => word).increment(1);
        Ok((outcome, index))
    }
}

/// The rule that the writer applies to each look-up inside the transaction.
pub(super) fn rule(model: Arc<Model>, vault: Vault, topics: Topics) -> Decide {
    let rule = Rule { decoy: decoy(&model, &vault), model, vault, topics };
    Arc::new(move |look_up, found, now| rule.decide(look_up, (found, now)))
}

struct Rule {
    model: Arc<Model>,
    vault: Vault,
    topics: Topics,
    decoy: Sealed,
}

impl Rule {
    fn decide(
        &self,
        look_up: &LookUp,
        (found, now): (&Found, Timestamp),
    ) -> Result<(Entry, Outcome<Profile>), storage::Error> {
        let Self { model, vault, decoy, .. } = self;
        let consent = found.consent.as_ref();
        let permit = consent.and_then(|consent| consent.decide(&look_up.ask, now));
        let (Some(consent), Some(sealed), Some(permit)) = (consent, found.sealed.as_ref(), permit)
        else {
            // The work that showing something costs is done all the same (promise P5).
            let permit = Permit::own(CandidateId::from_bytes([0; 16]), Channels::all());
            let evidence = decoy.open(permit, vault)?;
            black_box((
                named_score(model, &evidence, now.day()),
                self.claims(&evidence, now.day()),
            ));
            let candidate = consent.and_then(|consent| consent.candidate);
            return Ok((
                refusal(&look_up.ask, look_up.handle, &look_up.request, candidate),
                Outcome::Refused,
            ));
        };
        let evidence = sealed.open(permit, vault)?;
        let scored = named_score(model, &evidence, now.day());
        let permit = evidence.permit();
        let (fields, channels) = (permit.fields(), permit.channels());
        let score = permit.opens(Field::Score).then_some(scored);
        let claims = self.claims(&evidence, now.day());
        let topics = if permit.opens(Field::Topics) { claims } else { Vec::new() };
        let details = Details {
            score: score.as_ref().map(|score| score.name.to_string()),
            request: Some(look_up.request.clone()),
            ..Details::of_consent(consent.handle, consent.id, consent.version, &consent.scope)
        };
        let entry = Entry {
            kind: Kind::ProfileDisclosed,
            organization: Some(look_up.ask.organization.clone()),
            candidate: Some(permit.candidate()),
            details: details.with(fields, channels),
        };
        let profile = Profile {
            handle: consent.handle,
            fields,
            score,
            topics,
            consent: consent.id,
            consent_version: consent.version,
        };
        Ok((entry, Outcome::Shown(profile)))
    }

    /// The topics that are claimed on a day, which is never before the evidence's own.
    fn claims(&self, evidence: &Evidence, day: Day) -> Vec<TopicProfile> {
        let day = day.max(Day::from_number(evidence.summary.day));
        let (rules, population) = (&self.model.topics, self.topics.population());
        let mut claims = topic_profiles(rules, &evidence.summary, day, &population);
        claims.retain(|profile| profile.standing == Standing::Claim);
        claims.truncate(CLAIMS_MAX);
        claims
    }
}

/// The entry of something that was asked for and not shown.
pub(super) fn refusal(
    ask: &Ask,
    handle: Handle,
    request: &str,
    candidate: Option<CandidateId>,
) -> Entry {
    let mut details = Details::asked(handle, ask.purpose, &ask.job_reference);
    details.fields = Some(ask.fields.iter().map(Field::word).collect());
    details.request = Some(request.to_owned());
    let organization = Some(ask.organization.clone());
    Entry { kind: Kind::DisclosureRefused, organization, candidate, details }
}

/// The score of opened evidence as of a day, which is never before the evidence's own.
pub(super) fn named_score(model: &Arc<Model>, evidence: &Evidence, day: Day) -> NamedScore {
    let day = day.max(Day::from_number(evidence.summary.day));
    let channels = evidence.permit().channels();
    NamedScore {
        name: ScoreName::new(evidence.revision, day, model, channels),
        verdict: score::score(model, &evidence.summary, day),
        uploaded_permille: score::uploaded_permille(&evidence.summary),
        model: Arc::clone(model),
    }
}

/// Evidence of the usual size, of nobody.
fn decoy(model: &Model, vault: &Vault) -> Sealed {
    let day = Day::from_number(20_000);
    let mut summing = Summing::new(model, day);
    for age in 0..30 {
        for channel in [Channel::X, Channel::Mastodon] {
            let reactions = [Signal::Like, Signal::Reshare].map(|s| (s, 10, Provenance::Uploaded));
            let posted = Day::from_number(day.number() - age);
            summing.add(&Observed {
                channel,
                posted,
                reactions: &reactions,
                contradicted: false,
                about: &DECOY_TOPICS,
                heard: &[],
            });
        }
    }
    Sealed::decoy(vault, &summing.finish())
}
