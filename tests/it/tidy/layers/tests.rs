//! Each rule of the layers fails on a small source that breaks it.

use super::*;

/// Counts what a rule finds in a file with this text.
fn found(rule: fn(&Source) -> Vec<String>, path: &str, text: &str) -> usize {
    rule(&Source::new(path, text)).len()
}

#[test]
fn naming_an_upper_layer_is_caught_in_every_spelling() {
    for text in [
        "use crate::storage::Tx;",
        "use crate::{domain, storage::{Tx, Store}};",
        "fn f() { crate::storage::open() }",
        "use super::super::storage;",
        "use super::super::{storage, domain};",
        "mod deep { use super::super::super::storage; }",
        "use crate as root; fn f() { root::storage::open() }",
        "use crate::*;",
        "fn f() { glasklar::storage::open() }",
        "pub(in crate::storage) fn f() {}",
    ] {
        assert!(found(layering, "src/auth/token.rs", text) > 0, "{text}");
    }
    for text in [
        "use crate::domain::ids::Id;",
        "use super::claims;",
        "use crate::auth::claims;",
        "pub(crate) fn f() {}",
        "// crate::storage\nconst A: &str = \"crate::storage\";",
    ] {
        assert_eq!(found(layering, "src/auth/token.rs", text), 0, "{text}");
    }
}

#[test]
fn a_module_without_a_row_is_caught() {
    assert_eq!(found(layering, "src/ranking/mod.rs", ""), 1);
    assert_eq!(found(layering, "src/demo_people.rs", "use crate::storage::Tx;"), 0);
}

#[test]
fn only_unit_tests_may_use_what_is_for_tests() {
    let text = "use crate::demo;";
    assert_eq!(found(layering, "src/channels/tests/x.rs", text), 0);
    assert_eq!(found(layering, "src/channels/x.rs", text), 1);
    assert_eq!(found(layering, "src/domain/score_tests.rs", text), 1);
}

#[test]
fn a_crate_in_the_wrong_module_is_caught() {
    for (path, text) in [
        ("src/app/look_up.rs", "use sea_orm::EntityTrait;"),
        ("src/app/look_up.rs", "fn f() { sqlx::query(a) }"),
        ("src/app/look_up.rs", "use tonic::Status;"),
        ("src/app/look_up.rs", "use tonic_types::ErrorDetails;"),
        ("src/grpc/names.rs", "use std::time::{Duration, SystemTime};"),
        ("src/grpc/names.rs", "use std::time; fn f() { time::SystemTime::now() }"),
        ("src/server.rs", "fn f() { std::env::var(a) }"),
        ("tests/it/access.rs", "use std::env;"),
    ] {
        assert!(found(reserved, path, text) > 0, "{path}: {text}");
    }
    for (path, text) in [
        ("src/storage/tx.rs", "use sea_orm::EntityTrait;"),
        ("src/clock.rs", "use std::time::SystemTime;"),
        ("src/config.rs", "fn f() { std::env::var(a) }"),
        ("src/app/look_up.rs", "use std::time::Duration; const A: &str = env!(b);"),
    ] {
        assert_eq!(found(reserved, path, text), 0, "{path}: {text}");
    }
}

#[test]
fn the_world_outside_is_caught_in_the_pure_core() {
    for text in [
        "use tokio::sync::Mutex;",
        "async fn f() { tokio::time::sleep(a).await }",
        "use std::{fs, io}; fn f() { fs::write(a, b) }",
        "use std::net::TcpStream;",
        "use std::*;",
    ] {
        assert!(found(purity, "src/domain/score.rs", text) > 0, "{text}");
        assert_eq!(found(purity, "src/auth/fetch.rs", text), 0, "{text}");
    }
    assert_eq!(found(purity, "src/channels/x.rs", "use std::fs::File;"), 0);
}

#[test]
fn a_status_made_elsewhere_is_caught() {
    for text in [
        "use tonic::Status; fn f() { Status::invalid_argument(a) }",
        "fn f() { tonic::Status::new(a, b) }",
        "use tonic::Status as S; fn f() { x.map_err(S::from_error) }",
    ] {
        assert!(found(statuses, "src/grpc/layers.rs", text) > 0, "{text}");
        assert_eq!(found(statuses, "src/grpc/status.rs", text), 0, "{text}");
    }
    let asks = "use tonic::Status; fn f(s: Status) { Some(&s).map(Status::code) }";
    assert_eq!(found(statuses, "src/grpc/layers.rs", asks), 0);
}

#[test]
fn a_permit_made_elsewhere_is_caught() {
    for text in [
        "fn f() { let p = Permit { scope }; }",
        "fn f() -> Permit { consent::Permit { scope } }",
        "impl Permit { fn all() {} }",
        "fn f() { g(&Permit { scope }) }",
    ] {
        assert_eq!(found(permits, "src/storage/tx.rs", text), 1, "{text}");
        assert_eq!(found(permits, "src/domain/consent.rs", text), 0, "{text}");
    }
    for text in [
        "fn f(a: Permit) -> consent::Permit { a }",
        "fn f(&self) -> &Permit { &self.permit }",
        "fn f<'a>(a: &'a mut Permit) -> &'a mut consent::Permit { a }",
        "fn f() -> Option<Permit> { None }",
    ] {
        assert_eq!(found(permits, "src/storage/tx.rs", text), 0, "{text}");
    }
}

#[test]
fn a_file_put_elsewhere_is_caught() {
    let text = "#[path = \"../storage/tx.rs\"]\nmod tx;";
    assert_eq!(found(placement, "src/app/mod.rs", text), 1);
    assert_eq!(found(placement, "src/app/mod.rs", "#[path = \"a_tests.rs\"]\nmod tests;"), 0);
}
