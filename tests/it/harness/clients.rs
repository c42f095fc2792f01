//! The people who call: each sends a fresh token with every call, so that clocks may be moved.

use glasklar::auth::Identity;
use glasklar::pb;
use glasklar::pb::audit_service_client::AuditServiceClient;
use glasklar::pb::candidate_service_client::CandidateServiceClient;
use glasklar::pb::consent_service_client::ConsentServiceClient;
use glasklar::pb::explanation_service_client::ExplanationServiceClient;
use glasklar::pb::organization_service_client::OrganizationServiceClient;
use glasklar::pb::profile_service_client::ProfileServiceClient;
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_types::StatusExt as _;

use super::server::World;

/// The job that everybody applies for.
pub(crate) const JOB: &str = "J-1";

/// Score, channels and items: what explanations need.
pub(crate) fn explainable() -> Vec<i32> {
    [pb::Field::Score, pb::Field::Channels, pb::Field::Items].map(i32::from).to_vec()
}

/// A message with a bearer token.
pub(crate) fn bearing<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let value = format!("Bearer {token}").parse().unwrap();
    request.metadata_mut().insert("authorization", value);
    request
}

/// The reason in a status's `ErrorInfo`, which every status must carry.
pub(crate) fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    let info = details.error_info().unwrap_or_else(|| panic!("no ErrorInfo: {status:?}"));
    assert_eq!(info.domain, glasklar::grpc::DOMAIN);
    info.reason.clone()
}

/// The ledger index in the trailers of an answer or refusal.
pub(crate) fn ledger_index(metadata: &tonic::metadata::MetadataMap) -> u64 {
    let index = metadata.get(glasklar::grpc::LEDGER_INDEX).expect("the answer names its entry");
    let text = index.to_str().unwrap();
    assert_eq!(text.len(), 20, "the index has a fixed width");
    text.parse().unwrap()
}

/// An organization's recruiter.
#[derive(Clone)]
pub(crate) struct Recruiter {
    world: World,
    channel: Channel,
    organization: String,
}

impl Recruiter {
    pub(crate) fn new(world: World, channel: Channel, organization: &str) -> Self {
        Self { world, channel, organization: organization.to_owned() }
    }

    pub(crate) fn on<T>(&self, message: T) -> Request<T> {
        let identity = Identity::Recruiter(self.organization.parse().unwrap());
        bearing(&self.world.token(identity, "ats"), message)
    }

    pub(crate) fn consents(&self) -> ConsentServiceClient<Channel> {
        ConsentServiceClient::new(self.channel.clone())
    }

    pub(crate) fn profiles(&self) -> ProfileServiceClient<Channel> {
        ProfileServiceClient::new(self.channel.clone())
    }

    pub(crate) fn explanations(&self) -> ExplanationServiceClient<Channel> {
        ExplanationServiceClient::new(self.channel.clone())
    }

    /// A usual request for consent of a person by name.
    pub(crate) fn request(&self, name: &str) -> pb::RequestConsentRequest {
        pb::RequestConsentRequest {
            external_id: Some(pb::ExternalId {
                scheme: "test".to_owned(),
                agency: String::new(),
                value: name.to_owned(),
            }),
            contact: format!("{name}@example.org"),
            purpose: pb::Purpose::Application.into(),
            job_reference: JOB.to_owned(),
            fields: explainable(),
            channels: Vec::new(),
            days: 0,
            request_id: String::new(),
        }
    }

    /// Asks a person for consent.
    pub(crate) async fn ask(&self, name: &str) -> pb::Consent {
        let answer = self.consents().request_consent(self.on(self.request(name))).await;
        answer.expect("asking is always answered").into_inner().consent.unwrap()
    }

    /// The usual look-up.
    pub(crate) fn look_up_request(&self, candidate: &str) -> pb::LookUpProfileRequest {
        let look_up = pb::ProfileLookUp {
            candidate: candidate.to_owned(),
            purpose: pb::Purpose::Application.into(),
            job_reference: JOB.to_owned(),
            fields: Vec::new(),
        };
        pb::LookUpProfileRequest { look_up: Some(look_up), request_id: String::new() }
    }

