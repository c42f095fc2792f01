//! Whose blog it is: what an answer says about the blog, else what its posts say.

use serde::Deserialize;

use super::super::archive::{Archive, Open};
use super::super::author::Authors;
use super::super::error::Error;
use super::super::json::{self, Count, Text};
use super::files::{self, Files, Shape};
use super::post::Post;
use super::web;
use crate::domain::item::{Account, excerpt};

/// Posts that are read to find out whose they are, where each has a file.
const SAMPLE: usize = 64;

/// A blog, as an answer describes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct BlogRow {
    /// The name in its address.
    pub(super) name: Text,
    uuid: Text,
    title: Text,
    /// Only its owner is told.
    followers: Count,
}

/// The blog that is read.
#[derive(Debug)]
pub(super) struct Blog {
    /// The name in its address.
    pub(super) name: String,
    uuid: Option<String>,
    title: Option<String>,
    /// How many follow it.
    pub(super) followers: Option<u64>,
}

impl Blog {
    /// The account.
    pub(super) fn account(&self) -> Account {
        Account { id: self.uuid.clone(), handle: self.name.clone(), name: self.title.clone() }
    }
}

/// Finds out whose blog it is. `whose` decides where posts of several blogs are there.
pub(super) fn find(
    archive: &mut Archive<'_>,
    files: &Files,
    whose: Option<&str>,
) -> Result<Blog, Error> {
    let mut rows: Authors<BlogRow> = Authors::default();
    let sample = files.json.get(..files.json.len().min(SAMPLE)).unwrap_or_default();
    archive.read_each(sample, &mut |open| match blogs(open, &mut rows) {
        Err(Error::Malformed { .. }) => Ok(()),
        read => read,
    })?;
    let pages = files.web.get(..files.web.len().min(SAMPLE)).filter(|_| files.json.is_empty());
    archive.read_each(pages.unwrap_or_default(), &mut |open| {
        let name = web::read(open)?.blog_name.get().map(str::to_owned);
        if name.is_some() {
            saw(&mut rows, BlogRow { name: Text(name), ..BlogRow::default() });
        }
        Ok(())
    })?;
    let named = |row: &BlogRow| row.name.get().map(str::to_ascii_lowercase);
    let wanted = whose.map(plain);
    let chosen = rows.all().find(|row| wanted.is_some() && named(row) == wanted).cloned();
    let how = "by the name of the blog";
    if wanted.is_some() && chosen.is_none() && rows.all().next().is_some() {
        return Err(Error::Nobody { how });
    }
    if chosen.is_none() && !rows.has_majority() {
        return Err(Error::Several { how });
    }
    let row = chosen.or_else(|| rows.main()).unwrap_or_default();
    let name = row.name.get().map(str::to_owned).or(wanted);
    Ok(Blog {
        // Web pages do not say whose they are.
        name: name.unwrap_or_else(|| "unnamed".to_owned()),
        uuid: row.uuid.get().map(str::to_owned),
        title: row.title.get().map(excerpt).filter(|title| !title.is_empty()),
        followers: row.followers.0,
    })
}

/// The name in `@ada`, `ada.tumblr.com` and `https://ada.tumblr.com/`.
fn plain(whose: &str) -> String {
    let whose = whose.trim().trim_start_matches('@').trim_end_matches('/');
    let whose = whose.rsplit_once("://").map_or(whose, |(_, host)| host);
    whose.strip_suffix(".tumblr.com").unwrap_or(whose).to_ascii_lowercase()
}

/// Counts the blogs that a file is about: one if it says so itself, else those of its posts.
fn blogs(open: &mut Open<'_>, rows: &mut Authors<BlogRow>) -> Result<(), Error> {
    files::with_head(open, |head, shape, open| {
        if let Some(row) = described(head) {
            saw(rows, row);
            return Ok(());
        }
        let mut post = |post: Post| {
            let row = post.blog.0.clone().filter(|row| row.name.get().is_some());
            let named = || {
                Some(BlogRow {
                    name: Text(post.blog_name().map(str::to_owned)),
                    ..BlogRow::default()
                })
            };
            if let Some(row) = row.or_else(named).filter(|row| row.name.get().is_some()) {
                saw(rows, row);
            }
            Ok(())
        };
        match shape {
            None => Ok(()),
            Some(Shape::List) => json::array(open, &mut post),
            Some(Shape::Under(key)) => json::array_at(open, key, &mut post),
            Some(Shape::Posts) => json::values(open, &mut post),
        }
    })
}

fn saw(rows: &mut Authors<BlogRow>, row: BlogRow) {
    rows.saw(row, |a, b| match (a.name.get(), b.name.get()) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => false,
    });
}

/// The description of the blog that an answer begins with.
fn described(head: &str) -> Option<BlogRow> {
    let posts = files::find_list(head).unwrap_or(head.len());
    let before = head.get(..posts)?;
    let keys = ["\"blog\"", "\"tumblelog\""];
    let at = keys.iter().find_map(|key| before.find(key).map(|at| at + key.len()))?;
    let rest = before.get(at..)?.trim_start().strip_prefix(':')?;
    let mut parser = serde_json::Deserializer::from_str(rest).into_iter::<BlogRow>();
    parser.next()?.ok().filter(|row| row.name.get().is_some())
}
