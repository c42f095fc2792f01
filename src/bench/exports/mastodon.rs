//! An archive of Mastodon (tar.gz, with the reactions that servers write since 4.3).

use std::fs::File;
use std::io::{BufWriter, Seek as _, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::dice::Dice;
use super::{Counted, DAYS, Wanted};

const ACTOR: &str = "https://social.example/users/vera";
const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

type Tar = tar::Builder<GzEncoder<BufWriter<File>>>;

/// Writes the archive.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let packed = GzEncoder::new(BufWriter::with_capacity(1 << 20, file), Compression::default());
    let mut tar = tar::Builder::new(packed);
    let mut dice = Dice::new(wanted.items);
    let actor = json!({
        "@context": ["https://www.w3.org/ns/activitystreams"], "id": ACTOR, "type": "Person",
        "preferredUsername": "vera", "name": "Vera Beispiel",
        "published": "2014-11-05T00:00:00Z", "url": "https://social.example/@vera",
        "outbox": "outbox.json", "likes": "likes.json",
    });
    let actor = actor.to_string();
    let mut bytes = member(&mut tar, "actor.json", &mut |out| Ok(write!(out, "{actor}")?))?;
    let count = wanted.items;
    bytes += list(&mut tar, "outbox", count, &mut |at| activity(&mut dice, wanted, at))?;
    bytes += list(&mut tar, "likes", count / 10, &mut |at| {
        format!("https://other.example/users/bob/statuses/{at}").into()
    })?;
    tar.into_inner()?.finish()?.into_inner()?.sync_data()?;
    Ok(bytes)
}

/// Writes one file; returns its length. A tar says the length before the content, so it is
/// written aside first.
fn member(
    tar: &mut Tar,
    name: &str,
    fill: &mut dyn FnMut(&mut dyn Write) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let mut aside = BufWriter::with_capacity(1 << 16, Counted::new(tempfile::tempfile()?));
    fill(&mut aside)?;
    let Counted { inner: mut content, bytes } =
        aside.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    content.rewind()?;
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o644);
    tar.append_data(&mut header, name, &mut content)?;
    Ok(bytes)
}

fn list(
    tar: &mut Tar,
    name: &str,
    count: u64,
    row: &mut dyn FnMut(u64) -> Value,
) -> anyhow::Result<u64> {
    member(tar, &format!("{name}.json"), &mut |out| {
        write!(
            out,
            "{{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"id\":\"{name}.json\",\
             \"type\":\"OrderedCollection\",\"totalItems\":{count},\"orderedItems\":["
        )?;
        for at in 0..count {
            if at > 0 {
                out.write_all(b",")?;
            }
            serde_json::to_writer(&mut *out, &row(at))?;
        }
        Ok(out.write_all(b"]}")?)
    })
}

/// The activity at this place; the oldest comes first.
fn activity(dice: &mut Dice, wanted: Wanted, at: u64) -> Value {
    let span = i64::try_from(DAYS * 86_400).unwrap_or(0);
    let step = span / i64::try_from(wanted.items.max(1)).unwrap_or(i64::MAX);
    let ago = step * i64::try_from(wanted.items - at).unwrap_or(0);
    let published = jiff::Timestamp::from_second(wanted.until.start().micros() / 1_000_000 - ago)
        .map(|at| at.to_string())
        .unwrap_or_default();
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

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
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
