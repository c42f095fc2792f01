//! Gzipped tar archives: a stream without a table of contents, scanned from its start for every
//! member. What is safe to list is decided here; the rest is the `tar` and `flate2` crates'.

use std::io::{self, Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;

use super::super::error::Error;
use super::meter::{Meter, Metered, Upload};
use super::{Listed, names};

/// Most bytes of an extension header; it holds one name, or a few short attributes.
const EXTENSION: u64 = 64 << 10;
const WHOLE: &str = "the archive";

/// One regular member met by a scan.
struct Met<'a> {
    /// `None` for members that are never read.
    name: Option<String>,
    position: usize,
    reader: &'a mut dyn Read,
}

/// Whether a scan goes on after a member.
enum Scan {
    On,
    Done,
}

/// Lists an archive, reading all of it: only the end tells whether it is whole.
pub(super) fn list(upload: &mut Upload, meter: &mut Meter<'_>) -> Result<Vec<Listed>, Error> {
    let mut members = Vec::new();
    scan(upload, meter, &mut |met| {
        if let Some(name) = met.name {
            members.push(Listed { name, part: 0, position: met.position });
        }
        Ok(Scan::On)
    })?;
    Ok(members)
}

/// Scans up to the last of the members, which are in the order of their positions, and shows the
/// bytes of each to `opened`, until that answers `false`.
pub(super) fn read(
    upload: &mut Upload,
    members: &[&Listed],
    meter: &mut Meter<'_>,
    opened: &mut dyn FnMut(&Listed, &mut dyn Read) -> bool,
) -> Result<(), Error> {
    let mut wanted = members.iter().peekable();
    scan(upload, meter, &mut |met| {
        if let Some(member) = wanted.next_if(|member| member.position == met.position)
            && !opened(member, met.reader)
        {
            return Ok(Scan::Done);
        }
        Ok(if wanted.peek().is_some() { Scan::On } else { Scan::Done })
    })
}

fn scan(
    upload: &mut Upload,
    meter: &mut Meter<'_>,
    visit: &mut dyn FnMut(Met<'_>) -> Result<Scan, Error>,
) -> Result<(), Error> {
    upload.seek(SeekFrom::Start(0)).map_err(|error| Error::Io(error.kind()))?;
    let most = meter.limits().members;
    meter.begin_pass();
    let inflating = Metered::new(MultiGzDecoder::new(upload), meter);
    let mut archive = tar::Archive::new(inflating);
    let broken = |error: io::Error| Error::from_read(&error, WHOLE);
    let mut long_name = LongName::default();
    // Raw entries: the crate itself would read extension headers of any size into memory.
    let entries = archive.entries().map_err(broken)?.raw(true);
    for (position, entry) in entries.enumerate() {
        if position >= most {
            let what = format!("the archive has more than {most} files");
            return Err(Error::TooLarge { what });
        }
        let mut entry = entry.map_err(broken)?;
        if long_name.take_extension(&mut entry)? {
            continue;
        }
        let name = long_name.name_of(&entry);
        let kind = entry.header().entry_type();
        if kind.is_dir() {
            continue;
        }
        if !kind.is_file() && !kind.is_contiguous() {
            return Err(Error::hostile(&name, "is a link or a device, not a file"));
        }
        let met = Met { name: names::normalize(&name)?, position, reader: &mut entry };
        if matches!(visit(met)?, Scan::Done) {
            return Ok(());
        }
    }
    drain(archive)
}

/// Reads behind the last member, so that the checksum at the very end is compared.
fn drain(archive: tar::Archive<impl Read>) -> Result<(), Error> {
    let mut rest = archive.into_inner();
    let mut buffer = vec![0; 64 << 10];
    loop {
        match rest.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(Error::from_read(&error, WHOLE)),
        }
    }
}

/// The name that an extension header gives to the member after it.
#[derive(Default)]
struct LongName(Option<String>);

impl LongName {
    /// Whether the entry was an extension header, which is then used up.
    fn take_extension<R: Read>(&mut self, entry: &mut tar::Entry<'_, R>) -> Result<bool, Error> {
        let kind = entry.header().entry_type();
        if kind.is_gnu_longname() {
            let text = contents(entry)?;
            let name = text.split(|&byte| byte == 0).next().unwrap_or_default();
            self.0 = Some(String::from_utf8_lossy(name).into_owned());
        } else if kind.is_pax_local_extensions() {
            self.take_pax(&contents(entry)?)?;
        } else {
            // A long link name belongs to a link, which is refused; global headers name nothing.
            return Ok(kind.is_gnu_longlink() || kind.is_pax_global_extensions());
        }
        Ok(true)
    }

    fn take_pax(&mut self, text: &[u8]) -> Result<(), Error> {
        let mut rest = text;
        while !rest.is_empty() {
            let (key, value, after) = pax_record(rest).ok_or_else(|| Error::damaged(WHOLE))?;
            rest = after;
            if key == b"path" {
                self.0 = Some(String::from_utf8_lossy(value).into_owned());
            } else if key == b"size" {
                // A second size lets two readers see different archives (CVE-2025-62518).
                return Err(Error::hostile(WHOLE, "states the size of a file twice"));
            } else if key.starts_with(b"GNU.sparse") {
                return Err(Error::hostile(WHOLE, "holds a file with gaps"));
            }
        }
        Ok(())
    }

    /// The name of the member, from the extension header before it or from its own.
    fn name_of<R: Read>(&mut self, entry: &tar::Entry<'_, R>) -> String {
        self.0
            .take()
            .unwrap_or_else(|| String::from_utf8_lossy(&entry.header().path_bytes()).into_owned())
    }
}

/// The contents of an extension header.
fn contents<R: Read>(entry: &mut tar::Entry<'_, R>) -> Result<Vec<u8>, Error> {
    if entry.size() > EXTENSION {
        return Err(Error::hostile(WHOLE, "holds an extension header that is too long"));
    }
    let mut text = Vec::new();
    entry.read_to_end(&mut text).map_err(|error| Error::from_read(&error, WHOLE))?;
    Ok(text)
}

/// The first record of a pax header, `<length> <key>=<value>` and a line end (POSIX, pax), and
/// what follows it. The `tar` crate's own iterator cuts at line ends, which the binary
/// attributes that macOS adds contain.
fn pax_record(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = text.iter().position(|&byte| byte == b' ')?;
    let length: usize = std::str::from_utf8(text.get(..space)?).ok()?.parse().ok()?;
    let after = text.get(length..)?;
    let record = text.get(space + 1..length)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|&byte| byte == b'=')?;
    Some((record.get(..equals)?, record.get(equals + 1..)?, after))
}
