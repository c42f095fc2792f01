//! What an Instagram export means, in the layouts of several years.

use super::build::{all_told, read, refusal, told, zip};
use crate::channels::{Error, Report};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::Item;

const PROFILE: &str = r#"{"profile_user":[{"title":"x","media_map_data":[],"string_map_data":{
    "E-Mail":{"value":"EMAIL-MUST-NOT-APPEAR@a.example"},"Benutzername":{"value":"ada.example"},
    "Name":{"value":"Ada \u00c3\u009c"},"Privates Konto":{"value":"False"}}}]}"#;

const POSTS: &str = r#"[
    {"media":[{"uri":"media/1.jpg","creation_timestamp":1652811453,
      "media_metadata":{"photo_metadata":{"exif_data":[{"latitude":50.9}]}},
      "title":"Ein Bild f\u00c3\u00bcr #K\u00c3\u00b6ln"}]},
    {"media":[{"creation_timestamp":1653534160,"title":""},{"creation_timestamp":1653534161}],
     "title":"Zwei Bilder","creation_timestamp":1653534160},
    {"media":[{"creation_timestamp":1653600000}]},
    {"media":[{"creation_timestamp":0,"title":"never"}]}, {"media":[]}, 3, "x"]"#;

const COMMENTS: &str = r#"[
    {"string_map_data":{"Kommentar":{"value":"Sch\u00c3\u00b6n"},
     "Medieninhaber":{"value":"FRIEND_MUST_NOT"},"Zeit":{"timestamp":1669635333}}},
    {"string_map_data":{"Kommentar":{"value":"Danke"},
     "Medieninhaber":{"value":"ada.example"},"Zeit":{"timestamp":1669635334}}},
    {"string_map_data":{"Medieninhaber":{"value":"FRIEND_MUST_NOT"},"Zeit":{"timestamp":1}}}]"#;

const FOLLOWERS: &str =
    r#"[{"title":"","string_list_data":[{"value":"FRIEND_MUST_NOT","timestamp":1}]},{}]"#;

const INSIGHTS: &str = r#"{"organic_insights_posts":[
    {"media_map_data":{"Media Thumbnail":{"uri":"x","creation_timestamp":1652811453}},
     "string_map_data":{"Likes":{"value":"1,234"},"Saves":{"value":"5"},"Comments":{"value":"0"},
      "Impressions":{"value":"9.876"},"Accounts reached":{"value":"7"},"Shares":{"value":"--"}}},
    {"media_map_data":{"Media Thumbnail":{"creation_timestamp":1653534161}},
     "string_map_data":{"Gef\u00c3\u00a4llt mir":{"value":"3"},"Saves":{"value":"--"}}}]}"#;

fn current(more: &[(&str, &str)]) -> Vec<u8> {
    let mut members = vec![
        ("personal_information/personal_information/personal_information.json", PROFILE),
        ("your_instagram_activity/media/posts_1.json", POSTS),
        ("your_instagram_activity/comments/post_comments_1.json", COMMENTS),
        ("connections/followers_and_following/followers_1.json", FOLLOWERS),
        ("connections/followers_and_following/followers_2.json", FOLLOWERS),
    ];
    for (name, text) in more {
        members.retain(|(known, _)| known != name);
        members.push((name, text));
    }
    let members: Vec<_> = members.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    zip(&members)
}

fn of_2021() -> Vec<u8> {
    let comments = r#"{"comments_media_comments":[
        {"title":"FRIEND_MUST_NOT","string_list_data":[
         {"value":"Sch\u00c3\u00b6n","timestamp":1669635333}]},
        {"title":"ada.example","string_list_data":[{"value":"Danke","timestamp":1669635334}]}]}"#;
    let followers = format!(r#"{{"relationships_followers":{FOLLOWERS}}}"#);
    zip(&[
        ("account_information/personal_information.json", PROFILE.as_bytes()),
        ("content/posts_1.json", POSTS.as_bytes()),
        ("content/stories.json", br#"{"ig_stories":{"creation_timestamp":1669635333}}"#),
        (
            "content/reels.json",
            br#"{"ig_reels_media":[{"media":[{"creation_timestamp":1669635333,
           "title":"Alpenpass"}]}]}"#,
        ),
        ("comments/post_comments.json", comments.as_bytes()),
        ("followers_and_following/followers.json", followers.as_bytes()),
        ("likes/liked_posts.json", br#"{"likes_media_likes":[{},{}]}"#),
    ])
}

