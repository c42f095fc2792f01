//! Linking an account, and proving that it is one's own.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use glasklar::pb;
use serde_json::json;
use tonic::Status;

use super::stand::{self, Asked, Stand, missing};
use crate::harness::clients::{Candidate, reason};
use crate::harness::server::Server;

pub(super) const ADDRESS: &str = "ada.example";

/// Bluesky with one account, whose description and posts a test may change.
#[derive(Clone, Default)]
pub(super) struct Ada {
    pub(super) description: Arc<Mutex<String>>,
    /// Likes of each post, the newest first.
    pub(super) likes: Arc<Mutex<Vec<u64>>>,
    /// Another account has the name now.
    pub(super) replaced: Arc<Mutex<bool>>,
}

impl Ada {
    /// A stand that answers for her.
    pub(super) async fn stand(&self) -> Stand {
        let ada = self.clone();
        Stand::start(move |asked| ada.answer(asked)).await
    }

    fn did(&self) -> &'static str {
        let replaced = *self.replaced.lock().unwrap();
        if replaced { "did:plc:eveexampleeveexampleeve" } else { "did:plc:adaexampleadaexampleada" }
    }

    fn answer(&self, asked: &Asked) -> axum::response::Response {
        let author = json!({"did": self.did(), "handle": ADDRESS, "displayName": "Ada"});
        if asked.path == "/xrpc/app.bsky.actor.getProfile" {
            let mut profile = author;
            profile["description"] = self.description.lock().unwrap().clone().into();
            profile["followersCount"] = 5.into();
            return stand::json(&profile);
        }
        if asked.path != "/xrpc/app.bsky.feed.getAuthorFeed" {
            return missing();
        }
        let likes = self.likes.lock().unwrap();
        let post = |(at, likes): (usize, &u64)| {
            let (created, key) = published(at);
            json!({"post": {
                "uri": format!("at://{}/app.bsky.feed.post/{key}", self.did()), "cid": "bafy",
                "author": author,
                "record": {"$type": "app.bsky.feed.post", "text": format!("post {at}"),
                    "createdAt": created},
                "likeCount": likes, "repostCount": 0, "replyCount": 0, "quoteCount": 0,
                "indexedAt": created}})
        };
        let feed: Vec<_> = likes.iter().enumerate().map(post).collect();
        stand::json(&json!({"feed": feed}))
    }
}

/// When her post with this number was published, and its key, which this network makes of the
/// time: base 32 of the microseconds and ten bits more.
pub(super) fn published(at: usize) -> (String, String) {
    let created = format!("2026-10-{:02}T10:00:00.000000Z", 28 - at);
    let time: glasklar::domain::time::Timestamp = created.parse().unwrap();
    let number = u64::try_from(time.micros()).unwrap() << 10;
    let letters = b"234567abcdefghijklmnopqrstuvwxyz";
    let letter =
        |place: u32| char::from(letters[usize::try_from(number >> (5 * place) & 31).unwrap()]);
    (created, (0..13).rev().map(letter).collect())
}

impl Candidate {
    pub(super) async fn link(&self) -> Result<pb::LinkAccountResponse, Status> {
        let channel = pb::Channel::Bluesky.into();
        let request = pb::LinkAccountRequest { channel, address: format!("@{ADDRESS}") };
        Ok(self.api().link_account(self.on(request)).await?.into_inner())
    }

    pub(super) async fn prove(&self) -> Result<pb::AccountLink, Status> {
        let channel = pb::Channel::Bluesky.into();
        let request = pb::ConfirmAccountRequest { channel, address: ADDRESS.to_owned() };
        let answer = self.api().confirm_account(self.on(request)).await?;
        Ok(answer.into_inner().link.unwrap())
    }

    /// Links the account, shows the code, and has it confirmed.
    pub(super) async fn own(&self, ada: &Ada) {
        let code = self.link().await.unwrap().link.unwrap().code;
        code.clone_into(&mut ada.description.lock().unwrap());
        self.prove().await.unwrap();
    }

