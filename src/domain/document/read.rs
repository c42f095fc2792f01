//! From the lines of an explanation back to the evidence in them.

use std::collections::BTreeMap;

use super::build::{self, Parts};
use super::items::{List, Listed, Lists, Others, weights};
use super::{ChannelLines, Document, ItemEvidence, ItemLines, OtherLines, Subject};
use crate::domain::decay::Decays;
use crate::domain::evidence::{Channel, Signal};
use crate::domain::model::Model;
use crate::domain::scope::Channels;
use crate::domain::summary::{ChannelSums, SignalSums, Summary};
use crate::domain::time::Day;

/// Takes the evidence of a document and explains it anew.
pub(super) fn recompute(document: &Document, model: &Model) -> Option<Document> {
    let revision_day: Day = document.score.revision_day.parse().ok()?;
    let mut summary = Summary::empty(revision_day);
    let (mut lists, mut decays) = (Lists::new(), Decays::new(model));
    for lines in &document.channels {
        let channel = Channel::from_word(&lines.channel)?;
        let list = read_list(&mut decays, channel, revision_day, lines)?;
        let sums = read_channel(channel, lines, &list)?;
        summary.channels.insert(channel.number(), sums);
        if !list.top.is_empty() {
            lists.insert(channel, list);
        }
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
    let parts = Parts::new(model, &subject);
    Some(build::document(model, &subject, &parts, &lists))
}

/// Reads a channel's evidence back. Where items are listed, the sums are taken from them, so a
/// sum that was changed does not agree with what is computed.
fn read_channel(channel: Channel, lines: &ChannelLines, list: &List) -> Option<ChannelSums> {
    let missing: Vec<Signal> =
        lines.missing.iter().map(|word| Signal::from_word(word)).collect::<Option<_>>()?;
    let known = channel.signals().iter().filter(|signal| !missing.contains(signal));
    let mut sums = ChannelSums {
        items: lines.items_published,
        reacted_items: lines.reacted_items,
        decay: lines.decay,
        decay_squares: lines.decay_squares,
        known: known.map(|signal| signal.number()).collect(),
        signals: BTreeMap::new(),
        peak_item: lines.peak_item,
        peak_day: lines.peak_day,
        contradicted: lines.contradicted,
        topics: BTreeMap::new(),
    };
    for lines in &lines.signals {
        let signal = Signal::from_word(&lines.signal)?;
        let mut signal_sums = SignalSums {
            reactions: lines.reactions,
            items: lines.items,
            weight: lines.weight,
            uploaded: lines.uploaded,
        };
        if !list.top.is_empty() {
            let mut whole = list.others.get(&signal).copied().unwrap_or_default();
            for (_, reactions, weight) in list.of(signal) {
                whole.items += 1;
                whole.reactions = whole.reactions.checked_add(reactions)?;
                whole.weight = whole.weight.checked_add(weight)?;
            }
            (signal_sums.items, signal_sums.reactions) = (whole.items, whole.reactions);
            signal_sums.weight = whole.weight;
        }
        sums.signals.insert(signal.number(), signal_sums);
    }
    Some(sums)
}

fn read_list(
    decays: &mut Decays<'_>,
    channel: Channel,
    day: Day,
    lines: &ChannelLines,
) -> Option<List> {
    let mut list = List::default();
    for lines in &lines.items {
        let item = read_item(lines)?;
        let weights = weights(decays, channel, day, &item);
        list.top.push(Listed { item, weights });
    }
    for lines in &lines.signals {
        let Some(OtherLines { items, reactions, weight, .. }) = &lines.other_items else {
            continue;
        };
        let others = Others { items: *items, reactions: *reactions, weight: *weight };
        list.others.insert(Signal::from_word(&lines.signal)?, others);
    }
    Some(list)
}

fn read_item(lines: &ItemLines) -> Option<ItemEvidence> {
    let reaction = |lines: &super::ItemReactionLines| {
        Some((Signal::from_word(&lines.signal)?, lines.reactions))
    };
    Some(ItemEvidence {
        id: lines.item.clone(),
        kind: lines.item_kind.clone(),
        posted: lines.posted.parse().ok()?,
        reactions: lines.reactions.iter().map(reaction).collect::<Option<_>>()?,
        excerpt: lines.excerpt.clone(),
        url: lines.url.clone(),
    })
}
