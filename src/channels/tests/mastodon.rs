//! What a Mastodon export means.

use super::build::{all_told, read, refusal, tar_gz, zip};
use crate::channels::{Error, Report, Skip};
use crate::demo;
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Item, ItemKind};
use crate::domain::time::Day;

const ACTOR: &str = r#"{"@context":["https://www.w3.org/ns/activitystreams"],
    "id":"https://social.example/users/ada","type":"Person","preferredUsername":"ada",
    "name":"Ada","published":"2017-04-10T00:00:00Z"}"#;

/// A public note of the actor's; `more` holds further fields, each with a comma before it.
fn note(number: u32, more: &str) -> String {
    post(number, r#""https://www.w3.org/ns/activitystreams#Public""#, more)
}

fn post(number: u32, to: &str, more: &str) -> String {
    format!(
        r#"{{"type":"Create","actor":"https://social.example/users/ada","to":[{to}],"cc":[],
        "object":{{"id":"https://social.example/users/ada/statuses/{number}","type":"Note",
        "url":"https://social.example/@ada/{number}","published":"2023-01-0{number}T10:00:00Z",
        "attributedTo":"https://social.example/users/ada","to":[{to}],"cc":[],
        "content":"<p>text {number}</p>"{more}}}}}"#
    )
}

fn export(activities: &[String]) -> Vec<u8> {
    let outbox = format!(
        r#"{{"type":"OrderedCollection","totalItems":9,"orderedItems":[{}]}}"#,
        activities.join(",")
    );
    tar_gz(&[
        ("media_attachments/files/1/a.png", &[7; 5_000]),
        ("actor.json", ACTOR.as_bytes()),
        ("outbox.json", outbox.as_bytes()),
        ("bookmarks.json", b"BOOKMARKS-MUST-NOT-BE-OPENED"),
    ])
}

fn imported(activities: &[String]) -> (Report, Vec<Item>) {
    read(&export(activities)).unwrap()
}

#[test]
fn a_note_becomes_an_item_with_the_reactions_newer_servers_write() {
    let reactions = r#","likes":{"type":"Collection","totalItems":5},"shares":{"totalItems":2}"#;
    let (report, items) = imported(&[note(1, reactions)]);
    assert_eq!((report.channel, report.layout), (Channel::Mastodon, "4.3 and later"));
    assert_eq!(report.account.id.as_deref().unwrap(), "https://social.example/users/ada");
    assert_eq!(report.account.handle, "ada@social.example");
    let item = &items[0];
    assert_eq!(item.id, "https://social.example/users/ada/statuses/1");
    assert_eq!(item.url.as_deref(), Some("https://social.example/@ada/1"));
    assert_eq!(
        (item.text.as_str(), item.posted_at),
        ("text 1", "2023-01-01T10:00:00Z".parse().unwrap())
    );
    assert_eq!(item.reactions, [(Signal::Like, 5), (Signal::Reshare, 2)]);
    assert_eq!(all_told(&report, ["received.like", "received.reply"]), [Some(5), None]);
    assert_eq!(all_told(&report, ["audience.followers", "activity.likes_given"]), [None; 2]);
}

#[test]
fn without_reactions_they_are_missing_and_the_candidate_is_told() {
    let (report, items) = imported(&[note(1, "")]);
    assert_eq!(items[0].reactions, []);
    assert_eq!(all_told(&report, ["received.like", "received.reshare"]), [None; 2]);
    assert!(report.warnings.iter().any(|warning| warning.contains("does not contain reactions")));
}

