//! The topics of a hand-labelled sample, `topics.tsv`, with the built-in ontology: how many that
//! are found are right, and how many that are right are found.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;

use glasklar::domain::item::{Item, ItemKind};
use glasklar::domain::time::Timestamp;
use glasklar::topics::{Matcher, Ontology};

const SAMPLE: &str = include_str!("topics.tsv");
/// What must not get worse. The lower ends of the intervals are what the sample shows; the sample
/// is the project's own, so they say nothing of other people's posts.
const PRECISION_MIN: f64 = 0.90;
const RECALL_MIN: f64 = 0.85;
const POSTS_MIN: usize = 120;

/// A post with its labels.
struct Post<'t> {
    item: Item,
    labels: BTreeSet<&'t str>,
}

fn posts() -> Vec<Post<'static>> {
    let lines = SAMPLE.lines().filter(|line| !line.starts_with('#'));
    lines.map(post).collect()
}

fn post(line: &'static str) -> Post<'static> {
    let [language, labels, tags, text]: [&str; 4] =
        line.split('\t').collect::<Vec<_>>().try_into().unwrap();
    let split = |cell: &'static str, by| cell.split(by).filter(|part: &&str| !part.is_empty());
    let item = Item {
        id: "1".to_owned(),
        kind: ItemKind::Post,
        posted_at: Timestamp::from_micros(0),
        text: text.to_owned(),
        tags: split(tags, '|').map(str::to_owned).collect(),
        language: (language != "-").then(|| language.to_owned()),
        url: None,
        reactions: Vec::new(),
        heard: Vec::new(),
    };
    Post { item, labels: split(labels, ',').collect() }
}

/// A share of so many, with Wilson's 95 % interval.
fn share(right: usize, of: usize) -> (f64, f64, f64) {
    let real = |count: usize| f64::from(u32::try_from(count).unwrap());
    let (n, z) = (real(of), 1.959_964_f64);
    let p = real(right) / n;
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    (p, middle - half, middle + half)
}

#[test]
fn the_sample_finds_the_topics_that_a_reader_found() {
    let ontology = Ontology::built_in().unwrap();
    let matcher = Matcher::new(&ontology);
    let posts = posts();
    assert!(posts.len() >= POSTS_MIN);
    let (mut right, mut wrong, mut missed) = (0, 0, 0);
    let mut report = String::new();
    for post in &posts {
        let found = matcher.assign(&post.item);
        let slug = |id| ontology.topic(id).unwrap().slug.as_str();
        let slugs: BTreeSet<&str> = found.iter().map(|one| slug(one.topic)).collect();
        right += slugs.intersection(&post.labels).count();
        wrong += slugs.difference(&post.labels).count();
        missed += post.labels.difference(&slugs).count();
        for one in found.iter().filter(|one| !post.labels.contains(slug(one.topic))) {
            let causes: Vec<_> = one.causes.iter().map(|cause| &cause.text).collect();
            writeln!(report, "wrong  {} by {causes:?}: {}", slug(one.topic), post.item.text)
                .unwrap();
        }
        for label in post.labels.difference(&slugs) {
            writeln!(report, "missed {label}: {}", post.item.text).unwrap();
        }
    }
    for (what, of, floor) in
        [("precision", right + wrong, PRECISION_MIN), ("recall", right + missed, RECALL_MIN)]
    {
        let (share, low, high) = share(right, of);
        writeln!(report, "{what} {right}/{of} = {share:.3} ({low:.3} to {high:.3})").unwrap();
        assert!(share >= floor, "\n{report}");
    }
    // Past the test harness, which would swallow what a passing test prints.
    std::io::stderr().write_all(format!("\n{report}\n").as_bytes()).unwrap();
}

#[test]
fn every_label_of_the_sample_is_a_topic() {
    let ontology = Ontology::built_in().unwrap();
    let slugs: BTreeSet<&str> = ontology.topics().map(|topic| topic.slug.as_str()).collect();
    for post in posts() {
        let strangers: Vec<_> = post.labels.difference(&slugs).collect();
        assert!(strangers.is_empty(), "{strangers:?}: {}", post.item.text);
    }
}
