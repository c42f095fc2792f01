//! Each network's whole story on its recorded shapes: the account is proved, a fetch is asked to
//! wait and does, another breaks off in the middle, the next one goes on there, and a recruiter
//! sees the score.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::response::Response;
use glasklar::clock::Clock;
use glasklar::pb;
use glasklar::pb::fetch_account_response::State;
use tonic::Status;

use super::recorded;
use super::stand::{Asked, Stand, answer};
use crate::harness::clients::{Candidate, reason};
use crate::harness::server::Server;

/// A network and its account, which is always Ada's.
#[derive(Clone, Copy)]
struct Network {
    channel: pb::Channel,
    /// What is linked, on a server with this address.
    address: fn(&str) -> String,
    /// Its answers while the profile says this.
    answer: fn(&Asked, &str) -> Response,
    /// Which page of items is asked for, from zero; none if something else is.
    page: fn(&Asked) -> Option<u64>,
    /// How it asks for a second's patience before it gives its first page; none where the body
    /// of that page does.
    limit: Option<fn() -> Response>,
    /// The page at which a fetch breaks off.
    breaks_at: u64,
    /// Reactions of each signal, of all items.
    reactions: &'static [(&'static str, i64)],
}

/// What a test changes while the network is served.
#[derive(Default)]
struct Now {
    says: String,
    limits: bool,
    breaks: bool,
    pages: Vec<u64>,
}

fn behind(asked: &Asked, path: &str, name: &str, size: u64) -> Option<u64> {
    let value = asked.value(name).trim_start_matches("token-");
    (asked.path == path).then(|| value.parse::<u64>().unwrap_or(0) / size)
}

/// The second after the next one, by the clock that the stand's `Date` shows.
fn soon() -> i64 {
    Clock::System.now().micros() / 1_000_000 + 2
}

const MASTODON: Network = Network {
    channel: pb::Channel::Mastodon,
    address: |url| format!("{url}@ada"),
    answer: recorded::mastodon,
    page: |asked| {
        let oldest: u64 = asked.value("max_id").parse().unwrap_or(1_001);
        (asked.path == "/api/v1/accounts/7/statuses").then_some((1_001 - oldest) / 40)
    },
    limit: Some(|| {
        let reset = jiff::Timestamp::from_second(soon()).unwrap();
        let headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &*reset.to_string())];
        answer(429, &headers, "")
    }),
    breaks_at: 2,
    reactions: &[("like", 200), ("reshare", 100), ("reply", 100)],
};

const GITHUB: Network = Network {
    channel: pb::Channel::Github,
    address: |_| "ada".to_owned(),
    answer: recorded::github,
    page: |asked| {
        let page: u64 = asked.value("page").parse().unwrap_or(1);
        (asked.path == "/users/Ada/repos").then_some(page - 1)
    },
    limit: Some(|| {
        let reset = soon().to_string();
        answer(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &reset)], "")
    }),
    breaks_at: 1,
    reactions: &[("star", 390), ("fork", 130)],
};

const STACK_EXCHANGE: Network = Network {
    channel: pb::Channel::Stackexchange,
    address: |url| format!("{url}users/42/ada"),
    answer: recorded::stack_exchange,
    page: |asked| match asked.path.as_str() {
        "/users/42/answers" => Some(asked.value("page").parse::<u64>().unwrap() - 1),
        "/users/42/questions" => Some(2),
        _ => None,
    },
    limit: None,
    breaks_at: 2,
    reactions: &[("vote", 485)],
};

const YOUTUBE: Network = Network {
    channel: pb::Channel::Youtube,
    address: |_| "@Ada".to_owned(),
    answer: recorded::youtube,
    page: |asked| behind(asked, "/youtube/v3/playlistItems", "pageToken", 50),
    limit: Some(|| answer(503, &[("retry-after", "1")], "")),
    breaks_at: 1,
    reactions: &[("like", 600), ("reply", 240), ("view", 12_000)],
};

