//! Reads a JWKS document, once: from a file, or from a URL the operator configured. What the
//! document must say is in `keys`; when to read it, and what to do when that fails, in `jwks`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{CACHE_CONTROL, HeaderMap};
use tokio::io::AsyncReadExt;

use super::issuer::{self, IssuerConfig};
use super::keys::{DOCUMENT_BYTES_MAX, KeyDocumentError};

/// A fetched document is fresh for what `Cache-Control: max-age` says, but at least this long.
const FRESH_MIN: Duration = Duration::from_mins(5);

/// The longest time a document is fresh, whatever its `max-age`.
pub(super) const FRESH_MAX: Duration = Duration::from_hours(24);

/// Where documents come from.
pub(super) enum Origin {
    /// Nowhere: the keys never change.
    Fixed,
    /// A file the operator writes.
    File(PathBuf),
    /// A URL the issuer answers.
    Remote {
        /// Follows no redirects and uses no proxy.
        client: reqwest::Client,
        /// An `https` URL, or `http` on a loopback address.
        url: reqwest::Url,
    },
}

/// A document as it was read.
pub(super) struct Document {
    /// At most one byte more than 1 MiB.
    pub(super) bytes: Vec<u8>,
    /// How long it may be used before it should be read again.
    pub(super) fresh_for: Duration,
}

/// Why a load failed; for the operator's log.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoadError {
    #[error("the JWKS file cannot be read ({0})")]
    File(std::io::ErrorKind),
    #[error("the JWKS was not there within {} ms", .0.as_millis())]
    Slow(Duration),
    #[error("the JWKS URL answered with HTTP status {0}; redirects are not followed")]
    Status(u16),
    #[error("the JWKS URL cannot be read ({0})")]
    Connection(String),
    #[error(transparent)]
    Document(#[from] KeyDocumentError),
}

impl Origin {
    /// The origin a configuration names, or why it cannot be used.
    pub(super) fn new(config: &IssuerConfig) -> Result<Self, String> {
        match (&config.jwks_file, &config.jwks_url) {
            (Some(path), _) => Ok(Self::File(path.clone())),
            (None, Some(url)) => remote(url),
            (None, None) => Err("give the keys as `jwks_file` or `jwks_url`".to_owned()),
        }
    }

    /// Reads the document.
    pub(super) async fn read(&self) -> Result<Document, LoadError> {
        match self {
            Self::Fixed => Err(KeyDocumentError::NoUsableKey.into()),
            Self::File(path) => read_file(path).await,
            Self::Remote { client, url } => fetch(client, url.clone()).await,
        }
    }
}

fn remote(url: &str) -> Result<Origin, String> {
    let url = issuer::jwks_url(url)?;
    let encrypted = url.scheme() == "https";
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .https_only(encrypted)
        .user_agent("glasklar");
    // On a loopback address without TLS the system's certificates are not needed, nor perhaps
    // there at all.
    let client = if encrypted { client } else { client.tls_certs_only([]) };
    let client = client.build().map_err(|error| {
        format!("`jwks_url` cannot be used: no TLS client ({})", root_cause(&error))
    })?;
    Ok(Origin::Remote { client, url })
}

/// Reads the whole file each time. Its modification time would save little, and misses a second
/// change within the clock's grain.
async fn read_file(path: &Path) -> Result<Document, LoadError> {
    let unreadable = |error: std::io::Error| LoadError::File(error.kind());
    let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let mut bytes = Vec::new();
    let limit = DOCUMENT_BYTES_MAX as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).await.map_err(unreadable)?;
    Ok(Document { bytes, fresh_for: FRESH_MAX })
}

async fn fetch(client: &reqwest::Client, url: reqwest::Url) -> Result<Document, LoadError> {
    let broken = |error: reqwest::Error| LoadError::Connection(root_cause(&error));
    let mut response = client.get(url).send().await.map_err(broken)?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(LoadError::Status(response.status().as_u16()));
    }
    let fresh_for = fresh_for(response.headers());
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > DOCUMENT_BYTES_MAX {
            return Err(KeyDocumentError::TooLarge.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Document { bytes, fresh_for })
}

/// RFC 9111 section 5.2.2.1; without a `max-age` a set is fresh for the shortest time.
fn fresh_for(headers: &HeaderMap) -> Duration {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let age = values.flat_map(|value| value.split(',')).find_map(|directive| {
        let (name, seconds) = directive.trim().split_once('=')?;
        let seconds = seconds.trim_matches('"').parse().ok()?;
        name.eq_ignore_ascii_case("max-age").then(|| Duration::from_secs(seconds))
    });
    age.unwrap_or(FRESH_MIN).clamp(FRESH_MIN, FRESH_MAX)
}

/// The innermost error: reqwest's own text names only the URL, which the operator knows.
fn root_cause(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
