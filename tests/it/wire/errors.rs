//! Errors that callers provoke: each has its code, its reason, and the path of the field.

use glasklar::auth::Identity;
use glasklar::pb;
use prost::Message;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::harness::clients::{JOB, explainable};
use crate::harness::raw::{self, Answer, framed};
use crate::harness::server::Server;

const UNKNOWN: &str = "candidates/00000000000000000000000000000000";
const NOWHERE: &str = "consents/00000000000000000000000000000000";

/// A message that is wrong: the caller's word, the method, its bytes, and the field to be named.
struct Wrong(char, &'static str, Vec<u8>, &'static str);

fn wrong(who: char, method: &'static str, message: &impl Message, field: &'static str) -> Wrong {
    Wrong(who, method, message.encode_to_vec(), field)
}

fn identity(who: char) -> Identity {
    match who {
        'r' => Identity::Recruiter("acme".parse().unwrap()),
        'c' => Identity::Candidate,
        'a' => Identity::Auditor,
        _ => Identity::Operator,
    }
}

fn look_ups() -> Vec<Wrong> {
    let good = pb::ProfileLookUp {
        candidate: UNKNOWN.to_owned(),
        purpose: pb::Purpose::Application.into(),
        job_reference: JOB.to_owned(),
        fields: Vec::new(),
    };
    let one = |change: fn(&mut pb::ProfileLookUp), field| {
        let mut look_up = good.clone();
        change(&mut look_up);
        let message = pb::LookUpProfileRequest { look_up: Some(look_up), ..Default::default() };
        wrong('r', "ProfileService/LookUpProfile", &message, field)
    };
    let mut second = good.clone();
    second.purpose = 4;
    let request_id = "mine".to_owned();
    let batch = "ProfileService/BatchLookUpProfiles";
    let many = |look_ups| pb::BatchLookUpProfilesRequest { look_ups, ..Default::default() };
    vec![
        wrong('r', "ProfileService/LookUpProfile", &(), "look_up"),
        one(|l| l.candidate.clear(), "look_up.candidate"),
        one(|l| l.candidate = "candidates/".into(), "look_up.candidate"),
        one(|l| l.candidate = UNKNOWN.to_uppercase(), "look_up.candidate"),
        one(|l| l.candidate.push_str("/scores/latest"), "look_up.candidate"),
        one(|l| l.purpose = 0, "look_up.purpose"),
        one(|l| l.purpose = 99, "look_up.purpose"),
        one(|l| l.purpose = -1, "look_up.purpose"),
        one(|l| l.fields = vec![1, 99], "look_up.fields"),
        one(|l| l.fields = vec![0], "look_up.fields"),
        one(|l| l.job_reference = "x".repeat(65), "look_up.job_reference"),
        wrong(
            'r',
            "ProfileService/LookUpProfile",
            &pb::LookUpProfileRequest { look_up: Some(good.clone()), request_id },
            "request_id",
        ),
        wrong('r', batch, &(), "look_ups"),
        wrong('r', batch, &many(vec![good.clone(); 101]), "look_ups"),
        wrong('r', batch, &many(vec![good, second]), "look_ups[1].purpose"),
    ]
}

