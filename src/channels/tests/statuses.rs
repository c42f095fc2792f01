//! What the answers of Mastodon's interface mean.

use super::build::{all_told, read, read_of, refusal, tar_gz, zip};
use crate::channels::Error;
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::ItemKind;

const SERVER: &str = "https://social.example";

pub(super) fn samples() -> Vec<Vec<u8>> {
    let page = page(&[status(1, ""), status(2, "")]);
    vec![
        page.clone().into_bytes(),
        zip(&[("account.json", ACCOUNT), ("statuses.json", page.as_bytes())]),
    ]
}

const ACCOUNT: &[u8] =
    br#"{"id":"7","username":"ada","acct":"ada","display_name":"Ada","bot":false,
    "created_at":"2017-04-10T00:00:00.000Z","url":"https://social.example/@ada",
    "followers_count":12,"following_count":3,"statuses_count":99}"#;

/// A status of the account's with this number; `more` holds further fields, each with a comma
/// before it, and may replace those that are there.
fn status(number: u32, more: &str) -> String {
    format!(
        r#"{{"id":"{number}","uri":"{SERVER}/users/ada/statuses/{number}",
        "url":"{SERVER}/@ada/{number}","created_at":"2023-01-0{number}T10:00:00.000Z",
        "visibility":"public","language":"en","content":"<p>text&nbsp;{number}</p>",
        "in_reply_to_id":null,"in_reply_to_account_id":null,"reblog":null,
        "spoiler_text":"WARNING","favourites_count":5,"reblogs_count":2,"replies_count":3,
        "tags":[{{"name":"rust","url":"x"}}],
        "account":{{"id":"7","username":"ada","acct":"ada","url":"{SERVER}/@ada",
        "followers_count":12}}{more}}}"#
    )
}

fn page(statuses: &[String]) -> String {
    format!("[{}]", statuses.join(","))
}

#[test]
fn a_status_is_the_same_item_as_in_the_archive() {
    let (report, items) = read(page(&[status(1, "")]).as_bytes()).unwrap();
    assert_eq!(report.channel, Channel::Mastodon);
    assert_eq!(report.account.id.as_deref(), Some("https://social.example/users/ada"));
    assert_eq!(report.account.handle, "ada@social.example");
    let [item] = items.as_slice() else {
        panic!("{items:?}");
    };
    assert_eq!(item.id, "https://social.example/users/ada/statuses/1");
    assert_eq!(item.url.as_deref(), Some("https://social.example/@ada/1"));
    assert_eq!((item.text.as_str(), item.language.as_deref()), ("text\u{a0}1", Some("en")));
    assert_eq!(item.tags, ["rust"]);
    let all = [(Signal::Like, 5), (Signal::Reshare, 2), (Signal::Reply, 3)];
    assert_eq!(item.reactions, all);
    assert_eq!(all_told(&report, ["audience.followers"]), [Some(12)]);
}

#[test]
fn boosts_and_what_is_not_public_are_left_out() {
    let boost = status(2, "").replace(
        r#""reblog":null"#,
        r#""reblog":{"id":"9","content":"FOREIGN","favourites_count":900,"reblogs_count":900}"#,
    );
    let limited = |number, word: &str| {
        status(number, "").replace(r#""public""#, &format!("\"{word}\"")).replace("text", "SECRET")
    };
    let statuses = [
        status(1, ""),
        boost,
        status(3, "").replace(r#""public""#, r#""unlisted""#),
        limited(4, "private"),
        limited(5, "direct"),
        limited(6, "local"),
        status(7, "").replace("2023-01", "0000-00"),
        "17".to_owned(),
    ];
    let (report, items) = read(page(&statuses).as_bytes()).unwrap();
    assert_eq!(items.len(), 2);
    let told = ["activity.reshares_made", "skipped.not_public", "skipped.impossible_date"];
    assert_eq!(all_told(&report, told), [Some(1), Some(3), Some(1)]);
    assert_eq!(all_told(&report, ["received.like", "skipped.not_own"]), [Some(10), Some(1)]);
    let shown = format!("{report:?}{items:?}");
    assert!(!shown.contains("SECRET") && !shown.contains("FOREIGN"));
}

#[test]
fn own_answers_to_own_statuses_are_not_received() {
    let answer = |number, to: u32, whom: &str| {
        status(number, "")
            .replace(r#""in_reply_to_id":null"#, &format!("\"in_reply_to_id\":\"{to}\""))
            .replace(
                r#""in_reply_to_account_id":null"#,
                &format!("\"in_reply_to_account_id\":\"{whom}\""),
            )
    };
    let quoting = status(5, r#","quote":{"state":"accepted"}"#);
    let private = answer(6, 1, "7").replace(r#""public""#, r#""private""#);
    let statuses =
        [status(1, ""), answer(2, 1, "7"), answer(3, 2, "7"), answer(4, 9, "8"), quoting, private];
    let (_, items) = read(page(&statuses).as_bytes()).unwrap();
    let told: Vec<_> = items.iter().map(|item| (item.kind, item.reactions[2].1)).collect();
    assert_eq!(
        told,
        [
            (ItemKind::Post, 2),
            (ItemKind::Thread, 2),
            (ItemKind::Thread, 3),
            (ItemKind::Reply, 3),
            (ItemKind::Quote, 3),
        ]
    );
}

#[test]
fn a_page_about_several_people_needs_a_name_or_the_account() {
    let other = status(2, "")
        .replace("users/ada", "users/bob")
        .replace("@ada", "@bob")
        .replace(r#""username":"ada""#, r#""username":"bob""#)
        .replace(r#""id":"7""#, r#""id":"8""#);
    let page = page(&[status(1, ""), other]);
    assert!(matches!(refusal(page.as_bytes()), Error::Several { .. }));
    for name in ["bob", "@bob@social.example", "https://social.example/users/bob"] {
        let (report, items) = read_of(page.as_bytes(), name).unwrap();
        assert_eq!((report.account.handle.as_str(), items.len()), ("bob@social.example", 1));
    }
    let members = [("api/account.json", ACCOUNT), ("api/statuses_2.json", page.as_bytes())];
    let (report, items) = read(&tar_gz(&members)).unwrap();
    assert_eq!((report.account.handle.as_str(), items.len()), ("ada@social.example", 1));
    assert_eq!(
        all_told(&report, ["audience.followers", "audience.following"]),
        [Some(12), Some(3)]
    );
    assert_eq!(report.account.name.as_deref(), Some("Ada"));
}

#[test]
fn servers_that_only_speak_like_mastodon_are_read() {
    let foreign = status(1, "")
        .replace("/users/ada/statuses/1", "/objects/5f0c")
        .replace(&format!("\"url\":\"{SERVER}/@ada\""), &format!("\"url\":\"{SERVER}/users/ada\""));
    let (report, items) = read(page(&[foreign]).as_bytes()).unwrap();
    assert_eq!(report.account.id.as_deref(), Some("https://social.example/users/ada"));
    assert_eq!(items[0].id, "https://social.example/objects/5f0c");
}

#[test]
fn the_account_alone_tells_its_people() {
    let (report, items) = read(ACCOUNT).unwrap();
    assert_eq!(report.account.id.as_deref(), Some("https://social.example/users/ada"));
    assert_eq!((items.len(), report.account_created), (0, "2017-04-10T00:00:00Z".parse().ok()));
    assert_eq!(all_told(&report, ["audience.followers", "received.like"]), [Some(12), None]);
}
