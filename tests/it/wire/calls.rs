//! Request ids and ledger indexes: what ties an answer to the record.

use glasklar::auth::Identity;
use glasklar::pb;
use prost::Message as _;
use tonic::Code;

use crate::harness::raw::{self, Answer, framed};
use crate::harness::server::Server;

const LOOK_UP: &str = "/glasklar.v1.ProfileService/LookUpProfile";

async fn look_up(server: &Server, candidate: &str, request_id: Option<&str>) -> Answer {
    let identity = Identity::Recruiter("acme".parse().unwrap());
    let token = format!("Bearer {}", server.world.token(identity, "ats"));
    let acme = server.unregistered_recruiter("acme").await;
    let body = framed(&acme.look_up_request(candidate).encode_to_vec());
    let mut headers = vec![("authorization", token.as_str())];
    headers.extend(request_id.map(|id| ("x-request-id", id)));
    raw::send(&server.connect().await, LOOK_UP, &headers, body).await
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(str::len).collect();
    let digits = |c: char| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c);
    parts == [8, 4, 4, 4, 12] && text.chars().all(digits)
}

#[tokio::test]
async fn a_uuid_as_request_id_comes_back_and_anything_else_is_replaced() {
    let server = Server::start().await;
    let acme = server.recruiter("acme").await;
    let consent = acme.ask("mira").await;
    let given = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
    for id in [given, &given.to_uppercase()] {
        let answer = look_up(&server, &consent.candidate, Some(id)).await;
        assert_eq!(answer.text("x-request-id"), Some(given));
    }
    let mut seen = Vec::new();
    let wrong = ["", "1", "x<script>", &given[1..], "6f9619ff-8b86-4d01-b42d-00cf4fc964fg"];
    for id in wrong.map(Some).into_iter().chain([None, None]) {
        let answer = look_up(&server, &consent.candidate, id).await;
        let own = answer.text("x-request-id").expect("every answer has an id").to_owned();
        assert!(is_uuid(&own), "{id:?} became {own}");
        assert!(!seen.contains(&own), "an id was given twice");
        seen.push(own);
    }
    server.finish().await;
}

#[tokio::test]
async fn the_request_id_finds_the_entry() {
    let server = Server::start().await;
    let acme = server.recruiter("acme").await;
    let consent = acme.ask("mira").await;
    let answer = look_up(&server, &consent.candidate, None).await;
    let id = answer.text("x-request-id").unwrap();
    let entries = server.auditor().await.entries().await;
    let last = entries.last().unwrap();
    let document = String::from_utf8(last.document.clone()).unwrap();
    assert!(document.contains(id), "{document}");
    server.finish().await;
}

#[tokio::test]
async fn an_answer_names_its_entry_in_the_trailers() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let answer = look_up(&server, &consent.candidate, None).await;
    assert_eq!(answer.outcome().0, Code::Ok);
    assert!(answer.headers.get(glasklar::grpc::LEDGER_INDEX).is_none(), "not known so early");
    let index = answer.trailers.get(glasklar::grpc::LEDGER_INDEX).expect("it is a trailer");
    let name = format!("entries/{}", index.to_str().unwrap());
    let auditor = server.auditor().await;
    let request = pb::GetEntryRequest { name: name.clone() };
    let entry = auditor.api().get_entry(auditor.on(request)).await.unwrap().into_inner();
    let entry = entry.entry.unwrap();
    assert_eq!((entry.name, entry.kind.as_str()), (name, "PROFILE_DISCLOSED"));
    assert_eq!(entry.organization, "organizations/acme");
    let profile = pb::LookUpProfileResponse::decode(&answer.body[5..]).unwrap().profile.unwrap();
    let score = profile.score.unwrap().name;
    let document = String::from_utf8(entry.document).unwrap();
    let (_, score) = score.split_once("/scores/").unwrap();
    assert!(document.contains(score), "the record says what was shown: {document}");
    server.finish().await;
}
