//! Mastodon: the tar.gz (or zip) of `ActivityPub` documents that any server hands out, and answers
//! of its interface. Of the archive only `actor.json`, `outbox.json` and `likes.json` are opened;
//! bookmarks are nobody's business. Nothing of other channels here.

mod activity;
mod rest;

use serde::de::IgnoredAny;

use self::activity::{Activity, Actor, Note};
use super::archive::Archive;
use super::error::Error;
use super::report::{Outlet, Report, Skip};
use super::{Export, Sink, html, json};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Account, Item, ItemKind, excerpt};
use crate::domain::time::Timestamp;

/// The format of Mastodon.
pub(super) struct Mastodon;

/// Servers before 4.3 leave the reactions out.
const BEFORE: &str = "before 4.3";
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
        let answers = rest::candidates(archive);
        Ok(has_actor(archive)? || rest::are_there(archive, &answers)?)
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        let answers = rest::candidates(archive);
        if !has_actor(archive)? {
            return rest::read(&answers, archive, whose, sink);
        }
        let actor_file = archive.find("actor.json")?;
        let actor_file = actor_file.ok_or(Error::Missing { member: "actor.json" })?;
        let outbox = archive.find("outbox.json")?;
        let outbox = outbox.ok_or(Error::Missing { member: "outbox.json" })?;
        let actor: Actor = archive.read(actor_file, json::document)?;
        let account = account(&actor)?;
        let mut outlet = Outlet::new(Channel::Mastodon, BEFORE, account, sink);
        outlet.created(actor.published.get().and_then(|text| text.parse().ok()));
        let mut reader = Reader { posts: 0, bare: 0, outlet };
        archive.read(outbox, |open| {
            json::array_at(open, "orderedItems", &mut |activity| reader.activity(activity))
        })?;
        let Reader { posts, bare, mut outlet } = reader;
        if let Some(likes) = likes_given(archive)? {
            outlet.did("likes_given", likes);
        }
        if bare < posts {
            outlet.layout("4.3 and later");
        }
        if (1..posts).contains(&bare) {
            outlet.warn(format!("{bare} post(s) come without their reactions"));
        }
        if rest::are_there(archive, &answers)? {
            outlet.warn("the answers of the interface were not read; import them on their own");
        }
        Ok(outlet.finish())
    }
}

fn has_actor(archive: &mut Archive<'_>) -> Result<bool, Error> {
    let Some(member) = archive.find("actor.json")? else {
        return Ok(false);
    };
    let head = archive.head(member, HEAD)?;
    Ok(String::from_utf8_lossy(&head).contains("www.w3.org/ns/activitystreams"))
}

fn account(actor: &Actor) -> Result<Account, Error> {
    let unusable = || Error::malformed("actor.json", "names no account");
    let id = actor.id.get().filter(|id| id.len() <= ADDRESS).ok_or_else(unusable)?;
    let name = actor.preferred_username.get().filter(|name| is_name(name));
    let (Some(host), Some(name)) = (host(id), name) else {
        return Err(unusable());
    };
    Ok(Account {
        id: Some(id.to_owned()),
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
    posts: u64,
    /// Items without any number of reactions.
    bare: u64,
    outlet: Outlet<'s>,
}

impl Reader<'_> {
    fn is_own(&self, actor: Option<&str>) -> bool {
        actor.is_some() && actor == self.outlet.account().id.as_deref()
    }

    fn activity(&mut self, activity: Activity) -> Result<(), Error> {
        if !self.is_own(activity.actor.get()) {
            return Ok(());
        }
        match activity.kind.get() {
            Some("Announce") => self.outlet.did("reshares_made", 1),
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
        if !is_post || !self.is_own(author) {
            return Ok(());
        }
        if !activity::is_public(&note, activity.to, activity.cc) {
            self.outlet.skip(Skip::NotPublic);
            return Ok(());
        }
        let Some(id) = note.id.get().filter(|id| id.len() <= ADDRESS) else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        let published = note.published.get().or_else(|| activity.published.get());
        let posted_at = published
            .and_then(|text| text.parse::<Timestamp>().ok())
            .filter(|&at| at >= FIRST_POST);
        let Some(posted_at) = posted_at else {
            self.outlet.skip(Skip::ImpossibleDate);
            return Ok(());
        };
        let reactions: Vec<(Signal, u64)> =
            [(Signal::Like, note.likes.0), (Signal::Reshare, note.shares.0)]
                .into_iter()
                .filter_map(|(signal, count)| Some((signal, count?)))
                .collect();
        self.posts += 1;
        if reactions.is_empty() {
            self.bare += 1;
        }
        let link = note.url.get().filter(|url| web_address(url).is_some());
        let item = Item {
            id: id.to_owned(),
            kind: self.kind(&note),
            posted_at,
            text: text(&note),
            tags: note.hashtags(),
            language: note.language(),
            url: link
                .or_else(|| Some(id).filter(|id| web_address(id).is_some()))
                .map(str::to_owned),
            reactions,
            heard: Vec::new(),
        };
        Ok(self.outlet.hand_out(item)?)
    }

    fn kind(&self, note: &Note) -> ItemKind {
        let own = self.outlet.account().id.as_deref();
        match note.in_reply_to.get() {
            Some(parent) => {
                let rest = own.and_then(|own| parent.strip_prefix(own));
                let continues = rest.is_some_and(|rest| rest.starts_with('/'));
                if continues { ItemKind::Thread } else { ItemKind::Reply }
            }
            None if note.quotes_another() => ItemKind::Quote,
            None if note.kind.get() == Some("Article") => ItemKind::Article,
            None => ItemKind::Post,
        }
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
