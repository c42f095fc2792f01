//! What a Flickr export means.

use std::fs::File;

use super::build::{all_told, read, spooled, told, zip};
use crate::channels::{Report, Source, Upload, import};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Item, ItemKind};

const PROFILE: &str = r#"{"real_name":"Ada Example","join_date":"2005-08-31 03:47:36",
    "email":"EMAIL-MUST-NOT-APPEAR","profile_url":"https://www.flickr.com/people/ada/",
    "nsid":"12345@N00","path_alias":"ada","screen_name":"Ada E.","stats":{"tags_count":4}}"#;

/// A public photo; `more` holds further fields, each with a comma before it.
fn photo(number: u32, more: &str) -> String {
    shown(number, "public", more)
}

fn shown(number: u32, privacy: &str, more: &str) -> String {
    format!(
        r#"{{"id":"100{number}","name":"Dusk &amp; dawn {number}","description":"<b>Tripod</b>",
        "count_views":"12","count_faves":"3","count_comments":"2","privacy":"{privacy}",
        "date_taken":"2020-03-15 17:30:00","date_imported":"2020-03-15 18:00:00",
        "photopage":"https://www.flickr.com/photos/ada/100{number}/",
        "original":"https://live.staticflickr.com/9/100{number}_a_o.jpg","geo":[],
        "people":[{{"username":"FRIEND-MUST-NOT-APPEAR"}}]{more}}}"#
    )
}

fn imported(photos: &[String]) -> (Report, Vec<Item>) {
    read(&export(photos, &[("7215_1/account_profile.json", PROFILE)])).unwrap()
}

fn export(photos: &[String], others: &[(&str, &str)]) -> Vec<u8> {
    let names: Vec<String> =
        (1..=photos.len()).map(|n| format!("7215_1/photo_100{n}.json")).collect();
    let mut members: Vec<(&str, &[u8])> =
        names.iter().zip(photos).map(|(name, photo)| (name.as_str(), photo.as_bytes())).collect();
    members.extend(others.iter().map(|(name, text)| (*name, text.as_bytes())));
    zip(&members)
}

const COMMENTS: &str = r#"{"comments":[
    {"photo_id":"99","photo_url":"https://www.flickr.com/photos/bo/99/","comment":"<p>Fine light</p>",
     "comment_url":"https://www.flickr.com/photos/bo/99/#comment7215","created":"2021-05-10 14:23:00"},
    {"photo_id":"1001","photo_url":"","comment":"thanks","created":"2021-05-10 14:23:00"},
    {"photo_id":"5","photo_url":"https://www.flickr.com/photos/12345@N00/5/","comment":"thanks",
     "comment_url":"x#comment3","created":"2021-05-10 14:23:00"},
    {"photo_id":"98"}]}"#;

pub(super) fn samples() -> Vec<Vec<u8>> {
    let tags = r#","tags":[{"tag":"night","user":"https://www.flickr.com/photos/ada/"}],
        "comments":[{"user":"77@N00","comment":"Nice"}],"albums":[{"id":"1","title":"City"}]"#;
    let others = [
        ("account_profile.json", PROFILE),
        ("photos_comments_part001.json", COMMENTS),
        ("followers_part001.json", r#"{"followers":{"Bo":"https://www.flickr.com/people/bo/"}}"#),
    ];
    vec![export(&[photo(1, tags), shown(2, "friends", "")], &others), photo(1, tags).into_bytes()]
}

#[test]
fn a_photo_becomes_an_item_with_what_others_did() {
    let more = r#","tags":[{"tag":"night","user":"https://www.flickr.com/photos/ada/"},
        {"tag":"STRANGER-MUST-NOT-APPEAR","user":"https://www.flickr.com/photos/bo/"},
        {"tag":"geo:lat=52.1","user":"https://www.flickr.com/photos/ada/"}],
        "comments":[{"user":"77@N00","comment":"Lovely, <b>ada</b> [https://x.example]"},
        {"user":"12345@N00","comment":"thanks"},{"comment":"from nowhere"}],
        "groups":[{"id":"1@N00","name":"Long exposure"}],"albums":[{"id":"1","title":"City"}]"#;
    let (report, items) = imported(&[photo(1, more)]);
    assert_eq!(report.channel, Channel::Flickr);
    assert_eq!(report.account.id.as_deref(), Some("12345@N00"));
    assert_eq!((report.account.handle.as_str(), report.account_created.is_some()), ("ada", true));
    let item = &items[0];
    assert_eq!((item.id.as_str(), item.kind), ("1001", ItemKind::Photo));
    assert_eq!(item.heard, ["Lovely, ada"]);
    assert_eq!(item.text, "Dusk & dawn 1\n\nTripod");
    assert_eq!(item.tags, ["night", "City", "Long exposure"]);
    assert_eq!(item.posted_at, "2020-03-15T18:00:00Z".parse().unwrap());
    assert_eq!(item.reactions, [(Signal::Like, 3), (Signal::Reply, 1), (Signal::View, 12)]);
    assert!(!format!("{report:?}{items:?}").contains("MUST-NOT-APPEAR"));
}

