//! What comes from WordPress: export files of all versions, and pages of the REST interface.

use super::build::{all_told, read, read_of, read_parts, refusal_of, tar_gz, told, zip};
use crate::channels::Error;
use crate::demo;
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::ItemKind;

/// An export file with these items.
fn wxr(version: &str, authors: &str, items: &str) -> String {
    format!(
        r#"
<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.4" created="2024-02-01 10:00" -->
<rss version="2.0"
  xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/{version}/"
><channel><title>Adas Blog</title><link>https://www.ada.example/blog</link>
<pubDate>Thu, 01 Feb 2024 10:00:00 +0000</pubDate><language>de-DE</language>
<wp:wxr_version>{version}</wp:wxr_version>
<wp:base_site_url>https://ada.example</wp:base_site_url>
<wp:base_blog_url>https://www.ada.example/blog</wp:base_blog_url>
{authors}
<wp:category><wp:term_id>1</wp:term_id><wp:cat_name><![CDATA[Allgemein]]></wp:cat_name></wp:category>
{items}</channel></rss>"#
    )
}

const ADA: &str = "<wp:author><wp:author_id>2</wp:author_id><wp:author_login><![CDATA[ada]]>\
    </wp:author_login><wp:author_email>ada@MUST-NOT.example</wp:author_email>\
    <wp:author_display_name><![CDATA[Ada Example]]></wp:author_display_name></wp:author>";
const BOB: &str = "<wp:author><wp:author_id>3</wp:author_id><wp:author_login>bob\
    </wp:author_login><wp:author_email>bob@MUST-NOT.example</wp:author_email>\
    <wp:author_display_name>Bob</wp:author_display_name></wp:author>";

/// A published post of an author, with further elements.
fn post(number: u32, author: &str, more: &str) -> String {
    format!(
        "<item><title>Titel {number}</title>\
        <link>https://www.ada.example/blog/2024/{number}/</link>\
        <pubDate>Wed, 03 Jan 2024 08:00:00 +0000</pubDate>\
        <dc:creator><![CDATA[{author}]]></dc:creator>\
        <guid isPermaLink=\"false\">https://www.ada.example/blog/?p={number}</guid>\
        <description></description>\
        <content:encoded><![CDATA[<!-- wp:paragraph --><p>Über R&amp;D\x08 und mehr</p>]]></content:encoded>\
        <excerpt:encoded><![CDATA[AUSZUG]]></excerpt:encoded>\
        <wp:post_id>{number}</wp:post_id><wp:post_date>2024-01-03 09:00:00</wp:post_date>\
        <wp:post_date_gmt>2024-01-03 08:00:00</wp:post_date_gmt>\
        <wp:status>publish</wp:status><wp:post_type>post</wp:post_type>\
        <wp:post_password></wp:post_password>{more}</item>"
    )
}

/// A comment: approved or not, its type, who wrote it, with which number and address.
fn comment(approved: &str, kind: &str, name: &str, id: &str, rest: &str) -> String {
    format!(
        "<wp:comment><wp:comment_id>1</wp:comment_id>\
        <wp:comment_author><![CDATA[{name}]]></wp:comment_author>{rest}\
        <wp:comment_content><![CDATA[words for {approved}{kind}{id} by @MUST-NOT <a \
        href=\"https://MUST-NOT.example\">MUST-NOT</a> MUST-NOT@MUST-NOT.example]]>\
        </wp:comment_content>\
        <wp:comment_approved>{approved}</wp:comment_approved>\
        <wp:comment_type>{kind}</wp:comment_type><wp:comment_user_id>{id}</wp:comment_user_id>\
        </wp:comment>"
    )
}

fn mail(address: &str) -> String {
    format!("<wp:comment_author_email>{address}</wp:comment_author_email>")
}

fn from(url: &str) -> String {
    format!("<wp:comment_author_url>{url}</wp:comment_author_url>")
}

const REST_POSTS: &str = r#"[{"id":12,"date":"2024-01-03T09:00:00","date_gmt":"2024-01-03T08:00:00",
    "guid":{"rendered":"https:\/\/www.ada.example\/blog\/?p=12"},"slug":"titel","status":"publish",
    "type":"post","link":"https:\/\/www.ada.example\/blog\/2024\/12\/",
    "title":{"rendered":"Titel &#8211; zw\u00f6lf"},
    "content":{"rendered":"<p>Text<\/p>","protected":false},"author":2,"categories":[5,1],"tags":[6],
    "_embedded":{"author":[{"id":2,"name":"Ada Example","slug":"ada"}],"wp:term":[null,
      [{"id":9,"name":"R&amp;D","slug":"rd","taxonomy":"post_tag"}]]}},
    {"id":13,"date_gmt":"2024-01-04T08:00:00","status":"publish","type":"post","author":2,
    "link":"https://www.ada.example/blog/2024/13/","title":{"rendered":"geheim"},
    "content":{"rendered":"","protected":true}},
    {"id":14,"date_gmt":null,"title":"odd","content":7,"author":null,"type":"page"}]"#;
