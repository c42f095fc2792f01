//! `ExplanationService`.

use tonic::{Request, Response, Status};

use super::profile_service::{job_reference, request_mark};
use super::{
    Api, caller, convert, explained, names, organization, request_id, status, topics, trailer,
};
use crate::app::explain::{Query, Released, Wanted};
use crate::app::own::Which;
use crate::domain::change::Change;
use crate::domain::profile::Outcome;
use crate::domain::score::Verdict;
use crate::pb;
use crate::pb::explanation_service_server::ExplanationService;
use crate::words::{self, Language, View};

#[tonic::async_trait]
impl ExplanationService for Api {
    async fn explain_score(
        &self,
        request: Request<pb::ExplainScoreRequest>,
    ) -> Result<Response<pb::ExplainScoreResponse>, Status> {
        let caller = caller(&request)?;
        let id = request_id(&request);
        let message = request.into_inner();
        let reader = (View::Recruiter, Language::of(&message.language_code));
        let (handle, score) = names::score("name", &message.name)?;
        let query = Query {
            handle,
            wanted: Wanted::Score(score),
            purpose: convert::purpose("purpose", message.purpose)?,
            job_reference: job_reference("job_reference", &message.job_reference)?,
            request: request_mark(&message.request_id, id)?,
        };
        match self.released(&caller, query).await? {
            (Some(Released::Score(shown)), index) => {
                let explanation = Some(explained::explanation(shown, reader));
                Ok(trailer::recorded(pb::ExplainScoreResponse { explanation }, index))
            }
            (_, index) => Err(status::refused(index)),
        }
    }

