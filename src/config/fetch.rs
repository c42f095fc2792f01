//! `[fetch]`: what may be fetched from the open network, and how. What is done with it is the
//! fetcher's business.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use ipnet::IpNet;
use serde::Deserialize;

use crate::app::fetches::Fetching;
use crate::fetch::{Interfaces, NetworkKeys, Options};

/// `[fetch]`; see the defaults for the meaning of each key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "documented once, in default.toml")]
pub struct Fetch {
    pub contact: String,
    pub page: String,
    pub allow_private_addresses: Vec<String>,
    pub at_once: usize,
    pub per_day: u64,
    pub patience_seconds: u64,
    pub bluesky: String,
    pub github: String,
    pub stack_exchange: String,
    pub youtube: String,
    pub tumblr: String,
    pub github_token_file: PathBuf,
    pub stack_exchange_key_file: PathBuf,
    pub youtube_key_file: PathBuf,
    pub tumblr_key_file: PathBuf,
}

impl Fetch {
    /// What cannot work.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for network in &self.allow_private_addresses {
            if network.parse::<IpNet>().is_err() {
                problems.push(format!(
                    "fetch.allow_private_addresses: `{network}` is no network such as 10.8.0.0/16"
                ));
            }
        }
        let pages = [("page", &self.page)].into_iter().filter(|(_, page)| !page.is_empty());
        for (key, address) in pages.chain(self.interfaces()) {
            let right = reqwest::Url::parse(address)
                .is_ok_and(|url| url.has_host() && matches!(url.scheme(), "https" | "http"));
            if !right {
                problems.push(format!("fetch.{key}: `{address}` is no web address"));
            }
        }
        if self.contact.contains(|c: char| c.is_control() || !c.is_ascii()) {
            problems.push("fetch.contact: use plain letters; it is sent in a header".to_owned());
        }
        if self.at_once == 0 {
            problems.push("fetch.at_once: must be at least 1".to_owned());
        }
        problems
    }

    fn interfaces(&self) -> [(&'static str, &String); 5] {
        [
            ("bluesky", &self.bluesky),
            ("github", &self.github),
            ("stack_exchange", &self.stack_exchange),
            ("youtube", &self.youtube),
            ("tumblr", &self.tumblr),
        ]
    }

    /// The same in the fetcher's words, with pages spooled in a folder. Reads the key files.
    pub(super) fn fetching(&self, spool: PathBuf) -> anyhow::Result<Fetching> {
        let inside = self.allow_private_addresses.iter().map(|network| network.parse());
        let address = |key: &str, text: &str| {
            reqwest::Url::parse(text).with_context(|| format!("fetch.{key}: no web address"))
        };
        let interfaces = Interfaces {
            bluesky: address("bluesky", &self.bluesky)?,
            github: address("github", &self.github)?,
            stack_exchange: address("stack_exchange", &self.stack_exchange)?,
            youtube: address("youtube", &self.youtube)?,
            tumblr: address("tumblr", &self.tumblr)?,
        };
        let keys = NetworkKeys {
            github: key(&self.github_token_file)?,
            stack_exchange: key(&self.stack_exchange_key_file)?,
            youtube: key(&self.youtube_key_file)?,
            tumblr: key(&self.tumblr_key_file)?,
        };
        let options = Options {
            inside: inside.collect::<Result<_, _>>().context("fetch.allow_private_addresses")?,
            contact: self.contact.clone(),
            page: self.page.clone(),
            interfaces,
            keys,
            patience: Duration::from_secs(self.patience_seconds),
            spool,
        };
        Ok(Fetching { options, at_once: self.at_once, per_day: self.per_day })
    }
}

/// A key from its file; empty without a file.
fn key(path: &Path) -> anyhow::Result<String> {
    if path.as_os_str().is_empty() {
        return Ok(String::new());
    }
    Ok(super::read(path)?.trim().to_owned())
}
