//! Whatever is uploaded, an import ends with an answer and takes little memory.
//! `PROPTEST_CASES=20000 cargo test --lib channels::tests::laws` runs for longer.

use std::io::{Cursor, Read as _};

use flate2::read::GzDecoder;
use proptest::prelude::*;
use proptest::sample::Index;
use zip::ZipArchive;

use super::build::{read, zip};
use super::samples;

/// The most that reading any upload may take at once, the spooled file aside.
const MEMORY: u64 = 150 << 20;

/// Reads an upload to an answer, whatever it is.
fn answer(upload: &[u8]) {
    let measured = allocation_counter::measure(|| {
        let _ = read(upload);
    });
    assert!(measured.bytes_max < MEMORY, "{} bytes at once", measured.bytes_max);
}

/// The members of a sample; a single file is one member without a name.
fn members(sample: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut members = Vec::new();
    if let Ok(mut archive) = ZipArchive::new(Cursor::new(sample)) {
        for at in 0..archive.len() {
            let mut member = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).unwrap();
            members.push((member.name().unwrap().into_owned(), bytes));
        }
    } else if sample.starts_with(b"\x1f\x8b") {
        let mut archive = tar::Archive::new(GzDecoder::new(sample));
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            members.push((name, bytes));
        }
    } else {
        members.push((String::new(), sample.to_vec()));
    }
    members
}

fn packed(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    match members {
        [(name, bytes)] if name.is_empty() => bytes.clone(),
        members => {
            let parts: Vec<(&str, &[u8])> =
                members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
            zip(&parts)
        }
    }
}

/// What is done to a member.
#[derive(Clone, Debug)]
enum Change {
    Flip(Index, u8),
    Cut(Index),
    Remove(Index, usize),
    Duplicate(Index, usize, usize),
    Splice(Index, Index, usize),
    Insert(Index, String),
    Nest(Index, &'static str, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let opening = ["[", "{\"a\":", "<a>", "<div>", "\"", "\u{81}", "(", "&lt;"];
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Flip(at, byte)),
        1 => any::<Index>().prop_map(Change::Cut),
        2 => (any::<Index>(), 1..200_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        2 => (any::<Index>(), 1..400_usize, 1..300_usize)
            .prop_map(|(at, length, times)| Change::Duplicate(at, length, times)),
        2 => (any::<Index>(), any::<Index>(), 1..400_usize)
            .prop_map(|(at, from, length)| Change::Splice(at, from, length)),
        4 => (any::<Index>(), "[\\[\\]{}<>/\",:=0-9a-z\\\\&; -]{0,8}")
            .prop_map(|(at, text)| Change::Insert(at, text)),
        2 => (any::<Index>(), prop::sample::select(opening.to_vec()), 1..2_000_usize)
            .prop_map(|(at, open, times)| Change::Nest(at, open, times)),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>, donor: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        match self {
            Self::Flip(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Self::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Self::Remove(at, length) => {
                let at = at.index(bytes.len());
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Self::Duplicate(at, length, times) => {
                let at = at.index(bytes.len());
                let piece = bytes[at..(at + length).min(bytes.len())].repeat(*times);
                bytes.splice(at..at, piece);
            }
            Self::Splice(at, from, length) if !donor.is_empty() => {
                let (at, from) = (at.index(bytes.len()), from.index(donor.len()));
                let piece = donor[from..(from + length).min(donor.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            Self::Splice(..) => {}
            Self::Insert(at, text) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, text.bytes());
            }
            Self::Nest(at, open, times) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, open.repeat(*times).into_bytes());
            }
        }
    }
}

proptest! {
    #[test]
    fn random_bytes_are_refused(
        magic in prop::sample::select(vec![&b"PK\x03\x04"[..], b"\x1f\x8b\x08\x00", b""]),
        bytes in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        prop_assert!(read(&[magic, &bytes].concat()).is_err());
    }

    #[test]
    fn a_changed_upload_never_panics(
        which in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..12),
    ) {
        let mut upload = which.get(samples().as_slice()).clone();
        for (index, byte) in changes {
            let at = index.index(upload.len());
            upload[at] = byte;
        }
        answer(&upload);
    }

    #[test]
    fn a_changed_directory_never_panics(
        changes in prop::collection::vec((0_usize..900, any::<u8>()), 1..6),
    ) {
        let mut archive = samples()[0].clone();
        let end = archive.len();
        for (from_end, byte) in changes {
            archive[end - 1 - from_end] = byte;
        }
        answer(&archive);
    }

    #[test]
    fn an_export_with_changed_members_never_panics_and_stays_small(
        (which, donor) in any::<(Index, Index)>(),
        changes in prop::collection::vec((any::<Index>(), change()), 1..6),
    ) {
        let samples = samples();
        let mut changed = members(which.get(samples.as_slice()).as_slice());
        let donors = members(donor.get(samples.as_slice()).as_slice());
        for (member, change) in changes {
            let member = member.index(changed.len());
            let donor = donors[member % donors.len()].1.clone();
            change.apply(&mut changed[member].1, &donor);
        }
        answer(&packed(&changed));
    }
}
