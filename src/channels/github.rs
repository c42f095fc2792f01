//! GitHub: the export of an account, the interface's answers about an account, its repositories
//! and its events, and the public record of events. Repositories are items with stars and
//! forks; copies of others' repositories never count. Nothing of other channels here.

mod events;
mod export;
mod fields;
mod repository;
mod words;

use self::events::Survey;
use self::fields::{Repository, User};
use super::answers::{self, Whose};
use super::archive::{Archive, Member, names};
use super::error::Error;
use super::report::{Audience, Outlet, Report, Skip};
use super::seen::Seen;
use super::{Export, Sink, peek};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::Item;

/// The formats of GitHub.
pub(super) struct GitHub;

/// What was brought.
#[derive(Default)]
struct Files {
    export: export::Files,
    /// Files that may be answers of the interface, or events.
    answers: Vec<Member>,
    has_user: bool,
    has_repositories: bool,
    has_events: bool,
}

impl Files {
    fn find(archive: &mut Archive<'_>) -> Result<Self, Error> {
        let export = export::Files::find(archive)?;
        let mut files = Self { export, answers: candidates(archive), ..Self::default() };
        let members = std::mem::take(&mut files.answers);
        peek::each(archive, &members, &mut |head, _| {
            files.has_user |= is_user(head);
            files.has_repositories |= is_repositories(head);
            files.has_events |= is_events(head);
            Ok(())
        })?;
        files.answers = members;
        Ok(files)
    }

    fn layout(&self) -> &'static str {
        let answers = self.has_user || self.has_repositories;
        match (self.export.is_empty(), answers || self.has_events) {
            (false, false) => "account export",
            (false, true) => "account export and answers of the interface",
            (true, _) if !answers => "events",
            (true, _) => "answers of the interface",
        }
    }

    /// Finds out whose these are, by what tells it best.
    fn meet(&self, archive: &mut Archive<'_>, whose: &mut Whose<'_>) -> Result<User, Error> {
        let mut found = None;
        if self.has_user {
            answers::rows(archive, &self.answers, is_user, &mut |user: User| {
                if let Some(login) = user.login.get().filter(|login| is_login(login)) {
                    whose.meet(&words::profile(login), login, user.name.get());
                    let is_met = whose.is_this(&words::profile(login));
                    found = found.take().or(Some(user).filter(|_| is_met));
                }
                Ok(())
            })?;
        } else if !self.export.is_empty() {
            self.export.meet(archive, whose)?;
        } else if !self.has_events {
            answers::rows(archive, &self.answers, is_repositories, &mut |row: Repository| {
                if let Some(login) = row.owner.login() {
                    whose.meet(&words::profile(login), login, None);
                }
                Ok(())
            })?;
        }
        Ok(found.unwrap_or_default())
    }
}

/// The files that may be answers of the interface, or events.
fn candidates(archive: &Archive<'_>) -> Vec<Member> {
    peek::likely(archive, |name| {
        // An hour of the public record is named by its time alone: `2019-03-01-10.json`.
        let hour = names::base(name).strip_suffix(".json").unwrap_or("none");
        hour.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
            || matches!(answers::stem(name).as_str(), "user" | "repos" | "events")
    })
}

fn is_events(head: &[u8]) -> bool {
    let has = |keys: &[&str]| answers::has_keys(head, keys);
    matches!(answers::text(head).first(), Some(b'[' | b'{'))
        && has(&["type", "actor", "payload"])
        && (has(&["repo"]) || has(&["repository"]))
}

fn is_repositories(head: &[u8]) -> bool {
    matches!(answers::text(head).first(), Some(b'[' | b'{'))
        && answers::has_keys(head, &["full_name", "stargazers_count", "fork"])
        && !is_events(head)
}

fn is_user(head: &[u8]) -> bool {
    answers::text(head).starts_with(b"{")
        && answers::has_keys(head, &["login", "public_repos"])
        && !is_events(head)
        && !is_repositories(head)
}

impl Export for GitHub {
    fn channel(&self) -> Channel {
        Channel::GitHub
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        let known = |head: &[u8]| is_events(head) || is_repositories(head) || is_user(head);
        let answers = candidates(archive);
        Ok(peek::any(archive, &answers, known)? || !export::Files::find(archive)?.is_empty())
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        let files = Files::find(archive)?;
        let mut known = Whose::new(whose);
        let user = files.meet(archive, &mut known)?;
        let mut actors = Whose::new(whose);
        let survey = Survey::of(archive, &files.answers, &mut actors)?;
        let account = if known.is_met() { known.decide()? } else { actors.decide()? };
        let login = account.handle.clone();
        let mut outlet = Outlet::new(Channel::GitHub, files.layout(), account, sink);
        tell(&user, &mut outlet);
        let mut reader = Reader { login, outlet, seen: Seen::default() };
        if files.has_repositories {
            reader.outlet.knows(Signal::Star);
            reader.outlet.knows(Signal::Fork);
            answers::rows(archive, &files.answers, is_repositories, &mut |row: Repository| {
                repository::read(&row, &mut reader)
            })?;
        }
        if !files.export.is_empty() {
            export::read(&files.export, archive, &mut reader)?;
        }
        events::read(&survey, archive, &files.answers, &mut reader)?;
        Ok(reader.outlet.finish())
    }
}

/// Whether a text may be an account's login; it becomes part of links.
fn is_login(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (1..=100).contains(&text.len()) && text.chars().all(plain)
}

/// Says what the account's own page says.
fn tell(user: &User, outlet: &mut Outlet<'_>) {
    outlet.created(words::instant(user.created_at.get()));
    outlet.audience(Audience::Followers, user.followers.0);
    outlet.audience(Audience::Following, user.following.0);
    if user.kind.get() == Some("Organization") {
        outlet.warn("this is the account of an organization, not of a person");
    }
}

/// Hands out items.
struct Reader<'s> {
    login: String,
    outlet: Outlet<'s>,
    seen: Seen,
}

impl Reader<'_> {
    /// Whether the repository with this page is the account's.
    fn owns(&self, page: &str) -> bool {
        let repository = words::repository_of(page);
        let owner = repository.and_then(|page| page.rsplit('/').nth(1));
        owner.is_some_and(|owner| owner.eq_ignore_ascii_case(&self.login))
    }

    /// Hands out an item, once, if there are words in it.
    fn hand_out(&mut self, item: Item) -> Result<(), Error> {
        if !self.seen.is_new(&item.id) {
            return Ok(());
        }
        if item.text.is_empty() && item.reactions.is_empty() {
            self.outlet.skip(Skip::NoText);
            return Ok(());
        }
        Ok(self.outlet.hand_out(item)?)
    }
}
