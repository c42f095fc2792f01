//! One safe reader for what networks hand out: zip and tar.gz files, several of them together, a
//! single file, or an unpacked folder. Members are listed, and those a channel asks for are read
//! as streams; nothing is unpacked to disk. No knowledge of any channel here.

mod folder;
mod meter;
pub(super) mod names;
mod single;
mod tarball;
mod zipped;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::rc::Rc;

use self::meter::{Capped, Meter, Upload};
use super::error::{Error, Stopped, shown};

/// How much an upload may ask for. All of it is counted on bytes that were really read, never
/// on what the archive's headers claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of the upload, all its files together.
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

/// What an upload consists of. Networks hand out large exports in several files.
#[derive(Debug)]
pub enum Source {
    /// A file of any kind.
    File(File),
    /// A folder that was unpacked before.
    Folder(PathBuf),
}

/// A listed member: where it is, and its normalized name.
struct Listed {
    /// Empty for a single file, whose name means nothing.
    name: String,
    /// The position of its container.
    part: usize,
    /// The position among the container's entries.
    position: usize,
}

enum Container {
    Zip(zipped::Zip),
    TarGz(Upload),
    Single(single::Single),
    Folder(folder::Folder),
}

/// An opened upload.
pub struct Archive<'w> {
    containers: Vec<Container>,
    members: Vec<Listed>,
    /// First bytes of members that were looked at, with how many were asked for.
    heads: BTreeMap<usize, (u64, Vec<u8>)>,
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
    /// and may stop the import. Fails for archives that are not sound.
    pub fn open(
        sources: Vec<Source>,
        limits: &Limits,
        watch: &'w mut dyn FnMut(Progress) -> Result<(), Stopped>,
    ) -> Result<Self, Error> {
        let consumed = Rc::new(Cell::new(0));
        let meter = Meter::new(*limits, Rc::clone(&consumed), watch);
        let (containers, members, heads) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut archive = Self { containers, members, heads, meter };
        let mut left = limits.upload;
        for source in sources {
            let file = match source {
                Source::File(file) => file,
                Source::Folder(path) => {
                    let (folder, members) = folder::open(&path, limits.members)?;
                    archive.add(Container::Folder(folder), members)?;
                    continue;
                }
            };
            let mut upload = Upload::new(file, Rc::clone(&consumed));
            let size = upload.seek(SeekFrom::End(0)).map_err(|e| Error::Io(e.kind()))?;
            left = left.checked_sub(size).ok_or_else(|| Error::TooLarge {
                what: format!("the upload is larger than {}", amount(limits.upload)),
            })?;
            let (container, members) = open(upload, &mut archive.meter)?;
            archive.add(container, members)?;
        }
        Ok(archive)
    }

    fn add(&mut self, container: Container, mut members: Vec<Listed>) -> Result<(), Error> {
        refuse_duplicates(&mut members)?;
        let most = self.meter.limits().members;
        if self.members.len() + members.len() > most {
            return Err(Error::TooLarge { what: format!("the upload has more than {most} files") });
        }
        let part = self.containers.len();
        self.members.extend(members.into_iter().map(|listed| Listed { part, ..listed }));
        self.containers.push(container);
        Ok(())
    }

    /// The normalized names of all regular members: relative, with `/`, without the clutter
    /// that operating systems add. A single file has the empty name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|member| member.name.as_str())
    }

    /// The members whose normalized name, in lower case, the test accepts, in the order of the
    /// names, so that packing makes no difference. Single files are never among them.
    pub fn matching(&self, test: impl Fn(&str) -> bool) -> Vec<Member> {
        let named = |listed: &Listed| Some(listed.name.to_lowercase()).filter(|n| !n.is_empty());
        let all = self.members.iter().enumerate();
        let mut found: Vec<(String, usize)> =
            all.filter_map(|(at, listed)| Some((named(listed).filter(|n| test(n))?, at))).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, at)| Member(at)).collect()
    }

    /// The files that were brought as they are, outside of any archive or folder.
    pub fn singles(&self) -> Vec<Member> {
        let all = self.members.iter().enumerate();
        all.filter(|(_, listed)| listed.name.is_empty()).map(|(at, _)| Member(at)).collect()
    }

    /// The member with this base name in whatever folder, ignoring case; the one nearest to the
    /// top if there are several, because a viewer's own files lie deeper. Fails if two of one
    /// file are equally near.
    pub fn find(&self, base: &str) -> Result<Option<Member>, Error> {
        let mut best: Option<(usize, usize, Member)> = None;
        let mut tie = false;
        for (index, member) in self.members.iter().enumerate() {
            if !names::base(&member.name).eq_ignore_ascii_case(base) {
                continue;
            }
            let depth = names::depth(&member.name);
            match best {
                Some((nearest, _, _)) if depth > nearest => {}
                Some((nearest, part, _)) if depth == nearest => tie |= part == member.part,
                _ => {
                    best = Some((depth, member.part, Member(index)));
                    tie = false;
                }
            }
        }
        if tie {
            return Err(Error::Repeated { member: shown(base) });
        }
        Ok(best.map(|(_, _, member)| member))
    }

    /// `stem.extension` and its continuations `stem-part1.extension` and so on in the same
    /// folder, in the order of their numbers. Empty if the first is not there.
    pub fn parts(&self, stem: &str, extension: &str) -> Result<Vec<Member>, Error> {
        let Some(first) = self.find(&format!("{stem}.{extension}"))? else {
            return Ok(Vec::new());
        };
        let Some(Listed { name, part, .. }) = self.members.get(first.0) else {
            return Ok(Vec::new());
        };
        let near = |member: &Listed| {
            member.part != *part
                || names::folder(&member.name).eq_ignore_ascii_case(names::folder(name))
        };
        let mut parts: Vec<(u32, Member)> = self
            .members
            .iter()
            .enumerate()
            .filter(|(_, member)| near(member))
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
        let (mut action, mut answer) = (Some(action), None);
        self.read_each(&[member], &mut |open| {
            if let Some(action) = action.take() {
                answer = Some(action(open)?);
            }
            Ok(())
        })?;
        answer.ok_or_else(|| Error::damaged("the archive"))
    }

    /// Lets `each` read several members, each from its start, in the order in which they are
    /// stored: one pass over a tar.gz, whatever their number. Ends at the first failure.
    pub fn read_each(
        &mut self,
        members: &[Member],
        each: &mut dyn FnMut(&mut Open<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let most = self.meter.limits().member;
        let mut wanted: Vec<&Listed> =
            members.iter().filter_map(|member| self.members.get(member.0)).collect();
        wanted.sort_unstable_by_key(|listed| (listed.part, listed.position));
        for listed in wanted.chunk_by(|a, b| a.part == b.part) {
            let part = listed.first().map_or(0, |listed| listed.part);
            let Some(container) = self.containers.get_mut(part) else {
                return Err(Error::damaged("the archive"));
            };
            let mut failure = None;
            let mut opened = |listed: &Listed, reader: &mut dyn Read| {
                let name = if listed.name.is_empty() { "the file" } else { &listed.name };
                let mut capped = Capped::new(reader, most, name);
                failure = each(&mut Open::new(name, &mut capped)).err();
                failure.is_none()
            };
            let meter = &mut self.meter;
            match container {
                Container::Zip(zip) => zip.read(listed, meter, &mut opened)?,
                Container::TarGz(upload) => tarball::read(upload, listed, meter, &mut opened)?,
                Container::Single(single) => single.read(listed, meter, &mut opened)?,
                Container::Folder(folder) => folder.read(listed, meter, &mut opened)?,
            }
            if let Some(failure) = failure {
                return Err(failure);
            }
        }
        Ok(())
    }

    /// Looks at the first bytes of several members, so that [`Archive::head`] has them: one pass
    /// over a tar.gz, whatever their number.
    pub fn look(&mut self, members: &[Member], bytes: u64) -> Result<(), Error> {
        let is_kept = |m: &Member| self.heads.get(&m.0).is_some_and(|(asked, _)| *asked >= bytes);
        let mut wanted: Vec<Member> = members.iter().copied().filter(|m| !is_kept(m)).collect();
        wanted.sort_unstable_by_key(|m| self.members.get(m.0).map(|l| (l.part, l.position)));
        wanted.dedup();
        let mut left = wanted.iter();
        let mut heads = Vec::new();
        self.read_each(&wanted, &mut |open| {
            let head = first(open, bytes)?;
            heads.extend(left.next().map(|member| (member.0, (bytes, head))));
            Ok(())
        })?;
        self.heads.extend(heads);
        Ok(())
    }

    /// The first bytes of a member, at most `bytes` of them. What was read once is kept, so that
    /// every channel may look at the same member.
    pub fn head(&mut self, member: Member, bytes: u64) -> Result<Vec<u8>, Error> {
        if let Some((asked, head)) = self.heads.get(&member.0)
            && *asked >= bytes
        {
            let end = usize::try_from(bytes).unwrap_or(usize::MAX).min(head.len());
            return Ok(head.get(..end).unwrap_or_default().to_vec());
        }
        let head = self.read(member, |open| first(open, bytes))?;
        self.heads.insert(member.0, (bytes, head.clone()));
        Ok(head)
    }
}

fn first(open: &mut Open<'_>, bytes: u64) -> Result<Vec<u8>, Error> {
    let mut head = Vec::new();
    match open.by_ref().take(bytes).read_to_end(&mut head) {
        Ok(_) => Ok(head),
        Err(error) => Err(Error::from_read(&error, open.name())),
    }
}

/// Opens a file as what its first bytes say it is; names of files mean nothing.
fn open(mut upload: Upload, meter: &mut Meter<'_>) -> Result<(Container, Vec<Listed>), Error> {
    let head = single::head(&mut upload)?;
    if head.starts_with(b"PK\x03\x04") {
        let (zip, members) = zipped::open(upload, meter.limits().members)?;
        return Ok((Container::Zip(zip), members));
    }
    if head.starts_with(b"\x1f\x8b") && !single::is_packed_text(&mut upload)? {
        let members = tarball::list(&mut upload, meter)?;
        return Ok((Container::TarGz(upload), members));
    }
    let packed = head.starts_with(b"\x1f\x8b");
    let only = Listed { name: String::new(), part: 0, position: 0 };
    Ok((Container::Single(single::Single::new(upload, packed)), vec![only]))
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
