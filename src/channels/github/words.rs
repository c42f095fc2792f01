//! Texts, addresses and dates as GitHub writes them. No rows here.

use jiff::fmt::strtime;

use crate::domain::time::Timestamp;

/// Longest address that is kept.
const ADDRESS: usize = 1_024;
/// 2000-01-01T00:00:00Z: issues that were moved from older trackers keep their dates.
const FIRST: Timestamp = Timestamp::from_seconds(946_684_800);

/// A date: RFC 3339, or `2012/03/10 22:53:42 -0800` as in events before 2013. `None` for what
/// is none, or impossible.
pub(super) fn instant(text: Option<&str>) -> Option<Timestamp> {
    let text = text?;
    let old = || {
        let broken_down = strtime::parse("%Y/%m/%d %H:%M:%S %z", text).ok()?;
        Some(Timestamp::from_micros(broken_down.to_timestamp().ok()?.as_microsecond()))
    };
    text.parse().ok().or_else(old).filter(|at| *at >= FIRST)
}

/// An address that a browser may safely be given.
pub(super) fn address(text: Option<&str>) -> Option<&str> {
    let is_web = |text: &&str| text.starts_with("https://") || text.starts_with("http://");
    let plain = |c: char| !c.is_whitespace() && !c.is_control();
    text.filter(is_web).filter(|text| text.len() <= ADDRESS && text.chars().all(plain))
}

/// The page of a comment as the interface writes it; the export has the page of the changes
/// instead.
pub(super) fn comment_address(text: &str) -> String {
    text.replace("/files#r", "#discussion_r")
        .replace("/files#pullrequestreview-", "#pullrequestreview-")
}

/// The page of the repository that a page belongs to.
pub(super) fn repository_of(address: &str) -> Option<&str> {
    let start = address.find("://")? + 3;
    let mut slashes = address.get(start..)?.match_indices('/').map(|(at, _)| start + at);
    let (_, _, end) = (slashes.next()?, slashes.next()?, slashes.next());
    address.get(..end.unwrap_or(address.len()))
}

/// The name of the repository that a page belongs to, without its owner's.
pub(super) fn place(address: &str) -> Option<String> {
    let (_, name) = repository_of(address)?.rsplit_once('/')?;
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

/// The page of a profile, in lower case: what an account is told apart by in every form.
pub(super) fn profile(login: &str) -> String {
    format!("https://github.com/{}", login.to_ascii_lowercase())
}

/// `owner/name`, if it is that.
pub(super) fn full_name(text: Option<&str>) -> Option<&str> {
    let (owner, name) = text?.split_once('/')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_name = |text: &str| (1..=100).contains(&text.len()) && text.chars().all(plain);
    text.filter(|_| is_name(owner) && is_name(name))
}

/// A title and a text without what it quotes of others.
pub(super) fn written(title: Option<&str>, body: Option<&str>) -> String {
    let body = own_words(body.unwrap_or_default());
    match title.map(str::trim).filter(|title| !title.is_empty()) {
        Some(title) if body.is_empty() => title.to_owned(),
        Some(title) => format!("{title}\n\n{body}"),
        None => body,
    }
}

/// Markdown without quotations, and without the lines that mail programs put before them. What
/// is within fences is code.
fn own_words(markdown: &str) -> String {
    let (mut kept, mut fenced) = (Vec::new(), false);
    for line in markdown.lines() {
        let bare = line.trim();
        if bare.starts_with("```") || bare.starts_with("~~~") {
            fenced = !fenced;
        }
        let announces = bare.ends_with(':')
            && (bare.contains("notifications@github.com")
                || (bare.starts_with("On ") && bare.ends_with(" wrote:")));
        if fenced || !(bare.starts_with('>') || announces) {
            kept.push(line);
        }
    }
    kept.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_of_others_are_left_out_and_code_stays() {
        let body = "On Mon, 2 Mar 2020, Bob <notifications@github.com> wrote:\r\n> SECRET\r\n>\r\n\
                    I agree.\r\n```\r\n> select 1\r\n```\r\n  > MORE";
        assert_eq!(written(None, Some(body)), "I agree.\n```\n> select 1\n```");
        assert_eq!(written(Some(" A title "), Some("> only")), "A title");
        assert_eq!(written(Some("A title"), Some("text")), "A title\n\ntext");
    }

    #[test]
    fn a_page_tells_its_repository() {
        let page = "https://github.com/serde-rs/json/pull/9#issuecomment-2";
        assert_eq!(repository_of(page), Some("https://github.com/serde-rs/json"));
        assert_eq!(repository_of("https://github.com/a/b"), Some("https://github.com/a/b"));
        assert_eq!(place(page).as_deref(), Some("json"));
        for none in ["https://github.com/a", "https://github.com", "a/b/c", ""] {
            assert_eq!(repository_of(none), None, "{none}");
        }
    }

    #[test]
    fn both_kinds_of_dates_are_read() {
        let expected = "2012-03-11T06:53:42Z".parse().ok();
        assert_eq!(instant(Some("2012/03/10 22:53:42 -0800")), expected);
        assert_eq!(instant(Some("2012-03-10T22:53:42-08:00")), expected);
        for none in ["1970-01-01T00:00:00Z", "0000-00-00T00:00:00Z", "yesterday", ""] {
            assert_eq!(instant(Some(none)), None, "{none}");
        }
    }

    #[test]
    fn one_comment_has_one_address_in_the_export_and_in_the_interface() {
        let pull = "https://github.com/a/b/pull/1";
        assert_eq!(comment_address(&format!("{pull}/files#r7")), format!("{pull}#discussion_r7"));
        let review = format!("{pull}#pullrequestreview-7");
        assert_eq!(comment_address(&format!("{pull}/files#pullrequestreview-7")), review);
    }
}
