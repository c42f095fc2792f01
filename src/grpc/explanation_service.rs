//! `ExplanationService`.

use tonic::{Request, Response, Status};

use super::profile_service::{job_reference, request_mark};
use super::{Api, caller, convert, explained, names, organization, request_id, status, trailer};
use crate::app::explain::Query;
use crate::domain::profile::Outcome;
use crate::pb;
use crate::pb::explanation_service_server::ExplanationService;

#[tonic::async_trait]
impl ExplanationService for Api {
    async fn explain_score(
        &self,
        request: Request<pb::ExplainScoreRequest>,
    ) -> Result<Response<pb::ExplainScoreResponse>, Status> {
        let caller = caller(&request)?;
        let id = request_id(&request);
        let message = request.into_inner();
        let (handle, score) = names::score("name", &message.name)?;
        let query = Query {
            handle,
            score,
            purpose: convert::purpose("purpose", message.purpose)?,
            job_reference: job_reference("job_reference", &message.job_reference)?,
            request: request_mark(&message.request_id, id)?,
        };
        let answer = self.app.explain(organization(&caller)?, query).await;
        match answer.map_err(|error| status::of(&error))? {
            (Outcome::Shown(shown), index) => {
                let explanation = Some(explained::explanation(shown));
                Ok(trailer::recorded(pb::ExplainScoreResponse { explanation }, index))
            }
            (Outcome::Refused, index) => Err(status::refused(index)),
        }
    }

    async fn explain_own_score(
        &self,
        request: Request<pb::ExplainOwnScoreRequest>,
    ) -> Result<Response<pb::ExplainOwnScoreResponse>, Status> {
        let caller = caller(&request)?;
        let channels = convert::channels("channels", &request.into_inner().channels)?;
        let shown = self.app.explain_own(&caller, channels).await;
        let shown = shown.map_err(|error| status::of(&error))?;
        let explanation = Some(explained::explanation(shown));
        Ok(Response::new(pb::ExplainOwnScoreResponse { explanation }))
    }

    async fn get_model(
        &self,
        request: Request<pb::GetModelRequest>,
    ) -> Result<Response<pb::GetModelResponse>, Status> {
        let name = request.into_inner().name;
        let model = self.app.model();
        let own = format!("models/{}", model.version);
        if name != "models/current" && name != own {
            let found = name.starts_with("models/");
            return Err(if found {
                status::of(&crate::app::Error::NotFound("model"))
            } else {
                status::invalid("name", "expected `models/{version}` or `models/current`")
            });
        }
        Ok(Response::new(pb::GetModelResponse {
            name: own,
            document: self.app.model_text().as_bytes().to_vec(),
            digest: model.digest.to_string(),
        }))
    }
}
