//! Facebook: the JSON form of "Download your information", since 2018. Only the profile, the own
//! posts, comments, reactions and the lists of friends are opened; messages, searches and
//! advertising data lie next to them. The export has no number of anything that others did.
//! Nothing of other channels here.

mod files;
mod rows;
mod titles;

use serde::de::IgnoredAny;

use self::files::{File, HEAD, file, files};
use self::rows::{Comment, Entry, Profile, ProfileFile};
use super::archive::{Archive, Member, Open, names};
use super::error::Error;
use super::json::{self, Objects};
use super::meta::{self, Ordinals, Written};
use super::report::{Audience, Outlet, Report, Skip};
use super::{Export, Sink};
use crate::domain::evidence::Channel;
use crate::domain::item::{Account, Item, ItemKind, excerpt};

/// The format of Facebook.
pub(super) struct Facebook;

/// Most members that are looked at to tell whether Facebook wrote them: each may be a pass over
/// a tar.gz.
const LOOKED_AT: usize = 16;
/// 2004-02-04T00:00:00Z, when Facebook opened. Posts can be dated back to a birth.
const FIRST_POST: i64 = 1_075_852_800;

/// A page of the same export in its other form. Some names are too plain to tell anything.
fn is_page(name: &str) -> bool {
    let named = name.strip_suffix(".html").and_then(File::named);
    named.is_some_and(|file| {
        !matches!(file, File::Comments | File::Following | File::Followers)
            && names::base(name) != "friends.html"
    })
}

impl Export for Facebook {
    fn channel(&self) -> Channel {
        Channel::Facebook
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        for (file, member) in files(archive)?.into_iter().take(LOOKED_AT) {
            if archive.name(member).is_empty() || file.is_telling(&archive.head(member, HEAD)?) {
                return Ok(true);
            }
        }
        for member in archive.matching(is_page).into_iter().take(2) {
            if meta::is_page(&archive.head(member, HEAD)?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        _whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        let files = files(archive)?;
        if files.is_empty() {
            return Err(Error::NotAnExport {
                looks: "a Facebook export made of web pages",
                bring: meta::AS_JSON,
            });
        }
        let profile = profile(archive, &files)?;
        let account = account(archive, &files, profile.as_ref())?;
        let mut outlet = Outlet::new(Channel::Facebook, layout(archive), account, sink);
        let registered = profile.as_ref().map(|p| meta::written(&p.registered, FIRST_POST));
        if let Some(Written::At(_, at)) = registered {
            outlet.created(Some(at));
        }
        if outlet.account().name.is_none() && outlet.account().id.is_none() {
            outlet.warn(meta::NOBODYS);
        }
        let has = |wanted| files.iter().any(|(file, _)| *file == wanted);
        let (posts, groups) = (has(File::Posts), has(File::GroupComments));
        let author = profile.and_then(|profile| profile.full_name().map(str::to_owned));
        let ordinals = Ordinals::default();
        let mut reader = Reader { author, own_group_file: groups, in_groups: 0, ordinals, outlet };
        let (alone, named): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(_, member)| archive.name(*member).is_empty());
        let named: Vec<Member> = named.into_iter().map(|(_, member)| member).collect();
        archive.read_each(&named, &mut |open| {
            file(&open.name().to_lowercase()).map_or(Ok(()), |file| reader.read(open, file))
        })?;
        for (file, member) in alone {
            archive.read(member, |open| reader.read(open, file))?;
        }
        Ok(reader.finish(posts))
    }
}

fn layout(archive: &Archive<'_>) -> &'static str {
    let new = |name: &str| {
        name.contains("your_facebook_activity/") || name.contains("your_activity_across_facebook/")
    };
    if archive.names().any(new) { "JSON, 2023 and later" } else { "JSON, 2018 to 2023" }
}

fn profile(archive: &mut Archive<'_>, files: &[(File, Member)]) -> Result<Option<Profile>, Error> {
    let Some(&(_, member)) = files.iter().find(|(file, _)| *file == File::Profile) else {
        return Ok(None);
    };
    let found: ProfileFile = archive.read(member, json::header)?;
    Ok(found.profile())
}

/// Whose export it is. Without the profile, comments and reactions still bear the name.
fn account(
    archive: &mut Archive<'_>,
    files: &[(File, Member)],
    profile: Option<&Profile>,
) -> Result<Account, Error> {
    let id = profile.and_then(Profile::address);
    let name = match profile.and_then(Profile::full_name) {
        Some(name) => Some(excerpt(name)),
        None => name_in_lists(archive, files)?,
    };
    let handle = profile.and_then(Profile::user_name).map(str::to_owned).or_else(|| name.clone());
    Ok(Account { id, handle: handle.unwrap_or_else(|| "unknown".to_owned()), name })
}

fn name_in_lists(
    archive: &mut Archive<'_>,
    files: &[(File, Member)],
) -> Result<Option<String>, Error> {
    for &(file, member) in files {
        let key = match file {
            File::Comments | File::GroupComments => "\"author\"",
            File::Reactions => "\"actor\"",
            File::Profile
            | File::Posts
            | File::GroupPosts
            | File::Friends
            | File::Following
            | File::Followers => continue,
        };
        let head = archive.head(member, HEAD)?;
        let text = String::from_utf8_lossy(&head);
        let value = text.split_once(key).and_then(|(_, rest)| rest.trim_start().strip_prefix(':'));
        let name = value.and_then(rows::first_text).map(|name| excerpt(&name));
        if name.is_some() {
            return Ok(name);
        }
    }
    Ok(None)
}

/// Turns entries into items.
struct Reader<'s> {
    /// The name that own comments bear.
    author: Option<String>,
    /// Whether the comments in groups have a file of their own.
    own_group_file: bool,
    /// Posts and comments in groups.
    in_groups: u64,
    ordinals: Ordinals,
    outlet: Outlet<'s>,
}

impl Reader<'_> {
    fn read(&mut self, open: &mut Open<'_>, file: File) -> Result<(), Error> {
        let wanted = move |key: &str| file.is_under(key);
        match file {
            File::Profile => Ok(()),
            File::Posts => json::lists(open, &wanted, &mut |entry| self.post(&entry)),
            File::Comments => json::lists(open, &wanted, &mut |entry| self.comment(&entry)),
            File::Reactions => {
                self.outlet.did("likes_given", length(open, file)?);
                Ok(())
            }
            File::GroupPosts => {
                self.grouped("group_posts", length(open, file)?);
                Ok(())
            }
            File::GroupComments => {
                self.grouped("group_comments", length(open, file)?);
                Ok(())
            }
            File::Friends => self.people(Audience::Friends, open, file),
            File::Following => self.people(Audience::Following, open, file),
            File::Followers => self.people(Audience::Followers, open, file),
        }
    }

