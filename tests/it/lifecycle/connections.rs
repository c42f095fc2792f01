//! The settings of HTTP/2, as a client that speaks it by hand sees them.

use std::collections::HashMap;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::server::Server;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Types of frames (RFC 9113 section 6).
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GO_AWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

/// Headers of a call to a method that does not exist, for the static table of HPACK: `:method:
/// POST`, `:scheme: http`, `:path: /`, and an `:authority`.
const REQUEST: &[u8] = &[0x83, 0x86, 0x84, 0x01, 0x01, b'x'];

struct Frame {
    kind: u8,
    stream: u32,
    payload: Vec<u8>,
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The next frame, or none when the server has closed the connection.
async fn next(peer: &mut TcpStream) -> Option<Frame> {
    let reading = async {
        let mut head = [0; 9];
        peer.read_exact(&mut head).await.ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        peer.read_exact(&mut payload).await.ok()?;
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        Some(Frame { kind: head[3], stream, payload })
    };
    let read = tokio::time::timeout(Duration::from_secs(20), reading).await;
    read.expect("the server says something, or closes")
}

async fn connect(server: &Server) -> TcpStream {
    let mut peer = TcpStream::connect(server.address).await.unwrap();
    peer.write_all(PREFACE).await.unwrap();
    peer.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
    peer
}

/// The error code of the frame with which the server ends the connection.
async fn error_code(peer: &mut TcpStream) -> Option<u32> {
    let mut code = None;
    while let Some(frame) = next(peer).await {
        if frame.kind == GO_AWAY {
            code = Some(u32::from_be_bytes(frame.payload[4..8].try_into().unwrap()));
        }
    }
    code
}

#[tokio::test]
async fn the_server_tells_its_limits() {
    let server = Server::start().await;
    let mut peer = connect(&server).await;
    let first = next(&mut peer).await.unwrap();
    assert_eq!((first.kind, first.stream), (SETTINGS, 0));
    let settings: HashMap<u16, u32> = first
        .payload
        .chunks_exact(6)
        .map(|pair| {
            let id = u16::from_be_bytes([pair[0], pair[1]]);
            (id, u32::from_be_bytes(pair[2..].try_into().unwrap()))
        })
        .collect();
    assert_eq!(settings.get(&3), Some(&128), "max concurrent streams: {settings:?}");
    assert_eq!(settings.get(&4), Some(&(256 * 1024)), "initial window: {settings:?}");
    assert_eq!(settings.get(&6), Some(&(16 * 1024)), "max header list: {settings:?}");
    let window = loop {
        let frame = next(&mut peer).await.unwrap();
        if frame.kind == WINDOW_UPDATE {
            break u32::from_be_bytes(frame.payload.try_into().unwrap());
        }
    };
    assert_eq!(window + 65_535, 1024 * 1024, "the connection's window");
    server.finish().await;
}

/// What a hostile peer sends must cost her the connection, and nobody else anything.
async fn assert_survived(server: Server) {
    let acme = server.recruiter("acme").await;
    let consent = acme.ask("mira").await;
    acme.expect_refusal(&consent.candidate).await;
    server.finish().await;
}

/// Rapid reset (CVE-2023-44487): calls that are made and taken back at once.
#[tokio::test]
async fn a_flood_of_resets_ends_the_connection_only() {
    let server = Server::start().await;
    let mut peer = connect(&server).await;
    let mut flood = Vec::new();
    for stream in (1..20_001).step_by(2) {
        flood.extend(frame(HEADERS, 4 | 1, stream, REQUEST));
        flood.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
    }
    // The server may close in the middle of it.
    let _ = peer.write_all(&flood).await;
    let _ = peer.shutdown().await;
    while next(&mut peer).await.is_some() {}
    assert_survived(server).await;
}

/// Headers that never end (CVE-2024-27316).
#[tokio::test]
async fn endless_headers_end_the_connection() {
    let server = Server::start().await;
    let mut peer = connect(&server).await;
    let mut flood = frame(HEADERS, 0, 1, REQUEST);
    // A literal header of 4,096 bytes under the name `y`, again and again.
    let long = [&[0x00, 0x01, b'y', 0x7f, 0x81, 0x1f][..], &[b'z'; 4_096]].concat();
    for _ in 0..1_000 {
        flood.extend(frame(CONTINUATION, 0, 1, &long));
    }
    let _ = peer.write_all(&flood).await;
    while next(&mut peer).await.is_some() {}
    assert_survived(server).await;
}

#[tokio::test]
async fn something_that_is_not_http_2_is_closed() {
    let server = Server::start().await;
    for words in [&b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"[..], &[0; 64], &[0xff; 4_096]] {
        let mut peer = TcpStream::connect(server.address).await.unwrap();
        let _ = peer.write_all(words).await;
        let mut answer = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(10), peer.read_to_end(&mut answer));
        let _ = closed.await.expect("the server closes the connection");
        let text = String::from_utf8_lossy(&answer);
        assert!(!text.contains("200"), "{text}");
    }
    let mut peer = TcpStream::connect(server.address).await.unwrap();
    // A frame on stream zero that must not be there: a protocol error (1).
    peer.write_all(PREFACE).await.unwrap();
    peer.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
    peer.write_all(&frame(HEADERS, 4 | 1, 0, REQUEST)).await.unwrap();
    assert_eq!(error_code(&mut peer).await, Some(1));
    assert_survived(server).await;
}
