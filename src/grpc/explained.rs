//! Explanations as messages. The document inside is what counts; these are its numbers again.

use super::convert::{channel_numbers, signed};
use crate::app::explain::Explained;
use crate::domain::document::{ChannelLines, Document, ItemLines, ScoreLines, SignalLines};
use crate::domain::evidence::{Channel, Kind, Signal};
use crate::domain::scope::Channels;
use crate::pb;
use crate::pb::counterfactual::Condition;
use crate::pb::doubt::Cause;
use crate::words::{self, Language, View};

/// An explanation.
pub(super) fn explanation(
    explained: Explained,
    (view, language): (View, Language),
) -> pb::Explanation {
    let document = &explained.document;
    pb::Explanation {
        score: Some(score(&document.score)),
        baseline_micropoints: document.baseline_micropoints.micros(),
        channels: document.channels.iter().map(channel).collect(),
        kinds: document
            .kinds
            .iter()
            .map(|part| pb::KindContribution {
                kind: kind_number(&part.kind),
                micropoints: part.micropoints.micros(),
            })
            .collect(),
        reasons: document
            .reasons
            .iter()
            .map(|reason| pb::Reason {
                channel: channel_number(&reason.channel),
                kind: kind_number(&reason.kind),
                micropoints: reason.micropoints.micros(),
            })
            .collect(),
        counterfactual: Some(counterfactual(document)),
        forecast: document
            .forecast
            .iter()
            .map(|line| pb::Forecast {
                date: line.date.clone(),
                state: state(&line.state).into(),
                micropoints: line.micropoints.micros(),
            })
            .collect(),
        doubts: document
            .doubts
            .iter()
            .map(|doubt| pb::Doubt {
                channel: channel_number(&doubt.channel),
                cause: match doubt.doubt.as_ref() {
                    "ONE_ITEM" => Cause::OneItem,
                    "ONE_DAY" => Cause::OneDay,
                    _ => Cause::Contradicted,
                }
                .into(),
            })
            .collect(),
        sentences: words::explanation(document, view, language),
        reference_sample: document.reference.sample.clone(),
        document: explained.bytes,
        document_digest: explained.digest,
    }
}

fn state(word: &str) -> pb::score::State {
    if word == "SCORED" { pb::score::State::Scored } else { pb::score::State::InsufficientEvidence }
}

fn channel_number(word: &str) -> i32 {
    Channel::from_word(word).map_or(0, |channel| i32::from(channel.number()))
}

fn kind_number(word: &str) -> i32 {
    Kind::from_word(word).map_or(0, |kind| kind as i32)
}

fn signal_number(word: &str) -> i32 {
    Signal::from_word(word).map_or(0, |signal| i32::from(signal.number()))
}

fn score(lines: &ScoreLines) -> pb::Score {
    let channels: Channels =
        lines.channels.iter().filter_map(|word| Channel::from_word(word)).collect();
    pb::Score {
        name: lines.name.clone(),
        state: state(&lines.state).into(),
        micropoints: lines.micropoints.micros(),
        low_micropoints: lines.low_micropoints.micros(),
        high_micropoints: lines.high_micropoints.micros(),
        as_of_date: lines.as_of.clone(),
        model: format!("models/{}", lines.model),
        model_digest: lines.model_digest.clone(),
        revision: lines.revision,
        channels: channel_numbers(channels),
        uploaded_permille: lines.uploaded_permille.into(),
    }
}

fn counterfactual(document: &Document) -> pb::Counterfactual {
    let lines = &document.counterfactual;
    let condition = match lines.condition.as_ref() {
        "MORE_REACTIONS" => Condition::MoreReactions,
        "MORE_ITEMS" => Condition::MoreItems,
        _ => Condition::RecentReactions,
    };
    pb::Counterfactual {
        condition: condition.into(),
        count: signed(lines.count),
        kind: kind_number(&lines.kind),
        micropoints: lines.micropoints.micros(),
    }
}

fn channel(part: &ChannelLines) -> pb::ChannelContribution {
    pb::ChannelContribution {
        channel: channel_number(&part.channel),
        micropoints: part.micropoints.micros(),
        without_state: state(&part.without_state).into(),
        without_micropoints: part.without_micropoints.micros(),
        signals: part.signals.iter().map(signal).collect(),
        missing: part.missing.iter().map(|word| signal_number(word)).collect(),
        items: part.items.iter().map(item).collect(),
    }
}

fn signal(part: &SignalLines) -> pb::SignalContribution {
    pb::SignalContribution {
        signal: signal_number(&part.signal),
        kind: kind_number(&part.kind),
        micropoints: part.micropoints.micros(),
        reactions: signed(part.reactions),
        items: signed(part.items),
        other_micropoints: part
            .other_items
            .as_ref()
            .map_or(0, |others| others.micropoints.micros()),
    }
}

/// What an item contributed.
pub(super) fn item(item: &ItemLines) -> pb::ItemContribution {
    let reactions = item.reactions.iter().map(|reaction| pb::ReactionContribution {
        signal: signal_number(&reaction.signal),
        reactions: signed(reaction.reactions),
        micropoints: reaction.micropoints.micros(),
    });
    pb::ItemContribution {
        item: item.item.clone(),
        kind: item.item_kind.to_string(),
        posted_date: item.posted.to_string(),
        excerpt: item.excerpt.clone(),
        url: item.url.clone(),
        micropoints: item.micropoints.micros(),
        reactions: reactions.collect(),
    }
}
