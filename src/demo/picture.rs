//! An explanation for a terminal: its bars, drawn from the released document alone.

use crate::domain::document::Document;
use crate::pb;
use crate::words::{Language, waterfall};

/// Columns of the bars, behind the indentation.
const WIDTH: usize = 94;

/// Draws an explanation: baseline, channels, kinds, the best items, the sum and its range.
pub(super) fn draw(explanation: &pb::Explanation) -> String {
    let Ok(document) = Document::parse(&explanation.document) else {
        return "   The released document cannot be read.\n".to_owned();
    };
    let bars = waterfall(&document, Language::English);
    let mut text = String::new();
    for line in bars.text(WIDTH, false).lines() {
        for part in ["   ", line, "\n"] {
            text.push_str(part);
        }
    }
    if bars.steps.is_empty() {
        text +=
            "   Not enough recent evidence for a score. That is not a low number: it is none.\n";
    }
    text
}

/// Millionths of a point with three decimals.
pub(super) fn decimal(micropoints: i32) -> String {
    format!("{:.3}", f64::from(micropoints) / 1e6)
}