const TUMBLR: Network = Network {
    channel: pb::Channel::Tumblr,
    address: |_| "ada.tumblr.com".to_owned(),
    answer: recorded::tumblr,
    page: |asked| behind(asked, "/v2/blog/ada.tumblr.com/posts", "offset", 20),
    limit: Some(|| answer(429, &[("retry-after", "1")], "")),
    breaks_at: 7,
    reactions: &[("note", 600)],
};

const FEED: Network = Network {
    channel: pb::Channel::Blog,
    address: |url| format!("{url}~ada/"),
    answer: recorded::feed,
    page: |asked| (asked.path == "/~ada/feed.xml").then_some(0),
    limit: Some(|| answer(429, &[("retry-after", "1")], "")),
    breaks_at: 0,
    reactions: &[("reply", 60)],
};

impl Network {
    async fn stand(self, now: &Arc<Mutex<Now>>) -> Stand {
        let now = Arc::clone(now);
        Stand::start(move |asked| {
            let mut now = now.lock().unwrap();
            if let Some(page) = (self.page)(asked) {
                now.pages.push(page);
                if now.breaks && page == self.breaks_at {
                    return answer(500, &[], "");
                }
                if let Some(limit) = self.limit.filter(|_| std::mem::take(&mut now.limits)) {
                    return limit();
                }
            }
            (self.answer)(asked, &now.says)
        })
        .await
    }

    /// Links the account, and proves it as soon as the code is shown.
    async fn prove(self, mira: &Candidate, address: &str, now: &Mutex<Now>) {
        let (channel, address) = (self.channel.into(), address.to_owned());
        let request = pb::LinkAccountRequest { channel, address: address.clone() };
        let linked = mira.api().link_account(mira.on(request)).await.unwrap().into_inner();
        let request = pb::ConfirmAccountRequest { channel, address };
        let early = mira.api().confirm_account(mira.on(request.clone())).await.unwrap_err();
        assert_eq!(reason(&early), "PROOF_MISSING");
        linked.link.unwrap().code.clone_into(&mut now.lock().unwrap().says);
        let proved = mira.api().confirm_account(mira.on(request)).await.unwrap().into_inner();
        assert!(proved.link.unwrap().confirm_time.is_some());
        now.lock().unwrap().pages.clear();
    }

    /// Fetches to the end; every message, and how it ended.
    async fn fetch(
        self,
        mira: &Candidate,
        address: &str,
    ) -> (Vec<pb::FetchAccountResponse>, Result<(), Status>) {
        let (channel, address) = (self.channel.into(), address.to_owned());
        let request = mira.on(pb::FetchAccountRequest { channel, address });
        let mut answers = mira.api().fetch_account(request).await.unwrap().into_inner();
        let mut messages = Vec::new();
        loop {
            match answers.message().await {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => return (messages, Ok(())),
                Err(status) => return (messages, Err(status)),
            }
        }
    }

