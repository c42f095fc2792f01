//! What comes from Stack Exchange: a site's dump, pages of the interface, the GDPR export.

use super::build::{all_told, read, read_of, refusal_of, told, zip};
use crate::channels::Error;
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::ItemKind;

/// Ada (7) answers Bob's question 10 and her own question 20; Bob answers hers.
const POSTS: &str = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<posts>\r\n\
<row Id=\"10\" PostTypeId=\"1\" AcceptedAnswerId=\"11\" CreationDate=\"2018-03-12T17:16:15.717\" \
Score=\"4\" ViewCount=\"99\" Body=\"&lt;p&gt;BOBS-WORDS&lt;/p&gt;\" OwnerUserId=\"8\" \
Title=\"BOBS-TITLE\" Tags=\"&lt;rust&gt;&lt;c++&gt;\" AnswerCount=\"1\" />\r\n\
<row Id=\"11\" PostTypeId=\"2\" ParentId=\"10\" CreationDate=\"2018-03-13T10:00:00.000\" \
Score=\"12\" Body=\"&lt;p&gt;Use &lt;code&gt;Rc&amp;lt;T&amp;gt;&lt;/code&gt;&lt;/p&gt;&#xA;\" OwnerUserId=\"7\" CommentCount=\"2\" />\r\n\
<row Id=\"20\" PostTypeId=\"1\" AcceptedAnswerId=\"22\" CreationDate=\"2019-01-01T00:00:00.000\" \
Score=\"-3\" ViewCount=\"50\" Body=\"&lt;p&gt;Why?&lt;/p&gt;\" OwnerUserId=\"7\" Title=\"Vec&lt;T&gt; &amp;amp; co\" \
Tags=\"|lifetimes|\" FavoriteCount=\"2\" />\r\n\
<row Id=\"21\" PostTypeId=\"2\" ParentId=\"20\" CreationDate=\"2019-01-02T00:00:00.000\" Score=\"1\" \
Body=\"x\" OwnerUserId=\"8\" />\r\n\
<row Id=\"22\" PostTypeId=\"2\" ParentId=\"20\" CreationDate=\"2019-01-03T00:00:00.000\" Score=\"5\" \
Body=\"because\" OwnerUserId=\"7\" />\r\n\
<row Id=\"30\" PostTypeId=\"5\" CreationDate=\"2019-01-03T00:00:00.000\" Body=\"wiki\" OwnerUserId=\"7\" />\r\n\
<row Id=\"31\" PostTypeId=\"2\" ParentId=\"10\" CreationDate=\"2019-01-03T00:00:00.000\" Score=\"70\" \
Body=\"all of us\" OwnerUserId=\"7\" CommunityOwnedDate=\"2019-02-01T00:00:00.000\" />\r\n\
<row Id=\"32\" PostTypeId=\"2\" ParentId=\"10\" CreationDate=\"2019-01-03T00:00:00.000\" Score=\"70\" \
Body=\"gone\" OwnerDisplayName=\"user9\" />\r\n</posts>";

const USERS: &str = "<users><row Id=\"-1\" Reputation=\"1\" DisplayName=\"Community\" />\
<row Id=\"7\" Reputation=\"321\" CreationDate=\"2018-01-01T00:00:00.000\" DisplayName=\"Ada &amp; Co\" \
UpVotes=\"5\" DownVotes=\"1\" AccountId=\"4711\" AboutMe=\"ABOUT-MUST-NOT-APPEAR\" />\
<row Id=\"8\" Reputation=\"1\" DisplayName=\"Bob\" AccountId=\"2\" />\
<row Id=\"9\" Reputation=\"1\" DisplayName=\"bob\" AccountId=\"3\" /></users>";

fn dump() -> Vec<u8> {
    zip(&[
        ("ai.stackexchange.com/Posts.xml", POSTS.as_bytes()),
        ("ai.stackexchange.com/Users.xml", USERS.as_bytes()),
        ("ai.stackexchange.com/PostHistory.xml", b"HISTORY-MUST-NOT-BE-OPENED"),
    ])
}

