//! Events: the interface's list of what an account did last, and the public record of what
//! everybody did in an hour (GH Archive), in their forms since 2011. They show issues, pull
//! requests and comments; of reactions they show only those that fall into their time.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::{Comment, Event, Payload, Release, Repository, Thread};
use super::{Reader, is_events, repository, words};
use crate::channels::answers::{Replies, Whose, rows};
use crate::channels::archive::{Archive, Member};
use crate::channels::error::Error;
use crate::channels::report::Skip;
use crate::domain::evidence::Signal;
use crate::domain::item::{Item, ItemKind};
use crate::domain::time::Timestamp;

/// Most events whose number is remembered, and most repositories.
const EVENTS: usize = 1 << 20;
const REPOSITORIES: usize = 10_000;

/// What must be known of all events before they can be read.
#[derive(Default)]
pub(super) struct Survey {
    replies: Replies,
}

impl Survey {
    /// Finds out whose events these are, and who answered whom.
    pub(super) fn of(
        archive: &mut Archive<'_>,
        members: &[Member],
        whose: &mut Whose<'_>,
    ) -> Result<Self, Error> {
        let mut replies = Replies::default();
        rows(archive, members, is_events, &mut |event: Event| {
            if let Some(login) = event.actor.login() {
                whose.meet(&words::profile(login), login, None);
            }
            let seen = Seen::new(&event);
            if let Some((thread, Some(author), comment)) = seen.answer() {
                let user = &comment.user;
                let commenter = if user.login().is_some() { user } else { &event.actor };
                if commenter.is_another(author) {
                    replies.add(&thread, &seen.comment_address(comment, &thread));
                }
            }
            Ok(())
        })?;
        Ok(Self { replies })
    }
}

/// Reads the events.
pub(super) fn read(
    survey: &Survey,
    archive: &mut Archive<'_>,
    members: &[Member],
    reader: &mut Reader<'_>,
) -> Result<(), Error> {
    let mut numbers = BTreeSet::new();
    let mut repositories = BTreeMap::new();
    rows(archive, members, is_events, &mut |event: Event| {
        let number: Option<u64> = event.id.get().and_then(|id| id.parse().ok());
        if let Some(number) = number
            && numbers.len() < EVENTS
            && !numbers.insert(number)
        {
            return Ok(());
        }
        if let Some(row) = event.repository.0.as_ref() {
            remember(row, &mut repositories, &reader.login);
        }
        Seen::new(&event).read(survey, reader)
    })?;
    for item in repositories.into_values() {
        reader.hand_out(item)?;
    }
    Ok(())
}

/// Events before 2015 describe the repository, with its stars and forks at that moment.
fn remember(row: &Repository, known: &mut BTreeMap<String, Item>, login: &str) {
    if !row.owner.is(login) || repository::is_private(row) || repository::is_fork(row) {
        return;
    }
    let Ok(item) = repository::item(row) else {
        return;
    };
    let room = known.len() < REPOSITORIES;
    let Some(before) = known.get_mut(&item.id) else {
        if room {
            known.insert(item.id.clone(), item);
        }
        return;
    };
    for (signal, count) in item.reactions {
        match before.reactions.iter_mut().find(|(known, _)| *known == signal) {
            Some((_, most)) => *most = count.max(*most),
            None => before.reactions.push((signal, count)),
        }
    }
}

/// An event, with where it happened.
struct Seen<'e> {
    event: &'e Event,
    payload: Option<&'e Payload>,
    /// The page of the repository.
    place: Option<String>,
}

impl<'e> Seen<'e> {
    fn new(event: &'e Event) -> Self {
        let named = event.repo.0.as_ref().and_then(|repo| words::full_name(repo.name.get()));
        let place = match named {
            Some(name) => Some(format!("https://github.com/{name}")),
            None => event.repository.0.as_ref().and_then(repository::page),
        };
        Self { event, payload: event.payload.0.as_ref(), place }
    }

    fn action(&self) -> &str {
        self.payload.and_then(|payload| payload.action.get()).unwrap_or_default()
    }

