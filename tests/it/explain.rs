//! `glasklar explain`, on documents made here: what it prints, draws and refuses.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::process::Stdio;

use glasklar::app::models::{MODEL, read_model};
use glasklar::crypto;
use glasklar::domain::document::{Document, ItemEvidence, Items, Subject};
use glasklar::domain::evidence::{Channel, Provenance, Signal};
use glasklar::domain::model::Digest;
use glasklar::domain::scope::Channels;
use glasklar::domain::summing::{Observed, Summing};
use glasklar::domain::time::Day;
use serde_json::Value;

use crate::harness::program::{Ended, Folder};

const FILE: &str = "explanation.json";

/// A released explanation over so many posts on Mastodon.
fn released(posts: i32, excerpt: &str) -> Vec<u8> {
    let model = read_model(MODEL).unwrap();
    let today: Day = "2026-11-23".parse().unwrap();
    let mut summing = Summing::new(&model, today);
    let mut items = Items::new();
    for i in 0..posts {
        let posted = Day::from_number(today.number() - 4 * i);
        let reactions = [(Signal::Like, 9), (Signal::Reshare, 2)];
        let told = reactions.map(|(signal, count)| (signal, count, Provenance::Uploaded));
        let (channel, about, heard) = (Channel::Mastodon, &[][..], &[][..]);
        let reactions = reactions.to_vec();
        summing.add(&Observed {
            channel,
            posted,
            reactions: &told,
            contradicted: false,
            about,
            heard,
        });
        items.entry(channel).or_default().push(ItemEvidence {
            id: format!("post-{i}"),
            kind: glasklar::domain::item::ItemKind::Post,
            posted,
            reactions,
            excerpt: excerpt.to_owned(),
            url: String::new(),
        });
    }
    let summary = summing.finish();
    let (revision, channels) = (1, Channels::all());
    let subject = Subject { candidate: None, revision, summary: &summary, day: today, channels };
    Document::new(&model, &subject, &items).render()
}

fn folder(document: impl AsRef<[u8]>) -> Folder {
    let folder = Folder::new();
    folder.write(FILE, document);
    folder
}

async fn explain(folder: &Folder, arguments: &[&str]) -> Ended {
    folder.run(&[&["explain", FILE], arguments].concat()).await
}

#[tokio::test]
async fn an_explanation_is_shown_as_bars_and_sentences() {
    let folder = folder(released(30, "Grüße aus Köln"));
    let english = explain(&folder, &[]).await;
    assert_eq!((english.code, english.err.as_str()), (Some(0), ""), "{english:?}");
    insta::assert_snapshot!("explained_en", english.out);
    let german = explain(&folder, &["--language", "de-AT", "--view", "recruiter"]).await;
    insta::assert_snapshot!("explained_de", german.out);
    assert!(!german.out.contains('\u{1b}'), "colors are for terminals");
    let narrow = explain(&folder, &["--width", "60"]).await;
    assert!(narrow.out.lines().all(|line| line.chars().count() <= 60), "{}", narrow.out);
}

#[tokio::test]
async fn an_explanation_is_read_from_standard_input() {
    let folder = folder(released(30, ""));
    let input = std::fs::File::open(folder.path().join(FILE)).unwrap();
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_glasklar"));
    let piped = command.args(["explain", "-"]).env_clear().stdin(Stdio::from(input)).output();
    let piped = piped.await.unwrap();
    assert!(piped.status.success(), "{piped:?}");
    assert_eq!(String::from_utf8(piped.stdout).unwrap(), explain(&folder, &[]).await.out);
}

#[tokio::test]
async fn too_little_evidence_is_shown_without_a_number() {
    let folder = folder(released(3, "one of three"));
    let ended = explain(&folder, &["--svg", "bars.svg"]).await;
    assert_eq!(ended.code, Some(0), "that there is no score is not a failure");
    assert!(ended.out.starts_with("No score yet, as of 23 November 2026"), "{}", ended.out);
    assert!(ended.out.contains("7 more items with a reaction by others are needed for a score."));
    let drawn = std::fs::read_to_string(folder.path().join("bars.svg")).unwrap();
    assert!(drawn.contains("No score yet"));
}

