//! `AuditService`.

use tonic::{Request, Response, Status};

use super::{Api, caller, convert, names, status, trailer};
use crate::app::audit::Filter;
use crate::domain::entry::Kind;
use crate::pb;
use crate::pb::audit_service_server::AuditService;

#[tonic::async_trait]
impl AuditService for Api {
    async fn list_entries(
        &self,
        request: Request<pb::ListEntriesRequest>,
    ) -> Result<Response<pb::ListEntriesResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let mut filter = Filter::default();
        if !message.organization.is_empty() {
            let name = &message.organization;
            filter.organization = Some(names::organization("organization", name)?);
        }
        if !message.kind.is_empty() {
            let kind = Kind::from_word(&message.kind);
            filter.kind =
                Some(kind.ok_or_else(|| status::invalid("kind", "there is no such kind"))?);
        }
        let list = format!("entries\n{}\n{}", message.organization, message.kind);
        let page = convert::page(message.page_size, message.page_token, &list, &caller);
        let found = self.app.entries(&filter, &page).await;
        let (found, next_page_token) = found.map_err(|error| status::of(&error))?;
        let entries = found.into_iter().map(convert::entry).collect();
        Ok(Response::new(pb::ListEntriesResponse { entries, next_page_token }))
    }

    async fn get_entry(
        &self,
        request: Request<pb::GetEntryRequest>,
    ) -> Result<Response<pb::GetEntryResponse>, Status> {
        let index = names::entry("name", &request.into_inner().name)?;
        let entry = self.app.entry(index).await.map_err(|error| status::of(&error))?;
        Ok(Response::new(pb::GetEntryResponse { entry: Some(convert::entry(entry)) }))
    }

    async fn read_released_explanation(
        &self,
        request: Request<pb::ReadReleasedExplanationRequest>,
    ) -> Result<Response<pb::ReadReleasedExplanationResponse>, Status> {
        let caller = caller(&request)?;
        let index = names::entry("name", &request.into_inner().name)?;
        let read = self.app.read_released(&caller, index).await;
        let (document, document_digest, index) = read.map_err(|error| status::of(&error))?;
        let message = pb::ReadReleasedExplanationResponse { document, document_digest };
        Ok(trailer::recorded(message, index))
    }

    async fn get_checkpoint(
        &self,
        _request: Request<pb::GetCheckpointRequest>,
    ) -> Result<Response<pb::GetCheckpointResponse>, Status> {
        let signed = self.app.checkpoint().await;
        let (note, verifier_key) = signed.map_err(|error| status::of(&error))?;
        Ok(Response::new(pb::GetCheckpointResponse { note, verifier_key }))
    }

    async fn get_inclusion_proof(
        &self,
        request: Request<pb::GetInclusionProofRequest>,
    ) -> Result<Response<pb::GetInclusionProofResponse>, Status> {
        let message = request.into_inner();
        let index = convert::unsigned("index", message.index)?;
        let size = convert::unsigned("size", message.size)?;
        let proof = self.app.inclusion_proof(index, size).await;
        let proof = proof.map_err(|error| status::of(&error))?;
        Ok(Response::new(pb::GetInclusionProofResponse {
            leaf: proof.leaf,
            size: convert::signed(proof.head.size),
            root: proof.head.root.bytes().to_vec(),
            hashes: proof.hashes.iter().map(|hash| hash.bytes().to_vec()).collect(),
        }))
    }

    async fn get_consistency_proof(
        &self,
        request: Request<pb::GetConsistencyProofRequest>,
    ) -> Result<Response<pb::GetConsistencyProofResponse>, Status> {
        let message = request.into_inner();
        let old = convert::unsigned("old_size", message.old_size)?;
        let new = convert::unsigned("new_size", message.new_size)?;
        let proof = self.app.consistency_proof(old, new).await;
        let proof = proof.map_err(|error| status::of(&error))?;
        Ok(Response::new(pb::GetConsistencyProofResponse {
            old_size: convert::signed(proof.old.size),
            new_size: convert::signed(proof.new.size),
            old_root: proof.old.root.bytes().to_vec(),
            new_root: proof.new.root.bytes().to_vec(),
            hashes: proof.hashes.iter().map(|hash| hash.bytes().to_vec()).collect(),
        }))
    }
}
