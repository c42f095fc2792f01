//! Archives that attack, that are broken, or that are something else.

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::build::{
    ACCOUNT, filled, read, read_with, refusal, spooled, tar_gz, tar_gz_with, tweet, with_tweets,
    x_with, zip,
};
use crate::channels::{Error, Limits, Stopped, import};
use crate::demo;
use crate::domain::time::Day;

const ID: u64 = 1_712_943_072_146_358_300;
const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";

fn today() -> Day {
    "2026-11-22".parse().unwrap()
}

/// Changes `bytes` at every place where `mark` stands, at this distance from it.
fn patch(bytes: &mut [u8], mark: &[u8], distance: usize, change: fn(&mut u8)) {
    let marks: Vec<_> =
        (0..bytes.len()).filter(|&at| bytes.get(at..).unwrap().starts_with(mark)).collect();
    for at in marks {
        change(&mut bytes[at + distance]);
    }
}

fn is_hostile(error: &Error, problem: &str) -> bool {
    matches!(error, Error::Unsafe { .. }) && error.to_string().contains(problem)
}

fn is_too_large(error: &Error, what: &str) -> bool {
    matches!(error, Error::TooLarge { .. }) && error.to_string().contains(what)
}

#[test]
fn a_bomb_is_refused_by_its_ratio() {
    let bomb = filled("window.YTD.tweets.part0 = [", b' ', 64 << 20);
    let error = refusal(&with_tweets(CompressionMethod::Deflated, &bomb));
    assert!(is_too_large(&error, "200 times its size"), "{error}");
    let error = refusal(&tar_gz(&[("a", &bomb)]));
    assert!(is_too_large(&error, "200 times its size"), "{error}");
}

#[test]
fn a_bomb_is_refused_by_its_member_and_by_its_total() {
    let rows = (0..2_000).map(|n| tweet(ID + n, "x", "")).collect::<Vec<_>>().join(",");
    let archive = x_with(&rows);
    let small = Limits { member: 100_000, ..Limits::default() };
    let error = read_with(&small, &archive).unwrap_err();
    assert!(is_too_large(&error, "data/tweets.js unpacks to more than 100000 bytes"), "{error}");
    let small = Limits { total: 100_000, ..Limits::default() };
    let error = read_with(&small, &archive).unwrap_err();
    assert!(is_too_large(&error, "the archive unpacks to more than"), "{error}");
    let tarball = demo::mastodon_archive(today());
    let error = read_with(&Limits { total: 9_000, ..Limits::default() }, &tarball).unwrap_err();
    assert!(is_too_large(&error, "the archive unpacks to more than"), "{error}");
    let error = read_with(&Limits { member: 900, ..Limits::default() }, &tarball).unwrap_err();
    assert!(is_too_large(&error, "outbox.json unpacks to more than"), "{error}");
}

#[test]
fn too_many_members_and_too_large_uploads_are_refused() {
    let names: Vec<_> = (0..30).map(|n| format!("f{n}")).collect();
    let members: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let few = Limits { members: 20, ..Limits::default() };
    for archive in [zip(&members), tar_gz(&members)] {
        let error = read_with(&few, &archive).unwrap_err();
        assert!(is_too_large(&error, "more than 20 files"), "{error}");
        let small = Limits { upload: 100, ..Limits::default() };
        assert!(is_too_large(&read_with(&small, &archive).unwrap_err(), "upload is larger"));
    }
}

#[test]
fn names_that_lead_out_of_the_archive_are_refused() {
    for name in ["../evil.js", "data/../../evil.js", "..\\evil.js", "data\\..\\evil.js"] {
        assert!(is_hostile(&refusal(&zip(&[(name, b"x")])), "leads out"), "{name}");
    }
    for name in ["/etc/passwd", "\\\\server\\share", "C:\\evil.js", "c:evil.js"] {
        assert!(is_hostile(&refusal(&zip(&[(name, b"x")])), "absolute"), "{name}");
    }
    let tarball = tar_gz_with(|builder| {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..10].copy_from_slice(b"../evil.js");
        header.set_size(0);
        header.set_cksum();
        builder.append(&header, &b""[..]).unwrap();
    });
    assert!(is_hostile(&refusal(&tarball), "leads out"));
    assert!(is_hostile(&refusal(&zip(&[("a\u{1b}[2J", b"x")])), "no system allows"));
    assert!(is_hostile(&refusal(&zip(&[(&"n".repeat(600), b"x")])), "too long"));
}

