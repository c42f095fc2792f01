//! Items on their way into the database: read out of the upload and sealed, they wait in a file
//! without a name until the upload is known to be whole and whose it is. So nothing of a broken
//! upload is ever stored, and large uploads are read only once.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek as _};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::{Error, Files, Topics};
use crate::channels::{self, Report, Skip, Stopped};
use crate::domain::evidence::Provenance;
use crate::domain::item::Item;
use crate::domain::time::Timestamp;
use crate::storage::{Candidate, Packed, Rows};
use crate::vault::Vault;

/// Items between two looks whether anybody still waits for the import.
const LISTEN: u64 = 1_000;

/// What reading needs to know.
pub(super) struct Reading {
    /// Whose items they are.
    pub(super) candidate: Arc<Candidate>,
    /// Seals them.
    pub(super) vault: Vault,
    /// Finds their topics.
    pub(super) topics: Topics,
    /// How they came here.
    pub(super) provenance: Provenance,
    /// What is dated later was not published yet.
    pub(super) now: Timestamp,
    /// Where to put them aside.
    pub(super) spool: Arc<PathBuf>,
    /// Who wants to hear of the import; when nobody does, reading stops.
    pub(super) progress: mpsc::Sender<u64>,
}

/// What was read, with its items aside.
pub(super) struct Aside {
    /// What the upload contains.
    pub(super) report: Report,
    /// How many items it has.
    pub(super) items: u64,
    file: File,
    packs: u64,
}

/// Reads files to their end, on a thread that may block, and puts their items aside.
pub(super) async fn read(files: Files, reading: Reading) -> Result<Aside, Error> {
    tokio::task::spawn_blocking(move || reading.read(files)).await.map_err(Error::internal)?
}

impl Reading {
    fn read(self, files: Files) -> Result<Aside, Error> {
        let file = tempfile::tempfile_in(self.spool.as_path()).map_err(Error::internal)?;
        let mut writing = Writing { aside: BufWriter::new(file), packs: 0, rows: Rows::default() };
        let mut watch = |_| Ok(());
        let upload = channels::recognize(files.into(), &mut watch)?;
        let from = (upload.channel(), self.provenance);
        let (mut read, mut later, mut failure) = (0, 0, None);
        let mut sink = |item: Item| {
            read += 1;
            if read % LISTEN == 0 && self.progress.is_closed() {
                return Err(Stopped);
            }
            if item.posted_at > self.now {
                later += 1;
                return Ok(());
            }
            let owner = (&*self.candidate, &self.vault);
            let added =
                writing.rows.add(owner, from, (&item, &self.topics.of(&item))).map_err(Error::from);
            added.and_then(|()| writing.write(false)).map_err(|error| {
                failure = Some(error);
                Stopped
            })
        };
        let report = upload.read(&mut sink);
        if let Some(failure) = failure {
            return Err(failure);
        }
        let mut report = report?;
        if later > 0 {
            let words = "left out: dated later than now, so they were not published yet";
            report.warnings.push(format!("{later} {words}"));
            *report.skipped.entry(Skip::ImpossibleDate).or_default() += later;
        }
        let items = read - later;
        writing.write(true)?;
        let Writing { aside, packs, .. } = writing;
        let mut file = aside.into_inner().map_err(|error| Error::internal(error.into_error()))?;
        file.rewind().map_err(Error::internal)?;
        Ok(Aside { report, items, file, packs })
    }
}

struct Writing {
    aside: BufWriter<File>,
    packs: u64,
    rows: Rows,
}

impl Writing {
    /// Writes what has gathered, if it is enough or the last.
    fn write(&mut self, last: bool) -> Result<(), Error> {
        if last || self.rows.is_full() {
            self.rows.pack(|packed| {
                self.packs += 1;
                packed.write(&mut self.aside).map_err(Error::internal)
            })?;
        }
        Ok(())
    }
}

impl Aside {
    /// Gives the packed items back, one pack at a time, with the report. Reads ahead a little.
    pub(super) fn packs(self) -> mpsc::Receiver<Result<Packed, Error>> {
        let (send, packs) = mpsc::channel(2);
        tokio::task::spawn_blocking(move || {
            let mut file = BufReader::new(self.file);
            for _ in 0..self.packs {
                let packed = Packed::read(&mut file).map_err(Error::internal);
                let failed = packed.is_err();
                if send.blocking_send(packed).is_err() || failed {
                    return;
                }
            }
        });
        packs
    }
}
