//! Consent: its states, its transitions, and the permit that only a valid consent gives.

use std::time::Duration;

use super::evidence::Channel;
use super::ids::{CandidateId, ConsentId, Handle, OrganizationId};
use super::scope::{Channels, Field, Fields, Purpose, Scope};
use super::time::Timestamp;

/// How long a request waits for an answer.
pub const REQUEST_LIFETIME: Duration = Duration::from_secs(30 * DAY_SECONDS);

/// How long after a refusal a new request is not delivered.
pub const REFUSAL_RESPITE: Duration = Duration::from_secs(182 * DAY_SECONDS);

/// Longest consent.
pub const DAYS_MAX: u16 = 365;

/// Length of a consent when the request does not say.
pub const DAYS_DEFAULT: u16 = 180;

const DAY_SECONDS: u64 = 86_400;

/// The stored state of a consent. Expiry is not stored: it follows from the time. The number is
/// stored and must never change its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Asked for.
    Requested = 1,
    /// Given.
    Granted = 2,
    /// Refused by the candidate.
    Refused = 3,
    /// Withdrawn by the candidate.
    Withdrawn = 4,
}

impl State {
    /// The state with this stored number.
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::Requested, Self::Granted, Self::Refused, Self::Withdrawn]
            .into_iter()
            .find(|state| *state as u8 == number)
    }
}

/// A state as somebody may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Asked for, no answer yet; to an organization, also refused.
    Requested,
    /// Given and in force.
    Granted,
    /// Refused; only to the candidate.
    Refused,
    /// Withdrawn; only to the candidate.
    Withdrawn,
    /// Not answered in time; to the candidate, also over.
    Expired,
    /// Given once, no longer in force; only to an organization, which is not told why.
    Ended,
}

/// One consent, from request to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// Who asks.
    pub organization: OrganizationId,
    /// The candidate as that organization knows her.
    pub handle: Handle,
    /// The candidate; unknown until somebody confirms the address that was asked.
    pub candidate: Option<CandidateId>,
    /// What is asked for; once granted, what was granted.
    pub scope: Scope,
    /// Where it stands.
    pub state: State,
    /// Counts every change, from 1.
    pub version: i64,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it was refused; decides until when new requests are not delivered.
    pub refused_at: Option<Timestamp>,
    /// When the request, or once granted the consent, ends by itself.
    pub expires_at: Timestamp,
    /// The days it would last, counted from the grant.
    pub days: u16,
}

/// A transition that the present state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// Only an open request can be answered.
    #[error("the request is no longer open")]
    NotOpen,
    /// Only what was granted can be withdrawn.
    #[error("the consent was never granted")]
    NeverGranted,
    /// More was named than was asked for.
    #[error("more was named than was asked for")]
    Wider,
}

/// What somebody asks to see.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Who asks.
    pub organization: OrganizationId,
    /// Why.
    pub purpose: Purpose,
    /// For which job.
    pub job_reference: String,
    /// The parts wanted; empty means all that the consent covers.
    pub fields: Fields,
}

/// Proof that a candidate agreed to this disclosure at this instant (promise P1). Only
/// [`Consent::decide`] and [`Permit::own`] make one; it cannot be copied, and opening evidence
/// consumes it.
#[derive(Debug)]
#[must_use = "a permit that is not used discloses nothing"]
pub struct Permit {
    candidate: CandidateId,
    fields: Fields,
    channels: Channels,
}

impl Permit {
    /// The permit of a candidate to see what is her own.
    pub fn own(candidate: CandidateId, channels: Channels) -> Self {
        Self { candidate, fields: Fields::all(), channels }
    }

    /// Whose profile it opens.
    pub fn candidate(&self) -> CandidateId {
        self.candidate
    }

    /// The parts it opens.
    pub fn fields(&self) -> Fields {
        self.fields
    }

    /// The channels it opens.
    pub fn channels(&self) -> Channels {
        self.channels
    }

    /// Whether it opens this part.
    pub fn opens(&self, field: Field) -> bool {
        self.fields.contains(field)
    }

    /// Whether it opens this channel.
    pub fn opens_channel(&self, channel: Channel) -> bool {
        self.channels.contains(channel)
    }
}

