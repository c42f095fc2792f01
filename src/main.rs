//! The command line: parses, and calls one function.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
