//! The rules themselves: each takes the API and returns what breaks it.

use std::collections::HashSet;

use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, ServiceDescriptorProto};

use super::api::{Api, PACKAGE, Place};

/// How the comment of a method begins to say who may call it.
const AUDIENCES: [&str; 5] =
    ["For recruiters", "For candidates", "For auditors", "For operators", "For every role"];

/// How any call can fail.
const ALWAYS: [&str; 3] = ["TOKEN_INVALID", "DEADLINE_EXCEEDED", "INTERNAL"];

/// Everything that has a name has a comment, in sentences.
pub(crate) fn comments(api: &Api<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    check_comments(api, &api.messages(), &mut findings);
    check_comments(api, &api.all_fields(), &mut findings);
    check_comments(api, &api.all_enums(), &mut findings);
    let enums = api.all_enums();
    let values = enums.iter().flat_map(|place| {
        (0..).zip(&place.what.value).map(|(at, value)| place.inner([2, at], value.name(), value))
    });
    check_comments(api, &values.collect::<Vec<_>>(), &mut findings);
    check_comments(api, &api.all_services(), &mut findings);
    check_comments(api, &api.all_methods(), &mut findings);
    findings
}

fn check_comments<'a, T>(api: &Api<'a>, places: &[Place<'a, T>], findings: &mut Vec<String>) {
    for place in places {
        let comment = api.comment(place);
        if !comment.ends_with('.') || comment.len() < 2 {
            findings.push(format!("{}: {}: no sentence above it", place.file, place.name));
        }
    }
}

/// One service a file, which is named after it; a file that is named so has one.
pub(crate) fn services(api: &Api<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    for file in &api.files {
        let names: Vec<_> = file.service.iter().map(ServiceDescriptorProto::name).collect();
        let expected = file.name().ends_with("_service.proto");
        if names.len() > 1 || expected != (names.len() == 1) {
            findings.push(format!("{}: holds the services {names:?}", file.name()));
        }
        for name in names {
            if !name.ends_with("Service") {
                findings.push(format!("{name}: does not end in Service"));
            }
            let expected = format!("{}/{}.proto", PACKAGE.replace('.', "/"), snake(name));
            if file.name() != expected {
                findings.push(format!("{}: should be {expected}", file.name()));
            }
        }
    }
    findings
}

/// Request and response are named after their method and serve nothing else.
pub(crate) fn methods(api: &Api<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    let mut seen = HashSet::new();
    for place in api.all_methods() {
        let method = place.what;
        for (found, kind) in [(method.input_type(), "Request"), (method.output_type(), "Response")]
        {
            if found != format!(".{PACKAGE}.{}{kind}", method.name()) {
                findings.push(format!("{}: {found} is not named after it", place.name));
            }
            if !seen.insert(found) {
                findings.push(format!("{}: {found} is used before", place.name));
            }
        }
    }
    for place in api.all_fields() {
        if seen.contains(place.what.type_name()) {
            findings.push(format!("{}: uses what belongs to a method", place.name));
        }
    }
    for message in api.messages() {
        let name = format!(".{}", message.name);
        let named_so = name.ends_with("Request") || name.ends_with("Response");
        if named_so && !seen.contains(name.as_str()) {
            findings.push(format!("{name}: no method has it"));
        }
    }
    findings
}

/// Values carry the name of their enum, and zero says that nothing was set.
pub(crate) fn enums(api: &Api<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    for place in api.all_enums() {
        let prefix = format!("{}_", snake(place.what.name()).to_uppercase());
        for value in &place.what.value {
            if !value.name().starts_with(&prefix) {
                findings.push(format!("{}: {} lacks {prefix}", place.name, value.name()));
            }
            let unspecified = value.name() == format!("{prefix}UNSPECIFIED");
            if unspecified != (value.number() == 0) {
                findings.push(format!("{}: {} is not zero's", place.name, value.name()));
            }
        }
    }
    findings
}

/// Names in snake case; no floating point, because points are exact (promise P6).
pub(crate) fn fields(api: &Api<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    for place in api.all_fields() {
        if snake(place.what.name()) != place.what.name() {
            findings.push(format!("{}: is not in snake case", place.name));
        }
        if matches!(place.what.r#type(), Type::Float | Type::Double) {
            findings.push(format!("{}: is inexact", place.name));
        }
    }
    findings
}

