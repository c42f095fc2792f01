//! A closed loop of callers: each sends the next call when the last one was answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request};

use super::seed::{JOB, Seeded};
use crate::pb;
use crate::pb::profile_service_client::ProfileServiceClient;

/// How many callers, and for how long.
#[derive(Clone, Copy)]
pub(super) struct Load {
    pub(super) connections: usize,
    pub(super) in_flight: usize,
    pub(super) length: Duration,
}

/// What was measured.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    /// Answers per second.
    pub(super) rate: f64,
    /// Milliseconds.
    pub(super) p50: f64,
    /// Milliseconds.
    pub(super) p99: f64,
    pub(super) shown: usize,
    pub(super) refused: usize,
}

impl Measured {
    /// The mean of two neighbors.
    pub(super) fn mean(&self, other: &Self) -> Self {
        let mean = |a: f64, b: f64| f64::midpoint(a, b);
        Self {
            rate: mean(self.rate, other.rate),
            p50: mean(self.p50, other.p50),
            p99: mean(self.p99, other.p99),
            shown: self.shown + other.shown,
            refused: self.refused + other.refused,
        }
    }
}

#[derive(Default)]
struct Tally {
    micros: Vec<u32>,
    shown: usize,
    refused: usize,
}

pub(super) async fn measure(
    address: SocketAddr,
    token: &str,
    seeded: Arc<Seeded>,
    load: Load,
) -> anyhow::Result<Measured> {
    let token: MetadataValue<Ascii> = format!("Bearer {token}").parse()?;
    let start = Instant::now() + load.length / 5;
    let end = start + load.length;
    let mut callers = tokio::task::JoinSet::new();
    for connection in 0..load.connections {
        let channel =
            Endpoint::from_shared(format!("http://{address}"))?.tcp_nodelay(true).connect().await?;
        for stream in 0..load.in_flight {
            let seed = connection * load.in_flight + stream;
            let calls =
                calls(channel.clone(), token.clone(), Arc::clone(&seeded), seed, (start, end));
            callers.spawn(calls);
        }
    }
    let mut all = Tally::default();
    while let Some(tally) = callers.join_next().await {
        let tally = tally??;
        all.micros.extend(tally.micros);
        all.shown += tally.shown;
        all.refused += tally.refused;
    }
    all.micros.sort_unstable();
    let at = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index into a few million measurements"
        )]
        let index = (all.micros.len() as f64 * share) as usize;
        all.micros.get(index).copied().map_or(0.0, |micros| f64::from(micros) / 1e3)
    };
    #[expect(clippy::cast_precision_loss, reason = "a few million")]
    let rate = all.micros.len() as f64 / load.length.as_secs_f64();
    let (shown, refused) = (all.shown, all.refused);
    Ok(Measured { rate, p50: at(0.5), p99: at(0.99), shown, refused })
}

async fn calls(
    channel: Channel,
    token: MetadataValue<Ascii>,
    seeded: Arc<Seeded>,
    seed: usize,
    (start, end): (Instant, Instant),
) -> anyhow::Result<Tally> {
    let mut client = ProfileServiceClient::new(channel);
    let mut tally = Tally::default();
    // A step that is prime visits every candidate before any comes twice.
    let mut at = seed.wrapping_mul(7_919);
    loop {
        at = at.wrapping_add(104_729);
        let look_up = pb::ProfileLookUp {
            candidate: format!("candidates/{}", seeded.handles[at % seeded.handles.len()]),
            purpose: pb::Purpose::Application.into(),
            job_reference: JOB.to_owned(),
            fields: Vec::new(),
        };
        let message =
            pb::LookUpProfileRequest { look_up: Some(look_up), request_id: String::new() };
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", token.clone());
        let called = Instant::now();
        let answer = client.look_up_profile(request).await;
        let now = Instant::now();
        if now >= end {
            return Ok(tally);
        }
        let shown = match answer {
            Ok(_) => true,
            Err(status) if status.code() == Code::PermissionDenied => false,
            Err(status) => return Err(status.into()),
        };
        if called >= start {
            let micros = now.duration_since(called).as_micros();
            tally.micros.push(u32::try_from(micros).unwrap_or(u32::MAX));
            if shown { tally.shown += 1 } else { tally.refused += 1 }
        }
    }
}
