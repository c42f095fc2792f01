//! GitHub: the export of an account, the interface's answers about an account, its repositories
//! and its events, and the public record of events. Repositories are items with stars and
//! forks; copies of others' repositories never count. Nothing of other channels here.

mod events;
mod export;
mod fields;
mod repository;
mod words;

use std::collections::BTreeSet;

use self::events::Survey;
use self::fields::{Repository, User};
use super::answers::{self, HEAD, Mark, Whose, mark};
use super::archive::{Archive, Member, names};
use super::error::Error;
use super::json::{self, One};
use super::report::{Audience, Outlet, Report, Skip};
use super::{Export, Sink};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::Item;

/// The formats of GitHub.
pub(super) struct GitHub;

/// Most items that are remembered, so that what comes twice counts once.
const ITEMS: usize = 1 << 20;

/// What was brought.
#[derive(Default)]
struct Files {
    export: export::Files,
    user: Option<Member>,
    repositories: Vec<Member>,
    events: Vec<Member>,
}

impl Files {
    fn find(archive: &mut Archive<'_>) -> Result<Self, Error> {
        let mut files = Self { export: export::Files::find(archive)?, ..Self::default() };
        let mut candidates = archive.singles();
        candidates.extend(archive.matching(|name| {
            let stem = answers::stem(name);
            // An hour of the public record is named by its time alone: `2019-03-01-10.json`.
            let base = names::base(name);
            let is_hour =
                stem.is_empty() && base.starts_with("20") && names::extension(base) == "json";
            is_hour || matches!(stem.as_str(), "user" | "repos" | "events")
        }));
        for member in candidates {
            let head = archive.head(member, HEAD)?;
            let has = |keys: &[&str]| answers::has_keys(&head, keys);
            let text = answers::text(&head);
            if !text.starts_with(b"{") && !text.starts_with(b"[") {
                continue;
            }
            if has(&["type", "actor", "payload"]) && (has(&["repo"]) || has(&["repository"])) {
                files.events.push(member);
            } else if has(&["full_name", "stargazers_count", "fork"]) {
                files.repositories.push(member);
            } else if text.starts_with(b"{") && has(&["login", "public_repos"]) {
                files.user = files.user.or(Some(member));
            }
        }
        Ok(files)
    }

    fn has_answers(&self) -> bool {
        self.user.is_some() || !self.repositories.is_empty() || !self.events.is_empty()
    }

    fn layout(&self) -> &'static str {
        match (self.export.is_empty(), self.has_answers()) {
            (false, false) => "account export",
            (false, true) => "account export and answers of the interface",
            (true, _) if self.user.is_none() && self.repositories.is_empty() => "events",
            (true, _) => "answers of the interface",
        }
    }

    /// Finds out whose these are, by what tells it best.
    fn meet(&self, archive: &mut Archive<'_>, whose: &mut Whose<'_>) -> Result<User, Error> {
        let mut user = User::default();
        if let Some(member) = self.user {
            let found: One<User> = archive.read(member, json::document)?;
            user = found.0.unwrap_or_default();
            if let Some(login) = user.login.get().filter(|login| is_login(login)) {
                whose.meet(&words::profile(login), login, user.name.get());
            }
        } else if !self.export.is_empty() {
            self.export.meet(archive, whose)?;
        } else if self.events.is_empty() {
            answers::rows(archive, &self.repositories, &mut |row: Repository| {
                if let Some(login) = row.owner.login() {
                    whose.meet(&words::profile(login), login, None);
                }
                Ok(())
            })?;
        }
        Ok(user)
    }
}

impl Export for GitHub {
    fn channel(&self) -> Channel {
        Channel::GitHub
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        let files = Files::find(archive)?;
        Ok(files.has_answers() || !files.export.is_empty())
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
        let survey = Survey::of(archive, &files.events, &mut actors)?;
        let account = if known.is_met() { known.decide()? } else { actors.decide()? };
        let login = account.handle.clone();
        let mut outlet = Outlet::new(Channel::GitHub, files.layout(), account, sink);
        tell(&user, &mut outlet);
        let mut reader = Reader { login, outlet, seen: BTreeSet::new() };
        if !files.repositories.is_empty() {
            reader.outlet.knows(Signal::Star);
            reader.outlet.knows(Signal::Fork);
            answers::rows(archive, &files.repositories, &mut |row| {
                repository::read(&row, &mut reader)
            })?;
        }
        if !files.export.is_empty() {
            export::read(&files.export, archive, &mut reader)?;
        }
        events::read(&survey, archive, &files.events, &mut reader)?;
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
    seen: BTreeSet<Mark>,
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
        let is_new = self.seen.len() >= ITEMS || self.seen.insert(mark(&item.id));
        if !is_new {
            return Ok(());
        }
        if item.text.is_empty() && item.reactions.is_empty() {
            self.outlet.skip(Skip::NoText);
            return Ok(());
        }
        Ok(self.outlet.hand_out(item)?)
    }
}
