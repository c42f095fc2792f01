//! A report drawn for people: aligned numbers, and the remarks in words.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use glasklar::channels::Report;
use glasklar::domain::time::Timestamp;

/// Columns of labels and of numbers, and of running text.
const LABEL: usize = 24;
const NUMBER: usize = 14;
const WIDTH: usize = 80;
/// Most tags that are named.
const TAGS: usize = 12;
/// Most characters of a name or tag that are shown.
const NAME: usize = 60;

/// The whole picture, without a line end behind it.
pub(super) fn draw(report: &Report) -> String {
    let mut picture = String::new();
    head(&mut picture, report);
    section(&mut picture, "Items that count as evidence", &number(report.total()));
    for (kind, count) in &report.items {
        row(&mut picture, &kind.word().replace('_', " "), &number(*count));
    }
    section(&mut picture, "Reactions by others to them", "");
    for (signal, count) in report.signals() {
        row(&mut picture, signal.words(), &count.map_or("not told".to_owned(), number));
    }
    counts(&mut picture, "People around (worth nothing)", || {
        report.audience.iter().map(|(who, count)| (who.word(), *count))
    });
    counts(&mut picture, "Done, but no evidence", || {
        report.activity.iter().map(|(what, count)| (*what, *count))
    });
    counts(&mut picture, "Left out", || {
        report.skipped.iter().map(|(skip, count)| (skip.word(), *count))
    });
    for (title, named) in [("Tags", &report.topics_named), ("Languages", &report.languages)] {
        if !named.is_empty() {
            section(&mut picture, title, "");
            wrap(&mut picture, "  ", &most(named));
        }
    }
    if !report.warnings.is_empty() {
        section(&mut picture, "Remarks", "");
        for warning in &report.warnings {
            wrap(&mut picture, "- ", &plain(warning, usize::MAX));
        }
    }
    picture.push_str("\nNothing was stored.");
    picture
}

/// Whose export it is, and of when.
fn head(picture: &mut String, report: &Report) {
    let account = &report.account;
    let _ = writeln!(picture, "{} export ({})\n", report.channel.title(), report.layout);
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(picture, "  {label:<9} {}", plain(value, NAME));
    };
    line("account", &account.handle);
    if let Some(name) = &account.name {
        line("name", name);
    }
    line("id", account.id.as_deref().unwrap_or("none that is this account's alone"));
    if let Some(at) = report.account_created {
        line("opened", &day(at));
    }
    if let Some(at) = report.exported_at {
        line("exported", &day(at));
    }
    if let Some(period) = report.period {
        line("period", &format!("{} to {}", day(period.first), day(period.last)));
    }
}

fn section(picture: &mut String, title: &str, value: &str) {
    let line = format!("{title:<width$}{value:>NUMBER$}", width = LABEL + 2);
    let _ = writeln!(picture, "\n{}", line.trim_end());
}

fn row(picture: &mut String, label: &str, value: &str) {
    let _ = writeln!(picture, "  {label:<LABEL$}{value:>NUMBER$}");
}

fn counts<'w, I: Iterator<Item = (&'w str, u64)>>(
    picture: &mut String,
    title: &str,
    rows: impl Fn() -> I,
) {
    if rows().next().is_some() {
        section(picture, title, "");
    }
    for (word, count) in rows() {
        row(picture, &word.replace('_', " "), &number(count));
    }
}

/// The most frequent words with their counts, and how many more there are.
fn most(named: &BTreeMap<String, u64>) -> String {
    let mut named: Vec<_> = named.iter().collect();
    named.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let first: Vec<_> = named
        .iter()
        .take(TAGS)
        .map(|(word, count)| format!("{} {}", plain(word, NAME), number(**count)))
        .collect();
    let more = named.len().saturating_sub(TAGS);
    let end = if more == 0 { String::new() } else { format!(", and {} more", number(more as u64)) };
    first.join(", ") + &end
}

/// Breaks a text into lines, the first after `bullet`, the others below its text.
fn wrap(picture: &mut String, bullet: &str, text: &str) {
    let mut line = bullet.to_owned();
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() >= WIDTH && line.trim().len() > 1 {
            let _ = writeln!(picture, "{}", line.trim_end());
            line = " ".repeat(bullet.len());
        }
        line.push_str(word);
        line.push(' ');
    }
    let _ = writeln!(picture, "{}", line.trim_end());
}

fn day(at: Timestamp) -> String {
    at.day().to_string()
}

/// A number with its thousands apart.
fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A name from an export, which must not command the terminal or reorder what it shows
/// (CVE-2021-42574).
fn plain(name: &str, most: usize) -> String {
    let reorders = |c| matches!(c, '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let mut text: String = name
        .chars()
        .take(most)
        .map(|c| if c.is_control() || reorders(c) { '?' } else { c })
        .collect();
    if name.chars().nth(most).is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_shown_plainly() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(plain("a\u{1b}[2J\u{202e}b", 60), "a?[2J?b");
        assert_eq!(plain("abcdef", 3), "abc…");
    }

    #[test]
    fn long_text_is_broken_below_its_bullet() {
        let mut picture = String::new();
        wrap(&mut picture, "- ", &"word ".repeat(20));
        let lines: Vec<_> = picture.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("- word") && lines[1].starts_with("  word"));
        assert!(lines.iter().all(|line| line.len() <= WIDTH));
    }
}
