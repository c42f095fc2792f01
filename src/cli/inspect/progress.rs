//! How far reading has come, on one line of a terminal that is wiped at the end. Nothing is
//! printed for what takes less than a second.

use std::cell::Cell;
use std::io::Write as _;
use std::time::{Duration, Instant};

/// Reading for less than this needs no line.
const PATIENCE: Duration = Duration::from_secs(1);
/// Pause between two lines: faster than this nobody reads.
const PAUSE: Duration = Duration::from_millis(200);

/// A line on standard error.
pub(super) struct Progress {
    next: Cell<Instant>,
    printed: Cell<bool>,
}

impl Progress {
    /// Reading begins.
    pub(super) fn new(now: Instant) -> Self {
        Self { next: Cell::new(now + PATIENCE), printed: Cell::new(false) }
    }

    /// Shows inflated bytes and items, if it is time to.
    pub(super) fn show(&self, now: Instant, bytes: u64, items: u64) {
        if let Some(line) = self.line(now, bytes, items) {
            let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
        }
    }

    fn line(&self, now: Instant, bytes: u64, items: u64) -> Option<String> {
        if now < self.next.get() {
            return None;
        }
        self.next.set(now + PAUSE);
        self.printed.set(true);
        Some(format!("reading: {} MB, {items} items", bytes / 1_000_000))
    }

    /// Wipes the line.
    pub(super) fn clear(&self) {
        if self.printed.get() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_work_shows_nothing_and_long_work_a_line_now_and_then() {
        let start = Instant::now();
        let progress = Progress::new(start);
        let after = |millis| start + Duration::from_millis(millis);
        assert_eq!(progress.line(after(999), 1, 1), None);
        let line = progress.line(after(1_000), 12_345_678, 400);
        assert_eq!(line.as_deref(), Some("reading: 12 MB, 400 items"));
        assert_eq!(progress.line(after(1_100), 13_000_000, 410), None);
        assert!(progress.line(after(1_200), 14_000_000, 420).is_some());
    }
}
