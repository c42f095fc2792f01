//! Promises P1 to P5 under random use: sequences that are compared with a model, and storms of
//! concurrent calls, through real servers, two replicas on one database. A checker that knows
//! only the promises judges what happened, and is itself seen to catch bugs that are planted.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod cast;
mod checker;
mod history;
mod model;
mod random;
mod sequence;
mod storm;

use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, Instant};

use glasklar::storage::sabotage::Bug;

use crate::harness::server::Server;
use crate::harness::settings;
use checker::{Promise, Violation};
use history::Outcome;
use sequence::Sequence;

/// Within which a planted bug must be caught.
const CAUGHT: Duration = Duration::from_secs(10);

/// Seeds, one after the other, until the time is over.
fn seeds() -> impl Iterator<Item = u64> {
    let first = settings::simulation_seed().unwrap_or_else(|| RandomState::new().hash_one(0));
    let (began, time) = (Instant::now(), settings::simulation_time());
    let more = move |run: &u64| *run == 0 || began.elapsed() < time;
    (0..).take_while(more).map(move |run| first.wrapping_add(run))
}

fn assert_kept(seed: u64, found: &[Violation]) {
    let again = format!("GLASKLAR_SIMULATION_SEED={seed} repeats it");
    assert!(found.is_empty(), "{} violations; {again}:\n{found:#?}", found.len());
}

#[tokio::test]
async fn sequences_of_calls_do_what_the_model_expects() {
    let (mut shown, mut refused) = (0, 0);
    for seed in seeds() {
        let main = Server::start().await;
        let other = main.replica().await;
        let (found, calls) = Box::pin(Sequence::run(seed, main, other)).await;
        assert_kept(seed, &found);
        for call in calls {
            match call.outcome {
                Outcome::Shown(..) => shown += 1,
                Outcome::Refused(..) => refused += 1,
                Outcome::Done(_) | Outcome::Failed(_) => {}
            }
        }
    }
    assert!(shown > 0 && refused > 0, "{shown} shown, {refused} refused: that proves nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promises_hold_in_a_storm_of_looks_and_withdrawals() {
    for seed in seeds() {
        let main = Server::start().await;
        let other = main.replica().await;
        assert_kept(seed, &Box::pin(storm::run(seed, main, other)).await);
    }
}

/// Runs storms with a bug in one replica until the checker names the promise that it breaks. The
/// first seed says whether consent changes on the same replica (0) or on the other one (1).
async fn assert_caught(bug: Bug, promise: Promise, first: u64) {
    let (began, mut last) = (Instant::now(), Vec::new());
    for seed in (first..).step_by(2) {
        assert!(began.elapsed() < CAUGHT, "{bug:?} was not caught by {promise:?}, only {last:?}");
        let main = Server::sabotaged(bug).await;
        let other = main.replica().await;
        last = Box::pin(storm::run(seed, main, other)).await;
        if last.iter().any(|violation| violation.promise == promise) {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_consent_without_the_lock_is_caught_as_a_breach_of_p1() {
    assert_caught(Bug::NoLock, Promise::P1, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cached_consent_is_caught_as_a_breach_of_p2() {
    assert_caught(Bug::ConsentCached, Promise::P2, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replayed_answer_is_caught_as_a_breach_of_p2() {
    assert_caught(Bug::ReplayNotRechecked, Promise::P2, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_before_its_record_is_caught_as_a_breach_of_p3() {
    assert_caught(Bug::RecordAfterAnswer, Promise::P3, 0).await;
}

/// The model, too, notices what the checker reads from the history.
#[tokio::test]
async fn a_cached_consent_is_not_what_the_model_expects() {
    let began = Instant::now();
    for seed in 0.. {
        assert!(began.elapsed() < CAUGHT, "a cached consent went unnoticed");
        let main = Server::sabotaged(Bug::ConsentCached).await;
        let other = main.replica().await;
        let (found, _) = Box::pin(Sequence::run(seed, main, other)).await;
        if found.iter().any(|violation| violation.promise == Promise::Model) {
            return;
        }
    }
}
