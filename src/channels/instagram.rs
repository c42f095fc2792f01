//! Instagram: the JSON form of its export since 2018. Only the profile, the own posts, stories,
//! reels and comments, likes given, the lists of followers, and what professional accounts learn
//! about their posts are opened; messages, contacts and searches lie next to them.
//! Nothing of other channels here.

mod early;
mod insights;
mod rows;
mod words;

use serde::de::IgnoredAny;

use self::insights::Insights;
use self::rows::{CommentRow, Person, ProfileFile, Publication};
use super::archive::{Archive, Member, Open, names};
use super::error::Error;
use super::json::{self, Objects};
use super::meta::{self, Ordinals, Written};
use super::report::{Audience, Outlet, Report, Skip};
use super::{Export, Sink};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Account, Item, ItemKind, excerpt};

/// The format of Instagram.
pub(super) struct Instagram;

/// Bytes of a member that tell whether Instagram wrote it.
const HEAD: u64 = 4 << 10;
/// Most members that are looked at to tell whether Instagram wrote them: each may be a pass over
/// a tar.gz.
const LOOKED_AT: usize = 16;
/// 2010-07-16T00:00:00Z, the day of the first post.
const FIRST_POST: i64 = 1_279_238_400;

/// What a member of the export is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum File {
    Profile,
    Posts,
    Reels,
    Stories,
    Comments,
    Likes,
    CommentLikes,
    Followers,
    Following,
    Insights,
}

impl File {
    /// Every file.
    const ALL: [Self; 10] = [
        Self::Profile,
        Self::Posts,
        Self::Reels,
        Self::Stories,
        Self::Comments,
        Self::Likes,
        Self::CommentLikes,
        Self::Followers,
        Self::Following,
        Self::Insights,
    ];

    /// By its name, in lower case and without the ending `.json`.
    fn named(name: &str) -> Option<Self> {
        let (base, folder) = (names::base(name), names::base(names::folder(name)));
        let plain = base.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
        let published = matches!(folder, "content" | "media");
        Some(match plain {
            "posts" | "reels" | "stories" | "videos" if folder == "past_instagram_insights" => {
                Self::Insights
            }
            "personal_information" => Self::Profile,
            "posts" if published => Self::Posts,
            "reels" | "igtv_videos" if published => Self::Reels,
            "stories" if published => Self::Stories,
            "post_comments" | "reels_comments" => Self::Comments,
            "liked_posts" => Self::Likes,
            "liked_comments" => Self::CommentLikes,
            "followers" if folder == "followers_and_following" => Self::Followers,
            "following" if folder == "followers_and_following" => Self::Following,
            _ => return None,
        })
    }

    /// Whether such a list of Instagram's stands under this key.
    fn is_under(self, key: &str) -> bool {
        match self {
            Self::Profile => key == "profile_user",
            Self::Posts => matches!(key, "ig_posts" | "ig_posts_media"),
            Self::Reels => matches!(key, "ig_reels_media" | "ig_igtv_media"),
            Self::Stories => key == "ig_stories",
            Self::Comments => matches!(key, "comments_media_comments" | "comments_reels_comments"),
            Self::Likes => key == "likes_media_likes",
            Self::CommentLikes => key == "likes_comment_likes",
            Self::Followers => key == "relationships_followers",
            Self::Following => key == "relationships_following",
            Self::Insights => key.starts_with("organic_insights_"),
        }
    }

    /// Whether a member that begins so is Instagram's beyond doubt.
    fn is_telling(self, head: &[u8]) -> bool {
        match meta::first_key(head) {
            Some(key) => self.is_under(key),
            None if self == Self::Posts => {
                meta::is_list_with(head, &["\"media\"", "\"creation_timestamp\""])
            }
            None if self == Self::Comments => meta::is_list_with(head, &["\"string_map_data\""]),
            None if self == Self::Followers => meta::is_list_with(head, &["\"string_list_data\""]),
            None => false,
        }
    }
}

fn file(name: &str) -> Option<File> {
    File::named(name.strip_suffix(".json")?)
}

