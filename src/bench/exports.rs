//! Exports of people who do not exist, as large as one likes, in the exact form in which networks
//! hand them out: the same bytes for the same number and day. For measuring and for tests of what
//! a large upload costs; nothing here reads exports.

mod dice;
mod mastodon;
mod x;

use std::fs::File;
use std::io::{self, Write};

use crate::domain::evidence::Channel;
use crate::domain::time::Day;

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// How many items, reshares of other people's among them.
    pub items: u64,
    /// The day on which the network hands it out; the items are from the ten years before.
    pub until: Day,
}

/// Makes the exports of one channel.
pub struct Generator {
    /// The network.
    pub channel: Channel,
    /// Writes an export, without ever holding it in memory; returns the bytes of its members.
    pub write: fn(Wanted, File) -> anyhow::Result<u64>,
}

/// One for each channel that can be generated, X first.
pub static GENERATORS: [Generator; 2] = [
    Generator { channel: Channel::X, write: x::write },
    Generator { channel: Channel::Mastodon, write: mastodon::write },
];

/// Days that the items are spread over.
const DAYS: u64 = 3_650;

/// Counts what passes through.
struct Counted<W> {
    inner: W,
    bytes: u64,
}

impl<W> Counted<W> {
    const fn new(inner: W) -> Self {
        Self { inner, bytes: 0 }
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Seek as _};

    use super::*;
    use crate::channels::{self, Upload};
    use crate::domain::item::ItemKind;

    fn made(generator: &Generator, items: u64) -> (Vec<u8>, u64) {
        let mut file = tempfile::tempfile().unwrap();
        let wanted = Wanted { items, until: "2025-06-30".parse().unwrap() };
        let inflated = (generator.write)(wanted, file.try_clone().unwrap()).unwrap();
        let mut bytes = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut bytes).unwrap();
        (bytes, inflated)
    }

    #[test]
    fn generated_exports_are_the_same_bytes_each_time_and_import_whole() {
        for generator in &GENERATORS {
            let (bytes, inflated) = made(generator, 500);
            assert!(bytes == made(generator, 500).0, "{:?}", generator.channel);
            assert!(inflated > bytes.len() as u64);
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&bytes).unwrap();
            let mut ids = std::collections::BTreeSet::new();
            let mut sink = |item: crate::domain::item::Item| {
                assert!(ids.insert(item.id), "an id came twice");
                Ok(())
            };
            let report = channels::import(Upload::from(file), &mut sink, &mut |_| Ok(())).unwrap();
            assert_eq!(report.channel, generator.channel);
            let reshares = report.activity.get("reshares_made").copied().unwrap_or(0);
            let left_out: u64 = report.skipped.values().sum();
            assert_eq!(report.total() + reshares + left_out, 500, "{report:?}");
            assert!(report.total() > 350 && reshares > 0, "{report:?}");
            assert!(report.items.contains_key(&ItemKind::Reply), "{report:?}");
            assert!(!report.topics_named.is_empty() && report.languages.len() > 1);
            assert_eq!(report.dates_recovered, 0);
        }
    }

    #[test]
    fn a_generated_x_archive_is_as_long_as_real_ones_are() {
        let (_, inflated) = made(&GENERATORS[0], 1_000);
        assert!((1_800_000..2_300_000).contains(&inflated), "{inflated} bytes");
    }
}
