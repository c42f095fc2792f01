//! Answers of the interface of Mastodon and of servers that speak like it: pages of an account's
//! statuses, which count reactions also where the archive does not, and the account itself.

use serde::Deserialize;

use super::{ADDRESS, FIRST_POST, host, is_name, web_address};
use crate::channels::answers::{self, Replies, Whose};
use crate::channels::archive::{Archive, Member};
use crate::channels::error::Error;
use crate::channels::json::{Count, Flag, List, One, Text};
use crate::channels::report::{Audience, Outlet, Report, Skip};
use crate::channels::{Sink, html, peek};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Item, ItemKind};
use crate::domain::time::Timestamp;

/// The files that may be answers.
pub(super) fn candidates(archive: &Archive<'_>) -> Vec<Member> {
    const NAMES: [&str; 5] = ["statuses", "account", "accounts", "lookup", "credentials"];
    peek::likely(archive, |name| {
        let stem = answers::stem(name);
        NAMES.iter().any(|known| stem.ends_with(known))
    })
}

/// Whether any of them is one.
pub(super) fn are_there(archive: &mut Archive<'_>, members: &[Member]) -> Result<bool, Error> {
    peek::any(archive, members, |head| is_statuses(head) || is_account(head))
}

fn is_statuses(head: &[u8]) -> bool {
    matches!(answers::text(head).first(), Some(b'[' | b'{'))
        && answers::has_keys(head, &["reblogs_count", "favourites_count", "uri"])
}

fn is_account(head: &[u8]) -> bool {
    is_object(head)
        && !is_statuses(head)
        && answers::has_keys(head, &["acct", "followers_count", "statuses_count"])
}

fn is_object(head: &[u8]) -> bool {
    answers::text(head).starts_with(b"{")
}

/// Most accounts that are kept; one is usual.
const ACCOUNTS: usize = 100;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Account {
    id: Text,
    username: Text,
    display_name: Text,
    url: Text,
    /// The account's lasting address, since 4.2.
    uri: Text,
    created_at: Text,
    followers_count: Count,
    following_count: Count,
    bot: Flag,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    id: Text,
    uri: Text,
    url: Text,
    created_at: Text,
    visibility: Text,
    content: Text,
    language: Text,
    in_reply_to_id: Text,
    in_reply_to_account_id: Text,
    /// What was boosted: somebody else's status with its own counts.
    reblog: One<Boosted>,
    /// What is quoted: an object since 4.5, and on other servers before that.
    quote: One<Boosted>,
    quote_id: Text,
    favourites_count: Count,
    reblogs_count: Count,
    replies_count: Count,
    tags: List<One<Tag>>,
    account: One<Account>,
}

/// An object of which nothing is read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Boosted {}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tag {
    name: Text,
}

impl Account {
    /// The address that the account has in archives. Servers before 4.2 do not say it, but their
    /// statuses lie below it.
    fn address(&self, status: Option<&str>) -> Option<String> {
        let known = |text: Option<&str>| {
            let text = text.filter(|text| text.len() <= ADDRESS && web_address(text).is_some())?;
            Some(text.to_owned())
        };
        let above = || status.and_then(|uri| uri.split_once("/statuses/")).map(|(above, _)| above);
        known(self.uri.get()).or_else(|| known(above())).or_else(|| {
            let url = known(self.url.get())?;
            let name = self.username.get()?;
            Some(match url.strip_suffix(&format!("/@{name}")) {
                Some(server) => format!("{server}/users/{name}"),
                None => url,
            })
        })
    }

    fn meet(&self, status: Option<&str>, whose: &mut Whose<'_>) {
        let (address, name) = (self.address(status), self.username.get());
        if let (Some(address), Some(name)) = (address, name.filter(|name| is_name(name)))
            && let Some(host) = host(&address)
        {
            whose.meet(&address, &format!("{name}@{host}"), self.display_name.get());
        }
    }

    /// Says what the account tells of itself.
    fn tell(&self, outlet: &mut Outlet<'_>) {
        outlet.created(self.created_at.get().and_then(|text| text.parse().ok()));
        outlet.audience(Audience::Followers, self.followers_count.0);
        outlet.audience(Audience::Following, self.following_count.0);
        if self.bot.0 == Some(true) {
            outlet.warn("this account says that it is run by a program");
        }
    }
}

impl Status {
    fn is_public(&self) -> bool {
        matches!(self.visibility.get(), Some("public" | "unlisted"))
    }

    /// What it answers, if that is by the same account.
    fn own_parent(&self) -> Option<&str> {
        let author = self.account.0.as_ref().and_then(|account| account.id.get());
        let is_own = author.is_some() && self.in_reply_to_account_id.get() == author;
        self.in_reply_to_id.get().filter(|_| is_own)
    }

