//! The callers of the story, each with her own token.

use std::net::SocketAddr;
use std::time::Duration;

use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};

use crate::auth::{DevelopmentKey, Identity, TokenRequest};
use crate::clock::Clock;
use crate::pb::audit_service_client::AuditServiceClient;
use crate::pb::candidate_service_client::CandidateServiceClient;
use crate::pb::consent_service_client::ConsentServiceClient;
use crate::pb::explanation_service_client::ExplanationServiceClient;
use crate::pb::organization_service_client::OrganizationServiceClient;
use crate::pb::profile_service_client::ProfileServiceClient;

/// A connection, and a token for each caller.
pub(super) struct Client {
    channel: Channel,
    pub(super) operator: Token,
    pub(super) recruiter: Token,
    pub(super) candidate: Token,
    pub(super) auditor: Token,
}

/// A bearer token as metadata.
pub(super) struct Token(MetadataValue<Ascii>);

impl Token {
    /// A request with this token.
    pub(super) fn on<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.0.clone());
        request
    }
}

impl Client {
    pub(super) async fn connect(address: SocketAddr, key: &DevelopmentKey) -> anyhow::Result<Self> {
        let channel = Endpoint::from_shared(format!("http://{address}"))?.connect().await?;
        let token = |identity: Identity, subject: &str| -> anyhow::Result<Token> {
            let lifetime = Duration::from_mins(15);
            let request = TokenRequest { identity, subject: subject.to_owned(), lifetime };
            let token = key.mint(&request, Clock::System.now())?;
            Ok(Token(format!("Bearer {token}").parse()?))
        };
        Ok(Self {
            channel,
            operator: token(Identity::Operator, "olga")?,
            recruiter: token(Identity::Recruiter("acme".parse()?), "acme-ats")?,
            candidate: token(Identity::Candidate, "mira")?,
            auditor: token(Identity::Auditor, "anton")?,
        })
    }

    pub(super) fn organizations(&self) -> OrganizationServiceClient<Channel> {
        OrganizationServiceClient::new(self.channel.clone())
    }

    pub(super) fn consents(&self) -> ConsentServiceClient<Channel> {
        ConsentServiceClient::new(self.channel.clone())
    }

    pub(super) fn candidates(&self) -> CandidateServiceClient<Channel> {
        CandidateServiceClient::new(self.channel.clone())
    }

    pub(super) fn profiles(&self) -> ProfileServiceClient<Channel> {
        ProfileServiceClient::new(self.channel.clone())
    }

    pub(super) fn explanations(&self) -> ExplanationServiceClient<Channel> {
        ExplanationServiceClient::new(self.channel.clone())
    }

    pub(super) fn audits(&self) -> AuditServiceClient<Channel> {
        AuditServiceClient::new(self.channel.clone())
    }
}
