//! The models there are: those that ship with this version, and those that the operator adds. One
//! is in use; the others explain the scores that were made with them (promise P7).

use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::page::Page;
use super::{App, Error};
use crate::crypto;
use crate::domain::entry::Kind;
use crate::domain::model::{Digest, Model};
use crate::domain::score_name::ScoreName;
use crate::domain::time::Timestamp;
use crate::storage::View;

/// The model that ships with this version.
pub const MODEL: &str = include_str!("../../models/2026.11.toml");

/// All that ship, the newest first.
const BUILT_IN: [&str; 1] = [MODEL];

/// Reads the text of a model file.
pub fn read_model(text: &str) -> anyhow::Result<Model> {
    Ok(Model::parse(text, Digest::from_bytes(crypto::sha256(text.as_bytes())))?)
}

/// A model with its file.
#[derive(Clone, Debug)]
pub struct Release {
    /// What was read from it.
    pub model: Arc<Model>,
    /// The file, byte for byte.
    pub text: Arc<str>,
}

/// The models there are, the one in use first.
#[derive(Clone, Debug)]
pub struct Models(Arc<[Release]>);

impl Models {
    /// Those that ship, and more by the text of their files. `current` is the version in use;
    /// empty for the newest that ships.
    pub fn new(current: &str, more: &[String]) -> anyhow::Result<Self> {
        let mut releases: Vec<Release> = Vec::new();
        for text in BUILT_IN.into_iter().chain(more.iter().map(String::as_str)) {
            let model = read_model(text)?;
            let known = releases.iter().find(|known| known.model.version == model.version);
            if known.is_some_and(|known| known.model.digest != model.digest) {
                bail!("two different model files call themselves {}", model.version);
            }
            if known.is_none() {
                releases.push(Release { model: Arc::new(model), text: Arc::from(text) });
            }
        }
        let at = if current.is_empty() {
            Some(0)
        } else {
            releases.iter().position(|release| release.model.version == current)
        };
        let at = at.with_context(|| {
            let versions = releases.iter().map(|release| release.model.version.as_str());
            let versions = versions.collect::<Vec<_>>().join(", ");
            format!("model.current: there is no model {current}, only {versions}")
        })?;
        if let Some(first) = releases.get_mut(..=at) {
            first.rotate_right(1);
        }
        Ok(Self(releases.into()))
    }

    /// The one in use.
    pub fn current(&self) -> anyhow::Result<Release> {
        self.0.first().cloned().context("there is no model")
    }

    /// All of them, the one in use first.
    pub fn all(&self) -> &[Release] {
        &self.0
    }

    /// The model of this version; `current` is the one in use.
    pub fn version(&self, version: &str) -> Option<&Release> {
        let wanted = |release: &&Release| version == "current" || release.model.version == version;
        self.0.iter().find(wanted)
    }

    /// The model that a score was made with.
    pub fn of(&self, score: &ScoreName) -> Option<&Arc<Model>> {
        let begins = |release: &&Release| release.model.digest.bytes().starts_with(&score.model);
        self.0.iter().find(begins).map(|release| &release.model)
    }

    fn digest(&self, digest: &str) -> Option<&Arc<Model>> {
        let is = |release: &&Release| release.model.digest.to_string() == digest;
        self.0.iter().find(is).map(|release| &release.model)
    }
}

impl App {
    /// The models there are.
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// A page of the models, the one in use first, and the next page's token.
    pub fn model_page(&self, page: &Page) -> Result<(Vec<Release>, String), Error> {
        let limit = usize::try_from(page.limit()?).unwrap_or(usize::MAX);
        let from = self.position(page)?.and_then(|position| position.as_slice().try_into().ok());
        let from = from.map_or(0, |bytes| usize::from(u16::from_be_bytes(bytes)));
        let all = self.models.all();
        let releases: Vec<_> = all.iter().skip(from).take(limit).cloned().collect();
        let end = from + releases.len();
        let next = u16::try_from(end).ok().filter(|_| end < all.len());
        let token = next.map(|next| self.token(page, &next.to_be_bytes()));
        Ok((releases, token.unwrap_or_default()))
    }

    /// Which model came into use when, the latest last: what the record says.
    pub(super) async fn releases(
        &self,
        view: &View,
    ) -> Result<Vec<(Timestamp, Arc<Model>)>, Error> {
        let (mut from, mut releases) = (0, Vec::new());
        loop {
            let page = view.entries(from, None, Some(Kind::ModelReleased), 100).await?;
            let Some(last) = page.last() else { return Ok(releases) };
            from = last.index + 1;
            for opening in page.iter().filter_map(|stored| stored.opening.as_ref()) {
                let document: serde_json::Value =
                    serde_json::from_slice(&opening.document).map_err(Error::internal)?;
                let digest = document.get("digest").and_then(serde_json::Value::as_str);
                let model = digest.and_then(|digest| self.models.digest(digest));
                releases.extend(model.map(|model| (opening.time, Arc::clone(model))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_in_use_comes_first_and_the_others_stay() {
        let second = MODEL.replacen("version = \"2026.11\"", "version = \"2027.1\"", 1);
        let models = Models::new("2027.1", std::slice::from_ref(&second)).unwrap();
        let versions: Vec<_> = models.all().iter().map(|r| r.model.version.clone()).collect();
        assert_eq!(versions, ["2027.1", "2026.11"]);
        assert_eq!(models.current().unwrap().model.version, "2027.1");
        assert_eq!(models.version("2026.11").unwrap().text.as_ref(), MODEL);
        let unused = Models::new("", &[second]).unwrap();
        assert_eq!(unused.version("current").unwrap().model.version, "2026.11");
    }

    #[test]
    fn a_version_that_is_unknown_or_means_two_files_is_refused() {
        assert!(Models::new("2031.1", &[]).unwrap_err().to_string().contains("2026.11"));
        let other = MODEL.replacen("value = 62.0", "value = 63.0", 1);
        assert!(Models::new("", &[other]).unwrap_err().to_string().contains("two different"));
    }
}
