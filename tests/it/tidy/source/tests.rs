//! What the reader of sources must see, and what it must not mistake for code.

use super::Source;

fn paths(path: &str, text: &str) -> Vec<String> {
    let named = Source::new(path, text).paths();
    named.iter().map(|named| named.segments.join("::")).collect()
}

#[test]
fn comments_and_literals_are_not_code() {
    let text = r###"
a // one::two
/* three /* four */ five */ b
"six \" seven" c r#"eight " nine"# d br##"ten "# "## e 'f' '\'' g<'h> b'"' i
"###;
    let source = Source::new("src/a.rs", text);
    let words: Vec<_> = source.tokens.iter().filter(|token| token.is_word()).collect();
    let words: Vec<_> = words.iter().map(|token| token.text.as_str()).collect();
    assert_eq!(words, ["a", "b", "c", "d", "b", "e", "g", "h", "b", "i"]);
    assert_eq!(source.code.chars().count(), text.chars().count());
    assert!(source.without_literals.contains("three"));
    assert!(!source.without_literals.contains("nine"));
}

#[test]
fn every_branch_of_an_import_is_a_path() {
    let text = "use crate::{app, domain::{self, score::Points}, grpc::*};";
    let expected =
        ["crate::app", "crate::domain", "crate::domain::score::Points", "crate::grpc::*"];
    let found = paths("src/server.rs", text);
    for expected in expected {
        assert!(found.iter().any(|path| path == expected), "{expected} in {found:?}");
    }
}

#[test]
fn super_is_resolved_from_where_it_stands() {
    for (path, text, expected) in [
        ("src/app/look_up.rs", "super::super::storage::Tx", "crate::storage::Tx"),
        ("src/app/mod.rs", "super::storage::Tx", "crate::storage::Tx"),
        ("src/app.rs", "mod inner { fn f() { super::super::storage::Tx } }", "crate::storage::Tx"),
        ("src/app.rs", "mod inner { } fn f() { super::storage::Tx }", "crate::storage::Tx"),
        ("src/app.rs", "self::super::storage::Tx", "crate::storage::Tx"),
        ("src/domain/score_tests.rs", "super::super::ids::Id", "crate::domain::ids::Id"),
        ("migrations/m1.rs", "super::super::storage::Tx", "crate::storage::Tx"),
        ("src/app/look_up.rs", "super::error::Error", "crate::app::error::Error"),
    ] {
        let found = paths(path, text);
        assert!(found.iter().any(|path| path == expected), "{expected} in {found:?}");
    }
}

#[test]
fn imported_names_stand_for_what_they_import() {
    for (text, expected) in [
        ("use std::fs; fn f() { fs::write(a, b) }", "std::fs::write"),
        ("use tonic::{Code, Status}; fn f() { Status::new(a) }", "tonic::Status::new"),
        ("use tonic as wire; use wire::Status as S; fn f() { S::new() }", "tonic::Status::new"),
        ("use crate as root; fn f() { root::storage::Tx }", "crate::storage::Tx"),
        ("fn f() { ::tonic::Status::new() }", "tonic::Status::new"),
    ] {
        let found = paths("src/app.rs", text);
        assert!(found.iter().any(|path| path == expected), "{expected} in {found:?}");
    }
}

#[test]
fn a_glob_may_bring_anything_below_it_and_a_method_brings_nothing() {
    let source = Source::new("src/app.rs", "use std::fs::*; fn f() { self.tokio().await }");
    let paths = source.paths();
    assert!(paths.iter().any(|path| path.reaches(&["std", "fs", "write"])));
    assert!(!paths.iter().any(|path| path.reaches(&["std", "net"])));
    assert!(!paths.iter().any(|path| path.reaches(&["tokio"])));
}

#[test]
fn lines_are_counted_from_one() {
    let source = Source::new("src/app.rs", "fn a() {}\n\nfn b() {\n    \"x\n\"; c::d()\n}\n");
    let paths = source.paths();
    let found = paths.iter().find(|path| path.segments == ["c", "d"]).unwrap();
    assert_eq!(found.line, 5);
}
