//! An archive of Mastodon (tar.gz, with the reactions that servers write since 4.3).

use std::fs::File;

use serde_json::{Value, json};

use super::dice::Dice;
use super::pack::{self, TarGz};
use super::{DAYS, Wanted, escaped, written};

const ACTOR: &str = "https://social.example/users/vera";
const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// Writes the archive.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut tar = TarGz::new(file);
    let mut dice = Dice::new(wanted.items);
    let actor = json!({
        "@context": ["https://www.w3.org/ns/activitystreams"], "id": ACTOR, "type": "Person",
        "preferredUsername": "vera", "name": "Vera Beispiel",
        "published": "2014-11-05T00:00:00Z", "url": "https://social.example/@vera",
        "outbox": "outbox.json", "likes": "likes.json",
    });
    tar.text("actor.json", &actor.to_string())?;
    let count = wanted.items;
    list(&mut tar, "outbox", count, &mut |at| activity(&mut dice, wanted, at).to_string())?;
    list(&mut tar, "likes", count / 10, &mut |at| {
        format!("\"https://other.example/users/bob/statuses/{at}\"")
    })?;
    tar.finish()
}

fn list(
    tar: &mut TarGz,
    name: &str,
    count: u64,
    row: &mut dyn FnMut(u64) -> String,
) -> anyhow::Result<()> {
    tar.add(&format!("{name}.json"), &mut |out| {
        write!(
            out,
            "{{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"id\":\"{name}.json\",\
             \"type\":\"OrderedCollection\",\"totalItems\":{count},\"orderedItems\":"
        )?;
        pack::list(out, count, row)?;
        Ok(out.write_all(b"}")?)
    })
}

/// The activity at this place; the oldest comes first.
fn activity(dice: &mut Dice, wanted: Wanted, at: u64) -> Value {
    let published = written(wanted.moment(DAYS, at), "%Y-%m-%dT%H:%M:%SZ");
    let number = 109_000_000_000_000_000 + at * 7_919;
    let id = format!("{ACTOR}/statuses/{number}");
    let kind = dice.below(100);
    let followers = format!("{ACTOR}/followers");
    if kind < 10 {
        return json!({
            "id": format!("{id}/activity"), "type": "Announce", "actor": ACTOR,
            "published": published, "to": [PUBLIC], "cc": [followers],
            "object": format!("https://other.example/users/bob/statuses/{number}"),
        });
    }
    let german = dice.percent(20);
    let mut content = format!("<p>{}</p>", escaped(&dice.sentence(german)));
    let tags: Vec<Value> = (0..dice.below(4)).map(|_| tag(dice, &mut content)).collect();
    let public = kind >= 16;
    let answered = (16..36).contains(&kind);
    let reply = answered.then(|| format!("https://other.example/users/bob/statuses/{number}"));
    let sum = |what: &str, count: u64| json!({ "id": format!("{id}/{what}"), "type": "Collection", "totalItems": count });
    let language = if german { "de" } else { "en" };
    let to = if public { json!([PUBLIC]) } else { json!([followers]) };
    json!({
        "id": format!("{id}/activity"), "type": "Create", "actor": ACTOR, "published": published,
        "to": to, "cc": [followers],
        "object": {
            "id": id, "type": "Note", "summary": null, "inReplyTo": reply, "published": published,
            "url": format!("https://social.example/@vera/{number}"), "attributedTo": ACTOR,
            "to": to, "cc": [followers], "sensitive": false, "content": content,
            "contentMap": { language: content }, "attachment": [], "tag": tags,
            "replies": sum("replies", dice.below(3)), "likes": sum("likes", dice.reactions(12)),
            "shares": sum("shares", dice.reactions(5)),
        },
    })
}

fn tag(dice: &mut Dice, content: &mut String) -> Value {
    let tag = dice.tag();
    let link = format!("https://social.example/tags/{tag}");
    content.push_str("<p><a href=\"");
    content.push_str(&link);
    content.push_str("\" class=\"mention hashtag\" rel=\"tag\">#<span>");
    content.push_str(tag);
    content.push_str("</span></a></p>");
    json!({ "type": "Hashtag", "href": link, "name": format!("#{tag}") })
}
