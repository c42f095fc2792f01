//! Hashtags, categories and other tags, and the links that name a topic. Running text is read in
//! `names`.

use rustc_hash::FxHashMap;

use super::fold::joined;
use super::inflection::Inflection;
use super::ontology::{Ontology, Topic};
use super::words::CommonWords;

/// Longest tag that is looked at, in bytes: the longest name of a topic has some 70.
const TAG_MAX: usize = 128;
/// Most parts of a link's path that are looked at.
const PARTS: usize = 12;

/// What stands before a tag in the path of a page about everything with that tag.
const MARKERS: [&str; 10] = [
    "tag",
    "tags",
    "tagged",
    "category",
    "categories",
    "topic",
    "topics",
    "thema",
    "kategorie",
    "schlagwort",
];
/// Domains whose second level is the name of a project more often than of a trade. `com` is not
/// here: `banking.com` is some firm, and on `wordpress.com` people write about anything.
const DOMAINS: [&str; 2] = ["org", "dev"];
/// Sites on such a domain where the page that is linked to is about anything.
const PLACES: [&str; 6] =
    ["archive", "mastodon", "openstreetmap", "wikidata", "wikimedia", "wikipedia"];

/// A tag as a tag of one topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TagUse {
    /// The place of the topic in the ontology's order.
    pub(super) topic: u32,
    /// Whether it also means something else.
    pub(super) ambiguous: bool,
}

/// The topics by their tags.
#[derive(Debug)]
pub(super) struct Tags {
    inflection: Inflection,
    /// By the joined form: the place of the tag's uses.
    places: FxHashMap<Box<str>, u32>,
    uses: Vec<Vec<TagUse>>,
}

impl Tags {
    pub(super) fn new(ontology: &Ontology) -> Self {
        let words = CommonWords::read();
        let mut tags =
            Self { inflection: Inflection::new(), places: FxHashMap::default(), uses: Vec::new() };
        for (topic, at) in ontology.topics().zip(0..) {
            for tag in &topic.hashtags {
                tags.add(tag, TagUse { topic: at, ambiguous: false });
            }
            for name in topic.english_names().chain(topic.german_names()) {
                tags.add(name, TagUse { topic: at, ambiguous: is_vague(topic, name, &words) });
            }
            tags.add(
                &topic.slug,
                TagUse { topic: at, ambiguous: is_vague(topic, &topic.slug, &words) },
            );
        }
        for uses in &mut tags.uses {
            let clear = uses.iter().filter(|one| !one.ambiguous).count();
            // A tag of two topics says of neither that it is meant.
            for one in uses {
                one.ambiguous |= clear > 1;
            }
        }
        tags
    }

    fn add(&mut self, name: &str, one: TagUse) {
        let next = u32::try_from(self.uses.len()).unwrap_or(u32::MAX);
        let at = *self.places.entry(joined(name).into()).or_insert(next) as usize;
        if at == self.uses.len() {
            self.uses.push(Vec::new());
        }
        if let Some(uses) = self.uses.get_mut(at) {
            match uses.iter_mut().find(|known| known.topic == one.topic) {
                Some(known) => known.ambiguous &= one.ambiguous,
                None => uses.push(one),
            }
        }
    }

    /// The topics of a tag as it stands.
    pub(super) fn of_tag(&self, tag: &str) -> &[TagUse] {
        if tag.len() > TAG_MAX { &[] } else { self.of_joined(&joined(tag)) }
    }

    /// The topics of a tag in its joined form, or of the one that it is the plural of.
    pub(super) fn of_joined(&self, tag: &str) -> &[TagUse] {
        if tag.is_empty() || tag.len() > TAG_MAX {
            return &[];
        }
        let find = |base: &str| self.places.get(base).copied();
        let place = find(tag)
            .or_else(|| self.inflection.english(tag, find))
            .or_else(|| self.inflection.german(tag, find));
        let uses = place.and_then(|place| self.uses.get(place as usize));
        uses.map_or(&[], Vec::as_slice)
    }

    /// The topics that a link names: by a page of everything with one tag, or by the home of a
    /// project. `own` is the item's own address: where something was published says nothing of
    /// what it is about, so of it and of links to the same site only the path counts.
    pub(super) fn of_link(&self, link: &str, own: Option<&str>) -> Vec<TagUse> {
        let (host, path) = split(link);
        let mut found = Vec::new();
        let elsewhere = own.is_some_and(|own| !split(own).0.eq_ignore_ascii_case(host));
        if elsewhere || own.is_none() {
            found.extend_from_slice(self.of_host(host));
        }
        let mut parts = path.split(['/', '?', '#']).take(PARTS);
        while let Some(part) = parts.next() {
            if MARKERS.iter().any(|marker| part.eq_ignore_ascii_case(marker))
                && let Some(tag) = parts.next()
            {
                found.extend_from_slice(self.of_tag(tag));
            }
        }
        found
    }

    fn of_host(&self, host: &str) -> &[TagUse] {
        let host = host.to_ascii_lowercase();
        let Some((rest, domain)) = host.rsplit_once('.') else {
            return &[];
        };
        let name = rest.rsplit('.').next().unwrap_or_default();
        if !DOMAINS.contains(&domain) || PLACES.contains(&name) {
            return &[];
        }
        self.of_tag(name)
    }
}

/// Whether a tag that is this name is no clearer than the name in running text.
fn is_vague(topic: &Topic, name: &str, words: &CommonWords) -> bool {
    let name = joined(name);
    topic.ambiguous.iter().any(|known| joined(known) == name) && words.is_vague_tag(&name)
}

/// The host of an address, without `www.` and what signs in there, and what stands behind it.
fn split(link: &str) -> (&str, &str) {
    let rest = link.split_once("://").map_or(link, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let host = host.rsplit('@').next().unwrap_or(host);
    let host = host.split(':').next().unwrap_or(host);
    (host.strip_prefix("www.").unwrap_or(host), path)
}
