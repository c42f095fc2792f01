//! Builds repository files of Bluesky: DAG-CBOR, the search tree, `CARv1`.

use crate::crypto::sha256;

/// The account of all repositories here.
pub(super) const DID: &str = "did:plc:ada";

/// A value, encoded.
#[derive(Clone)]
pub(super) struct Value(pub(super) Vec<u8>);

impl std::ops::Deref for Value {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Value {
    pub(super) fn list(values: &[Self]) -> Self {
        let mut bytes = head(4, values.len());
        for value in values {
            bytes.extend_from_slice(value);
        }
        Self(bytes)
    }
}

fn head(kind: u8, length: usize) -> Vec<u8> {
    let kind = kind << 5;
    match length {
        0..24 => vec![kind | u8::try_from(length).unwrap()],
        24..256 => vec![kind | 0x18, u8::try_from(length).unwrap()],
        256..65_536 => [&[kind | 0x19][..], &u16::try_from(length).unwrap().to_be_bytes()].concat(),
        _ => [&[kind | 0x1a][..], &u32::try_from(length).unwrap().to_be_bytes()].concat(),
    }
}

pub(super) fn text(text: &str) -> Value {
    Value([head(3, text.len()), text.as_bytes().to_vec()].concat())
}

fn bytes(bytes: &[u8]) -> Value {
    Value([head(2, bytes.len()), bytes.to_vec()].concat())
}

fn number(number: usize) -> Value {
    Value(head(0, number))
}

/// An object, its keys in the order that DAG-CBOR asks for.
pub(super) fn map(fields: &[(&str, Value)]) -> Value {
    let mut fields = fields.to_vec();
    fields.sort_by_key(|(key, _)| (key.len(), (*key).to_owned()));
    let mut bytes = head(5, fields.len());
    for (key, value) in fields {
        bytes.extend_from_slice(&text(key));
        bytes.extend_from_slice(&value);
    }
    Value(bytes)
}

/// The name of a block.
fn name(block: &[u8]) -> Vec<u8> {
    [&[0x01, 0x71, 0x12, 0x20][..], &sha256(block)].concat()
}

/// A link to a block.
pub(super) fn link(block: &[u8]) -> Value {
    let name = [vec![0], name(block)].concat();
    Value([vec![0xd8, 42], bytes(&name).0].concat())
}

fn link_or_null(block: Option<&Value>) -> Value {
    block.map_or(Value(vec![0xf6]), |block| link(block))
}

pub(super) fn record(kind: &str, more: &[(&str, Value)]) -> Value {
    let mut fields = more.to_vec();
    fields.push(("$type", text(kind)));
    map(&fields)
}

pub(super) fn post(words: &str, at: &str, more: &[(&str, Value)]) -> Value {
    let mut fields = more.to_vec();
    fields.extend([("text", text(words)), ("createdAt", text(at))]);
    record("app.bsky.feed.post", &fields)
}

/// An entry of a node: a record's key, of which the node before has the first `shared` bytes.
pub(super) fn entry(key: &str, record: &Value, shared: usize, below: Option<&Value>) -> Value {
    map(&[
        ("p", number(shared)),
        ("k", bytes(&key.as_bytes()[shared..])),
        ("v", link(record)),
        ("t", link_or_null(below)),
    ])
}

pub(super) fn node(left: Option<&Value>, entries: &[Value]) -> Value {
    map(&[("l", link_or_null(left)), ("e", Value::list(entries))])
}

pub(super) fn commit(root: &Value, revision: &str) -> Value {
    map(&[
        ("did", text(DID)),
        ("rev", text(revision)),
        ("sig", bytes(&[0; 64])),
        ("data", link(root)),
        ("prev", Value(vec![0xf6])),
        ("version", number(3)),
    ])
}

/// Bytes behind their length.
pub(super) fn section(bytes: &[u8]) -> Vec<u8> {
    let (mut length, mut section) = (bytes.len(), Vec::new());
    while length > 127 {
        section.push(u8::try_from(length & 127 | 128).unwrap());
        length >>= 7;
    }
    section.push(u8::try_from(length).unwrap());
    section.extend_from_slice(bytes);
    section
}

/// A file with these blocks, whose root is the first argument.
pub(super) fn car(root: &Value, blocks: &[&Value]) -> Vec<u8> {
    let roots = Value::list(&[link(root)]);
    let mut file = section(&map(&[("roots", roots), ("version", number(1))]));
    for block in blocks {
        file.extend(section(&[name(block), block.0.clone()].concat()));
    }
    file
}

/// A repository whose tree has one node for every hundred records, below one at the top.
#[derive(Default)]
pub(super) struct Tree {
    records: Vec<(String, Value)>,
    /// The key of the last change; none by default.
    pub(super) revision: &'static str,
}

impl Tree {
    pub(super) fn add(&mut self, key: &str, record: &Value) {
        self.records.push((key.to_owned(), record.clone()));
    }

    pub(super) fn file(mut self) -> Vec<u8> {
        self.records.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut nodes = Vec::new();
        let mut top = Vec::new();
        for chunk in self.records.chunks(100) {
            let ((key, record), rest) = chunk.split_first().unwrap();
            let entries: Vec<_> =
                rest.iter().map(|(key, record)| entry(key, record, 0, None)).collect();
            let below = node(None, &entries);
            top.push(entry(key, record, 0, Some(&below)));
            nodes.push(below);
        }
        let root = node(None, &top);
        let commit = commit(&root, self.revision);
        let mut blocks = vec![&commit, &root];
        blocks.extend(&nodes);
        blocks.extend(self.records.iter().map(|(_, record)| record));
        car(&commit, &blocks)
    }
}
