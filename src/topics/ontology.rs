//! The table of topics: read, checked, and looked up by id. What a text is about is found in
//! `matcher`; nothing here looks at texts.

use std::collections::BTreeMap;

use super::fold::joined;
use crate::crypto;
use crate::domain::topic::TopicId;

/// The ontology that ships with this version.
const BUILT_IN: &str = include_str!("../../ontology/2026.11.tsv");

/// The columns, in the order in which the header names them.
pub(super) const COLUMNS: [&str; 9] =
    ["id", "slug", "parents", "en", "de", "aliases_en", "aliases_de", "ambiguous", "hashtags"];

/// Most topics: a dozen times Klout's. All are held in memory, with every name several times.
const TOPICS_MAX: usize = 100_000;
/// Longest line, in bytes: the longest of ours has 1,200.
const LINE_MAX: usize = 64 * 1024;
/// Most characters of a cell that an error repeats.
const SHOWN: usize = 40;

/// What is wrong with an ontology: the line, the column, and what to change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, {field}: {problem}")]
pub struct InvalidOntology {
    /// The line, from 1.
    pub line: usize,
    /// The column, or `line` where it is about the line as a whole.
    pub field: &'static str,
    /// What is wrong.
    pub problem: String,
}

/// A topic with its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// The Wikidata item that it is.
    pub id: TopicId,
    /// The ontology's own name of it, unique: lower case words with hyphens.
    pub slug: String,
    /// What it is a part of; none for a field.
    pub parents: Vec<TopicId>,
    /// The English label.
    pub english: String,
    /// The German label.
    pub german: String,
    /// Other English names.
    pub english_aliases: Vec<String>,
    /// Other German names.
    pub german_aliases: Vec<String>,
    /// Those of the names that mean other things as well.
    pub ambiguous: Vec<String>,
    /// Tags beyond the names, without `#`.
    pub hashtags: Vec<String>,
}

impl Topic {
    /// The label in German for `de`, in English for everything else.
    pub fn label(&self, language: Option<&str>) -> &str {
        if language == Some("de") { &self.german } else { &self.english }
    }

    /// All English names, the label first.
    pub fn english_names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.english).chain(&self.english_aliases).map(String::as_str)
    }

    /// All German names, the label first.
    pub fn german_names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.german).chain(&self.german_aliases).map(String::as_str)
    }
}

/// A checked table of topics.
#[derive(Clone, Debug)]
pub struct Ontology {
    version: String,
    topics: BTreeMap<TopicId, Topic>,
    fields: BTreeMap<TopicId, Vec<TopicId>>,
}

impl Ontology {
    /// The ontology that ships with this version.
    ///
    /// # Errors
    /// Never with the table as released: a test reads it.
    pub fn built_in() -> Result<Self, InvalidOntology> {
        Self::parse(BUILT_IN)
    }

    /// Reads a table in the form that the head of `ontology/2026.11.tsv` describes.
    ///
    /// # Errors
    /// The first line that is wrong, and its column.
    pub fn parse(text: &str) -> Result<Self, InvalidOntology> {
        let rows = rows(text)?;
        let mut slugs = BTreeMap::new();
        let mut ids = BTreeMap::new();
        for row in &rows {
            if let Some(first) = slugs.insert(row.topic.slug.as_str(), (row.topic.id, row.line)) {
                return Err(row.wrong("slug", format!("is also the slug of line {}", first.1)));
            }
            if let Some(first) = ids.insert(row.topic.id, row.line) {
                return Err(row.wrong("id", format!("is also the id of line {first}")));
            }
        }
        let mut parents = BTreeMap::new();
        for row in &rows {
            let of = |slug: &&str| match slugs.get(slug) {
                Some((id, _)) => Ok(*id),
                None => Err(row.wrong("parents", format!("`{}` is no slug", shown(slug)))),
            };
            let found = row.parents.iter().map(of).collect::<Result<Vec<_>, _>>()?;
            parents.insert(row.topic.id, found);
        }
        let fields = fields(&parents).map_err(|id| InvalidOntology {
            line: ids.get(&id).copied().unwrap_or_default(),
            field: "parents",
            problem: "are in a circle; take one of them out".to_owned(),
        })?;
        let topics = rows.into_iter().map(|row| {
            let parents = parents.remove(&row.topic.id).unwrap_or_default();
            (row.topic.id, Topic { parents, ..row.topic })
        });
        let topics = topics.collect();
        let digest = crypto::sha256(text.as_bytes());
        let version = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { version, topics, fields })
    }

    /// The topic with this id.
    pub fn topic(&self, id: TopicId) -> Option<&Topic> {
        self.topics.get(&id)
    }

    /// All topics, by id.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.topics.values()
    }

    /// The first twelve hexadecimal digits of the table's SHA-256: other bytes, another version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The fields that a topic belongs to: the roots above it, or itself; sorted.
    pub fn fields(&self, id: TopicId) -> &[TopicId] {
        self.fields.get(&id).map_or(&[], Vec::as_slice)
    }
}

/// A line of the table, before its parents are known.
struct Row<'t> {
    line: usize,
    topic: Topic,
    parents: Vec<&'t str>,
}

impl Row<'_> {
    fn wrong(&self, field: &'static str, problem: String) -> InvalidOntology {
        InvalidOntology { line: self.line, field, problem }
    }
}

