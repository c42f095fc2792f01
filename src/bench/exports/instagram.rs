//! "Download your information" of Instagram (zip of JSON, the layout since 2023).

use std::fs::File;

use serde_json::{Value, json};

use super::dice::Dice;
use super::facebook::as_meta_writes;
use super::pack::{self, Zip};
use super::{DAYS, Wanted};

/// Writes the export.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut zip = Zip::new(file);
    let mut dice = Dice::new(wanted.items);
    let profile = json!({ "profile_user": [{
        "title": "", "media_map_data": {}, "string_map_data": {
            "E-Mail": { "href": "", "value": "vera@example.invalid", "timestamp": 0 },
            "Benutzername": { "href": "", "value": "vera.beispiel", "timestamp": 0 },
            "Name": { "href": "", "value": "Vera Beispiel", "timestamp": 0 },
            "Privates Konto": { "href": "", "value": "False", "timestamp": 0 },
        },
    }] });
    let name = "personal_information/personal_information/personal_information.json";
    zip.text(name, &as_meta_writes(&profile))?;
    zip.add("your_instagram_activity/media/posts_1.json", &mut |out| {
        pack::list(out, wanted.items, &mut |at| {
            as_meta_writes(&post(&mut dice, wanted.moment(DAYS, at)))
        })
    })?;
    zip.add("connections/followers_and_following/followers_1.json", &mut |out| {
        pack::list(out, wanted.items / 20, &mut |at| {
            let name = format!("user_{at}");
            let link = format!("https://www.instagram.com/{name}");
            let data = json!([{ "href": link, "value": name, "timestamp": 1_600_000_000 }]);
            json!({ "title": "", "media_list_data": [], "string_list_data": data }).to_string()
        })
    })?;
    zip.finish()
}

/// The caption lies on the picture if there is only one.
fn post(dice: &mut Dice, seconds: i64) -> Value {
    let german = dice.percent(50);
    let caption = format!("{} #{} #{}", dice.sentence(german), dice.tag(), dice.tag());
    let single = dice.percent(60);
    let pictures = if single { 1 } else { 2 + dice.below(5) };
    let media: Vec<Value> = (0..pictures)
        .map(|_| {
            json!({
                "uri": format!("media/posts/202403/{}.jpg", dice.token(20)),
                "creation_timestamp": seconds,
                "media_metadata": { "photo_metadata": { "exif_data": [{ "source_type": "4" }] } },
                "title": if single { caption.as_str() } else { "" },
                "cross_post_source": { "source_app": "FB" },
            })
        })
        .collect();
    if single {
        return json!({ "media": media });
    }
    json!({ "media": media, "title": caption, "creation_timestamp": seconds })
}
