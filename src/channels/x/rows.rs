//! The rows of X's files, as far as they are read. Fields that are not named here are skipped
//! without being kept; e-mail addresses and phone numbers are among them.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::csv::Record;
use super::super::json::{Count, Text};
use super::super::meta::hashtags;
use crate::domain::time::Timestamp;

/// A row of `tweets.js`. Until 2020 the fields were not wrapped in `tweet`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Tweet {
    #[serde(rename = "tweet")]
    wrapped: Option<Box<Self>>,
    id_str: Text,
    id: Text,
    /// `Wed Oct 10 20:19:24 +0000 2018`.
    pub(super) created_at: Text,
    full_text: Text,
    text: Text,
    /// Likes by others.
    pub(super) favorite_count: Count,
    /// Reshares by others.
    pub(super) retweet_count: Count,
    in_reply_to_status_id_str: Text,
    in_reply_to_user_id_str: Text,
    in_reply_to_user_id: Text,
    /// A language as X tells it; `und` and `q…` are none.
    pub(super) lang: Text,
    entities: Option<Entities>,
    edit_info: Option<EditInfo>,
    /// The post of somebody else that it passes on; archives told it until 2018.
    retweeted_status: Option<IgnoredAny>,
    user: Option<Author>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Author {
    protected: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entities {
    urls: Option<Vec<Url>>,
    hashtags: Option<Vec<Hashtag>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Hashtag {
    text: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Url {
    expanded_url: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EditInfo {
    initial: Option<Versions>,
    edit: Option<Edit>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Edit {
    edit_control_initial: Option<Versions>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Versions {
    edit_tweet_ids: Option<Vec<Text>>,
}

impl Tweet {
    /// The row with the fields.
    pub(super) fn unwrapped(mut self) -> Self {
        match self.wrapped.take() {
            Some(inner) => *inner,
            None => self,
        }
    }

    /// The post's number.
    pub(super) fn id(&self) -> Option<u64> {
        self.id_str.get().or_else(|| self.id.get())?.parse().ok()
    }

    /// The hashtags, without `#`.
    pub(super) fn hashtags(&self) -> Vec<String> {
        let tags = self.entities.iter().flat_map(|entities| entities.hashtags.iter().flatten());
        tags.filter_map(|tag| tag.text.get()).map(str::to_owned).collect()
    }

    /// The text, with `&`, `<` and `>` escaped.
    pub(super) fn text(&self) -> &str {
        self.full_text.get().or_else(|| self.text.get()).unwrap_or_default()
    }

    /// Whether it passes on somebody else's post. The counts in its row are the original's.
    pub(super) fn is_reshare(&self) -> bool {
        self.retweeted_status.is_some() || self.text().starts_with("RT @")
    }

    /// Whether only accepted followers could see it when the archive was made.
    pub(super) fn is_protected(&self) -> bool {
        self.user.as_ref().and_then(|user| user.protected).unwrap_or(false)
    }

    /// A row of the table of posts that archives held until 2018.
    pub(super) fn of_record(record: &Record<'_>) -> Self {
        let text = |column: &str| Text(record.get(&[column]));
        let urls = record.get(&["expanded_urls"]).unwrap_or_default();
        let urls = urls.split(',').map(|url| Url { expanded_url: Text(Some(url.to_owned())) });
        let words = record.get(&["text"]).unwrap_or_default();
        let tags = hashtags(&words).into_iter().map(|tag| Hashtag { text: Text(Some(tag)) });
        Self {
            id_str: text("tweet_id"),
            created_at: text("timestamp"),
            in_reply_to_status_id_str: text("in_reply_to_status_id"),
            in_reply_to_user_id_str: text("in_reply_to_user_id"),
            retweeted_status: record.get(&["retweeted_status_id"]).map(|_| IgnoredAny),
            entities: Some(Entities { urls: Some(urls.collect()), hashtags: Some(tags.collect()) }),
            text: Text(Some(words)),
            ..Self::default()
        }
    }

    /// Whether it answers somebody, the author included.
    pub(super) fn is_reply(&self) -> bool {
        self.in_reply_to_status_id_str.get().is_some() || self.answered().is_some()
    }

    /// Whom it answers.
    pub(super) fn answered(&self) -> Option<&str> {
        self.in_reply_to_user_id_str.get().or_else(|| self.in_reply_to_user_id.get())
    }

    /// Whether it links to another post.
    pub(super) fn is_quote(&self, id: u64) -> bool {
        let urls = self.entities.as_ref().and_then(|entities| entities.urls.as_deref());
        urls.unwrap_or_default()
            .iter()
            .filter_map(|url| linked_post(url.expanded_url.get()?))
            .any(|linked| linked != id)
    }

    /// Whether a later version of the post is in the archive as well: every version of an
    /// edited post has a row, and the last number is the one that is online.
    pub(super) fn is_superseded(&self, id: u64) -> bool {
        let versions = self.edit_info.as_ref().and_then(|info| {
            let edited = info.edit.as_ref().and_then(|edit| edit.edit_control_initial.as_ref());
            info.initial.as_ref().or(edited)?.edit_tweet_ids.as_deref()?.last()
        });
        let last = versions.and_then(|last| last.get()?.parse::<u64>().ok());
        last.is_some_and(|last| last != id)
    }
}

/// The number in `https://x.com/<handle>/status/<number>`. Links to a post's own pictures go on
/// behind the number.
fn linked_post(url: &str) -> Option<u64> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let rest = rest.strip_prefix("www.").or_else(|| rest.strip_prefix("mobile.")).unwrap_or(rest);
    let rest = rest.strip_prefix("twitter.com/").or_else(|| rest.strip_prefix("x.com/"))?;
    let (_, rest) = rest.split_once("/status/")?;
    let (number, _) = rest.split_once(['?', '#']).unwrap_or((rest, ""));
    number.trim_end_matches('/').parse().ok()
}

/// Whose archive it is: a row of `account.js`. Until 2020 the fields were not wrapped in
/// `account`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct AccountFields {
    account: Option<Box<Self>>,
    /// The account's number.
    pub(super) account_id: Text,
    /// The handle, without `@`.
    pub(super) username: Text,
    /// The display name.
    pub(super) account_display_name: Text,
    /// RFC 3339.
    pub(super) created_at: Text,
}

impl AccountFields {
    /// The row with the fields; `None` if it names no account.
    pub(super) fn unwrapped(mut self) -> Option<Self> {
        let fields = self.account.take().map_or(self, |inner| *inner);
        fields.account_id.get().is_some().then_some(fields)
    }
}

/// `user_details.js`: whose archive it is, until 2018.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct UserDetails {
    id: Text,
    screen_name: Text,
    full_name: Text,
    created_at: Text,
}

impl UserDetails {
    /// The same in the form of `account.js`.
    pub(super) fn fields(self) -> AccountFields {
        AccountFields {
            account: None,
            account_id: self.id,
            username: self.screen_name,
            account_display_name: self.full_name,
            created_at: self.created_at,
        }
    }
}

/// A row of `note-tweet.js`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct NoteRow {
    /// The fields.
    pub(super) note_tweet: Option<Note>,
}

/// A long post's text.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Note {
    /// RFC 3339.
    pub(super) created_at: Text,
    /// Holds the text.
    pub(super) core: Option<NoteCore>,
}

/// The text of a long post, not escaped.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NoteCore {
    /// The text.
    pub(super) text: Text,
}

