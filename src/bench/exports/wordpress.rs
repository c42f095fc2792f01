//! An export file of WordPress (WXR 1.2, not packed).

use std::fs::File;

use super::dice::Dice;
use super::pack;
use super::{DAYS, Wanted, escaped, written};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.5" -->
<rss version="2.0"
  xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Vera bakes</title><link>https://vera.example</link><language>en-US</language>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://vera.example</wp:base_site_url>
<wp:base_blog_url>https://vera.example</wp:base_blog_url>
<wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[vera]]></wp:author_login>
<wp:author_email><![CDATA[vera@example.invalid]]></wp:author_email>
<wp:author_display_name><![CDATA[Vera Beispiel]]></wp:author_display_name></wp:author>
"#;

/// Writes the export.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut dice = Dice::new(wanted.items);
    pack::plain(file, &mut |out| {
        out.write_all(HEAD.as_bytes())?;
        for at in 0..wanted.items {
            out.write_all(post(&mut dice, at + 1, wanted.moment(DAYS, at)).as_bytes())?;
        }
        Ok(out.write_all(b"</channel></rss>\n")?)
    })
}

fn post(dice: &mut Dice, number: u64, seconds: i64) -> String {
    let german = dice.percent(30);
    let time = written(seconds, "%Y-%m-%d %H:%M:%S");
    let comments: String = (0..dice.below(4)).map(|n| comment(dice, n, &time)).collect();
    let paragraphs = (0..2 + dice.below(6)).map(|_| {
        format!(
            "<!-- wp:paragraph -->\n<p>{}</p>\n<!-- /wp:paragraph -->\n",
            escaped(&dice.sentence(german))
        )
    });
    let content: String = paragraphs.collect();
    let tag = dice.tag();
    format!(
        "<item><title><![CDATA[{}]]></title><link>https://vera.example/{number}/</link>\
         <pubDate>{}</pubDate><dc:creator><![CDATA[vera]]></dc:creator>\
         <guid isPermaLink=\"false\">https://vera.example/?p={number}</guid><description></description>\
         <content:encoded><![CDATA[{content}]]></content:encoded>\
         <excerpt:encoded><![CDATA[]]></excerpt:encoded><wp:post_id>{number}</wp:post_id>\
         <wp:post_date><![CDATA[{time}]]></wp:post_date>\
         <wp:post_date_gmt><![CDATA[{time}]]></wp:post_date_gmt>\
         <wp:status><![CDATA[publish]]></wp:status><wp:post_type><![CDATA[post]]></wp:post_type>\
         <wp:post_password><![CDATA[]]></wp:post_password>\
         <category domain=\"post_tag\" nicename=\"{tag}\"><![CDATA[{tag}]]></category>\
         {comments}</item>\n",
        dice.tag(),
        written(seconds, "%a, %d %b %Y %H:%M:%S +0000"),
    )
}

fn comment(dice: &mut Dice, number: u64, time: &str) -> String {
    format!(
        "<wp:comment><wp:comment_id>{number}</wp:comment_id>\
         <wp:comment_author><![CDATA[Person {number}]]></wp:comment_author>\
         <wp:comment_author_email><![CDATA[p{number}@example.invalid]]></wp:comment_author_email>\
         <wp:comment_date_gmt><![CDATA[{time}]]></wp:comment_date_gmt>\
         <wp:comment_content><![CDATA[{}]]></wp:comment_content>\
         <wp:comment_approved><![CDATA[1]]></wp:comment_approved>\
         <wp:comment_type><![CDATA[comment]]></wp:comment_type>\
         <wp:comment_parent>0</wp:comment_parent><wp:comment_user_id>0</wp:comment_user_id>\
         </wp:comment>",
        dice.sentence(false)
    )
}
