//! One binary for all tests of the product: a real server per test, on both databases.

mod access;
mod audit;
mod consents;
mod explain;
mod explanations;
mod fetch;
mod fixtures;
mod harness;
mod imports;
mod lifecycle;
mod look_ups;
mod memory;
mod migrations;
mod proto;
mod readme;
mod simulation;
mod third_party;
mod tidy;
mod wire;
