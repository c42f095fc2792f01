//! What channels tell us: which networks there are, what they count, and of which kind that is.
//! No file formats here; those are the channels' own.

/// A social network (or a blog) that a candidate may bring. The number is stored and must never
/// change its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Channel {
    /// X, formerly Twitter.
    X = 1,
    /// Mastodon, any server.
    Mastodon = 2,
    /// Facebook.
    Facebook = 3,
    /// Instagram.
    Instagram = 4,
    /// Google+, closed in 2019; its exports live on.
    GooglePlus = 5,
    /// LinkedIn.
    LinkedIn = 6,
    /// YouTube.
    YouTube = 7,
    /// Tumblr.
    Tumblr = 8,
    /// Flickr.
    Flickr = 9,
    /// A blog made with WordPress.
    WordPress = 10,
    /// Any other blog, by its feed.
    Blog = 11,
    /// Bluesky.
    Bluesky = 12,
    /// GitHub.
    GitHub = 13,
    /// Any site of Stack Exchange, Stack Overflow among them.
    StackExchange = 14,
    /// Reddit.
    Reddit = 15,
    /// A network without an export format of its own, by the project's own format.
    Other = 16,
}

impl Channel {
    /// Every channel, in the fixed order in which contributions are listed.
    pub const ALL: [Self; 16] = [
        Self::X,
        Self::Mastodon,
        Self::Facebook,
        Self::Instagram,
        Self::GooglePlus,
        Self::LinkedIn,
        Self::YouTube,
        Self::Tumblr,
        Self::Flickr,
        Self::WordPress,
        Self::Blog,
        Self::Bluesky,
        Self::GitHub,
        Self::StackExchange,
        Self::Reddit,
        Self::Other,
    ];

    /// The stored number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The channel with this stored number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.number() == number)
    }

    /// The word used in documents, model files and names: lower case, no spaces.
    pub const fn word(self) -> &'static str {
        match self {
            Self::X => "x",
            Self::Mastodon => "mastodon",
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
            Self::GooglePlus => "googleplus",
            Self::LinkedIn => "linkedin",
            Self::YouTube => "youtube",
            Self::Tumblr => "tumblr",
            Self::Flickr => "flickr",
            Self::WordPress => "wordpress",
            Self::Blog => "blog",
            Self::Bluesky => "bluesky",
            Self::GitHub => "github",
            Self::StackExchange => "stackexchange",
            Self::Reddit => "reddit",
            Self::Other => "other",
        }
    }

    /// The name as people write it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::X => "X",
            Self::Mastodon => "Mastodon",
            Self::Facebook => "Facebook",
            Self::Instagram => "Instagram",
            Self::GooglePlus => "Google+",
            Self::LinkedIn => "LinkedIn",
            Self::YouTube => "YouTube",
            Self::Tumblr => "Tumblr",
            Self::Flickr => "Flickr",
            Self::WordPress => "WordPress",
            Self::Blog => "blog",
            Self::Bluesky => "Bluesky",
            Self::GitHub => "GitHub",
            Self::StackExchange => "Stack Exchange",
            Self::Reddit => "Reddit",
            Self::Other => "other",
        }
    }

    /// What this network counts where others can see it. What an export lacks of these is missing,
    /// not zero.
    pub const fn signals(self) -> &'static [Signal] {
        match self {
            Self::X => &[
                Signal::Like,
                Signal::Reshare,
                Signal::Reply,
                Signal::Bookmark,
                Signal::Quote,
                Signal::View,
            ],
            Self::Mastodon => &[Signal::Like, Signal::Reshare, Signal::Reply],
            Self::Facebook | Self::GooglePlus => {
                &[Signal::Like, Signal::Reshare, Signal::Reply, Signal::View]
            }
            Self::Instagram => &[Signal::Like, Signal::Reply, Signal::Bookmark, Signal::View],
            Self::LinkedIn => {
                &[Signal::Like, Signal::Reshare, Signal::Reply, Signal::Endorsement, Signal::View]
            }
            Self::YouTube | Self::Flickr => &[Signal::Like, Signal::Reply, Signal::View],
            Self::Tumblr => &[Signal::Like, Signal::Reshare, Signal::Reply, Signal::Note],
            Self::WordPress => &[Signal::Like, Signal::Reply, Signal::Mention, Signal::View],
            Self::Blog => &[Signal::Reply, Signal::View],
            Self::Bluesky => &[Signal::Like, Signal::Reshare, Signal::Reply, Signal::Quote],
            Self::GitHub => &[Signal::Star, Signal::Fork, Signal::Reply],
            Self::StackExchange => {
                &[Signal::Vote, Signal::Accepted, Signal::Reply, Signal::Bookmark, Signal::View]
            }
            Self::Reddit => &[Signal::Vote, Signal::Reply],
            Self::Other => &[
                Signal::Like,
                Signal::Reshare,
                Signal::Reply,
                Signal::Bookmark,
                Signal::Quote,
                Signal::Vote,
                Signal::View,
            ],
        }
    }

    /// The channel with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.word() == word)
    }
}

