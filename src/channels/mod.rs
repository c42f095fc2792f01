//! Reading what networks hand out: an export archive becomes items, reactions and a report.
//! One file a channel, over one safe archive reader. No storage, no clock, no network here; the
//! input is hostile until proven otherwise.

mod answers;
mod archive;
mod author;
mod blog;
mod bluesky;
mod csv;
mod dates;
mod error;
mod facebook;
mod flickr;
mod github;
mod googleplus;
mod guess;
mod hashtags;
mod heard;
pub(crate) mod html;
mod instagram;
mod json;
mod language;
mod link;
mod linkedin;
mod mastodon;
mod meta;
mod mojibake;
mod other;
mod page;
mod peek;
mod reddit;
mod report;
mod seen;
mod stackexchange;
#[cfg(test)]
mod tests;
mod tumblr;
mod wordpress;
mod x;
mod xml;
mod youtube;

use std::fs::File;

pub use self::archive::{Archive, Limits, Member, Open, Progress, Source};
pub use self::error::{Error, Stopped};
pub use self::other::OTHER_SCHEMA;
pub use self::report::{
    Audience, Document, LeftOut, Period, Received, Report, Skip, Span, Subject, schema,
};
use crate::domain::evidence::Channel;
use crate::domain::item::Item;

/// Where items go, one at a time. An item that was handed out twice, as overlapping parts may
/// do, has the same id both times. Answering [`Stopped`] ends the import.
pub type Sink<'s> = dyn FnMut(Item) -> Result<(), Stopped> + 's;

/// Where progress goes, about once for every megabyte that was inflated. Answering [`Stopped`]
/// ends the import.
pub type Watch<'w> = dyn FnMut(Progress) -> Result<(), Stopped> + 'w;

/// The export format of one channel.
pub trait Export: Sync {
    /// The channel whose format this is.
    fn channel(&self) -> Channel;

    /// Whether the archive is an export of this channel, told from the content of members.
    /// Fails only if the archive cannot be read.
    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error>;

    /// Reads a recognized archive, opening only the members the format needs, and hands each
    /// item to `sink` as soon as it is read. `whose` picks one account where a file is about many
    /// people's, such as a dump of a whole site.
    fn read(
        &self,
        archive: &mut Archive<'_>,
        whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error>;
}

/// Every format that can be read.
static EXPORTS: &[&dyn Export] = &[
    &x::X,
    &mastodon::Mastodon,
    &linkedin::LinkedIn,
    &youtube::YouTube,
    &facebook::Facebook,
    &instagram::Instagram,
    &wordpress::WordPress,
    &blog::Blog,
    &bluesky::Bluesky,
    &github::GitHub,
    &stackexchange::StackExchange,
    &reddit::Reddit,
    &other::Other,
    &googleplus::GooglePlus,
    &tumblr::Tumblr,
    &flickr::Flickr,
];

/// What is brought, and how much of it may be read.
#[derive(Debug)]
pub struct Upload {
    /// The files, one or all the parts of one export.
    pub sources: Vec<Source>,
    /// The account (its id or handle) to read where a file is about many people's.
    pub whose: Option<String>,
    /// What may be asked of this machine.
    pub limits: Limits,
}

impl From<File> for Upload {
    /// One file, with the usual limits.
    fn from(file: File) -> Self {
        Self { sources: vec![Source::File(file)], whose: None, limits: Limits::default() }
    }
}

/// Imports an upload: finds out whose export it is, hands its items to `sink` and reports what
/// it contained. Blocks while it reads. Items handed out before an error came from a broken
/// upload and must be thrown away.
pub fn import(upload: Upload, sink: &mut Sink<'_>, watch: &mut Watch<'_>) -> Result<Report, Error> {
    recognize(upload, watch)?.read(sink)
}

/// An upload of which the network is known, and that is not read yet.
pub struct Recognized<'w> {
    archive: Archive<'w>,
    export: &'static dyn Export,
    whose: Option<String>,
}

/// Finds out of which network an upload is. Exactly one must recognize it.
pub fn recognize(
    upload: Upload,
    watch: &mut dyn FnMut(Progress) -> Result<(), Stopped>,
) -> Result<Recognized<'_>, Error> {
    let Upload { sources, whose, limits } = upload;
    let mut archive = Archive::open(sources, &limits, watch)?;
    let mut found: Option<&'static dyn Export> = None;
    for &export in EXPORTS {
        if !export.recognizes(&mut archive)? {
            continue;
        }
        if let Some(first) = found {
            let (first, second) = (first.channel().title(), export.channel().title());
            return Err(Error::Ambiguous { first, second });
        }
        found = Some(export);
    }
    match found {
        Some(export) => Ok(Recognized { archive, export, whose }),
        None => Err(guess::refusal(&mut archive)),
    }
}

impl Recognized<'_> {
    /// The network.
    pub fn channel(&self) -> Channel {
        self.export.channel()
    }

    /// Reads it, as [`import`] says.
    pub fn read(mut self, sink: &mut Sink<'_>) -> Result<Report, Error> {
        self.export.read(&mut self.archive, self.whose.as_deref(), sink)
    }
}
