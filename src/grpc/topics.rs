//! Topics as messages.

use super::convert::signed;
use crate::app::topics::ExplainedTopic;
use crate::domain::evidence::Channel;
use crate::domain::profile::TopicProfile;
use crate::domain::topic::{Standing, TopicId};
use crate::domain::topic_document::TopicItemLines;
use crate::pb;
use crate::topics::Ontology;
use crate::words::{self, Language, View};

/// A topic with what it is called; the id alone if the ontology no longer has it.
fn topic(ontology: &Ontology, id: TopicId) -> pb::Topic {
    let label = |language| {
        let found = ontology.topic(id).map(|topic| topic.label(Some(language)).to_owned());
        found.unwrap_or_else(|| id.to_string())
    };
    pb::Topic {
        name: format!("topics/{id}"),
        english_label: label("en"),
        german_label: label("de"),
    }
}

/// What items show of a topic.
pub(super) fn profile(ontology: &Ontology, profile: &TopicProfile) -> pb::TopicProfile {
    use pb::topic_profile::Standing as Word;
    let standing = match profile.standing {
        Standing::Claim => Word::Claim,
        Standing::Emerging => Word::Emerging,
        Standing::AudienceInterest => Word::AudienceInterest,
        Standing::Nothing => Word::Nothing,
    };
    pb::TopicProfile {
        topic: Some(topic(ontology, profile.topic)),
        standing: standing.into(),
        authored_items: signed(profile.authored),
        received_items: signed(profile.received),
        heard_items: signed(profile.heard),
        rank: profile.rank.map(|(rank, as_of)| pb::TopicRank {
            top_permille: rank.top_permille.into(),
            best_rank: signed(rank.best),
            worst_rank: signed(rank.worst),
            candidates: signed(rank.candidates),
            as_of_date: as_of.to_string(),
        }),
    }
}

/// The explanation of a topic.
pub(super) fn explanation(
    ontology: &Ontology,
    explained: ExplainedTopic,
    (view, language): (View, Language),
) -> pb::TopicExplanation {
    let document = &explained.document;
    let [items, days, window] = document.needed.map(|n| i32::try_from(n).unwrap_or(i32::MAX));
    pb::TopicExplanation {
        topic: Some(profile(ontology, &explained.profile)),
        as_of_date: document.as_of.clone(),
        claim_items: items,
        claim_days: days,
        window_days: window,
        items: document.items.iter().map(item).collect(),
        sentences: words::topic(document, view, language),
        document: explained.bytes,
        document_digest: explained.digest,
    }
}

fn item(lines: &TopicItemLines) -> pb::TopicItem {
    let causes = |causes: &[(String, String)]| {
        let cause = |(kind, text): &(String, String)| pb::TopicCause {
            kind: kind.clone(),
            text: text.clone(),
        };
        causes.iter().map(cause).collect()
    };
    pb::TopicItem {
        channel: Channel::from_word(&lines.channel).map_or(0, |c| i32::from(c.number())),
        item: lines.item.clone(),
        kind: lines.item_kind.clone(),
        posted_date: lines.posted.clone(),
        excerpt: lines.excerpt.clone(),
        url: lines.url.clone(),
        received: lines.received,
        causes: causes(&lines.causes),
        heard: causes(&lines.heard),
    }
}
