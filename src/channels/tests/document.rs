//! The document of a report against its JSON Schema.

use serde_json::{Value, json};

use super::build::read;
use super::samples;
use crate::channels::schema;

/// What of a schema a value breaks, by the few keywords that ours uses. Any other fails.
fn broken(schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (keyword, rule) in schema.as_object().unwrap() {
        let holds = match keyword.as_str() {
            "$schema" | "title" | "description" => true,
            "type" => {
                let kinds = if rule.is_array() { rule.clone() } else { json!([rule]) };
                kinds.as_array().unwrap().iter().any(|kind| is(value, kind.as_str().unwrap()))
            }
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "format" => {
                let moment = |text: &str| text.parse::<jiff::Timestamp>().is_ok();
                rule == "date-time" && value.as_str().is_none_or(moment)
            }
            "pattern" => {
                assert_eq!(rule, "^[a-z]+(_[a-z]+)*$");
                let word =
                    |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
                value.as_str().is_none_or(|text| text.split('_').all(word))
            }
            "items" => {
                for element in value.as_array().into_iter().flatten() {
                    found.extend(broken(rule, element, &format!("{path}[]")));
                }
                true
            }
            "required" => {
                let there = |key: &Value| value.get(key.as_str().unwrap()).is_some();
                !value.is_object() || rule.as_array().unwrap().iter().all(there)
            }
            "properties" => {
                for (key, rule) in rule.as_object().unwrap() {
                    let inner = value.get(key).map(|value| (value, format!("{path}.{key}")));
                    found.extend(inner.iter().flat_map(|(value, at)| broken(rule, value, at)));
                }
                true
            }
            "propertyNames" => {
                for key in value.as_object().into_iter().flatten().map(|(key, _)| key) {
                    found.extend(broken(rule, &json!(key), &format!("{path}.{key}")));
                }
                true
            }
            "additionalProperties" => {
                let known = |key: &String| schema["properties"].get(key).is_some();
                let fields = value.as_object().into_iter().flatten();
                let others: Vec<_> = fields.filter(|(key, _)| !known(key)).collect();
                for (key, value) in others.iter().filter(|_| rule.is_object()) {
                    found.extend(broken(rule, value, &format!("{path}.{key}")));
                }
                rule.is_object() || others.is_empty()
            }
            other => panic!("the schema uses {other}, which this test does not know"),
        };
        if !holds {
            found.push(format!("{path}: {keyword}"));
        }
    }
    found
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the schema names the type {other}"),
    }
}

#[test]
fn the_document_of_every_export_is_as_the_schema_says_and_has_all_its_keys() {
    let schema = schema();
    for sample in samples() {
        let (report, _) = read(&sample).unwrap();
        let document = serde_json::to_value(report.document()).unwrap();
        assert_eq!(broken(&schema, &document, "$"), [""; 0], "{document:#}");
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&document), keys(&schema["properties"]));
        for (signal, count) in report.signals() {
            assert_eq!(document["received"][signal.word()].as_u64(), count);
        }
    }
}

#[test]
fn the_schema_refuses_what_is_no_answer() {
    let schema = schema();
    let (report, _) = read(&samples()[0]).unwrap();
    let document = serde_json::to_value(report.document()).unwrap();
    let changed = |key: &str, value: Value| {
        let mut other = document.clone();
        other[key] = value;
        broken(&schema, &other, "$")
    };
    for (key, value) in [
        ("channel", json!("myspace")),
        ("items", json!({ "tweet": 1 })),
        ("received", json!({ "like": -1 })),
        ("period", json!({ "first": "yesterday", "last": "today" })),
        ("skipped", json!([{ "reason": "Not Public", "count": 1 }])),
        ("subject", json!({ "handle": "x" })),
        ("more", json!(1)),
    ] {
        assert!(!changed(key, value).is_empty(), "{key}");
    }
}

#[test]
fn instants_are_written_as_short_as_they_are() {
    let (report, _) = read(&samples()[0]).unwrap();
    let document = serde_json::to_value(report.document()).unwrap();
    assert_eq!(document["subject"]["created"], "2014-03-09T08:30:00Z");
}
