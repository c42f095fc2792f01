//! Reading evidence back, a page at a time: into the sums of a revision, and into the items
//! behind them.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Statement,
};

use super::entity::item;
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
const PAGE: u64 = 5_000;

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
        let mut after = 0;
        loop {
            let page = self.page(candidate, watermarks, after).await?;
            let Some(last) = page.last() else { break };
            after = last.row.id;
            for observed in &page {
                let (channel, posted) = place(&observed.row)?;
                summary.add(model, channel, posted, &observed.reactions);
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
        let mut after = 0;
        loop {
            let page = self.page(candidate, watermarks, after).await?;
            let Some(last) = page.last() else { return Ok(items) };
            after = last.row.id;
            for observed in page {
                let (channel, posted) = place(&observed.row)?;
                if !channels.contains(channel) || observed.reactions.is_empty() {
                    continue;
                }
                let sealed = key.open(ITEM, &observed.row.sealed_item);
                let sealed = sealed.map_err(|_| Error::corrupt(ITEM))?;
                let item: SealedItem =
                    serde_json::from_slice(&sealed).map_err(|_| Error::corrupt(ITEM))?;
                for (signal, reactions, _) in observed.reactions {
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

    async fn page(
        &self,
        candidate: CandidateId,
        watermarks: Watermarks,
        after: i64,
    ) -> Result<Vec<Observed>, Error> {
        let executor = self.executor();
        let rows = item::Entity::find()
            .filter(item::Column::CandidateId.eq(candidate.bytes().to_vec()))
            .filter(item::Column::Id.gt(after))
            .filter(item::Column::Id.lte(watermarks.item))
            .order_by_asc(item::Column::Id)
            .limit(PAGE)
            .all(&executor)
            .await?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Ok(Vec::new());
        };
        // Overlapping observations of one item and signal merge by maximum, and the provenance is
        // that of the count that won; of two equal ones, that of the network itself.
        let statement = Statement::from_sql_and_values(
            executor.get_database_backend(),
            "SELECT item_id, signal, MAX(reactions * 2 + provenance - 1) FROM observation \
             WHERE candidate_id = $1 AND item_id BETWEEN $2 AND $3 AND id <= $4 \
             GROUP BY item_id, signal",
            [
                candidate.bytes().to_vec().into(),
                first.id.into(),
                last.id.into(),
                watermarks.observation.into(),
            ],
        );
        let mut reactions: BTreeMap<i64, Vec<(Signal, u64, Provenance)>> = BTreeMap::new();
        for row in executor.query_all_raw(statement).await? {
            let wrong = || Error::corrupt("an observation");
            let number: i16 = row.try_get_by_index(1)?;
            let signal = u8::try_from(number).ok().and_then(Signal::from_number);
            let best = super::ledger::unsigned(row.try_get_by_index(2)?)?;
            let (count, fetched) = (best / 2, best % 2 == 1);
            let provenance = if fetched { Provenance::Fetched } else { Provenance::Uploaded };
            let entry = reactions.entry(row.try_get_by_index(0)?).or_default();
            entry.push((signal.ok_or_else(wrong)?, count, provenance));
        }
        let observed = |row: item::Model| Observed {
            reactions: reactions.remove(&row.id).unwrap_or_default(),
            row,
        };
        Ok(rows.into_iter().map(observed).collect())
    }
}

/// An item with what was observed about it.
struct Observed {
    row: item::Model,
    reactions: Vec<(Signal, u64, Provenance)>,
}

fn place(row: &item::Model) -> Result<(Channel, Day), Error> {
    let day = i32::try_from(row.posted_day).map_err(|_| Error::corrupt("item.posted_day"))?;
    Ok((channel(row.channel)?, Day::from_number(day)))
}
