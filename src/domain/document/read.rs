//! From the lines of an explanation back to the evidence in them. Whoever brings a document may
//! have written anything into it: every word and number is checked before anything is computed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::build::{self, Parts};
use super::items::{List, Listed, Lists, Others, weights};
use super::{ChannelLines, Document, ItemEvidence, ItemLines, OtherLines, SignalLines, Subject};
use crate::domain::decay::Decays;
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::ItemKind;
use crate::domain::model::Model;
use crate::domain::summary::{ChannelSums, SignalSums, Summary};
use crate::domain::summing::REACTIONS_MAX;
use crate::domain::time::Day;

/// Largest sum that is read: more than a million items with the most reactions have, and small
/// enough that nothing computed from all sums of a document overflows.
const SUM_MAX: i128 = 1 << 92;

/// Largest count that is read: what every reader of JSON keeps.
const COUNT_MAX: u64 = 1 << 53;

/// Most characters of a wrong word that are repeated.
const SHOWN: usize = 60;

/// A word or a number of a document that has no meaning.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` is `{found}`, expected {expected}")]
pub struct Meaningless {
    field: &'static str,
    found: String,
    expected: &'static str,
}

impl Meaningless {
    fn new(field: &'static str, found: &str, expected: &'static str) -> Self {
        Self { field, found: found.chars().take(SHOWN).collect(), expected }
    }
}

/// Takes the evidence of a document and explains it anew.
pub(super) fn recompute(document: &Document, model: &Model) -> Result<Document, Meaningless> {
    let score = &document.score;
    let revision_day = day("revision_day", &score.revision_day)?;
    let mut summary = Summary::empty(revision_day);
    let (mut lists, mut decays) = (Lists::new(), Decays::new(model));
    for lines in &document.channels {
        let channel = channel(&lines.channel)?;
        let list = read_list(&mut decays, channel, revision_day, lines)?;
        let sums = read_channel(channel, lines, &list)?;
        summary.channels.insert(channel.number(), sums);
        if !list.top.is_empty() {
            lists.insert(channel, list);
        }
    }
    let handle = score.name.strip_prefix("candidates/").and_then(|rest| rest.split('/').next());
    let candidate = match handle {
        Some("me") => Some(None),
        Some(handle) => handle.parse().ok().map(Some),
        None => None,
    };
    let name = || Meaningless::new("name", &score.name, "the name of a score");
    let subject = Subject {
        candidate: candidate.ok_or_else(name)?,
        revision: score.revision,
        summary: &summary,
        day: day("as_of", &score.as_of)?,
        channels: score.channels.iter().map(|word| channel(word)).collect::<Result<_, _>>()?,
    };
    let parts = Parts::new(model, &subject);
    Ok(build::document(model, &subject, &parts, &lists))
}

fn channel(word: &str) -> Result<Channel, Meaningless> {
    Channel::from_word(word).ok_or_else(|| Meaningless::new("channel", word, "a channel's word"))
}

fn signal(word: &str) -> Result<Signal, Meaningless> {
    Signal::from_word(word).ok_or_else(|| Meaningless::new("signal", word, "a signal's word"))
}

fn item_kind(word: &str) -> Result<ItemKind, Meaningless> {
    let expected = "the word of a kind of item";
    ItemKind::from_word(word).ok_or_else(|| Meaningless::new("item_kind", word, expected))
}

fn day(field: &'static str, text: &str) -> Result<Day, Meaningless> {
    text.parse().map_err(|_| Meaningless::new(field, text, "a day as YYYY-MM-DD"))
}

fn sum(field: &'static str, sum: i128) -> Result<i128, Meaningless> {
    let fits = Some(sum).filter(|sum| (0..=SUM_MAX).contains(sum));
    fits.ok_or_else(|| Meaningless::new(field, &sum.to_string(), "a whole number from 0 to 2^92"))
}

