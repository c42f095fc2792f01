//! Where an issuer's keys come from, and how long they are believed.
//!
//! A load runs in a task of its own, one at a time per issuer: a caller that goes away does not
//! abort it, and callers that come at once share it. When to load follows from the time callers
//! pass in; there is no timer. Reading is `fetch`'s business, what makes a key acceptable `keys`'s.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest;
use tokio::sync::watch;

use super::fetch::{Document, FRESH_MAX, LoadError, Origin};
use super::issuer::{self, IssuerConfig};
use super::keys::{KeyRules, KeySet, VerifyingKey};
use super::token::Fault;
use crate::domain::time::Timestamp;

/// How long one load may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Keys that could not be confirmed for this long are no longer believed.
const BELIEVED: Duration = FRESH_MAX;

/// Between two fetches, whoever asks: a flood of unknown key ids costs the issuer no more.
const FETCH_PAUSE: Duration = Duration::from_secs(30);

/// Between two fetches as long as there are no keys at all.
const FIRST_FETCH_PAUSE: Duration = Duration::from_secs(5);

/// Between two looks at a file.
const FILE_PAUSE: Duration = Duration::from_secs(5);

/// The keys of one issuer.
pub(super) struct KeySource {
    issuer: String,
    origin: Origin,
    rules: KeyRules,
    patience: Duration,
    generation: Arc<AtomicU64>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    attempted_at: Option<Timestamp>,
    problem: Option<String>,
    /// The sender lives in the loading task; once it is gone, the load is over.
    loading: Option<watch::Receiver<()>>,
}

struct Held {
    keys: Arc<KeySet>,
    document: [u8; 32],
    confirmed_at: Timestamp,
    fresh_for: Duration,
}

/// When a use of the keys should load them.
#[derive(PartialEq, Eq)]
enum Need {
    /// Not now.
    Nothing,
    /// Without making the caller wait.
    Soon,
    /// Before the keys are used.
    First,
}

impl KeySource {
    /// The source a configuration names. Nothing is read yet.
    pub(super) fn new(
        config: &IssuerConfig,
        rules: KeyRules,
        generation: Arc<AtomicU64>,
    ) -> Result<Self, String> {
        let origin = Origin::new(config)?;
        let state = Mutex::default();
        let issuer = config.issuer.clone();
        Ok(Self { issuer, origin, rules, patience: PATIENCE, generation, state })
    }

    /// Keys that never change.
    pub(super) fn fixed(keys: KeySet) -> Self {
        let held = Held {
            keys: Arc::new(keys),
            document: [0; 32],
            confirmed_at: Timestamp::from_micros(0),
            fresh_for: FRESH_MAX,
        };
        Self {
            issuer: issuer::DEVELOPMENT_ISSUER.to_owned(),
            origin: Origin::Fixed,
            rules: KeyRules { algorithms: Vec::new(), development: true },
            patience: PATIENCE,
            generation: Arc::default(),
            state: Mutex::new(State { held: Some(held), ..State::default() }),
        }
    }

    #[cfg(test)]
    pub(super) fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The key a token names, from a key set that is believed at this time.
    pub(super) async fn key(
        self: &Arc<Self>,
        kid: Option<&str>,
        now: Timestamp,
    ) -> Result<Arc<VerifyingKey>, Fault> {
        if let Some(load) = self.start_loading(now) {
            over(load).await;
        }
        let found = self.believed(now).ok_or(Fault::KeysUnavailable)?.find(kid);
        if found.as_ref().err() != Some(&Fault::UnknownKey) {
            return found;
        }
        // The issuer may have begun to sign with a key younger than our copy of its set.
        let Some(load) = self.load(&mut self.lock(), now) else {
            return found;
        };
        over(load).await;
        self.believed(now).ok_or(Fault::KeysUnavailable)?.find(kid)
    }

    /// Starts a load if one is due. Returns what to wait for, if the keys must not be used before.
    pub(super) fn start_loading(self: &Arc<Self>, now: Timestamp) -> Option<watch::Receiver<()>> {
        let mut state = self.lock();
        let need = self.need(&state, now);
        if need == Need::Nothing {
            return None;
        }
        let load = self.load(&mut state, now);
        load.filter(|_| need == Need::First)
    }

