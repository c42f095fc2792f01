//! The project's own format for networks that have none (JSON, not packed).

use std::fs::File;

use serde_json::json;

use super::dice::Dice;
use super::pack;
use super::{DAYS, Wanted, written};

/// Writes the file.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut dice = Dice::new(wanted.items);
    pack::plain(file, &mut |out| {
        write!(
            out,
            "{{\"format\":\"glasklar-items/1\",\"network\":\"xing\",\
             \"account\":{{\"id\":\"77\",\"handle\":\"Vera_Beispiel\",\"name\":\"Vera Beispiel\"}},\
             \"items\":"
        )?;
        pack::list(out, wanted.items, &mut |at| {
            let german = dice.percent(70);
            let tags: Vec<&str> = (0..dice.below(4)).map(|_| dice.tag()).collect();
            json!({
                "id": at.to_string(), "kind": "post", "visibility": "public", "tags": tags,
                "posted_at": written(wanted.moment(DAYS, at), "%Y-%m-%dT%H:%M:%SZ"),
                "text": dice.sentence(german), "language": if german { "de" } else { "en" },
                "url": format!("https://www.xing.com/p/{at}"),
                "reactions": { "like": dice.reactions(9), "reply": dice.below(3) },
            })
            .to_string()
        })?;
        Ok(out.write_all(b"}")?)
    })
}
