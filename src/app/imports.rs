//! Importing an export archive. It is read twice: once to see that it can be read to its end and
//! whose it is, once to store its items in small writes. A revision published by one last short
//! write makes them count, so that an import that breaks off changes nothing.

use std::collections::HashSet;
use std::fs::File;
use std::sync::{Arc, Mutex};

use tokio::sync::{Semaphore, mpsc};

use super::{App, Error};
use crate::auth::Caller;
use crate::channels::{self, Limits, Report, Source, Stopped};
use crate::domain::evidence::{Channel, Provenance};
use crate::domain::ids::CandidateId;
use crate::domain::item::Item;
use crate::storage::{CHUNK, Candidate, Prepared, Staged, Tx};
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
}

impl Default for Slots {
    fn default() -> Self {
        Self { reading: Arc::new(Semaphore::new(READING)), candidates: Arc::default() }
    }
}

/// A candidate's place; given back when dropped.
struct Place {
    candidates: Arc<Mutex<HashSet<CandidateId>>>,
    candidate: CandidateId,
}

impl Slots {
    fn take(&self, candidate: CandidateId) -> Result<Place, Error> {
        let taken = self.candidates.lock().is_ok_and(|mut busy| busy.insert(candidate));
        if !taken {
            let why = "another import of yours is still running".to_owned();
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

/// An upload that has arrived.
#[derive(Debug)]
pub struct Files {
    /// The files, one or all the parts of one export.
    pub files: Vec<File>,
    /// The account to read where a file is about many people's.
    pub whose: Option<String>,
}

impl Files {
    fn try_clone(&self) -> Result<Self, Error> {
        let files = self.files.iter().map(File::try_clone).collect::<Result<_, _>>();
        Ok(Self { files: files.map_err(Error::internal)?, whose: self.whose.clone() })
    }
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
        let _reading = self.imports.reading.acquire().await.map_err(Error::internal)?;
        let candidate = Arc::new(upload.candidate);
        let now = self.store.view().now();
        let first = files.try_clone()?;
        let listening = progress.clone();
        let (report, items) = read(first, move |count, _| {
            let still = count % 1_000 != 0 || !listening.is_closed();
            if still { Ok(()) } else { Err(Stopped) }
        })
        .await?;
        let channel = report.channel;
        let account = report.account.clone();
        let known = report.known().fold(0, |bits, signal| bits | 1 << signal.number());
        let number = [channel.number()];
        let index = match &account.id {
            Some(id) => self.vault.blind(Subject::Account, &[&number, id.as_bytes()]),
            // A mere name belongs to nobody alone.
            None => {
                let parts = [&number[..], account.handle.as_bytes(), &candidate.id.bytes()];
                self.vault.blind(Subject::Account, &parts)
            }
        };
        let owner = Arc::clone(&candidate);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if tx.account_owner(channel, index).await?.is_some_and(|id| id != owner.id) {
                        return Err(Error::AccountClaimed);
                    }
                    Ok(tx.put_account(&owner, channel, index, (&account, known)).await?)
                })
            })
            .await?;
        let staged = self.store_items(&candidate, channel, files, (progress, now)).await?;
        let revision = self.publish(&candidate).await?;
        tracing::info!(
            channel = channel.word(),
            items,
            new = staged.items,
            revision,
            "evidence imported"
        );
        metrics::counter!("imports_total", "channel" => channel.word()).increment(1);
        Ok(Imported { report, items, staged, revision })
    }

    /// Reads the files once more, and stores its items a few hundred at a time.
    async fn store_items(
        &self,
        candidate: &Arc<Candidate>,
        channel: Channel,
        files: Files,
        (progress, now): (mpsc::Sender<u64>, crate::domain::time::Timestamp),
    ) -> Result<Staged, Error> {
        let (send, mut chunks) = mpsc::channel::<Vec<Item>>(4);
        let mut chunk = Vec::with_capacity(CHUNK);
        let reading = tokio::spawn(read(files, move |_, item| {
            // What is dated in the future was not published yet.
            if let Some(item) = item.filter(|item| item.posted_at <= now) {
                chunk.push(item);
                if chunk.len() < CHUNK {
                    return Ok(());
                }
            }
            if chunk.is_empty() {
                return Ok(());
            }
            send.blocking_send(std::mem::take(&mut chunk)).map_err(|_| Stopped)
        }));
        let (mut staged, mut done) = (Staged::default(), 0);
        while let Some(items) = chunks.recv().await {
            done += items.len() as u64;
            let (candidate, vault) = (Arc::clone(candidate), self.vault.clone());
            let new = self
                .store
                .write::<_, Error, _>(move |tx| {
                    Box::pin(async move {
                        let from = (Provenance::Uploaded, &vault);
                        Ok(tx.stage(&candidate, channel, &items, from).await?)
                    })
                })
                .await?;
            staged.items += new.items;
            staged.observations += new.observations;
            progress.send(done).await.map_err(|_| stopped())?;
        }
        reading.await.map_err(Error::internal)??;
        Ok(staged)
    }

    /// Makes everything stored so far count, if any of it is new.
    async fn publish(&self, candidate: &Arc<Candidate>) -> Result<i64, Error> {
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
            let summary = view.summarize(id, watermarks, &self.model, day).await?;
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
    Ok(())
}

/// Reads an archive on a thread that may block. `each` gets the number of items so far and the
/// item, and `None` at the end.
async fn read(
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
