//! Endorsements and recommendations. Who wrote them is compared, so that nobody counts twice for
//! one skill, and forgotten; the text of a recommendation is not read.

use std::collections::BTreeSet;

use super::super::archive::Archive;
use super::super::csv::{self, Quotes, Record};
use super::super::dates;
use super::super::error::Error;
use super::super::report::{Outlet, Skip};
use super::tables::Table;
use super::{OPENED, Tables};
use crate::domain::evidence::Signal;
use crate::domain::item::{Item, ItemKind, excerpt};
use crate::domain::time::Timestamp;

/// Most endorsements and recommendations that are kept for comparing: 100 skills with 200 each.
const KEPT: usize = 20_000;

/// What others said, in one order whatever file it came from.
#[derive(Default)]
pub(super) struct Praise {
    endorsements: BTreeSet<Endorsement>,
    recommendations: BTreeSet<Recommendation>,
    skipped: Vec<(Skip, Rejected)>,
}

/// An accepted endorsement; the earliest of one person for one skill comes first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Endorsement {
    /// In lower case.
    skill: String,
    at: Timestamp,
    endorser: String,
    /// As it is written.
    title: String,
}

/// A recommendation that others can see.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Recommendation {
    at: Timestamp,
    writer: String,
}

/// What a row that does not count is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rejected {
    Endorsement,
    Recommendation,
}

impl Praise {
    /// Reads the tables.
    pub(super) fn read(&mut self, archive: &mut Archive<'_>, tables: &Tables) -> Result<(), Error> {
        for (table, kind) in [
            (Table::Endorsements, Rejected::Endorsement),
            (Table::Recommendations, Rejected::Recommendation),
        ] {
            let mut largest: Vec<(Skip, Rejected)> = Vec::new();
            for member in tables.of(table) {
                let mut skipped = Vec::new();
                archive.read(member, |open| {
                    csv::records(open, table.columns(), Quotes::Doubled, &mut |row| {
                        let kept = self.endorsements.len() + self.recommendations.len();
                        if kept + skipped.len() >= KEPT {
                            let what = "the export lists more than 20000 endorsements".to_owned();
                            return Err(Error::TooLarge { what });
                        }
                        let taken = match kind {
                            Rejected::Endorsement => self.endorsement(&row),
                            Rejected::Recommendation => self.recommendation(&row),
                        };
                        skipped.extend(taken.err().map(|reason| (reason, kind)));
                        Ok(())
                    })
                })?;
                // Two downloads of one export repeat what was left out.
                if skipped.len() > largest.len() {
                    largest = skipped;
                }
            }
            self.skipped.extend(largest);
        }
        Ok(())
    }

    fn endorsement(&mut self, row: &Record<'_>) -> Result<(), Skip> {
        match row.get(&["Endorsement Status"]).unwrap_or_default().to_uppercase().as_str() {
            "ACCEPTED" => {}
            "PENDING" => return Err(Skip::Pending),
            "" => return Err(Skip::Unreadable),
            _ => return Err(Skip::Unapproved),
        }
        let title = excerpt(&row.get(&["Skill Name"]).ok_or(Skip::Unreadable)?);
        let address = row.get(&["Endorser Public Url"]).map(|url| slug(&url));
        let names = [row.get(&["Endorser First Name"]), row.get(&["Endorser Last Name"])];
        let endorser = address.or_else(|| named(names)).ok_or(Skip::AccountGone)?;
        let written = row.get(&["Endorsement Date"]);
        let at = possible(
            written.and_then(|text| dates::whole(&text).or_else(|| dates::american(&text))),
        )?;
        let skill = title.to_lowercase();
        self.endorsements.insert(Endorsement { skill, at, endorser: excerpt(&endorser), title });
        Ok(())
    }

    fn recommendation(&mut self, row: &Record<'_>) -> Result<(), Skip> {
        match row.get(&["Status", "Display Status"]).map(|status| status.to_uppercase()).as_deref()
        {
            None | Some("VISIBLE" | "SHOWN") => {}
            Some("PENDING" | "REQUESTED" | "REVISION_REQUESTED") => return Err(Skip::Pending),
            Some("DELETED" | "WITHDRAWN") => return Err(Skip::Deleted),
            Some(_) => return Err(Skip::NotPublic),
        }
        let names = [row.get(&["First Name"]), row.get(&["Last Name"])];
        let writer = named(names).ok_or(Skip::AccountGone)?;
        let written = row.get(&["Creation Date"]);
        let at = possible(
            written.and_then(|text| dates::american(&text).or_else(|| dates::whole(&text))),
        )?;
        self.recommendations.insert(Recommendation { at, writer: excerpt(&writer) });
        Ok(())
    }

    /// Hands out an item for each, with a number among those of the same skill and second.
    pub(super) fn hand_out(self, outlet: &mut Outlet<'_>) -> Result<(), Error> {
        let mut pairs = BTreeSet::new();
        let mut endorsers = BTreeSet::new();
        let (mut before, mut ordinal) = (String::new(), 0_u32);
        for endorsement in &self.endorsements {
            let Endorsement { skill, at, endorser, title } = endorsement;
            if !pairs.insert((skill, endorser)) {
                outlet.skip(Skip::Duplicate);
                continue;
            }
            endorsers.insert(endorser);
            let place = format!("skill:{skill}:{}", at.micros().div_euclid(1_000_000));
            ordinal = if place == before { ordinal + 1 } else { 0 };
            let item = item(format!("{place}:{ordinal}"), ItemKind::Skill, *at);
            outlet.hand_out(Item { tags: vec![title.clone()], ..item })?;
            before = place;
        }
        for Recommendation { at, .. } in &self.recommendations {
            let place = format!("recommendation:{}", at.micros().div_euclid(1_000_000));
            ordinal = if place == before { ordinal + 1 } else { 0 };
            outlet.hand_out(item(format!("{place}:{ordinal}"), ItemKind::Recommendation, *at))?;
            before = place;
        }
        for (reason, kind) in self.skipped {
            outlet.skip(reason);
            match (reason, kind) {
                (Skip::Pending, Rejected::Endorsement) => outlet.did("endorsements_pending", 1),
                (Skip::Pending, Rejected::Recommendation) => {
                    outlet.did("recommendations_pending", 1);
                }
                _ => {}
            }
        }
        if !endorsers.is_empty() {
            outlet.did("distinct_endorsers", endorsers.len() as u64);
        }
        Ok(())
    }
}

fn item(id: String, kind: ItemKind, posted_at: Timestamp) -> Item {
    Item {
        id,
        kind,
        posted_at,
        text: String::new(),
        tags: Vec::new(),
        language: None,
        url: None,
        reactions: vec![(Signal::Endorsement, 1)],
        heard: Vec::new(),
    }
}

fn possible(at: Option<Timestamp>) -> Result<Timestamp, Skip> {
    at.filter(|&at| at >= OPENED).ok_or(Skip::ImpossibleDate)
}

/// A full name, to compare.
fn named(parts: [Option<String>; 2]) -> Option<String> {
    let full = parts.into_iter().flatten().collect::<Vec<_>>().join(" ").to_lowercase();
    Some(full).filter(|full| !full.is_empty())
}

/// The part of a profile's address that is the same with and without `https://www.`.
fn slug(url: &str) -> String {
    let lower = url.to_lowercase();
    let (_, path) = lower.split_once("linkedin.com/").unwrap_or(("", &lower));
    path.trim_end_matches('/').to_owned()
}
