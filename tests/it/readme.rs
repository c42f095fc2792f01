//! The documents against the repository: what they repeat is what it says, and what they point to
//! exists. Whether they are true otherwise is for people to judge.
#![expect(clippy::panic, reason = "helpers of tests fail by panicking, as tests do")]

use std::path::Path;

/// The documents at the top of the repository.
const DOCUMENTS: [&str; 5] =
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];

/// Where paths begin that the documents name.
const FOLDERS: &[&str] = &[
    ".ci/",
    "examples/",
    "fuzz/",
    "helm/",
    "migrations/",
    "models/",
    "ontology/",
    "proto/",
    "src/",
    "tests/",
    "benches/",
];

const PROMISES: usize = 13;

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The text between two markers, each on a line of its own.
fn between<'t>(text: &'t str, begin: &str, end: &str) -> &'t str {
    let (_, rest) = text.split_once(&format!("{begin}\n")).expect(begin);
    let (inside, _) = rest.split_once(&format!("{end}\n")).expect(end);
    inside
}

/// What stands between backticks on one line, and behind the brackets of links.
fn quoted(text: &str) -> Vec<&str> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let code = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    links.chain(code).collect()
}

/// The paths of this repository that a document names.
fn paths(text: &str) -> Vec<&str> {
    let is_path = |quote: &&str| {
        FOLDERS.iter().any(|folder| quote.starts_with(folder))
            && !quote.contains(|c: char| c.is_whitespace() || "<*{".contains(c))
    };
    quoted(text).into_iter().filter(is_path).collect()
}

#[test]
fn the_configuration_reference_is_the_file_of_defaults() {
    let readme = document("README.md");
    let begin = "<!-- begin src/config/default.toml -->\n```toml";
    let inside = between(&readme, begin, "```\n<!-- end src/config/default.toml -->");
    assert!(
        inside == glasklar::config::DEFAULT,
        "README.md: put src/config/default.toml between its markers again"
    );
}

#[test]
fn the_commands_that_are_run_before_a_merge_stand_in_the_readme() {
    let readme = document("README.md");
    for (marker, command) in
        [("demo command", "cargo run --release -- demo"), ("test command", "cargo test")]
    {
        let inside = between(&readme, &format!("<!-- {marker} -->\n```sh"), "```");
        assert_eq!(inside.trim_end(), command, "{marker}");
        assert_eq!(readme.matches(&format!("<!-- {marker} -->")).count(), 1, "{marker}");
    }
}

#[test]
fn every_promise_says_whether_it_is_kept() {
    let readme = document("README.md");
    for number in 1..=PROMISES {
        let start = format!("| P{number} ");
        let row = readme.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("README.md has no row for promise P{number}"));
        let state = row.split('|').nth(2).map(str::trim).unwrap_or_default();
        let known = ["kept", "in part: ", "later: "].iter().any(|word| state.starts_with(word));
        assert!(known, "P{number}: `{state}`");
        assert_eq!(state.starts_with("kept"), row.contains("tests"), "P{number} names a test");
    }
}

#[test]
fn every_path_that_a_document_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in DOCUMENTS {
        for path in paths(&document(name)) {
            assert!(root.join(path).exists(), "{name} names {path}, which does not exist");
        }
    }
    assert!(!paths(&document("README.md")).is_empty(), "no path was recognized");
}

#[test]
fn the_code_map_has_a_row_for_every_module() {
    let map = document("ARCHITECTURE.md");
    for line in include_str!("../../src/lib.rs").lines() {
        let Some(module) = line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';'))
        else {
            continue;
        };
        let named = map.lines().any(|row| row.starts_with(&format!("| `{module}`")));
        assert!(named, "ARCHITECTURE.md: the code map has no row for `{module}`");
    }
}

#[test]
fn paths_are_found_in_code_and_links_and_nothing_else_is_taken_for_one() {
    let text = "see `src/a.rs`, [b](helm/b.md), `cargo test`, `src/<x>.rs`, `tests/ x`, src/no.rs";
    assert_eq!(paths(text), ["helm/b.md", "src/a.rs"]);
}