const REST_COMMENTS: &str = r#"[{"id":1,"post":12,"parent":0,"author":0,"author_name":"Eve",
    "author_url":"","date_gmt":"2024-01-03T09:00:00","content":{"rendered":"<p>WORDS<\/p>"},
    "status":"approved","type":"comment"},
    {"id":2,"post":12,"author":2,"author_name":"Ada Example","content":{"rendered":"x"},
    "status":"approved","type":"comment"},
    {"id":3,"post":12,"author":0,"author_name":"Eve","content":{"rendered":"x"},"status":"hold"},
    {"id":1,"post":12,"author":0,"author_name":"Eve","content":{"rendered":"x"}},{"id":4,"post":99,"author":0,"author_name":"Eve","content":{"rendered":"x"}}]"#;
const REST_TERMS: &str = r#"[{"id":5,"count":3,"name":"Datenschutz","slug":"datenschutz",
    "taxonomy":"category"},{"id":1,"name":"Allgemein","slug":"allgemein","taxonomy":"category"}]"#;
const REST_SITE: &str = r#"{"name":"Adas Blog","description":"","url":"https://www.ada.example/blog",
    "home":"https://www.ada.example/blog","namespaces":["oembed/1.0","wp/v2"],"routes":{"/":{}}}"#;

fn rest() -> Vec<u8> {
    zip(&[
        ("posts-0001.json", REST_POSTS.as_bytes()),
        ("comments-0001.json", REST_COMMENTS.as_bytes()),
        ("categories.json", REST_TERMS.as_bytes()),
        ("site.json", REST_SITE.as_bytes()),
    ])
}

pub(super) fn samples() -> Vec<Vec<u8>> {
    let comment = comment("1", "", "Eve", "0", &mail("eve@e.example"));
    let item = post(12, "ada", &comment);
    vec![
        wxr("1.2", ADA, &item).into(),
        zip(&[("ada.wordpress.2024-02-01.000.xml", wxr("1.0", "", &item).as_bytes())]),
        rest(),
        REST_POSTS.into(),
    ]
}

#[test]
fn a_published_post_becomes_an_item_with_the_comments_of_others() {
    let category = "<category domain=\"category\" nicename=\"allgemein\"><![CDATA[Allgemein]]></category>\
        <category domain=\"post_tag\" nicename=\"rd\"><![CDATA[R&amp;D]]></category>\
        <category domain=\"post_format\" nicename=\"post-format-aside\">Aside</category>";
    let comments = [
        comment("1", "", "Eve", "0", &mail("eve@e.example")),
        comment("1", "comment", "Bob", "3", &mail("bob@MUST-NOT.example")),
        comment("1", "comment", "Somebody", "2", ""),
        comment("1", "", "Ada", "0", &mail("ADA@MUST-NOT.example")),
        comment("1", "pingback", "Elsewhere", "0", &from("https://else.example/x")),
        comment("1", "trackback", "Elsewhere", "0", ""),
        comment("1", "pingback", "Adas Blog", "0", &from("https://ada.example/blog/y")),
        comment("0", "", "Eve", "0", ""),
        comment("spam", "pingback", "Eve", "0", ""),
        comment("1", "order_note", "WooCommerce", "0", ""),
    ];
    let file = wxr("1.2", ADA, &post(12, "ada", &format!("{category}{}", comments.concat())));
    let (report, items) = read(file.as_bytes()).unwrap();
    assert_eq!((report.channel, report.layout), (Channel::WordPress, "WXR 1.2"));
    assert_eq!(report.account.id.as_deref(), Some("https://www.ada.example/blog/?author=2"));
    assert_eq!(report.account.handle, "ada");
    assert_eq!(report.account.name.as_deref(), Some("Ada Example"));
    assert_eq!(report.exported_at.unwrap().to_string(), "2024-02-01T10:00:00.000000Z");
    let item = &items[0];
    assert_eq!((item.id.as_str(), item.kind), ("ada.example/?p=12", ItemKind::Article));
    assert_eq!(item.text, "Titel 12\n\nÜber R&D und mehr");
    assert_eq!(item.posted_at.to_string(), "2024-01-03T08:00:00.000000Z");
    assert_eq!(item.url.as_deref(), Some("https://www.ada.example/blog/2024/12/"));
    assert_eq!(item.tags, ["R&D"]);
    assert_eq!(item.reactions, [(Signal::Reply, 2), (Signal::Mention, 2)]);
    // Those by others that everybody can read, and nobody's name.
    assert_eq!(item.heard, ["words for 10 by", "words for 1comment3 by"]);
    let words = ["activity.own_comments", "activity.own_mentions", "skipped.unapproved"];
    assert_eq!(all_told(&report, words), [Some(2), Some(1), Some(2)]);
    let words = ["received.reply", "received.mention", "received.like", "received.view"];
    assert_eq!(all_told(&report, words), [Some(2), Some(2), None, None]);
    assert!(!format!("{report:?}{items:?}").contains("MUST-NOT"));
}

