//! Looks at JSON before the parser sees it, so that no limit depends on what the parser would
//! have to keep. It does not check that the JSON is valid; the parser does. It takes out white
//! space that means nothing, because networks indent generously and the parser is slower than
//! this.

use std::io::{self, Read};

use super::super::error::Error;
use super::{DEPTH, ELEMENT, LITERAL, STRING};

/// Passes text through, without indentation, and fails at the first byte that exceeds a limit or
/// is not UTF-8.
#[expect(clippy::struct_excessive_bools, reason = "where in the text it stands, each on its own")]
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
    /// Whether white space means nothing here: after a bracket, a comma, a colon or other space.
    blank: bool,
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
            blank: true,
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

    /// Checks a chunk and moves what the parser needs of it to the front; returns how much that is.
    fn check(&mut self, chunk: &mut [u8]) -> Result<usize, Error> {
        if !self.utf8.accepts(chunk) {
            return Err(self.refuse("is not encoded as UTF-8"));
        }
        let (mut at, mut kept) = (0, 0);
        while let Some(rest) = chunk.get_mut(at..).filter(|rest| !rest.is_empty()) {
            // A script (`var tumblr_api_read = {};`) ends with what is no JSON. It ends a value, as
            // a blank does.
            if let Some(end) = rest.first_mut()
                && (*end, self.depth, self.in_string) == (b';', 0, false)
            {
                *end = b' ';
            }
            let (seen, needed) =
                if self.in_string { self.string(rest)? } else { self.plain(rest)? };
            if kept != at && needed > 0 {
                chunk.copy_within(at..at + needed, kept);
            }
            kept += needed;
            at += seen;
        }
        Ok(kept)
    }

    /// Steps through a string up to and with its next quote or escape. Returns how many bytes were
    /// seen and how many of them, from the first, the parser needs.
    fn string(&mut self, rest: &[u8]) -> Result<(usize, usize), Error> {
        if std::mem::take(&mut self.escaped) {
            self.run += 1;
            self.count(1)?;
            return Ok((1, 1));
        }
        let special = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
        let seen = special.map_or(rest.len(), |at| at + 1);
        self.run += seen;
        if self.run > STRING {
            return Err(self.refuse("holds a text longer than 1 MiB"));
        }
        // What comes before the closing quote belongs to the element even where strings are the
        // elements.
        self.count(seen)?;
        match special.and_then(|at| rest.get(at)) {
            Some(b'"') => {
                self.in_string = false;
                self.run = 0;
                self.count(0)?;
            }
            Some(_) => self.escaped = true,
            None => {}
        }
        Ok((seen, seen))
    }

    /// Steps over one byte outside of strings, or over some white space.
    fn plain(&mut self, rest: &[u8]) -> Result<(usize, usize), Error> {
        let Some(&byte) = rest.first() else { return Ok((0, 0)) };
        match byte {
            b' ' | b'\t' | b'\r' => {
                self.run = 0;
                let space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r');
                let seen = rest.iter().take_while(space).count();
                let needed = usize::from(!std::mem::replace(&mut self.blank, true));
                self.count(seen)?;
                return Ok((seen, needed));
            }
            // Line ends stay, because errors name the line.
            b'\n' | b',' | b':' => {
                self.run = 0;
                self.blank = true;
            }
            b'{' | b'[' => {
                self.run = 0;
                self.blank = true;
                self.depth += 1;
                if self.depth > DEPTH {
                    return Err(self.refuse("is nested deeper than 64 levels"));
                }
            }
            b'}' | b']' => {
                self.run = 0;
                self.blank = true;
                self.depth = self.depth.saturating_sub(1);
            }
            b'"' => {
                self.run = 0;
                self.blank = false;
                self.in_string = true;
            }
            _ => {
                self.blank = false;
                self.run += 1;
                if self.run > LITERAL {
                    return Err(self.refuse("holds a number longer than 64 digits"));
                }
            }
        }
        self.count(1)?;
        Ok((1, 1))
    }

    /// Counts bytes of the current element; between the elements of a list the depth is the list's
    /// own.
    fn count(&mut self, bytes: usize) -> Result<(), Error> {
        let list = self.elements_at > 0 || self.many;
        if list && self.depth <= self.elements_at && !self.in_string {
            self.element = 0;
            return Ok(());
        }
        self.element += bytes;
        if self.element > ELEMENT {
            return Err(self.refuse("holds an entry longer than 2 MiB"));
        }
        Ok(())
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.inner.read(buffer)?;
            if read == 0 && !buffer.is_empty() && !self.utf8.is_complete() {
                return Err(self.refuse("is not encoded as UTF-8").into());
            }
            let Some(chunk) = buffer.get_mut(..read).filter(|chunk| !chunk.is_empty()) else {
                return Ok(0);
            };
            let kept = self.check(chunk)?;
            // Nothing but indentation is not the end.
            if kept > 0 {
                return Ok(kept);
            }
        }
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
