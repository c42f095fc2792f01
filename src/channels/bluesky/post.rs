//! What is read of a post, out of a repository's block or an answer's JSON, and the item it
//! becomes. No files here.

use minicbor::decode::Error as Broken;
use serde::Deserialize;

use super::cbor;
use super::tid::{self, Dated};
use crate::channels::json::{List, One, Text};
use crate::channels::report::Skip;
use crate::domain::evidence::Signal;
use crate::domain::item::{Item, ItemKind};
use crate::domain::time::Timestamp;

/// The collection of posts.
pub(super) const COLLECTION: &str = "app.bsky.feed.post";
/// What marks a hashtag in a text.
const TAG: &str = "app.bsky.richtext.facet#tag";
/// Most tags and languages of a post that are kept.
const MOST: usize = 100;

/// A post, as far as it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Post {
    text: String,
    created_at: Option<String>,
    languages: Vec<String>,
    /// What it answers; empty if that is not said.
    parent: Option<String>,
    /// What it quotes.
    quoted: Option<String>,
    tags: Vec<String>,
}

impl Post {
    /// Reads a block.
    pub(super) fn from_block(block: &[u8]) -> Option<Self> {
        let mut post = Self::default();
        let read = cbor::fields(block, &mut |value, key| {
            match key {
                "text" => cbor::text(value)?.unwrap_or_default().clone_into(&mut post.text),
                "createdAt" => post.created_at = cbor::text(value)?.map(str::to_owned),
                "langs" => texts(value, &mut post.languages)?,
                "tags" => texts(value, &mut post.tags)?,
                "reply" => {
                    post.parent = Some(String::new());
                    cbor::object(value, &mut |value, key| match key {
                        "parent" => address(value, &mut post.parent),
                        _ => value.skip(),
                    })?;
                }
                "embed" => cbor::object(value, &mut |value, key| match key {
                    "record" => address(value, &mut post.quoted),
                    _ => value.skip(),
                })?,
                "facets" => facets(value, &mut post.tags)?,
                _ => value.skip()?,
            }
            Ok(())
        });
        read.is_ok().then_some(post)
    }

    /// The item, and whether its date was recovered; or why it cannot be one. The key is the
    /// last part of its address.
    pub(super) fn item(
        self,
        did: &str,
        key: &str,
        latest: Option<Timestamp>,
    ) -> Result<(Item, bool), Skip> {
        let (posted_at, recovered) = match tid::dated(key, self.created_at.as_deref(), latest) {
            Dated::AsWritten(at) => (at, false),
            Dated::Recovered(at) => (at, true),
            Dated::Lost => return Err(Skip::ImpossibleDate),
        };
        let kind = self.kind(did);
        let mut tags = Vec::new();
        for tag in &self.tags {
            let tag = tag.trim().trim_start_matches(['#', '＃']);
            if !tags.iter().any(|known| known == tag) {
                tags.push(tag.to_owned());
            }
        }
        let language = match self.languages.as_slice() {
            [language] => Some(language.clone()),
            _ => None,
        };
        let item = Item {
            id: format!("at://{did}/{COLLECTION}/{key}"),
            kind,
            posted_at,
            text: self.text,
            tags,
            language,
            url: Some(format!("https://bsky.app/profile/{did}/post/{key}")),
            reactions: Vec::<(Signal, u64)>::new(),
            heard: Vec::new(),
        };
        Ok((item, recovered))
    }

    /// What it answers, if that is by the same author.
    pub(super) fn own_parent(&self, did: &str) -> Option<&str> {
        self.parent.as_deref().filter(|parent| author(parent) == Some(did))
    }

    fn kind(&self, did: &str) -> ItemKind {
        if self.own_parent(did).is_some() {
            return ItemKind::Thread;
        }
        if self.parent.is_some() {
            return ItemKind::Reply;
        }
        // Feeds, lists and one's own posts are embedded in the same way.
        let quotes =
            |quoted: &str| is_post(quoted) && author(quoted).is_some_and(|author| author != did);
        if self.quoted.as_deref().is_some_and(quotes) { ItemKind::Quote } else { ItemKind::Post }
    }
}

