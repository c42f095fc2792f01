//! Which topics an item is about, and what in it says so. Only what is said of the topic itself
//! counts: what is above it in the tree is not claimed by it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::fold::joined;
use super::names::{Here, Names, Reading, Word, is_acronym};
use super::ontology::Ontology;
use super::scan::{Kind, Scan, is_soft};
use super::tags::{TagUse, Tags};
use crate::domain::item::Item;
use crate::domain::topic::TopicId;

/// Most topics of one item: those with the most causes. More would be a list of words.
const TOPICS_MAX: usize = 16;
/// Most causes that are told of one topic.
const CAUSES_MAX: usize = 4;
/// Most characters of a cause that are told.
const CAUSE_CHARACTERS: usize = 60;
/// Most tags of one item that are looked at.
const TAGS_MAX: usize = 256;
/// Most letters of an ambiguous name that is not believed where every word begins with a capital,
/// or where a longer word begins with it.
const SHORT: usize = 3;

/// A topic that an item is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The topic.
    pub topic: TopicId,
    /// What says so: at least one, at most four, each once.
    pub causes: Vec<Cause>,
}

/// What says that an item is about a topic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// Where it stands.
    pub kind: CauseKind,
    /// As it stands in the item, at most 60 characters of it.
    pub text: String,
}

/// Where a cause stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseKind {
    /// In the running text.
    Word,
    /// In the text, behind `#`.
    Hashtag,
    /// Among the item's tags: a category, a community, a tag of a question.
    Tag,
    /// In an address.
    Link,
}

impl CauseKind {
    /// The word in documents.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Hashtag => "hashtag",
            Self::Tag => "tag",
            Self::Link => "link",
        }
    }
}

/// Finds topics. Made once from an ontology; meant to be shared.
#[derive(Debug)]
pub struct Matcher {
    names: Names,
    tags: Tags,
    topics: Vec<TopicId>,
    fields: Vec<Box<[TopicId]>>,
}

/// Something in an item that names a topic.
struct Found<'i> {
    topic: u32,
    kind: CauseKind,
    /// As it stands.
    text: &'i str,
    /// Whether it needs company.
    ambiguous: bool,
}

/// How often a topic was named, and the causes that are told.
type Told<'i> = (usize, Vec<(CauseKind, &'i str)>);

impl Matcher {
    /// Builds the tables of an ontology: some tens of milliseconds for Klout's.
    pub fn new(ontology: &Ontology) -> Self {
        let topics: Vec<_> = ontology.topics().map(|topic| topic.id).collect();
        let fields = topics.iter().map(|id| ontology.fields(*id).into()).collect();
        Self { names: Names::new(ontology), tags: Tags::new(ontology), topics, fields }
    }

    /// The topics of an item, by id: at most sixteen.
    pub fn assign(&self, item: &Item) -> Vec<Assigned> {
        let reading = Reading::of(item.language.as_deref());
        let own = item.url.as_deref();
        let mut found = Vec::new();
        let hashtags = self.in_text(&item.text, reading, own, &mut found);
        let mut tags: Vec<&str> = item.tags.iter().take(TAGS_MAX).map(String::as_str).collect();
        tags.sort_unstable();
        tags.dedup();
        // Most networks list the hashtags of the text among the tags.
        for tag in tags.into_iter().filter(|tag| !hashtags.contains(&joined(tag))) {
            note(&mut found, CauseKind::Tag, tag, self.tags.of_tag(tag));
        }
        if let Some(own) = own {
            note(&mut found, CauseKind::Link, own, &self.tags.of_link(own, Some(own)));
        }
        self.choose(&found)
    }

    /// The topics of a mere text, by id. The language is the primary subtag of BCP 47, if known.
    pub fn assign_text(&self, text: &str, language: Option<&str>) -> Vec<Assigned> {
        let mut found = Vec::new();
        self.in_text(text, Reading::of(language), None, &mut found);
        self.choose(&found)
    }

