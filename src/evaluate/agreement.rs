//! Does a score foretell how what people publish will be received? Scores from before the cut
//! against the votes that came after it, beside plainer numbers from before the cut.

use super::Options;
use super::chance::Chance;
use super::dump::Dump;
use super::intervals::{reading, summary, without_thresholds};
use super::people::posters;
use super::report::Row;
use super::statistics::{Measure, bootstrap, concordance, spearman};
use crate::domain::calibration::ratio;
use crate::domain::time::Day;

/// Most people compared, drawn at random: every pair is, in every drawing of the bootstrap.
const PEOPLE_MAX: usize = 1_000;
/// Begins the drawing of people and of the bootstrap.
const SEED: u64 = 1;

/// What was known of a person before the cut, and the votes that came after.
#[derive(Clone, Copy)]
struct Case {
    score: f64,
    has_score: bool,
    answers: f64,
    votes: f64,
    later: f64,
}

/// Agreement with later votes, for people with a score and for all with any reaction.
pub fn measure(dump: &Dump, options: &Options<'_>) -> Vec<Row> {
    if !dump.has_votes {
        let why = "needs Votes.xml";
        return vec![Row::undecidable("later votes", "agreement", why)];
    }
    let mut cases = cases(dump, options);
    let mut chance = Chance::new(SEED);
    chance.shuffle(&mut cases);
    let scored: Vec<Case> = cases.iter().filter(|case| case.has_score).copied().collect();
    let mut rows = Vec::new();
    for (question, cases) in [("later votes, scored", &scored), ("later votes, anybody", &cases)] {
        let cases = cases.get(..PEOPLE_MAX.min(cases.len())).unwrap_or_default();
        rows.extend(compare(question, cases));
    }
    rows
}

/// A number that might foretell later votes, with its name.
type Guess = (&'static str, fn(&Case) -> f64);

fn compare(question: &'static str, cases: &[Case]) -> Vec<Row> {
    let numbers: [Guess; 3] = [
        ("score", |case| case.score),
        ("number of answers", |case| case.answers),
        ("sum of votes", |case| case.votes),
    ];
    let mut rows = Vec::new();
    for (measure, name) in [
        (concordance as Measure, "pairs in the right order (AUC)"),
        (spearman, "rank correlation (Spearman)"),
    ] {
        for (what, number) in numbers {
            let pairs: Vec<_> = cases.iter().map(|case| (number(case), case.later)).collect();
            let estimate = bootstrap(&pairs, SEED, measure);
            let what = format!("{name}: {what}");
            rows.push(Row::value(question, what, ratio(cases.len(), 1), estimate));
        }
    }
    rows
}

fn cases(dump: &Dump, options: &Options<'_>) -> Vec<Case> {
    let open = without_thresholds(options.model);
    let today = Day::from_number(dump.cut.number() - 1);
    let mut cases = Vec::new();
    for posts in posters(dump).into_values() {
        let early: Vec<_> = posts.all().filter(|post| dump.is_early(post)).collect();
        let evidence = summary(options.model, early.iter().copied(), |post| post.early, today);
        let Some(found) = reading(&open, &evidence, today) else { continue };
        let before: i64 = posts.all().map(|post| i64::from(post.early.votes)).sum();
        let all: i64 = posts.all().map(|post| i64::from(post.all.votes)).sum();
        cases.push(Case {
            score: found.z,
            has_score: reading(options.model, &evidence, today).is_some(),
            answers: ratio(early.iter().filter(|post| post.is_answer()).count(), 1),
            votes: whole(before),
            later: whole(all - before),
        });
    }
    cases
}

#[expect(clippy::cast_precision_loss, reason = "votes of one person, far below 2^52")]
fn whole(votes: i64) -> f64 {
    votes as f64
}
