//! What answers and backups of Tumblr mean.

use super::build::{all_told, read, refusal, spooled, told, zip};
use crate::channels::{Error, Report, Source, Upload, import};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Item, ItemKind};

/// A post of the second version; `more` holds further fields, each with a comma before it.
fn post(number: u32, more: &str) -> String {
    let kind = if more.starts_with(",\"type\"") { "" } else { "\"type\":\"text\"," };
    format!(
        r#"{{{kind}"blog_name":"ada","id":61000{number},"id_string":"61000{number}",
        "post_url":"https://ada.tumblr.com/post/61000{number}/slug","timestamp":1421107673,
        "date":"2015-01-13 00:07:53 GMT","reblog_key":"k","tags":["light"," rust "],
        "note_count":4{more}}}"#
    )
}

fn answer(posts: &[String]) -> String {
    let posts = posts.join(",");
    format!(
        r#"{{"meta":{{"status":200}},"response":{{"blog":{{"name":"ada","title":"Light","uuid":"t:abc",
        "posts":18,"followers":345}},"posts":[{posts}],"total_posts":18}}}}"#
    )
}

fn imported(posts: &[String]) -> (Report, Vec<Item>) {
    read(answer(posts).as_bytes()).unwrap()
}

fn text_of(more: &str) -> String {
    imported(&[post(1, more)]).1[0].text.clone()
}

const FIRST_VERSION: &str = r#"var tumblr_api_read = {"tumblelog":{"title":"Light","name":"ada",
    "cname":false},"posts-start":0,"posts-total":2,"posts":[{"id":"610001","type":"regular",
    "url":"http://ada.tumblr.com/post/610001","url-with-slug":"https://ada.tumblr.com/post/610001/s",
    "date-gmt":"2015-01-13 00:07:53 GMT","unix-timestamp":1421107673,"note-count":"4",
    "tags":["light","rust"],"regular-title":"Title","regular-body":"<p>Body; {x}</p>"},
    {"id":"610002","type":"photo","url":"http://ada.tumblr.com/post/610002","unix-timestamp":1421107674,
    "photo-caption":"x","reblogged-from-name":"bo","note-count":"999"}]};
"#;

const BACKUP: &str = r"<!DOCTYPE html><meta charset=utf-8><title>Light</title>
    <body class=tumblr><header><h1><a href=../>Light</a></h1></header>
    <article class=text id=p-610001><header><p><time datetime=2015-01-13T00:07:53Z>13.1.</time>
    <a class=llink href=610001.html>¶</a> <a href=https://tmblr.co/x>●</a></header>
    <h2>Title</h2><p>Body</p><footer><a href=https://ada.tumblr.com/tagged/light>#light</a>
    <a href=https://ada.tumblr.com/tagged/rust>#rust</a> — 1,204 notes</footer></article>";

const OFFICIAL: &str = r#"<!DOCTYPE HTML><html><head><title>x</title></head><body><h1>Title</h1>
    <p>Body</p><div id="footer"><span id="timestamp"> January 13th, 2015 12:07am </span>
    <span class="tag">light</span><span class="tag">rust</span></div></body></html>"#;

pub(super) fn samples() -> Vec<Vec<u8>> {
    let blocks =
        r#","content":[{"type":"text","text":"x"}],"layout":[{"type":"ask","blocks":[1]}]"#;
    vec![
        answer(&[post(1, ",\"body\":\"<p>x</p>\""), post(2, blocks)]).into_bytes(),
        FIRST_VERSION.as_bytes().to_vec(),
        zip(&[("ada/json/610001.json", post(1, blocks).as_bytes())]),
        zip(&[("ada/posts/610001.html", BACKUP.as_bytes())]),
        zip(&[("posts/html/610001.html", OFFICIAL.as_bytes())]),
    ]
}

