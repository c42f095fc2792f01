//! Bugs that can be planted, so that the tests' checkers are seen to catch them. Compiled only
//! with the feature `sabotage`, which a release refuses.

#[cfg(not(debug_assertions))]
compile_error!("the feature `sabotage` plants bugs; it is for debug builds only");

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::disclosure::Found;
use crate::domain::profile::{Outcome, Profile};

/// A bug to plant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// The consent is read before the head is taken.
    NoLock,
    /// The answer leaves before its entry is durable.
    RecordAfterAnswer,
    /// A consent once read is kept.
    ConsentCached,
    /// A repeated request gets its first answer again.
    ReplayNotRechecked,
}

/// The planted bug with what it remembers.
#[derive(Clone, Debug, Default)]
pub struct Sabotage {
    bug: Option<Bug>,
    pub(super) consents: Arc<Mutex<HashMap<[u8; 16], Found>>>,
    pub(super) answers: Arc<Mutex<HashMap<String, Outcome<Profile>>>>,
}

impl Sabotage {
    /// Plants a bug.
    pub fn plant(bug: Bug) -> Self {
        Self { bug: Some(bug), ..Self::default() }
    }

    pub(super) fn is(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    /// Long enough for a withdrawal to slip in between.
    pub(super) async fn pause() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }

    /// What was read for these keys before, and from now on for these.
    pub(super) fn cache(&self, keys: &[[u8; 16]], rows: &mut [Found]) {
        let Ok(mut consents) = self.consents.lock() else { return };
        for (key, row) in keys.iter().zip(rows) {
            *row = consents.entry(*key).or_insert_with(|| row.clone()).clone();
        }
    }

    /// The first answer to this request, which is this one unless there was an earlier.
    pub(super) fn replay(&self, request: &str, outcome: Outcome<Profile>) -> Outcome<Profile> {
        match self.answers.lock() {
            Ok(mut answers) => answers.entry(request.to_owned()).or_insert(outcome).clone(),
            Err(_) => outcome,
        }
    }
}
