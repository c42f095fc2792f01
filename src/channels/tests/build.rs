//! Builds archives in memory and imports them.

use std::fs::File;
use std::io::{Cursor, Seek as _, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::channels::{Error, Limits, Report, Source, Upload, import};
use crate::domain::item::Item;

pub(super) const ACCOUNT: &str = r#"window.YTD.account.part0 = [ { "account" : {
    "email" : "EMAIL-MUST-NOT-APPEAR", "username" : "ada_example", "accountId" : "1400",
    "createdAt" : "2012-05-01T10:00:00.000Z", "accountDisplayName" : "Ada Example" } } ]"#;

/// A zip of these members.
pub(super) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip_as(CompressionMethod::Deflated, members)
}

pub(super) fn zip_as(method: CompressionMethod, members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in members {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A tar.gz of these members.
pub(super) fn tar_gz(members: &[(&str, &[u8])]) -> Vec<u8> {
    tar_gz_with(|builder| {
        for (name, bytes) in members {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, name, *bytes).unwrap();
        }
    })
}

pub(super) type Builder = tar::Builder<GzEncoder<Vec<u8>>>;

pub(super) fn tar_gz_with(fill: impl FnOnce(&mut Builder)) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    fill(&mut builder);
    builder.into_inner().unwrap().finish().unwrap()
}

/// An X archive of the current layout with these rows in `tweets.js`.
pub(super) fn x_with(rows: &str) -> Vec<u8> {
    let tweets = format!("window.YTD.tweets.part0 = [{rows}]");
    zip(&[("data/account.js", ACCOUNT.as_bytes()), ("data/tweets.js", tweets.as_bytes())])
}

/// A row of `tweets.js`: the id, the text, and further fields, each with a comma before it.
pub(super) fn tweet(id: u64, text: &str, more: &str) -> String {
    let millis = i64::try_from(id >> 22).unwrap() + 1_288_834_974_657;
    let at = jiff::Timestamp::from_millisecond(millis).unwrap();
    let at = at.strftime("%a %b %d %H:%M:%S +0000 %Y");
    format!(
        r#"{{"tweet":{{"id_str":"{id}","created_at":"{at}","full_text":"{text}",
        "favorite_count":"3","retweet_count":"2"{more}}}}}"#
    )
}

pub(super) fn spooled(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

pub(super) fn read_with(limits: &Limits, bytes: &[u8]) -> Result<(Report, Vec<Item>), Error> {
    let sources = vec![Source::File(spooled(bytes))];
    read_upload(Upload { sources, whose: None, limits: *limits })
}

/// Imports several files that belong together.
pub(super) fn read_parts<B: AsRef<[u8]>>(parts: &[B]) -> Result<(Report, Vec<Item>), Error> {
    let sources = parts.iter().map(|bytes| Source::File(spooled(bytes.as_ref()))).collect();
    read_upload(Upload { sources, whose: None, limits: Limits::default() })
}

/// Imports one person's part of an upload.
pub(super) fn read_of(bytes: &[u8], whose: &str) -> Result<(Report, Vec<Item>), Error> {
    let mut upload = Upload::from(spooled(bytes));
    upload.whose = Some(whose.to_owned());
    read_upload(upload)
}

fn read_upload(upload: Upload) -> Result<(Report, Vec<Item>), Error> {
    let mut items = Vec::new();
    let mut sink = |item| {
        items.push(item);
        Ok(())
    };
    let report = import(upload, &mut sink, &mut |_| Ok(()))?;
    Ok((report, items))
}

pub(super) fn read(bytes: &[u8]) -> Result<(Report, Vec<Item>), Error> {
    read_with(&Limits::default(), bytes)
}

/// The refusal of an upload that must not be imported.
pub(super) fn refusal(bytes: &[u8]) -> Error {
    read(bytes).unwrap_err()
}

/// The refusal of one person's part, or of an upload of which nobody's part was asked for.
pub(super) fn refusal_of(bytes: &[u8], whose: Option<&str>) -> Error {
    whose.map_or_else(|| refusal(bytes), |whose| read_of(bytes, whose).unwrap_err())
}

/// An X archive with this `tweets.js`.
pub(super) fn with_tweets(method: CompressionMethod, tweets: &[u8]) -> Vec<u8> {
    zip_as(method, &[("data/account.js", ACCOUNT.as_bytes()), ("data/tweets.js", tweets)])
}

/// A list that opens and then goes on with `size` bytes of `filler`.
pub(super) fn filled(open: &str, filler: u8, size: usize) -> Vec<u8> {
    let mut text = open.as_bytes().to_vec();
    text.resize(size, filler);
    text
}

/// A number of a report by its path in the printed form: `received.like`, `items.post`. `None`
/// for what is not there.
pub(super) fn told(report: &Report, path: &str) -> Option<u64> {
    let document = serde_json::to_value(report.document()).unwrap();
    let (list, word) = path.split_once('.').unwrap();
    match document[list].as_array() {
        Some(skipped) => skipped.iter().find(|entry| entry["reason"] == word)?["count"].as_u64(),
        None => document[list][word].as_u64(),
    }
}

/// Several numbers of a report.
pub(super) fn all_told<const N: usize>(report: &Report, paths: [&str; N]) -> [Option<u64>; N] {
    paths.map(|path| told(report, path))
}