    /// Fetches to the end; every message.
    pub(super) async fn fetch(&self) -> Result<Vec<pb::FetchAccountResponse>, Status> {
        let channel = pb::Channel::Bluesky.into();
        let request = pb::FetchAccountRequest { channel, address: ADDRESS.to_owned() };
        let mut answers = self.api().fetch_account(self.on(request)).await?.into_inner();
        let mut messages = Vec::new();
        while let Some(message) = answers.message().await? {
            messages.push(message);
        }
        Ok(messages)
    }

    async fn unlink(&self) -> Result<(), Status> {
        let channel = pb::Channel::Bluesky.into();
        let request = pb::UnlinkAccountRequest { channel, address: ADDRESS.to_owned() };
        self.api().unlink_account(self.on(request)).await.map(|_| ())
    }

    async fn links(&self) -> Vec<pb::AccountLink> {
        let request = self.on(pb::GetCandidateRequest {});
        self.api().get_candidate(request).await.unwrap().into_inner().candidate.unwrap().links
    }
}

#[tokio::test]
async fn an_account_is_proved_by_showing_the_code() {
    let ada = Ada::default();
    let stand = ada.stand().await;
    let server = Server::start_fetching(|fetching| stand.stands_in(fetching)).await;
    let mira = server.candidate("mira").await;
    let linked = mira.link().await.unwrap();
    let link = linked.link.unwrap();
    assert!(link.code.starts_with("glasklar-verify-") && link.code.len() == 36, "{}", link.code);
    assert_eq!(link.address, ADDRESS, "in the canonical form");
    assert!(linked.places.iter().any(|place| place.contains("description")));
    assert_eq!(linked.proof_address, format!("https://glasklar.example/me/{}", link.code));
    assert!(stand.asked().is_empty(), "linking asks nobody");
    assert_eq!(
        mira.link().await.unwrap().link.unwrap().code,
        link.code,
        "the same until it expires"
    );
    let missing = mira.prove().await.unwrap_err();
    assert_eq!(reason(&missing), "PROOF_MISSING");
    assert!(missing.message().contains(&link.code), "{}", missing.message());
    let early = mira.fetch().await.unwrap_err();
    assert_eq!(reason(&early), "PROOF_MISSING", "nothing is fetched before");
    *ada.description.lock().unwrap() = format!("Databases. {}. Bread.", link.code);
    let proved = mira.prove().await.unwrap();
    assert!(proved.confirm_time.is_some() && proved.code.is_empty());
    ada.description.lock().unwrap().clear();
    assert_eq!(mira.prove().await.unwrap(), proved, "once is enough");
    assert_eq!(mira.links().await, [proved]);
    server.finish().await;
}

#[tokio::test]
async fn a_code_expires_and_one_of_somebody_else_proves_nothing() {
    let ada = Ada::default();
    let stand = ada.stand().await;
    let server = Server::start_fetching(|fetching| stand.stands_in(fetching)).await;
    let (mira, eve) = (server.candidate("mira").await, server.candidate("eve").await);
    let code = mira.link().await.unwrap().link.unwrap().code;
    eve.link().await.unwrap();
    code.clone_into(&mut ada.description.lock().unwrap());
    assert_eq!(reason(&eve.prove().await.unwrap_err()), "PROOF_MISSING", "it is mira's code");
    server.world.clock.advance(Duration::from_hours(25));
    let expired = mira.prove().await.unwrap_err();
    assert_eq!(reason(&expired), "PROOF_MISSING");
    assert!(expired.message().contains("expired"), "{}", expired.message());
    let fresh = mira.link().await.unwrap().link.unwrap().code;
    assert_ne!(fresh, code);
    server.finish().await;
}

#[tokio::test]
async fn an_account_that_is_anothers_is_refused_also_with_a_proof() {
    let ada = Ada::default();
    let stand = ada.stand().await;
    let server = Server::start_fetching(|fetching| stand.stands_in(fetching)).await;
    let (mira, eve) = (server.candidate("mira").await, server.candidate("eve").await);
    mira.own(&ada).await;
    let code = eve.link().await.unwrap().link.unwrap().code;
    code.clone_into(&mut ada.description.lock().unwrap());
    assert_eq!(reason(&eve.prove().await.unwrap_err()), "ACCOUNT_CLAIMED");
    assert_eq!(reason(&eve.fetch().await.unwrap_err()), "PROOF_MISSING");
    server.finish().await;
}

