//! What clients see on the wire: every status, header, trailer and deadline.

mod batch;
mod calls;
mod deadlines;
mod discovery;
mod errors;
mod outages;
mod privacy;
mod silence;
