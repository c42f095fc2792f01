//! What a Google+ takeout means.

use super::build::{all_told, read, refusal, tar_gz, told, zip};
use crate::channels::{Error, Report};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Item, ItemKind};

const ADA: &str = r#"{"displayName":"Ada Example","resourceName":"users/100",
    "profilePageUrl":"https://plus.google.com/+AdaExample"}"#;
const EVE: &str = r#"{"displayName":"EVE-MUST-NOT-APPEAR","resourceName":"users/200",
    "profilePageUrl":"https://plus.google.com/200"}"#;
/// What Eve says.
const SAID: &str = "Fine <a href='https://plus.google.com/200'>EVE-MUST-NOT-APPEAR</a>&amp;<br>light \
    +EVE-MUST-NOT-APPEAR";
const PUBLIC: &str = r#""isPublic":true"#;

/// A post of Ada's; `more` holds further fields, each with a comma before it.
fn post(number: u32, acl: &str, more: &str) -> String {
    format!(
        r#"{{"url":"https://plus.google.com/+AdaExample/posts/Ab{number}","author":{ADA},
        "creationTime":"2013-03-0{number} 10:00:00-0700","content":"text &lt;{number}&gt;<br>#rust",
        "resourceName":"users/100/posts/Ug{number}","postAcl":{{{acl}}}{more}}}"#
    )
}

/// A web page with a post of Ada's, as Takeout wrote it.
fn page(number: u32, shared: &str, more: &str) -> String {
    format!(
        r#"<html><head><meta charset="utf-8"><title>text</title><style>.author {{a: b;}}
        .main-content {{margin: 15px}}.comment + .comment {{}}</style></head><body><div><div>
        <img class="author-photo" src="x" alt="Ada Example"><a
        href="https://plus.google.com/+AdaExample" target="_blank" class="author">Ada Example</a>
        - <a target="_blank" href="https://plus.google.com/+AdaExample/posts/Ab{number}">2013-03-0{number}
        10:00:00-0700</a><span> - Updated: 2014-07-01 08:06:58+0000</span></div><div
        class="main-content">text &lt;{number}&gt;<br>#rust</div>{more}<div
        class="visibility">{shared}</div></div>"#
    )
    .replace("SAID", SAID)
    .replace("\n        ", " ")
}

const REACTIONS: &str = r#"<div class="post-activity"><div class="plus-oners">+1'd by: <a
    href="https://plus.google.com/+Bo">Bo</a>, <a href="https://plus.google.com/200">EVE-MUST-NOT-APPEAR</a>,
    <a href="https://plus.google.com/+AdaExample">Ada Example</a></div><div class="resharers">Reshared
    by: <a href="https://plus.google.com/+Bo">Bo</a></div></div><div class="comments"><div
    class="comment"><a href="https://plus.google.com/+AdaExample" class="author">Ada Example</a><span
    class="time"> - 2014-07-01 01:51:39+0000</span><div class="comment-content">Mine <a
    href="https://plus.google.com/+Bo">Bo</a></div></div><div class="comment"><a
    href="https://plus.google.com/200" class="author">EVE-MUST-NOT-APPEAR</a><div
    class="comment-content">SAID</div></div></div></body></html>"#;

fn imported(posts: &[String]) -> (Report, Vec<Item>) {
    let names: Vec<String> = (0..posts.len())
        .map(|n| format!("Takeout/Google+ Stream/Posts/20130301 - {n}.json"))
        .collect();
    let members: Vec<(&str, &[u8])> =
        names.iter().zip(posts).map(|(name, post)| (name.as_str(), post.as_bytes())).collect();
    read(&zip(&members)).unwrap()
}

pub(super) fn samples() -> Vec<Vec<u8>> {
    let reactions = format!(
        r#","plusOnes":[{{"plusOner":{EVE}}}],"comments":[{{"author":{ADA}}},{{"author":{EVE}}}]"#
    );
    let json = post(1, PUBLIC, &reactions);
    let web = page(2, "Shared with: Public", REACTIONS);
    vec![
        zip(&[
            ("Takeout/Google+ Stream/Posts/20130301 - text.json", json.as_bytes()),
            ("Takeout/Google+ Stream/ActivityLog/Comments.json", LOG.as_bytes()),
        ]),
        zip(&[("Takeout/Google+ Stream/Posts/20130302 - text.html", web.as_bytes())]),
        json.into_bytes(),
    ]
}

const LOG: &str = r#"{"items":[
    {"timestampMs":"1364000000000","visibility":"PUBLIC","primaryText":"Well <b>said</b>",
     "commentCreatedItem":{"postPermalink":"https://plus.google.com/+Bo/posts/Zz1"}},
    {"timestampMs":"1364000001000","visibility":"PRIVATE","primaryText":"LIMITED-MUST-NOT-APPEAR",
     "commentCreatedItem":{"postPermalink":"https://plus.google.com/+Bo/posts/Zz2"}},
    {"timestampMs":"1364000002000","visibility":"PUBLIC","primaryText":"thanks",
     "commentCreatedItem":{"postPermalink":"https://plus.google.com/100/posts/Ab1"}},
    {"timestampMs":"1364000003000","visibility":"PUBLIC","postPlusOneAddedItem":{}}]}"#;

