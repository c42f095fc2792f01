//! What comes from blogs: RSS, Atom, JSON Feed, and what Blogger hands out.

use super::build::{read, read_of, read_parts, refusal, refusal_of, told, zip};
use crate::channels::Error;
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Item, ItemKind};

const SPACES: &str = "xmlns:content='http://purl.org/rss/1.0/modules/content/' \
    xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:atom='http://www.w3.org/2005/Atom' \
    xmlns:slash='http://purl.org/rss/1.0/modules/slash/' xmlns:media='http://search.yahoo.com/mrss/'";

fn rss(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" {SPACES}><channel><title>Ada&#8217;s notes</title>\
         <link>https://ada.example/blog/</link>\
         <atom:link href='https://ada.example/feed' rel='self'/>\
         <image><title>LOGO</title><link>https://logo.example</link></image>{items}</channel></rss>"
    )
}

fn item(number: u32, more: &str) -> String {
    format!(
        "<item><title>Post {number}</title><link>https://ada.example/{number}?utm_source=rss</link>\
         <guid isPermaLink='false'>tag:ada.example,2024:{number}</guid>\
         <pubDate>Sun, 28 Jan 2024 08:00:00 +0200</pubDate>{more}</item>"
    )
}

const ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"
    xml:lang="en"><title type="text">Ada</title><link rel="self" href="https://ada.example/atom.xml"/>
    <link href="https://ada.example/"/><updated>2024-02-01T00:00:00Z</updated>
    <author><name>Ada Example</name><email>ada@MUST-NOT.example</email></author>
    <entry xml:lang="de-AT"><id>urn:1</id><title type="html">Vec&amp;lt;T&amp;gt; &lt;b&gt;now&lt;/b&gt;</title>
    <link rel="replies" href="https://ada.example/1#comments" thr:count="4"/>
    <link rel="enclosure" href="https://ada.example/1.mp3"/>
    <link rel="alternate" href="https://ada.example/1"/>
    <published>2024-01-28T08:00:00+02:00</published><updated>2024-02-01T00:00:00Z</updated>
    <category term="rust" label="Rust"/><summary>short</summary>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a &lt; b</p><p>c</p></div></content></entry>
    <entry><id>urn:2</id><title>Plain &lt;T&gt;</title><link href="javascript:alert(1)"/>
    <updated>2024-01-29T08:00Z</updated><content>1 &lt; 2 &amp;amp;</content></entry></feed>"#;

const RDF: &str = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <channel rdf:about="https://ada.example/rss"><title>Ada</title><link>https://ada.example</link></channel>
    <item rdf:about="https://ada.example/1"><title>One</title><link>https://ada.example/1</link>
    <description>&lt;p&gt;text&lt;/p&gt;</description><dc:date>2004-05-06T07:08+01:00</dc:date>
    <dc:creator>Ada</dc:creator><dc:subject>Lisp</dc:subject></item></rdf:RDF>"#;

const JSON: &str = r#"{"version":"https:\/\/jsonfeed.org\/version\/1.1","title":"Ada",
    "home_page_url":"https://ada.example/","authors":[{"name":"Ada Example"}],"items":[
    {"id":7,"url":"https://ada.example/7","title":"Seven","content_html":"<p>a &amp; b</p>",
     "date_published":"2024-01-28T08:00:00+02:00","tags":["rust"],"language":"de-DE"},
    {"id":"x","content_text":"a short one","date_published":"2024-01-29T08:00:00Z","tags":null},
    {"id":"y","content_text":"never","date_published":"soon"}]}"#;

/// An entry of Blogger: its kind, its number, its author and further elements.
fn blogger_entry(kind: &str, number: u32, author: &str, more: &str) -> String {
    format!(
        "<entry><id>tag:blogger.com,1999:blog-1.post-{number}</id>\
         <published>2012-01-28T08:00:00.001+02:00</published>\
         <category scheme='http://schemas.google.com/g/2005#kind' \
         term='http://schemas.google.com/blogger/2008/kind#{kind}'/>\
         <category scheme='http://www.blogger.com/atom/ns#' term='Rust'/>\
         <title type='text'>Post {number}</title><content type='html'>&lt;p&gt;text&lt;/p&gt;</content>\
         <author><name>{author}</name><email>noreply@blogger.com</email></author>{more}</entry>"
    )
}

