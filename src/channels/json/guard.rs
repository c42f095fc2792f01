//! Looks at JSON byte by byte before the parser sees it, so that no limit depends on what the
//! parser would have to keep. It does not check that the JSON is valid; the parser does.

use std::io::{self, Read};

use super::super::error::Error;
use super::{DEPTH, ELEMENT, LITERAL, STRING};

/// Passes text through and fails at the first byte that exceeds a limit or is not UTF-8.
pub(super) struct Guard<R> {
    inner: R,
    name: String,
    /// Nesting at which the elements of the streamed list lie.
    elements_at: u32,
    /// Whether values follow one another.
    many: bool,
    depth: u32,
    in_string: bool,
    escaped: bool,
    /// Bytes of the current string, number or bare word.
    run: usize,
    /// Bytes of the current element.
    element: usize,
    utf8: Utf8,
}

impl<R: Read> Guard<R> {
    /// Guards the named member; elements nested as deep as `elements_at` are limited in length.
    pub(super) fn new(inner: R, name: &str, elements_at: u32) -> Self {
        Self {
            inner,
            name: name.to_owned(),
            elements_at,
            many: false,
            depth: 0,
            in_string: false,
            escaped: false,
            run: 0,
            element: 0,
            utf8: Utf8::default(),
        }
    }

    /// Values follow one another, each of which is an element.
    pub(super) fn of_many(mut self) -> Self {
        self.many = true;
        self
    }

    fn refuse(&self, problem: &str) -> Error {
        Error::malformed(&self.name, problem)
    }

    fn check(&mut self, chunk: &mut [u8]) -> Result<(), Error> {
        if !self.utf8.accepts(chunk) {
            return Err(self.refuse("is not encoded as UTF-8"));
        }
        for byte in chunk {
            // A script (`var tumblr_api_read = {};`) ends with what is no JSON.
            if *byte == b';' && self.depth == 0 && !self.in_string {
                *byte = b' ';
            }
            if self.in_string {
                self.string_byte(*byte)?;
            } else {
                self.plain_byte(*byte)?;
            }
            // Between the elements of a list the depth is the list's own.
            let list = self.elements_at > 0 || self.many;
            if list && self.depth <= self.elements_at && !self.in_string {
                self.element = 0;
            } else {
                self.element += 1;
                if self.element > ELEMENT {
                    return Err(self.refuse("holds an entry longer than 2 MiB"));
                }
            }
        }
        Ok(())
    }

    fn string_byte(&mut self, byte: u8) -> Result<(), Error> {
        self.run += 1;
        if self.run > STRING {
            return Err(self.refuse("holds a text longer than 1 MiB"));
        }
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => {
                self.in_string = false;
                self.run = 0;
            }
            _ => {}
        }
        Ok(())
    }

    fn plain_byte(&mut self, byte: u8) -> Result<(), Error> {
        match byte {
            b'{' | b'[' => {
                self.run = 0;
                self.depth += 1;
                if self.depth > DEPTH {
                    return Err(self.refuse("is nested deeper than 64 levels"));
                }
            }
            b'}' | b']' => {
                self.run = 0;
                self.depth = self.depth.saturating_sub(1);
            }
            b'"' => {
                self.run = 0;
                self.in_string = true;
            }
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => self.run = 0,
            _ => {
                self.run += 1;
                if self.run > LITERAL {
                    return Err(self.refuse("holds a number longer than 64 digits"));
                }
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if let Some(chunk) = buffer.get_mut(..read) {
            self.check(chunk)?;
        }
        if read == 0 && !buffer.is_empty() && !self.utf8.is_complete() {
            return Err(self.refuse("is not encoded as UTF-8").into());
        }
        Ok(read)
    }
}

/// Checks UTF-8 over chunks that may cut a character.
#[derive(Default)]
struct Utf8 {
    /// The beginning of a character, from the end of the chunk before.
    carried: Vec<u8>,
}

impl Utf8 {
    fn is_complete(&self) -> bool {
        self.carried.is_empty()
    }

    fn accepts(&mut self, mut chunk: &[u8]) -> bool {
        while let (false, Some((&byte, rest))) = (self.carried.is_empty(), chunk.split_first()) {
            self.carried.push(byte);
            chunk = rest;
            match std::str::from_utf8(&self.carried) {
                Ok(_) => self.carried.clear(),
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return false,
            }
        }
        match std::str::from_utf8(chunk) {
            Ok(_) => true,
            Err(error) if error.error_len().is_none() => {
                self.carried.extend(chunk.iter().skip(error.valid_up_to()));
                true
            }
            Err(_) => false,
        }
    }
}
