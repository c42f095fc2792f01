//! The data dump of a site: rows of attributes about everybody, of which one person's posts are
//! taken. Other people's rows are asked for numbers, and
//! for what they commented.

use std::collections::{BTreeMap, BTreeSet};

use super::super::archive::{Archive, Member, names};
use super::super::error::Error;
use super::super::heard::{self, Heard};
use super::super::report::{Audience, Outlet, Report, Skip};
use super::super::seen::Seen;
use super::super::xml::{self, Element, Name, Tag, Take, Visit};
use super::super::{Sink, dates, peek};
use super::{HEAD, HOW, POSTS, Person, Post, is_site, remark_on_votes, tags};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{ItemKind, excerpt};

/// Most members that are looked at; a dump has one of each.
const MEMBERS: usize = 16;
const QUESTION: &str = "1";
const ANSWER: &str = "2";
/// The vote by which whoever asked accepts an answer.
const ACCEPTS: &str = "1";

/// The members of a dump that are opened.
#[derive(Default)]
pub(super) struct Files {
    pub(super) posts: Vec<Member>,
    users: Vec<Member>,
    votes: Vec<Member>,
    comments: Vec<Member>,
}

impl Files {
    /// What is there. Files that were brought without their names are told by their beginning.
    pub(super) fn find(archive: &mut Archive<'_>) -> Result<Self, Error> {
        const NAMES: [&str; 4] = ["posts.xml", "users.xml", "votes.xml", "comments.xml"];
        let mut members = peek::likely(archive, |name| NAMES.contains(&names::base(name)));
        members.truncate(MEMBERS);
        let mut files = Self::default();
        for member in members {
            let head = archive.head(member, HEAD)?;
            let Some(head) = xml::head(&head) else {
                continue;
            };
            let has = |attribute: &str| head.text.contains(&format!(" {attribute}="));
            match head.root.local.as_str() {
                "posts" if has("PostTypeId") => files.posts.push(member),
                "users" if has("Reputation") => files.users.push(member),
                "votes" if has("VoteTypeId") => files.votes.push(member),
                "comments" if has("PostId") => files.comments.push(member),
                _ => {}
            }
        }
        Ok(files)
    }
}

/// Gives each row of a file to a function.
struct Rows<'f>(&'f mut dyn FnMut(&Tag<'_>) -> Result<(), Error>);

impl Visit for Rows<'_> {
    fn enter(&mut self, path: &[Name], tag: &Tag<'_>) -> Result<Take, Error> {
        if path.is_empty() {
            return Ok(Take::Into);
        }
        if tag.name.local == "row" {
            (self.0)(tag)?;
        }
        Ok(Take::Skip)
    }

    fn element(&mut self, _: &[Name], _: Element) -> Result<(), Error> {
        Ok(())
    }

    fn leave(&mut self, _: &[Name]) -> Result<(), Error> {
        Ok(())
    }
}

