//! Answers of the Data API v3: `channels.list` and `videos.list`, and the subscriptions in the
//! same form that older Takeouts hold. All numbers are written as text; what is hidden or switched
//! off is left out, which is not zero.

use serde::Deserialize;

use super::super::archive::{Archive, Member, names};
use super::super::error::Error;
use super::super::json::{self, Count, Flag, List, One, Text};
use super::super::peek;
use super::super::report::Skip;
use super::tables::{possible, tags};
use super::{Known, Owned, handle};
use crate::domain::evidence::Signal;
use crate::domain::item::{Item, ItemKind, excerpt};

/// Base names under which answers are kept; one that was brought alone is told by its content.
const NAMES: [&str; 4] = ["channel", "video", "youtube", "subscriptions"];
/// What an answer says that it is. A search lists other people's videos, and is none of these.
const KINDS: [&str; 5] = [
    "youtube#videoListResponse",
    "youtube#channelListResponse",
    "\"youtube#video\"",
    "\"youtube#channel\"",
    "\"youtube#subscription\"",
];
const FOREIGN: [&str; 4] = [
    "youtube#searchListResponse",
    "youtube#searchResult",
    "youtube#playlistItem",
    "youtube#activity",
];
/// The numbers of categories that videos can have, with their English names.
const CATEGORIES: [(&str, &str); 15] = [
    ("1", "Film & Animation"),
    ("2", "Autos & Vehicles"),
    ("10", "Music"),
    ("15", "Pets & Animals"),
    ("17", "Sports"),
    ("19", "Travel & Events"),
    ("20", "Gaming"),
    ("22", "People & Blogs"),
    ("23", "Comedy"),
    ("24", "Entertainment"),
    ("25", "News & Politics"),
    ("26", "Howto & Style"),
    ("27", "Education"),
    ("28", "Science & Technology"),
    ("29", "Nonprofits & Activism"),
];

/// Folders in which Takeouts until 2020 hold an answer for each video, by the video's title.
const FOLDERS: [&str; 4] = ["videos", "video metadata", "video-metadaten", "videometadaten"];

/// Whether a member of this name, in lower case, may be an answer.
pub(super) fn is_name(name: &str) -> bool {
    let Some(stem) = names::base(name).strip_suffix(".json") else {
        return false;
    };
    let folder = names::base(names::folder(name));
    FOLDERS.contains(&folder) || NAMES.iter().any(|name| stem.starts_with(name))
}

/// Whether a text that begins so is an answer.
pub(super) fn is_answer(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    KINDS.iter().any(|kind| text.contains(kind)) && !FOREIGN.iter().any(|kind| text.contains(kind))
}

/// Gives every resource to `give`.
pub(super) fn each(
    archive: &mut Archive<'_>,
    members: &[Member],
    give: &mut dyn FnMut(Resource) -> Result<(), Error>,
) -> Result<(), Error> {
    peek::each(archive, members, &mut |head, open| {
        let head = String::from_utf8_lossy(head);
        let is_list = head.trim_start_matches('\u{feff}').trim_start().starts_with('[');
        let mut one = |resource: One<Resource>| resource.into_resources(give);
        if is_list {
            json::array(open, &mut one)
        } else if head.contains("\"items\"") {
            json::array_at(open, "items", &mut one)
        } else {
            // Nothing was found, or it is one resource alone.
            one(json::document(open)?)
        }
    })
}

/// How a video was received.
#[derive(Clone, Copy, Default)]
pub(super) struct Statistics {
    likes: Option<u64>,
    comments: Option<u64>,
    views: Option<u64>,
}

impl Statistics {
    /// Answers of different days: the higher numbers count.
    pub(super) fn merge(&mut self, other: Self) {
        self.likes = self.likes.max(other.likes);
        self.comments = self.comments.max(other.comments);
        self.views = self.views.max(other.views);
    }

    fn reactions(self) -> Vec<(Signal, u64)> {
        let all = [
            (Signal::Like, self.likes),
            (Signal::Reply, self.comments),
            (Signal::View, self.views),
        ];
        all.into_iter().filter_map(|(signal, count)| Some((signal, count?))).collect()
    }
}

impl Known {
    /// How a video was received, if some answer tells.
    pub(super) fn statistics(&self, id: &str) -> Vec<(Signal, u64)> {
        self.statistics.get(id).copied().unwrap_or_default().reactions()
    }
}

