//! `ProfileService`.

use tonic::{Request, Response, Status};

use super::{Api, caller, convert, names, organization, request_id, status, trailer};
use crate::app::look_up::Query;
use crate::domain::profile::Outcome;
use crate::domain::scope::JOB_REFERENCE_MAX;
use crate::pb;
use crate::pb::profile_service_server::ProfileService;

/// Most look-ups of one call.
const BATCH_MAX: usize = 100;

#[tonic::async_trait]
impl ProfileService for Api {
    async fn look_up_profile(
        &self,
        request: Request<pb::LookUpProfileRequest>,
    ) -> Result<Response<pb::LookUpProfileResponse>, Status> {
        let caller = caller(&request)?;
        let id = request_id(&request);
        let pb::LookUpProfileRequest { look_up, request_id: given } = request.into_inner();
        let look_up = look_up.ok_or_else(|| status::invalid("look_up", "must be set"))?;
        let query = query("look_up", &look_up, request_mark(&given, id)?)?;
        let answer = self.app.look_up(organization(&caller)?, query).await;
        match answer.map_err(|error| status::of(&error))? {
            (Outcome::Shown(profile), index) => {
                let profile = Some(convert::profile(self.app.topics().ontology(), &profile));
                Ok(trailer::recorded(pb::LookUpProfileResponse { profile }, index))
            }
            (Outcome::Refused, index) => Err(status::refused(index)),
        }
    }

    async fn batch_look_up_profiles(
        &self,
        request: Request<pb::BatchLookUpProfilesRequest>,
    ) -> Result<Response<pb::BatchLookUpProfilesResponse>, Status> {
        let caller = caller(&request)?;
        let id = request_id(&request);
        let pb::BatchLookUpProfilesRequest { look_ups, request_id: given } = request.into_inner();
        if look_ups.is_empty() || look_ups.len() > BATCH_MAX {
            return Err(status::invalid("look_ups", "must have 1 to 100 look-ups"));
        }
        let mark = request_mark(&given, id)?;
        let organization = organization(&caller)?;
        let names: Vec<String> = look_ups.iter().map(|look_up| look_up.candidate.clone()).collect();
        let queries = look_ups
            .iter()
            .enumerate()
            .map(|(at, look_up)| query(&format!("look_ups[{at}]"), look_up, mark.clone()))
            .collect::<Result<Vec<_>, _>>()?;
        // All queue at once, so they share a transaction; each is decided on its own.
        let mut waiting = tokio::task::JoinSet::new();
        for (at, query) in queries.into_iter().enumerate() {
            let (app, organization) = (self.app.clone(), organization.clone());
            waiting.spawn(async move { (at, app.look_up(&organization, query).await) });
        }
        let mut results = vec![pb::ProfileResult::default(); names.len()];
        while let Some(answered) = waiting.join_next().await {
            let (at, answer) =
                answered.map_err(|error| status::of(&crate::app::Error::internal(error)))?;
            // One that could not be recorded fails the call: no partial answer with OK.
            let (outcome, index) = answer.map_err(|error| status::of(&error))?;
            let Some(result) = results.get_mut(at) else { continue };
            result.candidate.clone_from(&names[at]);
            result.ledger_index = convert::signed(index);
            match outcome {
                Outcome::Shown(profile) => {
                    result.profile = Some(convert::profile(self.app.topics().ontology(), &profile));
                }
                Outcome::Refused => result.reason = pb::ErrorReason::ConsentNotAvailable.into(),
            }
        }
        Ok(Response::new(pb::BatchLookUpProfilesResponse { results }))
    }
}

/// What marks the request in the record: the client's own UUID, or the id of this call.
pub(super) fn request_mark(given: &str, id: String) -> Result<String, Status> {
    if given.is_empty() {
        return Ok(id);
    }
    if super::layers::is_uuid(given) {
        return Ok(given.to_lowercase());
    }
    Err(status::invalid(
        "request_id",
        "expected a UUID such as 6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    ))
}

fn query(path: &str, look_up: &pb::ProfileLookUp, request: String) -> Result<Query, Status> {
    let field = |name: &str| format!("{path}.{name}");
    Ok(Query {
        handle: names::handle(&field("candidate"), &look_up.candidate)?,
        purpose: convert::purpose(&field("purpose"), look_up.purpose)?,
        fields: convert::fields(&field("fields"), &look_up.fields)?,
        job_reference: job_reference(&field("job_reference"), &look_up.job_reference)?,
        request,
    })
}

/// A job reference that could be one; whether it is the consent's is decided later.
/// Without the space around it, as it was stored when consent was asked for.
pub(super) fn job_reference(field: &str, text: &str) -> Result<String, Status> {
    let text = text.trim();
    if text.chars().count() > JOB_REFERENCE_MAX {
        return Err(status::invalid(field, "must have at most 64 characters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_reference_has_no_space_around_it_and_64_characters() {
        assert_eq!(job_reference("job_reference", " J 1\t").unwrap(), "J 1");
        let longest = "ä".repeat(64);
        assert_eq!(job_reference("job_reference", &format!(" {longest} ")).unwrap(), longest);
        assert!(job_reference("job_reference", &format!("{longest}x")).is_err());
    }
}
