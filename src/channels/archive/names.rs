//! Names of members, made safe and comparable; and what a file that is no archive looks like.
//! No reading here.

use super::super::error::Error;

/// Most bytes of a member's name, folders included.
const LONGEST: usize = 512;

/// A member's name with `/` between relative, plain components, or an error for names that
/// try to leave the folder they would be unpacked to. `None` for what is never read: folders
/// and the clutter of operating systems.
pub(super) fn normalize(raw: &str) -> Result<Option<String>, Error> {
    if raw.len() > LONGEST {
        return Err(Error::hostile(raw, "has a name that is too long"));
    }
    if raw.is_empty() || raw.chars().any(char::is_control) {
        return Err(Error::hostile(raw, "has a name that no system allows"));
    }
    let slashed = raw.replace('\\', "/");
    let drive = slashed.as_bytes().get(1) == Some(&b':');
    if slashed.starts_with('/') || drive {
        return Err(Error::hostile(raw, "has an absolute path"));
    }
    let mut components = Vec::new();
    for component in slashed.split('/') {
        match component {
            ".." => {
                return Err(Error::hostile(raw, "has a path that leads out of the archive"));
            }
            "" | "." => {}
            plain => components.push(plain),
        }
    }
    let clutter = |part: &&str| {
        part.eq_ignore_ascii_case("__MACOSX") || *part == ".DS_Store" || part.starts_with("._")
    };
    if slashed.ends_with('/') || components.is_empty() || components.iter().any(clutter) {
        return Ok(None);
    }
    Ok(Some(components.join("/")))
}

/// The last component.
pub(in crate::channels) fn base(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, base)| base)
}

/// What stands behind the last dot of the last component; empty without one.
pub(in crate::channels) fn extension(name: &str) -> &str {
    base(name).rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// All but the last component, without the last slash.
pub(in crate::channels) fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a member's name has this ending, ignoring case.
pub(in crate::channels) fn is(name: &str, ending: &str) -> bool {
    base(name).rsplit_once('.').is_some_and(|(_, own)| own.eq_ignore_ascii_case(ending))
}

/// How many folders lie above the member.
pub(super) fn depth(name: &str) -> usize {
    name.matches('/').count()
}

/// The number in `stem-part<number>.extension`, ignoring case.
pub(super) fn part(base: &str, stem: &str, extension: &str) -> Option<u32> {
    let lower = base.to_ascii_lowercase();
    let digits = lower
        .strip_prefix(stem)?
        .strip_prefix("-part")?
        .strip_suffix(extension)?
        .strip_suffix('.')?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// What a file with these first bytes seems to be, and what to bring instead.
pub(in crate::channels) fn looks(head: &[u8]) -> (&'static str, &'static str) {
    const WHOLE: &str = "bring the whole archive (.zip or .tar.gz) as the network handed it out";
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let lower = text.get(..text.len().min(64)).unwrap_or(text).to_ascii_lowercase();
    let looks = if head.is_empty() {
        "an empty file"
    } else if head.starts_with(b"PK\x05\x06") {
        "an archive without any files"
    } else if head.starts_with(b"Rar!") || head.starts_with(b"7z\xbc\xaf\x27\x1c") {
        "a RAR or 7-Zip archive"
    } else if head.get(257..262) == Some(b"ustar") {
        "a tar archive that is not compressed"
    } else if head.starts_with(b"%PDF") {
        "a PDF document"
    } else if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") {
        "a web page"
    } else if lower.starts_with(b"window.") || lower.starts_with(b"grailbird") {
        "a single file out of an X archive"
    } else if lower.starts_with(b"{") || lower.starts_with(b"[") {
        "a single JSON file"
    } else {
        "not an archive"
    };
    (looks, WHOLE)
}
