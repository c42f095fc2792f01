//! A repository file (`repo.car`): everything an account wrote, liked and followed, and nothing
//! of what others thought of it. It is read twice, because its blocks lie in no particular
//! order: once for the tree that names the records, once for the records.

use super::Reader;
use super::car::{self, Name};
use super::post::Post;
use super::tree::{Nodes, Records, Wanted};
use super::{cbor, is_did, tid};
use crate::channels::archive::{Archive, Member};
use crate::channels::error::Error;
use crate::channels::report::Skip;
use crate::domain::time::Timestamp;

/// What a repository file contains, before its records are read.
pub(super) struct Repository {
    /// The account.
    pub(super) did: String,
    member: Member,
    /// When it was last changed.
    changed_at: Option<Timestamp>,
    records: Records,
}

/// The signed statement at the top of a repository.
struct Commit {
    did: String,
    data: Name,
    revision: Option<String>,
}

impl Repository {
    /// Reads which records there are.
    pub(super) fn open(archive: &mut Archive<'_>, member: Member) -> Result<Self, Error> {
        let (mut nodes, mut commit) = (Nodes::default(), None);
        let name = archive.read(member, |open| {
            let name = open.name().to_owned();
            car::blocks(open, &mut |block| {
                if block.is_root {
                    commit = Commit::read(block.bytes);
                }
                nodes.look(block.name, block.bytes)
            })?;
            Ok(name)
        })?;
        let commit = commit
            .ok_or_else(|| Error::malformed(&name, "lacks the signed commit of an account"))?;
        let changed_at = commit.revision.as_deref().and_then(tid::instant);
        let records = nodes.walk(commit.data);
        Ok(Self { did: commit.did, member, changed_at, records })
    }

    /// Reads the records.
    pub(super) fn read(
        self,
        archive: &mut Archive<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(), Error> {
        let Self { did: _, member, changed_at, mut records } = self;
        let counts = records.counts;
        archive.read(member, |open| {
            car::blocks(open, &mut |block| {
                for wanted in records.take(block.name) {
                    match wanted {
                        Wanted::Post(key) if reader.is_given(&key) => {}
                        Wanted::Post(key) => match Post::from_block(block.bytes) {
                            Some(post) => reader.post(post, &key, changed_at)?,
                            None => reader.outlet.skip(Skip::Unreadable),
                        },
                        Wanted::Profile => profile(block.bytes, reader),
                    }
                }
                Ok(())
            })
        })?;
        let outlet = &mut reader.outlet;
        outlet.did("likes_given", counts.likes.into());
        outlet.did("reshares_made", counts.reposts.into());
        outlet.did("records", counts.total());
        outlet.did("records_not_read", counts.others.into());
        if reader.followed.is_none() {
            reader.followed = Some(counts.follows.into());
        }
        if records.lost_nodes > 0 || records.lost() > 0 {
            outlet.warn(
                "the file is only a part of your Bluesky repository: some posts that it names \
                 are not in it",
            );
        }
        Ok(())
    }
}

impl Commit {
    fn read(block: &[u8]) -> Option<Self> {
        let (mut did, mut data, mut revision) = (None, None, None);
        let read = cbor::fields(block, &mut |value, key| {
            match key {
                "did" => did = cbor::text(value)?.filter(|did| is_did(did)).map(str::to_owned),
                "data" => data = cbor::link(value)?.and_then(car::name),
                "rev" => revision = cbor::text(value)?.map(str::to_owned),
                _ => value.skip()?,
            }
            Ok(())
        });
        read.ok()?;
        Some(Self { did: did?, data: data?, revision })
    }
}

/// What the profile says of the account.
fn profile(block: &[u8], reader: &mut Reader<'_>) {
    let (mut name, mut created_at) = (None, None);
    let read = cbor::fields(block, &mut |value, key| {
        match key {
            "displayName" => name = cbor::text(value)?,
            "createdAt" => created_at = cbor::text(value)?,
            _ => value.skip()?,
        }
        Ok(())
    });
    if read.is_ok() {
        reader.profile(name, created_at);
    }
}
