//! Waterfalls: they add up, keep their width, and are harmless and legible.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::documents::{HOSTILE, all, insufficient, ordinary};
use crate::words::plain::columns;
use crate::words::{Language, Shape, Waterfall, lines, waterfall};

fn every() -> Vec<(&'static str, Waterfall)> {
    let both =
        |(name, document)| Language::ALL.map(|language| (name, waterfall(&document, language)));
    all().into_iter().flat_map(both).collect()
}

#[test]
fn every_part_begins_where_the_one_before_it_ended() {
    for (name, picture) in every().into_iter().filter(|(_, picture)| !picture.steps.is_empty()) {
        let first = &picture.steps[0];
        let (mut end, mut kinds, mut items) = (first.points, first.points, first.points);
        let mut had_items = false;
        for step in &picture.steps[1..] {
            match step.shape {
                Shape::Channel => {
                    assert_eq!(kinds, end, "{name}: the kinds add up");
                    assert!(!had_items || items == end, "{name}: the items add up");
                    assert_eq!(step.start, end, "{name}");
                    (kinds, items, had_items) = (end, end, false);
                    end += step.points;
                }
                Shape::Kind => {
                    assert_eq!(step.start, kinds, "{name}");
                    kinds += step.points;
                }
                Shape::Item => {
                    assert_eq!(step.start, items, "{name}");
                    items += step.points;
                    had_items = true;
                }
                Shape::Whole => {
                    assert_eq!((step.start, step.points), (0, end), "{name}: the score");
                }
                Shape::Range => assert!(step.start + step.points >= end, "{name}"),
            }
            assert!(step.points >= 0 && step.start + step.points <= picture.end, "{name}");
        }
    }
}

#[test]
fn the_bars_of_an_ordinary_person() {
    insta::assert_snapshot!("bars_en", waterfall(&ordinary(), Language::English).text(100, false));
    insta::assert_snapshot!("bars_de", waterfall(&ordinary(), Language::German).text(80, false));
}

#[test]
fn no_score_is_no_bars() {
    let picture = waterfall(&insufficient(), Language::German);
    assert_eq!(picture.text(80, true), "Noch keine Punktzahl, Stand 23. November 2026");
    assert!(picture.svg().contains("Noch keine Punktzahl"));
    assert!(!picture.svg().contains("class=\"axis\""));
}

#[test]
fn lines_are_never_wider_than_asked() {
    for (name, picture) in every() {
        for width in [48, 60, 80, 100, 200] {
            for line in picture.text(width, false).lines() {
                assert!(columns(line) <= width, "{name}: {width}: {line}");
            }
        }
    }
}

#[test]
fn color_only_repeats_what_is_there_without_it() {
    for (name, picture) in every() {
        let mut colored = picture.text(80, true);
        for sequence in ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[36m"] {
            colored = colored.replace(sequence, "");
        }
        let trimmed: Vec<_> = colored.lines().map(str::trim_end).collect();
        assert_eq!(trimmed.join("\n"), picture.text(80, false), "{name}");
    }
}

#[test]
fn sentences_are_broken_between_words() {
    assert_eq!(lines("Grüße an 漢字漢字 und alle", 10), ["Grüße an", "漢字漢字", "und alle"]);
    assert_eq!(lines("a veryverylongword b", 5), ["a", "veryverylongword", "b"]);
    assert!(lines(" ", 5).is_empty());
}

/// The elements of a picture, each with its attributes, and its text.
fn parsed(svg: &str) -> (Vec<String>, String) {
    let mut reader = Reader::from_str(svg);
    reader.config_mut().check_end_names = true;
    let (mut elements, mut text) = (Vec::new(), String::new());
    loop {
        let event = reader.read_event().unwrap();
        if let Event::Eof = event {
            return (elements, text);
        } else if let Event::Start(tag) | Event::Empty(tag) = event {
            elements.push(String::from_utf8(tag.to_vec()).unwrap());
        } else if let Event::Text(part) = event {
            text += &part.decode().unwrap();
        }
    }
}

#[test]
fn a_picture_stands_alone_and_says_everything_as_text() {
    for (name, picture) in every() {
        let svg = picture.svg();
        let (elements, text) = parsed(&svg);
        for element in &elements {
            let tag = element.split_whitespace().next().unwrap();
            let known = ["svg", "title", "desc", "style", "rect", "text", "line", "path", "g"];
            assert!(known.contains(&tag), "{name}: {element}");
            assert!(!element.contains("href") && !element.contains(" on"), "{name}: {element}");
        }
        assert!(!svg.contains("url(") && !svg.contains("@import"), "{name}");
        let root = &elements[0];
        assert!(
            root.contains("role=\"img\"") && root.contains("aria-labelledby=\"title description\"")
        );
        assert!(root.contains(&format!("lang=\"{}\"", picture.language.tag())));
        assert!(elements.iter().any(|e| e == "title id=\"title\""));
        assert!(elements.iter().any(|e| e == "desc id=\"description\""));
        for figure in picture.steps.iter().map(|step| &step.figure).filter(|f| !f.is_empty()) {
            assert!(
                text.matches(figure.as_str()).count() >= 3,
                "{name}: {figure} as label and twins"
            );
        }
    }
}

#[test]
fn markup_in_an_excerpt_is_text() {
    let (_, document) = all().into_iter().find(|(name, _)| *name == "hostile").unwrap();
    assert!(document.channels[0].items[0].excerpt == HOSTILE);
    let picture = waterfall(&document, Language::English);
    let svg = picture.svg();
    assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;"));
    assert!(!svg.contains('\u{1b}') && !svg.contains('\u{202e}'));
    assert!(!picture.text(100, false).contains(['\u{1b}', '\u{202e}']));
}

/// Relative luminance and contrast, WCAG 2.2.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |color: &str| {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn letters_and_bars_stand_out_on_light_and_dark() {
    let (white, black) = ("#ffffff", format!("#{}", "00".repeat(3)));
    assert!((contrast(white, &black) - 21.0).abs() < 0.01);
    let svg = waterfall(&ordinary(), Language::English).svg();
    let (light, dark) = svg.split_once("@media (prefers-color-scheme: dark)").unwrap();
    for scheme in [light, dark] {
        let color = |rule: &str| {
            let (_, rest) = scheme.split_once(&format!("{rule}: #")).unwrap();
            format!("#{}", &rest[..6])
        };
        let ground = color(".ground { fill");
        for letters in [".title, .label, .figure { fill", ".faint, .tick { fill"] {
            assert!(contrast(&ground, &color(letters)) >= 7.0, "{letters}");
        }
        for bar in [".whole { fill", ".channel { fill", ".kind { fill", ".item { fill"] {
            assert!(contrast(&ground, &color(bar)) >= 3.0, "{bar}");
        }
        assert!(contrast(&ground, &color(".range { stroke")) >= 3.0);
    }
}
