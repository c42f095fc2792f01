//! What the XML reader makes of documents, and what it refuses.

use super::*;

/// Takes everything below the root as elements and writes it down.
struct Notes {
    take: Take,
    elements: Vec<Element>,
}

impl Visit for Notes {
    fn enter(&mut self, path: &[Name], _: &Tag<'_>) -> Result<Take, Error> {
        Ok(if path.is_empty() { Take::Into } else { self.take })
    }

    fn element(&mut self, _: &[Name], element: Element) -> Result<(), Error> {
        self.elements.push(element);
        Ok(())
    }

    fn leave(&mut self, _: &[Name]) -> Result<(), Error> {
        Ok(())
    }
}

fn taken(take: Take, bytes: &[u8]) -> Result<Vec<Element>, Error> {
    let mut notes = Notes { take, elements: Vec::new() };
    let mut bytes = bytes;
    read(&mut Open::new("a.xml", &mut bytes), &mut notes)?;
    Ok(notes.elements)
}

fn text(bytes: &[u8]) -> String {
    taken(Take::Whole, bytes).unwrap()[0].text().to_owned()
}

fn problem(bytes: &[u8]) -> String {
    taken(Take::Whole, bytes).unwrap_err().to_string()
}

#[test]
fn texts_are_joined_and_references_replaced_once() {
    let xml = b"<r><a k='x &quot;&#8217;&amp;lt;'> 1 &amp; 2 & 3 <![CDATA[<b>&amp;]]>&#x41;<!-- c -->!</a></r>";
    let elements = taken(Take::Whole, xml).unwrap();
    assert_eq!(elements[0].text(), "1 & 2 & 3 <b>&amp;A!");
    assert_eq!(elements[0].get("k"), Some("x \"\u{2019}&lt;"));
}

#[test]
fn no_entity_is_expanded_and_nothing_is_loaded() {
    let bomb = b"<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>
        <!ENTITY f SYSTEM 'file:///etc/passwd'>]><r><a>&b;&f;</a></r>";
    assert_eq!(text(bomb), "&b;&f;");
}

#[test]
fn the_declared_encoding_and_byte_order_marks_are_believed() {
    let latin = b"<?xml version=\"1.0\" encoding='ISO-8859-1'?><r><a>caf\xe9 \x80</a></r>";
    assert_eq!(text(latin), "caf\u{e9} \u{20ac}");
    let cyrillic = b"<?xml version=\"1.0\" encoding=\"windows-1251\"?><r><a>\xef\xf0\xe8</a></r>";
    assert_eq!(text(cyrillic), "при");
    let plain = "<?xml version=\"1.0\" encoding=\"utf-16\"?><r><a>Grüße 🦀</a></r>";
    let little: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = plain.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [
        plain.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", plain.as_bytes()].concat(),
        [b"\xff\xfe", little.as_slice()].concat(),
        [b"\xfe\xff", big.as_slice()].concat(),
        little,
        big,
    ] {
        assert_eq!(text(&bytes), "Grüße 🦀");
    }
    assert_eq!(text(b"<r><a>caf\xe9</a></r>"), "caf\u{fffd}");
}

#[test]
fn a_text_longer_than_a_buffer_keeps_its_characters() {
    let long = "ü".repeat(40_000);
    let xml = format!("<r><x>{}</x><a>{long}</a></r>", "y".repeat(65_530));
    let elements = taken(Take::Whole, xml.as_bytes()).unwrap();
    assert_eq!(elements[1].text(), "ü".repeat(TEXT / 2));
}

#[test]
fn what_real_exports_do_wrong_is_tolerated() {
    let xml =
        b"\n\n<?xml version='1.0'?><r><a>x\x0b\x00y&nbsp;z</a>\n</r>\n<!-- 12 queries -->oops";
    assert_eq!(text(xml), "xy\u{a0}z");
    let bare = taken(Take::Whole, b"<r><a href=x&y=1 b>t</a></r>").unwrap();
    assert_eq!(bare[0].text(), "t");
}

