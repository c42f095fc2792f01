//! Rules over Cargo.toml: every dependency says why it is there and brings no more than is used.

use super::{assert_none, texts};

/// Dependencies with their default features, and why. One that no longer needs its line here
/// fails, so that the list stays true.
const DEFAULTS: [(&str, &str); 13] = [
    ("anyhow", "its one default feature is std"),
    ("data-encoding", "its one default feature is std"),
    ("http", "its one default feature is std"),
    ("http-body", "it has no features"),
    ("libm", "its one default feature picks instructions that give the same bits"),
    ("metrics", "it has no default features"),
    ("protox", "it runs at build time only, and has no default features"),
    ("signed_note", "it has no default features"),
    ("tempfile", "its one default feature makes names that cannot be guessed"),
    ("tonic-prost", "it has no default features"),
    ("tonic-types", "it has no default features"),
    ("zeroize", "its one default feature is alloc"),
    ("glasklar", "the package itself, with what tests switch on"),
];

/// Fewer words than these say nothing.
const REASON_WORDS_MIN: usize = 2;

/// The dependencies: the number of the line, the name, the value, and the comment.
fn dependencies(manifest: &str) -> Vec<(usize, &str, &str, &str)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (at, line) in manifest.lines().enumerate() {
        let (code, comment) = split_comment(line);
        if code.starts_with('[') {
            inside = code.trim_end().ends_with("dependencies]");
        } else if inside && let Some((name, value)) = code.split_once('=') {
            found.push((at + 1, name.trim(), value.trim(), comment));
        }
    }
    found
}

/// Splits a line at the number sign that begins its comment.
fn split_comment(line: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '#' if !quoted => return (&line[..at], line[at + 1..].trim()),
            _ => {}
        }
    }
    (line, "")
}

fn reasons(manifest: &str) -> Vec<String> {
    let without = dependencies(manifest)
        .into_iter()
        .filter(|(_, _, _, comment)| comment.split_whitespace().count() < REASON_WORDS_MIN);
    without.map(|(at, name, ..)| format!("Cargo.toml:{at}: {name}: say why it is there")).collect()
}

fn defaults(manifest: &str, excused: &[(&str, &str)]) -> Vec<String> {
    let dependencies = dependencies(manifest);
    let brings_defaults = |name: &str| {
        let mut same = dependencies.iter().filter(|(_, other, ..)| *other == name);
        same.any(|(_, _, value, _)| !value.contains("default-features = false"))
    };
    let is_excused = |name: &str| excused.iter().any(|(other, _)| *other == name);
    let mut findings: Vec<_> = dependencies
        .iter()
        .filter(|(_, name, ..)| brings_defaults(name) && !is_excused(name))
        .map(|(at, name, ..)| format!("Cargo.toml:{at}: {name}: write default-features = false"))
        .collect();
    let stale = excused.iter().filter(|(name, _)| !brings_defaults(name));
    findings.extend(stale.map(|(name, _)| format!("{name}: no longer needs to be excused")));
    findings
}

fn origins(manifest: &str) -> Vec<String> {
    // A table of its own for one dependency would hide it from these rules.
    let tables =
        manifest.lines().filter(|line| line.starts_with('[') && line.contains("dependencies."));
    let mut findings: Vec<_> =
        tables.map(|line| format!("Cargo.toml: {line}: write it on one line")).collect();
    for (at, name, value, _) in dependencies(manifest) {
        let keys: Vec<_> = value.split(['{', ',', ' ', '=']).collect();
        let elsewhere = ["git", "path", "registry"].iter().any(|key| keys.contains(key));
        if elsewhere && name != "glasklar" {
            findings.push(format!("Cargo.toml:{at}: {name}: take it from the registry"));
        }
    }
    findings
}

fn manifest() -> String {
    let (_, text) = texts(&["Cargo.toml"]).remove(0);
    assert!(dependencies(&text).iter().any(|(_, name, ..)| *name == "tonic"));
    text
}

#[test]
fn every_dependency_says_why_it_is_there() {
    assert_none(&reasons(&manifest()));
}

#[test]
fn no_dependency_brings_features_that_nobody_asked_for() {
    assert_none(&defaults(&manifest(), &DEFAULTS));
    assert!(DEFAULTS.iter().all(|(_, reason)| !reason.is_empty()));
}

#[test]
fn every_dependency_comes_from_the_registry() {
    assert_none(&origins(&manifest()));
}

const SOUND: &str = r#"
[package]
name = "glasklar"
[dependencies] # what the service needs
a = { version = "1", default-features = false, features = ["x#y"] } # reads archives
b = "2" # its defaults are what we use

[dev-dependencies]
glasklar = { path = ".", default-features = false } # tests switch on features
[lints.rust]
unsafe_code = "forbid"
"#;

#[test]
fn sound_dependencies_pass() {
    assert_eq!(dependencies(SOUND).len(), 3);
    assert_eq!(reasons(SOUND), [""; 0]);
    assert_eq!(defaults(SOUND, &[("b", "std")]), [""; 0]);
    assert_eq!(origins(SOUND), [""; 0]);
}

#[test]
fn a_dependency_without_a_reason_is_caught() {
    assert_eq!(reasons(&SOUND.replace(" # reads archives", "")).len(), 1);
    assert_eq!(reasons(&SOUND.replace("# reads archives", "# needed")).len(), 1);
}

#[test]
fn default_features_and_stale_excuses_are_caught() {
    assert_eq!(defaults(SOUND, &[]).len(), 1);
    assert_eq!(defaults(SOUND, &[("a", "std"), ("b", "std"), ("c", "std")]).len(), 2);
}

#[test]
fn dependencies_from_elsewhere_are_caught() {
    for value in ["{ git = \"https://example.org/a\" }", "{version=\"1\",path=\"../a\"}"] {
        let manifest = SOUND.replace("\"2\"", value);
        assert_eq!(origins(&manifest).len(), 1, "{value}");
    }
    assert_eq!(origins(&format!("{SOUND}\n[dependencies.c]\nversion = \"1\"")).len(), 1);
}
