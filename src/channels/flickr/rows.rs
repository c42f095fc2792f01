//! The files of a Flickr export, as far as they are read. Fields that are not named here are
//! skipped without being kept; places, people and e-mail addresses are among them.

use jiff::fmt::strtime;
use serde::Deserialize;

use super::super::archive::names;
use super::super::json::{Count, List, One, Text};
use super::super::{heard, html};
use crate::domain::item::HEARD;
use crate::domain::time::Timestamp;

/// 2004-02-10T00:00:00Z, when Flickr began.
const FIRST: Timestamp = Timestamp::from_seconds(1_076_371_200);
/// 2100-01-01T00:00:00Z; an export does not say when it was made.
const LAST: Timestamp = Timestamp::from_seconds(4_102_444_800);

/// Whose export it is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Profile {
    /// The account's number: `99999999@N00`.
    pub(super) nsid: Text,
    path_alias: Text,
    #[serde(rename = "profile_url")]
    address: Text,
    /// The name that is shown.
    pub(super) screen_name: Text,
    /// The person's name.
    pub(super) real_name: Text,
    #[serde(alias = "joined_date")]
    join_date: Text,
}

impl Profile {
    /// The account's name in addresses.
    pub(super) fn owner(&self) -> Option<String> {
        let alias = self.path_alias.get().or_else(|| owner(self.address.get()?));
        alias.or_else(|| self.nsid.get()).map(str::to_owned)
    }

    /// When the account was opened.
    pub(super) fn joined(&self) -> Option<Timestamp> {
        let text = self.join_date.get()?;
        moment(text).or_else(|| moment(&format!("{text} 00:00:00")))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tag {
    tag: Text,
    user: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    #[serde(alias = "title")]
    name: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Received {
    user: Text,
    /// HTML.
    comment: Text,
}

/// A photo or a video.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Photo {
    pub(super) id: Text,
    name: Text,
    description: Text,
    pub(super) count_views: Count,
    pub(super) count_faves: Count,
    count_comments: Count,
    /// When it was published, UTC. When it was taken is in the camera's time.
    pub(super) date_imported: Text,
    pub(super) photopage: Text,
    original: Text,
    groups: List<One<Place>>,
    albums: List<One<Place>>,
    tags: List<One<Tag>>,
    pub(super) privacy: Text,
    comments: List<One<Received>>,
    nsid: Text,
}

impl Photo {
    /// Whether the file is the profile, which may come alone as well.
    pub(super) fn is_profile(&self) -> bool {
        self.id.get().is_none() && self.nsid.get().is_some()
    }

    /// The account's name in the address.
    pub(super) fn owner(&self) -> Option<&str> {
        owner(self.photopage.get()?)
    }

    /// The title and the description.
    pub(super) fn text(&self) -> String {
        let title = html::unescape(self.name.get().unwrap_or_default());
        let description = html::text(self.description.get().unwrap_or_default());
        let parts = [title.trim(), description.trim()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
    }

    /// Tags by the author, albums and groups. Tags for machines hold coordinates and the like.
    pub(super) fn tags(&self, is_own: impl Fn(&str) -> bool) -> Vec<String> {
        let own = self.tags.objects().filter(|tag| {
            let by = tag.user.get().map(|user| owner(user).unwrap_or(user));
            by.is_none_or(&is_own)
        });
        let own = own.filter_map(|tag| tag.tag.get());
        let own = own.filter(|tag| !(tag.contains(':') && tag.contains('=')));
        let places = self.albums.objects().chain(self.groups.objects());
        let mut tags: Vec<String> = Vec::new();
        for tag in own.chain(places.filter_map(|place| place.name.get())) {
            let tag = html::unescape(tag);
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags
    }

    /// Whether it is a video, by the name of the original file.
    pub(super) fn is_video(&self) -> bool {
        const VIDEOS: [&str; 12] =
            ["mp4", "mov", "m4v", "avi", "wmv", "mpg", "mpeg", "3gp", "3g2", "ogg", "ogv", "mts"];
        let file = self.original.get().unwrap_or_default();
        let file = file.split(['?', '#']).next().unwrap_or_default();
        let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        ending.is_some_and(|ending| VIDEOS.contains(&ending.as_str()))
    }

    /// What others wrote under it.
    pub(super) fn heard(&self, is_own: impl Fn(&str) -> bool) -> Vec<String> {
        let others = self.comments.objects().filter(|comment| {
            comment.user.get().is_some_and(|user| !is_own(owner(user).unwrap_or(user)))
        });
        others.filter_map(|comment| heard::of_html(comment.comment.get()?)).take(HEARD).collect()
    }

    /// Comments by others: the number counts the candidate's own answers as well, and the list
    /// tells who wrote them.
    pub(super) fn comments_by_others(&self, is_own: impl Fn(&str) -> bool) -> Option<u64> {
        let users = self.comments.objects().filter_map(|comment| comment.user.get());
        let own = users.filter(|user| is_own(owner(user).unwrap_or(user))).count() as u64;
        let listed = self.comments.0.len() as u64;
        let all = self.count_comments.0.or(Some(listed).filter(|&listed| listed > 0))?;
        Some(all.saturating_sub(own))
    }
}

/// A comment that the candidate wrote.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Comment {
    #[serde(rename = "comment_id")]
    number: Text,
    #[serde(rename = "comment_url")]
    pub(super) address: Text,
    pub(super) photo_id: Text,
    pub(super) photo_url: Text,
    /// HTML.
    #[serde(rename = "comment")]
    pub(super) text: Text,
    #[serde(alias = "date")]
    pub(super) created: Text,
}

impl Comment {
    /// Flickr's own id, which the address ends with.
    pub(super) fn id(&self) -> Option<&str> {
        let linked = || Some(self.address.get()?.rsplit_once("#comment")?.1);
        self.number.get().or_else(linked).filter(|id| !id.is_empty() && id.len() <= 100)
    }

    /// Whose photo it is about.
    pub(super) fn photo_owner(&self) -> Option<&str> {
        owner(self.photo_url.get().or_else(|| self.address.get())?)
    }
}

/// `99999999@N00`.
pub(super) fn is_nsid(text: &str) -> bool {
    let parts = text.split_once("@N");
    parts.is_some_and(|(a, b)| [a, b].iter().all(|n| n.bytes().all(|c| c.is_ascii_digit())))
}

/// `ada` of `https://www.flickr.com/photos/ada/123/` and of `…/people/ada/`.
fn owner(address: &str) -> Option<&str> {
    let rest = address.split_once("flickr.com/")?.1;
    let rest = rest.strip_prefix("photos/").or_else(|| rest.strip_prefix("people/"))?;
    rest.split('/').next().filter(|owner| !owner.is_empty() && owner.len() <= 100)
}

/// `stem.json`, or one of its parts: `stem_part001.json`.
pub(super) fn is_part(name: &str, stem: &str) -> bool {
    let rest = names::base(name).strip_prefix(stem).and_then(|rest| rest.strip_suffix(".json"));
    let number = |rest: &str| rest.strip_prefix("_part").map(str::to_owned);
    rest.is_some_and(|rest| {
        rest.is_empty() || number(rest).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// `2020-03-15 18:00:00`, in UTC; `None` for dates at which there was no Flickr.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let parsed = strtime::parse("%Y-%m-%d %H:%M:%S", text)
        .and_then(|parts| parts.to_datetime())
        .and_then(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC))
        .map(|moment| Timestamp::from_micros(moment.timestamp().as_microsecond()))
        .or_else(|_| text.parse());
    parsed.ok().filter(|at| (FIRST..=LAST).contains(at))
}
