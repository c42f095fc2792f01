//! The data dump of a Stack Exchange site, as experiments need it: who posted what when under
//! which tags, and which reactions came when. Streamed; of a post some hundred bytes are kept,
//! and no text.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::Path;

use anyhow::{Context as _, bail};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::texts::Finder;
use crate::channels::html;
use crate::domain::evidence::{Provenance, Signal};
use crate::domain::time::Day;

/// How many rows are read before somebody is told.
const TOLD_EVERY: u64 = 1_000_000;
/// Bytes read at a time.
const BUFFER: usize = 1 << 20;
/// What share of the answers comes before the cut, in hundredths.
const BEFORE_CUT: usize = 60;

/// Reactions to a post by others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Votes up less votes down.
    pub votes: i32,
    /// Whoever asked accepted the answer, and is not who answered.
    pub accepted: bool,
    /// Answers to a question, and comments where the dump has them.
    pub replies: u32,
    /// Favorites.
    pub bookmarks: u32,
}

impl Received {
    /// As the channel counts them.
    pub fn reactions(&self) -> [(Signal, u64, Provenance); 4] {
        [
            (Signal::Vote, u64::try_from(self.votes).unwrap_or(0)),
            (Signal::Accepted, u64::from(self.accepted)),
            (Signal::Reply, u64::from(self.replies)),
            (Signal::Bookmark, u64::from(self.bookmarks)),
        ]
        .map(|(signal, count)| (signal, count, Provenance::Uploaded))
    }

    /// Whether anybody reacted.
    pub fn is_some(&self) -> bool {
        self.votes > 0 || self.accepted || self.replies > 0 || self.bookmarks > 0
    }
}

/// A question or an answer.
#[derive(Clone, Debug)]
pub struct Post {
    /// Who posted it; zero for posts of nobody or of a whole community.
    pub owner: u32,
    /// The UTC day.
    pub day: Day,
    /// For answers: the question, by its place among the posts.
    pub question: Option<u32>,
    /// What it received in all.
    pub all: Received,
    /// What it received before the cut.
    pub early: Received,
    /// Topics that the ontology finds in the text, by the numbers of their Wikidata items.
    pub found: Box<[u32]>,
    /// Of a question: topics that its tags name.
    named: Box<[u32]>,
    is_answer: bool,
    /// Of a question: its tags, by number.
    tags: Box<[u32]>,
    /// Of a question: the accepted answer's id. Of an answer: the question's id.
    other: u32,
}

/// A site.
#[derive(Debug)]
pub struct Dump {
    /// The posts, in the order of the file.
    pub posts: Vec<Post>,
    /// Number of different tags.
    pub tags: usize,
    /// The day from which on things are held out in experiments with time.
    pub cut: Day,
    /// The day of the last post.
    pub last: Day,
    /// Whether the votes and their days are there.
    pub has_votes: bool,
    /// Whether comments are there.
    pub has_comments: bool,
    /// Comments by others on questions: whose question, by whom, on which day.
    pub comments: Vec<(u32, u32, Day)>,
    numbers: HashMap<u32, u32>,
}

impl Dump {
    /// Reads the folder of a dump. Posts.xml must be there; without Votes.xml nothing is known of
    /// when votes came, and without Comments.xml nothing of comments.
    pub fn read(
        folder: &Path,
        finder: Option<&Finder>,
        watch: &mut dyn FnMut(&str),
    ) -> anyhow::Result<Self> {
        let mut dump = Self {
            posts: Vec::new(),
            tags: 0,
            cut: Day::from_number(0),
            last: Day::from_number(0),
            has_votes: false,
            has_comments: false,
            comments: Vec::new(),
            numbers: HashMap::new(),
        };
        let mut tags = HashMap::new();
        let found = rows(&folder.join("Posts.xml"), watch, &mut |row| {
            dump.post(row, finder, &mut tags);
        })?;
        if !found {
            bail!("{} has no Posts.xml: give the folder of a dump", folder.display());
        }
        dump.tags = tags.len();
        dump.connect()?;
        dump.has_votes = rows(&folder.join("Votes.xml"), watch, &mut |row| dump.vote(row))?;
        dump.has_comments =
            rows(&folder.join("Comments.xml"), watch, &mut |row| dump.comment(row))?;
        Ok(dump)
    }

