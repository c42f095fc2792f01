//! Whatever is uploaded, an import ends with an answer.

use proptest::prelude::*;

use super::build::read;
use crate::demo;
use crate::domain::time::Day;

fn valid() -> [Vec<u8>; 2] {
    let today = Day::from_number(20_000);
    [demo::x_archive(today), demo::mastodon_archive(today)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_refused(
        magic in prop::sample::select(vec![&b"PK\x03\x04"[..], b"\x1f\x8b\x08\x00", b""]),
        bytes in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        prop_assert!(read(&[magic, &bytes].concat()).is_err());
    }

    #[test]
    fn a_changed_archive_never_panics(
        which in 0_usize..2,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut archive = valid()[which].clone();
        for (index, byte) in changes {
            let at = index.index(archive.len());
            archive[at] = byte;
        }
        let _ = read(&archive);
    }

    #[test]
    fn a_changed_directory_never_panics(
        changes in prop::collection::vec((0_usize..900, any::<u8>()), 1..6),
    ) {
        let mut archive = valid()[0].clone();
        let end = archive.len();
        for (from_end, byte) in changes {
            archive[end - 1 - from_end] = byte;
        }
        let _ = read(&archive);
    }

    #[test]
    fn changed_json_never_panics(
        at in any::<prop::sample::Index>(),
        insert in "[\\[\\]{}\",:0-9a-z\\\\ ]{0,6}",
    ) {
        let mut json = format!("window.YTD.tweets.part0 = [{}]",
            super::build::tweet(1_712_943_072_146_358_300, "x", r#","entities":{"urls":[{}]}"#));
        let at = json.floor_char_boundary(at.index(json.len()));
        json.insert_str(at, &insert);
        let members = [
            ("data/account.js", super::build::ACCOUNT.as_bytes()),
            ("data/tweets.js", json.as_bytes()),
        ];
        let _ = read(&super::build::zip(&members));
    }
}
