//! Between messages and the words of the domain. Enumerations are refused when not set or not
//! known; nothing is guessed.

use tonic::Status;

use super::names;
use super::status::invalid;
use super::topics;
use crate::app::Stored;
use crate::app::consents::SeenConsent;
use crate::app::links::{self, Link};
use crate::app::page::Page;
use crate::auth::Caller;
use crate::domain::consent::Seen;
use crate::domain::evidence::Channel;
use crate::domain::organization::Organization;
use crate::domain::profile::{NamedScore, Profile};
use crate::domain::scope::{Channels, Field, Fields, Purpose};
use crate::domain::score::Verdict;
use crate::domain::time::Timestamp;
use crate::pb;
use crate::topics::Ontology;

pub(super) fn time(at: Timestamp) -> prost_types::Timestamp {
    let micros = at.micros();
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap_or(0);
    prost_types::Timestamp { seconds: micros.div_euclid(1_000_000), nanos }
}

/// Numbers on the wire are signed, as they are in every client language.
pub(super) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(field: &str, value: i64) -> Result<u64, Status> {
    u64::try_from(value).map_err(|_| invalid(field, "must not be negative"))
}

pub(super) fn purpose(field: &str, value: i32) -> Result<Purpose, Status> {
    let known = u8::try_from(value).ok().and_then(Purpose::from_number);
    known.ok_or_else(|| invalid(field, "name a purpose"))
}

pub(super) fn fields(field: &str, values: &[i32]) -> Result<Fields, Status> {
    let known = |value: &i32| Field::ALL.into_iter().find(|field| *field as i32 == *value);
    let set: Option<Fields> = values.iter().map(known).collect();
    set.ok_or_else(|| invalid(field, "names a part of the profile that there is not"))
}

pub(super) fn channels(field: &str, values: &[i32]) -> Result<Channels, Status> {
    let known = |value: &i32| u8::try_from(*value).ok().and_then(Channel::from_number);
    let set: Option<Channels> = values.iter().map(known).collect();
    set.ok_or_else(|| invalid(field, "names a channel that there is not"))
}

pub(super) fn channel(field: &str, value: i32) -> Result<Channel, Status> {
    let known = u8::try_from(value).ok().and_then(Channel::from_number);
    known.ok_or_else(|| invalid(field, "name a channel"))
}

pub(super) fn link(link: &Link) -> pb::AccountLink {
    pb::AccountLink {
        channel: i32::from(link.channel.number()),
        address: link.address.clone(),
        code: link.code.clone().unwrap_or_default(),
        expire_time: links::expires_at(link).map(time),
        confirm_time: link.confirmed_at.map(time),
        fetch_time: link.fetched_at.map(time),
    }
}

/// A page of a list, bound to the caller: subjects are unique only with issuer and identity.
pub(super) fn page(size: i32, token: String, list: &str, caller: &Caller) -> Page {
    let Caller { issuer, subject, identity } = caller;
    Page { size, token, list: format!("{list}\n{issuer}\n{identity:?}\n{subject}") }
}

pub(super) fn channel_numbers(channels: Channels) -> Vec<i32> {
    channels.iter().map(|channel| i32::from(channel.number())).collect()
}

fn field_numbers(fields: Fields) -> Vec<i32> {
    fields.iter().map(|field| field as i32).collect()
}

pub(super) fn score(candidate: &str, score: &NamedScore) -> pb::Score {
    let (name, model) = (score.name, &score.model);
    let mut message = pb::Score {
        name: format!("candidates/{candidate}/scores/{name}"),
        state: pb::score::State::InsufficientEvidence.into(),
        as_of_date: name.day.to_string(),
        model: format!("models/{}", model.version),
        model_digest: model.digest.to_string(),
        revision: name.revision,
        channels: channel_numbers(name.channels),
        uploaded_permille: score.uploaded_permille.into(),
        ..pb::Score::default()
    };
    if let Verdict::Scored { points, low, high } = score.verdict {
        message.state = pb::score::State::Scored.into();
        message.micropoints = points.micros();
        message.low_micropoints = low.micros();
        message.high_micropoints = high.micros();
    }
    message
}

pub(super) fn profile(ontology: &Ontology, profile: &Profile) -> pb::Profile {
    let handle = profile.handle.to_string();
    pb::Profile {
        topics: profile.topics.iter().map(|topic| topics::profile(ontology, topic)).collect(),
        score: profile.score.as_ref().map(|named| score(&handle, named)),
        candidate: format!("candidates/{handle}"),
        fields: field_numbers(profile.fields),
        consent: format!("consents/{}", profile.consent),
        consent_version: profile.consent_version,
    }
}

pub(super) fn organization(organization: &Organization) -> pb::Organization {
    pb::Organization {
        name: format!("organizations/{}", organization.id),
        display_name: organization.display_name.clone(),
        create_time: Some(time(organization.created_at)),
    }
}

pub(super) fn consent(seen: &SeenConsent) -> pb::Consent {
    use pb::consent::State;
    let consent = &seen.consent;
    let state = match seen.seen {
        Seen::Requested => State::Requested,
        Seen::Granted => State::Granted,
        Seen::Refused => State::Refused,
        Seen::Withdrawn => State::Withdrawn,
        Seen::Expired => State::Expired,
        Seen::Ended => State::Ended,
    };
    let handle = if seen.own { String::new() } else { format!("candidates/{}", consent.handle) };
    pb::Consent {
        name: format!("consents/{}", consent.id),
        organization: format!("organizations/{}", consent.organization),
        candidate: handle,
        purpose: i32::from(consent.scope.purpose.number()),
        job_reference: consent.scope.job_reference.clone(),
        fields: field_numbers(consent.scope.fields),
        channels: channel_numbers(consent.scope.channels),
        state: state.into(),
        version: consent.version,
        create_time: Some(time(consent.requested_at)),
        expire_time: Some(time(consent.expires_at)),
        requested_days: i32::from(consent.days),
    }
}

pub(super) fn entry(stored: Stored) -> pb::Entry {
    let (index, leaf) = (stored.index, stored.leaf);
    let mut entry = pb::Entry {
        name: names::entry_name(index),
        index: signed(index),
        leaf,
        ..pb::Entry::default()
    };
    if let Some(opening) = stored.opening {
        entry.create_time = Some(time(opening.time));
        entry.kind = opening.kind.map(|kind| kind.word().to_owned()).unwrap_or_default();
        let name = |id: String| format!("organizations/{id}");
        entry.organization = opening.organization.map(name).unwrap_or_default();
        entry.document = opening.document;
        entry.salt = opening.salt;
    }
    entry
}
