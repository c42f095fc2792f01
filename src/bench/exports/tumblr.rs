//! A blog of Tumblr as the usual backup keeps it (zip): the answers of the interface, one a post.

use std::fs::File;

use serde_json::{Value, json};

use super::dice::Dice;
use super::pack::Zip;
use super::{DAYS, Wanted, escaped, written};

/// Writes the backup.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut zip = Zip::new(file);
    let mut dice = Dice::new(wanted.items);
    for at in 0..wanted.items {
        let number = 610_000_000_000 + at * 8_191;
        let post = post(&mut dice, number, wanted.moment(DAYS, at));
        zip.text(&format!("vera/json/{number}.json"), &format!("{post:#}"))?;
    }
    zip.finish()
}

fn post(dice: &mut Dice, number: u64, seconds: i64) -> Value {
    let german = dice.percent(30);
    let paragraphs =
        (0..=dice.below(2)).map(|_| format!("<p>{}</p>", escaped(&dice.sentence(german))));
    let body: String = paragraphs.collect();
    let tags: Vec<&str> = (0..dice.below(5)).map(|_| dice.tag()).collect();
    json!({
        "type": "text", "blog_name": "vera", "id": number, "id_string": number.to_string(),
        "blog": {
            "name": "vera", "title": "Vera bakes", "uuid": "t:verabeispiel", "updated": seconds,
            "url": "https://vera.tumblr.com/", "description": "Databases and bread",
        },
        "post_url": format!("https://vera.tumblr.com/post/{number}/slug"), "slug": "slug",
        "date": written(seconds, "%Y-%m-%d %H:%M:%S GMT"), "timestamp": seconds,
        "state": "published", "format": "html", "reblog_key": dice.token(8), "tags": tags,
        "short_url": format!("https://tmblr.co/{}", dice.token(12)), "summary": dice.tag(),
        "title": dice.tag(), "body": body, "note_count": dice.reactions(20),
        "trail": [{
            "blog": { "name": "vera" }, "post": { "id": number.to_string() },
            "content_raw": body, "content": body, "is_current_item": true, "is_root_item": true,
        }],
    })
}
