//! Any blog, by its feed: RSS 0.9 to 2.0, Atom, JSON Feed, and what Blogger hands out, which is
//! Atom with the comments in it. WordPress's export files, which are RSS too, are not read here.

mod blogger;
mod entry;
mod feed;
mod json_feed;

use std::collections::BTreeSet;

use self::blogger::Comments;
use self::entry::{Each, Entry, Site};
use super::archive::{Archive, Member, Open, names};
use super::error::Error;
use super::report::{Outlet, Report, Skip};
use super::seen::Seen;
use super::{Export, Sink, link, peek, xml};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Account, Item, ItemKind, excerpt};

/// The formats of blogs.
pub(super) struct Blog;

/// By what an author can be named.
const HOW: &str = "the author's name as the feed writes it";
/// Longest id of an entry; longer ones are no use for telling entries apart.
const ID: usize = 1_024;

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// RSS or Atom.
    Feed,
    /// JSON Feed.
    Json,
}

impl Form {
    fn of(head: &[u8]) -> Option<Self> {
        if let Some(head) = xml::head(head) {
            return feed::is_feed(&head).then_some(Self::Feed);
        }
        json_feed::is_feed(head).then_some(Self::Json)
    }

    fn read(
        self,
        head: &[u8],
        open: &mut Open<'_>,
        site: &mut Site,
        each: &mut Each<'_>,
    ) -> Result<(), Error> {
        match self {
            Self::Feed => feed::read(open, site, each),
            Self::Json => json_feed::read(head, open, site, each),
        }
    }
}

/// The members that may be feeds.
fn feeds(archive: &Archive<'_>) -> Vec<Member> {
    peek::likely(archive, |name| {
        let base = names::base(name);
        let Some((stem, extension)) = base.rsplit_once('.') else {
            return matches!(base, "feed" | "rss" | "atom");
        };
        match extension {
            "rss" | "atom" | "rdf" => true,
            "xml" => !matches!(stem, "posts" | "users" | "votes" | "comments" | "tags" | "badges"),
            "json" => ["feed", "index", "posts", "jsonfeed"].iter().any(|s| stem.starts_with(s)),
            _ => false,
        }
    })
}

impl Export for Blog {
    fn channel(&self) -> Channel {
        Channel::Blog
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        let feeds = feeds(archive);
        peek::any(archive, &feeds, |head| Form::of(head).is_some())
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        let feeds = feeds(archive);
        let mut survey = Survey::default();
        each(archive, &feeds, &mut |site, entry| {
            survey.see(site, entry.as_ref());
            Ok(())
        })?;
        if survey.site.is_of_comments() {
            let (looks, bring) = ("a feed of comments", "bring the feed of the posts");
            return Err(Error::NotAnExport { looks, bring });
        }
        let choice = survey.choose(whose)?;
        let comments = if survey.has_comments {
            let mut comments = Comments::default();
            each(archive, &feeds, &mut |_, entry| {
                if let Some(entry) = entry {
                    comments.count(&entry, |author| choice.is_own(author));
                }
                Ok(())
            })?;
            Some(comments)
        } else {
            None
        };
        let account = survey.account(&choice);
        let mut outlet = Outlet::new(Channel::Blog, survey.site.layout, account, sink);
        outlet.exported(survey.site.updated);
        if let Some(comments) = &comments {
            outlet.knows(Signal::Reply);
            outlet.did("own_comments", comments.own());
            outlet.skip_many(Skip::Unapproved, comments.unapproved());
        }
        if choice.author.is_none() && survey.authors.len() > 1 {
            outlet.warn(format!(
                "the posts are by {} authors and all of them were taken; if they are not all you, \
                 bring the feed again and say which author you are: {HOW}",
                survey.authors.len()
            ));
        }
        let mut reader = Reader { choice, comments, seen: Seen::default(), outlet };
        each(archive, &feeds, &mut |_, entry| entry.map_or(Ok(()), |entry| reader.entry(entry)))?;
        let Reader { mut outlet, comments, .. } = reader;
        if comments.is_none() {
            outlet.warn("a feed shows only the latest posts; older ones are not in it");
        }
        Ok(outlet.finish())
    }
}

/// Gives every entry of every feed to a function.
fn each(archive: &mut Archive<'_>, feeds: &[Member], entries: &mut Each<'_>) -> Result<(), Error> {
    peek::each(archive, feeds, &mut |head, open| {
        let Some(form) = Form::of(head) else {
            return Ok(());
        };
        let mut site = Site::default();
        form.read(head, open, &mut site, entries)?;
        entries(&site, None)
    })
}

