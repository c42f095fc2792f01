//! Looks from both replicas while a candidate withdraws and grants anew: what came of each call
//! depends on the order they happened in, which the checker reads from history and ledger.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use glasklar::pb;
use tokio::sync::watch;

use super::cast::{Caller, Cast};
use super::checker::{Promise, Violation, growth, judge};
use super::history::{About, History, Outcome};
use super::random::Random;
use crate::harness::clients::JOB;
use crate::harness::server::Server;

/// How often the candidate changes her mind.
const ROUNDS: usize = 4;

/// Looks that end between two changes.
const LOOKS: u64 = 3;

const PATIENCE: Duration = Duration::from_secs(30);

struct Storm {
    /// The first may have a bug planted.
    casts: [Cast; 2],
    history: History,
    /// The replica on which consent changes.
    changes: usize,
    about: About,
    consent: pb::Consent,
    over: AtomicBool,
    /// Looks on the first replica that have ended.
    looks: watch::Sender<u64>,
}

/// Runs a storm; returns what was broken. `main` may have a bug planted, `other` must not. Consent
/// changes on `main` for even seeds, on `other` for odd ones.
pub(super) async fn run(seed: u64, main: Server, other: Server) -> Vec<Violation> {
    let casts = [Cast::of(main).await, Cast::of(other).await];
    casts[0].prepare().await;
    let history = History::default();
    let caller = Caller { cast: &casts[1], witness: &casts[0], history: &history };
    let (_, consent) = caller.ask(0, casts[1].recruiters[0].request("ada")).await;
    let consent = consent.expect("asking is always answered");
    let handle = consent.candidate.replace("candidates/", "");
    let about = About { organization: "acme".to_owned(), handle, job: JOB.to_owned() };
    let (over, looks) = (AtomicBool::new(false), watch::Sender::new(0));
    let changes = usize::from(seed % 2 == 1);
    let storm = Storm { casts, history, changes, about, consent, over, looks };
    storm.grant().await;
    tokio::join!(
        storm.change_of_mind(),
        storm.look(0, Random::new(seed)),
        storm.look(0, Random::new(seed.wrapping_add(1))),
        storm.look(1, Random::new(seed.wrapping_add(2))),
    );
    Box::pin(storm.verdict()).await
}

impl Storm {
    fn caller(&self, at: usize) -> Caller<'_> {
        Caller { cast: &self.casts[at], witness: &self.casts[1 - at], history: &self.history }
    }

    async fn grant(&self) {
        let request = pb::GrantConsentRequest {
            name: self.consent.name.clone(),
            fields: self.consent.fields.clone(),
            channels: self.consent.channels.clone(),
            days: 0,
        };
        let granted = self.caller(self.changes).grant(0, &self.about, request).await;
        assert!(matches!(granted, Outcome::Done(Some(_))), "{granted:?}");
    }

    async fn change_of_mind(&self) {
        for _ in 0..ROUNDS {
            self.wait_for_looks().await;
            let name = &self.consent.name;
            let withdrawn = self.caller(self.changes).withdraw(0, &self.about, name).await;
            assert!(matches!(withdrawn, Outcome::Done(Some(_))), "{withdrawn:?}");
            self.casts[1].keep_checkpoint(&self.history).await;
            self.wait_for_looks().await;
            let request = self.casts[1].recruiters[0].request("ada");
            self.caller(self.changes).ask(0, request).await;
            self.grant().await;
            self.casts[0].keep_checkpoint(&self.history).await;
        }
        self.over.store(true, Ordering::SeqCst);
    }

    async fn wait_for_looks(&self) {
        let mut looks = self.looks.subscribe();
        let enough = *looks.borrow() + LOOKS;
        let waiting = looks.wait_for(|ended| *ended >= enough);
        let ended = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(ended.is_ok_and(|changed| changed.is_ok()), "the looks go on");
    }

    /// Looks in every way, over and over, sometimes as a repetition of an earlier request.
    async fn look(&self, at: usize, mut random: Random) {
        let (caller, repeated) = (self.caller(at), "6f9619ff-8b86-4d01-b42d-00cf4fc964ff");
        while !self.over.load(Ordering::SeqCst) {
            let id = if random.chance(50) { repeated } else { "" }.to_owned();
            match random.below(10) {
                0..7 => drop(caller.look_up(0, &self.about, (Vec::new(), id)).await),
                7..9 => {
                    let twice = [self.about.clone(), self.about.clone()];
                    caller.batch(0, &twice, id).await;
                }
                _ => drop(caller.explain(0, &self.about, "latest").await),
            }
            if at == 0 {
                self.looks.send_modify(|ended| *ended += 1);
            }
        }
    }

    async fn verdict(self) -> Vec<Violation> {
        let Self { casts, history, .. } = self;
        casts[0].keep_checkpoint(&history).await;
        let (calls, entries) = (history.calls(), casts[1].entries().await);
        let mut found = judge(&calls, &entries);
        found.extend(growth(&[], &entries, &casts[1].growths(&history).await));
        for call in calls {
            // An explanation whose consent keeps changing may ask the caller to come again.
            let failed = matches!(&call.outcome, Outcome::Failed(reason) if reason != "CONFLICT");
            if failed {
                found.push(Violation::new(Promise::Model, format!("{call:?}")));
            }
        }
        let [main, other] = casts;
        main.server.finish().await;
        other.server.finish().await;
        found
    }
}
