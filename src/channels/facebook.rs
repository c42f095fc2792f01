//! Facebook: the JSON form of "Download your information", since 2018. Only the profile, the own
//! posts, comments, reactions and the lists of friends are opened; messages, searches and
//! advertising data lie next to them. The export has no number of anything that others did.
//! Nothing of other channels here.

mod rows;
mod titles;

use serde::de::IgnoredAny;

use self::rows::{Comment, Entry, Profile, ProfileFile};
use super::answers;
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

/// Bytes of a member that tell whether Facebook wrote it.
const HEAD: u64 = 4 << 10;
/// Most members that are looked at to tell whether Facebook wrote them: each may be a pass over
/// a tar.gz.
const LOOKED_AT: usize = 16;
/// 2004-02-04T00:00:00Z, when Facebook opened. Posts can be dated back to a birth.
const FIRST_POST: i64 = 1_075_852_800;

/// What a member of the export is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum File {
    Profile,
    Posts,
    Comments,
    Reactions,
    GroupPosts,
    GroupComments,
    Friends,
    Following,
    Followers,
}

impl File {
    /// Every file.
    const ALL: [Self; 9] = [
        Self::Profile,
        Self::Posts,
        Self::Comments,
        Self::Reactions,
        Self::GroupPosts,
        Self::GroupComments,
        Self::Friends,
        Self::Following,
        Self::Followers,
    ];

    /// By its name, in lower case and without the ending `.json`.
    fn named(name: &str) -> Option<Self> {
        let (base, folder) = (names::base(name), names::base(names::folder(name)));
        let plain = base.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
        Some(match plain {
            "profile_information" => Self::Profile,
            "comments" => Self::Comments,
            "likes_and_reactions" => Self::Reactions,
            "posts_and_comments" if folder == "likes_and_reactions" => Self::Reactions,
            "group_posts_and_comments" | "your_posts_in_groups" => Self::GroupPosts,
            "your_comments_in_groups" => Self::GroupComments,
            "friends" | "your_friends" => Self::Friends,
            "following" | "who_you_follow" => Self::Following,
            "followers" | "people_who_followed_you" | "people_who_follow_you" => Self::Followers,
            // The apostrophe of "who you've followed" is written in three ways.
            _ if plain.starts_with("who_you") && plain.ends_with("_followed") => Self::Following,
            _ if plain.contains("_in_groups") => return None,
            _ if plain == "your_posts" || plain.starts_with("your_posts__") => Self::Posts,
            _ if plain == "profile_posts" => Self::Posts,
            _ => return None,
        })
    }

    /// Whether such a list of Facebook's stands under this key.
    fn is_under(self, key: &str) -> bool {
        let plain = key.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches("_v");
        match self {
            Self::Profile => plain == "profile",
            Self::Posts => matches!(plain, "posts" | "status_updates"),
            Self::Comments => plain == "comments",
            Self::Reactions => plain == "reactions",
            Self::GroupPosts => plain == "group_posts",
            Self::GroupComments => plain == "group_comments",
            Self::Friends => plain == "friends",
            Self::Following => plain == "following",
            Self::Followers => plain == "followers",
        }
    }

    /// Whether a member that begins so is Facebook's beyond doubt.
    fn is_telling(self, head: &[u8]) -> bool {
        let text = String::from_utf8_lossy(head);
        match meta::first_key(head) {
            Some(key) if self.is_under(key) => {
                key.contains("_v")
                    || (self == Self::Profile && text.contains("\"full_name\""))
                    || (self == Self::Comments && text.contains("\"author\""))
            }
            None if self == Self::Posts => meta::is_list_with(head, &["\"timestamp\""]),
            None if self == Self::Reactions => {
                meta::is_list_with(head, &["\"reaction\"", "\"actor\""])
            }
            Some(_) | None => false,
        }
    }
}

fn file(name: &str) -> Option<File> {
    File::named(name.strip_suffix(".json")?)
}

/// What a file that was brought alone is, by how it begins. Posts have the plainest beginning.
fn single(head: &[u8]) -> Option<File> {
    let is_post = |head: &[u8]| {
        let marks = ["post", "update_timestamp", "external_context"];
        let has = |mark: &&str| answers::has_keys(head, &["timestamp", "data", mark]);
        meta::is_list_with(head, &[]) && marks.iter().any(has)
    };
    let of = |file: &File| {
        if *file == File::Posts { is_post(head) } else { file.is_telling(head) }
    };
    File::ALL.into_iter().find(of)
}

/// The files of the export, by their names, and those that were brought alone by what they hold.
fn files(archive: &mut Archive<'_>) -> Result<Vec<(File, Member)>, Error> {
    let named = archive.matching(|name| file(name).is_some()).into_iter();
    let named = named.filter_map(|m| Some((file(&archive.name(m).to_lowercase())?, m)));
    let mut found: Vec<(File, Member)> = named.collect();
    for member in archive.singles() {
        let alone = single(&archive.head(member, HEAD)?);
        found.extend(alone.map(|file| (file, member)));
    }
    Ok(found)
}

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
