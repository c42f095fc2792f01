//! `OrganizationService`.

use tonic::{Request, Response, Status};

use super::{Api, caller, convert, names, status};
use crate::app::Error;
use crate::pb;
use crate::pb::organization_service_server::OrganizationService;

#[tonic::async_trait]
impl OrganizationService for Api {
    async fn create_organization(
        &self,
        request: Request<pb::CreateOrganizationRequest>,
    ) -> Result<Response<pb::CreateOrganizationResponse>, Status> {
        let message = request.into_inner();
        let id = message.organization_id.parse();
        let id = id.map_err(|error: crate::domain::ids::InvalidId| {
            status::invalid("organization_id", &error.to_string())
        })?;
        let created = self.app.create_organization(id, &message.display_name).await;
        let created = created.map_err(|error| status::of(&error))?;
        let organization = Some(convert::organization(&created));
        Ok(Response::new(pb::CreateOrganizationResponse { organization }))
    }

    async fn get_organization(
        &self,
        request: Request<pb::GetOrganizationRequest>,
    ) -> Result<Response<pb::GetOrganizationResponse>, Status> {
        let caller = caller(&request)?;
        let id = names::organization("name", &request.into_inner().name)?;
        if caller.organization().is_some_and(|own| *own != id) {
            return Err(status::of(&Error::NotFound("organization")));
        }
        let found = self.app.organization(&id).await.map_err(|error| status::of(&error))?;
        let organization = Some(convert::organization(&found));
        Ok(Response::new(pb::GetOrganizationResponse { organization }))
    }

    async fn list_organizations(
        &self,
        request: Request<pb::ListOrganizationsRequest>,
    ) -> Result<Response<pb::ListOrganizationsResponse>, Status> {
        let caller = caller(&request)?;
        let pb::ListOrganizationsRequest { page_size, page_token } = request.into_inner();
        let page = convert::page(page_size, page_token, "organizations", &caller);
        let found = self.app.organizations(&page).await;
        let (found, next_page_token) = found.map_err(|error| status::of(&error))?;
        let organizations = found.iter().map(convert::organization).collect();
        Ok(Response::new(pb::ListOrganizationsResponse { organizations, next_page_token }))
    }
}
