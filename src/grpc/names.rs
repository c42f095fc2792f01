//! Resource names: `candidates/{candidate}` and the others, to ids and back.

use tonic::Status;

use super::status::invalid;
use crate::domain::ids::{ConsentId, Handle, OrganizationId};
use crate::domain::score_name::ScoreName;
use crate::domain::topic::TopicId;

fn id<'n>(field: &str, name: &'n str, collection: &str) -> Result<&'n str, Status> {
    let id = name.strip_prefix(collection).and_then(|rest| rest.strip_prefix('/'));
    id.ok_or_else(|| invalid(field, &format!("expected `{collection}/…`")))
}

pub(super) fn handle(field: &str, name: &str) -> Result<Handle, Status> {
    let id = id(field, name, "candidates")?;
    id.parse().map_err(|error| invalid(field, &format!("candidates/…: {error}")))
}

/// The candidate, and the score unless it is `latest`.
pub(super) fn score(field: &str, name: &str) -> Result<(Handle, Option<ScoreName>), Status> {
    let expected = "expected `candidates/{candidate}/scores/{score}`";
    let (candidate, score) = name.split_once("/scores/").ok_or_else(|| invalid(field, expected))?;
    let handle = handle(field, candidate)?;
    if score == "latest" {
        return Ok((handle, None));
    }
    let score = score.parse().map_err(|()| invalid(field, expected))?;
    Ok((handle, Some(score)))
}

pub(super) fn consent(field: &str, name: &str) -> Result<ConsentId, Status> {
    let id = id(field, name, "consents")?;
    id.parse().map_err(|error| invalid(field, &format!("consents/…: {error}")))
}

pub(super) fn organization(field: &str, name: &str) -> Result<OrganizationId, Status> {
    let id = id(field, name, "organizations")?;
    id.parse().map_err(|error| invalid(field, &format!("organizations/…: {error}")))
}

pub(super) fn entry(field: &str, name: &str) -> Result<u64, Status> {
    let id = id(field, name, "entries")?;
    let digits = !id.is_empty() && id.len() <= 20 && id.bytes().all(|byte| byte.is_ascii_digit());
    let index = if digits { id.parse().ok() } else { None };
    index.ok_or_else(|| invalid(field, "expected `entries/` and the index in decimal digits"))
}

pub(super) fn entry_name(index: u64) -> String {
    format!("entries/{}", super::trailer::digits(index))
}

/// One of the calling candidate's own scores.
pub(super) fn own_score(field: &str, name: &str) -> Result<ScoreName, Status> {
    let score = name.strip_prefix("candidates/me/scores/").and_then(|score| score.parse().ok());
    score.ok_or_else(|| invalid(field, "expected `candidates/me/scores/{score}`"))
}

/// A topic.
pub(super) fn topic(field: &str, name: &str) -> Result<TopicId, Status> {
    let topic = name.strip_prefix("topics/").and_then(|topic| topic.parse().ok());
    topic.ok_or_else(|| invalid(field, "expected `topics/{topic}`, such as `topics/Q13166`"))
}
