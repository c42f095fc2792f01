//! What the tests stand on: databases, servers, and the people who call them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unused_self,
    reason = "helpers of tests fail by panicking, as tests do"
)]

pub(crate) mod clients;
pub(crate) mod database;
pub(crate) mod program;
pub(crate) mod raw;
pub(crate) mod server;
pub(crate) mod settings;
