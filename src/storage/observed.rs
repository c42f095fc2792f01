//! Reading evidence back, a page at a time: into the sums of a revision, and into the items
//! behind them.

use sea_orm::{ConnectionTrait as _, QueryResult, Statement};

use super::evidence::{ITEM, SealedItem, TOPICS, Watermarks, channel};
use super::{Error, View};
use crate::domain::document::{ItemEvidence, Items};
use crate::domain::evidence::{Channel, Provenance, Signal};
use crate::domain::ids::CandidateId;
use crate::domain::item::ItemKind;
use crate::domain::model::Model;
use crate::domain::scope::Channels;
use crate::domain::summary::Summary;
use crate::domain::summing::{Observed, Reaction, Summing};
use crate::domain::time::Day;
use crate::domain::topic::{ItemTopics, Mention, TopicId};
use crate::vault::DataKey;

/// Items read at once, so that memory stays bounded whatever a candidate brought.
const PAGE: usize = 5_000;

/// Added to counts that were fetched, so that one maximum prefers them: beyond any count.
const FETCHED: i64 = 1 << 40;

/// $1 candidate, $2 blind index of the last item of the page before, $3 watermark of items, $4
/// size of a page, $5 watermark of observations, $6 what fetched counts are raised by, $7 watermark
/// of topics. Pages go by the blind index, because that is the order of the one index over a
/// candidate's items. What the network itself told beats what an upload claims, because uploads
/// can be edited; overlapping observations of one provenance merge by maximum.
const SELECT: &str = "\
    SELECT i.item_index, i.channel, i.posted_day, o.signal, \
        MAX(o.reactions + (o.provenance - 1) * $6), \
        MAX(CASE WHEN o.provenance = 1 THEN o.reactions ELSE 0 END), i.topics, i.sealed \
    FROM (SELECT id, item_index, channel, posted_day, {sealed} AS sealed, \
            (SELECT t.sealed_topics FROM item_topics t WHERE t.item_id = item.id AND t.id <= $7 \
                ORDER BY t.id DESC LIMIT 1) AS topics FROM item \
        WHERE candidate_id = $1 AND item_index > $2 AND id <= $3 \
        ORDER BY item_index LIMIT $4) i \
    LEFT JOIN observation o ON o.item_id = i.id AND o.id <= $5 \
    GROUP BY i.item_index, i.channel, i.posted_day, i.topics, i.sealed, o.signal \
    ORDER BY i.item_index";

/// What is read of an item: everything, or what sums need.
const WITH_ITEM: &str = "sealed_item";
const WITHOUT_ITEM: &str = "item_index";

impl View {
    /// Sums a candidate's evidence up to the watermarks, with ages counted to a day.
    pub async fn summarize(
        &self,
        (candidate, key): (CandidateId, &DataKey),
        watermarks: Watermarks,
        model: &Model,
        day: Day,
    ) -> Result<Summary, Error> {
        let mut summing = Summing::new(model, day);
        let mut after = Vec::new();
        loop {
            let page = self.page(candidate, watermarks, (&after, WITHOUT_ITEM)).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.index);
            for found in &page {
                let topics = found.topics(key)?;
                let ids = |mentions: &[Mention]| mentions.iter().map(|m| m.topic).collect();
                let (about, heard): (Vec<_>, Vec<_>) = (ids(&topics.about), ids(&topics.heard));
                summing.add(&Observed {
                    channel: found.channel,
                    posted: found.posted,
                    reactions: &found.reactions,
                    contradicted: found.contradicted,
                    about: &about,
                    heard: &heard,
                });
            }
        }
        let mut summary = summing.finish();
        for (channel, bits) in self.known_signals(candidate).await? {
            let told = |signal: &Signal| bits & 1 << signal.number() != 0;
            summary.note_known(channel, Signal::ALL.into_iter().filter(told));
        }
        Ok(summary)
    }

    /// The items behind a revision's sums, for the channels of a permit that opens items.
    pub(super) async fn items(
        &self,
        (candidate, key): (CandidateId, &DataKey),
        watermarks: Watermarks,
        channels: Channels,
    ) -> Result<Items, Error> {
        let mut items = Items::new();
        self.each_item(candidate, watermarks, |found| {
            if channels.contains(found.channel) && !found.reactions.is_empty() {
                items.entry(found.channel).or_default().push(found.item(key)?);
            }
            Ok(())
        })
        .await?;
        Ok(items)
    }

    /// The items that show something of a topic, for the channels of a permit that opens them.
    pub(super) async fn items_of_topic(
        &self,
        (candidate, key): (CandidateId, &DataKey),
        watermarks: Watermarks,
        channels: Channels,
        topic: TopicId,
    ) -> Result<Vec<TopicItem>, Error> {
        let mut items = Vec::new();
        self.each_item(candidate, watermarks, |found| {
            if !channels.contains(found.channel) {
                return Ok(());
            }
            let topics = found.topics(key)?;
            let causes = |mentions: Vec<Mention>| {
                mentions.into_iter().find(|m| m.topic == topic).map(|mention| mention.causes)
            };
            let (about, heard) = (causes(topics.about), causes(topics.heard));
            if about.is_some() || heard.is_some() {
                let (channel, item) = (found.channel, found.item(key)?);
                items.push(TopicItem { channel, item, about, heard });
            }
            Ok(())
        })
        .await?;
        Ok(items)
    }

    async fn each_item(
        &self,
        candidate: CandidateId,
        watermarks: Watermarks,
        mut each: impl FnMut(&Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut after = Vec::new();
        loop {
            let page = self.page(candidate, watermarks, (&after, WITH_ITEM)).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after.clone_from(&last.index);
            page.iter().try_for_each(&mut each)?;
        }
    }

    /// The items behind the one with a blind index, with one more column of theirs.
    async fn page(
        &self,
        candidate: CandidateId,
        watermarks: Watermarks,
        (after, column): (&[u8], &str),
    ) -> Result<Vec<Row>, Error> {
        let executor = self.executor();
        let statement = Statement::from_sql_and_values(
            executor.get_database_backend(),
            SELECT.replace("{sealed}", column),
            [
                candidate.bytes().to_vec().into(),
                after.to_vec().into(),
                watermarks.item.into(),
                super::ledger::signed(PAGE as u64)?.into(),
                watermarks.observation.into(),
                FETCHED.into(),
                watermarks.topics.into(),
            ],
        );
        let mut page: Vec<Row> = Vec::new();
        for row in executor.query_all_raw(statement).await? {
            let index: Vec<u8> = row.try_get_by_index(0)?;
            if page.last().is_none_or(|last| last.index != index) {
                page.push(Row::new(index, &row)?);
            }
            if let Some(last) = page.last_mut() {
                last.observe(&row)?;
            }
        }
        Ok(page)
    }
}

