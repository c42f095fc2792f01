//! Mastodon: the tar.gz (or zip) of `ActivityPub` documents that any server hands out. Only
//! `actor.json`, `outbox.json` and `likes.json` are opened; bookmarks are nobody's business.
//! Nothing of other channels here.

mod activity;

use serde::de::IgnoredAny;

use self::activity::{Activity, Actor, Note};
use super::archive::Archive;
use super::error::Error;
use super::report::{Counts, Outlet, Report};
use super::{Export, Sink, html, json};
use crate::domain::evidence::{Account, Channel, Item, Signal, excerpt};
use crate::domain::time::Timestamp;

/// The format of Mastodon.
pub(super) struct Mastodon;

/// Bytes of `actor.json` that tell whether it is an `ActivityPub` actor.
const HEAD: u64 = 4 << 10;
/// Longest address of an item or an account.
const ADDRESS: usize = 1_024;
/// 2008-01-01T00:00:00Z: nothing that Mastodon's servers could have imported is older.
const FIRST_POST: Timestamp = Timestamp::from_seconds(1_199_145_600);

impl Export for Mastodon {
    fn channel(&self) -> Channel {
        Channel::Mastodon
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        let Some(member) = archive.find("actor.json")? else {
            return Ok(false);
        };
        let head = archive.head(member, HEAD)?;
        Ok(String::from_utf8_lossy(&head).contains("www.w3.org/ns/activitystreams"))
    }

    fn read(&self, archive: &mut Archive<'_>, sink: &mut Sink<'_>) -> Result<Report, Error> {
        let actor_file = archive.find("actor.json")?;
        let actor_file = actor_file.ok_or(Error::Missing { member: "actor.json" })?;
        let outbox = archive.find("outbox.json")?;
        let outbox = outbox.ok_or(Error::Missing { member: "outbox.json" })?;
        let actor: Actor = archive.read(actor_file, json::document)?;
        let account = account(&actor)?;
        let mut reader =
            Reader { account, counts: Counts::default(), bare: 0, outlet: Outlet::new(sink) };
        archive.read(outbox, |open| {
            json::array_at(open, "orderedItems", &mut |activity| reader.activity(activity))
        })?;
        let mut counts = reader.counts;
        counts.likes_given = likes_given(archive)?;
        let warnings = reader.warnings();
        let received = reader.outlet.received;
        let layout = match received.likes.or(received.reshares) {
            Some(_) => "4.3 and later",
            None => "before 4.3",
        };
        Ok(Report {
            channel: Channel::Mastodon,
            account: reader.account,
            account_created: actor.published.get().and_then(|text| text.parse().ok()),
            exported_at: None,
            layout,
            counts,
            followers: None,
            following: None,
            received,
            period: reader.outlet.period,
            warnings,
        })
    }
}

fn account(actor: &Actor) -> Result<Account, Error> {
    let unusable = || Error::malformed("actor.json", "names no account");
    let id = actor.id.get().filter(|id| id.len() <= ADDRESS).ok_or_else(unusable)?;
    let name = actor.preferred_username.get().filter(|name| is_name(name));
    let (Some(host), Some(name)) = (host(id), name) else {
        return Err(unusable());
    };
    Ok(Account {
        id: id.to_owned(),
        handle: format!("{name}@{host}"),
        name: actor.name.get().map(excerpt),
    })
}

fn is_name(text: &str) -> bool {
    text.len() <= 100 && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

/// The host, with its port if it has one, of a web address.
fn host(address: &str) -> Option<&str> {
    let rest = web_address(address)?;
    let host = rest.split('/').next()?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | ':');
    (!host.is_empty() && host.chars().all(plain)).then_some(host)
}

/// What follows the scheme of a link that a browser may safely be given.
fn web_address(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let plain = text.len() <= ADDRESS && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    plain.then_some(rest)
}

/// How many likes the candidate gave; `None` if the list is not in the archive.
fn likes_given(archive: &mut Archive<'_>) -> Result<Option<u64>, Error> {
    let Some(member) = archive.find("likes.json")? else {
        return Ok(None);
    };
    let mut count = 0;
    archive.read(member, |open| {
        json::array_at(open, "orderedItems", &mut |_: IgnoredAny| {
            count += 1;
            Ok(())
        })
    })?;
    Ok(Some(count))
}

