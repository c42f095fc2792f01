//! The rows of a waterfall: the baseline, each channel from where the one before it ended, its
//! kinds and its best items inside it, and the score with its range. Drawing is `bars` and `svg`.

use fluent_bundle::FluentArgs;

use super::Language;
use super::plain::plain;
use super::teller::is_scored;
use super::voice::{Voice, values};
use crate::domain::document::{ChannelLines, Document, ItemLines};
use crate::domain::evidence::Kind;
use crate::domain::score::Points;

/// Items of each channel with a row of their own; one more row holds the others.
const ITEMS: usize = 3;

/// Columns of an item's text.
const EXCERPT: usize = 48;

/// Points of one step of the axis.
const STEP: i64 = 10_000_000;

/// A score as rows of bars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waterfall {
    /// The score, or that there is none.
    pub title: String,
    /// The day it is for, in words.
    pub day: String,
    /// How to read the bars, in a sentence.
    pub description: String,
    /// The rows, from the top; none when there is no score.
    pub steps: Vec<Step>,
    /// Where the axis ends, in millionths of a point.
    pub end: i64,
    /// The language it is in.
    pub language: Language,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub label: String,
    /// How it is drawn.
    pub shape: Shape,
    /// Where the bar begins, in millionths of a point.
    pub start: i64,
    /// How long the bar is, in millionths of a point.
    pub points: i64,
    /// The points, written; empty for a range.
    pub figure: String,
    /// What is worth knowing besides; may be empty.
    pub note: String,
    /// The whole row as a sentence.
    pub sentence: String,
}

/// How a row is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A bar from zero: the baseline and the score.
    Whole,
    /// A channel.
    Channel,
    /// A kind of reaction within its channel.
    Kind,
    /// An item, or all others, within its channel.
    Item,
    /// From the lower to the upper end of the interval.
    Range,
}

impl Shape {
    /// The word for machines.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Channel => "channel",
            Self::Kind => "kind",
            Self::Item => "item",
            Self::Range => "range",
        }
    }

    /// Whether it is a part of the row above.
    pub const fn is_inner(self) -> bool {
        matches!(self, Self::Kind | Self::Item)
    }
}

struct Builder<'v> {
    voice: &'v Voice,
    steps: Vec<Step>,
}

pub(super) fn of(document: &Document, voice: &Voice, language: Language) -> Waterfall {
    let score = &document.score;
    let points = voice.points(score.micropoints);
    let title =
        voice.say("picture-title", &values!["state" => score.state.as_ref(), "points" => points]);
    let day = voice.say("picture-day", &values!["day" => voice.day(&score.as_of)]);
    let mut builder = Builder { voice, steps: Vec::new() };
    if is_scored(&score.state) {
        builder.draw(document);
    }
    let ends = builder.steps.iter().map(|step| step.start.saturating_add(step.points));
    let furthest = ends.max().unwrap_or(0).clamp(1, 100_000_000);
    Waterfall {
        title,
        day,
        description: voice.say("picture-description", &FluentArgs::new()),
        end: (furthest + STEP - 1) / STEP * STEP,
        steps: builder.steps,
        language,
    }
}

impl Builder<'_> {
    fn draw(&mut self, document: &Document) {
        let baseline = micros(document.baseline_micropoints);
        let note = self.say("picture-baseline-note");
        self.step(Shape::Whole, self.say("picture-baseline"), (0, baseline), note);
        let mut at = baseline;
        for channel in &document.channels {
            self.channel(channel, at);
            at += micros(channel.micropoints);
        }
        let score = &document.score;
        let whole = micros(score.micropoints);
        self.step(Shape::Whole, self.say("picture-score"), (0, whole), String::new());
        let (low, high) = (score.low_micropoints, score.high_micropoints);
        let args = values![
            "low" => self.voice.floor(low), "high" => self.voice.ceiling(high)
        ];
        let note = self.voice.say("picture-range-note", &args);
        let (low, high) = (micros(low), micros(high));
        self.step(Shape::Range, self.say("picture-range"), (low, high - low), note);
    }

    fn say(&self, key: &str) -> String {
        self.voice.say(key, &FluentArgs::new())
    }

    fn step(&mut self, shape: Shape, label: String, (start, points): (i64, i64), note: String) {
        let figure = match shape {
            Shape::Range => String::new(),
            Shape::Whole | Shape::Channel | Shape::Kind | Shape::Item => {
                self.voice.decimal(points, 3)
            }
        };
        let sentence = if figure.is_empty() {
            format!("{label}: {note}.")
        } else {
            let said = if note.is_empty() { "none" } else { note.as_str() };
            let args = values![
                "label" => label.as_str(), "points" => figure.as_str(), "note" => said
            ];
            self.voice.say("picture-row", &args)
        };
        self.steps.push(Step { label, shape, start, points, figure, note, sentence });
    }

    fn channel(&mut self, lines: &ChannelLines, start: i64) {
        let mut note = if is_scored(&lines.without_state) {
            let points = self.voice.points(lines.without_micropoints);
            self.voice.say("picture-without", &values!["points" => points])
        } else {
            self.say("picture-without-none")
        };
        if !lines.missing.is_empty() {
            let names = lines.missing.iter().map(|signal| self.voice.signal(signal)).collect();
            let signals = self.voice.list(names);
            note += "; ";
            note += &self.voice.say("picture-missing", &values!["signals" => signals]);
        }
        let whole = (start, micros(lines.micropoints));
        self.step(Shape::Channel, self.voice.channel(&lines.channel), whole, note);
        self.kinds(lines, start);
        self.items(lines, whole);
    }

    fn kinds(&mut self, lines: &ChannelLines, mut start: i64) {
        for kind in Kind::ALL {
            let own = lines.signals.iter().filter(|signal| signal.kind == kind.word());
            let own: Vec<_> = own.collect();
            let points: i64 = own.iter().map(|signal| micros(signal.micropoints)).sum();
            if own.iter().all(|signal| signal.reactions == 0) {
                continue;
            }
            let signals = own.iter().map(|signal| {
                let (name, count) = (self.voice.signal(&signal.signal), signal.reactions);
                let args = values!["signal" => name, "count" => self.voice.counted(count)];
                self.voice.say("picture-signals", &args)
            });
            let note = signals.collect::<Vec<_>>().join(", ");
            self.step(Shape::Kind, self.voice.kind(kind.word()), (start, points), note);
            start += points;
        }
    }

    fn items(&mut self, lines: &ChannelLines, (mut start, whole): (i64, i64)) {
        let end = start + whole;
        let shown = lines.items.iter().take(ITEMS);
        for ItemLines { posted, micropoints, excerpt, .. } in shown {
            let points = micros(*micropoints);
            self.step(Shape::Item, posted.to_string(), (start, points), plain(excerpt, EXCERPT));
            start += points;
        }
        let others = lines.reacted_items.saturating_sub(ITEMS as u64);
        if !lines.items.is_empty() && others > 0 {
            let args = values!["items" => self.voice.count(others)];
            let label = self.voice.say("picture-others", &args);
            self.step(Shape::Item, label, (start, end - start), String::new());
        }
    }
}

fn micros(points: Points) -> i64 {
    i64::from(points.micros())
}
