//! Pages on their way to `channels`: members of a zip without a name, just as if the candidate
//! had packed the answers herself.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use reqwest::Url;
use serde::de::DeserializeOwned;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::client::Answer;
use super::{Cursor, Error};

/// One answer under the name of a member.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// The member's name without its number, such as `statuses`.
    pub(super) stem: &'static str,
    /// `json` or `xml`.
    pub(super) extension: &'static str,
    /// The answer as it came.
    pub(super) body: Vec<u8>,
}

impl Page {
    /// An answer in JSON.
    pub(super) const fn json(stem: &'static str, body: Vec<u8>) -> Self {
        Self { stem, extension: "json", body }
    }
}

/// What one turn of a walk brought.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// The answers.
    pub(super) pages: Vec<Page>,
    /// What the network calls the next page; none at the end.
    pub(super) next: Option<String>,
    /// When the newest item of the turn was published, in seconds since 1970, where items come
    /// newest first; none where the network was asked for new ones only.
    pub(super) newest: Option<i64>,
    /// The version of a feed.
    pub(super) version: Option<String>,
}

/// Some pages, complete in themselves: an import of them stands even if no other follows.
#[derive(Debug)]
pub struct Batch {
    /// A zip of the pages, without a name; none if the network had nothing new.
    pub file: Option<File>,
    /// Where the next batch begins.
    pub cursor: Cursor,
    /// Whether there is nothing more to fetch for now.
    pub done: bool,
    /// Why the batch ended sooner than it should have.
    pub interrupted: Option<Error>,
}

/// Packs pages.
pub(super) struct Packer {
    zip: ZipWriter<File>,
    numbers: Vec<(&'static str, u32)>,
}

impl Packer {
    /// An empty file in a directory, which vanishes with this process.
    pub(super) fn new(spool: &Path) -> Result<Self, Error> {
        let file = tempfile::tempfile_in(spool).map_err(Error::internal)?;
        Ok(Self { zip: ZipWriter::new(file), numbers: Vec::new() })
    }

    /// Adds the pages that tell about the account.
    pub(super) fn add_profile(&mut self, pages: &[Page]) -> Result<(), Error> {
        pages.iter().try_for_each(|page| self.write(&member(page, None), &page.body))
    }

    /// Adds pages of a walk, numbered by their kind.
    pub(super) fn add(&mut self, pages: &[Page]) -> Result<(), Error> {
        for page in pages {
            let known = self.numbers.iter_mut().find(|(stem, _)| *stem == page.stem);
            let number = if let Some((_, number)) = known {
                *number += 1;
                *number
            } else {
                self.numbers.push((page.stem, 1));
                1
            };
            self.write(&member(page, Some(number)), &page.body)?;
        }
        Ok(())
    }

    /// The finished file; none if no page of a walk is in it.
    pub(super) fn finish(self) -> Result<Option<File>, Error> {
        let empty = self.numbers.is_empty();
        let file = self.zip.finish().map_err(Error::internal)?;
        Ok(Some(file).filter(|_| !empty))
    }

    fn write(&mut self, name: &str, body: &[u8]) -> Result<(), Error> {
        // Read once on this machine: packing would only cost time.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.zip.start_file(name, options).map_err(Error::internal)?;
        self.zip.write_all(body).map_err(Error::internal)
    }
}

fn member(page: &Page, number: Option<u32>) -> String {
    match number {
        Some(number) => format!("{}-{number:04}.{}", page.stem, page.extension),
        None => format!("{}.{}", page.stem, page.extension),
    }
}

/// Reads the few fields of an answer that paging and proofs need.
pub(super) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    let problem = "gave an answer that is not of this network's kind; is the address right?";
    serde_json::from_slice(&answer.body).map_err(|_| Error::unexpected(&answer.url, problem))
}

/// An address below a base, with its parts and values escaped.
pub(super) fn below(base: &Url, path: &[&str], query: &[(&str, &str)]) -> Url {
    let mut url = base.clone();
    if !path.is_empty()
        && let Ok(mut segments) = url.path_segments_mut()
    {
        segments.pop_if_empty().extend(path);
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_escaped_whatever_a_name_contains() {
        let base: Url = "https://api.example/v1/".parse().unwrap();
        let url = below(&base, &["users", "a/../b?c"], &[("q", "x&y=z")]);
        assert_eq!(url.as_str(), "https://api.example/v1/users/a%2F..%2Fb%3Fc?q=x%26y%3Dz");
        assert_eq!(below(&base, &[], &[("a", "b")]).as_str(), "https://api.example/v1/?a=b");
        let dots = below(&base, &["users", ".."], &[]);
        assert_eq!(dots.as_str(), "https://api.example/v1/users");
    }
}
