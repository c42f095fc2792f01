//! Fetching from a linked account: batch after batch is taken in like an upload, each with where
//! the next one begins, so that a fetch which breaks off goes on from there.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::imports::{Files, Imported, Origin, Place, Taken};
use super::links::{Held, cursor, wrong_channel};
use super::{App, Error};
use crate::auth::Caller;
use crate::channels::Report;
use crate::domain::evidence::Channel;
use crate::domain::time::Timestamp;
use crate::fetch::{Batch, Cursor, Options, Step};
use crate::storage::{Link, Staged};

/// Batches of one fetch: sixteen thousand posts of Mastodon. Another fetch goes on.
const BATCHES: usize = 40;

/// When a place for another fetch may be free.
const SOON: Duration = Duration::from_secs(30);

/// What the operator decides.
#[derive(Clone)]
pub struct Fetching {
    /// How servers are asked.
    pub options: Options,
    /// Most fetches at a time, of this process.
    pub at_once: usize,
    /// Most fetches and confirmations of one candidate in a day.
    pub per_day: u64,
}

/// How much is fetched now.
#[derive(Clone)]
pub struct Slots {
    running: Arc<Semaphore>,
    pub(super) per_day: u64,
}

impl Slots {
    /// As many as the operator decided.
    pub(super) fn new(fetching: &Fetching) -> Self {
        let running = Arc::new(Semaphore::new(fetching.at_once));
        Self { running, per_day: fetching.per_day }
    }

    pub(super) fn take(&self) -> Result<OwnedSemaphorePermit, Error> {
        Arc::clone(&self.running).try_acquire_owned().map_err(|_| {
            let why = "too much is being fetched at the moment; try again".to_owned();
            Error::TooMany { why, retry_after: Some(SOON) }
        })
    }
}

/// What a fetch is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reads pages of the network.
    Reading,
    /// Waits because a server asked for it.
    Waiting,
    /// Stores what it read.
    Storing,
}

/// How far a fetch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub stage: Stage,
    /// Pages read so far.
    pub pages: u64,
    /// Items stored so far.
    pub items: u64,
    /// Until when it waits.
    pub waiting_until: Option<Timestamp>,
}

/// What came of a fetch.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// What the pages contained; none if the network had nothing new.
    pub imported: Option<Imported>,
    /// The current revision afterwards.
    pub revision: i64,
    /// Whether older items are left for another fetch.
    pub more: bool,
}

/// A fetch that may begin; holds its places until it is done.
pub struct Prepared {
    held: Held,
    account: [u8; 32],
    _place: Place,
    _slot: OwnedSemaphorePermit,
}

/// What the batches so far came to.
#[derive(Default)]
struct Sum {
    report: Option<Report>,
    items: u64,
    staged: Staged,
}

impl Sum {
    fn add(&mut self, taken: Taken) {
        let Taken { report, items, staged } = taken;
        self.items += items;
        self.staged.items += staged.items;
        self.staged.observations += staged.observations;
        match &mut self.report {
            Some(sum) => sum.absorb(report),
            none => *none = Some(report),
        }
    }
}

impl App {
    /// Lets the calling candidate fetch from an account that is proved to be hers.
    pub async fn begin_fetch(
        &self,
        caller: &Caller,
        channel: Channel,
        address: &str,
    ) -> Result<Prepared, Error> {
        let held = self.held(caller, channel, address).await?;
        let Some(account) = held.link.account else {
            let why = "the account is not confirmed yet; show the code and confirm it first";
            return Err(Error::ProofMissing(why.to_owned()));
        };
        let place = self.imports.take(held.candidate.id)?;
        let slot = self.fetches.take()?;
        self.count_fetch(held.candidate.id).await?;
        Ok(Prepared { held, account, _place: place, _slot: slot })
    }

    /// Fetches. What was stored counts also when the fetch ends with an error. When nobody
    /// listens to `progress` any more, it ends.
    pub async fn fetch(
        &self,
        prepared: Prepared,
        progress: mpsc::Sender<Progress>,
    ) -> Result<Fetched, Error> {
        let channel = prepared.held.link.channel;
        let mut sum = Sum::default();
        let walked = self.walk(&prepared, &mut sum, progress).await;
        let revision = self.publish(&prepared.held.candidate).await?;
        let more = walked?;
        let Sum { report, items, staged } = sum;
        tracing::info!(
            channel = channel.word(),
            items,
            new = staged.items,
            revision,
            "evidence fetched"
        );
        metrics::counter!("fetches_total", "channel" => channel.word()).increment(1);
        let imported = report.map(|report| Imported { report, items, staged, revision });
        Ok(Fetched { imported, revision, more })
    }

