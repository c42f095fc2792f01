//! `ConsentService`.

use tonic::{Request, Response, Status};

use super::profile_service::request_mark;
use super::{Api, caller, convert, names, organization, status, trailer};
use crate::app::consents::{Answer, Request as Asked, SeenConsent};
use crate::auth::Caller;
use crate::pb;
use crate::pb::consent_service_server::ConsentService;

impl Api {
    async fn answer(
        &self,
        caller: &Caller,
        name: &str,
        answer: Answer,
    ) -> Result<(Option<pb::Consent>, Option<u64>), Status> {
        let id = names::consent("name", name)?;
        let answered = self.app.answer_consent(caller, id, answer).await;
        let (consent, index) = answered.map_err(|error| status::of(&error))?;
        Ok((Some(convert::consent(&consent)), index))
    }
}

/// A response that names its entry, if something was recorded.
fn respond<T>(message: T, index: Option<u64>) -> Response<T> {
    match index {
        Some(index) => trailer::recorded(message, index),
        None => Response::new(message),
    }
}

fn days(days: i32) -> Result<u16, Status> {
    u16::try_from(days).map_err(|_| status::invalid("days", "must be 0 to 365"))
}

#[tonic::async_trait]
impl ConsentService for Api {
    async fn request_consent(
        &self,
        request: Request<pb::RequestConsentRequest>,
    ) -> Result<Response<pb::RequestConsentResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let external = message.external_id;
        let external = external.ok_or_else(|| status::invalid("external_id", "must be set"))?;
        let asked = Asked {
            external_id: [external.scheme, external.agency, external.value],
            contact: message.contact,
            purpose: convert::purpose("purpose", message.purpose)?,
            job_reference: message.job_reference,
            fields: convert::fields("fields", &message.fields)?,
            channels: convert::channels("channels", &message.channels)?,
            days: days(message.days)?,
            request_id: request_mark(&message.request_id, String::new())?,
        };
        let answered = self.app.request_consent(organization(&caller)?, asked).await;
        let (consent, index) = answered.map_err(|error| status::of(&error))?;
        let consent = Some(convert::consent(&consent));
        Ok(respond(pb::RequestConsentResponse { consent }, index))
    }

    async fn get_consent(
        &self,
        request: Request<pb::GetConsentRequest>,
    ) -> Result<Response<pb::GetConsentResponse>, Status> {
        let caller = caller(&request)?;
        let id = names::consent("name", &request.into_inner().name)?;
        let consent = self.app.consent(&caller, id).await.map_err(|error| status::of(&error))?;
        let consent = Some(convert::consent(&consent));
        Ok(Response::new(pb::GetConsentResponse { consent }))
    }

    async fn list_consents(
        &self,
        request: Request<pb::ListConsentsRequest>,
    ) -> Result<Response<pb::ListConsentsResponse>, Status> {
        let caller = caller(&request)?;
        let pb::ListConsentsRequest { page_size, page_token } = request.into_inner();
        let page = convert::page(page_size, page_token, "consents", &caller);
        let found = self.app.consents(&caller, &page).await;
        let (found, next_page_token) = found.map_err(|error| status::of(&error))?;
        let consents = found.iter().map(|seen: &SeenConsent| convert::consent(seen)).collect();
        Ok(Response::new(pb::ListConsentsResponse { consents, next_page_token }))
    }

    async fn grant_consent(
        &self,
        request: Request<pb::GrantConsentRequest>,
    ) -> Result<Response<pb::GrantConsentResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let fields = convert::fields("fields", &message.fields)?;
        let channels = convert::channels("channels", &message.channels)?;
        for (field, empty) in [("fields", fields.is_empty()), ("channels", channels.is_empty())] {
            if empty {
                return Err(status::invalid(field, "name at least one: nothing is pre-ticked"));
            }
        }
        let answer = Answer::Grant { fields, channels, days: days(message.days)? };
        let (consent, index) = self.answer(&caller, &message.name, answer).await?;
        Ok(respond(pb::GrantConsentResponse { consent }, index))
    }

    async fn refuse_consent(
        &self,
        request: Request<pb::RefuseConsentRequest>,
    ) -> Result<Response<pb::RefuseConsentResponse>, Status> {
        let caller = caller(&request)?;
        let name = request.into_inner().name;
        let (consent, index) = self.answer(&caller, &name, Answer::Refuse).await?;
        Ok(respond(pb::RefuseConsentResponse { consent }, index))
    }

    async fn withdraw_consent(
        &self,
        request: Request<pb::WithdrawConsentRequest>,
    ) -> Result<Response<pb::WithdrawConsentResponse>, Status> {
        let caller = caller(&request)?;
        let name = request.into_inner().name;
        let (consent, index) = self.answer(&caller, &name, Answer::Withdraw).await?;
        Ok(respond(pb::WithdrawConsentResponse { consent }, index))
    }
}
