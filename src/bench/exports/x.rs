//! An archive of X (zip, the layout since 2022). The rows have the fields that real ones have:
//! entities, pictures, edit history, shortened links.

use std::fs::File;

use serde_json::{Value, json};

use super::dice::Dice;
use super::pack::Zip;
use super::{DAYS, Wanted};

const ACCOUNT: &str = "1500000000000000077";
const HANDLE: &str = "vera_example";
const NAME: &str = "Vera Beispiel";
/// Milliseconds since 1970 at which the clock inside post numbers starts.
const EPOCH: i64 = 1_288_834_974_657;
const DAY: i64 = 86_400_000;

/// Writes the archive.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut zip = Zip::new(file);
    let mut dice = Dice::new(wanted.items);
    zip.text("data/manifest.js", &format!("window.__THAR_CONFIG = {:#}", manifest(wanted)))?;
    let account = json!({ "account": {
        "email": "vera@example.invalid", "createdVia": "web", "username": HANDLE,
        "accountId": ACCOUNT, "createdAt": "2011-03-09T08:30:00.000Z",
        "accountDisplayName": NAME,
    } });
    rows(&mut zip, "account", 1, &mut |_| account.clone())?;
    rows(&mut zip, "tweets", wanted.items, &mut |at| tweet(&mut dice, wanted, at))?;
    rows(&mut zip, "like", wanted.items / 10, &mut |at| like(&mut dice, at))?;
    for list in ["follower", "following"] {
        rows(&mut zip, list, wanted.items / 20, &mut |at| person(list, at))?;
    }
    zip.finish()
}

fn rows(
    zip: &mut Zip,
    name: &str,
    count: u64,
    row: &mut dyn FnMut(u64) -> Value,
) -> anyhow::Result<()> {
    zip.add(&format!("data/{name}.js"), &mut |out| {
        write!(out, "window.YTD.{name}.part0 = [")?;
        for at in 0..count {
            out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer_pretty(&mut *out, &row(at))?;
        }
        Ok(out.write_all(b"\n]")?)
    })
}

fn manifest(wanted: Wanted) -> Value {
    let files = json!([{
        "fileName": "data/tweets.js", "globalName": "YTD.tweets.part0",
        "count": wanted.items.to_string(),
    }]);
    json!({
        "userInfo": { "accountId": ACCOUNT, "userName": HANDLE, "displayName": NAME },
        "archiveInfo": {
            "generationDate": wanted.until.start().to_string(), "isPartialArchive": false,
        },
        "dataTypes": { "tweets": { "files": files, "mediaDirectory": "data/tweets_media" } },
    })
}

/// The row at this place; the newest post comes first.
fn tweet(dice: &mut Dice, wanted: Wanted, at: u64) -> Value {
    let span = i64::try_from(DAYS).unwrap_or(0) * DAY;
    let step = span / i64::try_from(wanted.items.max(1)).unwrap_or(i64::MAX);
    let end = wanted.until.start().micros() / 1_000;
    let millis = end - step * i64::try_from(at).unwrap_or(0) - step.min(DAY) / 2 - 1;
    let id = (u64::try_from(millis - EPOCH).unwrap_or(0) << 22) | dice.below(1 << 22);
    let id = id.to_string();
    let german = dice.percent(20);
    let mut text = dice.sentence(german);
    let (mut entities, mut more) = (json!({ "symbols": [], "hashtags": [] }), Vec::new());
    let kind = dice.below(100);
    entities["user_mentions"] = json!([]);
    if kind < 35 {
        let (user, mention) = mention(dice);
        text = if kind < 9 { format!("RT @{user}: {text}") } else { format!("@{user} {text}") };
        if kind >= 9 {
            let answered: &Value = if kind < 14 { &ACCOUNT.into() } else { &mention["id_str"] };
            more.push(("in_reply_to_user_id_str", answered.clone()));
            more.push(("in_reply_to_user_id", answered.clone()));
            more.push(("in_reply_to_screen_name", user.into()));
            more.push(("in_reply_to_status_id_str", (dice.roll() >> 3).to_string().into()));
        }
        entities["user_mentions"] = json!([mention]);
    }
    let tags: Vec<Value> = (0..dice.below(4)).map(|_| hashtag(dice, &mut text)).collect();
    entities["hashtags"] = tags.into();
    let links: Vec<Value> =
        (0..u64::from(dice.percent(40))).map(|_| link(dice, &mut text)).collect();
    entities["urls"] = links.into();
    if dice.percent(18) {
        let media = picture(dice, &id, &mut text);
        entities["media"] = json!([media]);
        more.push(("extended_entities", json!({ "media": [media] })));
        more.push(("possibly_sensitive", false.into()));
    }
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let length = text.chars().count().to_string();
    let mut row = json!({
        "edit_info": { "initial": {
            "editTweetIds": [id], "editableUntil": instant(millis + 3_600_000),
            "editsRemaining": "5", "isEditEligible": true,
        } },
        "retweeted": false,
        "source": "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
        "entities": entities, "display_text_range": ["0", length],
        "favorite_count": dice.reactions(30).to_string(), "id_str": id, "truncated": false,
        "retweet_count": dice.reactions(6).to_string(), "id": id, "created_at": written(millis),
        "favorited": false, "full_text": escaped, "lang": if german { "de" } else { "en" },
    });
    for (key, value) in more {
        row[key] = value;
    }
    json!({ "tweet": row })
}

