//! A post of Google+ that is a web page, read into the fields of the JSON form. The parts are
//! found by their classes; the words around them are in the account's language.

use super::super::archive::Open;
use super::super::error::Error;
use super::super::json::{Flag, One, Text};
use super::super::page::{self, Element, Fragment, Part, Regions};
use super::post::{Audience, Media, Named, Original, Person, Place, Post, Reaction, moment};
use super::visibility;

/// A part of the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Region {
    /// Before the text: the author, and the date as a link to the post.
    Header,
    Content,
    Visibility,
    PlusOners,
    Resharers,
    Comment,
    /// The words of a comment.
    Said,
    /// What is somebody else's, or says nothing.
    Other,
}

/// A link that is being read.
struct Anchor {
    address: Option<String>,
    is_author: bool,
    text: String,
    region: Region,
}

/// What has been read of a page.
struct Page {
    regions: Regions<Region>,
    content: Fragment,
    visibility: String,
    anchor: Option<Anchor>,
    has_author: bool,
    post: Post,
    acl: Audience,
}

/// Most bytes that are kept of what is said about visibility, and of a link's text.
const WORDS: usize = 2_000;

/// Reads a page. What is missing on it is absent in the post.
pub(super) fn read(open: &mut Open<'_>) -> Result<Post, Error> {
    let mut page = Page {
        regions: Regions::new(Region::Header),
        content: Fragment::default(),
        visibility: String::new(),
        anchor: None,
        has_author: false,
        post: Post::default(),
        acl: Audience::default(),
    };
    page::parts(open, &mut |part| page.part(&part))?;
    let Page { content, visibility, mut post, mut acl, .. } = page;
    acl.is_public = Flag(Some(visibility::is_public(&visibility)));
    post.content = Text(Some(content.into_html()));
    post.audience = One(Some(acl));
    Ok(post)
}

impl Page {
    fn part(&mut self, part: &Part<'_>) {
        let region = self.regions.current();
        match part {
            Part::Open(element) => {
                let inside = self.region(region, element);
                if region == Region::Content && inside == Region::Content {
                    self.content.add(part);
                }
                self.regions.open(element, inside);
                if inside == Region::Said {
                    self.said(" ");
                }
                if element.name() == "a" {
                    self.anchor = Some(Anchor {
                        address: element.attribute("href").map(str::to_owned),
                        is_author: element.has_class("author"),
                        text: String::new(),
                        region: inside,
                    });
                }
            }
            Part::Close(name) => {
                if region == Region::Said {
                    self.said(" ");
                }
                if *name == "a"
                    && let Some(anchor) = self.anchor.take()
                {
                    self.link(anchor);
                }
                self.regions.close(name);
                if region == Region::Content && self.regions.current() == Region::Content {
                    self.content.add(part);
                }
            }
            Part::Text(text) => {
                if let Some(anchor) = &mut self.anchor {
                    append(&mut anchor.text, text);
                } else if region == Region::Visibility {
                    append(&mut self.visibility, text);
                } else if region == Region::Said {
                    self.said(&text.replace('&', "&amp;").replace('<', "&lt;"));
                }
                if region == Region::Content {
                    self.content.add(part);
                }
            }
        }
    }

    /// The region that an element opens within another.
    fn region(&mut self, outside: Region, element: &Element) -> Region {
        const OTHERS: [&str; 5] = ["link-embed", "album", "poll-choice-votes", "location", "time"];
        if element.has_class("reshare-attribution") {
            // The author's own words come first; what follows is the original.
            self.post.original = One(Some(Original {}));
            return Region::Other;
        }
        if matches!(element.name(), "style" | "script" | "title") {
            return Region::Other;
        }
        if matches!(outside, Region::Content | Region::Said | Region::Other) {
            return outside;
        }
        if element.has_class("media-link") || element.has_class("video-placeholder") {
            let kind = if element.has_class("media-link") { "image/*" } else { "video/*" };
            if outside == Region::Header {
                self.post.media = One(Some(Media { content_type: Text(Some(kind.to_owned())) }));
            }
            return Region::Other;
        }
        let is = |class| element.has_class(class);
        if is("main-content") {
            if self.post.is_reshare() { Region::Other } else { Region::Content }
        } else if is("visibility") {
            Region::Visibility
        } else if is("plus-oners") {
            Region::PlusOners
        } else if is("resharers") {
            Region::Resharers
        } else if is("comment") {
            self.post.comments.0.push(One(Some(Reaction::default())));
            Region::Comment
        } else if outside == Region::Comment && is("comment-content") {
            Region::Said
        } else if OTHERS.into_iter().any(is) {
            Region::Other
        } else {
            outside
        }
    }

    /// A comment says this, as HTML.
    fn said(&mut self, words: &str) {
        let comment = self.post.comments.0.last_mut().and_then(|comment| comment.0.as_mut());
        if let Some(comment) = comment {
            append(comment.content.0.get_or_insert_default(), words);
        }
    }

    /// A link has ended.
    fn link(&mut self, anchor: Anchor) {
        let Anchor { address, is_author, text, region } = anchor;
        let text = text.trim().to_owned();
        let person = || Person {
            display_name: Text(Some(text.clone())),
            profile_page_url: Text(address.clone()),
            resource_name: Text(None),
        };
        let someone = || One(Some(Reaction { person: One(Some(person())), ..Reaction::default() }));
        match region {
            Region::Header if is_author && !self.has_author => {
                self.has_author = true;
                self.post.author = One(Some(person()));
            }
            Region::Header if self.post.creation_time.get().is_none() => {
                let to_post = address.as_deref().is_some_and(|link| link.contains("/posts/"));
                if to_post || moment(&text).is_some() {
                    self.post.creation_time = Text(Some(text));
                    self.post.url = Text(address);
                }
            }
            Region::Visibility => {
                let to = |kind| address.as_deref().is_some_and(|link: &str| link.contains(kind));
                let named = Named { display_name: Text(Some(text)) };
                let place = || One(Some(Place { place: One(Some(named)) }));
                if to("/communities/") {
                    self.acl.community_acl = place();
                } else if to("/collection") {
                    self.acl.collection_acl = place();
                }
            }
            Region::PlusOners => self.post.plus_ones.0.push(someone()),
            Region::Resharers => self.post.reshares.0.push(someone()),
            Region::Comment if is_author => {
                if let Some(comment) = self.post.comments.0.last_mut() {
                    comment.0.get_or_insert_default().person = One(Some(person()));
                }
            }
            // A link within a comment names somebody, as often as not.
            Region::Header | Region::Content | Region::Comment | Region::Said | Region::Other => {}
        }
    }
}

fn append(words: &mut String, text: &str) {
    if words.len() < WORDS {
        words.push_str(text);
    }
}
