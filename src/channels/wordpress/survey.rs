//! The first look at an export file: what the blog is called, who writes it, and who of them
//! published anything. No texts of posts here.

use super::super::error::Error;
use super::super::xml::{Element, Name, Tag, Take, Visit};
use super::super::{dates, html};
use super::author::{Author, Authors};
use super::wxr::{DUBLIN, WP};
use crate::domain::time::Timestamp;

/// What the first look tells.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) authors: Authors,
    pub(super) title: String,
    pub(super) version: String,
    pub(super) exported_at: Option<Timestamp>,
    /// The item that is being looked at: its author, type and state.
    item: [String; 3],
}

impl Visit for Survey {
    fn enter(&mut self, path: &[Name], tag: &Tag<'_>) -> Result<Take, Error> {
        let name = &tag.name;
        let plain = name.prefix.is_empty();
        Ok(match path {
            [] => Take::Into,
            [_] if name.local == "channel" => Take::Into,
            [_, _] if plain && name.local == "item" => {
                self.item = Default::default();
                Take::Into
            }
            [_, _] if plain && matches!(name.local.as_str(), "title" | "link" | "pubDate") => {
                Take::Whole
            }
            [_, _] if name.is_in(WP) => match name.local.as_str() {
                "author" | "wxr_version" | "base_blog_url" | "base_site_url" => Take::Whole,
                _ => Take::Skip,
            },
            [_, _, _] if name.is(DUBLIN, "creator") => Take::Whole,
            [_, _, _] if name.is(WP, "post_type") || name.is(WP, "status") => Take::Whole,
            _ => Take::Skip,
        })
    }

    fn element(&mut self, path: &[Name], element: Element) -> Result<(), Error> {
        let text = element.text();
        if path.len() == 3 {
            let [author, kind, state] = &mut self.item;
            match element.name.local.as_str() {
                "creator" => text.clone_into(author),
                "post_type" => text.clone_into(kind),
                _ => text.clone_into(state),
            }
            return Ok(());
        }
        match element.name.local.as_str() {
            "title" => self.title = html::title(text),
            "pubDate" => self.exported_at = dates::any(text),
            "wxr_version" => text.clone_into(&mut self.version),
            // The blog's own address wins over the network's and over the feed's.
            "base_blog_url" => text.clone_into(&mut self.authors.site),
            "link" | "base_site_url" if self.authors.site.is_empty() => {
                text.clone_into(&mut self.authors.site);
            }
            "author" => {
                let author = Author {
                    id: element.child("author_id").to_owned(),
                    login: element.child("author_login").to_owned(),
                    name: element.child("author_display_name").to_owned(),
                    email: element.child("author_email").to_owned(),
                };
                self.authors.add(&author.login.clone(), author);
            }
            _ => {}
        }
        Ok(())
    }

    fn leave(&mut self, path: &[Name]) -> Result<(), Error> {
        let [author, kind, state] = &self.item;
        if path.len() == 3 && kind == "post" && state == "publish" {
            self.authors.wrote(author);
        }
        Ok(())
    }
}
