//! The shape of a source file: its head, its length, its names, and attributes that are not used.

use super::assert_obeyed;
use super::source::Source;

const LINES_MAX: usize = 400;
const COLUMNS_MAX: usize = 100;

/// From so many characters of literal on a line, breaking it would only hide the text.
const LITERAL_LONG: usize = 40;

/// Names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 10] =
    ["base", "common", "helper", "helpers", "impl", "manager", "managers", "misc", "util", "utils"];
const EMPTY_SUFFIXES: [&str; 5] = ["Manager", "Helper", "Util", "Processor", "Wrapper"];

fn head(source: &Source) -> Vec<String> {
    if source.is_unit_test() || source.text.starts_with("//! ") {
        return Vec::new();
    }
    vec![format!("{}: begins without //! and what lives here", source.path)]
}

fn length(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if lines <= LINES_MAX {
        return Vec::new();
    }
    vec![format!("{}: {lines} lines; {LINES_MAX} are allowed", source.path)]
}

fn width(source: &Source) -> Vec<String> {
    let lines = source.text.lines().zip(source.without_literals.lines()).enumerate();
    let too_wide = lines.filter(|(_, (text, without_literals))| {
        let visible = |line: &str| line.chars().filter(|c| *c != ' ').count();
        let literal = visible(text) - visible(without_literals);
        text.chars().count() > COLUMNS_MAX && !text.contains("://") && literal < LITERAL_LONG
    });
    let at = too_wide.map(|(at, _)| format!("{}:{}: too wide", source.path, at + 1));
    at.collect()
}

fn names(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    for part in source.path.trim_end_matches(".rs").split('/') {
        if EMPTY_NAMES.contains(&part) {
            findings.push(format!("{}: {part} says nothing; name what is inside", source.path));
        }
    }
    for pair in source.tokens.windows(2) {
        let (keyword, name) = (pair[0].text.as_str(), pair[1].text.as_str());
        let empty = match keyword {
            "mod" => EMPTY_NAMES.contains(&name),
            "struct" | "enum" | "trait" | "type" | "union" => {
                EMPTY_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
            }
            _ => false,
        };
        if empty {
            findings.push(format!("{}:{}: {name} says nothing", source.path, pair[1].line));
        }
    }
    findings
}

/// What must not stay in the code: lints switched off for good, tests switched off without a
/// reason, and traces of debugging.
fn leftovers(source: &Source) -> Vec<String> {
    let text = |at: usize| source.tokens.get(at).map_or("", |token| &token.text);
    let complaint = |at: usize| match (text(at), text(at + 1)) {
        ("allow", "(") if matches!(text(at.wrapping_sub(1)), "[" | ",") => {
            Some("use #[expect(…, reason = …)], which complains when it is no longer needed")
        }
        ("ignore", "]") if text(at.wrapping_sub(1)) == "[" => Some("say why it is ignored"),
        ("dbg", "!") => Some("was for debugging"),
        _ => None,
    };
    let found = (0..source.tokens.len()).filter_map(|at| Some((at, complaint(at)?)));
    found
        .map(|(at, complaint)| format!("{}:{}: {complaint}", source.path, source.tokens[at].line))
        .collect()
}

/// Notes to oneself. Literals may hold the words, for this test must name them.
fn notes(source: &Source) -> Vec<String> {
    let lines = source.without_literals.lines().enumerate();
    let is_note = |line: &str| {
        let mut words = line.split(|c: char| !c.is_alphanumeric());
        words.any(|word| ["TODO", "FIXME", "XXX"].contains(&word))
    };
    let noted = lines.filter(|(_, line)| is_note(line));
    noted.map(|(at, _)| format!("{}:{}: do it, or drop it", source.path, at + 1)).collect()
}

#[test]
fn every_file_says_first_what_lives_in_it() {
    assert_obeyed(head);
}

#[test]
fn no_file_is_longer_than_can_be_read_at_once() {
    assert_obeyed(length);
}

