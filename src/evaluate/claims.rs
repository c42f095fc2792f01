//! Are claims true? What people showed in one part of their answers is compared with the other
//! part: random halves, and the first part of the time against the rest.

use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use super::chance::Chance;
use super::dump::{Dump, Post, Received};
use super::people::{Audiences, Posts, posters};
use super::report::{CLAIMS, Row};
use super::statistics::wilson;
use crate::domain::calibration::ratio;
use crate::domain::time::Day;
use crate::domain::topic::{Rules, Standing, TopicSums};

/// Fewest held-out answers of a person: with fewer, a true claim often finds nothing to show it.
pub(super) const HELD_OUT_MIN: usize = 5;
/// How many of somebody's audience must post about a topic for audience interest.
const AUDIENCE_MIN: usize = 3;
/// Votes by which an answer in the held-out time shows that a claim was true.
const GOOD_VOTES: i32 = 2;
/// Well-received items for a claim, tried for comparison.
const OTHERS: [usize; 5] = [1, 2, 3, 5, 8];

/// A way to make claims.
pub(super) struct Rule {
    pub(super) name: String,
    rules: Rules,
    /// Whether questions count as items too, which they do not in the product.
    questions: bool,
    /// Whether this is what the model does.
    is_the_models: bool,
}

impl Rule {
    pub(super) fn all(options: &Options<'_>) -> Vec<Self> {
        let rules = options.model.topics;
        let named = |name: &str, questions| Self {
            name: name.to_owned(),
            rules,
            questions,
            is_the_models: true,
        };
        let mut all =
            vec![named("the model's rule", false), named("the same, questions too", true)];
        all.extend(OTHERS.map(|items| Self {
            name: format!("{items} or more answers, no window, no days"),
            rules: Rules {
                claim_items: items,
                emerging_items: items,
                claim_days: 1,
                window_days: u32::MAX,
                ..rules
            },
            questions: false,
            is_the_models: false,
        }));
        all
    }

    /// Whether questions are items of this rule too.
    pub(super) const fn counts_questions(&self) -> bool {
        self.questions
    }

    /// What the rule claims for one person, from some of the posts.
    pub(super) fn claims<'d>(&self, dump: &'d Dump, known: &Known<'d>) -> BTreeSet<u32> {
        let mut topics: BTreeMap<u32, TopicSums> = BTreeMap::new();
        let questions = if self.questions { known.questions.as_slice() } else { &[] };
        for post in known.answers.iter().chain(questions) {
            let weight = i128::from((known.received)(post).is_some());
            for tag in (known.about)(dump, post) {
                let sums = topics.entry(*tag).or_default();
                sums.author(&self.rules, known.today, post.day, weight);
            }
        }
        let claimed = |sums: &TopicSums| sums.standing(&self.rules, known.today) == Standing::Claim;
        topics.into_iter().filter(|(_, sums)| claimed(sums)).map(|(tag, _)| tag).collect()
    }
}

/// What is known of a person when claims are made.
pub(super) struct Known<'d> {
    pub(super) answers: Vec<&'d Post>,
    pub(super) questions: Vec<&'d Post>,
    pub(super) received: fn(&Post) -> Received,
    /// Topics of a post: the site's tags, or what the ontology finds.
    pub(super) about: fn(&'d Dump, &'d Post) -> &'d [u32],
    pub(super) today: Day,
}

/// Claims and how they turned out, over all seeds.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    claims: usize,
    right: usize,
    truths: usize,
}

impl Tally {
    pub(super) fn add(&mut self, claims: &BTreeSet<u32>, truths: &BTreeSet<u32>) {
        self.claims += claims.len();
        self.right += claims.intersection(truths).count();
        self.truths += truths.len();
    }

    pub(super) fn precision(self, question: &'static str, name: &str, seeds: usize) -> Row {
        let (right, claims) = (ratio(self.right, seeds), ratio(self.claims, seeds));
        Row::value(question, format!("precision: {name}"), claims, wilson(right, claims))
    }

    pub(super) fn coverage(self, question: &'static str, name: &str, seeds: usize) -> Row {
        let (right, truths) = (ratio(self.right, seeds), ratio(self.truths, seeds));
        let what = format!("true topics that were claimed: {name}");
        Row::value(question, what, truths, wilson(right, truths))
    }
}

