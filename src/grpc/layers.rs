//! The gate that every call passes: request id, span, shedding, deadline, token, policy; in this
//! order, and before anything of the message is looked at (AIP-211: authorize before validating).

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http::{HeaderValue, Request, Response, header};
use tokio::sync::Semaphore;
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, Service};
use tracing::Instrument as _;

use super::{status, trailer};
use crate::auth::{Authenticator, Caller, policy};
use crate::clock::Clock;
use crate::crypto;

/// The longest that a call may take, whatever the client's deadline.
const DEADLINE: Duration = Duration::from_secs(5);

/// How much sooner than the client's deadline ours is, at least and at most; in between it is a
/// tenth. tonic keeps that deadline too, around this gate, and would answer without saying why if
/// it were first, as it was with 2 ms on a busy machine.
const MARGIN: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(25));

/// Calls that take longer. Uploads and fetches have deadlines of their own, in the handler.
const LONGER: [(&str, Duration); 3] = [
    ("/glasklar.v1.CandidateService/ImportArchive", Duration::from_secs(3_600)),
    ("/glasklar.v1.CandidateService/FetchAccount", Duration::from_secs(3_600)),
    // Another server is asked, several times and in its own time.
    ("/glasklar.v1.CandidateService/ConfirmAccount", Duration::from_secs(90)),
];

/// Where everybody may go without a token.
const OPEN: [&str; 2] = ["/grpc.health.v1.Health/", "/grpc.reflection."];

const REQUEST_ID: &str = "x-request-id";

/// The id of a request: the caller's if it is a UUID, ours otherwise.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) String);

/// What the gate needs to know.
#[derive(Clone)]
pub struct GateLayer(Arc<Rules>);

struct Rules {
    authenticator: Arc<Authenticator>,
    clock: Clock,
    in_flight: Arc<Semaphore>,
}

impl GateLayer {
    /// A gate that lets at most `in_flight` calls in at the same time, over all connections.
    pub fn new(authenticator: Arc<Authenticator>, clock: Clock, in_flight: usize) -> Self {
        let in_flight = Arc::new(Semaphore::new(in_flight));
        Self(Arc::new(Rules { authenticator, clock, in_flight }))
    }
}

impl<S> Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, inner: S) -> Gate<S> {
        Gate { inner, rules: Arc::clone(&self.0) }
    }
}

/// A service behind the gate.
#[derive(Clone)]
pub struct Gate<S> {
    inner: S,
    rules: Arc<Rules>,
}

impl<S> Service<Request<Body>> for Gate<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // The service that is ready is this one, not its clone.
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        let rules = Arc::clone(&self.rules);
        Box::pin(observed(rules, inner, request))
    }
}

/// Passes a call through the gate, and tells of it: one line and one measurement each.
async fn observed<S>(
    rules: Arc<Rules>,
    inner: S,
    mut request: Request<Body>,
) -> Result<Response<Body>, S::Error>
where
    S: Service<Request<Body>, Response = Response<Body>> + Send + 'static,
    S::Future: Send,
{
    if OPEN.iter().any(|path| request.uri().path().starts_with(path)) {
        return call(inner, request).await;
    }
    let id = request_id(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = known_method(request.uri().path());
    let span = tracing::info_span!("call", method, request.id = %id);
    async move {
        let started = Instant::now();
        let (result, role) = pass(&rules, inner, request).await;
        let mut response = match result {
            Ok(response) => complete(response?),
            Err(status) => status.into_http(),
        };
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        let code = response.headers().get("grpc-status").and_then(|code| code.to_str().ok());
        let code = code.unwrap_or("0").to_owned();
        let took = started.elapsed();
        tracing::debug!(role, code, duration_ms = took.as_secs_f64() * 1e3, "answered");
        let labels = [("method", method.to_owned()), ("code", code)];
        metrics::histogram!("rpc_server_call_duration_seconds", &labels).record(took);
        Ok(response)
    }
    .instrument(span)
    .await
}

type Passed<E> = (Result<Result<Response<Body>, E>, Status>, &'static str);

async fn pass<S>(rules: &Rules, inner: S, mut request: Request<Body>) -> Passed<S::Error>
where
    S: Service<Request<Body>, Response = Response<Body>> + Send + 'static,
    S::Future: Send,
{
    let Ok(_permit) = Arc::clone(&rules.in_flight).try_acquire_owned() else {
        metrics::counter!("calls_shed_total").increment(1);
        return (Err(status::overloaded()), "");
    };
    let path = request.uri().path().to_owned();
    let longest = LONGER.iter().find(|(longer, _)| *longer == path).map(|(_, longest)| *longest);
    let deadline = deadline(&request, longest.unwrap_or(DEADLINE));
    if deadline.is_zero() {
        return (Err(status::deadline_exceeded()), "");
    }
    let token = match bearer(request.headers()) {
        Ok(token) => token,
        Err(status) => return (Err(status), ""),
    };
    let caller = match tokio::time::timeout(deadline, authenticate(rules, &token)).await {
        Ok(Ok(caller)) => caller,
        Ok(Err(status)) => return (Err(status), ""),
        Err(_) => return (Err(status::deadline_exceeded()), ""),
    };
    let role = caller.role();
    let refused = match policy::roles(&path) {
        None => Some(status::method_unknown()),
        Some(allowed) if !allowed.contains(&role) => Some(status::role_missing()),
        Some(_) => None,
    };
    if let Some(status) = refused {
        return (Err(status), role.word());
    }
    request.extensions_mut().insert(caller);
    let answered = tokio::time::timeout(deadline, call(inner, request)).await;
    (answered.map_err(|_| status::deadline_exceeded()), role.word())
}

async fn call<S>(mut inner: S, request: Request<Body>) -> Result<Response<Body>, S::Error>
where
    S: Service<Request<Body>, Response = Response<Body>>,
{
    inner.call(request).await
}

/// The one bearer token of a call.
fn bearer(headers: &http::HeaderMap) -> Result<String, Status> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(status::unauthenticated());
    };
    let token = value.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.to_owned())
    });
    token.ok_or_else(status::unauthenticated)
}

