mod documents;
mod messages;
mod pictures;
mod reading;

use self::documents::{all, insufficient, ordinary};
use self::reading::{ease, is_id, without_quotations};
use super::{Language, View, explanation, recorded};
use crate::domain::document::Document;

const VIEWS: [View; 4] = [View::Candidate, View::Recruiter, View::Auditor, View::Operator];

/// A sentence is at most this long, ids aside.
const WORDS_MAX: usize = 30;
const CHARACTERS_MAX: usize = 200;

/// Where both scales put what newspapers write.
const EASE_MIN: f64 = 50.0;

/// Every text that is told of some document, with what it is.
fn texts() -> Vec<(String, Language, View, Vec<String>)> {
    let mut texts = Vec::new();
    for (name, document) in all() {
        for language in Language::ALL {
            for view in VIEWS {
                let said = explanation(&document, view, language);
                let what = format!("{name}, {view:?}, {language:?}");
                texts.push((what, language, view, said));
            }
        }
    }
    texts
}

/// That a text is as short and as easy as ours must be.
pub(super) fn assert_readable(said: &[String], language: Language) {
    for sentence in said {
        let words = without_quotations(sentence).split_whitespace().count();
        assert!(words <= WORDS_MAX && sentence.chars().count() <= CHARACTERS_MAX, "{sentence}");
    }
    let ease = ease(said, language);
    assert!(ease >= EASE_MIN, "{ease:.0}: {said:?}");
}

fn told(document: &Document, view: View, language: Language) -> String {
    explanation(document, view, language).join("\n")
}

#[test]
fn a_language_is_found_by_its_primary_subtag() {
    for tag in ["de", "de-AT", "DE", "de_CH.UTF-8", " de-Latn-DE "] {
        let primary = tag.split('.').next().unwrap();
        assert_eq!(Language::of(primary), Language::German, "{tag}");
    }
    for tag in ["en", "en-GB", "", "den", "fr", "*"] {
        assert_eq!(Language::of(tag), Language::English, "{tag}");
    }
}

#[test]
fn sentences_are_short_and_whole() {
    for (what, _, _, said) in texts() {
        assert!(!said.is_empty(), "{what}");
        for sentence in said {
            let own = without_quotations(&sentence);
            let parts = sentence.split_whitespace().filter(|part| !is_id(part));
            let characters: usize = parts.map(|part| part.chars().count() + 1).sum();
            assert!(characters <= CHARACTERS_MAX, "{what}: {sentence}");
            let words = own.split_whitespace().filter(|part| !is_id(part)).count();
            // Two sentences may belong together.
            assert!(words <= WORDS_MAX, "{what}: {words} words: {sentence}");
            assert!(sentence.ends_with(['.', ':']), "{what}: {sentence}");
            assert!(
                !own.contains(['{', '}', '$', '_']) || own.contains("INSUFFICIENT"),
                "{sentence}"
            );
            assert!(!sentence.contains("  ") && sentence.trim() == sentence, "{what}: {sentence}");
        }
    }
}

#[test]
fn texts_are_as_easy_to_read_as_a_newspaper() {
    let mut hard = Vec::new();
    for (what, language, _, said) in texts() {
        let ease = ease(&said, language);
        if ease < EASE_MIN {
            hard.push(format!("{what}: {ease:.0}"));
        }
    }
    assert!(hard.is_empty(), "too hard:\n{}", hard.join("\n"));
}

#[test]
fn too_little_evidence_is_never_called_low() {
    for (what, _, view, said) in texts() {
        if !what.starts_with("insufficient")
            && !what.starts_with("empty")
            && !what.starts_with("old")
        {
            continue;
        }
        let said = said.join(" ").to_lowercase();
        for word in [" low", "poor", "weak", "niedrig", "schwach", "gering", "schlecht"] {
            assert!(!said.contains(word), "{what}: {word}: {said}");
        }
        if view != View::Operator {
            assert!(["not a rating", "keine wertung"].iter().any(|no| said.contains(no)), "{said}");
        }
    }
    let said = told(&insufficient(), View::Candidate, Language::English);
    assert!(
        said.contains("One more item with a reaction by others is needed for a score."),
        "{said}"
    );
    assert!(said.contains("On the blog, 9 items have a reaction by others."), "{said}");
    let said = told(&insufficient(), View::Candidate, Language::German);
    assert!(
        said.contains("Für eine Punktzahl fehlt noch ein Eintrag mit einer Reaktion"),
        "{said}"
    );
}

#[test]
fn the_candidate_is_told_everything_in_her_language() {
    insta::assert_snapshot!("candidate_en", told(&ordinary(), View::Candidate, Language::English));
    insta::assert_snapshot!("candidate_de", told(&ordinary(), View::Candidate, Language::German));
}

#[test]
fn recruiter_and_operator_are_told_theirs() {
    insta::assert_snapshot!("recruiter_en", told(&ordinary(), View::Recruiter, Language::English));
    insta::assert_snapshot!("recruiter_de", told(&ordinary(), View::Recruiter, Language::German));
    insta::assert_snapshot!("operator_de", told(&ordinary(), View::Operator, Language::German));
}

