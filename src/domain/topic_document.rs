//! The explanation of a topic as one document: what was found, in which items, by which words, and
//! what follows from it.

use serde::{Deserialize, Serialize};

use super::document::sealed;
use super::ids::Handle;
use super::population::Rank;
use super::scope::Channels;
use super::time::Day;
use super::topic::{Rules, Standing, TopicId, TopicSums};

/// The most items that are listed.
pub const TOPIC_ITEMS: usize = 200;

const FORMAT: &str = "glasklar topic explanation 1";

/// The explanation of a topic, as released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicDocument {
    format: String,
    /// `candidates/{candidate}`.
    pub candidate: String,
    /// The Wikidata item.
    pub topic: TopicId,
    /// What it is called in English.
    pub english: String,
    /// What it is called in German.
    pub german: String,
    /// What can be said: `CLAIM`, `EMERGING`, `AUDIENCE_INTEREST` or `NOTHING`.
    pub standing: String,
    /// The UTC day it is said for.
    pub as_of: String,
    /// The revision of the evidence.
    pub revision: i64,
    /// The UTC day that the counts are of.
    pub revision_day: String,
    /// The model's version, and SHA-256 of its file.
    pub model: String,
    /// SHA-256 of the model file.
    pub model_digest: String,
    /// The channels that were looked at.
    pub channels: Vec<String>,
    /// Well-received items that a claim needs, days it needs them on, and days back that count.
    pub needed: [u64; 3],
    /// Items about it that she published in that time.
    pub authored: u64,
    /// Those with a reaction by somebody else.
    pub received: u64,
    /// Items of hers under which others spoke of it.
    pub heard: u64,
    /// UTC days of the youngest well-received items.
    pub days: Vec<String>,
    /// The rank, if it may be told: top thousandths, best, worst, and among how many.
    pub rank: Option<[u64; 4]>,
    /// The items, youngest first, if they may be shown.
    pub items: Vec<TopicItemLines>,
    digest: String,
}

/// One item that shows something of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicItemLines {
    /// The channel.
    pub channel: String,
    /// The network's id.
    pub item: String,
    /// What it is, such as `answer`.
    pub item_kind: String,
    /// The UTC day it was published.
    pub posted: String,
    /// Whether somebody else reacted to it.
    pub received: bool,
    /// What in it is about the topic: kind and text.
    pub causes: Vec<(String, String)>,
    /// What others said of the topic under it: kind and text.
    pub heard: Vec<(String, String)>,
    /// The beginning of its text.
    pub excerpt: String,
    /// Where it can be seen.
    pub url: String,
}

/// What is to be explained.
#[derive(Clone, Debug)]
pub struct TopicSubject<'a> {
    /// The candidate as the reader knows her; `None` for herself.
    pub candidate: Option<Handle>,
    /// The topic, with its labels in English and German.
    pub topic: (TopicId, &'a str, &'a str),
    /// What the channels show of it.
    pub sums: &'a TopicSums,
    /// The rank, if there is one.
    pub rank: Option<Rank>,
    /// The day it is said for, the revision, and the revision's day.
    pub day: Day,
    /// The revision's number.
    pub revision: i64,
    /// The day that ages were counted to.
    pub revision_day: Day,
    /// The channels that were looked at.
    pub channels: Channels,
    /// The model's version and digest.
    pub model: (&'a str, String),
}

/// The word of a standing.
pub const fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Claim => "CLAIM",
        Standing::Emerging => "EMERGING",
        Standing::AudienceInterest => "AUDIENCE_INTEREST",
        Standing::Nothing => "NOTHING",
    }
}

impl TopicDocument {
    /// Explains a topic.
    pub fn new(rules: &Rules, subject: &TopicSubject<'_>, items: Vec<TopicItemLines>) -> Self {
        let candidate = subject.candidate.map_or_else(|| "me".to_owned(), |h| h.to_string());
        let standing = subject.sums.standing(rules, subject.day);
        let rank = subject.rank.filter(|_| standing == Standing::Claim);
        let (topic, english, german) = subject.topic;
        let days = subject.sums.days.iter().map(|day| Day::from_number(*day).to_string());
        Self {
            format: FORMAT.to_owned(),
            candidate: format!("candidates/{candidate}"),
            topic,
            english: english.to_owned(),
            german: german.to_owned(),
            standing: word(standing).to_owned(),
            as_of: subject.day.to_string(),
            revision: subject.revision,
            revision_day: subject.revision_day.to_string(),
            model: subject.model.0.to_owned(),
            model_digest: subject.model.1.clone(),
            channels: subject.channels.iter().map(|channel| channel.word().to_owned()).collect(),
            needed: [
                rules.claim_items as u64,
                rules.claim_days as u64,
                u64::from(rules.window_days),
            ],
            authored: subject.sums.authored,
            received: subject.sums.received,
            heard: subject.sums.heard,
            days: days.collect(),
            rank: rank.map(|r| [u64::from(r.top_permille), r.best, r.worst, r.candidates]),
            items,
            digest: String::new(),
        }
    }

    /// The bytes that are released: JSON, one value a line, the digest of every other byte last.
    pub fn render(&self) -> Vec<u8> {
        sealed(&Self { digest: "0".repeat(64), ..self.clone() })
    }

    /// Reads a document.
    pub fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}
