//! Importing an export archive. It is read once, to its end, and its items wait aside, sealed,
//! until it is known to be whole and whose it is; then they are stored in small writes. A revision
//! published by one last short write makes them count, so that an import that breaks off changes
//! nothing.

mod aside;

use std::collections::HashSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::sync::{Semaphore, mpsc};

use self::aside::Reading;
use super::topics::Topics;
use super::{App, Error};
use crate::auth::Caller;
use crate::channels::{self, Limits, Report, Source, Stopped};
use crate::domain::evidence::{Channel, Provenance};
use crate::domain::ids::CandidateId;
use crate::domain::item::Item;
use crate::domain::population::places;
use crate::storage::{Candidate, Packed, Prepared, Staged, Tx};
use crate::vault::Subject;

/// Imports that are read at the same time: one per core of a small machine leaves room for
/// look-ups.
const READING: usize = 2;

/// How often a revision is summed anew because another was published meanwhile.
const ATTEMPTS: usize = 5;

/// Who is importing now.
#[derive(Clone)]
pub struct Slots {
    reading: Arc<Semaphore>,
    candidates: Arc<Mutex<HashSet<CandidateId>>>,
    /// Where items wait aside.
    spool: Arc<PathBuf>,
}

/// A candidate's place; given back when dropped.
pub(super) struct Place {
    candidates: Arc<Mutex<HashSet<CandidateId>>>,
    candidate: CandidateId,
}

impl Slots {
    /// Nobody yet. Items wait aside in a folder, in files without a name.
    pub(super) fn new(spool: PathBuf) -> Self {
        let reading = Arc::new(Semaphore::new(READING));
        Self { reading, candidates: Arc::default(), spool: Arc::new(spool) }
    }

    pub(super) fn take(&self, candidate: CandidateId) -> Result<Place, Error> {
        let taken = self.candidates.lock().is_ok_and(|mut busy| busy.insert(candidate));
        if !taken {
            let why = "another import or fetch of yours is still running".to_owned();
            return Err(Error::TooMany { why, retry_after: None });
        }
        Ok(Place { candidates: Arc::clone(&self.candidates), candidate })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Ok(mut busy) = self.candidates.lock() {
            busy.remove(&self.candidate);
        }
    }
}

/// What came of an import.
#[derive(Clone, Debug)]
pub struct Imported {
    /// What the file contained.
    pub report: Report,
    /// Items that count as evidence.
    pub items: u64,
    /// What of it was new.
    pub staged: Staged,
    /// The current revision afterwards.
    pub revision: i64,
}

/// Files that were taken in.
#[derive(Debug)]
pub(super) struct Taken {
    /// What they contained.
    pub(super) report: Report,
    /// Items that count as evidence.
    pub(super) items: u64,
    /// What of it was new.
    pub(super) staged: Staged,
}

/// How files came here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The candidate brought them.
    Uploaded,
    /// They were fetched from an account that was proved to be hers.
    Fetched {
        /// The account that they must be of.
        account: [u8; 32],
    },
}

impl Origin {
    const fn provenance(self) -> Provenance {
        match self {
            Self::Uploaded => Provenance::Uploaded,
            Self::Fetched { .. } => Provenance::Fetched,
        }
    }
}

/// An upload that has arrived.
#[derive(Debug)]
pub struct Files {
    /// The files, one or all the parts of one export.
    pub files: Vec<File>,
    /// The account to read where a file is about many people's.
    pub whose: Option<String>,
}

impl From<Files> for channels::Upload {
    fn from(Files { files, whose }: Files) -> Self {
        let sources = files.into_iter().map(Source::File).collect();
        Self { sources, whose, limits: Limits::default() }
    }
}

/// A place to receive an upload, held until the import is done.
pub struct Upload {
    candidate: Candidate,
    _place: Place,
}

impl App {
    /// Lets the calling candidate upload; refuses while another import of hers is running.
    pub async fn begin_import(&self, caller: &Caller) -> Result<Upload, Error> {
        let candidate = self.me(&self.store.view(), caller).await?;
        let place = self.imports.take(candidate.id)?;
        Ok(Upload { candidate, _place: place })
    }

    /// Imports complete files. Tells `progress` how many items were read; when nobody listens
    /// to it any more, the import stops.
    pub async fn import(
        &self,
        upload: Upload,
        files: Files,
        progress: mpsc::Sender<u64>,
    ) -> Result<Imported, Error> {
        let candidate = Arc::new(upload.candidate);
        let taken = self.take_in(&candidate, files, Origin::Uploaded, progress).await?;
        let revision = self.publish(&candidate).await?;
        let Taken { report, items, staged } = taken;
        tracing::info!(
            channel = report.channel.word(),
            items,
            new = staged.items,
            revision,
            "evidence imported"
        );
        metrics::counter!("imports_total", "channel" => report.channel.word()).increment(1);
        Ok(Imported { report, items, staged, revision })
    }

    /// Stores what complete files hold. It counts from the next revision on.
    pub(super) async fn take_in(
        &self,
        candidate: &Arc<Candidate>,
        files: Files,
        origin: Origin,
        progress: mpsc::Sender<u64>,
    ) -> Result<Taken, Error> {
        let _reading = self.imports.reading.acquire().await.map_err(Error::internal)?;
        let provenance = origin.provenance();
        let reading = Reading {
            candidate: Arc::clone(candidate),
            vault: self.vault.clone(),
            topics: self.topics.clone(),
            provenance,
            now: self.store.view().now(),
            spool: Arc::clone(&self.imports.spool),
            progress: progress.clone(),
        };
        let aside = aside::read(files, reading).await?;
        let (report, items) = (aside.report.clone(), aside.items);
        let index = self.account_index(candidate.id, &report);
        if matches!(origin, Origin::Fetched { account } if account != index) {
            return Err(Error::AccountChanged);
        }
        self.claim(candidate, index, &report).await?;
        let from = (report.channel, provenance);
        let staged = self.store_items(candidate, from, aside.packs(), progress).await?;
        Ok(Taken { report, items, staged })
    }

