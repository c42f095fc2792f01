//! What an archive that no channel recognizes seems to be, so that its owner learns what to
//! bring instead. Only names are looked at, and the first bytes of a file that is no archive.

use super::archive::{Archive, names};
use super::error::Error;

/// A network's mark, what the archive then looks like, and what to bring instead.
struct Mark {
    /// Part of some member's name, in lower case.
    name: &'static str,
    looks: &'static str,
    bring: &'static str,
}

const TABLES: &str = "none of its tables is one that is read; request it again with posts, videos and \
                      comments, and bring it whole and unchanged";
const WHOLE: &str = "bring the archive as the network handed it out, whole and unchanged";
const FORM: &str = "request it again with your profile, posts and comments, and choose JSON as its \
                    format";
const STREAM: &str = "choose YouTube or the Google+ stream when you request it";
const PLAIN: &str = "bring the archive that the network offers for download, whole and unchanged";

/// The more particular mark comes first.
const MARKS: [Mark; 15] = [
    Mark { name: "data/js/tweets/", looks: "an X archive from before August 2018", bring: WHOLE },
    Mark { name: "your archive.html", looks: "an X archive without its posts", bring: WHOLE },
    Mark { name: "connections.csv", looks: "a LinkedIn export", bring: TABLES },
    Mark { name: "company follows.csv", looks: "a LinkedIn export", bring: TABLES },
    Mark { name: "your_facebook_activity/", looks: "a Facebook export", bring: FORM },
    Mark { name: "your_instagram_activity/", looks: "an Instagram export", bring: FORM },
    Mark { name: "google+ stream/", looks: "a Google+ export", bring: WHOLE },
    Mark { name: "youtube and youtube music/", looks: "a YouTube export", bring: TABLES },
    Mark { name: "takeout/", looks: "a Google Takeout export", bring: STREAM },
    Mark { name: "account_profile.json", looks: "a Flickr export", bring: WHOLE },
    Mark { name: "post_votes.csv", looks: "a Reddit export", bring: TABLES },
    Mark { name: ".car", looks: "a Bluesky export", bring: WHOLE },
    Mark { name: "outbox.json", looks: "a Mastodon export without actor.json", bring: WHOLE },
    Mark {
        name: ".html",
        looks: "an export made of web pages",
        bring: "request the export again in its machine-readable form (JSON)",
    },
    Mark { name: ".zip", looks: "an archive of archives", bring: "bring the inner archive itself" },
];

/// Bytes of a single file that tell what it is.
const HEAD: u64 = 512;

/// The refusal for an upload that no channel recognizes.
pub(super) fn refusal(archive: &mut Archive<'_>) -> Error {
    if let Some(&single) = archive.singles().first() {
        let head = match archive.head(single, HEAD) {
            Ok(head) => head,
            Err(error) => return error,
        };
        let (looks, bring) = names::looks(&head);
        return Error::NotAnExport { looks, bring };
    }
    let mut best: Option<usize> = None;
    let mut empty = true;
    for name in archive.names() {
        empty = false;
        let name = name.to_lowercase();
        let mark = MARKS.iter().position(|mark| name.contains(mark.name));
        best = match (best, mark) {
            (Some(known), Some(new)) => Some(known.min(new)),
            (known, new) => known.or(new),
        };
    }
    let (looks, bring) = match best.and_then(|index| MARKS.get(index)) {
        Some(mark) => (mark.looks, mark.bring),
        None if empty => ("an archive without any files", PLAIN),
        None => ("not an export of any network that is known here", PLAIN),
    };
    Error::NotAnExport { looks, bring }
}
