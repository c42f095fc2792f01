//! `glasklar inspect`: what it prints for people and for machines, and what it refuses.

use std::io::{Cursor, Write as _};

use glasklar::domain::time::Day;
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::harness::program::Folder;

/// A folder with the demo's exports in it.
fn exports() -> Folder {
    let folder = Folder::new();
    let today = Day::from_number(20_400);
    folder.write("x.zip", glasklar::demo::x_archive(today));
    folder.write("mastodon.tar.gz", glasklar::demo::mastodon_archive(today));
    folder
}

async fn json(folder: &Folder, paths: &[&str]) -> Value {
    let printed = folder.succeed(&[&["inspect", "--json"], paths].concat()).await;
    serde_json::from_str(&printed).unwrap()
}

#[tokio::test]
async fn inspect_prints_what_an_export_contains_and_leaves_nothing_behind() {
    let folder = exports();
    let ended = folder.run(&["inspect", "x.zip"]).await;
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "no progress without a terminal");
    for line in [
        "X export (2022 and later)",
        "  account   mira_example",
        "  exported  2025-11-08",
        "Items that count as evidence            40",
        "  likes                           ",
        "  replies                       not told",
        "  reshares made                        2",
        "- your X export does not tell these:",
        "Nothing was stored.",
    ] {
        assert!(ended.out.lines().any(|found| found.starts_with(line)), "{line}:\n{}", ended.out);
    }
    assert!(ended.out.lines().all(|line| line.chars().count() <= 80), "{}", ended.out);
    let mut left: Vec<_> =
        folder.path().read_dir().unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["mastodon.tar.gz", "x.zip"]);
}

#[tokio::test]
async fn inspect_answers_with_the_same_keys_for_every_network() {
    let folder = exports();
    let schema: Value =
        serde_json::from_str(&folder.succeed(&["inspect", "--schema"]).await).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let (x, mastodon) =
        (json(&folder, &["x.zip"]).await, json(&folder, &["mastodon.tar.gz"]).await);
    for document in [&x, &mastodon] {
        assert_eq!(keys(document), keys(&schema["properties"]));
    }
    assert_eq!((&x["channel"], &mastodon["channel"]), (&"x".into(), &"mastodon".into()));
    assert_eq!(x["subject"]["id"], "1500000000000000001");
    assert_eq!(x["received"]["bookmark"], Value::Null, "what cannot be known is not zero");
    assert!(x["received"]["like"].as_u64().unwrap() > 1_000);
    assert_eq!(x["activity"]["reshares_made"], 2);
    assert_eq!(mastodon["skipped"][0]["reason"], "not_public");
}

#[tokio::test]
async fn inspect_takes_a_folder_or_all_parts_of_one_export() {
    let folder = exports();
    let whole = json(&folder, &["x.zip"]).await;
    let bytes = std::fs::read(folder.path().join("x.zip")).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = [0, 1].map(|_| ZipWriter::new(Cursor::new(Vec::new())));
    std::fs::create_dir_all(folder.path().join("unpacked/data")).unwrap();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).unwrap();
        let (name, mut content) = (member.name().unwrap().into_owned(), Vec::new());
        std::io::copy(&mut member, &mut content).unwrap();
        folder.write(&format!("unpacked/{name}"), &content);
        let part = &mut parts[at % 2];
        part.start_file(name, SimpleFileOptions::default()).unwrap();
        part.write_all(&content).unwrap();
    }
    for (part, name) in parts.into_iter().zip(["part1.zip", "part2.zip"]) {
        folder.write(name, part.finish().unwrap().into_inner());
    }
    assert_eq!(json(&folder, &["unpacked"]).await, whole);
    assert_eq!(json(&folder, &["part1.zip", "part2.zip"]).await, whole);
}

#[tokio::test]
async fn inspect_names_the_file_and_the_way_out_of_what_it_cannot_read() {
    let folder = exports();
    folder.write("notes.txt", "hello");
    for (arguments, says) in [
        (&["missing.zip"][..], "cannot read"),
        (&["notes.txt"], "bring the whole archive"),
        (&["x.zip", "mastodon.tar.gz"], "upload one export at a time"),
        (&["/dev/null"], "neither a file nor a folder"),
    ] {
        let ended = folder.run(&[&["inspect", "--json"], arguments].concat()).await;
        assert_eq!(ended.code, Some(2), "{arguments:?}: {ended:?}");
        assert!(ended.out.is_empty(), "{ended:?}");
        assert!(ended.err.contains(arguments[0]) && ended.err.contains(says), "{ended:?}");
    }
    assert_eq!(folder.run(&["inspect"]).await.code, Some(2), "a path is needed");
}
