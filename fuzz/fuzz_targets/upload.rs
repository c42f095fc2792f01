//! Any bytes are read as an upload, told by their content: an import ends with an answer.
#![no_main]

use std::io::{Seek as _, Write as _};

use glasklar::channels::{Limits, Source, Upload, import};
use libfuzzer_sys::fuzz_target;

/// Small enough that one run takes milliseconds.
const LIMITS: Limits =
    Limits { upload: 1 << 20, members: 200, member: 4 << 20, total: 16 << 20, ratio: 200 };

fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).and_then(|()| file.rewind()).expect("room in the temporary folder");
    let upload = Upload { sources: vec![Source::File(file)], whose: None, limits: LIMITS };
    let mut items = 0;
    let mut sink = |_| {
        items += 1;
        Ok(())
    };
    if let Ok(report) = import(upload, &mut sink, &mut |_| Ok(())) {
        assert_eq!(report.total(), items, "the report counts what was handed out");
        // What is printed of it never fails either.
        let _ = report.document();
    }
});