fn rows(text: &str) -> Result<Vec<Row<'_>>, InvalidOntology> {
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let header = lines.find(|(_, line)| !line.starts_with('#'));
    let (line, header) = header.unwrap_or((text.lines().count() + 1, ""));
    let wrong = |line, problem: String| InvalidOntology { line, field: "line", problem };
    if !header.split('\t').eq(COLUMNS) {
        let problem = format!("must name the columns {}, with tabs between", COLUMNS.join(", "));
        return Err(wrong(line, problem));
    }
    let mut rows = Vec::new();
    for (line, text) in lines {
        if text.len() > LINE_MAX {
            return Err(wrong(line, format!("is longer than {LINE_MAX} bytes")));
        }
        if rows.len() == TOPICS_MAX {
            return Err(wrong(line, format!("is one topic more than {TOPICS_MAX}")));
        }
        let cells: Vec<&str> = text.split('\t').collect();
        let found = cells.len();
        let Ok(cells) = <[&str; COLUMNS.len()]>::try_from(cells) else {
            return Err(wrong(line, format!("has {found} columns, not {}", COLUMNS.len())));
        };
        rows.push(row(line, cells)?);
    }
    if rows.is_empty() { Err(wrong(line + 1, "has no topic".to_owned())) } else { Ok(rows) }
}

fn row(line: usize, cells: [&str; COLUMNS.len()]) -> Result<Row<'_>, InvalidOntology> {
    let [id, slug, parents, english, german, english_aliases, german_aliases, ambiguous, hashtags] =
        cells;
    let wrong = |field, problem: String| InvalidOntology { line, field, problem };
    let Ok(number) = id.parse() else {
        let problem = format!("`{}` is no Wikidata item such as Q13166", shown(id));
        return Err(wrong("id", problem));
    };
    if !is_slug(slug) {
        let problem = format!("`{}` is not lower case words with hyphens", shown(slug));
        return Err(wrong("slug", problem));
    }
    for (field, label) in [("en", english), ("de", german)] {
        if label.trim().is_empty() {
            return Err(wrong(field, "is empty; every topic has a label".to_owned()));
        }
    }
    let topic = Topic {
        id: number,
        slug: slug.to_owned(),
        parents: Vec::new(),
        english: english.to_owned(),
        german: german.to_owned(),
        english_aliases: list(line, "aliases_en", english_aliases)?,
        german_aliases: list(line, "aliases_de", german_aliases)?,
        ambiguous: list(line, "ambiguous", ambiguous)?,
        hashtags: list(line, "hashtags", hashtags)?,
    };
    let names: Vec<_> = topic.english_names().chain(topic.german_names()).map(joined).collect();
    let is_name = |name: &String| names.contains(&joined(name));
    if let Some(stray) = topic.ambiguous.iter().find(|name| !is_name(name)) {
        return Err(wrong("ambiguous", format!("`{}` is no name of the topic", shown(stray))));
    }
    let parents = parents.split(',').filter(|slug| !slug.is_empty()).collect();
    Ok(Row { line, topic, parents })
}

fn list(line: usize, field: &'static str, cell: &str) -> Result<Vec<String>, InvalidOntology> {
    if cell.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = cell.split('|').map(str::to_owned).collect();
    if names.iter().any(|name| name.trim().is_empty()) {
        let problem = "has an empty entry; take a `|` out".to_owned();
        return Err(InvalidOntology { line, field, problem });
    }
    Ok(names)
}

pub(super) fn is_slug(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.split('-').all(is_word)
}

fn shown(cell: &str) -> String {
    cell.chars().filter(|c| !c.is_control()).take(SHOWN).collect()
}

/// The fields of each topic; or a topic that is in a circle or below one.
fn fields(
    parents: &BTreeMap<TopicId, Vec<TopicId>>,
) -> Result<BTreeMap<TopicId, Vec<TopicId>>, TopicId> {
    let mut children: BTreeMap<TopicId, Vec<TopicId>> = BTreeMap::new();
    let mut waits: BTreeMap<TopicId, usize> = BTreeMap::new();
    for (id, above) in parents {
        waits.insert(*id, above.len());
        for parent in above {
            children.entry(*parent).or_default().push(*id);
        }
    }
    let mut free: Vec<TopicId> =
        waits.iter().filter(|(_, above)| **above == 0).map(|(id, _)| *id).collect();
    let mut fields: BTreeMap<TopicId, Vec<TopicId>> = BTreeMap::new();
    while let Some(id) = free.pop() {
        let above = parents.get(&id).map_or(&[][..], Vec::as_slice);
        let mut own: Vec<TopicId> =
            above.iter().filter_map(|parent| fields.get(parent)).flatten().copied().collect();
        if above.is_empty() {
            own.push(id);
        }
        own.sort_unstable();
        own.dedup();
        fields.insert(id, own);
        for child in children.get(&id).map_or(&[][..], Vec::as_slice) {
            if let Some(left) = waits.get_mut(child) {
                *left -= 1;
                if *left == 0 {
                    free.push(*child);
                }
            }
        }
    }
    match parents.keys().find(|id| !fields.contains_key(id)) {
        Some(id) => Err(*id),
        None => Ok(fields),
    }
}
