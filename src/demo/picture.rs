//! An explanation as a table with bars, for a terminal.

use std::fmt::Write as _;

use crate::domain::evidence::{Channel, Signal};
use crate::pb;

/// Characters of the longest bar.
const WIDTH: i32 = 24;

/// Draws an explanation: baseline, channels, signals, the best items, and the sum.
pub(super) fn draw(explanation: &pb::Explanation) -> String {
    let mut text = String::new();
    let score = explanation.score.clone().unwrap_or_default();
    if score.state() != pb::score::State::Scored {
        return "   Not enough recent evidence for a score. That is not a low number: it is none.\n"
            .to_owned();
    }
    let longest = score.micropoints.max(1);
    let mut line = |label: &str, points: i32, note: &str| {
        let length = usize::try_from(points / (longest / WIDTH).max(1)).unwrap_or(0);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "   {label:<26}{:>8}  {:<24}  {note}",
            decimal(points),
            "█".repeat(length)
        );
    };
    line("baseline", explanation.baseline_micropoints, "what nobody's evidence would give");
    for channel in &explanation.channels {
        let without = if channel.without_state() == pb::score::State::Scored {
            format!("without it: {}", decimal(channel.without_micropoints))
        } else {
            "without it: not enough evidence".to_owned()
        };
        line(word(channel.channel), channel.micropoints, &without);
        if !channel.missing.is_empty() {
            let signals = channel.missing.iter().map(|signal| signal_word(*signal));
            let list = signals.collect::<Vec<_>>().join(", ");
            line("  not told", 0, &format!("{list}: nothing was subtracted"));
        }
        for signal in &channel.signals {
            let label = format!("  {}", signal_word(signal.signal));
            let note = format!("{} on {} items", signal.reactions, signal.items);
            line(&label, signal.micropoints, &note);
        }
        for item in channel.items.iter().take(2) {
            let words: Vec<&str> = item.excerpt.split_whitespace().collect();
            let excerpt: String = words.join(" ").chars().take(40).collect();
            let reactions: i64 = item.reactions.iter().map(|part| part.reactions).sum();
            let note = format!("{reactions} · {excerpt}…");
            line(&format!("  {}", item.posted_date), item.micropoints, &note);
        }
    }
    let range = format!(
        "between {} and {}, as of {}",
        decimal(score.low_micropoints),
        decimal(score.high_micropoints),
        score.as_of_date
    );
    line("score", score.micropoints, &range);
    text
}

/// Millionths of a point with three decimals.
pub(super) fn decimal(micropoints: i32) -> String {
    format!("{:.3}", f64::from(micropoints) / 1e6)
}

fn word(channel: i32) -> &'static str {
    u8::try_from(channel).ok().and_then(Channel::from_number).map_or("?", Channel::word)
}

fn signal_word(signal: i32) -> &'static str {
    u8::try_from(signal).ok().and_then(Signal::from_number).map_or("?", Signal::word)
}
