//! Where a channel puts what it reads: items go on one at a time, and the report grows beside
//! them, with the sentences that all channels share. No formats here.

use std::collections::BTreeMap;

use super::{Audience, Period, Received, Report, Skip};
use crate::channels::error::Stopped;
use crate::channels::language;
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Account, HEARD, Item, TEXT_CHARACTERS};
use crate::domain::time::Timestamp;

/// Most tags of one item, and most characters of a tag.
const TAGS: usize = 64;
const TAG_CHARACTERS: usize = 100;
/// Most different tags and languages that the report counts.
const DISTINCT: usize = 10_000;

/// Hands items on and writes the report.
pub(in crate::channels) struct Outlet<'s> {
    sink: &'s mut dyn FnMut(Item) -> Result<(), Stopped>,
    report: Report,
}

impl<'s> Outlet<'s> {
    /// Nothing handed out yet.
    pub(in crate::channels) fn new(
        channel: Channel,
        layout: &'static str,
        account: Account,
        sink: &'s mut dyn FnMut(Item) -> Result<(), Stopped>,
    ) -> Self {
        let report = Report {
            channel,
            layout,
            account,
            account_created: None,
            exported_at: None,
            items: BTreeMap::new(),
            dates_recovered: 0,
            activity: BTreeMap::new(),
            audience: BTreeMap::new(),
            received: Received::default(),
            period: None,
            topics_named: BTreeMap::new(),
            languages: BTreeMap::new(),
            skipped: BTreeMap::new(),
            warnings: Vec::new(),
        };
        Self { sink, report }
    }

    /// Whose export it is.
    pub(in crate::channels) const fn account(&self) -> &Account {
        &self.report.account
    }

    /// Changes the generation of the format, where it shows only while reading.
    pub(in crate::channels) const fn layout(&mut self, layout: &'static str) {
        self.report.layout = layout;
    }

    /// The person's name, where it shows only while reading; the first that is told stays.
    pub(in crate::channels) fn named(&mut self, name: String) {
        self.report.account.name.get_or_insert(name);
    }

    /// When the account was opened.
    pub(in crate::channels) const fn created(&mut self, at: Option<Timestamp>) {
        self.report.account_created = at;
    }

    /// When the network made the export.
    pub(in crate::channels) const fn exported(&mut self, at: Option<Timestamp>) {
        self.report.exported_at = at;
    }

    /// Hands out one item. Its text and tags are cut to what is allowed, and its language is
    /// found out where the network did not say it.
    pub(in crate::channels) fn hand_out(&mut self, item: Item) -> Result<(), Stopped> {
        let at = item.posted_at;
        let known = self.report.period.unwrap_or(Period { first: at, last: at });
        self.report.period = Some(Period { first: known.first.min(at), last: known.last.max(at) });
        self.give(item)
    }

    /// Hands out one item whose date was impossible and has been replaced by the true one. It
    /// does not stretch the period.
    pub(in crate::channels) fn hand_out_recovered(&mut self, item: Item) -> Result<(), Stopped> {
        self.report.dates_recovered += 1;
        self.give(item)
    }

    fn give(&mut self, mut item: Item) -> Result<(), Stopped> {
        if let Some((end, _)) = item.text.char_indices().nth(TEXT_CHARACTERS) {
            item.text.truncate(end);
        }
        item.tags.retain(|tag| !tag.trim().is_empty() && tag.chars().count() <= TAG_CHARACTERS);
        item.tags.truncate(TAGS);
        item.heard.truncate(HEARD);
        item.language = match item.language.take() {
            Some(tag) => language::primary(&tag),
            None => language::of(&item.text).map(str::to_owned),
        };
        let report = &mut self.report;
        *report.items.entry(item.kind).or_default() += 1;
        for &(signal, count) in &item.reactions {
            report.received.add(signal, count);
        }
        for tag in &item.tags {
            count(&mut report.topics_named, tag);
        }
        if let Some(language) = &item.language {
            count(&mut report.languages, language);
        }
        (self.sink)(item)
    }

    /// The export tells this number for every item, so that nothing means zero.
    pub(in crate::channels) fn knows(&mut self, signal: Signal) {
        self.report.received.add(signal, 0);
    }

    /// Something was left out.
    pub(in crate::channels) fn skip(&mut self, reason: Skip) {
        self.skip_many(reason, 1);
    }

    /// So many were left out.
    pub(in crate::channels) fn skip_many(&mut self, reason: Skip, number: u64) {
        if number > 0 {
            *self.report.skipped.entry(reason).or_default() += number;
        }
    }

    /// Something the candidate did that is no evidence, such as `likes_given`. Zero is shown too,
    /// because it says that the list was there.
    pub(in crate::channels) fn did(&mut self, what: &'static str, number: u64) {
        *self.report.activity.entry(what).or_default() += number;
    }

    /// People around the account; absent when the export does not say.
    pub(in crate::channels) fn audience(&mut self, who: Audience, number: Option<u64>) {
        if let Some(number) = number {
            *self.report.audience.entry(who).or_default() += number;
        }
    }

    /// Something the candidate should know that only this channel can say.
    pub(in crate::channels) fn warn(&mut self, sentence: impl Into<String>) {
        self.report.warnings.push(sentence.into());
    }

    /// The report, with what was left out and what is missing said in words.
    pub(in crate::channels) fn finish(self) -> Report {
        let mut report = self.report;
        for (reason, number) in &report.skipped {
            report.warnings.push(format!("{number} left out: {}", reason.words()));
        }
        if report.dates_recovered > 0 {
            let number = report.dates_recovered;
            report.warnings.push(format!(
                "{number} had an impossible date; the true one was recovered from the number that \
                 the network gave it"
            ));
        }
        report.warnings.extend(missing(&report));
        report
    }
}

/// Counts a word, unless too many different ones came.
fn count(counts: &mut BTreeMap<String, u64>, word: &str) {
    if let Some(known) = counts.get_mut(word) {
        *known += 1;
    } else if counts.len() < DISTINCT {
        counts.insert(word.to_owned(), 1);
    }
}

/// What the network counts and the export does not tell, in one sentence.
fn missing(report: &Report) -> Option<String> {
    let title = report.channel.title();
    let signals: Vec<&str> = report.missing().map(Signal::words).collect();
    if signals.is_empty() {
        return None;
    }
    if signals.len() == report.channel.signals().len() {
        let text = "export does not contain reactions; nothing was subtracted";
        return Some(format!("your {title} {text}"));
    }
    let list = signals.join(", ");
    Some(format!("your {title} export does not tell these: {list}; nothing was subtracted"))
}
