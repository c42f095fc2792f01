//! `CandidateService`.

use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::{Api, caller, convert, fetch_stream, import_stream, names, status, topics};
use crate::app::Stored;
use crate::app::candidates::Account;
use crate::app::links::Linked;
use crate::app::own::Which;
use crate::domain::entry::Kind;
use crate::domain::scope::Purpose;
use crate::domain::time::Timestamp;
use crate::pb;
use crate::pb::candidate_service_server::CandidateService;

#[tonic::async_trait]
impl CandidateService for Api {
    async fn enroll(
        &self,
        request: Request<pb::EnrollRequest>,
    ) -> Result<Response<pb::EnrollResponse>, Status> {
        let caller = caller(&request)?;
        let pb::EnrollRequest { display_name, of_age } = request.into_inner();
        let account = self.app.enroll(&caller, &display_name, of_age).await;
        let account = account.map_err(|error| status::of(&error))?;
        Ok(Response::new(pb::EnrollResponse { candidate: Some(candidate(account)) }))
    }

    async fn get_candidate(
        &self,
        request: Request<pb::GetCandidateRequest>,
    ) -> Result<Response<pb::GetCandidateResponse>, Status> {
        let account = self.app.account(&*caller(&request)?).await;
        let account = account.map_err(|error| status::of(&error))?;
        Ok(Response::new(pb::GetCandidateResponse { candidate: Some(candidate(account)) }))
    }

    async fn add_contact(
        &self,
        request: Request<pb::AddContactRequest>,
    ) -> Result<Response<pb::AddContactResponse>, Status> {
        let caller = caller(&request)?;
        let added = self.app.add_contact(&caller, &request.into_inner().address).await;
        let address = added.map_err(|error| status::of(&error))?;
        let contact = Some(pb::Contact { address, confirm_time: None });
        Ok(Response::new(pb::AddContactResponse { contact }))
    }

    async fn confirm_contact(
        &self,
        request: Request<pb::ConfirmContactRequest>,
    ) -> Result<Response<pb::ConfirmContactResponse>, Status> {
        let caller = caller(&request)?;
        let pb::ConfirmContactRequest { address, code } = request.into_inner();
        let confirmed = self.app.confirm_contact(&caller, &address, &code).await;
        let (address, at) = confirmed.map_err(|error| status::of(&error))?;
        let contact = Some(contact((address, Some(at))));
        Ok(Response::new(pb::ConfirmContactResponse { contact }))
    }

    type ImportArchiveStream = ReceiverStream<Result<pb::ImportArchiveResponse, Status>>;

    async fn import_archive(
        &self,
        request: Request<Streaming<pb::ImportArchiveRequest>>,
    ) -> Result<Response<Self::ImportArchiveStream>, Status> {
        let caller = caller(&request)?;
        let upload = self.app.begin_import(&caller).await;
        let upload = upload.map_err(|error| status::of(&error))?;
        let chunks = request.into_inner();
        let spool = std::sync::Arc::clone(&self.spool);
        Ok(Response::new(import_stream::start(self.app.clone(), upload, chunks, spool)))
    }

    async fn link_account(
        &self,
        request: Request<pb::LinkAccountRequest>,
    ) -> Result<Response<pb::LinkAccountResponse>, Status> {
        let caller = caller(&request)?;
        let pb::LinkAccountRequest { channel, address } = request.into_inner();
        let channel = convert::channel("channel", channel)?;
        let linked = self.app.link_account(&caller, channel, &address).await;
        let Linked { link, places, proof_link } = linked.map_err(|error| status::of(&error))?;
        Ok(Response::new(pb::LinkAccountResponse {
            link: Some(convert::link(&link)),
            places: places.iter().map(|&place| place.to_owned()).collect(),
            proof_address: proof_link.unwrap_or_default(),
        }))
    }

    async fn confirm_account(
        &self,
        request: Request<pb::ConfirmAccountRequest>,
    ) -> Result<Response<pb::ConfirmAccountResponse>, Status> {
        let caller = caller(&request)?;
        let pb::ConfirmAccountRequest { channel, address } = request.into_inner();
        let channel = convert::channel("channel", channel)?;
        let linked = self.app.confirm_account(&caller, channel, &address).await;
        let linked = linked.map_err(|error| status::of(&error))?;
        let link = Some(convert::link(&linked.link));
        Ok(Response::new(pb::ConfirmAccountResponse { link }))
    }

    type FetchAccountStream = ReceiverStream<Result<pb::FetchAccountResponse, Status>>;

    async fn fetch_account(
        &self,
        request: Request<pb::FetchAccountRequest>,
    ) -> Result<Response<Self::FetchAccountStream>, Status> {
        let caller = caller(&request)?;
        let pb::FetchAccountRequest { channel, address } = request.into_inner();
        let channel = convert::channel("channel", channel)?;
        let prepared = self.app.begin_fetch(&caller, channel, &address).await;
        let prepared = prepared.map_err(|error| status::of(&error))?;
        Ok(Response::new(fetch_stream::start(self.app.clone(), prepared)))
    }

    async fn unlink_account(
        &self,
        request: Request<pb::UnlinkAccountRequest>,
    ) -> Result<Response<pb::UnlinkAccountResponse>, Status> {
        let caller = caller(&request)?;
        let pb::UnlinkAccountRequest { channel, address } = request.into_inner();
        let channel = convert::channel("channel", channel)?;
        let unlinked = self.app.unlink_account(&caller, channel, &address).await;
        unlinked.map_err(|error| status::of(&error))?;
        Ok(Response::new(pb::UnlinkAccountResponse {}))
    }

