//! What a Facebook export means, in the layouts of several years.

use super::build::{all_told, read, read_parts, refusal, told, zip};
use crate::channels::{Error, Report};
use crate::domain::evidence::Channel;
use crate::domain::item::{Item, ItemKind};

const PROFILE: &str = r#"{"profile_v2":{"name":{"full_name":"Ada M\u00c3\u00bcller"},
    "emails":{"emails":["EMAIL-MUST-NOT-APPEAR"]},"username":"ada.mueller",
    "registration_timestamp":1238889600,"profile_uri":"https://www.facebook.com/ada.mueller"}}"#;

const POSTS: &str = r#"[
    {"timestamp":1644200000,"data":[{"post":"Heute f\u00c3\u00bcr #Fahrr\u00c3\u00a4der gestimmt"},
     {"update_timestamp":1644200001}],"tags":[{"name":"FRIEND-MUST-NOT-APPEAR"}],"title":"x"},
    {"timestamp":1644200000,"data":[{"post":"Zweiter in derselben Sekunde"}]},
    {"timestamp":1644100000,"data":[],"title":"Ada M\u00c3\u00bcller changed her picture."},
    {"timestamp":1644100000,"attachments":[{"data":[{"external_context":
     {"name":"TITLE-MUST-NOT-APPEAR","url":"https://a.example/"}}]}]},
    {"timestamp":1644000000,"attachments":[{"data":[{"media":{"uri":"a.jpg",
     "description":"Nur unter dem Bild","place":{"name":"PLACE-MUST-NOT-APPEAR"}}}]}]},
    {"timestamp":1643900000,"data":[{"post":"Happy birthday!"}],
     "title":"Ada M\u00c3\u00bcller wrote on Grace Example's timeline."},
    {"timestamp":-62169958800,"data":[{"post":"Geboren"}]},
    {"timestamp":1643900000000,"data":[{"post":"In milliseconds"}]},
    {"data":[{"post":"Without a date"}]}, "odd", null, 7, [[]], {"data":"odd","attachments":7}]"#;

const COMMENTS: &str = r#"{"comments_v2":[
    {"timestamp":1644200500,"data":[{"comment":{"timestamp":1644200400,"comment":"Sch\u00c3\u00b6n!",
     "author":"Ada M\u00c3\u00bcller"}}],"title":"Ada commented on FRIEND-MUST-NOT-APPEAR's post."},
    {"timestamp":1644200300,"data":[{"comment":{"comment":"","author":"Ada M\u00c3\u00bcller"}}]},
    {"timestamp":1644200200,"data":[{"comment":{"comment":"In a group","author":"Ada M\u00c3\u00bcller",
     "group":"GROUP-MUST-NOT-APPEAR"}}]},
    {"timestamp":1644200100,"data":[{"comment":{"comment":"OTHERS-MUST-NOT-APPEAR",
     "author":"Grace Example"}}]},
    {"timestamp":1644200000}]}"#;

fn archive(folder: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut members = vec![
        (format!("{folder}profile_information/profile_information.json"), PROFILE.as_bytes()),
        (
            format!("{folder}posts/your_posts__check_ins__photos_and_videos_1.json"),
            POSTS.as_bytes(),
        ),
        (format!("{folder}comments_and_reactions/comments.json"), COMMENTS.as_bytes()),
    ];
    members.extend(more.iter().map(|(name, text)| (format!("{folder}{name}"), text.as_bytes())));
    let members: Vec<_> = members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    zip(&members)
}

