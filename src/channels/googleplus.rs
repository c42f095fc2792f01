//! Google+, closed in 2019: what Google Takeout handed out, one file a post, as JSON or as web
//! pages. Only the posts and the log of own activity are ever opened: circles, contacts and all
//! other products of Google lie next to them. Nothing of other channels here.

mod activity;
mod post;
mod visibility;
mod web;

use std::collections::BTreeSet;

use self::post::{Person, Post};
use super::archive::{Archive, Member, Open, names};
use super::author::Authors;
use super::error::Error;
use super::report::{Outlet, Report, Skip};
use super::seen::Seen;
use super::{Export, Sink, json};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Account, Item, ItemKind, excerpt};

/// The format of Google+.
pub(super) struct GooglePlus;

/// Bytes of a post that tell what it is. The style sheet of a web page takes 3 KiB of them.
const HEAD: u64 = 16 << 10;
/// Posts that are looked at to recognize the export.
const LOOKED_AT: usize = 8;
/// Posts that are read to find out whose they are.
const SAMPLE: usize = 64;

impl Export for GooglePlus {
    fn channel(&self) -> Channel {
        Channel::GooglePlus
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        let named = archive.matching(is_post);
        for member in named.into_iter().take(LOOKED_AT).chain(archive.singles()) {
            if form(&archive.head(member, HEAD)?).is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        _whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        let files = Files::find(archive)?;
        let own = own(archive, &files)?;
        let layout = if files.json.is_empty() { "web pages" } else { "JSON, one file a post" };
        let outlet = Outlet::new(Channel::GooglePlus, layout, account(&own), sink);
        let mut reader = Reader { own, outlet, seen: Seen::default(), pages: 0, understood: 0 };
        // The export lists everybody who reacted; no list means nobody.
        for signal in [Signal::Like, Signal::Reshare, Signal::Reply] {
            reader.outlet.knows(signal);
        }
        archive.read_each(&files.json, &mut |open| reader.file(open, json::document))?;
        archive.read_each(&files.web, &mut |open| {
            reader.pages += 1;
            reader.file(open, web::read)
        })?;
        let Reader { own, mut outlet, pages, understood, .. } = reader;
        activity::read(archive, &own, &mut outlet)?;
        if pages > 0 && understood == 0 {
            outlet.warn(
                "none of your posts says in a language that is known here that it is public; \
                 bring the export in the JSON format instead",
            );
        }
        Ok(outlet.finish())
    }
}

/// `20140312 - Beginning of the text.json`. The folders have other names in each language.
fn is_post(name: &str) -> bool {
    let base = names::base(name);
    let Some(stem) = base.strip_suffix(".json").or_else(|| base.strip_suffix(".html")) else {
        return false;
    };
    let end = stem.find(|c: char| !c.is_ascii_digit()).unwrap_or(stem.len());
    end == 8 && stem.get(end..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '-']))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Web,
}

/// The form of a post with these first bytes, if it is one of Google+.
fn form(head: &[u8]) -> Option<Form> {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.contains("plus.google.com") {
        return None;
    }
    if text.starts_with('{') {
        let post = text.contains("\"creationTime\"") && text.contains("\"author\"");
        return post.then_some(Form::Json);
    }
    let page = text.starts_with('<') && text.contains("main-content");
    (page && text.contains("class=\"author\"")).then_some(Form::Web)
}

/// The files with posts.
struct Files {
    json: Vec<Member>,
    /// Those whose post is not there as JSON as well.
    web: Vec<Member>,
    /// Some, of the account's own stream if possible.
    sample: Vec<(Member, Form)>,
}

