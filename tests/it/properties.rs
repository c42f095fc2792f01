//! The list of the sixteen properties of the score, in `src/domain/score_tests.rs`: each has a
//! test, and each test that it names exists.
#![expect(clippy::panic, reason = "helpers of tests fail by panicking, as tests do")]

use std::path::Path;

/// The numbers that the list must have.
const PROPERTIES: usize = 16;

/// What the list says of each property, without the comment's marks.
fn listed(text: &str) -> Vec<String> {
    let comment = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let mut entries: Vec<String> = Vec::new();
    for line in comment {
        if line.starts_with(&format!("{}. ", entries.len() + 1)) {
            entries.push(line.to_owned());
        } else if let Some(entry) = entries.last_mut() {
            entry.push(' ');
            entry.push_str(line);
        }
    }
    entries
}

/// The tests that an entry names, each with the file that stands behind it.
fn tests(entry: &str) -> Vec<(String, String)> {
    let quoted: Vec<&str> = entry.split('`').skip(1).step_by(2).collect();
    let is_file = |word: &str| Path::new(word).extension().is_some_and(|kind| kind == "rs");
    let mut found = Vec::new();
    for (at, name) in quoted.iter().enumerate().filter(|(_, word)| word.contains('_')) {
        let file = quoted.iter().skip(at).find(|word| is_file(word));
        if let Some(file) = file.filter(|_| !is_file(name)) {
            found.push(((*name).to_owned(), (*file).to_owned()));
        }
    }
    found
}

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn each_of_the_sixteen_properties_names_tests_that_exist() {
    let entries = listed(&read("src/domain/score_tests.rs"));
    assert_eq!(entries.len(), PROPERTIES, "{entries:#?}");
    for entry in &entries {
        let tests = tests(entry);
        assert!(!tests.is_empty() || entry.contains("not applicable, because"), "{entry}");
        for (name, file) in tests {
            assert!(read(&file).contains(&format!("fn {name}(")), "{file} has no test {name}");
        }
    }
}

#[test]
fn a_list_is_read_with_its_tests_and_files() {
    let text = "//! Head.\n//!\n//! 1. One: `a_b`, `c_d` in `x.rs`.\n//!    And `e_f` in\n//!    `y.rs`.\n\
                //! 2. Two.\nuse x;\n//! 3. No.";
    let entries = listed(text);
    assert_eq!(entries.len(), 2);
    let named = tests(&entries[0]);
    let pairs: Vec<_> = named.iter().map(|(name, file)| (name.as_str(), file.as_str())).collect();
    assert_eq!(pairs, [("a_b", "x.rs"), ("c_d", "x.rs"), ("e_f", "y.rs")]);
    assert_eq!(tests(&entries[1]), []);
}
