//! Who may call what: the table, and what the wire makes of it for every method and caller.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use glasklar::auth::policy::{self, POLICY};
use glasklar::auth::{DevelopmentKey, Identity, Role, TokenRequest};
use glasklar::pb;
use prost::Message as _;
use prost_types::FileDescriptorSet;
use tonic::Code;

use crate::harness::raw::{self, framed};
use crate::harness::server::Server;

/// Every method of the product, as the descriptor has it.
fn methods() -> BTreeSet<String> {
    let set = FileDescriptorSet::decode(pb::DESCRIPTOR).unwrap();
    let ours = set.file.iter().filter(|file| file.package() == "glasklar.v1");
    let services = ours.flat_map(|file| &file.service);
    services
        .flat_map(|service| {
            let path = |name: &str| format!("/glasklar.v1.{}/{name}", service.name());
            service.method.iter().map(move |method| path(method.name()))
        })
        .collect()
}

fn identity(role: Role) -> Identity {
    match role {
        Role::Recruiter => Identity::Recruiter("acme".parse().unwrap()),
        Role::Candidate => Identity::Candidate,
        Role::Auditor => Identity::Auditor,
        Role::Operator => Identity::Operator,
    }
}

#[test]
fn every_method_has_a_row_and_every_row_a_method() {
    let methods = methods();
    let rows: BTreeSet<String> = POLICY.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(methods.len(), 40, "a method came or went: look at the table of who may call it");
    let without: Vec<_> = methods.difference(&rows).collect();
    assert!(without.is_empty(), "nobody may call {without:?}, for they have no row");
    let stale: Vec<_> = rows.difference(&methods).collect();
    assert!(stale.is_empty(), "there are rows for {stale:?}, which do not exist");
}

/// The table for people: reviewed by reading it.
#[test]
fn the_table_of_who_may_call_what_is_as_reviewed() {
    let mut table = String::from("May a … call this?");
    for role in Role::ALL {
        let _ = write!(table, "  {role}");
    }
    let mut service = "";
    for (path, roles) in POLICY {
        let (of, method) = path.trim_start_matches("/glasklar.v1.").split_once('/').unwrap();
        if of != service {
            let _ = write!(table, "\n\n{of}");
            service = of;
        }
        let _ = write!(table, "\n  {method:<25}");
        for role in Role::ALL {
            let word = if roles.contains(&role) { "yes" } else { "-" };
            let _ = write!(table, " {word:<10}");
        }
    }
    let lines: Vec<_> = table.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("who_may_call_what", lines.join("\n"));
}

#[tokio::test]
async fn every_method_answers_every_caller_as_the_table_says() {
    let server = Server::start().await;
    server.recruiter("acme").await;
    let channel = server.connect().await;
    let expired = server.world.token(Identity::Auditor, "somebody");
    server.world.clock.advance(Duration::from_mins(30));
    let request = TokenRequest {
        identity: Identity::Auditor,
        subject: "somebody".to_owned(),
        lifetime: Duration::from_mins(1),
    };
    let now = server.world.clock.now();
    let forged = DevelopmentKey::generate().unwrap().mint(&request, now).unwrap();
    let unknown = [("expired", &expired), ("by another key", &forged)];
    for path in methods() {
        let nobody = raw::send(&channel, &path, &[], framed(&[])).await.outcome();
        let refused = (Code::Unauthenticated, "TOKEN_INVALID".to_owned());
        assert_eq!(nobody, refused, "{path} without a token");
        for (kind, token) in unknown {
            let bearer = format!("Bearer {token}");
            let headers = [("authorization", bearer.as_str())];
            let outcome = raw::send(&channel, &path, &headers, framed(&[])).await.outcome();
            assert_eq!(outcome, refused, "{path} with a token {kind}");
        }
        for role in Role::ALL {
            let allowed = policy::roles(&path).unwrap().contains(&role);
            let caller = (&server.world, &channel);
            let answer = raw::call(caller, identity(role), &path, &()).await;
            let (code, reason) = answer.outcome();
            let kept_out = code == Code::Unauthenticated || reason == "ROLE_MISSING";
            assert_eq!(!kept_out, allowed, "{path} as {role}: {code:?} {reason}");
            assert!(reason != "INTERNAL", "{path} as {role} fails");
            if !allowed {
                assert_eq!(code, Code::PermissionDenied, "{path} as {role}");
            }
        }
    }
    server.finish().await;
}

#[tokio::test]
async fn what_does_not_exist_is_told_only_to_callers_with_a_token() {
    let server = Server::start().await;
    let channel = server.connect().await;
    for path in [
        "/glasklar.v1.ProfileService/RankProfiles",
        "/glasklar.v1.RankingService/LookUpProfile",
        "/glasklar.v1.ProfileService/lookUpProfile",
        "/glasklar.v1.ProfileService/",
        "/glasklar.v2.ProfileService/LookUpProfile",
        "/metrics",
        "/",
    ] {
        let outcome = raw::send(&channel, path, &[], framed(&[])).await.outcome();
        assert_eq!(outcome, (Code::Unauthenticated, "TOKEN_INVALID".to_owned()), "{path}");
        for role in Role::ALL {
            let caller = (&server.world, &channel);
            let answer = raw::call(caller, identity(role), path, &()).await;
            let expected = (Code::Unimplemented, "METHOD_UNKNOWN".to_owned());
            assert_eq!(answer.outcome(), expected, "{path} as {role}");
        }
    }
    server.finish().await;
}

/// Otherwise the answers to malformed messages would tell how a method is built to callers who
/// may not use it.
#[tokio::test]
async fn a_wrong_role_is_refused_before_its_message_is_looked_at() {
    let server = Server::start().await;
    let channel = server.connect().await;
    let path = "/glasklar.v1.ProfileService/LookUpProfile";
    let token = format!("Bearer {}", server.world.token(Identity::Candidate, "mira"));
    let headers = [("authorization", token.as_str())];
    for body in [framed(&[0xff; 9]), vec![0, 0, 0, 0, 9], Vec::new(), framed(&vec![0; 300_000])] {
        let outcome = raw::send(&channel, path, &headers, body).await.outcome();
        assert_eq!(outcome, (Code::PermissionDenied, "ROLE_MISSING".to_owned()));
    }
    server.finish().await;
}

#[tokio::test]
async fn a_call_has_one_bearer_token_or_none_that_counts() {
    let server = Server::start().await;
    let channel = server.connect().await;
    let path = "/glasklar.v1.AuditService/GetCheckpoint";
    let token = server.world.token(Identity::Auditor, "anton");
    let (good, lower) = (format!("Bearer {token}"), format!("bearer {token}"));
    for header in [&good, &lower] {
        let headers = [("authorization", header.as_str())];
        let outcome = raw::send(&channel, path, &headers, framed(&[])).await.outcome();
        assert_eq!(outcome.0, Code::Ok, "the scheme's case means nothing (RFC 9110)");
    }
    let twice = vec![("authorization", good.as_str()), ("authorization", good.as_str())];
    let basic = format!("Basic {token}");
    let other = vec![("authorization", basic.as_str())];
    let bare = vec![("authorization", token.as_str())];
    let elsewhere = vec![("x-authorization", good.as_str())];
    for headers in [twice, other, bare, elsewhere] {
        let outcome = raw::send(&channel, path, &headers, framed(&[])).await.outcome();
        assert_eq!(outcome, (Code::Unauthenticated, "TOKEN_INVALID".to_owned()), "{headers:?}");
    }
    server.finish().await;
}
