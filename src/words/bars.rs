//! A waterfall in characters, for a terminal. Color only repeats what labels, numbers and
//! indentation say.

use super::plain::{columns, plain};
use super::waterfall::{Shape, Step, Waterfall};

/// Fewest columns that everything fits in.
const WIDTH_MIN: usize = 48;

/// Columns of a figure, such as `100.000`.
const FIGURE: usize = 7;

/// Fewest columns of a note that say anything.
const NOTE_MIN: usize = 8;

/// Eighths of a column, from one to seven.
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// ECMA-48 sequences that begin and end a color.
const COLORS: [(Shape, &str); 4] = [
    (Shape::Whole, "\u{1b}[1m"),
    (Shape::Channel, "\u{1b}[36m"),
    (Shape::Kind, "\u{1b}[2m"),
    (Shape::Item, "\u{1b}[2m"),
];
const PLAIN: &str = "\u{1b}[0m";

/// How the columns are divided.
struct Columns {
    label: usize,
    bar: usize,
    note: usize,
}

impl Columns {
    fn new(width: usize, waterfall: &Waterfall) -> Self {
        let width = width.max(WIDTH_MIN);
        let own = |step: &Step| indent(step).len() + columns(&step.label);
        let widest = waterfall.steps.iter().map(own).max().unwrap_or(0);
        let label = widest.min(width * 3 / 8);
        let rest = width.saturating_sub(label + FIGURE + 5);
        let bar = (rest / 2).clamp(10, 40);
        Self { label, bar, note: rest.saturating_sub(bar) }
    }
}

impl Waterfall {
    /// The rows with bars, at most so many columns wide (but at least 48), without a line end
    /// behind the last; in color for terminals that know it.
    pub fn text(&self, width: usize, is_colored: bool) -> String {
        let columns = Columns::new(width, self);
        let mut lines = vec![format!("{}, {}", self.title, self.day)];
        lines.extend(self.steps.iter().map(|step| self.line(step, &columns, is_colored)));
        lines.join("\n")
    }

    fn line(&self, step: &Step, widths: &Columns, is_colored: bool) -> String {
        let indent = indent(step);
        let most = widths.label.saturating_sub(indent.len());
        let label = format!("{indent}{}", plain(&step.label, most));
        let gap = " ".repeat(widths.label.saturating_sub(columns(&label)));
        let bar = self.bar(step, widths.bar);
        let room = " ".repeat(widths.bar.saturating_sub(columns(&bar)));
        let color = COLORS.iter().find(|(shape, _)| is_colored && *shape == step.shape);
        let bar = color.map_or(bar.clone(), |(_, color)| format!("{color}{bar}{PLAIN}"));
        let note =
            if widths.note < NOTE_MIN { String::new() } else { plain(&step.note, widths.note) };
        let line = format!("{label}{gap} {:>FIGURE$}  {bar}{room}  {note}", step.figure);
        line.trim_end().to_owned()
    }

    /// A bar as far from the left as it begins.
    fn bar(&self, step: &Step, cells: usize) -> String {
        let eighths = |micros: i64| {
            let micros = u64::try_from(micros.clamp(0, self.end)).unwrap_or(0);
            let whole = u64::try_from(self.end).unwrap_or(1).max(1);
            usize::try_from(micros * cells as u64 * 8 / whole).unwrap_or(0)
        };
        let (from, to) = (eighths(step.start), eighths(step.start.saturating_add(step.points)));
        if step.shape == Shape::Range {
            let first = (from / 8).min(cells.saturating_sub(2));
            let inside = (to / 8).saturating_sub(first + 2);
            return format!("{}├{}┤", " ".repeat(first), "─".repeat(inside));
        }
        if step.points == 0 {
            return String::new();
        }
        // Characters begin at whole columns only: the end is drawn to an eighth, and what ends in
        // the column where it begins is as long as it is.
        let first = ((from + 4) / 8).min(cells.saturating_sub(1));
        let full = (to / 8).saturating_sub(first);
        let rest = if full > 0 { to % 8 } else { to.saturating_sub(from).clamp(1, 7) };
        let mut bar = " ".repeat(first) + &"█".repeat(full);
        bar.extend(rest.checked_sub(1).and_then(|eighths| EIGHTHS.get(eighths)));
        bar
    }
}

const fn indent(step: &Step) -> &'static str {
    if step.shape.is_inner() { "  " } else { "" }
}

/// A sentence in lines of at most so many columns; a word that is longer has a line of its own.
pub fn lines(sentence: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in sentence.split_whitespace() {
        match lines.last_mut() {
            Some(line) if columns(line) + 1 + columns(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