/// A kind of reaction. Each kind is pooled over all channels before its logarithm is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Somebody keeps or singles out the item: lists, stars, bookmarks, accepted answers.
    Curation = 1,
    /// Somebody answers: comments, replies, mentions.
    Conversation = 2,
    /// Somebody passes it on: reshares, reblogs, quotes.
    Amplification = 3,
    /// Somebody approves: likes, votes.
    Approval = 4,
}

impl Kind {
    /// Every kind, in the fixed order of all sums.
    pub const ALL: [Self; 4] =
        [Self::Curation, Self::Conversation, Self::Amplification, Self::Approval];

    /// The position in [`Kind::ALL`].
    pub const fn index(self) -> usize {
        self as usize - 1
    }

    /// The word used in documents and model files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Curation => "curation",
            Self::Conversation => "conversation",
            Self::Amplification => "amplification",
            Self::Approval => "approval",
        }
    }

    /// The kind with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// One thing a network counts about an item. The number is stored and must never change its
/// meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Signal {
    /// Likes, favorites.
    Like = 1,
    /// Reposts, boosts, reblogs.
    Reshare = 2,
    /// Replies and comments by others.
    Reply = 3,
    /// Bookmarks and saves by others.
    Bookmark = 4,
    /// Posts by others that quote the item.
    Quote = 5,
    /// Votes up less votes down, never below zero: only the difference is known.
    Vote = 6,
    /// Answers that whoever asked accepted.
    Accepted = 7,
    /// Skills that others confirmed, and recommendations.
    Endorsement = 8,
    /// Stars on a repository.
    Star = 9,
    /// Forks of a repository.
    Fork = 10,
    /// Posts elsewhere that link to the item (pingbacks, trackbacks).
    Mention = 11,
    /// Likes, reblogs and replies together, where a network does not tell them apart.
    Note = 12,
    /// Views. Shown, and worth nothing: being seen is not being valued.
    View = 13,
}

impl Signal {
    /// Every signal, in the fixed order of all sums.
    pub const ALL: [Self; 13] = [
        Self::Like,
        Self::Reshare,
        Self::Reply,
        Self::Bookmark,
        Self::Quote,
        Self::Vote,
        Self::Accepted,
        Self::Endorsement,
        Self::Star,
        Self::Fork,
        Self::Mention,
        Self::Note,
        Self::View,
    ];

    /// The stored number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The signal with this stored number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.number() == number)
    }

    /// The word used in documents and model files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Like => "like",
            Self::Reshare => "reshare",
            Self::Reply => "reply",
            Self::Bookmark => "bookmark",
            Self::Quote => "quote",
            Self::Vote => "vote",
            Self::Accepted => "accepted",
            Self::Endorsement => "endorsement",
            Self::Star => "star",
            Self::Fork => "fork",
            Self::Mention => "mention",
            Self::Note => "note",
            Self::View => "view",
        }
    }

    /// The word for people, for more than one.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Like => "likes",
            Self::Reshare => "reshares",
            Self::Reply => "replies",
            Self::Bookmark => "bookmarks",
            Self::Quote => "quotes",
            Self::Vote => "votes",
            Self::Accepted => "accepted answers",
            Self::Endorsement => "endorsements",
            Self::Star => "stars",
            Self::Fork => "forks",
            Self::Mention => "mentions",
            Self::Note => "notes",
            Self::View => "views",
        }
    }

    /// The signal with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.word() == word)
    }

    /// The kind of reaction this signal counts.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Bookmark | Self::Accepted | Self::Endorsement | Self::Star => Kind::Curation,
            Self::Reply | Self::Mention => Kind::Conversation,
            Self::Reshare | Self::Quote | Self::Fork => Kind::Amplification,
            Self::Like | Self::Vote | Self::Note | Self::View => Kind::Approval,
        }
    }
}

/// Where evidence came from. Always shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Provenance {
    /// An export file the candidate brought, which could have been edited.
    Uploaded = 1,
    /// Read by the service from the network, with the candidate's authorization.
    Fetched = 2,
}
