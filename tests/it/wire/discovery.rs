//! What everybody may ask without a token: health, and what services there are.

use glasklar::server::Options;
use tokio_stream::StreamExt as _;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

use crate::harness::server::Server;

const SERVICES: [&str; 6] = [
    "glasklar.v1.AuditService",
    "glasklar.v1.CandidateService",
    "glasklar.v1.ConsentService",
    "glasklar.v1.ExplanationService",
    "glasklar.v1.OrganizationService",
    "glasklar.v1.ProfileService",
];

async fn check(channel: &Channel, service: &str) -> Result<ServingStatus, Code> {
    let request = HealthCheckRequest { service: service.to_owned() };
    let answer = HealthClient::new(channel.clone()).check(request).await;
    answer.map(|answer| answer.into_inner().status()).map_err(|status| status.code())
}

/// Waits until a service has a status, as a probe that keeps watching does.
pub(super) async fn becomes(channel: &Channel, service: &str, wanted: ServingStatus) {
    let request = HealthCheckRequest { service: service.to_owned() };
    let mut health = HealthClient::new(channel.clone());
    let mut statuses = health.watch(request).await.unwrap().into_inner();
    while let Some(status) = statuses.next().await {
        if status.unwrap().status() == wanted {
            return;
        }
    }
    panic!("{service} never became {wanted:?}");
}

#[tokio::test]
async fn health_is_told_on_both_listeners_without_a_token() {
    let server = Server::start().await;
    let probes = Endpoint::from_shared(format!("http://{}", server.health)).unwrap();
    for channel in [server.connect().await, probes.connect().await.unwrap()] {
        for service in ["", "readiness"] {
            becomes(&channel, service, ServingStatus::Serving).await;
            assert_eq!(check(&channel, service).await, Ok(ServingStatus::Serving), "{service:?}");
        }
        assert_eq!(check(&channel, "liveness").await, Ok(ServingStatus::Serving));
        assert_eq!(check(&channel, "glasklar.v1.RankingService").await, Err(Code::NotFound));
    }
    server.finish().await;
}

#[tokio::test]
async fn the_listener_for_probes_serves_nothing_else() {
    let server = Server::start().await;
    let probes = Endpoint::from_shared(format!("http://{}", server.health)).unwrap();
    let channel = probes.connect().await.unwrap();
    let token = server.world.token(glasklar::auth::Identity::Auditor, "anton");
    let request = crate::harness::clients::bearing(&token, glasklar::pb::GetCheckpointRequest {});
    let mut audits = glasklar::pb::audit_service_client::AuditServiceClient::new(channel);
    let refused = audits.get_checkpoint(request).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unimplemented);
    server.finish().await;
}

/// A database that does not answer makes a server not ready, and alive all the same: restarting
/// it would not help.
#[tokio::test]
async fn readiness_follows_the_database_and_liveness_does_not() {
    let server = Server::start().await;
    let channel = server.connect().await;
    becomes(&channel, "readiness", ServingStatus::Serving).await;
    let lose = "CREATE TABLE kept AS SELECT * FROM ledger_head; DELETE FROM ledger_head";
    server.world.database.execute(lose).await;
    becomes(&channel, "readiness", ServingStatus::NotServing).await;
    assert_eq!(check(&channel, "liveness").await, Ok(ServingStatus::Serving));
    let find = "INSERT INTO ledger_head SELECT * FROM kept; DROP TABLE kept";
    server.world.database.execute(find).await;
    becomes(&channel, "readiness", ServingStatus::Serving).await;
    server.finish().await;
}

async fn reflect(
    channel: Channel,
    request: MessageRequest,
) -> Result<MessageResponse, tonic::Status> {
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(request) };
    let stream = tokio_stream::once(request);
    let mut client = ServerReflectionClient::new(channel);
    let mut answers = client.server_reflection_info(stream).await?.into_inner();
    let answer: ServerReflectionResponse = answers.message().await?.expect("one answer");
    Ok(answer.message_response.expect("it says something"))
}

#[tokio::test]
async fn reflection_lists_the_six_services_and_their_messages() {
    let server = Server::start().await;
    let list = MessageRequest::ListServices(String::new());
    let answer = reflect(server.connect().await, list).await.unwrap();
    let MessageResponse::ListServicesResponse(listed) = answer else {
        panic!("another answer: {answer:?}")
    };
    let mut ours: Vec<_> = listed.service.into_iter().map(|service| service.name).collect();
    ours.retain(|name| name.starts_with("glasklar."));
    ours.sort();
    assert_eq!(ours, SERVICES);
    for symbol in SERVICES.into_iter().chain(["glasklar.v1.Score", "grpc.health.v1.Health"]) {
        let symbol = MessageRequest::FileContainingSymbol(symbol.to_owned());
        let answer = reflect(server.connect().await, symbol.clone()).await.unwrap();
        let found = matches!(answer, MessageResponse::FileDescriptorResponse(_));
        assert!(found, "{symbol:?}: {answer:?}");
    }
    server.finish().await;
}

#[tokio::test]
async fn reflection_can_be_switched_off() {
    let server = Server::start_with(Options { reflection: false, ..Options::default() }).await;
    let list = MessageRequest::ListServices(String::new());
    let refused = reflect(server.connect().await, list).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unimplemented);
    server.finish().await;
}
