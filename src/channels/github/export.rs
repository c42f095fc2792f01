//! The export of an account that GitHub hands out (tar.gz): lists of repositories, issues, pull
//! requests, comments, reviews and releases, each in numbered files. The files about other
//! people (`users_…`) are never opened.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::{Repository, Row};
use super::{Reader, repository, words};
use crate::channels::answers::{self, Mark, Replies, Whose, mark};
use crate::channels::archive::{Archive, Member, names};
use crate::channels::error::Error;
use crate::channels::heard::{self, Heard};
use crate::channels::json::{self, One};
use crate::channels::peek;
use crate::channels::report::Skip;
use crate::domain::evidence::Signal;
use crate::domain::item::{Item, ItemKind};

/// Most different authors that are counted to find out whose export it is.
const AUTHORS: usize = 10_000;

/// Most files that are looked at to find out whether this is an export; in a tar.gz each costs a
/// pass.
const LOOKS: usize = 16;

/// What a file is a list of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Repositories,
    Issues,
    PullRequests,
    Comments,
    Reviews,
    Releases,
}

impl Kind {
    /// By the name of a file: `issue_comments_000001.json`.
    fn of(name: &str) -> Option<Self> {
        let base = names::base(name).to_ascii_lowercase();
        let (stem, number) = base.strip_suffix(".json")?.rsplit_once('_')?;
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        match stem {
            "repositories" => Some(Self::Repositories),
            "issues" => Some(Self::Issues),
            "pull_requests" => Some(Self::PullRequests),
            "issue_comments" | "commit_comments" | "pull_request_review_comments" => {
                Some(Self::Comments)
            }
            "pull_request_reviews" => Some(Self::Reviews),
            "releases" => Some(Self::Releases),
            _ => None,
        }
    }
}

/// Whether the rows of a file say that they are what its name says: `"type": "issue"` in `issues`.
fn is_of_type(head: &[u8], stem: &str) -> bool {
    let kind = match stem.strip_suffix("ies") {
        Some(stem) => format!("\"{stem}y\""),
        None => format!("\"{}\"", stem.trim_end_matches('s')),
    };
    let types = String::from_utf8_lossy(head);
    types.match_indices("\"type\"").any(|(at, key)| {
        let value = types.get(at + key.len()..).unwrap_or_default().trim_start();
        value.strip_prefix(':').is_some_and(|value| value.trim_start().starts_with(&kind))
    })
}

/// The files of an export.
#[derive(Default)]
pub(super) struct Files(Vec<(Kind, Member)>);

