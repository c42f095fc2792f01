//! What an X archive means.

use super::build::{ACCOUNT, all_told, read, refusal, tweet, x_with, zip};
use crate::channels::{Error, Received, Skip};
use crate::demo;
use crate::domain::evidence::{Channel, Signal};
use crate::domain::time::Day;

/// 2023-10-13T21:27:08Z.
const ID: u64 = 1_712_943_072_146_358_300;

#[test]
fn a_post_becomes_an_item_with_its_reactions() {
    let (report, items) = read(&x_with(&tweet(ID, "Vec&lt;T&gt; &amp;amp; x", ""))).unwrap();
    assert_eq!(report.channel, Channel::X);
    assert_eq!(report.layout, "2022 and later");
    assert_eq!(
        (report.account.id.as_deref(), report.account.handle.as_str()),
        (Some("1400"), "ada_example")
    );
    assert_eq!(report.account_created.unwrap().to_string(), "2012-05-01T10:00:00.000000Z");
    let item = &items[0];
    assert_eq!(item.id, ID.to_string());
    assert_eq!(item.text, "Vec<T> &amp; x");
    assert_eq!(item.url.as_deref(), Some("https://x.com/ada_example/status/1712943072146358300"));
    assert_eq!(item.posted_at.to_string(), "2023-10-13T21:27:08.000000Z");
    assert_eq!(item.reactions, [(Signal::Like, 3), (Signal::Reshare, 2)]);
    let received = ["received.like", "received.reply", "received.bookmark"];
    assert_eq!(all_told(&report, received), [Some(3), None, None]);
    assert!(!format!("{report:?}{items:?}").contains("MUST-NOT-APPEAR"));
}

#[test]
fn a_retweet_is_no_item_and_its_counts_are_nobodys() {
    let rows = [tweet(ID, "RT @bob: great", ""), tweet(ID + 9, "mine", "")].join(",");
    let (report, items) = read(&x_with(&rows)).unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!((report.total(), report.activity["reshares_made"]), (1, 1));
    let received = ["received.like", "received.reshare"];
    assert_eq!(all_told(&report, received), [Some(3), Some(2)]);
}

#[test]
fn missing_lists_are_unknown_not_zero_and_empty_lists_are_zero() {
    let (report, _) = read(&x_with("")).unwrap();
    assert!(report.audience.is_empty() && !report.activity.contains_key("likes_given"));
    assert_eq!((report.received, report.period), (Received::default(), None));
    let archive = zip(&[
        ("data/account.js", ACCOUNT.as_bytes()),
        ("data/tweets.js", b"window.YTD.tweets.part0 = []"),
        ("data/follower.js", b"window.YTD.follower.part0 = [ ]"),
        ("data/like.js", b"window.YTD.like.part0 = [{\"like\":{}}]"),
        ("data/like-part1.js", b"window.YTD.like.part1 = [{\"like\":{}},{}]"),
    ]);
    let (report, _) = read(&archive).unwrap();
    let lists = ["audience.followers", "activity.likes_given"];
    assert_eq!(all_told(&report, lists), [Some(0), Some(3)]);
}

#[test]
fn a_count_that_is_missing_or_unreadable_is_no_signal() {
    let row = format!(
        r#"{{"tweet":{{"id":{ID},"full_text":"x","favorite_count":"99+",
        "retweet_count":7}}}}"#
    );
    let (report, items) = read(&x_with(&row)).unwrap();
    assert_eq!(items[0].reactions, [(Signal::Reshare, 7)]);
    assert_eq!(report.received.of(Signal::Like), None);
}

