//! CSV out of hostile members: one record at a time, with limits on records and columns that hold
//! before anything is kept in memory. No channel's columns here.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::archive::{Open, names};
use super::error::Error;

/// Longest record, in bytes as written.
const RECORD: u64 = 2 << 20;
/// What the parser reads ahead.
const BUFFER: usize = 64 << 10;
/// Most columns that have a name.
const COLUMNS: usize = 1_000;
/// First bytes of a member that tell what table it is.
pub(super) const HEAD: u64 = 64 << 10;
/// Most members of one upload that are looked at for one channel's tables; parts included, no
/// export has a tenth of them.
pub(super) const MEMBERS: usize = 100;
/// Records before the header, notes among them, that are looked at to tell what table it is.
const NOTES: usize = 16;

/// How quotes within quoted fields are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    /// `""`, as RFC 4180 has it.
    Doubled,
    /// `\"`, as LinkedIn has it in one of its files; `""` is understood as well.
    Escaped,
}

/// One record with its header.
pub(super) struct Record<'r> {
    header: &'r [String],
    record: &'r csv::ByteRecord,
}

impl Record<'_> {
    /// The field under the first of these column names that there is; `None` if the column is
    /// missing or the field is blank. Only letters and digits of names are compared, ignoring
    /// case: networks write `ShareLink` and `Share Link`.
    pub(super) fn get(&self, columns: &[&str]) -> Option<String> {
        let named = |name: &&str| self.header.iter().position(|known| *known == folded(name));
        self.at(columns.iter().find_map(named)?)
    }

    /// The field at a position, if it is not blank.
    pub(super) fn at(&self, position: usize) -> Option<String> {
        let text = decoded(self.record.get(position)?).trim().to_owned();
        Some(text).filter(|text| !text.is_empty())
    }

    /// How many fields the record has.
    pub(super) fn len(&self) -> usize {
        self.record.len()
    }
}

/// Gives each record after the header to `each`, in order. The header is the first record that
/// holds all of `columns`, because some files begin with a note; with no columns asked for it is
/// the first. Records of blanks only are passed over. Reads to the end; fails if there is no
/// header.
pub(super) fn records(
    open: &mut Open<'_>,
    columns: &[&str],
    quotes: Quotes,
    each: &mut dyn FnMut(Record<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let name = open.name().to_owned();
    let left = Rc::new(Cell::new(RECORD));
    let limited = Limited { inner: open, left: Rc::clone(&left) };
    let mut reader = parser(quotes).from_reader(limited);
    let (mut header, mut record) = (None, csv::ByteRecord::new());
    loop {
        left.set(RECORD + BUFFER as u64);
        let more = reader.read_byte_record(&mut record).map_err(|error| meaning(error, &name))?;
        if !more {
            break;
        }
        let Some(header) = &header else {
            if record.len() > COLUMNS {
                return Err(Error::malformed(&name, "has a line with more than 1000 columns"));
            }
            let names: Vec<String> = record.iter().map(|field| folded(&decoded(field))).collect();
            header = columns.iter().all(|column| names.contains(&folded(column))).then_some(names);
            continue;
        };
        if record.iter().any(|field| !field.trim_ascii().is_empty()) {
            each(Record { header, record: &record })?;
        }
    }
    if header.is_none() && !columns.is_empty() {
        let missing = columns.join(", ");
        return Err(Error::malformed(&name, format!("lacks the columns {missing}")));
    }
    Ok(())
}

/// The first records of a text that may be cut, the header among them, for telling what it is.
pub(super) fn sample(head: &[u8], most: usize) -> Vec<Vec<String>> {
    let mut reader = parser(Quotes::Doubled).from_reader(head);
    let records = reader.byte_records().map_while(Result::ok).take(most);
    let fields = |record: csv::ByteRecord| {
        record.iter().take(COLUMNS).map(|field| decoded(field).trim().to_owned()).collect()
    };
    records.map(fields).collect()
}

/// Whether a text that may be cut has a header with all these columns, behind a note or not.
pub(super) fn has_columns(head: &[u8], columns: &[&str]) -> bool {
    sample(head, NOTES).iter().any(|record| {
        let names: Vec<String> = record.iter().map(|name| folded(name)).collect();
        columns.iter().all(|column| names.contains(&folded(column)))
    })
}

/// A name by its letters and digits only, in lower case.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a member is called, if it is a table: in lower case and without folder, extension, and the
/// numbers that networks append (`Shares_17529409.csv`, `videos(1).csv`, `posts_2.csv`).
/// Punctuation becomes a space.
pub(super) fn stem(name: &str) -> Option<String> {
    let lower = names::base(name).to_lowercase();
    let plain = lower.strip_suffix(".csv")?.replace(|c: char| !c.is_alphanumeric(), " ");
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    while words.len() > 1 && words.last().is_some_and(is_number) {
        words.pop();
    }
    Some(words.join(" "))
}

fn parser(quotes: Quotes) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(BUFFER)
        .escape((quotes == Quotes::Escaped).then_some(b'\\'));
    builder
}

/// Text as UTF-8, without a byte order mark. What is Latin-1 throughout is read as that: old
/// exports, and files that went through a spreadsheet.
fn decoded(field: &[u8]) -> String {
    let text = String::from_utf8_lossy(field);
    let is_utf8 =
        !text.contains('\u{fffd}') || field.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
    if is_utf8 {
        return text.trim_start_matches('\u{feff}').to_owned();
    }
    field.iter().map(|&byte| char::from(byte)).collect()
}

/// Fails where one record takes too much; the parser itself would keep any length.
struct Limited<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self
            .left
            .get()
            .checked_sub(read as u64)
            .ok_or_else(|| Error::malformed("the table", "holds a line longer than 2 MiB"))?;
        self.left.set(left);
        Ok(read)
    }
}

/// What the parser's error means. Its own text is not repeated: it quotes the content.
fn meaning(error: csv::Error, name: &str) -> Error {
    let line = error.position().map_or(0, csv::Position::line);
    if let csv::ErrorKind::Io(error) = error.into_kind() {
        return Error::from_read(&error, name);
    }
    Error::malformed(name, format!("cannot be read as a table in line {line}"))
}

#[cfg(test)]
mod tests;
