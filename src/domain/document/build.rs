//! From a score to the lines of its explanation.

use std::collections::BTreeMap;

use super::{
    ChannelLines, Document, FORMAT, ItemEvidence, ItemLines, Items, OtherLines, ScoreLines,
    SignalLines, Subject, TOP_ITEMS,
};
use crate::domain::apportion::apportion;
use crate::domain::evidence::{Channel, Signal};
use crate::domain::model::Model;
use crate::domain::score::{self, Points, Verdict};
use crate::domain::score_name::ScoreName;
use crate::domain::summary::{ChannelSums, SignalSums, Summary, unit_weight};
use crate::domain::time::Day;

/// Sorts the items that are to be shown.
pub(super) fn lists(model: &Model, subject: &Subject<'_>, items: &Items) -> Lists {
    items.iter().map(|(at, items)| (*at, List::new(model, *at, subject, items))).collect()
}

/// The listed items of one signal, largest first, and what is not listed.
pub(super) struct List {
    pub(super) top: Vec<(ItemEvidence, i128)>,
    pub(super) others: Option<(u64, u64, i128)>,
}

pub(super) type Lists = BTreeMap<(Channel, Signal), List>;

impl List {
    fn new(
        model: &Model,
        at: (Channel, Signal),
        subject: &Subject<'_>,
        items: &[ItemEvidence],
    ) -> Self {
        let day = Day::from_number(subject.summary.day);
        let weigh = |item: &ItemEvidence| item_weight(model, at, day, item.posted, item.reactions);
        let mut top: Vec<_> = items.iter().map(|item| (item.clone(), weigh(item))).collect();
        top.sort_by(|(a, wa), (b, wb)| wb.cmp(wa).then_with(|| a.id.cmp(&b.id)));
        let rest = top.split_off(top.len().min(TOP_ITEMS));
        let others = (!rest.is_empty()).then(|| {
            let reactions = rest.iter().map(|(item, _)| item.reactions).sum();
            (rest.len() as u64, reactions, rest.iter().map(|(_, weight)| weight).sum())
        });
        Self { top, others }
    }

    pub(super) fn weight(&self) -> i128 {
        let top: i128 = self.top.iter().map(|(_, weight)| weight).sum();
        top + self.others.map_or(0, |(_, _, weight)| weight)
    }
}

pub(super) fn item_weight(
    model: &Model,
    at: (Channel, Signal),
    day: Day,
    posted: Day,
    reactions: u64,
) -> i128 {
    unit_weight(model, at.0, at.1, day.since(posted)) * i128::from(reactions)
}

fn state(verdict: Verdict) -> (&'static str, Points, Points, Points) {
    match verdict {
        Verdict::Scored { points, low, high } => ("SCORED", points, low, high),
        Verdict::InsufficientEvidence => {
            ("INSUFFICIENT_EVIDENCE", Points::default(), Points::default(), Points::default())
        }
    }
}

pub(super) fn document(model: &Model, subject: &Subject<'_>, lists: &Lists) -> Document {
    let verdict = score::score(model, subject.summary, subject.day);
    let (word, points, low, high) = state(verdict);
    let scored = matches!(verdict, Verdict::Scored { .. });
    let mut parts: BTreeMap<(Channel, Signal), Points> = BTreeMap::new();
    if scored {
        for part in score::contributions(model, subject.summary, subject.day, points) {
            parts.insert((part.channel, part.signal), part.points);
        }
    }
    let name = ScoreName::new(subject.revision, subject.day, model, subject.channels);
    let candidate = subject.candidate.map_or_else(|| "me".to_owned(), |handle| handle.to_string());
    Document {
        format: FORMAT.to_owned(),
        score: ScoreLines {
            name: format!("candidates/{candidate}/scores/{name}"),
            state: word.to_owned(),
            micropoints: points,
            low_micropoints: low,
            high_micropoints: high,
            as_of: subject.day.to_string(),
            revision: subject.revision,
            revision_day: Day::from_number(subject.summary.day).to_string(),
            model: model.version.clone(),
            model_digest: model.digest.to_string(),
            channels: subject.channels.iter().map(|c| c.word().to_owned()).collect(),
            uploaded_permille: score::uploaded_permille(subject.summary),
        },
        baseline_micropoints: if scored { score::baseline(model) } else { Points::default() },
        channels: subject
            .summary
            .channels
            .iter()
            .filter_map(|(number, sums)| {
                let channel = Channel::from_number(*number)?;
                Some(channel_lines(model, subject, (channel, sums), &parts, lists))
            })
            .collect(),
        digest: String::new(),
    }
}

fn channel_lines(
    model: &Model,
    subject: &Subject<'_>,
    (channel, sums): (Channel, &ChannelSums),
    parts: &BTreeMap<(Channel, Signal), Points>,
    lists: &Lists,
) -> ChannelLines {
    let rest = subject.summary.restricted(subject.channels.without(channel));
    let (without_state, without, _, _) = state(score::score(model, &rest, subject.day));
    let mut signals: Vec<Signal> =
        sums.signals.keys().filter_map(|number| Signal::from_number(*number)).collect();
    signals.sort_by_key(|signal| (signal.kind(), *signal));
    let own = parts.iter().filter(|((of, _), _)| *of == channel);
    ChannelLines {
        channel: channel.word().to_owned(),
        micropoints: Points::from_micros(own.map(|(_, points)| points.micros()).sum()),
        without_state: without_state.to_owned(),
        without_micropoints: without,
        items: sums.items,
        reacted_items: sums.reacted_items,
        missing: Summary::missing(channel, sums).map(|signal| signal.word().to_owned()).collect(),
        decay: sums.decay.to_string(),
        decay_squares: sums.decay_squares.to_string(),
        signals: signals
            .into_iter()
            .filter_map(|signal| {
                let points = parts.get(&(channel, signal)).copied().unwrap_or_default();
                let sums = sums.signals.get(&signal.number())?;
                Some(signal_lines(signal, points, sums, lists.get(&(channel, signal))))
            })
            .collect(),
    }
}

fn signal_lines(
    signal: Signal,
    points: Points,
    sums: &SignalSums,
    list: Option<&List>,
) -> SignalLines {
    let (mut top_items, mut other_items) = (Vec::new(), None);
    if let Some(list) = list {
        let mut weights: Vec<i128> = list.top.iter().map(|(_, weight)| *weight).collect();
        weights.extend(list.others.map(|(_, _, weight)| weight));
        let divided = apportion(i64::from(points.micros()), &weights);
        let part = |at: usize| {
            Points::from_micros(divided.get(at).and_then(|p| i32::try_from(*p).ok()).unwrap_or(0))
        };
        top_items.extend(list.top.iter().enumerate().map(|(at, (item, weight))| ItemLines {
            item: item.id.clone(),
            posted: item.posted.to_string(),
            reactions: item.reactions,
            weight: weight.to_string(),
            micropoints: part(at),
            excerpt: item.excerpt.clone(),
            url: item.url.clone(),
        }));
        other_items = list.others.map(|(items, reactions, weight)| OtherLines {
            items,
            reactions,
            weight: weight.to_string(),
            micropoints: part(list.top.len()),
        });
    }
    SignalLines {
        signal: signal.word().to_owned(),
        kind: signal.kind().word().to_owned(),
        micropoints: points,
        reactions: sums.reactions,
        items: sums.items,
        weight: sums.weight.to_string(),
        uploaded: sums.uploaded.to_string(),
        top_items,
        other_items,
    }
}