fn consents() -> Vec<Wrong> {
    let ask = |change: fn(&mut pb::RequestConsentRequest), field| {
        let mut message = pb::RequestConsentRequest {
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
        change(&mut message);
        wrong('r', "ConsentService/RequestConsent", &message, field)
    };
    let grant = |name: &str, fields: Vec<i32>, channels: Vec<i32>, days, field| {
        let message = pb::GrantConsentRequest { name: name.to_owned(), fields, channels, days };
        wrong('c', "ConsentService/GrantConsent", &message, field)
    };
    let refuse = pb::RefuseConsentRequest { name: "consents/x".to_owned() };
    let withdraw = pb::WithdrawConsentRequest { name: UNKNOWN.to_owned() };
    vec![
        ask(|m| m.external_id = None, "external_id"),
        ask(|m| m.external_id = Some(pb::ExternalId::default()), "external_id.scheme"),
        ask(|m| m.contact = "mira".into(), "contact"),
        ask(|m| m.contact = "mira@example.org, eve@example.org".into(), "contact"),
        ask(|m| m.contact.push_str("\r\nBcc: eve@example.org"), "contact"),
        ask(|m| m.purpose = 0, "purpose"),
        ask(|m| m.job_reference = "x".repeat(65), "job_reference"),
        ask(|m| m.job_reference = "a\u{7}b".into(), "job_reference"),
        ask(|m| m.fields = Vec::new(), "fields"),
        ask(|m| m.fields = vec![5], "fields"),
        ask(|m| m.channels = vec![99], "channels"),
        ask(|m| m.days = -1, "days"),
        ask(|m| m.days = 366, "days"),
        ask(|m| m.request_id = "x".into(), "request_id"),
        wrong('r', "ConsentService/GetConsent", &(), "name"),
        grant("mine", vec![1], vec![1], 0, "name"),
        grant(NOWHERE, vec![], vec![1], 0, "fields"),
        grant(NOWHERE, vec![1], vec![], 0, "channels"),
        grant(NOWHERE, vec![9], vec![1], 0, "fields"),
        grant(NOWHERE, vec![1], vec![1], -1, "days"),
        wrong('c', "ConsentService/RefuseConsent", &refuse, "name"),
        wrong('c', "ConsentService/WithdrawConsent", &withdraw, "name"),
    ]
}

fn explanations() -> Vec<Wrong> {
    let explain = |change: fn(&mut pb::ExplainScoreRequest), field| {
        let mut message = pb::ExplainScoreRequest {
            name: format!("{UNKNOWN}/scores/latest"),
            purpose: pb::Purpose::Application.into(),
            job_reference: JOB.to_owned(),
            request_id: String::new(),
            language_code: String::new(),
        };
        change(&mut message);
        wrong('r', "ExplanationService/ExplainScore", &message, field)
    };
    let channels = vec![99];
    let own = pb::ExplainOwnScoreRequest {
        channels: channels.clone(),
        ..pb::ExplainOwnScoreRequest::default()
    };
    let score = pb::GetOwnScoreRequest { channels };
    vec![
        explain(|m| m.name = UNKNOWN.into(), "name"),
        explain(|m| m.name = "candidates/x/scores/latest".into(), "name"),
        explain(|m| m.name = format!("{UNKNOWN}/scores/best"), "name"),
        explain(|m| m.purpose = 0, "purpose"),
        explain(|m| m.job_reference = "x".repeat(65), "job_reference"),
        explain(|m| m.request_id = "x".into(), "request_id"),
        wrong('c', "ExplanationService/ExplainOwnScore", &own, "channels"),
        wrong('r', "ExplanationService/GetModel", &(), "name"),
        wrong('c', "CandidateService/GetOwnScore", &score, "channels"),
    ]
}

fn accounts() -> Vec<Wrong> {
    let enroll = |display_name: &str, of_age, field| {
        let message = pb::EnrollRequest { display_name: display_name.to_owned(), of_age };
        wrong('c', "CandidateService/Enroll", &message, field)
    };
    let create = |id: &str, name: &str, field| {
        let (organization_id, display_name) = (id.to_owned(), name.to_owned());
        let message = pb::CreateOrganizationRequest { organization_id, display_name };
        wrong('o', "OrganizationService/CreateOrganization", &message, field)
    };
    let code = pb::ConfirmContactRequest { address: "mira".to_owned(), code: "1".to_owned() };
    vec![
        enroll("Mira", false, "of_age"),
        enroll(&"x".repeat(500), true, "display_name"),
        enroll("a\nb", true, "display_name"),
        wrong('c', "CandidateService/AddContact", &(), "address"),
        wrong('c', "CandidateService/ConfirmContact", &code, "address"),
        create("", "Acme AG", "organization_id"),
        create("-acme", "Acme AG", "organization_id"),
        create("Acme", "Acme AG", "organization_id"),
        create("acme2", "", "display_name"),
        create("acme2", &"x".repeat(500), "display_name"),
        wrong('r', "OrganizationService/GetOrganization", &(), "name"),
    ]
}

fn records() -> Vec<Wrong> {
    let list = |organization: &str, kind: &str, field| {
        let (organization, kind) = (organization.to_owned(), kind.to_owned());
        let message = pb::ListEntriesRequest { organization, kind, ..Default::default() };
        wrong('a', "AuditService/ListEntries", &message, field)
    };
    let entry = |name: &str, field| {
        let message = pb::GetEntryRequest { name: name.to_owned() };
        wrong('a', "AuditService/GetEntry", &message, field)
    };
    let included = |index, size, field| {
        let message = pb::GetInclusionProofRequest { index, size };
        wrong('r', "AuditService/GetInclusionProof", &message, field)
    };
    let consistent = |old_size, new_size, field| {
        let message = pb::GetConsistencyProofRequest { old_size, new_size };
        wrong('r', "AuditService/GetConsistencyProof", &message, field)
    };
    let mut wrong = vec![
        list("acme", "", "organization"),
        list("organizations/-", "", "organization"),
        list("", "SCORED", "kind"),
        entry("entries/", "name"),
        entry("entries/-1", "name"),
        entry("entries/99999999999999999999", "name"),
        entry("1", "name"),
        wrong('a', "AuditService/ReadReleasedExplanation", &(), "name"),
        included(-1, 0, "index"),
        included(0, -1, "size"),
        consistent(-1, 0, "old_size"),
        consistent(1, -1, "new_size"),
    ];
    // The lists have the first two fields in common.
    for (who, method) in [
        ('a', "AuditService/ListEntries"),
        ('c', "CandidateService/ListAccesses"),
        ('c', "ConsentService/ListConsents"),
        ('r', "ConsentService/ListConsents"),
        ('o', "OrganizationService/ListOrganizations"),
    ] {
        let negative = pb::ListConsentsRequest { page_size: -1, page_token: String::new() };
        let token = pb::ListConsentsRequest { page_size: 0, page_token: "mine".to_owned() };
        wrong.push(self::wrong(who, method, &negative, "page_size"));
        wrong.push(self::wrong(who, method, &token, "page_token"));
    }
    wrong
}

async fn provoke(server: &Server, who: char, method: &str, body: Vec<u8>) -> Answer {
    let token = format!("Bearer {}", server.world.token(identity(who), "mira"));
    let path = format!("/glasklar.v1.{method}");
    raw::send(&server.connect().await, &path, &[("authorization", &token)], body).await
}

#[tokio::test]
async fn a_wrong_field_is_named_by_its_path() {
    let server = Server::start().await;
    server.recruiter("acme").await;
    server.candidate("mira").await;
    let before = server.auditor().await.entries().await.len();
    let tables = [look_ups(), consents(), explanations(), accounts(), records()];
    for Wrong(who, method, message, field) in tables.into_iter().flatten() {
        let answer = provoke(&server, who, method, framed(&message)).await;
        let expected = (Code::InvalidArgument, "FIELD_INVALID".to_owned());
        assert_eq!(answer.outcome(), expected, "{method}: {field}");
        let details = answer.status().get_error_details();
        let named: Vec<_> = details.bad_request().map_or(Vec::new(), |bad| {
            bad.field_violations.iter().map(|violation| violation.field.clone()).collect()
        });
        assert_eq!(named, [field], "{method}");
        let text = answer.status().message().to_owned();
        assert!(text.starts_with(field) && text.len() > field.len() + 5, "{method}: {text}");
    }
    let after = server.auditor().await.entries().await.len();
    assert_eq!(after, before, "nothing that is malformed is recorded");
    server.finish().await;
}

#[tokio::test]
async fn bytes_that_are_no_message_are_the_callers_mistake() {
    let server = Server::start().await;
    server.recruiter("acme").await;
    server.candidate("mira").await;
    let compressed = [&[1_u8, 0, 0, 0, 2][..], &[10, 0]].concat();
    let cases: [(&str, Vec<u8>); 7] = [
        ("a tag that is none", framed(&[0xff; 9])),
        ("a length beyond the end", framed(&[10, 200, 1])),
        ("text that is not UTF-8", framed(&[18, 2, 0xc3, 0x28])),
        ("a frame that is cut off", vec![0, 0, 0, 0, 9, 1]),
        ("no frame at all", Vec::new()),
        ("compressed, and not said so", compressed),
        ("a flag that there is not", vec![7, 0, 0, 0, 0]),
    ];
    for (case, body) in cases {
        let answer = provoke(&server, 'r', "ProfileService/LookUpProfile", body).await;
        let expected = (Code::InvalidArgument, "FIELD_INVALID".to_owned());
        assert_eq!(answer.outcome(), expected, "{case}: {}", answer.status().message());
        let details = answer.status().get_error_details();
        let violations = &details.bad_request().expect("it has a BadRequest").field_violations;
        assert_eq!(violations[0].field, "(message)", "{case}");
    }
    // The same inside a stream.
    let answer = provoke(&server, 'c', "CandidateService/ImportArchive", framed(&[0xff; 9])).await;
    assert_eq!(answer.outcome(), (Code::InvalidArgument, "FIELD_INVALID".to_owned()));
    server.finish().await;
}

#[tokio::test]
async fn a_message_that_is_too_large_exceeds_a_limit() {
    let server = Server::start().await;
    server.recruiter("acme").await;
    server.candidate("mira").await;
    let expected = (Code::ResourceExhausted, "LIMIT_EXCEEDED".to_owned());
    let large = framed(&vec![0; 256 * 1024 + 1]);
    for (who, method) in
        [('r', "ProfileService/LookUpProfile"), ('c', "CandidateService/ImportArchive")]
    {
        let answer = provoke(&server, who, method, large.clone()).await;
        assert_eq!(answer.outcome(), expected, "{method}");
    }
    // A length that is announced is refused before the bytes come.
    let announced = vec![0, 0xff, 0xff, 0xff, 0xff];
    let answer = provoke(&server, 'r', "ProfileService/LookUpProfile", announced).await;
    assert_eq!(answer.outcome(), expected);
    server.finish().await;
}

#[tokio::test]
async fn what_is_not_there_or_in_the_way_has_its_own_reason() {
    let server = Server::start().await;
    server.recruiter("acme").await;
    server.candidate("mira").await;
    let name =
        |name: &str| framed(&pb::GetConsentRequest { name: name.to_owned() }.encode_to_vec());
    let create = pb::CreateOrganizationRequest {
        organization_id: "acme".to_owned(),
        display_name: "Another".to_owned(),
    };
    let beyond = pb::GetInclusionProofRequest { index: 1_000_000, size: 0 };
    let longer = pb::GetConsistencyProofRequest { old_size: 1, new_size: 1_000_000 };
    let chunk = pb::ImportArchiveRequest {
        chunk: b"not an archive".to_vec(),
        total_bytes: 14,
        ..Default::default()
    };
    let grant = pb::GrantConsentRequest {
        name: NOWHERE.to_owned(),
        fields: vec![1],
        channels: vec![1],
        days: 0,
    };
    let framed_message = |message: Vec<u8>| framed(&message);
    let not_found = (Code::NotFound, "NOT_FOUND");
    let range = (Code::OutOfRange, "OUT_OF_RANGE");
    for (who, method, body, expected) in [
        ('r', "ConsentService/GetConsent", name(NOWHERE), not_found),
        ('c', "ConsentService/WithdrawConsent", name(NOWHERE), not_found),
        ('c', "ConsentService/GrantConsent", framed_message(grant.encode_to_vec()), not_found),
        ('r', "ExplanationService/GetModel", name("models/none"), not_found),
        ('r', "OrganizationService/GetOrganization", name("organizations/rival"), not_found),
        ('a', "OrganizationService/GetOrganization", name("organizations/rival"), not_found),
        ('a', "AuditService/GetEntry", name("entries/1000000"), not_found),
        ('a', "AuditService/ReadReleasedExplanation", name("entries/0"), not_found),
        ('a', "AuditService/GetInclusionProof", framed_message(beyond.encode_to_vec()), range),
        ('a', "AuditService/GetConsistencyProof", framed_message(longer.encode_to_vec()), range),
        ('a', "AuditService/GetConsistencyProof", framed(&[]), range),
        (
            'o',
            "OrganizationService/CreateOrganization",
            framed_message(create.encode_to_vec()),
            (Code::Aborted, "CONFLICT"),
        ),
        (
            'c',
            "CandidateService/ImportArchive",
            framed_message(chunk.encode_to_vec()),
            (Code::InvalidArgument, "ARCHIVE_UNREADABLE"),
        ),
    ] {
        let answer = provoke(&server, who, method, body).await;
        let (code, reason) = answer.outcome();
        assert_eq!((code, reason.as_str()), expected, "{method}");
    }
    server.finish().await;
}