fn blogger() -> String {
    let about = "<thr:in-reply-to ref='tag:blogger.com,1999:blog-1.post-2' href='x'/>";
    let entries = [
        blogger_entry("template", 1, "Ada", ""),
        blogger_entry("post", 2, "Ada", ""),
        blogger_entry("post", 3, "Ada", "<app:control><app:draft>yes</app:draft></app:control>"),
        blogger_entry("comment", 4, "Eve", about),
        blogger_entry("comment", 5, "Ada", about),
        blogger_entry("comment", 6, "Bob", about),
        blogger_entry("page", 7, "Ada", ""),
    ];
    format!(
        "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' \
         xmlns:app='http://purl.org/atom/app#' xmlns:thr='http://purl.org/syndication/thread/1.0'>\
         <title>Ada</title><link rel='alternate' href='http://ada.blogspot.example/'/>{}</feed>",
        entries.concat()
    )
}

pub(super) fn samples() -> Vec<Vec<u8>> {
    let feed = rss(&item(1, "<dc:creator>Ada</dc:creator><slash:comments>3</slash:comments>"));
    vec![
        feed.clone().into(),
        zip(&[("feed.xml", feed.as_bytes())]),
        ATOM.into(),
        RDF.into(),
        JSON.into(),
        blogger().into(),
    ]
}

fn only(feed: &str) -> Item {
    let mut items = read(feed.as_bytes()).unwrap().1;
    assert_eq!(items.len(), 1);
    items.remove(0)
}

#[test]
fn an_item_of_rss_becomes_an_article_with_its_comments() {
    let more = "<dc:creator><![CDATA[Ada Example]]></dc:creator><category>Rust</category>\
        <description><![CDATA[<p>short…</p>]]></description><media:title>PICTURE</media:title>\
        <content:encoded><![CDATA[<p>The <b>whole</b> text</p>]]></content:encoded>\
        <comments>https://ada.example/1#comments</comments><slash:comments>3</slash:comments>";
    let (report, items) = read(rss(&item(1, more)).as_bytes()).unwrap();
    assert_eq!((report.channel, report.layout), (Channel::Blog, "RSS 2.0"));
    assert_eq!(report.account.id.as_deref(), Some("https://ada.example/blog"));
    assert_eq!(report.account.handle, "ada.example/blog");
    assert_eq!(report.account.name.as_deref(), Some("Ada Example"));
    let item = &items[0];
    assert_eq!((item.id.as_str(), item.kind), ("tag:ada.example,2024:1", ItemKind::Article));
    assert_eq!(item.text, "Post 1\n\nThe whole text");
    assert_eq!(item.posted_at.to_string(), "2024-01-28T06:00:00.000000Z");
    assert_eq!(item.url.as_deref(), Some("https://ada.example/1"));
    assert_eq!(item.tags, ["Rust"]);
    assert_eq!(item.reactions, [(Signal::Reply, 3)]);
    assert_eq!((told(&report, "received.reply"), told(&report, "received.view")), (Some(3), None));
}

#[test]
fn without_a_number_of_comments_it_is_unknown() {
    let (report, items) = read(rss(&item(1, "")).as_bytes()).unwrap();
    assert_eq!((items[0].reactions.len(), told(&report, "received.reply")), (0, None));
    assert!(report.warnings.iter().any(|warning| warning.contains("only the latest posts")));
}

#[test]
fn atom_says_of_each_text_what_it_is() {
    let (report, items) = read(ATOM.as_bytes()).unwrap();
    assert_eq!((report.layout, report.account.name.as_deref()), ("Atom 1.0", Some("Ada Example")));
    assert_eq!(items[0].text, "Vec<T> now\n\na < b\n\nc");
    assert_eq!(items[0].language.as_deref(), Some("de"));
    assert_eq!(items[0].url.as_deref(), Some("https://ada.example/1"));
    assert_eq!(
        (items[0].tags.clone(), items[0].reactions.clone()),
        (vec!["Rust".to_owned()], vec![(Signal::Reply, 4)])
    );
    assert_eq!(items[1].text, "Plain <T>\n\n1 < 2 &amp;");
    assert_eq!((items[1].id.as_str(), items[1].url.as_deref()), ("urn:2", None));
    assert!(!format!("{report:?}{items:?}").contains("MUST-NOT"));
    let old = "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><id>1</id>\
        <title mode='escaped'>Old</title><issued>2004-05-06T07:08:09Z</issued></entry></feed>";
    assert_eq!(read(old.as_bytes()).unwrap().0.layout, "Atom 0.3");
}

#[test]
fn rss_of_2000_is_read() {
    let (report, items) = read(RDF.as_bytes()).unwrap();
    assert_eq!(report.layout, "RSS 1.0");
    assert_eq!(
        (items[0].id.as_str(), items[0].text.as_str()),
        ("https://ada.example/1", "One\n\ntext")
    );
    assert_eq!(items[0].posted_at.to_string(), "2004-05-06T06:08:00.000000Z");
    assert_eq!(items[0].tags, ["Lisp"]);
}

