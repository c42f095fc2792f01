//! What would change a score: time alone, ten more reactions, or what is missing for a score.

use super::evidence::Kind;
use super::model::Model;
use super::score::{Points, Pool, Verdict, points, z};

/// Days ahead for which a score without new activity is told: a month, the mass of an old-style
/// window, a year.
pub const AHEAD_DAYS: [u32; 3] = [30, 90, 365];

/// Reactions of today in a counterfactual: few enough for anybody to imagine.
pub const MORE_REACTIONS: u32 = 10;

/// One honest answer to "what would have to be different?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counterfactual {
    /// So many more reactions of today, of the kind where they change most, would make it this.
    MoreReactions {
        /// The kind.
        kind: Kind,
        /// The score then.
        points: Points,
    },
    /// So many more items with a reaction are missing for a score.
    MoreItems(u64),
    /// So many reactions of today are missing for a score.
    RecentReactions(u64),
}

/// Answers it for a pool, some days after its revision's.
pub fn counterfactual(model: &Model, pool: &Pool, later: u32) -> Counterfactual {
    let x = pool.x(model, later);
    let items = model.reacted_items_min.saturating_sub(pool.reacted_items());
    if items > 0 {
        return Counterfactual::MoreItems(items);
    }
    let mass: f64 = x.iter().sum();
    if mass < model.pooled_reactions_min {
        return Counterfactual::RecentReactions(whole(model.pooled_reactions_min - mass));
    }
    let then = |kind: Kind| {
        let mut more = x;
        more[kind.index()] += f64::from(MORE_REACTIONS);
        points(model, z(model, more))
    };
    let first = (Kind::Curation, then(Kind::Curation));
    let best = Kind::ALL
        .into_iter()
        .map(|kind| (kind, then(kind)))
        .fold(first, |best, other| if other.1 > best.1 { other } else { best });
    Counterfactual::MoreReactions { kind: best.0, points: best.1 }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between nothing and the threshold, which is a positive number of reactions"
)]
fn whole(reactions: f64) -> u64 {
    (libm::ceil(reactions) as u64).max(1)
}

/// What the score will be without new activity, for each of [`AHEAD_DAYS`].
pub fn forecast(model: &Model, pool: &Pool, later: u32) -> [(u32, Verdict); 3] {
    AHEAD_DAYS.map(|ahead| (ahead, pool.verdict(model, later.saturating_add(ahead))))
}