/// What a file that was brought alone is, by how it begins.
fn single(head: &[u8]) -> Option<File> {
    if meta::begins(head, r#"[{"media":[{""#) {
        return File::Posts.is_telling(head).then_some(File::Posts);
    }
    let key = meta::first_key(head)?;
    File::ALL.into_iter().find(|file| file.is_under(key))
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

/// A page of the same export in its other form.
fn is_page(name: &str) -> bool {
    name.strip_suffix(".html").and_then(File::named).is_some()
}

impl Export for Instagram {
    fn channel(&self) -> Channel {
        Channel::Instagram
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        for (file, member) in files(archive)?.into_iter().take(LOOKED_AT) {
            if archive.name(member).is_empty() || file.is_telling(&archive.head(member, HEAD)?) {
                return Ok(true);
            }
        }
        if early::recognizes(archive)? {
            return Ok(true);
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
        if files.is_empty() && early::recognizes(archive)? {
            return early::read(archive, sink);
        }
        if files.is_empty() {
            return Err(Error::NotAnExport {
                looks: "an Instagram export made of web pages",
                bring: meta::AS_JSON,
            });
        }
        let of = |wanted: File| {
            files.iter().filter(move |(file, _)| *file == wanted).map(|(_, member)| *member)
        };
        let person = match of(File::Profile).next() {
            Some(member) => Some(archive.read(member, json::header::<ProfileFile>)?.person()),
            None => None,
        };
        let account = account(person.as_ref())?;
        let mut insights = Insights::default();
        let learned: Vec<Member> = of(File::Insights).collect();
        archive.read_each(&learned, &mut |open| insights.read(open))?;
        let mut outlet = Outlet::new(Channel::Instagram, layout(archive), account, sink);
        if person.is_none() {
            outlet.warn(meta::NOBODYS);
        }
        let mut reader = Reader::new(person.unwrap_or_default(), insights, outlet);
        let (alone, named): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(_, member)| archive.name(*member).is_empty());
        let named: Vec<Member> = named.into_iter().map(|(_, member)| member).collect();
        archive.read_each(&named, &mut |open| {
            file(&open.name().to_lowercase()).map_or(Ok(()), |file| reader.read(open, file))
        })?;
        for (file, member) in alone {
            archive.read(member, |open| reader.read(open, file))?;
        }
        Ok(reader.finish())
    }
}

fn layout(archive: &Archive<'_>) -> &'static str {
    let new = archive.names().any(|name| name.contains("your_instagram_activity/"));
    if new { "JSON, 2023 and later" } else { "JSON, 2021 to 2023" }
}

/// The account that bears a user name. No two accounts share one.
fn account(person: Option<&Person>) -> Result<Account, Error> {
    let Some(person) = person else {
        return Ok(Account { id: None, handle: "unknown".to_owned(), name: None });
    };
    let handle = person
        .user_name
        .as_deref()
        .filter(|name| words::is_user_name(name))
        .ok_or_else(|| Error::malformed("personal_information.json", "names no account"))?;
    Ok(Account {
        id: Some(format!("https://www.instagram.com/{}", handle.to_ascii_lowercase())),
        handle: handle.to_owned(),
        name: person.name.as_deref().map(excerpt),
    })
}

/// Turns rows into items.
struct Reader<'s> {
    person: Person,
    insights: Insights,
    ordinals: Ordinals,
    outlet: Outlet<'s>,
}

impl<'s> Reader<'s> {
    fn new(person: Person, insights: Insights, outlet: Outlet<'s>) -> Self {
        Self { person, insights, ordinals: Ordinals::default(), outlet }
    }

    fn read(&mut self, open: &mut Open<'_>, file: File) -> Result<(), Error> {
        let wanted = move |key: &str| file.is_under(key);
        let kind = match file {
            File::Profile | File::Insights => return Ok(()),
            File::Comments => {
                return json::lists(open, &wanted, &mut |row| self.comment(&row));
            }
            File::Likes => return self.count("likes_given", open, file),
            File::CommentLikes => return self.count("comment_likes_given", open, file),
            File::Followers => return self.people(Audience::Followers, open, file),
            File::Following => return self.people(Audience::Following, open, file),
            File::Posts => ItemKind::Post,
            File::Reels => ItemKind::Video,
            File::Stories => ItemKind::Story,
        };
        json::lists(open, &wanted, &mut |row: Objects<Publication>| {
            let Some(publication) = row.first() else {
                self.outlet.skip(Skip::Unreadable);
                return Ok(());
            };
            self.publication(kind, publication)
        })
    }

    fn count(&mut self, what: &'static str, open: &mut Open<'_>, file: File) -> Result<(), Error> {
        self.outlet.did(what, length(open, file)?);
        Ok(())
    }

    fn people(&mut self, who: Audience, open: &mut Open<'_>, file: File) -> Result<(), Error> {
        let number = length(open, file)?;
        self.outlet.audience(who, Some(number));
        Ok(())
    }

    fn publication(&mut self, kind: ItemKind, publication: &Publication) -> Result<(), Error> {
        if self.person.is_private {
            self.outlet.skip(Skip::NotPublic);
            return Ok(());
        }
        let written = publication.written(FIRST_POST);
        let mut reactions = Vec::new();
        if let Written::At(second, _) = written {
            reactions = self.insights.of(publication.seconds().chain([second]));
        }
        self.item(kind, written, publication.caption(), reactions)
    }

    fn comment(&mut self, row: &Objects<CommentRow>) -> Result<(), Error> {
        let Some(row) = row.first() else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        let comment = words::comment(row);
        let Some(text) = comment.text else {
            self.outlet.skip(Skip::NoText);
            return Ok(());
        };
        let own = comment.owner.is_some() && comment.owner == self.person.user_name.as_deref();
        let kind = if own { ItemKind::Thread } else { ItemKind::Reply };
        if own && self.person.is_private {
            self.outlet.skip(Skip::NotPublic);
            return Ok(());
        }
        self.item(kind, row.written(FIRST_POST), text, Vec::new())
    }

    fn item(
        &mut self,
        kind: ItemKind,
        written: Written,
        text: &str,
        reactions: Vec<(Signal, u64)>,
    ) -> Result<(), Error> {
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
            reactions,
            heard: Vec::new(),
        };
        Ok(self.outlet.hand_out(item)?)
    }

    fn finish(self) -> Report {
        self.outlet.finish()
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
