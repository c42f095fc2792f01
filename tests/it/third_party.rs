//! Checkpoints, proofs and entries verified by code that we did not write: a Rust crate, the code
//! behind Go's checksum database, and a few lines of Python as an auditor might write them. The
//! programs are in `tests/third_party`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use data_encoding::BASE64;
use glasklar::pb;
use serde_json::{Value, json};
use signed_note::{Note, StandardVerifier, VerifierList};

use crate::audit::fill;
use crate::audit::proofs::{consistency, inclusion};
use crate::harness::server::Server;
use crate::harness::settings::report_missing_tool;

const INDEX: u64 = 300;
const OLD_SIZE: u64 = 260;

/// What the server says about its ledger.
struct Said {
    signed: pb::GetCheckpointResponse,
    entry: pb::Entry,
    inclusion: pb::GetInclusionProofResponse,
    consistency: pb::GetConsistencyProofResponse,
}

impl Said {
    async fn by(server: &Server) -> Self {
        fill(&server.recruiter("acme").await, 619).await;
        let auditor = server.auditor().await;
        let name = format!("entries/{INDEX}");
        let entry = auditor.api().get_entry(auditor.on(pb::GetEntryRequest { name })).await;
        Self {
            signed: auditor.checkpoint().await,
            entry: entry.unwrap().into_inner().entry.unwrap(),
            inclusion: inclusion(&auditor, INDEX, 0).await.unwrap(),
            consistency: consistency(&auditor, OLD_SIZE, 0).await.unwrap(),
        }
    }
}

fn bytes(list: &[Vec<u8>]) -> Vec<String> {
    list.iter().map(|bytes| BASE64.encode(bytes)).collect()
}

/// A text with one character changed, which is still base64, or still a line of a note.
fn changed(text: &str, at: usize) -> String {
    let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
    [&text[..at], other, &text[at + 1..]].concat()
}

/// The same with the character of one text inside it changed.
fn with_changed(said: &Value, pointer: &str, at: usize) -> Value {
    let mut said = said.clone();
    let text = said.pointer_mut(pointer).unwrap();
    *text = changed(text.as_str().unwrap(), at).into();
    said
}

fn programs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/third_party")
}

/// Runs a program; `None` after saying so when there is no such tool.
fn run(tool: &str, command: &mut Command) -> Option<Output> {
    match command.output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            report_missing_tool(tool);
            None
        }
        Err(error) => panic!("{tool} cannot be run: {error}"),
    }
}

/// Hands a file to a verifier. Returns whether all holds, and what it printed.
fn verify(program: &mut Command, folder: &Path, said: &Value) -> (bool, String) {
    let file = folder.join("said.json");
    std::fs::write(&file, said.to_string()).unwrap();
    let output = program.arg(&file).output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&printed).into_owned())
}

#[tokio::test]
async fn a_checkpoint_is_accepted_by_the_crate_signed_note() {
    let server = Server::start().await;
    let signed = server.auditor().await.checkpoint().await;
    let key = StandardVerifier::new(&signed.verifier_key).unwrap();
    let known = VerifierList::new(vec![Box::new(key)]);
    let note = Note::from_bytes(signed.note.as_bytes()).unwrap();
    let (accepted, unknown) = note.verify(&known).expect("the signature verifies");
    assert_eq!((accepted.len(), unknown.len()), (1, 0));
    assert!(note.text().starts_with(b"glasklar.test/ledger\n1\n"));
    for at in [0, 21, 30] {
        let altered = Note::from_bytes(changed(&signed.note, at).as_bytes()).unwrap();
        assert!(altered.verify(&known).is_err(), "byte {at} was changed");
    }
    server.finish().await;
}

#[tokio::test]
async fn checkpoint_and_proofs_are_accepted_by_the_code_of_gos_checksum_database() {
    let server = Server::start().await;
    let Said { signed, inclusion, consistency, .. } = Said::by(&server).await;
    server.finish().await;
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("verify");
    assert!(programs().join("go/go.sum").is_file(), "else go would seem to be missing");
    let mut build = Command::new("go");
    build.arg("build").arg("-o").arg(&program).arg(".").current_dir(programs().join("go"));
    let Some(output) = run("go", &mut build) else { return };
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "go build: {complaint}");
    let said = json!({
        "verifier_key": signed.verifier_key,
        "note": signed.note,
        "inclusion": {
            "index": INDEX,
            "leaf": BASE64.encode(&inclusion.leaf),
            "hashes": bytes(&inclusion.hashes),
        },
        "consistency": {
            "old_size": OLD_SIZE,
            "old_root": BASE64.encode(&consistency.old_root),
            "hashes": bytes(&consistency.hashes),
        },
    });
    let check = |said: &Value| verify(&mut Command::new(&program), folder.path(), said);
    assert_eq!(check(&said), (true, "everything holds\n".to_owned()));
    for (pointer, at, complaint) in [
        ("/note", 30, "note: "),
        ("/inclusion/leaf", 9, "inclusion: "),
        ("/inclusion/hashes/0", 9, "inclusion: "),
        ("/inclusion/hashes/8", 9, "inclusion: "),
        ("/consistency/old_root", 9, "consistency: "),
        ("/consistency/hashes/0", 9, "consistency: "),
        ("/consistency/hashes/3", 9, "consistency: "),
    ] {
        let (holds, printed) = check(&with_changed(&said, pointer, at));
        assert!(!holds && printed.starts_with(complaint), "{pointer} was changed: {printed}");
    }
    let mut elsewhere = said.clone();
    elsewhere["inclusion"]["index"] = (INDEX + 1).into();
    assert!(!check(&elsewhere).0, "the proof is for one place only");
}

#[tokio::test]
async fn an_entry_is_accepted_by_an_auditors_own_script() {
    let server = Server::start().await;
    let Said { entry, inclusion, .. } = Said::by(&server).await;
    server.finish().await;
    let Some(_) = run("python3", Command::new("python3").arg("--version")) else { return };
    let said = json!({
        "index": INDEX,
        "size": inclusion.size,
        "root": BASE64.encode(&inclusion.root),
        "hashes": bytes(&inclusion.hashes),
        "leaf": BASE64.encode(&entry.leaf),
        "salt": BASE64.encode(&entry.salt),
        "document": BASE64.encode(&entry.document),
    });
    let folder = tempfile::tempdir().unwrap();
    let script = programs().join("verify_entry.py");
    let check =
        |said: &Value| verify(Command::new("python3").arg("-B").arg(&script), folder.path(), said);
    assert_eq!(check(&said), (true, "everything holds\n".to_owned()));
    for (pointer, complaint) in [
        ("/leaf", "the leaf does not commit"),
        ("/salt", "the leaf does not commit"),
        ("/document", "the leaf does not commit"),
        ("/root", "the proof does not lead"),
        ("/hashes/0", "the proof does not lead"),
        ("/hashes/5", "the proof does not lead"),
    ] {
        let (holds, printed) = check(&with_changed(&said, pointer, 9));
        assert!(!holds && printed.starts_with(complaint), "{pointer} was changed: {printed}");
    }
}