#[test]
fn a_json_feed_is_read_and_what_has_no_title_is_a_short_post() {
    let (report, items) = read(JSON.as_bytes()).unwrap();
    assert_eq!((report.layout, report.account.handle.as_str()), ("JSON Feed 1.1", "ada.example"));
    assert_eq!((items[0].id.as_str(), items[0].text.as_str()), ("7", "Seven\n\na & b"));
    assert_eq!(items[0].language.as_deref(), Some("de"));
    assert_eq!(
        items.iter().map(|item| item.kind).collect::<Vec<_>>(),
        [ItemKind::Article, ItemKind::Post]
    );
    assert_eq!(told(&report, "skipped.impossible_date"), Some(1));
}

#[test]
fn blogger_tells_posts_from_comments_and_whose_they_are() {
    let (report, items) = read(blogger().as_bytes()).unwrap();
    assert_eq!((items.len(), items[0].text.as_str()), (1, "Post 2\n\ntext"));
    assert_eq!(items[0].tags, ["Rust"]);
    assert_eq!(items[0].reactions, [(Signal::Reply, 2)]);
    assert_eq!(
        (told(&report, "activity.own_comments"), told(&report, "skipped.not_an_item")),
        (Some(1), Some(2))
    );
    assert_eq!(told(&report, "skipped.not_published"), Some(1));
    assert!(!format!("{report:?}{items:?}").contains("Eve"));
}

#[test]
fn the_author_matters_only_where_there_are_several() {
    let single = rss(&item(1, "<author>ada@MUST-NOT.example (Ada Example)</author>"));
    let (report, items) = read_of(single.as_bytes(), "anything").unwrap();
    assert_eq!((items.len(), report.account.name.as_deref()), (1, Some("Ada Example")));
    assert!(!format!("{report:?}").contains("MUST-NOT"));
    let two =
        rss(&[item(1, "<dc:creator>Ada</dc:creator>"), item(2, "<dc:creator>Bob</dc:creator>")]
            .concat());
    let (report, items) = read_of(two.as_bytes(), "ada").unwrap();
    assert_eq!((items.len(), told(&report, "skipped.not_own")), (1, Some(1)));
    assert_eq!(report.account.id.as_deref(), Some("https://ada.example/blog#ada"));
    assert!(!format!("{report:?}").contains("Bob"));
    assert!(matches!(refusal_of(two.as_bytes(), Some("Eve")), Error::Nobody { .. }));
    let (report, items) = read(two.as_bytes()).unwrap();
    assert_eq!(items.len(), 2);
    assert!(report.warnings.iter().any(|warning| warning.contains("by 2 authors")));
}

#[test]
fn pages_of_one_feed_overlap_and_count_once() {
    let (one, two) =
        (rss(&[item(1, ""), item(2, "")].concat()), rss(&[item(2, ""), item(3, "")].concat()));
    let (report, items) = read_parts(&[one.as_bytes(), two.as_bytes()]).unwrap();
    assert_eq!((items.len(), told(&report, "skipped.duplicate")), (3, Some(1)));
}

#[test]
fn encodings_and_missing_ids_are_no_obstacle() {
    let feed = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rss version=\"0.91\"><channel>\
        <title>x</title><item><title>Gr\u{fc}\u{df}e</title><pubDate>28 Jan 2024 08:00 CET</pubDate></item></channel></rss>";
    let latin: Vec<u8> = feed.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let (report, items) = read(&latin).unwrap();
    assert_eq!((report.layout, items[0].text.as_str()), ("RSS 0.9x", "Grüße"));
    assert_eq!(items[0].id, "2024-01-28T07:00:00.000000Z:Grüße");
}

#[test]
fn feeds_of_comments_are_not_taken_for_posts() {
    let site = rss(&item(1, "")).replace("ada.example/feed", "ada.example/comments/feed/");
    assert!(refusal(site.as_bytes()).to_string().contains("a feed of comments"));
    let of_post = rss(&item(1, "")).replace("/1?utm_source=rss", "/1/#comment-12");
    assert_eq!(read(of_post.as_bytes()).unwrap().1.len(), 0);
    assert_eq!(only(&rss(&item(1, ""))).text, "Post 1");
}

#[test]
fn a_feed_that_is_cut_is_refused() {
    let feed = rss(&item(1, ""));
    let cut = feed.get(..feed.len() - 30).unwrap();
    assert!(refusal(cut.as_bytes()).to_string().contains("ends in the middle"));
}
