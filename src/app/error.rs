//! What a caller can act on. Refused disclosures are not here: they are values.

use std::time::Duration;

use crate::{channels, fetch, mail, storage};

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A field is missing or malformed.
    #[error("{field}: {why}")]
    Invalid {
        /// The path of the field.
        field: String,
        /// What is wrong with it, and what would be right.
        why: String,
    },
    /// The request id was used with other content.
    #[error("the request id was used before with other content")]
    RequestIdReused,
    /// There is no such thing, or not for this caller.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// It exists already, or is not in a state that allows this.
    #[error("{0}")]
    Conflict(String),
    /// Another candidate brought this account.
    #[error(
        "this network account was already brought by another candidate; \
         remove it there, or ask the operator to look into it"
    )]
    AccountClaimed,
    /// The address now leads to another account than the one that was confirmed.
    #[error(
        "this address belongs to another account now; unlink it, link it again and prove that it \
         is yours"
    )]
    AccountChanged,
    /// The account does not show that it is the candidate's.
    #[error("{0}")]
    ProofMissing(String),
    /// The network did not answer, or not as it should.
    #[error("{0}")]
    Network(String),
    /// The upload cannot be read as an export.
    #[error("{0}")]
    Archive(String),
    /// Too many, or too large.
    #[error("{why}")]
    TooMany {
        /// What is too many.
        why: String,
        /// When trying again helps.
        retry_after: Option<Duration>,
    },
    /// Beyond the end of the ledger.
    #[error("{0}")]
    OutOfRange(String),
    /// The ledger cannot be written, so nothing is read either (promise P3).
    #[error("the record is not available; try again")]
    LedgerUnavailable(#[source] storage::Error),
    /// Our mistake.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A field that is wrong.
    pub fn invalid(field: &str, why: impl Into<String>) -> Self {
        Self::Invalid { field: field.to_owned(), why: why.into() }
    }

    /// A mistake of ours.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }
}

impl From<storage::Error> for Error {
    fn from(error: storage::Error) -> Self {
        match error {
            storage::Error::Unavailable(_) => Self::LedgerUnavailable(error),
            storage::Error::Conflict => {
                Self::Conflict("somebody else was first; ask again".to_owned())
            }
            storage::Error::Corrupt(_) | storage::Error::Database(_) => Self::internal(error),
        }
    }
}

impl From<mail::Error> for Error {
    fn from(error: mail::Error) -> Self {
        Self::internal(error)
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all others are about the candidate's file")]
impl From<channels::Error> for Error {
    fn from(error: channels::Error) -> Self {
        match error {
            channels::Error::Stopped => Self::Conflict("the upload was given up".to_owned()),
            channels::Error::Io(kind) => Self::internal(std::io::Error::from(kind)),
            about_the_file => Self::Archive(about_the_file.to_string()),
        }
    }
}

impl From<fetch::Error> for Error {
    fn from(error: fetch::Error) -> Self {
        let text = error.to_string();
        match error {
            fetch::Error::Address(why) => Self::invalid("address", why),
            fetch::Error::OutOfReach { .. } => Self::invalid("address", text),
            fetch::Error::NotConfigured(..) => Self::invalid("channel", text),
            fetch::Error::NotFound { .. } => Self::NotFound("account on its network"),
            fetch::Error::Later { wait, .. } => {
                Self::TooMany { why: text, retry_after: Some(wait) }
            }
            fetch::Error::Unreachable { .. }
            | fetch::Error::Refused { .. }
            | fetch::Error::Unexpected { .. } => Self::Network(text),
            fetch::Error::Stopped => Self::Conflict(text),
            fetch::Error::Internal(source) => Self::Internal(source),
        }
    }
}
