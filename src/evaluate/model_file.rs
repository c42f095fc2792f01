//! The model's file as a text: its numbers with their reasons, what is wrong with it, and the file
//! that calibration makes of it. What the numbers mean is in `domain`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml_edit::{DocumentMut, Item, TableLike, Value};

use crate::domain::calibration::Fit;
use crate::domain::evidence::{Channel, Kind};
use crate::domain::model::{Digest, Model};

/// A number of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Where it stands, such as `scale.a`.
    pub field: String,
    /// The number.
    pub value: f64,
    /// `fitted` or `chosen`.
    pub origin: String,
    /// Why.
    pub reason: String,
}

/// What a look at a file found.
#[derive(Debug)]
pub struct Looked {
    /// The model, if nothing is wrong with it.
    pub model: Option<Model>,
    /// The numbers that could be read, in the order of the file.
    pub numbers: Vec<Number>,
    /// What is wrong, each with its field.
    pub faults: Vec<String>,
}

/// What calibration writes into a file.
#[derive(Clone, Debug)]
pub struct Changes<'c> {
    /// The new model's version.
    pub version: &'c str,
    /// What was found.
    pub fit: Fit,
    /// What the sample is, in a sentence.
    pub sample: &'c str,
    /// SHA-256 of the sample's file.
    pub digest: Digest,
    /// Persons in it.
    pub persons: usize,
}

/// Looks at every number of a file, and names all faults that can be told of one number alone;
/// those that concern several are told when no other is left.
pub fn look(text: &str, digest: Digest) -> Looked {
    let mut looked = Looked { model: None, numbers: Vec::new(), faults: Vec::new() };
    match text.parse::<DocumentMut>() {
        Ok(document) => {
            looked.walk("", document.as_table());
            looked.names(document.as_table());
        }
        Err(error) => looked.faults.push(format!("the file is not TOML: {error}")),
    }
    if looked.faults.is_empty() {
        match Model::parse(text, digest) {
            Ok(model) => looked.model = Some(model),
            Err(error) => looked.faults.push(error.to_string()),
        }
    }
    looked
}

impl Looked {
    /// Visits every number below a table.
    fn walk(&mut self, path: &str, table: &dyn TableLike) {
        for (key, item) in table.iter() {
            let field = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            let Some(inner) = item.as_table_like() else { continue };
            if ["value", "origin", "reason"].iter().any(|key| inner.contains_key(key)) {
                self.number(&field, inner);
            } else {
                self.walk(&field, inner);
            }
        }
    }

    fn number(&mut self, field: &str, table: &dyn TableLike) {
        let before = self.faults.len();
        let text = |key: &str| table.get(key).and_then(Item::as_str).map(str::trim);
        let value = table.get("value").and_then(number);
        match value {
            None => self.fault(field, "has no number as its `value`"),
            Some(value) if !value.is_finite() => self.fault(field, "is not a finite number"),
            // Only the offset moves the scale down.
            Some(value) if value < 0.0 && field != "scale.a" => {
                self.fault(field, &format!("is {value}, expected a number that is not negative"));
            }
            Some(_) => {}
        }
        if !text("origin").is_some_and(|word| ["fitted", "chosen"].contains(&word)) {
            self.fault(field, "must say `fitted` or `chosen` as its `origin`");
        }
        if text("reason").is_none_or(str::is_empty) {
            self.fault(field, "has no `reason`");
        }
        for (key, _) in table.iter().filter(|(key, _)| !["value", "origin", "reason"].contains(key))
        {
            self.fault(field, &format!("has the unknown key `{key:.40}`"));
        }
        if let (Some(value), Some(origin), Some(reason), true) =
            (value, text("origin"), text("reason"), before == self.faults.len())
        {
            let (field, origin, reason) = (field.to_owned(), origin.to_owned(), reason.to_owned());
            self.numbers.push(Number { field, value, origin, reason });
        }
    }

