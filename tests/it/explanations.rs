//! Explanations: they add up, they can be recomputed, they show what the consent covers.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::time::Duration;

use glasklar::app::models::{MODEL, read_model};
use glasklar::domain::verify;
use glasklar::pb;

use crate::harness::clients::reason;
use crate::harness::server::Server;

fn assert_adds_up(explanation: &pb::Explanation) {
    let score = explanation.score.as_ref().unwrap();
    let channels: i32 = explanation.channels.iter().map(|channel| channel.micropoints).sum();
    assert_eq!(explanation.baseline_micropoints + channels, score.micropoints);
    for channel in &explanation.channels {
        let signals: i32 = channel.signals.iter().map(|signal| signal.micropoints).sum();
        assert_eq!(signals, channel.micropoints);
        for signal in channel.signals.iter().filter(|_| !channel.items.is_empty()) {
            let reactions = channel.items.iter().flat_map(|item| &item.reactions);
            let own = reactions.filter(|reaction| reaction.signal == signal.signal);
            let listed: i32 = own.map(|reaction| reaction.micropoints).sum();
            assert_eq!(listed + signal.other_micropoints, signal.micropoints);
        }
        for item in &channel.items {
            let reactions: i32 = item.reactions.iter().map(|reaction| reaction.micropoints).sum();
            assert_eq!(reactions, item.micropoints);
        }
    }
    let kinds: i32 = explanation.kinds.iter().map(|kind| kind.micropoints).sum();
    assert_eq!(explanation.baseline_micropoints + kinds, score.micropoints);
}

#[tokio::test]
async fn an_explanation_adds_up_and_is_recomputed_from_its_document() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let archive = glasklar::demo::mastodon_archive(server.world.clock.now().day());
    mira.upload(archive).await.unwrap();
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let score = acme.score(&consent.candidate).await;
    let explanation = acme.explain(&score.name).await.unwrap();
    assert_eq!(explanation.score.as_ref(), Some(&score));
    assert_eq!(explanation.channels.len(), 2);
    assert_adds_up(&explanation);
    let model = read_model(MODEL).unwrap();
    assert_eq!(verify::verify(&explanation.document, &model), []);
    let own = mira.explain().await;
    assert_adds_up(&own);
    assert_eq!(verify::verify(&own.document, &model), []);
    assert_eq!(own.score.unwrap().micropoints, score.micropoints, "she sees the same number");
    server.finish().await;
}

/// Leaving a channel out of a consent gives what a person without that channel gets (P8).
#[tokio::test]
async fn a_channel_not_shared_equals_one_never_had() {
    let mut seen = Vec::new();
    for brings_more in [true, false] {
        let server = Server::start().await;
        let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
        if brings_more {
            let archive = glasklar::demo::mastodon_archive(server.world.clock.now().day());
            mira.upload(archive).await.unwrap();
        }
        let consent = acme.ask("mira").await;
        let request = pb::GrantConsentRequest {
            name: consent.name.clone(),
            fields: consent.fields.clone(),
            channels: vec![pb::Channel::X.into()],
            days: 0,
        };
        mira.consents().grant_consent(mira.on(request)).await.unwrap();
        let latest = format!("{}/scores/latest", consent.candidate);
        let explanation = acme.explain(&latest).await.unwrap();
        let score = explanation.score.unwrap();
        let numbers = (score.micropoints, score.low_micropoints, score.high_micropoints);
        seen.push((numbers, explanation.channels));
        server.finish().await;
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn a_score_that_was_shown_can_be_explained_after_the_evidence_changed() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let before = acme.score(&consent.candidate).await;
    server.world.clock.advance(Duration::from_secs(86_400));
    let archive = glasklar::demo::mastodon_archive(server.world.clock.now().day());
    mira.upload(archive).await.unwrap();
    let explained = acme.explain(&before.name).await.unwrap();
    assert_eq!(explained.score.unwrap(), before);
    let rival = server.recruiter("rival").await;
    let asked = rival.ask("mira").await;
    mira.grant(&asked).await;
    let name = before.name.replace(&consent.candidate, &asked.candidate);
    let refused = rival.explain(&name).await.unwrap_err();
    assert_eq!(reason(&refused), "CONSENT_NOT_AVAILABLE", "it was never shown that score");
    server.finish().await;
}

#[tokio::test]
async fn too_little_evidence_is_explained_without_a_number() {
    let server = Server::start().await;
    let (mira, acme) = (server.candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let explained = acme.explain(&format!("{}/scores/latest", consent.candidate)).await.unwrap();
    let score = explained.score.unwrap();
    assert_eq!(score.state(), pb::score::State::InsufficientEvidence);
    assert_eq!((score.micropoints, explained.baseline_micropoints), (0, 0));
    assert_eq!(verify::verify(&explained.document, &read_model(MODEL).unwrap()), []);
    server.finish().await;
}

#[tokio::test]
async fn the_model_is_served_with_its_digest() {
    let server = Server::start().await;
    let acme = server.recruiter("acme").await;
    let request = pb::GetModelRequest { name: "models/current".to_owned() };
    let model = acme.explanations().get_model(acme.on(request)).await.unwrap().into_inner();
    let text = String::from_utf8(model.document).unwrap();
    assert_eq!(read_model(&text).unwrap().digest.to_string(), model.digest);
    let request = pb::GetModelRequest { name: "models/1999".to_owned() };
    let unknown = acme.explanations().get_model(acme.on(request)).await.unwrap_err();
    assert_eq!(reason(&unknown), "NOT_FOUND");
    server.finish().await;
}
