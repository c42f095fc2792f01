//! What clients see on the wire: every status, header, trailer and deadline.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod batch;
mod calls;
mod deadlines;
mod discovery;
mod errors;
mod outages;
mod privacy;
mod silence;
