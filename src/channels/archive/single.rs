//! A file that is no archive, plain or packed with gzip: a feed, an answer of an interface, a
//! repository of Bluesky. What it is about is not known here.

use std::io::{Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;

use super::super::error::Error;
use super::Listed;
use super::meter::{Meter, Metered, Upload};

/// Bytes that tell what a file is: a tar header has its mark within the first 512.
const HEAD: u64 = 512;

/// A file of its own.
pub(super) struct Single {
    upload: Upload,
    packed: bool,
}

impl Single {
    /// A file, packed with gzip or not.
    pub(super) const fn new(upload: Upload, packed: bool) -> Self {
        Self { upload, packed }
    }

    /// Shows its bytes to `opened`.
    pub(super) fn read(
        &mut self,
        members: &[&Listed],
        meter: &mut Meter<'_>,
        opened: &mut dyn FnMut(&Listed, &mut dyn Read) -> bool,
    ) -> Result<(), Error> {
        let Some(member) = members.first() else {
            return Ok(());
        };
        self.upload.seek(SeekFrom::Start(0)).map_err(|error| Error::Io(error.kind()))?;
        meter.begin_stream();
        if self.packed {
            opened(member, &mut Metered::new(MultiGzDecoder::new(&mut self.upload), meter));
        } else {
            opened(member, &mut Metered::new(&mut self.upload, meter));
        }
        Ok(())
    }
}

/// The first bytes of an upload.
pub(super) fn head(upload: &mut Upload) -> Result<Vec<u8>, Error> {
    let mut head = Vec::new();
    upload
        .seek(SeekFrom::Start(0))
        .and_then(|_| upload.by_ref().take(HEAD).read_to_end(&mut head))
        .map_err(|error| Error::Io(error.kind()))?;
    Ok(head)
}

/// Whether gzip packs a text (JSON or XML) rather than a tar archive.
pub(super) fn is_packed_text(upload: &mut Upload) -> Result<bool, Error> {
    upload.seek(SeekFrom::Start(0)).map_err(|error| Error::Io(error.kind()))?;
    let mut head = Vec::new();
    // What does not unpack is the business of whoever reads it in earnest.
    let _ = MultiGzDecoder::new(&mut *upload).take(HEAD).read_to_end(&mut head);
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
    let opens = matches!(text.first(), Some(b'{' | b'[' | b'<'));
    Ok(opens && head.get(257..262) != Some(b"ustar"))
}
