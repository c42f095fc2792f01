//! Deadlines and shedding, with a writer that somebody keeps waiting.

use std::time::Duration;

use glasklar::auth::Identity;
use glasklar::server::Options;
use prost::Message;
use tonic::Code;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_types::StatusExt as _;

use super::discovery::becomes;
use crate::harness::clients::{Recruiter, reason};
use crate::harness::raw::{self, framed};
use crate::harness::server::Server;

/// A call as Acme's recruiter, with a deadline that only the server keeps.
async fn within(
    server: &Server,
    method: &str,
    message: &impl Message,
    milliseconds: u64,
) -> (Code, String) {
    let identity = Identity::Recruiter("acme".parse().unwrap());
    let token = format!("Bearer {}", server.world.token(identity, "ats"));
    let deadline = format!("{milliseconds}m");
    let headers = [("authorization", token.as_str()), ("grpc-timeout", deadline.as_str())];
    let body = framed(&message.encode_to_vec());
    let path = format!("/glasklar.v1.{method}");
    raw::send_patiently(server.address, &path, &headers, body).await.outcome()
}

fn exceeded() -> (Code, String) {
    (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".to_owned())
}

const LOOK_UP: &str = "ProfileService/LookUpProfile";

#[tokio::test]
async fn a_deadline_is_kept_and_who_left_is_not_shown_anything() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let auditor = server.auditor().await;
    let before = auditor.entries().await.len();
    let lock = server.world.database.lock().await;

    // The first has the writer wait for the lock; the others wait for the writer.
    for _ in 0..4 {
        let request = acme.look_up_request(&consent.candidate);
        let late = within(&server, LOOK_UP, &request, 200).await;
        assert_eq!(late, exceeded());
    }
    assert_eq!(auditor.entries().await.len(), before, "readers do not wait for the writer");
    lock.release().await;

    acme.score(&consent.candidate).await;
    // One was with the writer already when it left, and may stand in the record as shown.
    let recorded = auditor.entries().await.len() - before;
    assert!((1..=2).contains(&recorded), "{recorded} entries for one answer");
    server.finish().await;
}

#[tokio::test]
async fn a_change_whose_caller_left_is_whole_or_was_never_made() {
    let server = Server::start().await;
    let acme = server.recruiter("acme").await;
    let lock = server.world.database.lock().await;
    let method = "ConsentService/RequestConsent";
    assert_eq!(within(&server, method, &acme.request("mira"), 200).await, exceeded());
    lock.release().await;
    // Asking again is safe, and gives the same person.
    let first = acme.ask("mira").await;
    let second = acme.ask("mira").await;
    assert_eq!(first.candidate, second.candidate);
    assert_eq!(first.name, second.name);
    server.finish().await;
}

#[tokio::test]
async fn a_deadline_that_is_short_or_passed_already_is_kept_too() {
    let server = Server::start().await;
    let acme = server.recruiter("acme").await;
    let consent = acme.ask("mira").await;
    let lock = server.world.database.lock().await;
    let request = acme.look_up_request(&consent.candidate);
    for milliseconds in (0..40).step_by(3) {
        let late = within(&server, LOOK_UP, &request, milliseconds).await;
        assert_eq!(late, exceeded(), "{milliseconds} ms");
    }
    lock.release().await;
    server.finish().await;
}

/// One place, two calls: whoever comes second is turned away at once and told when to come
/// again, and probes are not calls.
#[tokio::test]
async fn too_many_calls_are_shed_while_health_stays_serving() {
    let server = Server::start_with(Options { max_in_flight: 1, ..Options::default() }).await;
    let acme = server.recruiter("acme").await;
    let consent = acme.ask("mira").await;
    let lock = server.world.database.lock().await;
    let call = |acme: Recruiter, candidate: String| async move {
        acme.look_up(&candidate).await.unwrap_err()
    };
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..2 {
        calls.spawn(call(acme.clone(), consent.candidate.clone()));
    }
    let shed = calls.join_next().await.unwrap().unwrap();
    assert_eq!((shed.code(), reason(&shed).as_str()), (Code::Unavailable, "OVERLOADED"));
    let retry = shed.get_error_details().retry_info().and_then(|info| info.retry_delay);
    assert!(retry.is_some_and(|delay| delay > Duration::ZERO), "{retry:?}");
    // A busy server is a healthy one.
    becomes(&server.connect().await, "readiness", ServingStatus::Serving).await;
    lock.release().await;
    let answered = calls.join_next().await.unwrap().unwrap();
    assert_eq!(reason(&answered), "CONSENT_NOT_AVAILABLE", "the other one was only slow");
    acme.expect_refusal(&consent.candidate).await;
    server.finish().await;
}