#[test]
fn names_are_told_apart_by_their_namespace_or_by_the_usual_prefix() {
    const EXCERPT: Space = Space { name: "/excerpt", prefix: "excerpt" };
    let xml = b"<r xmlns:e='https://w.example/1.2/excerpt/'><e:x/><excerpt:x/><x/>
        <e:x xmlns:e='http://other.example'/></r>";
    let elements = taken(Take::Whole, xml).unwrap();
    let is: Vec<bool> = elements.iter().map(|element| element.name.is(EXCERPT, "x")).collect();
    assert_eq!(is, [true, true, false, false]);
}

#[test]
fn markup_comes_as_text_that_can_be_parsed_again() {
    let xml = b"<r><a><div xmlns='x'><h:p class='c'>1 &lt; 2</h:p><br/>z</div></a></r>";
    let elements = taken(Take::Markup, xml).unwrap();
    assert_eq!(elements[0].text(), "<div><p>1 &lt; 2</p><br></br>z</div>");
}

#[test]
fn what_is_cut_or_crossed_is_refused_in_words() {
    for (xml, words) in [
        (&b"<r><a>text"[..], "a.xml ends in the middle"),
        (b"<r><a", "ends in the middle"),
        (b"<r><a>&am", "ends in the middle"),
        (b"<r><![CDATA[", "ends in the middle"),
        (b"<r><a></r>", "is not valid XML at byte"),
        (b"<r></r", "ends in the middle"),
        (b"", "is not XML"),
        (b"SECRET", "is not XML"),
    ] {
        let problem = problem(xml);
        assert!(problem.contains(words) && !problem.contains("SECRET"), "{problem}");
    }
}

#[test]
fn what_would_take_memory_is_refused_before_it_does() {
    let endless = |open: &str, filler: &str| {
        let mut xml = open.as_bytes().to_vec();
        while xml.len() < 9 << 20 {
            xml.extend_from_slice(filler.as_bytes());
        }
        problem(&xml)
    };
    for (open, filler) in [
        ("<r><a>", "xxxxxxxxxxxxxxxx"),
        ("<r><a k='", "xxxxxxxxxxxxxxxx"),
        ("<r><a ", "k='1' "),
        ("<r><!--", "xxxxxxxxxxxxxxxx"),
        ("<r><![CDATA[", "xxxxxxxxxxxxxxxx"),
        ("<!DOCTYPE r [", "<!ENTITY a 'b'>"),
        ("<r><", "nnnnnnnnnnnnnnnn"),
        ("<r>&", "nnnnnnnnnnnnnnnn"),
        ("<?x ", "nnnnnnnnnnnnnnnn"),
    ] {
        let problem = endless(open, filler);
        assert!(
            problem.contains("a.xml holds a tag or a text longer than 8 MiB"),
            "{open} {problem}"
        );
    }
    assert!(endless("<r>", "<a>").contains("deeper than 256 levels"));
    let wide = format!("<a k='{}'>", "x".repeat(100_000));
    assert!(endless("<r>", &wide).contains("tags longer than 1 MiB"));
}

#[test]
fn of_a_taken_element_only_so_much_is_kept() {
    let child = format!("<c k='{}'>{}</c>", "k".repeat(5_000), "t".repeat(5_000));
    let xml = format!("<r><a>{}</a></r>", child.repeat(3_000));
    let elements = taken(Take::Whole, xml.as_bytes()).unwrap();
    let kept: usize = elements[0].children.iter().map(|child| child.text().len()).sum();
    assert_eq!(elements[0].children.len(), CHILDREN);
    assert!(kept <= ALL_TEXT, "{kept}");
}

#[test]
fn the_head_tells_the_root_of_what_is_xml() {
    let head = head(b"<?xml version='1.0'?><!-- x --><rdf:RDF xmlns:rdf='r'><channel>").unwrap();
    assert_eq!((head.root.prefix.as_str(), head.root.local.as_str()), ("rdf", "RDF"));
    assert_eq!(head.root.space.as_deref(), Some("r"));
    assert!(super::head(b"{\"a\":1}").is_none() && super::head(b"<!-- only").is_none());
}
