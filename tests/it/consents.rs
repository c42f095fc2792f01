//! Consent, from request to end, as the product's users live it.

use std::time::Duration;

use glasklar::pb;
use glasklar::pb::consent::State;
use tonic::Code;

use crate::harness::clients::reason;
use crate::harness::server::Server;

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn withdrawn_consent_hides_the_score_at_once() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    acme.expect_refusal(&consent.candidate).await;
    mira.grant(&consent).await;
    assert_eq!(acme.score(&consent.candidate).await.state(), pb::score::State::Scored);

    mira.withdraw(&consent).await;

    acme.expect_refusal(&consent.candidate).await;
    let again = mira.withdraw(&consent).await;
    assert_eq!(again.state(), State::Withdrawn, "withdrawing twice is no error");
    server.finish().await;
}

#[tokio::test]
async fn a_request_waits_for_somebody_to_prove_the_address() {
    let server = Server::start().await;
    let acme = server.recruiter("acme").await;
    let consent = acme.ask("late").await;
    let late = server.stranger("late").await;
    late.enroll().await;
    let listed = |answer: pb::ListConsentsResponse| answer.consents.len();
    let list = || late.on(pb::ListConsentsRequest::default());
    let before = late.consents().list_consents(list()).await.unwrap().into_inner();
    assert_eq!(listed(before), 0, "nobody gets requests for an unproven address");

    late.confirm().await;

    let after = late.consents().list_consents(list()).await.unwrap().into_inner();
    assert_eq!(listed(after), 1);
    late.grant(&consent).await;
    let score = acme.score(&consent.candidate).await;
    assert_eq!(score.state(), pb::score::State::InsufficientEvidence, "she brought nothing");
    assert_eq!(score.micropoints, 0);
    server.finish().await;
}

#[tokio::test]
async fn a_request_that_nobody_answers_expires() {
    let server = Server::start().await;
    let (mira, acme) = (server.candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    server.world.clock.advance(DAY * 30);
    let request = pb::GrantConsentRequest {
        name: consent.name.clone(),
        fields: consent.fields.clone(),
        channels: consent.channels.clone(),
        days: 0,
    };
    let late = mira.consents().grant_consent(mira.on(request)).await.unwrap_err();
    assert_eq!((late.code(), reason(&late).as_str()), (Code::Aborted, "CONFLICT"));
    server.finish().await;
}

#[tokio::test]
async fn a_consent_ends_by_the_clock() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    server.world.clock.advance(Duration::from_secs(180 * 86_400 - 1));
    acme.look_up(&consent.candidate).await.expect("still in force");
    server.world.clock.advance(Duration::from_secs(1));
    acme.expect_refusal(&consent.candidate).await;
    let request = pb::GetConsentRequest { name: consent.name };
    let seen = acme.consents().get_consent(acme.on(request)).await.unwrap().into_inner();
    assert_eq!(seen.consent.unwrap().state(), State::Ended);
    server.finish().await;
}

/// What an organization sees of a person is the same whether she refused, never answered, or
/// does not exist (promise P5).
#[tokio::test]
async fn a_refusal_looks_like_silence_to_the_organization() {
    let server = Server::start().await;
    let (mira, acme) = (server.candidate("mira").await, server.recruiter("acme").await);
    server.candidate("silent").await;
    let refused = acme.ask("mira").await;
    let silent = acme.ask("silent").await;
    let unknown = acme.ask("nobody").await;
    assert_eq!(mira.refuse(&refused).await.state(), State::Refused);
    for days in [0_u32, 29, 31, 40] {
        server.world.clock.advance(DAY * (days - days.min(1)));
        let mut views = Vec::new();
        for (consent, name) in [(&refused, "mira"), (&silent, "silent"), (&unknown, "nobody")] {
            let request = pb::GetConsentRequest { name: consent.name.clone() };
            let seen = acme.consents().get_consent(acme.on(request)).await.unwrap().into_inner();
            let asked = acme.ask(name).await;
            let mut pair = [seen.consent.unwrap(), asked];
            for view in &mut pair {
                // Names and handles are random; everything else must agree.
                view.name.clear();
                view.candidate.clear();
            }
            views.push(pair);
        }
        assert_eq!(views[0], views[1], "refused and silent differ");
        assert_eq!(views[1], views[2], "silent and unknown differ");
    }
    server.finish().await;
}

#[tokio::test]
async fn a_grant_may_be_narrower_and_never_wider() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    let mut request = pb::GrantConsentRequest {
        name: consent.name.clone(),
        fields: vec![pb::Field::Score.into(), pb::Field::Topics.into()],
        channels: vec![pb::Channel::X.into()],
        days: 0,
    };
    let wider = mira.consents().grant_consent(mira.on(request.clone())).await.unwrap_err();
    assert_eq!(reason(&wider), "FIELD_INVALID");
    request.fields = Vec::new();
    let empty = mira.consents().grant_consent(mira.on(request.clone())).await.unwrap_err();
    assert_eq!(reason(&empty), "FIELD_INVALID", "nothing is pre-ticked");
    request.fields = vec![pb::Field::Score.into()];
    mira.consents().grant_consent(mira.on(request)).await.unwrap();
    let profile = acme.look_up(&consent.candidate).await.unwrap();
    assert_eq!(profile.fields, [i32::from(pb::Field::Score)]);
    let score = profile.score.unwrap();
    assert_eq!(score.channels, [i32::from(pb::Channel::X)]);
    let explained = acme.explain(&score.name).await.unwrap_err();
    assert_eq!(reason(&explained), "CONSENT_NOT_AVAILABLE", "channels were not agreed to");
    server.finish().await;
}