    /// Looks a candidate up by the handle.
    pub(crate) async fn look_up(&self, candidate: &str) -> Result<pb::Profile, Status> {
        let request = self.on(self.look_up_request(candidate));
        let answer = self.profiles().look_up_profile(request).await?;
        Ok(answer.into_inner().profile.unwrap())
    }

    /// The score of a candidate who agreed.
    pub(crate) async fn score(&self, candidate: &str) -> pb::Score {
        let profile = self.look_up(candidate).await.expect("the profile is shown");
        profile.score.expect("the consent covers the score")
    }

    /// A look-up that must be refused like every other.
    pub(crate) async fn expect_refusal(&self, candidate: &str) {
        let refused = self.look_up(candidate).await.expect_err("nothing may be shown");
        assert_eq!(refused.code(), tonic::Code::PermissionDenied);
        assert_eq!(reason(&refused), "CONSENT_NOT_AVAILABLE");
    }

    /// Explains a score by its name.
    pub(crate) async fn explain(&self, name: &str) -> Result<pb::Explanation, Status> {
        let request = pb::ExplainScoreRequest {
            name: name.to_owned(),
            purpose: pb::Purpose::Application.into(),
            job_reference: JOB.to_owned(),
            request_id: String::new(),
            language_code: String::new(),
        };
        let answer = self.explanations().explain_score(self.on(request)).await?;
        Ok(answer.into_inner().explanation.unwrap())
    }
}

/// A candidate, or somebody who may become one.
#[derive(Clone)]
pub(crate) struct Candidate {
    world: World,
    channel: Channel,
    pub(crate) name: String,
}

impl Candidate {
    pub(crate) fn new(world: World, channel: Channel, name: &str) -> Self {
        Self { world, channel, name: name.to_owned() }
    }

    pub(crate) fn on<T>(&self, message: T) -> Request<T> {
        bearing(&self.world.token(Identity::Candidate, &self.name), message)
    }

    pub(crate) fn api(&self) -> CandidateServiceClient<Channel> {
        CandidateServiceClient::new(self.channel.clone())
    }

    pub(crate) fn consents(&self) -> ConsentServiceClient<Channel> {
        ConsentServiceClient::new(self.channel.clone())
    }

    pub(crate) fn explanations(&self) -> ExplanationServiceClient<Channel> {
        ExplanationServiceClient::new(self.channel.clone())
    }

    pub(crate) fn address(&self) -> String {
        format!("{}@example.org", self.name)
    }

    pub(crate) async fn enroll(&self) {
        let request = pb::EnrollRequest { display_name: self.name.clone(), of_age: true };
        self.api().enroll(self.on(request)).await.expect("enrolment succeeds");
    }

    /// Asks for a code and gives it back.
    pub(crate) async fn confirm(&self) {
        let code = self.code().await;
        let request = pb::ConfirmContactRequest { address: self.address(), code };
        self.api().confirm_contact(self.on(request)).await.expect("the code is right");
    }

    /// Asks for a code, and reads it in the mail.
    pub(crate) async fn code(&self) -> String {
        let request = pb::AddContactRequest { address: self.address() };
        self.api().add_contact(self.on(request)).await.expect("a code is sent");
        let outbox = self.world.outbox.lock().unwrap();
        let mail = outbox.iter().rev().find(|mail| mail.to == self.address());
        let body = &mail.expect("a mail was sent").body;
        body.chars().filter(char::is_ascii_digit).take(8).collect()
    }

    /// Uploads an archive in pieces; returns the report.
    pub(crate) async fn upload(&self, archive: Vec<u8>) -> Result<pb::ImportReport, Status> {
        let total_bytes = i64::try_from(archive.len()).unwrap();
        let pieces: Vec<_> = archive
            .chunks(64 * 1024)
            .map(|chunk| pb::ImportArchiveRequest {
                chunk: chunk.to_vec(),
                total_bytes,
                ..Default::default()
            })
            .collect();
        let request = self.on(tokio_stream::iter(pieces));
        let mut answers = self.api().import_archive(request).await?.into_inner();
        let mut report = None;
        while let Some(answer) = answers.message().await? {
            report = answer.report.or(report);
        }
        Ok(report.expect("the last message has the report"))
    }

