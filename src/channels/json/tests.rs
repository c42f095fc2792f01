//! The limits hold wherever the chunks are cut.

use std::io::Read;

use proptest::prelude::*;
use serde::de::IgnoredAny;

use super::*;

/// Yields a few bytes at a time.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.1.min(buffer.len()).min(self.0.len());
        let (now, later) = self.0.split_at(size);
        buffer[..size].copy_from_slice(now);
        self.0 = later;
        Ok(size)
    }
}

fn read_array(text: &[u8], chunk: usize) -> Result<Vec<Option<u64>>, Error> {
    let mut drip = Drip(text, chunk);
    let mut found = Vec::new();
    array(&mut Open::new("m.json", &mut drip), &mut |count: Count| {
        found.push(count.0);
        Ok(())
    })?;
    Ok(found)
}

#[test]
fn numbers_come_as_numbers_text_and_collections() {
    let text = br#"[3, "4", {"type":"C","totalItems":5}, null, -1, 1.5, "99+", "", true, [6]]"#;
    let expected = [Some(3), Some(4), Some(5), None, None, None, None, None, None, None];
    assert_eq!(read_array(text, 1).unwrap(), expected);
}

#[test]
fn text_comes_as_text_number_or_object_with_an_id() {
    let mut found = Vec::new();
    let mut text = &br#"["a", 9007199254740993, {"id":"b","x":[{}]}, null, 1.5]"#[..];
    array(&mut Open::new("m.json", &mut text), &mut |text: Text| {
        found.push(text.0);
        Ok(())
    })
    .unwrap();
    let expected = [Some("a"), Some("9007199254740993"), Some("b"), None, None];
    assert_eq!(found.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
}

#[test]
fn a_list_under_a_key_is_found_wherever_it_stands() {
    let mut text = &br#"{"a":[7],"deep":{"items":[8]},"items":[1,"2"],"z":null}"#[..];
    let mut found = Vec::new();
    array_at(&mut Open::new("m.json", &mut text), "items", &mut |count: Count| {
        found.push(count.0);
        Ok(())
    })
    .unwrap();
    assert_eq!(found, [Some(1), Some(2)]);
    let mut text = &br#"{"a":[7]}"#[..];
    let missing =
        array_at(&mut Open::new("m.json", &mut text), "items", &mut |_: IgnoredAny| Ok(()));
    assert!(matches!(missing.unwrap_err(), Error::Malformed { .. }));
}

#[test]
fn the_closures_own_error_comes_back() {
    let mut text = &b"[1,2]"[..];
    let stop = array(&mut Open::new("m.json", &mut text), &mut |_: IgnoredAny| Err(Error::Stopped));
    assert_eq!(stop.unwrap_err(), Error::Stopped);
}

#[test]
fn limits_are_exact() {
    let string = |length: usize| format!("[\"{}\"]", "x".repeat(length));
    assert!(read_array(string(STRING - 1).as_bytes(), BUFFER).is_ok());
    assert!(read_array(string(STRING).as_bytes(), BUFFER).is_err());
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(read_array(nested(DEPTH as usize).as_bytes(), 7).is_ok());
    assert!(read_array(nested(DEPTH as usize + 1).as_bytes(), 7).is_err());
}

#[test]
fn many_small_elements_are_not_one_large_one() {
    let text = format!("[{}0]", "{\"a\":\"0123456789\"},".repeat(200_000));
    assert!(text.len() > ELEMENT);
    assert_eq!(read_array(text.as_bytes(), BUFFER).unwrap().len(), 200_001);
}

#[test]
fn brackets_and_quotes_inside_strings_do_not_count() {
    let text = format!(r#"["{}\"\\", "\\"]"#, "[{".repeat(200));
    assert_eq!(read_array(text.as_bytes(), 3).unwrap(), [None, None]);
}

#[test]
fn a_semicolon_ends_a_value_and_joins_none() {
    let read = |mut text: &[u8]| {
        let mut found = Vec::new();
        values(&mut Open::new("m.json", &mut text), &mut |count: Count| {
            found.push(count.0);
            Ok(())
        })
        .map(|()| found)
    };
    assert_eq!(read(b"var x = 1;2;\n"), Ok(vec![Some(1), Some(2)]));
    assert_eq!(read(b"{};3; "), Ok(vec![None, Some(3)]));
    assert_eq!(read_array(b"[1, \"2;\"] ; ", 1).unwrap(), [Some(1), None]);
    for bad in [&b"[1];[2]"[..], b"[1;2]", b"[1];2"] {
        assert!(read_array(bad, 3).is_err());
    }
}

proptest! {
    #[test]
    fn characters_cut_by_chunks_are_whole(text in "[^\"\\\\\\p{Cc}]{0,40}", chunk in 1_usize..5) {
        let json = serde_json::to_string(&[&text]).unwrap();
        prop_assert!(read_array(json.as_bytes(), chunk).is_ok());
        let mut broken = json.into_bytes();
        let end = broken.len() - 2;
        broken.splice(end..end, [0xe2, 0x82]);
        prop_assert!(read_array(&broken, chunk).is_err());
    }
}
