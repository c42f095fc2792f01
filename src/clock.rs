//! The only reader of the time. The rules never read it; they are told.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::domain::time::Timestamp;

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The database's own clock for everything that is recorded, this machine's for the rest.
    #[default]
    System,
    /// A clock that tests set.
    Settable(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at an instant until it is moved.
    pub fn settable(at: Timestamp) -> Self {
        Self::Settable(Arc::new(AtomicI64::new(at.micros())))
    }

    /// The present instant of this machine, or what the test set.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system(),
            Self::Settable(micros) => Timestamp::from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// The instant a test set, if this is such a clock.
    pub fn fixed(&self) -> Option<Timestamp> {
        match self {
            Self::System => None,
            Self::Settable(_) => Some(self.now()),
        }
    }

    /// Moves a settable clock; does nothing to the system's.
    pub fn advance(&self, by: Duration) {
        if let Self::Settable(micros) = self {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
fn system() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
