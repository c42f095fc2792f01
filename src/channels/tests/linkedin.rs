//! LinkedIn's tables of several years.

use super::build::{all_told, read, read_parts, refusal, tar_gz, told, zip};
use crate::channels::Error;
use crate::domain::evidence::Signal;
use crate::domain::item::ItemKind;

const PROFILE: &[u8] = b"First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,\
    Industry,Zip Code,Geo Location,Twitter Handles,Websites,Instant Messengers\n\
    Ada,Example,,ADDRESS-MUST-NOT-APPEAR,Jan 1,Engineer,\"Two\nlines\",Software,50667,Cologne,,,\n";
const SHARES: &[u8] = b"\xef\xbb\xbfDate,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\r\n\
    2024-11-09 05:38:30,https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A7270,\
    \"He said \"\"measure\"\".\r\n\r\n#Rust hashtag#engineering\",https://example.org/a,,PUBLIC\r\n\
    2024-11-08 05:38:30,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7269,,,,MEMBER_NETWORK\r\n\
    2024-11-07 05:38:30,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7268,,,\
    https://media.example/x,MEMBER_NETWORK\r\n\
    2024-11-06 05:38:30,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7267,secret,,,CONNECTIONS\r\n\
    2024-11-05 05:38:30,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7266,agreed,\
    https://www.linkedin.com/feed/update/urn:li:activity:1,,\r\n";
const ENDORSEMENTS: &[u8] = b"Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,\
    Endorser Public Url,Endorsement Status\n\
    2023/01/02 10:00:00 UTC,Rust,Bo,ENDORSER-MUST-NOT-APPEAR,www.linkedin.com/in/bo,ACCEPTED\n\
    2023/01/02 10:00:00 UTC,Rust,Cy,Other,www.linkedin.com/in/cy,ACCEPTED\n\
    2024/01/02 10:00:00 UTC,rust,Bo,Renamed,https://www.linkedin.com/in/bo/,ACCEPTED\n\
    2023/01/02 10:00:00 UTC,Go,Bo,Other,www.linkedin.com/in/bo,accepted\n\
    2023/01/02 10:00:00 UTC,Go,Di,Other,www.linkedin.com/in/di,PENDING\n\
    2023/01/02 10:00:00 UTC,Go,Ed,Other,www.linkedin.com/in/ed,REJECTED\n\
    ,Go,Fy,Other,www.linkedin.com/in/fy,ACCEPTED\n\
    2023/01/02 10:00:00 UTC,Go,,,,ACCEPTED\n";
const RECOMMENDATIONS: &[u8] =
    b"First Name,Last Name,Company,Job Title,Text,Creation Date,Status\n\
    Bo,Other,Acme,VP,\"TEXT-MUST-NOT-APPEAR, \"\"really\"\"\ngood\",\"01/05/24, 3:04 PM\",VISIBLE\n\
    Cy,Other,Acme,VP,TEXT-MUST-NOT-APPEAR,\"1/5/24, 3:04\xe2\x80\xafPM\",VISIBLE\n\
    Di,Other,Acme,VP,no,\"1/5/24, 3:04 PM\",PENDING\n\
    Ed,Other,Acme,VP,no,\"1/5/24, 3:04 PM\",HIDDEN\n";

fn basic() -> Vec<u8> {
    let connections = b"Notes:\n\"When exporting, \"\"you\"\" may notice\"\n\n\
        First Name,Last Name,URL,Email Address,Company,Position,Connected On\n\
        Bo,,https://www.linkedin.com/in/bo,EMAIL-MUST-NOT-APPEAR,Acme,VP,31 Dec 2024\n\
        ,,,,,,03 Sep 2024\n";
    zip(&[
        ("Basic_LinkedInDataExport_01-22-2025/Connections.csv", connections),
        ("Basic_LinkedInDataExport_01-22-2025/Profile.csv", PROFILE),
        ("Basic_LinkedInDataExport_01-22-2025/Shares_17529409.csv", SHARES),
        ("Basic_LinkedInDataExport_01-22-2025/Endorsement_Received_Info.csv", ENDORSEMENTS),
        ("Basic_LinkedInDataExport_01-22-2025/Recommendations_Received.csv", RECOMMENDATIONS),
        ("Basic_LinkedInDataExport_01-22-2025/messages.csv", b"CONTENT\nDM-MUST-NOT-APPEAR\n"),
    ])
}

pub(super) fn samples() -> Vec<Vec<u8>> {
    vec![basic(), zip(&[("Endorsement Received Info.csv", ENDORSEMENTS)]), SHARES.to_vec()]
}

#[test]
fn posts_endorsements_and_recommendations_are_read_and_nothing_of_others_stays() {
    let (report, items) = read(&basic()).unwrap();
    assert_eq!((report.account.handle.as_str(), &report.account.id), ("Ada Example", &None));
    assert_eq!(
        all_told(&report, ["items.post", "items.quote", "items.skill", "items.recommendation"]),
        [1, 1, 3, 2].map(Some)
    );
    assert_eq!(report.received.of(Signal::Endorsement), Some(5));
    assert_eq!(report.received.of(Signal::Like), None);
    assert_eq!(
        all_told(&report, ["audience.connections", "activity.reshares_made"]),
        [1, 1].map(Some)
    );
    assert_eq!(
        all_told(&report, ["activity.endorsements_pending", "activity.recommendations_pending"]),
        [1, 1].map(Some)
    );
    let left_out = ["duplicate", "pending", "unapproved", "impossible_date", "account_gone"];
    let left_out = left_out.map(|reason| told(&report, &format!("skipped.{reason}")));
    assert_eq!(left_out, [1, 2, 1, 1, 2].map(Some));
    // A hidden recommendation, and a post for connections; and a picture without a word.
    assert_eq!(all_told(&report, ["skipped.not_public", "skipped.no_text"]), [2, 1].map(Some));
    let post = items.iter().find(|item| item.kind == ItemKind::Post).unwrap();
    assert_eq!(post.id, "urn:li:ugcPost:7270");
    assert_eq!(post.text, "He said \"measure\".\r\n\r\n#Rust #engineering");
    assert_eq!(post.tags, ["Rust", "engineering"]);
    assert_eq!(post.posted_at.to_string(), "2024-11-09T05:38:30.000000Z");
    let shown = format!("{report:?}{items:?}");
    assert!(!shown.contains("MUST-NOT-APPEAR") && !shown.contains("linkedin.com/in/"), "{shown}");
}

