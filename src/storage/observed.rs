//! Reading evidence back, a page at a time: into the sums of a revision, and into the items
//! behind them.

use sea_orm::{ConnectionTrait as _, QueryResult, Statement};

use super::evidence::{ITEM, SealedItem, Watermarks, channel};
use super::{Error, View};
use crate::domain::document::{ItemEvidence, Items};
use crate::domain::evidence::{Channel, Provenance, Signal};
use crate::domain::ids::CandidateId;
use crate::domain::model::Model;
use crate::domain::scope::Channels;
use crate::domain::summary::Summary;
use crate::domain::time::Day;
use crate::vault::DataKey;

/// Items read at once, so that memory stays bounded whatever a candidate brought.
const PAGE: usize = 5_000;

/// Added to counts that were fetched, so that one maximum prefers them: beyond any count.
const FETCHED: i64 = 1 << 40;

/// $1 candidate, $2 blind index of the last item of the page before, $3 watermark of items, $4
/// size of a page, $5 watermark of observations, $6 what fetched counts are raised by. Pages go by
/// the blind index, because that is the order of the one index over a candidate's items. What the
/// network itself told beats what an upload claims, because uploads can be edited; overlapping
/// observations of one provenance merge by maximum.
const SELECT: &str = "\
    SELECT i.item_index, i.channel, i.posted_day, o.signal, \
        MAX(o.reactions + (o.provenance - 1) * $6), i.sealed \
    FROM (SELECT id, item_index, channel, posted_day, {sealed} AS sealed FROM item \
        WHERE candidate_id = $1 AND item_index > $2 AND id <= $3 \
        ORDER BY item_index LIMIT $4) i \
    LEFT JOIN observation o ON o.item_id = i.id AND o.id <= $5 \
    GROUP BY i.item_index, i.channel, i.posted_day, i.sealed, o.signal \
    ORDER BY i.item_index";

impl View {
    /// Sums a candidate's evidence up to the watermarks, with ages counted to a day.
    pub async fn summarize(
        &self,
        candidate: CandidateId,
        watermarks: Watermarks,
        model: &Model,
        day: Day,
    ) -> Result<Summary, Error> {
        let mut summary = Summary::empty(day);
        let mut after = Vec::new();
        loop {
            // What is not needed is not read.
            let page = self.page(candidate, watermarks, (&after, "item_index")).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.index);
            for observed in &page {
                summary.add(model, observed.channel, observed.posted, &observed.reactions);
            }
        }
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
        let mut after = Vec::new();
        loop {
            let page = self.page(candidate, watermarks, (&after, "sealed_item")).await?;
            let Some(last) = page.last() else { return Ok(items) };
            after.clone_from(&last.index);
            for observed in page {
                let Observed { channel, posted, sealed, reactions, .. } = observed;
                if !channels.contains(channel) || reactions.is_empty() {
                    continue;
                }
                let sealed = key.open(ITEM, &sealed).map_err(|_| Error::corrupt(ITEM))?;
                let item: SealedItem =
                    serde_json::from_slice(&sealed).map_err(|_| Error::corrupt(ITEM))?;
                for (signal, reactions, _) in reactions {
                    items.entry((channel, signal)).or_default().push(ItemEvidence {
                        id: item.id.clone(),
                        posted,
                        reactions,
                        excerpt: item.excerpt.clone(),
                        url: item.url.clone().unwrap_or_default(),
                    });
                }
            }
        }
    }

    /// The items behind the one with a blind index, with one more column of theirs.
    async fn page(
        &self,
        candidate: CandidateId,
        watermarks: Watermarks,
        (after, column): (&[u8], &str),
    ) -> Result<Vec<Observed>, Error> {
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
            ],
        );
        let mut page: Vec<Observed> = Vec::new();
        for row in executor.query_all_raw(statement).await? {
            let index: Vec<u8> = row.try_get_by_index(0)?;
            let observation = observation(&row)?;
            match page.last_mut() {
                Some(last) if last.index == index => last.reactions.extend(observation),
                _ => page.push(Observed::new(index, &row, observation)?),
            }
        }
        Ok(page)
    }
}

/// An item with what was observed about it.
struct Observed {
    index: Vec<u8>,
    channel: Channel,
    posted: Day,
    sealed: Vec<u8>,
    reactions: Vec<Reaction>,
}

type Reaction = (Signal, u64, Provenance);

impl Observed {
    fn new(index: Vec<u8>, row: &QueryResult, first: Option<Reaction>) -> Result<Self, Error> {
        let day: i64 = row.try_get_by_index(2)?;
        let day = i32::try_from(day).map_err(|_| Error::corrupt("item.posted_day"))?;
        Ok(Self {
            index,
            channel: channel(row.try_get_by_index(1)?)?,
            posted: Day::from_number(day),
            sealed: row.try_get_by_index(5)?,
            reactions: first.into_iter().collect(),
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
    // The network's own zero is stored to beat an upload, and is no reaction.
    Ok((count > 0).then_some((signal, count, provenance)))
}