impl Consent {
    /// Permits what is asked if this consent is valid now and covers it; otherwise nothing, and
    /// no reason is given, because every reason would tell something (promise P5).
    pub fn decide(&self, ask: &Ask, now: Timestamp) -> Option<Permit> {
        let fields = if ask.fields.is_empty() { self.scope.fields } else { ask.fields };
        let covered = self.state == State::Granted
            && now < self.expires_at
            && self.organization == ask.organization
            && self.scope.purpose == ask.purpose
            && self.scope.job_reference == ask.job_reference
            && self.scope.fields.covers(fields);
        let candidate = self.candidate.filter(|_| covered)?;
        Some(Permit { candidate, fields, channels: self.scope.channels })
    }

    /// Whether the candidate can still answer.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state == State::Requested && now < self.expires_at
    }

    /// Agrees to all or part of what was asked for.
    pub fn grant(
        &mut self,
        fields: Fields,
        channels: Channels,
        days: u16,
        now: Timestamp,
    ) -> Result<(), Impossible> {
        if !self.is_open(now) {
            return Err(Impossible::NotOpen);
        }
        let narrower = self.scope.fields.covers(fields) && self.scope.channels.covers(channels);
        if !narrower || days > self.days {
            return Err(Impossible::Wider);
        }
        let days = if days == 0 { self.days } else { days };
        self.scope.fields = fields;
        self.scope.channels = channels;
        self.expires_at = now.plus(Duration::from_secs(u64::from(days) * DAY_SECONDS));
        self.become_state(State::Granted);
        Ok(())
    }

    /// Refuses. The expiry stays, so that the organization sees an unanswered request.
    pub fn refuse(&mut self, now: Timestamp) -> Result<(), Impossible> {
        if !self.is_open(now) {
            return Err(Impossible::NotOpen);
        }
        self.refused_at = Some(now);
        self.become_state(State::Refused);
        Ok(())
    }

    /// Withdraws; `false` when that was done before. Works after expiry too, because wanting to
    /// withdraw is never wrong.
    pub fn withdraw(&mut self) -> Result<bool, Impossible> {
        match self.state {
            State::Withdrawn => Ok(false),
            State::Granted => {
                self.become_state(State::Withdrawn);
                Ok(true)
            }
            State::Requested | State::Refused => Err(Impossible::NeverGranted),
        }
    }

    /// Asks again. Returns whether the record changed: an open request or a consent in force is
    /// left alone, and after a refusal the candidate is left in peace, though the organization
    /// sees the usual answer.
    pub fn ask_again(&mut self, scope: Scope, days: u16, now: Timestamp) -> bool {
        if now < self.expires_at && self.state != State::Withdrawn {
            return false;
        }
        self.requested_at = now;
        self.expires_at = now.plus(REQUEST_LIFETIME);
        self.scope = scope;
        self.days = days;
        let in_peace = self.refused_at.is_some_and(|at| now < at.plus(REFUSAL_RESPITE));
        if self.state != State::Refused || !in_peace {
            self.become_state(State::Requested);
        }
        true
    }

    /// The state as the candidate sees it.
    pub fn seen_by_candidate(&self, now: Timestamp) -> Seen {
        match self.state {
            State::Refused => Seen::Refused,
            State::Withdrawn => Seen::Withdrawn,
            State::Requested | State::Granted if now >= self.expires_at => Seen::Expired,
            State::Requested => Seen::Requested,
            State::Granted => Seen::Granted,
        }
    }

    /// The state as the organization sees it: a refusal looks like silence, and an end has no
    /// reason.
    pub fn seen_by_organization(&self, now: Timestamp) -> Seen {
        match self.state {
            State::Withdrawn => Seen::Ended,
            State::Granted if now >= self.expires_at => Seen::Ended,
            State::Granted => Seen::Granted,
            State::Requested | State::Refused if now >= self.expires_at => Seen::Expired,
            State::Requested | State::Refused => Seen::Requested,
        }
    }

    fn become_state(&mut self, state: State) {
        self.state = state;
        self.version += 1;
    }
}

#[cfg(test)]
#[path = "consent_tests.rs"]
mod tests;
