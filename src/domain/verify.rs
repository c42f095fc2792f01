//! Checking a released explanation with nothing but the model file: everything is computed again
//! from the evidence in the document, and compared line by line.

use std::fmt;

use super::document::Document;
use super::model::Model;

/// Most lines that are named; one change high up moves many numbers below it.
const NAMED_MAX: usize = 20;

/// Most characters of a line that cannot be read.
const SHOWN: usize = 80;

/// What is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It is not an explanation in this format.
    Unreadable(String),
    /// A number does not follow from the evidence beside it.
    Line {
        /// The line, from 1.
        line: usize,
        /// What stands there.
        found: String,
        /// What the evidence gives.
        recomputed: String,
    },
    /// The numbers add up, but something else was changed: the last line's digest does not cover
    /// these bytes.
    DigestMismatch,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "not an explanation that can be read: {why}"),
            Self::Line { line, found, recomputed } => {
                write!(f, "line {line}: found `{found}`, the evidence gives `{recomputed}`")
            }
            Self::DigestMismatch => f.write_str(
                "digest mismatch: the numbers add up, but these are not the bytes that were released",
            ),
        }
    }
}

/// The beginning of the line that could not be read: one value stands on it, with its field.
fn line_of(error: &serde_json::Error, bytes: &[u8]) -> String {
    let line = bytes.split(|byte| *byte == b'\n').nth(error.line().saturating_sub(1));
    let text = String::from_utf8_lossy(line.unwrap_or_default()).trim().to_owned();
    let shown: String = text.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    if shown.is_empty() { String::new() } else { format!(": `{shown}`") }
}

/// Verifies a document with the model it names. An empty list means: every number follows from
/// the evidence, and the digest in the last line covers these bytes.
pub fn verify(bytes: &[u8], model: &Model) -> Vec<Finding> {
    let unreadable = |why: &str| vec![Finding::Unreadable(why.to_owned())];
    let document = match Document::parse(bytes) {
        Ok(document) => document,
        Err(error) => return unreadable(&format!("{error}{}", line_of(&error, bytes))),
    };
    if document.score.model_digest != model.digest.to_string() {
        return unreadable("it names another model");
    }
    let recomputed = match document.recompute(model) {
        Ok(recomputed) => recomputed,
        Err(meaningless) => return unreadable(&meaningless.to_string()),
    };
    let rendered = recomputed.render();
    if rendered == bytes {
        return Vec::new();
    }
    let (rendered, found) = (String::from_utf8_lossy(&rendered), String::from_utf8_lossy(bytes));
    let is_number = |line: &str| !line.trim_start().starts_with("\"digest\"");
    let different =
        rendered.lines().zip(found.lines()).enumerate().filter(|(_, (ours, theirs))| {
            ours.trim() != theirs.trim() && is_number(ours) && is_number(theirs)
        });
    // A weight follows from its own item alone, and everything else from the weights: the deepest
    // weight that is wrong is where the change was made.
    let mut different: Vec<_> = different.collect();
    different.sort_by_key(|(at, (ours, _))| {
        let text = ours.trim_start();
        (!text.starts_with("\"weight\""), text.len().wrapping_sub(ours.len()), *at)
    });
    let mut findings: Vec<Finding> = different
        .into_iter()
        .take(NAMED_MAX)
        .map(|(at, (ours, theirs))| Finding::Line {
            line: at + 1,
            found: theirs.trim().to_owned(),
            recomputed: ours.trim().to_owned(),
        })
        .collect();
    if findings.is_empty() {
        findings.push(Finding::DigestMismatch);
    }
    findings
}
