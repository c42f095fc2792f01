//! Tokens verified a moment ago, so that a busy client does not cost a signature check per call.
//! Holds digests, never tokens. Knows nothing of why a token was accepted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest;

use super::caller::Caller;
use crate::domain::time::Timestamp;

/// The most tokens remembered at a time.
pub(super) const ENTRIES_MAX: usize = 10_000;

/// How long a verification is believed at most: a revoked key or a changed clock shows this soon.
pub(super) const LIFETIME: Duration = Duration::from_secs(5);

/// Locks are per shard, so that concurrent calls seldom meet.
const SHARDS: usize = 16;

/// SHA-256 of a token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// Digests a token.
    pub(super) fn of(token: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        Self(bytes)
    }
}

/// A bounded map from token digests to callers.
pub(super) struct TokenCache {
    shards: [Mutex<HashMap<TokenDigest, Verified>>; SHARDS],
}

struct Verified {
    caller: Arc<Caller>,
    generation: u64,
    believed_from: Timestamp,
    dies_at: Timestamp,
}

impl Verified {
    /// Believed only from the verification on: a clock set back must not lengthen its life.
    fn is_alive(&self, generation: u64, now: Timestamp) -> bool {
        self.generation == generation && self.believed_from <= now && now < self.dies_at
    }
}

impl TokenCache {
    /// An empty cache.
    pub(super) fn new() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::new(HashMap::new())) }
    }

    /// The caller of a token verified moments ago under the same generation of keys.
    pub(super) fn get(
        &self,
        token: &TokenDigest,
        generation: u64,
        now: Timestamp,
    ) -> Option<Arc<Caller>> {
        let shard = self.shard(token).lock().unwrap_or_else(PoisonError::into_inner);
        let verified = shard.get(token).filter(|entry| entry.is_alive(generation, now))?;
        Some(Arc::clone(&verified.caller))
    }

    /// Remembers a verification until `expires`, or [`LIFETIME`] if that is sooner. `generation`
    /// must have been read before the keys were.
    pub(super) fn insert(
        &self,
        token: TokenDigest,
        accepted: (&Arc<Caller>, Timestamp),
        generation: u64,
        now: Timestamp,
    ) {
        let (caller, expires) = accepted;
        let dies_at = expires.min(now.plus(LIFETIME));
        let mut shard = self.shard(&token).lock().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= ENTRIES_MAX / SHARDS {
            shard.retain(|_, entry| entry.is_alive(generation, now));
        }
        if shard.len() >= ENTRIES_MAX / SHARDS {
            let evicted = shard.keys().next().copied();
            evicted.map(|evicted| shard.remove(&evicted));
        }
        let caller = Arc::clone(caller);
        shard.insert(token, Verified { caller, generation, believed_from: now, dies_at });
    }

    fn shard(&self, token: &TokenDigest) -> &Mutex<HashMap<TokenDigest, Verified>> {
        let [first, ..] = token.0;
        &self.shards[usize::from(first) % SHARDS]
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap().len()).sum()
    }
}
