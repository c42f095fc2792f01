//! From a score to the lines of its explanation.

use std::collections::BTreeMap;

use super::items::{List, Lists, Others};
use super::lines::{
    ChannelLines, CounterfactualLines, Document, DoubtLines, FORMAT, ForecastLines, ItemLines,
    ItemReactionLines, KindLines, OtherLines, ReasonLines, ReferenceLines, ScoreLines, SignalLines,
};
use super::{REASONS, Subject};
use crate::domain::apportion::apportion;
use crate::domain::contribution::{divide as divide_kinds, kinds};
use crate::domain::evidence::{Channel, Kind, Signal};
use crate::domain::model::Model;
use crate::domain::outlook::{Counterfactual, MORE_REACTIONS, counterfactual, forecast};
use crate::domain::score::{self, Points, Pool, Verdict};
use crate::domain::score_name::ScoreName;
use crate::domain::summary::{ChannelSums, SignalSums, Summary};
use crate::domain::time::Day;

/// Items with a reaction from which on it is told that one of them, or one day, carries more than
/// half: with fewer one always stands out.
const DOUBT_ITEMS: u64 = 5;

/// Numbers of signals, from zero on.
const SIGNALS: usize = Signal::ALL.len() + 1;

/// A score and its parts.
pub(super) struct Parts {
    pool: Pool,
    later: u32,
    verdict: Verdict,
    kinds: [Points; 4],
    /// Points and weight of each signal of each channel.
    signals: BTreeMap<(Channel, Signal), (Points, i128)>,
}

impl Parts {
    pub(super) fn new(model: &Model, subject: &Subject<'_>) -> Self {
        let pool = Pool::of(subject.summary);
        let later = subject.day.since(Day::from_number(subject.summary.day));
        let verdict = pool.verdict(model, later);
        let (mut divided, mut signals) = ([Points::default(); 4], BTreeMap::new());
        if let Verdict::Scored { points, .. } = verdict {
            divided = kinds(model, pool.x(model, later), points);
            for part in divide_kinds(subject.summary, divided) {
                let sums = subject.summary.channels.get(&part.channel.number());
                let sums = sums.and_then(|sums| sums.signals.get(&part.signal.number()));
                let weight = sums.map_or(0, |sums| sums.weight);
                signals.insert((part.channel, part.signal), (part.points, weight));
            }
        }
        Self { pool, later, verdict, kinds: divided, signals }
    }

    fn points(&self, channel: Channel, signal: Signal) -> Points {
        self.signals.get(&(channel, signal)).map_or_else(Points::default, |part| part.0)
    }

    /// About how many points a unit of weight of each signal of a channel has, by the signal's
    /// number; one where there is no score. For sorting only.
    #[expect(clippy::cast_precision_loss, reason = "an order does not need every digit")]
    pub(super) fn worth(&self, channel: Channel) -> [f64; SIGNALS] {
        let mut worth = [1.0; SIGNALS];
        for signal in Signal::ALL {
            let part = self.signals.get(&(channel, signal)).filter(|part| part.1 > 0);
            if let Some((points, weight)) = part {
                worth[usize::from(signal.number())] = f64::from(points.micros()) / *weight as f64;
            }
        }
        worth
    }
}

fn state(verdict: Verdict) -> (&'static str, Points, Points, Points) {
    match verdict {
        Verdict::Scored { points, low, high } => ("SCORED", points, low, high),
        Verdict::InsufficientEvidence => {
            ("INSUFFICIENT_EVIDENCE", Points::default(), Points::default(), Points::default())
        }
    }
}

