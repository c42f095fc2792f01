//! Sentences on a topic: what is claimed or not, and why.

use std::collections::BTreeSet;

use fluent_bundle::FluentArgs;

use super::plain::plain;
use super::voice::{Voice, values};
use super::{Language, View};
use crate::domain::topic_document::TopicDocument;

/// Columns of a label or a cause.
const NAME: usize = 40;

/// Causes that are named.
const CAUSES: usize = 4;

/// The explanation of a topic in sentences, the most important first.
pub fn topic(document: &TopicDocument, view: View, language: Language) -> Vec<String> {
    let voice = Voice::new(language);
    let label = match language {
        Language::English => &document.english,
        Language::German => &document.german,
    };
    let label = plain(label, NAME);
    let own = if matches!(view, View::Candidate) { "yes" } else { "no" };
    let (received, authored) = (document.received.to_string(), document.authored.to_string());
    let mut said = Vec::new();
    match document.standing.as_str() {
        "CLAIM" => {
            let args = values![
                "own" => own, "topic" => label, "received" => received, "authored" => authored
            ];
            said.push(voice.say("topic-claim", &args));
        }
        "EMERGING" => {
            let args = values!["topic" => label, "received" => received];
            said.push(voice.say("topic-emerging", &args));
            let [items, days, _] = document.needed.map(|number| number.to_string());
            said.push(voice.say("topic-needed", &values!["items" => items, "days" => days]));
        }
        "AUDIENCE_INTEREST" => {
            let args = values!["topic" => label, "heard" => document.heard.to_string()];
            said.push(voice.say("topic-audience", &args));
            said.push(voice.say("topic-audience-meaning", &FluentArgs::new()));
        }
        _ => said.push(voice.say("topic-nothing", &values!["topic" => label])),
    }
    if let Some([permille, _, _, candidates]) = document.rank {
        let percent = voice.decimal(i64::try_from(permille * 100_000).unwrap_or(i64::MAX), 1);
        let args = values![
            "own" => own, "candidates" => candidates.to_string(), "percent" => percent
        ];
        said.push(voice.say("topic-rank", &args));
    }
    let causes: BTreeSet<String> = document
        .items
        .iter()
        .flat_map(|item| item.causes.iter().chain(&item.heard))
        .map(|(_, text)| plain(text, NAME))
        .collect();
    if !causes.is_empty() {
        let causes = causes.into_iter().take(CAUSES).collect::<Vec<_>>().join(", ");
        said.push(voice.say("topic-causes", &values!["causes" => causes]));
    }
    said.push(voice.say("topic-meaning", &FluentArgs::new()));
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::tests::model;
    use crate::domain::population::Rank;
    use crate::domain::scope::Channels;
    use crate::domain::time::Day;
    use crate::domain::topic::{TopicId, TopicSums};
    use crate::domain::topic_document::{TopicItemLines, TopicSubject};
    use crate::words::tests::assert_readable;

    const TODAY: Day = Day::from_number(20_780);

    /// What is said of somebody with so many valued items, and so many that others spoke under.
    fn told(received: i32, heard: u64, view: View, language: Language) -> Vec<String> {
        let rules = model().topics;
        let mut sums = TopicSums { heard, ..TopicSums::default() };
        for n in 0..received {
            sums.author(&rules, TODAY, Day::from_number(TODAY.number() - n), 1);
        }
        let item = TopicItemLines {
            channel: "x".to_owned(),
            item: "1".to_owned(),
            item_kind: "post".to_owned(),
            posted: TODAY.to_string(),
            received: true,
            causes: vec![("word".to_owned(), "WordPress".to_owned())],
            heard: Vec::new(),
            excerpt: String::new(),
            url: String::new(),
        };
        let rank = Rank { top_permille: 1, best: 1, worst: 2, candidates: 2_000 };
        let subject = TopicSubject {
            candidate: None,
            topic: (TopicId::from_number(1), "WordPress", "WordPress"),
            sums: &sums,
            rank: Some(rank),
            day: TODAY,
            revision: 1,
            revision_day: TODAY,
            channels: Channels::all(),
            model: ("1", String::new()),
        };
        topic(&TopicDocument::new(&rules, &subject, vec![item]), view, language)
    }

    #[test]
    fn a_claim_is_told_with_its_rank_and_its_words() {
        let said = told(6, 0, View::Recruiter, Language::English);
        assert_eq!(said[0], "WordPress is claimed: others valued 6 of 6 items on it.");
        assert!(said[1].contains("2000 people") && said[1].contains("top 0.1 percent"), "{said:?}");
        assert_eq!(said[2], "It was found by these words: “WordPress”.");
        let said = told(6, 0, View::Candidate, Language::German);
        assert!(said[1].contains("Sie unter den besten 0,1 Prozent"), "{said:?}");
    }

    #[test]
    fn what_is_no_claim_says_so() {
        let said = told(4, 0, View::Candidate, Language::English);
        assert!(said[0].starts_with("You may become known") && said[1].contains('5'), "{said:?}");
        let said = told(0, 9, View::Candidate, Language::English);
        assert!(said[0].contains("under 9 of your items") && said[1].contains("no claim"));
        assert!(!said.iter().any(|s| s.contains("percent")), "only a claim has a rank");
        assert!(told(1, 0, View::Candidate, Language::English)[0].contains("too little"));
    }

    #[test]
    fn topics_are_told_in_words_that_are_easy_to_read() {
        for language in Language::ALL {
            for (received, heard) in [(6, 0), (4, 2), (0, 9), (1, 0)] {
                for view in [View::Candidate, View::Recruiter] {
                    assert_readable(&told(received, heard, view, language), language);
                }
            }
        }
    }
}
