//! One binary for all tests of the product: a real server per test, on both databases.

mod access;
mod audit;
mod consents;
mod expertise;
mod explain;
mod explanations;
mod fetch;
mod fixtures;
mod gaming;
mod harness;
mod history;
mod imports;
mod lifecycle;
mod look_ups;
mod memory;
mod migrations;
mod models;
mod properties;
mod proto;
mod readme;
mod simulation;
mod third_party;
mod tidy;
mod topics;
mod vectors;
mod wire;
