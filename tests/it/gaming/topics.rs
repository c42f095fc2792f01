//! Tricks to claim a topic.

use std::fmt::Write as _;

use glasklar::pb;
use glasklar::pb::topic_profile::Standing;
use serde_json::{Value, json};

use super::{ago, items};
use crate::harness::clients::Candidate;
use crate::harness::server::Server;

const WORDPRESS: &str = "topics/Q13166";

async fn standing(who: &Candidate) -> Standing {
    let request = who.on(pb::ListOwnTopicsRequest::default());
    let topics = who.api().list_own_topics(request).await.unwrap().into_inner().topics;
    let wordpress = |topic: &&pb::TopicProfile| topic.topic.as_ref().unwrap().name == WORDPRESS;
    topics.iter().find(wordpress).map_or(Standing::Nothing, pb::TopicProfile::standing)
}

/// Forty posts with the tag: an age in days of each, and its likes.
fn tagged(today: glasklar::domain::time::Day, of: impl Fn(i32) -> (i32, u64)) -> Vec<Value> {
    let item = |n: i32| {
        let (days, likes) = of(n);
        json!({
            "id": n.to_string(), "kind": "post", "text": "Look at this!",
            "posted_at": format!("{}T03:00:00Z", ago(today, days)),
            "tags": ["WordPress", "WordPress", "wordpress"], "reactions": {"like": likes}
        })
    };
    (0..40).map(item).collect()
}

#[tokio::test]
async fn stuffed_tags_without_reactions_and_posts_of_one_day_claim_nothing() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    for (name, rows, expected) in [
        ("honest", tagged(today, |n| (n, 3)), Standing::Claim),
        ("stuffed", tagged(today, |n| (n, 0)), Standing::Nothing),
        ("one-hit", tagged(today, |n| (n, if n == 0 { 1_000_000 } else { 0 })), Standing::Nothing),
        ("one-day", tagged(today, |_| (2, 1_000)), Standing::Emerging),
        ("long-ago", tagged(today, |n| (n + 365, 1_000)), Standing::Nothing),
    ] {
        let who = server.candidate(name).await;
        who.upload(items("forum.example.org", name, &rows)).await.unwrap();
        assert_eq!(standing(&who).await, expected, "{name}");
    }
    server.finish().await;
}

/// The same four posts on four networks are four posts, but the same four posts brought again
/// under other networks' names would be more. That is an edited upload, and said to be one.
#[tokio::test]
async fn four_well_received_posts_are_no_claim_however_often_they_are_brought() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let mira = server.candidate("mira").await;
    let four: Vec<_> = tagged(today, |n| (n, 50)).into_iter().take(4).collect();
    for _ in 0..3 {
        mira.upload(items("forum.example.org", "m", &four)).await.unwrap();
    }
    assert_eq!(standing(&mira).await, Standing::Emerging);
    server.finish().await;
}

/// Promise P9: what others write under her items, however much, is what her audience cares about.
#[tokio::test]
async fn comments_full_of_topic_words_claim_nothing() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let mira = server.candidate("mira").await;
    let mut posts = String::new();
    for n in 0..12 {
        let words = "WordPress, WordPress themes and WordPress plugins.";
        let comments: Vec<String> = (0..9)
            .map(|c| {
                format!(
                    "<wp:comment><wp:comment_id>{n}{c}</wp:comment_id>\
                     <wp:comment_author>Reader {c}</wp:comment_author>\
                     <wp:comment_content>{words}</wp:comment_content>\
                     <wp:comment_approved>1</wp:comment_approved>\
                     <wp:comment_user_id>0</wp:comment_user_id></wp:comment>"
                )
            })
            .collect();
        let comments = comments.concat();
        write!(
            posts,
            "<item><title>Walk {n}</title><link>https://b.example.org/{n}</link>\
             <content:encoded>Up the hill, part {n}.</content:encoded>\
             <wp:post_id>{}</wp:post_id><wp:post_date_gmt>{} 10:00:00</wp:post_date_gmt>\
             <wp:status>publish</wp:status><wp:post_type>post</wp:post_type>{comments}</item>",
            n + 10,
            ago(today, n + 1)
        )
        .unwrap();
    }
    let blog = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>Walks</title>\
         <link>https://b.example.org</link><wp:wxr_version>1.2</wp:wxr_version>\
         <wp:base_site_url>https://b.example.org</wp:base_site_url>\
         <wp:base_blog_url>https://b.example.org</wp:base_blog_url>\
         <wp:author><wp:author_id>1</wp:author_id><wp:author_login>mira</wp:author_login>\
         </wp:author>{posts}</channel></rss>"
    );
    mira.upload(blog.into_bytes()).await.unwrap();
    assert_eq!(standing(&mira).await, Standing::AudienceInterest);
    assert!(super::seen(&mira).await.scored, "the comments are reactions, and nothing else");
    server.finish().await;
}