fn rows(
    archive: &mut Archive<'_>,
    members: &[Member],
    each: &mut dyn FnMut(&Tag<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    archive.read_each(members, &mut |open| xml::read(open, &mut Rows(&mut *each)))
}

fn number<T: std::str::FromStr>(tag: &Tag<'_>, name: &str) -> Option<T> {
    tag.get(name)?.trim().parse().ok()
}

/// Reads the posts of one person.
pub(super) fn read(
    archive: &mut Archive<'_>,
    files: &Files,
    whose: Option<&str>,
    sink: &mut Sink<'_>,
) -> Result<Report, Error> {
    let (&[posts], true) = (files.posts.as_slice(), files.users.len() < 2) else {
        // Two sites: their numbers are about different people and posts.
        return Err(Error::Repeated { member: "Posts.xml".to_owned() });
    };
    let mut folders = names::folder(archive.name(posts)).split('/').map(str::to_lowercase);
    let site = folders.rfind(|folder| is_site(folder));
    let (person, votes_given) = person(archive, files, whose)?;
    let known = Known::collect(archive, files, person.id)?;
    if known.own.is_empty() && person.reputation.is_none() {
        return Err(Error::Nobody { how: HOW });
    }
    let account = person.account(site.as_deref());
    let mut outlet = Outlet::new(Channel::StackExchange, "data dump", account, sink);
    outlet.created(person.created);
    outlet.audience(Audience::Reputation, person.reputation);
    outlet.knows(Signal::Vote);
    outlet.knows(Signal::Accepted);
    if let Some(votes) = votes_given {
        outlet.did("votes_given", votes);
    }
    let mut reader = Reader { id: person.id, site, known, seen: Seen::default(), outlet };
    rows(archive, &files.posts, &mut |row| reader.row(row))?;
    let Reader { mut outlet, .. } = reader;
    remark_on_votes(&mut outlet);
    if files.comments.is_empty() {
        outlet.warn(
            "comments are not in what you brought: of replies, only answers to your questions \
             count",
        );
    }
    Ok(outlet.finish())
}

/// Whose posts are wanted, and how many votes that person gave.
fn person(
    archive: &mut Archive<'_>,
    files: &Files,
    whose: Option<&str>,
) -> Result<(Person, Option<u64>), Error> {
    let asked: Option<i64> = whose.and_then(|whose| whose.parse().ok());
    let mut found: Vec<(Person, Option<u64>)> = Vec::new();
    rows(archive, &files.users, &mut |row| {
        let Some(id) = number::<i64>(row, "Id").filter(|&id| id > 0) else {
            return Ok(());
        };
        let name = || row.get("DisplayName").unwrap_or_default();
        let is_asked = match (asked, whose) {
            (Some(asked), _) => asked == id,
            (None, Some(whose)) => name().trim().to_lowercase() == whose.to_lowercase(),
            (None, None) => true,
        };
        // Two are as good as many: they say that a choice has to be made.
        if is_asked && found.len() < 2 {
            let given = number::<u64>(row, "UpVotes").zip(number::<u64>(row, "DownVotes"));
            let person = Person {
                id,
                network: number(row, "AccountId"),
                name: Some(excerpt(&name())).filter(|name| !name.is_empty()),
                reputation: number(row, "Reputation"),
                created: row.get("CreationDate").and_then(|date| dates::iso(&date)),
            };
            found.push((person, given.map(|(up, down)| up.saturating_add(down))));
        }
        Ok(())
    })?;
    let several = found.len() > 1;
    match (found.pop(), asked) {
        (Some(only), _) if !several => Ok(only),
        (_, Some(id)) => Ok((Person { id, ..Person::default() }, None)),
        (_, None) if several && whose.is_some() => Err(Error::Several { how: HOW }),
        (_, None) if whose.is_some() => Err(Error::Nobody { how: HOW }),
        (_, None) => {
            let id = only_owner(archive, files)?;
            Ok((Person { id, ..Person::default() }, None))
        }
    }
}

/// The one person who wrote every post, if there is only one.
fn only_owner(archive: &mut Archive<'_>, files: &Files) -> Result<i64, Error> {
    let mut owners = BTreeSet::new();
    rows(archive, &files.posts, &mut |row| {
        if matches!(row.get("PostTypeId").as_deref(), Some(QUESTION | ANSWER)) && owners.len() < 2 {
            owners.extend(number::<i64>(row, "OwnerUserId"));
        }
        Ok(())
    })?;
    let mut owners = owners.into_iter();
    match (owners.next(), owners.next()) {
        (Some(id), None) => Ok(id),
        _ => Err(Error::Several { how: HOW }),
    }
}

/// A question that was answered.
struct Question {
    accepted: Option<u64>,
    owner: Option<i64>,
    tags: Vec<String>,
}

/// What other rows tell about the person's own posts.
#[derive(Default)]
struct Known {
    own: BTreeSet<u64>,
    own_questions: BTreeSet<u64>,
    /// The questions that the person answered.
    answered: BTreeMap<u64, Option<Question>>,
    /// Answers by others to the person's own questions.
    answers: BTreeMap<u64, u64>,
    /// Comments by others on the person's own posts; `None` if nothing tells.
    comments: Option<BTreeMap<u64, u64>>,
    heard: Heard,
    /// Answers of which only a vote tells that they were accepted.
    accepted: BTreeSet<u64>,
}

impl Known {
    fn collect(archive: &mut Archive<'_>, files: &Files, id: i64) -> Result<Self, Error> {
        let mut known = Self::default();
        rows(archive, &files.posts, &mut |row| {
            if number(row, "OwnerUserId") != Some(id) || known.own.len() >= POSTS {
                return Ok(());
            }
            known.own.extend(number::<u64>(row, "Id"));
            match row.get("PostTypeId").as_deref() {
                Some(QUESTION) => known.own_questions.extend(number::<u64>(row, "Id")),
                Some(ANSWER) => known.answered.extend(number(row, "ParentId").map(|q| (q, None))),
                _ => {}
            }
            Ok(())
        })?;
        rows(archive, &files.posts, &mut |row| {
            known.about(row, id);
            Ok(())
        })?;
        if !files.comments.is_empty() {
            let mut comments = BTreeMap::new();
            rows(archive, &files.comments, &mut |row| {
                let post = number::<u64>(row, "PostId").filter(|post| known.own.contains(post));
                if let Some(post) = post.filter(|_| number(row, "UserId") != Some(id)) {
                    *comments.entry(post).or_default() += 1;
                    let said = || heard::plain(&row.get("Text")?);
                    known.heard.add(&post.to_string(), said);
                }
                Ok(())
            })?;
            known.comments = Some(comments);
        }
        if known.answered.values().any(Option::is_none) {
            rows(archive, &files.votes, &mut |row| {
                if row.get("VoteTypeId").as_deref() == Some(ACCEPTS) {
                    let post = number::<u64>(row, "PostId");
                    known.accepted.extend(post.filter(|post| known.own.contains(post)));
                }
                Ok(())
            })?;
        }
        Ok(known)
    }

    /// Takes from anybody's post what it tells about the person's own.
    fn about(&mut self, row: &Tag<'_>, id: i64) {
        match row.get("PostTypeId").as_deref() {
            Some(QUESTION) => {
                let entry = number(row, "Id").and_then(|question| self.answered.get_mut(&question));
                if let Some(entry) = entry {
                    *entry = Some(Question {
                        accepted: number(row, "AcceptedAnswerId"),
                        owner: number(row, "OwnerUserId"),
                        tags: tags(&row.get("Tags").unwrap_or_default()),
                    });
                }
            }
            Some(ANSWER) if number(row, "OwnerUserId") != Some(id) => {
                let question = number::<u64>(row, "ParentId");
                if let Some(question) = question.filter(|q| self.own_questions.contains(q)) {
                    *self.answers.entry(question).or_default() += 1;
                }
            }
            _ => {}
        }
    }
}

/// Turns the person's rows into items.
struct Reader<'s> {
    id: i64,
    site: Option<String>,
    known: Known,
    seen: Seen,
    outlet: Outlet<'s>,
}

