//! Which records a repository has: its search tree (MST, "Merkle Search Tree"), walked from the
//! signed commit down, so that blocks of deleted records do not count. Nodes may lie anywhere in
//! the file, before or behind what they lead to; what is kept of them is small. What is in
//! records is not known here.

use super::super::error::Error;
use super::car::{self, Name};
use super::{cbor, tid};

/// Most nodes and most posts: 512 MiB hold about a million posts, or half a million nodes with
/// records of any kind.
const NODES: usize = 3 << 18;
const POSTS: usize = 1 << 20;
/// Most posts whose key is not a clock's.
const ODD_KEYS: usize = 10_000;
/// Marks the place of an odd key; clocks have only 63 bits.
const ODD: u64 = 1 << 63;
/// Stands where a post's key would, for the profile.
const PROFILE: u64 = u64::MAX;
/// Longest key of a record, with its collection.
const KEY: usize = 600;

/// What a record is, by its collection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Likes given.
    pub(super) likes: u32,
    /// Reposts made.
    pub(super) reposts: u32,
    /// Accounts followed.
    pub(super) follows: u32,
    /// Posts written.
    pub(super) posts: u32,
    /// The profile.
    pub(super) profiles: u32,
    /// Everything else, accounts that were blocked among it; nothing of that is read.
    pub(super) others: u32,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.likes = self.likes.saturating_add(other.likes);
        self.reposts = self.reposts.saturating_add(other.reposts);
        self.follows = self.follows.saturating_add(other.follows);
        self.posts = self.posts.saturating_add(other.posts);
        self.profiles = self.profiles.saturating_add(other.profiles);
        self.others = self.others.saturating_add(other.others);
    }

    /// All records.
    pub(super) fn total(self) -> u64 {
        [self.likes, self.reposts, self.follows, self.posts, self.profiles, self.others]
            .into_iter()
            .map(u64::from)
            .sum()
    }
}

/// A node: the lists of its links and its records end where the next node's begin.
struct Node {
    name: Name,
    links: u32,
    records: u32,
    counts: Counts,
}

/// A record that will be read, and its key: a clock's number or the place of an odd one.
#[derive(Clone, Copy)]
struct Entry {
    record: Name,
    key: u64,
}

/// What a wanted record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A post with this key.
    Post(String),
    /// The profile.
    Profile,
}

/// What all nodes of a file say, those of former versions included.
#[derive(Default)]
pub(super) struct Nodes {
    found: Vec<Node>,
    links: Vec<Name>,
    entries: Vec<Entry>,
    odd_keys: Vec<String>,
}

impl Nodes {
    /// Looks at a block, which may be a node. Fails if the repository is too large.
    pub(super) fn look(&mut self, name: Name, block: &[u8]) -> Result<(), Error> {
        // A node is an object of `e` and `l` in this order; records have a `$type`.
        if !block.starts_with(b"\xa2\x61e") {
            return Ok(());
        }
        let full = || Error::TooLarge { what: "the repository has too many records".to_owned() };
        let place = |length: usize| u32::try_from(length).map_err(|_| full());
        let (links, entries) = (self.links.len(), self.entries.len());
        let mut node = Node {
            name,
            links: place(links)?,
            records: place(entries)?,
            counts: Counts::default(),
        };
        if self.read(block, &mut node.counts).is_err() {
            // No node after all.
            self.links.truncate(links);
            self.entries.truncate(entries);
            return Ok(());
        }
        self.found.push(node);
        let most = [(self.found.len(), NODES), (self.links.len(), NODES)];
        let is_full = most.iter().any(|(length, most)| length > most);
        if is_full || self.entries.len() > POSTS { Err(full()) } else { Ok(()) }
    }

    fn read(&mut self, block: &[u8], counts: &mut Counts) -> Result<(), minicbor::decode::Error> {
        let mut key = Vec::new();
        cbor::fields(block, &mut |value, field| match field {
            "l" => {
                self.links.extend(cbor::link(value)?.and_then(car::name));
                Ok(())
            }
            "e" => cbor::list(value, &mut |value| {
                let (mut shared, mut suffix, mut record, mut below) = (0, None, None, None);
                cbor::object(value, &mut |value, field| {
                    match field {
                        "p" => shared = cbor::number(value)?.unwrap_or_default(),
                        "k" => suffix = cbor::bytes(value)?,
                        "v" => record = cbor::link(value)?.and_then(car::name),
                        "t" => below = cbor::link(value)?.and_then(car::name),
                        _ => value.skip()?,
                    }
                    Ok(())
                })?;
                self.links.extend(below);
                // Keys are written without what they share with the key before.
                key.truncate(usize::try_from(shared).unwrap_or(usize::MAX));
                key.extend_from_slice(suffix.unwrap_or_default());
                if let (Some(record), Ok(path)) = (record, std::str::from_utf8(&key))
                    && key.len() <= KEY
                {
                    self.record(record, path, counts);
                }
                Ok(())
            }),
            _ => value.skip(),
        })
    }

