//! Tricks with reactions: bought, one's own, borrowed, repeated, invented.

use glasklar::pb;
use glasklar::pb::doubt::Cause;
use serde_json::json;

use super::{Post, doubts, forum, liked, seen, tally, tweet, x};
use crate::harness::server::Server;

#[tokio::test]
async fn bought_followers_change_nothing() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let rows: Vec<_> = liked().into_iter().map(|post| tweet(post, today, "Glass")).collect();
    let mut scores = Vec::new();
    for (name, account, followers) in [("mira", "11", 10), ("eve", "12", 20_000)] {
        let who = server.candidate(name).await;
        let report = who.upload(x(account, followers, &rows)).await.unwrap();
        let shown = tally(&report.audience, "followers");
        assert_eq!(shown, Some(i64::try_from(followers).unwrap()), "they are shown");
        scores.push(seen(&who).await);
    }
    assert!(scores[0].scored);
    assert_eq!(scores[0], scores[1]);
    server.finish().await;
}

#[tokio::test]
async fn a_thousand_unnoticed_posts_change_nothing() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let mira = server.candidate("mira").await;
    let mut rows: Vec<_> = liked().into_iter().map(|post| tweet(post, today, "Glass")).collect();
    mira.upload(x("11", 10, &rows)).await.unwrap();
    let before = seen(&mira).await;
    rows.extend((100..1_100).map(|n| tweet((n, 2, 0), today, "Listen to me")));
    let report = mira.upload(x("11", 10, &rows)).await.unwrap();
    assert_eq!((report.items, report.new_items), (1_020, 1_000));
    assert_eq!(seen(&mira).await, before);
    server.finish().await;
}

#[tokio::test]
async fn parts_that_overlap_count_once() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let posts = liked();
    let (whole, parts) = (server.candidate("whole").await, server.candidate("parts").await);
    whole.upload(forum("forum.example.org", "w", today, &posts)).await.unwrap();
    for part in [&posts[..12], &posts[6..], &posts[3..9], &posts[..12]] {
        parts.upload(forum("forum.example.org", "p", today, part)).await.unwrap();
    }
    assert!(seen(&whole).await.scored);
    assert_eq!(seen(&parts).await, seen(&whole).await);
    assert_eq!(parts.explain().await.channels, whole.explain().await.channels);
    server.finish().await;
}

/// X does not tell who liked a post, so an own like among many cannot be told there; likes that
/// the archive lists as given count nothing.
#[tokio::test]
async fn own_answers_and_own_likes_are_no_reactions() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let mira = server.candidate("mira").await;
    let mut rows = Vec::new();
    for n in 0..30 {
        let mut row = tweet((n, 1 + n.cast_signed(), 0), today, "And another thing");
        if n > 0 {
            row["tweet"]["in_reply_to_status_id_str"] = rows_id(&rows[0]);
            row["tweet"]["in_reply_to_user_id_str"] = "11".into();
        }
        rows.push(row);
    }
    let report = mira.upload(x("11", 10, &rows)).await.unwrap();
    assert_eq!(tally(&report.items_by_kind, "thread"), Some(29));
    assert_eq!(tally(&report.activity, "likes_given"), Some(50));
    assert!(!seen(&mira).await.scored, "nobody else did anything");
    let report = mira.upload(blog_of_one(today)).await.unwrap();
    assert_eq!(report.items, 12);
    assert!(!seen(&mira).await.scored, "her own comments are no reactions");
    assert!(report.received.iter().all(|total| total.reactions == 0), "{:?}", report.received);
    server.finish().await;
}

fn rows_id(row: &serde_json::Value) -> serde_json::Value {
    row["tweet"]["id_str"].clone()
}

/// A blog on which only its author comments: logged in, and as a visitor with her address.
fn blog_of_one(today: glasklar::domain::time::Day) -> Vec<u8> {
    let comment = |n: i32, user: u8, email: &str| {
        format!(
            "<wp:comment><wp:comment_id>{n}{user}</wp:comment_id>\
             <wp:comment_author>Mira</wp:comment_author>\
             <wp:comment_author_email>{email}</wp:comment_author_email>\
             <wp:comment_date_gmt>2026-10-01 12:00:00</wp:comment_date_gmt>\
             <wp:comment_content>Indeed.</wp:comment_content>\
             <wp:comment_approved>1</wp:comment_approved><wp:comment_type>comment</wp:comment_type>\
             <wp:comment_user_id>{user}</wp:comment_user_id></wp:comment>"
        )
    };
    let items: Vec<String> = (0..12)
        .map(|n| {
            let day = super::ago(today, n + 1);
            let (one, other) = (comment(n, 1, ""), comment(n, 0, "mira@example.org"));
            format!(
                "<item><title>Note {n}</title><link>https://blog.example.org/{n}</link>\
                 <dc:creator>mira</dc:creator>\
                 <content:encoded>A walk, part {n}.</content:encoded>\
                 <wp:post_id>{}</wp:post_id><wp:post_date_gmt>{day} 10:00:00</wp:post_date_gmt>\
                 <wp:status>publish</wp:status><wp:post_type>post</wp:post_type>{one}{other}</item>",
                n + 10
            )
        })
        .collect();
    let items = items.concat();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>Walks</title>\
         <link>https://blog.example.org</link><wp:wxr_version>1.2</wp:wxr_version>\
         <wp:base_site_url>https://blog.example.org</wp:base_site_url>\
         <wp:base_blog_url>https://blog.example.org</wp:base_blog_url>\
         <wp:author><wp:author_id>1</wp:author_id><wp:author_login>mira</wp:author_login>\
         <wp:author_email>mira@example.org</wp:author_email></wp:author>{items}</channel></rss>"
    )
    .into_bytes()
}

