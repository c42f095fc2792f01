//! Klout's open ontology, turned into a table of ours. Only its three files' form is known here;
//! where they lie is for the command line to know.

mod sensitive;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;

use super::fold::joined;
use super::ontology::{COLUMNS, InvalidOntology, Ontology, is_slug};
use super::words::CommonWords;
use crate::domain::topic::TopicId;

/// Klout's root, which is above its super topics and no topic.
const ROOT: &str = "0";

const HEAD: &str = "\
# Klout's ontology of topics, in the form of the built-in one. Made by `glasklar ontology import`
# from the Klout Topic Ontology of 2018-06-01, (c) Lithium Technologies (Klout), licensed under
# CC BY 3.0, https://creativecommons.org/licenses/by/3.0/; whoever passes this file on must keep
# this notice. Changed: only English and German names; topics of one item became one; topics without
# an item, and those about special categories of personal data, were taken out; names that are
# common words, or names of two topics, are marked as ambiguous.
";

/// Klout's three files, as text.
#[derive(Clone, Copy, Debug)]
pub struct KloutFiles<'t> {
    /// `klout_topic_ontology_DATE.csv`: the topics.
    pub topics: &'t str,
    /// `klout_topic_edge_DATE.csv`: what is below what.
    pub edges: &'t str,
    /// `klout_topic_display_DATE.csv`: names in six languages.
    pub names: &'t str,
}

/// A table made of Klout's files, and what was left out of it.
#[derive(Clone, Debug)]
pub struct KloutTable {
    /// The table.
    pub text: String,
    /// Topics in it.
    pub topics: usize,
    /// Topics left out because they are sensitive.
    pub sensitive: usize,
    /// Topics left out because Klout knew no item of theirs.
    pub without_item: usize,
    /// Topics that became another name of one with the same item.
    pub merged: usize,
}

/// Why Klout's files cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum InvalidKlout {
    /// A file is not what it should be.
    #[error("{0}: {1}; take the file from Klout's open data as it is")]
    File(&'static str, csv::Error),
    /// The table that came out is not valid.
    #[error("the table made of them is wrong: {0}")]
    Table(#[from] InvalidOntology),
}

#[derive(Deserialize)]
struct TopicRow {
    #[serde(rename = "topicId")]
    id: String,
    #[serde(rename = "topicSlug")]
    slug: String,
    #[serde(rename = "topicDisplayName")]
    name: String,
    #[serde(rename = "wikiItemId")]
    item: String,
}

#[derive(Deserialize)]
struct EdgeRow {
    #[serde(rename = "parentTopicId")]
    parent: String,
    #[serde(rename = "childTopicId")]
    child: String,
}

#[derive(Deserialize)]
struct NameRow {
    #[serde(rename = "topicId")]
    id: String,
    language: String,
    #[serde(rename = "topicDisplayName")]
    name: String,
}

/// Makes a table of Klout's files. What `ours` has is kept in any case.
///
/// # Errors
/// When a file has other columns than Klout's, or what they say is no table.
pub fn import_klout(files: KloutFiles<'_>, ours: &Ontology) -> Result<KloutTable, InvalidKlout> {
    let topics: Vec<TopicRow> = read("the file of topics", files.topics)?;
    let edges: Vec<EdgeRow> = read("the file of edges", files.edges)?;
    let names: Vec<NameRow> = read("the file of names", files.names)?;
    let mut parents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for edge in edges.iter().filter(|edge| edge.parent != edge.child) {
        parents.entry(&edge.child).or_default().push(&edge.parent);
    }
    let german = names.iter().filter(|row| row.language == "de");
    let graph = Graph {
        german: german.map(|row| (row.id.as_str(), row.name.as_str())).collect(),
        sensitive: sensitive::find(&topics, &edges, ours),
        parents,
    };
    let kept = graph.kept(&topics);
    let groups = graph.groups(&topics, &kept);
    let text = graph.table(&groups, &kept);
    let check = Ontology::parse(&text)?;
    let count = check.topics().count();
    Ok(KloutTable {
        text,
        topics: count,
        sensitive: graph.sensitive.len(),
        without_item: topics.len() - graph.sensitive.len() - kept.len(),
        merged: kept.len() - count,
    })
}

fn read<T: serde::de::DeserializeOwned>(
    name: &'static str,
    text: &str,
) -> Result<Vec<T>, InvalidKlout> {
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
    rows.collect::<Result<_, _>>().map_err(|error| InvalidKlout::File(name, error))
}

/// What Klout says of its topics, by its ids.
struct Graph<'t> {
    german: BTreeMap<&'t str, &'t str>,
    sensitive: BTreeSet<&'t str>,
    parents: BTreeMap<&'t str, Vec<&'t str>>,
}

/// The topics of one item, as one topic: a super topic first.
struct Group<'t> {
    slug: String,
    rows: Vec<&'t TopicRow>,
}

