//! Asking for consent, and answering.

use std::fmt::Write as _;

use super::organizations::{cut, text};
use super::page::Page;
use super::{App, Error};
use crate::auth::{Caller, Identity};
use crate::crypto;
use crate::domain::consent::{
    Consent, DAYS_DEFAULT, DAYS_MAX, Impossible, REQUEST_LIFETIME, Seen, State,
};
use crate::domain::entry::{Details, Entry, Kind};
use crate::domain::ids::{CandidateId, ConsentId, Handle, OrganizationId};
use crate::domain::scope::{Channels, Fields, JOB_REFERENCE_MAX, Purpose, Scope};
use crate::domain::time::Timestamp;
use crate::storage::{Tx, lookup_key};
use crate::vault::Subject;

/// A request for consent.
#[derive(Clone, Debug)]
pub struct Request {
    /// The person in the organization's own system: scheme, agency, value.
    pub external_id: [String; 3],
    /// Her e-mail address.
    pub contact: String,
    /// Why.
    pub purpose: Purpose,
    /// For which job.
    pub job_reference: String,
    /// The parts asked for.
    pub fields: Fields,
    /// The channels asked for; empty means all.
    pub channels: Channels,
    /// For how many days; zero means the default.
    pub days: u16,
    /// Marks repetitions; empty when there is no such mark.
    pub request_id: String,
}

/// A consent as somebody may see it.
#[derive(Clone, Debug)]
pub struct SeenConsent {
    /// The consent.
    pub consent: Consent,
    /// Its state, as that somebody may see it.
    pub seen: Seen,
    /// Whether the candidate herself is looking.
    pub own: bool,
}

/// What a candidate answers.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// Agrees, to no more than was asked for.
    Grant {
        /// The parts.
        fields: Fields,
        /// The channels.
        channels: Channels,
        /// For how many days; zero means what was asked for.
        days: u16,
    },
    /// Refuses.
    Refuse,
    /// Withdraws.
    Withdraw,
}

