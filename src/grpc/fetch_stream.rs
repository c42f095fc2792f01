//! Telling how a fetch goes: progress comes down, and the outcome is the last message.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::{convert, import_stream, status};
use crate::app::App;
use crate::app::fetches::{Fetched, Prepared, Progress, Stage};
use crate::pb;
use crate::pb::fetch_account_response::State;

/// The longest that a fetch may take; the next one goes on.
const DEADLINE: Duration = Duration::from_mins(30);

type Sent = Result<pb::FetchAccountResponse, Status>;

/// Starts a fetch; what it tells comes out of the stream.
pub(super) fn start(app: App, prepared: Prepared) -> ReceiverStream<Sent> {
    let (send, receive) = mpsc::channel(16);
    tokio::spawn(async move {
        let gone = send.clone();
        let work = tokio::time::timeout(DEADLINE, run(&app, prepared, &send));
        let ended = tokio::select! {
            ended = work => ended,
            // The client left: what was stored so far counts with the next fetch or import.
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

async fn run(app: &App, prepared: Prepared, send: &mpsc::Sender<Sent>) -> Sent {
    let (progress, mut steps) = mpsc::channel::<Progress>(16);
    let fetch = app.fetch(prepared, progress);
    tokio::pin!(fetch);
    let mut last = pb::FetchAccountResponse::default();
    let fetched = loop {
        tokio::select! {
            fetched = &mut fetch => break fetched,
            Some(step) = steps.recv() => {
                last = response(step);
                let _ = send.send(Ok(last.clone())).await;
            }
        }
    };
    let Fetched { imported, more, .. } = fetched.map_err(|error| status::of(&error))?;
    Ok(pb::FetchAccountResponse {
        state: State::Done.into(),
        pages: last.pages,
        items: imported.as_ref().map_or(0, |imported| convert::signed(imported.items)),
        wait_until_time: None,
        report: imported.as_ref().map(import_stream::report),
        more,
    })
}

fn response(step: Progress) -> pb::FetchAccountResponse {
    let state = match step.stage {
        Stage::Reading => State::Reading,
        Stage::Waiting => State::Waiting,
        Stage::Storing => State::Storing,
    };
    pb::FetchAccountResponse {
        state: state.into(),
        pages: convert::signed(step.pages),
        items: convert::signed(step.items),
        wait_until_time: step.waiting_until.map(convert::time),
        report: None,
        more: false,
    }
}