impl<'t> Graph<'t> {
    /// The topics that stay, with their items.
    fn kept(&self, topics: &'t [TopicRow]) -> BTreeMap<&'t str, TopicId> {
        let stays = |row: &&TopicRow| !self.sensitive.contains(row.id.as_str());
        let item = |row: &'t TopicRow| Some((row.id.as_str(), row.item.parse().ok()?));
        topics.iter().filter(stays).filter_map(item).collect()
    }

    fn is_super(&self, id: &str) -> bool {
        self.parents.get(id).is_some_and(|parents| parents.contains(&ROOT))
    }

    fn groups(
        &self,
        topics: &'t [TopicRow],
        kept: &BTreeMap<&'t str, TopicId>,
    ) -> BTreeMap<TopicId, Group<'t>> {
        let mut groups: BTreeMap<TopicId, Group<'t>> = BTreeMap::new();
        let mut slugs = BTreeSet::new();
        for row in topics {
            let Some(item) = kept.get(row.id.as_str()) else {
                continue;
            };
            let group = groups.entry(*item).or_insert_with(|| {
                let mut slug = slug(&row.slug);
                if !slugs.insert(slug.clone()) || !is_slug(&slug) {
                    slug = format!("q{}", item.number());
                }
                Group { slug, rows: Vec::new() }
            });
            let at = if self.is_super(&row.id) { 0 } else { group.rows.len() };
            group.rows.insert(at, row);
        }
        groups
    }

    /// The nearest topics above that stay.
    fn above(&self, id: &str, kept: &BTreeMap<&'t str, TopicId>) -> BTreeSet<TopicId> {
        let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut open: Vec<&str> = self.parents.get(id).into_iter().flatten().copied().collect();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            match kept.get(id) {
                Some(item) => {
                    found.insert(*item);
                }
                None => open.extend(self.parents.get(id).into_iter().flatten()),
            }
        }
        found
    }

    fn table(
        &self,
        groups: &BTreeMap<TopicId, Group<'t>>,
        kept: &BTreeMap<&'t str, TopicId>,
    ) -> String {
        let words = CommonWords::read();
        let names: BTreeMap<TopicId, [Vec<String>; 2]> =
            groups.iter().map(|(item, group)| (*item, self.names(group))).collect();
        let mut owners: BTreeMap<String, BTreeSet<TopicId>> = BTreeMap::new();
        for (item, both) in &names {
            for name in both.iter().flatten() {
                owners.entry(joined(name)).or_default().insert(*item);
            }
        }
        let mut table = format!("{HEAD}{}\n", COLUMNS.join("\t"));
        for (item, group) in groups {
            let is_field = group.rows.iter().any(|row| self.is_super(&row.id));
            let above: BTreeSet<TopicId> = group
                .rows
                .iter()
                .filter(|_| !is_field)
                .flat_map(|row| self.above(&row.id, kept))
                .filter(|above| above != item)
                .collect();
            let above: Vec<&str> = above
                .iter()
                .filter_map(|above| groups.get(above))
                .map(|group| group.slug.as_str())
                .collect();
            let is_ambiguous = |name: &&String| {
                let joined = joined(name);
                owners.get(&joined).is_some_and(|owners| owners.len() > 1)
                    || (!name.contains(' ') && words.is_common(&joined))
            };
            let Some([english, german]) = names.get(item) else {
                continue;
            };
            let ambiguous: BTreeSet<&str> =
                english.iter().chain(german).filter(is_ambiguous).map(String::as_str).collect();
            let ambiguous: Vec<&str> = ambiguous.into_iter().collect();
            let (first, others) =
                (first(english), |names: &[String]| names.get(1..).unwrap_or_default().join("|"));
            let _ = writeln!(
                table,
                "{item}\t{}\t{}\t{first}\t{}\t{}\t{}\t{}\t",
                group.slug,
                above.join(","),
                self::first(german),
                others(english),
                others(german),
                ambiguous.join("|"),
            );
        }
        table
    }

    /// The English and the German names, each once, the label first. Where Klout has no German
    /// name, the English one is the label.
    fn names(&self, group: &Group<'t>) -> [Vec<String>; 2] {
        let (mut english, mut german) = (Vec::new(), Vec::new());
        for row in &group.rows {
            push(&mut english, &row.name);
            if let Some(name) = self.german.get(row.id.as_str()) {
                push(&mut german, name);
            }
        }
        if english.is_empty() {
            english.push(group.slug.clone());
        }
        if german.is_empty() {
            german.push(first(&english).to_owned());
        }
        [english, german]
    }
}

fn first(names: &[String]) -> &str {
    names.first().map_or("", String::as_str)
}

/// Adds a name, without what separates cells and entries.
fn push(names: &mut Vec<String>, name: &str) {
    let name = name.replace('|', " ");
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if !name.is_empty() && !names.contains(&name) {
        names.push(name);
    }
}

/// Klout's slug as one of ours: letters and digits, and one hyphen between words.
fn slug(theirs: &str) -> String {
    let theirs = theirs.to_lowercase();
    let words = theirs.split(|c: char| !c.is_alphanumeric()).map(joined);
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}