    /// The whole story.
    async fn story(self) {
        let now = Arc::<Mutex<Now>>::default();
        let stand = self.stand(&now).await;
        let server = Server::start_fetching(|fetching| stand.stands_in(fetching)).await;
        let mira = server.candidate("mira").await;
        let address = (self.address)(&stand.url());
        self.prove(&mira, &address, &now).await;
        (now.lock().unwrap().limits, now.lock().unwrap().breaks) = (true, true);

        let (messages, ended) = self.fetch(&mira, &address).await;
        let broken = ended.unwrap_err();
        assert_eq!(reason(&broken), "NETWORK_UNAVAILABLE", "{}", broken.message());
        assert!(messages.iter().any(|message| message.state() == State::Waiting), "{messages:?}");
        let kept = counted(&mira).await.values().sum::<i64>();
        assert_eq!(kept > 0, self.breaks_at > 0, "what was read before the break counts");

        now.lock().unwrap().breaks = false;
        let before = std::mem::take(&mut now.lock().unwrap().pages);
        assert_eq!(before.iter().max(), Some(&self.breaks_at));
        let (messages, ended) = self.fetch(&mira, &address).await;
        ended.unwrap();
        let last = messages.last().unwrap();
        assert_eq!((last.state(), last.more), (State::Done, false));
        let after = std::mem::take(&mut now.lock().unwrap().pages);
        assert_eq!(after.first(), Some(&self.breaks_at), "it goes on where it was: {after:?}");

        let expected: BTreeMap<_, _> =
            self.reactions.iter().map(|(signal, count)| ((*signal).to_owned(), *count)).collect();
        assert_eq!(counted(&mira).await, expected);
        let revision = mira.explain().await.score.unwrap().revision;
        let (_, ended) = self.fetch(&mira, &address).await;
        ended.unwrap();
        assert_eq!(mira.explain().await.score.unwrap().revision, revision, "nothing is new");
        let seen = now.lock().unwrap().pages.first().copied();
        assert_eq!(seen, Some(0), "what is young is read again from the newest on");

        let acme = server.recruiter("acme").await;
        let consent = acme.ask("mira").await;
        mira.grant(&consent).await;
        let score = acme.score(&consent.candidate).await;
        assert_eq!(score.state(), pb::score::State::Scored);
        assert_eq!(score.revision, revision);
        server.finish().await;
    }
}

/// What counts for her: reactions by signal, all of them fetched, none but one channel's.
async fn counted(mira: &Candidate) -> BTreeMap<String, i64> {
    let document = mira.explain().await.document;
    let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
    let channels = document["channels"].as_array().unwrap().clone();
    assert!(channels.len() <= 1, "{channels:?}");
    let signals =
        channels.iter().flat_map(|channel| channel["signals"].as_array().unwrap().clone());
    let pairs = signals.map(|signal| {
        (signal["signal"].as_str().unwrap().to_owned(), signal["reactions"].as_i64().unwrap())
    });
    pairs.filter(|(_, count)| *count > 0).collect()
}

#[tokio::test]
async fn mastodon_from_its_proof_to_a_score() {
    MASTODON.story().await;
}

#[tokio::test]
async fn github_from_its_proof_to_a_score() {
    GITHUB.story().await;
}

#[tokio::test]
async fn stack_exchange_from_its_proof_to_a_score() {
    STACK_EXCHANGE.story().await;
}

#[tokio::test]
async fn youtube_from_its_proof_to_a_score() {
    YOUTUBE.story().await;
}

#[tokio::test]
async fn tumblr_from_its_proof_to_a_score() {
    TUMBLR.story().await;
}

#[tokio::test]
async fn a_feed_from_its_proof_to_a_score() {
    FEED.story().await;
}

#[tokio::test]
async fn an_account_without_anything_is_proved_by_nothing() {
    let says = Arc::new(Mutex::new(String::new()));
    let heard = Arc::clone(&says);
    let stand = Stand::start(move |asked| {
        let says = heard.lock().unwrap();
        if asked.path == "/v2/blog/ada.tumblr.com/posts" {
            let nothing = serde_json::json!({"response": {"posts": [], "total_posts": 0}});
            return super::stand::json(&nothing);
        }
        recorded::tumblr(asked, &says)
    })
    .await;
    let server = Server::start_fetching(|fetching| stand.stands_in(fetching)).await;
    let mira = server.candidate("mira").await;
    let (channel, address) = (pb::Channel::Tumblr.into(), "ada".to_owned());
    let request = pb::LinkAccountRequest { channel, address: address.clone() };
    let linked = mira.api().link_account(mira.on(request)).await.unwrap().into_inner();
    linked.link.unwrap().code.clone_into(&mut says.lock().unwrap());
    let request = pb::ConfirmAccountRequest { channel, address };
    let empty = mira.api().confirm_account(mira.on(request)).await.unwrap_err();
    assert!(empty.message().contains("shows nothing in public"), "{}", empty.message());
    server.finish().await;
}