#[test]
fn nobody_endorses_a_skill_twice_and_the_first_time_counts() {
    let (_, items) = read(&zip(&[("Endorsements_17529409.csv", ENDORSEMENTS)])).unwrap();
    let ids: Vec<_> = items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(
        ids,
        ["skill:go:1672653600:0", "skill:rust:1672653600:0", "skill:rust:1672653600:1"]
    );
    assert_eq!(items[1].tags, ["Rust"]);
    assert_eq!(items[1].reactions, [(Signal::Endorsement, 1)]);
    assert!(items.iter().all(|item| item.text.is_empty() && item.url.is_none()));
}

#[test]
fn the_two_downloads_of_one_export_count_once() {
    let second = zip(&[
        ("Complete/Endorsement_Received_Info.csv", ENDORSEMENTS),
        ("Complete/Recommendations_Received.csv", RECOMMENDATIONS),
        ("Complete/Profile.csv", PROFILE),
        ("Complete/Skills.csv", b"Name\nRust\nGo\n"),
    ]);
    let (alone, _) = read(&basic()).unwrap();
    let (both, _) = read_parts(&[basic(), second]).unwrap();
    assert_eq!((&both.items, &both.received), (&alone.items, &alone.received));
    assert_eq!(told(&both, "activity.endorsements_pending"), Some(1));
    assert_eq!(told(&both, "activity.skills_named"), Some(2));
}

#[test]
fn comments_are_read_with_either_quotes_and_blank_dates() {
    let comments = b"Date,Link,Message\n\
        2024-02-11 13:54:30,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A1,\
        \"so \\\"good\\\", really\"\n\
        2024-02-11 13:54:30,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A1,again\n\
        2024-02-11 13:54:30,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A1,again\n\
        2024-02-11 13:54:30,https://www.linkedin.com/feed/update/urn:li:ugcPost:7270,thanks\n\
        ,https://www.linkedin.com/feed/update/urn:li:activity:1?commentUrn=urn%3Ali%3Acomment\
        %3A%28activity%3A1%2C7269000000000000000%29,undated\n\
        ,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A2,lost\n\
        2024-02-11 13:54:30,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A3,\n";
    let archive = tar_gz(&[("Comments_1.csv", comments), ("Shares.csv", SHARES)]);
    let (report, items) = read(&archive).unwrap();
    assert_eq!(all_told(&report, ["items.reply", "items.thread"]), [4, 1].map(Some));
    assert_eq!(report.dates_recovered, 1);
    assert_eq!(all_told(&report, ["skipped.impossible_date", "skipped.no_text"]), [1, 2].map(Some));
    assert!(items.iter().any(|item| item.text == "so \"good\", really"));
    let mut ids: Vec<_> = items.iter().map(|item| &item.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), items.len());
    assert_eq!(report.account.handle, "unknown");
}

#[test]
fn tables_that_are_not_there_are_not_zero() {
    let (report, items) = read(&zip(&[("Shares.csv", SHARES)])).unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(report.received.of(Signal::Endorsement), None);
    assert_eq!(told(&report, "audience.connections"), None);
    let none = b"Endorsement Date,Skill Name,Endorser First Name,Endorsement Status\n";
    let (report, _) = read(&zip(&[("Endorsement_Received_Info.csv", none)])).unwrap();
    assert_eq!(report.received.of(Signal::Endorsement), Some(0));
}

#[test]
fn articles_of_the_complete_export_are_read_and_other_pages_are_not() {
    let page = "<html><body><h1><a href=\"https://www.linkedin.com/pulse/a-b\">Title</a></h1>\
        <p class=\"created\">Created on 2024-09-20 06:04</p>\
        <p class=\"published\">Published on 2024-09-20 06:12</p><div><p>Body</p></div></body></html>";
    let archive = zip(&[
        ("Shares.csv", SHARES),
        ("Articles/Articles/2024-09-20 06_12_00.0-title.html", page.as_bytes()),
        ("Jobs/page.html", b"MUST-NOT-APPEAR"),
    ]);
    let (report, items) = read(&archive).unwrap();
    assert_eq!(told(&report, "items.article"), Some(1));
    let article = items.iter().find(|item| item.kind == ItemKind::Article).unwrap();
    assert_eq!(article.text, "Title\n\nBody");
}

#[test]
fn older_connections_have_neither_notes_nor_addresses() {
    let connections = b"First Name,Last Name,Email Address,Company,Position,Connected On\r\n\
        Bo,Other,,Acme,VP,\"3/14/18, 10:20 PM\"\r\n";
    let (report, _) = read(&zip(&[("Connections.csv", connections)])).unwrap();
    assert_eq!(told(&report, "audience.connections"), Some(1));
}

#[test]
fn names_alone_do_not_make_a_linkedin_export() {
    let names = b"First Name,Last Name,Phone\nBo,Other,1\n";
    let archive = zip(&[("Connections.csv", names), ("Skills.csv", b"Name\nRust\n")]);
    assert!(matches!(refusal(&archive), Error::NotAnExport { .. }));
}