#[tokio::test]
async fn a_hit_of_somebody_else_that_was_passed_on_is_not_hers() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let mira = server.candidate("mira").await;
    let mut rows: Vec<_> = liked().into_iter().map(|post| tweet(post, today, "Glass")).collect();
    mira.upload(x("11", 10, &rows)).await.unwrap();
    let before = seen(&mira).await;
    for n in 0..20 {
        let mut hit = tweet((500 + n, 1, 900_000), today, "RT @star: Everybody reads this");
        hit["tweet"]["retweet_count"] = "250000".into();
        rows.push(hit);
    }
    let report = mira.upload(x("11", 10, &rows)).await.unwrap();
    assert_eq!(tally(&report.activity, "reshares_made"), Some(20));
    assert_eq!((report.new_items, seen(&mira).await), (0, before));
    server.finish().await;
}

/// Bots that like cannot be told from people by their number alone. That one day or one item
/// carries more than half is told to whoever reads the explanation.
#[tokio::test]
async fn a_burst_on_one_day_or_one_item_is_said() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let steady = server.candidate("steady").await;
    steady.upload(forum("forum.example.org", "s", today, &liked())).await.unwrap();
    assert_eq!(doubts(&steady).await, []);
    for (name, burst, expected) in [("day", 6, Cause::OneDay), ("item", 1, Cause::OneItem)] {
        let who = server.candidate(name).await;
        let bots = (0..burst).map(|n| (100 + n, 3, 50_000));
        let posts: Vec<Post> = liked().into_iter().chain(bots).collect();
        who.upload(forum("forum.example.org", name, today, &posts)).await.unwrap();
        assert_eq!(doubts(&who).await, [expected], "{name}");
    }
    server.finish().await;
}

/// Nobody can tell an edited file from a true one without asking the network. So wherever the
/// score stands, how much of it was uploaded stands beside it.
#[tokio::test]
async fn an_edited_upload_is_said_to_be_an_upload_to_whoever_looks() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let (mira, acme) = (server.candidate("mira").await, server.recruiter("acme").await);
    let edited = liked().into_iter().map(|(n, days, likes)| (n, days, likes * 100));
    mira.upload(forum("forum.example.org", "m", today, &edited.collect::<Vec<_>>())).await.unwrap();
    let asked = acme.ask("mira").await;
    mira.grant(&asked).await;
    let score = acme.score(&asked.candidate).await;
    assert_eq!(score.uploaded_permille, 1_000);
    let explained = acme.explain(&score.name).await.unwrap();
    assert_eq!(explained.score.unwrap().uploaded_permille, 1_000);
    let document: serde_json::Value = serde_json::from_slice(&explained.document).unwrap();
    assert_eq!(document["score"]["uploaded_permille"], 1_000, "and in the document that stays");
    server.finish().await;
}

#[tokio::test]
async fn a_million_million_likes_are_cut_and_said() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let (mira, most) = (server.candidate("mira").await, server.candidate("most").await);
    for (who, likes) in [(&mira, 1_000_000_000_000), (&most, 10_000_000_000)] {
        let mut posts = liked();
        posts.push((100, 1, likes));
        who.upload(forum("forum.example.org", &who.name, today, &posts)).await.unwrap();
    }
    let shown = seen(&mira).await;
    assert_eq!(shown, seen(&most).await, "more than there are people is cut");
    assert!(shown.scored && shown.high < 100_000_000, "{shown:?}");
    assert_eq!(doubts(&mira).await, [Cause::OneItem]);
    server.finish().await;
}

/// Of counts of one provenance the largest stays, whichever comes first: it was true once, and
/// otherwise the order of two uploads would decide a score (promise P8), a partial or older export
/// would take away what was proved, and whoever sells reactions back would lose nothing by bringing
/// the file of the best day only. What the network itself tells later does win over an upload.
#[tokio::test]
async fn reactions_that_are_taken_back_stay_as_long_as_only_uploads_tell() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let (up, down) = (server.candidate("up").await, server.candidate("down").await);
    let less: Vec<Post> =
        liked().into_iter().map(|(n, days, likes)| (n, days, likes / 5)).collect();
    for (who, files) in [(&down, [liked(), less.clone()]), (&up, [less, liked()])] {
        for posts in files {
            who.upload(forum("forum.example.org", &who.name, today, &posts)).await.unwrap();
        }
    }
    assert_eq!(seen(&down).await, seen(&up).await, "the order of uploads decides nothing");
    let likes: u64 = liked().iter().map(|post| post.2).sum();
    let channel = &down.explain().await.channels[0];
    assert_eq!(channel.signals[0].reactions, i64::try_from(likes).unwrap());
    server.finish().await;
}

#[tokio::test]
async fn views_are_shown_and_worth_nothing() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let mira = server.candidate("mira").await;
    let viewed = |n: i32| {
        json!({
            "id": n.to_string(), "kind": "video", "text": "Glass",
            "posted_at": format!("{}T03:00:00Z", super::ago(today, n + 1)),
            "reactions": {"view": 9_000_000}
        })
    };
    let rows: Vec<_> = (0..30).map(viewed).collect();
    mira.upload(super::items("forum.example.org", "m", &rows)).await.unwrap();
    assert!(!seen(&mira).await.scored);
    let explained = mira.explain().await;
    assert_eq!(explained.channels[0].signals[0].signal(), pb::Signal::View);
    assert_eq!(explained.channels[0].signals[0].reactions, 270_000_000);
    server.finish().await;
}
