//! Flickr: the zips it hands out since 2018, with one JSON file a photo. Only the photos'
//! files, the profile, the lists that are counted, and the candidate's comments are ever opened:
//! mail, testimonials and other people's comments lie next to them. Nothing of other channels
//! here.

mod lists;
mod rows;

use self::rows::{Comment, Photo, Profile};
use super::archive::{Archive, Member, Open, names};
use super::error::Error;
use super::report::{Audience, Outlet, Report, Skip};
use super::seen::Seen;
use super::{Export, Sink, html, json, link};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Account, Item, ItemKind, excerpt};

/// The format of Flickr.
pub(super) struct Flickr;

/// Bytes of a member that tell what it is.
const HEAD: u64 = 16 << 10;
/// Photos that are looked at to recognize the export, and to find out whose it is.
const LOOKED_AT: usize = 8;

impl Export for Flickr {
    fn channel(&self) -> Channel {
        Channel::Flickr
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        let profile = archive.matching(|name| names::base(name) == PROFILE);
        let photos = archive.matching(is_photo);
        let named = profile.into_iter().take(1).chain(photos.into_iter().take(LOOKED_AT));
        for member in named.chain(archive.singles()) {
            if is_flickr(&archive.head(member, HEAD)?) {
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
        let mut photos = archive.matching(is_photo);
        for single in archive.singles() {
            if is_flickr(&archive.head(single, HEAD)?) {
                photos.push(single);
            }
        }
        let profile = profile(archive)?;
        let own = match profile.owner() {
            Some(owner) => owner,
            None => owner(archive, &photos)?.ok_or(Error::Missing { member: PROFILE })?,
        };
        let layout = "JSON, one file a photo";
        let mut outlet = Outlet::new(Channel::Flickr, layout, account(&profile, &own), sink);
        outlet.created(profile.joined());
        let mut reader = Reader { own, outlet, seen: Seen::default() };
        archive.read_each(&photos, &mut |open| reader.file(open))?;
        let comments = archive.matching(|name| rows::is_part(name, "photos_comments"));
        archive.read_each(&comments, &mut |open| {
            lists::elements(open, "comments", &mut |comment| reader.comment(&comment))
        })?;
        let mut outlet = reader.outlet;
        let followers = lists::length(archive, "followers")?;
        let contacts = lists::length(archive, "contacts")?;
        outlet.audience(Audience::Followers, followers);
        outlet.audience(Audience::Following, contacts);
        if followers.or(contacts).is_some() {
            outlet.warn(
                "Flickr lists followers and contacts by their names: those with the same name \
                 count once",
            );
        }
        outlet.audience(Audience::Communities, lists::length(archive, "groups")?);
        if let Some(faves) = lists::length(archive, "faves")? {
            outlet.did("likes_given", faves);
        }
        if photos.is_empty() {
            outlet.warn(
                "the part of the export that has the photos' descriptions is missing; bring all \
                 its parts together",
            );
        }
        Ok(outlet.finish())
    }
}

const PROFILE: &str = "account_profile.json";

/// `photo_<number>.json`.
fn is_photo(name: &str) -> bool {
    let number = names::base(name).strip_prefix("photo_").and_then(|n| n.strip_suffix(".json"));
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a file begins as a profile or as a photo.
fn is_flickr(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let has = |key| text.contains(key);
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        return false;
    }
    let profile = has("\"nsid\"") && (has("\"screen_name\"") || has("\"profile_url\""));
    let photo = has("\"photopage\"") || has("\"date_imported\"") || has("\"count_faves\"");
    has("flickr.com") && (profile || photo && has("\"id\""))
        || photo && has("\"date_imported\"") && has("\"count_views\"")
}

fn profile(archive: &mut Archive<'_>) -> Result<Profile, Error> {
    match archive.find(PROFILE)? {
        Some(member) => archive.read(member, json::document),
        None => Ok(Profile::default()),
    }
}

/// Whose the photos are, by their addresses.
fn owner(archive: &mut Archive<'_>, photos: &[Member]) -> Result<Option<String>, Error> {
    let mut owner = None;
    let some = photos.get(..photos.len().min(LOOKED_AT)).unwrap_or_default();
    archive.read_each(some, &mut |open| {
        match json::document::<Photo>(open) {
            Err(Error::Malformed { .. }) => {}
            photo => owner = owner.take().or(photo?.owner().map(str::to_owned)),
        }
        Ok(())
    })?;
    Ok(owner)
}

fn account(profile: &Profile, own: &str) -> Account {
    let nsid = profile.nsid.get().or(Some(own)).filter(|id| rows::is_nsid(id));
    let screen_name = profile.screen_name.get();
    let alias = Some(own).filter(|own| !rows::is_nsid(own));
    Account {
        id: nsid.map(str::to_owned),
        handle: alias.or(screen_name).unwrap_or(own).to_owned(),
        name: profile.real_name.get().or(screen_name).map(excerpt),
    }
}

/// Turns photos and comments into items.
struct Reader<'s> {
    /// The account's name in addresses.
    own: String,
    outlet: Outlet<'s>,
    /// The numbers of the photos, of those that are not public as well.
    seen: Seen,
}

impl Reader<'_> {
    fn is_own(&self, owner: &str) -> bool {
        owner.eq_ignore_ascii_case(&self.own) || self.outlet.account().id.as_deref() == Some(owner)
    }

