//! The house rules, as tests over the text of this repository: what clippy and rustfmt do not
//! check. Every rule has a test of its own that shows it can fail. Nothing is compiled or run here.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

mod layers;
mod manifest;
mod prose;
mod shape;
mod source;

use std::path::Path;

use source::Source;

/// Where the sources are that belong to us. `benches` may be absent.
const SOURCES: [&str; 5] = ["src", "migrations", "tests", "benches", "build.rs"];

/// What is not part of the repository: the folders that `.gitignore` names, and git's own.
const FOREIGN: [&str; 8] =
    [".git", "target", "node_modules", ".venv", "glasklar-data", "corpus", "artifacts", "coverage"];

/// Every text file below these places of the repository: its path from the root, with slashes,
/// and its content.
fn texts(places: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for place in places {
        collect(place, &mut found);
    }
    found.sort();
    found
}

fn collect(path: &str, found: &mut Vec<(String, String)>) {
    let absolute = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if absolute.is_dir() {
        for entry in absolute.read_dir().unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if !FOREIGN.contains(&name.as_str()) {
                let inside = if path == "." { name } else { format!("{path}/{name}") };
                collect(&inside, found);
            }
        }
    } else if let Ok(bytes) = std::fs::read(&absolute)
        && let Ok(text) = String::from_utf8(bytes)
    {
        found.push((path.to_owned(), text));
    }
}

fn sources() -> Vec<Source> {
    let found: Vec<_> = texts(&SOURCES)
        .into_iter()
        .filter(|(path, _)| Path::new(path).extension().is_some_and(|kind| kind == "rs"))
        .map(|(path, text)| Source::new(path, text))
        .collect();
    // A walk in the wrong place would find every rule obeyed.
    for expected in ["src/domain/consent.rs", "migrations/mod.rs", "tests/it/tidy.rs"] {
        assert!(found.iter().any(|source| source.path == expected), "{expected} was not found");
    }
    found
}

fn assert_obeyed(rule: impl Fn(&Source) -> Vec<String>) {
    assert_none(&sources().iter().flat_map(rule).collect::<Vec<_>>());
}

fn assert_none(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

/// Whether a path is one of these places: a file, a module (its file or its folder), or, with a
/// star at the end, everything that begins so.
fn is_within(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| match place.strip_suffix('*') {
        Some(start) => path.starts_with(start),
        None => path
            .strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest == ".rs" || rest.starts_with('/')),
    })
}

#[test]
fn a_place_is_a_file_or_a_module_but_not_its_namesake() {
    let places = ["src/config", "build.rs", "src/demo*"];
    for inside in ["src/config.rs", "src/config/load.rs", "build.rs", "src/demo_archive.rs"] {
        assert!(is_within(inside, &places), "{inside}");
    }
    for outside in ["src/configuration.rs", "src/app/config.rs", "src/build.rs"] {
        assert!(!is_within(outside, &places), "{outside}");
    }
}