#[tokio::test]
async fn a_consent_answers_for_one_organization_purpose_and_job_only() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let rival = server.recruiter("rival").await;
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    rival.expect_refusal(&consent.candidate).await;
    let rivals = rival.ask("mira").await;
    assert_ne!(rivals.candidate, consent.candidate, "handles are pairwise (P13)");
    rival.expect_refusal(&rivals.candidate).await;
    let mut request = acme.look_up_request(&consent.candidate);
    request.look_up.as_mut().unwrap().purpose = pb::Purpose::TalentPool.into();
    let other = acme.profiles().look_up_profile(acme.on(request)).await.unwrap_err();
    assert_eq!(reason(&other), "CONSENT_NOT_AVAILABLE");
    let mut request = acme.look_up_request(&consent.candidate);
    request.look_up.as_mut().unwrap().job_reference = "J-2".to_owned();
    let other = acme.profiles().look_up_profile(acme.on(request)).await.unwrap_err();
    assert_eq!(reason(&other), "CONSENT_NOT_AVAILABLE");
    let request = rival.on(pb::GetConsentRequest { name: consent.name });
    let foreign = rival.consents().get_consent(request).await.unwrap_err();
    assert_eq!(reason(&foreign), "NOT_FOUND");
    server.finish().await;
}

#[tokio::test]
async fn a_repeated_request_id_gives_the_first_answer_and_never_another() {
    let server = Server::start().await;
    let acme = server.recruiter("acme").await;
    let mut request = acme.request("mira");
    request.request_id = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff".to_owned();
    let ask = |request| async { acme.consents().request_consent(acme.on(request)).await };
    let first = ask(request.clone()).await.unwrap().into_inner();
    assert_eq!(ask(request.clone()).await.unwrap().into_inner(), first);
    request.job_reference = "J-2".to_owned();
    let other = ask(request.clone()).await.unwrap_err();
    assert_eq!(reason(&other), "REQUEST_ID_REUSED");
    request.request_id = "not-a-uuid".to_owned();
    assert_eq!(reason(&ask(request).await.unwrap_err()), "FIELD_INVALID");
    server.finish().await;
}

#[tokio::test]
async fn codes_are_limited_and_a_wrong_one_is_remembered() {
    let server = Server::start().await;
    let mira = server.stranger("mira").await;
    mira.enroll().await;
    let code = mira.code().await;
    let confirm = |code: &str| {
        let request = pb::ConfirmContactRequest { address: mira.address(), code: code.to_owned() };
        let mira = mira.clone();
        async move { mira.api().confirm_contact(mira.on(request)).await }
    };
    let wrong = if code == "00000000" { "00000001" } else { "00000000" };
    for _ in 0..5 {
        assert_eq!(reason(&confirm(wrong).await.unwrap_err()), "FIELD_INVALID");
    }
    let locked = confirm(&code).await.unwrap_err();
    assert_eq!(reason(&locked), "LIMIT_EXCEEDED", "even the right code is too late");
    let fresh = mira.code().await;
    server.world.clock.advance(Duration::from_secs(15 * 60 + 1));
    assert_eq!(reason(&confirm(&fresh).await.unwrap_err()), "FIELD_INVALID", "too old");
    for _ in 0..3 {
        mira.code().await;
    }
    let request = pb::AddContactRequest { address: mira.address() };
    let sixth = mira.api().add_contact(mira.on(request)).await.unwrap_err();
    assert_eq!(
        (sixth.code(), reason(&sixth).as_str()),
        (Code::ResourceExhausted, "LIMIT_EXCEEDED")
    );
    server.finish().await;
}

#[tokio::test]
async fn consents_are_listed_in_pages_that_belong_to_their_caller() {
    let server = Server::start().await;
    let (acme, rival) = (server.recruiter("acme").await, server.recruiter("rival").await);
    for name in ["ada", "ben", "cleo"] {
        acme.ask(name).await;
    }
    let list = |token: String| pb::ListConsentsRequest { page_size: 2, page_token: token };
    let first = acme.consents().list_consents(acme.on(list(String::new()))).await.unwrap();
    let first = first.into_inner();
    assert_eq!(first.consents.len(), 2);
    let token = first.next_page_token;
    let second = acme.consents().list_consents(acme.on(list(token.clone()))).await.unwrap();
    let second = second.into_inner();
    assert_eq!((second.consents.len(), second.next_page_token.as_str()), (1, ""));
    assert!(!first.consents.contains(&second.consents[0]));
    let stolen = rival.consents().list_consents(rival.on(list(token))).await.unwrap_err();
    assert_eq!(reason(&stolen), "FIELD_INVALID");
    server.finish().await;
}
