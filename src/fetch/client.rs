//! One request, with every limit that a server somebody else chose makes necessary: time, size,
//! kind of content, redirects, and where it leads. What the answers mean is not known here.

use std::error::Error as StdError;
use std::io::Read as _;
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap,
    IF_NONE_MATCH, LOCATION,
};
use reqwest::{Response, Url, redirect};

use super::error::{Error, host};
use super::reach::{OutOfReach, Reach, Resolver};

/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(5);

/// The longest silence within an answer.
const SILENCE: Duration = Duration::from_secs(10);

/// One answer with its redirects, however steadily it drips.
const WHOLE: Duration = Duration::from_secs(30);

/// Most bytes of one answer, unpacked: a hundred blog posts with their texts stay below it.
pub(super) const BODY_MAX: usize = 8 << 20;

/// The same of an answer that says what was wrong with the request.
const COMPLAINT_MAX: usize = 16 << 10;

/// Most redirects of one request.
const REDIRECTS: usize = 3;

/// What kind of answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accept {
    /// An interface's answer.
    Json,
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A page for people.
    Html,
}

impl Accept {
    /// The header.
    const fn header(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Feed => {
                "application/atom+xml, application/rss+xml, application/feed+json, \
                 application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
            }
            Self::Html => "text/html, application/xhtml+xml",
        }
    }

    /// Whether a content type is one of these.
    fn takes(self, content_type: &str) -> bool {
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let json = kind == "application/json" || kind.ends_with("+json");
        let html = matches!(kind.as_str(), "text/html" | "application/xhtml+xml");
        match self {
            Self::Json => json || kind == "text/javascript",
            Self::Html => html,
            // Many servers call their feeds `text/plain`; whether it is one shows when it is read.
            Self::Feed => json || (kind.contains("xml") && !html) || kind == "text/plain",
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    /// Where.
    pub(super) url: Url,
    /// What.
    pub(super) accept: Accept,
    /// A token for this host; never sent to another.
    pub(super) bearer: Option<String>,
    /// The version that is known already, for `304 Not Modified`.
    pub(super) known: Option<String>,
}

impl Ask {
    /// JSON from an address.
    pub(super) const fn json(url: Url) -> Self {
        Self { url, accept: Accept::Json, bearer: None, known: None }
    }
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status of HTTP.
    pub(super) status: u16,
    /// Its headers.
    pub(super) headers: HeaderMap,
    /// Its content, unpacked; empty unless the status is 200, or 400 with its reason in JSON.
    pub(super) body: Vec<u8>,
    /// Where it came from, after redirects.
    pub(super) url: Url,
}

/// Makes requests.
#[derive(Clone)]
pub(super) struct Client {
    reach: Reach,
    /// None where the system has no certificates to trust.
    encrypted: Option<reqwest::Client>,
    /// For networks inside, when there are any.
    plain: Option<reqwest::Client>,
}

impl Client {
    /// A client that says who it is. Logs when there is nothing to trust servers by.
    pub(super) fn new(reach: Reach, agent: &str) -> Self {
        let build = |inside_only: bool| {
            let resolver = Resolver { reach: reach.clone(), inside_only };
            let builder = reqwest::Client::builder()
                .dns_resolver(resolver)
                .redirect(redirect::Policy::none())
                .referer(false)
                .no_proxy()
                .connect_timeout(CONNECT)
                .read_timeout(SILENCE)
                .https_only(!inside_only)
                .user_agent(agent);
            // Plaintext needs no certificates, which may not be there at all.
            let builder = if inside_only { builder.tls_certs_only([]) } else { builder };
            let built = builder.build();
            built.inspect_err(|error| tracing::warn!(%error, "no client for fetching")).ok()
        };
        let plain = reach.has_inside().then(|| build(true)).flatten();
        Self { encrypted: build(false), plain, reach }
    }

    /// Makes a request and follows its redirects, each judged like the first.
    pub(super) async fn get(&self, ask: &Ask) -> Result<Answer, Error> {
        let problem = "did not finish its answer in time";
        let slow = || Error::Unreachable { host: host(&ask.url), problem };
        tokio::time::timeout(WHOLE, self.follow(ask)).await.map_err(|_| slow())?
    }

    async fn follow(&self, ask: &Ask) -> Result<Answer, Error> {
        let mut url = ask.url.clone();
        for _ in 0..=REDIRECTS {
            let response = self.send(ask, &url).await?;
            let status = response.status().as_u16();
            if !matches!(status, 301 | 302 | 303 | 307 | 308) {
                return receive(response, ask.accept, url).await;
            }
            let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            let to = to.and_then(|to| url.join(to).ok());
            url = to.ok_or_else(|| Error::unexpected(&url, "redirects to nowhere"))?;
        }
        Err(Error::unexpected(&ask.url, "redirects too often"))
    }

    async fn send(&self, ask: &Ask, url: &Url) -> Result<Response, Error> {
        let out_of_reach = || Error::OutOfReach { host: host(url) };
        if !self.reach.admits(url) {
            return Err(out_of_reach());
        }
        let client = if url.scheme() == "https" { &self.encrypted } else { &self.plain };
        let problem = "cannot be asked: this service trusts no certificates";
        let unable = || Error::Unreachable { host: host(url), problem };
        let client = client.as_ref().ok_or_else(unable)?;
        let mut request = client
            .get(url.clone())
            .header(ACCEPT, ask.accept.header())
            .header(ACCEPT_ENCODING, "gzip");
        if let Some(bearer) = ask.bearer.as_ref().filter(|_| url.origin() == ask.url.origin()) {
            request = request.header(AUTHORIZATION, format!("Bearer {bearer}"));
        }
        if let Some(known) = &ask.known {
            request = request.header(IF_NONE_MATCH, known);
        }
        let response = request.send().await.map_err(|error| failure(&error, url))?;
        // The resolver has judged the address already; this is the belt to its braces.
        let reached = response.remote_addr().map(|address| address.ip());
        if reached.is_none_or(|address| !self.reach.permits(address)) {
            return Err(out_of_reach());
        }
        Ok(response)
    }
}

/// Reads an answer's content within the limits. What is neither 200 nor 400 has none.
async fn receive(mut response: Response, accept: Accept, url: Url) -> Result<Answer, Error> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let mut body = Vec::new();
    let word = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_wanted = accept.takes(word(CONTENT_TYPE).unwrap_or_default());
    // Networks without a status for it say here that they were asked too often.
    let complains = status == 400 && accept == Accept::Json && is_wanted;
    if status != 200 && !complains {
        return Ok(Answer { status, headers, body, url });
    }
    let limit = if complains { COMPLAINT_MAX } else { BODY_MAX };
    if !is_wanted {
        let problem = "answered with another kind of content; is the address right?";
        return Err(Error::unexpected(&url, problem));
    }
    let packed = match word(CONTENT_ENCODING).unwrap_or_default().trim() {
        "" | "identity" => false,
        "gzip" | "x-gzip" => true,
        _ => return Err(Error::unexpected(&url, "packed its answer in an unknown way")),
    };
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error, &url))? {
        if body.len() + chunk.len() > limit {
            if !complains {
                return Err(too_large(&url));
            }
            body.clear();
            break;
        }
        body.extend_from_slice(&chunk);
    }
    if packed && !body.is_empty() {
        body = unpack(body, limit, &url).await?;
    }
    Ok(Answer { status, headers, body, url })
}

