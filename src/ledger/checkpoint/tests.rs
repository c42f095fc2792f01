//! Tests of notes and keys, against published ones and the crate `signed_note`.

use proptest::prelude::*;
use signed_note::{Note, StandardSigner, StandardVerifier, VerifierList};

use super::super::hash::{empty_root, leaf_hash};
use super::*;

/// The key pair and note that the C2SP format's reference implementation publishes.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETER_SECRET: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PETER_TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                          then you don't know what your problem is.\n";
const PETER_LINE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuG\
                          UgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
/// A line by a key nobody here knows.
const STRANGER_LINE: &str = "\u{2014} EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2t\
                             iOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

const ORIGIN: &str = "ledger.example/glasklar";

fn peter() -> SigningKey {
    let typed = BASE64.decode(PETER_SECRET.as_bytes()).unwrap();
    SigningKey::from_seed("PeterNeumann", typed[1..].try_into().unwrap()).unwrap()
}

fn ours() -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[7; KEY_BYTES]).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: ORIGIN.to_owned(), size: 42, root: leaf_hash(b"root") }
}

/// A note over any text, signed by us and correct as a note.
fn open_text(text: &str) -> Result<Checkpoint, Error> {
    ours().verifier().open(&ours().sign_text(text).unwrap())
}

#[test]
fn the_published_key_and_note_come_out_byte_for_byte() {
    assert_eq!(peter().verifier().to_string(), PETER);
    assert_eq!(PETER.parse(), Ok(peter().verifier()));
    let note = peter().sign_text(PETER_TEXT).unwrap();
    assert_eq!(note, format!("{PETER_TEXT}\n{PETER_LINE}"));
}

#[test]
fn a_signed_note_that_is_no_checkpoint_is_refused() {
    let refused = peter().verifier().open(&format!("{PETER_TEXT}\n{PETER_LINE}"));
    assert_eq!(
        refused,
        Err(Error::Malformed("a checkpoint has an origin, a size and a root line"))
    );
}

#[test]
fn a_checkpoint_is_read_back_as_it_was_signed() {
    let note = ours().sign(&checkpoint()).unwrap();
    let body = format!("{ORIGIN}\n42\n{}\n\n", BASE64.encode(&leaf_hash(b"root").bytes()));
    assert!(note.starts_with(&body), "{note}");
    assert_eq!(ours().verifier().open(&note), Ok(checkpoint()));
}

#[test]
fn the_independent_implementation_opens_our_notes() {
    let note = ours().sign(&checkpoint()).unwrap();
    let key = StandardVerifier::new(&ours().verifier().to_string()).unwrap();
    let opened = Note::from_bytes(note.as_bytes()).unwrap();
    let (verified, unverified) = opened.verify(&VerifierList::new(vec![Box::new(key)])).unwrap();
    assert_eq!((verified.len(), unverified.len()), (1, 0));
    assert_eq!(opened.text(), checkpoint().text().unwrap().as_bytes());
}

#[test]
fn we_open_the_notes_of_the_independent_implementation() {
    let signer = format!("PRIVATE+KEY+PeterNeumann+c74f20a3+{PETER_SECRET}");
    let signer = StandardSigner::new(&signer).unwrap();
    let mut note = Note::new(checkpoint().text().unwrap().as_bytes(), &[]).unwrap();
    note.add_sigs(&[&signer]).unwrap();
    let note = String::from_utf8(note.to_bytes()).unwrap();
    assert_eq!(peter().verifier().open(&note), Ok(checkpoint()));
}

#[test]
fn signatures_by_unknown_keys_are_ignored() {
    let note = ours().sign(&checkpoint()).unwrap();
    let after = format!("{note}{STRANGER_LINE}");
    assert_eq!(ours().verifier().open(&after), Ok(checkpoint()));
    let before = note.replace("\n\n", &format!("\n\n{STRANGER_LINE}"));
    assert_eq!(ours().verifier().open(&before), Ok(checkpoint()));

    let namesake = SigningKey::from_seed(ORIGIN, &[8; KEY_BYTES]).unwrap();
    let foreign = namesake.sign(&checkpoint()).unwrap();
    assert_eq!(ours().verifier().open(&foreign), Err(Error::Unsigned(ORIGIN.to_owned())));
    let line = foreign.rsplit_once("\n\n").unwrap().1;
    assert_eq!(ours().verifier().open(&format!("{note}{line}")), Ok(checkpoint()));
}

#[test]
fn extension_lines_are_tolerated_and_empty_ones_are_not() {
    let text = checkpoint().text().unwrap();
    assert_eq!(open_text(&format!("{text}extension\nmore\n")), Ok(checkpoint()));
    assert_eq!(
        open_text(&format!("{text}extension\n\nmore\n")),
        Err(Error::Malformed("a checkpoint has no empty lines"))
    );
}

#[test]
fn a_wrong_signature_by_the_trusted_key_spoils_the_note() {
    let verifier = ours().verifier();
    let note = ours().sign(&checkpoint()).unwrap();
    let wrong = Err(Error::Signature(ORIGIN.to_owned()));
    assert_eq!(verifier.open(&note.replace("\n42\n", "\n43\n")), wrong);

    let other = Checkpoint { size: 43, ..checkpoint() };
    let other = ours().sign(&other).unwrap();
    let line = other.rsplit_once("\n\n").unwrap().1;
    assert_eq!(verifier.open(&format!("{note}{line}")), wrong);
}

