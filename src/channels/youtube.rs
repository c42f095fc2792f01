//! YouTube: what Google Takeout hands out (tables, in the language of the account), and the
//! answers of the Data API v3, which alone tell how videos were received. Only the tables of
//! channels, videos, comments and subscriptions are opened; the histories of what was watched and
//! searched lie next to them. Nothing of other channels here.

mod answers;
mod columns;
mod tables;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use self::answers::{Resource, Statistics};
use self::tables::{Table, Takeout};
use super::archive::{Archive, Member};
use super::csv::{self, HEAD};
use super::error::Error;
use super::report::{Audience, Outlet, Report, Skip};
use super::seen::Seen;
use super::{Export, Sink, peek};
use crate::domain::evidence::Channel;
use crate::domain::item::{Account, excerpt};
use crate::domain::time::Timestamp;

/// The format of YouTube.
pub(super) struct YouTube;

/// 2005-02-14T00:00:00Z: the site opened.
const OPENED: Timestamp = Timestamp::from_seconds(1_108_339_200);
/// Most videos whose numbers are kept until their row comes; the largest channels have fewer.
const VIDEOS: usize = 200_000;
/// Most channels of one account that are kept.
const CHANNELS: usize = 1_000;

impl Export for YouTube {
    fn channel(&self) -> Channel {
        Channel::YouTube
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        let found = Found::new(archive)?;
        Ok(!found.tables.is_empty() || !found.answers.is_empty())
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        let found = Found::new(archive)?;
        let mut known = Known::read(archive, &found)?;
        let account = known.account(whose)?;
        let layout = match (found.tables.is_empty(), found.answers.is_empty()) {
            (false, false) => "Takeout, with answers of the Data API",
            (true, _) => "answers of the Data API",
            (false, true) => "Takeout",
        };
        let mut outlet = Outlet::new(Channel::YouTube, layout, account, sink);
        outlet.created(known.mine().and_then(|channel| channel.created));
        outlet.audience(Audience::Followers, known.mine().and_then(|channel| channel.subscribers));
        let mut takeout = Takeout::new(outlet, &known);
        for table in [Table::Videos, Table::Comments, Table::Subscriptions] {
            for member in found.of(table) {
                let head = archive.head(member, HEAD)?;
                archive.read(member, |open| takeout.read(open, table, &head))?;
            }
        }
        let (mut outlet, mut seen) = takeout.finish();
        let mut subscriptions = None;
        answers::each(archive, &found.answers, &mut |resource| {
            if resource.is_subscription() {
                subscriptions = Some(subscriptions.unwrap_or(0) + 1);
            } else if resource.is_video() {
                return video(&resource, &known, &mut outlet, &mut seen);
            }
            Ok(())
        })?;
        outlet.audience(Audience::Following, subscriptions);
        Ok(outlet.finish())
    }
}

/// Hands out a video of an answer, unless its row was there.
fn video(
    resource: &Resource,
    known: &Known,
    outlet: &mut Outlet<'_>,
    seen: &mut Seen,
) -> Result<(), Error> {
    let Some(id) = resource.id().filter(|id| is_id(id)) else {
        outlet.skip(Skip::Unreadable);
        return Ok(());
    };
    if !seen.is_new(id) {
        return Ok(());
    }
    if !known.is_own(resource.channel()) {
        outlet.skip(Skip::NotOwn);
        return Ok(());
    }
    if let Some(reason) = resource.left_out() {
        outlet.skip(reason);
        return Ok(());
    }
    match resource.item(id) {
        Some(item) => outlet.hand_out(item)?,
        None => outlet.skip(Skip::ImpossibleDate),
    }
    Ok(())
}

/// What was brought.
struct Found {
    tables: Vec<(Table, Member)>,
    answers: Vec<Member>,
}

impl Found {
    fn new(archive: &mut Archive<'_>) -> Result<Self, Error> {
        let mut found = Self { tables: Vec::new(), answers: Vec::new() };
        let mut members = archive.matching(|name| words::table(name).is_some());
        members.truncate(csv::MEMBERS);
        archive.look(&members, HEAD)?;
        for member in members {
            let head = archive.head(member, HEAD)?;
            found.tables.extend(Table::of(&head).map(|table| (table, member)));
        }
        let mut members = archive.singles();
        members.extend(archive.matching(answers::is_name));
        members.truncate(peek::ANSWERS);
        archive.look(&members, peek::ANSWER)?;
        for member in members {
            let head = archive.head(member, peek::ANSWER)?;
            if answers::is_answer(&head) {
                found.answers.push(member);
            } else if archive.name(member).is_empty() {
                found.tables.extend(Table::of(&head).map(|table| (table, member)));
            }
        }
        Ok(found)
    }

    fn of(&self, wanted: Table) -> impl Iterator<Item = Member> {
        self.tables.iter().filter(move |(table, _)| *table == wanted).map(|&(_, member)| member)
    }
}

/// A channel, as far as it is told.
#[derive(Default)]
struct Owned {
    id: String,
    title: Option<String>,
    handle: Option<String>,
    created: Option<Timestamp>,
    subscribers: Option<u64>,
}

