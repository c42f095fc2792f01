//! Instagram's export of 2018 to 2020: a few flat files with dates as text. `media.json` also
//! lists pictures that were sent in messages; these are passed over.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::Sink;
use super::super::archive::{Archive, names};
use super::super::error::Error;
use super::super::json::{self, Length, List, Objects, Text};
use super::super::meta::{Written, first_key, written};
use super::super::mojibake::{Mended, mend};
use super::super::report::{Audience, Outlet, Report, Skip};
use super::insights::Insights;
use super::rows::Person;
use super::{FIRST_POST, HEAD, Reader, account};
use crate::domain::evidence::Channel;
use crate::domain::item::ItemKind;
use crate::domain::time::Timestamp;

/// The files that tell, and keys that only Instagram has in them.
const TELLING: [(&str, &[&str]); 2] = [
    ("media.json", &["\"taken_at\"", "\"path\""]),
    ("profile.json", &["\"username\"", "\"private_account\""]),
];
/// Most files of a name that are looked at.
const LOOKED_AT: usize = 4;
/// The lists of `media.json`, and what their rows are.
const LISTS: [(&str, ItemKind); 3] =
    [("photos", ItemKind::Post), ("videos", ItemKind::Post), ("stories", ItemKind::Story)];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Profile {
    username: Mended,
    name: Mended,
    private_account: Option<bool>,
    date_joined: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Picture {
    caption: Mended,
    taken_at: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Connections {
    followers: Length,
    following: Length,
}

/// Whether the archive is of this generation.
pub(super) fn recognizes(archive: &mut Archive<'_>) -> Result<bool, Error> {
    Ok(folder(archive)?.is_some())
}

/// The folder in which the files lie. Their names are so plain that other networks have them too.
fn folder(archive: &mut Archive<'_>) -> Result<Option<String>, Error> {
    for (base, words) in TELLING {
        let members = archive.matching(|name| names::base(name) == base);
        for member in members.into_iter().take(LOOKED_AT) {
            let head = archive.head(member, HEAD)?;
            let text = String::from_utf8_lossy(&head);
            if first_key(&head).is_some() && words.iter().all(|word| text.contains(word)) {
                return Ok(Some(names::folder(archive.name(member)).to_lowercase()));
            }
        }
    }
    Ok(None)
}

/// Reads such an archive.
pub(super) fn read(archive: &mut Archive<'_>, sink: &mut Sink<'_>) -> Result<Report, Error> {
    let folder = folder(archive)?.unwrap_or_default();
    let find = |archive: &Archive<'_>, base: &str| {
        let wanted = |name: &str| names::base(name) == base && names::folder(name) == folder;
        archive.matching(wanted).first().copied()
    };
    let profile = find(archive, "profile.json");
    let profile = profile.ok_or(Error::Missing { member: "profile.json" })?;
    let profile: Profile = archive.read(profile, json::header)?;
    let person = Person {
        user_name: profile.username.get().map(str::to_owned),
        name: profile.name.get().map(str::to_owned),
        is_private: profile.private_account == Some(true),
    };
    let outlet =
        Outlet::new(Channel::Instagram, "JSON, 2018 to 2020", account(Some(&person))?, sink);
    let mut reader = Reader::new(person, Insights::default(), outlet);
    if let Written::At(_, at) = dated(&profile.date_joined) {
        reader.outlet.created(Some(at));
    }
    if let Some(media) = find(archive, "media.json") {
        for (list, kind) in LISTS {
            archive.read(media, |open| {
                json::lists(open, &|key| key == list, &mut |row| picture(&mut reader, kind, &row))
            })?;
        }
    }
    if let Some(comments) = find(archive, "comments.json") {
        archive.read(comments, |open| {
            json::lists(open, &|key| key == "media_comments", &mut |row: List<Text>| {
                comment(&mut reader, &row.0)
            })
        })?;
    }
    for (list, what) in [("media_likes", "likes_given"), ("comment_likes", "comment_likes_given")] {
        if let Some(likes) = find(archive, "likes.json") {
            let mut count = 0;
            archive.read(likes, |open| {
                json::lists(open, &|key| key == list, &mut |_: IgnoredAny| {
                    count += 1;
                    Ok(())
                })
            })?;
            reader.outlet.did(what, count);
        }
    }
    if let Some(connections) = find(archive, "connections.json") {
        let connections: Connections = archive.read(connections, json::header)?;
        reader.outlet.audience(Audience::Followers, connections.followers.0);
        reader.outlet.audience(Audience::Following, connections.following.0);
    }
    Ok(reader.finish())
}

fn picture(reader: &mut Reader<'_>, kind: ItemKind, row: &Objects<Picture>) -> Result<(), Error> {
    let Some(picture) = row.first() else {
        reader.outlet.skip(Skip::Unreadable);
        return Ok(());
    };
    if reader.person.is_private {
        reader.outlet.skip(Skip::NotPublic);
        return Ok(());
    }
    let caption = picture.caption.get().unwrap_or_default();
    reader.item(kind, dated(&picture.taken_at), caption, Vec::new())
}

/// A row is a list of the time, the comment, and whose post it is about.
fn comment(reader: &mut Reader<'_>, row: &[Text]) -> Result<(), Error> {
    let [at, text, owner] = row else {
        reader.outlet.skip(Skip::Unreadable);
        return Ok(());
    };
    let text = text.get().map(|text| mend(text.to_owned())).unwrap_or_default();
    if text.trim().is_empty() {
        reader.outlet.skip(Skip::NoText);
        return Ok(());
    }
    let own = owner.get().is_some() && owner.get() == reader.person.user_name.as_deref();
    let kind = if own { ItemKind::Thread } else { ItemKind::Reply };
    if own && reader.person.is_private {
        reader.outlet.skip(Skip::NotPublic);
        return Ok(());
    }
    reader.item(kind, dated(at), text.trim(), Vec::new())
}

/// A date as text, in UTC where it does not say otherwise.
fn dated(text: &Text) -> Written {
    let Some(text) = text.get() else {
        return Written::Missing;
    };
    let parsed = text.parse::<Timestamp>().or_else(|_| format!("{text}Z").parse());
    match parsed {
        Ok(at) => {
            let seconds = at.micros().div_euclid(1_000_000);
            written(&Text(Some(seconds.to_string())), FIRST_POST)
        }
        Err(_) => Written::Impossible,
    }
}
