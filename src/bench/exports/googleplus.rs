//! Takeout of Google+ (zip, one JSON file a post), as it was before the network closed.

use std::fs::File;

use serde_json::{Value, json};

use super::dice::Dice;
use super::pack::Zip;
use super::{Wanted, escaped, written};
use crate::domain::time::Day;

/// Days that the network was open for.
const OPEN: u64 = 2_800;

/// Writes the export.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut zip = Zip::new(file);
    let mut dice = Dice::new(wanted.items);
    // 2019-04-02, when consumers' Google+ was closed.
    let until = wanted.until.min(Day::from_number(17_988));
    let wanted = Wanted { until, ..wanted };
    for at in 0..wanted.items {
        let seconds = wanted.moment(OPEN, at);
        let name = format!("{} - {at}.json", written(seconds, "%Y%m%d"));
        let post = post(&mut dice, at, seconds);
        zip.text(&format!("Takeout/Google+ Stream/Posts/{name}"), &format!("{post:#}"))?;
    }
    zip.finish()
}

fn person(number: u64) -> Value {
    json!({
        "displayName": format!("Person {number}"),
        "profilePageUrl": format!("https://plus.google.com/{number}"),
        "avatarImageUrl": "https://lh3.googleusercontent.com/photo.jpg",
        "resourceName": format!("users/{number}"),
    })
}

fn post(dice: &mut Dice, at: u64, seconds: i64) -> Value {
    let german = dice.percent(50);
    let time = written(seconds, "%Y-%m-%d %H:%M:%S+0000");
    let content = format!("{}<br>#{}", escaped(&dice.sentence(german)), dice.tag());
    let crowd = |dice: &mut Dice, usual: u64, key: &str| -> Vec<Value> {
        (0..dice.reactions(usual)).map(|n| json!({ key: person(200 + n) })).collect()
    };
    let (plus_ones, reshares) = (crowd(dice, 6, "plusOner"), crowd(dice, 2, "resharer"));
    let comments: Vec<Value> = (0..dice.below(4))
        .map(|n| {
            json!({
                "creationTime": time, "author": person(300 + n),
                "content": escaped(&dice.sentence(german)), "postUrl": "",
                "resourceName": format!("users/{}/posts/x/comments/{n}", 300 + n),
            })
        })
        .collect();
    json!({
        "url": format!("https://plus.google.com/+VeraBeispiel/posts/Post{at}"),
        "creationTime": time, "updateTime": time,
        "author": {
            "displayName": "Vera Beispiel", "resourceName": "users/100",
            "profilePageUrl": "https://plus.google.com/+VeraBeispiel",
        },
        "content": content, "plusOnes": plus_ones, "reshares": reshares, "comments": comments,
        "resourceName": format!("users/100/posts/Post{at}"),
        "postAcl": { "visibleToStandardAcl": { "circles": [{ "type": "CIRCLE_TYPE_PUBLIC" }] } },
    })
}
