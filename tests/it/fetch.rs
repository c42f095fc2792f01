//! Fetching from servers that stand in for the networks, over loopback.

mod evidence;
mod limits;
mod networks;
mod proofs;
mod recorded;
mod stand;
mod turns;
mod walks;