impl App {
    /// Asks a person for consent. The answer is the same whether or not she is known.
    pub async fn request_consent(
        &self,
        organization: &OrganizationId,
        request: Request,
    ) -> Result<(SeenConsent, Option<u64>), Error> {
        let contact = address(&request.contact)?;
        let scope = scope(&request)?;
        let days = days(request.days)?;
        let external = external_index(self, organization, &request)?;
        let contact_index = self.vault.blind(Subject::Contact, &[contact.as_bytes()]);
        let (replay_key, digest) = replay(organization, &request);
        let new_handle = Handle::from_bytes(crypto::random());
        let new_consent = ConsentId::from_bytes(crypto::random());
        let organization = organization.clone();
        let repeated = !request.request_id.is_empty();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if tx.organization(&organization).await?.is_none() {
                        return Err(Error::NotFound("organization"));
                    }
                    if let Some((earlier, consent)) =
                        tx.replay(replay_key).await?.filter(|_| repeated)
                    {
                        if earlier != digest {
                            return Err(Error::RequestIdReused);
                        }
                        let consent =
                            tx.consent(consent).await?.ok_or(Error::NotFound("consent"))?;
                        return Ok((as_organization(consent, tx.now()), None));
                    }
                    let handle = tx.handle_or_insert(external, &organization, new_handle).await?;
                    let fresh = Consent {
                        id: new_consent,
                        organization,
                        handle,
                        candidate: tx.candidate_by_contact(contact_index).await?,
                        scope,
                        state: State::Requested,
                        version: 1,
                        requested_at: tx.now(),
                        refused_at: None,
                        expires_at: tx.now().plus(REQUEST_LIFETIME),
                        days,
                    };
                    let (consent, index) = ask(tx, fresh, contact_index).await?;
                    if repeated {
                        tx.insert_replay(replay_key, digest, consent.id).await?;
                    }
                    Ok((as_organization(consent, tx.now()), Some(index)))
                })
            })
            .await
    }

    /// Answers a request, or withdraws a consent. Returns the index of the entry, unless nothing
    /// changed.
    pub async fn answer_consent(
        &self,
        caller: &Caller,
        id: ConsentId,
        answer: Answer,
    ) -> Result<(SeenConsent, Option<u64>), Error> {
        let me = self.me(&self.store.view(), caller).await?.id;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let consent = tx.consent(id).await?.filter(|c| c.candidate == Some(me));
                    let mut consent = consent.ok_or(Error::NotFound("consent"))?;
                    let Some(kind) = apply(&mut consent, answer, tx.now())? else {
                        return Ok((as_candidate(consent, tx.now()), None));
                    };
                    tx.update_consent(&consent).await?;
                    let index = tx.append(&entry(kind, &consent));
                    Ok((as_candidate(consent, tx.now()), Some(index)))
                })
            })
            .await
    }

    /// One consent, as the caller may see it.
    pub async fn consent(&self, caller: &Caller, id: ConsentId) -> Result<SeenConsent, Error> {
        let view = self.store.view();
        let consent = view.consent(id).await?;
        let seen = match &caller.identity {
            Identity::Recruiter(organization) => consent
                .filter(|consent| consent.organization == *organization)
                .map(|consent| as_organization(consent, view.now())),
            Identity::Candidate => {
                let me = self.me(&view, caller).await?.id;
                consent
                    .filter(|consent| consent.candidate == Some(me))
                    .map(|consent| as_candidate(consent, view.now()))
            }
            Identity::Auditor | Identity::Operator => None,
        };
        seen.ok_or(Error::NotFound("consent"))
    }

    /// Consents as the caller may see them, newest first, and the token of the next page.
    pub async fn consents(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<(Vec<SeenConsent>, String), Error> {
        let (view, limit) = (self.store.view(), page.limit()?);
        let before = self.position(page)?.and_then(|position| {
            let (time, id) = position.split_first_chunk::<8>()?;
            let time = Timestamp::from_micros(i64::from_be_bytes(*time));
            Some((time, ConsentId::try_from(id).ok()?))
        });
        let (mut found, own) = if let Some(organization) = caller.organization() {
            (view.consents_of_organization(organization, before, limit + 1).await?, false)
        } else {
            let me = self.me(&view, caller).await?.id;
            (view.consents_of_candidate(me, before, limit + 1).await?, true)
        };
        let next = cut(&mut found, limit).map(|last| {
            let position = [&last.requested_at.micros().to_be_bytes()[..], &last.id.bytes()];
            self.token(page, &position.concat())
        });
        let seen = if own { as_candidate } else { as_organization };
        let found = found.into_iter().map(|consent| seen(consent, view.now())).collect();
        Ok((found, next.unwrap_or_default()))
    }
}

/// Asks anew, or again. The entry is written either way, so that asking twice looks no different
/// from asking once.
async fn ask(
    tx: &mut Tx,
    fresh: Consent,
    contact_index: [u8; 32],
) -> Result<(Consent, u64), Error> {
    let Scope { purpose, job_reference, .. } = &fresh.scope;
    let key = lookup_key(&fresh.organization, fresh.handle, *purpose, job_reference);
    let consent = match tx.consent_by_key(key).await? {
        None => {
            tx.insert_consent(&fresh, contact_index).await?;
            fresh
        }
        Some(mut consent) => {
            if consent.ask_again(fresh.scope, fresh.days, tx.now()) {
                tx.update_consent(&consent).await?;
            }
            consent
        }
    };
    let index = tx.append(&entry(Kind::ConsentRequested, &consent));
    Ok((consent, index))
}

fn apply(consent: &mut Consent, answer: Answer, now: Timestamp) -> Result<Option<Kind>, Error> {
    let done = match answer {
        Answer::Grant { fields, channels, days } => {
            consent.grant(fields, channels, days, now).map(|()| Some(Kind::ConsentGranted))
        }
        Answer::Refuse => consent.refuse(now).map(|()| Some(Kind::ConsentRefused)),
        Answer::Withdraw => {
            consent.withdraw().map(|changed| changed.then_some(Kind::ConsentWithdrawn))
        }
    };
    done.map_err(|impossible| match impossible {
        Impossible::Wider => Error::invalid("fields", "names more than was asked for"),
        Impossible::NotOpen | Impossible::NeverGranted => Error::Conflict(impossible.to_string()),
    })
}

