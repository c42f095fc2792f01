//! Reddit: the tables it hands out on request, and the answers of its interface (listings), which
//! alone tell how posts and comments were received. Only posts, comments, the account's name and
//! age, and the numbers of votes given and communities are read; messages, addresses and saved
//! items lie next to them. Nothing of other channels here.

mod listing;
mod tables;

use self::listing::{Answer, Answers};
use self::tables::{Statistics, Table};
use super::archive::{Archive, Member, names};
use super::csv::{self, HEAD};
use super::error::Error;
use super::report::{Audience, Outlet, Report, Skip};
use super::seen::Seen;
use super::{Export, Sink, peek};
use crate::domain::evidence::Channel;
use crate::domain::item::{Account, Item, ItemKind};
use crate::domain::time::Timestamp;

/// The format of Reddit.
pub(super) struct Reddit;

/// 2005-06-23T00:00:00Z: the site opened.
const OPENED: Timestamp = Timestamp::from_seconds(1_119_484_800);
/// How far after the export a date may lie, in microseconds.
const TOLERANCE: i64 = 86_400_000_000;
/// Longest path of a post's page.
const PATH: usize = 512;

impl Export for Reddit {
    fn channel(&self) -> Channel {
        Channel::Reddit
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        let found = Found::new(archive)?;
        Ok(found.is_certain || !found.answers.is_empty())
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        let found = Found::new(archive)?;
        let mut statistics = Statistics::default();
        for member in found.of(Table::Statistics) {
            archive.read(member, |open| statistics.read(open))?;
        }
        let answers = Answers::read(archive, &found.answers)?;
        let whose = statistics.name.as_deref().or(whose);
        let name = answers.name(whose)?;
        let handle = name.clone().unwrap_or_else(|| "unknown".to_owned());
        // Names on Reddit are given once, differ in more than case, and never change.
        let account = Account { id: name.map(|name| name.to_lowercase()), handle, name: None };
        let layout = match (found.tables.is_empty(), found.answers.is_empty()) {
            (false, false) => "data request, with answers of the interface",
            (true, _) => "answers of the interface",
            (false, true) => "data request",
        };
        let mut outlet = Outlet::new(Channel::Reddit, layout, account, sink);
        outlet.created(statistics.created.or(answers.created));
        outlet.exported(statistics.exported);
        outlet.audience(Audience::Reputation, answers.karma);
        let latest = statistics.exported;
        let mut reader =
            Reader { outlet, latest, seen: Seen::default(), answered: Seen::default() };
        listing::each(archive, &found.answers, &mut |answer| reader.answer(&answer))?;
        for table in [Table::Posts, Table::Comments] {
            for member in found.of(table) {
                archive.read(member, |open| tables::items(open, table, &mut reader))?;
            }
        }
        let Reader { mut outlet, .. } = reader;
        counts(archive, &found, &mut outlet)?;
        Ok(outlet.finish())
    }
}

/// What was brought.
struct Found {
    tables: Vec<(Table, Member)>,
    answers: Vec<Member>,
    /// Whether some table can only be Reddit's.
    is_certain: bool,
}

impl Found {
    fn new(archive: &mut Archive<'_>) -> Result<Self, Error> {
        let mut found = Self { tables: Vec::new(), answers: Vec::new(), is_certain: false };
        let mut members = archive.matching(|name| Table::named(name).is_some());
        members.truncate(csv::MEMBERS);
        archive.look(&members, HEAD)?;
        for member in members {
            let Some(table) = Table::named(archive.name(member)) else {
                continue;
            };
            let head = archive.head(member, HEAD)?;
            if csv::has_columns(&head, table.columns()) {
                found.is_certain |= table.is_certain(&head) || table == Table::Subreddits;
                found.tables.push((table, member));
            }
        }
        let mut members = archive.singles();
        members.extend(archive.matching(listing::is_answers_name));
        members.truncate(peek::ANSWERS);
        archive.look(&members, peek::ANSWER)?;
        for member in members {
            let head = archive.head(member, peek::ANSWER)?;
            if listing::is_answer(&head) {
                found.answers.push(member);
            } else if names::base(archive.name(member)).is_empty() {
                let table = Table::ALL.into_iter().find(|table| {
                    csv::has_columns(&head, table.columns()) && table.is_certain(&head)
                });
                found.is_certain |= table.is_some();
                found.tables.extend(table.map(|table| (table, member)));
            }
        }
        Ok(found)
    }

    fn of(&self, wanted: Table) -> impl Iterator<Item = Member> {
        self.tables.iter().filter(move |(table, _)| *table == wanted).map(|&(_, member)| member)
    }
}