const ANSWERS: &str = r#"{"items":[
    {"owner":{"account_id":4711,"user_id":7,"display_name":"Ada &amp; Co","reputation":321,
     "link":"https://stackoverflow.com/users/7/ada"},"is_accepted":true,"score":12,
     "creation_date":1520935200,"answer_id":11,"question_id":10,
     "comments":[{"owner":{"user_id":7},"body":"mine"},{"owner":{"user_id":8},"body":"@Ada it &gt; all"},
      {"owner":{"user_type":"does_not_exist"},"body":"why"}],
     "title":"BOBS-TITLE","body":"<p>Use it</p>"},
    {"owner":{"user_id":7,"display_name":"Ada &amp; Co"},"is_accepted":true,"score":-2,
     "creation_date":1546473600,"answer_id":22,"question_id":20,"body":null,"tags":null},
    {"owner":{"user_type":"does_not_exist","display_name":"user9"},"score":3,
     "creation_date":1546473600,"answer_id":23,"question_id":20}],
    "has_more":false,"quota_max":300,"quota_remaining":298}"#;

const QUESTIONS: &str = r#"{"items":[
    {"owner":{"user_id":8,"display_name":"Bob"},"tags":["rust","c++"],"score":4,"view_count":99,
     "creation_date":1520874975,"question_id":10,"title":"BOBS-TITLE"},
    {"owner":{"user_id":7,"display_name":"Ada &amp; Co"},"tags":["c#"],"score":1,"view_count":50,
     "creation_date":1546300800,"question_id":20,"title":"Vec&lt;T&gt; &#39;x&#39;",
     "link":"https://stackoverflow.com/questions/20/vec"}],"has_more":false}"#;

fn pages() -> Vec<u8> {
    zip(&[("answers-0001.json", ANSWERS.as_bytes()), ("questions-0001.json", QUESTIONS.as_bytes())])
}

fn gdpr() -> Vec<u8> {
    let votes = "\u{feff}[{\"eventTime\":\"2020-01-01T00:00:00Z\",\"siteId\":\"stackoverflow.com\",
        \"target\":\"Post\",\"postId\":1,\"ip\":\"IP-MUST-NOT-APPEAR\"}]";
    zip(&[
        ("analytics/qa\\vote.submit.json", votes.as_bytes()),
        ("users/account.json", b"ADDRESS-MUST-NOT-BE-OPENED"),
    ])
}

/// What there is of Ada alone.
fn only_ada() -> String {
    USERS.replace("<row Id=\"8\"", "<x").replace("<row Id=\"9\"", "<x")
}

/// A dump of one post.
const ALONE: &str = "<posts><row Id=\"1\" PostTypeId=\"1\" CreationDate=\"2019-01-03T00:00:00\" \
    Score=\"1\" Body=\"b\" OwnerUserId=\"7\" Title=\"t\" /></posts>";

pub(super) fn samples() -> Vec<Vec<u8>> {
    let users = r#"{"items":[{"user_id":7,"account_id":4711,"display_name":"Ada","reputation":5,
        "creation_date":1400000000,"link":"https://stackoverflow.com/users/7/ada"}]}"#;
    vec![
        zip(&[("Posts.xml", POSTS.as_bytes()), ("Users.xml", only_ada().as_bytes())]),
        zip(&[
            ("users.json", users.as_bytes()),
            ("answers-0001.json", ANSWERS.as_bytes()),
            ("questions-0001.json", QUESTIONS.as_bytes()),
        ]),
        gdpr(),
        ALONE.into(),
        ANSWERS.into(),
    ]
}