    /// Kinds, channels and signals that do not exist, and those that are missing.
    fn names(&mut self, file: &dyn TableLike) {
        let empty = toml_edit::Table::new();
        let section = |name: &str| file.get(name).and_then(Item::as_table_like).unwrap_or(&empty);
        let (kinds, rates) = (section("kind"), section("rate"));
        for (word, _) in
            kinds.iter().filter(|(word, _)| !Kind::ALL.iter().any(|k| k.word() == *word))
        {
            self.fault(&format!("kind.{word}"), "is no kind of reaction");
        }
        for kind in Kind::ALL.iter().filter(|kind| !kinds.contains_key(kind.word())) {
            self.fault(&format!("kind.{}", kind.word()), "is missing");
        }
        for (word, signals) in rates.iter() {
            let Some(channel) = Channel::from_word(word) else {
                self.fault(&format!("rate.{word}"), "is no channel");
                continue;
            };
            let counted = |word: &str| channel.signals().iter().any(|signal| signal.word() == word);
            let named = signals.as_table_like().unwrap_or(&empty);
            for (word, _) in named.iter().filter(|(word, _)| !counted(word)) {
                let field = format!("rate.{}.{word}", channel.word());
                self.fault(&field, "is no signal of this channel");
            }
        }
        for channel in Channel::ALL {
            let own = rates.get(channel.word()).and_then(Item::as_table_like).unwrap_or(&empty);
            for signal in channel.signals().iter().filter(|s| !own.contains_key(s.word())) {
                let field = format!("rate.{}.{}", channel.word(), signal.word());
                self.fault(&field, "is missing");
            }
        }
    }

    fn fault(&mut self, field: &str, problem: &str) {
        self.faults.push(format!("{field} {problem}"));
    }
}

#[expect(clippy::cast_precision_loss, reason = "whole numbers of a model are small")]
fn number(item: &Item) -> Option<f64> {
    item.as_float().or_else(|| item.as_integer().map(|whole| whole as f64))
}

/// The file of a calibrated model: everything as it was, comments too, but for the version, the
/// reference, and the three numbers that were found.
pub fn rewrite(text: &str, changes: &Changes<'_>) -> anyhow::Result<String> {
    let mut document: DocumentMut = text.parse()?;
    let file = document.as_table_mut();
    set(file, &["version"], changes.version.into())?;
    set(file, &["reference", "sample"], changes.sample.into())?;
    set(file, &["reference", "sha256"], changes.digest.to_string().into())?;
    let (digest, persons) = (changes.digest.short(), changes.persons);
    let sample = format!("the reference sample (SHA-256 {digest}…, {persons} persons)");
    let scale = |what| format!("solved together with the other so that {what} of {sample}");
    let q = format!(
        "split conformal: 95 of 100 persons of {sample} have two halves whose z differ by no more \
         than q times the root of 1/n1 + 1/n2"
    );
    for (section, key, value, reason) in [
        ("scale", "a", changes.fit.a, scale("40 is the mean")),
        ("scale", "b", changes.fit.b, scale("63 is the 95th percentile")),
        ("interval", "q", changes.fit.q, q),
    ] {
        set(file, &[section, key, "value"], rounded(value).into())?;
        set(file, &[section, key, "origin"], "fitted".into())?;
        set(file, &[section, key, "reason"], reason.into())?;
    }
    Ok(document.to_string())
}

/// A number as it is written: with six decimals, which move no score by a thousandth of a point.
pub fn rounded(value: f64) -> f64 {
    libm::rint(value * 1e6) / 1e6
}

/// Puts a value in the place of another, with the blanks and comments around it.
fn set(file: &mut dyn TableLike, path: &[&str], mut value: Value) -> anyhow::Result<()> {
    let missing = || anyhow::anyhow!("the model file has no `{}`", path.join("."));
    let Some((last, sections)) = path.split_last() else { return Ok(()) };
    let mut table = file;
    for section in sections {
        let inner = table.get_mut(section).and_then(Item::as_table_like_mut);
        table = inner.ok_or_else(missing)?;
    }
    let old = table.get_mut(last).and_then(Item::as_value_mut).ok_or_else(missing)?;
    *value.decor_mut() = old.decor().clone();
    *old = value;
    Ok(())
}

/// The numbers as a table in Markdown. Rates that are equal for the same reason share a row.
pub fn table(numbers: &[Number]) -> String {
    let mut text = "| number | value | origin | reason |\n|---|---|---|---|\n".to_owned();
    let mut alike: BTreeMap<(String, String, String), Vec<&str>> = BTreeMap::new();
    for number in numbers {
        let Number { field, value, origin, reason } = number;
        if let Some(rate) = field.strip_prefix("rate.") {
            let key = (value.to_string(), origin.clone(), reason.clone());
            alike.entry(key).or_default().push(rate);
        } else {
            // Writing to a string cannot fail, here and below.
            let _ = writeln!(text, "| `{field}` | {value} | {origin} | {reason} |");
        }
    }
    for ((value, origin, reason), rates) in alike.into_iter().rev() {
        let names: Vec<_> = rates.iter().map(|rate| format!("`{rate}`")).collect();
        let names = names.join(", ");
        let _ = writeln!(text, "| `rate.`: {names} | {value} | {origin} | {reason} |");
    }
    text
}

#[cfg(test)]
#[path = "model_file_tests.rs"]
mod tests;