#[test]
fn replies_self_replies_and_quotes_are_told_apart() {
    let quote = |url: &str| format!(r#","entities":{{"urls":[{{"expanded_url":"{url}"}}]}}"#);
    let rows = [
        tweet(ID, "a", r#","in_reply_to_user_id_str":"77","in_reply_to_status_id_str":"5""#),
        tweet(ID + 1, "b", r#","in_reply_to_user_id_str":"1400""#),
        tweet(ID + 2, "c", &quote("https://x.com/bob/status/123?s=20")),
        tweet(ID + 3, "d", &quote("https://twitter.com/bob/status/123/photo/1")),
        tweet(ID + 4, "e", &quote("https://evil.example/x.com/bob/status/123")),
    ];
    let report = read(&x_with(&rows.join(","))).unwrap().0;
    let kinds = ["items.reply", "items.thread", "items.quote", "items.post"];
    assert_eq!(all_told(&report, kinds), [Some(1), Some(1), Some(1), Some(2)]);
}

#[test]
fn only_the_last_version_of_an_edited_post_counts() {
    let versions = format!(r#"["{ID}","{}"]"#, ID + 9);
    let first = format!(r#","edit_info":{{"initial":{{"editTweetIds":{versions}}}}}"#);
    let second = format!(
        r#","edit_info":{{"edit":{{"editControlInitial":{{"editTweetIds":{versions}}}}}}}"#
    );
    let rows = [tweet(ID, "teh", &first), tweet(ID + 9, "the", &second)].join(",");
    let (report, items) = read(&x_with(&rows)).unwrap();
    assert_eq!(items.iter().map(|item| item.text.as_str()).collect::<Vec<_>>(), ["the"]);
    assert_eq!((report.total(), report.skipped[&Skip::Superseded]), (1, 1));
}

#[test]
fn an_impossible_date_is_recovered_and_does_not_stretch_the_period() {
    let other = 1_610_670_828_549_046_272;
    let bad = format!(
        r#"{{"tweet":{{"id_str":"{ID}","created_at":"Thu Jan 02 03:04:05 +0000 1997",
        "full_text":"x"}}}}"#
    );
    let (report, items) = read(&x_with(&[bad, tweet(other, "y", "")].join(","))).unwrap();
    assert_eq!((report.total(), report.dates_recovered), (2, 1));
    assert!(items[0].posted_at.to_string().starts_with("2023-10-13T21:27:08"));
    let period = report.period.unwrap();
    assert_eq!((period.first, period.last), (items[1].posted_at, items[1].posted_at));
    assert!(report.warnings.iter().any(|warning| warning.contains("recovered")));
}

#[test]
fn a_long_post_is_joined_by_second_and_beginning() {
    let long = "A long post about storage engines that goes on and on. ".repeat(8);
    let cut: String = long.chars().take(120).collect();
    let note = format!(
        r#"window.YTD.note_tweet.part0 = [
        {{"noteTweet":{{"createdAt":"2023-10-13T21:27:08.000Z","core":{{"text":"Another one"}}}}}},
        {{"noteTweet":{{"createdAt":"2023-10-13T21:27:08.000Z","core":{{"text":"{long}"}}}}}}]"#
    );
    let tweets = format!("window.YTD.tweets.part0 = [{}]", tweet(ID, &format!("@bob {cut}…"), ""));
    let archive = zip(&[
        ("data/account.js", ACCOUNT.as_bytes()),
        ("data/note-tweet.js", note.as_bytes()),
        ("data/tweets.js", tweets.as_bytes()),
    ]);
    let (report, items) = read(&archive).unwrap();
    assert_eq!(items[0].text, long);
    assert_eq!(report.activity["long_notes"], 2);
    assert!(report.warnings.iter().any(|warning| warning.starts_with("1 long post(s)")));
}

#[test]
fn private_members_are_never_opened_not_even_to_see_that_they_are_broken() {
    let tweets = format!("window.YTD.tweets.part0 = [{}]", tweet(ID, "x", ""));
    let mut archive = zip(&[
        ("data/account.js", ACCOUNT.as_bytes()),
        ("data/deleted-tweets.js", tweets.replace("\"x\"", "\"DELETED\"").as_bytes()),
        ("data/direct-messages.js", &[b'm'; 500]),
        ("data/tweets.js", tweets.as_bytes()),
    ]);
    let name = archive.windows(23).position(|w| w == b"data/direct-messages.js").unwrap();
    archive[name + 23..name + 26].copy_from_slice(&[0xff; 3]);
    let (_, items) = read(&archive).unwrap();
    assert_eq!(items.len(), 1);
    assert!(!format!("{items:?}").contains("DELETED"));
}

#[test]
fn a_handle_that_could_change_a_link_is_refused() {
    let account = ACCOUNT.replace("ada_example", "ada/../evil");
    let archive =
        zip(&[("account.js", account.as_bytes()), ("tweets.js", b"window.YTD.tweets.part0 = []")]);
    assert!(matches!(refusal(&archive), Error::Malformed { .. }));
}

#[test]
fn the_demo_archive_is_a_plausible_person() {
    let today: Day = "2026-11-22".parse().unwrap();
    let bytes = demo::x_archive(today);
    assert_eq!(bytes, demo::x_archive(today));
    let (report, items) = read(&bytes).unwrap();
    assert_eq!((report.total(), report.dates_recovered, report.skipped.len()), (40, 0, 0));
    let counts = ["activity.reshares_made", "activity.long_notes", "items.thread"];
    assert_eq!(all_told(&report, counts), [Some(2), Some(1), Some(2)]);
    let counts = ["audience.followers", "activity.likes_given"];
    assert_eq!(all_told(&report, counts), [Some(640), Some(97)]);
    let best = |signal| {
        let counts = items.iter().flat_map(|item| &item.reactions);
        counts.filter(|(kind, _)| *kind == signal).map(|&(_, count)| count).max()
    };
    assert_eq!((best(Signal::Like), best(Signal::Reshare)), (Some(2_500), Some(400)));
    assert!(items.iter().any(|item| item.text.starts_with("What I wish")));
    assert!(items.iter().all(|item| today.since(item.posted_at.day()) <= 200));
    assert!(items.iter().all(|item| item.posted_at < today.start()));
    assert_eq!(report.warnings.len(), 1);
}