/// A video, a channel or a subscription.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Resource {
    kind: Text,
    id: Text,
    snippet: One<Box<Snippet>>,
    statistics: One<Numbers>,
    status: One<Status>,
    #[serde(rename = "topicDetails")]
    topics: One<Topics>,
    /// Of a whole answer within a list of answers.
    items: List<One<Resource>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Snippet {
    title: Text,
    description: Text,
    published_at: Text,
    channel_id: Text,
    custom_url: Text,
    category_id: Text,
    tags: List<Text>,
    default_language: Text,
    default_audio_language: Text,
    live_broadcast_content: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Numbers {
    #[serde(rename = "viewCount")]
    views: Count,
    #[serde(rename = "likeCount")]
    likes: Count,
    #[serde(rename = "commentCount")]
    comments: Count,
    #[serde(rename = "subscriberCount")]
    subscribers: Count,
    #[serde(rename = "hiddenSubscriberCount")]
    hides_subscribers: Flag,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    privacy_status: Text,
    upload_status: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Topics {
    topic_categories: List<Text>,
}

impl One<Resource> {
    fn into_resources(
        self,
        give: &mut dyn FnMut(Resource) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some(mut resource) = self.0 else {
            return Ok(());
        };
        for item in std::mem::take(&mut resource.items.0) {
            item.into_resources(give)?;
        }
        give(resource)
    }
}

impl Resource {
    /// Its number.
    pub(super) fn id(&self) -> Option<&str> {
        self.id.get()
    }

    /// Whether it is a video.
    pub(super) fn is_video(&self) -> bool {
        self.kind.get() == Some("youtube#video")
    }

    /// Whether it is a channel.
    pub(super) fn is_channel(&self) -> bool {
        self.kind.get() == Some("youtube#channel")
    }

    /// Whether it is a channel subscribed to.
    pub(super) fn is_subscription(&self) -> bool {
        self.kind.get() == Some("youtube#subscription")
    }

    /// The channel that a video is in.
    pub(super) fn channel(&self) -> Option<&str> {
        self.snippet.get()?.channel_id.get()
    }

    /// What a channel's resource tells about it.
    pub(super) fn channel_facts(&self, id: &str) -> Owned {
        let snippet = self.snippet.get();
        let numbers = self.statistics.get();
        let shown = numbers.filter(|numbers| !numbers.hides_subscribers.is_set());
        let text = |field: &dyn Fn(&Snippet) -> Option<String>| snippet.and_then(|s| field(s));
        Owned {
            id: id.to_owned(),
            title: text(&|snippet| snippet.title.get().map(excerpt)),
            handle: text(&|snippet| handle(snippet.custom_url.get()?)),
            created: possible(text(&|snippet| snippet.published_at.0.clone())),
            subscribers: shown.and_then(|numbers| numbers.subscribers.0),
        }
    }

    /// How a video was received.
    pub(super) fn statistics(&self) -> Statistics {
        let Some(numbers) = self.statistics.get() else {
            return Statistics::default();
        };
        Statistics { likes: numbers.likes.0, comments: numbers.comments.0, views: numbers.views.0 }
    }

    /// Why a video must be left out, if it must. Without the part `status` it was public to the
    /// key that asked.
    pub(super) fn left_out(&self) -> Option<Skip> {
        let status = self.status.get();
        let word = |field: &dyn Fn(&Status) -> &Text| {
            status.and_then(|status| field(status).get().map(str::to_owned))
        };
        if word(&|status| &status.privacy_status).is_some_and(|word| word != "public") {
            return Some(Skip::NotPublic);
        }
        match word(&|status| &status.upload_status).as_deref() {
            Some("deleted") => return Some(Skip::Deleted),
            Some("rejected") => return Some(Skip::Removed),
            Some("failed") => return Some(Skip::NotPublished),
            _ => {}
        }
        let live = self.snippet.get().and_then(|snippet| snippet.live_broadcast_content.get());
        (live == Some("upcoming")).then_some(Skip::NotPublished)
    }

    /// A video as an item, unless its date is impossible.
    pub(super) fn item(&self, id: &str) -> Option<Item> {
        let snippet = self.snippet.get()?;
        let posted_at = possible(snippet.published_at.0.clone())?;
        let parts = [snippet.title.get(), snippet.description.get()];
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
        let category = snippet.category_id.get().and_then(|number| {
            CATEGORIES
                .iter()
                .find(|(known, _)| *known == number)
                .map(|(_, name)| (*name).to_owned())
        });
        let given = snippet.tags.0.iter().filter_map(Text::get).map(str::to_owned);
        let topics = self.topics.get().map(|topics| topics.topic_categories.0.as_slice());
        let topics = topics.unwrap_or_default().iter().filter_map(|address| topic(address.get()?));
        let language =
            snippet.default_audio_language.get().or_else(|| snippet.default_language.get());
        Some(Item {
            id: id.to_owned(),
            kind: ItemKind::Video,
            posted_at,
            tags: tags(given.chain(category).chain(topics), &text),
            text,
            language: language.map(str::to_owned),
            url: Some(format!("https://www.youtube.com/watch?v={id}")),
            reactions: self.statistics().reactions(),
            heard: Vec::new(),
        })
    }
}

/// The title of the Wikipedia page that a topic is named by.
fn topic(address: &str) -> Option<String> {
    let (_, title) = address.split_once("wikipedia.org/wiki/")?;
    (!title.contains(['%', '/', '?'])).then(|| title.replace('_', " "))
}
