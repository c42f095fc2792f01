//! A candidate's own scores: today's, any earlier one, how they developed, and why they changed.
//! Nothing is recorded, because nobody else sees them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::explain::{Explained, document, subject};
use super::page::Page;
use super::{App, Error};
use crate::auth::Caller;
use crate::domain::change::{Change, Side, change};
use crate::domain::consent::Permit;
use crate::domain::document::{ItemLines, items_of};
use crate::domain::evidence::Channel;
use crate::domain::ids::CandidateId;
use crate::domain::model::Model;
use crate::domain::profile::NamedScore;
use crate::domain::scope::Channels;
use crate::domain::score;
use crate::domain::score_name::ScoreName;
use crate::domain::time::{Day, Timestamp};
use crate::storage::{Evidence, View};

/// Most revisions that a page of scores looks at.
const REVISIONS: u64 = 10_000;

/// Which of her scores a candidate means.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// Today's, from these channels; from all when there are none.
    Today(Channels),
    /// The one with this name.
    Named(ScoreName),
}

/// A difference of two scores.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The earlier score.
    pub from: NamedScore,
    /// The later one.
    pub to: NamedScore,
    /// Where the difference comes from.
    pub change: Change,
}

/// What a score was computed from.
struct Basis {
    evidence: Evidence,
    model: Arc<Model>,
    day: Day,
}

impl Basis {
    fn named(&self) -> NamedScore {
        let channels = self.evidence.permit().channels();
        NamedScore {
            name: ScoreName::new(self.evidence.revision, self.day, &self.model, channels),
            verdict: score::score(&self.model, &self.evidence.summary, self.day),
            uploaded_permille: score::uploaded_permille(&self.evidence.summary),
            model: Arc::clone(&self.model),
        }
    }

    fn side(&self) -> Side<'_> {
        Side { model: &self.model, day: self.day, summary: &self.evidence.summary }
    }
}

impl App {
    /// A candidate's own score.
    pub async fn own_score(&self, caller: &Caller, which: Which) -> Result<NamedScore, Error> {
        let view = self.store.view();
        let me = self.me(&view, caller).await?.id;
        Ok(self.basis(&view, me, which).await?.named())
    }

    /// Explains a candidate's own score down to single items.
    pub async fn explain_own(&self, caller: &Caller, which: Which) -> Result<Explained, Error> {
        let view = self.store.snapshot().await?;
        let me = self.me(&view, caller).await?.id;
        let Basis { evidence, model, day } = self.basis(&view, me, which).await?;
        document(&view, &model, &evidence, (None, day)).await
    }

    /// A page of what each item of a channel contributed to a score, the largest first, and the
    /// next page's token.
    pub async fn own_items(
        &self,
        caller: &Caller,
        (which, channel): (Which, Channel),
        page: &Page,
    ) -> Result<(Vec<ItemLines>, String), Error> {
        let view = self.store.snapshot().await?;
        let limit = usize::try_from(page.limit()?).unwrap_or(usize::MAX);
        let from = self.position(page)?.and_then(|position| position.as_slice().try_into().ok());
        let from = usize::try_from(from.map_or(0, u64::from_be_bytes)).unwrap_or(usize::MAX);
        let me = self.me(&view, caller).await?.id;
        let Basis { evidence, model, day } = self.basis(&view, me, which).await?;
        let items = evidence.items(&view).await?;
        let items = items_of(&model, &subject(&evidence, None, day), &items, channel);
        let end = from.saturating_add(limit).min(items.len());
        let next = (end < items.len()).then(|| self.token(page, &(end as u64).to_be_bytes()));
        let items = items.into_iter().skip(from).take(limit).collect();
        Ok((items, next.unwrap_or_default()))
    }