#[test]
fn what_is_no_published_post_is_told_apart() {
    let items = [
        post(1, "ada", "").replace("publish", "draft"),
        post(2, "ada", "").replace("publish", "private"),
        post(3, "ada", "").replace("publish", "trash"),
        post(4, "ada", "")
            .replace("_password>", "_password>x")
            .replace("</wp:post_passwordx", "</wp:post_password"),
        post(5, "ada", &comment("1", "", "Eve", "0", "")).replace(">post<", ">page<"),
        post(6, "ada", "").replace(">post<", ">attachment<").replace("publish", "inherit"),
        post(7, "ada", "").replace(">post<", ">wp_block<"),
        post(8, "ada", "").replace("publish", "future"),
        post(9, "ada", ""),
        post(9, "ada", ""),
        post(10, "ada", "").replace("<wp:post_id>10", "<wp:post_id>ten"),
    ];
    let (report, read_items) = read(wxr("1.2", ADA, &items.concat()).as_bytes()).unwrap();
    assert_eq!(read_items.len(), 1);
    let skipped = ["not_published", "not_public", "deleted", "protected", "not_an_item"];
    let skipped = skipped.map(|word| told(&report, &format!("skipped.{word}")));
    assert_eq!(skipped, [Some(2), Some(1), Some(1), Some(1), Some(1)]);
    let words = ["skipped.duplicate", "skipped.unreadable", "activity.comments_elsewhere"];
    assert_eq!(all_told(&report, words), [Some(1), Some(1), Some(1)]);
    assert_eq!(all_told(&report, ["activity.pages", "activity.media_files"]), [Some(1), Some(1)]);
}

#[test]
fn of_several_authors_one_can_be_chosen_and_all_are_taken_with_a_warning() {
    let by_ada = post(1, "ada", &comment("1", "", "Bob", "3", ""));
    let by_bob = post(2, "bob", &comment("1", "", "Ada Example", "2", ""));
    let file = wxr("1.1", &format!("{ADA}{BOB}"), &format!("{by_ada}{by_bob}"));
    for whose in ["ada", "ADA", "Ada Example", "2"] {
        let (report, items) = read_of(file.as_bytes(), whose).unwrap();
        assert_eq!((items.len(), report.layout), (1, "WXR 1.1"));
        assert_eq!(items[0].reactions, [(Signal::Reply, 1), (Signal::Mention, 0)]);
        assert_eq!(told(&report, "skipped.not_own"), Some(1));
        assert!(!format!("{report:?}").to_lowercase().contains("bob"));
    }
    let (report, items) = read(file.as_bytes()).unwrap();
    assert_eq!((items.len(), told(&report, "activity.own_comments")), (2, Some(2)));
    assert_eq!(report.account.handle, "ada.example/blog");
    assert!(report.warnings.iter().any(|warning| warning.contains("by 2 authors")));
    assert!(matches!(refusal_of(file.as_bytes(), Some("eve")), Error::Nobody { .. }));
}

#[test]
fn the_dates_of_posts_are_found_where_they_are_right() {
    let zero = "0000-00-00 00:00:00";
    let items = [
        post(1, "ada", "").replace("2024-01-03 08:00:00", zero),
        post(2, "ada", "")
            .replace("2024-01-03 08:00:00", zero)
            .replace("03 Jan 2024", "30 Nov -0001"),
        post(3, "ada", "")
            .replace("2024-01-03", "0000-00-00")
            .replace("03 Jan 2024", "30 Nov -0001"),
    ];
    let (report, read_items) = read(wxr("1.2", ADA, &items.concat()).as_bytes()).unwrap();
    let dates: Vec<_> = read_items.iter().map(|item| item.posted_at.to_string()).collect();
    assert_eq!(dates, ["2024-01-03T08:00:00.000000Z", "2024-01-03T09:00:00.000000Z"]);
    assert_eq!((report.dates_recovered, told(&report, "skipped.impossible_date")), (1, Some(1)));
}

