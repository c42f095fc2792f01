//! What GitHub's account export, the answers of its interface and the public record mean.

use super::build::{all_told, read, read_of, refusal, tar_gz, zip};
use crate::channels::{Error, Report};
use crate::demo;
use crate::domain::evidence::Signal;
use crate::domain::item::{Item, ItemKind};

const ADA: &str = "https://github.com/Ada";
const BOB: &str = "https://github.com/bob";

pub(super) fn samples() -> Vec<Vec<u8>> {
    let old = format!("{}{}", timeline("PushEvent", "", 3), timeline("WatchEvent", "", 4));
    vec![
        tar_gz(&[
            ("repositories_000001.json", format!("[{}]", owned("lib", "")).as_bytes()),
            ("issues_000001.json", format!("[{}]", row("lib/issues/1", ADA, "")).as_bytes()),
            (
                "issue_comments_000001.json",
                format!("[{}]", comment("lib/issues/1", 1, BOB)).as_bytes(),
            ),
        ]),
        zip(&[
            ("user.json", USER.as_bytes()),
            ("repos.json", format!("[{}]", listed("lib", "Ada", "")).as_bytes()),
            ("events.json", format!("[{}]", event(1, "Ada", "PushEvent", "{}")).as_bytes()),
        ]),
        old.into_bytes(),
    ]
}

/// A row of `repositories_…`.
fn owned(name: &str, more: &str) -> String {
    format!(
        r#"{{"type":"repository","url":"{ADA}/{name}","owner":"{ADA}","name":"{name}",
        "description":"what it does","created_at":"2019-01-01T00:00:00Z"{more}}}"#
    )
}

/// A row of another file of the export, below the account's own address.
fn row(page: &str, user: &str, more: &str) -> String {
    row_at(&format!("{ADA}/{page}"), user, more)
}

