//! What is fetched becomes evidence, and what it is worth beside uploads.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use glasklar::pb;
use glasklar::pb::fetch_account_response::State;
use serde_json::json;

use super::proofs::{ADDRESS, Ada, published};
use crate::harness::clients::{Candidate, reason};
use crate::harness::program::Folder;
use crate::harness::server::Server;

/// The same account's answers, packed by hand, with these likes.
fn upload(likes: &[u64]) -> Vec<u8> {
    let did = "did:plc:adaexampleadaexampleada";
    let author = json!({"did": did, "handle": ADDRESS});
    let post = |(at, likes): (usize, &u64)| {
        let (created, key) = published(at);
        json!({"post": {
            "uri": format!("at://{did}/app.bsky.feed.post/{key}"), "cid": "bafy", "author": author,
            "record": {"$type": "app.bsky.feed.post", "text": format!("post {at}"),
                "createdAt": created},
            "likeCount": likes, "repostCount": 0, "replyCount": 0, "quoteCount": 0,
            "indexedAt": created}})
    };
    let feed: Vec<_> = likes.iter().enumerate().map(post).collect();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("getAuthorFeed.json", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut zip, json!({ "feed": feed }).to_string().as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

/// Her reactions to the likes signal, and whether they come from the network itself.
async fn likes(mira: &Candidate) -> (i64, String) {
    let document = mira.explain().await.document;
    let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
    let text = document.to_string();
    let channels = document["channels"].as_array().expect("channels").clone();
    let signals =
        channels.iter().flat_map(|channel| channel["signals"].as_array().unwrap().clone());
    let likes = signals.filter(|signal| signal["signal"] == "like");
    let sum = likes.map(|signal| signal["reactions"].as_i64().unwrap()).sum();
    (sum, text)
}

#[tokio::test]
async fn fetched_items_count_and_fetching_again_changes_nothing() {
    let ada = Ada::default();
    *ada.likes.lock().unwrap() = vec![5; 12];
    let stand = ada.stand().await;
    let server = Server::start_fetching(|fetching| stand.stands_in(fetching)).await;
    let mira = server.candidate("mira").await;
    mira.own(&ada).await;
    assert_eq!(likes(&mira).await.0, 0, "a proof alone is no evidence");
    let messages = mira.fetch().await.unwrap();
    let last = messages.last().unwrap();
    assert_eq!((last.state(), last.items, last.more), (State::Done, 12, false));
    assert!(messages.iter().any(|message| message.state() == State::Reading));
    assert!(messages.iter().any(|message| message.state() == State::Storing));
    let report = last.report.clone().unwrap();
    assert_eq!((report.channel(), report.new_items), (pb::Channel::Bluesky, 12));
    assert_eq!(report.revision, 1);
    assert_eq!(likes(&mira).await.0, 60);
    let again = mira.fetch().await.unwrap().pop().unwrap().report.unwrap();
    assert_eq!((again.new_items, again.new_observations, again.revision), (0, 0, 1));
    ada.likes.lock().unwrap()[0] = 9;
    let grown = mira.fetch().await.unwrap().pop().unwrap().report.unwrap();
    assert_eq!((grown.new_items, grown.new_observations, grown.revision), (0, 1, 2));
    assert_eq!(likes(&mira).await.0, 64);
    server.finish().await;
}

#[tokio::test]
async fn what_the_network_says_beats_what_an_upload_claims() {
    let ada = Ada::default();
    *ada.likes.lock().unwrap() = vec![5, 0, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5];
    let stand = ada.stand().await;
    let server = Server::start_fetching(|fetching| stand.stands_in(fetching)).await;
    let mira = server.candidate("mira").await;
    let edited = vec![1_000_000; 12];
    mira.upload(upload(&edited)).await.unwrap();
    assert_eq!(likes(&mira).await.0, 12_000_000);
    mira.own(&ada).await;
    mira.fetch().await.unwrap();
    assert_eq!(likes(&mira).await.0, 55, "the network's zero counts as well");
    mira.upload(upload(&[2_000_000; 12])).await.unwrap();
    assert_eq!(likes(&mira).await.0, 55, "and an upload afterwards changes nothing");
    server.finish().await;
}

/// An edited upload is found out by asking the network, and the explanation says so.
#[tokio::test]
async fn an_upload_that_the_network_contradicts_is_said() {
    let ada = Ada::default();
    *ada.likes.lock().unwrap() = vec![5; 12];
    let stand = ada.stand().await;
    let server = Server::start_fetching(|fetching| stand.stands_in(fetching)).await;
    let mira = server.candidate("mira").await;
    mira.upload(upload(&[1_000_000; 12])).await.unwrap();
    let claimed = mira.explain().await;
    assert_eq!((claimed.doubts.len(), claimed.score.unwrap().uploaded_permille), (0, 1_000));
    mira.own(&ada).await;
    mira.fetch().await.unwrap();
    let found = mira.explain().await;
    let causes: Vec<_> = found.doubts.iter().map(pb::Doubt::cause).collect();
    assert_eq!(causes, [pb::doubt::Cause::Contradicted]);
    assert_eq!(found.score.unwrap().uploaded_permille, 0, "the network's counts count");
    server.finish().await;
}

#[tokio::test]
async fn one_thing_at_a_time_and_not_more_than_the_server_bears() {
    let ada = Ada::default();
    let stand = ada.stand().await;
    let server = Server::start_fetching(|fetching| {
        stand.stands_in(fetching);
        fetching.at_once = 0;
    })
    .await;
    let mira = server.candidate("mira").await;
    mira.link().await.unwrap();
    let busy = mira.prove().await.unwrap_err();
    assert_eq!(reason(&busy), "LIMIT_EXCEEDED");
    assert!(busy.message().contains("too much is being fetched"), "{}", busy.message());
    server.finish().await;
}

#[tokio::test]
async fn the_command_prints_what_the_network_shows_and_stores_nothing() {
    let ada = Ada::default();
    *ada.likes.lock().unwrap() = vec![5; 12];
    let stand = ada.stand().await;
    let folder = Folder::new();
    let configuration = format!(
        "development = true\n[mail]\nkind = \"print\"\n[fetch]\nbluesky = \"{}\"\n\
         allow_private_addresses = [\"127.0.0.1/32\"]",
        stand.url()
    );
    folder.write("glasklar.toml", configuration);
    let command = ["fetch", "--channel", "bluesky", ADDRESS, "--config", "glasklar.toml"];
    let printed = folder.succeed(&[&command[..], &["--json"]].concat()).await;
    let document: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(document["channel"], "bluesky");
    assert_eq!(document["subject"]["handle"], ADDRESS);
    assert_eq!(
        (&document["items"]["post"], &document["received"]["like"]),
        (&12.into(), &60.into())
    );
    let shown = folder.succeed(&command).await;
    assert!(shown.contains(ADDRESS), "{shown}");
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "only the configuration is there");
    for wrong in [["--channel", "myspace", "ada"], ["--channel", "facebook", "ada"]] {
        let ended = folder.run(&[&["fetch"], &wrong[..]].concat()).await;
        assert_eq!(ended.code, Some(2), "{ended:?}");
    }
}