#[test]
fn a_post_becomes_an_item_with_its_notes() {
    let (report, items) = imported(&[post(1, r#","title":"A &amp; b","body":"<p>Body</p>""#)]);
    assert_eq!(report.channel, Channel::Tumblr);
    assert_eq!(
        (report.account.handle.as_str(), report.account.name.as_deref()),
        ("ada", Some("Light"))
    );
    assert_eq!(report.account.id.as_deref(), Some("t:abc"));
    let item = &items[0];
    assert_eq!(
        (item.id.as_str(), item.kind, item.text.as_str()),
        ("610001", ItemKind::Post, "A & b\n\nBody")
    );
    assert_eq!(item.tags, ["light", "rust"]);
    assert_eq!(item.posted_at, "2015-01-13T00:07:53Z".parse().unwrap());
    assert_eq!(item.reactions, [(Signal::Note, 4)]);
    let numbers = ["audience.followers", "received.note", "received.like"];
    assert_eq!(all_told(&report, numbers), [Some(345), Some(4), None]);
}

#[test]
fn reblogs_of_any_kind_never_count() {
    let own_trail = r#","trail":[{"blog":{"name":"ada"},"content_raw":"x","is_root_item":true}]"#;
    let (report, items) = imported(&[
        post(1, r#","reblogged_from_name":"bo","body":"NOT-MINE""#),
        post(2, r#","reblogged_root_url":"https://bo.tumblr.com/post/1","title":"comment""#),
        post(3, r#","trail":[{"blog":{"name":"bo"},"content_raw":"NOT-MINE"}]"#),
        post(4, r#","trail":[{"broken_blog_name":"gone","content":[]}]"#),
        post(5, r#","reblogged_from_name":"ada","reblogged_from_id":"1""#),
        post(6, &format!(r#"{own_trail},"reblogged_from_name":null"#)),
    ]);
    assert!(items.iter().map(|item| item.id.as_str()).eq(["610006"]));
    assert_eq!(all_told(&report, ["activity.reshares_made", "received.note"]), [Some(5), Some(4)]);
    assert!(!format!("{report:?}{items:?}").contains("NOT-MINE"));
}

#[test]
fn replies_by_others_are_heard_without_who_wrote_them() {
    let notes = r#","notes":[{"type":"like","blog_name":"bo"},
        {"type":"reply","blog_name":"bo-MUST-NOT","reply_text":"@ada what <3 light"},
        {"type":"reply","blog_name":"Ada","reply_text":"thanks"},
        {"type":"reblog","blog_name":"bo","added_text":"MUST-NOT"},7]"#;
    let (report, items) = imported(&[post(1, notes)]);
    assert_eq!(items[0].heard, ["what <3 light"]);
    assert!(!format!("{report:?}{items:?}").contains("MUST-NOT"));
}

#[test]
fn words_of_other_people_are_not_the_author_s() {
    assert_eq!(text_of(r#","type":"quote","text":"NOT-MINE","source":"NOT-MINE""#).as_str(), "");
    let asked = r#","type":"answer","question":"NOT-MINE","asking_name":"bo","answer":"<p>So</p>""#;
    assert_eq!(text_of(asked), "So");
    let chat = r#","type":"chat","title":"Talk","body":"bo: NOT-MINE","dialogue":[{"phrase":"x"}]"#;
    assert_eq!(text_of(chat), "Talk");
    let link = r#","type":"link","title":"Page","url":"https://a.example","excerpt":"NOT-MINE",
        "description":"<p>Mine</p>""#;
    assert_eq!(text_of(link), "Page\n\nMine");
    let blocks = r#","type":"blocks","content":[{"type":"text","text":"NOT-MINE"},
        {"type":"text","text":"Mine"},{"type":"image"},{"type":"text","subtype":"quote",
        "text":"NOT-MINE"},{"type":"text","text":"Rc<T> &amp;"}],
        "layout":[{"type":"rows","display":[]},{"type":"ask","blocks":[0]}]"#;
    assert_eq!(text_of(blocks), "Mine\n\nRc<T> &amp;");
}

#[test]
fn what_is_not_on_the_blog_is_left_out() {
    let (report, items) = imported(&[
        post(1, r#","state":"draft""#),
        post(2, r#","state":"queued""#),
        post(3, r#","state":"private""#),
        post(4, r#","is_submission":true"#),
        post(5, "").replace("\"blog_name\":\"ada\"", "\"blog_name\":\"bo\""),
        post(6, "").replace("1421107673", "0").replace("2015-01-13", "1969-01-13"),
        post(7, "").replace("\"id_string\":\"610007\"", "\"id_string\":\"x\""),
        post(8, r#","type":"video","state":"published""#),
        post(8, ""),
    ]);
    assert!(
        items.iter().map(|item| (item.id.as_str(), item.kind)).eq([("610008", ItemKind::Video)])
    );
    let reasons = [
        "skipped.not_published",
        "skipped.not_public",
        "skipped.not_own",
        "skipped.impossible_date",
        "skipped.unreadable",
        "skipped.duplicate",
    ];
    let expected = [Some(2), Some(1), Some(2), Some(1), Some(1), Some(1)];
    assert_eq!(all_told(&report, reasons), expected);
}

#[test]
fn the_first_version_reads_as_the_second() {
    let (report, items) = read(FIRST_VERSION.as_bytes()).unwrap();
    let second = post(1, r#","title":"Title","body":"<p>Body; {x}</p>""#).replace("/slug", "/s");
    assert_eq!(items, imported(&[second]).1);
    assert_eq!(all_told(&report, ["activity.reshares_made", "received.note"]), [Some(1), Some(4)]);
    assert_eq!((report.account.handle.as_str(), report.account.id), ("ada", None));
}

#[test]
fn backups_and_answers_in_any_wrapping_read_the_same() {
    let posts = [post(1, r#","body":"x""#), post(2, r#","body":"y""#)];
    let expected = imported(&posts).1;
    let list = format!("[{}]", posts.join(","));
    let lines = posts.map(|post| post.replace('\n', " ")).join("\n");
    let bare = format!("{{\"posts\":{list}}}");
    for file in [&list, &lines, &bare] {
        assert_eq!(read(file.as_bytes()).unwrap().1, expected, "{file}");
    }
    let numbered = [post(1, r#","body":"x""#), post(2, r#","body":"y""#)];
    let backup = zip(&[
        ("ada/json/610001.json", numbered[0].as_bytes()),
        ("ada/json/610002.json", numbered[1].as_bytes()),
        ("ada/json/610003.json", b"{\"blog_name\": SECRET, \"note_count\":1}"),
        ("ada/posts/610001.html", BACKUP.as_bytes()),
        ("ada/followers.json", br#"{"response":{"total_users":7,"users":[]}}"#),
        ("ada/messaging/1.xml", b"MESSAGES-MUST-NOT-BE-OPENED"),
    ]);
    let (report, items) = read(&backup).unwrap();
    assert_eq!(items, expected);
    assert_eq!(all_told(&report, ["audience.followers", "skipped.unreadable"]), [Some(7), Some(1)]);
}

#[test]
fn web_pages_of_backups_and_of_the_official_export_are_read() {
    let reblog = BACKUP
        .replace("<a href=https://tmblr.co/x>●</a>", "<a href=https://bo.tumblr.com/1>⬈</a>")
        .replace("610001", "610002");
    let (report, items) = read(&zip(&[
        ("ada/posts/610001.html", BACKUP.as_bytes()),
        ("ada/posts/610002.html", reblog.as_bytes()),
    ]))
    .unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(report.account.handle, "ada");
    assert_eq!(items[0].text, "Title\n\nBody");
    assert_eq!(items[0].tags, ["light", "rust"]);
    assert_eq!(items[0].reactions, [(Signal::Note, 1204)]);
    assert_eq!(items[0].posted_at, "2015-01-13T00:07:53Z".parse().unwrap());
    assert_eq!(told(&report, "activity.reshares_made"), Some(1));
    let attributed =
        OFFICIAL.replace("<p>Body</p>", "<p><a class=\"tumblr_blog\">bo</a>:</p>NOT-MINE");
    let (report, items) = read(&zip(&[
        ("posts/html/610001.html", OFFICIAL.as_bytes()),
        ("posts/html/610002.html", attributed.as_bytes()),
        ("posts/posts_index.html", b"<html>"),
    ]))
    .unwrap();
    assert_eq!((items.len(), items[0].text.as_str()), (1, "Title\n\nBody"));
    assert_eq!((items[0].tags.len(), items[0].reactions.len()), (2, 0));
    assert!(report.warnings.iter().any(|warning| warning.contains("time zone")));
    assert_eq!(told(&report, "received.note"), None);
}

#[test]
fn posts_packed_inside_the_export_are_asked_for() {
    let (report, items) = read(&zip(&[
        ("posts.zip", b"PK\x03\x04"),
        ("payload-0.json", b"[{\"data\":{\"email\":\"EMAIL-MUST-NOT-APPEAR\"}}]"),
    ]))
    .unwrap();
    assert!(items.is_empty() && !format!("{report:?}").contains("MUST-NOT-APPEAR"));
    assert!(report.warnings.iter().any(|warning| warning.contains("posts.zip")));
}

#[test]
fn of_several_blogs_the_one_that_is_asked_for_is_read() {
    let other = post(2, "").replace("\"ada\"", "\"bo\"").replace("ada.tumblr", "bo.tumblr");
    let list = format!("[{},{other},{}]", post(1, ""), post(3, ""));
    assert_eq!(read(list.as_bytes()).unwrap().0.account.handle, "ada");
    let sources = vec![Source::File(spooled(list.as_bytes()))];
    let whose = Some("https://bo.tumblr.com/".to_owned());
    let upload = Upload { sources, whose, limits: crate::channels::Limits::default() };
    let report = import(upload, &mut |_| Ok(()), &mut |_| Ok(())).unwrap();
    assert_eq!(report.account.handle, "bo");
    let two = format!("[{},{other}]", post(1, ""));
    assert!(matches!(refusal(two.as_bytes()), Error::Several { .. }));
    assert_eq!(all_told(&report, ["items.post", "skipped.not_own"]), [Some(1), Some(2)]);
}

#[test]
fn other_json_is_not_recognized() {
    for json in [
        &br#"{"posts":[{"title":"x","body":"y"}]}"#[..],
        br#"[{"timestamp":1,"data":[{"title":"blog_name"}]}]"#,
        br#"{"response":{"posts":[]}}"#,
    ] {
        assert!(matches!(refusal(json), Error::NotAnExport { .. }));
        assert!(matches!(refusal(&zip(&[("posts.json", json)])), Error::NotAnExport { .. }));
    }
}