/// Unpacks no more than an answer may have, on a thread that may block.
async fn unpack(packed: Vec<u8>, limit: usize, url: &Url) -> Result<Vec<u8>, Error> {
    let unpacked = tokio::task::spawn_blocking(move || {
        let mut unpacked = Vec::new();
        let enough = limit as u64 + 1;
        MultiGzDecoder::new(packed.as_slice()).take(enough).read_to_end(&mut unpacked)?;
        Ok::<_, std::io::Error>(unpacked)
    });
    let unpacked = unpacked.await.map_err(Error::internal)?;
    let unpacked = unpacked.map_err(|_| Error::unexpected(url, "sent a damaged answer"))?;
    if unpacked.len() > limit { Err(too_large(url)) } else { Ok(unpacked) }
}

fn too_large(url: &Url) -> Error {
    Error::unexpected(url, "sends more at once than is accepted")
}

/// What went wrong, without what the library says of it.
fn failure(error: &reqwest::Error, url: &Url) -> Error {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<OutOfReach>() {
            return Error::OutOfReach { host: host(url) };
        }
        cause = error.source();
    }
    let problem = if error.is_timeout() {
        "is too slow"
    } else if error.is_connect() {
        "cannot be reached"
    } else {
        "broke off its answer"
    };
    Error::Unreachable { host: host(url), problem }
}