fn entry(kind: Kind, consent: &Consent) -> Entry {
    let details = Details {
        expires: Some(consent.expires_at.to_string()),
        ..Details::of_consent(consent.handle, consent.id, consent.version, &consent.scope)
    };
    let (organization, candidate) = (Some(consent.organization.clone()), consent.candidate);
    Entry { kind, organization, candidate, details }
}

/// What an organization may know: after a refusal, exactly what silence would show.
fn as_organization(mut consent: Consent, now: Timestamp) -> SeenConsent {
    let seen = consent.seen_by_organization(now);
    consent.candidate = None::<CandidateId>;
    consent.refused_at = None;
    if seen != Seen::Granted {
        consent.version = 0;
    }
    SeenConsent { consent, seen, own: false }
}

fn as_candidate(consent: Consent, now: Timestamp) -> SeenConsent {
    let seen = consent.seen_by_candidate(now);
    SeenConsent { consent, seen, own: true }
}

fn scope(request: &Request) -> Result<Scope, Error> {
    if request.fields.is_empty() {
        return Err(Error::invalid("fields", "name at least one part of the profile"));
    }
    let all = request.channels.is_empty();
    Ok(Scope {
        purpose: request.purpose,
        job_reference: text("job_reference", &request.job_reference, JOB_REFERENCE_MAX)?,
        fields: request.fields,
        channels: if all { Channels::all() } else { request.channels },
    })
}

fn days(days: u16) -> Result<u16, Error> {
    match days {
        0 => Ok(DAYS_DEFAULT),
        1..=DAYS_MAX => Ok(days),
        _ => Err(Error::invalid("days", format!("must be 1 to {DAYS_MAX}"))),
    }
}

fn external_index(
    app: &App,
    organization: &OrganizationId,
    request: &Request,
) -> Result<[u8; 32], Error> {
    let [scheme, agency, value] = &request.external_id;
    let scheme = text("external_id.scheme", scheme, 64)?;
    let agency = text("external_id.agency", agency, 64)?;
    let value = text("external_id.value", value, 128)?;
    for (field, text) in [("external_id.scheme", &scheme), ("external_id.value", &value)] {
        if text.is_empty() {
            return Err(Error::invalid(field, "must not be empty"));
        }
    }
    let parts =
        [organization.as_str().as_bytes(), scheme.as_bytes(), agency.as_bytes(), value.as_bytes()];
    Ok(app.vault.blind(Subject::ExternalId, &parts))
}

/// What a request id is remembered by, and a digest of what it was used for.
fn replay(organization: &OrganizationId, request: &Request) -> ([u8; 32], [u8; 32]) {
    let key = crypto::sha256(format!("{organization}\n{}", request.request_id).as_bytes());
    let mut content = String::new();
    // Writing to a string cannot fail.
    let _ = write!(content, "{request:?}");
    (key, crypto::sha256(content.as_bytes()))
}

/// The canonical form of an e-mail address.
pub(super) fn address(text: &str) -> Result<String, Error> {
    let address = text.trim().to_lowercase();
    let wrong = |why: &str| Err(Error::invalid("contact", why));
    if address.len() > 254 {
        return wrong("an e-mail address has at most 254 characters");
    }
    let printable = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;:\"()[]\\".contains(c);
    let Some((local, domain)) = address.rsplit_once('@') else {
        return wrong("expected an e-mail address such as ada@example.org");
    };
    let labels = domain.split('.');
    let host = labels.clone().count() > 1 && labels.clone().all(|label| !label.is_empty());
    if local.is_empty() || local.contains('@') || !host || !address.chars().all(printable) {
        return wrong("expected an e-mail address such as ada@example.org");
    }
    Ok(address)
}
