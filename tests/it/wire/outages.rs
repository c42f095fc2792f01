//! Without a record there is no answer (promise P3): the database fails, and nothing is shown.

use std::time::Duration;

use glasklar::pb;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::harness::clients::{JOB, reason};
use glasklar::server::Options;

use crate::harness::server::{Server, World};

/// What callers are told, and no more.
#[track_caller]
fn assert_unavailable(status: &Status) {
    let expected = (Code::Unavailable, "LEDGER_UNAVAILABLE");
    assert_eq!((status.code(), reason(status).as_str()), expected, "{}", status.message());
    assert_eq!(status.message(), "the record is not available; try again");
    let retry = status.get_error_details().retry_info().and_then(|info| info.retry_delay);
    assert!(retry.is_some_and(|delay| delay > Duration::ZERO), "{retry:?}");
}

#[tokio::test]
async fn nothing_is_read_while_the_ledger_cannot_be_written() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let name = acme.score(&consent.candidate).await.name;
    let looks = mira.accesses().await.len();
    for table in ["ledger_head", "ledger_leaf", "ledger_opening"] {
        server.world.database.break_writes(table).await;

        assert_unavailable(&acme.look_up(&consent.candidate).await.unwrap_err());
        let nobody = format!("candidates/{}", "0".repeat(32));
        assert_unavailable(&acme.look_up(&nobody).await.unwrap_err());
        let look_up = acme.look_up_request(&consent.candidate).look_up;
        let request = pb::BatchLookUpProfilesRequest {
            look_ups: look_up.into_iter().collect(),
            request_id: String::new(),
        };
        let batch = acme.profiles().batch_look_up_profiles(acme.on(request)).await;
        assert_unavailable(&batch.unwrap_err());
        let explain = pb::ExplainScoreRequest {
            name: name.clone(),
            purpose: pb::Purpose::Application.into(),
            job_reference: JOB.to_owned(),
            request_id: String::new(),
            language_code: String::new(),
        };
        let explained = acme.explanations().explain_score(acme.on(explain)).await.unwrap_err();
        let withdraw = pb::WithdrawConsentRequest { name: consent.name.clone() };
        let withdrawn = mira.consents().withdraw_consent(mira.on(withdraw)).await.unwrap_err();
        for status in [explained, withdrawn] {
            assert_unavailable(&status);
        }
        server.world.database.mend_writes(table).await;
    }
    acme.score(&consent.candidate).await;
    assert_eq!(mira.accesses().await.len(), looks + 1, "only what was shown is recorded");
    server.finish().await;
}

#[tokio::test]
async fn nothing_is_recorded_or_shown_when_the_head_does_not_move() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let before = server.auditor().await.entries().await.len();
    server.world.database.freeze_head().await;
    assert_unavailable(&acme.look_up(&consent.candidate).await.unwrap_err());
    let withdraw = pb::WithdrawConsentRequest { name: consent.name.clone() };
    let withdrawn = mira.consents().withdraw_consent(mira.on(withdraw)).await;
    assert_unavailable(&withdrawn.unwrap_err());
    server.world.database.thaw_head().await;
    assert_eq!(server.auditor().await.entries().await.len(), before, "no leaf stayed behind");
    acme.score(&consent.candidate).await;
    server.finish().await;
}

/// A failover ends every connection. Calls fail as unavailable, and soon work again.
#[tokio::test]
async fn the_server_recovers_when_its_connections_are_cut() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    if server.world.database.is_sqlite() {
        // Its connections are files of this process: there is nothing to cut.
        return server.finish().await;
    }
    for _ in 0..3 {
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        server.world.database.execute(cut).await;
        let mut attempts = 0;
        loop {
            attempts += 1;
            assert!(attempts < 10, "the server does not find back to the database");
            match acme.look_up(&consent.candidate).await {
                Ok(_) => break,
                Err(status) => assert_unavailable(&status),
            }
        }
        let mut attempts = 0;
        while let Err(status) =
            mira.api().list_accesses(mira.on(pb::ListAccessesRequest::default())).await
        {
            attempts += 1;
            assert!(attempts < 10, "readers do not find back to the database");
            assert_unavailable(&status);
        }
    }
    server.finish().await;
}

/// sqlx's SQLite worker ends when a table is renamed under a statement it has prepared, and then
/// never answers: the writer takes another connection instead of waiting for ever.
#[tokio::test]
async fn the_writer_survives_a_connection_that_answers_no_more() {
    let world = World::new().await;
    let mut storage = world.storage();
    storage.patience = Duration::from_secs(1);
    let server = world.serve(storage, Options::default()).await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    acme.score(&consent.candidate).await;
    let rename = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to}");
    for table in ["ledger_leaf", "ledger_opening"] {
        server.world.database.execute(&rename(table, "elsewhere")).await;
        acme.look_up(&consent.candidate).await.unwrap_err();
        server.world.database.execute(&rename("elsewhere", table)).await;
    }
    let mut shown = acme.look_up(&consent.candidate).await;
    for _ in 0..5 {
        if shown.is_ok() {
            break;
        }
        shown = acme.look_up(&consent.candidate).await;
    }
    shown.expect("look-ups work again");
    server.finish().await;
}