    async fn get_own_score(
        &self,
        request: Request<pb::GetOwnScoreRequest>,
    ) -> Result<Response<pb::GetOwnScoreResponse>, Status> {
        let caller = caller(&request)?;
        let channels = convert::channels("channels", &request.into_inner().channels)?;
        let score = self.app.own_score(&caller, Which::Today(channels)).await;
        let score = score.map_err(|error| status::of(&error))?;
        let score = Some(convert::score("me", &score));
        Ok(Response::new(pb::GetOwnScoreResponse { score }))
    }

    async fn list_own_scores(
        &self,
        request: Request<pb::ListOwnScoresRequest>,
    ) -> Result<Response<pb::ListOwnScoresResponse>, Status> {
        let caller = caller(&request)?;
        let pb::ListOwnScoresRequest { channels, page_size, page_token } = request.into_inner();
        let channels = convert::channels("channels", &channels)?;
        let list = format!("scores {:x}", channels.bits());
        let page = convert::page(page_size, page_token, &list, &caller);
        let found = self.app.own_scores(&caller, channels, &page).await;
        let (found, next_page_token) = found.map_err(|error| status::of(&error))?;
        let scores = found.iter().map(|score| convert::score("me", score)).collect();
        Ok(Response::new(pb::ListOwnScoresResponse { scores, next_page_token }))
    }

    async fn list_own_topics(
        &self,
        request: Request<pb::ListOwnTopicsRequest>,
    ) -> Result<Response<pb::ListOwnTopicsResponse>, Status> {
        let caller = caller(&request)?;
        let pb::ListOwnTopicsRequest { channels, page_size, page_token } = request.into_inner();
        let channels = convert::channels("channels", &channels)?;
        let list = format!("topics {:x}", channels.bits());
        let page = convert::page(page_size, page_token, &list, &caller);
        let found = self.app.own_topics(&caller, channels, &page).await;
        let (found, next_page_token) = found.map_err(|error| status::of(&error))?;
        let ontology = self.app.topics().ontology();
        let topics = found.iter().map(|topic| topics::profile(ontology, topic)).collect();
        Ok(Response::new(pb::ListOwnTopicsResponse { topics, next_page_token }))
    }

    async fn join_population(
        &self,
        request: Request<pb::JoinPopulationRequest>,
    ) -> Result<Response<pb::JoinPopulationResponse>, Status> {
        let joined = self.app.join_population(&*caller(&request)?).await;
        joined.map_err(|error| status::of(&error))?;
        Ok(Response::new(pb::JoinPopulationResponse {}))
    }

    async fn leave_population(
        &self,
        request: Request<pb::LeavePopulationRequest>,
    ) -> Result<Response<pb::LeavePopulationResponse>, Status> {
        let left = self.app.leave_population(&*caller(&request)?).await;
        left.map_err(|error| status::of(&error))?;
        Ok(Response::new(pb::LeavePopulationResponse {}))
    }

    async fn list_accesses(
        &self,
        request: Request<pb::ListAccessesRequest>,
    ) -> Result<Response<pb::ListAccessesResponse>, Status> {
        let caller = caller(&request)?;
        let pb::ListAccessesRequest { page_size, page_token } = request.into_inner();
        let page = convert::page(page_size, page_token, "accesses", &caller);
        let found = self.app.accesses(&caller, &page).await;
        let (found, next_page_token) = found.map_err(|error| status::of(&error))?;
        let accesses = found.iter().map(access).collect();
        Ok(Response::new(pb::ListAccessesResponse { accesses, next_page_token }))
    }
}

fn contact((address, confirmed_at): (String, Option<Timestamp>)) -> pb::Contact {
    pb::Contact { address, confirm_time: confirmed_at.map(convert::time) }
}

fn candidate(account: Account) -> pb::Candidate {
    let linked = |(channel, handle, at): (crate::domain::evidence::Channel, String, Timestamp)| {
        let channel = i32::from(channel.number());
        pb::LinkedAccount { channel, handle, import_time: Some(convert::time(at)) }
    };
    pb::Candidate {
        display_name: account.display_name,
        contacts: account.contacts.into_iter().map(contact).collect(),
        accounts: account.accounts.into_iter().map(linked).collect(),
        create_time: Some(convert::time(account.created_at)),
        revision: account.revision,
        links: account.links.iter().map(convert::link).collect(),
        population_join_time: account.counted_since.map(convert::time),
    }
}

/// What the entry says about the look, in the candidate's own list.
fn access(stored: &Stored) -> pb::Access {
    let mut access = pb::Access { entry: names::entry_name(stored.index), ..pb::Access::default() };
    let Some(opening) = &stored.opening else { return access };
    let document: serde_json::Value = serde_json::from_slice(&opening.document).unwrap_or_default();
    let says = |key: &str| document.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
    access.create_time = Some(convert::time(opening.time));
    access.kind = match opening.kind {
        Some(Kind::ProfileDisclosed) => pb::access::Kind::Profile,
        Some(Kind::ExplanationDisclosed) => pb::access::Kind::Explanation,
        Some(Kind::ExplanationAudited) => pb::access::Kind::Audit,
        _ => pb::access::Kind::Unspecified,
    }
    .into();
    let organization = opening.organization.as_ref();
    access.organization = organization.map(|id| format!("organizations/{id}")).unwrap_or_default();
    let purpose = says("purpose").and_then(|word| Purpose::from_word(&word));
    access.purpose = purpose.map_or(0, |purpose| i32::from(purpose.number()));
    access.score = says("score").map(|score| format!("scores/{score}")).unwrap_or_default();
    access
}