    /// Waits until the keys are there, or says why they are not.
    pub(super) async fn loaded(self: &Arc<Self>, now: Timestamp) -> Result<(), String> {
        if let Some(load) = self.start_loading(now) {
            over(load).await;
        }
        if self.is_usable(now) {
            return Ok(());
        }
        let problem = self.lock().problem.clone();
        Err(problem.unwrap_or_else(|| "its keys are not loaded yet".to_owned()))
    }

    /// Whether there are keys that are believed at this time.
    pub(super) fn is_usable(&self, now: Timestamp) -> bool {
        self.believed(now).is_some()
    }

    fn believed(&self, now: Timestamp) -> Option<Arc<KeySet>> {
        let state = self.lock();
        let held = state.held.as_ref()?;
        let believed =
            matches!(self.origin, Origin::Fixed) || age(held.confirmed_at, now) < BELIEVED;
        believed.then(|| Arc::clone(&held.keys))
    }

    fn need(&self, state: &State, now: Timestamp) -> Need {
        match (&self.origin, &state.held) {
            (Origin::Fixed, _) => Need::Nothing,
            (Origin::File(_), _) | (Origin::Remote { .. }, None) => Need::First,
            (Origin::Remote { .. }, Some(held)) => match age(held.confirmed_at, now) {
                age if age >= BELIEVED => Need::First,
                age if age >= held.fresh_for / 2 => Need::Soon,
                _ => Need::Nothing,
            },
        }
    }

    /// The load under way, or a new one unless the last began too short a time ago.
    fn load(self: &Arc<Self>, state: &mut State, now: Timestamp) -> Option<watch::Receiver<()>> {
        let under_way = state.loading.as_ref().filter(|load| load.has_changed().is_ok());
        if under_way.is_some() {
            return under_way.cloned();
        }
        let pause = match (&self.origin, &state.held) {
            (Origin::Fixed, _) => return None,
            (Origin::File(_), _) => FILE_PAUSE,
            (Origin::Remote { .. }, None) => FIRST_FETCH_PAUSE,
            (Origin::Remote { .. }, Some(_)) => FETCH_PAUSE,
        };
        // Measured in both directions, so that neither calls that overtake each other nor a clock
        // set back lift or freeze the limit.
        let apart = |last: Timestamp| age(last, now).max(age(now, last));
        if state.attempted_at.is_some_and(|last| apart(last) < pause) {
            return None;
        }
        state.attempted_at = Some(now);
        let (running, load) = watch::channel(());
        state.loading = Some(load.clone());
        let source = Arc::clone(self);
        tokio::spawn(async move {
            let loaded = tokio::time::timeout(source.patience, source.origin.read()).await;
            let loaded = loaded.unwrap_or(Err(LoadError::Slow(source.patience)));
            source.take_up(loaded, now);
            drop(running);
        });
        Some(load)
    }

    /// Replaces the keys by what was loaded, or keeps the old ones when that failed.
    fn take_up(&self, loaded: Result<Document, LoadError>, now: Timestamp) {
        let parsed = loaded.and_then(|Document { bytes, fresh_for }| {
            let keys = Arc::new(KeySet::parse(&bytes, &self.rules)?);
            let document = sha256(&bytes);
            Ok(Held { keys, document, confirmed_at: now, fresh_for })
        });
        let mut state = self.lock();
        match parsed {
            Ok(held) => {
                let same = state.held.as_ref().is_some_and(|old| old.document == held.document);
                state.held = Some(held);
                state.problem = None;
                if !same {
                    // After the keys: a reader of the new number must not get the old keys.
                    self.generation.fetch_add(1, Ordering::Release);
                }
            }
            Err(error) => {
                tracing::warn!(issuer = %self.issuer, %error, "token keys not loaded");
                state.problem = Some(error.to_string());
            }
        }
    }

    /// What the lock guards is valid between any two statements, so a panic elsewhere while it
    /// was held does no harm.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until a load has ended, well or badly.
async fn over(mut load: watch::Receiver<()>) {
    while load.changed().await.is_ok() {}
}

/// The time from one instant to a later one; zero when it is not later.
fn age(since: Timestamp, now: Timestamp) -> Duration {
    let micros = now.micros().saturating_sub(since.micros());
    Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    digest.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    digest
}