#[test]
fn public_and_unlisted_posts_count_and_others_are_left_out() {
    let followers = r#""https://social.example/users/ada/followers""#;
    let direct = r#""https://other.example/users/bob""#;
    let everybody = r#""as:Public""#;
    let unlisted = post(3, followers, "").replace(r#""cc":[]"#, &format!(r#""cc":[{everybody}]"#));
    let single = post(5, "", "").replace(r#""to":[]"#, r#""to":"as:Public""#);
    let activities = [
        post(1, followers, r#","summary":"FOLLOWERS-MUST-NOT-APPEAR""#),
        post(2, direct, ""),
        unlisted,
        post(4, everybody, ""),
        single,
    ];
    let (report, items) = imported(&activities);
    assert_eq!(all_told(&report, ["items.post", "skipped.not_public"]), [Some(3), Some(2)]);
    assert!(items.iter().map(|item| item.text.as_str()).eq(["text 3", "text 4", "text 5"]));
    assert!(!format!("{report:?}").contains("MUST-NOT-APPEAR"));
}

#[test]
fn the_post_itself_says_for_whom_it_is() {
    let followers = r#""https://social.example/users/ada/followers""#;
    let contradiction = post(1, followers, "").replacen(followers, r#""as:Public""#, 1);
    assert_eq!(imported(&[contradiction]).0.skipped[&Skip::NotPublic], 1);
}

#[test]
fn only_what_the_actor_created_is_an_item() {
    let stranger = note(1, "").replacen("users/ada", "users/eve", 1);
    let ghost = note(2, "").replace(
        r#""attributedTo":"https://social.example/users/ada""#,
        r#""attributedTo":{"type":"Person","id":"https://social.example/users/eve"}"#,
    );
    let boost = r#"{"type":"Announce","actor":"https://social.example/users/ada",
        "object":"https://other.example/users/bob/statuses/77"}"#
        .to_owned();
    let image = note(3, "").replace("\"Note\"", "\"Image\"");
    let poll = note(4, "").replace("\"Note\"", "\"Question\"");
    let article = note(5, r#","name":"Title""#).replace("\"Note\"", "\"Article\"");
    let (report, items) = imported(&[stranger, ghost, boost, image, poll, article]);
    assert_eq!(report.activity["reshares_made"], 1);
    assert!(items.iter().map(|item| item.text.as_str()).eq(["text 4", "Title\n\ntext 5"]));
}

#[test]
fn a_content_warning_is_not_part_of_the_text() {
    let (_, items) = imported(&[note(1, r#","summary":"WARNING""#)]);
    assert_eq!(items[0].text, "text 1");
}

#[test]
fn replies_to_oneself_are_told_apart() {
    let activities = [
        note(1, r#","inReplyTo":"https://social.example/users/ada/statuses/7""#),
        note(2, r#","inReplyTo":"https://social.example/users/adam/statuses/7""#),
        note(3, r#","inReplyTo":null"#),
    ];
    let report = imported(&activities).0;
    let kinds = ["items.post", "items.reply", "items.thread"];
    assert_eq!(all_told(&report, kinds), [Some(1); 3]);
}

#[test]
fn an_impossible_date_leaves_the_post_out() {
    let (report, items) = imported(&[note(1, "").replace("2023-01-01", "0000-00-00")]);
    assert_eq!((items.len(), report.total()), (0, 0));
    assert_eq!(report.skipped[&Skip::ImpossibleDate], 1);
}

#[test]
fn a_link_that_a_browser_should_not_follow_is_not_kept() {
    let script = note(1, "").replace("https://social.example/@ada/1", "javascript:alert(1)");
    let (_, items) = imported(&[script]);
    assert_eq!(items[0].url.as_deref(), Some("https://social.example/users/ada/statuses/1"));
}

#[test]
fn an_export_without_its_outbox_names_what_is_missing() {
    let archive = zip(&[("actor.json", ACTOR.as_bytes())]);
    assert_eq!(refusal(&archive), Error::Missing { member: "outbox.json" });
}

#[test]
fn the_demo_archive_is_the_same_plausible_person() {
    let today: Day = "2026-11-22".parse().unwrap();
    let bytes = demo::mastodon_archive(today);
    assert_eq!(bytes, demo::mastodon_archive(today));
    let (report, items) = read(&bytes).unwrap();
    assert_eq!(report.account.handle, "mira@social.example");
    assert_eq!((report.total(), report.skipped[&Skip::NotPublic]), (24, 1));
    assert_eq!((report.activity["reshares_made"], report.items[&ItemKind::Thread]), (1, 1));
    assert_eq!(report.activity["likes_given"], 31);
    let [likes, reshares] = all_told(&report, ["received.like", "received.reshare"]);
    assert!(likes.is_some() && reshares.is_some());
    assert!(items.iter().any(|item| item.text.ends_with("#rustlang")));
    assert!(items.iter().all(|item| item.posted_at < today.start()));
}
