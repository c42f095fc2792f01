//! What stays out of the logs: names, addresses, codes, tokens, texts and scores.

use std::io::Write;
use std::sync::{Arc, Mutex};

use glasklar::pb;
use tonic::Request;

use crate::harness::clients::{Recruiter, bearing};
use crate::harness::server::Server;

/// Where the log goes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Somebody whose name is nowhere else, so that it is hers wherever it turns up.
const NAME: &str = "zwiebelfisch";

/// Calls that go wrong with something personal in them.
async fn mistakes(server: &Server, acme: &Recruiter) {
    let garbled = format!("{NAME} at example.org");
    acme.look_up(&format!("candidates/{NAME}")).await.unwrap_err();
    let mut request = acme.request(NAME);
    request.contact.clone_from(&garbled);
    acme.consents().request_consent(acme.on(request)).await.unwrap_err();
    let candidate = server.stranger(NAME).await;
    for code in ["00000000", garbled.as_str()] {
        let address = format!("{NAME}.again@example.org");
        let request = pb::ConfirmContactRequest { address, code: code.to_owned() };
        candidate.api().confirm_contact(candidate.on(request)).await.unwrap_err();
    }
    candidate.upload(garbled.into_bytes()).await.unwrap_err();
    let request: Request<_> = bearing(NAME, pb::GetCandidateRequest {});
    candidate.api().get_candidate(request).await.unwrap_err();
    let consent = acme.ask(NAME).await;
    server.world.database.break_writes("ledger_leaf").await;
    acme.look_up(&consent.candidate).await.unwrap_err();
    let request = pb::EnrollRequest { display_name: NAME.to_owned(), of_age: true };
    let other = server.stranger("somebody").await;
    // Enrolling needs no entry, asking does.
    other.api().enroll(other.on(request)).await.unwrap();
    acme.consents().request_consent(acme.on(acme.request(NAME))).await.unwrap_err();
    server.world.database.mend_writes("ledger_leaf").await;
}

#[tokio::test]
async fn the_log_of_a_whole_story_names_nobody() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // The runtime of this test has one thread, so this sees everything but other tests.
    let _guard = tracing::subscriber::set_default(subscriber);
    // With a single subscriber, whichever test first comes by an event decides whether anybody
    // ever hears of it. With two, all are asked.
    let quiet = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG);
    let _second = tracing::Dispatch::new(quiet.with_writer(std::io::sink).finish());
    let server = Server::start().await;
    let acme = server.recruiter("acme").await;
    let candidate = server.scored_candidate(NAME).await;
    let consent = acme.ask(NAME).await;
    candidate.grant(&consent).await;
    let score = acme.score(&consent.candidate).await;
    let explained = acme.explain(&score.name).await.unwrap();
    candidate.withdraw(&consent).await;
    acme.expect_refusal(&consent.candidate).await;
    mistakes(&server, &acme).await;
    server.auditor().await.entries().await;

    let outbox = server.world.outbox.lock().unwrap().clone();
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lower = text.to_lowercase();
    for expected in ["answered", "glasklar.v1.ProfileService/LookUpProfile", "DEBUG", "ERROR"] {
        assert!(text.contains(expected), "the log was not caught: no {expected}");
    }
    let line = |word: &str| lower.lines().find(|line| line.contains(word)).map(str::to_owned);
    let mut secrets = vec![NAME.to_owned(), "@example.org".to_owned(), "eyj".to_owned()];
    for mail in &outbox {
        let digits: String = mail.body.chars().filter(char::is_ascii_digit).take(8).collect();
        secrets.push(digits);
    }
    secrets.push(score.micropoints.to_string());
    for item in explained.channels.iter().flat_map(|channel| &channel.items) {
        secrets.push(item.excerpt.to_lowercase());
        secrets.push(item.url.to_lowercase());
    }
    secrets.retain(|secret| !secret.is_empty());
    assert!(secrets.len() > 10, "there was an explanation with items");
    for secret in secrets {
        assert_eq!(line(&secret), None, "{secret} is in the log");
    }
    server.finish().await;
}
