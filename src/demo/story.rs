//! The story, step by step.

use std::sync::Mutex;

use anyhow::{Context as _, bail, ensure};
use tonic::Code;

use super::client::Client;
use super::picture::{decimal, draw};
use super::{Files, say};
use crate::app::App;
use crate::app::models::{MODEL, read_model};
use crate::domain::verify;
use crate::mail::Message;
use crate::pb;

/// Bytes of one piece of an upload.
const PIECE: usize = 64 * 1024;

const ADDRESS: &str = "mira@example.org";
const JOB: &str = "backend-engineer-2026";

/// What the commands to try need to know.
pub(super) struct Told {
    /// The candidate as the organization knows her.
    pub(super) candidate: String,
}

/// Tells it. Any step that does not go as it should is an error.
pub(super) async fn tell(
    client: Client,
    outbox: &Mutex<Vec<Message>>,
    uploads: Vec<Vec<u8>>,
    (app, files): (&App, &Files),
) -> anyhow::Result<Told> {
    organization(&client).await?;
    let asked = ask(&client).await?;
    enroll(&client, outbox).await?;
    step(3, "She uploads what her networks gave her.");
    for upload in uploads {
        import(&client, upload).await?;
    }
    grant(&client, &asked).await?;
    let score = look_up(&client, &asked.candidate).await?;
    explain(&client, &score, files).await?;
    withdraw(&client, &asked).await?;
    audit(&client, app, files).await?;
    Ok(Told { candidate: asked.candidate })
}

fn step(number: u8, text: &str) {
    say(&format!("\n{number}. {text}"));
}

async fn organization(client: &Client) -> anyhow::Result<()> {
    let request = pb::CreateOrganizationRequest {
        organization_id: "acme".to_owned(),
        display_name: "Acme Backwaren GmbH".to_owned(),
    };
    client.organizations().create_organization(client.operator.on(request)).await?;
    Ok(())
}

fn profile_look_up(candidate: &str) -> pb::LookUpProfileRequest {
    let look_up = pb::ProfileLookUp {
        candidate: candidate.to_owned(),
        purpose: pb::Purpose::Application.into(),
        job_reference: JOB.to_owned(),
        fields: Vec::new(),
    };
    pb::LookUpProfileRequest { look_up: Some(look_up), request_id: String::new() }
}

/// A refusal, with the index of its entry.
async fn refused(client: &Client, candidate: &str) -> anyhow::Result<()> {
    let request = client.recruiter.on(profile_look_up(candidate));
    match client.profiles().look_up_profile(request).await {
        Err(status) if status.code() == Code::PermissionDenied => {
            say(&format!("   refused: {}", status.message()));
            say(&format!("   ledger entry {}", index(status.metadata())));
            Ok(())
        }
        Err(status) => Err(status.into()),
        Ok(_) => bail!("a profile was shown without consent"),
    }
}

fn index(metadata: &tonic::metadata::MetadataMap) -> String {
    let index = metadata.get(crate::grpc::LEDGER_INDEX).and_then(|index| index.to_str().ok());
    let index = index.unwrap_or_default().trim_start_matches('0');
    if index.is_empty() { "0".to_owned() } else { index.to_owned() }
}

async fn ask(client: &Client) -> anyhow::Result<pb::Consent> {
    step(1, "Acme asks Mira for consent, and looks before she has answered.");
    let request = pb::RequestConsentRequest {
        external_id: Some(pb::ExternalId {
            scheme: "acme-ats".to_owned(),
            agency: String::new(),
            value: "applicant-4711".to_owned(),
        }),
        contact: ADDRESS.to_owned(),
        purpose: pb::Purpose::Application.into(),
        job_reference: JOB.to_owned(),
        fields: [pb::Field::Score, pb::Field::Channels, pb::Field::Items].map(i32::from).to_vec(),
        channels: Vec::new(),
        days: 30,
        request_id: String::new(),
    };
    let answer = client.consents().request_consent(client.recruiter.on(request)).await?;
    let consent = answer.into_inner().consent.context("a consent")?;
    say(&format!("   Acme now knows her as {}; nobody else does.", consent.candidate));
    refused(client, &consent.candidate).await?;
    Ok(consent)
}

async fn enroll(client: &Client, outbox: &Mutex<Vec<Message>>) -> anyhow::Result<()> {
    step(2, "Mira enrols, and proves that the address is hers.");
    let request = pb::EnrollRequest { display_name: "Mira Beispiel".to_owned(), of_age: true };
    client.candidates().enroll(client.candidate.on(request)).await?;
    let request = pb::AddContactRequest { address: ADDRESS.to_owned() };
    client.candidates().add_contact(client.candidate.on(request)).await?;
    let message = outbox.lock().ok().and_then(|mut outbox| outbox.pop()).context("a message")?;
    say(&format!("   mail to {}: {}", message.to, message.body.lines().next().unwrap_or_default()));
    let code = message.body.chars().filter(char::is_ascii_digit).take(8).collect();
    let request = pb::ConfirmContactRequest { address: ADDRESS.to_owned(), code };
    client.candidates().confirm_contact(client.candidate.on(request)).await?;
    say("   confirmed; Acme's request is waiting for her.");
    Ok(())
}

