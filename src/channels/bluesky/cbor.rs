//! DAG-CBOR out of hostile blocks, pulled value by value, so that nothing is kept that is not
//! asked for. Values of another kind than expected are read as absent. No record's fields here.

use minicbor::Decoder;
use minicbor::data::Type;
use minicbor::decode::Error;

/// The tag of links (DAG-CBOR).
const LINK: u64 = 42;

/// Shows the fields of the object that a block is to `each`, which must take the value.
pub(super) fn fields<'b>(
    block: &'b [u8],
    each: &mut dyn FnMut(&mut Decoder<'b>, &'b str) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut decoder = Decoder::new(block);
    if decoder.datatype()? != Type::Map {
        return Err(Error::message("no object"));
    }
    object(&mut decoder, each)
}

/// Shows the fields of an object to `each`, which must take the value; none if the value is no
/// object.
pub(super) fn object<'b>(
    decoder: &mut Decoder<'b>,
    each: &mut dyn FnMut(&mut Decoder<'b>, &'b str) -> Result<(), Error>,
) -> Result<(), Error> {
    if decoder.datatype()? != Type::Map {
        return decoder.skip();
    }
    for _ in 0..decoder.map()?.unwrap_or_default() {
        let key = decoder.str()?;
        each(decoder, key)?;
    }
    Ok(())
}

/// Shows the elements of a list to `each`, which must take them; none if the value is no list.
pub(super) fn list<'b>(
    decoder: &mut Decoder<'b>,
    each: &mut dyn FnMut(&mut Decoder<'b>) -> Result<(), Error>,
) -> Result<(), Error> {
    if decoder.datatype()? != Type::Array {
        return decoder.skip();
    }
    for _ in 0..decoder.array()?.unwrap_or_default() {
        each(decoder)?;
    }
    Ok(())
}

/// A text, or nothing if the value is none.
pub(super) fn text<'b>(decoder: &mut Decoder<'b>) -> Result<Option<&'b str>, Error> {
    if decoder.datatype()? == Type::String {
        return decoder.str().map(Some);
    }
    decoder.skip().map(|()| None)
}

/// Bytes, or nothing if the value is none.
pub(super) fn bytes<'b>(decoder: &mut Decoder<'b>) -> Result<Option<&'b [u8]>, Error> {
    if decoder.datatype()? == Type::Bytes {
        return decoder.bytes().map(Some);
    }
    decoder.skip().map(|()| None)
}

/// A number that is not negative, or nothing if the value is none.
pub(super) fn number(decoder: &mut Decoder<'_>) -> Result<Option<u64>, Error> {
    if matches!(decoder.datatype()?, Type::U8 | Type::U16 | Type::U32 | Type::U64) {
        return decoder.u64().map(Some);
    }
    decoder.skip().map(|()| None)
}

/// The bytes of a link, or nothing if the value is none.
pub(super) fn link<'b>(decoder: &mut Decoder<'b>) -> Result<Option<&'b [u8]>, Error> {
    if decoder.datatype()? != Type::Tag {
        return decoder.skip().map(|()| None);
    }
    if decoder.tag()?.as_u64() != LINK {
        return decoder.skip().map(|()| None);
    }
    // A zero stands before the link for historical reasons (DAG-CBOR, "Links").
    Ok(bytes(decoder)?.and_then(|bytes| bytes.strip_prefix(&[0])))
}