fn counts(archive: &mut Archive<'_>, found: &Found, outlet: &mut Outlet<'_>) -> Result<(), Error> {
    let mut communities = None;
    for member in found.of(Table::Subreddits) {
        let rows = archive.read(member, |open| tables::count(open, Table::Subreddits))?;
        communities = communities.max(Some(rows));
    }
    outlet.audience(Audience::Communities, communities);
    for table in [Table::PostVotes, Table::CommentVotes] {
        for member in found.of(table) {
            let votes = archive.read(member, |open| tables::count(open, table))?;
            outlet.did("votes_given", votes);
        }
    }
    Ok(())
}

/// Hands out items.
struct Reader<'s> {
    outlet: Outlet<'s>,
    /// No item is younger than the export.
    latest: Option<Timestamp>,
    seen: Seen,
    /// Items that came with their reactions; the tables repeat them without.
    answered: Seen,
}

impl Reader<'_> {
    fn answer(&mut self, answer: &Answer) -> Result<(), Error> {
        if answer.is_account() {
            return Ok(());
        }
        let own = self.outlet.account().id.as_deref();
        if own.is_none() || own != answer.author().map(str::to_lowercase).as_deref() {
            self.outlet.skip(Skip::NotOwn);
            return Ok(());
        }
        if answer.is_reshare() {
            self.outlet.did("reshares_made", 1);
            return Ok(());
        }
        let Some(id) = answer.id() else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        let item = answer.item(id);
        self.answered.is_new(&item.id);
        self.item(item, answer.at(), answer.left_out())
    }

    /// Hands out a row's or an answer's item, unless there is a reason to leave it out.
    fn item(
        &mut self,
        item: Item,
        at: Option<Timestamp>,
        left_out: Option<Skip>,
    ) -> Result<(), Error> {
        if !self.seen.is_new(&item.id) {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        }
        let latest = self.latest.map(|at| at.micros().saturating_add(TOLERANCE));
        let is_possible =
            |at: &Timestamp| *at >= OPENED && latest.is_none_or(|latest| at.micros() <= latest);
        let reason = left_out
            .or_else(|| written_off(&item.text))
            .or_else(|| item.text.trim().is_empty().then_some(Skip::NoText));
        match (reason, at.filter(is_possible)) {
            (Some(reason), _) => self.outlet.skip(reason),
            (None, None) => self.outlet.skip(Skip::ImpossibleDate),
            (None, Some(posted_at)) => self.outlet.hand_out(Item { posted_at, ..item })?,
        }
        Ok(())
    }
}

/// What stands where something was deleted or removed.
fn written_off(text: &str) -> Option<Skip> {
    let last = text.trim_end().lines().next_back()?;
    let (first, last) = (text.lines().next()?.to_lowercase(), last.to_lowercase());
    if [first.as_str(), &last].iter().any(|line| line.starts_with("[removed")) {
        return Some(Skip::Removed);
    }
    (first.starts_with("[deleted") || last == "[deleted]").then_some(Skip::Deleted)
}

/// An item without date and reactions.
fn bare(id: String, kind: ItemKind, text: String, subreddit: Option<&str>) -> Item {
    // A person's own page is a place as well, but no topic.
    let place = subreddit.map(|name| name.trim_start_matches("r/"));
    let place = place.filter(|name| !name.starts_with("u_") && !name.starts_with("u/"));
    let tags = place.map(str::to_owned).into_iter().collect();
    let (posted_at, reactions) = (OPENED, Vec::new());
    Item {
        id,
        kind,
        posted_at,
        text,
        tags,
        language: None,
        url: None,
        reactions,
        heard: Vec::new(),
    }
}

/// The page of an item: tables write the whole address, the interface only the path.
fn page(permalink: &str) -> Option<String> {
    let rest = permalink.strip_prefix("https://").unwrap_or(permalink);
    let path = rest.find('/').and_then(|at| rest.get(at..))?;
    let host = rest.strip_suffix(path)?;
    let known = host.is_empty() || host == "reddit.com" || host.ends_with(".reddit.com");
    let plain = path.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '_' | '-' | '%'));
    (known && plain && path.len() <= PATH).then(|| format!("https://www.reddit.com{path}"))
}

/// The network's own number of a post (`t3_`) or comment (`t1_`), in the form that tells which.
fn full_id(kind: &str, id: &str) -> Option<String> {
    let number = id.split_once('_').map_or(id, |(_, number)| number);
    let plain = !number.is_empty()
        && number.len() <= 20
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| format!("{kind}_{}", number.to_ascii_lowercase()))
}
