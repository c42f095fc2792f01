//! Tricks to raise a score or to claim a topic, one test for each: the score does not rise, or the
//! explanation says what makes it doubtful. And input that is wrong on purpose.
//!
//! Tricks that are tested elsewhere: the same archive twice (`imports.rs`), counts that the network
//! contradicts (`fetch/evidence.rs`), unnoticed posts about a topic and posts of one day
//! (`expertise.rs`), an ontology in a circle (`src/topics/tests/ontology.rs`).
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

mod accounts;
mod input;
mod reactions;
mod topics;

use std::io::{Cursor, Write as _};

use glasklar::domain::time::Day;
use glasklar::pb;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::harness::clients::Candidate;

/// Milliseconds since 1970 at which the clock inside X's post numbers starts.
const SNOWFLAKE: i64 = 1_288_834_974_657;

/// A post: its number, its age in days, and its likes.
type Post = (u32, i32, u64);

/// The day so many days before another.
fn ago(today: Day, days: i32) -> Day {
    Day::from_number(today.number() - days)
}

/// Posts in the project's own format, as a forum's.
fn forum(network: &str, account: &str, today: Day, posts: &[Post]) -> Vec<u8> {
    let item = |(number, days, likes): &Post| {
        json!({
            "id": number.to_string(), "kind": "post",
            "posted_at": format!("{}T03:00:00Z", ago(today, *days)),
            "text": "A walk in the mountains.", "reactions": {"like": likes}
        })
    };
    items(network, account, &posts.iter().map(item).collect::<Vec<_>>())
}

fn items(network: &str, account: &str, items: &[Value]) -> Vec<u8> {
    let file = json!({
        "format": "glasklar-items/1", "network": network,
        "account": {"id": account, "handle": account}, "items": items
    });
    serde_json::to_vec(&file).unwrap()
}

/// A row of X's archive. Its date is in its number.
fn tweet((number, days, likes): Post, today: Day, text: &str) -> Value {
    let millis = ago(today, days).start().micros() / 1_000 + 3_600_000;
    let id = ((millis - SNOWFLAKE) << 22) + i64::from(number);
    json!({"tweet": {
        "id_str": id.to_string(), "full_text": text, "favorite_count": likes.to_string(),
        "retweet_count": "0"
    }})
}

/// An archive of X with these rows.
fn x(account: &str, followers: u64, rows: &[Value]) -> Vec<u8> {
    let person = |n: u64| json!({"follower": {"accountId": (3_000_000_000 + n).to_string()}});
    let followers: Vec<_> = (0..followers).map(person).collect();
    let own = json!([{"account": {
        "accountId": account, "username": "mira_example", "createdAt": "2014-03-09T08:30:00.000Z"
    }}]);
    let liked: Vec<_> = (0..50).map(|n| json!({"like": {"tweetId": n.to_string()}})).collect();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let members = [
        ("account", own),
        ("tweets", json!(rows)),
        ("follower", json!(followers)),
        ("like", json!(liked)),
    ];
    for (name, rows) in members {
        zip.start_file(format!("data/{name}.js"), SimpleFileOptions::default()).unwrap();
        write!(zip, "window.YTD.{name}.part0 = {rows}").unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A score as she sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    points: i32,
    low: i32,
    high: i32,
    scored: bool,
    uploaded_permille: i32,
}

async fn seen(who: &Candidate) -> Seen {
    let score = who.explain().await.score.unwrap();
    Seen {
        points: score.micropoints,
        low: score.low_micropoints,
        high: score.high_micropoints,
        scored: score.state() == pb::score::State::Scored,
        uploaded_permille: score.uploaded_permille,
    }
}

/// What the explanation says against the evidence.
async fn doubts(who: &Candidate) -> Vec<pb::doubt::Cause> {
    who.explain().await.doubts.iter().map(pb::Doubt::cause).collect()
}

/// A number of a report.
fn tally(tallies: &[pb::Tally], what: &str) -> Option<i64> {
    tallies.iter().find(|tally| tally.what == what).map(|tally| tally.count)
}

/// Twenty posts over a hundred days that others liked.
fn liked() -> Vec<Post> {
    (0..20_u32).map(|n| (n, 5 * n.cast_signed() + 1, 10 + u64::from(n))).collect()
}
