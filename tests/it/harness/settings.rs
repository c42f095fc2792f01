//! What the environment says about how much is tested, and with what.

use std::io::Write as _;
use std::time::Duration;

use super::database::variable;

/// How long each simulation goes on, from `GLASKLAR_SIMULATION_SECONDS`; 4 seconds unless told.
/// A run that has begun is always finished.
pub(crate) fn simulation_time() -> Duration {
    Duration::from_secs(number("GLASKLAR_SIMULATION_SECONDS").unwrap_or(4))
}

/// The seed of the first simulated run, from `GLASKLAR_SIMULATION_SEED`, to see a failure again.
pub(crate) fn simulation_seed() -> Option<u64> {
    number("GLASKLAR_SIMULATION_SEED")
}

/// Says loudly that a test with a foreign tool was not run. Panics instead when
/// `GLASKLAR_REQUIRE_THIRD_PARTY` is 1.
pub(crate) fn report_missing_tool(tool: &str) {
    let required = variable("GLASKLAR_REQUIRE_THIRD_PARTY").is_some_and(|value| value == "1");
    let banner = format!("NOT RUN: verification by {tool} — there is no {tool} on the path");
    assert!(!required, "{banner}");
    // Written past the test harness, which would swallow what a passing test prints.
    let message = format!("\n*** {banner} ***\n\n");
    std::io::stderr().write_all(message.as_bytes()).unwrap();
}

fn number(name: &str) -> Option<u64> {
    let text = variable(name)?;
    match text.parse() {
        Ok(number) => Some(number),
        Err(error) => panic!("{name} is {text}, but must be a number: {error}"),
    }
}
