//! The format for networks that have none, and its description.

use serde_json::Value;

use super::build::{all_told, read, refusal, zip};
use crate::channels::{Audience, Error, OTHER_SCHEMA};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::ItemKind;

const FILE: &str = r##"{"format":"glasklar-items/1","network":"xing",
    "account":{"id":"77","handle":"Ada_Beispiel","name":"Ada Beispiel",
     "created_at":"2008-01-01T00:00:00Z"},
    "exported_at":"2025-01-01T00:00:00+01:00",
    "audience":{"connections":12},"activity":{"likes_given":3},
    "items":[
     {"id":"1","kind":"post","posted_at":"2024-05-01T10:00:00+02:00","visibility":"public",
      "text":"Ein Beitrag","tags":["#Rad","Verkehr"],"language":"de",
      "url":"https://www.xing.com/p/1","reactions":{"like":4,"reply":0}},
     {"id":"2","kind":"article","posted_at":"2024-05-02T10:00:00Z"},
     {"id":"3","kind":"post","posted_at":"2024-05-02T10:00:00Z","visibility":"limited"},
     {"id":"4","kind":"post","posted_at":"2025-02-01T00:00:00Z"}]}"##;

const TABLE: &str = "network,account,id,kind,posted_at,visibility,text,tags,language,url,like,reshare,\
    reply,bookmark,quote,vote,view\r\n\
    xing,Ada_Beispiel,1,post,2024-05-01T10:00:00+02:00,public,Ein Beitrag,#Rad; Verkehr,de,\
    https://www.xing.com/p/1,4,,0,,,,\r\n\
    xing,Ada_Beispiel,2,article,2024-05-02T10:00:00Z,,,,,,,,,,,,\r\n\
    xing,Ada_Beispiel,3,post,2024-05-02T10:00:00Z,limited,,,,,,,,,,,\r\n\
    xing,Grace,5,post,2024-05-02T10:00:00Z,,OTHERS-MUST-NOT-APPEAR,,,,,,,,,,\r\n";

/// Small files in both forms.
pub(super) fn samples() -> Vec<Vec<u8>> {
    vec![
        FILE.as_bytes().to_vec(),
        TABLE.as_bytes().to_vec(),
        zip(&[("x/items.json", FILE.as_bytes())]),
    ]
}

#[test]
fn both_forms_mean_the_same_items() {
    let (report, items) = read(FILE.as_bytes()).unwrap();
    assert_eq!((report.channel, report.layout), (Channel::Other, "items/1, JSON"));
    assert_eq!(report.account.id.as_deref(), Some("xing:77"));
    assert_eq!(report.account.handle, "xing:Ada_Beispiel");
    assert_eq!(report.account_created.unwrap().to_string(), "2008-01-01T00:00:00.000000Z");
    let paths = [
        "items.post",
        "items.article",
        "received.like",
        "received.reply",
        "received.reshare",
        "audience.connections",
        "activity.likes_given",
        "skipped.not_public",
        "skipped.impossible_date",
    ];
    let one = Some(1);
    let expected = [one, one, Some(4), Some(0), None, Some(12), Some(3), one, one];
    assert_eq!(all_told(&report, paths), expected);
    let item = &items[0];
    assert_eq!((item.id.as_str(), item.kind), ("xing:1", ItemKind::Post));
    assert_eq!(item.posted_at.to_string(), "2024-05-01T08:00:00.000000Z");
    assert_eq!(
        (item.tags.as_slice(), item.language.as_deref()),
        (&["Rad".to_owned(), "Verkehr".to_owned()][..], Some("de"))
    );
    assert_eq!(item.reactions, [(Signal::Like, 4), (Signal::Reply, 0)]);
    let (table, same) = read(TABLE.as_bytes()).unwrap();
    assert_eq!((table.layout, &same), ("items/1, table", &items));
    assert_eq!(table.account.handle, report.account.handle);
    assert_eq!(all_told(&table, ["skipped.not_own"]), [one]);
    assert!(!format!("{table:?}{same:?}").contains("MUST-NOT"));
    assert_eq!(read(&samples()[2]).unwrap(), (report, items));
}

#[test]
fn odd_items_are_left_out_and_odd_values_are_absent() {
    let file = FILE.replace(
        r#""items":["#,
        r#""items":[7,"x",[],{},{"id":"9","kind":"recommendation","posted_at":"2024-01-01T00:00:00Z"},
        {"id":"9","kind":"post","posted_at":"yesterday"},
        {"id":9,"kind":"POST","posted_at":"2024-01-01T00:00:00Z","tags":{"a":1},"text":["x"],
         "url":"javascript:alert(1)","reactions":{"like":-1,"star":4,"vote":"2","reply":1.5}},"#,
    );
    let (report, items) = read(file.as_bytes()).unwrap();
    let left_out = ["skipped.unreadable", "skipped.not_an_item", "skipped.impossible_date"];
    assert_eq!(all_told(&report, left_out), [Some(4), Some(1), Some(2)]);
    let odd = items.iter().find(|item| item.id == "xing:9").unwrap();
    assert_eq!((odd.text.as_str(), odd.url.as_deref(), odd.tags.len()), ("", None, 0));
    assert_eq!(odd.reactions, [(Signal::Vote, 2)]);
}

