//! Posts and comments. LinkedIn tells what was written, and nothing of how others reacted.

use super::super::archive::Archive;
use super::super::csv::{self, Quotes, Record};
use super::super::error::Error;
use super::super::report::{Outlet, Skip};
use super::super::seen::{Ordinals, Seen};
use super::super::{dates, hashtags};
use super::tables::Table;
use super::{OPENED, Tables};
use crate::domain::item::{Item, ItemKind, excerpt};
use crate::domain::time::Timestamp;

/// Longest address of a post.
const ADDRESS: usize = 1_024;
/// 2012-01-01T00:00:00Z: LinkedIn's numbers of posts carry a clock since about then.
const FIRST_CLOCK: Timestamp = Timestamp::from_seconds(1_325_376_000);

/// Turns rows into items.
pub(super) struct Posts<'o, 's> {
    outlet: &'o mut Outlet<'s>,
    seen: Seen,
    /// Of one table: two downloads of it must give the same numbers.
    alike: Ordinals,
}

impl<'o, 's> Posts<'o, 's> {
    /// Nothing read yet.
    pub(super) fn new(outlet: &'o mut Outlet<'s>) -> Self {
        Self { outlet, seen: Seen::default(), alike: Ordinals::default() }
    }

    /// Hands out what the tables hold; posts first, so that comments know which are her own.
    pub(super) fn read(mut self, archive: &mut Archive<'_>, tables: &Tables) -> Result<(), Error> {
        for member in tables.of(Table::Shares) {
            self.alike = Ordinals::default();
            archive.read(member, |open| {
                let columns = Table::Shares.columns();
                csv::records(open, columns, Quotes::Doubled, &mut |row| self.share(&row))
            })?;
        }
        for member in tables.of(Table::Comments) {
            self.alike = Ordinals::default();
            archive.read(member, |open| {
                let columns = Table::Comments.columns();
                csv::records(open, columns, Quotes::Escaped, &mut |row| self.comment(&row))
            })?;
        }
        Ok(())
    }

    fn share(&mut self, row: &Record<'_>) -> Result<(), Error> {
        let link = row.get(&["ShareLink"]).filter(|link| is_address(link));
        let urn = link.as_deref().and_then(urn);
        let number = urn.as_ref().map_or(0, |&(_, number)| number);
        let id = urn.map(|(id, _)| id).or_else(|| link.clone());
        let id = id.unwrap_or_else(|| self.numbered("share", row));
        if !self.seen.is_new(&id) {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        }
        if !row.get(&["Visibility"]).is_none_or(|who| is_public(&who)) {
            self.outlet.skip(Skip::NotPublic);
            return Ok(());
        }
        let Some(text) = row.get(&["ShareCommentary"]).map(|text| plain(&text)) else {
            if row.get(&["MediaUrl"]).is_some() {
                self.outlet.skip(Skip::NoText);
            } else {
                self.outlet.did("reshares_made", 1);
            }
            return Ok(());
        };
        let shared = row.get(&["SharedUrl"]);
        let quotes = shared.is_some_and(|url| url.contains("linkedin.com/") && post_in(&url));
        let kind = if quotes { ItemKind::Quote } else { ItemKind::Post };
        let tags = hashtags::of(&text);
        let item = Item { tags, ..bare(id, kind, text, link) };
        self.hand_out(item, row, number)
    }

    fn comment(&mut self, row: &Record<'_>) -> Result<(), Error> {
        let Some(text) = row.get(&["Message"]).map(|text| plain(&text)) else {
            self.outlet.skip(Skip::NoText);
            return Ok(());
        };
        let link = row.get(&["Link"]).filter(|link| is_address(link));
        let post = link.as_deref().and_then(urn);
        let own = post.as_ref().is_some_and(|(post, _)| self.seen.has(post));
        let place = post.map_or_else(String::new, |(post, _)| post);
        let comment = link.as_deref().and_then(comment_number);
        let id = if let Some(number) = comment {
            format!("comment:{place}:{number}")
        } else {
            self.numbered(&format!("comment:{place}"), row)
        };
        if !self.seen.is_new(&id) {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        }
        let kind = if own { ItemKind::Thread } else { ItemKind::Reply };
        let tags = hashtags::of(&text);
        let item = Item { tags, ..bare(id, kind, text, link) };
        self.hand_out(item, row, comment.unwrap_or(0))
    }

    /// An id of what has none: its place, its time, and a number among those of the same table.
    fn numbered(&mut self, place: &str, row: &Record<'_>) -> String {
        let written = row.get(&["Date"]).unwrap_or_default().replace(' ', "T");
        let place = format!("{place}:{}", excerpt(&written));
        let ordinal = self.alike.next(&place);
        format!("{place}:{ordinal}")
    }