    fn file(&mut self, open: &mut Open<'_>) -> Result<(), Error> {
        let photo: Photo = match json::document(open) {
            Err(Error::Malformed { .. }) => {
                self.outlet.skip(Skip::Unreadable);
                return Ok(());
            }
            photo => photo?,
        };
        if photo.is_profile() {
            return Ok(());
        }
        let Some(id) = photo.id.get().filter(|id| id.bytes().all(|b| b.is_ascii_digit())) else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        if !self.seen.is_new(id) {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        }
        let counts = [
            (Signal::Like, photo.count_faves.0),
            (Signal::Reply, photo.comments_by_others(|user| self.is_own(user))),
            (Signal::View, photo.count_views.0),
        ];
        let counts: Vec<_> = counts.into_iter().filter_map(|(s, n)| Some((s, n?))).collect();
        for &(signal, _) in &counts {
            self.outlet.knows(signal);
        }
        if !photo.privacy.get().is_some_and(|word| word.eq_ignore_ascii_case("public")) {
            self.outlet.skip(Skip::NotPublic);
            return Ok(());
        }
        let Some(posted_at) = photo.date_imported.get().and_then(rows::moment) else {
            self.outlet.skip(Skip::ImpossibleDate);
            return Ok(());
        };
        let item = Item {
            id: id.to_owned(),
            kind: if photo.is_video() { ItemKind::Video } else { ItemKind::Photo },
            posted_at,
            text: photo.text(),
            tags: photo.tags(|user| self.is_own(user)),
            language: None,
            url: photo.photopage.get().and_then(link::web),
            reactions: counts,
            heard: photo.heard(|user| self.is_own(user)),
        };
        Ok(self.outlet.hand_out(item)?)
    }

    /// A comment that the candidate wrote.
    fn comment(&mut self, comment: &Comment) -> Result<(), Error> {
        let own_photo = comment.photo_id.get().is_some_and(|id| self.seen.has(id))
            || comment.photo_owner().is_some_and(|owner| self.is_own(owner));
        if own_photo {
            self.outlet.did("comments_on_own_photos", 1);
            return Ok(());
        }
        let text = html::text(comment.text.get().unwrap_or_default());
        let (Some(id), false) = (comment.id(), text.is_empty()) else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        let Some(posted_at) = comment.created.get().and_then(rows::moment) else {
            self.outlet.skip(Skip::ImpossibleDate);
            return Ok(());
        };
        let id = format!("comment:{id}");
        if !self.seen.is_new(&id) {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        }
        let url = comment.address.get().or_else(|| comment.photo_url.get());
        let item = Item {
            id,
            kind: ItemKind::Reply,
            posted_at,
            text,
            tags: Vec::new(),
            language: None,
            url: url.and_then(link::web),
            reactions: Vec::new(),
            heard: Vec::new(),
        };
        Ok(self.outlet.hand_out(item)?)
    }
}
