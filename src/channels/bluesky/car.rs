//! The framing of a repository file: `CARv1` (content addressable archive), a header and then
//! blocks, each behind its name, which is the SHA-256 of its bytes. Blocks are shown one at a
//! time and checked against their names; what is in them is not known here.

use std::io::{BufRead, BufReader, Read};

use super::super::archive::Open;
use super::super::error::Error;
use super::cbor;
use crate::crypto::sha256;

/// Longest block. Records of the network have at most 1 MB.
pub(super) const BLOCK: u64 = 2 << 20;
/// Longest header: it names the root, rarely several.
const HEADER: u64 = 4 << 10;
const BUFFER: usize = 64 << 10;

/// The name of a block: the first half of its SHA-256. No two blocks can be made whose names
/// agree in 128 bits, and an index of a million names takes half as much memory.
pub(super) type Name = [u8; 16];

/// The bytes of a link (CID): version 1, DAG-CBOR, SHA-256 of 32 bytes. The network allows no
/// other for records.
const LINK: [u8; 4] = [0x01, 0x71, 0x12, 0x20];
/// Bytes of a link.
const LINK_BYTES: usize = 36;

/// The name that a link leads to; `None` for a kind of link that the network does not use.
pub(super) fn name(link: &[u8]) -> Option<Name> {
    let digest = link.strip_prefix(&LINK)?;
    if digest.len() != 32 {
        return None;
    }
    digest.first_chunk().copied()
}

/// Whether a file begins as a `CARv1` does.
pub(super) fn is_car(head: &[u8]) -> bool {
    let mut rest = head;
    let Ok(Some(length)) = length(&mut rest) else {
        return false;
    };
    let header = usize::try_from(length).ok().and_then(|length| rest.get(..length));
    length <= HEADER && header.is_some_and(|header| roots(header).is_some())
}

/// A block of the file.
pub(super) struct Block<'b> {
    /// Its name.
    pub(super) name: Name,
    /// Whether it is the file's first root, from which all that counts is reached.
    pub(super) is_root: bool,
    /// What is in it.
    pub(super) bytes: &'b [u8],
}

/// Shows each block to `each`, in the order in which they are stored. Blocks that do not have
/// the bytes their name promises are refused.
pub(super) fn blocks(
    open: &mut Open<'_>,
    each: &mut dyn FnMut(Block<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let file = open.name().to_owned();
    let mut bytes = BufReader::with_capacity(BUFFER, open);
    let mut block = Vec::new();
    if !next(&mut bytes, HEADER, &mut block, &file)? {
        return Err(Error::malformed(&file, "is empty"));
    }
    let roots = roots(&block).ok_or_else(|| Error::malformed(&file, "has no header"))?;
    let root = roots.first().copied();
    while next(&mut bytes, BLOCK, &mut block, &file)? {
        let (link, content) = block
            .split_at_checked(LINK_BYTES)
            .ok_or_else(|| Error::malformed(&file, "holds a block without a name"))?;
        let promised = link.strip_prefix(&LINK).ok_or_else(|| {
            Error::malformed(&file, "holds a block that is not named by its SHA-256")
        })?;
        if promised != sha256(content) {
            return Err(Error::malformed(&file, "holds a block that is not what its name says"));
        }
        let name = name(link).ok_or_else(|| Error::malformed(&file, "holds no block"))?;
        each(Block { name, is_root: root == Some(name), bytes: content })?;
    }
    Ok(())
}

/// Reads the next section into `block`; `false` at the end of the file.
fn next(
    bytes: &mut impl BufRead,
    most: u64,
    block: &mut Vec<u8>,
    file: &str,
) -> Result<bool, Error> {
    let Some(length) = length(bytes).map_err(|error| Error::from_read(&error, file))? else {
        return Ok(false);
    };
    if length > most {
        return Err(Error::malformed(file, "holds a block longer than 2 MiB"));
    }
    block.clear();
    bytes.take(length).read_to_end(block).map_err(|error| Error::from_read(&error, file))?;
    if block.len() as u64 != length {
        return Err(Error::malformed(file, "ends in the middle"));
    }
    Ok(true)
}

/// The length of a section: seven bits a byte, the lowest first (unsigned varint, LEB128).
fn length(bytes: &mut impl Read) -> std::io::Result<Option<u64>> {
    let mut length = 0;
    // Five bytes count to 32 GiB, more than any section has.
    for shift in [0, 7, 14, 21, 28] {
        let mut byte = [0];
        match bytes.read_exact(&mut byte) {
            Ok(()) => {}
            Err(error) if shift == 0 && error.kind() == std::io::ErrorKind::UnexpectedEof => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
        let [byte] = byte;
        length |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(Some(length));
        }
    }
    Ok(Some(u64::MAX))
}

/// The roots that a header names.
fn roots(header: &[u8]) -> Option<Vec<Name>> {
    let (mut roots, mut version) = (None, None);
    let read = cbor::fields(header, &mut |value, key| {
        match key {
            "version" => version = value.u64().ok(),
            "roots" => {
                let mut found = Vec::new();
                cbor::list(value, &mut |value| {
                    found.extend(cbor::link(value)?.and_then(name));
                    Ok(())
                })?;
                roots = Some(found);
            }
            _ => value.skip()?,
        }
        Ok(())
    });
    roots.filter(|_| read.is_ok() && version == Some(1))
}
