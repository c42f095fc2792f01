//! Input that is wrong on purpose: what cannot be right is told with its name, and nothing of it
//! is kept.

use glasklar::app::models::MODEL;
use glasklar::pb;
use serde_json::json;

use super::{ago, forum, items, liked, seen};
use crate::harness::clients::{Candidate, reason};
use crate::harness::program::Folder;
use crate::harness::server::Server;

async fn account(who: &Candidate) -> pb::Candidate {
    let request = who.on(pb::GetCandidateRequest {});
    who.api().get_candidate(request).await.unwrap().into_inner().candidate.unwrap()
}

#[tokio::test]
async fn numbers_that_are_none_leave_nothing_half_stored() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let mira = server.candidate("mira").await;
    let good = String::from_utf8(forum("forum.example.org", "m", today, &liked())).unwrap();
    for nonsense in ["NaN", "-NaN", "Infinity", "1e999999", "0x10", "--3", "1.", "{"] {
        // In the last item, so that all others were read before.
        let at = good.rfind("{\"like\":29}").unwrap();
        let broken = format!("{}{{\"like\":{nonsense}}}{}", &good[..at], &good[at + 11..]);
        let refused = mira.upload(broken.into_bytes()).await;
        let refused = refused.expect_err(nonsense);
        assert_eq!(reason(&refused), "ARCHIVE_UNREADABLE", "{nonsense}");
        assert!(!refused.message().is_empty());
        let account = account(&mira).await;
        assert_eq!((account.revision, account.accounts.len()), (0, 0), "{nonsense}");
    }
    let rows = server.world.database.texts("SELECT 'x' FROM item").await;
    assert!(rows.is_empty(), "{} items were half stored", rows.len());
    server.finish().await;
}

/// A count below zero is no count: it is not told, which is not zero, and takes nothing away.
#[tokio::test]
async fn a_count_below_zero_or_of_fractions_is_not_told() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let (mira, nora) = (server.candidate("mira").await, server.candidate("nora").await);
    nora.upload(forum("forum.example.org", "n", today, &liked())).await.unwrap();
    let odd = [json!(-5), json!(-1_000_000_000_000_i64), json!(2.5), json!("many"), json!([3])];
    let row = |n: usize, like: serde_json::Value| {
        json!({
            "id": format!("odd-{n}"), "kind": "post", "text": "Glass",
            "posted_at": format!("{}T03:00:00Z", ago(today, 1)), "reactions": {"like": like}
        })
    };
    let rows: Vec<_> = odd.into_iter().enumerate().map(|(n, like)| row(n, like)).collect();
    let only = mira.upload(items("forum.example.org", "m", &rows)).await.unwrap();
    assert_eq!((only.items, only.new_observations), (5, 0));
    assert!(only.missing.contains(&pb::Signal::Like.into()), "{:?}", only.missing);
    mira.upload(forum("forum.example.org", "m", today, &liked())).await.unwrap();
    assert_eq!(seen(&mira).await, seen(&nora).await);
    server.finish().await;
}

#[tokio::test]
async fn wrong_explanations_and_digests_are_named_by_verify() {
    let server = Server::start().await;
    let mira = server.scored_candidate("mira").await;
    let text = String::from_utf8(mira.explain().await.document).unwrap();
    server.finish().await;
    let folder = Folder::new();
    folder.write("right.json", &text);
    let right = folder.succeed(&["verify", "right.json"]).await;
    assert!(right.contains("RIGHT"), "{right}");
    let digest = "0".repeat(64);
    let ended = folder.run(&["verify", "right.json", "--digest", &digest]).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.out.contains("digest mismatch"), "{}", ended.out);
    let huge = "9".repeat(20);
    for (from, to, says) in [
        ("\"signal\": \"like\"", "\"signal\": \"applause\"", "`signal` is `applause`"),
        ("\"reactions\": ", "\"reactions\": -", "\"reactions\": -"),
        ("\"reactions\": ", "\"reactions\": NaN", "\"reactions\": NaN"),
        ("\"weight\": \"", &format!("\"weight\": \"{huge}"), "`weight` is `999"),
        ("\"decay\": \"", "\"decay\": \"-", "`decay` is `-"),
    ] {
        folder.write("wrong.json", text.replacen(from, to, 1));
        let ended = folder.run(&["verify", "wrong.json"]).await;
        assert_eq!(ended.code, Some(1), "{to}: {ended:?}");
        assert!(ended.out.contains(says) && ended.out.contains("WRONG"), "{to}: {}", ended.out);
    }
}

#[tokio::test]
async fn wrong_models_are_refused_with_the_field_before_anything_is_served() {
    let folder = Folder::new();
    let weight = "[kind.approval]\nweight = { value = 0.25";
    for (from, to, says) in [
        (weight, "[kind.approval]\nweight = { value = -0.25", "kind.approval.weight"),
        (weight, "[kind.approval]\nweight = { value = nan", "kind.approval.weight"),
        ("b = { value = ", "b = { value = -", "scale.b"),
        ("[rate.x]\nlike = { value = 1.0", "[rate.x]\nlike = { value = -1.0", "rate.x.like"),
        ("[rate.x]\nlike", "[rate.x]\napplause", "applause"),
    ] {
        assert!(MODEL.contains(from), "{from}");
        folder.write("model.toml", MODEL.replacen(from, to, 1));
        let ended = folder.run(&["model", "check", "model.toml"]).await;
        assert_eq!(ended.code, Some(1), "{to}: {ended:?}");
        assert!(ended.out.contains(says), "{to}: {}", ended.out);
        folder.write("e.json", "{}");
        let ended = folder.run(&["verify", "e.json", "--model", "model.toml"]).await;
        assert_eq!(ended.code, Some(2), "{to}: {ended:?}");
        assert!(ended.err.contains(says), "{to}: {}", ended.err);
    }
    folder.write("model.toml", MODEL);
    let wrong = "0".repeat(64);
    let ended = folder.run(&["model", "check", "model.toml", "--digest", &wrong]).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.out.contains("digest mismatch"), "{}", ended.out);
}
