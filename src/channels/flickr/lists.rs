//! The lists in a Flickr export: people and favorites, of which only the number matters, and
//! the candidate's comments. No meaning of entries here.

use serde::de::DeserializeOwned;

use super::super::archive::{Archive, Open};
use super::super::error::Error;
use super::super::{json, peek};
use super::rows;

/// Bytes before the first bracket.
const START: u64 = 4 << 10;

/// Gives each element of a list, which stands alone or under a key, to `each`.
pub(super) fn elements<T: DeserializeOwned>(
    open: &mut Open<'_>,
    key: &str,
    each: &mut dyn FnMut(T) -> Result<(), Error>,
) -> Result<(), Error> {
    peek::begun(open, START, |head, open| {
        let bare = head.trim_ascii_start().first() == Some(&b'[');
        if bare { json::array(open, each) } else { json::array_at(open, key, each) }
    })
}

/// How many entries a list has, over all its parts: `followers_part001.json` and so on. `None`
/// if it is not there, or is no list.
pub(super) fn length(archive: &mut Archive<'_>, stem: &str) -> Result<Option<u64>, Error> {
    let parts = archive.matching(|name| rows::is_part(name, stem));
    let mut total = None;
    archive.read_each(&parts, &mut |open| {
        match json::entries(open) {
            Err(Error::Malformed { .. }) => {}
            counted => total = Some(total.unwrap_or(0) + counted?),
        }
        Ok(())
    })?;
    Ok(total)
}
