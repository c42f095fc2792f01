//! Stopping: readiness goes first, running calls may end, and nobody can hold it up.

use std::time::{Duration, Instant};

use glasklar::server::Options;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_stream::StreamExt as _;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::harness::clients::reason;
use crate::harness::server::Server;

/// What begins a connection over HTTP/2: the preface, and settings that say nothing.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";

#[tokio::test]
async fn peers_that_say_nothing_cannot_hold_up_a_stop() {
    let drain = Duration::from_millis(500);
    let silence = Duration::from_mins(10);
    let mut server = Server::start_with(Options { drain, silence, ..Options::default() }).await;
    let mut peers = Vec::new();
    for kind in 0..30 {
        let mut peer = TcpStream::connect(server.address).await.unwrap();
        match kind % 3 {
            0 => {}
            1 => peer.write_all(&PREFACE[..24]).await.unwrap(),
            _ => peer.write_all(PREFACE).await.unwrap(),
        }
        peers.push(peer);
    }
    let idle = server.unregistered_recruiter("acme").await;
    idle.expect_refusal(&format!("candidates/{}", "0".repeat(32))).await;
    let began = Instant::now();
    server.stop().await;
    assert!(began.elapsed() < drain + Duration::from_secs(5), "{:?}", began.elapsed());
    TcpStream::connect(server.address).await.expect_err("nobody listens any more");
    server.finish().await;
}

/// Clients that speak the protocol are asked to leave, and do so at once.
#[tokio::test]
async fn idle_clients_leave_without_using_up_the_time_to_drain() {
    let drain = Duration::from_secs(25);
    let mut server = Server::start_with(Options { drain, ..Options::default() }).await;
    let recruiters = [server.recruiter("acme").await, server.recruiter("rival").await];
    for recruiter in &recruiters {
        recruiter.ask("mira").await;
    }
    let began = Instant::now();
    server.stop().await;
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    server.finish().await;
}

#[tokio::test]
async fn a_call_that_runs_when_the_server_is_stopped_is_answered() {
    let mut server = Server::start().await;
    let acme = server.recruiter("acme").await;
    let consent = acme.ask("mira").await;
    let lock = server.world.database.lock().await;
    let (caller, candidate) = (acme.clone(), consent.candidate.clone());
    let running = tokio::spawn(async move { caller.look_up(&candidate).await });
    let mut health = HealthClient::new(server.connect().await);
    let asked = HealthCheckRequest { service: "readiness".to_owned() };
    let mut statuses = health.watch(asked).await.unwrap().into_inner();
    let stopping = server.stop();
    let watching = async move {
        // Once readiness is gone, the stop has begun; only then may the call go on.
        while let Some(Ok(status)) = statuses.next().await {
            if status.status() == ServingStatus::NotServing {
                break;
            }
        }
        lock.release().await;
    };
    tokio::join!(stopping, watching);
    let answer = running.await.unwrap().unwrap_err();
    assert_eq!(reason(&answer), "CONSENT_NOT_AVAILABLE", "the call was cut off");
    server.finish().await;
}

/// Load balancers need a moment to notice: in it, readiness is gone and stays so, while calls
/// are still answered.
#[tokio::test]
async fn readiness_goes_first_and_does_not_come_back() {
    let (drain_delay, drain) = (Duration::from_secs(3), Duration::from_secs(1));
    let options = Options { drain_delay, drain, ..Options::default() };
    let mut server = Server::start_with(options).await;
    let acme = server.recruiter("acme").await;
    let consent = acme.ask("mira").await;
    let mut health = HealthClient::new(server.connect().await);
    let asked = HealthCheckRequest { service: "readiness".to_owned() };
    let mut statuses = health.watch(asked).await.unwrap().into_inner();
    while let Some(Ok(status)) = statuses.next().await {
        if status.status() == ServingStatus::Serving {
            break;
        }
    }
    let mut seen = Vec::new();
    {
        let stopping = server.stop();
        tokio::pin!(stopping);
        loop {
            tokio::select! {
                () = &mut stopping => break,
                Some(Ok(status)) = statuses.next() => {
                    seen.push(status.status());
                    acme.expect_refusal(&consent.candidate).await;
                }
            }
        }
    }
    assert_eq!(seen, [ServingStatus::NotServing], "it was ready again while it drained");
    server.finish().await;
}

#[tokio::test]
async fn a_peer_that_says_nothing_is_closed() {
    let silence = Duration::from_millis(200);
    let server = Server::start_with(Options { silence, ..Options::default() }).await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    let mut probe = TcpStream::connect(server.health).await.unwrap();
    for peer in [&mut silent, &mut probe] {
        let mut bytes = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(10), peer.read_to_end(&mut bytes));
        // Closing may look like an end or a reset.
        let _ = closed.await.expect("the server closes the connection");
    }
    // Who has spoken may be silent for as long as she likes.
    let acme = server.recruiter("acme").await;
    tokio::time::timeout(silence * 2, std::future::pending::<()>()).await.unwrap_err();
    acme.ask("mira").await;
    server.finish().await;
}

#[tokio::test]
async fn more_connections_than_allowed_wait_for_a_place() {
    let server = Server::start_with(Options { max_connections: 2, ..Options::default() }).await;
    let mut peers = Vec::new();
    for _ in 0..3 {
        let mut peer = TcpStream::connect(server.address).await.unwrap();
        peer.write_all(PREFACE).await.unwrap();
        peers.push(peer);
    }
    let mut byte = [0; 1];
    let mut third = peers.pop().unwrap();
    for peer in &mut peers {
        peer.read_exact(&mut byte).await.expect("the first two are served");
    }
    let waiting = tokio::time::timeout(Duration::from_millis(200), third.read_exact(&mut byte));
    waiting.await.expect_err("there is no place for a third");
    peers.pop();
    let answered = tokio::time::timeout(Duration::from_secs(20), third.read_exact(&mut byte)).await;
    answered.expect("a place became free").unwrap();
    drop((peers, third));
    server.finish().await;
}
