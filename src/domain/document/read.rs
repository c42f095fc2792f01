//! From the lines of an explanation back to the evidence in them.

use std::collections::BTreeMap;

use super::build::{self, List, Lists, item_weight};
use super::{ChannelLines, Document, ItemEvidence, SignalLines, Subject};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::model::Model;
use crate::domain::scope::Channels;
use crate::domain::summary::{ChannelSums, SignalSums, Summary};
use crate::domain::time::Day;

/// Takes the evidence of a document and explains it anew.
pub(super) fn recompute(document: &Document, model: &Model) -> Option<Document> {
    let revision_day: Day = document.score.revision_day.parse().ok()?;
    let mut summary = Summary::empty(revision_day);
    let mut lists = Lists::new();
    for lines in &document.channels {
        let channel = Channel::from_word(&lines.channel)?;
        let sums = read_channel(model, revision_day, channel, lines, &mut lists)?;
        summary.channels.insert(channel.number(), sums);
    }
    let channels = document.score.channels.iter().map(|word| Channel::from_word(word));
    let handle = document.score.name.strip_prefix("candidates/")?.split('/').next()?;
    let subject = Subject {
        candidate: if handle == "me" { None } else { Some(handle.parse().ok()?) },
        revision: document.score.revision,
        summary: &summary,
        day: document.score.as_of.parse().ok()?,
        channels: channels.collect::<Option<Channels>>()?,
    };
    Some(build::document(model, &subject, &lists))
}

/// Reads a channel's evidence back. Where items are listed, the sums are taken from them, so a
/// sum that was changed does not agree with what is computed.
fn read_channel(
    model: &Model,
    day: Day,
    channel: Channel,
    lines: &ChannelLines,
    lists: &mut Lists,
) -> Option<ChannelSums> {
    let missing: Vec<Signal> =
        lines.missing.iter().map(|word| Signal::from_word(word)).collect::<Option<_>>()?;
    let known = channel.signals().iter().filter(|signal| !missing.contains(signal));
    let mut sums = ChannelSums {
        items: lines.items,
        reacted_items: lines.reacted_items,
        decay: lines.decay.parse().ok()?,
        decay_squares: lines.decay_squares.parse().ok()?,
        known: known.map(|signal| signal.number()).collect(),
        signals: BTreeMap::new(),
    };
    for lines in &lines.signals {
        let signal = Signal::from_word(&lines.signal)?;
        let mut signal_sums = SignalSums {
            reactions: lines.reactions,
            items: lines.items,
            weight: lines.weight.parse().ok()?,
            uploaded: lines.uploaded.parse().ok()?,
        };
        if !lines.top_items.is_empty() {
            let list = read_list(model, (channel, signal), day, lines)?;
            let others = list.others.unwrap_or_default();
            signal_sums.weight = list.weight();
            signal_sums.items = list.top.len() as u64 + others.0;
            signal_sums.reactions =
                list.top.iter().map(|(item, _)| item.reactions).sum::<u64>() + others.1;
            lists.insert((channel, signal), list);
        }
        sums.signals.insert(signal.number(), signal_sums);
    }
    Some(sums)
}

fn read_list(model: &Model, at: (Channel, Signal), day: Day, lines: &SignalLines) -> Option<List> {
    let top = lines.top_items.iter().map(|lines| {
        let posted: Day = lines.posted.parse().ok()?;
        let weight = item_weight(model, at, day, posted, lines.reactions);
        let item = ItemEvidence {
            id: lines.item.clone(),
            posted,
            reactions: lines.reactions,
            excerpt: lines.excerpt.clone(),
            url: lines.url.clone(),
        };
        Some((item, weight))
    });
    let others = match &lines.other_items {
        Some(other) => Some((other.items, other.reactions, other.weight.parse().ok()?)),
        None => None,
    };
    Some(List { top: top.collect::<Option<_>>()?, others })
}
