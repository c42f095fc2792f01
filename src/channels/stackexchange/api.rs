//! Answers of the interface (API 2.3), page by page: users, their answers and questions. Values
//! are JSON; texts that are not bodies have HTML's references in them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::answers;
use super::super::archive::{Archive, Member, names};
use super::super::error::Error;
use super::super::json::{self, Count, Flag, List, One, Text};
use super::super::report::{Audience, Outlet, Report, Skip};
use super::super::seen::Seen;
use super::super::{Sink, heard, html, link, peek};
use super::{HOW, POSTS, Person, Post, few, is_site, remark_on_votes};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{HEARD, ItemKind, excerpt};
use crate::domain::time::Timestamp;

/// Beginnings of the names that pages of answers are kept under.
const NAMES: [&str; 6] = ["answer", "question", "post", "user", "me", "stackexchange"];
/// Most people who are told apart.
const PEOPLE: usize = 10_000;

/// What a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Posts,
    Users,
}

impl Page {
    /// Told by the keys that the interface uses.
    fn of(head: &[u8]) -> Option<Self> {
        let has = |key: &str| answers::has_keys(head, &[key]);
        if !answers::text(head).starts_with(b"{") || !has("items") {
            return None;
        }
        let is_post = has("answer_id") || has("question_id") || has("post_type");
        if is_post && has("creation_date") && has("score") {
            return Some(Self::Posts);
        }
        let is_user = has("user_id") && has("reputation") && has("display_name");
        (is_user && !has("post_id")).then_some(Self::Users)
    }
}

/// The members that may be pages.
fn pages(archive: &Archive<'_>) -> Vec<Member> {
    peek::likely(archive, |name| {
        let base = names::base(name);
        names::extension(base) == "json" && NAMES.iter().any(|start| base.starts_with(start))
    })
}

/// Whether there are pages of the interface.
pub(super) fn is_there(archive: &mut Archive<'_>) -> Result<bool, Error> {
    let pages = pages(archive);
    peek::any(archive, &pages, |head| Page::of(head).is_some())
}

/// A person as the interface describes them.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct User {
    #[serde(rename = "user_id")]
    id: Text,
    account_id: Text,
    display_name: Text,
    reputation: Count,
    creation_date: Text,
    link: Text,
}

impl User {
    fn id(&self) -> Option<i64> {
        self.id.get()?.parse().ok()
    }

    /// The same with texts of bounded length.
    fn short(&self) -> Self {
        let short = |text: &Text| Text(text.get().map(excerpt));
        Self {
            id: short(&self.id),
            account_id: short(&self.account_id),
            display_name: short(&self.display_name),
            reputation: self.reputation,
            creation_date: short(&self.creation_date),
            link: short(&self.link),
        }
    }

    fn name(&self) -> Option<String> {
        self.display_name.get().map(html::unescape)
    }

    fn is(&self, whose: &str) -> bool {
        let name = self.name().map(|name| name.trim().to_lowercase());
        self.id.get() == Some(whose) || name == Some(whose.to_lowercase())
    }
}

/// An answer or a question.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Row {
    answer_id: Text,
    question_id: Text,
    post_id: Text,
    post_type: Text,
    owner: One<User>,
    score: Text,
    is_accepted: Flag,
    creation_date: Text,
    community_owned_date: Text,
    tags: Option<List<Text>>,
    title: Text,
    body: Text,
    link: Text,
    view_count: Count,
    favorite_count: Count,
    comments: List<One<Comment>>,
}

impl Row {
    fn owner(&self) -> Option<i64> {
        self.owner.0.as_ref()?.id()
    }

    fn tags(&self) -> Option<Vec<String>> {
        let tags = &self.tags.as_ref()?.0;
        Some(few(tags.iter().filter_map(Text::get)))
    }

    /// What others wrote under it.
    fn heard(&self, own: i64) -> Vec<String> {
        let by = |comment: &&Comment| comment.owner.0.as_ref().and_then(User::id);
        let others = self.comments.objects().filter(|comment| by(comment) != Some(own));
        others.filter_map(|comment| heard::of_html(comment.body.get()?)).take(HEARD).collect()
    }

    /// What it is, and its number.
    fn kind(&self) -> Option<(ItemKind, u64)> {
        let number = |text: &Text| text.get()?.parse().ok();
        if let Some(id) = number(&self.answer_id) {
            return Some((ItemKind::Answer, id));
        }
        match self.post_type.get() {
            Some("answer") => Some((ItemKind::Answer, number(&self.post_id)?)),
            Some("question") => Some((ItemKind::Question, number(&self.post_id)?)),
            _ => Some((ItemKind::Question, number(&self.question_id)?)),
        }
    }
}

/// A comment, where the pages were asked for with them.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Comment {
    owner: One<User>,
    body: Text,
}

/// What one look at all pages tells.
#[derive(Default)]
struct Survey {
    /// The people the pages of users are about.
    users: BTreeMap<i64, User>,
    /// The people who wrote the posts.
    owners: BTreeMap<i64, User>,
    /// Of each question, who asked it and its tags.
    questions: BTreeMap<u64, (Option<i64>, Vec<String>)>,
    has_posts: bool,
}

impl Survey {
    fn take(archive: &mut Archive<'_>, pages: &[Member]) -> Result<Self, Error> {
        let mut survey = Self::default();
        peek::each(archive, pages, &mut |head, open| match Page::of(head) {
            Some(Page::Users) => json::array_at(open, "items", &mut |user: User| {
                if let Some(id) = user.id().filter(|_| survey.users.len() < PEOPLE) {
                    survey.users.insert(id, user.short());
                }
                Ok(())
            }),
            Some(Page::Posts) => {
                survey.has_posts = true;
                json::array_at(open, "items", &mut |row: Row| {
                    survey.post(&row);
                    Ok(())
                })
            }
            None => Ok(()),
        })?;
        Ok(survey)
    }