/// Small exports of every layout.
pub(super) fn samples() -> Vec<Vec<u8>> {
    let lists = [
        (
            "comments_and_reactions/likes_and_reactions_1.json",
            r#"[{"timestamp":1,"data":[{
          "reaction":{"reaction":"LIKE","actor":"Ada"}}]}]"#,
        ),
        ("connections/friends/your_friends.json", r#"{"friends_v2":[{"name":"G","timestamp":1}]}"#),
        ("groups/group_posts_and_comments.json", r#"{"group_posts_v2":[{"timestamp":1}]}"#),
    ];
    let old = zip(&[
        ("profile_information/profile_information.json", PROFILE.replace("_v2", "").as_bytes()),
        ("posts/your_posts_1.json", POSTS.as_bytes()),
        ("comments/comments.json", COMMENTS.replace("_v2", "").as_bytes()),
        ("friends/friends.json", br#"{"friends":[{"name":"G","timestamp":1}]}"#),
    ]);
    vec![archive("your_facebook_activity/", &lists), old]
}

fn assert_private(report: &Report, items: &[Item]) {
    let shown = format!("{report:?}{items:?}");
    assert!(!shown.contains("MUST-NOT-APPEAR") && !shown.contains("Grace"), "{shown}");
    assert!(!shown.contains('Ã'), "{shown}");
}

#[test]
fn every_layout_means_the_same() {
    for (sample, layout) in samples().iter().zip(["JSON, 2023 and later", "JSON, 2018 to 2023"]) {
        let (report, items) = read(sample).unwrap();
        assert_eq!((report.channel, report.layout), (Channel::Facebook, layout));
        assert_eq!(report.account.id.as_deref(), Some("https://www.facebook.com/ada.mueller"));
        assert_eq!(report.account.handle, "ada.mueller");
        assert_eq!(report.account.name.as_deref(), Some("Ada Müller"));
        assert_eq!(report.account_created.unwrap().to_string(), "2009-04-05T00:00:00.000000Z");
        assert_eq!(report.period.unwrap().last.to_string(), "2022-02-07T02:20:00.000000Z");
        let paths = ["items.post", "items.reply", "activity.link_shares", "audience.friends"];
        assert_eq!(all_told(&report, paths), [Some(3), Some(1), Some(1), Some(1)]);
        let left_out = [
            "skipped.no_text",
            "skipped.elsewhere",
            "skipped.impossible_date",
            "skipped.unreadable",
            "skipped.not_own",
        ];
        assert_eq!(all_told(&report, left_out), [4, 1, 2, 6, 1].map(Some));
        assert!(Channel::Facebook.signals().iter().all(|s| report.received.of(*s).is_none()));
        assert_eq!(report.topics_named.keys().collect::<Vec<_>>(), ["Fahrräder"]);
        let ids: Vec<_> = items.iter().map(|item| item.id.as_str()).collect();
        for id in ["post:1644200000", "post:1644200000:2", "post:1644000000", "reply:1644200400"] {
            assert!(ids.contains(&id), "{id} of {ids:?}");
        }
        let texts: Vec<_> = items.iter().map(|item| item.text.as_str()).collect();
        assert!(texts.contains(&"Heute für #Fahrräder gestimmt"), "{texts:?}");
        assert!(texts.contains(&"Nur unter dem Bild") && texts.contains(&"Schön!"), "{texts:?}");
        assert_private(&report, &items);
    }
}

#[test]
fn what_was_written_in_groups_is_counted_once_and_left_out() {
    let comments = r#"{"group_comments_v2":[{"timestamp":1644200200,"data":[]}]}"#;
    let posts = r#"{"group_posts_v2":[{"data":[{"post":"CLOSED-MUST-NOT-APPEAR"}]}]}"#;
    let (report, items) = read(&archive(
        "your_facebook_activity/",
        &[
            ("groups/your_comments_in_groups.json", comments),
            ("groups/group_posts_and_comments.json", posts),
        ],
    ))
    .unwrap();
    let told = all_told(&report, ["activity.group_comments", "activity.group_posts", "items.post"]);
    assert_eq!(told, [Some(1), Some(1), Some(3)]);
    assert!(report.warnings.iter().any(|warning| warning.contains("groups")));
    assert_private(&report, &items);
    let (report, _) = read(&archive("your_facebook_activity/", &[])).unwrap();
    assert_eq!(super::build::told(&report, "activity.group_comments"), Some(1));
}

#[test]
fn an_export_of_lists_alone_is_known_by_the_name_in_them() {
    let comments = zip(&[("comments_and_reactions/comments.json", COMMENTS.as_bytes())]);
    let (report, _) = read(&comments).unwrap();
    assert_eq!(
        (report.account.id.as_deref(), report.account.handle.as_str()),
        (None, "Ada Müller")
    );
    assert!(report.warnings.iter().any(|warning| warning.contains("does not contain your posts")));
}

#[test]
fn posts_alone_are_read_and_it_is_said_that_nobody_can_tell_whose_they_are() {
    let posts = zip(&[("posts/your_posts_1.json", POSTS.as_bytes())]);
    let friends = br#"{"friends_v2":[{"name":"FRIEND-MUST-NOT-APPEAR","timestamp":1}]}"#;
    let parts = [POSTS.as_bytes(), friends].map(<[u8]>::to_vec);
    for (report, items) in
        [read(&posts), read(POSTS.as_bytes()), read_parts(&parts)].map(Result::unwrap)
    {
        assert_eq!((report.channel, told(&report, "items.post")), (Channel::Facebook, Some(3)));
        assert_eq!(
            (report.account.id.as_deref(), report.account.handle.as_str()),
            (None, "unknown")
        );
        assert!(report.warnings.iter().any(|warning| warning.contains("bring the whole export")));
        assert_private(&report, &items);
    }
    // With the name at least, it is somebody's.
    let (report, items) = read(COMMENTS.as_bytes()).unwrap();
    assert_eq!((report.account.handle.as_str(), items.is_empty()), ("Ada Müller", false));
    let other = br#"[{"timestamp":1,"data":[{"comment":"post"}]}]"#;
    assert!(matches!(refusal(other), Error::NotAnExport { .. }));
}

#[test]
fn posts_that_are_there_twice_are_handed_out_once() {
    let again = [("posts/your_posts_2.json", POSTS)];
    let (report, items) = read(&archive("your_facebook_activity/", &again)).unwrap();
    let told = all_told(&report, ["items.post", "skipped.duplicate"]);
    assert_eq!((told, items.len()), ([Some(3), Some(3)], 4));
}

#[test]
fn people_are_counted_however_their_files_are_called() {
    for (name, key) in [
        ("connections/followers/who_you_ve_followed.json", "following_v3"),
        ("connections/followers/who_you've_followed.json", "following_v3"),
        ("connections/followers/who_you’ve_followed.json", "following_v2"),
        ("following_and_followers/following.json", "following"),
    ] {
        let list = format!(r#"{{"{key}":[{{"name":"G"}},{{"name":"H"}}]}}"#);
        let other = ("connections/followers/who_you've_unfollowed.json", r#"{"x_v2":[{}]}"#);
        let (report, items) = read(&archive("", &[(name, &list), other])).unwrap();
        assert_eq!(told(&report, "audience.following"), Some(2), "{name}");
        assert_private(&report, &items);
    }
}

#[test]
fn web_pages_are_known_and_refused_with_the_way_out() {
    let page = b"<html><head><title>Profile</title></head></html>";
    for name in [
        "personal_information/profile_information/profile_information.html",
        "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.html",
    ] {
        let error = refusal(&zip(&[(name, page)])).to_string();
        assert!(error.contains("a Facebook export made of web pages"), "{error}");
        assert!(error.contains("JSON"), "{error}");
    }
}

#[test]
fn lists_of_other_networks_are_not_taken_for_facebook() {
    for (name, text) in [
        ("comments.json", r#"{"comments":[{"id":1}]}"#),
        ("friends.json", r#"{"friends":[{"name":"G"}]}"#),
        ("connections/following.json", r#"{"relationships_following":[]}"#),
        ("profile_information.json", r#"{"profile":{"id":1}}"#),
        ("posts/posts_1.json", POSTS),
    ] {
        assert!(matches!(refusal(&zip(&[(name, text.as_bytes())])), Error::NotAnExport { .. }));
    }
}

#[test]
fn private_members_are_never_opened() {
    let marker = br#"{"messages":[{"content":"DM-MUST-NOT-APPEAR"}]"#;
    let mut members = vec![
        ("messages/inbox/g/message_1.json", &marker[..]),
        ("posts/other_people's_posts_to_your_timeline.json", marker),
        ("posts/archive.json", marker),
        ("search/your_search_history.json", marker),
    ];
    members.push(("profile_information/profile_information.json", PROFILE.as_bytes()));
    members.push(("posts/your_posts_1.json", POSTS.as_bytes()));
    let (report, items) = read(&zip(&members)).unwrap();
    assert!(items.iter().all(|item| item.kind == ItemKind::Post));
    assert_private(&report, &items);
}

#[test]
fn an_entry_of_very_many_parts_takes_little_memory() {
    let data = format!("{{\"comment\":[{}{{}}]}},", "{},".repeat(600));
    let attached = format!("{{\"data\":[{}{{}}]}},", "{\"media\":[{}]},".repeat(600));
    let entry = format!(
        r#"{{"timestamp":1644200000,"data":[{}{{}}],"attachments":[{}{{}}]}}"#,
        data.repeat(500),
        attached.repeat(80),
    );
    let posts = format!("[{entry}]");
    let archive = archive("", &[("posts/your_posts_2.json", &posts)]);
    let measured = allocation_counter::measure(|| {
        assert_eq!(told(&read(&archive).unwrap().0, "skipped.no_text"), Some(5));
    });
    assert!(measured.bytes_max < 20 << 20, "{} bytes at once", measured.bytes_max);
}