pub(super) fn document(
    model: &Model,
    subject: &Subject<'_>,
    parts: &Parts,
    lists: &Lists<'_>,
) -> Document {
    let scored = matches!(parts.verdict, Verdict::Scored { .. });
    let channels = subject.summary.channels.iter().filter_map(|(number, sums)| {
        let channel = Channel::from_number(*number)?;
        Some(channel_lines(model, parts, (channel, sums), lists.get(&channel)))
    });
    let kind =
        |kind: Kind| KindLines { kind: kind.word().into(), micropoints: parts.kinds[kind.index()] };
    Document {
        format: FORMAT.to_owned(),
        score: score_lines(model, subject, parts.verdict),
        reference: ReferenceLines {
            sample: model.reference.sample.clone(),
            sha256: model.reference.sha256.clone(),
        },
        baseline_micropoints: if scored { score::baseline(model) } else { Points::default() },
        kinds: Kind::ALL.map(kind).to_vec(),
        channels: channels.collect(),
        reasons: reasons(parts),
        counterfactual: counterfactual_lines(model, parts),
        forecast: forecast(model, &parts.pool, parts.later)
            .into_iter()
            .map(|(ahead, verdict)| {
                let (word, micropoints, _, _) = state(verdict);
                let date = subject.day.plus(ahead).to_string();
                ForecastLines { date, state: word.into(), micropoints }
            })
            .collect(),
        doubts: doubts(subject.summary),
        digest: String::new(),
    }
}

fn score_lines(model: &Model, subject: &Subject<'_>, verdict: Verdict) -> ScoreLines {
    let name = ScoreName::new(subject.revision, subject.day, model, subject.channels);
    let candidate = subject.candidate.map_or_else(|| "me".to_owned(), |handle| handle.to_string());
    let (word, points, low, high) = state(verdict);
    ScoreLines {
        name: format!("candidates/{candidate}/scores/{name}"),
        state: word.into(),
        micropoints: points,
        low_micropoints: low,
        high_micropoints: high,
        as_of: subject.day.to_string(),
        revision: subject.revision,
        revision_day: Day::from_number(subject.summary.day).to_string(),
        model: model.version.clone(),
        model_digest: model.digest.to_string(),
        channels: subject.channels.iter().map(|c| c.word().into()).collect(),
        uploaded_permille: score::uploaded_permille(subject.summary),
    }
}

/// The largest contributions of one kind on one channel.
fn reasons(parts: &Parts) -> Vec<ReasonLines> {
    let mut cells: BTreeMap<(Channel, Kind), i32> = BTreeMap::new();
    for ((channel, signal), (points, _)) in &parts.signals {
        *cells.entry((*channel, signal.kind())).or_default() += points.micros();
    }
    let mut cells: Vec<_> = cells.into_iter().filter(|(_, micros)| *micros > 0).collect();
    cells.sort_by_key(|(_, micros)| std::cmp::Reverse(*micros));
    let lines = |((channel, kind), micros): ((Channel, Kind), i32)| ReasonLines {
        channel: channel.word().into(),
        kind: kind.word().into(),
        micropoints: Points::from_micros(micros),
    };
    cells.into_iter().take(REASONS).map(lines).collect()
}

fn counterfactual_lines(model: &Model, parts: &Parts) -> CounterfactualLines {
    let missing = |condition: &'static str, count| CounterfactualLines {
        condition: condition.into(),
        count,
        kind: "".into(),
        micropoints: Points::default(),
    };
    match counterfactual(model, &parts.pool, parts.later) {
        Counterfactual::MoreReactions { kind, points } => CounterfactualLines {
            condition: "MORE_REACTIONS".into(),
            count: u64::from(MORE_REACTIONS),
            kind: kind.word().into(),
            micropoints: points,
        },
        Counterfactual::MoreItems(count) => missing("MORE_ITEMS", count),
        Counterfactual::RecentReactions(count) => missing("RECENT_REACTIONS", count),
    }
}

fn doubts(summary: &Summary) -> Vec<DoubtLines> {
    let mut doubts = Vec::new();
    for (number, sums) in &summary.channels {
        let Some(channel) = Channel::from_number(*number) else { continue };
        let (weight, enough) = (sums.weight(), sums.reacted_items >= DOUBT_ITEMS);
        let one_item = enough && sums.peak_item * 2 > weight;
        let one_day = enough && !one_item && sums.peak_day * 2 > weight;
        let said =
            [("ONE_ITEM", one_item), ("ONE_DAY", one_day), ("CONTRADICTED", sums.contradicted > 0)];
        doubts.extend(said.iter().filter(|(_, holds)| *holds).map(|(doubt, _)| DoubtLines {
            channel: channel.word().into(),
            doubt: (*doubt).into(),
        }));
    }
    doubts
}