impl Files {
    fn find(archive: &mut Archive<'_>) -> Result<Self, Error> {
        let stem = |name: &str| {
            let lower = name.to_lowercase();
            lower.strip_suffix(".json").or_else(|| lower.strip_suffix(".html")).map(str::to_owned)
        };
        let mut json = archive.matching(|name| is_post(name) && names::is(name, "json"));
        let mut web = archive.matching(|name| is_post(name) && names::is(name, "html"));
        let stems: BTreeSet<_> = json.iter().map(|&member| stem(archive.name(member))).collect();
        web.retain(|&member| !stems.contains(&stem(archive.name(member))));
        for single in archive.singles() {
            match form(&archive.head(single, HEAD)?) {
                Some(Form::Json) => json.push(single),
                Some(Form::Web) => web.push(single),
                None => {}
            }
        }
        let form = if json.is_empty() { Form::Web } else { Form::Json };
        let posts = if json.is_empty() { &web } else { &json };
        let depth = |member: &Member| archive.name(*member).matches('/').count();
        // Communities lie one folder deeper than the stream, and others write there.
        let nearest = posts.iter().map(depth).min();
        let near = posts.iter().filter(|&member| Some(depth(member)) == nearest);
        let sample = near.take(SAMPLE).map(|&member| (member, form)).collect();
        Ok(Self { json, web, sample })
    }
}

/// Whose posts these are.
fn own(archive: &mut Archive<'_>, files: &Files) -> Result<Person, Error> {
    let mut authors = Authors::default();
    let sample: Vec<Member> = files.sample.iter().map(|&(member, _)| member).collect();
    let web = files.sample.iter().any(|&(_, form)| form == Form::Web);
    archive.read_each(&sample, &mut |open| {
        let post = if web { web::read(open) } else { json::document(open) };
        match post {
            Err(Error::Malformed { .. }) => {}
            post => {
                if let Some(author) = post?.author.0.filter(Person::is_known) {
                    authors.saw(author, Person::is);
                }
            }
        }
        Ok(())
    })?;
    authors.main().ok_or_else(|| Error::malformed("the export", "names no author of its posts"))
}

fn account(own: &Person) -> Account {
    let name = own.display_name.get().map(excerpt);
    let id = own.number().or_else(|| own.alias()).map(str::to_owned);
    let handle = own.alias().map(str::to_owned).or_else(|| name.clone()).or_else(|| id.clone());
    Account { id, handle: handle.unwrap_or_default(), name }
}

/// Turns posts into items.
struct Reader<'s> {
    own: Person,
    outlet: Outlet<'s>,
    seen: Seen,
    /// Web pages that were read, and those of them that say that they are public.
    pages: u64,
    understood: u64,
}

impl Reader<'_> {
    fn file(
        &mut self,
        open: &mut Open<'_>,
        read: impl FnOnce(&mut Open<'_>) -> Result<Post, Error>,
    ) -> Result<(), Error> {
        match read(open) {
            Err(Error::Malformed { .. }) => {
                self.outlet.skip(Skip::Unreadable);
                Ok(())
            }
            post => self.post(&post?),
        }
    }

    fn post(&mut self, post: &Post) -> Result<(), Error> {
        let Some(id) = post.id() else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        if !post.author.0.as_ref().is_some_and(|author| author.is(&self.own)) {
            self.outlet.skip(Skip::NotOwn);
            return Ok(());
        }
        if !self.seen.is_new(&id) {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        }
        if post.is_reshare() {
            self.outlet.did("reshares_made", 1);
        }
        if !post.is_public() {
            self.outlet.skip(Skip::NotPublic);
            return Ok(());
        }
        self.understood += 1;
        let text = post.text();
        if post.is_reshare() && text.is_empty() {
            return Ok(());
        }
        let Some(posted_at) = post.posted_at() else {
            self.outlet.skip(Skip::ImpossibleDate);
            return Ok(());
        };
        let kind = if post.is_reshare() { ItemKind::Quote } else { post.kind(&text) };
        let tags = post.tags(&text);
        let item = Item {
            id,
            kind,
            posted_at,
            text,
            tags,
            language: None,
            url: post.link(),
            reactions: post.reactions(&self.own),
            heard: post.heard(&self.own),
        };
        Ok(self.outlet.hand_out(item)?)
    }
}
