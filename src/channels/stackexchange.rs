//! Stack Exchange, Stack Overflow among its sites: the data dump of a site, of which one person's
//! posts are read; the answers of its interface (API 2.3); and what it hands out under the GDPR.
//! Of other people's rows only numbers are looked at, tags of questions, and what they commented.
//! Nothing of other channels here.

mod api;
mod dump;
mod gdpr;

use super::archive::Archive;
use super::error::Error;
use super::report::{Outlet, Report, Skip};
use super::{Export, Sink, html};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Account, Item, ItemKind, excerpt};
use crate::domain::time::Timestamp;

/// The formats of Stack Exchange.
pub(super) struct StackExchange;

/// Bytes of a member that tell what it holds. The first row of a dump may be a long post, but
/// its kind stands at the beginning.
const HEAD: u64 = 16 << 10;

/// Most posts of one person, and most questions, of which more is remembered than their rows
/// tell. Nobody has written half as many.
const POSTS: usize = 100_000;

/// By what an account can be named.
const HOW: &str = "the number in the address of your profile on that site, or your display name";

impl Export for StackExchange {
    fn channel(&self) -> Channel {
        Channel::StackExchange
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        Ok(!dump::Files::find(archive)?.posts.is_empty()
            || api::is_there(archive)?
            || gdpr::is_there(archive)?)
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        let whose = whose.map(str::trim).filter(|whose| !whose.is_empty());
        let dump = dump::Files::find(archive)?;
        if !dump.posts.is_empty() {
            return dump::read(archive, &dump, whose, sink);
        }
        if api::is_there(archive)? {
            return api::read(archive, whose, sink);
        }
        gdpr::read(archive, sink)
    }
}

/// A person on one site.
#[derive(Clone, Debug, Default)]
struct Person {
    /// The number on the site.
    id: i64,
    /// The number on the whole network.
    network: Option<u64>,
    /// The display name.
    name: Option<String>,
    reputation: Option<u64>,
    created: Option<Timestamp>,
}

impl Person {
    /// The account, on a site if that is known. Numbers on a site are no one's alone, because
    /// every site counts from one.
    fn account(&self, site: Option<&str>) -> Account {
        let network = self.network.map(|id| format!("https://stackexchange.com/users/{id}"));
        let on_site = || site.map(|site| format!("https://{site}/users/{}", self.id));
        let name = self.name.as_deref().map(excerpt);
        Account {
            id: network.or_else(on_site),
            handle: name.clone().unwrap_or_else(|| format!("user{}", self.id)),
            name,
        }
    }
}

/// What was posted, from whichever source.
struct Post {
    id: u64,
    kind: ItemKind,
    posted_at: Option<Timestamp>,
    title: String,
    /// HTML.
    body: String,
    tags: Vec<String>,
    url: Option<String>,
    /// Votes up less votes down.
    score: Option<i64>,
    /// Written by a whole community, so that nobody is credited.
    wiki: bool,
    /// What else is known.
    reactions: Vec<(Signal, u64)>,
    /// What others wrote under it.
    heard: Vec<String>,
}

impl Post {
    /// Hands the post out, unless something speaks against it.
    fn hand_out(self, outlet: &mut Outlet<'_>) -> Result<(), Error> {
        if self.wiki {
            outlet.skip(Skip::Collective);
            return Ok(());
        }
        let Some(posted_at) = self.posted_at else {
            outlet.skip(Skip::ImpossibleDate);
            return Ok(());
        };
        let mut reactions = self.reactions;
        if let Some(score) = self.score {
            reactions.push((Signal::Vote, u64::try_from(score).unwrap_or(0)));
            if score < 0 {
                outlet.did("votes_below_zero", score.unsigned_abs());
            }
        }
        let body = html::text(&self.body);
        let text = [self.title, body].into_iter().filter(|part| !part.is_empty());
        let text = text.collect::<Vec<_>>().join("\n\n");
        // Sites count their posts from one each, and a dump does not say which site it is of: the
        // second tells posts of two sites apart, and it is the same in every source.
        let seconds = posted_at.micros().div_euclid(1_000_000);
        let item = Item {
            id: format!("{}@{seconds}", self.id),
            kind: self.kind,
            posted_at,
            text,
            tags: self.tags,
            language: None,
            url: self.url,
            reactions,
            heard: self.heard,
        };
        Ok(outlet.hand_out(item)?)
    }
}

/// The remark about votes below zero.
fn remark_on_votes(outlet: &mut Outlet<'_>) {
    outlet.warn(
        "only the difference of votes up and down is known; where it is below zero it counts as \
         zero",
    );
}

/// Tags as dumps write them: `<a><b>` until 2023, `|a|b|` since then.
fn tags(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| matches!(c, '<' | '>' | '|') || c.is_whitespace());
    few(parts)
}

/// As many tags as a question may have, and some more: sites allow five of 35 characters.
fn few<'t>(tags: impl Iterator<Item = &'t str>) -> Vec<String> {
    let fit = tags.filter(|tag| !tag.is_empty() && tag.len() <= 64);
    fit.take(8).map(html::unescape).collect()
}

/// Whether a host is one of the network's sites.
fn is_site(host: &str) -> bool {
    const SITES: [&str; 7] = [
        "stackexchange.com",
        "stackoverflow.com",
        "superuser.com",
        "serverfault.com",
        "askubuntu.com",
        "mathoverflow.net",
        "stackapps.com",
    ];
    let of = |site: &&str| {
        host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    SITES.iter().any(of)
}