fn count(field: &'static str, count: u64) -> Result<u64, Meaningless> {
    let fits = Some(count).filter(|count| *count <= COUNT_MAX);
    fits.ok_or_else(|| Meaningless::new(field, &count.to_string(), "a number of at most 2^53"))
}

/// Reads a channel's evidence back. Where items are listed, the sums are taken from them, so a
/// sum that was changed does not agree with what is computed.
fn read_channel(
    channel: Channel,
    lines: &ChannelLines,
    list: &List<'_>,
) -> Result<ChannelSums, Meaningless> {
    let missing: Vec<Signal> =
        lines.missing.iter().map(|word| signal(word)).collect::<Result<_, _>>()?;
    let known = channel.signals().iter().filter(|signal| !missing.contains(signal));
    let mut sums = ChannelSums {
        items: count("items_published", lines.items_published)?,
        reacted_items: count("reacted_items", lines.reacted_items)?,
        decay: sum("decay", lines.decay)?,
        decay_squares: sum("decay_squares", lines.decay_squares)?,
        known: known.map(|signal| signal.number()).collect(),
        signals: BTreeMap::new(),
        peak_item: sum("peak_item", lines.peak_item)?,
        peak_day: sum("peak_day", lines.peak_day)?,
        contradicted: count("contradicted", lines.contradicted)?,
        topics: BTreeMap::new(),
    };
    for lines in &lines.signals {
        let signal = signal(&lines.signal)?;
        sums.signals.insert(signal.number(), read_signal(signal, lines, list)?);
    }
    Ok(sums)
}

fn read_signal(
    signal: Signal,
    lines: &SignalLines,
    list: &List<'_>,
) -> Result<SignalSums, Meaningless> {
    let mut sums = SignalSums {
        reactions: lines.reactions,
        items: lines.items,
        weight: sum("weight", lines.weight)?,
        uploaded: sum("uploaded", lines.uploaded)?,
    };
    if !list.top.is_empty() {
        let mut whole = list.others.get(&signal).copied().unwrap_or_default();
        for (_, reactions, weight) in list.of(signal) {
            whole.items += 1;
            whole.reactions = whole.reactions.saturating_add(reactions);
            whole.weight = whole.weight.saturating_add(weight);
        }
        (sums.items, sums.reactions, sums.weight) = (whole.items, whole.reactions, whole.weight);
        sum("weight", sums.weight)?;
    }
    Ok(sums)
}

fn read_list(
    decays: &mut Decays<'_>,
    channel: Channel,
    day: Day,
    lines: &ChannelLines,
) -> Result<List<'static>, Meaningless> {
    let mut list = List::default();
    for lines in &lines.items {
        let item = read_item(lines)?;
        let weights = weights(decays, channel, day, &item);
        list.top.push(Listed { item: Cow::Owned(item), weights });
    }
    for lines in &lines.signals {
        let Some(OtherLines { items, reactions, weight, .. }) = &lines.other_items else {
            continue;
        };
        let (items, weight) = (count("items", *items)?, sum("weight", *weight)?);
        let others = Others { items, reactions: *reactions, weight };
        list.others.insert(signal(&lines.signal)?, others);
    }
    Ok(list)
}

fn read_item(lines: &ItemLines) -> Result<ItemEvidence, Meaningless> {
    let reaction = |lines: &super::ItemReactionLines| {
        let count = lines.reactions;
        if count > REACTIONS_MAX {
            let found = count.to_string();
            return Err(Meaningless::new("reactions", &found, "at most 10000000000"));
        }
        Ok((signal(&lines.signal)?, count))
    };
    Ok(ItemEvidence {
        id: lines.item.clone(),
        kind: item_kind(&lines.item_kind)?,
        posted: lines.posted,
        reactions: lines.reactions.iter().map(reaction).collect::<Result<_, _>>()?,
        excerpt: lines.excerpt.clone(),
        url: lines.url.clone(),
    })
}
