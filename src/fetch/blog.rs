//! A blog by its feed: RSS, Atom or JSON Feed. The candidate names a page; the feed is the one
//! that this page announces, or the page itself is one. What the feed says is not read here.

use reqwest::Url;

use super::client::{Accept, Answer, Ask};
use super::markup::{self, Markup};
use super::pages::{Page, Turn};
use super::{Account, Error, Profile, Session};

/// Where a proof may stand. Nowhere in the text, where visitors may write as well.
pub(super) const PLACES: &[&str] =
    &["<meta name=\"glasklar-verify\"> in the page's head, with the code as its content"];

/// Content types of feeds.
const FEEDS: [&str; 4] =
    ["application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"];

/// The page of a blog, looked through.
pub(super) async fn front(
    session: &mut Session<'_>,
    account: &Account,
) -> Result<(Url, Markup), Error> {
    let page = account.base.clone().ok_or_else(|| Error::address("the address is missing"))?;
    let ask = Ask { accept: Accept::Html, ..Ask::json(page.clone()) };
    let answer = session.get(&ask).await?;
    if answer.url.origin() != page.origin() {
        // Whoever owns the page that answered need not own the one that was named.
        return Err(Error::unexpected(&page, "leads elsewhere; give the address it leads to"));
    }
    let markup = markup::read(&answer.url, &answer.body);
    Ok((page, markup))
}

/// Whether an address lies below a page, so that it is the same owner's. Many people share some
/// servers.
pub(super) fn is_below(url: &Url, page: &Url) -> bool {
    url.origin() == page.origin() && url.path().starts_with(page.path())
}

pub(super) async fn profile(
    session: &mut Session<'_>,
    account: &Account,
) -> Result<Profile, Error> {
    let (page, markup) = front(session, account).await?;
    let announced = |kind: &str| {
        let mut links = markup.links.iter();
        let found = links.find(|link| link.is("alternate") && link.kind == kind);
        found.map(|link| link.to.clone())
    };
    let feed = FEEDS.iter().find_map(|kind| announced(kind));
    let feed = feed.ok_or_else(|| Error::unexpected(&page, "announces no feed on this page"))?;
    if !is_below(&feed, &page) {
        let problem = "announces a feed that lies elsewhere; give the page above the feed";
        return Err(Error::unexpected(&page, problem));
    }
    Ok(Profile { key: feed.into(), says: markup.codes, links: markup.links, pages: Vec::new() })
}

pub(super) async fn turn(
    session: &mut Session<'_>,
    profile: &Profile,
    version: Option<&str>,
) -> Result<Turn, Error> {
    let url: Url = profile.key.parse().map_err(Error::internal)?;
    let known = version.map(str::to_owned);
    let ask = Ask { accept: Accept::Feed, known, ..Ask::json(url.clone()) };
    let answer = session.get(&ask).await?;
    if answer.status == 304 {
        return Ok(Turn::default());
    }
    if answer.url.origin() != url.origin() {
        return Err(Error::unexpected(&url, "keeps its feed on another server"));
    }
    let version = answer.headers.get("etag").and_then(|tag| tag.to_str().ok());
    let version = version.filter(|tag| tag.len() <= 200).map(str::to_owned);
    Ok(Turn { version, pages: vec![page(answer)], ..Turn::default() })
}

fn page(answer: Answer) -> Page {
    let first = answer.body.iter().find(|byte| !byte.is_ascii_whitespace());
    let extension = if first == Some(&b'{') { "json" } else { "xml" };
    Page { stem: "feed", extension, body: answer.body }
}