    fn grouped(&mut self, what: &'static str, number: u64) {
        self.outlet.did(what, number);
        self.in_groups += number;
    }

    fn people(&mut self, who: Audience, open: &mut Open<'_>, file: File) -> Result<(), Error> {
        let number = length(open, file)?;
        self.outlet.audience(who, Some(number));
        Ok(())
    }

    fn post(&mut self, entry: &Objects<Entry>) -> Result<(), Error> {
        let Some(entry) = entry.first() else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        let name = self.outlet.account().name.as_deref();
        if entry.title.get().is_some_and(|title| titles::is_elsewhere(title, name)) {
            self.outlet.skip(Skip::Elsewhere);
            return Ok(());
        }
        if entry.shares_a_link() {
            self.outlet.did("link_shares", 1);
        }
        let Some(text) = entry.text() else {
            self.outlet.skip(Skip::NoText);
            return Ok(());
        };
        self.item(ItemKind::Post, meta::written(&entry.timestamp, FIRST_POST), text)
    }

    fn comment(&mut self, entry: &Objects<Entry>) -> Result<(), Error> {
        let Some((entry, comment)) = entry.first().and_then(|e| Some((e, e.comment()?))) else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        if comment.group.get().is_some() {
            // Where groups have a file of their own, it lists this comment again.
            self.grouped("group_comments", u64::from(!self.own_group_file));
            return Ok(());
        }
        if !self.is_own(comment) {
            self.outlet.skip(Skip::NotOwn);
            return Ok(());
        }
        let Some(text) = comment.words.get() else {
            self.outlet.skip(Skip::NoText);
            return Ok(());
        };
        let written = meta::written(&comment.timestamp, FIRST_POST);
        let written = written.or(meta::written(&entry.timestamp, FIRST_POST));
        self.item(ItemKind::Reply, written, text)
    }

    /// Facebook writes only own comments into this list; a name that is quite another one means
    /// that the list is none of Facebook's. Second names come and go.
    fn is_own(&self, comment: &Comment) -> bool {
        match (self.author.as_deref(), comment.author.get()) {
            (Some(own), Some(author)) => own.starts_with(author) || author.starts_with(own),
            _ => true,
        }
    }

    fn item(&mut self, kind: ItemKind, written: Written, text: &str) -> Result<(), Error> {
        let (second, posted_at) = match written {
            Written::At(second, at) => (second, at),
            Written::Impossible => {
                self.outlet.skip(Skip::ImpossibleDate);
                return Ok(());
            }
            Written::Missing => {
                self.outlet.skip(Skip::Unreadable);
                return Ok(());
            }
        };
        let Some(id) = self.ordinals.id(kind.word(), second, text) else {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        };
        let item = Item {
            id,
            kind,
            posted_at,
            text: text.to_owned(),
            tags: meta::hashtags(text),
            language: None,
            url: None,
            reactions: Vec::new(),
            heard: Vec::new(),
        };
        Ok(self.outlet.hand_out(item)?)
    }

    fn finish(self, has_posts: bool) -> Report {
        let mut outlet = self.outlet;
        if !has_posts {
            outlet.warn("this part of your Facebook export does not contain your posts");
        }
        outlet.warn(
            "Facebook's export does not tell who could see a post or comment; dispute what was \
             not meant for everybody",
        );
        if self.in_groups > 0 {
            outlet.warn(
                "what you wrote in groups is counted and left out, because the export does not \
                 tell which groups are public",
            );
        }
        outlet.finish()
    }
}

/// How many entries a list has.
fn length(open: &mut Open<'_>, file: File) -> Result<u64, Error> {
    let mut count = 0;
    json::lists(open, &move |key| file.is_under(key), &mut |_: IgnoredAny| {
        count += 1;
        Ok(())
    })?;
    Ok(count)
}