#[test]
fn a_dump_gives_the_posts_of_the_one_person_who_was_asked_for() {
    let (report, items) = read_of(&dump(), "7").unwrap();
    assert_eq!((report.channel, report.layout), (Channel::StackExchange, "data dump"));
    assert_eq!(report.account.id.as_deref(), Some("https://stackexchange.com/users/4711"));
    assert_eq!(report.account.handle, "Ada & Co");
    assert_eq!(report.account_created.unwrap().to_string(), "2018-01-01T00:00:00.000000Z");
    assert_eq!(
        items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(),
        ["11@1520935200", "20@1546300800", "22@1546473600"]
    );
    assert_eq!((items[0].kind, items[0].text.as_str()), (ItemKind::Answer, "Use Rc<T>"));
    assert_eq!(items[0].tags, ["rust", "c++"]);
    assert_eq!(items[0].url.as_deref(), Some("https://ai.stackexchange.com/a/11"));
    assert_eq!(items[0].reactions, [(Signal::Accepted, 1), (Signal::Vote, 12)]);
    assert_eq!(items[1].text, "Vec<T> &amp; co\n\nWhy?");
    assert_eq!(items[1].tags, ["lifetimes"]);
    assert_eq!(
        items[1].reactions,
        [(Signal::Reply, 1), (Signal::Bookmark, 2), (Signal::View, 50), (Signal::Vote, 0)]
    );
    assert_eq!(items[2].reactions, [(Signal::Accepted, 0), (Signal::Vote, 5)]);
    let words = ["audience.reputation", "activity.votes_given", "activity.votes_below_zero"];
    assert_eq!(all_told(&report, words), [Some(321), Some(6), Some(3)]);
    let words = ["activity.own_answers_accepted", "skipped.collective", "skipped.not_an_item"];
    assert_eq!(all_told(&report, words), [Some(1), Some(1), Some(1)]);
    let shown = format!("{report:?}{items:?}");
    assert!(!shown.contains("BOBS") && !shown.contains("MUST-NOT"), "{shown}");
}

#[test]
fn a_person_is_chosen_by_number_or_name_and_otherwise_the_way_is_told() {
    let by_name = read_of(&dump(), " ada & co ").unwrap();
    assert_eq!(by_name, read_of(&dump(), "7").unwrap());
    let error = refusal_of(&dump(), None);
    assert!(matches!(error, Error::Several { .. }), "{error}");
    assert!(error.to_string().contains("the number in the address of your profile"), "{error}");
    assert!(matches!(refusal_of(&dump(), Some("Bob")), Error::Several { .. }));
    assert!(matches!(refusal_of(&dump(), Some("Eve")), Error::Nobody { .. }));
    assert!(matches!(refusal_of(&dump(), Some("77")), Error::Nobody { .. }));
}

#[test]
fn one_owner_needs_no_choosing() {
    let (report, items) = read(ALONE.as_bytes()).unwrap();
    assert_eq!((items.len(), report.account.handle.as_str()), (1, "user7"));
    assert_eq!(report.account.id, None);
    assert_eq!(read(&samples()[0]).unwrap().1.len(), 3);
    assert_eq!(read(&samples()[1]).unwrap().1.len(), 3);
}

#[test]
fn comments_and_votes_fill_in_what_the_posts_do_not_tell() {
    let posts = "<posts><row Id=\"5\" PostTypeId=\"2\" ParentId=\"4\" Score=\"0\" Body=\"b\" \
        CreationDate=\"2019-01-03T00:00:00.000\" OwnerUserId=\"7\" /></posts>";
    let comments = "<comments><row Id=\"1\" PostId=\"5\" UserId=\"7\" Text=\"me\" />\
        <row Id=\"2\" PostId=\"5\" UserId=\"8\" Text=\"@ada: what of &lt;T&gt;?\" />\
        <row Id=\"3\" PostId=\"5\" UserDisplayName=\"user9\" Text=\"WORDS\" />\
        <row Id=\"4\" PostId=\"6\" UserId=\"8\" Text=\"WORDS\" /></comments>";
    let votes = "<votes><row Id=\"1\" PostId=\"5\" VoteTypeId=\"2\" />\
        <row Id=\"2\" PostId=\"5\" VoteTypeId=\"1\" /></votes>";
    let (_, items) = read(&zip(&[
        ("Posts.xml", posts.as_bytes()),
        ("Comments.xml", comments.as_bytes()),
        ("Votes.xml", votes.as_bytes()),
    ]))
    .unwrap();
    let expected = [(Signal::Accepted, 1), (Signal::Reply, 2), (Signal::Vote, 0)];
    assert_eq!(items[0].reactions, expected);
    assert_eq!(items[0].heard, ["what of <T>?", "WORDS"]);
}

