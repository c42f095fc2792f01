//! What auditors do, through a real server: reading the record, checking every leaf and proof
//! for themselves, and reading what was released.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

pub(crate) mod proofs;
mod tampering;

use glasklar::crypto::sha256;
use glasklar::pb;
use serde_json::Value;
use tonic::Code;

use crate::harness::clients::{Auditor, JOB, Recruiter, ledger_index, reason};
use crate::harness::server::Server;

/// Looks up so many unknown people, each of which is recorded.
pub(crate) async fn fill(recruiter: &Recruiter, number: usize) {
    let look_up = |at: usize| pb::ProfileLookUp {
        candidate: format!("candidates/{at:032x}"),
        purpose: pb::Purpose::Application.into(),
        job_reference: JOB.to_owned(),
        fields: Vec::new(),
    };
    let all: Vec<_> = (0..number).map(look_up).collect();
    for some in all.chunks(100) {
        let (look_ups, request_id) = (some.to_vec(), String::new());
        let request = recruiter.on(pb::BatchLookUpProfilesRequest { look_ups, request_id });
        recruiter.profiles().batch_look_up_profiles(request).await.expect("a batch is answered");
    }
}

/// A page of entries.
async fn list(
    auditor: &Auditor,
    request: pb::ListEntriesRequest,
) -> Result<pb::ListEntriesResponse, tonic::Status> {
    auditor.api().list_entries(auditor.on(request)).await.map(tonic::Response::into_inner)
}

/// All pages of entries that a filter lets through.
async fn listed(auditor: &Auditor, organization: &str, kind: &str, size: i32) -> Vec<pb::Entry> {
    let (mut entries, mut page_token) = (Vec::new(), String::new());
    loop {
        let page = list(
            auditor,
            pb::ListEntriesRequest {
                page_size: size,
                page_token,
                organization: organization.to_owned(),
                kind: kind.to_owned(),
            },
        );
        let page = page.await.expect("entries are listed");
        let most = usize::try_from(size).unwrap();
        assert!(page.entries.len() <= most, "a page has at most what was asked for");
        entries.extend(page.entries);
        if page.next_page_token.is_empty() {
            return entries;
        }
        page_token = page.next_page_token;
    }
}

async fn entry(auditor: &Auditor, name: &str) -> Result<pb::Entry, tonic::Status> {
    let request = auditor.on(pb::GetEntryRequest { name: name.to_owned() });
    Ok(auditor.api().get_entry(request).await?.into_inner().entry.unwrap())
}

#[tokio::test]
async fn entries_are_listed_in_order_by_filter_and_in_pages() {
    let server = Server::start().await;
    let (acme, rival) = (server.recruiter("acme").await, server.recruiter("rival").await);
    let mira = server.scored_candidate("mira").await;
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    acme.score(&consent.candidate).await;
    fill(&acme, 12).await;
    rival.expect_refusal(&consent.candidate).await;
    let auditor = server.auditor().await;
    let all = listed(&auditor, "", "", 7).await;
    assert_eq!(all.len(), 17);
    assert!(all.iter().zip(0..).all(|(entry, index)| entry.index == index), "in order");
    assert_eq!(all, listed(&auditor, "", "", 100).await, "whatever the size of the pages");
    let kinds = ["MODEL_RELEASED", "CONSENT_REQUESTED", "CONSENT_GRANTED", "PROFILE_DISCLOSED"];
    assert!(all.iter().zip(kinds).all(|(entry, kind)| entry.kind == kind), "oldest first");
    for (organization, kind) in [
        ("organizations/acme", ""),
        ("organizations/rival", ""),
        ("", "DISCLOSURE_REFUSED"),
        ("organizations/acme", "DISCLOSURE_REFUSED"),
        ("organizations/rival", "CONSENT_GRANTED"),
        ("organizations/nobody", ""),
    ] {
        let wanted = |entry: &&pb::Entry| {
            (organization.is_empty() || entry.organization == organization)
                && (kind.is_empty() || entry.kind == kind)
        };
        let expected: Vec<_> = all.iter().filter(wanted).cloned().collect();
        assert_eq!(
            listed(&auditor, organization, kind, 5).await,
            expected,
            "{organization} {kind}"
        );
    }
    for one in [&all[0], &all[16]] {
        assert_eq!(entry(&auditor, &one.name).await.unwrap(), *one);
    }
    server.finish().await;
}

#[tokio::test]
async fn a_list_or_an_entry_that_there_is_not_is_refused() {
    let server = Server::start().await;
    let auditor = server.auditor().await;
    fill(&server.recruiter("acme").await, 3).await;
    let kind = |kind: &str| pb::ListEntriesRequest { kind: kind.to_owned(), ..Default::default() };
    let unknown = list(&auditor, kind("profile_disclosed")).await.unwrap_err();
    assert_eq!(reason(&unknown), "FIELD_INVALID", "kinds are words of the record");
    let first = pb::ListEntriesRequest { page_size: 2, ..Default::default() };
    let page_token = list(&auditor, first).await.unwrap().next_page_token;
    let moved = pb::ListEntriesRequest { page_token, ..kind("DISCLOSURE_REFUSED") };
    let moved = list(&auditor, moved).await.unwrap_err();
    assert_eq!(reason(&moved), "FIELD_INVALID", "a token belongs to its filter");
    let negative = pb::ListEntriesRequest { page_size: -1, ..Default::default() };
    assert_eq!(reason(&list(&auditor, negative).await.unwrap_err()), "FIELD_INVALID");
    let missing = entry(&auditor, "entries/00000000000000000004").await.unwrap_err();
    assert_eq!((missing.code(), reason(&missing).as_str()), (Code::NotFound, "NOT_FOUND"));
    for name in ["4", "entries/", "entries/-1", "entries/99999999999999999999"] {
        let wrong = entry(&auditor, name).await.unwrap_err();
        assert_eq!(reason(&wrong), "FIELD_INVALID", "{name}");
    }
    server.finish().await;
}

