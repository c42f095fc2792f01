//! A post of Google+, as far as it is read, and what its fields mean. Fields that are not named
//! here are skipped without being kept.

use jiff::fmt::strtime;
use serde::Deserialize;

use super::super::json::{Flag, List, One, Text};
use super::super::{hashtags, heard, html, link};
use crate::domain::evidence::Signal;
use crate::domain::item::{HEARD, ItemKind};
use crate::domain::time::Timestamp;

/// 2010-02-09T00:00:00Z, when Buzz, whose posts moved to Google+, began.
const FIRST: Timestamp = Timestamp::from_seconds(1_265_673_600);
/// 2023-07-05T00:00:00Z, when Google+ for organizations, called Currents at last, was closed.
const LAST: Timestamp = Timestamp::from_seconds(1_688_515_200);

/// Somebody with a profile.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Person {
    /// The name.
    pub(super) display_name: Text,
    /// The profile's address, which ends with a number or with `+Name`.
    pub(super) profile_page_url: Text,
    /// `users/` and the number.
    pub(super) resource_name: Text,
}

impl Person {
    /// Whether there is anything to tell the person by.
    pub(super) fn is_known(&self) -> bool {
        self.number().is_some() || self.last().is_some() || self.display_name.get().is_some()
    }

    /// The number that only this person has.
    pub(super) fn number(&self) -> Option<&str> {
        let named = self.resource_name.get().and_then(|name| name.strip_prefix("users/"));
        named.or_else(|| self.last()).filter(|last| last.bytes().all(|b| b.is_ascii_digit()))
    }

    /// `+Name`, as it is in links.
    pub(super) fn alias(&self) -> Option<&str> {
        self.last().filter(|last| last.starts_with('+'))
    }

    fn last(&self) -> Option<&str> {
        let (_, last) = self.profile_page_url.get()?.trim_end_matches('/').rsplit_once('/')?;
        Some(last).filter(|last| !last.is_empty() && last.len() <= 200)
    }

    /// Whether both are the same person: by number, by address, at last by name.
    pub(super) fn is(&self, other: &Self) -> bool {
        if let (Some(own), Some(others)) = (self.number(), other.number()) {
            return own == others;
        }
        if let (Some(own), Some(others)) = (self.last(), other.last()) {
            return own == others;
        }
        let (own, others) = (self.display_name.get(), other.display_name.get());
        own.is_some() && own == others
    }

    /// Whether a link leads to something of this person: `https://plus.google.com/+Name/posts/x`.
    pub(super) fn owns(&self, link: &str) -> bool {
        let owners = [self.number(), self.alias()];
        link.split('/').any(|part| owners.contains(&Some(part)))
    }
}

/// Somebody who reacted: Takeout writes the person under one of two names.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reaction {
    #[serde(rename = "plusOner", alias = "resharer", alias = "author")]
    pub(super) person: One<Person>,
    /// What a comment says, as HTML.
    pub(super) content: Text,
}

/// Everybody who reacted in one way. Their number counts, so the list may be long.
pub(super) type Crowd = List<One<Reaction>, 20_000>;

/// A named thing: a collection or a community.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Named {
    pub(super) display_name: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    #[serde(alias = "collection", alias = "community")]
    pub(super) place: One<Named>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Circle {
    #[serde(rename = "type")]
    kind: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Circles {
    circles: List<One<Circle>>,
}

/// For whom a post is.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Audience {
    pub(super) is_public: Flag,
    is_domain_restricted: Flag,
    visible_to_standard_acl: One<Circles>,
    pub(super) collection_acl: One<Place>,
    pub(super) community_acl: One<Place>,
}

/// A picture or a video.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Media {
    pub(super) content_type: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Album {
    media: List<One<Media>>,
}

/// Nothing of the original post is kept.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Original {}

/// A post.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Post {
    pub(super) url: Text,
    pub(super) creation_time: Text,
    pub(super) author: One<Person>,
    /// HTML.
    pub(super) content: Text,
    resource_name: Text,
    activity_id: Text,
    pub(super) media: One<Media>,
    album: One<Album>,
    #[serde(rename = "resharedPost")]
    pub(super) original: One<Original>,
    pub(super) plus_ones: Crowd,
    pub(super) reshares: Crowd,
    pub(super) comments: Crowd,
    #[serde(rename = "postAcl")]
    pub(super) audience: One<Audience>,
}