fn early(private: bool) -> Vec<u8> {
    let profile = format!(
        r#"{{"biography":"x","date_joined":"2012-05-01T10:00:00","email":"EMAIL-MUST-NOT-APPEAR",
        "username":"ada.example","name":"Ada \u00c3\u009c","private_account":{private}}}"#
    );
    zip(&[
        ("ada_20200316/profile.json", profile.as_bytes()),
        (
            "ada_20200316/media.json",
            br#"{"stories":[{"caption":"","taken_at":
          "2019-08-01T10:00:00+02:00","path":"s"}],"photos":[{"caption":"F\u00c3\u00bcr #Rad",
          "taken_at":"2019-05-01T10:00:00","path":"p"},{"caption":"x","taken_at":"gestern"}],
          "direct":[{"caption":"DM-MUST-NOT-APPEAR","taken_at":"2019-05-01T10:00:00"}]}"#,
        ),
        (
            "ada_20200316/comments.json",
            br#"{"media_comments":[["2019-05-02T10:00:00","Sch\u00c3\u00b6n",
          "FRIEND_MUST_NOT"],["2019-05-02T10:00:01","Danke","ada.example"],"odd",[]]}"#,
        ),
        (
            "ada_20200316/connections.json",
            br#"{"followers":{"FRIEND_MUST_NOT":"2019-01-01T00:00:00",
          "b":"x"},"following":{"c":"x"},"blocked_users":{"d":"x"}}"#,
        ),
        (
            "ada_20200316/likes.json",
            br#"{"media_likes":[["2019","a"],["2019","b"]],
          "comment_likes":[["2019","c"]]}"#,
        ),
        ("ada_20200316/messages.json", br#"[{"x":"DM-MUST-NOT-APPEAR"}"#),
    ])
}

/// Small exports of every layout.
pub(super) fn samples() -> Vec<Vec<u8>> {
    let insights = "logged_information/past_instagram_insights/posts.json";
    vec![current(&[(insights, INSIGHTS)]), of_2021(), early(false)]
}

fn assert_private(report: &Report, items: &[Item]) {
    let shown = format!("{report:?}{items:?}");
    assert!(!shown.contains("MUST"), "{shown}");
    assert!(!shown.contains('Ã'), "{shown}");
}

#[test]
fn every_layout_is_read() {
    let layouts = ["JSON, 2023 and later", "JSON, 2021 to 2023", "JSON, 2018 to 2020"];
    let counts: [[Option<u64>; 7]; 3] = [
        [Some(3), None, None, Some(1), Some(1), Some(4), None],
        [Some(3), Some(1), Some(1), Some(1), Some(1), Some(2), Some(2)],
        [Some(1), Some(1), None, Some(1), Some(1), Some(2), Some(2)],
    ];
    for ((sample, layout), counts) in samples().iter().zip(layouts).zip(counts) {
        let (report, items) = read(sample).unwrap();
        assert_eq!((report.channel, report.layout), (Channel::Instagram, layout));
        assert_eq!(report.account.id.as_deref(), Some("https://www.instagram.com/ada.example"));
        assert_eq!(report.account.handle, "ada.example");
        assert_eq!(report.account.name.as_deref(), Some("Ada Ü"));
        let paths = [
            "items.post",
            "items.story",
            "items.video",
            "items.reply",
            "items.thread",
            "audience.followers",
            "activity.likes_given",
        ];
        assert_eq!(all_told(&report, paths), counts, "{layout}");
        assert_private(&report, &items);
    }
}

#[test]
fn captions_stand_at_the_post_or_at_its_only_picture() {
    let (report, items) = read(&current(&[])).unwrap();
    let of = |id: &str| items.iter().find(|item| item.id == id).unwrap();
    assert_eq!(of("post:1652811453").text, "Ein Bild für #Köln");
    assert_eq!(of("post:1652811453").tags, ["Köln"]);
    assert_eq!(of("post:1653534160").text, "Zwei Bilder");
    assert_eq!(of("post:1653600000").text, "");
    let left_out = ["skipped.impossible_date", "skipped.unreadable", "skipped.no_text"];
    assert_eq!(all_told(&report, left_out), [Some(1), Some(3), Some(1)]);
    assert_eq!(report.received.of(Signal::Like), None);
}

#[test]
fn the_early_export_keeps_its_times_and_passes_over_messages() {
    let (report, items) = read(&early(false)).unwrap();
    assert_eq!(report.account_created.unwrap().to_string(), "2012-05-01T10:00:00.000000Z");
    let of = |id: &str| items.iter().find(|item| item.id == id).unwrap();
    assert_eq!(of("post:1556704800").posted_at.to_string(), "2019-05-01T10:00:00.000000Z");
    assert_eq!(of("story:1564646400").posted_at.to_string(), "2019-08-01T08:00:00.000000Z");
    assert_eq!(told(&report, "activity.comment_likes_given"), Some(1));
    assert_eq!(told(&report, "audience.following"), Some(1));
    let left_out = ["skipped.impossible_date", "skipped.unreadable"];
    assert_eq!(all_told(&report, left_out), [Some(1), Some(2)]);
    assert_eq!(report.layout, "JSON, 2018 to 2020");
}