#[test]
fn old_files_without_authors_and_with_other_namespaces_are_read() {
    let own = comment("1", "", "ada", "0", "");
    let doubled = "<category><![CDATA[Rust]]></category>\
        <category domain=\"tag\" nicename=\"rust\"><![CDATA[Rust]]></category>";
    let old = wxr("1.0", "", &post(1, "ada", &format!("{doubled}{own}")));
    let secure = old.replace("http://wordpress.org", "https://wordpress.org");
    let renamed = old.replace("wp:", "w:").replace("xmlns:wp", "xmlns:w");
    for file in [old, secure, renamed] {
        let (report, items) = read(file.as_bytes()).unwrap();
        assert_eq!((report.layout, items.len()), ("WXR 1.0", 1));
        assert_eq!((report.account.handle.as_str(), report.account.id), ("ada", None));
        assert_eq!(items[0].tags, ["Rust"]);
        assert_eq!(items[0].reactions, [(Signal::Reply, 0), (Signal::Mention, 0)]);
    }
}

#[test]
fn an_export_in_several_parts_is_one_however_it_is_packed() {
    let one = wxr("1.2", ADA, &post(1, "ada", ""));
    let two = wxr("1.2", ADA, &post(2, "ada", ""));
    let names = ["12/ada.wordpress.2024-02-01.000.xml", "12/ada.wordpress.2024-02-01.001.xml"];
    let members = [(names[0], one.as_bytes()), (names[1], two.as_bytes())];
    let expected = read(&zip(&members)).unwrap();
    assert_eq!(expected.1.len(), 2);
    assert_eq!(read(&tar_gz(&members)).unwrap(), expected);
    assert_eq!(read_parts(&[one.as_bytes(), two.as_bytes()]).unwrap(), expected);
}

#[test]
fn a_login_that_is_an_address_is_not_shown() {
    let author = ADA.replace("<![CDATA[ada]]>", "ada@MUST-NOT.example");
    let (report, _) =
        read(wxr("1.2", &author, &post(1, "ada@MUST-NOT.example", "")).as_bytes()).unwrap();
    assert_eq!(report.account.handle, "Ada Example");
    assert!(!format!("{report:?}").contains("MUST-NOT"));
}

#[test]
fn pages_of_the_interface_give_the_same_items_as_the_export() {
    let (report, items) = read(&rest()).unwrap();
    assert_eq!((report.channel, report.layout), (Channel::WordPress, "REST API"));
    assert_eq!(report.account.id.as_deref(), Some("https://www.ada.example/blog/?author=2"));
    assert_eq!(report.account.handle, "ada");
    let item = &items[0];
    assert_eq!((items.len(), item.id.as_str()), (1, "ada.example/?p=12"));
    assert_eq!(item.text, "Titel – zwölf\n\nText");
    assert_eq!(item.tags, ["R&D", "Datenschutz"]);
    assert_eq!(item.reactions, [(Signal::Reply, 1)]);
    let words = ["activity.own_comments", "skipped.unapproved", "skipped.protected"];
    assert_eq!(all_told(&report, words), [Some(1), Some(1), Some(1)]);
    assert_eq!(item.heard, ["WORDS"]);
    assert!(!format!("{report:?}{items:?}").contains("Eve"));
    let (report, items) = read(REST_POSTS.as_bytes()).unwrap();
    assert_eq!((items[0].reactions.len(), told(&report, "received.reply")), (0, None));
}

#[test]
fn the_demo_blog_has_readers_who_ask() {
    let today = "2026-11-22".parse().unwrap();
    let bytes = demo::blog_export(today);
    assert_eq!(bytes, demo::blog_export(today));
    let (report, items) = read(&bytes).unwrap();
    assert_eq!((report.account.handle.as_str(), items.len()), ("mira", 6));
    let words = ["received.reply", "activity.own_comments"];
    assert_eq!(all_told(&report, words), [Some(10), Some(1)]);
    assert!(items.iter().all(|item| item.tags.len() >= 2 && item.posted_at < today.start()));
    assert!(items[0].heard.iter().any(|words| words.contains("Kubernetes")));
}