    /// Agrees to everything that was asked for.
    pub(crate) async fn grant(&self, consent: &pb::Consent) -> pb::Consent {
        let request = pb::GrantConsentRequest {
            name: consent.name.clone(),
            fields: consent.fields.clone(),
            channels: consent.channels.clone(),
            days: 0,
        };
        let answer = self.consents().grant_consent(self.on(request)).await;
        answer.expect("the consent is granted").into_inner().consent.unwrap()
    }

    pub(crate) async fn refuse(&self, consent: &pb::Consent) -> pb::Consent {
        let request = pb::RefuseConsentRequest { name: consent.name.clone() };
        let answer = self.consents().refuse_consent(self.on(request)).await;
        answer.expect("the consent is refused").into_inner().consent.unwrap()
    }

    pub(crate) async fn withdraw(&self, consent: &pb::Consent) -> pb::Consent {
        let request = pb::WithdrawConsentRequest { name: consent.name.clone() };
        let answer = self.consents().withdraw_consent(self.on(request)).await;
        answer.expect("the consent is withdrawn").into_inner().consent.unwrap()
    }

    /// Who looked, newest first.
    pub(crate) async fn accesses(&self) -> Vec<pb::Access> {
        let request = self.on(pb::ListAccessesRequest::default());
        self.api().list_accesses(request).await.unwrap().into_inner().accesses
    }

    /// Her own explanation, with all items.
    pub(crate) async fn explain(&self) -> pb::Explanation {
        let request = self.on(pb::ExplainOwnScoreRequest::default());
        let answer = self.explanations().explain_own_score(request).await.unwrap();
        answer.into_inner().explanation.unwrap()
    }
}

/// Somebody who checks the record.
#[derive(Clone)]
pub(crate) struct Auditor {
    world: World,
    channel: Channel,
}

impl Auditor {
    pub(crate) fn new(world: World, channel: Channel) -> Self {
        Self { world, channel }
    }

    pub(crate) fn on<T>(&self, message: T) -> Request<T> {
        bearing(&self.world.token(Identity::Auditor, "anton"), message)
    }

    pub(crate) fn api(&self) -> AuditServiceClient<Channel> {
        AuditServiceClient::new(self.channel.clone())
    }

    /// The entries so far, oldest first, over all pages.
    pub(crate) async fn entries(&self) -> Vec<pb::Entry> {
        let (mut entries, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = pb::ListEntriesRequest { page_token, ..Default::default() };
            let page = self.api().list_entries(self.on(request)).await.unwrap().into_inner();
            entries.extend(page.entries);
            if page.next_page_token.is_empty() {
                return entries;
            }
            page_token = page.next_page_token;
        }
    }

    /// The signed state of the ledger.
    pub(crate) async fn checkpoint(&self) -> pb::GetCheckpointResponse {
        let request = self.on(pb::GetCheckpointRequest {});
        self.api().get_checkpoint(request).await.unwrap().into_inner()
    }
}

/// Somebody who runs the service.
#[derive(Clone)]
pub(crate) struct Operator {
    world: World,
    channel: Channel,
}

impl Operator {
    pub(crate) fn new(world: World, channel: Channel) -> Self {
        Self { world, channel }
    }

    pub(crate) fn on<T>(&self, message: T) -> Request<T> {
        bearing(&self.world.token(Identity::Operator, "olga"), message)
    }

    pub(crate) fn api(&self) -> OrganizationServiceClient<Channel> {
        OrganizationServiceClient::new(self.channel.clone())
    }

    pub(crate) async fn register(&self, organization: &str) {
        let request = pb::CreateOrganizationRequest {
            organization_id: organization.to_owned(),
            display_name: format!("{organization} AG"),
        };
        self.api().create_organization(self.on(request)).await.expect("it is registered");
    }
}
