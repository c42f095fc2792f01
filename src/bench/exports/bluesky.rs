//! The repository of a Bluesky account (a CAR file): a commit, the search tree with its nodes at
//! their true heights, and the posts, every block named by its hash.

use std::fs::File;
use std::io;

use super::dice::Dice;
use super::pack;
use super::{Wanted, written};
use crate::crypto::sha256;

/// Days that the network is open for.
const OPEN: u64 = 1_000;

/// Writes the repository.
pub(super) fn write(wanted: Wanted, file: File) -> anyhow::Result<u64> {
    let mut dice = Dice::new(wanted.items);
    let mut entries = Vec::new();
    let (mut posts, _) = pack::aside(&mut |out| {
        for at in 0..wanted.items {
            let seconds = wanted.moment(OPEN, at);
            let post = post(&mut dice, seconds);
            out.write_all(&section(&post))?;
            let micros = u64::try_from(seconds).unwrap_or(0) * 1_000_000 + at;
            entries.push((format!("app.bsky.feed.post/{}", key(micros << 10)), sha256(&post)));
        }
        Ok(())
    })?;
    let top = entries.iter().map(|(key, _)| height(key)).max().unwrap_or(0);
    let mut nodes = Vec::new();
    let root = node(&entries, top, &mut nodes).unwrap_or_default();
    let last = entries.last().map_or("", |(key, _)| key.as_str());
    let revision = last.rsplit('/').next().unwrap_or_default();
    let commit = map(&[
        ("did", text("did:plc:verabeispiel")),
        ("rev", text(revision)),
        ("sig", bytes(&[7; 64])),
        ("data", link(&root)),
        ("prev", vec![0xf6]),
        ("version", number(3)),
    ]);
    let roots = [head(4, 1), link(&sha256(&commit))].concat();
    let header = map(&[("roots", roots), ("version", number(1))]);
    pack::plain(file, &mut |out| {
        out.write_all(&framed(&header))?;
        out.write_all(&section(&commit))?;
        nodes.iter().try_for_each(|node| out.write_all(&section(node)))?;
        io::copy(&mut posts, out)?;
        Ok(())
    })
}

fn post(dice: &mut Dice, seconds: i64) -> Vec<u8> {
    let german = dice.percent(20);
    let language = text(if german { "de" } else { "en" });
    map(&[
        ("$type", text("app.bsky.feed.post")),
        ("text", text(&dice.sentence(german))),
        ("langs", [head(4, 1), language].concat()),
        ("tags", [head(4, 1), text(dice.tag())].concat()),
        ("createdAt", text(&written(seconds, "%Y-%m-%dT%H:%M:%S.000Z"))),
    ])
}

/// How high in the tree a key stands: half of the zero bits that its hash begins with.
fn height(key: &str) -> u32 {
    let hash = sha256(key.as_bytes());
    let zeros = hash.iter().take_while(|byte| **byte == 0).count();
    let next = hash.get(zeros).map_or(0, |byte| byte.leading_zeros());
    // Eight bits are four steps.
    u32::try_from(zeros).unwrap_or(0) * 4 + next / 2
}

/// The node over these entries, below which lie those of lower height; returns its name.
fn node(entries: &[(String, [u8; 32])], level: u32, nodes: &mut Vec<Vec<u8>>) -> Option<[u8; 32]> {
    if entries.is_empty() {
        return None;
    }
    let mut below = |part: &[(String, [u8; 32])]| {
        let name = level.checked_sub(1).and_then(|level| node(part, level, nodes));
        name.map_or_else(|| vec![0xf6], |name| link(&name))
    };
    let mut parts = entries.split_inclusive(|(key, _)| height(key) >= level).peekable();
    let is_here = |part: &&[(String, [u8; 32])]| part.last().is_some_and(|e| height(&e.0) >= level);
    let (mut left, mut rows, mut before) = (vec![0xf6], Vec::new(), "");
    let mut first = true;
    while let Some(part) = parts.next() {
        let here = is_here(&part);
        let lower = part.get(..part.len() - usize::from(here)).unwrap_or_default();
        if std::mem::take(&mut first) {
            left = below(lower);
        }
        let Some((key, record)) = part.last().filter(|_| here) else { break };
        // What lies between this entry and the next of the same height.
        let between = parts.peek().map_or(&[][..], |next| {
            next.get(..next.len() - usize::from(is_here(next))).unwrap_or_default()
        });
        let shared = key.bytes().zip(before.bytes()).take_while(|(a, b)| a == b).count();
        let rest = key.as_bytes().get(shared..).unwrap_or_default();
        let below = below(between);
        let fields = [("k", bytes(rest)), ("p", number(shared)), ("t", below), ("v", link(record))];
        rows.push(map(&fields));
        before = key;
    }
    let entries = [head(4, rows.len()), rows.concat()].concat();
    let node = map(&[("e", entries), ("l", left)]);
    let name = sha256(&node);
    nodes.push(node);
    Some(name)
}

/// The key of an instant: 13 digits of five bits.
fn key(number: u64) -> String {
    const DIGITS: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    let digit = |place: u32| {
        let at = usize::try_from(number >> (5 * place) & 31).unwrap_or(0);
        char::from(DIGITS.get(at).copied().unwrap_or(b'2'))
    };
    (0..13).rev().map(digit).collect()
}

/// The beginning of a value in CBOR: what it is, and how long.
fn head(kind: u8, length: usize) -> Vec<u8> {
    let [.., c, d] = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    let kind = kind << 5;
    match length {
        0..24 => vec![kind | d],
        24..256 => vec![kind | 0x18, d],
        _ => vec![kind | 0x19, c, d],
    }
}

fn number(number: usize) -> Vec<u8> {
    head(0, number)
}

fn bytes(bytes: &[u8]) -> Vec<u8> {
    [&head(2, bytes.len()), bytes].concat()
}

fn text(text: &str) -> Vec<u8> {
    [&head(3, text.len()), text.as_bytes()].concat()
}

/// An object, its keys in the order that DAG-CBOR asks for.
fn map(fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(key, _)| (key.len(), *key));
    let mut object = head(5, fields.len());
    for (key, value) in fields {
        object.extend(text(key));
        object.extend(value);
    }
    object
}

/// The name of a block with this hash: CID version 1, DAG-CBOR, SHA-256.
fn name(hash: &[u8; 32]) -> Vec<u8> {
    [&[0x01, 0x71, 0x12, 0x20], hash.as_slice()].concat()
}

fn link(hash: &[u8; 32]) -> Vec<u8> {
    [vec![0xd8, 42], bytes(&[vec![0], name(hash)].concat())].concat()
}

/// A block with its name.
fn section(block: &[u8]) -> Vec<u8> {
    framed(&[&name(&sha256(block)), block].concat())
}

/// Bytes behind their length.
fn framed(bytes: &[u8]) -> Vec<u8> {
    let (mut length, mut framed) = (bytes.len(), Vec::new());
    while length > 127 {
        framed.push(u8::try_from(length & 127 | 128).unwrap_or(0));
        length >>= 7;
    }
    framed.push(u8::try_from(length).unwrap_or(0));
    framed.extend_from_slice(bytes);
    framed
}