/// Turns activities into items.
struct Reader<'s> {
    account: Account,
    counts: Counts,
    /// Items without any number of reactions.
    bare: u64,
    outlet: Outlet<'s>,
}

impl Reader<'_> {
    fn activity(&mut self, activity: Activity) -> Result<(), Error> {
        if activity.actor.get() != Some(self.account.id.as_str()) {
            return Ok(());
        }
        match activity.kind.get() {
            Some("Announce") => self.counts.reshares_made += 1,
            Some("Create") => return self.created(activity),
            _ => {}
        }
        Ok(())
    }

    fn created(&mut self, activity: Activity) -> Result<(), Error> {
        let Some(note) = activity.object.0 else {
            return Ok(());
        };
        let is_post = matches!(note.kind.get(), Some("Note" | "Question" | "Article"));
        let author = note.attributed_to.get().or_else(|| activity.actor.get());
        if !is_post || author != Some(self.account.id.as_str()) {
            return Ok(());
        }
        if !activity::is_public(&note, activity.to, activity.cc) {
            self.counts.not_public += 1;
            return Ok(());
        }
        let Some(id) = note.id.get().filter(|id| id.len() <= ADDRESS) else {
            self.counts.unreadable += 1;
            return Ok(());
        };
        let published = note.published.get().or_else(|| activity.published.get());
        let posted_at = published
            .and_then(|text| text.parse::<Timestamp>().ok())
            .filter(|&at| at >= FIRST_POST);
        let Some(posted_at) = posted_at else {
            self.counts.posts_with_impossible_date += 1;
            return Ok(());
        };
        self.count(&note);
        let reactions: Vec<(Signal, u64)> =
            [(Signal::Like, note.likes.0), (Signal::Reshare, note.shares.0)]
                .into_iter()
                .filter_map(|(signal, count)| Some((signal, count?)))
                .collect();
        if reactions.is_empty() {
            self.bare += 1;
        }
        let link = note.url.get().filter(|url| web_address(url).is_some());
        let item = Item {
            id: id.to_owned(),
            posted_at,
            excerpt: excerpt(&text(&note)),
            url: link
                .or_else(|| Some(id).filter(|id| web_address(id).is_some()))
                .map(str::to_owned),
            reactions,
        };
        Ok(self.outlet.hand_out(item, false)?)
    }

    fn count(&mut self, note: &Note) {
        self.counts.posts += 1;
        if let Some(parent) = note.in_reply_to.get() {
            self.counts.replies += 1;
            let own = parent.strip_prefix(self.account.id.as_str());
            if own.is_some_and(|rest| rest.starts_with('/')) {
                self.counts.self_replies += 1;
            }
        }
        if note.quotes_another() {
            self.counts.quotes += 1;
        }
    }

    fn warnings(&self) -> Vec<String> {
        let counts = &self.counts;
        let mut warnings = Vec::new();
        let mut warn = |number: u64, text: &str| {
            if number > 0 {
                warnings.push(format!("{number} {text}"));
            }
        };
        warn(counts.not_public, "post(s) for followers or single persons only: left out");
        warn(counts.posts_with_impossible_date, "post(s) with an impossible date: left out");
        warn(counts.unreadable, "post(s) without an address: left out");
        if self.bare == counts.posts {
            warnings.push(
                "your Mastodon export does not contain reactions (servers before 4.3 leave them \
                 out); nothing was subtracted"
                    .to_owned(),
            );
        } else {
            warn(self.bare, "post(s) come without their reactions; nothing was subtracted");
            warnings.push(
                "Mastodon exports do not tell how often others replied to or bookmarked your \
                 posts; nothing was subtracted"
                    .to_owned(),
            );
        }
        warnings
    }
}

/// What the author wrote: an article's title and the text, without the content warning.
fn text(note: &Note) -> String {
    let content = html::text(note.content.get().unwrap_or_default());
    match note.name.get() {
        Some(title) => format!("{title}\n\n{content}"),
        None => content,
    }
}