    /// A page of a candidate's scores day by day, today's first, and the next page's token. Each
    /// day has the score that was hers on that day: by the evidence and the model of that day.
    pub async fn own_scores(
        &self,
        caller: &Caller,
        channels: Channels,
        page: &Page,
    ) -> Result<(Vec<NamedScore>, String), Error> {
        let view = self.store.snapshot().await?;
        let me = self.me(&view, caller).await?;
        let (permitted, first) = (chosen(channels), me.created_at.day());
        let from = self.position(page)?.and_then(|position| position.as_slice().try_into().ok());
        let mut day =
            from.map_or_else(|| view.now().day(), |d| Day::from_number(i32::from_be_bytes(d)));
        let revisions = view.revisions(me.id, day.plus(1).start(), REVISIONS).await?;
        let releases = self.releases(&view).await?;
        let mut known: BTreeMap<(i64, [u8; 32]), (Evidence, Arc<Model>)> = BTreeMap::new();
        let (mut scores, limit) = (Vec::new(), page.limit()?);
        while day >= first && (scores.len() as u64) < limit {
            let Some(revision) = on(&revisions, day) else { break };
            let model = on_release(&releases, day).unwrap_or(&self.model);
            let key = (revision, model.digest.bytes());
            let (evidence, model) = match known.entry(key) {
                Entry::Occupied(found) => found.into_mut(),
                Entry::Vacant(place) => {
                    let permit = Permit::own(me.id, permitted);
                    let found = view.evidence_at(permit, &self.vault, revision, model).await?;
                    let found = found.ok_or_else(|| Error::internal("a revision is missing"))?;
                    place.insert((found, Arc::clone(model)))
                }
            };
            let summary = &evidence.summary;
            scores.push(NamedScore {
                name: ScoreName::new(revision, day, model, permitted),
                verdict: score::score(model, summary, day),
                uploaded_permille: score::uploaded_permille(summary),
                model: Arc::clone(model),
            });
            day = Day::from_number(day.number() - 1);
        }
        let more = day >= first && on(&revisions, day).is_some();
        let next = more.then(|| self.token(page, &day.number().to_be_bytes()));
        Ok((scores, next.unwrap_or_default()))
    }

    /// Why a later score differs from an earlier one: exactly, by channel, time and model.
    pub async fn own_change(
        &self,
        caller: &Caller,
        (from, to): (Which, Which),
    ) -> Result<Explanation, Error> {
        let view = self.store.snapshot().await?;
        let me = self.me(&view, caller).await?.id;
        let (from, to) = (self.basis(&view, me, from).await?, self.basis(&view, me, to).await?);
        if from.day > to.day || from.evidence.revision > to.evidence.revision {
            return Err(Error::invalid("to", "must be the later score"));
        }
        let permit = Permit::own(me, to.evidence.permit().channels());
        let revision = to.evidence.revision;
        let meanwhile = view.evidence_at(permit, &self.vault, revision, &from.model).await?;
        let meanwhile = meanwhile.ok_or(Error::NotFound("score"))?;
        let change = change(&from.side(), &meanwhile.summary, &to.side());
        Ok(Explanation { from: from.named(), to: to.named(), change })
    }

    /// Opens what a candidate's own score is computed from.
    async fn basis(&self, view: &View, me: CandidateId, which: Which) -> Result<Basis, Error> {
        let today = view.now().day();
        let missing = || Error::NotFound("score");
        match which {
            Which::Today(channels) => {
                let sealed = view.sealed(me, self.model.digest).await?.ok_or_else(missing)?;
                let evidence = sealed.open(Permit::own(me, chosen(channels)), &self.vault)?;
                let day = today.max(Day::from_number(evidence.summary.day));
                Ok(Basis { evidence, model: Arc::clone(&self.model), day })
            }
            Which::Named(name) => {
                let model = self.models.of(&name).ok_or_else(missing)?;
                let permit = Permit::own(me, name.channels);
                let found = view.evidence_at(permit, &self.vault, name.revision, model).await?;
                let evidence = found.ok_or_else(missing)?;
                let first = Day::from_number(evidence.summary.day);
                if name.day < first || name.day > today.max(first) {
                    return Err(missing());
                }
                Ok(Basis { evidence, model: Arc::clone(model), day: name.day })
            }
        }
    }
}

/// The channels that were named, or all.
pub(super) fn chosen(channels: Channels) -> Channels {
    if channels.is_empty() { Channels::all() } else { channels }
}

/// The revision of a day: the last one published by its end.
fn on(revisions: &[(i64, Timestamp)], day: Day) -> Option<i64> {
    revisions.iter().find(|(_, at)| at.day() <= day).map(|(number, _)| *number)
}

/// The model of a day: the last one released by its end.
fn on_release(releases: &[(Timestamp, Arc<Model>)], day: Day) -> Option<&Arc<Model>> {
    releases.iter().rev().find(|(at, _)| at.day() <= day).map(|(_, model)| model)
}
