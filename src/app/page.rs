//! Page tokens: sealed, so that they can neither be made up nor moved to another caller or list.

use std::time::Duration;

use super::{App, Error};
use crate::crypto;
use crate::domain::time::Timestamp;
use crate::vault::Subject;

/// Pages asked for without a size.
const SIZE_DEFAULT: u64 = 50;

/// Longest page.
const SIZE_MAX: u64 = 100;

/// How long a token can be used.
const LIFETIME: Duration = Duration::from_hours(72);

/// A page that is asked for.
#[derive(Clone, Debug)]
pub struct Page {
    /// At most so many; zero means the default.
    pub size: i32,
    /// Where to go on; empty for the beginning.
    pub token: String,
    /// What the token belongs to: caller, list and filter.
    pub list: String,
}

impl Page {
    /// How many to return: larger sizes are cut, negative ones refused (AIP-158).
    pub fn limit(&self) -> Result<u64, Error> {
        match u64::try_from(self.size) {
            Ok(0) => Ok(SIZE_DEFAULT),
            Ok(size) => Ok(size.min(SIZE_MAX)),
            Err(_) => Err(Error::invalid("page_size", "must not be negative")),
        }
    }
}

impl App {
    /// The position a token stands for; `None` at the beginning.
    pub(super) fn position(&self, page: &Page) -> Result<Option<Vec<u8>>, Error> {
        if page.token.is_empty() {
            return Ok(None);
        }
        let wrong = || Error::invalid("page_token", "not a token of this list for this caller");
        let sealed = data_encoding::BASE64URL_NOPAD.decode(page.token.as_bytes());
        let key = self.vault.blind(Subject::Page, &[b"key"]);
        let opened = crypto::open(&key, page.list.as_bytes(), &sealed.map_err(|_| wrong())?);
        let opened = opened.map_err(|_| wrong())?;
        let (made, position) = opened.split_first_chunk::<8>().ok_or_else(wrong)?;
        let made = Timestamp::from_micros(i64::from_be_bytes(*made));
        if self.clock.now() > made.plus(LIFETIME) {
            return Err(Error::OutOfRange("the page token is too old; start again".to_owned()));
        }
        Ok(Some(position.to_vec()))
    }

    /// The token that goes on after a position.
    pub(super) fn token(&self, page: &Page, position: &[u8]) -> String {
        let key = self.vault.blind(Subject::Page, &[b"key"]);
        let made = self.clock.now().micros().to_be_bytes();
        let sealed = crypto::seal(&key, page.list.as_bytes(), &[&made, position].concat());
        data_encoding::BASE64URL_NOPAD.encode(&sealed)
    }
}
