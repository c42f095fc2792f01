//! What Stack Exchange hands out under the GDPR: lists of what a person did, by event. Public
//! readers know only the list of votes; no list tells what others did, so that there are no items
//! here, and the report says where to find them.

use serde::Deserialize;

use super::super::Sink;
use super::super::answers;
use super::super::archive::{Archive, Member};
use super::super::error::Error;
use super::super::json::{self, Text};
use super::super::report::{Outlet, Report};
use super::HEAD;
use crate::domain::evidence::Channel;
use crate::domain::item::Account;

/// An event.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Event {
    event_time: Text,
}

/// The list of votes. Its name in the archive has a backslash, which is a folder here.
fn votes(archive: &Archive<'_>) -> Vec<Member> {
    archive.matching(|name| name.ends_with("analytics/qa/vote.submit.json"))
}

/// Whether this is such an export.
pub(super) fn is_there(archive: &mut Archive<'_>) -> Result<bool, Error> {
    let Some(&member) = votes(archive).first() else {
        return Ok(false);
    };
    let head = archive.head(member, HEAD)?;
    let is_empty = answers::text(&head).trim_ascii() == b"[]";
    Ok(is_empty || answers::has_keys(&head, &["eventTime", "siteId"]))
}

/// Counts what the person did.
pub(super) fn read(archive: &mut Archive<'_>, sink: &mut Sink<'_>) -> Result<Report, Error> {
    let account = Account { id: None, handle: "unknown".to_owned(), name: None };
    let mut outlet = Outlet::new(Channel::StackExchange, "GDPR export", account, sink);
    let members = votes(archive);
    let mut given = 0;
    archive.read_each(&members, &mut |open| {
        json::array(open, &mut |event: Event| {
            given += u64::from(event.event_time.get().is_some());
            Ok(())
        })
    })?;
    outlet.did("votes_given", given);
    outlet.warn(
        "this export tells what you did and not what others did; connect your profile, or bring \
         your part of the site's data dump",
    );
    Ok(outlet.finish())
}
