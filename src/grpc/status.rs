//! The only place where an error becomes a `Status`. Every status carries an `ErrorInfo`
//! (AIP-193); none carries an inner text, which goes to the log with the request's id.

use std::collections::HashMap;
use std::error::Error as _;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use super::trailer;
use crate::app;
use crate::pb::ErrorReason;

/// The domain of every `ErrorInfo`.
pub const DOMAIN: &str = "glasklar.v1";

/// When a client may try again that was turned away because of load.
const RETRY: Duration = Duration::from_millis(200);

fn details(reason: ErrorReason) -> ErrorDetails {
    let word = reason.as_str_name().trim_start_matches("ERROR_REASON_");
    ErrorDetails::with_error_info(word, DOMAIN, HashMap::new())
}

fn make(code: Code, reason: ErrorReason, message: &str) -> Status {
    Status::with_error_details(code, message, details(reason))
}

fn retry(code: Code, reason: ErrorReason, message: &str, after: Option<Duration>) -> Status {
    let mut details = details(reason);
    if after.is_some() {
        details.set_retry_info(after);
    }
    Status::with_error_details(code, message, details)
}

/// Nothing can be shown. The same bytes for every cause but the entry's index (promise P5).
pub(super) fn refused(index: u64) -> Status {
    let mut status = make(
        Code::PermissionDenied,
        ErrorReason::ConsentNotAvailable,
        "nothing about this candidate is available to this caller (or the candidate might not exist)",
    );
    trailer::insert(status.metadata_mut(), index);
    status
}

/// No token, or one that was not accepted; why is not said.
pub(super) fn unauthenticated() -> Status {
    let message = "a valid bearer token is needed in the `authorization` metadata";
    make(Code::Unauthenticated, ErrorReason::TokenInvalid, message)
}

/// The caller's role may not call this.
pub(super) fn role_missing() -> Status {
    let message = "this role may not call this method";
    make(Code::PermissionDenied, ErrorReason::RoleMissing, message)
}

/// Too many calls at once.
pub(super) fn overloaded() -> Status {
    let message = "too many calls at once; try again";
    retry(Code::Unavailable, ErrorReason::Overloaded, message, Some(RETRY))
}

/// The deadline passed.
pub(super) fn deadline_exceeded() -> Status {
    let message = "the deadline passed; whether a change took effect is not known";
    make(Code::DeadlineExceeded, ErrorReason::DeadlineExceeded, message)
}

/// There is no such method.
pub(super) fn method_unknown() -> Status {
    let message = "there is no such method; reflection lists what there is";
    make(Code::Unimplemented, ErrorReason::MethodUnknown, message)
}

/// A field is missing or malformed.
pub(super) fn invalid(field: &str, why: &str) -> Status {
    let mut details = details(ErrorReason::FieldInvalid);
    details.add_bad_request_violation(field, why);
    Status::with_error_details(Code::InvalidArgument, format!("{field}: {why}"), details)
}

/// An error that the machinery made, which carries no `ErrorInfo` and perhaps an inner text.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others are mistakes of ours")]
pub(super) fn of_machinery(code: Code, message: &str) -> Status {
    match code {
        Code::Unimplemented => method_unknown(),
        Code::DeadlineExceeded | Code::Cancelled => deadline_exceeded(),
        Code::OutOfRange | Code::ResourceExhausted => {
            let message = "the message is too large; at most 256 KiB are accepted";
            make(Code::ResourceExhausted, ErrorReason::LimitExceeded, message)
        }
        Code::Internal | Code::InvalidArgument if is_malformed(message) => {
            invalid("(message)", "is not a valid protobuf message of this method")
        }
        Code::InvalidArgument => invalid("(message)", "the call is malformed"),
        _ => {
            tracing::error!(?code, message, "the machinery failed");
            make(Code::Internal, ErrorReason::Internal, "internal error")
        }
    }
}

/// Whether the machinery complains about the bytes of a request: tonic calls some of these
/// mistakes of the caller internal errors.
fn is_malformed(message: &str) -> bool {
    ["decod", "Missing request message", "compress"].iter().any(|part| message.contains(part))
}

/// What a caller of `app` is told.
pub(super) fn of(error: &app::Error) -> Status {
    use app::Error;
    let message = error.to_string();
    match error {
        Error::Invalid { field, why } => invalid(field, why),
        Error::RequestIdReused => {
            make(Code::InvalidArgument, ErrorReason::RequestIdReused, &message)
        }
        Error::NotFound(_) => make(Code::NotFound, ErrorReason::NotFound, &message),
        Error::Conflict(_) | Error::AccountChanged => {
            make(Code::Aborted, ErrorReason::Conflict, &message)
        }
        Error::ProofMissing(_) => {
            make(Code::FailedPrecondition, ErrorReason::ProofMissing, &message)
        }
        Error::Network(_) => make(Code::Unavailable, ErrorReason::NetworkUnavailable, &message),
        Error::AccountClaimed => make(Code::Aborted, ErrorReason::AccountClaimed, &message),
        Error::Archive(_) => make(Code::InvalidArgument, ErrorReason::ArchiveUnreadable, &message),
        Error::TooMany { retry_after, .. } => {
            retry(Code::ResourceExhausted, ErrorReason::LimitExceeded, &message, *retry_after)
        }
        Error::OutOfRange(_) => make(Code::OutOfRange, ErrorReason::OutOfRange, &message),
        Error::LedgerUnavailable(_) => {
            log(error);
            retry(Code::Unavailable, ErrorReason::LedgerUnavailable, &message, Some(RETRY))
        }
        Error::Internal(_) => {
            log(error);
            make(Code::Internal, ErrorReason::Internal, "internal error")
        }
    }
}

/// One line per failure, with its causes; the request's id is in the span.
fn log(error: &app::Error) {
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    tracing::error!(%error, causes = causes.join(": "), "a call failed");
}
