//! The entries of Facebook's files, as far as they are read. Fields that are not named here are
//! skipped without being kept; addresses, places and the names of other people are among them.

use serde::Deserialize;

use super::super::json::{Objects, Text};
use super::super::mojibake::Mended;

/// An entry of the lists of posts, comments and reactions.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry {
    /// Seconds since 1970.
    pub(super) timestamp: Text,
    /// What happened, as prose in the language of the account.
    pub(super) title: Mended,
    data: Objects<Datum>,
    attachments: Objects<Attachment>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Datum {
    post: Mended,
    comment: Objects<Comment>,
}

/// A comment that the candidate wrote.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Comment {
    /// Seconds since 1970.
    pub(super) timestamp: Text,
    /// The words.
    pub(super) comment: Mended,
    /// The candidate's name.
    pub(super) author: Mended,
    /// The group it was written in.
    pub(super) group: Mended,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attachment {
    data: Objects<Attached>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attached {
    external_context: Objects<Link>,
    media: Objects<Media>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Link {
    url: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Media {
    description: Mended,
}

impl Entry {
    /// What the candidate wrote: the post, or the words under a picture that has no post.
    pub(super) fn text(&self) -> Option<&str> {
        let post = self.data.iter().find_map(|datum| datum.post.get());
        post.or_else(|| {
            let mut media = self.attached().flat_map(|attached| attached.media.iter());
            media.find_map(|media| media.description.get())
        })
    }

    /// Whether it points to a page outside of Facebook.
    pub(super) fn shares_a_link(&self) -> bool {
        let mut links = self.attached().flat_map(|attached| attached.external_context.iter());
        links.any(|link| link.url.get().is_some())
    }

    /// The comment it is about.
    pub(super) fn comment(&self) -> Option<&Comment> {
        self.data.iter().find_map(|datum| datum.comment.first())
    }

    fn attached(&self) -> impl Iterator<Item = &Attached> {
        self.attachments.iter().flat_map(|attachment| attachment.data.iter())
    }
}

/// `profile_information.json`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ProfileFile {
    profile_v2: Objects<Profile>,
    profile: Objects<Profile>,
}

impl ProfileFile {
    /// The profile under whichever key it stands.
    pub(super) fn profile(self) -> Option<Profile> {
        self.profile_v2.first().or_else(|| self.profile.first()).cloned()
    }
}

/// Whose export it is.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Profile {
    name: Objects<Name>,
    username: Mended,
    profile_uri: Text,
    /// Seconds since 1970.
    #[serde(rename = "registration_timestamp")]
    pub(super) registered: Text,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Name {
    full_name: Mended,
}

impl Profile {
    /// The name people see.
    pub(super) fn full_name(&self) -> Option<&str> {
        self.name.first()?.full_name.get()
    }

    /// The name in links. Not every account has one.
    pub(super) fn user_name(&self) -> Option<&str> {
        let linked = self.path().filter(|path| !path.starts_with("profile.php"));
        self.username.get().filter(|name| is_plain(name)).or(linked)
    }

    /// The address of the profile, which no two accounts share.
    pub(super) fn address(&self) -> Option<String> {
        let path = self.path().or_else(|| self.username.get().filter(|name| is_plain(name)))?;
        Some(format!("https://www.facebook.com/{path}"))
    }

    fn path(&self) -> Option<&str> {
        let rest = self.profile_uri.get()?.strip_prefix("https://")?;
        let (host, path) = rest.split_once('/')?;
        let own = host == "facebook.com" || host.ends_with(".facebook.com");
        Some(path.trim_end_matches('/')).filter(|path| own && is_plain(path))
    }
}

fn is_plain(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '?' | '=');
    (1..=100).contains(&path.len()) && path.chars().all(plain)
}

/// The JSON text that stands at the beginning of some JSON, mended.
pub(super) fn first_text(json: &str) -> Option<String> {
    let mut values = serde_json::Deserializer::from_str(json).into_iter::<Mended>();
    values.next()?.ok()?.get().map(str::to_owned)
}