    /// The issue or pull request that the event is about, and its page.
    fn thread(&self) -> Option<(&'e Thread, ItemKind, String)> {
        let payload = self.payload?;
        let (thread, kind) = match (payload.pull_request.0.as_ref(), payload.issue.0.as_ref()) {
            (Some(pull), _) => (pull, ItemKind::PullRequest),
            (None, Some(issue)) if issue.pull_request.0.is_some() => (issue, ItemKind::PullRequest),
            (None, Some(issue)) => (issue, ItemKind::Issue),
            (None, None) => return None,
        };
        let word = if kind == ItemKind::Issue { "issues" } else { "pull" };
        let built = || {
            let number = thread.number.0.or(payload.number.0)?;
            Some(format!("{}/{word}/{number}", self.place.as_deref()?))
        };
        let page = words::address(thread.html_url.get()).map(str::to_owned).or_else(built)?;
        Some((thread, kind, page))
    }

    /// The author of the thread: whoever opened it, where only that is said.
    fn opener(&self, thread: &'e Thread) -> Option<&'e str> {
        let by_actor = self.event.actor.login().filter(|_| self.action() == "opened");
        thread.user.login().or(by_actor)
    }

    /// A comment, the page of what it is about, and whose that is.
    fn answer(&self) -> Option<(String, Option<&'e str>, &'e Comment)> {
        let payload = self.payload?;
        let comment = payload.comment.0.as_ref().or(payload.review.0.as_ref())?;
        if !matches!(self.action(), "created" | "submitted" | "")
            || words::written(None, comment.body.get()).is_empty()
        {
            return None;
        }
        if let Some((thread, _, page)) = self.thread() {
            return Some((page, self.opener(thread), comment));
        }
        let commit = comment.commit_id.get().unwrap_or("commit");
        let plain = commit.chars().all(|c| c.is_ascii_alphanumeric());
        let place = self.place.as_deref().filter(|_| plain)?;
        Some((format!("{place}/commit/{commit}"), None, comment))
    }

    fn comment_address(&self, comment: &Comment, thread: &str) -> String {
        if let Some(page) = words::address(comment.html_url.get()) {
            return words::comment_address(page);
        }
        let mark = match self.event.kind.get() {
            Some("PullRequestReviewCommentEvent") => "discussion_r",
            Some("PullRequestReviewEvent") => "pullrequestreview-",
            Some("CommitCommentEvent") => "commitcomment-",
            _ => "issuecomment-",
        };
        format!("{thread}#{mark}{}", comment.id.get().unwrap_or_default())
    }

    fn read(&self, survey: &Survey, reader: &mut Reader<'_>) -> Result<(), Error> {
        if self.event.public.0 == Some(false) {
            reader.outlet.skip(Skip::NotPublic);
            return Ok(());
        }
        let is_own = self.event.actor.is(&reader.login);
        if is_own {
            self.count(reader);
        }
        self.thread_item(survey, reader)?;
        if !is_own {
            return Ok(());
        }
        self.comment(reader)?;
        let Some(payload) = self.payload else {
            return Ok(());
        };
        if let Some(release) = payload.release.0.as_ref() {
            self.release(release, reader)?;
        }
        if self.event.kind.get() == Some("CreateEvent")
            && payload.ref_type.get() == Some("repository")
        {
            self.created(payload, reader)?;
        }
        Ok(())
    }

    fn count(&self, reader: &mut Reader<'_>) {
        let merged = || {
            let own = self.thread().is_some_and(|(thread, ..)| {
                thread.merged.0 == Some(true) && thread.user.is(&reader.login)
            });
            own && matches!(self.action(), "closed" | "merged")
        };
        let word = match (self.event.kind.get(), self.action()) {
            (Some("PushEvent"), _) => Some("pushes"),
            (Some("WatchEvent"), _) => Some("stars_given"),
            (Some("ForkEvent"), _) => Some("repositories_copied"),
            (Some("IssuesEvent"), "opened") => Some("issues_opened"),
            (Some("PullRequestEvent"), "opened") => Some("pull_requests_opened"),
            (Some("PullRequestEvent"), _) if merged() => Some("pull_requests_merged"),
            _ => None,
        };
        reader.outlet.did("events", 1);
        if let Some(word) = word {
            reader.outlet.did(word, 1);
        }
    }

    /// The issue or pull request, if the account opened it: whoever said something there.
    fn thread_item(&self, survey: &Survey, reader: &mut Reader<'_>) -> Result<(), Error> {
        let Some((thread, kind, page)) = self.thread() else {
            return Ok(());
        };
        let is_own = self.opener(thread).is_some_and(|by| by.eq_ignore_ascii_case(&reader.login));
        if !is_own {
            return Ok(());
        }
        let replies = survey.replies.of(&page);
        let reactions = Some((Signal::Reply, replies)).filter(|_| replies > 0);
        let text = words::written(thread.title.get(), thread.body.get());
        let mut item = item(kind, page, text);
        item.reactions = reactions.into_iter().collect();
        self.hand_out(item, thread.created_at.get(), reader)
    }

    fn comment(&self, reader: &mut Reader<'_>) -> Result<(), Error> {
        let Some((page, opener, comment)) = self.answer() else {
            return Ok(());
        };
        let author = &comment.user;
        if author.login().is_some() && !author.is(&reader.login) {
            return Ok(());
        }
        let own_repository = self.place.as_deref().is_some_and(|place| reader.owns(place));
        let continues = match opener {
            Some(opener) => opener.eq_ignore_ascii_case(&reader.login),
            None => page.contains("/commit/") && own_repository,
        };
        let kind = if continues { ItemKind::Thread } else { ItemKind::Reply };
        let date = comment.created_at.get().or_else(|| comment.submitted_at.get());
        let id = self.comment_address(comment, &page);
        let text = words::written(None, comment.body.get());
        self.hand_out(item(kind, id, text), date, reader)
    }

    fn release(&self, release: &Release, reader: &mut Reader<'_>) -> Result<(), Error> {
        let (author, tag) = (&release.author, release.tag_name.get());
        let by_another = author.login().is_some() && !author.is(&reader.login);
        if self.action() != "published" || release.draft.0 == Some(true) || by_another {
            return Ok(());
        }
        let built = || Some(format!("{}/releases/tag/{}", self.place.as_deref()?, tag?));
        let page = words::address(release.html_url.get()).map(str::to_owned).or_else(built);
        let Some(page) = page.filter(|page| words::address(Some(page)).is_some()) else {
            reader.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        let text = words::written(release.name.get().or(tag), release.body.get());
        let item = item(ItemKind::Release, page, text);
        self.hand_out(item, release.published_at.get(), reader)
    }

    fn created(&self, payload: &Payload, reader: &mut Reader<'_>) -> Result<(), Error> {
        let Some(page) = self.place.clone().filter(|place| reader.owns(place)) else {
            return Ok(());
        };
        let name = words::place(&page);
        let text = words::written(name.as_deref(), payload.description.get());
        let mut item = item(ItemKind::Repository, page, text);
        item.tags.clear();
        self.hand_out(item, None, reader)
    }

    /// Hands out an item with its own date, or else the event's.
    fn hand_out(
        &self,
        mut item: Item,
        date: Option<&str>,
        reader: &mut Reader<'_>,
    ) -> Result<(), Error> {
        let event = || words::instant(self.event.created_at.get());
        let Some(posted_at) = words::instant(date).or_else(event) else {
            reader.outlet.skip(Skip::ImpossibleDate);
            return Ok(());
        };
        item.posted_at = posted_at;
        reader.hand_out(item)
    }
}

/// An item without reactions, whose date is still to be told.
fn item(kind: ItemKind, page: String, text: String) -> Item {
    Item {
        id: page.clone(),
        kind,
        posted_at: Timestamp::from_seconds(0),
        text,
        tags: words::place(&page).into_iter().collect(),
        language: None,
        url: Some(page),
        reactions: Vec::new(),
        heard: Vec::new(),
    }
}
