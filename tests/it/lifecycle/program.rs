//! `glasklar serve`: what it refuses to start with, what it serves, and how it ends.

use std::time::Duration;

use glasklar::pb;
use glasklar::pb::consent_service_client::ConsentServiceClient;
use glasklar::pb::organization_service_client::OrganizationServiceClient;
use glasklar::pb::profile_service_client::ProfileServiceClient;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::Code;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::harness::clients::{JOB, bearing, explainable, reason};
use crate::harness::database::Database;
use crate::harness::program::{Folder, Running};

const SERVE: [&str; 3] = ["serve", "--config", "glasklar.toml"];
const MIGRATE: [&str; 3] = ["migrate", "--config", "glasklar.toml"];

/// An issuer that nothing is ever fetched from: a server needs one outside development.
const ISSUER: &str = "[[issuers]]\nissuer = \"https://id.example\"\naudience = \"glasklar\"\n\
                      jwks_file = \"jwks.json\"\nroles = [\"auditor\"]\n";

fn config(database: &Database, before: &str, after: &str) -> String {
    format!(
        "{before}\n[server]\nlisten = \"127.0.0.1:0\"\nhealth_listen = \"127.0.0.1:0\"\n\
         metrics_listen = \"127.0.0.1:0\"\ndrain_seconds = 3\n[database]\nurl = \"{}\"\n{after}",
        database.url()
    )
}

const DEVELOPMENT: &str = "development = true";
const PRINT: &str = "[mail]\nkind = \"print\"\n";

/// A folder with keys, a migrated database, and a configuration for development.
async fn prepared() -> (Folder, Database) {
    let (folder, database) = (Folder::new(), Database::create().await);
    folder.write("glasklar.toml", config(&database, DEVELOPMENT, PRINT));
    folder.succeed(&["keygen"]).await;
    folder.succeed(&MIGRATE).await;
    (folder, database)
}

async fn refusal(folder: &Folder) -> String {
    let ended = folder.run(&SERVE).await;
    assert_eq!(ended.code, Some(2), "{ended:?}");
    ended.err
}

#[tokio::test]
async fn serve_says_what_to_run_before_it_and_refuses_a_newer_schema() {
    let (folder, database) = (Folder::new(), Database::create().await);
    folder.write("glasklar.toml", config(&database, DEVELOPMENT, PRINT));
    let keys = refusal(&folder).await;
    assert!(keys.contains("`glasklar keygen` makes new keys"), "{keys}");
    folder.succeed(&["keygen"]).await;
    let schema = refusal(&folder).await;
    assert!(schema.contains("0 of 1 migrations; run `glasklar migrate`"), "{schema}");
    assert_eq!(folder.succeed(&MIGRATE).await, "1 migration was applied\n");
    assert_eq!(folder.succeed(&MIGRATE).await, "the schema is up to date\n");
    folder.serve(&SERVE).await.terminate(Duration::from_secs(20)).await;
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 1)";
    database.execute(newer).await;
    for command in [&SERVE, &MIGRATE] {
        let ended = folder.run(command).await;
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.err.contains("by a newer version of glasklar"), "{}", ended.err);
        assert!(ended.err.contains("m9999_later"), "{}", ended.err);
    }
}

#[tokio::test]
async fn serve_refuses_keys_that_the_database_was_not_made_with() {
    let (folder, _database) = prepared().await;
    let running = folder.serve(&SERVE).await;
    assert_eq!(running.terminate(Duration::from_secs(20)).await, Some(0));
    for name in ["encryption.key", "index.key"] {
        let path = folder.path().join("keys").join(name);
        let kept = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        folder.succeed(&["keygen"]).await;
        let wrong = refusal(&folder).await;
        assert!(wrong.contains("not the one this database was made with"), "{name}: {wrong}");
        std::fs::write(&path, kept).unwrap();
    }
    let running = folder.serve(&SERVE).await;
    assert_eq!(running.terminate(Duration::from_secs(20)).await, Some(0));
}

#[tokio::test]
async fn serve_refuses_what_would_not_be_safe() {
    let (folder, database) = prepared().await;
    folder.write("jwks.json", "{\"keys\":[]}");
    for (text, complaint) in [
        (
            config(&database, DEVELOPMENT, PRINT).replace("127.0.0.1:0", "0.0.0.0:0"),
            "0.0.0.0:0 is not loopback",
        ),
        (config(&database, "", PRINT), "mail.kind: `print` is for development only"),
        (config(&database, "", ""), "issuers: name at least one"),
        (config(&database, "", ISSUER).replace("drain_seconds", "drain_secs"), "drain_secs"),
    ] {
        folder.write("glasklar.toml", text);
        let refused = refusal(&folder).await;
        assert!(refused.contains(complaint), "{complaint}: {refused}");
    }
}

async fn token(folder: &Folder, arguments: &[&str]) -> String {
    folder.succeed(&[&["token", "--role"], arguments].concat()).await.trim().to_owned()
}