fn instant(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis).map(|at| format!("{at:.3}")).unwrap_or_default()
}

/// `Wed Oct 10 20:19:24 +0000 2018`.
fn written(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis)
        .map(|at| at.strftime("%a %b %d %H:%M:%S +0000 %Y").to_string())
        .unwrap_or_default()
}

fn mention(dice: &mut Dice) -> (String, Value) {
    let number = 2_200_000_000 + dice.below(5_000);
    let user = format!("user_{number}");
    let id = number.to_string();
    let mention = json!({
        "name": format!("Person {number}"), "screen_name": user, "indices": ["0", "16"],
        "id_str": id, "id": id,
    });
    (user, mention)
}

/// Where something that was just added to a text stands.
fn indices(text: &str, added: usize) -> Value {
    let end = text.chars().count();
    json!([(end - added).to_string(), end.to_string()])
}

fn hashtag(dice: &mut Dice, text: &mut String) -> Value {
    let tag = dice.tag();
    text.push_str(" #");
    text.push_str(tag);
    json!({ "text": tag, "indices": indices(text, tag.chars().count() + 1) })
}

fn link(dice: &mut Dice, text: &mut String) -> Value {
    let short = format!("https://t.co/{}", dice.token(10));
    text.push(' ');
    text.push_str(&short);
    let target = if dice.percent(20) {
        format!("twitter.com/user_{}/status/{}", dice.below(5_000), dice.roll() >> 3)
    } else {
        format!("blog.example/articles/{}", dice.token(24))
    };
    json!({
        "url": short, "expanded_url": format!("https://{target}"), "display_url": target,
        "indices": indices(text, 23),
    })
}

fn picture(dice: &mut Dice, id: &str, text: &mut String) -> Value {
    let short = format!("https://t.co/{}", dice.token(10));
    text.push(' ');
    text.push_str(&short);
    let number = (dice.roll() >> 3).to_string();
    let media = format!("https://pbs.twimg.com/media/{}.jpg", dice.token(15));
    let size = |w: &str, h: &str, resize: &str| json!({ "w": w, "h": h, "resize": resize });
    json!({
        "expanded_url": format!("https://twitter.com/{HANDLE}/status/{id}/photo/1"),
        "indices": indices(text, 23), "url": short, "media_url": media, "id_str": number,
        "id": number, "media_url_https": media, "type": "photo",
        "display_url": format!("pic.twitter.com/{}", dice.token(10)),
        "sizes": {
            "medium": size("1200", "675", "fit"), "large": size("2048", "1152", "fit"),
            "thumb": size("150", "150", "crop"), "small": size("680", "383", "fit"),
        },
    })
}

fn like(dice: &mut Dice, at: u64) -> Value {
    let id = (1_600_000_000_000_000_000 + at).to_string();
    let url = format!("https://twitter.com/i/web/status/{id}");
    json!({ "like": { "tweetId": id, "fullText": dice.sentence(false), "expandedUrl": url } })
}

fn person(list: &str, at: u64) -> Value {
    let id = (3_000_000_000 + at).to_string();
    let link = format!("https://twitter.com/intent/user?user_id={id}");
    json!({ list: { "accountId": id, "userLink": link } })
}
