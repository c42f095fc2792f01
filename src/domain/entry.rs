//! What the ledger records, and its one byte encoding: a JSON document that people can read.
//! The bytes are stored and hashed as they are written here once; nothing is ever encoded again.

use serde::Serialize;

use super::ids::{CandidateId, ConsentId, Handle, OrganizationId};
use super::scope::{Channels, Field, Fields, Purpose, Scope};
use super::time::Timestamp;

/// What happened. The word is recorded and must never change its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// An organization asked for consent.
    ConsentRequested,
    /// A candidate gave it.
    ConsentGranted,
    /// A candidate refused.
    ConsentRefused,
    /// A candidate withdrew.
    ConsentWithdrawn,
    /// A profile was shown to an organization.
    ProfileDisclosed,
    /// An explanation was shown to an organization.
    ExplanationDisclosed,
    /// Something was asked for and not shown.
    DisclosureRefused,
    /// An auditor read a released explanation.
    ExplanationAudited,
    /// A model came into use.
    ModelReleased,
    /// A candidate agreed to be counted among others.
    PopulationJoined,
    /// A candidate is counted no longer.
    PopulationLeft,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::ConsentRequested,
        Self::ConsentGranted,
        Self::ConsentRefused,
        Self::ConsentWithdrawn,
        Self::ProfileDisclosed,
        Self::ExplanationDisclosed,
        Self::DisclosureRefused,
        Self::ExplanationAudited,
        Self::ModelReleased,
        Self::PopulationJoined,
        Self::PopulationLeft,
    ];

    /// The recorded word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ConsentRequested => "CONSENT_REQUESTED",
            Self::ConsentGranted => "CONSENT_GRANTED",
            Self::ConsentRefused => "CONSENT_REFUSED",
            Self::ConsentWithdrawn => "CONSENT_WITHDRAWN",
            Self::ProfileDisclosed => "PROFILE_DISCLOSED",
            Self::ExplanationDisclosed => "EXPLANATION_DISCLOSED",
            Self::DisclosureRefused => "DISCLOSURE_REFUSED",
            Self::ExplanationAudited => "EXPLANATION_AUDITED",
            Self::ModelReleased => "MODEL_RELEASED",
            Self::PopulationJoined => "POPULATION_JOINED",
            Self::PopulationLeft => "POPULATION_LEFT",
        }
    }

    /// The kind with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The stored number: the position in [`Kind::ALL`], from 1.
    pub const fn number(self) -> i16 {
        self as i16 + 1
    }

    /// The kind with this stored number.
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }
}

/// An entry before it has its place in the ledger.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What happened.
    pub kind: Kind,
    /// The organization concerned.
    pub organization: Option<OrganizationId>,
    /// The candidate concerned. Stored beside the document, erasable, never inside it: the
    /// document names her by handle only.
    pub candidate: Option<CandidateId>,
    /// The rest of the document.
    pub details: Details,
}

/// The parts of an entry's document that depend on its kind; those that do not apply are absent.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Details {
    /// The candidate as the organization knows her, or the handle it asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate: Option<String>,
    /// The purpose's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<&'static str>,
    /// The job reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_reference: Option<String>,
    /// The consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<String>,
    /// The version of the consent after the change, or relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_version: Option<i64>,
    /// The parts asked for, granted or shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<&'static str>>,
    /// The channels asked for, granted or shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<&'static str>>,
    /// The end of the consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// The score that was shown: `r…-…-…-…`, the last part of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
    /// The topic that was explained, by its Wikidata item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// SHA-256 of the released document, or of the model file, in hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The entry that an auditor's reading refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of_entry: Option<u64>,
    /// The auditor, by the subject of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auditor: Option<String>,
    /// The model's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

impl Details {
    /// The parts that name a consent.
    pub fn of_consent(handle: Handle, consent: ConsentId, version: i64, scope: &Scope) -> Self {
        Self {
            consent: Some(consent.to_string()),
            consent_version: Some(version),
            ..Self::asked(handle, scope.purpose, &scope.job_reference)
        }
        .with(scope.fields, scope.channels)
    }

    /// The parts that name what was asked.
    pub fn asked(handle: Handle, purpose: Purpose, job_reference: &str) -> Self {
        Self {
            candidate: Some(handle.to_string()),
            purpose: Some(purpose.word()),
            job_reference: Some(job_reference.to_owned()),
            ..Self::default()
        }
    }

    /// These details with fields and channels.
    #[must_use]
    pub fn with(mut self, fields: Fields, channels: Channels) -> Self {
        self.fields = Some(fields.iter().map(Field::word).collect());
        self.channels = Some(channels.iter().map(super::evidence::Channel::word).collect());
        self
    }
}

impl Entry {
    /// The document as it is stored and hashed, given its place. Version 1 of the encoding: JSON
    /// without white space, keys in this order.
    pub fn encode(&self, index: u64, time: Timestamp) -> Vec<u8> {
        #[derive(Serialize)]
        struct Placed<'a> {
            version: u8,
            index: u64,
            time: String,
            kind: Kind,
            #[serde(skip_serializing_if = "Option::is_none")]
            organization: Option<&'a str>,
            #[serde(flatten)]
            details: &'a Details,
        }
        let placed = Placed {
            version: 1,
            index,
            time: time.to_string(),
            kind: self.kind,
            organization: self.organization.as_ref().map(OrganizationId::as_str),
            details: &self.details,
        };
        // Strings and integers only: there is nothing that JSON could refuse.
        serde_json::to_vec(&placed).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evidence::Channel;

    /// The encoding is for ever: this text never changes while version 1 exists.
    #[test]
    fn version_1_is_encoded_as_it_always_was() {
        let scope = Scope {
            purpose: Purpose::Application,
            job_reference: "J \"1\"".to_owned(),
            fields: [Field::Score].into_iter().collect(),
            channels: [Channel::X, Channel::Mastodon].into_iter().collect(),
        };
        let (handle, consent) = (Handle::from_bytes([1; 16]), ConsentId::from_bytes([2; 16]));
        let entry = Entry {
            kind: Kind::ProfileDisclosed,
            organization: Some("acme".parse().unwrap()),
            candidate: Some(CandidateId::from_bytes([3; 16])),
            details: Details {
                score: Some("r1-20261122-0123456789ab-c6".to_owned()),
                request: Some("6f9619ff-8b86-4d01-b42d-00cf4fc964ff".to_owned()),
                ..Details::of_consent(handle, consent, 2, &scope)
            },
        };
        let encoded = entry.encode(7, Timestamp::from_seconds(1_800_000_000));
        assert_eq!(
            String::from_utf8(encoded).unwrap(),
            r#"{"version":1,"index":7,"time":"2027-01-15T08:00:00.000000Z","kind":"PROFILE_DISCLOSED","organization":"acme","candidate":"01010101010101010101010101010101","purpose":"application","job_reference":"J \"1\"","consent":"02020202020202020202020202020202","consent_version":2,"fields":["score"],"channels":["x","mastodon"],"score":"r1-20261122-0123456789ab-c6","request":"6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}"#
        );
    }

    #[test]
    fn kinds_keep_their_words_and_numbers() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
            assert_eq!(Kind::from_number(kind.number()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.word()));
        }
    }
}
