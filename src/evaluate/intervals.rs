//! Do intervals hold what they say? The items of real people are split at random, and each half
//! is scored: the two must not differ by more than both intervals allow together.

use super::Options;
use super::chance::Chance;
use super::dump::{Dump, Post, Received};
use super::people::posters;
use super::report::{INTERVALS, Row};
use super::statistics::wilson;
use crate::domain::calibration::ratio;
use crate::domain::evidence::Channel;
use crate::domain::model::Model;
use crate::domain::score::{self, Points, Verdict};
use crate::domain::summary::Summary;
use crate::domain::summing::{Observed, Summing};
use crate::domain::time::Day;

/// Numbers of items with a reaction, and how a group is called.
const GROUPS: [(usize, usize, &str); 4] = [
    (3, 9, "3 to 9 items"),
    (10, 29, "10 to 29 items"),
    (30, 99, "30 to 99 items"),
    (100, usize::MAX, "100 items and more"),
];

/// A person's reading: where on the scale, and how wide.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// `z`.
    pub z: f64,
    /// Half the interval's width, in the same units.
    pub half_width: f64,
}

/// The same model that scores however little evidence there is.
pub fn without_thresholds(model: &Model) -> Model {
    let mut open = model.clone();
    open.reacted_items_min = 1;
    // Not zero: nobody's evidence stays without a score.
    open.pooled_reactions_min = f64::MIN_POSITIVE;
    open
}

/// The evidence in some posts, as the channel would tell it.
pub fn summary<'p>(
    model: &Model,
    posts: impl Iterator<Item = &'p Post>,
    received: fn(&Post) -> Received,
    today: Day,
) -> Summary {
    let mut summing = Summing::new(model, today);
    for post in posts {
        summing.add(&Observed {
            channel: Channel::StackExchange,
            posted: post.day,
            reactions: &received(post).reactions(),
            contradicted: false,
            about: &[],
            heard: &[],
        });
    }
    summing.finish()
}

/// Reads `z` and the width back from a score and its upper end.
pub fn reading(model: &Model, summary: &Summary, day: Day) -> Option<Reading> {
    let Verdict::Scored { points, high, .. } = score::score(model, summary, day) else {
        return None;
    };
    let logit = |points: Points| {
        let share = f64::from(points.micros()) / 1e8;
        libm::log(share / (1.0 - share))
    };
    let z = (logit(points) - model.a) / model.b;
    let half_width = (logit(high) - logit(points)) / model.b;
    // At the very top of the scale nothing can be read back.
    (z.is_finite() && half_width.is_finite()).then_some(Reading { z, half_width })
}

/// Shares of people whose halves agree, by number of items and for those who would get a score.
pub fn measure(dump: &Dump, options: &Options<'_>) -> Vec<Row> {
    let open = without_thresholds(options.model);
    let all = |post: &Post| post.all;
    let mut groups = [(0, 0); GROUPS.len()];
    let (mut scored, mut scored_covered) = (0, 0);
    for posts in posters(dump).into_values() {
        let reacted: Vec<&Post> = posts.all().filter(|post| post.all.is_some()).collect();
        let items = reacted.len();
        let group = GROUPS.iter().position(|(low, high, _)| (*low..=*high).contains(&items));
        let Some(group) = group.and_then(|at| groups.get_mut(at)) else { continue };
        let whole = summary(options.model, posts.all(), all, dump.last);
        let has_score = reading(options.model, &whole, dump.last).is_some();
        for seed in 0..options.seeds {
            let Some(agree) = halves_agree(&open, &reacted, seed, dump.last) else { continue };
            group.0 += 1;
            group.1 += usize::from(agree);
            scored += usize::from(has_score);
            scored_covered += usize::from(has_score && agree);
        }
    }
    let seeds = usize::try_from(options.seeds).unwrap_or(usize::MAX);
    let row = |what: &str, (cases, covered): (usize, usize)| {
        let (cases, covered) = (ratio(cases, seeds), ratio(covered, seeds));
        Row::value("interval, split halves", what, cases, wilson(covered, cases))
    };
    let mut rows = vec![row("everybody with a score", (scored, scored_covered)).gated(INTERVALS)];
    rows.extend(GROUPS.iter().zip(groups).map(|((_, _, what), counts)| row(what, counts)));
    rows
}

/// Whether two random halves differ by no more than both widths allow; `None` where a half's
/// evidence has faded away.
fn halves_agree(open: &Model, reacted: &[&Post], seed: u64, today: Day) -> Option<bool> {
    let mut shuffled = reacted.to_vec();
    Chance::new(seed).shuffle(&mut shuffled);
    let (first, second) = shuffled.split_at(shuffled.len() / 2);
    let read = |half: &[&Post]| {
        reading(open, &summary(open, half.iter().copied(), |post| post.all, today), today)
    };
    let (first, second) = (read(first)?, read(second)?);
    let joint = libm::hypot(first.half_width, second.half_width);
    Some((first.z - second.z).abs() <= joint)
}
