//! Exports of people who do not exist, as large as one likes, in the exact form in which networks
//! hand them out: the same bytes for the same number and day. For measuring and for tests of what
//! a large upload costs; nothing here reads exports.

mod blog;
mod bluesky;
mod dice;
mod facebook;
mod flickr;
mod github;
mod googleplus;
mod instagram;
mod linkedin;
mod mastodon;
mod other;
mod pack;
mod reddit;
mod stackexchange;
mod tumblr;
mod wordpress;
mod x;
mod youtube;

use std::fs::File;

use crate::domain::evidence::Channel;
use crate::domain::time::Day;

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// How many entries: items, and on X and Mastodon also reshares of other people's and what is
    /// not public, as often as in real archives.
    pub items: u64,
    /// The day on which the network hands it out; the items are from the years before.
    pub until: Day,
}

impl Wanted {
    /// When the entry at this place was published, if all are spread over so many days, the oldest
    /// first; in seconds since 1970.
    fn moment(self, days: u64, at: u64) -> i64 {
        let step = days * 86_400 / self.items.max(1);
        let ago = step * self.items.saturating_sub(at);
        self.until.start().micros() / 1_000_000 - i64::try_from(ago).unwrap_or(0)
    }
}

/// An instant, written as `strftime` would.
fn written(seconds: i64, form: &str) -> String {
    let at = jiff::Timestamp::from_second(seconds).map(|at| at.strftime(form).to_string());
    at.unwrap_or_default()
}

/// Text as it stands in XML and HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Makes the exports of one channel.
pub struct Generator {
    /// The network.
    pub channel: Channel,
    /// Writes an export, without ever holding it in memory; returns the bytes of its members.
    pub write: fn(Wanted, File) -> anyhow::Result<u64>,
}

/// One for each channel, in their order, X first.
pub static GENERATORS: [Generator; Channel::ALL.len()] = [
    Generator { channel: Channel::X, write: x::write },
    Generator { channel: Channel::Mastodon, write: mastodon::write },
    Generator { channel: Channel::Facebook, write: facebook::write },
    Generator { channel: Channel::Instagram, write: instagram::write },
    Generator { channel: Channel::GooglePlus, write: googleplus::write },
    Generator { channel: Channel::LinkedIn, write: linkedin::write },
    Generator { channel: Channel::YouTube, write: youtube::write },
    Generator { channel: Channel::Tumblr, write: tumblr::write },
    Generator { channel: Channel::Flickr, write: flickr::write },
    Generator { channel: Channel::WordPress, write: wordpress::write },
    Generator { channel: Channel::Blog, write: blog::write },
    Generator { channel: Channel::Bluesky, write: bluesky::write },
    Generator { channel: Channel::GitHub, write: github::write },
    Generator { channel: Channel::StackExchange, write: stackexchange::write },
    Generator { channel: Channel::Reddit, write: reddit::write },
    Generator { channel: Channel::Other, write: other::write },
];

/// Days that the items are spread over.
const DAYS: u64 = 3_650;

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Seek as _, Write as _};

    use super::*;
    use crate::channels::{self, Report, Upload};
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

    /// Reads an export whole; no id may come twice.
    fn report(bytes: &[u8]) -> Report {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let mut ids = std::collections::BTreeSet::new();
        let mut sink = |item: crate::domain::item::Item| {
            assert!(ids.insert(item.id), "an id came twice");
            Ok(())
        };
        channels::import(Upload::from(file), &mut sink, &mut |_| Ok(())).unwrap()
    }

    #[test]
    fn each_channel_is_recognized_and_gives_as_many_items_as_were_asked_for() {
        for (generator, channel) in GENERATORS.iter().zip(Channel::ALL) {
            assert_eq!(generator.channel, channel);
            let (bytes, inflated) = made(generator, 500);
            assert!(bytes == made(generator, 500).0, "{channel:?} changes from run to run");
            assert!(inflated >= bytes.len() as u64 || channel == Channel::Bluesky);
            let report = report(&bytes);
            assert_eq!(report.channel, channel);
            let reshares = report.activity.get("reshares_made").copied().unwrap_or(0);
            let left_out: u64 = report.skipped.values().sum();
            if matches!(channel, Channel::X | Channel::Mastodon) {
                assert!(report.total() > 350 && reshares > 0, "{report:?}");
                assert!(report.items.contains_key(&ItemKind::Reply), "{report:?}");
                assert_eq!(report.total() + reshares + left_out, 500, "{report:?}");
            } else {
                assert_eq!((report.total(), reshares), (500, 0), "{report:?}");
            }
            assert!(!report.topics_named.is_empty() || channel == Channel::GitHub);
            assert_eq!(report.dates_recovered, 0, "{channel:?}");
        }
    }

    #[test]
    fn a_generated_x_archive_is_as_long_as_real_ones_are() {
        let (_, inflated) = made(&GENERATORS[0], 1_000);
        assert!((1_800_000..2_300_000).contains(&inflated), "{inflated} bytes");
    }
}
