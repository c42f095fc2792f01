//! What can be wrong with an upload, in words for the person who brought it.
//! No messages of libraries here: they name internals and quote other people's text.

use std::error::Error as StdError;
use std::io;

/// Most characters of a member's name that an error repeats.
const NAME_CHARACTERS: usize = 80;

/// Whoever receives the items wants no more of them. The reason stays with that side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

/// Why an upload was not imported. All but [`Error::Io`] and [`Error::Stopped`] are about the
/// file that was brought, and their text is meant for the candidate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not an export that any channel can read.
    #[error("this is {looks}; {bring}")]
    NotAnExport {
        /// What the upload looks like.
        looks: &'static str,
        /// What to bring instead.
        bring: &'static str,
    },
    /// Two channels recognize the archive.
    #[error(
        "the archive holds exports of {first} and of {second}; upload one export at a time: pack \
         the folder of one of them alone, or request it alone"
    )]
    Ambiguous {
        /// One channel's word.
        first: &'static str,
        /// The other's.
        second: &'static str,
    },
    /// A file that a channel needs is there more than once, so two exports were packed together.
    #[error("the archive holds {member} more than once; upload one export at a time")]
    Repeated {
        /// The base name that was looked for.
        member: String,
    },
    /// The archive does what only attacks do.
    #[error("{member} in the archive {problem}; upload the export exactly as it was downloaded")]
    Unsafe {
        /// The member's name, shortened.
        member: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A limit on size or number was passed.
    #[error("{what}; leave out media and other files that are not needed, or split the export")]
    TooLarge {
        /// The limit, in words.
        what: String,
    },
    /// The compressed data does not unpack.
    #[error("{place} is damaged or cut short; download the export again and upload it unchanged")]
    Damaged {
        /// A member's name, or "the archive".
        place: String,
    },
    /// A member unpacks but is not what it should be.
    #[error("{member} {problem}; request a new export and upload it unchanged")]
    Malformed {
        /// The member's name, shortened.
        member: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A member without which the export cannot be understood is not there.
    #[error("the export lacks {member}; request a new export and upload all of it")]
    Missing {
        /// The base name.
        member: &'static str,
    },
    /// The export is about several people, and it was not said which of them counts.
    #[error("the export is about several people; say which account is to be read: {how}")]
    Several {
        /// By what an account can be named.
        how: &'static str,
    },
    /// The account that was asked for is not in the export.
    #[error("nobody in the export is called what you named; name the account otherwise: {how}")]
    Nobody {
        /// By what an account can be named.
        how: &'static str,
    },
    /// The receiving side wanted no more.
    #[error("the import was stopped")]
    Stopped,
    /// The spooled upload itself could not be read: our trouble, not the candidate's.
    #[error("the uploaded file could not be read; try again later")]
    Io(io::ErrorKind),
}

impl From<Stopped> for Error {
    fn from(Stopped: Stopped) -> Self {
        Self::Stopped
    }
}

impl From<Error> for io::Error {
    /// Carries a refusal through readers that know only `io::Error`; `Error::from_read` takes
    /// it out again.
    fn from(error: Error) -> Self {
        Self::other(error)
    }
}

impl Error {
    /// A member (or "the archive") that does not unpack.
    pub(super) fn damaged(place: &str) -> Self {
        Self::Damaged { place: shown(place) }
    }

    /// A member with contents that cannot be right.
    pub(super) fn malformed(member: &str, problem: impl Into<String>) -> Self {
        Self::Malformed { member: shown(member), problem: problem.into() }
    }

    /// A member that no honest archive has.
    pub(super) fn hostile(member: &str, problem: &'static str) -> Self {
        Self::Unsafe { member: shown(member), problem }
    }

    /// What a failed read of `place` means: a refusal of ours that traveled through other
    /// readers, trouble with the disk, or data that does not unpack.
    pub(super) fn from_read(error: &io::Error, place: &str) -> Self {
        let mut io_error = error;
        loop {
            if io_error.raw_os_error().is_some() {
                return Self::Io(io_error.kind());
            }
            let Some(inner) = io_error.get_ref() else {
                break;
            };
            if let Some(refusal) = inner.downcast_ref::<Self>() {
                return refusal.clone();
            }
            // The tar crate wraps an io::Error into an error of its own, one level deep.
            let nested = inner.downcast_ref::<io::Error>();
            let source = inner.source().and_then(<dyn StdError>::downcast_ref::<io::Error>);
            match nested.or(source) {
                Some(next) => io_error = next,
                None => break,
            }
        }
        Self::damaged(place)
    }
}

/// A name made fit for an error message: short, and without characters that could forge log
/// lines or terminal commands.
pub(super) fn shown(name: &str) -> String {
    let mut plain: String = name
        .chars()
        .take(NAME_CHARACTERS)
        .map(|c| if c.is_control() || is_bidi(c) { '?' } else { c })
        .collect();
    if name.chars().nth(NAME_CHARACTERS).is_some() {
        plain.push('…');
    }
    plain
}

/// Characters that reorder what is shown (Trojan Source, CVE-2021-42574).
const fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
