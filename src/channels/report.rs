//! What an import tells besides the items: whose account it was, what was counted, what the
//! export does not contain. No texts of items here.

use super::error::Stopped;
use crate::domain::evidence::{Account, Channel, Item, Signal};
use crate::domain::time::Timestamp;

/// What one export contained. Every number that the export does not tell is `None`, never zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The network.
    pub channel: Channel,
    /// Whose export it is.
    pub account: Account,
    /// When the account was opened, if the export says so.
    pub account_created: Option<Timestamp>,
    /// When the network made the export, if it says so.
    pub exported_at: Option<Timestamp>,
    /// The generation of the format, in words such as "2022 and later".
    pub layout: &'static str,
    /// What the candidate did.
    pub counts: Counts,
    /// Accounts that follow the candidate.
    pub followers: Option<u64>,
    /// Accounts that the candidate follows.
    pub following: Option<u64>,
    /// Reactions by others, summed over the items that were handed out.
    pub received: Received,
    /// First and last publication, over items whose own date is possible.
    pub period: Option<Period>,
    /// What the candidate should know, in plain words.
    pub warnings: Vec<String>,
}

/// What the candidate did, counted. None of it is evidence; it is shown so that the candidate
/// can see that the export was understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Items with a possible date, replies and quotes included, reshares not.
    pub posts: u64,
    /// Items whose date is impossible, whether or not the true one could be recovered.
    pub posts_with_impossible_date: u64,
    /// Items that answer somebody, the candidate included.
    pub replies: u64,
    /// Items that answer the candidate's own.
    pub self_replies: u64,
    /// Items that quote another item.
    pub quotes: u64,
    /// Other people's items the candidate passed on. They are not items.
    pub reshares_made: u64,
    /// Posts longer than the network's usual limit, which it keeps apart.
    pub long_notes: u64,
    /// Items left out because they were for followers or for single persons only.
    pub not_public: u64,
    /// Items left out because the export does not say enough about them.
    pub unreadable: u64,
    /// Likes the candidate gave.
    pub likes_given: Option<u64>,
}

/// Reactions by others, summed. `None` means that the export has no such number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Likes and favorites.
    pub likes: Option<u64>,
    /// Reposts and boosts.
    pub reshares: Option<u64>,
    /// Replies by others.
    pub replies: Option<u64>,
    /// Bookmarks by others.
    pub bookmarks: Option<u64>,
}

impl Received {
    /// The sum for a signal.
    pub const fn of(&self, signal: Signal) -> Option<u64> {
        match signal {
            Signal::Like => self.likes,
            Signal::Reshare => self.reshares,
            Signal::Reply => self.replies,
            Signal::Bookmark => self.bookmarks,
        }
    }

    /// Adds one item's count. Saturates: an edited export may claim any number.
    const fn add(&mut self, signal: Signal, count: u64) {
        let sum = match signal {
            Signal::Like => &mut self.likes,
            Signal::Reshare => &mut self.reshares,
            Signal::Reply => &mut self.replies,
            Signal::Bookmark => &mut self.bookmarks,
        };
        *sum = Some(match *sum {
            Some(before) => before.saturating_add(count),
            None => count,
        });
    }
}

/// The instants of the first and the last publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The earliest.
    pub first: Timestamp,
    /// The latest; not before `first`.
    pub last: Timestamp,
}

/// Hands items on, one at a time, and sums what the report tells about them.
pub(super) struct Outlet<'s> {
    sink: &'s mut dyn FnMut(Item) -> Result<(), Stopped>,
    /// Sums so far.
    pub(super) received: Received,
    /// Period so far.
    pub(super) period: Option<Period>,
}

impl<'s> Outlet<'s> {
    /// Nothing handed out yet.
    pub(super) fn new(sink: &'s mut dyn FnMut(Item) -> Result<(), Stopped>) -> Self {
        Self { sink, received: Received::default(), period: None }
    }

    /// Hands out one item. A recovered date does not stretch the period.
    pub(super) fn hand_out(&mut self, item: Item, recovered: bool) -> Result<(), Stopped> {
        for &(signal, count) in &item.reactions {
            self.received.add(signal, count);
        }
        if !recovered {
            let at = item.posted_at;
            let known = self.period.unwrap_or(Period { first: at, last: at });
            self.period = Some(Period { first: known.first.min(at), last: known.last.max(at) });
        }
        (self.sink)(item)
    }
}
