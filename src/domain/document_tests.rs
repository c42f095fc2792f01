use proptest::prelude::*;

use super::*;
use crate::domain::evidence::Provenance::{Fetched, Uploaded};
use crate::domain::item::ItemKind;
use crate::domain::model::tests::model;
use crate::domain::score::Points;
use crate::domain::summing::{Observed, Summing};
use crate::domain::verify::{Finding, verify};

const REVISION_DAY: Day = Day::from_number(20_000);

/// Evidence on two channels, the items of X listed: more of them than are listed one by one.
fn document(listed: bool) -> Document {
    let model = model();
    let mut summing = Summing::new(&model, REVISION_DAY);
    let mut items = Items::new();
    for i in 0..300_i32 {
        let posted = Day::from_number(REVISION_DAY.number() - i);
        let likes = u64::try_from(i * 7 % 41).unwrap();
        let own = [(Signal::Like, likes, Uploaded), (Signal::Reply, 1, Fetched)];
        for (channel, reactions) in
            [(Channel::X, &own[..]), (Channel::Mastodon, &[(Signal::Reshare, 2, Uploaded)])]
        {
            let (contradicted, about, heard) = (i == 7, &[][..], &[][..]);
            summing.add(&Observed { channel, posted, reactions, contradicted, about, heard });
        }
        if listed {
            let reactions = [(Signal::Like, likes), (Signal::Reply, 1)];
            items.entry(Channel::X).or_default().push(ItemEvidence {
                id: format!("item-{i}"),
                kind: ItemKind::Post,
                posted,
                reactions: reactions.into_iter().filter(|(_, n)| *n > 0).collect(),
                excerpt: "a \"quoted\" word, 100 % glass".to_owned(),
                url: String::new(),
            });
        }
    }
    let summary = summing.finish();
    let subject = Subject {
        candidate: Some(Handle::from_bytes([9; 16])),
        revision: 3,
        summary: &summary,
        day: Day::from_number(REVISION_DAY.number() + 5),
        channels: Channels::all(),
    };
    Document::new(&model, &subject, &items)
}

/// The parts of every level against the level above.
fn assert_adds_up(document: &Document) {
    let micros = |points: Points| i64::from(points.micros());
    let channels: i64 = document.channels.iter().map(|c| micros(c.micropoints)).sum();
    assert_eq!(
        micros(document.baseline_micropoints) + channels,
        micros(document.score.micropoints)
    );
    let kinds: i64 = document.kinds.iter().map(|kind| micros(kind.micropoints)).sum();
    assert_eq!(kinds, channels);
    for channel in &document.channels {
        let signals: i64 = channel.signals.iter().map(|s| micros(s.micropoints)).sum();
        assert_eq!(signals, micros(channel.micropoints));
        for signal in channel.signals.iter().filter(|_| !channel.items.is_empty()) {
            let reactions = channel.items.iter().flat_map(|item| &item.reactions);
            let own = reactions.filter(|reaction| reaction.signal == signal.signal);
            let listed: i64 = own.map(|reaction| micros(reaction.micropoints)).sum();
            let others = signal.other_items.as_ref().map_or(0, |others| micros(others.micropoints));
            assert_eq!(listed + others, micros(signal.micropoints));
        }
        for item in &channel.items {
            let reactions: i64 = item.reactions.iter().map(|r| micros(r.micropoints)).sum();
            assert_eq!(reactions, micros(item.micropoints));
        }
    }
}

#[test]
fn every_level_adds_up_exactly() {
    let document = document(true);
    assert_eq!(document.score.state, "SCORED");
    assert_adds_up(&document);
    let x = &document.channels[0];
    assert_eq!(x.items.len(), TOP_ITEMS);
    assert!(x.items.is_sorted_by_key(|item| std::cmp::Reverse(item.micropoints)));
    assert!(x.signals.iter().all(|signal| signal.other_items.is_some()));
}

