//! Receiving an upload: chunks come up and are spooled to an unlinked file that only this
//! process can read, progress goes down, and the report is the last message.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use super::{convert, status};
use crate::app::imports::{Files, Imported, Upload};
use crate::app::{App, Error};
use crate::channels::Limits;
use crate::domain::evidence::Signal;
use crate::pb;
use crate::pb::import_archive_response::State;

/// The longest that an import may take.
const DEADLINE: Duration = Duration::from_mins(30);

/// The longest pause between two chunks.
const PAUSE: Duration = Duration::from_secs(30);

/// Bytes that are written to the spool at once, and between two reports of progress.
const BUFFER: usize = 1024 * 1024;

/// Most files of one export.
const PARTS: i32 = 32;

/// Most tags that a report names.
const TOPICS: usize = 100;

type Sent = Result<pb::ImportArchiveResponse, Status>;

/// Starts an import; what it answers comes out of the stream.
pub(super) fn start(
    app: App,
    upload: Upload,
    chunks: Streaming<pb::ImportArchiveRequest>,
    spool: Arc<PathBuf>,
) -> ReceiverStream<Sent> {
    let (send, receive) = mpsc::channel(16);
    tokio::spawn(async move {
        let gone = send.clone();
        let work = tokio::time::timeout(DEADLINE, run(&app, upload, chunks, (&spool, &send)));
        let ended = tokio::select! {
            ended = work => ended,
            // The client left: nobody waits for the report, and what was stored counts nothing.
            () = gone.closed() => return,
        };
        let last = match ended {
            Ok(last) => last,
            Err(_) => Err(status::deadline_exceeded()),
        };
        let _ = send.send(last).await;
    });
    ReceiverStream::new(receive)
}

async fn run(
    app: &App,
    upload: Upload,
    chunks: Streaming<pb::ImportArchiveRequest>,
    (spool, send): (&PathBuf, &mpsc::Sender<Sent>),
) -> Sent {
    let (files, received) = receive(chunks, spool, send).await?;
    let (progress, mut steps) = mpsc::channel::<u64>(16);
    let reading = response(State::Reading, received, 0);
    let _ = send.send(Ok(reading)).await;
    let import = app.import(upload, files, progress);
    tokio::pin!(import);
    let imported = loop {
        tokio::select! {
            imported = &mut import => break imported,
            Some(items) = steps.recv() => {
                let _ = send.send(Ok(response(State::Reading, received, items))).await;
            }
        }
    };
    let imported = imported.map_err(|error| status::of(&error))?;
    let mut last = response(State::Done, received, imported.items);
    last.report = Some(report(&imported));
    Ok(last)
}

fn response(state: State, received: u64, items: u64) -> pb::ImportArchiveResponse {
    pb::ImportArchiveResponse {
        state: state.into(),
        received_bytes: convert::signed(received),
        items: convert::signed(items),
        report: None,
    }
}

/// Spools the chunks. The files have no name and mode 0600, so they are gone with this process.
async fn receive(
    mut chunks: Streaming<pb::ImportArchiveRequest>,
    spool: &PathBuf,
    send: &mpsc::Sender<Sent>,
) -> Result<(Files, u64), Status> {
    let internal = |error: std::io::Error| status::of(&Error::internal(error));
    let mut file = tempfile::tempfile_in(spool).map_err(internal)?;
    let mut arrived = Files { files: Vec::new(), whose: None };
    let (mut buffer, mut received, mut first) = (Vec::with_capacity(BUFFER), 0_u64, true);
    loop {
        let next = tokio::time::timeout(PAUSE, chunks.message()).await;
        let next = next.map_err(|_| status::deadline_exceeded())?;
        let next = next.map_err(|made| status::of_machinery(made.code(), made.message()))?;
        let end = next.is_none();
        let message = next.unwrap_or_default();
        if std::mem::take(&mut first) {
            arrived.whose = Some(message.account).filter(|account| !account.is_empty());
        }
        let part = i32::try_from(arrived.files.len()).unwrap_or(i32::MAX);
        let continues = end || message.part == part;
        if !continues && (message.part != part + 1 || message.part >= PARTS) {
            let problem = "is not the number of this file or of the next, from 0 to 31";
            return Err(status::invalid("part", problem));
        }
        if !continues {
            let (written, emptied) = write(file, buffer).await.map_err(internal)?;
            arrived.files.push(written);
            (file, buffer) = (tempfile::tempfile_in(spool).map_err(internal)?, emptied);
        }
        received += message.chunk.len() as u64;
        if received > Limits::default().upload {
            let why = "the upload is larger than 2 GiB; ask the network for less".to_owned();
            return Err(status::of(&Error::TooMany { why, retry_after: None }));
        }
        buffer.extend_from_slice(&message.chunk);
        if buffer.len() >= BUFFER || end {
            (file, buffer) = write(file, buffer).await.map_err(internal)?;
            let _ = send.send(Ok(response(State::Receiving, received, 0))).await;
        }
        if end {
            arrived.files.push(file);
            return Ok((arrived, received));
        }
    }
}

/// Writes on a thread that may block.
async fn write(mut file: File, mut buffer: Vec<u8>) -> std::io::Result<(File, Vec<u8>)> {
    let written = tokio::task::spawn_blocking(move || {
        file.write_all(&buffer)?;
        buffer.clear();
        Ok((file, buffer))
    });
    written.await.map_err(std::io::Error::other)?
}

/// What a candidate is told that files contained.
pub(super) fn report(imported: &Imported) -> pb::ImportReport {
    let report = &imported.report;
    let received = Signal::ALL.into_iter().filter_map(|signal| {
        let reactions = convert::signed(report.received.of(signal)?);
        Some(pb::SignalTotal { signal: i32::from(signal.number()), reactions })
    });
    let mut topics: Vec<_> = report.topics_named.iter().collect();
    topics.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    pb::ImportReport {
        channel: i32::from(report.channel.number()),
        handle: report.account.handle.clone(),
        layout: report.layout.to_owned(),
        items: convert::signed(imported.items),
        new_items: convert::signed(imported.staged.items),
        new_observations: convert::signed(imported.staged.observations),
        items_by_kind: tally(report.items.iter().map(|(kind, count)| (kind.word(), *count))),
        activity: tally(report.activity.iter().map(|(what, count)| (*what, *count))),
        received: received.collect(),
        missing: report.missing().map(|signal| i32::from(signal.number())).collect(),
        first_item_time: report.period.map(|period| convert::time(period.first)),
        last_item_time: report.period.map(|period| convert::time(period.last)),
        remarks: report.warnings.clone(),
        revision: imported.revision,
        skipped: tally(report.skipped.iter().map(|(skip, count)| (skip.word(), *count))),
        audience: tally(report.audience.iter().map(|(who, count)| (who.word(), *count))),
        topics_named: tally(topics.into_iter().take(TOPICS).map(|(tag, n)| (tag.as_str(), *n))),
    }
}

fn tally<'w>(counts: impl Iterator<Item = (&'w str, u64)>) -> Vec<pb::Tally> {
    let line = |(what, count): (&str, u64)| pb::Tally {
        what: what.to_owned(),
        count: convert::signed(count),
    };
    counts.map(line).collect()
}
