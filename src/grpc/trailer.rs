//! The ledger index travels as a trailer, because it is known only once the entry is durable.
//! tonic has no trailers on success, so the gate adds them to the response's last frame.

use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::BodyExt as _;
use tonic::body::Body;
use tonic::metadata::MetadataMap;

/// The trailer's name.
pub const LEDGER_INDEX: &str = "glasklar-ledger-index";

/// The index of the entry that records an answer; handlers put it into the response.
#[derive(Clone, Copy, Debug)]
pub(super) struct LedgerIndex(pub(super) u64);

/// Twenty digits whatever the index, so that its length tells nothing.
pub(super) fn digits(index: u64) -> String {
    format!("{index:020}")
}

/// Adds the index to the metadata of a refusal.
pub(super) fn insert(metadata: &mut MetadataMap, index: u64) {
    if let Ok(value) = digits(index).parse() {
        metadata.insert(LEDGER_INDEX, value);
    }
}

/// A successful response that names its entry.
pub(super) fn recorded<T>(message: T, index: u64) -> tonic::Response<T> {
    let mut response = tonic::Response::new(message);
    response.extensions_mut().insert(LedgerIndex(index));
    response
}

/// Moves the index from the response's extensions into its trailers.
pub(super) fn append(response: http::Response<Body>) -> http::Response<Body> {
    let Some(LedgerIndex(index)) = response.extensions().get::<LedgerIndex>().copied() else {
        return response;
    };
    let Ok(value) = HeaderValue::from_str(&digits(index)) else { return response };
    response.map(|body| {
        Body::new(body.map_frame(move |mut frame| {
            if let Some(trailers) = frame.trailers_mut() {
                add(trailers, &value);
            }
            frame
        }))
    })
}

fn add(trailers: &mut HeaderMap, value: &HeaderValue) {
    trailers.insert(HeaderName::from_static(LEDGER_INDEX), value.clone());
}