    /// Notes what a text names; returns its hashtags, joined.
    fn in_text<'i>(
        &self,
        text: &'i str,
        reading: Reading,
        own: Option<&str>,
        found: &mut Vec<Found<'i>>,
    ) -> FxHashSet<String> {
        let (mut scan, mut folded) = (Scan::new(text), String::new());
        let mut hashtags = FxHashSet::default();
        // About as many words of names as a text has.
        let mut words = Vec::with_capacity(text.len() / 10);
        while let Some(piece) = scan.next(&mut folded) {
            let stands = text.get(piece.start..piece.end).unwrap_or_default();
            match piece.kind {
                Kind::Word => {
                    // What neither begins a name nor goes on with one is not kept.
                    if let Some(word) = self.names.word(text, &folded, &piece, reading)
                        && (self.names.may_begin(&word) || follows(text, words.last(), &word))
                    {
                        words.push(word);
                    }
                }
                Kind::Link => {
                    note(found, CauseKind::Link, stands, &self.tags.of_link(stands, own));
                }
                Kind::Hashtag => {
                    note(found, CauseKind::Hashtag, stands, self.tags.of_joined(&folded));
                    hashtags.insert(folded.clone());
                }
            }
        }
        self.in_words(text, &words, reading, found);
        hashtags
    }

    /// Notes the longest name at each word.
    fn in_words<'i>(
        &self,
        text: &'i str,
        words: &[Word],
        reading: Reading,
        found: &mut Vec<Found<'i>>,
    ) {
        let mut rest = words;
        while !rest.is_empty() {
            let here = Here { text, words: rest, reading };
            let Some(longest) = self.names.longest(here) else {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            };
            let (start, end) = here.span(longest.words);
            let stands = text.get(start..end).unwrap_or_default();
            for one in self.names.uses(here, longest) {
                if !(one.ambiguous && is_doubtful(text, start, stands)) {
                    let (topic, ambiguous) = (one.topic, one.ambiguous);
                    found.push(Found { topic, kind: CauseKind::Word, text: stands, ambiguous });
                }
            }
            rest = rest.get(longest.words..).unwrap_or_default();
        }
    }

    /// Drops what has no company, and keeps the topics with the most causes.
    fn choose(&self, found: &[Found<'_>]) -> Vec<Assigned> {
        let mut clear: Vec<u32> =
            found.iter().filter(|one| !one.ambiguous).map(|one| one.topic).collect();
        clear.sort_unstable();
        clear.dedup();
        let company: FxHashSet<TopicId> = clear
            .iter()
            .filter_map(|topic| self.fields.get(*topic as usize))
            .flatten()
            .copied()
            .collect();
        let has_company = |topic: u32| {
            let fields = self.fields.get(topic as usize);
            fields.is_some_and(|fields| fields.iter().any(|field| company.contains(field)))
        };
        let mut topics: FxHashMap<u32, Told<'_>> = FxHashMap::default();
        for one in found.iter().filter(|one| !one.ambiguous || has_company(one.topic)) {
            let (count, causes) = topics.entry(one.topic).or_default();
            *count += 1;
            let is_known = |(kind, text): &(CauseKind, &str)| {
                *kind == one.kind && text.eq_ignore_ascii_case(one.text)
            };
            if causes.len() < CAUSES_MAX && !causes.iter().any(is_known) {
                causes.push((one.kind, one.text));
            }
        }
        let mut order: Vec<_> = topics.into_iter().collect();
        order.sort_unstable_by_key(|(topic, (count, _))| (std::cmp::Reverse(*count), *topic));
        order.truncate(TOPICS_MAX);
        order.sort_unstable_by_key(|(topic, _)| *topic);
        let assigned = order.into_iter().filter_map(|(topic, (_, causes))| {
            let cause = |(kind, text): (CauseKind, &str)| Cause {
                kind,
                text: text.chars().take(CAUSE_CHARACTERS).collect(),
            };
            let topic = *self.topics.get(topic as usize)?;
            Some(Assigned { topic, causes: causes.into_iter().map(cause).collect() })
        });
        assigned.collect()
    }
}

fn note<'i>(found: &mut Vec<Found<'i>>, kind: CauseKind, text: &'i str, uses: &[TagUse]) {
    for one in uses {
        found.push(Found { topic: one.topic, kind, text, ambiguous: one.ambiguous });
    }
}

/// Whether a word can go on with the name that the last one is in.
#[inline]
fn follows(text: &str, last: Option<&Word>, word: &Word) -> bool {
    last.is_some_and(|last| is_soft(text.get(last.end..word.start).unwrap_or("\n")))
}

/// Whether an ambiguous name of few letters stands where even company does not make it clear: `Go`
/// at the beginning of a sentence is the verb, and `Go-Live` is another word. (The compounds of a
/// name that are about its topic are names of their own.)
fn is_doubtful(text: &str, start: usize, stands: &str) -> bool {
    if stands.chars().count() > SHORT {
        return false;
    }
    let after = text.get(start + stands.len()..).unwrap_or_default();
    let mut after = after.chars();
    if after.next() == Some('-') && after.next().is_some_and(char::is_alphanumeric) {
        return true;
    }
    let before = text.get(..start).unwrap_or_default().chars().rev().find(|c| *c != ' ');
    let begins = before.is_none_or(|c| !c.is_alphanumeric() && !is_within_sentence(c));
    begins && !is_acronym(stands)
}

const fn is_within_sentence(c: char) -> bool {
    matches!(c, ',' | ';' | '-' | '/' | '(' | '&' | '+' | '„' | '“' | '"' | '\'' | '’' | '»' | '«')
}
