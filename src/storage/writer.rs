//! The one writer of a process. Handlers send it commands and wait; it alone touches
//! transactions that hold the ledger's head, and it is never cancelled, because a transaction
//! whose future is dropped while the database is answering would keep the head taken.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};

use super::Tx;
use super::look_ups::{Group, LookUp, Reply};
use super::work::Work;

/// Most commands that wait; more callers wait to send theirs, within their deadlines.
const QUEUE: usize = 4_096;

/// Most look-ups in one transaction: large enough to make the sync to disk small for each, small
/// enough that a withdrawal behind it waits only milliseconds (measured: 128 to 256 alike).
pub(super) const GROUP: usize = 256;

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

/// Starts the writer. It ends when the last sender is gone and the queue is empty.
pub(super) fn start(group: Group) -> mpsc::Sender<Command> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let receiver = Arc::new(Mutex::new(receiver));
    let group = Arc::new(group);
    tokio::spawn(async move {
        // A panic is a bug of ours; it must not stop everybody's withdrawals.
        while let Err(panic) = tokio::spawn(run(Arc::clone(&receiver), Arc::clone(&group))).await {
            tracing::error!(%panic, "the writer failed and is started again");
        }
    });
    sender
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
        group.run(look_ups).await;
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
