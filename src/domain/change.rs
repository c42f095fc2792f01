//! Why one score differs from another: she changed, time passed, the model changed (promise P7).
//! The three add up to the difference exactly.

use std::collections::BTreeMap;

use super::contribution::contributions;
use super::evidence::Channel;
use super::model::Model;
use super::score::{Points, Pool, Verdict, points, z};
use super::summary::Summary;
use super::time::Day;

/// A score and what it was computed from.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The model.
    pub model: &'a Model,
    /// The day.
    pub day: Day,
    /// The evidence, only of the channels of the score, summed with this side's model.
    pub summary: &'a Summary,
}

impl Side<'_> {
    /// The score, or that there is none.
    pub fn verdict(&self) -> Verdict {
        Pool::of(self.summary).verdict(self.model, self.later())
    }

    fn later(&self) -> u32 {
        self.day.since(Day::from_number(self.summary.day))
    }

    /// What the formula gives, whether or not there is enough evidence for a score.
    fn points(&self) -> Points {
        points(self.model, z(self.model, Pool::of(self.summary).x(self.model, self.later())))
    }
}

/// A difference taken apart, in millionths of a point, each of them of either sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What new, removed or no longer shared evidence changed, by channel.
    pub evidence: BTreeMap<Channel, i64>,
    /// What fading changed.
    pub time: i64,
    /// What another model changed.
    pub model: i64,
}

impl Change {
    /// The whole difference.
    pub fn total(&self) -> i64 {
        self.evidence.values().sum::<i64>() + self.time + self.model
    }
}

/// Takes the difference of two scores apart, the later one last: first time passes over the old
/// evidence, then the evidence changes, then the model does. `meanwhile` is the new evidence summed
/// with the old model. The steps are taken by the formula alone, so that the parts add up even
/// where one of them would fall below the threshold of a score.
pub fn change(from: &Side<'_>, meanwhile: &Summary, to: &Side<'_>) -> Change {
    let faded = Side { day: to.day, ..*from };
    let renewed = Side { summary: meanwhile, ..faded };
    let (faded_points, renewed_points) = (faded.points(), renewed.points());
    let mut evidence: BTreeMap<Channel, i64> = BTreeMap::new();
    for (side, whole, sign) in [(&renewed, renewed_points, 1), (&faded, faded_points, -1)] {
        for part in contributions(side.model, side.summary, side.day, whole) {
            *evidence.entry(part.channel).or_default() += sign * i64::from(part.points.micros());
        }
    }
    evidence.retain(|_, part| *part != 0);
    let micros = |points: Points| i64::from(points.micros());
    Change {
        evidence,
        time: micros(faded_points) - micros(from.points()),
        model: micros(to.points()) - micros(renewed_points),
    }
}
