//! What must be permitted, as a person would say it: who agreed to what, until when.

use std::collections::BTreeMap;

use glasklar::domain::consent::{REFUSAL_RESPITE, REQUEST_LIFETIME};
use glasklar::domain::time::Timestamp;
use std::time::Duration;

use super::history::About;

/// Organization, person and job by their places in the cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) organization: usize,
    pub(super) person: usize,
    pub(super) job: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Requested,
    Granted,
    Refused,
    Withdrawn,
}

/// What became of the requests for one place.
#[derive(Clone, Debug)]
pub(super) struct Agreement {
    pub(super) about: About,
    /// The consent's resource name.
    pub(super) name: String,
    pub(super) state: State,
    pub(super) fields: Vec<i32>,
    pub(super) channels: Vec<i32>,
    pub(super) days: i32,
    expires: Timestamp,
    refused: Option<Timestamp>,
}

/// Everybody's agreements.
#[derive(Default)]
pub(super) struct Model {
    pub(super) agreements: BTreeMap<Place, Agreement>,
    pub(super) enrolled: Vec<usize>,
}

impl Model {
    /// Whether an answer of this person counts now.
    pub(super) fn is_open(&self, place: Place, now: Timestamp) -> bool {
        let agreement = self.agreements.get(&place);
        self.enrolled.contains(&place.person)
            && agreement.is_some_and(|a| a.state == State::Requested && now < a.expires)
    }

    /// Whether a withdrawal does something, or nothing; `None` when it is an error.
    pub(super) fn withdrawal(&self, place: Place) -> Option<bool> {
        match self.agreements.get(&place)?.state {
            State::Granted => Some(true),
            State::Withdrawn => Some(false),
            State::Requested | State::Refused => None,
        }
    }

    /// The parts that a look-up is shown, if it is shown anything. No part named means all.
    pub(super) fn shows(&self, place: Place, asked: &[i32], now: Timestamp) -> Option<Vec<i32>> {
        let agreement = self.agreements.get(&place)?;
        let valid = agreement.state == State::Granted && now < agreement.expires;
        let fields = if asked.is_empty() { &agreement.fields } else { asked };
        let covered = fields.iter().all(|field| agreement.fields.contains(field));
        (valid && covered).then(|| fields.to_vec())
    }

    /// Whether an explanation is shown, of today's score or of one from these channels.
    pub(super) fn explains(&self, place: Place, of: Option<&[i32]>, now: Timestamp) -> bool {
        let needed = [1, 3];
        self.shows(place, &needed, now).is_some()
            && of.is_none_or(|channels| self.agreements[&place].channels == channels)
    }
}

impl Agreement {
    pub(super) fn new(about: About, name: String, now: Timestamp) -> Self {
        Self {
            about,
            name,
            state: State::Requested,
            fields: Vec::new(),
            channels: Vec::new(),
            days: 0,
            expires: now,
            refused: None,
        }
    }

    /// What asking does: nothing while an answer is awaited or in force; after a refusal the
    /// person is left in peace for half a year.
    pub(super) fn asked(&mut self, fields: &[i32], days: i32, now: Timestamp) {
        if now < self.expires && self.state != State::Withdrawn {
            return;
        }
        (self.fields, self.channels, self.days) = (fields.to_vec(), vec![1, 2], days);
        self.expires = now.plus(REQUEST_LIFETIME);
        let in_peace = self.refused.is_some_and(|at| now < at.plus(REFUSAL_RESPITE));
        if !(in_peace && self.state == State::Refused) {
            self.state = State::Requested;
        }
    }

    pub(super) fn granted(&mut self, fields: &[i32], channels: &[i32], now: Timestamp) {
        self.state = State::Granted;
        (self.fields, self.channels) = (fields.to_vec(), channels.to_vec());
        let days = u64::try_from(self.days).unwrap_or(0);
        self.expires = now.plus(Duration::from_secs(days * 86_400));
    }

    pub(super) fn refused(&mut self, now: Timestamp) {
        (self.state, self.refused) = (State::Refused, Some(now));
    }
}
