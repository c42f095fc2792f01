//! The reference sample's file: one row of whole numbers a person, read strictly. Where the
//! persons come from is not known here.

use std::fmt::Write as _;

use crate::crypto;
use crate::domain::calibration::{Half, Person};
use crate::domain::evidence::Kind;
use crate::domain::model::{Digest, Model};

/// Numbers are below this: a billion reactions, in thousandths, are more than anybody has.
pub const BELOW: u64 = 1_000_000_000_000;

/// Numbers of a row: items with a reaction, the kinds as a whole, in the first half of the items
/// and in the second, and the effective number of items in each half.
const COLUMNS: usize = 15;

/// A row of the file. Everything but `items` is in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Items with a reaction.
    pub items: u64,
    /// Pooled decayed reactions in each half, in the order of kinds; their sum is the whole.
    pub halves: [[u64; 4]; 2],
    /// Effective number of items in each half.
    pub effective: [u64; 2],
}

/// A sample that was read.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What it is: the first line of the file.
    pub description: String,
    /// SHA-256 of the file.
    pub digest: Digest,
    /// The persons, in the order of the file.
    pub persons: Vec<Person>,
}

/// Why a sample was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSample {
    /// It does not say what it is.
    #[error("the sample's first line must say what it is, after `# `")]
    Description,
    /// A row or a number that cannot be.
    #[error("line {line}, {column}: {problem}")]
    Row {
        /// The line, from 1.
        line: u64,
        /// The column's name, or `whole line`.
        column: String,
        /// What is wrong.
        problem: String,
    },
}

/// The names of the columns, in order.
pub fn columns() -> Vec<String> {
    let mut names = vec!["items".to_owned()];
    for prefix in ["", "first_", "second_"] {
        names.extend(Kind::ALL.map(|kind| format!("{prefix}{}", kind.word())));
    }
    names.extend(["first_effective".to_owned(), "second_effective".to_owned()]);
    names
}

/// Writes a sample. The description may have several lines; the first is what models quote.
pub fn write(description: &str, rows: &[Row]) -> String {
    let mut text = String::new();
    for line in description.lines() {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "# {line}");
    }
    let _ = writeln!(text, "{}", columns().join(","));
    for row in rows {
        let numbers: Vec<String> = row.numbers().iter().map(u64::to_string).collect();
        let _ = writeln!(text, "{}", numbers.join(","));
    }
    text
}

/// Reads a sample and checks every number: only persons with enough evidence for a score belong
/// to it, because the scale is about scores.
pub fn read(bytes: &[u8], model: &Model) -> Result<Sample, InvalidSample> {
    let text = String::from_utf8_lossy(bytes);
    let first = text.lines().next().and_then(|line| line.strip_prefix("# "));
    let description = first.map(str::trim).filter(|first| !first.is_empty());
    let description = description.ok_or(InvalidSample::Description)?.to_owned();
    let names = columns();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut persons = Vec::new();
    let mut headed = false;
    let comments = text.lines().take_while(|line| line.starts_with('#')).count() as u64;
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            wrong(line, "whole line", "cannot be read as CSV")
        })?;
        // The first record's position is that of the comments before it.
        let told = record.position().map_or(1, csv::Position::line);
        let line = if headed { told } else { told + comments };
        if record.len() != COLUMNS {
            let problem = format!("has {} columns, expected {COLUMNS}", record.len());
            return Err(wrong(line, "whole line", &problem));
        }
        if !headed {
            headed = true;
            if let Some((found, name)) = record.iter().zip(&names).find(|(a, b)| a != b) {
                return Err(wrong(line, name, &format!("the header says `{found:.40}`")));
            }
            continue;
        }
        let row = Row::parse(line, &record, &names)?;
        persons.push(row.person(line, model)?);
    }
    let digest = Digest::from_bytes(crypto::sha256(bytes));
    Ok(Sample { description, digest, persons })
}

fn wrong(line: u64, column: &str, problem: &str) -> InvalidSample {
    InvalidSample::Row { line, column: column.to_owned(), problem: problem.to_owned() }
}

impl Row {
    /// The kinds as a whole.
    fn whole(&self) -> [u64; 4] {
        let [first, second] = self.halves;
        let mut whole = first;
        for (sum, more) in whole.iter_mut().zip(second) {
            *sum += more;
        }
        whole
    }

    fn numbers(&self) -> [u64; COLUMNS] {
        let mut numbers = [0; COLUMNS];
        let kinds = self.whole().into_iter().chain(self.halves.into_iter().flatten());
        let all = std::iter::once(self.items).chain(kinds).chain(self.effective);
        for (to, number) in numbers.iter_mut().zip(all) {
            *to = number;
        }
        numbers
    }