#[tokio::test]
async fn a_name_that_went_to_another_account_is_noticed() {
    let ada = Ada::default();
    ada.likes.lock().unwrap().push(3);
    let stand = ada.stand().await;
    let server = Server::start_fetching(|fetching| stand.stands_in(fetching)).await;
    let mira = server.candidate("mira").await;
    mira.own(&ada).await;
    *ada.replaced.lock().unwrap() = true;
    let changed = mira.fetch().await.unwrap_err();
    assert_eq!(reason(&changed), "CONFLICT");
    assert!(changed.message().contains("another account"), "{}", changed.message());
    assert!(mira.explain().await.channels.is_empty(), "nothing of it counts");
    server.finish().await;
}

#[tokio::test]
async fn what_cannot_be_linked_is_refused_with_a_reason() {
    let server = Server::start().await;
    let mira = server.candidate("mira").await;
    for (channel, address, field) in [
        (pb::Channel::Unspecified, ADDRESS, "channel"),
        (pb::Channel::Linkedin, "ada", "address"),
        (pb::Channel::Youtube, "@ada", "channel"),
        (pb::Channel::Mastodon, "ada", "address"),
        (pb::Channel::Mastodon, "", "address"),
    ] {
        let channel = channel.into();
        let request = pb::LinkAccountRequest { channel, address: address.to_owned() };
        let refused = mira.api().link_account(mira.on(request)).await.unwrap_err();
        assert_eq!(reason(&refused), "FIELD_INVALID", "{address}");
        assert!(refused.message().starts_with(field), "{}", refused.message());
    }
    // A server inside can be linked, for a name tells nothing; it is never asked.
    let (channel, address) = (pb::Channel::Mastodon.into(), "@ada@localhost".to_owned());
    let request = pb::LinkAccountRequest { channel, address: address.clone() };
    mira.api().link_account(mira.on(request)).await.unwrap();
    let request = pb::ConfirmAccountRequest { channel, address };
    let refused = mira.api().confirm_account(mira.on(request)).await.unwrap_err();
    assert_eq!(reason(&refused), "FIELD_INVALID");
    assert!(refused.message().contains("no public server"), "{}", refused.message());
    server.finish().await;
}

#[tokio::test]
async fn a_link_can_be_forgotten() {
    let ada = Ada::default();
    ada.likes.lock().unwrap().push(3);
    let stand = ada.stand().await;
    let server = Server::start_fetching(|fetching| stand.stands_in(fetching)).await;
    let mira = server.candidate("mira").await;
    assert_eq!(reason(&mira.unlink().await.unwrap_err()), "NOT_FOUND");
    assert_eq!(reason(&mira.prove().await.unwrap_err()), "NOT_FOUND");
    mira.own(&ada).await;
    mira.fetch().await.unwrap();
    mira.unlink().await.unwrap();
    assert!(mira.links().await.is_empty());
    assert_eq!(reason(&mira.fetch().await.unwrap_err()), "NOT_FOUND");
    assert_eq!(mira.explain().await.channels.len(), 1, "what was fetched stays");
    server.finish().await;
}

#[tokio::test]
async fn a_candidate_may_fetch_only_so_often_in_a_day() {
    let ada = Ada::default();
    let stand = ada.stand().await;
    let server = Server::start_fetching(|fetching| {
        stand.stands_in(fetching);
        fetching.per_day = 3;
    })
    .await;
    let mira = server.candidate("mira").await;
    mira.own(&ada).await;
    mira.fetch().await.unwrap();
    mira.fetch().await.unwrap();
    let enough = mira.fetch().await.unwrap_err();
    assert_eq!(reason(&enough), "LIMIT_EXCEEDED");
    assert!(enough.message().contains("3 fetches"), "{}", enough.message());
    server.world.clock.advance(Duration::from_hours(24));
    mira.fetch().await.unwrap();
    server.finish().await;
}
