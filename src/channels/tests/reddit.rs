//! Reddit's tables, and the answers of its interface.

use super::build::{all_told, read, read_of, read_parts, refusal, told, zip};
use crate::channels::Error;
use crate::domain::evidence::Signal;
use crate::domain::item::ItemKind;

const POSTS: &[u8] = "\u{feff}\"id\",permalink,date,ip,subreddit,gildings,title,url,body\r\n\
    p1,https://www.reddit.com/r/rust/comments/p1/x/,2023-01-01 10:00:00 UTC,IP-MUST-NOT-APPEAR,\
    rust,0,A title,,\"A \"\"body\"\"\r\nof two lines\"\r\n\
    p2,https://www.reddit.com/user/ada/comments/p2/x/,2023-01-02 10:00:00 UTC,,u_ada,0,Mine,\
    https://example.org,\r\n\
    p3,https://www.reddit.com/r/rust/comments/p3/x/,2023-01-03 10:00:00 UTC,,rust,0,Gone,,[deleted]\r\n\
    p4,https://www.reddit.com/r/rust/comments/p4/x/,2023-01-03 10:00:00 UTC,,rust,0,Gone,,[removed]\r\n\
    p5,javascript:alert(1),2099-01-03 10:00:00 UTC,,rust,0,Late,,\r\n\
    p1,https://www.reddit.com/r/rust/comments/p1/x/,2023-01-01 10:00:00 UTC,,rust,0,A title,,\r\n"
    .as_bytes();
const COMMENTS: &[u8] = b"id,permalink,date,ip,subreddit,gildings,link,parent,body,media\n\
    c1,https://www.reddit.com/r/go/comments/z9/x/c1/,2023-01-01 10:00:00 UTC,,go,0,\
    https://www.reddit.com/r/go/comments/z9/x/,,to others,\n\
    c2,https://www.reddit.com/r/rust/comments/p1/x/c2/,2023-01-01 10:00:00 UTC,,rust,0,\
    https://www.reddit.com/r/rust/comments/p1/x/,,to myself,\n\
    c3,https://www.reddit.com/r/rust/comments/p1/x/c3/,2023-01-01 10:00:00 UTC,,rust,0,\
    https://www.reddit.com/r/rust/comments/p1/x/,b7,under my post to others,\n";
const STATISTICS: &[u8] = b"statistic,value\naccount name,Ada_Example\nexport time,\
    2024-02-01 00:00:00 UTC\nemail address,EMAIL-MUST-NOT-APPEAR\nkarma,99\n\
    registration date,2012-05-01 10:00:00 UTC\n";
const LISTING: &str = r#"{"kind": "Listing", "data": {"after": null, "dist": 6, "children": [
    {"kind": "t3", "data": {"id": "p1", "name": "t3_p1", "author": "Ada_Example", "subreddit": "rust",
     "title": "A &lt;T&gt; title", "selftext": "", "created_utc": 1672567200.0, "score": 57,
     "num_comments": 12, "permalink": "/r/rust/comments/p1/x/", "subreddit_type": "public",
     "removed_by_category": null, "upvote_ratio": 0.97, "edited": false, "media": null}},
    {"kind": "t1", "data": {"id": "c9", "author": "Ada_Example", "subreddit": "rust", "body": "no",
     "created_utc": 1672567200, "score": -4, "num_comments": 900, "parent_id": "t3_z1",
     "link_author": "bo", "permalink": "/r/rust/comments/z1/x/c9/", "replies": ""}},
    {"kind": "t1", "data": {"id": "c8", "author": "Ada_Example", "subreddit": "rust", "body": "new",
     "created_utc": 1672567200, "score": 1, "score_hidden": true, "parent_id": "t3_p1",
     "link_author": "Ada_Example"}},
    {"kind": "t3", "data": {"id": "p8", "author": "Ada_Example", "subreddit": "x", "title": "closed",
     "created_utc": 1672567200, "score": 5, "subreddit_type": "private"}},
    {"kind": "t3", "data": {"id": "p7", "author": "Ada_Example", "subreddit": "x", "title": "spam",
     "created_utc": 1672567200, "score": 5, "removed_by_category": "moderator"}},
    {"kind": "t3", "data": {"id": "p6", "author": "Ada_Example", "subreddit": "x", "title": "look",
     "created_utc": 1672567200, "score": 500, "crosspost_parent": "t3_q1",
     "crosspost_parent_list": [{"author": "bo", "score": 9000}]}},
    {"kind": "more", "data": {"children": ["c1", "c2"]}}]}}"#;

fn request() -> Vec<u8> {
    zip(&[
        ("posts.csv", POSTS),
        ("comments.csv", COMMENTS),
        ("statistics.csv", STATISTICS),
        ("subscribed_subreddits.csv", b"subreddit\nrust\ngo\n"),
        ("post_votes_1.csv", b"id,permalink,direction\nx1,https://r,up\nx2,https://r,none\n"),
        ("post_votes_2.csv", b"id,permalink,direction\nx3,https://r,down\n"),
        ("messages.csv", b"id,permalink,date,subreddit,title,body\nm,,,,,DM-MUST-NOT-APPEAR\n"),
    ])
}

