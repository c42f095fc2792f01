//! Which of LinkedIn's tables are opened, and how they are told: their names drift with the year
//! and carry the member's number, their columns do not.

use super::super::csv;

/// A table that is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// Name and headline.
    Profile,
    /// Posts.
    Shares,
    /// Comments on posts.
    Comments,
    /// Reactions given.
    Reactions,
    /// Posts of others, reshared without a word.
    Reposts,
    /// Skills that others confirmed.
    Endorsements,
    /// Recommendations by others.
    Recommendations,
    /// Connections.
    Connections,
    /// Skills the candidate names.
    Skills,
    /// Companies followed.
    CompanyFollows,
    /// Members followed.
    MemberFollows,
}

impl Table {
    /// Every table.
    pub(super) const ALL: [Self; 11] = [
        Self::Profile,
        Self::Shares,
        Self::Comments,
        Self::Reactions,
        Self::Reposts,
        Self::Endorsements,
        Self::Recommendations,
        Self::Connections,
        Self::Skills,
        Self::CompanyFollows,
        Self::MemberFollows,
    ];

    /// The table that a member of this name should be.
    pub(super) fn named(name: &str) -> Option<Self> {
        let stem = csv::stem(name)?;
        let received = !stem.contains("given") && !stem.contains("pending");
        match stem.as_str() {
            "profile" => Some(Self::Profile),
            "shares" => Some(Self::Shares),
            "comments" => Some(Self::Comments),
            "reactions" | "likes" => Some(Self::Reactions),
            "instantreposts" | "instant reposts" => Some(Self::Reposts),
            "connections" => Some(Self::Connections),
            "skills" => Some(Self::Skills),
            "company follows" => Some(Self::CompanyFollows),
            "member follows" => Some(Self::MemberFollows),
            stem if stem.starts_with("endorsement") && received => Some(Self::Endorsements),
            stem if stem.starts_with("recommendation") && received => Some(Self::Recommendations),
            _ => None,
        }
    }

    /// The columns without which it is some other table.
    pub(super) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Profile => &["First Name", "Last Name", "Headline"],
            Self::Shares => &["Date", "ShareLink", "ShareCommentary"],
            Self::Comments => &["Date", "Link", "Message"],
            Self::Reactions => &["Date", "Type", "Link"],
            Self::Reposts => &["Date", "Link"],
            Self::Endorsements => &["Skill Name", "Endorser First Name", "Endorsement Status"],
            Self::Recommendations => &["First Name", "Last Name", "Text", "Creation Date"],
            Self::Connections => &["First Name", "Last Name", "Connected On"],
            Self::Skills => &["Name"],
            Self::CompanyFollows => &["Organization", "Followed On"],
            Self::MemberFollows => &["Date", "Status"],
        }
    }

    /// Whether a text that begins so, with these columns, can only be LinkedIn's.
    pub(super) fn is_certain(self, head: &[u8]) -> bool {
        let links = || String::from_utf8_lossy(head).contains("linkedin.com/");
        match self {
            Self::Shares
            | Self::Endorsements
            | Self::Recommendations
            | Self::Connections
            | Self::CompanyFollows => true,
            Self::Profile => csv::has_columns(head, &["Headline", "Industry"]),
            Self::Comments | Self::Reactions | Self::Reposts => links(),
            Self::Skills | Self::MemberFollows => false,
        }
    }
}
