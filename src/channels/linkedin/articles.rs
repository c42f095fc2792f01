//! Articles: one page each, in a folder of the complete export. Drafts among them were never
//! published.

use std::io::Read as _;

use super::super::archive::{Archive, names};
use super::super::error::Error;
use super::super::report::{Outlet, Skip};
use super::super::{dates, hashtags, html};
use super::OPENED;
use crate::domain::item::{Item, ItemKind};

/// Most of a page that is read; pictures are not part of it.
const PAGE: u64 = 512 << 10;
/// Most articles.
const MOST: usize = 5_000;
/// Longest address.
const ADDRESS: usize = 1_024;

/// Hands out the articles.
pub(super) fn read(archive: &mut Archive<'_>, outlet: &mut Outlet<'_>) -> Result<(), Error> {
    let mut members = archive.matching(is_name);
    members.truncate(MOST);
    archive.read_each(&members, &mut |open| {
        let (mut page, name) = (Vec::new(), open.name().to_owned());
        let read = open.take(PAGE).read_to_end(&mut page);
        read.map_err(|error| Error::from_read(&error, &name))?;
        match article(&String::from_utf8_lossy(&page)) {
            Ok(item) => Ok(outlet.hand_out(item)?),
            Err(Some(reason)) => {
                outlet.skip(reason);
                Ok(())
            }
            Err(None) => Ok(()),
        }
    })
}

/// Whether a member of this name, in lower case, is a page in the folder of articles.
fn is_name(name: &str) -> bool {
    let is_page = names::base(name).strip_suffix(".html").is_some();
    names::base(names::folder(name)) == "articles" && is_page
}

/// The article of a page, or why it is left out; for no reason if it is no article at all.
fn article(page: &str) -> Result<Item, Option<Skip>> {
    let (_, rest) = page.split_once("<h1").ok_or(None)?;
    let (heading, rest) = rest.split_once("</h1>").ok_or(None)?;
    if !rest.contains("class=\"created\"") && !rest.contains("class=\"published\"") {
        return Err(None);
    }
    let (_, rest) = rest.split_once("class=\"published\"").ok_or(Some(Skip::NotPublished))?;
    let (written, body) = rest.split_once("</p>").ok_or(Some(Skip::NotPublished))?;
    let written = written.split_once("on ").map_or("", |(_, written)| written);
    let posted_at = dates::whole(written).filter(|&at| at >= OPENED);
    let posted_at = posted_at.ok_or(Some(Skip::ImpossibleDate))?;
    let link = heading.split_once("href=\"").and_then(|(_, rest)| rest.split_once('"'));
    let link = link.map(|(link, _)| link).filter(|link| {
        let plain = |c: char| !c.is_whitespace() && !c.is_control();
        link.starts_with("https://www.linkedin.com/") && link.chars().all(plain)
    });
    let link = link.filter(|link| link.len() <= ADDRESS).ok_or(Some(Skip::Unreadable))?;
    let body = html::text(body);
    Ok(Item {
        id: link.to_owned(),
        kind: ItemKind::Article,
        posted_at,
        tags: hashtags::of(&body),
        text: format!("{}\n\n{body}", html::text(&format!("<h1{heading}</h1>"))),
        language: None,
        url: Some(link.to_owned()),
        reactions: Vec::new(),
        heard: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<html><head><title>T</title></head><body><h1><a \
        href=\"https://www.linkedin.com/pulse/cost-ada-abcd\">The cost &amp; more</a></h1>\
        <p class=\"created\">Created on 2024-09-20 06:04</p>\
        <p class=\"published\">Published on 2024-09-20 06:12</p><div><p>First.</p><p>#Rust</p></div>";

    #[test]
    fn an_article_has_its_title_first_and_a_draft_is_left_out() {
        let item = article(PAGE).unwrap();
        assert_eq!(item.id, "https://www.linkedin.com/pulse/cost-ada-abcd");
        assert_eq!(item.posted_at.to_string(), "2024-09-20T06:12:00.000000Z");
        assert!(item.text.contains("The cost & more\n\nFirst."), "{}", item.text);
        assert_eq!(item.tags, ["Rust"]);
        let draft = PAGE.replace("class=\"published\"", "class=\"x\"");
        assert_eq!(article(&draft), Err(Some(Skip::NotPublished)));
        let elsewhere = PAGE.replace("https://www.linkedin", "javascript:");
        assert_eq!(article(&elsewhere), Err(Some(Skip::Unreadable)));
        assert_eq!(article("<h1>A page</h1>"), Err(None));
    }
}
