//! What was measured, as a table for people and as JSON for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::Options;
use super::dump::Dump;
use super::people::posters;
use super::statistics::Estimate;

/// What a value has to reach.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gate {
    /// The least value.
    pub value: f64,
    /// What the lower end of the interval must reach too.
    pub low: f64,
}

/// Claims: 0.95, and surely more than the 16 right topics of 17 that set the mark.
pub const CLAIMS: Gate = Gate { value: 0.95, low: 0.941 };
/// Intervals: nine in ten, also at the lower end.
pub const INTERVALS: Gate = Gate { value: 0.90, low: 0.90 };

/// What became of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Value and lower end reach it.
    Pass,
    /// The value does not, and the upper end does not reach the least value either.
    Below,
    /// The cases are too few to say.
    NotDecidable,
}

/// One measured value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Which experiment.
    pub question: &'static str,
    /// What was measured in it.
    pub what: String,
    /// Cases: means over the seeds where there are several, never their sum.
    pub n: f64,
    /// The value and its interval; an interval without width where there is none.
    pub estimate: Option<Estimate>,
    /// What it has to reach.
    pub gate: Option<Gate>,
    /// Whether it does.
    pub verdict: Option<Verdict>,
    /// Why there is nothing, or what has to be known.
    pub note: &'static str,
}

impl Row {
    /// A value to know.
    pub fn value(
        question: &'static str,
        what: impl Into<String>,
        n: f64,
        estimate: Option<Estimate>,
    ) -> Self {
        let note = if estimate.is_some() { "" } else { "no cases" };
        Self { question, what: what.into(), n, estimate, gate: None, verdict: None, note }
    }

    /// The same with something to reach.
    #[must_use]
    pub fn gated(self, gate: Gate) -> Self {
        let verdict = match self.estimate {
            Some(found) if found.value >= gate.value && found.low >= gate.low => Verdict::Pass,
            Some(found) if found.high < gate.value => Verdict::Below,
            _ => Verdict::NotDecidable,
        };
        Self { gate: Some(gate), verdict: Some(verdict), ..self }
    }

    /// A value without an interval that is right or wrong.
    pub fn checked(
        (question, what): (&'static str, &'static str),
        n: usize,
        (value, right): (f64, bool),
    ) -> Self {
        let estimate = Some(Estimate { value, low: value, high: value });
        let verdict = if right { Verdict::Pass } else { Verdict::Below };
        let n = crate::domain::calibration::ratio(n, 1);
        Self { verdict: Some(verdict), ..Self::value(question, what, n, estimate) }
    }

    /// Something that cannot be measured here.
    pub fn undecidable(question: &'static str, what: &'static str, note: &'static str) -> Self {
        let row = Self::value(question, what, 0.0, None);
        Self { verdict: Some(Verdict::NotDecidable), note, ..row }
    }
}

/// Everything that was measured on one corpus.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The model's version.
    pub model: String,
    /// SHA-256 of its file.
    pub model_digest: String,
    /// Random splits.
    pub seeds: u64,
    /// Questions in the corpus.
    pub questions: usize,
    /// Answers in it.
    pub answers: usize,
    /// People who posted.
    pub people: usize,
    /// Different tags.
    pub tags: usize,
    /// What is taken for today: the day of the last post.
    pub today: String,
    /// The day from which on things are held out in experiments with time.
    pub cut: String,
    /// The values.
    pub rows: Vec<Row>,
    /// What has to be known to read them.
    pub notes: Vec<&'static str>,
}

impl Report {
    /// A report without values.
    pub fn new(dump: &Dump, options: &Options<'_>) -> Self {
        let answers = dump.posts.iter().filter(|post| post.is_answer()).count();
        let mut notes = vec![
            "`n` is a mean over the seeds: each seed splits the same posts again, so adding seeds \
             adds no cases and narrows no interval",
            "today is the day of the last post, because the corpus ends there",
            "in the time split, somebody who stopped posting counts as wrong",
            "claims are about a site's own tags, except where topics are found in texts",
            "a reaction counts from the day of its vote on; its age, as in the score, is the post's",
        ];
        if !dump.has_votes {
            notes.push("Votes.xml is missing: nothing is known of when votes came");
        }
        if !dump.has_comments {
            notes.push("Comments.xml is missing: of replies, only answers to questions count");
        }
        Self {
            model: options.model.version.clone(),
            model_digest: options.model.digest.to_string(),
            seeds: options.seeds,
            questions: dump.posts.len() - answers,
            answers,
            people: posters(dump).len(),
            tags: dump.tags,
            today: dump.last.to_string(),
            cut: dump.cut.to_string(),
            rows: Vec::new(),
            notes,
        }
    }

    /// The table.
    pub fn draw(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "model      {} ({})", self.model, self.model_digest);
        let _ = writeln!(
            text,
            "corpus     {} questions, {} answers, {} people, {} tags, until {}",
            self.questions, self.answers, self.people, self.tags, self.today
        );
        let _ = writeln!(text, "held out   from {} on; {} seeds\n", self.cut, self.seeds);
        let _ = writeln!(
            text,
            "{:<22} {:<56} {:>8} {:>8}  {:<17} gate",
            "experiment", "what", "n", "value", "95 % interval"
        );
        let mut last = "";
        for row in &self.rows {
            let question = if row.question == last { "" } else { row.question };
            last = row.question;
            let _ = writeln!(text, "{}", line(question, row).trim_end());
        }
        text.push('\n');
        for note in &self.notes {
            let _ = writeln!(text, "- {note}");
        }
        text
    }
}

fn line(question: &str, row: &Row) -> String {
    let (value, interval) = match row.estimate {
        None => ("-".to_owned(), String::new()),
        Some(found) if found.low < found.high => {
            (format!("{:.3}", found.value), format!("{:.3} to {:.3}", found.low, found.high))
        }
        Some(found) => (format!("{:.3}", found.value), String::new()),
    };
    let verdict = match row.verdict {
        None => "",
        Some(Verdict::Pass) => "pass",
        Some(Verdict::Below) => "BELOW",
        Some(Verdict::NotDecidable) => "not decidable",
    };
    let gate = row.gate.map(|gate| format!(" (>= {:.2}, low >= {:.3})", gate.value, gate.low));
    let (n, gate, what) = (row.n, gate.unwrap_or_default(), &row.what);
    let note = if row.note.is_empty() { String::new() } else { format!(" {}", row.note) };
    format!("{question:<22} {what:<56} {n:>8.1} {value:>8}  {interval:<17} {verdict}{gate}{note}")
}
