//! The rules of the public API, as tests over the compiled protos: comments, names, paging, and
//! what every method says of itself. `buf lint` checks what needs no knowledge of the product.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

mod api;
mod rules;

use glasklar::pb::DESCRIPTOR;
use prost::Message as _;
use prost_types::FileDescriptorSet;

use api::Api;

fn assert_obeyed(rule: fn(&Api<'_>) -> Vec<String>) {
    let set = FileDescriptorSet::decode(DESCRIPTOR).unwrap();
    let api = Api::new(&set);
    assert!(api.services().count() >= 6, "the descriptor lacks services");
    let findings = rule(&api);
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn everything_has_a_comment_in_sentences() {
    assert_obeyed(rules::comments);
}

#[test]
fn every_service_has_a_file_named_after_it() {
    assert_obeyed(rules::services);
}

#[test]
fn every_method_has_a_request_and_a_response_of_its_own() {
    assert_obeyed(rules::methods);
}

#[test]
fn the_values_of_an_enum_say_which_enum_they_are_of() {
    assert_obeyed(rules::enums);
}

#[test]
fn fields_are_in_snake_case_and_never_inexact() {
    assert_obeyed(rules::fields);
}

#[test]
fn the_parts_of_paging_come_together() {
    assert_obeyed(rules::paging);
}

#[test]
fn every_method_says_for_whom_it_is_and_how_it_fails() {
    assert_obeyed(rules::promises);
}

#[test]
fn nothing_imports_a_service() {
    assert_obeyed(rules::imports);
}
