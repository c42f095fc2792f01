//! One answer for every reason why nothing is shown, byte for byte (promise P5).

use std::time::Duration;

use glasklar::auth::Identity;
use glasklar::pb;
use tonic::Code;

use crate::harness::clients::{JOB, Recruiter};
use crate::harness::raw;
use crate::harness::server::Server;

const DAY: Duration = Duration::from_hours(24);

/// A reason why nothing is shown, with the look-up that meets it.
type Cause = (&'static str, pb::ProfileLookUp);

fn look_up(candidate: &str) -> pb::ProfileLookUp {
    pb::ProfileLookUp {
        candidate: candidate.to_owned(),
        purpose: pb::Purpose::Application.into(),
        job_reference: JOB.to_owned(),
        fields: Vec::new(),
    }
}

/// Everything that can end, and has.
async fn ended(server: &Server, acme: &Recruiter) -> Vec<Cause> {
    let unanswered = acme.ask("ada").await;
    let ben = server.candidate("ben").await;
    let granted = acme.ask("ben").await;
    ben.grant(&granted).await;
    acme.look_up(&granted.candidate).await.expect("this is what expires");
    server.world.clock.advance(DAY * 400);
    vec![
        ("the request expired", look_up(&unanswered.candidate)),
        ("the consent expired", look_up(&granted.candidate)),
    ]
}

/// Every cause that there is, each of its own person where that makes a difference.
async fn causes(server: &Server, acme: &Recruiter) -> Vec<Cause> {
    let mut causes = ended(server, acme).await;
    let rival = server.recruiter("rival").await;
    let (cleo, dora) = (server.candidate("cleo").await, server.candidate("dora").await);
    let mira = server.scored_candidate("mira").await;
    let requested = acme.ask("cleo").await;
    causes.push(("requested", look_up(&requested.candidate)));
    causes.push(("asked of nobody", look_up(&acme.ask("nobody").await.candidate)));
    let refused = acme.ask("dora").await;
    dora.refuse(&refused).await;
    causes.push(("refused", look_up(&refused.candidate)));
    let again = acme.ask("dora").await;
    causes.push(("refused and asked again", look_up(&again.candidate)));
    let eve = server.candidate("eve").await;
    let withdrawn = acme.ask("eve").await;
    eve.grant(&withdrawn).await;
    eve.withdraw(&withdrawn).await;
    causes.push(("withdrawn", look_up(&withdrawn.candidate)));
    let rivals = rival.ask("cleo").await;
    causes.push(("never asked by this organization", look_up(&rivals.candidate)));
    cleo.grant(&rivals).await;
    causes.push(("granted to another organization", look_up(&rivals.candidate)));
    let unknown = format!("candidates/{}", "0".repeat(32));
    causes.push(("an unknown handle", look_up(&unknown)));
    let narrow = acme.ask("mira").await;
    let request = pb::GrantConsentRequest {
        name: narrow.name.clone(),
        fields: vec![pb::Field::Score.into()],
        channels: narrow.channels.clone(),
        days: 0,
    };
    mira.consents().grant_consent(mira.on(request)).await.unwrap();
    acme.score(&narrow.candidate).await;
    let granted = look_up(&narrow.candidate);
    let purpose = pb::Purpose::TalentPool.into();
    causes.push(("granted for another purpose", pb::ProfileLookUp { purpose, ..granted.clone() }));
    let job_reference = "J-2".to_owned();
    causes
        .push(("granted for another job", pb::ProfileLookUp { job_reference, ..granted.clone() }));
    for field in [pb::Field::Topics, pb::Field::Items] {
        let fields = vec![pb::Field::Score.into(), field.into()];
        causes.push(("a field is not covered", pb::ProfileLookUp { fields, ..granted.clone() }));
    }
    causes
}

fn acme() -> Identity {
    Identity::Recruiter("acme".parse().unwrap())
}

async fn refusals_in_the_record(server: &Server) -> usize {
    let entries = server.auditor().await.entries().await;
    entries.iter().filter(|entry| entry.kind == "DISCLOSURE_REFUSED").count()
}

#[tokio::test]
async fn every_refused_look_up_is_the_same_to_the_last_byte() {
    let server = Server::start().await;
    let recruiter = server.recruiter("acme").await;
    let causes = causes(&server, &recruiter).await;
    let channel = server.connect().await;
    let before = refusals_in_the_record(&server).await;
    let mut first = None;
    for (cause, look_up) in &causes {
        let request =
            pb::LookUpProfileRequest { look_up: Some(look_up.clone()), ..Default::default() };
        let path = "/glasklar.v1.ProfileService/LookUpProfile";
        let answer = raw::call((&server.world, &channel), acme(), path, &request).await;
        let outcome = answer.outcome();
        let expected = (Code::PermissionDenied, "CONSENT_NOT_AVAILABLE".to_owned());
        assert_eq!(outcome, expected, "{cause}");
        let index = answer.text(glasklar::grpc::LEDGER_INDEX).expect("the refusal is recorded");
        assert_eq!(index.len(), 20, "{cause}");
        assert_eq!(answer.text("x-request-id").map(str::len), Some(36), "{cause}");
        let bytes = answer.comparable();
        assert_eq!(&bytes, first.get_or_insert_with(|| bytes.clone()), "{cause}");
    }
    let recorded = refusals_in_the_record(&server).await - before;
    assert_eq!(recorded, causes.len(), "every refusal is recorded, whatever its cause");
    server.finish().await;
}

#[tokio::test]
async fn every_refused_explanation_is_the_same_to_the_last_byte() {
    let server = Server::start().await;
    let recruiter = server.recruiter("acme").await;
    let mut causes = causes(&server, &recruiter).await;
    // Fields are not asked for here: an explanation needs channels, which Mira did not agree to.
    causes.retain(|(_, look_up)| look_up.fields.is_empty());
    let narrow = recruiter.ask("mira").await;
    causes.push(("the channels are not covered", look_up(&narrow.candidate)));
    let frida = server.candidate("frida").await;
    let wide = recruiter.ask("frida").await;
    frida.grant(&wide).await;
    let own = recruiter.score(&wide.candidate).await.name;
    recruiter.explain(&own).await.expect("what the consent covers is explained");
    let mut names: Vec<_> = causes
        .iter()
        .map(|(cause, look_up)| (*cause, format!("{}/scores/latest", look_up.candidate), look_up))
        .collect();
    let granted = look_up(&wide.candidate);
    names.push(("a score that never was", own.replace("/scores/r0-", "/scores/r7-"), &granted));
    let channel = server.connect().await;
    let before = refusals_in_the_record(&server).await;
    let mut first = None;
    for (cause, name, look_up) in &names {
        let request = pb::ExplainScoreRequest {
            name: name.clone(),
            purpose: look_up.purpose,
            job_reference: look_up.job_reference.clone(),
            request_id: String::new(),
            language_code: String::new(),
        };
        let path = "/glasklar.v1.ExplanationService/ExplainScore";
        let answer = raw::call((&server.world, &channel), acme(), path, &request).await;
        let expected = (Code::PermissionDenied, "CONSENT_NOT_AVAILABLE".to_owned());
        assert_eq!(answer.outcome(), expected, "{cause}");
        let bytes = answer.comparable();
        assert_eq!(&bytes, first.get_or_insert_with(|| bytes.clone()), "{cause}");
    }
    let recorded = refusals_in_the_record(&server).await - before;
    assert_eq!(recorded, names.len(), "every refusal is recorded, whatever its cause");
    server.finish().await;
}

/// Silence hides whether somebody agreed, not what she has: who agreed without evidence is
/// answered, and told apart from a low score (promise P10).
#[tokio::test]
async fn somebody_who_agreed_and_brought_nothing_is_answered() {
    let server = Server::start().await;
    let (ben, acme) = (server.candidate("ben").await, server.recruiter("acme").await);
    let consent = acme.ask("ben").await;
    ben.grant(&consent).await;
    let score = acme.score(&consent.candidate).await;
    assert_eq!(score.state(), pb::score::State::InsufficientEvidence);
    assert_eq!((score.micropoints, score.low_micropoints, score.high_micropoints), (0, 0, 0));
    let explained = acme.explain(&score.name).await.expect("that is explained, too");
    assert_eq!(explained.score.unwrap().state(), pb::score::State::InsufficientEvidence);
    server.finish().await;
}