    fn kind(&self) -> ItemKind {
        if self.own_parent().is_some() {
            ItemKind::Thread
        } else if self.in_reply_to_id.get().or(self.in_reply_to_account_id.get()).is_some() {
            ItemKind::Reply
        } else if self.quote.0.is_some() || self.quote_id.get().is_some() {
            ItemKind::Quote
        } else {
            ItemKind::Post
        }
    }
}

/// Reads answers.
pub(super) fn read(
    members: &[Member],
    archive: &mut Archive<'_>,
    whose: Option<&str>,
    sink: &mut Sink<'_>,
) -> Result<Report, Error> {
    let (mut whose, mut accounts) = (Whose::new(whose), Vec::new());
    answers::rows(archive, members, is_account, &mut |account: Account| {
        if accounts.len() < ACCOUNTS {
            account.meet(None, &mut whose);
            accounts.push(account);
        }
        Ok(())
    })?;
    let only_statuses = accounts.is_empty();
    let mut replies = Replies::default();
    let mut has_statuses = false;
    answers::rows(archive, members, is_statuses, &mut |status: Status| {
        has_statuses = true;
        if let Some(account) = status.account.0.as_ref().filter(|_| only_statuses) {
            account.meet(status.uri.get(), &mut whose);
        }
        if let (Some(parent), Some(id), true) =
            (status.own_parent(), status.id.get(), status.is_public())
        {
            replies.add(parent, id);
        }
        Ok(())
    })?;
    let account = whose.decide()?;
    let address = account.id.clone().unwrap_or_default();
    let outlet = Outlet::new(Channel::Mastodon, "answers of the interface", account, sink);
    let mut reader = Reader { address, replies, outlet, is_told: false };
    for account in &accounts {
        if account.address(None).as_ref() == Some(&reader.address) {
            reader.told(account);
        }
    }
    if has_statuses {
        for signal in [Signal::Like, Signal::Reshare, Signal::Reply] {
            reader.outlet.knows(signal);
        }
    }
    answers::rows(archive, members, is_statuses, &mut |status| reader.status(&status))?;
    Ok(reader.outlet.finish())
}

/// Turns statuses into items.
struct Reader<'s> {
    address: String,
    /// The account's answers to its own statuses.
    replies: Replies,
    outlet: Outlet<'s>,
    is_told: bool,
}

impl Reader<'_> {
    /// What the account tells is the same in every status.
    fn told(&mut self, account: &Account) {
        if !self.is_told {
            account.tell(&mut self.outlet);
            self.is_told = true;
        }
    }

    fn status(&mut self, status: &Status) -> Result<(), Error> {
        let account = status.account.0.as_ref();
        let author = account.and_then(|account| account.address(status.uri.get()));
        let Some(account) = account.filter(|_| author.as_ref() == Some(&self.address)) else {
            self.outlet.skip(Skip::NotOwn);
            return Ok(());
        };
        self.told(account);
        if status.reblog.0.is_some() {
            self.outlet.did("reshares_made", 1);
            return Ok(());
        }
        if !status.is_public() {
            self.outlet.skip(Skip::NotPublic);
            return Ok(());
        }
        let Some(id) = status.uri.get().filter(|id| id.len() <= ADDRESS) else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        let posted_at = status.created_at.get().and_then(|text| text.parse::<Timestamp>().ok());
        let Some(posted_at) = posted_at.filter(|&at| at >= FIRST_POST) else {
            self.outlet.skip(Skip::ImpossibleDate);
            return Ok(());
        };
        // The server counts the account's own answers, too.
        let own = status.id.get().map_or(0, |id| self.replies.of(id));
        let replies = status.replies_count.0.map(|all| all.saturating_sub(own));
        let reactions = [
            (Signal::Like, status.favourites_count.0),
            (Signal::Reshare, status.reblogs_count.0),
            (Signal::Reply, replies),
        ];
        let tags = status.tags.objects().filter_map(|tag| tag.name.get());
        let link = status.url.get().filter(|url| web_address(url).is_some());
        Ok(self.outlet.hand_out(Item {
            id: id.to_owned(),
            kind: status.kind(),
            posted_at,
            text: html::text(status.content.get().unwrap_or_default()),
            tags: tags.map(|name| name.trim_start_matches('#').to_owned()).collect(),
            language: status.language.get().map(str::to_owned),
            url: link
                .or_else(|| Some(id).filter(|id| web_address(id).is_some()))
                .map(str::to_owned),
            reactions: reactions
                .into_iter()
                .filter_map(|(signal, count)| Some((signal, count?)))
                .collect(),
            heard: Vec::new(),
        })?)
    }
}
