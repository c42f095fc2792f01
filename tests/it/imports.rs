//! Imports over the wire: progress, reports, repetition, refusals.

use glasklar::pb;
use glasklar::pb::import_archive_response::State;

use crate::harness::clients::reason;
use crate::harness::server::Server;

#[tokio::test]
async fn importing_twice_or_overlapping_changes_nothing() {
    let server = Server::start().await;
    let mira = server.candidate("mira").await;
    let today = server.world.clock.now().day();
    let first = mira.upload(glasklar::demo::x_archive(today)).await.unwrap();
    assert_eq!((first.items, first.new_items, first.revision), (40, 40, 1));
    assert!(first.new_observations > 0);
    let before = mira.explain().await.document;
    let again = mira.upload(glasklar::demo::x_archive(today)).await.unwrap();
    assert_eq!((again.new_items, again.new_observations, again.revision), (0, 0, 1));
    assert_eq!(mira.explain().await.document, before, "not a byte has changed");
    server.finish().await;
}

#[tokio::test]
async fn progress_comes_before_the_report() {
    let server = Server::start().await;
    let mira = server.candidate("mira").await;
    let archive = glasklar::demo::x_archive(server.world.clock.now().day());
    let pieces: Vec<_> = archive
        .chunks(1_000)
        .map(|chunk| pb::ImportArchiveRequest {
            chunk: chunk.to_vec(),
            total_bytes: 0,
            ..Default::default()
        })
        .collect();
    let request = mira.on(tokio_stream::iter(pieces));
    let mut answers = mira.api().import_archive(request).await.unwrap().into_inner();
    let mut states = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        assert_eq!(answer.report.is_some(), answer.state() == State::Done);
        states.push(answer.state());
    }
    assert_eq!(states.first(), Some(&State::Receiving));
    assert!(states.contains(&State::Reading));
    assert_eq!(states.last(), Some(&State::Done));
    assert!(states.is_sorted());
    server.finish().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_a_way_out_and_leaves_nothing() {
    let server = Server::start().await;
    let mira = server.candidate("mira").await;
    let archive = glasklar::demo::x_archive(server.world.clock.now().day());
    let truncated = archive[..archive.len() / 2].to_vec();
    for (bytes, says) in [
        (b"hello".to_vec(), "zip"),
        (truncated, ""),
        (Vec::new(), ""),
        (archive.iter().map(|byte| byte ^ 0x55).collect(), ""),
    ] {
        let refused = mira.upload(bytes).await.unwrap_err();
        assert_eq!(reason(&refused), "ARCHIVE_UNREADABLE", "{refused:?}");
        assert!(refused.message().contains(says), "{}", refused.message());
    }
    let request = mira.on(pb::GetCandidateRequest {});
    let account = mira.api().get_candidate(request).await.unwrap().into_inner();
    let account = account.candidate.unwrap();
    assert_eq!((account.revision, account.accounts.len()), (0, 0));
    server.finish().await;
}

#[tokio::test]
async fn a_network_account_belongs_to_one_candidate() {
    let server = Server::start().await;
    let (mira, eve) = (server.candidate("mira").await, server.candidate("eve").await);
    let archive = glasklar::demo::x_archive(server.world.clock.now().day());
    mira.upload(archive.clone()).await.unwrap();
    let claimed = eve.upload(archive).await.unwrap_err();
    assert_eq!(reason(&claimed), "ACCOUNT_CLAIMED");
    assert_eq!(eve.explain().await.channels.len(), 0);
    server.finish().await;
}

#[tokio::test]
async fn who_did_not_enrol_cannot_upload() {
    let server = Server::start().await;
    let stranger = server.stranger("stranger").await;
    let refused = stranger.upload(vec![1, 2, 3]).await.unwrap_err();
    assert_eq!(reason(&refused), "NOT_FOUND");
    server.finish().await;
}

#[tokio::test]
async fn an_upload_given_up_frees_the_place() {
    let server = Server::start().await;
    let mira = server.candidate("mira").await;
    let (send, receive) = tokio::sync::mpsc::channel(1);
    let chunk =
        pb::ImportArchiveRequest { chunk: vec![0; 10], total_bytes: 0, ..Default::default() };
    send.send(chunk).await.unwrap();
    let pieces = tokio_stream::wrappers::ReceiverStream::new(receive);
    let answers = mira.api().import_archive(mira.on(pieces)).await.unwrap();
    let archive = glasklar::demo::x_archive(server.world.clock.now().day());
    let busy = mira.upload(archive.clone()).await.unwrap_err();
    assert_eq!(reason(&busy), "LIMIT_EXCEEDED", "one import at a time");
    drop((send, answers));
    let mut freed = mira.upload(archive.clone()).await;
    for _ in 0..100 {
        if freed.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        freed = mira.upload(archive.clone()).await;
    }
    assert_eq!(freed.unwrap().items, 40);
    server.finish().await;
}
