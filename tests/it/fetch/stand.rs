//! A server that stands in for a network: answers what a test says, and remembers what it was
//! asked.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use glasklar::app::fetches::Fetching;
use glasklar::clock::Clock;
use glasklar::config::Config;
use glasklar::domain::evidence::Channel;
use glasklar::fetch::{Batch, Cursor, Error, Fetcher, Step};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::harness::server::START;

/// One request.
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) query: BTreeMap<String, String>,
    pub(super) headers: BTreeMap<String, String>,
}

impl Asked {
    /// A value of the query; empty when it is not there.
    pub(super) fn value(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// The address of the server, without a slash at the end.
    pub(super) fn server(&self) -> String {
        format!("http://{}", self.headers["host"])
    }
}

/// The server.
pub(super) struct Stand {
    pub(super) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

impl Drop for Stand {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Stand {
    pub(super) async fn start(
        answer: impl Fn(&Asked) -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&asked);
        let router = Router::new().fallback(move |request: Request| {
            let (answer, log) = (answer.clone(), Arc::clone(&log));
            async move {
                log.lock().unwrap().push(request.uri().to_string());
                answer(&understood(&request))
            }
        });
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, asked, serving }
    }

    /// Its address on the web.
    pub(super) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// What was asked so far, and forgets it.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Makes it the server of every network, and the only thing inside that may be reached.
    pub(super) fn stands_in(&self, fetching: &mut Fetching) {
        let options = &mut fetching.options;
        options.inside = vec!["127.0.0.1/32".parse().unwrap()];
        let url: reqwest::Url = self.url().parse().unwrap();
        let interfaces = &mut options.interfaces;
        for interface in [
            &mut interfaces.bluesky,
            &mut interfaces.github,
            &mut interfaces.stack_exchange,
            &mut interfaces.youtube,
            &mut interfaces.tumblr,
        ] {
            *interface = url.clone();
        }
        "a-key".clone_into(&mut options.keys.youtube);
        "a-key".clone_into(&mut options.keys.tumblr);
        "https://glasklar.example/me".clone_into(&mut options.page);
    }

    /// A fetcher that asks only this server.
    pub(super) fn fetcher(&self, change: impl FnOnce(&mut Fetching)) -> Fetcher {
        let mut fetching = Config::defaults().unwrap().fetching().unwrap();
        self.stands_in(&mut fetching);
        change(&mut fetching);
        Fetcher::new(fetching.options, Clock::settable(START))
    }
}

fn understood(request: &Request) -> Asked {
    let url = format!("http://x{}", request.uri());
    let url: reqwest::Url = url.parse().unwrap();
    let query = url.query_pairs().map(|(a, b)| (a.into_owned(), b.into_owned())).collect();
    let text = |value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned();
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), text(value))).collect();
    Asked { path: url.path().to_owned(), query, headers }
}

/// An answer with these headers.
pub(super) fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Response {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.into()).unwrap()
}

/// An answer in JSON.
pub(super) fn json(value: &serde_json::Value) -> Response {
    answer(200, &[("content-type", "application/json; charset=utf-8")], value.to_string())
}

/// Something that the server does not know.
pub(super) fn missing() -> Response {
    answer(404, &[("content-type", "application/json")], r#"{"error":"not found"}"#)
}

/// Reads an account to the end; the batches with the steps that were told.
pub(super) async fn walk(
    fetcher: &Fetcher,
    (channel, address): (Channel, &str),
    mut cursor: Cursor,
) -> Result<(Vec<Batch>, Vec<Step>), Error> {
    let account = fetcher.account(channel, address)?;
    let (steps, mut heard) = mpsc::channel(16);
    let hearing = tokio::spawn(async move {
        let mut steps = Vec::new();
        while let Some(step) = heard.recv().await {
            steps.push(step);
        }
        steps
    });
    let mut session = fetcher.session(steps);
    let profile = session.profile(&account).await?;
    let mut batches = Vec::new();
    loop {
        let batch = session.batch((&account, &profile), cursor).await?;
        cursor = batch.cursor.clone();
        let ended = batch.done || batch.interrupted.is_some();
        batches.push(batch);
        if ended {
            drop(session);
            return Ok((batches, hearing.await.unwrap()));
        }
    }
}

/// The names and contents of a batch's pages.
pub(super) fn members(batch: &Batch) -> BTreeMap<String, String> {
    let Some(file) = &batch.file else { return BTreeMap::new() };
    let mut zip = zip::ZipArchive::new(file.try_clone().unwrap()).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut read = |name: String| {
        let text = std::io::read_to_string(zip.by_name(&name).unwrap()).unwrap();
        (name, text)
    };
    names.into_iter().map(&mut read).collect()
}