    /// Hands out with the written date, or the one in the number if that is none or impossible.
    fn hand_out(&mut self, item: Item, row: &Record<'_>, number: u64) -> Result<(), Error> {
        let written = row.get(&["Date"]).and_then(|text| dates::whole(&text));
        if let Some(posted_at) = written.filter(|&at| at >= OPENED) {
            return Ok(self.outlet.hand_out(Item { posted_at, ..item })?);
        }
        if let Some(posted_at) = clock(number) {
            return Ok(self.outlet.hand_out_recovered(Item { posted_at, ..item })?);
        }
        self.outlet.skip(Skip::ImpossibleDate);
        Ok(())
    }
}

fn bare(id: String, kind: ItemKind, text: String, url: Option<String>) -> Item {
    let posted_at = OPENED;
    Item {
        id,
        kind,
        posted_at,
        text,
        tags: Vec::new(),
        language: None,
        url,
        reactions: Vec::new(),
        heard: Vec::new(),
    }
}

/// Who may see it: everybody, or every member of the network. Groups and connections are fewer.
fn is_public(visibility: &str) -> bool {
    let known = ["PUBLIC", "MEMBER_NETWORK", "LOGGED_IN", "LOGGED_IN_MEMBERS", "ANYONE"];
    known.iter().any(|known| visibility.eq_ignore_ascii_case(known))
}

fn is_address(text: &str) -> bool {
    let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let scheme = text.starts_with("https://") || text.starts_with("http://");
    scheme && plain && text.len() <= ADDRESS
}

/// Whether an address leads to a post.
fn post_in(url: &str) -> bool {
    urn(url).is_some() || url.contains("/posts/")
}

/// The name (`urn:li:share:7269`) and the number of the post that an address leads to.
fn urn(link: &str) -> Option<(String, u64)> {
    let plain = link.replace("%3A", ":").replace("%3a", ":");
    let (_, rest) = plain.split_once("urn:li:")?;
    let (kind, rest) = rest.split_once(':')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let number: u64 = rest.get(..end)?.parse().ok()?;
    let is_kind =
        matches!(kind, "share" | "ugcPost" | "activity" | "groupPost" | "linkedInArticle");
    is_kind.then(|| (format!("urn:li:{kind}:{number}"), number))
}

/// The number of a comment in the address of newer exports:
/// `commentUrn=urn:li:comment:(activity:7200,7201)`.
fn comment_number(link: &str) -> Option<u64> {
    let (_, rest) = link.split_once("commentUrn=")?;
    let plain = rest.replace("%2C", ",").replace("%2c", ",");
    let (_, rest) = plain.split_once(',')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

/// The clock inside a number: its upper bits are milliseconds since 1970.
fn clock(number: u64) -> Option<Timestamp> {
    let at = Timestamp::from_millis(i64::try_from(number >> 22).ok()?);
    (at >= FIRST_CLOCK).then_some(at)
}

/// Text with hashtags as people see them; LinkedIn writes `{hashtag|\#|rust}` in its own format,
/// and `hashtag#rust` where text was copied from its pages.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{hashtag|") {
        plain.push_str(before);
        let tag = after.split_once('}').and_then(|(tag, after)| {
            let (_, name) = tag.split_once('|')?;
            Some((name, after))
        });
        if let Some((name, after)) = tag {
            plain.push('#');
            plain.push_str(name);
            rest = after;
        } else {
            plain.push_str("{hashtag|");
            rest = after;
        }
    }
    plain.push_str(rest);
    plain.replace("hashtag#", "#")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_named_by_what_their_address_leads_to() {
        for (link, id) in [
            ("https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7269", "urn:li:share:7269"),
            ("https://www.linkedin.com/feed/update/urn:li:ugcPost:7270/", "urn:li:ugcPost:7270"),
            ("http://linkedin.com/feed/update/urn:li:activity:1?x=2", "urn:li:activity:1"),
        ] {
            assert_eq!(urn(link).unwrap().0, id);
        }
        for none in ["https://www.linkedin.com/in/ada", "urn:li:member:1", "urn:li:share:x"] {
            assert_eq!(urn(none), None, "{none}");
        }
        let link = "https://l.example/u?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A72%2C7201%29";
        assert_eq!(comment_number(link), Some(7201));
    }

    #[test]
    fn hashtags_are_written_as_people_see_them() {
        assert_eq!(plain(r"{hashtag|\#|rust} and hashtag#go {hashtag|"), "#rust and #go {hashtag|");
        assert_eq!(plain("{hashtag|x} #y"), "{hashtag|x} #y");
    }

    #[test]
    fn a_number_without_a_clock_has_no_date() {
        assert_eq!(clock(7_200), None);
        let at = clock(7_269_000_000_000_000_000).unwrap();
        assert_eq!(at.to_string(), "2024-12-01T14:50:51.489000Z");
    }
}
