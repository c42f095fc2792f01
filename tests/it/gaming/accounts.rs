//! Tricks with accounts, items and dates: split, thinned out, moved, brought twice.

use super::{Post, ago, forum, liked, seen};
use crate::harness::clients::reason;
use crate::harness::server::Server;

#[tokio::test]
async fn splitting_posts_over_many_networks_changes_nothing() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let (one, many) = (server.candidate("one").await, server.candidate("many").await);
    one.upload(forum("forum.example.org", "o", today, &liked())).await.unwrap();
    for (at, posts) in liked().chunks(4).enumerate() {
        let network = format!("forum-{at}.example.org");
        many.upload(forum(&network, "m", today, posts)).await.unwrap();
    }
    assert!(seen(&one).await.scored);
    assert_eq!(seen(&many).await, seen(&one).await);
    server.finish().await;
}

#[tokio::test]
async fn deleting_unpopular_posts_raises_nothing() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let mut posts: Vec<Post> = liked();
    posts.extend((100..140).map(|n| (n, 7, 0)));
    posts.extend((200..240).map(|n| (n, 9, 1)));
    let all = server.candidate("all").await;
    all.upload(forum("forum.example.org", "a", today, &posts)).await.unwrap();
    let whole = seen(&all).await;
    for (name, least, same) in [("without-none", 1, true), ("without-few", 2, false)] {
        let kept: Vec<Post> = posts.iter().copied().filter(|post| post.2 >= least).collect();
        let who = server.candidate(name).await;
        who.upload(forum("forum.example.org", name, today, &kept)).await.unwrap();
        let thinned = seen(&who).await;
        assert_eq!(thinned == whole, same, "{name}");
        assert!(thinned.points <= whole.points && thinned.low <= whole.low, "{name} {thinned:?}");
        all.upload(forum("forum.example.org", "a", today, &kept)).await.unwrap();
    }
    assert_eq!(
        seen(&all).await,
        whole,
        "what was brought once is not taken back by leaving it out"
    );
    server.finish().await;
}

#[tokio::test]
async fn posts_from_the_future_do_not_count_and_it_is_said() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let mira = server.candidate("mira").await;
    mira.upload(forum("forum.example.org", "m", today, &liked())).await.unwrap();
    let before = seen(&mira).await;
    let ahead: Vec<Post> = (100..130).map(|n| (n, -40, 1_000)).collect();
    let report = mira.upload(forum("forum.example.org", "m", today, &ahead)).await.unwrap();
    assert_eq!((report.items, report.new_items), (0, 0));
    assert_eq!(super::tally(&report.skipped, "impossible_date"), Some(30));
    assert!(report.remarks.iter().any(|remark| remark.contains("30 left out: dated later")));
    assert_eq!(seen(&mira).await, before);
    server.world.clock.advance(std::time::Duration::from_hours(24 * 41));
    assert!(seen(&mira).await.points < before.points, "nor does time bring them in");
    server.finish().await;
}

/// The first date that is told of an item stays.
#[tokio::test]
async fn moving_the_dates_of_what_is_there_changes_nothing() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let mira = server.candidate("mira").await;
    mira.upload(forum("forum.example.org", "m", today, &liked())).await.unwrap();
    let before = seen(&mira).await;
    let moved: Vec<Post> = liked().into_iter().map(|(n, _, likes)| (n, 0, likes)).collect();
    let report = mira.upload(forum("forum.example.org", "m", today, &moved)).await.unwrap();
    assert_eq!((report.new_items, report.new_observations), (0, 0));
    assert_eq!(seen(&mira).await, before);
    assert!(
        mira.explain().await.channels[0]
            .items
            .iter()
            .all(|item| { item.posted_date < ago(today, 0).to_string() })
    );
    server.finish().await;
}

#[tokio::test]
async fn an_account_that_somebody_brought_is_refused_to_the_next() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let (mira, eve) = (server.candidate("mira").await, server.candidate("eve").await);
    let file = forum("forum.example.org", "m", today, &liked());
    mira.upload(file.clone()).await.unwrap();
    let before = seen(&mira).await;
    assert_eq!(reason(&eve.upload(file).await.unwrap_err()), "ACCOUNT_CLAIMED");
    assert!(!seen(&eve).await.scored && eve.explain().await.channels.is_empty());
    assert_eq!(seen(&mira).await, before);
    server.finish().await;
}
