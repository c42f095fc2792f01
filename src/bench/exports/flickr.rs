//! The account data of Flickr (zip, one JSON file a photo).

use std::fs::File;

use serde_json::{Value, json};

use super::dice::Dice;
use super::pack::Zip;
use super::{DAYS, Wanted, escaped, written};

/// Writes the export.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut zip = Zip::new(file);
    let mut dice = Dice::new(wanted.items);
    let profile = json!({
        "real_name": "Vera Beispiel", "screen_name": "Vera B.", "nsid": "12345@N00",
        "path_alias": "vera", "profile_url": "https://www.flickr.com/people/vera/",
        "join_date": "2005-08-31 03:47:36", "email": "vera@example.invalid",
    });
    zip.text("account_profile.json", &profile.to_string())?;
    for at in 0..wanted.items {
        let number = 50_000_000_000 + at;
        let photo = photo(&mut dice, number, wanted.moment(DAYS, at));
        zip.text(&format!("photo_{number}.json"), &format!("{photo:#}"))?;
    }
    zip.finish()
}

fn photo(dice: &mut Dice, number: u64, seconds: i64) -> Value {
    let german = dice.percent(30);
    let time = written(seconds, "%Y-%m-%d %H:%M:%S");
    let page = format!("https://www.flickr.com/photos/vera/{number}/");
    let comments: Vec<Value> = (0..dice.below(4))
        .map(|n| {
            json!({
                "id": format!("12345-{number}-{n}"), "date": time, "user": format!("{}@N00", 700 + n),
                "comment": escaped(&dice.sentence(german)), "url": format!("{page}#comment{n}"),
            })
        })
        .collect();
    let tags: Vec<Value> = (0..dice.below(5))
        .map(|_| {
            let user = "https://www.flickr.com/photos/vera/";
            json!({ "tag": dice.tag(), "user": user, "date_create": time })
        })
        .collect();
    json!({
        "id": number.to_string(), "name": dice.sentence(german),
        "description": format!("<b>{}</b>", escaped(&dice.sentence(german))),
        "count_views": (40 + dice.below(900)).to_string(),
        "count_faves": dice.reactions(9).to_string(),
        "count_comments": comments.len().to_string(), "count_tags": tags.len().to_string(),
        "count_notes": "0", "rotation": 0, "date_taken": time, "date_imported": time,
        "photopage": page, "license": "All Rights Reserved", "geo": [], "groups": [],
        "original": format!("https://live.staticflickr.com/65535/{number}_{}_o.jpg", dice.token(10)),
        "albums": [{ "id": "7215", "title": "Bread", "url": "https://www.flickr.com/photos/vera/sets/7215" }],
        "tags": tags, "people": [], "notes": [], "privacy": "public", "safety": "safe",
        "comment_permissions": "public", "tagging_permissions": "public", "comments": comments,
    })
}
