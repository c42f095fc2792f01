//! Any bytes are opened as an archive, and every member is read to its end within the limits.
#![no_main]

use std::io::{Read as _, Seek as _, Write as _};

use glasklar::channels::{Archive, Limits, Source};
use libfuzzer_sys::fuzz_target;

/// Small enough that one run takes milliseconds.
const LIMITS: Limits =
    Limits { upload: 1 << 20, members: 200, member: 1 << 20, total: 4 << 20, ratio: 200 };

fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).and_then(|()| file.rewind()).expect("room in the temporary folder");
    let mut watch = |_| Ok(());
    let Ok(mut archive) = Archive::open(vec![Source::File(file)], &LIMITS, &mut watch) else {
        return;
    };
    for name in archive.names() {
        assert!(!name.starts_with('/') && !name.split('/').any(|part| part == ".."), "{name}");
    }
    let mut members = archive.matching(|_| true);
    members.extend(archive.singles());
    let _ = archive.read_each(&members, &mut |open| {
        let mut buffer = [0; 4096];
        let mut read = 0;
        while let Ok(bytes) = open.read(&mut buffer)
            && bytes > 0
        {
            read += bytes as u64;
        }
        assert!(read <= LIMITS.member, "a member was read beyond its limit");
        Ok(())
    });
});
