//! Answers of programming interfaces that somebody saved as files: how they are found among other
//! files, and whose they are where they are about many people. No network's fields here.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use super::archive::{Archive, Member, names};
use super::error::Error;
use super::json::{self, One};
use super::peek;
use crate::crypto::sha256;
use crate::domain::item::Account;

/// Endings of the files that answers are saved in.
const ENDINGS: [&str; 3] = [".json", ".jsonl", ".ndjson"];

/// What a file with an answer is called, without its folder, its ending and the number of its
/// page: `repos` of `api/repos-page2.json`. Empty for any other kind of file.
pub(super) fn stem(name: &str) -> String {
    let base = names::base(name).to_lowercase();
    let Some(stem) = ENDINGS.iter().find_map(|ending| base.strip_suffix(ending)) else {
        return String::new();
    };
    let shorn = |text: &str| text.trim_end_matches(|c: char| !c.is_alphabetic()).to_owned();
    let numberless = shorn(stem);
    if numberless.len() < stem.len()
        && let Some(rest) =
            numberless.strip_suffix("page").or_else(|| numberless.strip_suffix("part"))
        && rest.ends_with(['-', '_', '.', ' '])
    {
        return shorn(rest);
    }
    numberless
}

/// What follows the byte order mark and the blanks at the start of a text.
pub(super) fn text(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start()
}

/// Whether the beginning of a JSON text has all these keys, at whatever depth. Quotes within
/// texts are escaped, so that a text about a key is not taken for one.
pub(super) fn has_keys(head: &[u8], keys: &[&str]) -> bool {
    let head = String::from_utf8_lossy(head);
    keys.iter().all(|key| {
        let quoted = format!("\"{key}\"");
        head.match_indices(&quoted).any(|(at, found)| {
            let after = head.get(at + found.len()..).unwrap_or_default();
            after.trim_start().starts_with(':')
        })
    })
}

/// Gives each row of the answers that begin as the test wants to `each`: of lists, and of rows
/// that follow one another. What is no object comes as a row without fields. One pass over a
/// tar.gz.
pub(super) fn rows<T: DeserializeOwned + Default>(
    archive: &mut Archive<'_>,
    members: &[Member],
    test: impl Fn(&[u8]) -> bool,
    each: &mut dyn FnMut(T) -> Result<(), Error>,
) -> Result<(), Error> {
    peek::each(archive, members, &mut |head, open| {
        if !test(head) {
            return Ok(());
        }
        let mut row = |row: One<T>| each(row.0.unwrap_or_default());
        if text(head).starts_with(b"[") {
            json::array(open, &mut row)
        } else {
            json::values(open, &mut row)
        }
    })
}

/// Finds the account among those a file is about.
pub(super) struct Whose<'w> {
    wanted: Option<&'w str>,
    found: Option<Account>,
    several: bool,
}

impl<'w> Whose<'w> {
    /// Nobody met yet; `wanted` is an id or a handle.
    pub(super) fn new(wanted: Option<&'w str>) -> Self {
        let wanted = wanted.map(|name| name.trim().trim_start_matches('@'));
        Self { wanted: wanted.filter(|name| !name.is_empty()), found: None, several: false }
    }

    /// The file is about this account, among others perhaps. Later meetings of the same account
    /// tell no more than the first.
    pub(super) fn meet(&mut self, id: &str, handle: &str, name: Option<&str>) {
        let known = self.found.as_ref();
        if known.is_some_and(|known| known.id.as_deref() == Some(id)) {
            return;
        }
        let is_wanted = |wanted: &str| {
            id.eq_ignore_ascii_case(wanted)
                || handle.eq_ignore_ascii_case(wanted)
                // The server's part of a handle may be left out.
                || handle.split_once('@').is_some_and(|(name, _)| name.eq_ignore_ascii_case(wanted))
        };
        if self.wanted.is_some_and(|wanted| !is_wanted(wanted)) {
            return;
        }
        if known.is_some() {
            self.several = true;
            return;
        }
        self.found = Some(Account {
            id: Some(id.to_owned()),
            handle: handle.to_owned(),
            name: name.map(crate::domain::item::excerpt).filter(|name| !name.is_empty()),
        });
    }

