//! "Download your information" of Facebook (zip of JSON, the layout since 2024).

use std::fmt::Write as _;
use std::fs::File;

use serde_json::{Value, json};

use super::dice::Dice;
use super::pack::{self, Zip};
use super::{DAYS, Wanted};

/// Writes the export.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut zip = Zip::new(file);
    let mut dice = Dice::new(wanted.items);
    let profile = json!({ "profile_v2": {
        "name": { "full_name": "Vera Beispiel", "first_name": "Vera", "last_name": "Beispiel" },
        "emails": { "emails": ["vera@example.invalid"] }, "username": "vera.beispiel",
        "registration_timestamp": 1_238_889_600,
        "profile_uri": "https://www.facebook.com/vera.beispiel",
    } });
    let name = "personal_information/profile_information/profile_information.json";
    zip.text(name, &as_meta_writes(&profile))?;
    let folder = "your_facebook_activity/posts";
    zip.add(&format!("{folder}/your_posts__check_ins__photos_and_videos_1.json"), &mut |out| {
        pack::list(out, wanted.items, &mut |at| {
            as_meta_writes(&post(&mut dice, wanted.moment(DAYS, at)))
        })
    })?;
    zip.add("connections/friends/your_friends.json", &mut |out| {
        out.write_all(b"{\"friends_v2\":")?;
        pack::list(out, wanted.items / 20, &mut |at| {
            as_meta_writes(&json!({ "name": format!("Frau Nr. {at}"), "timestamp": 1_300_000_000 }))
        })?;
        Ok(out.write_all(b"}")?)
    })?;
    zip.finish()
}

fn post(dice: &mut Dice, seconds: i64) -> Value {
    let german = dice.percent(50);
    let text = format!("{} #{}", dice.sentence(german), dice.tag());
    let mut post = json!({
        "timestamp": seconds,
        "data": [{ "post": text }, { "update_timestamp": seconds + 1 }],
        "title": "Vera Beispiel hat ihren Status aktualisiert.",
    });
    let attached = dice.below(10);
    if attached < 3 {
        let link = format!("https://blog.example/articles/{}", dice.token(24));
        let context = json!({ "name": dice.sentence(german), "url": link });
        post["attachments"] = json!([{ "data": [{ "external_context": context }] }]);
        post["title"] = "Vera Beispiel hat einen Link geteilt.".into();
    } else if attached < 5 {
        let media = json!({
            "uri": format!("your_facebook_activity/posts/media/{}.jpg", dice.token(20)),
            "creation_timestamp": seconds, "title": "Fotos in der Chronik",
            "media_metadata": { "photo_metadata": { "exif_data": [{ "upload_ip": "192.0.2.7" }] } },
        });
        post["attachments"] = json!([{ "data": [{ "media": media }] }]);
    }
    post
}

/// Meta writes every byte of UTF-8 as a character of its own.
pub(super) fn as_meta_writes(value: &Value) -> String {
    let mut json = String::new();
    for character in value.to_string().chars() {
        if character.is_ascii() {
            json.push(character);
        } else {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(json, "\\u{byte:04x}");
            }
        }
    }
    json
}