#[test]
fn rows_that_make_no_sense_are_left_out_one_by_one() {
    let posts = "<posts><row Id=\"x\" PostTypeId=\"1\" OwnerUserId=\"7\" />\
        <row Id=\"1\" PostTypeId=\"1\" OwnerUserId=\"7\" CreationDate=\"0000-00-00\" />\
        <row Id=\"2\" PostTypeId=\"1\" OwnerUserId=\"7\" CreationDate=\"2019-01-03\" Score=\"many\" />\
        <row Id=\"2\" PostTypeId=\"1\" OwnerUserId=\"7\" CreationDate=\"2019-01-03\" Score=\"2\" />\
        <odd/>text</posts>";
    let (report, items) = read(posts.as_bytes()).unwrap();
    assert_eq!(items[0].reactions, [(Signal::Reply, 0)]);
    let reasons = ["skipped.unreadable", "skipped.impossible_date", "skipped.duplicate"];
    assert_eq!(all_told(&report, reasons), [Some(1), Some(1), Some(1)]);
}

#[test]
fn two_sites_in_one_archive_are_refused() {
    let archive = zip(&[("a/Posts.xml", POSTS.as_bytes()), ("b/Posts.xml", POSTS.as_bytes())]);
    assert!(matches!(refusal_of(&archive, Some("7")), Error::Repeated { .. }));
}

#[test]
fn pages_of_the_interface_give_the_same_items_as_the_dump() {
    let (report, items) = read_of(&pages(), "7").unwrap();
    assert_eq!(report.layout, "API 2.3");
    assert_eq!(report.account, read_of(&dump(), "7").unwrap().0.account);
    let ids: Vec<_> = items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["11@1520935200", "22@1546473600", "20@1546300800"]);
    assert_eq!(items[0].reactions, [(Signal::Accepted, 1), (Signal::Vote, 12)]);
    assert_eq!(items[0].tags, ["rust", "c++"]);
    assert_eq!(items[0].heard, ["it > all", "why"]);
    assert_eq!(items[0].url.as_deref(), Some("https://stackoverflow.com/a/11"));
    // Accepting one's own answer is no praise.
    assert_eq!(items[1].reactions, [(Signal::Accepted, 0), (Signal::Vote, 0)]);
    assert_eq!(items[2].text, "Vec<T> 'x'");
    assert_eq!(items[2].url.as_deref(), Some("https://stackoverflow.com/questions/20/vec"));
    assert!(!format!("{report:?}{items:?}").contains("BOBS"));
    assert!(matches!(refusal_of(&pages(), None), Error::Several { .. }));
    // One page alone is one person's.
    assert_eq!(read(ANSWERS.as_bytes()).unwrap().1.len(), 2);
}

#[test]
fn the_gdpr_export_tells_votes_given_and_where_to_find_the_rest() {
    let (report, items) = read(&gdpr()).unwrap();
    assert_eq!((items.len(), told(&report, "activity.votes_given")), (0, Some(1)));
    assert_eq!(told(&report, "received.vote"), None);
    assert!(report.warnings.iter().any(|warning| warning.contains("connect your profile")));
}