/// The explanation of some evidence on one channel or two, with all items.
fn explained(items: &[(bool, i32, [u64; 3])], later: u32) -> Document {
    let model = model();
    let (mut summing, mut listed) = (Summing::new(&model, REVISION_DAY), Items::new());
    for (number, (first, age, counts)) in items.iter().enumerate() {
        let channel = if *first { Channel::X } else { Channel::Facebook };
        let posted = Day::from_number(REVISION_DAY.number() - age);
        let signals = [Signal::Like, Signal::Reply, Signal::View].into_iter().zip(*counts);
        let signals: Vec<_> = signals.filter(|(_, count)| *count > 0).collect();
        let reactions: Vec<_> = signals.iter().map(|&(s, count)| (s, count, Uploaded)).collect();
        let (contradicted, about, heard) = (false, &[][..], &[][..]);
        let reactions = &reactions;
        summing.add(&Observed { channel, posted, reactions, contradicted, about, heard });
        if signals.is_empty() {
            continue;
        }
        listed.entry(channel).or_default().push(ItemEvidence {
            id: number.to_string(),
            kind: ItemKind::Post,
            posted,
            reactions: signals,
            excerpt: String::new(),
            url: String::new(),
        });
    }
    let (summary, day) = (summing.finish(), REVISION_DAY.plus(later));
    let channels = Channels::all();
    let subject = Subject { candidate: None, revision: 1, summary: &summary, day, channels };
    Document::new(&model, &subject, &listed)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_evidence_adds_up_down_to_single_items(
        items in prop::collection::vec(
            (any::<bool>(), 0..9_000_i32, prop::array::uniform3(prop_oneof![
                Just(0_u64), 1..9_u64, 1..5_000_u64, Just(crate::domain::summing::REACTIONS_MAX),
            ])),
            0..260,
        ),
        later in 0..500_u32,
    ) {
        let document = explained(&items, later);
        assert_adds_up(&document);
        prop_assert_eq!(verify(&document.render(), &model()), []);
    }
}

#[test]
fn an_explanation_tells_reasons_outlook_and_doubts() {
    let document = document(true);
    let reasons: Vec<_> =
        document.reasons.iter().map(|r| (r.channel.as_ref(), r.kind.as_ref())).collect();
    let expected = [("mastodon", "amplification"), ("x", "approval"), ("x", "conversation")];
    assert!(expected.iter().all(|reason| reasons.contains(reason)), "{reasons:?}");
    assert!(document.reasons.is_sorted_by_key(|reason| std::cmp::Reverse(reason.micropoints)));
    let days: Vec<_> = document.forecast.iter().map(|line| line.date.as_str()).collect();
    assert_eq!(days, ["2024-11-08", "2025-01-07", "2025-10-09"]);
    assert!(document.forecast.is_sorted_by_key(|line| std::cmp::Reverse(line.micropoints)));
    assert_eq!(document.counterfactual.condition, "MORE_REACTIONS");
    assert_eq!(document.counterfactual.kind, "curation", "what is not there yet adds most");
    assert!(document.counterfactual.micropoints > document.score.micropoints);
    let doubts: Vec<_> = document.doubts.iter().map(|doubt| doubt.doubt.as_ref()).collect();
    assert_eq!(doubts, ["CONTRADICTED", "CONTRADICTED"]);
}

#[test]
fn a_released_document_verifies_with_and_without_items() {
    for listed in [true, false] {
        assert_eq!(verify(&document(listed).render(), &model()), []);
    }
}

