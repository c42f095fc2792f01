//! What no file of the repository may contain, whatever its language: traces of one machine and
//! of one moment, which mean nothing to who reads them elsewhere and later.

use super::{assert_none, texts};

/// Folders of one machine or one user.
const ROOTS: [&str; 4] = ["home", "root", "work", "Users"];

/// Hosts of package registries, in two parts, for this file is searched too.
const REGISTRIES: [(&str, &str); 7] = [
    ("index", "crates.io"),
    ("static", "crates.io"),
    ("registry", "npmjs.org"),
    ("files", "pythonhosted.org"),
    ("proxy", "golang.org"),
    ("deb", "debian.org"),
    ("archive", "ubuntu.com"),
];

/// First names of hosts that stand in for a registry in somebody's network.
const MIRRORS: [&str; 4] = ["artifactory", "mirror", "mirrors", "nexus"];

fn findings(path: &str, text: &str, is_bad: fn(&str) -> bool) -> Vec<String> {
    let lines = text.lines().enumerate().filter(|(_, line)| is_bad(line));
    lines.map(|(at, line)| format!("{path}:{}: {}", at + 1, line.trim())).collect()
}

/// Each place of a word in a line, as what stands before it and what stands after it.
fn places<'a>(line: &'a str, word: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    line.match_indices(word).map(|(at, _)| (&line[..at], &line[at + word.len()..]))
}

fn names_a_machine(line: &str) -> bool {
    ROOTS.iter().any(|root| {
        let folder = format!("/{root}/");
        places(line, &folder).any(|(before, after)| {
            // Inside an address or a relative path it is somebody's own folder name.
            let begins = !before.ends_with(|c: char| c.is_alphanumeric() || "._-}".contains(c));
            begins && after.starts_with(|c: char| c.is_ascii_lowercase())
        })
    })
}

fn names_a_registry(line: &str) -> bool {
    let known = |(label, domain): &(&str, &str)| line.contains(&format!("{label}.{domain}"));
    let mirror = |label: &&str| {
        let label = format!("{label}.");
        places(line, &label).any(|(before, after)| {
            let begins = !before.ends_with(|c: char| c.is_alphanumeric() || "._-/".contains(c));
            let host = before.ends_with("://") || begins;
            let dotted = after.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '-').next();
            host && dotted.is_some_and(|rest| rest.trim_end_matches('.').contains('.'))
        })
    };
    REGISTRIES.iter().any(known) || MIRRORS.iter().any(mirror)
}

fn names_an_issue(line: &str) -> bool {
    places(line, "#").any(|(before, after)| {
        let digits = after.chars().take_while(char::is_ascii_digit).count();
        // A full stop may end the sentence, but #7.2 is a section.
        let tail = after[digits..].strip_prefix('.').unwrap_or(&after[digits..]);
        let ends = !tail.starts_with(|c: char| c.is_alphanumeric() || "-_".contains(c));
        // PKCS #8 is a standard, &#39; a character, and an address may have such an anchor.
        let other = ["PKCS", "PKCS ", "&", "/"].iter().any(|start| before.ends_with(start));
        let in_words = before.to_lowercase().ends_with("issue ");
        in_words || ((1..=6).contains(&digits) && ends && !other)
    })
}

/// The rule over every text file of the repository, but these.
fn assert_absent(is_bad: fn(&str) -> bool, excused: &[&str]) {
    let texts = texts(&["."]);
    for expected in ["Cargo.toml", ".ci/run", "proto/glasklar/v1/score.proto"] {
        assert!(texts.iter().any(|(path, _)| path == expected), "{expected} was not found");
    }
    let searched = texts.iter().filter(|(path, _)| {
        !excused.iter().any(|excused| path == excused || path.ends_with(excused))
    });
    let found: Vec<_> = searched.flat_map(|(path, text)| findings(path, text, is_bad)).collect();
    assert_none(&found);
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    assert_absent(names_a_machine, &[]);
}

#[test]
fn no_file_names_the_host_of_a_registry() {
    assert_absent(names_a_registry, &["Cargo.lock"]);
}

#[test]
fn no_file_speaks_in_numbers_of_issues() {
    // Where a number sign begins a color.
    assert_absent(names_an_issue, &[".css", ".html", ".svg", "Cargo.lock"]);
}

#[test]
fn a_path_of_a_machine_is_caught() {
    for root in ROOTS {
        for line in
            [format!("/{root}/alice"), format!("cd \"/{root}/a\""), format!("file:///{root}/a")]
        {
            assert!(names_a_machine(&line), "{line}");
        }
    }
    for line in ["https://example.org/home/page", "target/work/x", "/work/", "a/root/b", "~/.cache"]
    {
        assert!(!names_a_machine(line), "{line}");
    }
}

#[test]
fn a_host_of_a_registry_is_caught() {
    for (label, domain) in REGISTRIES {
        assert!(names_a_registry(&format!("https://{label}.{domain}/x")));
    }
    for label in MIRRORS {
        assert!(names_a_registry(&format!("http://{label}.example.org:8080/x")), "{label}");
        assert!(names_a_registry(&format!("= \"{label}.example.org\"")), "{label}");
    }
    for line in ["from crates.io", "a mirror. Then", "let mirror = mirror.clone();", "docs.rs"] {
        assert!(!names_a_registry(line), "{line}");
    }
}

#[test]
fn a_number_of_an_issue_is_caught() {
    for number in ["7", "123"] {
        for line in
            [format!("// see #{number}"), format!("fixes a/b#{number}."), format!("(#{number})")]
        {
            assert!(names_an_issue(&line), "{line}");
        }
    }
    assert!(names_an_issue(&["see Issue ", "# 7"].concat()));
    for line in
        ["PKCS #1", "PKCS#8", "&#39;", "# heading", "#[test]", "r#\"", "rfc6962#section-2", "#7.2"]
    {
        assert!(!names_an_issue(line), "{line}");
    }
}