    fn post(&mut self, row: &Row) {
        if let Some((ItemKind::Question, id)) = row.kind()
            && self.questions.len() < POSTS
        {
            self.questions.insert(id, (row.owner(), row.tags().unwrap_or_default()));
        }
        let owner = row.owner.0.as_ref().and_then(|owner| Some((owner.id()?, owner)));
        if let Some((id, owner)) = owner
            && self.owners.len() < PEOPLE
        {
            self.owners.entry(id).or_insert_with(|| owner.short());
        }
    }

    /// Whose posts are wanted.
    fn choose(&self, whose: Option<&str>) -> Result<User, Error> {
        let all = || self.users.values().chain(self.owners.values());
        let found: BTreeMap<i64, &User> = match whose {
            Some(whose) => all().filter(|user| user.is(whose)).filter_map(with_id).collect(),
            None if !self.users.is_empty() => self.users.values().filter_map(with_id).collect(),
            None => self.owners.values().filter_map(with_id).collect(),
        };
        let mut ids = found.keys();
        match (ids.next(), ids.next()) {
            // The page about the person tells more than the line under a post.
            (Some(id), None) => {
                let user = self.users.get(id).or_else(|| self.owners.get(id));
                Ok(user.cloned().unwrap_or_default())
            }
            (Some(_), Some(_)) => Err(Error::Several { how: HOW }),
            (None, _) => Err(Error::Nobody { how: HOW }),
        }
    }
}

fn with_id(user: &User) -> Option<(i64, &User)> {
    Some((user.id()?, user))
}

/// Reads the posts of one person.
pub(super) fn read(
    archive: &mut Archive<'_>,
    whose: Option<&str>,
    sink: &mut Sink<'_>,
) -> Result<Report, Error> {
    let pages = pages(archive);
    let survey = Survey::take(archive, &pages)?;
    let user = survey.choose(whose)?;
    let site = user.link.get().and_then(link::host).filter(|host| is_site(host));
    let person = Person {
        id: user.id().unwrap_or_default(),
        network: user.account_id.get().and_then(|id| id.parse().ok()),
        name: user.name(),
        reputation: user.reputation.0,
        created: user.creation_date.get().and_then(seconds),
    };
    let account = person.account(site.as_deref());
    let mut outlet = Outlet::new(Channel::StackExchange, "API 2.3", account, sink);
    outlet.created(person.created);
    outlet.audience(Audience::Reputation, person.reputation);
    if survey.has_posts {
        outlet.knows(Signal::Vote);
    }
    let seen = Seen::default();
    let mut reader = Reader { id: person.id, site, survey, seen, outlet };
    peek::each(archive, &pages, &mut |head, open| match Page::of(head) {
        Some(Page::Posts) => json::array_at(open, "items", &mut |row: Row| reader.row(&row)),
        _ => Ok(()),
    })?;
    let Reader { mut outlet, .. } = reader;
    remark_on_votes(&mut outlet);
    Ok(outlet.finish())
}

/// Seconds since 1970, as the interface writes every time.
fn seconds(text: &str) -> Option<Timestamp> {
    let seconds: i64 = text.parse().ok()?;
    (seconds > 0).then(|| Timestamp::from_seconds(seconds))
}

/// Turns the person's rows into items.
struct Reader<'s> {
    id: i64,
    site: Option<String>,
    survey: Survey,
    seen: Seen,
    outlet: Outlet<'s>,
}

impl Reader<'_> {
    fn row(&mut self, row: &Row) -> Result<(), Error> {
        if row.owner() != Some(self.id) {
            return Ok(());
        }
        let Some((kind, id)) = row.kind() else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        if !self.seen.is_new(&id.to_string()) {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        }
        let mut reactions = Vec::new();
        let asked: Option<u64> = row.question_id.get().and_then(|id| id.parse().ok());
        let question = asked.and_then(|asked| self.survey.questions.get(&asked));
        let mut title = String::new();
        if kind == ItemKind::Question {
            // An answer's title is the question's, and somebody else's.
            title = row.title.get().map(html::unescape).unwrap_or_default();
            reactions.extend(row.view_count.0.map(|count| (Signal::View, count)));
            reactions.extend(row.favorite_count.0.map(|count| (Signal::Bookmark, count)));
        } else if let Some(accepted) = row.is_accepted.0 {
            let own = accepted && question.is_some_and(|(owner, _)| *owner == Some(self.id));
            if own {
                self.outlet.did("own_answers_accepted", 1);
            }
            reactions.push((Signal::Accepted, u64::from(accepted && !own)));
        }
        let letter = if kind == ItemKind::Question { 'q' } else { 'a' };
        let own_site = || self.site.as_deref().map(|site| format!("https://{site}/{letter}/{id}"));
        let tags = row.tags().or_else(|| question.map(|(_, tags)| tags.clone()));
        let post = Post {
            id,
            kind,
            posted_at: row.creation_date.get().and_then(seconds),
            title,
            body: row.body.get().unwrap_or_default().to_owned(),
            tags: tags.unwrap_or_default(),
            url: row.link.get().and_then(link::web).or_else(own_site),
            score: row.score.get().and_then(|score| score.parse().ok()),
            wiki: row.community_owned_date.get().is_some(),
            reactions,
            heard: row.heard(self.id),
        };
        post.hand_out(&mut self.outlet)
    }
}
