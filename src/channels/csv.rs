//! CSV out of hostile members: one record at a time, with limits on records and columns that hold
//! before anything is kept in memory. No channel's columns here.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::archive::Open;
use super::error::Error;

/// Longest record, in bytes as written.
const RECORD: u64 = 2 << 20;
/// What the parser reads ahead.
const BUFFER: usize = 64 << 10;
/// Most columns.
const COLUMNS: usize = 1_000;

/// How quotes within quoted fields are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    /// `""`, as RFC 4180 has it.
    Doubled,
    /// `\"`, as LinkedIn has it in one of its files.
    Escaped,
}

/// One record with its header.
pub(super) struct Record<'r> {
    header: &'r [String],
    record: &'r csv::ByteRecord,
}

impl Record<'_> {
    /// The field under the first of these column names that there is, ignoring case; `None` if
    /// the column is missing or the field is blank.
    pub(super) fn get(&self, columns: &[&str]) -> Option<String> {
        let named =
            |name: &&str| self.header.iter().position(|known| known.eq_ignore_ascii_case(name));
        self.at(columns.iter().find_map(named)?)
    }

    /// The field at a position, if it is not blank.
    pub(super) fn at(&self, position: usize) -> Option<String> {
        let text = String::from_utf8_lossy(self.record.get(position)?).trim().to_owned();
        Some(text).filter(|text| !text.is_empty())
    }

    /// The column names.
    pub(super) const fn header(&self) -> &[String] {
        self.header
    }
}

/// Gives each record after the header to `each`, in order. The header is the first record that
/// holds all of `columns` (case does not matter), because some files begin with a note; with no
/// columns asked for it is the first. Records of blanks only are passed over. Reads to the end;
/// fails if there is no header.
pub(super) fn records(
    open: &mut Open<'_>,
    columns: &[&str],
    quotes: Quotes,
    each: &mut dyn FnMut(Record<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let name = open.name().to_owned();
    let left = Rc::new(Cell::new(RECORD));
    let limited = Limited { inner: open, left: Rc::clone(&left) };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(BUFFER)
        .double_quote(quotes == Quotes::Doubled)
        .escape((quotes == Quotes::Escaped).then_some(b'\\'))
        .from_reader(limited);
    let (mut header, mut record) = (None, csv::ByteRecord::new());
    loop {
        left.set(RECORD + BUFFER as u64);
        let more = reader.read_byte_record(&mut record).map_err(|error| meaning(error, &name))?;
        if !more {
            break;
        }
        if record.len() > COLUMNS {
            return Err(Error::malformed(&name, "has a line with more than 1000 columns"));
        }
        let Some(header) = &header else {
            header = self::header(&record, columns);
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

/// The column names of the first line of a text, for telling what it is.
pub(super) fn first_line(head: &[u8]) -> Vec<String> {
    let mut record = csv::ByteRecord::new();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(head);
    match reader.read_byte_record(&mut record) {
        Ok(true) => header(&record, &[]).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn header(record: &csv::ByteRecord, columns: &[&str]) -> Option<Vec<String>> {
    let text = |field: &[u8]| {
        let text = String::from_utf8_lossy(field);
        text.trim_start_matches('\u{feff}').trim().to_owned()
    };
    let names: Vec<String> = record.iter().map(text).collect();
    let has = |column: &&str| names.iter().any(|name| name.eq_ignore_ascii_case(column));
    columns.iter().all(has).then_some(names)
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
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::from_read(&error, name),
        _ => Error::malformed(name, format!("cannot be read as a table in line {line}")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(text: &str, columns: &[&str], quotes: Quotes) -> Result<Vec<Vec<String>>, Error> {
        let mut bytes = Cursor::new(text.as_bytes());
        let mut rows = Vec::new();
        records(&mut Open::new("a.csv", &mut bytes), columns, quotes, &mut |record| {
            rows.push(columns.iter().map(|c| record.get(&[c]).unwrap_or_default()).collect());
            Ok(())
        })?;
        Ok(rows)
    }

    #[test]
    fn the_header_is_found_behind_notes_and_a_byte_order_mark() {
        let text =
            "Notes:\r\n\"Some, prose\"\r\n\r\n\u{feff}First Name,URL\r\nAda,\"a\nb\"\r\n,\r\n";
        let rows = read(text, &["first name", "url"], Quotes::Doubled).unwrap();
        assert_eq!(rows, [["Ada", "a\nb"]]);
        let error = read("a,b\n1,2\n", &["c"], Quotes::Doubled).unwrap_err();
        assert_eq!(error, Error::malformed("a.csv", "lacks the columns c"));
    }

    #[test]
    fn both_ways_to_write_quotes_are_read() {
        let doubled = read("a\n\"x \"\"y\"\"\"\n", &["a"], Quotes::Doubled).unwrap();
        let escaped = read("a\n\"x \\\"y\\\"\"\n", &["a"], Quotes::Escaped).unwrap();
        assert_eq!(
            (doubled, escaped),
            (vec![vec!["x \"y\"".to_owned()]], vec![vec!["x \"y\"".to_owned()]])
        );
    }

    #[test]
    fn a_record_without_end_is_refused_before_it_is_kept() {
        let text = format!("a\n\"{}", "x".repeat(3 << 20));
        let error = read(&text, &["a"], Quotes::Doubled).unwrap_err();
        assert!(error.to_string().contains("longer than 2 MiB"), "{error}");
    }
}