/// Fields in `more` replace those that are always there.
fn row_at(url: &str, user: &str, more: &str) -> String {
    let usual = format!(
        r#"{{"type":"issue","url":"{url}","user":"{user}","title":"title","body":"words",
        "created_at":"2020-02-01T00:00:00Z"}}"#
    );
    let mut row: serde_json::Value = serde_json::from_str(&usual).unwrap();
    let more: serde_json::Value = serde_json::from_str(&format!(r#"{{"x":0{more}}}"#)).unwrap();
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row.to_string()
}

fn comment(page: &str, number: u32, user: &str) -> String {
    let more = format!(r#","title":null,"issue":"{ADA}/{page}""#);
    row(&format!("{page}#issuecomment-{number}"), user, &more)
}

fn list(rows: &[String]) -> Vec<u8> {
    format!("[{}]", rows.join(",")).into_bytes()
}

fn export(files: &[(&str, &[String])]) -> Vec<u8> {
    let lists: Vec<(String, Vec<u8>)> =
        files.iter().map(|(name, rows)| (format!("{name}_000001.json"), list(rows))).collect();
    let mut members: Vec<(&str, &[u8])> =
        lists.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    members.push(("schema.json", br#"{"version":"1.2.0","github_sha":"x"}"#));
    members.push(("users_000001.json", b"EMAIL-MUST-NOT-BE-OPENED"));
    tar_gz(&members)
}

fn item<'i>(items: &'i [Item], end: &str) -> &'i Item {
    let found = items.iter().find(|item| item.id.ends_with(end));
    found.unwrap_or_else(|| panic!("no {end} among {items:?}"))
}

#[test]
fn comments_by_other_people_on_own_issues_are_received_replies() {
    let bot = "https://github.com/apps/dependabot[bot]";
    let gone = comment("lib/issues/1", 7, BOB).replace(&format!("\"{BOB}\""), "null");
    let (report, items) = read(&export(&[
        ("repositories", &[owned("lib", "")]),
        (
            "issues",
            &[
                row("lib/issues/1", ADA, ""),
                row("lib/issues/2", ADA, ""),
                row("lib/issues/3", BOB, ""),
                row_at("https://github.com/bob/x/issues/4", ADA, ""),
            ],
        ),
        (
            "issue_comments",
            &[
                comment("lib/issues/1", 1, BOB),
                comment("lib/issues/1", 1, BOB),
                comment("lib/issues/1", 2, "https://github.com/ADA"),
                comment("lib/issues/1", 3, bot),
                comment("lib/issues/3", 4, ADA),
                comment("lib/issues/1", 5, BOB).replace("words", "> only a quotation"),
                gone,
            ],
        ),
    ]))
    .unwrap();
    assert_eq!(item(&items, "issues/1").reactions, [(Signal::Reply, 1)]);
    assert_eq!(item(&items, "issues/1").heard, ["words"]);
    assert_eq!(item(&items, "issues/2").reactions, [(Signal::Reply, 0)]);
    assert_eq!(item(&items, "x/issues/4").reactions, [], "elsewhere the export may have none");
    assert_eq!(item(&items, "#issuecomment-2").kind, ItemKind::Thread);
    assert_eq!(item(&items, "#issuecomment-4").kind, ItemKind::Reply);
    assert_eq!(item(&items, "issues/1").tags, ["lib"]);
    assert_eq!(all_told(&report, ["received.reply", "received.star"]), [Some(1), None]);
    let left_out = all_told(&report, ["skipped.not_own", "skipped.account_gone"]);
    assert_eq!(left_out, [Some(5), Some(1)]);
    assert_eq!(report.account.id.as_deref(), Some("https://github.com/ada"));
    assert_eq!(report.account.handle, "Ada");
    assert!(report.warnings.iter().any(|warning| warning.starts_with("1 of your items lie")));
}

#[test]
fn what_is_private_copied_or_a_draft_is_left_out() {
    let release = |tag: &str, more: &str| {
        row(&format!("lib/releases/tag/{tag}"), ADA, &format!(r#","name":"{tag}"{more}"#))
    };
    let (report, items) = read(&export(&[
        (
            "repositories",
            &[
                owned("lib", ""),
                owned("secret", r#","private":true"#),
                owned("copy", r#","is_fork":true"#),
                owned("team", r#","visibility":"internal""#),
            ],
        ),
        ("issues", &[row("secret/issues/1", ADA, r#","body":"MUST-NOT-APPEAR""#)]),
        ("releases", &[release("v1", ""), release("v2", r#","state":"draft""#)]),
        (
            "pull_requests",
            &[
                row("lib/pull/1", ADA, r#","merged_at":"2020-03-01T00:00:00Z""#),
                row("lib/pull/2", ADA, r#","created_at":"0000-00-00T00:00:00Z""#),
            ],
        ),
    ]))
    .unwrap();
    let kinds: Vec<_> = items.iter().map(|item| item.kind).collect();
    let expected = [ItemKind::Repository, ItemKind::PullRequest, ItemKind::Release];
    assert_eq!(kinds.len(), 3);
    assert!(expected.iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    assert!(!format!("{items:?}").contains("MUST-NOT-APPEAR"));
    let told = ["skipped.not_public", "skipped.not_published", "skipped.impossible_date"];
    assert_eq!(all_told(&report, told), [Some(3), Some(1), Some(1)]);
    let told = ["activity.repositories_copied", "activity.pull_requests_merged"];
    assert_eq!(all_told(&report, told), [Some(1), Some(1)]);
}

#[test]
fn without_own_repositories_the_busiest_author_is_the_account() {
    let at = |number: u32| format!("https://github.com/x/y/issues/{number}");
    let files: &[(&str, &[String])] =
        &[("issues", &[row_at(&at(1), BOB, ""), row_at(&at(2), ADA, ""), row_at(&at(3), ADA, "")])];
    assert_eq!(read(&export(files)).unwrap().0.account.handle, "Ada");
    let (report, items) = read_of(&export(files), "bob").unwrap();
    assert_eq!((report.account.handle.as_str(), items.len()), ("bob", 1));
    assert!(matches!(read_of(&export(files), "eve"), Err(Error::Nobody { .. })));
}

const USER: &str = r#"{"login":"Ada","id":9,"type":"User","name":"Ada E.","public_repos":6,
    "followers":12,"following":3,"email":"EMAIL-MUST-NOT-APPEAR",
    "created_at":"2011-02-03T04:05:06Z"}"#;

/// A repository as the interface lists it.
fn listed(name: &str, owner: &str, more: &str) -> String {
    format!(
        r#"{{"id":1,"name":"{name}","full_name":"{owner}/{name}","private":false,"fork":false,
        "owner":{{"login":"{owner}"}},"html_url":"https://github.com/{owner}/{name}",
        "description":"what it does","language":"Rust","topics":["raft","rust"],
        "stargazers_count":7,"forks_count":2,"created_at":"2019-01-01T00:00:00Z"{more}}}"#
    )
}

#[test]
fn stars_and_forks_are_those_of_own_repositories() {
    let repos = list(&[
        listed("lib", "Ada", ""),
        listed("copy", "Ada", "").replace(r#""fork":false"#, r#""fork":true"#),
        listed("secret", "ada", "").replace(r#""private":false"#, r#""private":true"#),
        listed("theirs", "bob", ""),
        "null".to_owned(),
    ]);
    let archive = zip(&[("user.json", USER.as_bytes()), ("repos-page1.json", &repos)]);
    let (report, items) = read(&archive).unwrap();
    assert_eq!(items.len(), 1);
    let lib = &items[0];
    assert_eq!(lib.reactions, [(Signal::Star, 7), (Signal::Fork, 2)]);
    assert_eq!((lib.text.as_str(), lib.language.as_deref()), ("lib\n\nwhat it does", None));
    assert_eq!(lib.tags, ["raft", "rust"], "the language is a topic already");
    assert_eq!(all_told(&report, ["audience.followers", "received.star"]), [Some(12), Some(7)]);
    assert_eq!(report.account.name.as_deref(), Some("Ada E."));
    assert!(!format!("{report:?}{items:?}").contains("MUST-NOT-APPEAR"));
    // Without the account, the list is about two people.
    assert!(matches!(refusal(&repos), Error::Several { .. }));
    assert_eq!(read_of(&repos, "BOB").unwrap().1[0].id, "https://github.com/bob/theirs");
    let one = listed("lib", "Ada", "");
    assert_eq!(read(one.as_bytes()).unwrap().1, items);
}

/// An event since 2015.
fn event(number: u32, actor: &str, kind: &str, payload: &str) -> String {
    format!(
        r#"{{"id":"{number}","type":"{kind}","actor":{{"id":1,"login":"{actor}"}},
        "repo":{{"id":2,"name":"Ada/lib"}},"payload":{payload},"public":true,
        "created_at":"2021-03-01T10:00:00Z"}}"#
    )
}

/// The payload of a comment on the first issue, which the account opened.
fn said(number: u32, by: &str, more: &str) -> String {
    format!(
        r#"{{"action":"created","issue":{{"number":1,"title":"title","body":"words",
        "user":{{"login":"Ada"}},"created_at":"2020-02-01T00:00:00Z"{more}}},
        "comment":{{"id":{number},"body":"comment","user":{{"login":"{by}","type":"User"}}}}}}"#
    )
}

fn lines(events: &[String]) -> (Report, Vec<Item>) {
    read_of(events.join("\n").as_bytes(), "Ada").unwrap()
}

#[test]
fn comments_in_the_public_record_are_received_replies() {
    let kind = "IssueCommentEvent";
    let robot = said(4, "ci", "").replace(r#""type":"User""#, r#""type":"Bot""#);
    let (report, items) = lines(&[
        event(1, "bob", kind, &said(1, "bob", "")),
        event(1, "bob", kind, &said(1, "bob", "")),
        event(2, "eve", kind, &said(2, "eve", "")),
        event(3, "Ada", kind, &said(3, "Ada", "")),
        event(4, "ci", kind, &robot),
        event(5, "eve", "WatchEvent", r#"{"action":"started"}"#),
        event(6, "Ada", "PullRequestEvent", r#"{"action":"opened","number":9,"pull_request":{}}"#),
        event(7, "Ada", "PushEvent", r#"{"push_id":1,"ref":"refs/heads/main"}"#),
    ]);
    assert_eq!(item(&items, "/issues/1").reactions, [(Signal::Reply, 2)]);
    assert_eq!(item(&items, "/issues/1").posted_at, "2020-02-01T00:00:00Z".parse().unwrap());
    assert_eq!(item(&items, "/issues/1#issuecomment-3").kind, ItemKind::Thread);
    assert_eq!(items.len(), 2);
    let told = ["activity.events", "activity.pushes", "activity.pull_requests_opened"];
    assert_eq!(all_told(&report, told), [Some(3), Some(1), Some(1)]);
    assert_eq!(all_told(&report, ["skipped.no_text", "received.star"]), [Some(1), None]);
}

#[test]
fn one_thing_has_one_id_in_the_export_and_in_events() {
    let review = |id: u32, place: &str| {
        format!(
            r#"{{"action":"created","pull_request":{{"number":5,"title":"t",
            "user":{{"login":"bob"}}}},"{place}":{{"id":{id},"body":"see here"}}}}"#
        )
    };
    let release = r#"{"action":"published","release":{"tag_name":"v1","body":"notes"}}"#;
    let pull = said(8, "Ada", r#","pull_request":{"url":"x"}"#);
    let (_, mut seen) = lines(&[
        event(1, "Ada", "PullRequestReviewCommentEvent", &review(6, "comment")),
        event(2, "Ada", "PullRequestReviewEvent", &review(7, "review")),
        event(3, "Ada", "ReleaseEvent", release),
        event(4, "Ada", "IssueCommentEvent", &pull),
        event(5, "Ada", "CreateEvent", r#"{"ref_type":"repository","description":"new"}"#),
    ]);
    let about = |text: &str| format!(r#","title":null,"pull_request":"{ADA}/lib/pull/{text}""#);
    let (_, mut exported) = read(&export(&[
        ("repositories", &[owned("lib", "")]),
        ("pull_requests", &[row("lib/pull/1", ADA, "")]),
        ("pull_request_review_comments", &[row("lib/pull/5/files#r6", ADA, &about("5"))]),
        ("pull_request_reviews", &[row("lib/pull/5/files#pullrequestreview-7", ADA, &about("5"))]),
        ("releases", &[row("lib/releases/tag/v1", ADA, r#","title":null,"name":"v1""#)]),
        ("issue_comments", &[row("lib/pull/1#issuecomment-8", ADA, &about("1"))]),
    ]))
    .unwrap();
    for items in [&mut seen, &mut exported] {
        items.sort_by(|a, b| a.id.cmp(&b.id));
    }
    let told = |items: &[Item]| -> Vec<_> {
        items.iter().map(|item| (item.id.clone(), item.kind)).collect()
    };
    assert_eq!(told(&seen), told(&exported));
    assert_eq!(seen.len(), 6);
}

/// An event before 2015: the actor is a name, the repository an object, and dates have two
/// forms. `more` goes into the repository.
fn timeline(kind: &str, more: &str, stars: u32) -> String {
    format!(
        r#"{{"repository":{{"url":"https://github.com/Ada/lib","owner":"Ada","name":"lib",
        "description":"what it does","language":"Ruby","fork":false,"private":false,
        "watchers":{stars},"stargazers":{stars},"forks":2,"id":5,
        "created_at":"2010/01/01 10:00:00 -0800"{more}}},"actor":"Ada",
        "actor_attributes":{{"login":"Ada","email":"EMAIL-MUST-NOT-APPEAR"}},
        "created_at":"2012/03/10 22:53:42 -0800","public":true,"type":"{kind}",
        "payload":{{"action":"started","issue":17,"comment_id":3,
        "shas":[["aa","EMAIL-MUST-NOT-APPEAR","words","Ada"]]}},"url":"https://github.com/x"}}"#
    )
}

#[test]
fn events_before_2015_follow_one_another_without_line_ends() {
    let copy = timeline("PushEvent", "", 99).replace(r#""fork":false"#, r#""fork":true"#);
    let hour = [
        timeline("PushEvent", "", 3),
        timeline("WatchEvent", "", 8),
        timeline("IssueCommentEvent", "", 5),
        copy.replace("Ada/lib", "Ada/copy"),
        timeline("ForkEvent", "", 4).replace("\"Ada\"", "\"bob\""),
    ]
    .concat();
    assert!(matches!(refusal(hour.as_bytes()), Error::Several { .. }));
    let (report, items) = read_of(hour.as_bytes(), "ada").unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].id, "https://github.com/Ada/lib");
    assert_eq!(items[0].reactions, [(Signal::Star, 8), (Signal::Fork, 2)]);
    assert_eq!(items[0].posted_at, "2010-01-01T18:00:00Z".parse().unwrap());
    assert_eq!(all_told(&report, ["activity.events", "activity.pushes"]), [Some(4), Some(2)]);
    assert!(!format!("{report:?}{items:?}").contains("MUST-NOT-APPEAR"));
}

#[test]
fn an_hour_of_the_public_record_is_read_as_it_was_packed() {
    use std::io::Write as _;
    let line = event(1, "Ada", "IssueCommentEvent", &said(1, "Ada", "")).replace('\n', "");
    let other = event(2, "bob", "PushEvent", "{}").replace('\n', "");
    let hour = format!("{line}\n{other}\n");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(hour.as_bytes()).unwrap();
    let packed = gzip.finish().unwrap();
    let expected = read_of(hour.as_bytes(), "Ada").unwrap();
    assert_eq!(read_of(&packed, "Ada").unwrap(), expected);
    let named = zip(&[("2015-01-01-15.json", hour.as_bytes()), ("users.json", b"MUST-NOT")]);
    assert_eq!(read_of(&named, "Ada").unwrap(), expected);
}

#[test]
fn lists_of_other_things_in_numbered_files_are_not_githubs() {
    let rows = list(&[row("lib/issues/1", ADA, r#","type":"complaint""#)]);
    assert!(matches!(refusal(&zip(&[("issues_1.json", &rows)])), Error::NotAnExport { .. }));
}

#[test]
fn odd_rows_are_left_out_and_the_rest_is_read() {
    let good = event(1, "Ada", "IssueCommentEvent", &said(1, "Ada", ""));
    let odd = [
        "null",
        "7",
        "[]",
        "\"x\"",
        "{}",
        r#"{"type":5,"actor":[1],"repo":"x","payload":[]}"#,
        r#"{"type":"IssuesEvent","actor":{"login":"Ada"},"repo":{"name":"../.."},
           "payload":{"action":"opened","issue":{"title":"t","number":1}}}"#,
        r#"{"type":"IssuesEvent","actor":{"login":"Ada"},"repo":{"name":"a/b"},
           "payload":{"action":"opened","issue":{"title":"t","html_url":"javascript:x"}}}"#,
    ];
    let all = format!("[{good},{}]", odd.join(","));
    let (report, items) = read_of(all.as_bytes(), "Ada").unwrap();
    assert_eq!((items.len(), report.total()), (2, 2));
    let rows = list(&odd.map(str::to_owned));
    let archive = tar_gz(&[
        ("repositories_000001.json", &list(&[owned("lib", ""), "[]".to_owned()])),
        ("issues_000001.json", &rows),
        ("issue_comments_000001.json", &rows),
    ]);
    assert_eq!(read(&archive).unwrap().1.len(), 1);
}

#[test]
fn the_demo_repositories_are_starred_and_the_copy_counts_nothing() {
    let today = "2026-11-22".parse().unwrap();
    let bytes = demo::github_answers(today);
    assert_eq!(bytes, demo::github_answers(today));
    let (report, items) = read(&bytes).unwrap();
    assert_eq!((report.account.handle.as_str(), items.len()), ("mira-beispiel", 4));
    let words = ["received.star", "received.fork", "activity.repositories_copied"];
    assert_eq!(all_told(&report, words), [Some(1_198), Some(75), Some(1)]);
    assert!(items.iter().all(|item| item.posted_at < crate::domain::time::Day::start(today)));
}