/// Paging as in AIP-158: a request has both of its fields, and then the response has the third.
pub(crate) fn paging(api: &Api<'_>) -> Vec<String> {
    let messages = api.messages();
    let has = |message: &DescriptorProto, name: &str, kind: Type| {
        message.field.iter().any(|field| field.name() == name && field.r#type() == kind)
    };
    let named = |message: &DescriptorProto, name: &str| {
        message.field.iter().any(|field| field.name() == name)
    };
    let mut findings = Vec::new();
    let mut answers = HashSet::new();
    for place in api.all_methods() {
        let find = |name: &str| messages.iter().find(|message| name[1..] == message.name);
        let (Some(request), Some(response)) =
            (find(place.what.input_type()), find(place.what.output_type()))
        else {
            findings.push(format!("{}: its messages are elsewhere", place.name));
            continue;
        };
        answers.insert(&response.name);
        let parts = [
            has(request.what, "page_size", Type::Int32),
            has(request.what, "page_token", Type::String),
            has(response.what, "next_page_token", Type::String),
        ];
        if parts.contains(&true) && parts.contains(&false) {
            findings.push(format!("{}: pages only in part", place.name));
        }
    }
    for message in &messages {
        if named(message.what, "page_size") != named(message.what, "page_token")
            || (named(message.what, "next_page_token") && !answers.contains(&message.name))
        {
            findings.push(format!("{}: pages only in part", message.name));
        }
    }
    findings
}

/// A method says who may call it, and names the reasons of its errors, which exist.
pub(crate) fn promises(api: &Api<'_>) -> Vec<String> {
    let enums = api.all_enums();
    let reasons: HashSet<_> = enums
        .iter()
        .filter(|place| place.what.name() == "ErrorReason")
        .flat_map(|place| &place.what.value)
        .filter(|value| value.number() != 0)
        .filter_map(|value| value.name().strip_prefix("ERROR_REASON_"))
        .collect();
    let mut findings = Vec::new();
    for place in api.all_methods() {
        let comment = api.comment(&place);
        let mut say = |complaint: String| findings.push(format!("{}: {complaint}", place.name));
        let audience = AUDIENCES.iter().find(|audience| {
            comment
                .match_indices(**audience)
                .any(|(at, _)| at == 0 || comment[..at].ends_with(". "))
        });
        if audience.is_none() {
            say("does not say for whom it is".to_owned());
        }
        let named = named_reasons(comment);
        for unknown in named.iter().filter(|name| !reasons.contains(*name)) {
            say(format!("{unknown} is no reason of an error"));
        }
        for expected in ALWAYS.iter().filter(|name| !named.contains(*name)) {
            say(format!("does not name {expected}"));
        }
        // Whoever has any role at all has the one that is needed.
        if named.contains("ROLE_MISSING") == (audience == Some(&"For every role")) {
            say("says two things of who may call it".to_owned());
        }
    }
    findings
}

/// The words in capitals: those with an underscore anywhere, all of them in a list of reasons.
fn named_reasons(comment: &str) -> HashSet<&str> {
    let list = comment
        .match_indices("easons")
        .find_map(|(at, _)| comment[at..].find(':').map(|colon| at + colon))
        .unwrap_or(comment.len());
    let (before, after) = comment.split_at(list);
    let underscored = capitals(before).filter(|word| word.contains('_'));
    underscored.chain(capitals(after)).collect()
}

fn capitals(text: &str) -> impl Iterator<Item = &str> {
    let is_capital = |c: char| c.is_ascii_uppercase() || c == '_';
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(move |word| word.len() > 2 && word.chars().all(is_capital))
}

/// Messages that several services share are in files of nouns, so that no service drags in
/// another.
pub(crate) fn imports(api: &Api<'_>) -> Vec<String> {
    let imports = api
        .files
        .iter()
        .flat_map(|file| file.dependency.iter().map(|dependency| (file.name(), dependency)));
    imports
        .filter(|(_, dependency)| dependency.ends_with("_service.proto"))
        .map(|(file, dependency)| format!("{file}: imports {dependency}"))
        .collect()
}

/// `LookUpProfile` or `lookUp` as `look_up_profile` and `look_up`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests;
