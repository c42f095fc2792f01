//! Everybody who calls one replica; each call goes into the history as it happens.

use glasklar::crypto;
use glasklar::domain::evidence::Channel;
use glasklar::domain::scope::Field;
use glasklar::ledger::checkpoint::VerifierKey;
use glasklar::ledger::hash::Hash;
use glasklar::pb;
use tonic::{Response, Status};

use super::checker::Growth;
use super::history::{About, Call, History, Op, Outcome, Recorded, Shown};
use crate::harness::clients::{Auditor, Candidate, Recruiter, ledger_index, reason};
use crate::harness::server::Server;

pub(super) const ORGANIZATIONS: [&str; 2] = ["acme", "rival"];

/// Two with evidence, one who enrols late, one who never does.
pub(super) const PEOPLE: [&str; 4] = ["ada", "ben", "late", "nobody"];

pub(super) const JOBS: [&str; 2] = ["J-1", "J-2"];

/// A replica with the connections of everybody to it.
pub(super) struct Cast {
    pub(super) server: Server,
    pub(super) recruiters: Vec<Recruiter>,
    pub(super) people: Vec<Candidate>,
    pub(super) auditor: Auditor,
}

impl Cast {
    pub(super) async fn of(server: Server) -> Self {
        let (mut recruiters, mut people) = (Vec::new(), Vec::new());
        for organization in ORGANIZATIONS {
            recruiters.push(server.unregistered_recruiter(organization).await);
        }
        for person in PEOPLE {
            people.push(server.stranger(person).await);
        }
        let auditor = server.auditor().await;
        Self { server, recruiters, people, auditor }
    }

    /// Registers the organizations, and enrols the two who have evidence.
    pub(super) async fn prepare(&self) {
        let operator = self.server.operator().await;
        for organization in ORGANIZATIONS {
            operator.register(organization).await;
        }
        let today = self.server.world.clock.now().day();
        let archives = [glasklar::demo::x_archive(today), glasklar::demo::mastodon_archive(today)];
        for (person, archive) in self.people.iter().zip(archives) {
            person.enroll().await;
            person.confirm().await;
            person.upload(archive).await.expect("the archive is imported");
        }
    }

    /// Everything in the ledger.
    pub(super) async fn entries(&self) -> Vec<Recorded> {
        let entries = self.auditor.entries().await;
        entries.iter().map(|entry| serde_json::from_slice(&entry.document).unwrap()).collect()
    }

    /// Keeps the present checkpoint.
    pub(super) async fn keep_checkpoint(&self, history: &History) {
        let signed = self.auditor.checkpoint().await;
        let key: VerifierKey = signed.verifier_key.parse().unwrap();
        history.saw(key.open(&signed.note).expect("the checkpoint is signed"));
    }

    /// The proofs that each checkpoint kept continues the one before.
    pub(super) async fn growths(&self, history: &History) -> Vec<Growth> {
        let mut growths = Vec::new();
        for pair in history.checkpoints().windows(2) {
            let (old, new) = (pair[0].clone(), pair[1].clone());
            let sizes = [&old, &new].map(|checkpoint| i64::try_from(checkpoint.size).unwrap());
            let request = pb::GetConsistencyProofRequest { old_size: sizes[0], new_size: sizes[1] };
            let proof = self.auditor.api().get_consistency_proof(self.auditor.on(request)).await;
            let hashes = proof.expect("checkpoints have proofs").into_inner().hashes;
            let hashes = hashes.iter().map(|hash| Hash::try_from(hash.as_slice()).unwrap());
            growths.push(Growth { old, new, hashes: hashes.collect() });
        }
        growths
    }

    /// The kind of the entry at an index as this replica shows it; empty when it has none.
    async fn witness(&self, index: u64) -> String {
        let request = pb::GetEntryRequest { name: format!("entries/{index:020}") };
        let answer = self.auditor.api().get_entry(self.auditor.on(request)).await;
        answer.map(|answer| answer.into_inner().entry.unwrap().kind).unwrap_or_default()
    }
}

/// Makes calls to one replica, has the other one witness the entries, and remembers both.
pub(super) struct Caller<'a> {
    pub(super) cast: &'a Cast,
    pub(super) witness: &'a Cast,
    pub(super) history: &'a History,
}

