//! LinkedIn: the zip of tables it hands out, basic and complete. Only the tables of the profile's
//! name, of posts and comments, and of what is counted (connections, skills, follows) are opened,
//! with the articles, and the endorsements and recommendations, of which no names and no texts
//! stay. Messages, addresses and phone numbers lie next to them. Nothing of other channels here.

mod articles;
mod posts;
mod praise;
mod tables;

use std::collections::BTreeMap;

use self::posts::Posts;
use self::praise::Praise;
use self::tables::Table;
use super::archive::{Archive, Member, names};
use super::csv::{self, HEAD, Quotes, Record};
use super::error::Error;
use super::report::{Audience, Outlet, Report, Skip};
use super::{Export, Sink};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Account, excerpt};
use crate::domain::time::Timestamp;

/// The format of LinkedIn.
pub(super) struct LinkedIn;

/// 2003-05-05T00:00:00Z: the network opened.
const OPENED: Timestamp = Timestamp::from_seconds(1_052_092_800);

impl Export for LinkedIn {
    fn channel(&self) -> Channel {
        Channel::LinkedIn
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        Ok(found(archive)?.iter().any(|(_, _, is_certain)| *is_certain))
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        _whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        let found = found(archive)?;
        let tables = Tables(found.into_iter().map(|(table, member, _)| (table, member)).collect());
        let account = account(archive, &tables)?;
        let layout = if tables.has(Table::Shares) || tables.has(Table::Comments) {
            "tables, with posts"
        } else {
            "tables, profile only"
        };
        let mut outlet = Outlet::new(Channel::LinkedIn, layout, account, sink);
        Posts::new(&mut outlet).read(archive, &tables)?;
        articles::read(archive, &mut outlet)?;
        let mut praise = Praise::default();
        praise.read(archive, &tables)?;
        if tables.has(Table::Endorsements) || tables.has(Table::Recommendations) {
            outlet.knows(Signal::Endorsement);
        }
        praise.hand_out(&mut outlet)?;
        counts(archive, &tables, &mut outlet)?;
        Ok(outlet.finish())
    }
}

/// The tables that were brought.
struct Tables(Vec<(Table, Member)>);

impl Tables {
    fn of(&self, wanted: Table) -> impl Iterator<Item = Member> {
        self.0.iter().filter(move |(table, _)| *table == wanted).map(|&(_, member)| member)
    }

    fn has(&self, wanted: Table) -> bool {
        self.of(wanted).next().is_some()
    }
}

/// Every table by its name and its columns (one that was brought alone by its columns only), and
/// whether no other network has such a one.
fn found(archive: &mut Archive<'_>) -> Result<Vec<(Table, Member, bool)>, Error> {
    let mut found = Vec::new();
    let mut members = archive.matching(|name| Table::named(name).is_some());
    members.truncate(csv::MEMBERS);
    archive.look(&members, HEAD)?;
    for member in members {
        let Some(table) = Table::named(archive.name(member)) else {
            continue;
        };
        let head = archive.head(member, HEAD)?;
        if csv::has_columns(&head, table.columns()) {
            found.push((table, member, table.is_certain(&head)));
        }
    }
    for member in archive.singles() {
        let head = archive.head(member, HEAD)?;
        let table = Table::ALL
            .into_iter()
            .find(|table| csv::has_columns(&head, table.columns()) && table.is_certain(&head));
        found.extend(table.map(|table| (table, member, true)));
    }
    Ok(found)
}

/// Whose export it is: a name, which others may have as well.
fn account(archive: &mut Archive<'_>, tables: &Tables) -> Result<Account, Error> {
    let mut name: Option<String> = None;
    for member in tables.of(Table::Profile) {
        archive.read(member, |open| {
            csv::records(open, Table::Profile.columns(), Quotes::Doubled, &mut |row| {
                let parts = [row.get(&["First Name"]), row.get(&["Last Name"])];
                let full = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
                name = name.take().or_else(|| Some(full).filter(|full| !full.is_empty()));
                Ok(())
            })
        })?;
    }
    let name = name.map(|name| excerpt(&name));
    Ok(Account { id: None, handle: name.clone().unwrap_or_else(|| "unknown".to_owned()), name })
}

/// The tables of which only the rows are counted. Two downloads of one export repeat them, and
/// the fuller one counts.
fn counts(
    archive: &mut Archive<'_>,
    tables: &Tables,
    outlet: &mut Outlet<'_>,
) -> Result<(), Error> {
    let named = |row: &Record<'_>| row.get(&["First Name", "Last Name", "URL"]).is_some();
    let connections = rows(archive, tables, Table::Connections, &named)?;
    if let Some(rows) = connections {
        outlet.audience(Audience::Connections, Some(rows.counted));
        outlet.skip_many(Skip::AccountGone, rows.other);
    }
    let active = |row: &Record<'_>| {
        row.get(&["Status"]).is_none_or(|status| status.eq_ignore_ascii_case("active"))
    };
    let follows = rows(archive, tables, Table::MemberFollows, &active)?;
    outlet.audience(Audience::Following, follows.map(|rows| rows.counted));
    for (table, what) in [
        (Table::Reactions, "reactions_given"),
        (Table::Reposts, "reshares_made"),
        (Table::Skills, "skills_named"),
        (Table::CompanyFollows, "companies_followed"),
    ] {
        if let Some(rows) = rows(archive, tables, table, &|_| true)? {
            outlet.did(what, rows.counted);
        }
    }
    Ok(())
}

/// How many rows a table has.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Rows {
    counted: u64,
    other: u64,
}

fn rows(
    archive: &mut Archive<'_>,
    tables: &Tables,
    table: Table,
    counts: &dyn Fn(&Record<'_>) -> bool,
) -> Result<Option<Rows>, Error> {
    let mut by_name: BTreeMap<String, Rows> = BTreeMap::new();
    for member in tables.of(table) {
        let mut rows = Rows::default();
        archive.read(member, |open| {
            csv::records(open, table.columns(), Quotes::Doubled, &mut |row| {
                if counts(&row) {
                    rows.counted += 1;
                } else {
                    rows.other += 1;
                }
                Ok(())
            })
        })?;
        let known = by_name.entry(names::base(archive.name(member)).to_lowercase()).or_default();
        *known = rows.max(*known);
    }
    let sum = |sum: Rows, rows: Rows| Rows {
        counted: sum.counted + rows.counted,
        other: sum.other + rows.other,
    };
    Ok(by_name.into_values().reduce(sum))
}
