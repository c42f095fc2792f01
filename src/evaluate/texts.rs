//! Finding topics in texts, measured: are the topics that the built-in ontology finds in somebody's
//! answers those that others wrote into the question, and do claims made of them come true?

use std::collections::BTreeSet;

use quick_xml::events::BytesStart;

use super::Options;
use super::chance::Chance;
use super::claims::{HELD_OUT_MIN, Known, Rule, Tally};
use super::dump::{Dump, pick};
use super::people::{Posts, posters};
use super::report::{CLAIMS, Row};
use super::statistics::wilson;
use crate::channels::html;
use crate::domain::calibration::ratio;
use crate::domain::item::{Item, ItemKind};
use crate::domain::time::Timestamp;
use crate::topics::{Assigned, InvalidOntology, Matcher, Ontology};

/// Finds topics in the rows of a dump.
#[derive(Debug)]
pub struct Finder(Matcher);

impl Finder {
    /// With the ontology that ships.
    pub fn built_in() -> Result<Self, InvalidOntology> {
        Ok(Self(Matcher::new(&Ontology::built_in()?)))
    }

    /// Topics in the title and the text of a row, without its tags. Nobody says which language a
    /// site is in, so words of any language count, as for an export that does not tell.
    pub(super) fn in_row(&self, row: &BytesStart<'_>) -> Box<[u32]> {
        let texts = pick(row, ["Title", "Body"]).map(|text| {
            let text = text.unwrap_or_default();
            html::text(&html::unescape(&String::from_utf8_lossy(&text)))
        });
        numbers(&self.0.assign_text(&texts.join("\n\n"), None))
    }

    /// Topics that tags name.
    pub(super) fn in_tags(&self, tags: &BTreeSet<String>) -> Box<[u32]> {
        let item = Item {
            id: String::new(),
            kind: ItemKind::Question,
            posted_at: Timestamp::from_micros(0),
            text: String::new(),
            tags: tags.iter().cloned().collect(),
            language: None,
            url: None,
            reactions: Vec::new(),
            heard: Vec::new(),
        };
        numbers(&self.0.assign(&item))
    }
}

fn numbers(assigned: &[Assigned]) -> Box<[u32]> {
    assigned.iter().map(|one| one.topic.number()).collect()
}

const QUESTION: &str = "topics in texts";

/// What the ontology finds in answers, against what others wrote.
pub fn measure(dump: &Dump, options: &Options<'_>) -> Vec<Row> {
    if options.finder.is_none() {
        return vec![Row::undecidable(QUESTION, "precision", "no ontology was given")];
    }
    vec![confirmed(dump), claims(dump, options)]
}

/// Topics found in the text of an answer that the question, by somebody else, names too: in its
/// text or by its tags. An answer may well be about more, so this is less than the precision.
fn confirmed(dump: &Dump) -> Row {
    let (mut found, mut named) = (0, 0);
    for answer in &dump.posts {
        let question = answer.question.and_then(|at| dump.posts.get(at as usize));
        let Some(question) = question.filter(|question| question.owner != answer.owner) else {
            continue;
        };
        let asked = |topic: &&u32| {
            question.found.contains(topic) || dump.named_of(question).contains(topic)
        };
        found += answer.found.len();
        named += answer.found.iter().filter(asked).count();
    }
    let (named, found) = (ratio(named, 1), ratio(found, 1));
    Row::value(QUESTION, "found in answers, and the question says so", found, wilson(named, found))
}

/// Claims by the model's rule from the texts of half of somebody's answers; true if a tag, which
/// whoever asked or edited chose, names the topic above a well-received answer of the other half.
fn claims(dump: &Dump, options: &Options<'_>) -> Row {
    let rules = Rule::all(options);
    let mut tally = Tally::default();
    let Some(rule) = rules.iter().find(|rule| !rule.counts_questions()) else {
        return Row::undecidable(QUESTION, "precision", "the model has no rule");
    };
    let people: Vec<Posts<'_>> = posters(dump)
        .into_values()
        .filter(|posts| posts.answers.len().div_ceil(2) >= HELD_OUT_MIN)
        .collect();
    // Topics that no tag of this site names could never be confirmed.
    let nameable: BTreeSet<u32> =
        dump.posts.iter().flat_map(|post| dump.named_of(post)).copied().collect();
    for seed in 0..options.seeds {
        let mut chance = Chance::new(seed);
        for posts in &people {
            let mut answers = posts.answers.clone();
            chance.shuffle(&mut answers);
            let held_out = answers.split_off(answers.len() / 2);
            let known = Known {
                answers,
                questions: Vec::new(),
                received: |post| post.all,
                about: |_, post| &post.found,
                today: dump.last,
            };
            let claimed = rule.claims(dump, &known);
            let good = held_out.iter().filter(|post| post.all.votes > 0 || post.all.accepted);
            let truths = good.flat_map(|post| dump.named_of(post)).copied().collect();
            tally.add(&claimed.intersection(&nameable).copied().collect(), &truths);
        }
    }
    let seeds = usize::try_from(options.seeds).unwrap_or(usize::MAX);
    tally.precision(QUESTION, "claims from texts, told by tags", seeds).gated(CLAIMS)
}