pub(super) fn samples() -> Vec<Vec<u8>> {
    vec![request(), LISTING.as_bytes().to_vec(), COMMENTS.to_vec()]
}

#[test]
fn a_data_request_is_read_without_scores() {
    let (report, items) = read(&request()).unwrap();
    assert_eq!(report.account.id.as_deref(), Some("ada_example"));
    assert_eq!(report.account.handle, "Ada_Example");
    assert_eq!(report.exported_at.unwrap().to_string(), "2024-02-01T00:00:00.000000Z");
    assert_eq!(report.account_created.unwrap().to_string(), "2012-05-01T10:00:00.000000Z");
    assert_eq!(
        all_told(&report, ["items.post", "items.reply", "items.thread"]),
        [2, 2, 1].map(Some)
    );
    assert_eq!(
        all_told(&report, ["skipped.deleted", "skipped.removed", "skipped.impossible_date"]),
        [1, 1, 1].map(Some)
    );
    assert_eq!(told(&report, "skipped.duplicate"), Some(1));
    assert_eq!(
        all_told(&report, ["audience.communities", "activity.votes_given"]),
        [2, 2].map(Some)
    );
    assert_eq!(all_told(&report, ["received.vote", "audience.reputation"]), [None, None]);
    assert_eq!(report.topics_named["rust"], 3);
    assert!(!report.topics_named.contains_key("u_ada"));
    let post = items.iter().find(|item| item.id == "t3_p1").unwrap();
    assert_eq!(post.text, "A title\n\nA \"body\"\r\nof two lines");
    assert_eq!(post.url.as_deref(), Some("https://www.reddit.com/r/rust/comments/p1/x/"));
    assert!(!format!("{report:?}{items:?}").contains("MUST-NOT-APPEAR"));
}

#[test]
fn a_listing_tells_how_items_were_received() {
    let (report, items) = read(LISTING.as_bytes()).unwrap();
    assert_eq!(report.account.id.as_deref(), Some("ada_example"));
    assert_eq!(
        all_told(&report, ["items.post", "items.reply", "items.thread"]),
        [1, 1, 1].map(Some)
    );
    assert_eq!(all_told(&report, ["received.vote", "received.reply"]), [57, 12].map(Some));
    assert_eq!(
        all_told(&report, ["skipped.not_public", "skipped.removed", "activity.reshares_made"]),
        [1, 1, 1].map(Some)
    );
    let post = items.iter().find(|item| item.kind == ItemKind::Post).unwrap();
    assert_eq!((post.id.as_str(), post.text.as_str()), ("t3_p1", "A <T> title"));
    assert_eq!(post.posted_at.to_string(), "2023-01-01T10:00:00.000000Z");
    // Less than nothing is nothing, and what is hidden is not told.
    let of = |id: &str| items.iter().find(|item| item.id == id).unwrap().reactions.clone();
    assert_eq!((of("t1_c9"), of("t1_c8")), (vec![(Signal::Vote, 0)], vec![]));
}

#[test]
fn a_listing_beside_a_data_request_adds_the_reactions() {
    let (report, items) = read_parts(&[request(), LISTING.as_bytes().to_vec()]).unwrap();
    assert_eq!(items.iter().filter(|item| item.id == "t3_p1").count(), 1);
    assert_eq!(all_told(&report, ["items.post", "received.vote"]), [2, 57].map(Some));
    let about = br#"{"kind":"t2","data":{"name":"Ada_Example","link_karma":40,"comment_karma":2,
        "total_karma":45,"created_utc":1335866400,"subreddit":{"subscribers":7}}}"#;
    let (report, _) = read_parts(&[LISTING.as_bytes().to_vec(), about.to_vec()]).unwrap();
    assert_eq!(told(&report, "audience.reputation"), Some(45));
}

#[test]
fn a_listing_of_several_people_needs_to_be_told_whose_it_is() {
    let both = LISTING.replacen("\"author\": \"Ada_Example\"", "\"author\": \"bo\"", 1);
    assert!(matches!(refusal(both.as_bytes()), Error::Several { .. }));
    let (report, _) = read_of(both.as_bytes(), "u/ADA_example").unwrap();
    assert_eq!(all_told(&report, ["items.post", "skipped.not_own"]), [None, Some(1)]);
    let pages = format!("[{both}, {{\"kind\":\"t5\",\"data\":[]}}, 3]");
    let (report, _) = read_of(pages.as_bytes(), "bo").unwrap();
    assert_eq!(all_told(&report, ["items.post", "received.vote"]), [1, 57].map(Some));
}

#[test]
fn a_table_of_another_network_is_not_taken_for_reddits() {
    let linkedin = b"Date,Link,Message\n2024-01-01 10:00:00,https://x.example,hi\n";
    assert!(matches!(refusal(&zip(&[("comments.csv", linkedin)])), Error::NotAnExport { .. }));
    let instagram = br#"{"comments_media_comments":[]}"#;
    assert!(matches!(refusal(&zip(&[("comments.json", instagram)])), Error::NotAnExport { .. }));
}