#[test]
fn a_post_becomes_an_item_with_the_reactions_of_others() {
    let place = r#","collectionAcl":{"collection":{"displayName":"Light"}}"#;
    let reactions = format!(
        r#","plusOnes":[{{"plusOner":{EVE}}},{{"plusOner":{ADA}}}],"reshares":[{{"resharer":{EVE}}}],
        "comments":[{{"author":{ADA},"content":"x"}},{{"author":{EVE},"content":"{SAID}"}}]"#
    );
    let (report, items) = imported(&[post(1, &format!("{PUBLIC}{place}"), &reactions)]);
    assert_eq!(report.channel, Channel::GooglePlus);
    assert_eq!(report.account.id.as_deref(), Some("100"));
    assert_eq!(report.account.handle, "+AdaExample");
    let item = &items[0];
    assert_eq!((item.id.as_str(), item.kind), ("Ab1", ItemKind::Post));
    assert_eq!(item.text, "text <1>\n#rust");
    assert_eq!(item.posted_at, "2013-03-01T17:00:00Z".parse().unwrap());
    assert_eq!(item.tags, ["rust", "Light"]);
    let expected = [(Signal::Like, 1), (Signal::Reshare, 1), (Signal::Reply, 1)];
    assert_eq!(item.reactions, expected);
    assert_eq!(item.heard, ["Fine & light"]);
    assert!(!format!("{report:?}{items:?}").contains("MUST-NOT-APPEAR"));
}

