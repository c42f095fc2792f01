//! A folder that somebody unpacked before. Links are not followed: they may lead anywhere.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::super::error::Error;
use super::meter::{Meter, Metered};
use super::{Listed, names};

/// Deepest nesting of folders that is listed.
const DEPTH: usize = 32;

/// An unpacked export.
pub(super) struct Folder {
    files: Vec<PathBuf>,
}

/// Lists a folder, at most `most` files of it.
pub(super) fn open(path: &Path, most: usize) -> Result<(Folder, Vec<Listed>), Error> {
    let (mut files, mut members) = (Vec::new(), Vec::new());
    let mut waiting = vec![(path.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = waiting.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| Error::Io(error.kind()))?;
        for entry in entries {
            let entry = entry.map_err(|error| Error::Io(error.kind()))?;
            let kind = entry.file_type().map_err(|error| Error::Io(error.kind()))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if kind.is_dir() && depth < DEPTH {
                waiting.push((entry.path(), format!("{name}/"), depth + 1));
            }
            let Some(name) = names::normalize(&name)?.filter(|_| kind.is_file()) else {
                continue;
            };
            if files.len() >= most {
                let what = format!("the folder has more than {most} files");
                return Err(Error::TooLarge { what });
            }
            members.push(Listed { name, part: 0, position: files.len() });
            files.push(entry.path());
        }
    }
    Ok((Folder { files }, members))
}

impl Folder {
    /// Shows the bytes of each file to `opened`, until that answers `false`.
    pub(super) fn read(
        &self,
        members: &[&Listed],
        meter: &mut Meter<'_>,
        opened: &mut dyn FnMut(&Listed, &mut dyn Read) -> bool,
    ) -> Result<(), Error> {
        for member in members {
            let path = self.files.get(member.position);
            let path = path.ok_or_else(|| Error::damaged(&member.name))?;
            let file = File::open(path).map_err(|error| Error::Io(error.kind()))?;
            let upload = meter.upload(file);
            meter.begin_stream();
            if !opened(member, &mut Metered::new(upload, meter)) {
                break;
            }
        }
        Ok(())
    }
}