    /// Whether a post came before the cut.
    pub fn is_early(&self, post: &Post) -> bool {
        post.day < self.cut
    }

    /// The tags of a post: its own, or those of the question that it answers.
    pub fn tags_of<'d>(&'d self, post: &'d Post) -> &'d [u32] {
        let question = post.question.and_then(|at| self.posts.get(at as usize));
        &question.unwrap_or(post).tags
    }

    /// Topics that the tags of a post name, or those of the question that it answers.
    pub fn named_of<'d>(&'d self, post: &'d Post) -> &'d [u32] {
        let question = post.question.and_then(|at| self.posts.get(at as usize));
        &question.unwrap_or(post).named
    }

    fn post(
        &mut self,
        row: &BytesStart<'_>,
        finder: Option<&Finder>,
        tags: &mut HashMap<String, u32>,
    ) {
        let [id, kind, owner, date, score, names, accepted, parent, wiki] = pick(
            row,
            [
                "Id",
                "PostTypeId",
                "OwnerUserId",
                "CreationDate",
                "Score",
                "Tags",
                "AcceptedAnswerId",
                "ParentId",
                "CommunityOwnedDate",
            ],
        );
        let is_answer = match kind.as_deref() {
            Some(b"1") => false,
            Some(b"2") => true,
            _ => return,
        };
        let (Some(id), Some(day)) = (number::<u32>(id.as_deref()), day(date.as_deref())) else {
            return;
        };
        let other = if is_answer { parent } else { accepted };
        // Nobody is credited for what a whole community wrote.
        let owner = if wiki.is_some() { None } else { number(owner.as_deref()) };
        let place = u32::try_from(self.posts.len()).unwrap_or(u32::MAX);
        self.numbers.insert(id, place);
        let votes = number(score.as_deref()).unwrap_or(0);
        let names = names.map(|names| tag_names(&names)).unwrap_or_default();
        self.posts.push(Post {
            owner: owner.unwrap_or(0),
            day,
            question: None,
            all: Received { votes, ..Received::default() },
            early: Received::default(),
            found: finder.map_or_else(Box::default, |finder| finder.in_row(row)),
            named: finder.map_or_else(Box::default, |finder| finder.in_tags(&names)),
            is_answer,
            tags: intern(&names, tags),
            other: number(other.as_deref()).unwrap_or(0),
        });
    }

    /// Connects answers with their questions, now that all are known.
    fn connect(&mut self) -> anyhow::Result<()> {
        let mut days: Vec<Day> =
            self.posts.iter().filter(|post| post.is_answer).map(|post| post.day).collect();
        days.sort_unstable();
        let cut = days.get(days.len() * BEFORE_CUT / 100).copied();
        self.cut = cut.context("the dump holds no answers")?;
        self.last = self.posts.iter().map(|post| post.day).max().unwrap_or(self.cut);
        for at in 0..self.posts.len() {
            let Some(answer) = self.posts.get(at).filter(|post| post.is_answer) else { continue };
            let (by, early) = (answer.owner, self.is_early(answer));
            let Some(place) = self.numbers.get(&answer.other).copied() else { continue };
            let Some(question) = self.posts.get_mut(place as usize) else { continue };
            if by == 0 || by != question.owner {
                question.all.replies += 1;
                question.early.replies += u32::from(early);
            }
            let accepted = self.numbers.get(&question.other).is_some_and(|of| *of as usize == at);
            let by_another = question.owner == 0 || question.owner != by;
            if let Some(answer) = self.posts.get_mut(at) {
                answer.question = Some(place);
                answer.all.accepted = accepted && by_another;
            }
        }
        Ok(())
    }