/// What the first look tells.
#[derive(Default)]
struct Survey {
    site: Site,
    /// The authors of posts, in lower case and as they are written.
    authors: BTreeSet<(String, String)>,
    has_comments: bool,
}

/// Most authors that are told apart.
const AUTHORS: usize = 10_000;

impl Survey {
    fn see(&mut self, site: &Site, entry: Option<&Entry>) {
        let Some(entry) = entry else {
            return self.site.learn(site);
        };
        self.has_comments |= entry.is_comment();
        if entry.is_post() && self.authors.len() < AUTHORS {
            let named = entry.authors.iter().map(|name| (name.to_lowercase(), name.clone()));
            self.authors.extend(named);
        }
    }

    /// The author who was asked for. Where all posts are one person's there is nothing to ask.
    fn choose(&self, whose: Option<&str>) -> Result<Choice, Error> {
        let everybody: BTreeSet<String> =
            self.authors.iter().map(|(lower, _)| lower.clone()).collect();
        let whose = whose.map(|whose| whose.trim().to_lowercase()).filter(|w| !w.is_empty());
        let author = match whose {
            Some(whose) if everybody.len() > 1 => {
                if !everybody.contains(&whose) {
                    return Err(Error::Nobody { how: HOW });
                }
                Some(whose)
            }
            _ => None,
        };
        Ok(Choice { author, everybody })
    }

    fn account(&self, choice: &Choice) -> Account {
        let site = link::web(&self.site.address);
        let site = site.map(|site| site.trim_end_matches('/').to_owned());
        let called = link::site(&self.site.address).unwrap_or_else(|| "blog".to_owned());
        let mut authors = self.authors.iter();
        let named = match &choice.author {
            Some(author) => authors.find(|(lower, _)| lower == author),
            None if self.authors.len() == 1 => authors.next(),
            None => None,
        };
        let title = Some(self.site.title.clone()).filter(|title| !title.is_empty());
        let name = named.map(|(_, name)| name.clone()).or(title).map(|name| excerpt(&name));
        let id = match (&site, &choice.author) {
            (Some(site), Some(author)) => Some(format!("{site}#{author}")),
            _ => site,
        };
        Account { id, handle: called, name }
    }
}

/// Whose entries are read.
struct Choice {
    /// The one author who was asked for.
    author: Option<String>,
    everybody: BTreeSet<String>,
}

impl Choice {
    /// Whether this author, in any case, is the candidate.
    fn is_own(&self, author: &str) -> bool {
        let author = author.to_lowercase();
        match &self.author {
            Some(own) => *own == author,
            None => self.everybody.contains(&author),
        }
    }
}

/// Turns entries into items.
struct Reader<'s> {
    choice: Choice,
    comments: Option<Comments>,
    seen: Seen,
    outlet: Outlet<'s>,
}

impl Reader<'_> {
    fn entry(&mut self, entry: Entry) -> Result<(), Error> {
        if entry.is_comment() {
            return Ok(());
        }
        if !entry.is_post() {
            self.outlet.skip(Skip::NotAnItem);
            return Ok(());
        }
        if self.choice.author.is_some() && !entry.authors.iter().any(|a| self.choice.is_own(a)) {
            self.outlet.skip(Skip::NotOwn);
            return Ok(());
        }
        if entry.is_draft {
            self.outlet.skip(Skip::NotPublished);
            return Ok(());
        }
        let Some(posted_at) = entry.posted_at() else {
            self.outlet.skip(Skip::ImpossibleDate);
            return Ok(());
        };
        let Some(id) = entry.id().filter(|id| id.len() <= ID) else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        if !self.seen.is_new(&id) {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        }
        let counted = self.comments.as_ref().map(|comments| comments.of(&id));
        let replies = counted.or(entry.replies).map(|count| (Signal::Reply, count));
        let kind = if entry.title.is_empty() { ItemKind::Post } else { ItemKind::Article };
        let item = Item {
            id,
            kind,
            posted_at,
            text: entry.text(),
            tags: entry.tags,
            language: entry.language,
            url: entry.link,
            reactions: replies.into_iter().collect(),
            heard: Vec::new(),
        };
        Ok(self.outlet.hand_out(item)?)
    }
}
