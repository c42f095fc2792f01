//! Which items are listed one by one, and what the others are together.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::build::Parts;
use super::{ItemEvidence, Items, Subject, TOP_ITEMS};
use crate::domain::decay::Decays;
use crate::domain::evidence::{Channel, Signal};
use crate::domain::model::Model;
use crate::domain::time::Day;

/// An item with the weight of each of its reactions.
pub(super) struct Listed<'i> {
    pub(super) item: Cow<'i, ItemEvidence>,
    pub(super) weights: Vec<i128>,
}

/// Items that are not listed, of one signal.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Others {
    pub(super) items: u64,
    pub(super) reactions: u64,
    pub(super) weight: i128,
}

/// The listed items of one channel, largest first, and what is not listed.
#[derive(Default)]
pub(super) struct List<'i> {
    pub(super) top: Vec<Listed<'i>>,
    pub(super) others: BTreeMap<Signal, Others>,
}

pub(super) type Lists<'i> = BTreeMap<Channel, List<'i>>;

/// Sorts the items that are to be shown.
pub(super) fn lists<'i>(
    model: &Model,
    subject: &Subject<'_>,
    parts: &Parts,
    items: &'i Items,
) -> Lists<'i> {
    let mut decays = Decays::new(model);
    let day = Day::from_number(subject.summary.day);
    let list = |(channel, items): (&Channel, &'i Vec<ItemEvidence>)| {
        (*channel, List::new(&mut decays, day, (parts, *channel), (items, TOP_ITEMS)))
    };
    items.iter().map(list).collect()
}

/// Sorts all items of a channel.
pub(super) fn all<'i>(
    model: &Model,
    subject: &Subject<'_>,
    at: (&Parts, Channel),
    items: &'i [ItemEvidence],
) -> List<'i> {
    let day = Day::from_number(subject.summary.day);
    List::new(&mut Decays::new(model), day, at, (items, items.len()))
}

/// The weight of each of an item's reactions, as in the sums of its revision.
pub(super) fn weights(
    decays: &mut Decays<'_>,
    channel: Channel,
    day: Day,
    item: &ItemEvidence,
) -> Vec<i128> {
    let age = day.since(item.posted);
    let weight = |(signal, count): &(Signal, u64)| {
        decays.reaction(channel, *signal, age) * i128::from(*count)
    };
    item.reactions.iter().map(weight).collect()
}

/// About how many points an item has.
#[expect(clippy::cast_precision_loss, reason = "an order does not need every digit")]
fn value(
    decays: &mut Decays<'_>,
    (channel, worth): (Channel, &[f64]),
    day: Day,
    item: &ItemEvidence,
) -> f64 {
    let age = day.since(item.posted);
    let part = |(signal, count): &(Signal, u64)| {
        let unit = decays.unit(channel, *signal, age);
        let worth = worth.get(usize::from(signal.number())).copied().unwrap_or_default();
        unit as f64 * *count as f64 * worth
    };
    item.reactions.iter().map(part).sum()
}

impl<'i> List<'i> {
    fn new(
        decays: &mut Decays<'_>,
        day: Day,
        (parts, channel): (&Parts, Channel),
        (items, most): (&'i [ItemEvidence], usize),
    ) -> Self {
        let worth = parts.worth(channel);
        let mut ranked: Vec<(f64, &ItemEvidence)> =
            items.iter().map(|item| (value(decays, (channel, &worth), day, item), item)).collect();
        let order = |a: &(f64, &ItemEvidence), b: &(f64, &ItemEvidence)| {
            b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id))
        };
        let mut list = Self::default();
        if ranked.len() > most {
            ranked.select_nth_unstable_by(most, order);
            let mut others = Signal::ALL.map(|signal| (signal, Others::default()));
            for (_, item) in ranked.drain(most..) {
                let age = day.since(item.posted);
                for (signal, reactions) in &item.reactions {
                    let (_, others) = &mut others[usize::from(signal.number() - 1)];
                    others.items += 1;
                    others.reactions += reactions;
                    let unit = decays.reaction(channel, *signal, age);
                    others.weight += unit * i128::from(*reactions);
                }
            }
            list.others = others.into_iter().filter(|(_, others)| others.items > 0).collect();
        }
        ranked.sort_unstable_by(order);
        let listed = |(_, item): (f64, &'i ItemEvidence)| Listed {
            weights: weights(decays, channel, day, item),
            item: Cow::Borrowed(item),
        };
        list.top = ranked.into_iter().map(listed).collect();
        list
    }

    /// What is listed of one signal: the item's place, its reactions and its weight.
    pub(super) fn of(&self, signal: Signal) -> impl Iterator<Item = (usize, u64, i128)> {
        self.top.iter().enumerate().flat_map(move |(at, listed)| {
            let reactions = listed.item.reactions.iter().zip(&listed.weights);
            let own = reactions.filter(move |((of, _), _)| *of == signal);
            own.map(move |((_, count), weight)| (at, *count, *weight))
        })
    }
}
