//! Fetching from servers that stand in for the networks, over loopback.

mod evidence;
mod limits;
mod proofs;
mod stand;
mod walks;