#[test]
fn no_line_is_wider_than_the_page() {
    assert_obeyed(width);
}

#[test]
fn names_say_what_is_inside() {
    assert_obeyed(names);
}

#[test]
fn nothing_is_switched_off_without_a_reason() {
    assert_obeyed(leftovers);
}

#[test]
fn nobody_left_notes_to_oneself() {
    assert_obeyed(notes);
}

fn found(rule: fn(&Source) -> Vec<String>, path: &str, text: &str) -> usize {
    rule(&Source::new(path, text)).len()
}

#[test]
fn a_file_without_a_head_is_caught_unless_it_holds_unit_tests() {
    for path in ["src/app/mod.rs", "tests/it/access.rs", "src/tests.rs", "migrations/m1.rs"] {
        assert_eq!(found(head, path, "use a::b;\n//! Late."), 1, "{path}");
        assert_eq!(found(head, path, "//! What the product does.\n"), 0, "{path}");
    }
    for path in ["src/app/tests.rs", "src/app/tests/wide.rs", "src/app/look_up_tests.rs"] {
        assert_eq!(found(head, path, "use super::*;"), 0, "{path}");
    }
}

#[test]
fn the_first_line_too_many_is_caught() {
    assert_eq!(found(length, "src/app/mod.rs", &"a\n".repeat(LINES_MAX)), 0);
    assert_eq!(found(length, "src/app/mod.rs", &"a\n".repeat(LINES_MAX + 1)), 1);
}

#[test]
fn a_wide_line_is_caught_unless_it_is_an_address_or_a_text() {
    let wide = "a ".repeat(51);
    for (text, expected) in [
        (wide.clone(), 1),
        (format!("// {wide}"), 1),
        (format!("let a = \"short\"; {wide}"), 1),
        ("ä".repeat(COLUMNS_MAX), 0),
        (format!("// https://www.rfc-editor.org/rfc/rfc6962 {wide}"), 0),
        (format!("let a = \"{}\"; {wide}", "b".repeat(LITERAL_LONG)), 0),
    ] {
        assert_eq!(found(width, "src/app/mod.rs", &text), expected, "{text}");
    }
}

#[test]
fn names_that_say_nothing_are_caught() {
    for path in ["src/utils.rs", "src/app/common/mod.rs", "tests/it/helpers.rs"] {
        assert_eq!(found(names, path, ""), 1, "{path}");
    }
    for text in ["mod misc;", "pub mod impl {}", "struct ScoreManager;", "type IdWrapper = u8;"] {
        assert_eq!(found(names, "src/app/mod.rs", text), 1, "{text}");
    }
    for text in ["mod implementation;", "struct Manage;", "fn manager() {}", "// mod utils"] {
        assert_eq!(found(names, "src/app/mod.rs", text), 0, "{text}");
    }
}

#[test]
fn what_was_switched_off_is_caught() {
    for text in [
        "#[allow(dead_code)]",
        "#![allow(dead_code)]",
        "#[cfg_attr(test, allow(dead_code))]",
        "#[test]\n#[ignore]\nfn a() {}",
        "fn f() { dbg!(a); }",
    ] {
        assert_eq!(found(leftovers, "src/app/mod.rs", text), 1, "{text}");
    }
    for text in ["#[ignore = \"by hand\"]", "// #[allow(a)]", "fn f() { consent.allow(a) }"] {
        assert_eq!(found(leftovers, "src/app/mod.rs", text), 0, "{text}");
    }
}

#[test]
fn a_note_to_oneself_is_caught() {
    for text in ["// TODO: later", "/* FIXME */", "fn f() {} // XXX"] {
        assert_eq!(found(notes, "src/app/mod.rs", text), 1, "{text}");
    }
    assert_eq!(found(notes, "src/app/mod.rs", "const A: &str = \"TODO\"; // TODOS"), 0);
}
