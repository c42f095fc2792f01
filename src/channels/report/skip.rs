//! Why something in an export is left out. No counting here.

/// A reason for leaving something out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skip {
    /// For followers, friends or single persons only.
    NotPublic,
    /// Deleted.
    Deleted,
    /// Draft or not yet published.
    NotPublished,
    /// Written by somebody else.
    NotOwn,
    /// Written on somebody else's page.
    Elsewhere,
    /// Without any words.
    NoText,
    /// Neither post nor comment.
    NotAnItem,
    /// Without what is needed to tell them apart.
    Unreadable,
    /// With a date that cannot be right.
    ImpossibleDate,
    /// Not yet accepted.
    Pending,
    /// Comments that were not approved.
    Unapproved,
    /// Of accounts that were closed.
    AccountGone,
    /// Removed by moderators.
    Removed,
    /// Written by a whole community.
    Collective,
    /// Protected by a password.
    Protected,
    /// Earlier versions of edited items.
    Superseded,
    /// There more than once.
    Duplicate,
}

impl Skip {
    /// The word used in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotPublic => "not_public",
            Self::Deleted => "deleted",
            Self::NotPublished => "not_published",
            Self::NotOwn => "not_own",
            Self::Elsewhere => "elsewhere",
            Self::NoText => "no_text",
            Self::NotAnItem => "not_an_item",
            Self::Unreadable => "unreadable",
            Self::ImpossibleDate => "impossible_date",
            Self::Pending => "pending",
            Self::Unapproved => "unapproved",
            Self::AccountGone => "account_gone",
            Self::Removed => "removed",
            Self::Collective => "collective",
            Self::Protected => "protected",
            Self::Superseded => "superseded",
            Self::Duplicate => "duplicate",
        }
    }

    /// The reason in words for the candidate, to be read after a number.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotPublic => "for followers, friends or single persons only",
            Self::Deleted => "deleted",
            Self::NotPublished => "draft or not yet published",
            Self::NotOwn => "written by somebody else",
            Self::Elsewhere => "written on somebody else's page",
            Self::NoText => "without any words",
            Self::NotAnItem => "neither post nor comment",
            Self::Unreadable => "without what is needed to tell them apart",
            Self::ImpossibleDate => "with a date that cannot be right",
            Self::Pending => "not yet accepted",
            Self::Unapproved => "comments that were not approved",
            Self::AccountGone => "of accounts that were closed",
            Self::Removed => "removed by moderators",
            Self::Collective => "written by a whole community",
            Self::Protected => "protected by a password",
            Self::Superseded => "earlier versions of edited items",
            Self::Duplicate => "there more than once",
        }
    }
}
