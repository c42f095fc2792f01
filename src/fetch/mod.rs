//! Downloading from the open network what an account's own export would contain: pages of the
//! network's interface, packed so that `channels` reads them like an upload. What the pages mean
//! is for `channels`; what becomes of them, for `app`. One file a network.

mod account;
mod blog;
mod bluesky;
mod client;
mod error;
mod github;
mod markup;
mod mastodon;
mod pace;
mod pages;
mod profile;
mod reach;
mod session;
mod stack_exchange;
mod tumblr;
mod wordpress;
mod youtube;

use std::path::PathBuf;

use ipnet::IpNet;
use reqwest::Url;
use serde::{Deserialize, Serialize};

pub use self::account::Account;
pub use self::error::Error;
pub use self::pages::Batch;
pub use self::profile::Profile;
pub use self::session::Session;
use crate::clock::Clock;
use crate::domain::evidence::Channel;
use crate::domain::time::Timestamp;

/// The networks that can be fetched from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Network {
    Mastodon,
    Bluesky,
    GitHub,
    StackExchange,
    WordPress,
    Blog,
    YouTube,
    Tumblr,
}

impl Network {
    const ALL: [Self; 8] = [
        Self::Mastodon,
        Self::Bluesky,
        Self::GitHub,
        Self::StackExchange,
        Self::WordPress,
        Self::Blog,
        Self::YouTube,
        Self::Tumblr,
    ];

    const fn channel(self) -> Channel {
        match self {
            Self::Mastodon => Channel::Mastodon,
            Self::Bluesky => Channel::Bluesky,
            Self::GitHub => Channel::GitHub,
            Self::StackExchange => Channel::StackExchange,
            Self::WordPress => Channel::WordPress,
            Self::Blog => Channel::Blog,
            Self::YouTube => Channel::YouTube,
            Self::Tumblr => Channel::Tumblr,
        }
    }

    fn of(channel: Channel) -> Option<Self> {
        Self::ALL.into_iter().find(|network| network.channel() == channel)
    }
}

/// What the operator decides about fetching.
#[derive(Clone)]
pub struct Options {
    /// Networks inside that may be reached, also in plaintext. Everything public may be, over
    /// https.
    pub inside: Vec<IpNet>,
    /// How the servers' operators reach ours: an address of mail or a page.
    pub contact: String,
    /// The page of this service that `rel="me"` links lead to, with the code behind it.
    pub page: String,
    /// The interfaces of the networks that have one for all their accounts.
    pub interfaces: Interfaces,
    /// What the networks ask of those who use their interfaces; empty where there is none.
    pub keys: NetworkKeys,
    /// The longest that one fetch waits because servers ask for it.
    pub patience: std::time::Duration,
    /// Where pages are spooled, in files without a name.
    pub spool: PathBuf,
}

/// Where the networks are asked that have one interface for all their accounts.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "documented once, in default.toml")]
pub struct Interfaces {
    pub bluesky: Url,
    pub github: Url,
    pub stack_exchange: Url,
    pub youtube: Url,
    pub tumblr: Url,
}

/// Keys that the networks gave to the operator. Empty where there is none.
#[derive(Clone, Default)]
#[expect(missing_docs, reason = "documented once, in default.toml")]
pub struct NetworkKeys {
    pub github: String,
    pub stack_exchange: String,
    pub youtube: String,
    pub tumblr: String,
}

/// How far a fetch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Pages read so far.
    pub pages: u64,
    /// Until when the fetch waits because a server asked for it; none while it reads.
    pub waiting_until: Option<Timestamp>,
}

/// Where the next batch of an account begins. Stored between fetches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// What the network calls the next page of the walk under way; none when none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// When the walk under way began, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    began: Option<i64>,
    /// When the last complete walk began: what is much older than that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
    /// The version of a feed that was read last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

impl Cursor {
    /// Whether a walk broke off and goes on with the next batch.
    pub const fn is_under_way(&self) -> bool {
        self.next.is_some()
    }
}

/// Fetches, for everybody.
#[derive(Clone)]
pub struct Fetcher {
    options: Options,
    client: client::Client,
    clock: Clock,
}

impl Fetcher {
    /// From what the operator decided.
    pub fn new(options: Options, clock: Clock) -> Self {
        let agent = match options.contact.as_str() {
            "" => format!("glasklar/{}", env!("CARGO_PKG_VERSION")),
            contact => format!("glasklar/{} (+{contact})", env!("CARGO_PKG_VERSION")),
        };
        let client = client::Client::new(reach::Reach::new(&options.inside), &agent);
        Self { options, client, clock }
    }

    /// What a candidate calls an account, in its one canonical form. Asks nobody.
    pub fn account(&self, channel: Channel, address: &str) -> Result<Account, Error> {
        let network = Network::of(channel).ok_or_else(|| {
            Error::address(format!(
                "{} offers nothing that can be fetched; bring its export instead",
                channel.title()
            ))
        })?;
        let keys = &self.options.keys;
        if network == Network::YouTube && keys.youtube.is_empty() {
            return Err(Error::NotConfigured("YouTube", "fetch.youtube_key_file"));
        }
        if network == Network::Tumblr && keys.tumblr.is_empty() {
            return Err(Error::NotConfigured("Tumblr", "fetch.tumblr_key_file"));
        }
        account::parse(network, address)
    }

    /// The address that a `rel="me"` link may lead to as a proof with this code; none when the
    /// operator named no page.
    pub fn proof_link(&self, code: &str) -> Option<String> {
        let page = self.options.page.trim_end_matches('/');
        (!page.is_empty()).then(|| format!("{page}/{code}"))
    }

    /// Where on the account's side a code may stand as a proof.
    pub fn places(&self, account: &Account) -> &'static [&'static str] {
        match account.network {
            Network::Mastodon => mastodon::PLACES,
            Network::Bluesky => bluesky::PLACES,
            Network::GitHub => github::PLACES,
            Network::StackExchange => stack_exchange::PLACES,
            Network::WordPress => wordpress::PLACES,
            Network::Blog => blog::PLACES,
            Network::YouTube => youtube::PLACES,
            Network::Tumblr => tumblr::PLACES,
        }
    }

    /// Begins to fetch. Each step goes to `steps`; when nobody listens any more, it ends.
    pub fn session(&self, steps: tokio::sync::mpsc::Sender<Step>) -> Session<'_> {
        Session::new(self, steps)
    }
}