#[test]
fn a_backslash_is_a_folder_like_any_other() {
    let tweets = format!("window.YTD.tweets.part0 = [{}]", tweet(ID, "x", ""));
    let members =
        [("data\\account.js", ACCOUNT.as_bytes()), ("data\\tweets.js", tweets.as_bytes())];
    assert_eq!(read(&zip(&members)).unwrap().1.len(), 1);
}

#[test]
fn links_and_devices_are_refused() {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.add_symlink("data/tweets.js", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    let linked = writer.finish().unwrap().into_inner();
    assert!(is_hostile(&refusal(&linked), "link or a device"));
    for kind in [
        tar::EntryType::Symlink,
        tar::EntryType::Link,
        tar::EntryType::Char,
        tar::EntryType::Fifo,
        tar::EntryType::GNUSparse,
    ] {
        let tarball = tar_gz_with(|builder| {
            let mut header = tar::Header::new_gnu();
            header.set_path("outbox.json").unwrap();
            header.set_entry_type(kind);
            header.set_size(0);
            header.set_cksum();
            builder.append(&header, &b""[..]).unwrap();
        });
        assert!(is_hostile(&refusal(&tarball), "link or a device"), "{kind:?}");
    }
}

#[test]
fn one_name_twice_is_refused_even_in_another_case() {
    let error = refusal(&zip(&[("data/tweets.js", b"1"), ("Data/Tweets.js", b"2")]));
    assert!(is_hostile(&error, "twice"), "{error}");
    let mut same = zip(&[("data/tweets.js", b"1"), ("data/uweets.js", b"2")]);
    patch(&mut same, b"data/uweets.js", 5, |byte| *byte = b't');
    assert!(is_hostile(&refusal(&same), "twice"));
    let error = refusal(&tar_gz(&[("a.json", b"1"), ("./a.json", b"2")]));
    assert!(is_hostile(&error, "twice"), "{error}");
}

#[test]
fn two_exports_in_one_archive_are_refused() {
    let tweets: &[u8] = b"window.YTD.tweets.part0 = []";
    let both = [("a/tweets.js", tweets), ("b/tweets.js", tweets)];
    assert_eq!(refusal(&zip(&both)), Error::Repeated { member: "tweets.js".to_owned() });
    let actor: &[u8] = br#"{"@context":"https://www.w3.org/ns/activitystreams"}"#;
    let both = [("data/tweets.js", tweets), ("actor.json", actor)];
    assert_eq!(refusal(&zip(&both)), Error::Ambiguous { first: "X", second: "Mastodon" });
}

#[test]
fn encrypted_members_are_refused() {
    let mut archive = x_with("");
    patch(&mut archive, LOCAL, 6, |byte| *byte |= 1);
    patch(&mut archive, CENTRAL, 8, |byte| *byte |= 1);
    assert!(is_hostile(&refusal(&archive), "encrypted"));
}

#[test]
fn headers_that_contradict_each_other_are_refused() {
    let mut archive = x_with("");
    // Another name in the local header than in the central one: dual-header smuggling.
    let at = archive.windows(14).position(|w| w == b"data/tweets.js").unwrap();
    archive[at + 5] = b'T';
    let error = refusal(&archive);
    assert!(is_hostile(&error, "contradict"), "{error}");
}

#[test]
fn a_wrong_checksum_is_refused() {
    let mut archive = with_tweets(CompressionMethod::Stored, b"window.YTD.tweets.part0 = [ ]");
    let at = archive.windows(4).position(|w| w == b"[ ]P").unwrap();
    archive[at + 1] = b'\t';
    assert_eq!(refusal(&archive), Error::Damaged { place: "data/tweets.js".to_owned() });
}

#[test]
fn an_archive_cut_anywhere_is_refused() {
    for whole in [demo::x_archive(today()), demo::mastodon_archive(today())] {
        assert!(read(&whole).is_ok());
        for sixteenth in 0..16 {
            let cut = whole.len() * sixteenth / 16;
            let error = refusal(whole.get(..cut).unwrap());
            let clear = matches!(error, Error::Damaged { .. })
                || (cut == 0 && error.to_string().contains("empty"));
            assert!(clear, "{sixteenth}/16: {error}");
        }
    }
}

#[test]
fn the_checksum_behind_the_last_member_is_compared() {
    let whole = demo::mastodon_archive(today());
    let cut = whole.get(..whole.len() - 2).unwrap();
    assert!(matches!(refusal(cut), Error::Damaged { .. }));
    let mut changed = whole.clone();
    let at = changed.len() - 8;
    changed[at] ^= 1;
    assert!(matches!(refusal(&changed), Error::Damaged { .. }));
}

#[test]
fn extension_headers_are_used_up_to_a_size() {
    let long = format!("{}/actor.json", "deep".repeat(40));
    let error = refusal(&tar_gz(&[(&long, b"{}")]));
    assert!(matches!(error, Error::NotAnExport { .. }), "{error}");
    let header = |kind: tar::EntryType, size: usize| {
        tar_gz_with(|builder| {
            let mut header = tar::Header::new_gnu();
            header.set_path("extension").unwrap();
            header.set_entry_type(kind);
            header.set_size(size as u64);
            header.set_cksum();
            builder.append(&header, vec![b'n'; size].as_slice()).unwrap();
        })
    };
    for kind in [tar::EntryType::GNULongName, tar::EntryType::XHeader] {
        assert!(is_hostile(&refusal(&header(kind, 100_000)), "too long"), "{kind:?}");
    }
    let pax = tar_gz_with(|builder| {
        builder.append_pax_extensions([("size", &b"0"[..])]).unwrap();
        builder.append(&tar::Header::new_ustar(), &b""[..]).unwrap();
    });
    assert!(is_hostile(&refusal(&pax), "twice"));
}

#[test]
fn the_receiver_can_stop_and_hears_of_progress() {
    let rows = (0..20_000).map(|n| tweet(ID + n, "x", "")).collect::<Vec<_>>().join(",");
    let archive = x_with(&rows);
    let mut seen = 0;
    let mut sink = |_| {
        seen += 1;
        if seen == 3 { Err(Stopped) } else { Ok(()) }
    };
    let stopped = import(spooled(&archive).into(), &mut sink, &mut |_| Ok(()));
    assert_eq!((stopped.unwrap_err(), seen), (Error::Stopped, 3));
    let mut told = Vec::new();
    let mut watch = |progress: crate::channels::Progress| {
        told.push(progress.inflated);
        if told.len() == 2 { Err(Stopped) } else { Ok(()) }
    };
    let stopped = import(spooled(&archive).into(), &mut |_| Ok(()), &mut watch);
    assert_eq!(stopped.unwrap_err(), Error::Stopped);
    assert!(told.is_sorted() && told.len() == 2 && told[0] >= 1 << 20);
}

#[test]
fn a_pax_header_names_a_member_and_may_hold_binary_attributes() {
    let pax = tar_gz_with(|builder| {
        let records =
            [("LIBARCHIVE.xattr.x", &b"a\n\nb=c"[..]), ("path", b"your_facebook_activity/a")];
        builder.append_pax_extensions(records).unwrap();
        let mut header = tar::Header::new_ustar();
        header.set_path("short").unwrap();
        header.set_size(1);
        header.set_cksum();
        builder.append(&header, &b"x"[..]).unwrap();
    });
    assert!(refusal(&pax).to_string().contains("a Facebook export"));
}
