//! The `ActivityPub` documents in a Mastodon export, as far as they are read. Fields that are
//! not named here are skipped without being kept.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::json::{Count, Text};

/// Everybody, in the three spellings that the specification allows (`ActivityPub` 5.6).
const EVERYBODY: [&str; 3] =
    ["https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"];

/// `actor.json`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Actor {
    /// The account's address.
    pub(super) id: Text,
    /// The name in the handle.
    pub(super) preferred_username: Text,
    /// The display name.
    pub(super) name: Text,
    /// When the account was opened, RFC 3339.
    pub(super) published: Text,
}

/// An entry of the outbox.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Activity {
    /// `Create`, `Announce` and others.
    #[serde(rename = "type")]
    pub(super) kind: Text,
    /// Who did it.
    pub(super) actor: Text,
    /// When, RFC 3339.
    pub(super) published: Text,
    /// To whom.
    pub(super) to: Audience,
    /// To whom else.
    pub(super) cc: Audience,
    /// What was created.
    pub(super) object: Object,
}

/// What was created, or nothing if only its address is given.
#[derive(Default)]
pub(super) struct Object(pub(super) Option<Note>);

/// A post.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Note {
    /// `Note`, `Question`, `Article` and others.
    #[serde(rename = "type")]
    pub(super) kind: Text,
    /// Its address, which never changes.
    pub(super) id: Text,
    /// Its page for people.
    pub(super) url: Text,
    /// Who wrote it.
    pub(super) attributed_to: Text,
    /// What it answers.
    pub(super) in_reply_to: Text,
    /// When, RFC 3339.
    pub(super) published: Text,
    /// An article's title.
    pub(super) name: Text,
    /// The text, as HTML.
    pub(super) content: Text,
    to: Audience,
    cc: Audience,
    /// Likes by others, since 4.3.
    pub(super) likes: Count,
    /// Reshares by others, since 4.3.
    pub(super) shares: Count,
    quote: Text,
    quote_uri: Text,
    quote_url: Text,
    tag: Tags,
    content_map: Languages,
}

impl Note {
    /// The hashtags, without `#`.
    pub(super) fn hashtags(&self) -> Vec<String> {
        let tags = self.tag.0.iter().filter(|tag| tag.kind.get() == Some("Hashtag"));
        let names = tags.filter_map(|tag| tag.name.get());
        names.map(|name| name.trim_start_matches('#').to_owned()).collect()
    }

    /// The language, if the text is in only one.
    pub(super) fn language(&self) -> Option<String> {
        let [language] = self.content_map.0.as_slice() else {
            return None;
        };
        Some(language.clone())
    }

    /// Whether it quotes a post: since 4.5, and on other servers before that.
    pub(super) fn quotes_another(&self) -> bool {
        [&self.quote, &self.quote_uri, &self.quote_url].iter().any(|quote| quote.get().is_some())
    }
}

/// What a post is tagged with: hashtags, people, pictures.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Tag {
    #[serde(rename = "type")]
    kind: Text,
    name: Text,
}

/// Tags: a list of them, or one alone.
#[derive(Default)]
struct Tags(Vec<Tag>);

/// The languages in which the text is there.
#[derive(Default)]
struct Languages(Vec<String>);

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AsTags).map(Self)
    }
}

impl<'de> Deserialize<'de> for Languages {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AsLanguages).map(Self)
    }
}

struct AsTags;

impl<'de> Visitor<'de> for AsTags {
    type Value = Vec<Tag>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("tags")
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut tags = Vec::new();
        while let Some(more) = list.next_element::<Tags>()? {
            tags.extend(more.0);
        }
        Ok(tags)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(vec![Tag::deserialize(MapAccessDeserializer::new(map))?])
    }
}

struct AsLanguages;

impl<'de> Visitor<'de> for AsLanguages {
    type Value = Vec<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("texts by language")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut languages = Vec::new();
        while let Some((language, _)) = map.next_entry::<String, IgnoredAny>()? {
            languages.push(language);
        }
        Ok(languages)
    }
}

/// Whether everybody may see a post, on the timelines (`to`) or by its address (`cc`). The
/// activity's own audience decides only where the post names none.
pub(super) fn is_public(note: &Note, to: Audience, cc: Audience) -> bool {
    if note.to.named || note.cc.named {
        note.to.everybody || note.cc.everybody
    } else {
        to.everybody || cc.everybody
    }
}

/// To whom something is addressed, as far as it matters: one name or a list of them.
#[derive(Clone, Copy, Default)]
pub(super) struct Audience {
    everybody: bool,
    named: bool,
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AsAudience)
    }
}

struct AsAudience;

impl<'de> Visitor<'de> for AsAudience {
    type Value = Audience;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an audience")
    }

    fn visit_str<E>(self, name: &str) -> Result<Audience, E> {
        Ok(Audience { everybody: EVERYBODY.contains(&name), named: true })
    }

    fn visit_unit<E>(self) -> Result<Audience, E> {
        Ok(Audience::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Audience, A::Error> {
        let mut audience = Audience { everybody: false, named: true };
        while let Some(name) = list.next_element::<Text>()? {
            audience.everybody |= name.get().is_some_and(|name| EVERYBODY.contains(&name));
        }
        Ok(audience)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AsObject).map(Self)
    }
}

struct AsObject;

impl<'de> Visitor<'de> for AsObject {
    type Value = Option<Note>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object or its address")
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Note::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }
}
