//! One safe reader for the zip and tar.gz files that networks hand out. Members are listed, and
//! those a channel asks for by name are read as streams; nothing is unpacked to disk.
//! No knowledge of any channel here.

mod meter;
mod names;
mod tarball;
mod zipped;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use self::meter::{Capped, Meter, Upload};
use super::error::{Error, Stopped, shown};

/// How much an upload may ask for. All of it is counted on bytes that were really read, never
/// on what the archive's headers claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of the uploaded file.
    pub upload: u64,
    /// Most members, ignored ones included.
    pub members: usize,
    /// Most inflated bytes of one member.
    pub member: u64,
    /// Most inflated bytes altogether; for tar.gz, of one pass over the stream.
    pub total: u64,
    /// Most inflated bytes for each byte read from the upload.
    pub ratio: u64,
}

impl Limits {
    /// The largest upload that is accepted.
    pub const UPLOAD: u64 = 2 << 30;
    /// The most members that are listed.
    pub const MEMBERS: usize = 20_000;
    /// The largest member that is read.
    pub const MEMBER: u64 = 512 << 20;
    /// The most that is inflated altogether.
    pub const TOTAL: u64 = 4 << 30;
    /// The highest compression that is believed. Exports reach about 15.
    pub const RATIO: u64 = 200;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            upload: Self::UPLOAD,
            members: Self::MEMBERS,
            member: Self::MEMBER,
            total: Self::TOTAL,
            ratio: Self::RATIO,
        }
    }
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Inflated bytes read so far, over all passes. Their sum is not known beforehand.
    pub inflated: u64,
}

/// A regular member of the archive it was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member(usize);

/// A listed member: where it is, and its normalized name.
struct Listed {
    name: String,
    /// The position among the container's entries.
    position: usize,
}

enum Container {
    Zip(zipped::Zip),
    TarGz(Upload),
}

/// An opened upload.
pub struct Archive<'w> {
    container: Container,
    members: Vec<Listed>,
    meter: Meter<'w>,
}

/// A member being read.
pub struct Open<'a> {
    name: &'a str,
    reader: &'a mut dyn Read,
}

impl<'a> Open<'a> {
    /// Bytes under a name, as a member is read.
    pub(super) fn new(name: &'a str, reader: &'a mut dyn Read) -> Self {
        Self { name, reader }
    }

    /// The member's normalized name, with its folders.
    pub fn name(&self) -> &str {
        self.name
    }
}

impl Read for Open<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

impl<'w> Archive<'w> {
    /// Opens an upload and lists its members. `watch` hears of progress about once a megabyte
    /// and may stop the import. Fails for anything that is not a sound zip or tar.gz.
    pub fn open(
        file: File,
        limits: &Limits,
        watch: &'w mut dyn FnMut(Progress) -> Result<(), Stopped>,
    ) -> Result<Self, Error> {
        let consumed = Rc::new(Cell::new(0));
        let mut upload = Upload::new(file, Rc::clone(&consumed));
        let size = upload.seek(SeekFrom::End(0)).map_err(|e| Error::Io(e.kind()))?;
        if size > limits.upload {
            let what = format!("the upload is larger than {}", amount(limits.upload));
            return Err(Error::TooLarge { what });
        }
        let mut meter = Meter::new(*limits, consumed, watch);
        let (container, mut members) = match kind(&mut upload)? {
            Kind::Zip => {
                let (zip, members) = zipped::open(upload, limits.members)?;
                (Container::Zip(zip), members)
            }
            Kind::Gzip => {
                let members = tarball::list(&mut upload, &mut meter)?;
                (Container::TarGz(upload), members)
            }
        };
        refuse_duplicates(&mut members)?;
        Ok(Self { container, members, meter })
    }