impl Caller<'_> {
    /// Adds a call that just ended, once the witness was asked.
    async fn ended(&self, op: Op, about: &About, began: u64, outcome: Outcome) -> Outcome {
        let ended = self.history.tick();
        let witnessed = match outcome.index() {
            Some(index) => Some(self.witness.witness(index).await),
            None => None,
        };
        let (about, kept) = (about.clone(), outcome.clone());
        self.history.add(Call { op, about, began, ended, outcome: kept, witnessed });
        outcome
    }

    /// Asks; returns the consent as the organization sees it.
    pub(super) async fn ask(
        &self,
        recruiter: usize,
        request: pb::RequestConsentRequest,
    ) -> (Outcome, Option<pb::Consent>) {
        let (recruiter, began) = (&self.cast.recruiters[recruiter], self.history.tick());
        let job = request.job_reference.clone();
        let answer = recruiter.consents().request_consent(recruiter.on(request)).await;
        let (outcome, answer) = done(answer);
        let consent = answer.and_then(|answer| answer.consent);
        let about = consent.as_ref().map(|consent| About {
            organization: consent.organization.replace("organizations/", ""),
            handle: consent.candidate.replace("candidates/", ""),
            job,
        });
        let about = about.expect("asking is always answered");
        (self.ended(Op::Ask, &about, began, outcome).await, consent)
    }

    pub(super) async fn grant(
        &self,
        person: usize,
        about: &About,
        request: pb::GrantConsentRequest,
    ) -> Outcome {
        let (person, began) = (&self.cast.people[person], self.history.tick());
        let outcome = done(person.consents().grant_consent(person.on(request)).await).0;
        self.ended(Op::Grant, about, began, outcome).await
    }

    pub(super) async fn refuse(&self, person: usize, about: &About, name: &str) -> Outcome {
        let (person, began) = (&self.cast.people[person], self.history.tick());
        let request = person.on(pb::RefuseConsentRequest { name: name.to_owned() });
        let outcome = done(person.consents().refuse_consent(request).await).0;
        self.ended(Op::Refuse, about, began, outcome).await
    }

    pub(super) async fn withdraw(&self, person: usize, about: &About, name: &str) -> Outcome {
        let (person, began) = (&self.cast.people[person], self.history.tick());
        let request = person.on(pb::WithdrawConsentRequest { name: name.to_owned() });
        let outcome = done(person.consents().withdraw_consent(request).await).0;
        self.ended(Op::Withdraw, about, began, outcome).await
    }

    pub(super) async fn look_up(
        &self,
        recruiter: usize,
        about: &About,
        (fields, request_id): (Vec<i32>, String),
    ) -> Outcome {
        let (recruiter, began) = (&self.cast.recruiters[recruiter], self.history.tick());
        let look_up = Some(look_up(about, fields));
        let request = recruiter.on(pb::LookUpProfileRequest { look_up, request_id });
        let outcome = match recruiter.profiles().look_up_profile(request).await {
            Ok(answer) => {
                let index = ledger_index(answer.metadata());
                Outcome::Shown(index, shown(&answer.into_inner().profile.unwrap()))
            }
            Err(status) => refused(&status),
        };
        self.ended(Op::LookUp, about, began, outcome).await
    }

    /// Looks up several, each of which counts as a call.
    pub(super) async fn batch(
        &self,
        recruiter: usize,
        abouts: &[About],
        request_id: String,
    ) -> Vec<Outcome> {
        let (recruiter, began) = (&self.cast.recruiters[recruiter], self.history.tick());
        let look_ups = abouts.iter().map(|about| look_up(about, Vec::new())).collect();
        let request = recruiter.on(pb::BatchLookUpProfilesRequest { look_ups, request_id });
        let answer = recruiter.profiles().batch_look_up_profiles(request).await;
        let mut outcomes = Vec::new();
        let results = answer.expect("a batch is always answered").into_inner().results;
        assert_eq!(results.len(), abouts.len());
        for (about, mut result) in abouts.iter().zip(results) {
            assert_eq!(result.candidate, format!("candidates/{}", about.handle));
            let index = u64::try_from(result.ledger_index).unwrap();
            let outcome = if let Some(profile) = &result.profile {
                Outcome::Shown(index, shown(profile))
            } else {
                (result.candidate, result.ledger_index) = (String::new(), 0);
                Outcome::Refused(index, ("batch", format!("{result:?}")))
            };
            outcomes.push(self.ended(Op::LookUp, about, began, outcome).await);
        }
        outcomes
    }

    /// Explains `latest`, or the score of an earlier look.
    pub(super) async fn explain(&self, recruiter: usize, about: &About, score: &str) -> Outcome {
        let (recruiter, began) = (&self.cast.recruiters[recruiter], self.history.tick());
        let request = recruiter.on(pb::ExplainScoreRequest {
            name: format!("candidates/{}/scores/{score}", about.handle),
            purpose: pb::Purpose::Application.into(),
            job_reference: about.job.clone(),
            request_id: String::new(),
            language_code: String::new(),
        });
        let outcome = match recruiter.explanations().explain_score(request).await {
            Ok(answer) => {
                let index = ledger_index(answer.metadata());
                Outcome::Shown(index, explained(&answer.into_inner().explanation.unwrap()))
            }
            Err(status) => refused(&status),
        };
        self.ended(Op::Explain, about, began, outcome).await
    }

    /// Reads what an entry released.
    pub(super) async fn audit_read(&self, about: &About, index: u64) -> Outcome {
        let (auditor, began) = (&self.cast.auditor, self.history.tick());
        let name = format!("entries/{index:020}");
        let request = auditor.on(pb::ReadReleasedExplanationRequest { name });
        let outcome = match auditor.api().read_released_explanation(request).await {
            Ok(answer) => {
                let index = ledger_index(answer.metadata());
                let digest = Some(hex(&crypto::sha256(&answer.into_inner().document)));
                Outcome::Shown(index, Shown { digest, ..Shown::default() })
            }
            Err(status) => Outcome::Failed(reason(&status)),
        };
        self.ended(Op::AuditRead(index), about, began, outcome).await
    }
}