#[test]
fn a_private_account_has_no_public_posts() {
    let name = "personal_information/personal_information/personal_information.json";
    for private in [
        PROFILE.replace("False", "True"),
        PROFILE.replace("Privates Konto", "Compte priv\\u00c3\\u00a9").replace("False", "Vrai"),
    ] {
        let (report, items) = read(&current(&[(name, &private)])).unwrap();
        assert_eq!(all_told(&report, ["items.post", "items.reply"]), [None, Some(1)]);
        assert_eq!(told(&report, "skipped.not_public"), Some(6));
        assert_private(&report, &items);
    }
    let (report, _) = read(&early(true)).unwrap();
    assert_eq!(all_told(&report, ["items.post", "skipped.not_public"]), [None, Some(4)]);
}

#[test]
fn what_professional_accounts_learn_of_a_post_is_its_own() {
    let (report, items) = read(&samples()[0]).unwrap();
    let of = |id: &str| &items.iter().find(|item| item.id == id).unwrap().reactions;
    let expected =
        [(Signal::Like, 1_234), (Signal::Bookmark, 5), (Signal::Reply, 0), (Signal::View, 9_876)];
    assert_eq!(*of("post:1652811453"), expected);
    assert_eq!(*of("post:1653534160"), [(Signal::Like, 3)]);
    assert!(of("post:1653600000").is_empty() && of("reply:1669635333").is_empty());
    assert_eq!(report.received.of(Signal::Like), Some(1_237));
}

#[test]
fn numbers_of_two_posts_of_one_second_belong_to_neither() {
    let twice = INSIGHTS.replace("1653534161", "1652811453");
    let insights = ("past_instagram_insights/posts.json", &*twice);
    let (report, _) = read(&current(&[insights])).unwrap();
    assert_eq!(report.received.of(Signal::Like), None);
}

#[test]
fn an_export_without_its_profile_is_nobodys_and_a_list_may_come_alone() {
    let posts = zip(&[("media/posts_1.json", POSTS.as_bytes())]);
    for (report, items) in [read(&posts), read(POSTS.as_bytes())].map(Result::unwrap) {
        assert_eq!((report.channel, told(&report, "items.post")), (Channel::Instagram, Some(3)));
        assert_eq!(
            (report.account.id.as_deref(), report.account.handle.as_str()),
            (None, "unknown")
        );
        assert!(report.warnings.iter().any(|warning| warning.contains("bring the whole export")));
        assert_private(&report, &items);
    }
    let (report, _) = read(INSIGHTS.as_bytes()).unwrap();
    assert_eq!((report.channel, report.total()), (Channel::Instagram, 0));
    let nameless = PROFILE.replace("ada.example", "ada/../evil").replace("False", "-");
    let name = "personal_information/personal_information/personal_information.json";
    assert!(matches!(refusal(&current(&[(name, &nameless)])), Error::Malformed { .. }));
}

#[test]
fn plain_names_in_exports_of_others_are_no_trouble() {
    let members = [
        ("a/media.json", &br#"{"photos":[]}"#[..]),
        ("b/media.json", b"{}"),
        ("a/profile.json", br#"{"username":"x"}"#),
        ("b/profile.json", b"[]"),
        ("b/tweets.csv", b"a,b"),
        ("c/tweets.csv", b"a,b"),
    ];
    assert!(matches!(refusal(&zip(&members)), Error::NotAnExport { .. }));
}

#[test]
fn web_pages_are_known_and_refused_with_the_way_out() {
    let page = b"<html><head></head></html>";
    let error = refusal(&zip(&[("your_instagram_activity/media/posts_1.html", page)])).to_string();
    assert!(error.contains("an Instagram export made of web pages"), "{error}");
    assert!(error.contains("JSON"), "{error}");
}

#[test]
fn private_members_are_never_opened() {
    let marker = r#"{"x":"DM-MUST-NOT-APPEAR""#;
    let (report, items) = read(&current(&[
        ("your_instagram_activity/messages/inbox/g/message_1.json", marker),
        ("your_instagram_activity/media/archived_posts.json", marker),
        ("your_instagram_activity/media/recently_deleted_content.json", marker),
        ("connections/contacts/synced_contacts.json", marker),
        ("ads_information/ads_and_topics/posts_viewed.json", marker),
    ]))
    .unwrap();
    assert_eq!(report.total(), 5);
    assert_private(&report, &items);
}
