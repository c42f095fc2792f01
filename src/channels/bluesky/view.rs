//! Answers of the network's public interface (`AppView`): `getProfile`, and the pages of
//! `getAuthorFeed`, which count what others did with each post.

use serde::Deserialize;

use super::post::{self, Post, Record};
use super::{Reader, is_did};
use crate::channels::answers::{self, Replies, Whose};
use crate::channels::archive::{Archive, Member};
use crate::channels::error::Error;
use crate::channels::json::{self, Count, One, Text};
use crate::channels::peek;
use crate::channels::report::{Audience, Skip};
use crate::domain::evidence::Signal;

/// `getProfile`, and the author of a post.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Profile {
    did: Text,
    handle: Text,
    display_name: Text,
    created_at: Text,
    followers_count: Count,
    follows_count: Count,
}

/// An entry of `getAuthorFeed`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    post: One<View>,
    /// Why somebody else's post is there.
    reason: One<Reason>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reason {
    #[serde(rename = "$type")]
    kind: Text,
    by: One<Profile>,
}

impl Reason {
    /// A post that its author put on top has a reason as well.
    fn is_repost(&self) -> bool {
        !self.kind.get().is_some_and(|kind| kind.ends_with("#reasonPin"))
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct View {
    uri: Text,
    author: One<Profile>,
    record: One<Record>,
    indexed_at: Text,
    like_count: Count,
    repost_count: Count,
    reply_count: Count,
    quote_count: Count,
}

impl Profile {
    fn meet(&self, whose: &mut Whose<'_>) {
        let Some(did) = self.did.get().filter(|did| is_did(did)) else {
            return;
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let is_handle = |handle: &&str| {
            handle.len() <= 253 && handle.chars().all(plain) && *handle != "handle.invalid"
        };
        let handle = self.handle.get().filter(is_handle).unwrap_or(did);
        whose.meet(did, handle, self.display_name.get());
    }

    /// Says what the profile tells, if it is the account's.
    pub(super) fn tell(&self, reader: &mut Reader<'_>) {
        if self.did.get() != Some(reader.did.as_str()) {
            return;
        }
        reader.profile(self.display_name.get(), self.created_at.get());
        reader.outlet.audience(Audience::Followers, self.followers_count.0);
        reader.followed = self.follows_count.0.or(reader.followed);
    }
}

/// Most profiles that are kept; one is usual.
const PROFILES: usize = 100;

/// Whether a text begins as a page of `getAuthorFeed` does.
pub(super) fn is_feed(head: &[u8]) -> bool {
    answers::text(head).starts_with(b"{")
        && answers::has_keys(head, &["feed", "post", "uri", "cid"])
}

/// Whether a text begins as `getProfile` does.
pub(super) fn is_profile(head: &[u8]) -> bool {
    answers::text(head).starts_with(b"{")
        && answers::has_keys(head, &["did", "handle", "followersCount"])
        && !is_feed(head)
}

/// Reads profiles.
pub(super) fn profiles(
    archive: &mut Archive<'_>,
    members: &[Member],
    whose: &mut Whose<'_>,
) -> Result<Vec<Profile>, Error> {
    let mut profiles = Vec::new();
    answers::rows(archive, members, is_profile, &mut |profile: Profile| {
        if profiles.len() < PROFILES {
            profile.meet(whose);
            profiles.push(profile);
        }
        Ok(())
    })?;
    Ok(profiles)
}

/// Finds out whose posts the pages show, and which posts the author answered.
pub(super) fn survey(
    archive: &mut Archive<'_>,
    members: &[Member],
    whose: &mut Whose<'_>,
) -> Result<Replies, Error> {
    let mut replies = Replies::default();
    peek::each(archive, members, &mut |head, open| {
        if !is_feed(head) {
            return Ok(());
        }
        json::array_at(open, "feed", &mut |entry: One<Entry>| {
            let entry = entry.0.unwrap_or_default();
            match entry.reason.0.filter(Reason::is_repost) {
                Some(reason) => {
                    if let Some(by) = reason.by.0 {
                        by.meet(whose);
                    }
                }
                None => view(entry.post.0.unwrap_or_default(), &mut replies, whose),
            }
            Ok(())
        })
    })?;
    Ok(replies)
}

fn view(view: View, replies: &mut Replies, whose: &mut Whose<'_>) {
    if let Some(author) = view.author.0 {
        author.meet(whose);
    }
    let Some((did, _)) = view.uri.get().and_then(post::parts) else {
        return;
    };
    let post = Post::from(view.record.0.unwrap_or_default());
    if let (Some(parent), Some(reply)) = (post.own_parent(did), view.uri.get()) {
        replies.add(parent, reply);
    }
}

/// Reads the pages.
pub(super) fn feed(
    archive: &mut Archive<'_>,
    members: &[Member],
    reader: &mut Reader<'_>,
) -> Result<(), Error> {
    peek::each(archive, members, &mut |head, open| {
        if !is_feed(head) {
            return Ok(());
        }
        json::array_at(open, "feed", &mut |entry: One<Entry>| {
            let entry = entry.0.unwrap_or_default();
            if entry.reason.0.is_some_and(|reason| reason.is_repost()) {
                reader.reposts += 1;
                return Ok(());
            }
            if let Some(view) = entry.post.0 {
                return shown(view, reader);
            }
            reader.outlet.skip(Skip::Unreadable);
            Ok(())
        })
    })
}

fn shown(view: View, reader: &mut Reader<'_>) -> Result<(), Error> {
    let (Some((did, key)), Some(record)) = (view.uri.get().and_then(post::parts), view.record.0)
    else {
        reader.outlet.skip(Skip::Unreadable);
        return Ok(());
    };
    if did != reader.did {
        reader.outlet.skip(Skip::NotOwn);
        return Ok(());
    }
    if !reader.give(key) {
        // Pages overlap, and a post that was put on top is shown twice.
        return Ok(());
    }
    let latest = view.indexed_at.get().and_then(|text| text.parse().ok());
    let address = view.uri.get().unwrap_or_default();
    // Answers of the author to herself are in the count.
    let replies = view.reply_count.0.map(|all| all.saturating_sub(reader.replies.of(address)));
    let reactions = [
        (Signal::Like, view.like_count.0),
        (Signal::Reshare, view.repost_count.0),
        (Signal::Reply, replies),
        (Signal::Quote, view.quote_count.0),
    ];
    let reactions = reactions.into_iter().filter_map(|(signal, count)| Some((signal, count?)));
    reader.counted(Post::from(record), key, latest, reactions.collect())
}