#[test]
fn only_the_candidate_is_addressed() {
    for (what, language, view, said) in texts() {
        let said: Vec<_> = said.iter().map(|sentence| without_quotations(sentence)).collect();
        let text = format!(" {} ", said.join(" "));
        let addressed = match language {
            Language::English => {
                [" you ", " your ", "Your ", "You "].iter().any(|w| text.contains(w))
            }
            // At the beginning of a sentence it may be the score.
            Language::German => {
                ["können Sie", "Sie können", "Ihre", "für Sie"].iter().any(|w| text.contains(w))
            }
        };
        assert_eq!(addressed, view == View::Candidate, "{what}: {text}");
        for gendered in ["Bewerber", "Kandidat", " er ", " he ", " she ", " her ", " his "] {
            assert!(!text.contains(gendered), "{what}: {gendered}");
        }
    }
}

/// A recruiter decides herself, and knows what cannot be told apart.
#[test]
fn a_recruiter_is_told_who_decides() {
    let said = told(&ordinary(), View::Recruiter, Language::English);
    assert!(
        said.contains(
            "Two scores closer than the joint width of their ranges cannot be told apart."
        )
    );
    assert!(said.contains("A human being must make the decision"));
    assert!(!said.contains("With 10 new"), "how to get more is the candidate's business");
}

#[test]
fn an_operator_is_told_nothing_of_the_person() {
    for (name, document) in all() {
        for language in Language::ALL {
            let said = told(&document, View::Operator, language);
            let score = &document.score;
            for channel in &document.channels {
                for item in &channel.items {
                    assert!(!said.contains(&item.excerpt) && !said.contains(&item.item), "{name}");
                }
            }
            assert!(!said.contains(&score.name) && !said.contains(&score.as_of), "{name}: {said}");
            let without = said.replace(&score.model_digest, "").replace(&score.model, "");
            let without = without.replace("SHA-256", "").replace("4000", "").replace("40", "");
            let without = without.replace("5,000", "");
            assert!(!without.contains(|c: char| c.is_ascii_digit()), "{name}: {without}");
        }
    }
}

#[test]
fn an_auditor_is_told_every_number_and_digest() {
    let document = ordinary();
    let said = told(&document, View::Auditor, Language::German);
    let score = &document.score;
    for id in [&score.name, &score.model_digest, &score.model] {
        assert!(said.contains(id.as_str()), "{id}");
    }
    let exact = |micros: i32| format!("{},{:06}", micros / 1_000_000, micros % 1_000_000);
    let channels = &document.channels;
    let mut numbers = vec![score.micropoints, score.low_micropoints, score.high_micropoints];
    numbers.push(document.baseline_micropoints);
    numbers.extend(document.kinds.iter().map(|kind| kind.micropoints));
    numbers.extend(channels.iter().map(|channel| channel.micropoints));
    numbers.extend(channels.iter().flat_map(|c| &c.signals).map(|signal| signal.micropoints));
    numbers.extend(channels.iter().flat_map(|c| &c.items).map(|item| item.micropoints));
    for number in numbers {
        let number = exact(number.micros());
        assert!(said.contains(&number), "{number}");
    }
    let entry = recorded(Some(7), &"cd".repeat(32), Language::English);
    assert_eq!(entry[0], "Entry 7 of the ledger records that this was released.");
    assert_eq!(entry[1], format!("The SHA-256 of the released bytes is {}.", "cd".repeat(32)));
    assert_eq!(recorded(None, "", Language::English).len(), 2);
}

#[test]
fn what_is_in_doubt_or_not_calibrated_is_said() {
    let by_name = |name: &str| all().into_iter().find(|(own, _)| *own == name).unwrap().1;
    let mut doubts = by_name("doubts");
    doubts.reference.sha256.clear();
    let said = told(&doubts, View::Candidate, Language::English);
    assert!(
        said.contains("On Reddit, one single item carries more than half of the weight."),
        "{said}"
    );
    assert!(said.contains("On Tumblr, the items of one day carry more than half of the weight."));
    assert!(said.contains("On Reddit, an upload claims more than the network tells"));
    assert!(said.contains("The scale was not tested on a group of people yet"));
    let said = told(&by_name("calibrated"), View::Candidate, Language::German);
    assert!(
        said.contains("an dieser Gruppe eingestellt: „5,000 people of eleven countries“."),
        "{said}"
    );
    assert!(said.contains("ohne diesen Kanal gäbe es keine Punktzahl"));
    let said = told(&by_name("one channel"), View::Candidate, Language::English);
    assert!(said.contains("On GitHub, stars by others added"), "{said}");
    let said = told(&by_name("old"), View::Candidate, Language::English);
    assert!(said.contains("is needed for a score") || said.contains("are needed for a score"));
    let said = told(&by_name("huge"), View::Auditor, Language::German);
    assert!(said.contains("gezählt 3.000.000.000.000 Mal auf 300 Einträgen"), "{said}");
}

#[test]
fn the_text_of_others_stays_text() {
    for (what, _, _, said) in texts() {
        let text = said.join(" ");
        assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{what}");
    }
}