fn look_up(about: &About, fields: Vec<i32>) -> pb::ProfileLookUp {
    pb::ProfileLookUp {
        candidate: format!("candidates/{}", about.handle),
        purpose: pb::Purpose::Application.into(),
        job_reference: about.job.clone(),
        fields,
    }
}

fn done<T>(answer: Result<Response<T>, Status>) -> (Outcome, Option<T>) {
    match answer {
        Ok(answer) => {
            let metadata = answer.metadata();
            let recorded = metadata.contains_key(glasklar::grpc::LEDGER_INDEX);
            let index = recorded.then(|| ledger_index(metadata));
            (Outcome::Done(index), Some(answer.into_inner()))
        }
        Err(status) => (Outcome::Failed(reason(&status)), None),
    }
}

/// A refusal with all that the caller can tell it by.
fn refused(status: &Status) -> Outcome {
    if reason(status) != "CONSENT_NOT_AVAILABLE" {
        return Outcome::Failed(reason(status));
    }
    let index = ledger_index(status.metadata());
    let mut metadata = status.metadata().clone();
    // Of fixed width, and different in every answer whatever it says.
    for differing in [glasklar::grpc::LEDGER_INDEX, "x-request-id", "date"] {
        metadata.remove(differing);
    }
    let mut headers: Vec<_> = metadata.iter().map(|header| format!("{header:?}")).collect();
    headers.sort();
    let (code, message, details) = (status.code(), status.message(), status.details());
    Outcome::Refused(index, ("call", format!("{code:?} {message} {details:?} {headers:?}")))
}

fn shown(profile: &pb::Profile) -> Shown {
    let score = profile.score.as_ref();
    Shown {
        consent: Some((profile.consent.replace("consents/", ""), profile.consent_version)),
        fields: Some(field_words(&profile.fields)),
        channels: score.map(|score| channel_words(&score.channels)),
        score: score.map(|score| last_part(&score.name)),
        digest: None,
    }
}

fn explained(explanation: &pb::Explanation) -> Shown {
    let score = explanation.score.as_ref().unwrap();
    Shown {
        channels: Some(channel_words(&score.channels)),
        score: Some(last_part(&score.name)),
        digest: Some(hex(&crypto::sha256(&explanation.document))),
        ..Shown::default()
    }
}

fn field_words(numbers: &[i32]) -> Vec<String> {
    let named = |number: &i32| Field::ALL.into_iter().find(|field| *field as i32 == *number);
    numbers.iter().filter_map(named).map(|field| field.word().to_owned()).collect()
}

fn channel_words(numbers: &[i32]) -> Vec<String> {
    let numbers = numbers.iter().filter_map(|number| u8::try_from(*number).ok());
    numbers.filter_map(Channel::from_number).map(|channel| channel.word().to_owned()).collect()
}

fn last_part(name: &str) -> String {
    name.rsplit('/').next().unwrap_or_default().to_owned()
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