#[test]
fn only_what_everybody_could_see_is_an_item() {
    let circles = |kind| format!(r#""visibleToStandardAcl":{{"circles":[{{"type":"{kind}"}}]}}"#);
    let (report, items) = imported(&[
        post(1, &circles("CIRCLE_TYPE_PUBLIC"), ""),
        post(2, &circles("CIRCLE_TYPE_YOUR_CIRCLES"), ""),
        post(3, &circles("CIRCLE_TYPE_EXTENDED_CIRCLES"), ""),
        post(4, r#""isPublic":true,"isDomainRestricted":true"#, ""),
        post(5, r#""communityAcl":{"community":{"displayName":"Closed"}}"#, ""),
        post(6, r#""isPublic":true,"communityAcl":{"community":{"displayName":"Open"}}"#, ""),
        post(7, "", "").replace("\"postAcl\":{}", "\"postAcl\":[]"),
    ]);
    assert!(items.iter().map(|item| item.id.as_str()).eq(["Ab1", "Ab6"]));
    assert_eq!(told(&report, "skipped.not_public"), Some(5));
    assert_eq!(items[1].tags, ["rust", "Open"]);
    assert!(!report.topics_named.contains_key("Closed"));
}

#[test]
fn a_reshare_counts_by_its_own_words_and_is_nothing_without() {
    let original = format!(r#","resharedPost":{{"author":{EVE},"content":"EVE-MUST-NOT-APPEAR"}}"#);
    let bare = post(2, PUBLIC, &original).replace("text &lt;2&gt;<br>#rust", "");
    let limited = post(3, "", &original);
    let (report, items) = imported(&[post(1, PUBLIC, &original), bare, limited]);
    assert_eq!(all_told(&report, ["items.quote", "activity.reshares_made"]), [Some(1), Some(3)]);
    assert_eq!(items.len(), 1);
    assert!(!format!("{report:?}{items:?}").contains("MUST-NOT-APPEAR"));
}

#[test]
fn folders_of_other_languages_and_posts_of_others_in_communities_are_no_hindrance() {
    let others = post(3, PUBLIC, "").replace(ADA, EVE);
    let names = ["a", "b", "c"]
        .map(|n| format!("Takeout/Google+ Communitys/Rust/Beiträge/20130303 - {n}.json"));
    let mut members = vec![
        ("Takeout/Google+-Stream/Beiträge/20130301 - text.json", post(1, PUBLIC, "")),
        ("Takeout/Google+-Stream/Beiträge/20130302 - .json", post(2, PUBLIC, "")),
    ];
    members.extend(
        names
            .iter()
            .zip(["4", "5", "6"])
            .map(|(name, n)| (name.as_str(), others.replace("posts/Ab3", &format!("posts/Ab{n}")))),
    );
    members.push(("Takeout/Hangouts/Hangouts.json", "{\"MUST-NOT\":\"be opened".to_owned()));
    members.push(("Takeout/Google+-Stream/Fotos/x.json", "{".to_owned()));
    let parts: Vec<(&str, &[u8])> =
        members.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    for archive in [zip(&parts), tar_gz(&parts)] {
        let (report, items) = read(&archive).unwrap();
        assert_eq!((report.account.name.as_deref(), items.len()), (Some("Ada Example"), 2));
        assert_eq!(told(&report, "skipped.not_own"), Some(3));
    }
}

#[test]
fn a_web_page_reads_as_the_json_does_and_json_goes_first() {
    let web = page(1, "Shared with: Public", REACTIONS);
    let members = [("Stream/20130301 - text.html", web.as_bytes())];
    let (report, pages) = read(&zip(&members)).unwrap();
    assert_eq!(report.account.id.as_deref(), Some("+AdaExample"));
    assert!(!format!("{report:?}{pages:?}").contains("MUST-NOT-APPEAR"));
    let reactions = format!(
        r#","plusOnes":[{{"plusOner":{EVE}}},{{}}],"reshares":[{{"resharer":{EVE}}}],
        "comments":[{{"author":{EVE},"content":"{SAID}"}}]"#
    );
    let json = post(1, PUBLIC, &reactions);
    let both = [members[0], ("Stream/20130301 - text.json", json.as_bytes())];
    let (report, items) = read(&zip(&both)).unwrap();
    assert_eq!(items, pages);
    assert_eq!(report.layout, "JSON, one file a post");
}

#[test]
fn a_web_page_tells_in_its_language_that_it_is_public() {
    let to =
        |link: &str, name: &str| format!("<a href=\"https://plus.google.com/{link}\">{name}</a>");
    let closed = format!("Shared with: {}", to("+Bo", "Public"));
    let open = format!("Geteilt mit der Community {} - Öffentlich", to("communities/1", "Rust"));
    let reshared = page(
        3,
        "Shared with: Public",
        "<a class=\"reshare-attribution\">Shared by Eve</a>\
        <div class=\"main-content\">EVE-MUST-NOT-APPEAR</div>",
    );
    let members = [page(1, &closed, ""), page(2, &open, ""), reshared];
    let parts = members.each_ref().map(String::as_bytes);
    let names = ["20130301 - a.html", "20130302 - b.html", "20130303 - c.html"];
    let all: Vec<(&str, &[u8])> = names.into_iter().zip(parts).collect();
    let (report, items) = read(&zip(&all)).unwrap();
    assert_eq!(told(&report, "skipped.not_public"), Some(1));
    assert_eq!(items[0].tags, ["rust", "Rust"]);
    assert_eq!((items[1].kind, items[1].text.as_str()), (ItemKind::Quote, "text <3>\n#rust"));
    let (report, _) = read(&zip(&all[..1])).unwrap();
    assert!(report.warnings.iter().any(|warning| warning.contains("JSON format")));
}

#[test]
fn public_comments_on_others_posts_are_replies() {
    let json = post(1, PUBLIC, "");
    let (report, items) = read(&zip(&[
        ("Takeout/Google+ Stream/Posts/20130301 - text.json", json.as_bytes()),
        ("Takeout/Google+ Stream/ActivityLog/Comments.json", LOG.as_bytes()),
        ("Takeout/Google+ Stream/Events/Comments.json", b"{"),
    ]))
    .unwrap();
    let reply = items.iter().find(|item| item.kind == ItemKind::Reply).unwrap();
    assert_eq!(reply.text, "Well said");
    let told = all_told(
        &report,
        [
            "items.reply",
            "skipped.not_public",
            "activity.comments_on_own_posts",
            "activity.likes_given",
        ],
    );
    assert_eq!(told, [Some(1); 4]);
    assert!(!format!("{report:?}{items:?}").contains("MUST-NOT-APPEAR"));
}

#[test]
fn odd_posts_are_left_out_and_others_stay() {
    let (report, items) = imported(&[
        post(1, PUBLIC, ""),
        post(2, PUBLIC, "").replace("2013-03-02", "1970-01-01"),
        "{\"creationTime\": SECRET".to_owned(),
        post(1, PUBLIC, ""),
        post(3, PUBLIC, r#","plusOnes":{"x":1},"comments":"none","album":[]"#),
        post(4, PUBLIC, r#","album":{"media":[{"contentType":"video/*"}]}"#)
            .replace("text &lt;4&gt;<br>#rust", ""),
    ]);
    assert!(items.iter().map(|item| item.id.as_str()).eq(["Ab1", "Ab3", "Ab4"]));
    assert_eq!(items[2].kind, ItemKind::Video);
    let reasons = ["skipped.impossible_date", "skipped.unreadable", "skipped.duplicate"];
    assert_eq!(all_told(&report, reasons), [Some(1); 3]);
}

#[test]
fn another_product_of_takeout_is_not_recognized() {
    let archive = zip(&[("Takeout/Keep/20130301 - note.json", b"{\"title\":\"plus.google.com\"}")]);
    assert!(matches!(refusal(&archive), Error::NotAnExport { .. }));
}