#[tokio::test]
async fn machines_get_the_sentences_and_the_numbers() {
    let bytes = released(30, "a post");
    let folder = folder(&bytes);
    let out = explain(&folder, &["--json", "--view", "auditor", "--entry", "12"]).await.out;
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&value["verified"], &value["language"]), (&true.into(), &"en".into()));
    let document = Document::parse(&bytes).unwrap();
    assert_eq!(value["micropoints"], document.score.micropoints.micros());
    let bars = value["bars"].as_array().unwrap();
    let points = |shape: &str| -> i64 {
        let own = bars.iter().filter(|bar| bar["shape"] == shape);
        own.map(|bar| bar["micropoints"].as_i64().unwrap()).sum()
    };
    // The baseline and the score are whole bars.
    let score = i64::from(document.score.micropoints.micros());
    assert_eq!(points("whole") - score + points("channel"), score);
    assert_eq!((points("kind"), points("item")), (points("channel"), points("channel")));
    let sentences = value["sentences"].as_array().unwrap();
    let digest = Digest::from_bytes(crypto::sha256(&bytes)).to_string();
    for expected in ["Entry 12 of the ledger".to_owned(), digest, document.score.name] {
        let says = |sentence: &Value| sentence.as_str().unwrap().contains(&expected);
        assert!(sentences.iter().any(says), "{expected}");
    }
}

#[tokio::test]
async fn an_operator_is_shown_neither_score_nor_person() {
    let folder = folder(released(30, "a private thought"));
    for arguments in [&["--view", "operator"][..], &["--view", "operator", "--json"]] {
        let ended = explain(&folder, arguments).await;
        assert_eq!(ended.code, Some(0));
        for hidden in ["candidates/", "private", "points", "2026-11-23", "November", "post-"] {
            assert!(!ended.out.contains(hidden), "{hidden}: {}", ended.out);
        }
        assert!(ended.out.contains("there is some evidence"), "{}", ended.out);
    }
    let refused = explain(&folder, &["--view", "operator", "--svg", "bars.svg"]).await;
    assert_eq!(refused.code, Some(2));
    assert!(!folder.path().join("bars.svg").exists());
}

#[tokio::test]
async fn what_does_not_verify_is_refused_with_its_lines() {
    let text = String::from_utf8(released(30, "a post")).unwrap();
    let at = text.lines().position(|line| line.contains("\"micropoints\"")).unwrap();
    let line = text.lines().nth(at).unwrap();
    let changed = text.replacen(line, &line.replace(": ", ": 9"), 1);
    let folder = folder(&changed);
    let refused = explain(&folder, &["--svg", "bars.svg"]).await;
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""), "{refused:?}");
    assert!(refused.err.contains(&format!("line {}: found", at + 1)), "{}", refused.err);
    assert!(refused.err.contains("--unverified"), "{}", refused.err);
    assert!(!folder.path().join("bars.svg").exists());
    let shown = explain(&folder, &["--unverified"]).await;
    assert_eq!(shown.code, Some(0));
    assert!(shown.out.starts_with("NOT VERIFIED"), "{}", shown.out);
    assert!(shown.err.contains(&format!("line {}: found", at + 1)));
    let value = explain(&folder, &["--unverified", "--json"]).await.out;
    assert_eq!(serde_json::from_str::<Value>(&value).unwrap()["verified"], false);
    assert_eq!(explain(&folder, &["--unverified", "--svg", "bars.svg"]).await.code, Some(2));
}

#[tokio::test]
async fn an_explanation_of_another_model_needs_that_model() {
    let text = String::from_utf8(released(30, "a post")).unwrap();
    let digest = read_model(MODEL).unwrap().digest.to_string();
    let folder = folder(text.replace(&digest, &"0".repeat(64)));
    let refused = explain(&folder, &[]).await;
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("--model"), "{}", refused.err);
    assert_eq!(explain(&folder, &["--unverified"]).await.code, Some(0));
    folder.write(FILE, "{}");
    assert_eq!(explain(&folder, &[]).await.code, Some(1));
    assert_eq!(explain(&folder, &["--unverified"]).await.code, Some(2), "nothing can be shown");
}

#[tokio::test]
async fn the_text_of_others_commands_neither_terminal_nor_picture() {
    let hostile = "\u{1b}[2J\u{9b}31m\u{202e}txet</text><script>alert(1)</script>";
    let folder = folder(released(30, hostile));
    for arguments in [&["--svg", "bars.svg"][..], &["--json"]] {
        let ended = explain(&folder, arguments).await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let said = ended.out + &ended.err;
        assert!(said.contains("script"), "the excerpt is shown");
        assert!(!said.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{said}");
    }
    let drawn = std::fs::read_to_string(folder.path().join("bars.svg")).unwrap();
    assert!(drawn.contains("&lt;script&gt;") && !drawn.contains("<script"), "{drawn}");
}