    /// Whether one account is wanted, rather than the only one.
    pub(super) const fn is_choosing(&self) -> bool {
        self.wanted.is_some()
    }

    /// Whether this account was met, and is the one that is read if there is only one.
    pub(super) fn is_this(&self, id: &str) -> bool {
        self.found.as_ref().is_some_and(|found| found.id.as_deref() == Some(id))
    }

    /// Whether anybody was met who may be meant.
    pub(super) const fn is_met(&self) -> bool {
        self.found.is_some()
    }

    /// The account that was wanted, or the only one. Fails where nobody or several may be meant.
    pub(super) fn decide(self) -> Result<Account, Error> {
        const HOW: &str = "by the name in its links, or by its number or address";
        if self.several {
            return Err(Error::Several { how: HOW });
        }
        self.found.ok_or_else(|| match self.wanted {
            Some(_) => Error::Nobody { how: HOW },
            None => Error::malformed("the file", "names no account"),
        })
    }
}

/// The first half of the SHA-256 of a text: what long ids are remembered by.
pub(super) type Mark = [u8; 16];

/// The mark of a text.
pub(super) fn mark(text: &str) -> Mark {
    let mut mark = [0; 16];
    mark.copy_from_slice(sha256(text.as_bytes()).split_at(16).0);
    mark
}

/// Most answers that are remembered, for any number of items.
const REPLIES: usize = 1 << 20;

/// Answers to items, each counted once although pages overlap.
#[derive(Default)]
pub(super) struct Replies(BTreeSet<(Mark, Mark)>);

impl Replies {
    /// One item answers another; whether that was not known yet.
    pub(super) fn add(&mut self, parent: &str, reply: &str) -> bool {
        self.0.len() < REPLIES && self.0.insert((mark(parent), mark(reply)))
    }

    /// How many answers an item has.
    pub(super) fn of(&self, parent: &str) -> u64 {
        let parent = mark(parent);
        let range = self.0.range((parent, [0; 16])..=(parent, [u8::MAX; 16]));
        range.fold(0, |count, _| count + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_one_answer_have_one_name() {
        for name in ["repos.json", "api/Repos-2.json", "repos_page_3.json", "repos-page2.ndjson"] {
            assert_eq!(stem(name), "repos", "{name}");
        }
        assert_eq!(stem("users_000001.json"), "users");
        assert_eq!(stem("repos.csv"), "");
        assert_eq!(stem("homepage.json"), "homepage");
    }

    #[test]
    fn keys_are_found_and_texts_about_keys_are_not() {
        let head = br#"[{"fork" : false, "text": "\"stars\": 5", "b": "login"}"#;
        assert!(has_keys(head, &["fork", "text"]));
        assert!(!has_keys(head, &["stars"]) && !has_keys(head, &["login"]));
    }

    #[test]
    fn an_answer_that_comes_twice_counts_once() {
        let mut replies = Replies::default();
        for (parent, reply) in [("a", "x"), ("a", "y"), ("b", "x"), ("a", "x")] {
            replies.add(parent, reply);
        }
        assert_eq!((replies.of("a"), replies.of("b"), replies.of("c")), (2, 1, 0));
    }

    #[test]
    fn one_account_decides_itself_and_several_need_a_name() {
        let people = [("1", "ada"), ("2", "bob"), ("1", "ada")];
        let met = |wanted, number: usize| {
            let mut whose = Whose::new(wanted);
            people.iter().take(number).for_each(|(id, handle)| whose.meet(id, handle, None));
            whose.decide().map(|account| account.handle)
        };
        assert_eq!(met(None, 1).as_deref(), Ok("ada"));
        assert_eq!(met(Some("@BOB"), 3).as_deref(), Ok("bob"));
        assert_eq!(met(Some("1"), 3).as_deref(), Ok("ada"));
        assert!(matches!(met(None, 3), Err(Error::Several { .. })));
        assert!(matches!(met(Some("eve"), 3), Err(Error::Nobody { .. })));
        assert!(matches!(met(None, 0), Err(Error::Malformed { .. })));
    }
}
