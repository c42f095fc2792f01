//! Calls without a stub: any bytes as the request, and the whole response down to the last header.

use std::net::SocketAddr;

use glasklar::auth::Identity;
use http::HeaderMap;
use http_body_util::{BodyExt as _, Full};
use prost::Message;
use prost::bytes::Bytes;
use tokio::net::TcpStream;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tower::ServiceExt as _;

use super::clients;
use super::server::World;

/// Headers that differ from answer to answer. Each has a fixed width, which is compared instead.
const VARYING: [&str; 3] = ["date", "x-request-id", glasklar::grpc::LEDGER_INDEX];

/// A whole response.
pub(crate) struct Answer {
    pub(crate) http: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) trailers: HeaderMap,
}

impl Answer {
    /// The status, wherever it stands.
    pub(crate) fn status(&self) -> Status {
        let found = Status::from_header_map(&self.trailers);
        let found = found.or_else(|| Status::from_header_map(&self.headers));
        found.unwrap_or_else(|| panic!("no status: {:?} {:?}", self.headers, self.trailers))
    }

    /// The code, and the reason unless it went well.
    pub(crate) fn outcome(&self) -> (Code, String) {
        let status = self.status();
        let code = status.code();
        let reason = if code == Code::Ok { String::new() } else { clients::reason(&status) };
        (code, reason)
    }

    /// The text of a header or trailer.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let value = self.headers.get(name).or_else(|| self.trailers.get(name));
        value.map(|value| value.to_str().unwrap())
    }

    /// Every byte of it in order, with the length in place of what may vary.
    pub(crate) fn comparable(&self) -> String {
        let lines = |part: &str, headers: &HeaderMap| -> String {
            let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
                if VARYING.contains(&name.as_str()) {
                    return format!("{part} {name}: {} bytes\n", value.len());
                }
                format!("{part} {name}: {value:?}\n")
            };
            headers.iter().map(line).collect()
        };
        let (head, tail) = (lines("header", &self.headers), lines("trailer", &self.trailers));
        format!("{}\n{head}body {:?}\n{tail}", self.http, self.body)
    }
}

/// A message as gRPC frames it: not compressed, its length, its bytes.
pub(crate) fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[0], &length[..], message].concat()
}

/// Calls a method with any bytes as the body, and any headers.
pub(crate) async fn send(
    channel: &Channel,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> Answer {
    let body = tonic::body::Body::new(Full::<Bytes>::from(body));
    let mut request = http::Request::post(path)
        .version(http::Version::HTTP_2)
        .header("te", "trailers")
        .header("content-type", "application/grpc");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = channel.clone().oneshot(request.body(body).unwrap()).await;
    let (head, body) = response.expect("the server answers").into_parts();
    let body = body.collect().await.expect("the answer is whole");
    Answer {
        http: head.status.as_u16(),
        headers: head.headers,
        trailers: body.trailers().cloned().unwrap_or_default(),
        body: body.to_bytes().to_vec(),
    }
}

/// The same with a client that keeps no deadline itself: tonic's own would give up in the same
/// instant as the server, and hide whether that does.
pub(crate) async fn send_patiently(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> Answer {
    let peer = TcpStream::connect(address).await.unwrap();
    let (client, connection) = h2::client::handshake(peer).await.unwrap();
    let driving = tokio::spawn(connection);
    let mut request = http::Request::post(format!("http://localhost{path}"))
        .version(http::Version::HTTP_2)
        .header("te", "trailers")
        .header("content-type", "application/grpc");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut client = client.ready().await.unwrap();
    let (response, mut sending) = client.send_request(request.body(()).unwrap(), false).unwrap();
    sending.send_data(body.into(), true).unwrap();
    let (head, mut receiving) = response.await.expect("the server answers").into_parts();
    let mut body = Vec::new();
    while let Some(chunk) = receiving.data().await {
        let chunk = chunk.expect("the answer is whole");
        receiving.flow_control().release_capacity(chunk.len()).unwrap();
        body.extend_from_slice(&chunk);
    }
    let trailers = receiving.trailers().await.unwrap().unwrap_or_default();
    driving.abort();
    Answer { http: head.status.as_u16(), headers: head.headers, trailers, body }
}

/// Calls as somebody, with a message.
pub(crate) async fn call(
    (world, channel): (&World, &Channel),
    identity: Identity,
    path: &str,
    message: &impl Message,
) -> Answer {
    let token = format!("Bearer {}", world.token(identity, "somebody"));
    let body = framed(&message.encode_to_vec());
    send(channel, path, &[("authorization", &token)], body).await
}
