//! Starting, serving and stopping: connections, TLS, and the program itself.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

mod certificates;
mod commands;
mod connections;
mod draining;
mod inspect;
mod program;
