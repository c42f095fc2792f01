//! Many look-ups in one call: an answer and an entry for each.

use std::collections::HashSet;

use glasklar::pb;
use tonic::Code;

use crate::harness::clients::{Recruiter, reason};
use crate::harness::server::Server;

fn look_up(acme: &Recruiter, candidate: &str) -> pb::ProfileLookUp {
    acme.look_up_request(candidate).look_up.unwrap()
}

async fn batch(
    acme: &Recruiter,
    look_ups: Vec<pb::ProfileLookUp>,
) -> Result<Vec<pb::ProfileResult>, tonic::Status> {
    let request = pb::BatchLookUpProfilesRequest { look_ups, request_id: String::new() };
    let answer = acme.profiles().batch_look_up_profiles(acme.on(request)).await?;
    Ok(answer.into_inner().results)
}

#[tokio::test]
async fn a_hundred_look_ups_get_a_hundred_answers_in_order_and_as_many_entries() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let granted = acme.ask("mira").await;
    mira.grant(&granted).await;
    let silent = acme.ask("silent").await;
    let pick = |at: usize| match at % 3 {
        0 => granted.candidate.clone(),
        1 => silent.candidate.clone(),
        _ => format!("candidates/{at:032x}"),
    };
    let asked: Vec<String> = (0..100).map(pick).collect();
    let look_ups = asked.iter().map(|candidate| look_up(&acme, candidate)).collect();

    let results = batch(&acme, look_ups).await.unwrap();

    let answered: Vec<_> = results.iter().map(|result| result.candidate.clone()).collect();
    assert_eq!(answered, asked);
    let entries = server.auditor().await.entries().await;
    let mut indexes = HashSet::new();
    for result in &results {
        assert!(indexes.insert(result.ledger_index), "{} is twice", result.ledger_index);
        let entry = &entries[usize::try_from(result.ledger_index).unwrap()];
        assert_eq!(entry.index, result.ledger_index);
        let refused = result.reason() == pb::ErrorReason::ConsentNotAvailable;
        assert_eq!(refused, result.profile.is_none());
        assert_eq!(refused, result.candidate != granted.candidate, "{}", result.candidate);
        let kind = if refused { "DISCLOSURE_REFUSED" } else { "PROFILE_DISCLOSED" };
        assert_eq!(entry.kind, kind);
        let document = String::from_utf8(entry.document.clone()).unwrap();
        let handle = result.candidate.trim_start_matches("candidates/");
        assert!(document.contains(handle), "the entry is about another candidate: {document}");
        if let Some(profile) = &result.profile {
            assert_eq!(profile.candidate, result.candidate);
            assert!(profile.score.as_ref().unwrap().micropoints > 0);
        }
    }
    server.finish().await;
}

#[tokio::test]
async fn a_batch_that_is_empty_too_long_or_wrong_is_refused_whole() {
    let server = Server::start().await;
    let acme = server.recruiter("acme").await;
    let before = server.auditor().await.entries().await.len();
    let one = look_up(&acme, &format!("candidates/{:032x}", 1));
    let wrong = pb::ProfileLookUp { candidate: "mira".to_owned(), ..one.clone() };
    for look_ups in [vec![], vec![one.clone(); 101], vec![one.clone(), wrong]] {
        let status = batch(&acme, look_ups).await.unwrap_err();
        let expected = (Code::InvalidArgument, "FIELD_INVALID".to_owned());
        assert_eq!((status.code(), reason(&status)), expected);
    }
    let after = server.auditor().await.entries().await.len();
    assert_eq!(after, before, "what was not looked up is not recorded");
    server.finish().await;
}

/// The same entry for the same person, twice in one call: two looks are two entries.
#[tokio::test]
async fn the_same_candidate_twice_in_a_batch_is_two_looks() {
    let server = Server::start().await;
    let (mira, acme) = (server.scored_candidate("mira").await, server.recruiter("acme").await);
    let granted = acme.ask("mira").await;
    mira.grant(&granted).await;
    let results = batch(&acme, vec![look_up(&acme, &granted.candidate); 2]).await.unwrap();
    assert_ne!(results[0].ledger_index, results[1].ledger_index);
    assert_eq!(mira.accesses().await.len(), 2, "she sees both");
    server.finish().await;
}
