//! Documents of many kinds, to tell and to draw.

use crate::domain::document::{Document, ItemEvidence, Items, Subject};
use crate::domain::evidence::Provenance::{self, Fetched, Uploaded};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::ids::Handle;
use crate::domain::item::ItemKind;
use crate::domain::model::Model;
use crate::domain::model::tests::model;
use crate::domain::scope::Channels;
use crate::domain::summing::{Observed, Summing};
use crate::domain::time::Day;

/// 23 November 2026.
const TODAY: Day = Day::from_number(20_780);

pub(super) const HOSTILE: &str =
    "</title><script>alert(1)</script> \u{1b}[2J\u{202e}evil & \"quoted\" 漢字 {$x}";

/// What is published on one channel.
pub(super) struct Posts {
    pub(super) channel: Channel,
    pub(super) count: i32,
    /// Days between one item and the next, and before the first.
    pub(super) apart: i32,
    pub(super) reactions: Vec<(Signal, u64, Provenance)>,
    /// Reactions of the first item, if others.
    pub(super) first: Option<u64>,
    pub(super) contradicted: bool,
    pub(super) excerpt: Option<&'static str>,
}

impl Posts {
    pub(super) fn on(channel: Channel, count: i32, reactions: &[(Signal, u64)]) -> Self {
        let reactions = reactions.iter().map(|(signal, n)| (*signal, *n, Uploaded)).collect();
        let (first, contradicted, excerpt) = (None, false, Some("My \"first\" post, 100 % glass"));
        Self { channel, count, apart: 3, reactions, first, contradicted, excerpt }
    }
}

pub(super) fn explained(model: &Model, posts: &[Posts]) -> Document {
    let mut summing = Summing::new(model, TODAY);
    let mut items = Items::new();
    for posts in posts {
        for i in 0..posts.count {
            let posted = Day::from_number(TODAY.number() - posts.apart * (i + 1));
            let mut reactions = posts.reactions.clone();
            if let (0, Some(first), Some(one)) = (i, posts.first, reactions.first_mut()) {
                one.1 = first;
            }
            summing.add(&Observed {
                channel: posts.channel,
                posted,
                reactions: &reactions,
                contradicted: posts.contradicted && i == 0,
                about: &[],
                heard: &[],
            });
            let Some(excerpt) = posts.excerpt.filter(|_| !reactions.is_empty()) else { continue };
            items.entry(posts.channel).or_default().push(ItemEvidence {
                id: format!("item-{i}"),
                kind: ItemKind::Answer,
                posted,
                reactions: reactions.iter().map(|(signal, n, _)| (*signal, *n)).collect(),
                excerpt: excerpt.to_owned(),
                url: "https://example.org/".to_owned(),
            });
        }
    }
    let summary = summing.finish();
    let subject = Subject {
        candidate: Some(Handle::from_bytes([9; 16])),
        revision: 3,
        summary: &summary,
        day: TODAY,
        channels: Channels::all(),
    };
    Document::new(model, &subject, &items)
}

/// An ordinary person: much on X, a little on Mastodon, and nothing told by Facebook.
pub(super) fn ordinary() -> Document {
    let mut x = Posts::on(Channel::X, 40, &[(Signal::Like, 120), (Signal::Reshare, 14)]);
    x.first = Some(2_500);
    let mut mastodon = Posts::on(Channel::Mastodon, 12, &[(Signal::Like, 6)]);
    mastodon.reactions = vec![(Signal::Like, 6, Fetched), (Signal::Reply, 1, Fetched)];
    explained(&model(), &[x, mastodon, Posts::on(Channel::Facebook, 5, &[])])
}

/// Too few items for a score.
pub(super) fn insufficient() -> Document {
    explained(&model(), &[Posts::on(Channel::Blog, 9, &[(Signal::Reply, 2)])])
}

/// Documents that between them hold everything that can be said, each with a name.
pub(super) fn all() -> Vec<(&'static str, Document)> {
    let model = model();
    let one = Posts::on(Channel::GitHub, 30, &[(Signal::Star, 9), (Signal::Fork, 1)]);
    let sixteen = Channel::ALL.map(|channel| {
        let reactions: Vec<_> = channel.signals().iter().map(|signal| (*signal, 7)).collect();
        Posts::on(channel, 120, &reactions)
    });
    let mut peak = Posts::on(Channel::Reddit, 12, &[(Signal::Vote, 3)]);
    (peak.first, peak.contradicted) = (Some(90_000), true);
    let mut day = Posts::on(Channel::Tumblr, 30, &[(Signal::Note, 5)]);
    (day.apart, day.excerpt) = (0, None);
    let mut old = Posts::on(Channel::Flickr, 20, &[(Signal::Like, 1)]);
    old.apart = 200;
    let huge = Posts::on(Channel::YouTube, 300, &[(Signal::Like, 10_000_000_000)]);
    let mut none = Posts::on(Channel::X, 25, &[(Signal::Like, 40), (Signal::View, 9_000)]);
    none.excerpt = None;
    let mut hostile = Posts::on(Channel::Other, 20, &[(Signal::Quote, 3)]);
    hostile.excerpt = Some(HOSTILE);
    let mut calibrated = model.clone();
    calibrated.reference.sample = "5,000 people of eleven countries".to_owned();
    calibrated.reference.sha256 = "ab".repeat(32);
    let again = Posts::on(Channel::StackExchange, 15, &[(Signal::Accepted, 1)]);
    vec![
        ("ordinary", ordinary()),
        ("insufficient", insufficient()),
        ("empty", explained(&model, &[])),
        ("one channel", explained(&model, &[one])),
        ("sixteen channels", explained(&model, &sixteen)),
        ("doubts", explained(&model, &[peak, day])),
        ("old", explained(&model, &[old])),
        ("huge", explained(&model, &[huge])),
        ("no items", explained(&model, &[none])),
        ("hostile", explained(&model, &[hostile])),
        ("calibrated", explained(&calibrated, &[again])),
    ]
}