/// An item that shows something of a topic, and what in it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicItem {
    /// The network.
    pub channel: Channel,
    /// The item.
    pub item: ItemEvidence,
    /// What in it is about the topic, if it is.
    pub about: Option<Vec<(String, String)>>,
    /// What others said of the topic under it, if they did.
    pub heard: Option<Vec<(String, String)>>,
}

/// An item with what was observed about it.
struct Row {
    index: Vec<u8>,
    channel: Channel,
    posted: Day,
    topics: Option<Vec<u8>>,
    sealed: Vec<u8>,
    reactions: Vec<Reaction>,
    contradicted: bool,
}

impl Row {
    fn new(index: Vec<u8>, row: &QueryResult) -> Result<Self, Error> {
        let day: i64 = row.try_get_by_index(2)?;
        let day = i32::try_from(day).map_err(|_| Error::corrupt("item.posted_day"))?;
        Ok(Self {
            index,
            channel: channel(row.try_get_by_index(1)?)?,
            posted: Day::from_number(day),
            topics: row.try_get_by_index(6)?,
            sealed: row.try_get_by_index(7)?,
            reactions: Vec::new(),
            contradicted: false,
        })
    }

    fn observe(&mut self, row: &QueryResult) -> Result<(), Error> {
        let Some((signal, count, provenance)) = observation(row)? else { return Ok(()) };
        let uploaded = super::ledger::unsigned(row.try_get_by_index(5)?)?;
        self.contradicted |= provenance == Provenance::Fetched && uploaded > count;
        // The network's own zero is stored to beat an upload, and is no reaction.
        if count > 0 {
            self.reactions.push((signal, count, provenance));
        }
        Ok(())
    }

    fn topics(&self, key: &DataKey) -> Result<ItemTopics, Error> {
        let Some(sealed) = self.topics.as_ref().filter(|sealed| !sealed.is_empty()) else {
            return Ok(ItemTopics::default());
        };
        let topics = key.open(TOPICS, sealed).map_err(|_| Error::corrupt(TOPICS))?;
        serde_json::from_slice(&topics).map_err(|_| Error::corrupt(TOPICS))
    }

    fn item(&self, key: &DataKey) -> Result<ItemEvidence, Error> {
        let sealed = key.open(ITEM, &self.sealed).map_err(|_| Error::corrupt(ITEM))?;
        let item: SealedItem = serde_json::from_slice(&sealed).map_err(|_| Error::corrupt(ITEM))?;
        Ok(ItemEvidence {
            id: item.id,
            kind: ItemKind::from_word(&item.kind).ok_or_else(|| Error::corrupt(ITEM))?,
            posted: self.posted,
            reactions: self.reactions.iter().map(|(signal, n, _)| (*signal, *n)).collect(),
            excerpt: item.excerpt,
            url: item.url.unwrap_or_default(),
        })
    }
}

/// What was observed of one signal, if anything was.
fn observation(row: &QueryResult) -> Result<Option<Reaction>, Error> {
    let Some(number) = row.try_get_by_index::<Option<i16>>(3)? else {
        return Ok(None);
    };
    let signal = u8::try_from(number).ok().and_then(Signal::from_number);
    let signal = signal.ok_or_else(|| Error::corrupt("an observation"))?;
    let best: i64 = row.try_get_by_index(4)?;
    let fetched = best >= FETCHED;
    let count = super::ledger::unsigned(if fetched { best - FETCHED } else { best })?;
    let provenance = if fetched { Provenance::Fetched } else { Provenance::Uploaded };
    Ok(Some((signal, count, provenance)))
}
