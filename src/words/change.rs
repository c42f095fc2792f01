//! Sentences on why a later score differs from an earlier one (promise P7).

use fluent_bundle::FluentArgs;

use super::Language;
use super::voice::{Voice, values};
use crate::domain::change::Change;
use crate::domain::score::Points;
use crate::domain::time::Day;

/// A change between two days in sentences: the whole first, then each part that is not zero.
pub fn change(change: &Change, from: Day, to: Day, language: Language) -> Vec<String> {
    let voice = Voice::new(language);
    let total = change.total();
    let key = match total {
        0 => "unchanged",
        1.. => "rose",
        _ => "fell",
    };
    let mut args = values![
        "from" => voice.day(&from.to_string()), "to" => voice.day(&to.to_string())
    ];
    if total != 0 {
        args.set("points", voice.points(Points::from_part(total.saturating_abs())));
    }
    let mut said = vec![voice.say(key, &args)];
    for (channel, part) in &change.evidence {
        let (place, points) = (voice.place(channel.word()), voice.signed(*part));
        let args = values!["place" => place, "points" => points];
        said.push(voice.say("evidence-changed", &args));
    }
    for (key, part) in [("time-changed", change.time), ("model-changed", change.model)] {
        if part != 0 {
            said.push(voice.say(key, &values!["points" => voice.signed(part)]));
        }
    }
    if said.len() > 1 {
        said.push(voice.say("change-sum", &FluentArgs::new()));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evidence::Channel;

    fn told(evidence: &[(Channel, i64)], time: i64, model: i64, language: Language) -> Vec<String> {
        let parts = Change { evidence: evidence.iter().copied().collect(), time, model };
        change(&parts, Day::from_number(20_727), Day::from_number(20_780), language)
    }

    #[test]
    fn a_change_is_told_with_its_causes() {
        let said = told(&[(Channel::X, 4_100_000)], -900_000, 0, Language::English);
        assert_eq!(
            said,
            [
                "From 1 October 2026 to 23 November 2026, the score rose by 3.2 points.",
                "On X, other evidence than before changed it by +4.1 points.",
                "The passing of time changed it by −0.9 points.",
                "Together, these parts are the whole change.",
            ]
        );
    }

    #[test]
    fn a_fall_by_another_model_is_told_in_german() {
        let said = told(&[], 0, -1_250_000, Language::German);
        assert_eq!(
            said[0],
            "Vom 1. Oktober 2026 bis zum 23. November 2026 fiel die Punktzahl um 1,3 Punkte."
        );
        assert_eq!(said[1], "Ein neuer Weg der Berechnung hat −1,3 Punkte bewirkt.");
        assert_eq!(said.len(), 3);
    }

    #[test]
    fn no_change_is_one_sentence() {
        assert_eq!(told(&[], 0, 0, Language::German).len(), 1);
        let said = told(&[(Channel::Blog, 5), (Channel::X, -5)], 0, 0, Language::English);
        assert!(said[0].ends_with("the score stayed the same."));
        assert_eq!(said.len(), 4);
    }
}
