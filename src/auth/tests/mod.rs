//! Attacks on tokens and key sets, one test each, after the list in `operations.md` 3.2.
//! Only tests and what they share live here.

mod caching;
mod claims;
mod development;
mod encoding;
mod fetching;
mod forge;
mod header;
mod issuers;
mod keysets;
mod loopback;
mod refreshing;
