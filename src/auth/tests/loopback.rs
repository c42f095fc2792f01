//! A tiny HTTP server on a loopback port that counts requests and can misbehave.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// What the server does with a request.
#[derive(Clone)]
pub(super) enum Answer {
    /// Sends exactly these bytes and hangs up.
    Bytes(String),
    /// Waits for a permit, then sends these bytes.
    Held(String, Arc<Semaphore>),
    /// Says nothing.
    Silence,
    /// Promises a long body and sends a byte now and then.
    Drip,
    /// Sends without end.
    Endless,
}

impl Answer {
    /// A well-formed answer with this document.
    pub(super) fn document(document: &str) -> Self {
        Self::Bytes(Self::response("", document))
    }

    /// A well-formed answer with this document and `Cache-Control`.
    pub(super) fn cached(document: &str, cache_control: &str) -> Self {
        Self::Bytes(Self::response(&format!("cache-control: {cache_control}\r\n"), document))
    }

    /// A well-formed answer that waits for a permit of the semaphore.
    pub(super) fn held(document: &str, gate: &Arc<Semaphore>) -> Self {
        Self::Held(Self::response("", document), Arc::clone(gate))
    }

    /// A bare status, with a header line if there is one.
    pub(super) fn status(status: u16, header: &str) -> Self {
        Self::Bytes(format!("HTTP/1.1 {status} X\r\n{header}content-length: 0\r\n\r\n"))
    }

    fn response(headers: &str, document: &str) -> String {
        let length = document.len();
        format!("HTTP/1.1 200 OK\r\n{headers}content-length: {length}\r\n\r\n{document}")
    }
}

/// A running server; it ends with the test's runtime.
pub(super) struct Loopback {
    /// Where it answers.
    pub(super) url: String,
    requests: Arc<AtomicUsize>,
    answer: Arc<Mutex<Answer>>,
}

impl Loopback {
    pub(super) async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let answer = Arc::new(Mutex::new(answer));
        let server = Self { url, requests, answer };
        let (requests, answer) = (Arc::clone(&server.requests), Arc::clone(&server.answer));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (requests, answer) = (Arc::clone(&requests), Arc::clone(&answer));
                tokio::spawn(serve(stream, requests, answer));
            }
        });
        server
    }

    /// From now on answers like this.
    pub(super) fn answer(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    /// How many requests have come.
    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// Waits until this many requests have come.
    pub(super) async fn wait_for(&self, requests: usize) {
        until(|| self.requests() >= requests).await;
    }
}

/// Waits until the condition holds; a test that waits for long has failed.
pub(super) async fn until(condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect("the condition never held");
}

async fn serve(
    mut stream: TcpStream,
    requests: Arc<AtomicUsize>,
    answer: Arc<Mutex<Answer>>,
) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await?);
    }
    requests.fetch_add(1, Ordering::SeqCst);
    let answer = answer.lock().unwrap().clone();
    match answer {
        Answer::Bytes(bytes) => stream.write_all(bytes.as_bytes()).await,
        Answer::Held(bytes, gate) => {
            let _permit = gate.acquire().await.unwrap();
            stream.write_all(bytes.as_bytes()).await
        }
        Answer::Silence => std::future::pending().await,
        Answer::Drip => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await?;
            loop {
                stream.write_all(b" ").await?;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        Answer::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            loop {
                stream.write_all(&[b' '; 8_192]).await?;
            }
        }
    }
}
