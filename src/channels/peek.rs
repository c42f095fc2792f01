//! The beginnings of members, by which formats are told where names say little. Bounded: an
//! archive may have thousands of members with a likely name.

use std::io::{Cursor, Read};

use super::archive::{Archive, Member, Open};
use super::error::Error;

/// Bytes of a member that tell what it holds: the first entry of a list may be long.
const HEAD: u64 = 32 << 10;
/// Most members that are looked at to find out what an archive is; in a tar.gz each costs a pass.
const LOOKS: usize = 16;

/// Bytes of an answer of an interface that tell what it is. Less than of other members, because
/// those of many are kept.
pub(super) const ANSWER: u64 = 16 << 10;
/// Most answers of one upload that are looked at; there is one for each page or item.
pub(super) const ANSWERS: usize = 2_000;

/// Who is shown members.
pub(super) type Each<'e> = dyn FnMut(&[u8], &mut Open<'_>) -> Result<(), Error> + 'e;

/// The members with a likely name (in lower case), and the files that were brought without one.
pub(super) fn likely(archive: &Archive<'_>, is_likely: impl Fn(&str) -> bool) -> Vec<Member> {
    let mut members = archive.matching(is_likely);
    members.extend(archive.singles());
    members
}

/// Whether any of the first of these members begins as the test wants.
pub(super) fn any(
    archive: &mut Archive<'_>,
    members: &[Member],
    test: impl Fn(&[u8]) -> bool,
) -> Result<bool, Error> {
    for &member in members.iter().take(LOOKS) {
        if test(&archive.head(member, HEAD)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Shows `each` the beginning of every one of these members, and the whole member to read: one
/// pass over a tar.gz.
pub(super) fn each(
    archive: &mut Archive<'_>,
    members: &[Member],
    each: &mut Each<'_>,
) -> Result<(), Error> {
    archive.read_each(members, &mut |open| begun(open, HEAD, &mut *each))
}

/// Shows `action` how a member begins, and the whole member to read.
pub(super) fn begun<T>(
    open: &mut Open<'_>,
    bytes: u64,
    action: impl FnOnce(&[u8], &mut Open<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let (name, mut head) = (open.name().to_owned(), Vec::new());
    let read = open.by_ref().take(bytes).read_to_end(&mut head);
    read.map_err(|error| Error::from_read(&error, &name))?;
    let mut whole = Cursor::new(head.as_slice()).chain(open);
    action(&head, &mut Open::new(&name, &mut whole))
}