async fn organizations(running: &Running, token: &str) -> Result<usize, tonic::Status> {
    let mut client = OrganizationServiceClient::new(running.connect().await);
    let request = bearing(token, pb::ListOrganizationsRequest::default());
    Ok(client.list_organizations(request).await?.into_inner().organizations.len())
}

#[tokio::test]
async fn the_development_key_opens_only_development_mode() {
    let (folder, database) = prepared().await;
    let running = folder.serve(&SERVE).await;
    let token = token(&folder, &["operator"]).await;
    assert_eq!(organizations(&running, &token).await.unwrap(), 0);
    assert_eq!(running.terminate(Duration::from_secs(20)).await, Some(0));
    folder.write("jwks.json", "{\"keys\":[]}");
    folder.write("glasklar.toml", config(&database, "", ISSUER));
    let running = folder.serve(&SERVE).await;
    let refused = organizations(&running, &token).await.unwrap_err();
    let expected = (Code::Unauthenticated, "TOKEN_INVALID".to_owned());
    assert_eq!((refused.code(), reason(&refused)), expected);
    assert_eq!(running.terminate(Duration::from_secs(20)).await, Some(0));
}

async fn metrics(running: &Running) -> String {
    let mut peer = TcpStream::connect(running.address("metrics")).await.unwrap();
    let request = b"GET /metrics HTTP/1.1\r\nhost: metrics\r\nconnection: close\r\n\r\n";
    peer.write_all(request).await.unwrap();
    let mut answer = String::new();
    peer.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer
}

/// A refused look-up and a few calls besides, so that there is something to count.
async fn use_a_little(folder: &Folder, running: &Running) {
    let channel = running.connect().await;
    let operator = token(folder, &["operator"]).await;
    let create = pb::CreateOrganizationRequest {
        organization_id: "zwiebelfisch".to_owned(),
        display_name: "Zwiebelfisch AG".to_owned(),
    };
    let mut organizations = OrganizationServiceClient::new(channel.clone());
    organizations.create_organization(bearing(&operator, create)).await.unwrap();
    let recruiter = token(folder, &["recruiter", "--organization", "zwiebelfisch"]).await;
    let ask = pb::RequestConsentRequest {
        external_id: Some(pb::ExternalId {
            scheme: "test".to_owned(),
            agency: String::new(),
            value: "mira".to_owned(),
        }),
        contact: "mira@example.org".to_owned(),
        purpose: pb::Purpose::Application.into(),
        job_reference: JOB.to_owned(),
        fields: explainable(),
        ..Default::default()
    };
    let mut consents = ConsentServiceClient::new(channel.clone());
    let asked = consents.request_consent(bearing(&recruiter, ask)).await.unwrap().into_inner();
    let look_up = pb::ProfileLookUp {
        candidate: asked.consent.unwrap().candidate,
        purpose: pb::Purpose::Application.into(),
        job_reference: JOB.to_owned(),
        fields: Vec::new(),
    };
    let look_up = pb::LookUpProfileRequest { look_up: Some(look_up), ..Default::default() };
    let mut profiles = ProfileServiceClient::new(channel.clone());
    let refused = profiles.look_up_profile(bearing(&recruiter, look_up)).await.unwrap_err();
    assert_eq!(reason(&refused), "CONSENT_NOT_AVAILABLE");
    let nobody = bearing("nobody", pb::ListOrganizationsRequest::default());
    organizations.list_organizations(nobody).await.unwrap_err();
}

#[tokio::test]
async fn metrics_count_calls_and_name_neither_organizations_nor_candidates() {
    let (folder, _database) = prepared().await;
    let running = folder.serve(&SERVE).await;
    use_a_little(&folder, &running).await;
    let text = metrics(&running).await;
    for expected in [
        "build_info{version=",
        "ready 1",
        "look_ups_total{outcome=\"refused\"} 1",
        "look_up_group_size_count 1",
        "tokens_refused_total{reason=",
        "rpc_server_call_duration_seconds_count{method=\"glasklar.v1.ProfileService/LookUpProfile\",\
         code=\"7\"} 1",
    ] {
        assert!(text.contains(expected), "{expected} is missing:\n{text}");
    }
    for secret in ["zwiebelfisch", "mira", "candidates/", "eyJ"] {
        assert!(!text.to_lowercase().contains(&secret.to_lowercase()), "{secret}:\n{text}");
    }
    let probes = Endpoint::from_shared(format!("http://{}", running.address("health"))).unwrap();
    let mut health = HealthClient::new(probes.connect().await.unwrap());
    let asked = HealthCheckRequest { service: "readiness".to_owned() };
    let status = health.check(asked).await.unwrap().into_inner().status();
    assert_eq!(status, ServingStatus::Serving);
    // With connections still open, it ends by itself within the time to drain.
    let silent = TcpStream::connect(running.address("address")).await.unwrap();
    let idle = running.connect().await;
    assert_eq!(running.terminate(Duration::from_secs(15)).await, Some(0));
    drop((silent, idle));
}
