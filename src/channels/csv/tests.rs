use std::io::Cursor;

use super::*;

fn read(text: &[u8], columns: &[&str], quotes: Quotes) -> Result<Vec<Vec<String>>, Error> {
    let mut bytes = Cursor::new(text);
    let mut rows = Vec::new();
    records(&mut Open::new("a.csv", &mut bytes), columns, quotes, &mut |record| {
        rows.push(columns.iter().map(|c| record.get(&[c]).unwrap_or_default()).collect());
        Ok(())
    })?;
    Ok(rows)
}

#[test]
fn the_header_is_found_behind_notes_and_a_byte_order_mark() {
    let text = "Notes:\r\n\"Some, prose\"\r\n\r\n\u{feff}First Name,URL\r\nAda,\"a\nb\"\r\n,\r\n";
    let rows = read(text.as_bytes(), &["first name", "url"], Quotes::Doubled).unwrap();
    assert_eq!(rows, [["Ada", "a\nb"]]);
    assert!(has_columns(text.as_bytes(), &["URL"]) && !has_columns(text.as_bytes(), &["IP"]));
    let error = read(b"a,b\n1,2\n", &["c"], Quotes::Doubled).unwrap_err();
    assert_eq!(error, Error::malformed("a.csv", "lacks the columns c"));
    let marked = "\u{feff}\"id\",\"ip\"\n1,2\n";
    assert_eq!(read(marked.as_bytes(), &["id"], Quotes::Doubled).unwrap(), [["1"]]);
}

#[test]
fn columns_are_found_however_their_names_are_spaced_and_cased() {
    let rows = read(b"Share Link,VIDEO_ID\nx,y\n", &["ShareLink", "Video-ID"], Quotes::Doubled);
    assert_eq!(rows.unwrap(), [["x", "y"]]);
}

#[test]
fn both_ways_to_write_quotes_are_read() {
    let doubled = b"a,b\n\"x \"\"y\"\"\",\"\"\n";
    let escaped = b"a,b\n\"x \\\"y\\\"\",\"\"\n";
    for (text, quotes) in [
        (&doubled[..], Quotes::Doubled),
        (escaped, Quotes::Escaped),
        // Not every year's file has the backslash.
        (doubled, Quotes::Escaped),
    ] {
        assert_eq!(read(text, &["a", "b"], quotes).unwrap(), [["x \"y\"", ""]]);
    }
    let path = read(b"a,b\n\"C:\\\",z\n", &["a", "b"], Quotes::Doubled).unwrap();
    assert_eq!(path, [["C:\\", "z"]]);
}

#[test]
fn latin_1_is_read_and_a_cut_character_does_not_spoil_the_rest() {
    let rows = read(b"a,b\ncaf\xe9,\xc3\xa9 \xc3\n", &["a", "b"], Quotes::Doubled).unwrap();
    assert_eq!(rows, [["café", "é \u{fffd}"]]);
}

#[test]
fn a_row_with_too_many_or_too_few_fields_is_read_as_far_as_it_goes() {
    let long = format!("a,b\n1{}\n2\n", ",x".repeat(2_000));
    let rows = read(long.as_bytes(), &["a", "b"], Quotes::Doubled).unwrap();
    assert_eq!(rows, [["1", "x"], ["2", ""]]);
    let error = read(",x".repeat(2_000).as_bytes(), &["a"], Quotes::Doubled).unwrap_err();
    assert!(error.to_string().contains("more than 1000 columns"), "{error}");
}

#[test]
fn a_record_without_end_is_refused_before_it_is_kept() {
    let text = format!("a\n\"{}", "x".repeat(3 << 20));
    let error = read(text.as_bytes(), &["a"], Quotes::Doubled).unwrap_err();
    assert!(error.to_string().contains("longer than 2 MiB"), "{error}");
}

#[test]
fn numbers_and_punctuation_in_names_of_members_do_not_matter() {
    for (name, plain) in [
        ("a/b/Shares_17529409.csv", "shares"),
        ("videos(1).csv", "videos"),
        ("Posts_2 (1).CSV", "posts"),
        ("Endorsement_Received_Info.csv", "endorsement received info"),
        ("Kommentäre.csv", "kommentäre"),
        ("2024.csv", "2024"),
    ] {
        assert_eq!(stem(name).as_deref(), Some(plain), "{name}");
    }
    assert_eq!(stem("messages.json"), None);
}