/// The author in an address such as `at://did:plc:abc/app.bsky.feed.post/3kabc`.
fn author(address: &str) -> Option<&str> {
    address.strip_prefix("at://")?.split('/').next()
}

fn is_post(address: &str) -> bool {
    address.split('/').nth(3) == Some(COLLECTION)
}

/// The author and the key of a post's address.
pub(super) fn parts(address: &str) -> Option<(&str, &str)> {
    let mut parts = address.strip_prefix("at://")?.split('/');
    let (author, collection, key) = (parts.next()?, parts.next()?, parts.next()?);
    let plain = |c: char| c.is_ascii_alphanumeric() || "._:~-".contains(c);
    let is_key = (1..=100).contains(&key.len()) && key.chars().all(plain);
    (collection == COLLECTION && is_key && parts.next().is_none()).then_some((author, key))
}

type Decoder<'b> = minicbor::Decoder<'b>;

fn texts(value: &mut Decoder<'_>, found: &mut Vec<String>) -> Result<(), Broken> {
    cbor::list(value, &mut |value| {
        let text = cbor::text(value)?;
        if found.len() < MOST {
            found.extend(text.map(str::to_owned));
        }
        Ok(())
    })
}

/// The address in a reference; where pictures stand beside a quoted post, the reference lies one
/// level deeper.
fn address(value: &mut Decoder<'_>, found: &mut Option<String>) -> Result<(), Broken> {
    cbor::object(value, &mut |value, key| {
        match key {
            "uri" => *found = cbor::text(value)?.map(str::to_owned).or_else(|| found.take()),
            "record" => cbor::object(value, &mut |value, key| {
                match key {
                    "uri" => *found = cbor::text(value)?.map(str::to_owned),
                    _ => value.skip()?,
                }
                Ok(())
            })?,
            _ => value.skip()?,
        }
        Ok(())
    })
}

fn facets(value: &mut Decoder<'_>, tags: &mut Vec<String>) -> Result<(), Broken> {
    cbor::list(value, &mut |value| {
        cbor::object(value, &mut |value, key| match key {
            "features" => cbor::list(value, &mut |value| {
                let (mut kind, mut tag) = (None, None);
                cbor::object(value, &mut |value, key| {
                    match key {
                        "$type" => kind = cbor::text(value)?,
                        "tag" => tag = cbor::text(value)?,
                        _ => value.skip()?,
                    }
                    Ok(())
                })?;
                if kind == Some(TAG) && tags.len() < MOST {
                    tags.extend(tag.map(str::to_owned));
                }
                Ok(())
            }),
            _ => value.skip(),
        })
    })
}

/// A post in an answer's JSON.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Record {
    text: Text,
    created_at: Text,
    langs: List<Text>,
    tags: List<Text>,
    reply: One<ReplyRow>,
    embed: One<Embed>,
    facets: List<One<Facet>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReplyRow {
    parent: One<Reference>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Embed {
    record: One<Quoted>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Quoted {
    uri: Text,
    record: One<Reference>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reference {
    uri: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Facet {
    features: List<One<Feature>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Feature {
    #[serde(rename = "$type")]
    kind: Text,
    tag: Text,
}

impl From<Record> for Post {
    fn from(record: Record) -> Self {
        let texts = |list: &List<Text>| -> Vec<String> {
            list.0.iter().filter_map(Text::get).map(str::to_owned).collect()
        };
        let features = record.facets.objects().flat_map(|facet| facet.features.objects());
        let hashtags = features.filter(|feature| feature.kind.get() == Some(TAG));
        let mut tags = texts(&record.tags);
        tags.extend(hashtags.filter_map(|feature| feature.tag.get()).map(str::to_owned));
        let parent = record.reply.0.map(|reply| reply.parent.0.and_then(|parent| parent.uri.0));
        let quoted = record.embed.0.and_then(|embed| embed.record.0);
        let quoted = quoted.and_then(|quoted| {
            quoted.uri.0.or_else(|| quoted.record.0.and_then(|record| record.uri.0))
        });
        Self {
            languages: texts(&record.langs),
            text: record.text.0.unwrap_or_default(),
            created_at: record.created_at.0,
            parent: parent.map(Option::unwrap_or_default),
            quoted,
            tags,
        }
    }
}
