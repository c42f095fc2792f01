//! Zip archives: listing and reading single members. What is safe to list is decided here; the
//! rest is the `zip` crate's.

use std::io::Read;

use zip::ZipReadOptions;
use zip::read::{ArchiveOffset, Config, ZipFileEntry};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::super::error::Error;
use super::meter::{Meter, Metered, Upload};
use super::{Listed, names};

/// Most bytes that listing may read: 20,000 entries need about 4 MB. It also bounds what a
/// forged end record can make the `zip` crate allocate and fill.
const LISTING: u64 = 64 << 20;

/// File type bits of a Unix mode, and the two types that are allowed.
const TYPE: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;

/// A zip archive, walked entry by entry: only names are kept, so that 20,000 entries with
/// 64 KiB of extra fields each cost nothing.
pub(super) struct Zip {
    entries: ZipIterable<Upload>,
}

/// Lists an archive. Every entry's two headers must agree, or other readers would see another
/// archive than we do.
pub(super) fn open(mut upload: Upload, most: usize) -> Result<(Zip, Vec<Listed>), Error> {
    upload.set_budget(LISTING);
    // Anything before the first entry would be a second file hiding in the same bytes.
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let whole = "the archive";
    let mut entries =
        ZipIterable::try_new(upload, config).map_err(|error| meaning(&error, whole))?;
    if entries.len() > most {
        let what = format!("the archive has more than {most} files");
        return Err(Error::TooLarge { what });
    }
    entries = entries.enforce_header_consistency(true);
    let mut members = Vec::new();
    let listing = entries.files().map_err(|error| meaning(&error, whole))?;
    for (position, entry) in listing.enumerate() {
        let entry = entry.map_err(|error| meaning(&error, whole))?;
        if let Some(name) = admit(&entry)? {
            members.push(Listed { name, part: 0, position });
        }
    }
    let mut entries = entries.enforce_header_consistency(false);
    let listing = entries.files().map_err(|error| meaning(&error, whole))?;
    listing.reader_mut().set_budget(u64::MAX);
    Ok((Zip { entries }, members))
}

impl Zip {
    /// Opens members in the order of their positions and shows the inflated bytes of each to
    /// `opened`, until that answers `false`. The directory is walked once.
    pub(super) fn read(
        &mut self,
        members: &[&Listed],
        meter: &mut Meter<'_>,
        opened: &mut dyn FnMut(&Listed, &mut dyn Read) -> bool,
    ) -> Result<(), Error> {
        let whole = "the archive";
        let files = self.entries.files().map_err(|error| meaning(&error, whole))?;
        let mut walked = 0;
        for member in members {
            let name = &member.name;
            let entry = files
                .nth(member.position.saturating_sub(walked))
                .ok_or_else(|| Error::damaged(name))?
                .map_err(|error| meaning(&error, name))?;
            walked = member.position + 1;
            meter.begin_stream();
            let inflating = entry
                .with_reader(files.reader_mut(), ZipReadOptions::new())
                .map_err(|error| meaning(&error, name))?;
            if !opened(member, &mut Metered::new(inflating, meter)) {
                break;
            }
        }
        Ok(())
    }
}

/// The normalized name of an entry that may be listed, `None` for one that is never read, or
/// why the whole archive is refused.
fn admit(entry: &ZipFileEntry<'_>) -> Result<Option<String>, Error> {
    let raw = entry.name().map_err(|error| meaning(&error, "the archive"))?;
    if entry.encrypted() {
        return Err(Error::hostile(&raw, "is encrypted, which no network does"));
    }
    let kind = entry.unix_mode().unwrap_or(REGULAR) & TYPE;
    if kind != 0 && kind != REGULAR && kind != FOLDER {
        return Err(Error::hostile(&raw, "is a link or a device, not a file"));
    }
    let name = names::normalize(&raw)?;
    Ok(name.filter(|_| kind != FOLDER && !entry.is_dir()))
}

/// What an error of the `zip` crate means for the candidate.
fn meaning(error: &ZipError, place: &str) -> Error {
    if let ZipError::Io(error) = error {
        return Error::from_read(error, place);
    }
    if let ZipError::InvalidArchive(message) = error
        && message.starts_with("header inconsistency")
    {
        return Error::hostile(place, "has two headers that contradict each other");
    }
    if let ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) = error {
        return Error::hostile(place, "uses a kind of packing that no network uses");
    }
    Error::damaged(place)
}
