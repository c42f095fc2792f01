//! Why nothing could be fetched, in words for the candidate. Hosts are named; what they answered
//! is never repeated.

use std::time::Duration;

use crate::domain::time::Timestamp;

/// Why nothing could be fetched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The handle or address that was given cannot be one.
    #[error("{0}")]
    Address(String),
    /// The operator did not set what this network demands.
    #[error("this service has no access to {0}: its operator must set {1}")]
    NotConfigured(&'static str, &'static str),
    /// The host may not be connected to.
    #[error("{host} is no public server; only servers on the open internet are asked, over https")]
    OutOfReach {
        /// The host.
        host: String,
    },
    /// The host did not answer, or broke off.
    #[error("{host} {problem}; try again later")]
    Unreachable {
        /// The host.
        host: String,
        /// What happened, as the end of a sentence that begins with the host.
        problem: &'static str,
    },
    /// The network knows no such account.
    #[error("{host} knows no such public account; check how it is spelled")]
    NotFound {
        /// The host.
        host: String,
    },
    /// The host turned the request away.
    #[error("{host} turned the request away with status {status}")]
    Refused {
        /// The host.
        host: String,
        /// The status of HTTP.
        status: u16,
    },
    /// The answer is not what the network's interface should give.
    #[error("{host} {problem}")]
    Unexpected {
        /// The host.
        host: String,
        /// What was wrong, as the end of a sentence that begins with the host.
        problem: &'static str,
    },
    /// The host asks to be left alone for longer than a fetch may wait.
    #[error("{host} asks to be left alone until {until}; what was read is kept, go on then")]
    Later {
        /// The host.
        host: String,
        /// When it may be asked again.
        until: Timestamp,
        /// How long that is from now.
        wait: Duration,
    },
    /// Nobody waits for the answer any more.
    #[error("the fetch was given up")]
    Stopped,
    /// A mistake of ours.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// An address that cannot be one, and what would be right.
    pub(super) fn address(why: impl Into<String>) -> Self {
        Self::Address(why.into())
    }

    /// An answer that is not what it should be.
    pub(super) fn unexpected(url: &reqwest::Url, problem: &'static str) -> Self {
        Self::Unexpected { host: host(url), problem }
    }

    /// A mistake of ours.
    pub(super) fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// Whether what was read before is worth keeping, because going on later makes sense. Some
    /// networks turn requests away without a word about when the next ones are welcome.
    pub(super) const fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Later { .. } | Self::Refused { .. })
    }
}

/// The host of a URL, for messages.
pub(super) fn host(url: &reqwest::Url) -> String {
    url.host_str().unwrap_or("the server").to_owned()
}