async fn authenticate(rules: &Rules, token: &str) -> Result<Arc<Caller>, Status> {
    rules.authenticator.authenticate(token, rules.clock.now()).await.map_err(|error| {
        metrics::counter!("tokens_refused_total", "reason" => error.reason()).increment(1);
        tracing::debug!(reason = error.reason(), "a token was refused");
        status::unauthenticated()
    })
}

/// Adds what tonic leaves out: the trailer of recorded answers, and details on its own errors.
fn complete(response: Response<Body>) -> Response<Body> {
    let headers = response.headers();
    let failed = headers.get("grpc-status").is_some_and(|code| code != "0");
    if failed && !headers.contains_key("grpc-status-details-bin") {
        return match Status::from_header_map(headers) {
            Some(made) => status::of_machinery(made.code(), made.message()).into_http(),
            None => response,
        };
    }
    trailer::append(response)
}

/// The caller's id when it is a UUID, a fresh one otherwise: always 36 characters.
fn request_id(request: &Request<Body>) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    match given.filter(|id| is_uuid(id)) {
        Some(id) => id.to_lowercase(),
        None => uuid(crypto::random()),
    }
}

/// Whether a text has the form of a UUID.
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A random UUID (RFC 9562, version 4).
fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// The method for logs and metrics: whatever else was asked for is one label.
fn known_method(path: &str) -> &'static str {
    let known = policy::POLICY.iter().find(|(known, _)| *known == path);
    known.map_or("_OTHER", |(known, _)| known.trim_start_matches('/'))
}

/// The client's deadline, or ours if that is sooner. A malformed one is ours.
fn deadline(request: &Request<Body>, ours: Duration) -> Duration {
    let given = request.headers().get("grpc-timeout").and_then(|value| value.to_str().ok());
    given.and_then(timeout).map_or(ours, |given| {
        let margin = (given / 10).clamp(MARGIN.0, MARGIN.1);
        given.saturating_sub(margin).min(ours)
    })
}

/// Reads `grpc-timeout`: up to eight digits and a unit.
fn timeout(value: &str) -> Option<Duration> {
    let (digits, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3_600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_as_the_protocol_says() {
        assert_eq!(timeout("250m"), Some(Duration::from_millis(250)));
        assert_eq!(timeout("3S"), Some(Duration::from_secs(3)));
        assert_eq!(timeout("99999999H"), Some(Duration::from_secs(99_999_999 * 3_600)));
        for wrong in ["", "S", "999999999S", "-1S", "1X", "1", "ä"] {
            assert_eq!(timeout(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn request_ids_are_uuids_of_36_characters() {
        let id = uuid([0xff; 16]);
        assert_eq!(id, "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert!(is_uuid(&id));
        assert!(!is_uuid("ffffffff-ffff-4fff-bfff-fffffffffff\n"));
    }
}