/// Promise P6: whoever changes one byte is found out, and a changed number is named by its line.
#[test]
fn any_changed_byte_is_found_and_a_changed_number_is_named() {
    let bytes = document(true).render();
    let text = String::from_utf8(bytes.clone()).unwrap();
    for (at, byte) in bytes.iter().enumerate().step_by(97) {
        let mut changed = bytes.clone();
        changed[at] = if *byte == b'1' { b'2' } else { b'1' };
        assert_ne!(verify(&changed, &model()), [], "byte {at} of the document was changed");
    }
    let mut numbers = 0;
    for (at, line) in text.lines().enumerate().skip(4).step_by(3) {
        let computed = line.contains("micropoints\"") || line.contains("\"weight\"");
        let counted = line.starts_with("              \"reactions\"");
        let Some(digit) = line.rfind(|c: char| c.is_ascii_digit()).filter(|_| computed || counted)
        else {
            continue;
        };
        numbers += 1;
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let other = if line.as_bytes()[digit] == b'5' { "4" } else { "5" };
        lines[at].replace_range(digit..=digit, other);
        let findings = verify((lines.join("\n") + "\n").as_bytes(), &model());
        // A count is an input: the weight in the next line no longer follows from it.
        let named = if counted { at + 2 } else { at + 1 };
        // Sums over items that are not listed are inputs, too.
        let sums = ["          \"weight\"", "            \"weight\""];
        let listed = !sums.iter().any(|sum| line.starts_with(sum));
        let says_so = |f: &Finding| matches!(f, Finding::Line { line, .. } if *line == named);
        if listed {
            assert!(findings.iter().any(says_so), "line {}: {line}: {findings:?}", at + 1);
        }
        assert!(!findings.is_empty());
    }
    assert!(numbers > 200, "the document has many numbers to change");
}

#[test]
fn a_changed_text_is_a_digest_mismatch() {
    let text = String::from_utf8(document(true).render()).unwrap();
    let changed = text.replacen("100 % glass", "100 % class", 1);
    assert_eq!(verify(changed.as_bytes(), &model()), [Finding::DigestMismatch]);
}

/// What is no explanation is told with the line and the word, and nothing overflows.
#[test]
fn a_word_or_number_without_meaning_is_named() {
    let text = String::from_utf8(document(true).render()).unwrap();
    let said = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        let changed = text.replacen(from, to, 1);
        match verify(changed.as_bytes(), &model()).as_slice() {
            [Finding::Unreadable(why)] => why.clone(),
            other => panic!("{to}: {other:?}"),
        }
    };
    let huge = "9".repeat(39);
    for (from, to, says) in [
        ("\"signal\": \"like\"", "\"signal\": \"applause\"", "`signal` is `applause`"),
        ("\"channel\": \"x\"", "\"channel\": \"myspace\"", "`channel` is `myspace`"),
        ("\"as_of\": \"2024", "\"as_of\": \"24", "`as_of` is `24"),
        ("\"posted\": \"20", "\"posted\": \"x", "is no day"),
        ("\"decay\": \"", "\"decay\": \"-", "`decay` is `-"),
        ("\"weight\": \"", "\"weight\": \"NaN", "is no whole number"),
        ("\"uploaded\": \"", &format!("\"uploaded\": \"{huge}"), "`9999"),
        ("\"peak_day\": \"", &format!("\"peak_day\": \"{huge}"), "`9999"),
        ("\"reacted_items\": ", "\"reacted_items\": 99999999999999", "`reacted_items` is `99"),
        ("\"reactions\": ", "\"reactions\": -", "\"reactions\": -"),
        ("\"items_published\": ", "\"items_published\": NaN", "\"items_published\": NaN"),
        ("\"revision\": 3", "\"revision\": 3.5", "\"revision\": 3.5"),
        ("\"missing\": [", "\"applause\": [", "applause"),
    ] {
        let why = said(from, to);
        assert!(why.contains(says), "{to}: {why}");
    }
    let why = said("\"candidate", "\"somebody");
    assert!(why.contains("`name`"), "{why}");
}

#[test]
fn a_document_of_the_largest_numbers_is_answered_without_overflow() {
    let text = String::from_utf8(document(false).render()).unwrap();
    for field in ["items_published", "reacted_items", "reactions", "items", "contradicted"] {
        for number in ["9007199254740991", "18446744073709551615"] {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            for line in &mut lines {
                if let Some((key, _)) = line.split_once(&format!("\"{field}\": "))
                    && line.contains(char::is_numeric)
                {
                    *line = format!("{key}\"{field}\": {number},");
                }
            }
            let findings = verify((lines.join("\n") + "\n").as_bytes(), &model());
            assert!(!findings.is_empty(), "{field} {number}");
        }
    }
}