#[test]
fn a_file_that_names_no_network_or_one_with_an_export_is_refused() {
    for network in ["", "Xing Pro", "../x", "x"] {
        let error = refusal(FILE.replace("\"xing\"", &format!("\"{network}\"")).as_bytes());
        assert!(!matches!(error, Error::Missing { .. }), "{error}");
    }
    let error = refusal(FILE.replace("\"xing\"", "\"LinkedIn\"").as_bytes()).to_string();
    assert!(error.contains("bring that export instead"), "{error}");
    let nobody = FILE.replace("Ada_Beispiel", " ");
    assert!(refusal(nobody.as_bytes()).to_string().contains("names no account"));
    let both = zip(&[("items.json", FILE.as_bytes()), ("items.csv", TABLE.as_bytes())]);
    assert!(matches!(refusal(&both), Error::Repeated { .. }));
}

#[test]
fn a_file_that_only_quotes_the_format_is_not_recognized() {
    let quoting = br#"{"text":"\"format\":\"glasklar-items/1\""}"#;
    assert!(matches!(refusal(quoting), Error::NotAnExport { .. }));
    assert!(matches!(refusal(b"network,account,id\nx,y,1\n"), Error::NotAnExport { .. }));
}

#[test]
fn many_items_are_read_one_at_a_time() {
    let item = r#"{"id":"8","kind":"post","posted_at":"2024-01-01T00:00:00Z"},"#;
    let many = FILE.replace("\"items\":[", &format!("\"items\":[{}", item.repeat(60_000)));
    assert!(many.len() > 3 << 20);
    assert_eq!(read(many.as_bytes()).unwrap().0.total(), 60_002);
}

/// What is wrong with a value, by the words of JSON Schema that the description uses.
fn problems(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let mut note = |problem: &str| found.push(format!("{path}: {problem}"));
    match schema["type"].as_str() {
        Some("object") if !value.is_object() => note("no object"),
        Some("array") if !value.is_array() => note("no list"),
        Some("string") if !value.is_string() => note("no text"),
        Some("integer") if value.as_u64().is_none() => note("no count"),
        _ => {}
    }
    if schema.get("const").is_some_and(|constant| constant != value) {
        note("not the constant");
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        note("not one of the words");
    }
    for required in schema["required"].as_array().into_iter().flatten() {
        if value.get(required.as_str().unwrap()).is_none() {
            note(&format!("lacks {required}"));
        }
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(key) {
            Some(schema) => problems(schema, value, &format!("{path}.{key}"), found),
            None => found.push(format!("{path}.{key}: not described")),
        }
    }
    for value in value.as_array().into_iter().flatten() {
        problems(&schema["items"], value, &format!("{path}[]"), found);
    }
}

fn wrong(file: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(OTHER_SCHEMA).unwrap();
    let mut found = Vec::new();
    problems(&schema, &serde_json::from_str(file).unwrap(), "", &mut found);
    found
}

#[test]
fn the_samples_are_as_the_description_says_and_broken_ones_are_not() {
    assert_eq!(wrong(FILE), [""; 0]);
    for (from, to) in [
        ("\"id\":\"1\",", ""),
        ("\"id\":\"1\"", "\"id\":1"),
        ("\"kind\":\"post\"", "\"kind\":\"poem\""),
        ("\"like\":4", "\"like\":-4"),
        ("\"like\":4", "\"star\":4"),
        ("glasklar-items/1", "glasklar-items/2"),
        ("[\"#Rad\",\"Verkehr\"]", "\"Rad\""),
    ] {
        assert!(!wrong(&FILE.replacen(from, to, 1)).is_empty(), "{to}");
    }
}

/// Every description of a value, with its path.
fn described(schema: &Value, path: &str, found: &mut Vec<(String, bool)>) {
    let text = schema["description"].as_str().unwrap_or_default();
    found.push((path.to_owned(), text.ends_with('.')));
    for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
        described(inner, &format!("{path}.{key}"), found);
    }
    if let Some(items) = schema.get("items") {
        described(items, &format!("{path}[]"), found);
    }
}

#[test]
fn every_field_is_described_in_the_words_of_the_service() {
    let schema: Value = serde_json::from_str(OTHER_SCHEMA).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let mut found = Vec::new();
    described(&schema, "", &mut found);
    assert!(found.len() > 30 && found.iter().all(|(_, described)| *described), "{found:?}");
    let keys = |at: &str| -> Vec<String> {
        let properties = schema.pointer(at).unwrap().as_object().unwrap();
        properties.keys().cloned().collect()
    };
    let mut signals: Vec<_> = Channel::Other.signals().iter().map(|signal| signal.word()).collect();
    signals.sort_unstable();
    assert_eq!(keys("/properties/items/items/properties/reactions/properties"), signals);
    let mut people = [
        Audience::Followers,
        Audience::Following,
        Audience::Friends,
        Audience::Connections,
        Audience::Communities,
        Audience::Reputation,
    ]
    .map(Audience::word);
    people.sort_unstable();
    assert_eq!(keys("/properties/audience/properties"), people);
    for kind in
        schema.pointer("/properties/items/items/properties/kind/enum").unwrap().as_array().unwrap()
    {
        let kind = kind.as_str().unwrap();
        assert!(ItemKind::from_word(kind).is_some());
        let file = FILE.replacen("\"kind\":\"post\"", &format!("\"kind\":\"{kind}\""), 1);
        assert_eq!(read(file.as_bytes()).unwrap().0.total(), 2, "{kind}");
    }
}
