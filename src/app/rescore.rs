//! Summing evidence that was not yet summed with the model in use.

use super::{App, Error};
use crate::domain::ids::CandidateId;
use crate::domain::population::places;

/// Candidates between two reports of progress.
const STEP: u64 = 100;

impl App {
    /// Sums the current evidence of every candidate that has no sums for this model yet, and
    /// tells how many are done after each step. May be interrupted and repeated.
    pub async fn rescore(&self, mut progress: impl FnMut(u64)) -> Result<u64, Error> {
        let mut done = 0;
        loop {
            let candidates = self.store.view().unsummarized(&self.model, STEP).await?;
            if candidates.is_empty() {
                return Ok(done);
            }
            for candidate in candidates {
                self.rescore_one(candidate).await?;
                done += 1;
            }
            progress(done);
        }
    }

    async fn rescore_one(&self, id: CandidateId) -> Result<(), Error> {
        let view = self.store.view();
        let Some(candidate) = view.candidate(id, &self.vault).await? else { return Ok(()) };
        let number = candidate.revision;
        let revision = view.revision(id, number).await?;
        let (watermarks, day) = revision.ok_or_else(|| Error::internal("a revision is missing"))?;
        let summary = view.summarize((id, &candidate.key), watermarks, &self.model, day).await?;
        let model = std::sync::Arc::clone(&self.model);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.insert_summary((id, &candidate.key), number, &model, &summary).await?;
                    let places = places(&model.topics, &summary);
                    tx.put_share(&candidate, &model, places).await?;
                    Ok(())
                })
            })
            .await
    }
}
