//! The authors of a blog, and which of them the candidate is. Nothing of this leaves the import
//! but the chosen author's own names.

use std::collections::{BTreeMap, BTreeSet};

use super::super::error::Error;
use super::super::link;
use super::HOW;
use crate::domain::item::{Account, excerpt};

/// Most authors that are remembered.
const MOST: usize = 10_000;

/// An author, as far as a source tells.
#[derive(Clone, Debug, Default)]
pub(super) struct Author {
    /// The number on the blog.
    pub(super) id: String,
    /// The user name.
    pub(super) login: String,
    /// The name that readers see.
    pub(super) name: String,
    /// Compared with the addresses of those who commented, and not kept.
    pub(super) email: String,
}

impl Author {
    fn is(&self, whose: &str) -> bool {
        [&self.id, &self.login, &self.name]
            .iter()
            .any(|known| !known.is_empty() && known.to_lowercase() == whose.to_lowercase())
    }
}

/// What posts name an author by, for comparing and of bounded length.
fn lower(key: &str) -> String {
    excerpt(key).to_lowercase()
}

/// The authors of a blog, by what their posts name them by.
#[derive(Debug, Default)]
pub(super) struct Authors {
    /// The site's address.
    pub(super) site: String,
    known: BTreeMap<String, Author>,
    /// Those of published posts.
    writing: BTreeSet<String>,
}

impl Authors {
    /// There is such an author.
    pub(super) fn add(&mut self, key: &str, author: Author) {
        if !key.is_empty() && self.known.len() < MOST {
            let short = |text: String| excerpt(&text);
            self.known.entry(lower(key)).or_insert(Author {
                id: short(author.id),
                login: short(author.login),
                name: short(author.name),
                email: short(author.email),
            });
        }
    }

    /// There is a published post of that author.
    pub(super) fn wrote(&mut self, key: &str) {
        if !key.is_empty() && self.writing.len() < MOST {
            self.writing.insert(lower(key));
        }
    }

    /// The author who was asked for, or everybody.
    pub(super) fn choose(mut self, whose: Option<&str>) -> Result<Choice, Error> {
        for key in &self.writing {
            let author = || Author { login: key.clone(), ..Author::default() };
            self.known.entry(key.clone()).or_insert_with(author);
        }
        let authors = self.writing.len();
        let Some(whose) = whose else {
            // Whoever writes nothing, such as an administrator, is no author here.
            let only = if authors == 1 { self.writing.first().cloned() } else { None };
            let people = self.known.values().cloned().collect();
            let only = only.and_then(|key| Some((self.known.get(&key)?.clone(), key)));
            return Ok(Choice { site: self.site, key: None, only, people, authors });
        };
        let found = self
            .known
            .into_iter()
            .filter(|(key, author)| author.is(whose) || *key == whose.to_lowercase());
        let mut found = found.collect::<Vec<_>>().into_iter();
        match (found.next(), found.next()) {
            (Some((key, author)), None) => Ok(Choice {
                site: self.site,
                key: Some(key.clone()),
                people: vec![author.clone()],
                only: Some((author, key)),
                authors,
            }),
            (None, _) => Err(Error::Nobody { how: HOW }),
            (Some(_), Some(_)) => Err(Error::Several { how: HOW }),
        }
    }
}

/// Whose posts are read.
#[derive(Debug)]
pub(super) struct Choice {
    site: String,
    /// What the chosen author's posts name her by; `None` for everybody.
    key: Option<String>,
    /// The author, if there is only one.
    only: Option<(Author, String)>,
    /// Whose comments are the candidate's own.
    people: Vec<Author>,
    authors: usize,
}

/// Who wrote a comment. Lives as long as the comparison.
#[derive(Debug, Default)]
pub(super) struct Commenter<'c> {
    /// The number on the blog; `0` or nothing for visitors.
    pub(super) id: &'c str,
    pub(super) name: &'c str,
    pub(super) email: &'c str,
}

impl Choice {
    /// Whether no author was chosen.
    pub(super) const fn is_everybody(&self) -> bool {
        self.key.is_none()
    }

    /// How many people wrote published posts.
    pub(super) const fn authors(&self) -> usize {
        self.authors
    }

    /// Whether posts that name this author are read.
    pub(super) fn is_own(&self, key: &str) -> bool {
        self.key.as_ref().is_none_or(|chosen| *chosen == lower(key))
    }

    /// Whether a comment is by the candidate: by number or address, which only she can have; by
    /// name if she was logged in, or if nothing better is known of her.
    pub(super) fn wrote(&self, comment: &Commenter<'_>) -> bool {
        let is_user = !matches!(comment.id, "" | "0");
        let same = |a: &str, b: &str| !a.is_empty() && a.to_lowercase() == b.trim().to_lowercase();
        self.people.iter().any(|author| {
            let named = same(&author.login, comment.name) || same(&author.name, comment.name);
            (is_user && same(&author.id, comment.id))
                || same(&author.email, comment.email)
                || (named && (is_user || author.email.is_empty()))
        })
    }

    /// The blog's host.
    pub(super) fn host(&self) -> Option<String> {
        link::host(&self.site)
    }

    /// The account: an author's page if there is one author, else the blog.
    pub(super) fn account(&self, title: &str) -> Account {
        let site = link::web(&self.site).map(|site| site.trim_end_matches('/').to_owned());
        let called = link::site(&self.site).unwrap_or_else(|| "blog".to_owned());
        let Some((author, _)) = &self.only else {
            let name = Some(title.trim()).filter(|title| !title.is_empty());
            return Account { id: site, handle: called, name: name.map(excerpt) };
        };
        let number = author.id.parse::<u64>().ok();
        let page = site.zip(number).map(|(site, number)| format!("{site}/?author={number}"));
        let name = Some(author.name.trim()).filter(|name| !name.is_empty()).map(excerpt);
        // Some people log in with their address, which is nobody's business.
        let login =
            Some(author.login.trim()).filter(|login| !login.is_empty() && !login.contains('@'));
        let handle = login.map(excerpt).or_else(|| name.clone()).unwrap_or(called);
        Account { id: page, handle, name }
    }
}
