//! The archive of 2012 to 2018, called Grailbird: a page for the browser, its posts month by
//! month in scripts, and all of them again in a table. It has no counts of reactions.

use super::super::archive::{Archive, Member, names};
use super::super::csv::{self, Quotes};
use super::super::error::Error;
use super::super::json;
use super::super::report::{Outlet, Report};
use super::rows::{Tweet, UserDetails};
use super::{Notes, Reader, Sink, is_handle, named, starts_with, times};
use crate::domain::evidence::Channel;
use crate::domain::item::Account;
use crate::domain::time::Timestamp;

const LAYOUT: &str = "2012 to 2018";
/// Columns that no other table has together.
const COLUMNS: [&str; 4] = ["tweet_id", "timestamp", "text", "retweeted_status_id"];
/// Bytes in which the names of all columns stand.
const HEAD: u64 = 1 << 10;
/// Most tables that are looked at to tell what they are.
const LOOKED_AT: usize = 4;

/// Whether the archive, or a single table, is of this generation.
pub(super) fn recognizes(archive: &mut Archive<'_>) -> Result<bool, Error> {
    if let Some(&first) = archive.matching(is_month).first()
        && starts_with(archive, first, "Grailbird.data.")?
    {
        return Ok(true);
    }
    Ok(table(archive)?.is_some())
}

/// Reads such an archive. The scripts tell more than the table.
pub(super) fn read(archive: &mut Archive<'_>, sink: &mut Sink<'_>) -> Result<Report, Error> {
    let months = archive.matching(is_month);
    let table = table(archive)?;
    let (account, created) = match archive.find("user_details.js")? {
        Some(member) => {
            let fields = archive.read(member, json::document::<UserDetails>)?.fields();
            let account = named(&fields)
                .ok_or_else(|| Error::malformed("user_details.js", "names no account"))?;
            (account, fields.created_at.get().and_then(date))
        }
        None => (account_in(archive, table)?, None),
    };
    let mut outlet = Outlet::new(Channel::X, LAYOUT, account, sink);
    outlet.created(created);
    let exported_at = exported_at(archive)?;
    outlet.exported(exported_at);
    let mut reader = Reader { exported_at, notes: Notes::default(), outlet };
    if !months.is_empty() {
        archive.read_each(&months, &mut |open| json::array(open, &mut |row| reader.row(row)))?;
    } else if let Some(table) = table {
        archive.read(table, |open| {
            csv::records(open, &COLUMNS, Quotes::Doubled, &mut |record| {
                reader.row(Tweet::of_record(&record))
            })
        })?;
    }
    Ok(reader.outlet.finish())
}

/// `data/js/tweets/2013_04.js`.
fn is_month(name: &str) -> bool {
    let month = names::base(name).strip_suffix(".js").and_then(|stem| stem.split_once('_'));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    names::base(names::folder(name)) == "tweets"
        && month.is_some_and(|(year, month)| {
            (year.len(), month.len()) == (4, 2) && digits(year) && digits(month)
        })
}

/// `tweets.csv`, or the table as a single file.
fn table(archive: &mut Archive<'_>) -> Result<Option<Member>, Error> {
    let mut tables = archive.singles();
    tables.extend(archive.matching(|name| names::base(name) == "tweets.csv"));
    for member in tables.into_iter().take(LOOKED_AT) {
        if csv::has_columns(&archive.head(member, HEAD)?, &COLUMNS) {
            return Ok(Some(member));
        }
    }
    Ok(None)
}

fn exported_at(archive: &mut Archive<'_>) -> Result<Option<Timestamp>, Error> {
    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Details {
        created_at: json::Text,
    }
    let Some(member) = archive.find("payload_details.js")? else {
        return Ok(None);
    };
    let details: Details = archive.read(member, json::document)?;
    Ok(details.created_at.get().and_then(date))
}

fn date(text: &str) -> Option<Timestamp> {
    times::parse(text).or_else(|| text.parse().ok())
}

/// Whose posts a table holds that came without its archive: links to the pictures of an own post
/// bear the name of the author. The number of the account is not in it.
fn account_in(archive: &mut Archive<'_>, table: Option<Member>) -> Result<Account, Error> {
    let mut handle = None;
    if let Some(table) = table {
        archive.read(table, |open| {
            csv::records(open, &COLUMNS, Quotes::Doubled, &mut |record| {
                let links = record.get(&["expanded_urls"]).filter(|_| handle.is_none());
                if let (Some(links), Some(id)) = (links, record.get(&["tweet_id"])) {
                    handle = links.split(',').find_map(|link| author(link, &id));
                }
                Ok(())
            })
        })?;
    }
    let handle = handle.ok_or(Error::Missing { member: "data/js/user_details.js" })?;
    Ok(Account { id: None, handle, name: None })
}

/// The author in the link to a picture of this post.
fn author(link: &str, id: &str) -> Option<String> {
    let (_, rest) = link.split_once("twitter.com/")?;
    let (handle, rest) = rest.split_once("/status/")?;
    let own = rest.strip_prefix(id)?.starts_with("/photo/");
    (own && is_handle(handle)).then(|| handle.to_owned())
}
