//! An export of a small blog made with WordPress, of the same person who does not exist: the same
//! bytes on every run for the same day. Nothing here reads exports.

use std::fmt::Write as _;

use super::archive::moment;
use crate::domain::time::Day;

/// Days ago, category, tags, title; below it the text, and what readers commented behind `>`.
const POSTS: &str = "\
5|Databases|postgres durability|Group commit, explained with an oven
One fsync is one trip to the oven. Bake two hundred loaves in it, and nobody waits for his own.
>Does the batch grow with the load, or do you cap the number of commits in it?
>Our Postgres cluster on Kubernetes does the same with commit_delay. Nice comparison.
>Which storage did you measure this on? NVMe hides a lot.
23|Rust|rust databases|Three lifetimes in a storage engine
Page, cursor, transaction: when the types say who outlives whom, the comments can go.
>The cursor borrowing the page is what finally made the borrow checker click for me.
>How does this work with async Rust, where the page may be evicted while you wait?
41|Baking|sourdough bread|The starter that survived two moves
Feed it, cool it, dry a spoonful on paper. Restores are the experiment here, too.
>Dried starter on paper is how my grandmother sent hers by mail.
68|Databases|sql postgres|Read the query plan from the inside out
The planner tells you what it believes. Compare its rows with the real ones before all else.
>EXPLAIN with buffers should be the default. Do you have an example with a hash join?
>I show this to every new colleague in our data team.
>Please write one about partitioning and Kubernetes operators next.
112|Rust|rust testing|A year of failures in an hour
Our simulation decides every delay and every crash by one seed, so each bug has a number.
>Deterministic simulation changed how we test our payment service.
160|Baking|bread|Weighing water
Eighty percent of what? Of the flour, always. Percentages make recipes as large as you like.
";

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.7" -->
<rss version="2.0"
  xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Loaves and logs</title><link>https://mira.example</link><language>en-US</language>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://mira.example</wp:base_site_url>
<wp:base_blog_url>https://mira.example</wp:base_blog_url>
<wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[mira]]></wp:author_login>
<wp:author_email><![CDATA[mira@example.invalid]]></wp:author_email>
<wp:author_display_name><![CDATA[Mira Beispiel]]></wp:author_display_name></wp:author>
"#;

/// An export file (WXR 1.2) of the blog of Mira Beispiel, as if handed out at the start of `today`:
/// six posts over the 160 days before, with ten comments by others and one of her own.
pub fn blog_export(today: Day) -> Vec<u8> {
    let mut xml = HEAD.to_owned();
    let (mut post, mut row) = (Vec::new(), 0);
    // A last head ends the last post.
    for line in POSTS.lines().chain(["0|||"]) {
        if line.split('|').count() == 4 && !post.is_empty() {
            row += 1;
            // Writing to a string cannot fail.
            let _ = write!(xml, "{}", item(&post, row, today).unwrap_or_default());
            post.clear();
        }
        post.push(line);
    }
    xml.push_str("</channel></rss>\n");
    xml.into_bytes()
}

/// A post, out of its lines.
fn item(lines: &[&str], number: i64, today: Day) -> Option<String> {
    let (head, lines) = lines.split_first()?;
    let mut cells = head.splitn(4, '|');
    let ago: i64 = cells.next()?.parse().ok()?;
    let (category, tags, title) = (cells.next()?, cells.next()?, cells.next()?);
    let at = jiff::Timestamp::from_microsecond(moment(today, ago, number).micros()).ok()?;
    let (time, feed) = (at.strftime("%Y-%m-%d %H:%M:%S"), at.strftime("%a, %d %b %Y %T +0000"));
    let mut more = term("category", category);
    more.extend(tags.split(' ').map(|tag| term("post_tag", tag)));
    let mut text = "";
    for line in lines {
        match line.strip_prefix('>') {
            Some(words) => more.push_str(&comment(&time.to_string(), words, "A reader", 0)),
            None => text = line,
        }
    }
    if number == 1 {
        more.push_str(&comment(&time.to_string(), "Capped at 256.", "Mira Beispiel", 1));
    }
    Some(format!(
        "<item><title><![CDATA[{title}]]></title><link>https://mira.example/{number}/</link>\
         <pubDate>{feed}</pubDate><dc:creator><![CDATA[mira]]></dc:creator>\
         <content:encoded><![CDATA[<p>{text}</p>]]></content:encoded>\
         <wp:post_id>{number}</wp:post_id><wp:post_date_gmt>{time}</wp:post_date_gmt>\
         <wp:status>publish</wp:status><wp:post_type>post</wp:post_type>\
         <wp:post_password></wp:post_password>{more}</item>\n"
    ))
}

fn term(domain: &str, name: &str) -> String {
    let slug = name.to_lowercase();
    format!("<category domain=\"{domain}\" nicename=\"{slug}\"><![CDATA[{name}]]></category>")
}

fn comment(time: &str, words: &str, author: &str, user: u32) -> String {
    format!(
        "<wp:comment><wp:comment_author><![CDATA[{author}]]></wp:comment_author>\
         <wp:comment_date_gmt>{time}</wp:comment_date_gmt>\
         <wp:comment_content><![CDATA[{words}]]></wp:comment_content>\
         <wp:comment_approved>1</wp:comment_approved><wp:comment_type>comment</wp:comment_type>\
         <wp:comment_user_id>{user}</wp:comment_user_id></wp:comment>"
    )
}
