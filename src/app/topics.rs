//! Topics: what items are about as they come in, what is claimed of them, and standing among the
//! candidates who agreed to be counted.

use std::sync::{Arc, PoisonError, RwLock};

use super::explain::hexadecimal;
use super::own::chosen;
use super::page::Page;
use super::{App, Error};
use crate::auth::Caller;
use crate::domain::consent::Permit;
use crate::domain::entry::{Details, Entry, Kind};
use crate::domain::ids::Handle;
use crate::domain::item::Item;
use crate::domain::population::{Population, places};
use crate::domain::profile::{TopicProfile, topic_profiles};
use crate::domain::scope::Channels;
use crate::domain::time::Day;
use crate::domain::topic::{ItemTopics, Mention, Standing, TopicId};
use crate::domain::topic_document::{TOPIC_ITEMS, TopicDocument, TopicItemLines, TopicSubject};
use crate::storage::{Evidence, TopicItem, View};
use crate::topics::{Assigned, Matcher, Ontology};

/// The topics there are, how to find them, and how many candidates stand where.
#[derive(Clone, Debug)]
pub struct Topics {
    ontology: Arc<Ontology>,
    matcher: Arc<Matcher>,
    /// As it was counted a moment ago. It holds numbers of people only, never a person.
    population: Arc<RwLock<Arc<Population>>>,
}

impl Topics {
    /// With an ontology; the one that ships where there is no other.
    pub fn new(ontology: Option<&str>) -> anyhow::Result<Self> {
        let ontology = ontology.map_or_else(Ontology::built_in, Ontology::parse)?;
        Ok(Self {
            matcher: Arc::new(Matcher::new(&ontology)),
            ontology: Arc::new(ontology),
            population: nobody(),
        })
    }

    /// The same topics, with a count of their own: each server has its own database.
    pub(super) fn apart(&self) -> Self {
        Self { population: nobody(), ..self.clone() }
    }

    /// The topics there are.
    pub fn ontology(&self) -> &Ontology {
        &self.ontology
    }

    /// The number that topics of items are stored with: other topics, another number.
    pub(super) fn number(&self) -> i64 {
        i64::from_str_radix(self.ontology.version(), 16).unwrap_or_default()
    }

