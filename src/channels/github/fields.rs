//! The rows of GitHub's account export, of its interface and of the public record of events, as
//! far as they are read. E-mail addresses in them are skipped without being kept.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::channels::json::{Count, Flag, List, One, Text};

/// Somebody: a login, the address of a profile, or an object with a login.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Person(Option<Login>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Login {
    name: String,
    is_program: bool,
}

impl Person {
    /// The login; `None` for accounts that are gone.
    pub(super) fn login(&self) -> Option<&str> {
        self.0.as_ref().map(|login| login.name.as_str())
    }

    /// Whether it is this account. Logins are the same in upper and lower case.
    pub(super) fn is(&self, login: &str) -> bool {
        self.login().is_some_and(|own| own.eq_ignore_ascii_case(login))
    }

    /// Whether it is somebody else who is not a program.
    pub(super) fn is_another(&self, login: &str) -> bool {
        self.0.as_ref().is_some_and(|known| !known.is_program) && !self.is(login)
    }

    fn from_text(text: &str) -> Self {
        let path = match text.split_once("://") {
            Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
            None => text,
        };
        let mut parts = path.trim_end_matches('/').rsplit('/');
        let name = parts.next().unwrap_or_default();
        let is_program = parts.next() == Some("apps");
        Self::new(name, is_program)
    }

    fn new(name: &str, is_program: bool) -> Self {
        let (bare, is_program) = match name.strip_suffix("[bot]") {
            Some(bare) => (bare, true),
            None => (name, is_program),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let is_login = (1..=100).contains(&bare.len()) && bare.chars().all(plain);
        Self(is_login.then(|| Login { name: name.to_owned(), is_program }))
    }
}

impl<'de> Deserialize<'de> for Person {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AsPerson)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PersonRow {
    login: Text,
    #[serde(rename = "type")]
    kind: Text,
}

struct AsPerson;

impl<'de> Visitor<'de> for AsPerson {
    type Value = Person;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a person")
    }

    fn visit_str<E>(self, text: &str) -> Result<Person, E> {
        Ok(Person::from_text(text))
    }