    /// The normalized names of all regular members: relative, with `/`, without the clutter
    /// that operating systems add.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|member| member.name.as_str())
    }

    /// The member with this base name in whatever folder, ignoring case; the one nearest to the
    /// top if there are several, because a viewer's own files lie deeper. Fails if two are
    /// equally near.
    pub fn find(&self, base: &str) -> Result<Option<Member>, Error> {
        let mut best: Option<(usize, Member)> = None;
        let mut tie = false;
        for (index, member) in self.members.iter().enumerate() {
            if !names::base(&member.name).eq_ignore_ascii_case(base) {
                continue;
            }
            let depth = names::depth(&member.name);
            match best {
                Some((nearest, _)) if depth > nearest => {}
                Some((nearest, _)) if depth == nearest => tie = true,
                _ => {
                    best = Some((depth, Member(index)));
                    tie = false;
                }
            }
        }
        if tie {
            return Err(Error::Repeated { member: shown(base) });
        }
        Ok(best.map(|(_, member)| member))
    }

    /// `stem.extension` and its continuations `stem-part1.extension` and so on in the same
    /// folder, in the order of their numbers. Empty if the first is not there.
    pub fn parts(&self, stem: &str, extension: &str) -> Result<Vec<Member>, Error> {
        let Some(first) = self.find(&format!("{stem}.{extension}"))? else {
            return Ok(Vec::new());
        };
        let folder = names::folder(self.name(first));
        let mut parts: Vec<(u32, Member)> = self
            .members
            .iter()
            .enumerate()
            .filter(|(_, member)| names::folder(&member.name).eq_ignore_ascii_case(folder))
            .filter_map(|(index, member)| {
                let number = names::part(names::base(&member.name), stem, extension)?;
                Some((number, Member(index)))
            })
            .collect();
        parts.sort_unstable_by_key(|&(number, _)| number);
        Ok(std::iter::once(first).chain(parts.into_iter().map(|(_, member)| member)).collect())
    }

    /// A member's normalized name.
    pub fn name(&self, member: Member) -> &str {
        self.members.get(member.0).map_or("", |listed| listed.name.as_str())
    }

    /// Lets `action` read a member from its start. An action that wants a damaged end noticed
    /// must read to the end.
    pub fn read<T>(
        &mut self,
        member: Member,
        action: impl FnOnce(&mut Open<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Some(listed) = self.members.get(member.0) else {
            return Err(Error::damaged("the archive"));
        };
        let most = self.meter.limits().member;
        let mut action = Some(action);
        let mut answer = None;
        let mut opened = |reader: &mut dyn Read| {
            let mut capped = Capped::new(reader, most, &listed.name);
            let mut open = Open::new(&listed.name, &mut capped);
            answer = action.take().map(|action| action(&mut open));
        };
        match &mut self.container {
            Container::Zip(zip) => zip.read(listed, &mut self.meter, &mut opened)?,
            Container::TarGz(upload) => {
                tarball::read(upload, listed, &mut self.meter, &mut opened)?;
            }
        }
        answer.unwrap_or_else(|| Err(Error::damaged(&listed.name)))
    }

    /// The first bytes of a member, at most `bytes` of them.
    pub fn head(&mut self, member: Member, bytes: u64) -> Result<Vec<u8>, Error> {
        self.read(member, |open| {
            let mut head = Vec::new();
            match open.by_ref().take(bytes).read_to_end(&mut head) {
                Ok(_) => Ok(head),
                Err(error) => Err(Error::from_read(&error, open.name())),
            }
        })
    }
}

enum Kind {
    Zip,
    Gzip,
}

/// Tells the container from its first bytes; names of files mean nothing.
fn kind(upload: &mut Upload) -> Result<Kind, Error> {
    let mut head = Vec::new();
    upload
        .seek(SeekFrom::Start(0))
        .and_then(|_| upload.by_ref().take(512).read_to_end(&mut head))
        .map_err(|error| Error::Io(error.kind()))?;
    if head.starts_with(b"PK\x03\x04") {
        return Ok(Kind::Zip);
    }
    if head.starts_with(b"\x1f\x8b") {
        return Ok(Kind::Gzip);
    }
    let (looks, bring) = names::looks(&head);
    Err(Error::NotAnExport { looks, bring })
}

/// Two members with one name make readers disagree about the content (CVE-2025-54368), also
/// when the names differ only in case. Sorts the members by their position again.
fn refuse_duplicates(members: &mut [Listed]) -> Result<(), Error> {
    members.sort_by_cached_key(|member| member.name.to_lowercase());
    for pair in members.windows(2) {
        if let [a, b] = pair
            && a.name.to_lowercase() == b.name.to_lowercase()
        {
            return Err(Error::hostile(&b.name, "is there twice"));
        }
    }
    members.sort_unstable_by_key(|member| member.position);
    Ok(())
}

/// A number of bytes in words; limits are whole mebibytes unless a test chose others.
fn amount(bytes: u64) -> String {
    const GIBIBYTE: u64 = 1 << 30;
    const MEBIBYTE: u64 = 1 << 20;
    if bytes >= GIBIBYTE && bytes.is_multiple_of(GIBIBYTE) {
        format!("{} GiB", bytes / GIBIBYTE)
    } else if bytes >= MEBIBYTE && bytes.is_multiple_of(MEBIBYTE) {
        format!("{} MiB", bytes / MEBIBYTE)
    } else {
        format!("{bytes} bytes")
    }
}