/// The auditor needs nothing of ours but the sentence in the proto that says what a leaf is.
#[tokio::test]
async fn every_leaf_commits_to_salt_and_document_which_say_what_the_entry_says() {
    let server = Server::start().await;
    let (acme, mira) = (server.recruiter("acme").await, server.scored_candidate("mira").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let score = acme.score(&consent.candidate).await;
    acme.explain(&score.name).await.expect("the consent covers it");
    mira.withdraw(&consent).await;
    acme.expect_refusal(&consent.candidate).await;
    let entries = server.auditor().await.entries().await;
    assert_eq!(entries.len(), 7);
    let mut salts = std::collections::HashSet::new();
    for entry in &entries {
        let committed = [b"glasklar/entry/v1\n", entry.salt.as_slice(), &entry.document].concat();
        assert_eq!(entry.leaf, [&[1_u8][..], &sha256(&committed)].concat(), "{}", entry.name);
        assert!(entry.salt.len() == 32 && salts.insert(&entry.salt), "salts are fresh");
        let document: Value = serde_json::from_slice(&entry.document).unwrap();
        assert_eq!(document["index"], entry.index);
        assert_eq!(document["kind"], *entry.kind);
        let organization = document["organization"].as_str().unwrap_or_default();
        assert_eq!(entry.organization.trim_start_matches("organizations/"), organization);
        let seconds = document["time"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        assert_eq!(entry.create_time.unwrap().seconds, seconds.as_second());
        let text = String::from_utf8_lossy(&entry.document);
        assert!(!text.contains("mira"), "no name is recorded: {text}");
    }
    server.finish().await;
}

#[tokio::test]
async fn a_released_explanation_is_read_byte_for_byte_and_the_candidate_sees_it() {
    let server = Server::start().await;
    let (acme, mira) = (server.recruiter("acme").await, server.scored_candidate("mira").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    let score = acme.score(&consent.candidate).await;
    let explained = acme.explain(&score.name).await.expect("the consent covers it");
    mira.withdraw(&consent).await;
    let auditor = server.auditor().await;
    let released = listed(&auditor, "", "EXPLANATION_DISCLOSED", 10).await;
    let [released] = released.as_slice() else { panic!("one was released: {released:?}") };
    let name = released.name.clone();
    let request = auditor.on(pb::ReadReleasedExplanationRequest { name });
    let answer = auditor.api().read_released_explanation(request).await.unwrap();
    let index = ledger_index(answer.metadata());
    let read = answer.into_inner();
    assert_eq!(read.document, explained.document, "byte for byte");
    let digest = data_encoding::HEXLOWER.encode(&sha256(&read.document));
    assert_eq!((&read.document_digest, &explained.document_digest), (&digest, &digest));
    let document: Value = serde_json::from_slice(&released.document).unwrap();
    assert_eq!(document["digest"], *digest, "the entry has the same digest");

    let reading = entry(&auditor, &format!("entries/{index:020}")).await.unwrap();
    let document: Value = serde_json::from_slice(&reading.document).unwrap();
    assert_eq!(reading.kind, "EXPLANATION_AUDITED");
    assert_eq!(document["auditor"], "anton");
    assert_eq!(document["digest"], *digest);
    assert_eq!(document["of_entry"], released.index);
    let seen = mira.accesses().await.remove(0);
    assert_eq!((seen.kind(), &seen.entry), (pb::access::Kind::Audit, &reading.name));
    assert_eq!(seen.organization, "", "an auditor is of no organization");
    server.finish().await;
}

#[tokio::test]
async fn an_entry_that_released_no_explanation_has_none_to_read() {
    let server = Server::start().await;
    let (acme, mira) = (server.recruiter("acme").await, server.scored_candidate("mira").await);
    let consent = acme.ask("mira").await;
    mira.grant(&consent).await;
    acme.score(&consent.candidate).await;
    let auditor = server.auditor().await;
    let before = auditor.entries().await;
    for name in ["entries/0", "entries/3", "entries/999"] {
        let request = auditor.on(pb::ReadReleasedExplanationRequest { name: name.to_owned() });
        let none = auditor.api().read_released_explanation(request).await.unwrap_err();
        assert_eq!((none.code(), reason(&none).as_str()), (Code::NotFound, "NOT_FOUND"), "{name}");
    }
    assert_eq!(auditor.entries().await, before, "where nothing was read nothing is recorded");
    server.finish().await;
}
