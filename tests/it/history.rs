//! Scores over time: what was stays as it was, also under another model, and every difference can
//! be taken apart.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::time::Duration;

use glasklar::app::models::{MODEL, Models};
use glasklar::domain::verify;
use glasklar::pb;
use glasklar::server::Options;

use crate::harness::clients::{Candidate, reason};
use crate::harness::server::Server;

const DAY: Duration = Duration::from_hours(24);

/// A later model: another slope, and nothing else.
fn second() -> String {
    let text = MODEL.replacen("version = \"2026.11\"", "version = \"2027.1\"", 1);
    let line = text.lines().find(|line| line.starts_with("b = ")).unwrap();
    let slope = line.split(['=', ',']).nth(2).unwrap().trim().to_owned();
    let steeper: f64 = slope.parse::<f64>().unwrap() * 1.5;
    text.replacen(line, &line.replacen(&slope, &format!("{steeper}"), 1), 1)
}

async fn change(who: &Candidate, from: &str, to: &str) -> pb::ExplainChangeResponse {
    let (from, to) = (from.to_owned(), to.to_owned());
    let request = pb::ExplainChangeRequest { from, to, ..Default::default() };
    who.explanations().explain_change(who.on(request)).await.unwrap().into_inner()
}

fn assert_adds_up(change: &pb::ExplainChangeResponse) {
    let channels: i32 = change.channels.iter().map(|part| part.micropoints).sum();
    let whole = channels + change.time_micropoints + change.model_micropoints;
    assert_eq!(whole, change.micropoints);
    let points = |score: &Option<pb::Score>| score.as_ref().unwrap().micropoints;
    assert_eq!(points(&change.to) - points(&change.from), change.micropoints);
}

async fn own(who: &Candidate) -> pb::Score {
    let request = who.on(pb::GetOwnScoreRequest::default());
    who.api().get_own_score(request).await.unwrap().into_inner().score.unwrap()
}

async fn history(who: &Candidate, page_size: i32) -> Vec<pb::Score> {
    let (mut scores, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListOwnScoresRequest { page_size, page_token, ..Default::default() };
        let page = who.api().list_own_scores(who.on(request)).await.unwrap().into_inner();
        scores.extend(page.scores);
        if page.next_page_token.is_empty() {
            return scores;
        }
        page_token = page.next_page_token;
    }
}

/// Promise P7.
#[tokio::test]
async fn a_second_model_leaves_every_old_score_and_the_difference_is_told_apart() {
    let mut server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let asked = acme.ask("mira").await;
    mira.grant(&asked).await;
    let first = acme.score(&asked.candidate).await;
    let shown = acme.explain(&first.name).await.unwrap();
    let own_first = own(&mira).await;
    server.world.clock.advance(7 * DAY);
    mira.upload(glasklar::demo::mastodon_archive(server.world.clock.now().day())).await.unwrap();
    let before = own(&mira).await;
    server.stop().await;
    let mut world = server.world.clone();
    world.models = Models::new("2027.1", &[second()]).unwrap();
    let server = world.serve(world.storage(), Options::default()).await;
    server.app.rescore(|_| ()).await.unwrap();
    let (mira, acme) = (server.stranger("mira").await, server.unregistered_recruiter("acme").await);
    let after = own(&mira).await;
    assert_eq!(after.model, "models/2027.1");
    assert_ne!(after.micropoints, before.micropoints);
    let again = acme.explain(&first.name).await.unwrap();
    assert_eq!(again.document, shown.document, "an old explanation is the same, byte for byte");
    let old = mira.explanations();
    let request = pb::ExplainOwnScoreRequest { name: own_first.name.clone(), ..Default::default() };
    let old = old.clone().explain_own_score(mira.on(request)).await.unwrap().into_inner();
    let old = old.explanation.unwrap();
    assert_eq!(old.score.as_ref(), Some(&own_first));
    let model = Models::new("", &[]).unwrap().current().unwrap().model;
    assert_eq!(verify::verify(&old.document, &model), []);

    let whole = change(&mira, &own_first.name, "").await;
    assert_adds_up(&whole);
    assert!(whole.model_micropoints != 0 && whole.time_micropoints < 0, "{whole:?}");
    let channels: Vec<_> = whole.channels.iter().map(pb::ChannelChange::channel).collect();
    assert!(channels.contains(&pb::Channel::Mastodon), "{channels:?}");
    let model_only = change(&mira, &before.name, &after.name).await;
    assert_adds_up(&model_only);
    assert_eq!((model_only.channels.len(), model_only.time_micropoints), (0, 0));
    let scores = history(&mira, 3).await;
    assert_eq!(scores.len(), 8);
    assert_eq!(scores.first(), Some(&after));
    assert_eq!(scores.last(), Some(&own_first), "the first day has the first model's score");
    let models = mira.explanations().list_models(mira.on(pb::ListModelsRequest::default())).await;
    let models = models.unwrap().into_inner().models;
    let named: Vec<_> = models.iter().map(|model| (model.name.as_str(), model.current)).collect();
    assert_eq!(named, [("models/2027.1", true), ("models/2026.11", false)]);
    server.finish().await;
}