/// The tallies of all rules, and of claims from the audience alone.
struct Tallies {
    rules: Vec<(Rule, Tally)>,
    audience: Tally,
}

impl Tallies {
    fn new(options: &Options<'_>) -> Self {
        let rules = Rule::all(options).into_iter().map(|rule| (rule, Tally::default()));
        Self { rules: rules.collect(), audience: Tally::default() }
    }

    fn add<'d>(
        &mut self,
        dump: &'d Dump,
        known: &Known<'d>,
        interests: &BTreeSet<u32>,
        truths: &BTreeSet<u32>,
    ) {
        for (rule, tally) in &mut self.rules {
            tally.add(&rule.claims(dump, known), truths);
        }
        let own: BTreeSet<u32> =
            known.answers.iter().flat_map(|post| dump.tags_of(post)).copied().collect();
        self.audience.add(&interests.difference(&own).copied().collect(), truths);
    }

    fn rows(&self, question: &'static str, seeds: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        for (rule, tally) in &self.rules {
            let precision = tally.precision(question, &rule.name, seeds);
            if rule.is_the_models {
                rows.push(precision.gated(CLAIMS));
                rows.push(tally.coverage(question, &rule.name, seeds));
            } else {
                rows.push(precision);
            }
        }
        rows.push(self.audience.precision(question, "audience interest alone", seeds));
        rows
    }
}

/// Claims from a random half of each person's posts; true if an answer of the other half in the
/// same tag got a vote or was accepted.
pub fn split_halves(dump: &Dump, options: &Options<'_>) -> Vec<Row> {
    let audiences = Audiences::before(dump, Day::from_number(i32::MAX));
    let people: Vec<(Posts<'_>, BTreeSet<u32>)> = posters(dump)
        .into_iter()
        .filter(|(_, posts)| posts.answers.len().div_ceil(2) >= HELD_OUT_MIN)
        .map(|(person, posts)| (posts, audiences.interests(person, AUDIENCE_MIN)))
        .collect();
    let mut tallies = Tallies::new(options);
    for seed in 0..options.seeds {
        let mut chance = Chance::new(seed);
        for (posts, interests) in &people {
            let Posts { mut answers, mut questions } = posts.clone();
            chance.shuffle(&mut answers);
            chance.shuffle(&mut questions);
            let held_out = answers.split_off(answers.len() / 2);
            questions.truncate(questions.len() / 2);
            let received = |post: &Post| post.all;
            let known =
                Known { answers, questions, received, about: Dump::tags_of, today: dump.last };
            let good = |post: &&&Post| post.all.votes > 0 || post.all.accepted;
            let truths: BTreeSet<u32> =
                held_out.iter().filter(good).flat_map(|post| dump.tags_of(post)).copied().collect();
            tallies.add(dump, &known, interests, &truths);
        }
    }
    tallies.rows("claims, split halves", usize::try_from(options.seeds).unwrap_or(usize::MAX))
}

/// Claims from what was there before the cut; true if an answer after it in the same tag got two
/// votes or was accepted. Everybody who posted before the cut counts, also who left.
pub fn time_split(dump: &Dump, options: &Options<'_>) -> Vec<Row> {
    const QUESTION: &str = "claims, time split";
    if !dump.has_votes {
        return vec![Row::undecidable(QUESTION, "precision", "needs Votes.xml")];
    }
    let audiences = Audiences::before(dump, dump.cut);
    let today = Day::from_number(dump.cut.number() - 1);
    let mut tallies = Tallies::new(options);
    for (person, posts) in posters(dump) {
        if !posts.all().any(|post| dump.is_early(post)) {
            continue;
        }
        let (answers, held_out): (Vec<&Post>, Vec<&Post>) =
            posts.answers.iter().partition(|post| dump.is_early(post));
        let questions = posts.questions.iter().filter(|post| dump.is_early(post)).copied();
        let known = Known {
            answers,
            questions: questions.collect(),
            received: |post| post.early,
            about: Dump::tags_of,
            today,
        };
        let good = |post: &&&Post| post.all.votes >= GOOD_VOTES || post.all.accepted;
        let good_ones = held_out.iter().filter(good);
        let truths = good_ones.flat_map(|post| dump.tags_of(post)).copied().collect();
        tallies.add(dump, &known, &audiences.interests(person, AUDIENCE_MIN), &truths);
    }
    tallies.rows(QUESTION, 1)
}