/// `manifest.js`: what X meant to hand out.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Manifest {
    user_info: Option<UserInfo>,
    archive_info: Option<ArchiveInfo>,
    data_types: Option<DataTypes>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct UserInfo {
    account_id: Text,
    user_name: Text,
    display_name: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ArchiveInfo {
    generation_date: Text,
    is_partial_archive: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DataTypes {
    tweets: Option<DataType>,
    tweet: Option<DataType>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DataType {
    files: Option<Vec<IgnoredAny>>,
}

impl Manifest {
    /// Whose archive it is, in the form of `account.js`.
    pub(super) fn user(&self) -> Option<AccountFields> {
        let user = self.user_info.as_ref()?;
        Some(AccountFields {
            account: None,
            account_id: user.account_id.clone(),
            username: user.user_name.clone(),
            account_display_name: user.display_name.clone(),
            created_at: Text(None),
        })
    }

    /// When the archive was made.
    pub(super) fn generated_at(&self) -> Option<Timestamp> {
        self.archive_info.as_ref()?.generation_date.get()?.parse().ok()
    }

    /// Whether X split the archive over several downloads.
    pub(super) fn is_partial(&self) -> bool {
        self.archive_info.as_ref().and_then(|info| info.is_partial_archive).unwrap_or(false)
    }

    /// How many files with posts there should be; 0 if the manifest does not say.
    pub(super) fn tweet_files(&self) -> usize {
        let types = self.data_types.as_ref();
        let tweets = types.and_then(|types| types.tweets.as_ref().or(types.tweet.as_ref()));
        tweets.and_then(|tweets| tweets.files.as_ref()).map_or(0, Vec::len)
    }
}