impl Reader<'_> {
    fn row(&mut self, row: &Tag<'_>) -> Result<(), Error> {
        if number(row, "OwnerUserId") != Some(self.id) {
            return Ok(());
        }
        let kind = match row.get("PostTypeId").as_deref() {
            Some(QUESTION) => ItemKind::Question,
            Some(ANSWER) => ItemKind::Answer,
            _ => {
                self.outlet.skip(Skip::NotAnItem);
                return Ok(());
            }
        };
        let Some(id) = number::<u64>(row, "Id") else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        if !self.seen.is_new(&id.to_string()) {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        }
        let (own_tags, reactions) = if kind == ItemKind::Question {
            (tags(&row.get("Tags").unwrap_or_default()), self.of_question(row, id))
        } else {
            self.of_answer(row, id)
        };
        let letter = if kind == ItemKind::Question { 'q' } else { 'a' };
        let post = Post {
            id,
            kind,
            posted_at: row.get("CreationDate").and_then(|date| dates::iso(&date)),
            title: row.get("Title").unwrap_or_default(),
            body: row.get("Body").unwrap_or_default(),
            tags: own_tags,
            url: self.site.as_deref().map(|site| format!("https://{site}/{letter}/{id}")),
            score: number(row, "Score"),
            wiki: row.get("CommunityOwnedDate").is_some(),
            reactions,
            heard: self.known.heard.of(&id.to_string()),
        };
        post.hand_out(&mut self.outlet)
    }

    fn of_question(&self, row: &Tag<'_>, id: u64) -> Vec<(Signal, u64)> {
        let answers = self.known.answers.get(&id).copied().unwrap_or(0);
        let replies = answers.saturating_add(self.comments(id).unwrap_or(0));
        let mut reactions = vec![(Signal::Reply, replies)];
        reactions.extend(number(row, "FavoriteCount").map(|count| (Signal::Bookmark, count)));
        reactions.extend(number(row, "ViewCount").map(|count| (Signal::View, count)));
        reactions
    }

    /// The tags of the question that was answered, and the reactions to the answer.
    fn of_answer(&mut self, row: &Tag<'_>, id: u64) -> (Vec<String>, Vec<(Signal, u64)>) {
        let question = number(row, "ParentId").and_then(|q: u64| self.known.answered.get(&q));
        let mut reactions = Vec::new();
        let mut tags = Vec::new();
        let accepted = match question {
            Some(Some(question)) => {
                tags.clone_from(&question.tags);
                let accepted = question.accepted == Some(id);
                // Whoever accepts their own answer praises nobody but themselves.
                if accepted && question.owner == Some(self.id) {
                    self.outlet.did("own_answers_accepted", 1);
                    false
                } else {
                    accepted
                }
            }
            _ => self.known.accepted.contains(&id),
        };
        reactions.push((Signal::Accepted, u64::from(accepted)));
        reactions.extend(self.comments(id).map(|count| (Signal::Reply, count)));
        (tags, reactions)
    }

    fn comments(&self, id: u64) -> Option<u64> {
        Some(self.known.comments.as_ref()?.get(&id).copied().unwrap_or(0))
    }
}
