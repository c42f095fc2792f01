//! Bytes in whatever encoding a document declares, as UTF-8 and in bounded portions. No XML is
//! understood here beyond its first line.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::super::error::Error;

/// What is read, and what is decoded, at a time.
pub(super) const BUFFER: usize = 64 << 10;
/// Bytes within which the declaration names the encoding.
const DECLARATION: usize = 1_024;

/// Decodes a stream, and fails where the parser asks for more than it was allowed.
pub(super) struct Source<R> {
    inner: R,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    raw_used: usize,
    ended: bool,
    /// The decoder has said its last word and must not be asked again.
    finished: bool,
    text: Vec<u8>,
    text_used: usize,
    text_end: usize,
    /// Decoded bytes that may still be handed out.
    left: Rc<Cell<u64>>,
}

impl<R: Read> Source<R> {
    /// The stream from its start.
    pub(super) fn new(inner: R, left: Rc<Cell<u64>>) -> Self {
        Self {
            inner,
            decoder: None,
            raw: Vec::new(),
            raw_used: 0,
            ended: false,
            finished: false,
            text: vec![0; BUFFER],
            text_used: 0,
            text_end: 0,
            left,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.raw.clear();
        self.raw_used = 0;
        let read = self.inner.by_ref().take(BUFFER as u64).read_to_end(&mut self.raw)?;
        self.ended = read < BUFFER;
        Ok(())
    }

    /// Decodes some more, unless all is decoded.
    fn decode(&mut self) -> io::Result<()> {
        while !self.finished {
            if self.raw_used >= self.raw.len() && !self.ended {
                self.refill()?;
            }
            let raw = self.raw.get(self.raw_used..).unwrap_or_default();
            let decoder =
                self.decoder.get_or_insert_with(|| encoding_of(raw).new_decoder_with_bom_removal());
            let (result, read, written, _) =
                decoder.decode_to_utf8(raw, &mut self.text, self.ended);
            self.raw_used += read;
            self.finished = self.ended && result == CoderResult::InputEmpty;
            if written > 0 {
                (self.text_used, self.text_end) = (0, written);
                let left = self.left.get().checked_sub(written as u64);
                // The parser knows the member's name and puts it in.
                let left = left.ok_or_else(|| Error::malformed("", super::TOO_LONG))?;
                self.left.set(left);
                return Ok(());
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.text_used >= self.text_end {
            (self.text_used, self.text_end) = (0, 0);
            self.decode()?;
        }
        Ok(self.text.get(self.text_used..self.text_end).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.text_used = self.text_end.min(self.text_used.saturating_add(bytes));
    }
}

/// The text of a document's first bytes; what cuts a character at the end is replaced.
pub(super) fn decoded(head: &[u8]) -> String {
    encoding_of(head).decode_with_bom_removal(head).0.into_owned()
}

/// The encoding that a byte order mark, the first bytes or the declaration tell; else UTF-8.
fn encoding_of(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    if head.starts_with(b"<\0") {
        return UTF_16LE;
    }
    if head.starts_with(b"\0<") {
        return UTF_16BE;
    }
    let head = head.get(..DECLARATION.min(head.len())).unwrap_or_default().trim_ascii_start();
    let declared = declared(head).and_then(Encoding::for_label);
    // Whoever can read the declaration as ASCII does not have UTF-16 before them.
    declared.filter(|encoding| encoding.is_ascii_compatible()).unwrap_or(UTF_8)
}

/// The value of `encoding` in `<?xml ... ?>`.
fn declared(head: &[u8]) -> Option<&[u8]> {
    let rest = head.strip_prefix(b"<?xml")?;
    let end = rest.windows(2).position(|pair| pair == b"?>")?;
    let declaration = rest.get(..end)?;
    let at = declaration.windows(8).position(|word| word == b"encoding")?;
    let value = declaration.get(at + 8..)?.trim_ascii_start().strip_prefix(b"=")?;
    let value = value.trim_ascii_start();
    let quote = *value.first().filter(|quote| matches!(quote, b'"' | b'\''))?;
    value.get(1..)?.split(|&byte| byte == quote).next()
}