    fn record(&mut self, record: Name, path: &str, counts: &mut Counts) {
        let (collection, key) = path.split_once('/').unwrap_or((path, ""));
        let count = match collection {
            "app.bsky.feed.post" => {
                let number = tid::parse(key).or_else(|| self.odd(key));
                self.entries.extend(number.map(|key| Entry { record, key }));
                &mut counts.posts
            }
            "app.bsky.actor.profile" => {
                if key == "self" {
                    self.entries.push(Entry { record, key: PROFILE });
                }
                &mut counts.profiles
            }
            "app.bsky.feed.like" => &mut counts.likes,
            "app.bsky.feed.repost" => &mut counts.reposts,
            "app.bsky.graph.follow" => &mut counts.follows,
            _ => &mut counts.others,
        };
        *count = count.saturating_add(1);
    }

    /// The place of an odd key; `None` for what is no key or one too many.
    fn odd(&mut self, key: &str) -> Option<u64> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._:~-".contains(&byte);
        let is_key = (1..=100).contains(&key.len()) && key.bytes().all(plain);
        if !is_key || self.odd_keys.len() >= ODD_KEYS {
            return None;
        }
        let place = u64::try_from(self.odd_keys.len()).ok()?;
        self.odd_keys.push(key.to_owned());
        Some(ODD | place)
    }

    /// Walks from the root to every node that it leads to.
    pub(super) fn walk(mut self, root: Name) -> Records {
        self.links.shrink_to_fit();
        let ends = |at: usize| match self.found.get(at + 1) {
            Some(next) => (next.links as usize, next.records as usize),
            None => (self.links.len(), self.entries.len()),
        };
        let mut order: Vec<u32> = (0..).take(self.found.len()).collect();
        let named = |at: &u32| self.found.get(*at as usize).map(|node| node.name);
        order.sort_unstable_by_key(named);
        let mut seen = vec![false; self.found.len()];
        let (mut waiting, mut wanted) = (vec![root], Vec::new());
        let (mut counts, mut lost) = (Counts::default(), 0);
        while let Some(name) = waiting.pop() {
            let found = order.binary_search_by_key(&Some(name), named);
            let at = found.ok().and_then(|place| order.get(place)).map(|at| *at as usize);
            let Some((at, node)) = at.and_then(|at| Some((at, self.found.get(at)?))) else {
                lost += 1;
                continue;
            };
            // Two entries may lead to one node; it counts once.
            if seen.get_mut(at).is_none_or(|seen| std::mem::replace(seen, true)) {
                continue;
            }
            let (links, records) = ends(at);
            counts.add(node.counts);
            waiting.extend(self.links.get(node.links as usize..links).unwrap_or_default());
            wanted.extend(self.entries.get(node.records as usize..records).unwrap_or_default());
        }
        wanted.sort_unstable_by_key(|entry: &Entry| (entry.record, entry.key));
        let found = vec![false; wanted.len()];
        Records { counts, lost_nodes: lost, wanted, found, odd_keys: self.odd_keys }
    }
}

/// The records that a repository has.
pub(super) struct Records {
    /// How many of each kind.
    pub(super) counts: Counts,
    /// Nodes that are not in the file.
    pub(super) lost_nodes: u64,
    wanted: Vec<Entry>,
    found: Vec<bool>,
    odd_keys: Vec<String>,
}

impl Records {
    /// What the block of this name is wanted for; usually nothing or one thing, and several
    /// where one content was published under several keys. Each is answered once.
    pub(super) fn take(&mut self, name: Name) -> Vec<Wanted> {
        let start = self.wanted.partition_point(|entry| entry.record < name);
        let places = self.wanted.iter().zip(&mut self.found).skip(start);
        places
            .take_while(|(entry, _)| entry.record == name)
            .filter_map(|(entry, found)| (!std::mem::replace(found, true)).then_some(entry))
            .filter_map(|entry| match entry.key {
                PROFILE => Some(Wanted::Profile),
                key if key & ODD == 0 => Some(Wanted::Post(tid::write(key))),
                key => {
                    let place = usize::try_from(key & !ODD).ok()?;
                    self.odd_keys.get(place).cloned().map(Wanted::Post)
                }
            })
            .collect()
    }

    /// Wanted records whose blocks are not in the file, as far as was looked.
    pub(super) fn lost(&self) -> usize {
        self.found.iter().filter(|found| !**found).count()
    }
}
