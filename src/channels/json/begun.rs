//! Answers of programming interfaces that were saved as files, many small ones: each is read with
//! a look at how it begins.

use std::io::{Cursor, Read as _};

use super::super::archive::{Archive, Member, Open};
use super::super::error::Error;

/// First bytes of an answer that tell what it is.
pub(in crate::channels) const BEGINNING: u64 = 16 << 10;
/// Most answers of one upload that are looked at.
pub(in crate::channels) const ANSWERS: usize = 2_000;

/// Shows `each` how every one of these members begins, and the whole member to read: one pass
/// over a tar.gz.
pub(in crate::channels) fn begun(
    archive: &mut Archive<'_>,
    members: &[Member],
    each: &mut dyn FnMut(&str, &mut Open<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    archive.read_each(members, &mut |open| {
        let (name, mut head) = (open.name().to_owned(), Vec::new());
        let read = open.by_ref().take(BEGINNING).read_to_end(&mut head);
        read.map_err(|error| Error::from_read(&error, &name))?;
        let text = String::from_utf8_lossy(&head).into_owned();
        let mut whole = Cursor::new(head).chain(open);
        each(&text, &mut Open::new(&name, &mut whole))
    })
}
