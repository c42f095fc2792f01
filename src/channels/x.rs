//! X, formerly Twitter: the zip of scripts it hands out since 2018, and the one with a browser
//! page that it handed out before. Only the files about the account, the posts, likes given and
//! followers are ever opened: messages, addresses, deleted posts and advertising data lie next to
//! them. Nothing of other channels here.

mod grailbird;
mod notes;
mod rows;
mod times;

use serde::de::IgnoredAny;

use self::notes::Notes;
use self::rows::{AccountFields, Manifest, Tweet};
use self::times::Dated;
use super::archive::{Archive, Member};
use super::error::Error;
use super::report::{Audience, Outlet, Report, Skip};
use super::{Export, Sink, html, json};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Account, Item, ItemKind, excerpt};
use crate::domain::time::Timestamp;

/// The format of X.
pub(super) struct X;

/// Bytes of a member that tell whether it is one of X's scripts.
const HEAD: u64 = 64;

impl Export for X {
    fn channel(&self) -> Channel {
        Channel::X
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        Ok(is_script(archive)? || grailbird::recognizes(archive)?)
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        _whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        if !is_script(archive)? {
            return grailbird::read(archive, sink);
        }
        let posts = Posts::find(archive)?;
        let manifest = manifest(archive)?;
        let (account, account_created) = account(archive, &manifest)?;
        let mut outlet = Outlet::new(Channel::X, posts.layout, account, sink);
        let exported_at = manifest.generated_at();
        outlet.created(account_created);
        outlet.exported(exported_at);
        let mut reader = Reader { exported_at, notes: notes(archive)?, outlet };
        archive
            .read_each(&posts.members, &mut |open| json::array(open, &mut |row| reader.row(row)))?;
        let Reader { notes, mut outlet, .. } = reader;
        outlet.did("long_notes", notes.total());
        if let Some(likes) = rows(archive, "like")? {
            outlet.did("likes_given", likes);
        }
        outlet.audience(Audience::Followers, rows(archive, "follower")?);
        outlet.audience(Audience::Following, rows(archive, "following")?);
        if notes.unmatched() > 0 {
            outlet.warn(format!(
                "{} long post(s) could not be matched with the list of posts: their beginning \
                 counts",
                notes.unmatched()
            ));
        }
        if manifest.is_partial() || manifest.tweet_files() > posts.members.len() {
            outlet.warn(
                "this is only a part of your X archive; bring the other parts as well, or posts \
                 will be missing",
            );
        }
        Ok(outlet.finish())
    }
}