#[test]
fn malformed_notes_are_refused() {
    let note = ours().sign(&checkpoint()).unwrap();
    let line = note.rsplit_once("\n\n").unwrap().1;
    let malformed = [
        String::new(),
        note.trim_end().to_owned(),
        format!("{note}\n"),
        format!("{note}\n\n"),
        note.replace("\n\n", "\n"),
        note.replace('\n', "\r\n"),
        note.replace("ledger.example", "ledger\texample"),
        note.replace('\u{2014}', "-"),
        note.replace("\u{2014} ", "\u{2014}"),
        note.replace(line, ""),
        format!("{note}\u{2014} name\n"),
        format!("{note}\u{2014}  AAAAAAAA\n"),
        format!("{note}\u{2014} a+b AAAAAAAA\n"),
        format!("{note}\u{2014} name AAAAAAA\n"),
        format!("{note}\u{2014} name AAAAAA==\n"),
        format!("{note}{}", "x".repeat(MAX_NOTE_BYTES)),
    ];
    for note in malformed {
        let refused = ours().verifier().open(&note);
        assert!(matches!(refused, Err(Error::Malformed(_))), "{refused:?} for {note:?}");
    }
}

#[test]
fn texts_that_are_no_checkpoint_are_refused_although_signed() {
    let root = BASE64.encode(&leaf_hash(b"root").bytes());
    let short = BASE64.encode(&[0; 31]);
    for text in [
        format!("{ORIGIN}\n42\n"),
        format!("\n42\n{root}\n"),
        format!("{ORIGIN}\n\n{root}\n"),
        format!("{ORIGIN}\n042\n{root}\n"),
        format!("{ORIGIN}\n+42\n{root}\n"),
        format!("{ORIGIN}\n-1\n{root}\n"),
        format!("{ORIGIN}\n42 \n{root}\n"),
        format!("{ORIGIN}\n18446744073709551616\n{root}\n"),
        format!("{ORIGIN}\n42\n{short}\n"),
        format!("{ORIGIN}\n42\n{root}A\n"),
        format!("{ORIGIN}\n42\n{}\n", root.trim_end_matches('=')),
    ] {
        let refused = open_text(&text);
        assert!(matches!(refused, Err(Error::Malformed(_))), "{refused:?} for {text:?}");
    }
}

#[test]
fn the_checkpoint_of_the_empty_ledger_is_size_0() {
    let empty = Checkpoint { size: 0, root: empty_root(), ..checkpoint() };
    let note = ours().sign(&empty).unwrap();
    assert!(note.contains("\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"), "{note}");
    assert_eq!(ours().verifier().open(&note), Ok(empty));
}

#[test]
fn an_origin_that_could_forge_lines_is_not_signed() {
    for origin in ["", "a\nb", "a\u{1}"] {
        let forged = Checkpoint { origin: origin.to_owned(), ..checkpoint() };
        assert_eq!(ours().sign(&forged), Err(Error::Origin), "{origin:?}");
    }
}

#[test]
fn key_names_without_letters_or_with_spaces_or_plus_are_refused() {
    for name in ["", " ", "a b", "a+b", "a\n", "a\u{a0}b", "a\u{2003}b", "a\u{1}"] {
        let refused = SigningKey::from_seed(name, &[7; KEY_BYTES]);
        assert_eq!(refused.err(), Some(Error::Name), "{name:?}");
    }
}

#[test]
fn every_part_and_every_slip_of_a_verifier_key_is_refused() {
    for start in 0..PETER.len() {
        for end in start + 1..=PETER.len() {
            if start > 0 || end < PETER.len() {
                assert!(PETER[start..end].parse::<VerifierKey>().is_err(), "{start} to {end}");
            }
        }
    }
    for at in 0..PETER.len() {
        let mut slip = PETER.as_bytes().to_vec();
        slip[at] += 1;
        let slip = String::from_utf8(slip).unwrap();
        assert!(slip.parse::<VerifierKey>().is_err(), "{slip}");
    }
    let unknown = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(unknown.parse::<VerifierKey>(), Err(Error::Algorithm));
    let too_long = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==";
    assert_eq!(too_long.parse::<VerifierKey>(), Err(Error::Key));
}

#[test]
fn debug_of_a_signing_key_does_not_show_the_seed() {
    let seed: [u8; KEY_BYTES] = std::array::from_fn(|i| 101 + u8::try_from(i).unwrap());
    let key = SigningKey::from_seed(ORIGIN, &seed).unwrap();
    let shown = format!("{key:?} {key:#?}");
    assert!(shown.contains(ORIGIN));
    for secret in ["101, 102, 103", &HEXLOWER.encode(&seed[..4]), &BASE64.encode(&seed)[..8]] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

proptest! {
    #[test]
    fn a_note_with_any_byte_changed_is_refused(
        size in any::<u64>(),
        at in any::<prop::sample::Index>(),
        to in 0x20_u8..0x7f,
    ) {
        let note = ours().sign(&Checkpoint { size, ..checkpoint() }).unwrap();
        let mut changed = note.clone().into_bytes();
        let at = at.index(changed.len());
        changed[at] = to;
        if let Ok(changed) = String::from_utf8(changed)
            && changed != note
        {
            prop_assert!(ours().verifier().open(&changed).is_err(), "{}", changed);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>(), lines in "(\u{2014} \\PC*\n)*") {
        let _ = ours().verifier().open(&text);
        let _ = ours().verifier().open(&format!("{text}\n\n{lines}"));
        let _ = text.parse::<VerifierKey>();
    }
}