impl Post {
    /// The end of the post's address: web pages and JSON have it alike.
    pub(super) fn id(&self) -> Option<String> {
        let last = |text: &str| text.trim_end_matches('/').rsplit('/').next().map(str::to_owned);
        let named = self.url.get().filter(|url| url.contains("/posts/")).and_then(last);
        let named = named.or_else(|| self.activity_id.get().map(str::to_owned));
        let named = named.or_else(|| self.resource_name.get().and_then(last));
        named.filter(|id| !id.is_empty() && id.len() <= 200)
    }

    /// Where the post was.
    pub(super) fn link(&self) -> Option<String> {
        link::web(self.url.get()?)
    }

    /// When it was written; `None` if Google+ did not exist then.
    pub(super) fn posted_at(&self) -> Option<Timestamp> {
        moment(self.creation_time.get()?)
    }

    /// Whether it passes on somebody's post.
    pub(super) const fn is_reshare(&self) -> bool {
        self.original.0.is_some()
    }

    /// Whether everybody could see it. A post for everybody in an organization is not public.
    pub(super) fn is_public(&self) -> bool {
        let Some(acl) = &self.audience.0 else {
            return false;
        };
        let circles = acl.visible_to_standard_acl.0.iter().flat_map(|all| all.circles.objects());
        let everybody =
            || circles.into_iter().any(|circle| circle.kind.get() == Some("CIRCLE_TYPE_PUBLIC"));
        acl.is_domain_restricted.0 != Some(true) && acl.is_public.0.unwrap_or_else(everybody)
    }

    /// The text, without the markup.
    pub(super) fn text(&self) -> String {
        html::text(self.content.get().unwrap_or_default())
    }

    /// A post with words is a post, whatever is attached to it.
    pub(super) fn kind(&self, text: &str) -> ItemKind {
        let album = self.album.0.iter().flat_map(|album| album.media.objects());
        match self.media.0.iter().chain(album).next() {
            Some(media) if text.is_empty() => {
                let video = media.content_type.get().is_some_and(|kind| kind.starts_with("video"));
                if video { ItemKind::Video } else { ItemKind::Photo }
            }
            _ => ItemKind::Post,
        }
    }

    /// The hashtags in the text, and the collection or the community it is in.
    pub(super) fn tags(&self, text: &str) -> Vec<String> {
        let acl = self.audience.0.as_ref();
        let places = acl.iter().flat_map(|acl| [&acl.collection_acl, &acl.community_acl]);
        let places = places.filter_map(|place| place.0.as_ref()?.place.0.as_ref());
        let mut tags = hashtags::of(text);
        tags.extend(places.filter_map(|place| place.display_name.get()).map(str::to_owned));
        tags
    }

    /// What others wrote under it.
    pub(super) fn heard(&self, own: &Person) -> Vec<String> {
        let others = self.comments.objects().filter(|comment| {
            let person = comment.person.0.as_ref();
            person.is_some_and(|person| !person.is(own))
        });
        others.filter_map(|comment| heard::of_html(comment.content.get()?)).take(HEARD).collect()
    }

    /// How many others reacted: each list has everybody who did.
    pub(super) fn reactions(&self, own: &Person) -> Vec<(Signal, u64)> {
        let others = |list: &Crowd| {
            let people = list.objects().map(|reaction| reaction.person.0.as_ref());
            people.filter(|person| !person.is_some_and(|person| person.is(own))).count() as u64
        };
        vec![
            (Signal::Like, others(&self.plus_ones)),
            (Signal::Reshare, others(&self.reshares)),
            (Signal::Reply, others(&self.comments)),
        ]
    }
}

/// `2014-03-12 18:22:01+0000`, with any offset; `None` if Google+ did not exist then.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let parsed = strtime::parse("%Y-%m-%d %H:%M:%S%z", text)
        .or_else(|_| strtime::parse("%Y-%m-%d %H:%M:%S:%z", text))
        .and_then(|parts| parts.to_timestamp())
        .map(|at| Timestamp::from_micros(at.as_microsecond()))
        .or_else(|_| text.parse());
    parsed.ok().filter(|&at| existed(at))
}

/// Whether Google+ existed at that time.
pub(super) fn existed(at: Timestamp) -> bool {
    (FIRST..=LAST).contains(&at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_any_offset_and_lie_in_the_network_s_time() {
        let at = |text| moment(text).map(|at| at.to_string());
        assert_eq!(at("2013-06-27 19:20:46-0700").unwrap(), "2013-06-28T02:20:46.000000Z");
        assert_eq!(at("2013-06-27T19:20:46Z").unwrap(), "2013-06-27T19:20:46.000000Z");
        for none in ["1970-01-01 00:00:00+0000", "2031-01-01 00:00:00+0000", "yesterday", ""] {
            assert_eq!(at(none), None, "{none}");
        }
    }
}