    async fn explain_own_score(
        &self,
        request: Request<pb::ExplainOwnScoreRequest>,
    ) -> Result<Response<pb::ExplainOwnScoreResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let channels = convert::channels("channels", &message.channels)?;
        if !message.name.is_empty() && !channels.is_empty() {
            return Err(status::invalid("channels", "leave them out: the name says them"));
        }
        let which = match named("name", &message.name)? {
            Which::Today(_) => Which::Today(channels),
            named @ Which::Named(_) => named,
        };
        let shown = self.app.explain_own(&caller, which).await;
        let shown = shown.map_err(|error| status::of(&error))?;
        let reader = (View::Candidate, Language::of(&message.language_code));
        let explanation = Some(explained::explanation(shown, reader));
        Ok(Response::new(pb::ExplainOwnScoreResponse { explanation }))
    }

    async fn list_item_contributions(
        &self,
        request: Request<pb::ListItemContributionsRequest>,
    ) -> Result<Response<pb::ListItemContributionsResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let channel = convert::channel("channel", message.channel)?;
        let which = named("name", &message.name)?;
        let list = format!("items {} {}", channel.word(), message.name);
        let page = convert::page(message.page_size, message.page_token, &list, &caller);
        let found = self.app.own_items(&caller, (which, channel), &page).await;
        let (items, next_page_token) = found.map_err(|error| status::of(&error))?;
        let items = items.iter().map(explained::item).collect();
        Ok(Response::new(pb::ListItemContributionsResponse { items, next_page_token }))
    }

    async fn explain_change(
        &self,
        request: Request<pb::ExplainChangeRequest>,
    ) -> Result<Response<pb::ExplainChangeResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let from = Which::Named(names::own_score("from", &message.from)?);
        let to = named("to", &message.to)?;
        let explained = self.app.own_change(&caller, (from, to)).await;
        let explained = explained.map_err(|error| status::of(&error))?;
        let language = Language::of(&message.language_code);
        let days = (explained.from.name.day, explained.to.name.day);
        let Change { evidence, time, model } = &explained.change;
        let channel = |(channel, micros): (&crate::domain::evidence::Channel, &i64)| {
            let channel = i32::from(channel.number());
            pb::ChannelChange { channel, micropoints: points(*micros) }
        };
        Ok(Response::new(pb::ExplainChangeResponse {
            from: Some(convert::score("me", &explained.from)),
            to: Some(convert::score("me", &explained.to)),
            channels: evidence.iter().map(channel).collect(),
            time_micropoints: points(*time),
            model_micropoints: points(*model),
            micropoints: points(explained.change.total()),
            distinguishable: apart(explained.from.verdict, explained.to.verdict),
            sentences: words::change(&explained.change, days.0, days.1, language),
        }))
    }

    async fn explain_topic(
        &self,
        request: Request<pb::ExplainTopicRequest>,
    ) -> Result<Response<pb::ExplainTopicResponse>, Status> {
        let caller = caller(&request)?;
        let id = request_id(&request);
        let message = request.into_inner();
        let reader = (View::Recruiter, Language::of(&message.language_code));
        let query = Query {
            handle: names::handle("candidate", &message.candidate)?,
            wanted: Wanted::Topic(names::topic("topic", &message.topic)?),
            purpose: convert::purpose("purpose", message.purpose)?,
            job_reference: job_reference("job_reference", &message.job_reference)?,
            request: request_mark(&message.request_id, id)?,
        };
        match self.released(&caller, query).await? {
            (Some(Released::Topic(shown)), index) => {
                let ontology = self.app.topics().ontology();
                let explanation = Some(topics::explanation(ontology, shown, reader));
                Ok(trailer::recorded(pb::ExplainTopicResponse { explanation }, index))
            }
            (_, index) => Err(status::refused(index)),
        }
    }

    async fn explain_own_topic(
        &self,
        request: Request<pb::ExplainOwnTopicRequest>,
    ) -> Result<Response<pb::ExplainOwnTopicResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let topic = names::topic("topic", &message.topic)?;
        let channels = convert::channels("channels", &message.channels)?;
        let shown = self.app.explain_own_topic(&caller, topic, channels).await;
        let shown = shown.map_err(|error| status::of(&error))?;
        let reader = (View::Candidate, Language::of(&message.language_code));
        let ontology = self.app.topics().ontology();
        let explanation = Some(topics::explanation(ontology, shown, reader));
        Ok(Response::new(pb::ExplainOwnTopicResponse { explanation }))
    }

    async fn get_model(
        &self,
        request: Request<pb::GetModelRequest>,
    ) -> Result<Response<pb::GetModelResponse>, Status> {
        let name = request.into_inner().name;
        let Some(version) = name.strip_prefix("models/") else {
            let expected = "expected `models/{version}` or `models/current`";
            return Err(status::invalid("name", expected));
        };
        let release = self.app.models().version(version);
        let release = release.ok_or(crate::app::Error::NotFound("model"));
        let release = release.map_err(|error| status::of(&error))?;
        Ok(Response::new(pb::GetModelResponse {
            name: format!("models/{}", release.model.version),
            document: release.text.as_bytes().to_vec(),
            digest: release.model.digest.to_string(),
        }))
    }

    async fn list_models(
        &self,
        request: Request<pb::ListModelsRequest>,
    ) -> Result<Response<pb::ListModelsResponse>, Status> {
        let caller = caller(&request)?;
        let pb::ListModelsRequest { page_size, page_token } = request.into_inner();
        let page = convert::page(page_size, page_token, "models", &caller);
        let found = self.app.model_page(&page);
        let (releases, next_page_token) = found.map_err(|error| status::of(&error))?;
        let model = |model: &crate::domain::model::Model| pb::Model {
            name: format!("models/{}", model.version),
            digest: model.digest.to_string(),
            current: model == self.app.model(),
            reference_sample: model.reference.sample.clone(),
        };
        let models = releases.iter().map(|release| model(&release.model)).collect();
        Ok(Response::new(pb::ListModelsResponse { models, next_page_token }))
    }
}

impl Api {
    /// Asks for a release. Nothing where it is refused.
    async fn released(
        &self,
        caller: &crate::auth::Caller,
        query: Query,
    ) -> Result<(Option<Released>, u64), Status> {
        let answer = self.app.explain(organization(caller)?, query).await;
        match answer.map_err(|error| status::of(&error))? {
            (Outcome::Shown(released), index) => Ok((Some(released), index)),
            (Outcome::Refused, index) => Ok((None, index)),
        }
    }
}

/// The score with a name; today's from all channels where there is none.
fn named(field: &str, name: &str) -> Result<Which, Status> {
    if name.is_empty() {
        return Ok(Which::Today(crate::domain::scope::Channels::EMPTY));
    }
    Ok(Which::Named(names::own_score(field, name)?))
}

fn points(micros: i64) -> i32 {
    i32::try_from(micros).unwrap_or(if micros < 0 { i32::MIN } else { i32::MAX })
}

/// Whether two scores are farther apart than the half widths of their intervals together.
fn apart(from: Verdict, to: Verdict) -> bool {
    match (from, to) {
        (
            Verdict::Scored { low, high, .. },
            Verdict::Scored { low: other_low, high: other_high, .. },
        ) => low > other_high || other_low > high,
        (Verdict::InsufficientEvidence, _) | (_, Verdict::InsufficientEvidence) => false,
    }
}