fn channel_lines(
    model: &Model,
    parts: &Parts,
    (channel, sums): (Channel, &ChannelSums),
    list: Option<&List<'_>>,
) -> ChannelLines {
    let rest = parts.pool.without(sums).verdict(model, parts.later);
    let (without_state, without, _, _) = state(rest);
    let mut signals: Vec<Signal> =
        sums.signals.keys().filter_map(|number| Signal::from_number(*number)).collect();
    signals.sort_by_key(|signal| (signal.kind(), *signal));
    let own = signals.iter().map(|signal| parts.points(channel, *signal).micros());
    let mut items = list.map(item_lines).unwrap_or_default();
    let lines = signals.iter().filter_map(|signal| {
        let points = parts.points(channel, *signal);
        let others = list.and_then(|list| divide(list, *signal, points, &mut items));
        Some(signal_lines(*signal, points, sums.signals.get(&signal.number())?, others))
    });
    ChannelLines {
        channel: channel.word().into(),
        micropoints: Points::from_micros(own.sum()),
        without_state: without_state.into(),
        without_micropoints: without,
        items_published: sums.items,
        reacted_items: sums.reacted_items,
        missing: Summary::missing(channel, sums).map(|signal| signal.word().into()).collect(),
        decay: sums.decay,
        decay_squares: sums.decay_squares,
        peak_item: sums.peak_item,
        peak_day: sums.peak_day,
        contradicted: sums.contradicted,
        signals: lines.collect(),
        items,
    }
}

/// What the listed items contributed.
pub(super) fn items(parts: &Parts, channel: Channel, list: &List<'_>) -> Vec<ItemLines> {
    let mut items = item_lines(list);
    let mut own: Vec<_> = parts.signals.iter().filter(|((of, _), _)| *of == channel).collect();
    own.sort_by_key(|((_, signal), _)| (signal.kind(), *signal));
    for ((_, signal), (points, _)) in own {
        divide(list, *signal, *points, &mut items);
    }
    items
}

/// The listed items, not yet with their points.
fn item_lines(list: &List<'_>) -> Vec<ItemLines> {
    let lines = list.top.iter().map(|listed| ItemLines {
        item: listed.item.id.clone(),
        item_kind: listed.item.kind.word().into(),
        posted: listed.item.posted,
        micropoints: Points::default(),
        reactions: Vec::with_capacity(listed.item.reactions.len()),
        excerpt: listed.item.excerpt.clone(),
        url: listed.item.url.clone(),
    });
    lines.collect()
}

/// Divides a signal's points over its items; returns the part of those that are not listed.
fn divide(
    list: &List<'_>,
    signal: Signal,
    points: Points,
    items: &mut [ItemLines],
) -> Option<OtherLines> {
    let own: Vec<(usize, u64, i128)> = list.of(signal).collect();
    let others = list.others.get(&signal);
    let mut weights: Vec<i128> = own.iter().map(|(_, _, weight)| *weight).collect();
    weights.extend(others.map(|others| others.weight));
    let divided = apportion(i64::from(points.micros()), &weights);
    let mut divided = divided.into_iter().map(Points::from_part);
    for ((at, reactions, weight), micropoints) in own.into_iter().zip(&mut divided) {
        if let Some(item) = items.get_mut(at) {
            let whole = item.micropoints.micros() + micropoints.micros();
            item.micropoints = Points::from_micros(whole);
            let signal = signal.word().into();
            item.reactions.push(ItemReactionLines { signal, reactions, weight, micropoints });
        }
    }
    others.map(|Others { items, reactions, weight }| OtherLines {
        items: *items,
        reactions: *reactions,
        weight: *weight,
        micropoints: divided.next().unwrap_or_default(),
    })
}

fn signal_lines(
    signal: Signal,
    points: Points,
    sums: &SignalSums,
    other_items: Option<OtherLines>,
) -> SignalLines {
    SignalLines {
        signal: signal.word().into(),
        kind: signal.kind().word().into(),
        micropoints: points,
        reactions: sums.reactions,
        items: sums.items,
        weight: sums.weight,
        uploaded: sums.uploaded,
        other_items,
    }
}
