//! Looking profiles up.

use std::hint::black_box;
use std::sync::Arc;

use super::{App, Error};
use crate::domain::consent::{Ask, Permit};
use crate::domain::entry::{Details, Entry, Kind};
use crate::domain::evidence::{Channel, Provenance, Signal};
use crate::domain::ids::{CandidateId, Handle, OrganizationId};
use crate::domain::model::Model;
use crate::domain::profile::{NamedScore, Outcome, Profile};
use crate::domain::scope::{Channels, Field, Fields, Purpose};
use crate::domain::score;
use crate::domain::score_name::ScoreName;
use crate::domain::summing::{Observed, Summing};
use crate::domain::time::{Day, Timestamp};
use crate::storage::{self, Decide, Evidence, Found, LookUp, Sealed, lookup_key};
use crate::vault::Vault;

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
pub(super) fn rule(model: Arc<Model>, vault: Vault) -> Decide {
    let decoy = decoy(&model, &vault);
    Arc::new(move |look_up, found, now| decide(&model, &vault, &decoy, look_up, (found, now)))
}

fn decide(
    model: &Model,
    vault: &Vault,
    decoy: &Sealed,
    look_up: &LookUp,
    (found, now): (&Found, Timestamp),
) -> Result<(Entry, Outcome<Profile>), storage::Error> {
    let consent = found.consent.as_ref();
    let permit = consent.and_then(|consent| consent.decide(&look_up.ask, now));
    let (Some(consent), Some(sealed), Some(permit)) = (consent, found.sealed.as_ref(), permit)
    else {
        // The work that showing something costs is done all the same (promise P5).
        let permit = Permit::own(CandidateId::from_bytes([0; 16]), Channels::all());
        black_box(named_score(model, &decoy.open(permit, vault)?, now.day()));
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
        consent: consent.id,
        consent_version: consent.version,
    };
    Ok((entry, Outcome::Shown(profile)))
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
pub(super) fn named_score(model: &Model, evidence: &Evidence, day: Day) -> NamedScore {
    let day = day.max(Day::from_number(evidence.summary.day));
    let channels = evidence.permit().channels();
    NamedScore {
        name: ScoreName::new(evidence.revision, day, model, channels),
        verdict: score::score(model, &evidence.summary, day),
        uploaded_permille: score::uploaded_permille(&evidence.summary),
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
                about: &[],
                heard: &[],
            });
        }
    }
    Sealed::decoy(vault, &summing.finish())
}
