//! What an upload costs in memory, seen from outside: the program itself serves, and the system
//! says how much it had resident at most.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use glasklar::pb;
use glasklar::pb::candidate_service_client::CandidateServiceClient;
use tonic::{Code, Status};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::harness::clients::bearing;
use crate::harness::program::{Folder, Running};

/// Most that the whole server may have resident, in bytes. This is the debug build: its code, and
/// what its threads keep for themselves while other tests run, take 20 to 60 MB more than a
/// release, which `glasklar bench import` measures.
const MOST: u64 = 220_000_000;

/// Posts of the smaller archive, which fills every cache and buffer, and of the larger one:
/// 150 MB more inflated, because this program is built without optimization and reads some 10 MB
/// a second.
const FEW: &str = "20000";
const MANY: &str = "100000";

/// Most that the larger one may add to what the smaller one made resident: well below what it
/// inflates to, so that whoever holds all of it, in whatever form, is caught.
const GROWTH: u64 = 60_000_000;

async fn serving() -> (Folder, Running) {
    let folder = Folder::new();
    let config = "development = true\n[server]\nlisten = \"127.0.0.1:0\"\n[database]\n\
                  url = \"sqlite://glasklar.db\"\n[mail]\nkind = \"print\"\n";
    folder.write("glasklar.toml", config);
    folder.succeed(&["keygen"]).await;
    folder.succeed(&["migrate", "--config", "glasklar.toml"]).await;
    let running = folder.serve(&["serve", "--config", "glasklar.toml"]).await;
    (folder, running)
}

/// A candidate who uploads.
struct Candidate {
    api: CandidateServiceClient<tonic::transport::Channel>,
    token: String,
}

impl Candidate {
    async fn new(folder: &Folder, running: &Running) -> Self {
        let token = folder.succeed(&["token", "--role", "candidate"]).await.trim().to_owned();
        let mut api = CandidateServiceClient::new(running.connect().await);
        let request = pb::EnrollRequest { display_name: "Vera".to_owned(), of_age: true };
        api.enroll(bearing(&token, request)).await.unwrap();
        Self { api, token }
    }

    async fn upload(&mut self, archive: Vec<u8>) -> Result<pb::ImportReport, Status> {
        let pieces: Vec<_> = archive
            .chunks(128 * 1024)
            .map(|chunk| pb::ImportArchiveRequest { chunk: chunk.to_vec(), ..Default::default() })
            .collect();
        let request = bearing(&self.token, tokio_stream::iter(pieces));
        let mut answers = self.api.import_archive(request).await?.into_inner();
        let mut report = None;
        while let Some(answer) = answers.message().await? {
            report = answer.report.or(report);
        }
        Ok(report.expect("the last message has the report"))
    }
}

/// An X archive with these rows of posts and of long posts.
fn archive(posts: impl FnOnce(&mut dyn std::io::Write), notes: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let account = "window.YTD.account.part0 = [{\"account\": {\"username\": \"vera_example\", \
                   \"accountId\": \"1500\"}}]";
    let notes = format!("window.YTD.note_tweet.part0 = [{notes}]");
    for (name, text) in [("account", account), ("note-tweet", &notes)] {
        zip.start_file(format!("data/{name}.js"), options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.start_file("data/tweets.js", options).unwrap();
    zip.write_all(b"window.YTD.tweets.part0 = [").unwrap();
    posts(&mut zip);
    zip.write_all(b"]").unwrap();
    zip.finish().unwrap().into_inner()
}

/// Numbers that do not pack well, so that the ratio does not give the attack away.
fn noise(numbers: u64) -> String {
    let mut text = String::new();
    for n in 0..numbers {
        write!(text, "{:x},", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).unwrap();
    }
    text
}

#[tokio::test]
async fn a_large_upload_is_never_held_in_memory() {
    let (folder, running) = serving().await;
    let mut vera = Candidate::new(&folder, &running).await;
    let mut peaks = Vec::new();
    for posts in [FEW, MANY] {
        let made = ["bench", "archive", "--tweets", posts, "--output", "made.zip"];
        folder.succeed(&made).await;
        let archive = std::fs::read(folder.path().join("made.zip")).unwrap();
        let report = vera.upload(archive).await.unwrap();
        assert!(report.items > posts.parse::<i64>().unwrap() * 8 / 10, "{report:?}");
        peaks.push(running.peak_memory());
    }
    let (before, after) = (peaks[0], peaks[1]);
    assert!(after < MOST, "{after} bytes");
    assert!(after - before < GROWTH, "{before} bytes became {after}");
}

#[tokio::test]
async fn hostile_uploads_are_refused_before_they_fill_the_memory() {
    let (folder, running) = serving().await;
    let mut vera = Candidate::new(&folder, &running).await;
    let text = noise(3_000_000);
    let one_string = archive(|out| write!(out, "\"{text}\"").unwrap(), "");
    let lists = "[[[[],[]],[[],[]]],[[[],[]],[[],[]]]],".repeat(1_000_000);
    let one_element = archive(|out| write!(out, "{{\"a\": [{lists}0]}}").unwrap(), "");
    for (attack, bytes) in [("string", one_string), ("element", one_element)] {
        let refused = vera.upload(bytes).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{attack}: {refused:?}");
        assert!(refused.message().contains("longer than"), "{attack}: {refused:?}");
    }
    let words = "🦀".repeat(1_000);
    let note = format!(
        "{{\"noteTweet\": {{\"createdAt\": \"2023-01-01T00:00:00Z\", \
         \"core\": {{\"text\": \"{words}\"}}}}}},"
    );
    // Long posts without the posts they belong to are odd, and no reason to refuse.
    let notes = note.repeat(15_000);
    vera.upload(archive(|_| (), notes.trim_end_matches(','))).await.unwrap();
    let peak = running.peak_memory();
    assert!(peak < MOST, "{peak} bytes");
}
