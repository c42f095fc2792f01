//! The log of what the candidate did on Google+: comments, and +1s given. Public comments on
//! other people's posts are items; all else is counted.

use serde::Deserialize;

use super::super::archive::{Archive, names};
use super::super::error::Error;
use super::super::json::{self, One, Text};
use super::super::report::{Outlet, Skip};
use super::super::{html, link as links};
use super::post::Person;
use crate::domain::item::{Item, ItemKind};
use crate::domain::time::Timestamp;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Target {
    post_permalink: Text,
}

/// An entry of the log.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Entry {
    timestamp_ms: Text,
    visibility: Text,
    primary_text: Text,
    comment_created_item: One<Target>,
    post_plus_one_added_item: One<Target>,
    comment_plus_one_added_item: One<Target>,
}

/// Reads the logs, whatever their names in the account's language are.
pub(super) fn read(
    archive: &mut Archive<'_>,
    own: &Person,
    outlet: &mut Outlet<'_>,
) -> Result<(), Error> {
    let logs = archive.matching(|name| {
        let folder = names::base(names::folder(name)).replace([' ', '_'], "");
        folder == "activitylog" && names::is(name, "json")
    });
    archive.read_each(&logs, &mut |open| {
        let read = json::array_at(open, "items", &mut |entry: Entry| comment(entry, own, outlet));
        match read {
            Err(Error::Malformed { .. }) => {
                outlet.skip(Skip::Unreadable);
                Ok(())
            }
            read => read,
        }
    })
}

fn comment(entry: Entry, own: &Person, outlet: &mut Outlet<'_>) -> Result<(), Error> {
    if entry.post_plus_one_added_item.0.is_some() || entry.comment_plus_one_added_item.0.is_some() {
        outlet.did("likes_given", 1);
        return Ok(());
    }
    let Some(target) = entry.comment_created_item.0 else {
        return Ok(());
    };
    let link = target.post_permalink.get().unwrap_or_default();
    if own.owns(link) {
        outlet.did("comments_on_own_posts", 1);
        return Ok(());
    }
    if !entry.visibility.get().is_some_and(|word| word.eq_ignore_ascii_case("public")) {
        outlet.skip(Skip::NotPublic);
        return Ok(());
    }
    let at = entry.timestamp_ms.get().and_then(|text| text.parse().ok());
    let Some(posted_at) = at.map(Timestamp::from_millis).filter(|&at| super::post::existed(at))
    else {
        outlet.skip(Skip::ImpossibleDate);
        return Ok(());
    };
    let item = Item {
        id: format!("comment:{}", posted_at.micros() / 1_000),
        kind: ItemKind::Reply,
        posted_at,
        text: html::text(entry.primary_text.get().unwrap_or_default()),
        tags: Vec::new(),
        language: None,
        url: links::web(link),
        reactions: Vec::new(),
        heard: Vec::new(),
    };
    Ok(outlet.hand_out(item)?)
}