#[test]
fn only_public_photos_are_items_and_videos_are_told_apart() {
    let (report, items) = imported(&[
        photo(1, "").replace("_o.jpg", "_o.MP4"),
        shown(2, "friend & family", ""),
        shown(3, "only you", ""),
        photo(4, "").replace("\"privacy\":\"public\",", ""),
        photo(5, "").replace(
            "\"date_imported\":\"2020-03-15 18:00:00\"",
            "\"date_imported\":\"0000-00-00 00:00:00\"",
        ),
        "{\"id\":".to_owned(),
    ]);
    assert_eq!((items.len(), items[0].kind), (1, ItemKind::Video));
    let reasons = ["skipped.not_public", "skipped.impossible_date", "skipped.unreadable"];
    assert_eq!(all_told(&report, reasons), [Some(3), Some(1), Some(1)]);
}

#[test]
fn a_photo_without_most_of_its_fields_is_read_as_far_as_it_goes() {
    let minimal = r#"{"id":1001,"name":"x","privacy":"public","date_imported":"2020-03-15 18:00:00",
        "photopage":"https://www.flickr.com/photos/ada/1001/","count_faves":4,"geo":{"latitude":"1"},
        "tags":{},"albums":null,"comments":"none"}"#;
    let (report, items) = imported(&[minimal.to_owned()]);
    assert_eq!(items[0].reactions, [(Signal::Like, 4)]);
    assert_eq!(all_told(&report, ["received.like", "received.view"]), [Some(4), None]);
}

#[test]
fn comments_on_others_photos_are_replies_and_lists_are_counted() {
    let others = [
        ("account_profile.json", PROFILE),
        ("photos_comments_part001.json", COMMENTS),
        ("followers_part001.json", r#"{"followers":{"Bo":"x","Cy":"y"}}"#),
        ("followers_part002.json", r#"{"followers":{"Di":"z"}}"#),
        ("contacts_part001.json", r#"{"contacts":[]}"#),
        ("faves_part001.json", r#"{"faves":[{"photo_id":"1"},{"photo_id":"2"}]}"#),
        ("received_flickrmail_part001.json", "MAIL-MUST-NOT-BE-OPENED"),
        ("account_testimonials.json", "TESTIMONIALS-MUST-NOT-BE-OPENED"),
        ("sets_comments_part001.json", "OTHERS-MUST-NOT-BE-OPENED"),
    ];
    let (report, items) = read(&export(&[photo(1, "")], &others)).unwrap();
    let reply = items.iter().find(|item| item.kind == ItemKind::Reply).unwrap();
    assert_eq!((reply.id.as_str(), reply.text.as_str()), ("comment:7215", "Fine light"));
    let numbers = [
        "audience.followers",
        "audience.following",
        "activity.likes_given",
        "activity.comments_on_own_photos",
        "skipped.unreadable",
    ];
    assert_eq!(all_told(&report, numbers), [Some(3), Some(0), Some(2), Some(2), Some(1)]);
    assert!(report.warnings.iter().any(|warning| warning.contains("count once")));
}

#[test]
fn parts_come_together_and_what_is_in_two_of_them_counts_once() {
    let one = export(&[photo(1, ""), photo(2, "")], &[]);
    let two = export(&[photo(1, "")], &[("x/account_profile.json", PROFILE)]);
    let files: [File; 2] = [spooled(&one), spooled(&two)];
    let sources = files.into_iter().map(Source::File).collect();
    let upload = Upload { sources, whose: None, limits: crate::channels::Limits::default() };
    let mut count = 0;
    let mut sink = |_| {
        count += 1;
        Ok(())
    };
    let report = import(upload, &mut sink, &mut |_| Ok(())).unwrap();
    assert_eq!((count, told(&report, "skipped.duplicate")), (2, Some(1)));
    // Without the profile, the addresses tell whose photos these are.
    let (report, _) = read(&one).unwrap();
    assert_eq!((report.account.id, report.account.handle.as_str()), (None, "ada"));
}
