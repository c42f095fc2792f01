//! Counts what is read from the upload and what it inflates to, and refuses when that is too
//! much. No formats here.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use super::super::error::{Error, Stopped, shown};
use super::{Limits, Progress, amount};

/// Inflated bytes below which the ratio says nothing: headers and tiny files compress oddly.
const RATIO_FLOOR: u64 = 1 << 20;
/// Inflated bytes between two reports of progress.
const STEP: u64 = 1 << 20;

/// The uploaded file, counting what is read from it.
#[derive(Debug)]
pub(super) struct Upload {
    file: File,
    consumed: Rc<Cell<u64>>,
    budget: u64,
}

impl Upload {
    /// A file of which nothing has been read.
    pub(super) fn new(file: File, consumed: Rc<Cell<u64>>) -> Self {
        Self { file, consumed, budget: u64::MAX }
    }

    /// From now on, at most this many bytes may be read.
    pub(super) fn set_budget(&mut self, bytes: u64) {
        self.budget = bytes;
    }
}

impl Read for Upload {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let bytes = read as u64;
        self.budget = self.budget.checked_sub(bytes).ok_or_else(|| Error::TooLarge {
            what: "the archive's list of members is too long".to_owned(),
        })?;
        self.consumed.set(self.consumed.get().saturating_add(bytes));
        Ok(read)
    }
}

impl Seek for Upload {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

/// Sums over everything an import inflates.
pub(super) struct Meter<'w> {
    limits: Limits,
    consumed: Rc<Cell<u64>>,
    watch: &'w mut dyn FnMut(Progress) -> Result<(), Stopped>,
    /// Inflated bytes that count against the total.
    total: u64,
    /// Inflated bytes of the current stream, and what had been consumed when it began.
    stream: u64,
    consumed_before: u64,
    /// Inflated bytes of all passes, and how many of them were told.
    progress: u64,
    told: u64,
}

impl<'w> Meter<'w> {
    /// Nothing counted yet.
    pub(super) fn new(
        limits: Limits,
        consumed: Rc<Cell<u64>>,
        watch: &'w mut dyn FnMut(Progress) -> Result<(), Stopped>,
    ) -> Self {
        Self {
            limits,
            consumed,
            watch,
            total: 0,
            stream: 0,
            consumed_before: 0,
            progress: 0,
            told: 0,
        }
    }

    /// The limits that are enforced.
    pub(super) const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// A further file whose bytes count as read.
    pub(super) fn upload(&self, file: File) -> Upload {
        Upload::new(file, Rc::clone(&self.consumed))
    }

    /// A compressed stream begins; its ratio is its own.
    pub(super) fn begin_stream(&mut self) {
        self.stream = 0;
        self.consumed_before = self.consumed.get();
    }

    /// The same stream is read again from its start: what it inflates to counts once.
    pub(super) fn begin_pass(&mut self) {
        self.begin_stream();
        self.total = 0;
    }

    fn count(&mut self, bytes: u64) -> Result<(), Error> {
        self.total = self.total.saturating_add(bytes);
        self.stream = self.stream.saturating_add(bytes);
        self.progress = self.progress.saturating_add(bytes);
        if self.total > self.limits.total {
            let what = format!("the archive unpacks to more than {}", amount(self.limits.total));
            return Err(Error::TooLarge { what });
        }
        let consumed = self.consumed.get().saturating_sub(self.consumed_before).max(1);
        if self.stream > RATIO_FLOOR && self.stream / consumed > self.limits.ratio {
            let what = format!(
                "the archive unpacks to more than {} times its size, as only attacks do",
                self.limits.ratio
            );
            return Err(Error::TooLarge { what });
        }
        if self.progress - self.told >= STEP {
            self.told = self.progress;
            (self.watch)(Progress { inflated: self.progress })?;
        }
        Ok(())
    }
}

/// An inflating reader whose output is counted.
pub(super) struct Metered<'m, 'w, R> {
    inner: R,
    meter: &'m mut Meter<'w>,
}

impl<'m, 'w, R: Read> Metered<'m, 'w, R> {
    /// Counts what `inner` yields.
    pub(super) fn new(inner: R, meter: &'m mut Meter<'w>) -> Self {
        Self { inner, meter }
    }
}

impl<R: Read> Read for Metered<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.meter.count(read as u64)?;
        Ok(read)
    }
}

/// One member, cut off with an error where it grows too large.
pub(super) struct Capped<'a> {
    inner: &'a mut dyn Read,
    left: u64,
    most: u64,
    name: &'a str,
}

impl<'a> Capped<'a> {
    /// Lets at most `most` bytes of the named member pass.
    pub(super) fn new(inner: &'a mut dyn Read, most: u64, name: &'a str) -> Self {
        Self { inner, left: most, most, name }
    }
}

impl Read for Capped<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| Error::TooLarge {
            what: format!("{} unpacks to more than {}", shown(self.name), amount(self.most)),
        })?;
        Ok(read)
    }
}