impl Files {
    /// Finds them; none if this is no export of GitHub.
    pub(super) fn find(archive: &mut Archive<'_>) -> Result<Self, Error> {
        let members = archive.matching(|name| Kind::of(name).is_some());
        let mut is_export = false;
        for &member in members.iter().take(LOOKS) {
            let stem = answers::stem(archive.name(member));
            is_export |= peek::any(archive, &[member], |head| {
                answers::text(head).starts_with(b"[")
                    && answers::has_keys(head, &["type", "url", "created_at"])
                    && is_of_type(head, &stem)
            })?;
        }
        if !is_export {
            return Ok(Self::default());
        }
        let kind = |member: &Member| Kind::of(archive.name(*member));
        Ok(Self(members.iter().filter_map(|member| Some((kind(member)?, *member))).collect()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(&self, wanted: &[Kind]) -> Vec<Member> {
        let wanted = self.0.iter().filter(|(kind, _)| wanted.contains(kind));
        wanted.map(|(_, member)| *member).collect()
    }

    fn has(&self, wanted: Kind) -> bool {
        self.0.iter().any(|(kind, _)| *kind == wanted)
    }

    /// Finds out whose export it is: who owns its repositories, or else who wrote most, because
    /// what others wrote lies only in one's own repositories.
    pub(super) fn meet(
        &self,
        archive: &mut Archive<'_>,
        whose: &mut Whose<'_>,
    ) -> Result<(), Error> {
        let mut owners: BTreeMap<String, u64> = BTreeMap::new();
        let mut authors: BTreeMap<String, u64> = BTreeMap::new();
        archive.read_each(&self.of(&[Kind::Repositories]), &mut |open| {
            json::array(open, &mut |row: One<Repository>| {
                count(&mut owners, row.0.unwrap_or_default().owner.login());
                Ok(())
            })
        })?;
        if owners.len() != 1 {
            let written = [Kind::Issues, Kind::PullRequests, Kind::Comments, Kind::Releases];
            archive.read_each(&self.of(&written), &mut |open| {
                json::array(open, &mut |row: One<Row>| {
                    let user = row.0.unwrap_or_default().user;
                    count(&mut authors, user.login().filter(|_| user.is_another("")));
                    Ok(())
                })
            })?;
        }
        if whose.is_choosing() {
            owners.keys().chain(authors.keys()).for_each(|name| met(whose, name));
            return Ok(());
        }
        let own = |name: &&String| owners.is_empty() || owners.contains_key(*name);
        let busiest = authors.iter().filter(|(name, _)| own(name)).max_by_key(|(_, times)| **times);
        let most = owners.iter().max_by_key(|(_, times)| **times);
        if let Some((name, _)) = busiest.or(most) {
            met(whose, name);
        }
        Ok(())
    }
}

fn met(whose: &mut Whose<'_>, login: &str) {
    whose.meet(&words::profile(login), login, None);
}

fn count(counts: &mut BTreeMap<String, u64>, login: Option<&str>) {
    let Some(login) = login else {
        return;
    };
    if let Some(times) = counts.get_mut(login) {
        *times += 1;
    } else if counts.len() < AUTHORS {
        counts.insert(login.to_owned(), 1);
    }
}

/// What must be known of the whole export before its rows can be read.
#[derive(Default)]
struct Survey {
    /// Pages of own repositories, and of those that are not public.
    own: BTreeSet<Mark>,
    private: BTreeSet<Mark>,
    /// Pages of own issues and pull requests.
    threads: BTreeSet<Mark>,
    replies: Replies,
    heard: Heard,
    has_comments: bool,
    /// Items in repositories that the export does not describe.
    elsewhere: u64,
}

/// Reads an export.
pub(super) fn read(
    files: &Files,
    archive: &mut Archive<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), Error> {
    let mut survey = Survey { has_comments: files.has(Kind::Comments), ..Survey::default() };
    archive.read_each(&files.of(&[Kind::Repositories]), &mut |open| {
        json::array(open, &mut |row: One<Repository>| {
            let row = row.0.unwrap_or_default();
            if let Some(page) = repository::page(&row) {
                let page = mark(&page);
                if repository::is_private(&row) {
                    survey.private.insert(page);
                }
                if row.owner.is(&reader.login) {
                    survey.own.insert(page);
                }
            }
            repository::read(&row, reader)
        })
    })?;
    let threads = [Kind::Issues, Kind::PullRequests, Kind::Comments, Kind::Reviews];
    archive.read_each(&files.of(&threads), &mut |open| {
        let kind = Kind::of(open.name());
        json::array(open, &mut |row: One<Row>| {
            survey.look(kind, &row.0.unwrap_or_default(), &reader.login);
            Ok(())
        })
    })?;
    let written = [Kind::Issues, Kind::PullRequests, Kind::Comments, Kind::Reviews, Kind::Releases];
    archive.read_each(&files.of(&written), &mut |open| {
        let kind = Kind::of(open.name());
        json::array(open, &mut |row: One<Row>| {
            if let (Some(kind), Some(row)) = (kind, row.0) {
                return survey.row(kind, &row, reader);
            }
            reader.outlet.skip(Skip::Unreadable);
            Ok(())
        })
    })?;
    if survey.elsewhere > 0 {
        reader.outlet.warn(format!(
            "{} of your items lie in other people's repositories; the export does not say \
             whether these are public",
            survey.elsewhere
        ));
    }
    Ok(())
}

impl Survey {
    fn look(&mut self, kind: Option<Kind>, row: &Row, login: &str) {
        let Some(url) = row.url.get() else {
            return;
        };
        match kind {
            Some(Kind::Issues | Kind::PullRequests) if row.user.is(login) => {
                self.threads.insert(mark(url));
            }
            Some(Kind::Comments | Kind::Reviews) if row.user.is_another(login) => {
                let said = words::written(None, row.body.get());
                if let Some(thread) = thread(row).filter(|_| !said.is_empty())
                    && self.replies.add(thread, url)
                {
                    self.heard.add(thread, || heard::plain(&said));
                }
            }
            _ => {}
        }
    }

    fn row(&mut self, kind: Kind, row: &Row, reader: &mut Reader<'_>) -> Result<(), Error> {
        if row.user.login().is_none() {
            reader.outlet.skip(Skip::AccountGone);
            return Ok(());
        }
        if !row.user.is(&reader.login) {
            reader.outlet.skip(Skip::NotOwn);
            return Ok(());
        }
        let Some(url) = words::address(row.url.get()) else {
            reader.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        let place = row.repository.get().or_else(|| words::repository_of(url)).map(mark);
        if place.is_some_and(|place| self.private.contains(&place)) {
            reader.outlet.skip(Skip::NotPublic);
            return Ok(());
        }
        if kind == Kind::Releases && row.state.get() == Some("draft") {
            reader.outlet.skip(Skip::NotPublished);
            return Ok(());
        }
        if kind == Kind::PullRequests && row.merged_at.get().is_some() {
            reader.outlet.did("pull_requests_merged", 1);
        }
        let date = row.published_at.get().or_else(|| row.submitted_at.get());
        let Some(posted_at) = words::instant(date.or_else(|| row.created_at.get())) else {
            reader.outlet.skip(Skip::ImpossibleDate);
            return Ok(());
        };
        let is_own_place = place.is_some_and(|place| self.own.contains(&place));
        if !is_own_place {
            self.elsewhere += 1;
        }
        let title = if kind == Kind::Releases {
            row.name.get().or_else(|| row.tag_name.get())
        } else {
            row.title.get()
        };
        let item = Item {
            id: words::comment_address(url),
            kind: self.kind(kind, row, is_own_place),
            posted_at,
            text: words::written(title, row.body.get()),
            tags: words::place(url).into_iter().collect(),
            language: None,
            url: Some(words::comment_address(url)),
            reactions: self.reactions(kind, url, is_own_place),
            heard: self.heard.of(url),
        };
        reader.hand_out(item)
    }

    fn kind(&self, kind: Kind, row: &Row, is_own_place: bool) -> ItemKind {
        match kind {
            Kind::Repositories => ItemKind::Repository,
            Kind::Issues => ItemKind::Issue,
            Kind::PullRequests => ItemKind::PullRequest,
            Kind::Releases => ItemKind::Release,
            Kind::Comments | Kind::Reviews => {
                // A comment on a commit has no thread; the commit is the repository owner's.
                let is_own =
                    thread(row).map_or(is_own_place, |thread| self.threads.contains(&mark(thread)));
                if is_own { ItemKind::Thread } else { ItemKind::Reply }
            }
        }
    }

    /// Comments by others: the export has all of them in own repositories, and may have none in
    /// others.
    fn reactions(&self, kind: Kind, url: &str, is_own_place: bool) -> Vec<(Signal, u64)> {
        if !matches!(kind, Kind::Issues | Kind::PullRequests) || !self.has_comments {
            return Vec::new();
        }
        let replies = self.replies.of(url);
        let known = is_own_place || replies > 0;
        known.then_some((Signal::Reply, replies)).into_iter().collect()
    }
}

/// What a comment is about.
fn thread(row: &Row) -> Option<&str> {
    row.issue.get().or_else(|| row.pull_request.get())
}
