//! Look-ups: what they show, that they are recorded, and that many at once are one write.

use glasklar::pb;
use glasklar::pb::score::State;

use crate::harness::clients::{ledger_index, reason};
use crate::harness::server::Server;

#[tokio::test]
async fn a_look_is_recorded_before_it_is_answered_and_the_candidate_sees_it() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let request = acme.on(acme.look_up_request(&consent.candidate));
    let answer = acme.profiles().look_up_profile(request).await.unwrap();
    let profile = answer.get_ref().profile.clone().unwrap();
    assert_eq!(profile.consent, consent.name);
    assert_eq!(profile.consent_version, 2);
    let accesses = mira.accesses().await;
    assert_eq!(accesses.len(), 1);
    assert_eq!(accesses[0].organization, "organizations/acme");
    assert_eq!(accesses[0].kind(), pb::access::Kind::Profile);
    let score = profile.score.unwrap().name;
    assert!(score.ends_with(&accesses[0].score), "{score} {}", accesses[0].score);
    server.finish().await;
}

/// What is read with the head held is what was committed before, however long the head was waited
/// for (promise P2 between replicas).
#[tokio::test]
async fn a_look_that_waited_for_the_head_sees_the_withdrawal_it_waited_for() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    acme.score(&consent.candidate).await;
    let database = &server.world.database;
    let lock = database.lock().await;
    tokio::join!(acme.expect_refusal(&consent.candidate), async {
        database.somebody_waits().await;
        lock.commit("UPDATE consent SET state = 4, version = version + 1").await;
    });
    server.finish().await;
}

#[tokio::test]
async fn a_consent_that_cannot_be_read_does_not_fail_its_neighbors() {
    let server = Server::start().await;
    let mira = server.scored_candidate("mira").await;
    let (acme, initech) = (server.recruiter("acme").await, server.recruiter("initech").await);
    let (asked, spoiled) = (acme.ask("mira").await, initech.ask("mira").await);
    mira.grant(&asked).await;
    mira.grant(&spoiled).await;
    server
        .world
        .database
        .execute("UPDATE consent SET state = 99 WHERE organization = 'initech'")
        .await;
    let lock = server.world.database.lock().await;
    let (first, broken, second, ()) = tokio::join!(
        acme.look_up(&asked.candidate),
        initech.look_up(&spoiled.candidate),
        acme.look_up(&asked.candidate),
        async {
            server.world.database.somebody_waits().await;
            lock.release().await;
        },
    );
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(broken.unwrap_err().code(), tonic::Code::Internal);
    server.finish().await;
}

#[tokio::test]
async fn scores_are_named_by_what_they_were_computed_from_and_never_change() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let first = acme.score(&consent.candidate).await;
    assert_eq!(acme.score(&consent.candidate).await, first, "same day, same score");
    assert_eq!(first.state(), State::Scored);
    assert!(first.low_micropoints <= first.micropoints);
    assert!(first.micropoints <= first.high_micropoints);
    assert_eq!(first.uploaded_permille, 1_000);
    server.world.clock.advance(std::time::Duration::from_secs(90 * 86_400));
    let later = acme.score(&consent.candidate).await;
    assert_ne!(later.name, first.name);
    assert!(later.micropoints < first.micropoints, "evidence fades");
    server.finish().await;
}

#[tokio::test]
async fn a_hundred_look_ups_are_answered_one_by_one_in_their_order() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let unknown = format!("candidates/{}", "0".repeat(32));
    let names: Vec<&str> = (0..100)
        .map(|at| if at % 3 == 0 { consent.candidate.as_str() } else { unknown.as_str() })
        .collect();
    let look_up = |name: &&str| acme.look_up_request(name).look_up.unwrap();
    let look_ups = names.iter().map(look_up).collect();
    let request = pb::BatchLookUpProfilesRequest { look_ups, request_id: String::new() };
    let answer = acme.profiles().batch_look_up_profiles(acme.on(request)).await.unwrap();
    let results = answer.into_inner().results;
    let mut indexes: Vec<i64> = results.iter().map(|result| result.ledger_index).collect();
    for (result, name) in results.iter().zip(&names) {
        assert_eq!(result.candidate, *name);
        assert_eq!(result.profile.is_some(), *name == consent.candidate);
        let refused = result.reason() == pb::ErrorReason::ConsentNotAvailable;
        assert_eq!(refused, *name == unknown);
    }
    indexes.sort_unstable();
    indexes.dedup();
    assert_eq!(indexes.len(), 100, "each has an entry of its own");
    server.finish().await;
}

/// A request id never brings an old answer back: the consent is checked again (promise P2).
#[tokio::test]
async fn a_repeated_request_is_checked_again() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let mut request = acme.look_up_request(&consent.candidate);
    request.request_id = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff".to_owned();
    acme.profiles().look_up_profile(acme.on(request.clone())).await.unwrap();
    mira.withdraw(&consent).await;
    let again = acme.profiles().look_up_profile(acme.on(request)).await.unwrap_err();
    assert_eq!(reason(&again), "CONSENT_NOT_AVAILABLE");
    server.finish().await;
}

#[tokio::test]
async fn many_at_once_on_two_replicas_each_have_one_entry() {
    let server = Server::start().await;
    let replica = server.replica().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let other = replica.unregistered_recruiter("acme").await;
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let mut calls = tokio::task::JoinSet::new();
    for at in 0..120 {
        let caller = if at % 2 == 0 { acme.clone() } else { other.clone() };
        let candidate = consent.candidate.clone();
        calls.spawn(async move {
            let request = caller.on(caller.look_up_request(&candidate));
            let answer = caller.profiles().look_up_profile(request).await;
            answer.map(|answer| answer.get_ref().profile.is_some())
        });
    }
    while let Some(shown) = calls.join_next().await {
        assert!(shown.unwrap().expect("each is shown"));
    }
    let entries = server.auditor().await.entries().await;
    let shown = entries.iter().filter(|entry| entry.kind == "PROFILE_DISCLOSED").count();
    assert_eq!(shown, 120);
    replica.finish().await;
    server.finish().await;
}

#[tokio::test]
async fn a_refusal_names_its_entry() {
    let server = Server::start().await;
    let acme = server.recruiter("acme").await;
    let unknown = format!("candidates/{}", "0".repeat(32));
    let refused = acme.look_up(&unknown).await.unwrap_err();
    let index = ledger_index(refused.metadata());
    let entries = server.auditor().await.entries().await;
    let entry = entries.iter().find(|entry| u64::try_from(entry.index) == Ok(index)).unwrap();
    assert_eq!(entry.kind, "DISCLOSURE_REFUSED");
    server.finish().await;
}
