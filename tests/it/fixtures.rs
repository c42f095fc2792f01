//! The collected exports import to exactly the numbers that were written down for them by hand.
//! The exports themselves are not part of the repository: `GLASKLAR_FIXTURES` names their
//! folder, else `../shared/fixtures` is tried; `GLASKLAR_REQUIRE_FIXTURES=1` turns their absence
//! into a failure.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests fail by panicking, as tests do, and find the fixtures by the environment"
)]

use std::fs::File;
use std::io::{Cursor, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use glasklar::channels::{Limits, Report, import};
use glasklar::domain::evidence::{Channel, Item};
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

type Members = Vec<(String, Vec<u8>)>;

/// The folder with one network's fixtures and `expected.json`, or `None` after saying loudly that
/// nothing was tested.
fn fixtures(part: &str) -> Option<PathBuf> {
    let root = std::env::var_os("GLASKLAR_FIXTURES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures"),
        PathBuf::from,
    );
    let folder = root.join(part);
    if folder.join("expected.json").is_file() {
        return Some(folder);
    }
    let required = std::env::var_os("GLASKLAR_REQUIRE_FIXTURES").is_some_and(|value| value == "1");
    assert!(!required, "there are no fixtures in {}", folder.display());
    // Written past the test harness, which would swallow what a passing test prints.
    let message = format!("\n*** FIXTURES NOT RUN: {} is missing ***\n\n", folder.display());
    std::io::stderr().write_all(message.as_bytes()).unwrap();
    None
}

fn members(folder: &Path, prefix: &str) -> Members {
    let mut found = Vec::new();
    let mut entries: Vec<_> = folder.read_dir().unwrap().map(Result::unwrap).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            found.extend(members(&entry.path(), &format!("{name}/")));
        } else if name != "expected.json" {
            found.push((name, std::fs::read(entry.path()).unwrap()));
        }
    }
    found
}

fn zip(members: &Members) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tar_gz(members: &Members) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn read(archive: &[u8]) -> (Report, Vec<Item>) {
    let mut file: File = tempfile::tempfile().unwrap();
    file.write_all(archive).unwrap();
    file.rewind().unwrap();
    let mut items = Vec::new();
    let mut sink = |item| {
        items.push(item);
        Ok(())
    };
    let report = import(file, &Limits::default(), &mut sink, &mut |_| Ok(())).unwrap();
    (report, items)
}

/// Imports the folder in every packing, which must make no difference.
fn import_folder(folder: &Path) -> (Report, Vec<Item>) {
    let plain = members(folder, "");
    let nested = members(folder, "export-2025-01-22/");
    let first = read(&zip(&plain));
    for archive in [zip(&nested), tar_gz(&plain), tar_gz(&nested)] {
        assert_eq!(read(&archive), first);
    }
    first
}

fn expected(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap()
}

fn assert_nothing_forbidden(expected: &Value, report: &Report, items: &[Item]) {
    let shown = format!("{report:?}{items:?}");
    let forbidden = expected["must_not_contain"].as_array().unwrap();
    assert!(!forbidden.is_empty());
    for text in forbidden {
        assert!(!shown.contains(text.as_str().unwrap()), "{text} appears");
    }
}

/// Compares every number of an object with what `ours` makes of its key.
fn assert_numbers(expected: &Value, ours: impl Fn(&str) -> Option<u64>) {
    for (key, value) in expected.as_object().unwrap() {
        if !value.is_object() {
            assert_eq!(ours(key), value.as_u64(), "{key}");
        }
    }
}

fn received(report: &Report, key: &str) -> Option<u64> {
    match key {
        "likes" => report.received.likes,
        "reshares" => report.received.reshares,
        "replies" => report.received.replies,
        // X's export has no views, and the report has no place for them.
        "views" => None,
        other => panic!("expected.json asks for {other}"),
    }
}

#[test]
fn the_x_archive_imports_to_its_expected_numbers() {
    let Some(folder) = fixtures("twitter/archive-2025") else {
        return;
    };
    let expected = expected(&folder);
    let (report, items) = import_folder(&folder);
    assert_eq!(report.channel, Channel::X);
    let subject = &expected["subject"];
    assert_eq!(subject["handle"], report.account.handle);
    assert_eq!(subject["id"], report.account.id);
    assert_eq!(subject["name"].as_str(), report.account.name.as_deref());
    assert_eq!(subject["created"].as_str().unwrap().parse().ok(), report.account_created);
    let counts = report.counts;
    assert_numbers(&expected["counts"], |key| match key {
        "posts_own_valid_date" => Some(counts.posts),
        "posts_with_impossible_date" => Some(counts.posts_with_impossible_date),
        "replies" => Some(counts.replies),
        "self_replies" => Some(counts.self_replies),
        "quotes" => Some(counts.quotes),
        "retweets_made" => Some(counts.reshares_made),
        "long_notes" => Some(counts.long_notes),
        "likes_given" => counts.likes_given,
        "followers" => report.followers,
        "following" => report.following,
        other => panic!("expected.json asks for {other}"),
    });
    assert_numbers(&expected["received"], |key| received(&report, key));
    let period = report.period.unwrap();
    assert_eq!(expected["period"]["first"].as_str().unwrap().parse().ok(), Some(period.first));
    assert_eq!(expected["period"]["last"].as_str().unwrap().parse().ok(), Some(period.last));
    assert_eq!(items.len() as u64, counts.posts + counts.posts_with_impossible_date);
    assert_nothing_forbidden(&expected, &report, &items);
}

#[test]
fn the_mastodon_archive_imports_to_its_expected_numbers() {
    let Some(folder) = fixtures("mastodon") else {
        return;
    };
    let expected = expected(&folder);
    let (report, items) = import_folder(&folder.join("archive-4.2"));
    assert_eq!(report.channel, Channel::Mastodon);
    let counts = report.counts;
    // The part "api" is about the REST interface, which is not read here.
    assert_numbers(&expected["archive"], |key| match key {
        "posts_public" => Some(counts.posts),
        "posts_followers_only" => Some(counts.not_public),
        "boosts_made" => Some(counts.reshares_made),
        "replies_public" => Some(counts.replies),
        "likes_given" => counts.likes_given,
        "followers" => report.followers,
        other => panic!("expected.json asks for {other}"),
    });
    assert_numbers(&expected["archive"]["received"], |key| received(&report, key));
    assert_eq!(items.len() as u64, counts.posts);
    assert!(items.iter().all(|item| item.reactions.is_empty()));
    assert_nothing_forbidden(&expected, &report, &items);
}