    fn parse(
        line: u64,
        record: &csv::StringRecord,
        names: &[String],
    ) -> Result<Self, InvalidSample> {
        let mut numbers = [0; COLUMNS];
        for ((number, field), name) in numbers.iter_mut().zip(record).zip(names) {
            let plain = !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit());
            let parsed = field.parse().ok().filter(|value| plain && *value < BELOW);
            let problem = || format!("`{field:.40}` is no whole number from 0 to {}", BELOW - 1);
            *number = parsed.ok_or_else(|| wrong(line, name, &problem()))?;
        }
        let [items, .., first, second] = numbers;
        let kinds = |from: usize| {
            std::array::from_fn(|kind| numbers.get(from + kind).copied().unwrap_or_default())
        };
        let row = Self { items, halves: [kinds(5), kinds(9)], effective: [first, second] };
        let wholes = row.numbers().into_iter().zip(numbers).zip(names);
        if let Some((_, name)) = wholes.into_iter().find(|((sum, found), _)| sum != found) {
            return Err(wrong(line, name, "is not the sum of the two halves"));
        }
        for (effective, name) in [(first, "first_effective"), (second, "second_effective")] {
            if effective < 1_000 || effective > items * 1_000 {
                let problem = "is less than one item, or more than all, in thousandths";
                return Err(wrong(line, name, problem));
            }
        }
        Ok(row)
    }

    fn person(&self, line: u64, model: &Model) -> Result<Person, InvalidSample> {
        let thousandths = |halves: [u64; 4]| halves.map(thousandth);
        let pooled = thousandths(self.whole());
        if self.items < model.reacted_items_min {
            let problem = format!("needs {} for a score", model.reacted_items_min);
            return Err(wrong(line, "items", &problem));
        }
        if pooled.iter().sum::<f64>() < model.pooled_reactions_min {
            return Err(wrong(line, "whole line", "has too little evidence for a score"));
        }
        let half = |(kinds, effective)| Half {
            pooled: thousandths(kinds),
            effective: thousandth(effective),
        };
        let [first, second] = self.halves;
        let [of_first, of_second] = self.effective;
        Ok(Person { pooled, halves: [(first, of_first), (second, of_second)].map(half) })
    }
}

#[expect(clippy::cast_precision_loss, reason = "below 10^12")]
fn thousandth(number: u64) -> f64 {
    number as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::tests::model;

    const ROW: Row =
        Row { items: 12, halves: [[0, 1, 20, 3_000], [5, 0, 0, 10]], effective: [5_500, 6_000] };

    fn problem(from: &str, to: &str) -> String {
        let text = write("Nobody.", &[ROW, ROW]);
        assert!(text.contains(from), "{text}");
        read(text.replace(from, to).as_bytes(), &model()).unwrap_err().to_string()
    }

    #[test]
    fn what_was_written_is_read() {
        let text = write("Nobody.\nSecond line.", &[ROW]);
        let sample = read(text.as_bytes(), &model()).unwrap();
        assert_eq!(sample.description, "Nobody.");
        let [person] = sample.persons[..] else { panic!("one person") };
        let bits = |pooled: [f64; 4]| pooled.map(f64::to_bits);
        assert_eq!(bits(person.pooled), bits([0.005, 0.001, 0.02, 3.01]));
        assert_eq!(bits(person.halves[1].pooled), bits([0.005, 0.0, 0.0, 0.01]));
        assert_eq!(person.halves[0].effective.to_bits(), 5.5_f64.to_bits());
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_place() {
        let last = "12,5,1,20,3010,0,1,20,3000,5,0,0,10,5500,6000\n";
        for wrong in ["NaN", "-1", "1000000000000", "1.5", "", "inf", "+1"] {
            let said = problem("12,5,1,20", &format!("12,5,{wrong},20"));
            assert!(said.starts_with("line 3, conversation: "), "{said}");
        }
        assert_eq!(
            problem(&format!("{last}{last}"), &format!("{last}1,2,3\n")),
            "line 4, whole line: has 3 columns, expected 15"
        );
        assert!(problem("3010", "3011").contains("line 3, approval: is not the sum"));
        assert!(problem("5500", "999").contains("line 3, first_effective"));
        assert!(problem("6000", "12001").contains("line 3, second_effective"));
        assert!(problem("items,", "posts,").contains("line 2, items: the header says `posts`"));
        assert!(problem("\n12,", "\n9,").contains("line 3, items: needs 10"));
        assert!(problem("# Nobody.\n", "").contains("first line"));
    }
}
