//! What the pages of the REST interface hold, as far as it is read. Nothing is decided here.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::super::answers;
use super::super::super::archive::Open;
use super::super::super::error::Error;
use super::super::super::json::{self, Flag, List, One, Text};
use super::super::super::link;
use crate::domain::item::excerpt;

/// Text that WordPress hands out as it is shown.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Rendered {
    pub(super) rendered: Text,
    pub(super) protected: Flag,
}

/// Posts, comments, users and terms, as far as they are read.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Row {
    pub(super) id: Text,
    pub(super) date: Text,
    pub(super) date_gmt: Text,
    pub(super) link: Text,
    pub(super) status: Text,
    #[serde(rename = "type")]
    pub(super) kind: Text,
    pub(super) title: One<Rendered>,
    pub(super) content: One<Rendered>,
    pub(super) author: Text,
    pub(super) categories: List<Text>,
    pub(super) tags: List<Text>,
    #[serde(rename = "_embedded")]
    pub(super) embedded: One<Embedded>,
    /// Of a comment: what it is about, and who wrote it.
    pub(super) post: Text,
    pub(super) author_name: Text,
    pub(super) author_url: Text,
    /// Of users and terms.
    pub(super) name: Text,
    pub(super) slug: Text,
    pub(super) taxonomy: Text,
}

/// What `_embed` puts into a post.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Embedded {
    pub(super) author: List<One<Row>>,
    #[serde(rename = "wp:term")]
    pub(super) terms: List<List<One<Row>>>,
}

/// The page about the site.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Site {
    pub(super) name: Text,
    pub(super) home: Text,
    pub(super) url: Text,
    /// The list of everything that can be asked; long, and not kept.
    #[serde(rename = "routes")]
    _routes: IgnoredAny,
}

/// A page is a list, or one entry alone.
pub(super) fn rows(
    head: &[u8],
    open: &mut Open<'_>,
    each: &mut dyn FnMut(Row) -> Result<(), Error>,
) -> Result<(), Error> {
    if answers::text(head).starts_with(b"[") {
        json::array(open, each)
    } else {
        each(json::document(open)?)
    }
}

/// A category or a tag: its slug and its name.
pub(super) fn term(row: &Row) -> Option<(String, String)> {
    let known = matches!(row.taxonomy.get(), None | Some("category" | "post_tag"));
    let name = row.name.get().filter(|_| known)?;
    Some((excerpt(row.slug.get().unwrap_or_default()).to_lowercase(), excerpt(name)))
}

/// The address of the site that a post's link shows.
pub(super) fn site_of(row: &Row) -> Option<String> {
    let link = row.link.get()?;
    let scheme = if link.starts_with("http:") { "http" } else { "https" };
    Some(format!("{scheme}://{}", link::host(link)?))
}
