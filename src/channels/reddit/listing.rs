//! Answers of Reddit's interface: listings of posts (`t3`) and comments (`t1`), and the account
//! itself (`t2`). They tell how posts and comments were received.

use serde::Deserialize;

use super::super::archive::{Archive, Member, names};
use super::super::error::Error;
use super::super::html;
use super::super::json::{self, Count, Flag, List, Number, One, Text};
use super::super::peek;
use super::super::report::Skip;
use super::tables::is_name;
use super::{bare, full_id, page};
use crate::domain::evidence::Signal;
use crate::domain::item::{Item, ItemKind};
use crate::domain::time::Timestamp;

/// Base names under which answers are kept; one that was brought alone is told by its content.
const NAMES: [&str; 8] =
    ["submitted", "submissions", "overview", "comments", "posts", "about", "listing", "reddit"];
/// The last day of year 9999, in seconds since 1970.
const LATEST: f64 = 253_402_300_799.0;

/// Whether a member of this name, in lower case, may be an answer.
pub(super) fn is_answers_name(name: &str) -> bool {
    let Some(stem) = names::base(name).strip_suffix(".json") else {
        return false;
    };
    let begins = |name: &str| {
        stem.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    };
    NAMES.iter().any(|name| begins(name))
}

/// Whether a text that begins so is an answer.
pub(super) fn is_answer(head: &[u8]) -> bool {
    let text = squeezed(head);
    let kinds = [r#""kind":"Listing""#, r#""kind":"t1""#, r#""kind":"t3""#];
    let things = [r#""subreddit":""#, r#""subreddit_id":"t5_"#, r#""children":["#];
    let things = things.iter().any(|key| text.contains(key));
    let account = text.contains(r#""kind":"t2""#);
    (things && kinds.iter().any(|kind| text.contains(kind)))
        || (account && text.contains(r#""comment_karma":"#))
}

/// The text without its blanks.
fn squeezed(head: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(head).into_owned();
    text.retain(|c| !c.is_ascii_whitespace() && c != '\u{feff}');
    text
}

/// Gives every post and comment to `give`.
pub(super) fn each(
    archive: &mut Archive<'_>,
    members: &[Member],
    give: &mut dyn FnMut(Answer) -> Result<(), Error>,
) -> Result<(), Error> {
    peek::each(archive, members, &mut |head, open| {
        let head = squeezed(head);
        let mut thing = |thing: One<Thing>| thing.into_answers(give);
        if head.starts_with('[') {
            json::array(open, &mut thing)
        } else if head.contains(r#""children":["#) {
            json::array_at(open, "data.children", &mut thing)
        } else {
            thing(json::document(open)?)
        }
    })
}

/// What the answers tell about the account.
#[derive(Default)]
pub(super) struct Answers {
    /// Names of authors in lower case and as written, two at most.
    authors: Vec<(String, String)>,
    name: Option<String>,
    /// When it was opened.
    pub(super) created: Option<Timestamp>,
    /// The number the network gives it.
    pub(super) karma: Option<u64>,
}

impl Answers {
    /// Reads through the answers once.
    pub(super) fn read(archive: &mut Archive<'_>, members: &[Member]) -> Result<Self, Error> {
        let mut answers = Self::default();
        each(archive, members, &mut |answer| {
            answers.note(&answer);
            Ok(())
        })?;
        Ok(answers)
    }

    fn note(&mut self, answer: &Answer) {
        let data = &answer.data;
        if answer.kind != Kind::Account {
            let author = answer.author().map(|name| (name.to_lowercase(), name.to_owned()));
            if let Some(author) = author
                && self.authors.len() < 2
                && self.authors.iter().all(|(known, _)| *known != author.0)
            {
                self.authors.push(author);
            }
            return;
        }
        if self.name.is_some() {
            return;
        }
        self.name = data.name.get().filter(|name| is_name(name)).map(str::to_owned);
        self.created = at(data.created_utc);
        let parts = [data.link_karma.0, data.comment_karma.0];
        let sum = parts.into_iter().flatten().reduce(|a, b| a + b);
        self.karma = data.total_karma.0.or(sum).map(count);
    }

    /// Whose account it is: whose it is said to be, else the only one it can be. Fails if it can
    /// be several people's.
    pub(super) fn name(&self, whose: Option<&str>) -> Result<Option<String>, Error> {
        let whose = whose.map(|name| name.trim_start_matches('/').trim_start_matches("u/"));
        if let Some(whose) = whose.filter(|name| is_name(name)) {
            let known = self.authors.iter().find(|(known, _)| *known == whose.to_lowercase());
            return Ok(Some(known.map_or(whose, |(_, name)| name).to_owned()));
        }
        if self.name.is_some() {
            return Ok(self.name.clone());
        }
        match self.authors.as_slice() {
            [] => Ok(None),
            [(_, name)] => Ok(Some(name.clone())),
            _ => Err(Error::Several { how: "its name on Reddit" }),
        }
    }
}

/// What a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Post,
    Comment,
    Account,
}

/// A post, a comment or the account.
pub(super) struct Answer {
    kind: Kind,
    data: Data,
}

impl Answer {
    /// Who wrote it.
    pub(super) fn author(&self) -> Option<&str> {
        self.data.author.get().filter(|name| is_name(name))
    }

    /// Whether it is neither post nor comment.
    pub(super) fn is_account(&self) -> bool {
        self.kind == Kind::Account
    }

    /// Whether it shows somebody else's post in another place.
    pub(super) fn is_reshare(&self) -> bool {
        let parent = self.data.crosspost_parent_list.objects().next();
        let own = parent.is_some_and(|parent| parent.author.get() == self.data.author.get());
        self.data.crosspost_parent.get().is_some() && !own
    }

    /// Its number, with what tells posts from comments.
    pub(super) fn id(&self) -> Option<String> {
        let id = self.data.id.get().or_else(|| self.data.name.get())?;
        full_id(if self.kind == Kind::Post { "t3" } else { "t1" }, id)
    }

    /// When it was written.
    pub(super) fn at(&self) -> Option<Timestamp> {
        at(self.data.created_utc)
    }

    /// Why it must be left out, if it must.
    pub(super) fn left_out(&self) -> Option<Skip> {
        let who = self.data.subreddit_type.get().unwrap_or("public");
        if !matches!(who, "public" | "restricted" | "user" | "archived") {
            return Some(Skip::NotPublic);
        }
        match self.data.removed_by_category.get() {
            None => None,
            Some("deleted" | "author") => Some(Skip::Deleted),
            Some(_) => Some(Skip::Removed),
        }
    }

    /// The item, with its reactions.
    pub(super) fn item(&self, id: String) -> Item {
        let data = &self.data;
        let parts = [&data.title, &data.selftext, &data.body];
        let parts = parts.into_iter().filter_map(Text::get).map(html::unescape);
        let text = parts.collect::<Vec<_>>().join("\n\n");
        let is_hidden = data.score_hidden.is_set() || data.hide_score.is_set();
        let votes = data.score.0.filter(|_| !is_hidden).map(count);
        let reactions = [(Signal::Vote, votes), (Signal::Reply, data.num_comments.0)];
        let known = reactions.into_iter().filter_map(|(signal, count)| Some((signal, count?)));
        Item {
            url: data.permalink.get().and_then(page),
            reactions: known.filter(|(signal, _)| self.counts(*signal)).collect(),
            ..bare(id, self.item_kind(), text, data.subreddit.get())
        }
    }

    /// A comment's `num_comments` is that of the post it is under.
    fn counts(&self, signal: Signal) -> bool {
        signal == Signal::Vote || self.kind == Kind::Post
    }

    fn item_kind(&self) -> ItemKind {
        if self.kind == Kind::Post {
            return ItemKind::Post;
        }
        let under_post = self.data.parent_id.get().is_some_and(|parent| parent.starts_with("t3_"));
        let own = self.data.link_author.get().is_some_and(|author| Some(author) == self.author());
        if under_post && own { ItemKind::Thread } else { ItemKind::Reply }
    }
}

/// An envelope: a listing, or one thing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Thing {
    kind: Text,
    data: One<Box<Data>>,
}

/// The fields of all kinds of things that are read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Data {
    children: List<One<Thing>>,
    id: Text,
    name: Text,
    author: Text,
    title: Text,
    selftext: Text,
    body: Text,
    permalink: Text,
    /// Of an account it is an object.
    subreddit: Text,
    subreddit_type: Text,
    created_utc: Number,
    score: Number,
    score_hidden: Flag,
    hide_score: Flag,
    num_comments: Count,
    removed_by_category: Text,
    crosspost_parent: Text,
    crosspost_parent_list: List<One<Parent>>,
    parent_id: Text,
    link_author: Text,
    total_karma: Number,
    link_karma: Number,
    comment_karma: Number,
}

/// The original of a crosspost.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Parent {
    author: Text,
}

impl One<Thing> {
    fn into_answers(self, give: &mut dyn FnMut(Answer) -> Result<(), Error>) -> Result<(), Error> {
        let Some(Thing { kind, data: One(Some(data)) }) = self.0 else {
            return Ok(());
        };
        let kind = match kind.get() {
            Some("t1") => Kind::Comment,
            Some("t2") => Kind::Account,
            Some("t3") => Kind::Post,
            Some("Listing") => {
                for child in data.children.0 {
                    child.into_answers(give)?;
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        give(Answer { kind, data: *data })
    }
}

/// A number that is never below zero: votes down are not told apart from votes up.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and is not below zero"
)]
fn count(number: f64) -> u64 {
    number.max(0.0) as u64
}

/// Seconds since 1970, with a fraction that is always zero.
fn at(seconds: Number) -> Option<Timestamp> {
    let seconds = seconds.0.filter(|seconds| (0.0..=LATEST).contains(seconds))?;
    #[expect(clippy::cast_possible_truncation, reason = "the range was compared")]
    Some(Timestamp::from_seconds(seconds as i64))
}
