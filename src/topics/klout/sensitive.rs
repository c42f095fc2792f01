//! Which of Klout's topics are about special categories of personal data, or give them away.

use std::collections::{BTreeMap, BTreeSet};

use super::{EdgeRow, ROOT, TopicRow, slug};
use crate::domain::topic::TopicId;
use crate::topics::ontology::Ontology;

/// Klout's topics that go with everything below them, unless the built-in ontology has the very
/// item: special categories of personal data, and what gives them away. The built-in table's
/// header says what that is.
const SENSITIVE: [&str; 49] = [
    "religion",
    "faith",
    "spirituality",
    "atheism",
    "agnosticism",
    "lgbt-issues",
    "same-sex-marriage",
    "marriage-equality",
    "sexual-health",
    "birth-control",
    "abortion-debate",
    "pregnancy",
    "childbirth",
    "breastfeeding",
    "womens-health",
    "mens-health",
    "politics",
    "activism",
    "socialism",
    "communism",
    "liberalism",
    "democracy",
    "us-presidents",
    "us-first-ladies",
    "heads-of-state",
    "parliament",
    "labor-unions",
    "feminism",
    "immigration",
    "voting",
    "social-justice",
    "diseases",
    "heart-disease",
    "cancer",
    "mental-health",
    "disabilities",
    "blindness",
    "deafness",
    "injuries",
    "migraines",
    "allergies",
    "epilepsy",
    "anxiety",
    "obesity",
    "dyslexia",
    "addiction",
    "autism",
    "alcoholism",
    "medications",
];
/// Beginnings of words that no name of a kept topic has, for what Klout put elsewhere.
const SENSITIVE_WORDS: [&str; 44] = [
    "abortion",
    "addict",
    "adhd",
    "african-american",
    "aids",
    "alzheimer",
    "anglican",
    "atheis",
    "autis",
    "baptist",
    "bible",
    "bisexual",
    "buddhis",
    "cancer",
    "catholic",
    "christianity",
    "church",
    "conservatives",
    "democrats",
    "depression",
    "diabet",
    "disab",
    "disease",
    "disorder",
    "ethnic",
    "gay",
    "gewerkschaft",
    "hindu",
    "hispanic",
    "hiv",
    "islam",
    "jewish",
    "judais",
    "kirche",
    "lesbian",
    "lgbt",
    "muslim",
    "pregnan",
    "refugee",
    "religi",
    "republicans",
    "sexual",
    "theolog",
    "transgender",
];

/// The sensitive topics: by name, or below one.
pub(super) fn find<'t>(
    topics: &'t [TopicRow],
    edges: &'t [EdgeRow],
    ours: &Ontology,
) -> BTreeSet<&'t str> {
    let mut children: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for edge in edges {
        children.entry(&edge.parent).or_default().push(&edge.child);
    }
    let is_named = |row: &&TopicRow| {
        let slug = slug(&row.slug);
        let begins = |word: &&str| format!("-{slug}").contains(&format!("-{word}"));
        SENSITIVE.contains(&slug.as_str()) || SENSITIVE_WORDS.iter().any(|word| begins(&word))
    };
    let mut open: Vec<&str> = topics.iter().filter(is_named).map(|row| row.id.as_str()).collect();
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop() {
        if found.insert(id) {
            open.extend(children.get(id).into_iter().flatten());
        }
    }
    let supers = children.get(ROOT).map_or(&[][..], Vec::as_slice);
    let is_ours =
        |row: &&TopicRow| row.item.parse().is_ok_and(|id: TopicId| ours.topic(id).is_some());
    for row in topics.iter().filter(is_ours) {
        found.remove(row.id.as_str());
    }
    for id in supers {
        found.remove(id);
    }
    found.remove(ROOT);
    let known: BTreeSet<&str> = topics.iter().map(|row| row.id.as_str()).collect();
    found.intersection(&known).copied().collect()
}
