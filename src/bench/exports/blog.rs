//! The feed of a blog (RSS 2.0 with whole texts, not packed).

use std::fs::File;

use super::dice::Dice;
use super::pack;
use super::{DAYS, Wanted, escaped, written};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"
  xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel><title>Vera bakes</title><link>https://vera.example/</link>
<atom:link href="https://vera.example/feed" rel="self" type="application/rss+xml"/>
<description>Databases and bread</description><language>en</language>
"#;

/// Writes the feed.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut dice = Dice::new(wanted.items);
    pack::plain(file, &mut |out| {
        out.write_all(HEAD.as_bytes())?;
        // A feed begins with the newest.
        for at in (0..wanted.items).rev() {
            out.write_all(entry(&mut dice, at, wanted.moment(DAYS, at)).as_bytes())?;
        }
        Ok(out.write_all(b"</channel></rss>\n")?)
    })
}

fn entry(dice: &mut Dice, number: u64, seconds: i64) -> String {
    let german = dice.percent(30);
    let paragraphs =
        (0..2 + dice.below(6)).map(|_| format!("<p>{}</p>\n", escaped(&dice.sentence(german))));
    let content: String = paragraphs.collect();
    format!(
        "<item><title>{}</title><link>https://vera.example/{number}</link>\
         <guid isPermaLink=\"false\">tag:vera.example,2015:{number}</guid>\
         <dc:creator>Vera Beispiel</dc:creator><pubDate>{}</pubDate><category>{}</category>\
         <description>{}</description><content:encoded><![CDATA[{content}]]></content:encoded>\
         <slash:comments>{}</slash:comments></item>\n",
        escaped(&dice.sentence(german)),
        written(seconds, "%a, %d %b %Y %H:%M:%S +0000"),
        dice.tag(),
        escaped(&dice.sentence(german)),
        dice.below(5),
    )
}
