//! The files of messages against each other, the code and the words of the domain.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_bundle::{FluentArgs, FluentResource};

use crate::domain::evidence::{Channel, Kind, Signal};
use crate::domain::item::ItemKind;
use crate::domain::score::Points;
use crate::words::Language;
use crate::words::voice::{Voice, messages};

/// The cases of each message, by its key.
fn cases(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in messages(language).lines() {
        let is_head = line.starts_with(|c: char| c.is_ascii_lowercase());
        if let Some((name, _)) = line.split_once(" = ").filter(|_| is_head) {
            name.clone_into(&mut key);
            let before = found.insert(key.clone(), BTreeSet::new());
            assert!(before.is_none(), "{key} is there twice");
        }
        let case = line.trim_start().trim_start_matches('*').strip_prefix('[');
        if let Some((case, _)) = case.and_then(|rest| rest.split_once(']')) {
            found.entry(key.clone()).or_default().insert(case.to_owned());
        }
        // The values, too: a sentence without its number would not be the same sentence.
        for (_, rest) in line.match_indices("{ $").map(|(at, _)| line.split_at(at + 2)) {
            let value: String = rest.chars().take_while(|c| !c.is_whitespace()).collect();
            found.entry(key.clone()).or_default().insert(value);
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_cases_and_values() {
    let (english, german) = (cases(Language::English), cases(Language::German));
    assert!(english.len() > 60);
    assert_eq!(english.keys().collect::<Vec<_>>(), german.keys().collect::<Vec<_>>());
    for (key, cases) in &english {
        assert_eq!(cases, &german[key], "{key}");
    }
    for language in Language::ALL {
        let read = FluentResource::try_new(messages(language).to_owned());
        assert!(read.is_ok(), "{language:?}: {:?}", read.err().map(|(_, errors)| errors));
    }
}

#[test]
fn every_message_is_said_somewhere() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/words");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let code = files.filter(|path| path.extension().is_some_and(|end| end == "rs"));
    let code: String = code.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for key in cases(Language::English).keys() {
        assert!(code.contains(&format!("\"{key}\"")), "{key} is said nowhere");
    }
}

#[test]
fn every_word_of_the_domain_has_words_for_people() {
    let cases = cases(Language::English);
    let has = |key: &str, word: &str| {
        assert!(cases[key].contains(word), "{key} has no case for {word}");
    };
    for signal in Signal::ALL {
        has("signal", signal.word());
    }
    for kind in Kind::ALL {
        has("kind", kind.word());
        has("more-of-kind", kind.word());
    }
    for item in ItemKind::ALL {
        has("item-name", item.word());
    }
    for language in Language::ALL {
        let voice = Voice::new(language);
        for channel in Channel::ALL {
            let name = voice.channel(channel.word());
            assert!(!name.is_empty() && voice.place(channel.word()).contains(' '), "{name}");
        }
        assert_eq!(voice.channel("googleplus"), "Google+");
        assert_eq!(voice.channel("x\u{1b}y"), "x\u{fffd}y");
        assert_eq!(voice.say("no such message", &FluentArgs::new()), "no such message");
    }
}

#[test]
fn numbers_and_days_are_written_as_the_language_does() {
    let (english, german) = (Voice::new(Language::English), Voice::new(Language::German));
    let points = Points::from_micros;
    assert_eq!(english.points(points(47_349_999)), "47.3");
    assert_eq!(german.points(points(47_350_000)), "47,4");
    assert_eq!(english.points(points(0)), "0.0");
    assert_eq!(english.points(points(49_999)), "under 0.1");
    assert_eq!(german.fine(points(4_999)), "unter 0,01");
    assert_eq!(german.fine(points(5_000)), "0,01");
    assert_eq!(german.exact(points(7)), "0,000007");
    assert_eq!([points(34_550_000), points(100_000_000)].map(|p| english.floor(p)), ["34", "100"]);
    assert_eq!([points(41_000_001), points(41_000_000)].map(|p| english.ceiling(p)), ["42", "41"]);
    assert_eq!(english.decimal(1_234_567_890_000, 1), "1,234,567.9");
    assert_eq!(german.decimal(-1_250_000, 1), "−1,3");
    assert_eq!(german.decimal(-1_000, 1), "0,0");
    assert_eq!(english.counted(u64::MAX), "18,446,744,073,709,551,615");
    assert_eq!(english.day("2026-11-23"), "23 November 2026");
    assert_eq!(german.day("2026-03-01"), "1. März 2026");
    assert_eq!(german.day("soon\u{7}"), "soon\u{fffd}");
}

#[test]
fn plurals_follow_the_count() {
    let voice = Voice::new(Language::English);
    let said = |count: u64| {
        let args = FluentArgs::from_iter([("count", voice.count(count))]);
        voice.say("more-items", &args)
    };
    assert!(said(1).starts_with("One more item with"));
    assert!(said(2).starts_with("2 more items with"));
    assert!(said(12_345).starts_with("12,345 more items with"));
    assert!(said(u64::MAX).starts_with("18,446,744,073,709,551,615 more items"));
}

#[test]
fn lists_are_joined_in_the_language() {
    let names =
        |count: usize| ["a", "b", "c"].iter().take(count).map(|n| (*n).to_owned()).collect();
    let voice = Voice::new(Language::German);
    assert_eq!([0, 1, 2, 3].map(|n| voice.list(names(n))), ["", "a", "a und b", "a, b und c"]);
}