/// Whether the archive is of the generation that began in 2018.
fn is_script(archive: &mut Archive<'_>) -> Result<bool, Error> {
    for base in ["account.js", "tweets.js", "tweet.js"] {
        let Some(member) = archive.find(base)? else {
            continue;
        };
        if starts_with(archive, member, "window.YTD.")? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn starts_with(archive: &mut Archive<'_>, member: Member, start: &str) -> Result<bool, Error> {
    let head = archive.head(member, HEAD)?;
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
    Ok(text.starts_with(start.as_bytes()))
}

/// The files with posts, and the generation of the format they show.
struct Posts {
    members: Vec<Member>,
    layout: &'static str,
}

impl Posts {
    fn find(archive: &Archive<'_>) -> Result<Self, Error> {
        let members = archive.parts("tweets", "js")?;
        if !members.is_empty() {
            return Ok(Self { members, layout: "2022 and later" });
        }
        let members = archive.parts("tweet", "js")?;
        let Some(&first) = members.first() else {
            return Err(Error::Missing { member: "data/tweets.js" });
        };
        let name = archive.name(first).to_ascii_lowercase();
        let in_data = name == "data/tweet.js" || name.ends_with("/data/tweet.js");
        let layout = if in_data { "2020 to 2022" } else { "2018 to 2020" };
        Ok(Self { members, layout })
    }
}

fn manifest(archive: &mut Archive<'_>) -> Result<Manifest, Error> {
    match archive.find("manifest.js")? {
        Some(member) => archive.read(member, json::document),
        None => Ok(Manifest::default()),
    }
}

/// Whose archive it is: `account.js` says it, and the manifest where that is missing.
fn account(
    archive: &mut Archive<'_>,
    manifest: &Manifest,
) -> Result<(Account, Option<Timestamp>), Error> {
    let mut fields = None;
    if let Some(member) = archive.find("account.js")? {
        archive.read(member, |open| {
            json::array(open, &mut |row: AccountFields| {
                fields = fields.take().or(row.unwrapped());
                Ok(())
            })
        })?;
    }
    let fields =
        fields.or_else(|| manifest.user()).ok_or(Error::Missing { member: "data/account.js" })?;
    let created = fields.created_at.get().and_then(|text| text.parse().ok());
    let account = named(&fields).ok_or_else(|| Error::malformed("account.js", "names no account"));
    Ok((account?, created))
}

/// The account that these fields name.
fn named(fields: &AccountFields) -> Option<Account> {
    let handle = fields.username.get().filter(|handle| is_handle(handle))?;
    let id = fields.account_id.get().filter(|id| id.parse::<u64>().is_ok())?;
    let name = fields.account_display_name.get().map(excerpt);
    Some(Account { id: Some(id.to_owned()), handle: handle.to_owned(), name })
}

/// What X allows in a handle; it becomes part of links. Old handles may be longer than 15.
fn is_handle(text: &str) -> bool {
    text.len() <= 50 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn notes(archive: &mut Archive<'_>) -> Result<Notes, Error> {
    let mut notes = Notes::default();
    for member in archive.parts("note-tweet", "js")? {
        archive.read(member, |open| {
            json::array(open, &mut |row| {
                notes.add(row);
                Ok(())
            })
        })?;
    }
    Ok(notes)
}

/// How many rows a list has, over all its parts; `None` if it is not in the archive.
fn rows(archive: &mut Archive<'_>, stem: &str) -> Result<Option<u64>, Error> {
    let mut count = None;
    for member in archive.parts(stem, "js")? {
        archive.read(member, |open| {
            json::array(open, &mut |_: IgnoredAny| {
                count = Some(count.unwrap_or(0) + 1);
                Ok(())
            })
        })?;
        count = count.or(Some(0));
    }
    Ok(count)
}

/// Turns rows into items.
struct Reader<'s> {
    exported_at: Option<Timestamp>,
    notes: Notes,
    outlet: Outlet<'s>,
}

impl Reader<'_> {
    fn row(&mut self, row: Tweet) -> Result<(), Error> {
        let tweet = row.unwrapped();
        let Some(id) = tweet.id() else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        let text = tweet.text();
        if tweet.is_reshare() {
            self.outlet.did("reshares_made", 1);
            return Ok(());
        }
        if tweet.is_protected() {
            self.outlet.skip(Skip::NotPublic);
            return Ok(());
        }
        if tweet.is_superseded(id) {
            self.outlet.skip(Skip::Superseded);
            return Ok(());
        }
        let dated = times::dated(id, tweet.created_at.get(), self.exported_at);
        let (posted_at, recovered) = match dated {
            Dated::AsWritten(at) => (at, false),
            Dated::Recovered(at) => (at, true),
            Dated::Lost => {
                self.outlet.skip(Skip::ImpossibleDate);
                return Ok(());
            }
        };
        let plain = html::unescape(text);
        let long = self.notes.text_of(posted_at, &plain);
        let handle = &self.outlet.account().handle;
        let item = Item {
            id: id.to_string(),
            kind: self.kind(&tweet, id),
            posted_at,
            text: long.unwrap_or(plain),
            tags: tweet.hashtags(),
            language: tweet.lang.get().map(str::to_owned),
            url: Some(format!("https://x.com/{handle}/status/{id}")),
            reactions: [
                (Signal::Like, tweet.favorite_count.0),
                (Signal::Reshare, tweet.retweet_count.0),
            ]
            .into_iter()
            .filter_map(|(signal, count)| Some((signal, count?)))
            .collect(),
            heard: Vec::new(),
        };
        if recovered {
            return Ok(self.outlet.hand_out_recovered(item)?);
        }
        Ok(self.outlet.hand_out(item)?)
    }

    fn kind(&self, tweet: &Tweet, id: u64) -> ItemKind {
        let own = tweet.answered();
        if tweet.is_reply() && own.is_some() && own == self.outlet.account().id.as_deref() {
            ItemKind::Thread
        } else if tweet.is_reply() {
            ItemKind::Reply
        } else if tweet.is_quote(id) {
            ItemKind::Quote
        } else {
            ItemKind::Post
        }
    }
}
