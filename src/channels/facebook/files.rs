//! Which files of an export of Facebook are opened, told by their names, and where one was brought
//! alone, by how it begins. Nothing of their rows here.

use super::super::answers;
use super::super::archive::{Archive, Member, names};
use super::super::error::Error;
use super::super::meta;

/// Bytes of a member that tell whether Facebook wrote it.
pub(super) const HEAD: u64 = 4 << 10;
/// What a member of the export is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum File {
    /// Whose export it is.
    Profile,
    /// Own posts.
    Posts,
    /// Own comments.
    Comments,
    /// Reactions given.
    Reactions,
    /// Posts in groups.
    GroupPosts,
    /// Comments in groups.
    GroupComments,
    /// Friends.
    Friends,
    /// People and pages followed.
    Following,
    /// People who follow.
    Followers,
}

impl File {
    /// Every file.
    const ALL: [Self; 9] = [
        Self::Profile,
        Self::Posts,
        Self::Comments,
        Self::Reactions,
        Self::GroupPosts,
        Self::GroupComments,
        Self::Friends,
        Self::Following,
        Self::Followers,
    ];

    /// By its name, in lower case and without the ending `.json`.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (base, folder) = (names::base(name), names::base(names::folder(name)));
        let plain = base.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
        Some(match plain {
            "profile_information" => Self::Profile,
            "comments" => Self::Comments,
            "likes_and_reactions" => Self::Reactions,
            "posts_and_comments" if folder == "likes_and_reactions" => Self::Reactions,
            "group_posts_and_comments" | "your_posts_in_groups" => Self::GroupPosts,
            "your_comments_in_groups" => Self::GroupComments,
            "friends" | "your_friends" => Self::Friends,
            "following" | "who_you_follow" => Self::Following,
            "followers" | "people_who_followed_you" | "people_who_follow_you" => Self::Followers,
            // The apostrophe of "who you've followed" is written in three ways.
            _ if plain.starts_with("who_you") && plain.ends_with("_followed") => Self::Following,
            _ if plain.contains("_in_groups") => return None,
            _ if plain == "your_posts" || plain.starts_with("your_posts__") => Self::Posts,
            _ if plain == "profile_posts" => Self::Posts,
            _ => return None,
        })
    }

    /// Whether such a list of Facebook's stands under this key.
    pub(super) fn is_under(self, key: &str) -> bool {
        let plain = key.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches("_v");
        match self {
            Self::Profile => plain == "profile",
            Self::Posts => matches!(plain, "posts" | "status_updates"),
            Self::Comments => plain == "comments",
            Self::Reactions => plain == "reactions",
            Self::GroupPosts => plain == "group_posts",
            Self::GroupComments => plain == "group_comments",
            Self::Friends => plain == "friends",
            Self::Following => plain == "following",
            Self::Followers => plain == "followers",
        }
    }

    /// Whether a member that begins so is Facebook's beyond doubt.
    pub(super) fn is_telling(self, head: &[u8]) -> bool {
        let text = String::from_utf8_lossy(head);
        match meta::first_key(head) {
            Some(key) if self.is_under(key) => {
                key.contains("_v")
                    || (self == Self::Profile && text.contains("\"full_name\""))
                    || (self == Self::Comments && text.contains("\"author\""))
            }
            None if self == Self::Posts => meta::is_list_with(head, &["\"timestamp\""]),
            None if self == Self::Reactions => {
                meta::is_list_with(head, &["\"reaction\"", "\"actor\""])
            }
            Some(_) | None => false,
        }
    }
}

/// What a member of this name, in lower case, is about.
pub(super) fn file(name: &str) -> Option<File> {
    File::named(name.strip_suffix(".json")?)
}

/// What a file that was brought alone is, by how it begins. Posts have the plainest beginning.
fn single(head: &[u8]) -> Option<File> {
    let is_post = |head: &[u8]| {
        let marks = ["post", "update_timestamp", "external_context"];
        let has = |mark: &&str| answers::has_keys(head, &["timestamp", "data", mark]);
        meta::is_list_with(head, &[]) && marks.iter().any(has)
    };
    let of = |file: &File| {
        if *file == File::Posts { is_post(head) } else { file.is_telling(head) }
    };
    File::ALL.into_iter().find(of)
}

/// The files of the export, by their names, and those that were brought alone by what they hold.
pub(super) fn files(archive: &mut Archive<'_>) -> Result<Vec<(File, Member)>, Error> {
    let named = archive.matching(|name| file(name).is_some()).into_iter();
    let named = named.filter_map(|m| Some((file(&archive.name(m).to_lowercase())?, m)));
    let mut found: Vec<(File, Member)> = named.collect();
    for member in archive.singles() {
        let alone = single(&archive.head(member, HEAD)?);
        found.extend(alone.map(|file| (file, member)));
    }
    Ok(found)
}