/// What must be known before the first item.
#[derive(Default)]
struct Known {
    /// The account's channels by Takeout, the first one first.
    takeout: Vec<Owned>,
    /// Channels of answers; anybody's.
    answered: Vec<Owned>,
    /// The channels of videos of answers, two at most.
    authors: BTreeSet<String>,
    /// How videos were received.
    statistics: BTreeMap<String, Statistics>,
    /// The channels that are the account's.
    own: BTreeSet<String>,
}

impl Known {
    fn read(archive: &mut Archive<'_>, found: &Found) -> Result<Self, Error> {
        let mut known = Self::default();
        for member in found.of(Table::Channels) {
            archive.read(member, |open| {
                tables::channels(open, &mut |id, title| {
                    let is_new = known.takeout.iter().all(|channel| channel.id != id);
                    if is_new && known.takeout.len() < CHANNELS {
                        known.takeout.push(Owned { id, title, ..Owned::default() });
                    }
                })
            })?;
        }
        answers::each(archive, &found.answers, &mut |resource| known.note(&resource))?;
        Ok(known)
    }

    fn note(&mut self, resource: &Resource) -> Result<(), Error> {
        let Some(id) = resource.id().filter(|id| is_id(id)) else {
            return Ok(());
        };
        if resource.is_channel() {
            if self.answered.len() < CHANNELS {
                self.answered.push(resource.channel_facts(id));
            }
        } else if resource.is_video() {
            if let Some(channel) = resource.channel()
                && self.authors.len() < 2
            {
                self.authors.insert(channel.to_owned());
            }
            if self.statistics.len() >= VIDEOS {
                let what = format!("the upload lists more than {VIDEOS} videos");
                return Err(Error::TooLarge { what });
            }
            self.statistics.entry(id.to_owned()).or_default().merge(resource.statistics());
        }
        Ok(())
    }

    /// Whose videos these are: of Takeout's channels, of the one that was named, or of the only
    /// one that it can be. Fails if it can be several people's.
    fn account(&mut self, whose: Option<&str>) -> Result<Account, Error> {
        let named = |channel: &&Owned| whose.is_some_and(|whose| channel.is_called(whose));
        let told = if self.takeout.is_empty() { &self.answered } else { &self.takeout };
        let id = told.iter().find(named).map(|channel| channel.id.clone());
        let id = match whose.filter(|whose| is_channel(whose) && self.takeout.is_empty()) {
            Some(whose) => id.or_else(|| Some(whose.to_owned())),
            None => id,
        };
        let candidates: BTreeSet<&String> = if let Some(first) = self.takeout.first() {
            BTreeSet::from([&first.id])
        } else if self.answered.is_empty() {
            self.authors.iter().collect()
        } else {
            self.answered.iter().map(|channel| &channel.id).collect()
        };
        if id.is_none() && candidates.len() > 1 {
            return Err(Error::Several { how: "the channel's id or handle" });
        }
        let id = id.or_else(|| candidates.first().map(|id| (*id).clone()));
        self.own =
            self.takeout.iter().map(|channel| channel.id.clone()).chain(id.clone()).collect();
        let all = || self.answered.iter().chain(&self.takeout);
        let mine = || all().filter(|channel| Some(&channel.id) == id.as_ref());
        let title = mine().find_map(|channel| channel.title.clone());
        let handle = mine().find_map(|channel| channel.handle.clone());
        let handle = handle.or_else(|| title.clone()).or_else(|| id.clone());
        let handle = handle.unwrap_or_else(|| "unknown".to_owned());
        // The channel whose facts are reported stands first.
        if let Some(at) = self.answered.iter().position(|channel| Some(&channel.id) == id.as_ref())
        {
            self.answered.swap(0, at);
        } else {
            self.answered.clear();
        }
        Ok(Account { id, handle, name: title })
    }

    /// What the Data API tells about the account's channel.
    fn mine(&self) -> Option<&Owned> {
        self.answered.first()
    }

    /// Whether a channel is the account's; where none is known, Takeout's are.
    fn is_own(&self, channel: Option<&str>) -> bool {
        self.own.is_empty() || channel.is_none_or(|channel| self.own.contains(channel))
    }
}

impl Owned {
    fn is_called(&self, whose: &str) -> bool {
        let is = |name: &Option<String>| {
            let whose = whose.trim_start_matches('@');
            name.as_ref().is_some_and(|name| name.to_lowercase() == whose.to_lowercase())
        };
        self.id == whose || is(&self.handle) || is(&self.title)
    }
}

/// What YouTube's numbers of videos and channels consist of.
fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}

/// A channel's number: `UC` and 22 more.
fn is_channel(text: &str) -> bool {
    text.len() == 24 && text.starts_with("UC") && is_id(text)
}

/// The name in links, without `@`.
fn handle(custom_url: &str) -> Option<String> {
    let name = custom_url.trim_start_matches('@');
    let plain = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '/');
    plain.then(|| excerpt(name))
}
