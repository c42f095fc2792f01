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
use crate::app::imports::{Imported, Upload};
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
    let (file, received) = receive(chunks, spool, send).await?;
    let (progress, mut steps) = mpsc::channel::<u64>(16);
    let reading = response(State::Reading, received, 0);
    let _ = send.send(Ok(reading)).await;
    let import = app.import(upload, file, progress);
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

/// Spools the chunks. The file has no name and mode 0600, so it is gone with this process.
async fn receive(
    mut chunks: Streaming<pb::ImportArchiveRequest>,
    spool: &PathBuf,
    send: &mpsc::Sender<Sent>,
) -> Result<(File, u64), Status> {
    let internal = |error: std::io::Error| status::of(&Error::internal(error));
    let mut file = tempfile::tempfile_in(spool).map_err(internal)?;
    let (mut buffer, mut received) = (Vec::with_capacity(BUFFER), 0_u64);
    loop {
        let next = tokio::time::timeout(PAUSE, chunks.message()).await;
        let next = next.map_err(|_| status::deadline_exceeded())?;
        let next = next.map_err(|made| status::of_machinery(made.code(), made.message()))?;
        let end = next.is_none();
        let chunk = next.map(|message| message.chunk).unwrap_or_default();
        received += chunk.len() as u64;
        if received > Limits::default().upload {
            let why = "the file is larger than 2 GiB; ask the network for it in parts".to_owned();
            return Err(status::of(&Error::TooMany { why, retry_after: None }));
        }
        buffer.extend_from_slice(&chunk);
        if buffer.len() >= BUFFER || end {
            (file, buffer) = write(file, buffer).await.map_err(internal)?;
            let _ = send.send(Ok(response(State::Receiving, received, 0))).await;
        }
        if end {
            return Ok((file, received));
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

fn report(imported: &Imported) -> pb::ImportReport {
    let report = &imported.report;
    let received = Signal::ALL.into_iter().filter_map(|signal| {
        let reactions = convert::signed(report.received.of(signal)?);
        Some(pb::SignalTotal { signal: i32::from(signal.number()), reactions })
    });
    pb::ImportReport {
        channel: i32::from(report.channel.number()),
        handle: report.account.handle.clone(),
        layout: report.layout.to_owned(),
        items: convert::signed(imported.items),
        new_items: convert::signed(imported.staged.items),
        new_observations: convert::signed(imported.staged.observations),
        reshares_made: convert::signed(report.counts.reshares_made),
        left_out: convert::signed(report.counts.not_public + report.counts.unreadable),
        received: received.collect(),
        followers: report.followers.map(convert::signed),
        first_item_time: report.period.map(|period| convert::time(period.first)),
        last_item_time: report.period.map(|period| convert::time(period.last)),
        remarks: report.warnings.clone(),
        revision: imported.revision,
    }
}