    fn vote(&mut self, row: &BytesStart<'_>) {
        let [post, kind, date, user] =
            pick(row, ["PostId", "VoteTypeId", "CreationDate", "UserId"]);
        let Some(day) = day(date.as_deref()) else { return };
        let early = day < self.cut;
        let at = number(post.as_deref()).and_then(|id: u32| self.numbers.get(&id));
        let Some(post) = at.and_then(|at| self.posts.get_mut(*at as usize)) else { return };
        match kind.as_deref() {
            Some(b"1") => post.early.accepted |= early && post.all.accepted,
            Some(b"2") => post.early.votes += i32::from(early),
            Some(b"3") => post.early.votes -= i32::from(early),
            Some(b"5") if number(user.as_deref()) != Some(post.owner) => {
                post.all.bookmarks += 1;
                post.early.bookmarks += u32::from(early);
            }
            _ => {}
        }
    }

    fn comment(&mut self, row: &BytesStart<'_>) {
        let [post, date, user] = pick(row, ["PostId", "CreationDate", "UserId"]);
        let (Some(day), Some(user)) = (day(date.as_deref()), number::<u32>(user.as_deref())) else {
            return;
        };
        let at = number(post.as_deref()).and_then(|id: u32| self.numbers.get(&id));
        let Some(post) = at.and_then(|at| self.posts.get_mut(*at as usize)) else { return };
        if post.owner == user {
            return;
        }
        post.all.replies += 1;
        post.early.replies += u32::from(day < self.cut);
        if !post.is_answer && post.owner != 0 {
            self.comments.push((post.owner, user, day));
        }
    }
}

impl Post {
    /// Whether this is an answer.
    pub fn is_answer(&self) -> bool {
        self.is_answer
    }
}

/// Gives every row of a file to a function; `false` if there is no such file.
fn rows(
    path: &Path,
    watch: &mut dyn FnMut(&str),
    each: &mut dyn FnMut(&BytesStart<'_>),
) -> anyhow::Result<bool> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
    };
    watch(&name);
    let mut reader = Reader::from_reader(BufReader::with_capacity(BUFFER, file));
    let (mut buffer, mut count) = (Vec::new(), 0_u64);
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let event = event.with_context(|| format!("{name} is not XML"))?;
        if matches!(event, Event::Eof) {
            return Ok(true);
        }
        if let Event::Start(tag) | Event::Empty(tag) = event
            && tag.name().as_ref() == b"row"
        {
            each(&tag);
            count += 1;
            if count.is_multiple_of(TOLD_EVERY) {
                watch(&format!("{name}: {count} rows"));
            }
        }
    }
}

/// The values of some attributes, in one pass over the tag.
pub(super) fn pick<'t, const N: usize>(
    tag: &'t BytesStart<'_>,
    names: [&str; N],
) -> [Option<Cow<'t, [u8]>>; N] {
    let mut values = [const { None }; N];
    for attribute in tag.attributes().with_checks(false).flatten() {
        let at = names.iter().position(|name| name.as_bytes() == attribute.key.as_ref());
        if let Some(value) = at.and_then(|at| values.get_mut(at)) {
            *value = Some(attribute.value);
        }
    }
    values
}

fn number<T: std::str::FromStr>(value: Option<&[u8]>) -> Option<T> {
    std::str::from_utf8(value?).ok()?.trim().parse().ok()
}

/// The day of `2016-08-02T15:39:14.947`, which is in UTC.
fn day(value: Option<&[u8]>) -> Option<Day> {
    std::str::from_utf8(value?.get(..10)?).ok()?.parse().ok()
}

/// The names of tags, written `<a><b>` until 2023 and `|a|b|` since then.
fn tag_names(text: &[u8]) -> BTreeSet<String> {
    let text = html::unescape(&String::from_utf8_lossy(text));
    text.split(['<', '>', '|']).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

fn intern(names: &BTreeSet<String>, tags: &mut HashMap<String, u32>) -> Box<[u32]> {
    let mut number = |name: &String| {
        let next = u32::try_from(tags.len()).unwrap_or(u32::MAX);
        *tags.entry(name.clone()).or_insert(next)
    };
    names.iter().map(&mut number).collect()
}
