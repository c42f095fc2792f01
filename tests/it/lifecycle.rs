//! Starting, serving and stopping: connections, TLS, and the program itself.

mod certificates;
mod commands;
mod connections;
mod draining;
mod program;