    /// What finds the account that a report is about.
    pub(super) fn account_index(&self, candidate: CandidateId, report: &Report) -> [u8; 32] {
        let (number, account) = ([report.channel.number()], &report.account);
        if let Some(id) = &account.id {
            return self.vault.blind(Subject::Account, &[&number, id.as_bytes()]);
        }
        // A mere name belongs to nobody alone.
        let parts = [&number[..], account.handle.as_bytes(), &candidate.bytes()];
        self.vault.blind(Subject::Account, &parts)
    }

    /// Makes an account the candidate's, unless it is another's.
    pub(super) async fn claim(
        &self,
        candidate: &Arc<Candidate>,
        index: [u8; 32],
        report: &Report,
    ) -> Result<(), Error> {
        let (owner, channel) = (Arc::clone(candidate), report.channel);
        let account = report.account.clone();
        let known = report.known().fold(0, |bits, signal| bits | 1 << signal.number());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if tx.account_owner(channel, index).await?.is_some_and(|id| id != owner.id) {
                        return Err(Error::AccountClaimed);
                    }
                    Ok(tx.put_account(&owner, channel, index, (&account, known)).await?)
                })
            })
            .await
    }

    /// Stores items that were put aside, a thousand at a time.
    async fn store_items(
        &self,
        candidate: &Arc<Candidate>,
        from: (Channel, Provenance),
        mut packs: mpsc::Receiver<Result<Packed, Error>>,
        progress: mpsc::Sender<u64>,
    ) -> Result<Staged, Error> {
        let (mut staged, mut done, ontology) = (Staged::default(), 0, self.topics.number());
        while let Some(packed) = packs.recv().await {
            let packed = packed?;
            done += packed.count();
            let candidate = Arc::clone(candidate);
            let new = self
                .store
                .write::<_, Error, _>(move |tx| {
                    Box::pin(async move { Ok(tx.stage(&candidate, from, ontology, packed).await?) })
                })
                .await?;
            staged.items += new.items;
            staged.observations += new.observations;
            progress.send(done).await.map_err(|_| stopped())?;
        }
        Ok(staged)
    }

    /// Makes everything stored so far count, if any of it is new.
    pub(super) async fn publish(&self, candidate: &Arc<Candidate>) -> Result<i64, Error> {
        let id = candidate.id;
        for _ in 0..ATTEMPTS {
            let view = self.store.view();
            let current = view.candidate(id, &self.vault).await?;
            let current = current.ok_or(Error::NotFound("candidate"))?.revision;
            let counted = view.revision(id, current).await?;
            let watermarks = view.watermarks(id).await?;
            if counted.is_some_and(|(counted, _)| counted == watermarks) {
                return Ok(current);
            }
            let day = view.now().day();
            let summary =
                view.summarize((id, &candidate.key), watermarks, &self.model, day).await?;
            let prepared = Prepared { watermarks, summary };
            let (model, owner) = (Arc::clone(&self.model), Arc::clone(candidate));
            let published = self
                .store
                .write::<_, Error, _>(move |tx| {
                    Box::pin(async move {
                        let sealed = tx.sealed(id, model.digest).await?;
                        if sealed.is_none_or(|sealed| sealed.revision() != current) {
                            return Ok(false);
                        }
                        make_current(tx, &owner, current + 1, (&prepared, &model)).await?;
                        Ok(true)
                    })
                })
                .await?;
            if published {
                self.count_population().await?;
                return Ok(current + 1);
            }
        }
        Err(Error::Conflict("your evidence kept changing meanwhile; import again".to_owned()))
    }
}

async fn make_current(
    tx: &Tx,
    candidate: &Candidate,
    number: i64,
    (prepared, model): (&Prepared, &crate::domain::model::Model),
) -> Result<(), Error> {
    tx.insert_revision(candidate.id, number, prepared).await?;
    tx.insert_summary((candidate.id, &candidate.key), number, model, &prepared.summary).await?;
    tx.update_revision(candidate.id, number).await?;
    tx.put_share(candidate, model, places(&model.topics, &prepared.summary)).await?;
    Ok(())
}

/// Reads files on a thread that may block. `each` gets the number of items so far and the
/// item, and `None` at the end.
pub(super) async fn read(
    files: Files,
    mut each: impl FnMut(u64, Option<Item>) -> Result<(), Stopped> + Send + 'static,
) -> Result<(Report, u64), Error> {
    let read = tokio::task::spawn_blocking(move || {
        let mut items = 0;
        let mut sink = |item: Item| {
            items += 1;
            each(items, Some(item))
        };
        let report = channels::import(files.into(), &mut sink, &mut |_| Ok(()))?;
        each(items, None).map_err(|_| channels::Error::Stopped)?;
        Ok::<_, channels::Error>((report, items))
    });
    read.await.map_err(Error::internal)?.map_err(Error::from)
}

fn stopped() -> Error {
    Error::Conflict("the upload was given up".to_owned())
}