    /// How many candidates stand where, as counted a moment ago.
    pub(super) fn population(&self) -> Arc<Population> {
        Arc::clone(&self.population.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set_population(&self, population: Population) {
        let mut place = self.population.write().unwrap_or_else(PoisonError::into_inner);
        *place = Arc::new(population);
    }

    /// What an item is about, and what others speak of under it.
    pub(super) fn of(&self, item: &Item) -> ItemTopics {
        let knows = item.kind.shows_knowledge();
        let about = if knows { self.matcher.assign(item) } else { Vec::new() };
        let about = about.into_iter().map(mention).collect();
        let heard = item.heard.join("\n");
        let heard = self.matcher.assign_text(&heard, item.language.as_deref());
        ItemTopics { about, heard: heard.into_iter().map(mention).collect() }
    }
}

fn nobody() -> Arc<RwLock<Arc<Population>>> {
    Arc::new(RwLock::new(Arc::new(Population::new(Day::from_number(0)))))
}

fn mention(assigned: Assigned) -> Mention {
    let causes = assigned.causes.into_iter();
    Mention {
        topic: assigned.topic,
        causes: causes.map(|cause| (cause.kind.word().to_owned(), cause.text)).collect(),
    }
}

/// The explanation of a topic, as it was released.
#[derive(Clone, Debug)]
pub struct ExplainedTopic {
    /// The document.
    pub document: TopicDocument,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub digest: String,
    /// What can be said, with the counts and the rank.
    pub profile: TopicProfile,
}

impl ExplainedTopic {
    /// What can be said.
    pub const fn standing(&self) -> Standing {
        self.profile.standing
    }
}

impl App {
    /// Explains what the calling candidate's own items show of a topic, and what others say of it
    /// under them.
    pub async fn explain_own_topic(
        &self,
        caller: &Caller,
        topic: TopicId,
        channels: Channels,
    ) -> Result<ExplainedTopic, Error> {
        let view = self.store.snapshot().await?;
        let me = self.me(&view, caller).await?.id;
        let sealed = view.sealed(me, self.model.digest).await?;
        let sealed = sealed.ok_or(Error::NotFound("candidate"))?;
        let evidence = sealed.open(Permit::own(me, chosen(channels)), &self.vault)?;
        let day = view.now().day().max(Day::from_number(evidence.summary.day));
        let explained = self.explained_topic(&view, &evidence, (None, day, topic)).await?;
        explained.ok_or(Error::NotFound("topic"))
    }

    /// Explains a topic from opened evidence; `None` when the ontology does not have it.
    pub(super) async fn explained_topic(
        &self,
        view: &View,
        evidence: &Evidence,
        (candidate, day, id): (Option<Handle>, Day, TopicId),
    ) -> Result<Option<ExplainedTopic>, Error> {
        let Some(topic) = self.topics.ontology.topic(id) else { return Ok(None) };
        let (rules, summary) = (&self.model.topics, &evidence.summary);
        let sums = summary.topics(rules).remove(&id).unwrap_or_default();
        let summed = Day::from_number(summary.day);
        let population = self.topics.population();
        let profile = TopicProfile::new(rules, (id, &sums), (summed, day), &population);
        let subject = TopicSubject {
            candidate,
            topic: (id, &topic.english, &topic.german),
            sums: &sums,
            rank: profile.rank.map(|(rank, _)| rank),
            day,
            revision: evidence.revision,
            revision_day: summed,
            channels: evidence.permit().channels(),
            model: (&self.model.version, self.model.digest.to_string()),
        };
        let items = topic_lines(evidence.items_of_topic(view, id).await?);
        let document = TopicDocument::new(rules, &subject, items);
        let bytes = document.render();
        let digest = hexadecimal(&bytes);
        Ok(Some(ExplainedTopic { document, bytes, digest, profile }))
    }

    /// The topics there are.
    pub fn topics(&self) -> &Topics {
        &self.topics
    }

    /// Counts anew how many candidates stand where.
    pub async fn count_population(&self) -> Result<(), Error> {
        let view = self.store.view();
        let population = view.population(&self.model, view.now().day()).await?;
        self.topics.set_population(population);
        Ok(())
    }

    /// A page of what a candidate's own items show of topics, and the next page's token.
    pub async fn own_topics(
        &self,
        caller: &Caller,
        channels: Channels,
        page: &Page,
    ) -> Result<(Vec<TopicProfile>, String), Error> {
        let limit = usize::try_from(page.limit()?).unwrap_or(usize::MAX);
        let from = self.position(page)?.and_then(|position| position.as_slice().try_into().ok());
        let from = usize::try_from(from.map_or(0, u64::from_be_bytes)).unwrap_or(usize::MAX);
        let view = self.store.view();
        let me = self.me(&view, caller).await?.id;
        let sealed = view.sealed(me, self.model.digest).await?;
        let sealed = sealed.ok_or(Error::NotFound("candidate"))?;
        let evidence = sealed.open(Permit::own(me, chosen(channels)), &self.vault)?;
        let (rules, population) = (&self.model.topics, self.topics.population());
        let day = view.now().day().max(Day::from_number(evidence.summary.day));
        let topics = topic_profiles(rules, &evidence.summary, day, &population);
        let end = from.saturating_add(limit).min(topics.len());
        let next = (end < topics.len()).then(|| self.token(page, &(end as u64).to_be_bytes()));
        Ok((topics.into_iter().skip(from).take(limit).collect(), next.unwrap_or_default()))
    }

    /// Counts the calling candidate among the others from now on.
    pub async fn join_population(&self, caller: &Caller) -> Result<(), Error> {
        let view = self.store.view();
        let me = self.me(&view, caller).await?;
        let (id, model, vault) = (me.id, Arc::clone(&self.model), self.vault.clone());
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    if tx.counted_since(id).await?.is_some() {
                        return Ok(());
                    }
                    tx.join_population(&me, &model).await?;
                    // In this transaction, so that no import slips in between.
                    let sealed = tx.sealed(id, model.digest).await?;
                    let sealed = sealed.ok_or(Error::NotFound("candidate"))?;
                    let permit = Permit::own(id, Channels::all());
                    let evidence = sealed.open(permit, &vault)?;
                    tx.put_share(&me, &model, places(&model.topics, &evidence.summary)).await?;
                    let kind = Kind::PopulationJoined;
                    let details = Details::default();
                    tx.append(&Entry { kind, organization: None, candidate: Some(id), details });
                    Ok(())
                })
            })
            .await?;
        self.count_population().await
    }

    /// Counts the calling candidate no longer.
    pub async fn leave_population(&self, caller: &Caller) -> Result<(), Error> {
        let view = self.store.view();
        let me = self.me(&view, caller).await?;
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    if tx.leave_population(&me).await? {
                        let (kind, candidate) = (Kind::PopulationLeft, Some(me.id));
                        let details = Details::default();
                        tx.append(&Entry { kind, organization: None, candidate, details });
                    }
                    Ok(())
                })
            })
            .await?;
        self.count_population().await
    }
}

/// The youngest items, with what in them is about the topic.
fn topic_lines(mut items: Vec<TopicItem>) -> Vec<TopicItemLines> {
    items.sort_by(|a, b| b.item.posted.cmp(&a.item.posted).then_with(|| a.item.id.cmp(&b.item.id)));
    items.truncate(TOPIC_ITEMS);
    let lines = items.into_iter().map(|TopicItem { channel, item, about, heard }| TopicItemLines {
        channel: channel.word().to_owned(),
        item: item.id,
        item_kind: item.kind.word().to_owned(),
        posted: item.posted.to_string(),
        received: !item.reactions.is_empty(),
        causes: about.unwrap_or_default(),
        heard: heard.unwrap_or_default(),
        excerpt: item.excerpt,
        url: item.url,
    });
    lines.collect()
}
