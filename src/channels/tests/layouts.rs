//! The generations and packings in which X archives come.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::build::{ACCOUNT, read, refusal, tar_gz, tweet, zip};
use crate::channels::Error;

/// 2023-10-13T21:27:08Z.
const ID: u64 = 1_712_943_072_146_358_300;

#[test]
fn the_layout_of_2020_is_read_with_its_line_ends_and_parts() {
    let part = |number: u32, id: u64| {
        format!(
            "window.YTD.tweet.part{number} = [ {{\r\n{}\r\n",
            tweet(id, "x", "").get(1..).unwrap()
        ) + "]\r\n"
    };
    let (zero, one, ten) = (part(0, ID), part(1, ID + 1), part(10, ID + 2));
    let archive = zip(&[
        ("twitter-2020-08-01-abc/data/tweet-part10.js", ten.as_bytes()),
        ("twitter-2020-08-01-abc/data/Tweet.js", zero.as_bytes()),
        ("twitter-2020-08-01-abc/data/tweet-part1.js", one.as_bytes()),
        ("twitter-2020-08-01-abc/assets/js/data/deep/account.js", b"nothing"),
        ("twitter-2020-08-01-abc/data/account.js", ACCOUNT.as_bytes()),
        ("__MACOSX/twitter-2020-08-01-abc/data/._tweet.js", b"\x00\x05"),
    ]);
    let (report, items) = read(&archive).unwrap();
    assert_eq!(report.layout, "2020 to 2022");
    let mut ids: Vec<_> = items.iter().map(|item| item.id.clone()).collect();
    ids.sort();
    assert_eq!(ids, [ID, ID + 1, ID + 2].map(|id| id.to_string()));
}

#[test]
fn rows_without_the_wrapper_of_2018_are_read() {
    let row = tweet(ID, "x", "");
    let bare = row.strip_prefix("{\"tweet\":").unwrap().strip_suffix('}').unwrap();
    let tweets = format!("window.YTD.tweet.part0 = [{bare}]");
    let archive = zip(&[("account.js", ACCOUNT.as_bytes()), ("tweet.js", tweets.as_bytes())]);
    let (report, items) = read(&archive).unwrap();
    assert_eq!((report.layout, items.len()), ("2018 to 2020", 1));
}

#[test]
fn a_partial_archive_is_imported_with_a_warning() {
    let manifest = r#"window.__THAR_CONFIG = {"archiveInfo":{"isPartialArchive":true,
        "generationDate":"2025-01-22T05:46:38.082Z"}}"#;
    let archive = zip(&[
        ("data/manifest.js", manifest.as_bytes()),
        ("data/account.js", ACCOUNT.as_bytes()),
        ("data/tweets.js", b"window.YTD.tweets.part0 = []"),
    ]);
    let (report, _) = read(&archive).unwrap();
    assert!(report.warnings.iter().any(|warning| warning.contains("only a part")));
    assert_eq!(report.exported_at.unwrap().to_string(), "2025-01-22T05:46:38.082000Z");
}

#[test]
fn an_archive_without_posts_names_what_is_missing() {
    let archive = zip(&[("data/account.js", ACCOUNT.as_bytes())]);
    assert_eq!(refusal(&archive), Error::Missing { member: "data/tweets.js" });
}

#[test]
fn an_x_archive_packed_again_as_tar_gz_reads_the_same() {
    let tweets = format!("window.YTD.tweets.part0 = [{}]", tweet(ID, "x", ""));
    let members = [("data/tweets.js", tweets.as_bytes()), ("data/account.js", ACCOUNT.as_bytes())];
    assert_eq!(read(&zip(&members)).unwrap(), read(&tar_gz(&members)).unwrap());
}

#[test]
fn archives_written_as_a_stream_or_as_zip64_read_the_same() {
    let tweets = format!("window.YTD.tweets.part0 = [{}]", tweet(ID, "x", ""));
    let members = [("data/account.js", ACCOUNT.as_bytes()), ("data/tweets.js", tweets.as_bytes())];
    let mut streamed = ZipWriter::new_stream(Vec::new());
    let mut large = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        streamed.start_file(name, SimpleFileOptions::default()).unwrap();
        streamed.write_all(bytes).unwrap();
        large.start_file(name, SimpleFileOptions::default().large_file(true)).unwrap();
        large.write_all(bytes).unwrap();
    }
    let expected = read(&zip(&members)).unwrap();
    assert_eq!(read(&streamed.finish().unwrap().into_inner()).unwrap(), expected);
    assert_eq!(read(&large.finish().unwrap().into_inner()).unwrap(), expected);
}