async fn import(client: &Client, archive: Vec<u8>) -> anyhow::Result<()> {
    let total_bytes = i64::try_from(archive.len())?;
    let pieces: Vec<_> = archive
        .chunks(PIECE)
        .map(|chunk| pb::ImportArchiveRequest {
            chunk: chunk.to_vec(),
            total_bytes,
            ..Default::default()
        })
        .collect();
    let request = client.candidate.on(tokio_stream::iter(pieces));
    let mut answers = client.candidates().import_archive(request).await?.into_inner();
    let mut report = None;
    while let Some(answer) = answers.message().await? {
        report = answer.report.or(report);
    }
    let report = report.context("the import ended without a report")?;
    let received: Vec<String> = report
        .received
        .iter()
        .map(|total| format!("{} × {:?}", total.reactions, total.signal()))
        .collect();
    say(&format!(
        "   {:?}, {} ({}): {} items; by others {}",
        report.channel(),
        report.handle,
        report.layout,
        report.items,
        received.join(", ")
    ));
    for remark in &report.remarks {
        say(&format!("     note: {remark}"));
    }
    Ok(())
}

async fn grant(client: &Client, asked: &pb::Consent) -> anyhow::Result<()> {
    step(4, "She agrees: score, channels and items, for this job, for 30 days.");
    let request = pb::GrantConsentRequest {
        name: asked.name.clone(),
        fields: asked.fields.clone(),
        channels: asked.channels.clone(),
        days: 0,
    };
    let granted = client.consents().grant_consent(client.candidate.on(request)).await?;
    say(&format!("   ledger entry {}", index(granted.metadata())));
    Ok(())
}

async fn look_up(client: &Client, candidate: &str) -> anyhow::Result<pb::Score> {
    step(5, "Acme looks again.");
    let request = client.recruiter.on(profile_look_up(candidate));
    let shown = client.profiles().look_up_profile(request).await?.into_inner();
    let score = shown.profile.and_then(|profile| profile.score).context("a score")?;
    if score.state() == pb::score::State::Scored {
        say(&format!(
            "   score {} (between {} and {})",
            decimal(score.micropoints),
            decimal(score.low_micropoints),
            decimal(score.high_micropoints)
        ));
    } else {
        say("   not enough recent evidence for a score");
    }
    say(&format!("   named {}", score.name));
    Ok(score)
}

async fn explain(client: &Client, score: &pb::Score, files: &Files) -> anyhow::Result<()> {
    step(6, "Why? Every part, down to single items; they add up exactly.");
    let request = pb::ExplainScoreRequest {
        name: score.name.clone(),
        purpose: pb::Purpose::Application.into(),
        job_reference: JOB.to_owned(),
        request_id: String::new(),
        language_code: String::new(),
    };
    let answer = client.explanations().explain_score(client.recruiter.on(request)).await?;
    let explanation = answer.into_inner().explanation.context("an explanation")?;
    say(draw(&explanation).trim_end());
    std::fs::write(&files.explanation, &explanation.document)?;
    let findings = verify::verify(&explanation.document, &read_model(MODEL)?);
    ensure!(findings.is_empty(), "the explanation does not add up: {findings:?}");
    say("   recomputed offline from the document alone: every line follows.");
    Ok(())
}

async fn withdraw(client: &Client, asked: &pb::Consent) -> anyhow::Result<()> {
    step(7, "Mira withdraws. Acme looks once more.");
    let request = pb::WithdrawConsentRequest { name: asked.name.clone() };
    client.consents().withdraw_consent(client.candidate.on(request)).await?;
    refused(client, &asked.candidate).await?;
    let request = pb::ListAccessesRequest::default();
    let looks = client.candidates().list_accesses(client.candidate.on(request)).await?;
    say("   what Mira sees of it:");
    for look in looks.into_inner().accesses {
        let kind = match look.kind() {
            pb::access::Kind::Explanation => "saw the explanation",
            pb::access::Kind::Audit => "an auditor read the explanation",
            pb::access::Kind::Profile | pb::access::Kind::Unspecified => "saw the profile",
        };
        say(&format!("   {} {kind} ({})", look.organization, look.entry));
    }
    Ok(())
}

async fn audit(client: &Client, app: &App, files: &Files) -> anyhow::Result<()> {
    step(8, "An auditor reads the record and checks it without trusting the server.");
    let request = pb::ListEntriesRequest::default();
    let entries = client.audits().list_entries(client.auditor.on(request)).await?.into_inner();
    for entry in &entries.entries {
        say(&format!("   {:>4}  {:<22} {}", entry.index, entry.kind, entry.organization));
    }
    let request = pb::GetCheckpointRequest {};
    let signed = client.audits().get_checkpoint(client.auditor.on(request)).await?.into_inner();
    std::fs::write(&files.checkpoint, &signed.note)?;
    let key: crate::ledger::checkpoint::VerifierKey = signed.verifier_key.parse()?;
    let checkpoint = key.open(&signed.note)?;
    for line in signed.note.lines() {
        say(&format!("   | {line}"));
    }
    let audit = app.audit(vec![checkpoint]).await?;
    ensure!(audit.is_intact(), "the ledger is not intact: {:?}", audit.report.findings);
    say(&format!(
        "   {} entries, every leaf and the root derived again: intact.",
        audit.report.size
    ));
    Ok(())
}