    /// Reads batch after batch; says whether more is left.
    async fn walk(
        &self,
        prepared: &Prepared,
        sum: &mut Sum,
        progress: mpsc::Sender<Progress>,
    ) -> Result<bool, Error> {
        let Held { account, link, .. } = &prepared.held;
        let (steps, heard) = mpsc::channel(16);
        let told = Teller::start(heard, progress);
        let mut session = self.fetcher.session(steps);
        let profile = session.profile(account).await?;
        let mut at = cursor(&link.cursor);
        for _ in 0..BATCHES {
            let batch = session.batch((account, &profile), at).await?;
            let Batch { file, cursor, done, interrupted } = batch;
            if let Some(file) = file {
                let files = Files { files: vec![file], whose: None };
                let taken = self.take_batch(prepared, files, &told).await?;
                sum.add(taken);
                told.tell(sum.items).await?;
            }
            self.keep_cursor(prepared, &cursor).await?;
            if let Some(interrupted) = interrupted {
                return Err(interrupted.into());
            }
            if done {
                return Ok(false);
            }
            at = cursor;
        }
        Ok(true)
    }

    async fn take_batch(
        &self,
        prepared: &Prepared,
        files: Files,
        told: &Teller,
    ) -> Result<Taken, Error> {
        let (send, mut counts) = mpsc::channel(16);
        let origin = Origin::Fetched { account: prepared.account };
        let taking = self.take_in(&prepared.held.candidate, files, origin, send);
        let listening = async {
            while counts.recv().await.is_some() {
                told.check()?;
            }
            Ok::<_, Error>(())
        };
        let (taken, ()) = tokio::try_join!(taking, listening)?;
        if taken.report.channel != prepared.held.link.channel {
            return Err(Error::Archive(wrong_channel(taken.report.channel)));
        }
        Ok(taken)
    }

    /// Remembers where to go on.
    async fn keep_cursor(&self, prepared: &Prepared, cursor: &Cursor) -> Result<(), Error> {
        let stored = serde_json::to_string(cursor).map_err(Error::internal)?;
        let Held { candidate, index, .. } = &prepared.held;
        let (candidate, index) = (Arc::clone(candidate), *index);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    // Unlinked meanwhile: there is nothing to remember.
                    let Some(link) = tx.link(&candidate, index).await? else { return Ok(()) };
                    let fetched_at = Some(tx.now());
                    let link = Link { cursor: stored, fetched_at, ..link };
                    Ok(tx.put_link(&candidate, index, &link).await?)
                })
            })
            .await
    }
}

/// Tells whoever waits how far the fetch is.
struct Teller {
    progress: mpsc::Sender<Progress>,
    pages: Arc<std::sync::atomic::AtomicU64>,
    items: Arc<std::sync::atomic::AtomicU64>,
}

impl Teller {
    /// Passes on what the fetcher says. It ends with either side, and the fetcher hears of it.
    fn start(mut heard: mpsc::Receiver<Step>, progress: mpsc::Sender<Progress>) -> Self {
        use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
        let (pages, items) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let teller = Self {
            progress: progress.clone(),
            pages: Arc::clone(&pages),
            items: Arc::clone(&items),
        };
        tokio::spawn(async move {
            while let Some(Step { pages: read, waiting_until }) = heard.recv().await {
                pages.store(read, Relaxed);
                let waits = waiting_until.is_some();
                let stage = if waits { Stage::Waiting } else { Stage::Reading };
                let items = items.load(Relaxed);
                let step = Progress { stage, pages: read, items, waiting_until };
                if progress.send(step).await.is_err() {
                    return;
                }
            }
        });
        teller
    }

    async fn tell(&self, items: u64) -> Result<(), Error> {
        use std::sync::atomic::Ordering::Relaxed;
        self.items.store(items, Relaxed);
        let pages = self.pages.load(Relaxed);
        let step = Progress { stage: Stage::Storing, pages, items, waiting_until: None };
        self.progress.send(step).await.map_err(|_| given_up())
    }

    fn check(&self) -> Result<(), Error> {
        if self.progress.is_closed() { Err(given_up()) } else { Ok(()) }
    }
}

fn given_up() -> Error {
    Error::Conflict("the fetch was given up".to_owned())
}
