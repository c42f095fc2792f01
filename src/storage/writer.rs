//! The one writer of a process. Handlers send it commands and wait; it alone touches
//! transactions that hold the ledger's head, and nothing outside cancels it, because a transaction
//! whose future is dropped while the database is answering would keep the head taken. Only a
//! connection that never answers is given up, whole, by the writer itself.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::DatabaseConnection;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::Tx;
use super::connect::{self, Options};
use super::look_ups::{Group, LookUp, Reply, Session};
use super::work::Work;
use crate::clock::Clock;

/// Most commands that wait; more callers wait to send theirs, within their deadlines.
const QUEUE: usize = 4_096;

/// Most look-ups in one transaction: large enough to make the sync to disk small for each, small
/// enough that a withdrawal behind it waits only milliseconds (measured: 128 to 256 alike).
pub(super) const GROUP: usize = 256;

/// After a group of this many look-ups their callers are about to come again: gathering them for
/// a moment makes fewer and fuller transactions (measured on PostgreSQL at 32 in flight: a quarter
/// more). A caller who is alone never waits. The thread sleeps, because it is ours and has
/// nothing else to do, and tokio's timer is too coarse.
const FEW: std::ops::Range<usize> = 2..64;
const GATHER: Duration = Duration::from_micros(400);

/// Pause between attempts to open a connection.
const AGAIN: Duration = Duration::from_secs(1);

pub(super) enum Command {
    /// A look-up, to be grouped with its neighbors.
    LookUp {
        /// What is asked.
        look_up: Box<LookUp>,
        /// Where the answer goes.
        reply: Reply,
    },
    /// Anything else, in a transaction of its own.
    Work(Work),
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Command")
    }
}

/// Starts the writer on a thread of its own, with a connection of its own: between the round
/// trips of a transaction it must not queue behind thousands of calls for a place on the server's
/// threads (measured at 256 in flight: 0.9 ms to begin a transaction instead of 1.4). It ends when
/// the last sender is gone and the queue is empty.
pub(super) async fn start(
    options: Options,
    model: [u8; 32],
    group: impl Fn(DatabaseConnection, Session) -> Group + Send + 'static,
) -> anyhow::Result<mpsc::Sender<Command>> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let (ready, started) = oneshot::channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let work = async move {
        let mut opened = match open(&options, model).await {
            Ok(opened) => opened,
            Err(error) => {
                let _ = ready.send(Err(error));
                return;
            }
        };
        let _ = ready.send(Ok(()));
        let receiver = Arc::new(Mutex::new(receiver));
        loop {
            let (connection, session) = opened;
            let group = group(connection, session);
            let run = run(Arc::clone(&receiver), group, options.patience);
            match tokio::spawn(run).await {
                Ok(Ended::Finished) => return,
                Ok(Ended::Stuck) => tracing::error!("the writer's connection answers no more"),
                // A bug of ours; it must not stop everybody's withdrawals.
                Err(panic) => tracing::error!(%panic, "the writer failed"),
            }
            opened = reopen(&options, model).await;
        }
    };
    std::thread::Builder::new().name("writer".to_owned()).spawn(move || runtime.block_on(work))?;
    started.await??;
    Ok(sender)
}

/// Opens the writer's two connections: one for look-ups, and one for everything else. Only one
/// of them is ever inside a transaction.
async fn open(options: &Options, model: [u8; 32]) -> anyhow::Result<(DatabaseConnection, Session)> {
    let connection = connect::open_writer(options).await?;
    Ok((connection, Session::open(options.clone(), model).await?))
}

/// Opens others, for as long as it takes.
async fn reopen(options: &Options, model: [u8; 32]) -> (DatabaseConnection, Session) {
    loop {
        match open(options, model).await {
            Ok(opened) => return opened,
            Err(error) => tracing::error!(%error, "the writer finds no database"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// How a run of the writer ended.
enum Ended {
    /// Nobody can send commands any more.
    Finished,
    /// The connection did not answer within any reason.
    Stuck,
}

async fn run(
    receiver: Arc<Mutex<mpsc::Receiver<Command>>>,
    mut group: Group,
    patience: Duration,
) -> Ended {
    let mut receiver = receiver.lock().await;
    let mut commands = Vec::with_capacity(group.size);
    while receiver.recv_many(&mut commands, group.size).await > 0 {
        match transactions(&mut group, commands.drain(..).collect(), patience).await {
            Ok(true) => std::thread::sleep(GATHER),
            Ok(false) => {}
            Err(_) => return Ended::Stuck,
        }
    }
    Ended::Finished
}

/// Runs commands in the order in which they came. Tells whether to gather before the next ones,
/// or that a transaction never ended: the only place where one is cancelled, and then its
/// connection is never used again.
async fn transactions(
    group: &mut Group,
    mut queue: VecDeque<Command>,
    patience: Duration,
) -> Result<bool, Elapsed> {
    let mut look_ups = Vec::new();
    while let Some(command) = queue.pop_front() {
        match command {
            Command::LookUp { look_up, reply } => look_ups.push((*look_up, reply)),
            Command::Work(work) => {
                timeout(patience, group.run(std::mem::take(&mut look_ups))).await?;
                timeout(patience, transact(&group.writer, &group.clock, work)).await?;
            }
        }
    }
    let few = FEW.contains(&look_ups.len());
    timeout(patience, group.run(look_ups)).await?;
    Ok(few)
}

async fn transact(writer: &DatabaseConnection, clock: &Clock, work: Work) {
    // Without a transaction the work is dropped, and whoever waits hears of it.
    let mut tx = match Tx::begin(writer, clock).await {
        Ok(tx) => tx,
        Err(error) => {
            tracing::error!(%error, "a write could not begin");
            return;
        }
    };
    let (commit, finish) = work(&mut tx).await;
    if !commit {
        tx.rollback().await;
        return finish(Ok(()));
    }
    let ended = tx.commit().await;
    if let Err(error) = &ended {
        tracing::error!(%error, "a write could not be committed");
    }
    finish(ended);
}
