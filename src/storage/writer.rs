//! The one writer of a process. Handlers send it commands and wait; it alone touches
//! transactions that hold the ledger's head, and it is never cancelled, because a transaction
//! whose future is dropped while the database is answering would keep the head taken.

use std::collections::VecDeque;
use std::sync::Arc;

use sea_orm::DatabaseConnection;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::Tx;
use super::connect::{self, Options};
use super::look_ups::{Group, LookUp, Reply};
use super::work::Work;

/// Most commands that wait; more callers wait to send theirs, within their deadlines.
const QUEUE: usize = 4_096;

/// Most look-ups in one transaction: large enough to make the sync to disk small for each, small
/// enough that a withdrawal behind it waits only milliseconds (measured: 128 to 256 alike).
pub(super) const GROUP: usize = 256;

/// After a group of this many look-ups their callers are about to come again: gathering them for
/// a moment makes fewer and fuller transactions (measured at 32 in flight: a quarter more). A
/// caller who is alone never waits.
const FEW: std::ops::Range<usize> = 2..64;
const GATHER: std::time::Duration = std::time::Duration::from_micros(400);

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
/// threads (measured: a quarter more look-ups, and half the time at small loads). It ends when the
/// last sender is gone and the queue is empty.
pub(super) async fn start(
    options: Options,
    group: impl FnOnce(DatabaseConnection) -> Group + Send + 'static,
) -> anyhow::Result<mpsc::Sender<Command>> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let (ready, started) = oneshot::channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let work = async move {
        let connection = match connect::open_writer(&options).await {
            Ok(connection) => connection,
            Err(error) => {
                let _ = ready.send(Err(error));
                return;
            }
        };
        let _ = ready.send(Ok(()));
        let (receiver, group) = (Arc::new(Mutex::new(receiver)), Arc::new(group(connection)));
        // A panic is a bug of ours; it must not stop everybody's withdrawals.
        while let Err(panic) = tokio::spawn(run(Arc::clone(&receiver), Arc::clone(&group))).await {
            tracing::error!(%panic, "the writer failed and is started again");
        }
    };
    std::thread::Builder::new().name("writer".to_owned()).spawn(move || runtime.block_on(work))?;
    started.await??;
    Ok(sender)
}

async fn run(receiver: Arc<Mutex<mpsc::Receiver<Command>>>, group: Arc<Group>) {
    let mut receiver = receiver.lock().await;
    let mut commands = Vec::with_capacity(group.size);
    while receiver.recv_many(&mut commands, group.size).await > 0 {
        let mut queue: VecDeque<Command> = commands.drain(..).collect();
        let mut look_ups = Vec::new();
        while let Some(command) = queue.pop_front() {
            match command {
                Command::LookUp { look_up, reply } => look_ups.push((*look_up, reply)),
                Command::Work(work) => {
                    // In the order in which they came.
                    group.run(std::mem::take(&mut look_ups)).await;
                    transact(&group, work).await;
                }
            }
        }
        let several = FEW.contains(&look_ups.len());
        group.run(look_ups).await;
        if several {
            // The thread is ours and has nothing else to do; tokio's timer is too coarse.
            std::thread::sleep(GATHER);
        }
    }
}

async fn transact(group: &Group, work: Work) {
    // Without a transaction the work is dropped, and whoever waits hears of it.
    let mut tx = match Tx::begin(&group.writer, &group.clock).await {
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
