//! Tumblr: answers of its interface (the second version with both kinds of posts, and the
//! first), backups made of them, and posts that are web pages, as the official export and
//! backups have them. Messages and the privacy download are never read. Nothing of other
//! channels here.

mod blog;
mod files;
mod post;
mod web;

use self::blog::Blog;
use self::files::{Files, Shape};
use self::post::{Post, State};
use super::archive::{Archive, Open};
use super::error::Error;
use super::report::{Audience, Outlet, Report, Skip};
use super::seen::Seen;
use super::{Export, Sink, json};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::Item;

/// The format of Tumblr.
pub(super) struct Tumblr;

impl Export for Tumblr {
    fn channel(&self) -> Channel {
        Channel::Tumblr
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        files::recognizes(archive)
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        let files = Files::find(archive)?;
        let blog = blog::find(archive, &files, whose)?;
        let outlet = Outlet::new(Channel::Tumblr, files.layout(), blog.account(), sink);
        let mut reader = Reader { blog, outlet, seen: Seen::default(), posts: 0, zoneless: false };
        archive.read_each(&files.json, &mut |open| reader.file(open))?;
        if reader.posts == 0 {
            archive.read_each(&files.web, &mut |open| reader.page(open))?;
        }
        let Reader { blog, mut outlet, zoneless, posts, .. } = reader;
        if posts == 0 && files.packed {
            outlet.warn(
                "the posts are inside posts.zip; unpack the export and bring the folder \
                 \"posts\", or that file alone",
            );
        }
        if zoneless {
            outlet.warn(
                "the web pages of the export tell times without their time zone, so that they \
                 may be wrong by some hours",
            );
        }
        let followers = files::total(archive, "followers")?.or(blog.followers);
        outlet.audience(Audience::Followers, followers);
        outlet.audience(Audience::Following, files::total(archive, "following")?);
        if let Some(likes) = files::total(archive, "likes")? {
            outlet.did("likes_given", likes);
        }
        Ok(outlet.finish())
    }
}

/// Turns posts into items.
struct Reader<'s> {
    blog: Blog,
    outlet: Outlet<'s>,
    /// The numbers of all posts, of those that are left out as well.
    seen: Seen,
    /// How many posts have been there.
    posts: u64,
    /// Whether times came without a zone.
    zoneless: bool,
}

impl Reader<'_> {
    fn file(&mut self, open: &mut Open<'_>) -> Result<(), Error> {
        files::with_shape(open, |shape, open| match shape {
            None => Ok(()),
            Some(Shape::List) => json::array(open, &mut |post: Post| self.post(&post)),
            Some(Shape::Under(key)) => {
                json::array_at(open, key, &mut |post: Post| self.post(&post))
            }
            Some(Shape::Posts) => match json::values(open, &mut |post: Post| self.post(&post)) {
                Err(Error::Malformed { .. }) => {
                    self.outlet.skip(Skip::Unreadable);
                    Ok(())
                }
                read => read,
            },
        })
    }

    fn page(&mut self, open: &mut Open<'_>) -> Result<(), Error> {
        let post = web::read(open)?;
        self.zoneless |= post.is_zoneless();
        self.post(&post)
    }

    fn post(&mut self, post: &Post) -> Result<(), Error> {
        let Some(id) = post.id() else {
            self.outlet.skip(Skip::Unreadable);
            return Ok(());
        };
        self.posts += 1;
        if !self.seen.is_new(&id.to_string()) {
            self.outlet.skip(Skip::Duplicate);
            return Ok(());
        }
        if let Some(reason) = self.reason(post) {
            self.outlet.skip(reason);
            return Ok(());
        }
        // The notes of a reblog are those of the whole chain, which is somebody else's.
        if post.is_reblog(&self.blog.name) {
            self.outlet.did("reshares_made", 1);
            return Ok(());
        }
        let Some(posted_at) = post.posted_at() else {
            self.outlet.skip(Skip::ImpossibleDate);
            return Ok(());
        };
        let notes = post.notes();
        if notes.is_some() {
            self.outlet.knows(Signal::Note);
        }
        let item = Item {
            id: id.to_string(),
            kind: post.kind(),
            posted_at,
            text: post.text(),
            tags: post.tags(),
            language: None,
            url: post.link(),
            reactions: notes.map(|notes| (Signal::Note, notes)).into_iter().collect(),
            heard: post.heard(&self.blog.name),
        };
        Ok(self.outlet.hand_out(item)?)
    }

    /// Why a post is left out.
    fn reason(&self, post: &Post) -> Option<Skip> {
        let other =
            post.blog_name().is_some_and(|name| !name.eq_ignore_ascii_case(&self.blog.name));
        match post.state() {
            _ if other || post.is_submission() => Some(Skip::NotOwn),
            State::Private => Some(Skip::NotPublic),
            State::Unpublished => Some(Skip::NotPublished),
            State::Published => None,
        }
    }
}
