//! Bluesky: the repository file that the network hands out, and answers of its public interface,
//! which have the counts that the file lacks. Only posts and the profile are read; accounts that
//! were blocked, and lists, are nobody's business. Nothing of other channels here.

mod car;
mod cbor;
mod post;
mod repository;
mod tid;
mod tree;
mod view;

use self::post::Post;
use self::repository::Repository;
use super::answers::{self, Replies, Whose};
use super::archive::{Archive, Member, names};
use super::error::Error;
use super::report::{Audience, Outlet, Report};
use super::seen::Seen;
use super::{Export, Sink, peek};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Account, excerpt};
use crate::domain::time::Timestamp;

/// The format of Bluesky.
pub(super) struct Bluesky;

/// Most files that are looked at for a repository; in a tar.gz each costs a pass.
const LOOKS: usize = 16;

/// What was brought.
#[derive(Default)]
struct Files {
    repositories: Vec<Member>,
    /// Files that may be answers of the interface.
    answers: Vec<Member>,
    has_profile: bool,
    has_feed: bool,
}

impl Files {
    fn find(archive: &mut Archive<'_>) -> Result<Self, Error> {
        let mut files = Self::default();
        for member in repositories(archive) {
            if peek::any(archive, &[member], car::is_car)? {
                files.repositories.push(member);
            }
        }
        let answers = answers(archive);
        peek::each(archive, &answers, &mut |head, _| {
            files.has_profile |= view::is_profile(head);
            files.has_feed |= view::is_feed(head);
            Ok(())
        })?;
        files.answers = answers;
        Ok(files)
    }

    fn layout(&self) -> &'static str {
        match (self.repositories.is_empty(), self.has_profile || self.has_feed) {
            (false, false) => "repository file",
            (true, _) => "answers of the interface",
            (false, true) => "repository file and answers of the interface",
        }
    }
}

/// The files that may be repositories: of more than a few none could be meant.
fn repositories(archive: &Archive<'_>) -> Vec<Member> {
    let mut members = peek::likely(archive, |name| names::extension(name) == "car");
    members.truncate(LOOKS);
    members
}

/// The files that may be answers of the interface.
fn answers(archive: &Archive<'_>) -> Vec<Member> {
    peek::likely(archive, |name| {
        let stem = answers::stem(name);
        matches!(stem.as_str(), "feed" | "profile")
            || stem.contains("authorfeed")
            || stem.contains("getprofile")
    })
}

impl Export for Bluesky {
    fn channel(&self) -> Channel {
        Channel::Bluesky
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        let (repositories, answers) = (repositories(archive), answers(archive));
        Ok(peek::any(archive, &repositories, car::is_car)?
            || peek::any(archive, &answers, |head| view::is_profile(head) || view::is_feed(head))?)
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        let files = Files::find(archive)?;
        let repository = match files.repositories.as_slice() {
            [] => None,
            [one] => Some(Repository::open(archive, *one)?),
            _ => return Err(Error::Repeated { member: "a repository (.car)".to_owned() }),
        };
        let did = repository.as_ref().map(|repository| repository.did.clone());
        let mut whose = Whose::new(did.as_deref().or(whose));
        let profiles = view::profiles(archive, &files.answers, &mut whose)?;
        let replies = view::survey(archive, &files.answers, &mut whose)?;
        let account = match did {
            Some(did) if !whose.is_met() => {
                Account { id: Some(did.clone()), handle: did, name: None }
            }
            _ => whose.decide()?,
        };
        let outlet = Outlet::new(Channel::Bluesky, files.layout(), account, sink);
        let mut reader = Reader::new(outlet, replies);
        for profile in &profiles {
            profile.tell(&mut reader);
        }
        if files.has_feed {
            for signal in [Signal::Like, Signal::Reshare, Signal::Reply, Signal::Quote] {
                reader.outlet.knows(signal);
            }
            view::feed(archive, &files.answers, &mut reader)?;
        }
        match repository {
            Some(repository) => repository.read(archive, &mut reader)?,
            None if files.has_feed => reader.outlet.did("reshares_made", reader.reposts),
            None => {}
        }
        Ok(reader.finish())
    }
}

/// Whether a text is an account's lasting identifier.
fn is_did(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '-' | '_' | '%');
    text.starts_with("did:") && text.len() <= 256 && text.chars().all(plain)
}

/// Turns posts into items.
struct Reader<'s> {
    did: String,
    outlet: Outlet<'s>,
    /// Keys of the posts that came with their counts.
    given: Seen,
    /// The author's answers to her own posts.
    replies: Replies,
    reposts: u64,
    followed: Option<u64>,
    created: bool,
}

impl<'s> Reader<'s> {
    fn new(outlet: Outlet<'s>, replies: Replies) -> Self {
        let did = outlet.account().id.clone().unwrap_or_default();
        let given = Seen::default();
        Self { did, outlet, given, replies, reposts: 0, followed: None, created: false }
    }

    /// Remembers a post; `false` if it was given before.
    fn give(&mut self, key: &str) -> bool {
        self.given.is_new(key)
    }

    fn is_given(&self, key: &str) -> bool {
        self.given.has(key)
    }

    /// Hands out a post without counts.
    fn post(&mut self, post: Post, key: &str, latest: Option<Timestamp>) -> Result<(), Error> {
        self.counted(post, key, latest, Vec::new())
    }

    /// Hands out a post.
    fn counted(
        &mut self,
        post: Post,
        key: &str,
        latest: Option<Timestamp>,
        reactions: Vec<(Signal, u64)>,
    ) -> Result<(), Error> {
        match post.item(&self.did, key, latest) {
            Err(reason) => self.outlet.skip(reason),
            Ok((mut item, recovered)) => {
                item.reactions = reactions;
                if recovered {
                    self.outlet.hand_out_recovered(item)?;
                } else {
                    self.outlet.hand_out(item)?;
                }
            }
        }
        Ok(())
    }

    /// What a profile says.
    fn profile(&mut self, name: Option<&str>, created_at: Option<&str>) {
        if let Some(name) = name.map(excerpt).filter(|name| !name.is_empty()) {
            self.outlet.named(name);
        }
        if let Some(at) = created_at.and_then(|text| text.parse().ok())
            && !self.created
        {
            self.outlet.created(Some(at));
            self.created = true;
        }
    }

    fn finish(mut self) -> Report {
        self.outlet.audience(Audience::Following, self.followed);
        self.outlet.finish()
    }
}
