//! Glasklar: a glass score instead of a glass applicant.
pub mod channels;
pub mod auth;
pub mod clock;
pub mod crypto;
pub mod domain;
pub mod ledger;
#[path = "../migrations/mod.rs"]
pub mod migrations;
pub mod pb;
pub mod storage;
pub mod vault;