    fn visit_unit<E>(self) -> Result<Person, E> {
        Ok(Person::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Person, E> {
        Ok(Person::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Person, E> {
        Ok(Person::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Person, E> {
        Ok(Person::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Person, E> {
        Ok(Person::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Person, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Person::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Person, A::Error> {
        let row = PersonRow::deserialize(MapAccessDeserializer::new(map))?;
        let is_program = row.kind.get() == Some("Bot");
        Ok(row.login.get().map_or_else(Person::default, |name| Person::new(name, is_program)))
    }
}

/// `/users/{login}`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct User {
    /// The name in links.
    pub(super) login: Text,
    /// `User`, `Organization` or `Bot`.
    #[serde(rename = "type")]
    pub(super) kind: Text,
    /// The display name.
    pub(super) name: Text,
    /// Accounts that follow it.
    pub(super) followers: Count,
    /// Accounts that it follows.
    pub(super) following: Count,
    /// When it was opened, RFC 3339.
    pub(super) created_at: Text,
}

/// A repository, in the interface's words, the export's, and those of events before 2015.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Repository {
    /// Whose it is.
    pub(super) owner: Person,
    /// Owner and name.
    pub(super) full_name: Text,
    /// The name.
    pub(super) name: Text,
    /// Its page, in the interface.
    pub(super) html_url: Text,
    /// Its page, elsewhere.
    pub(super) url: Text,
    /// What it is for.
    pub(super) description: Text,
    /// The programming language.
    pub(super) language: Text,
    /// What its owner calls it.
    pub(super) topics: List<Text>,
    /// A copy of somebody else's.
    pub(super) fork: Flag,
    /// The same, in newer exports.
    pub(super) is_fork: Flag,
    /// Not for everybody.
    pub(super) private: Flag,
    /// `public`, `private` or `internal`.
    pub(super) visibility: Text,
    /// Stars, in the interface.
    pub(super) stargazers_count: Count,
    /// Stars, in events before 2015.
    pub(super) stargazers: Count,
    /// Stars, in events before 2013.
    pub(super) watchers: Count,
    /// Copies by others.
    pub(super) forks_count: Count,
    /// Copies by others, in events before 2015.
    pub(super) forks: Count,
    /// When it was made.
    pub(super) created_at: Text,
}

/// A row of any other file of the export.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Row {
    /// Its page.
    pub(super) url: Text,
    /// Who wrote it.
    pub(super) user: Person,
    /// The repository's page.
    pub(super) repository: Text,
    /// The issue it is about.
    pub(super) issue: Text,
    /// The pull request it is about.
    pub(super) pull_request: Text,
    /// The title.
    pub(super) title: Text,
    /// A release's title.
    pub(super) name: Text,
    /// A release's tag.
    pub(super) tag_name: Text,
    /// The text, as Markdown.
    pub(super) body: Text,
    /// `draft` for releases that are none yet.
    pub(super) state: Text,
    /// When it was written.
    pub(super) created_at: Text,
    /// When a release was published.
    pub(super) published_at: Text,
    /// When a review was handed in.
    pub(super) submitted_at: Text,
    /// When a pull request was accepted.
    pub(super) merged_at: Text,
}

/// An event.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Event {
    /// Its number.
    pub(super) id: Text,
    /// `PushEvent` and others.
    #[serde(rename = "type")]
    pub(super) kind: Text,
    /// Who did it.
    pub(super) actor: Person,
    /// Where, since 2015.
    pub(super) repo: One<Named>,
    /// Where, before 2015.
    pub(super) repository: One<Repository>,
    /// What.
    pub(super) payload: One<Payload>,
    /// Whether everybody may see it.
    pub(super) public: Flag,
    /// When.
    pub(super) created_at: Text,
}

/// A repository's owner and name.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    /// `owner/name`.
    pub(super) name: Text,
}

/// What happened.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Payload {
    /// `opened`, `closed`, `created`, `published` and others.
    pub(super) action: Text,
    /// `repository`, `branch` or `tag`, where one was created.
    pub(super) ref_type: Text,
    /// A repository's description, where it was created.
    pub(super) description: Text,
    /// The number of a pull request.
    pub(super) number: Count,
    /// What was opened, or commented on.
    pub(super) issue: One<Thread>,
    /// The same for pull requests.
    pub(super) pull_request: One<Thread>,
    /// What was said.
    pub(super) comment: One<Comment>,
    /// What was said of a pull request as a whole.
    pub(super) review: One<Comment>,
    /// What was released.
    pub(super) release: One<Release>,
}

/// An issue or a pull request. Since October 2025 events leave out most of the latter.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Thread {
    /// Its page.
    pub(super) html_url: Text,
    /// Its number within the repository.
    pub(super) number: Count,
    /// The title.
    pub(super) title: Text,
    /// The text, as Markdown.
    pub(super) body: Text,
    /// Who opened it.
    pub(super) user: Person,
    /// When.
    pub(super) created_at: Text,
    /// Whether a pull request was accepted.
    pub(super) merged: Flag,
    /// There if an issue is a pull request.
    pub(super) pull_request: One<Nothing>,
}

/// An object of which nothing is read.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Nothing {}

/// A comment or a review.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Comment {
    /// Its number.
    pub(super) id: Text,
    /// Its page.
    pub(super) html_url: Text,
    /// The text, as Markdown.
    pub(super) body: Text,
    /// Who wrote it.
    pub(super) user: Person,
    /// When.
    pub(super) created_at: Text,
    /// When, for reviews.
    pub(super) submitted_at: Text,
    /// The commit it is about.
    pub(super) commit_id: Text,
}

/// A release.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Release {
    /// Its page.
    pub(super) html_url: Text,
    /// The version.
    pub(super) tag_name: Text,
    /// The title.
    pub(super) name: Text,
    /// The text, as Markdown.
    pub(super) body: Text,
    /// Who published it.
    pub(super) author: Person,
    /// Whether it is not public yet.
    pub(super) draft: Flag,
    /// When it was published.
    pub(super) published_at: Text,
}