#[tokio::test]
async fn time_alone_only_fades_and_is_told_so() {
    let server = Server::start().await;
    let mira = server.scored_candidate("mira").await;
    let first = own(&mira).await;
    let forecast = mira.explain().await.forecast;
    server.world.clock.advance(90 * DAY);
    let change = change(&mira, &first.name, "").await;
    assert_adds_up(&change);
    assert!(change.channels.is_empty() && change.model_micropoints == 0);
    assert!(change.time_micropoints < 0);
    let foretold = forecast.iter().find(|line| line.date == own_date(&change)).unwrap();
    assert_eq!(foretold.micropoints, change.to.as_ref().unwrap().micropoints, "it was foretold");
    server.finish().await;
}

fn own_date(change: &pb::ExplainChangeResponse) -> String {
    change.to.as_ref().unwrap().as_of_date.clone()
}

#[tokio::test]
async fn scores_that_never_were_are_not_found() {
    let server = Server::start().await;
    let mira = server.scored_candidate("mira").await;
    let name = own(&mira).await.name;
    for (from, to, expected) in [
        ("candidates/me/scores/latest".to_owned(), String::new(), "FIELD_INVALID"),
        (name.replace("/r1-", "/r9-"), String::new(), "NOT_FOUND"),
        (name.replace("-2026", "-2036"), String::new(), "NOT_FOUND"),
        (name.replace("-2026", "-2016"), String::new(), "NOT_FOUND"),
        (name.clone(), name.replace("/r1-", "/r0-"), "FIELD_INVALID"),
    ] {
        let request = pb::ExplainChangeRequest { from: from.clone(), to, ..Default::default() };
        let error = mira.explanations().explain_change(mira.on(request)).await.unwrap_err();
        assert_eq!(reason(&error), expected, "{from}: {error:?}");
    }
    server.finish().await;
}

#[tokio::test]
async fn all_items_of_a_channel_add_up_to_the_channel() {
    let server = Server::start().await;
    let mira = server.scored_candidate("mira").await;
    let explanation = mira.explain().await;
    let channel = &explanation.channels[0];
    let (mut items, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListItemContributionsRequest {
            channel: channel.channel,
            page_size: 7,
            page_token,
            ..Default::default()
        };
        let page = mira.explanations().list_item_contributions(mira.on(request)).await.unwrap();
        let page = page.into_inner();
        items.extend(page.items);
        if page.next_page_token.is_empty() {
            break;
        }
        page_token = page.next_page_token;
    }
    let sum: i32 = items.iter().map(|item| item.micropoints).sum();
    assert_eq!(sum, channel.micropoints);
    let listed = channel.items.len();
    assert!(listed > 7 && items.len() >= listed);
    assert_eq!(items[..listed], channel.items[..], "the same as in the explanation");
    server.finish().await;
}
