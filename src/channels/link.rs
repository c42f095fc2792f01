//! Links out of exports: which of them a browser may safely be given. Nothing is fetched.

/// Longest link that is kept.
const LONGEST: usize = 1_024;

/// A link to the web, without blanks around it and without the marks by which visits are counted.
pub(super) fn web(text: &str) -> Option<String> {
    let text = text.trim();
    let rest = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme))?;
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | '"');
    if rest.is_empty() || text.len() > LONGEST || !text.chars().all(plain) {
        return None;
    }
    let (page, fragment) = text.split_once('#').map_or((text, None), |(a, b)| (a, Some(b)));
    let Some((page, query)) = page.split_once('?') else {
        return Some(text.to_owned());
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("utm_")).collect();
    let mut link = page.to_owned();
    if !kept.is_empty() {
        link.push('?');
        link.push_str(&kept.join("&"));
    }
    if let Some(fragment) = fragment {
        link.push('#');
        link.push_str(fragment);
    }
    Some(link)
}

/// The host of a link to the web, in lower case and without `www.`.
pub(super) fn host(link: &str) -> Option<String> {
    let link = web(link)?;
    let (_, rest) = link.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | ':');
    (!host.is_empty() && host.chars().all(plain)).then(|| host.to_owned())
}

/// A site's address without its scheme and without slashes at the end: what it is called.
pub(super) fn site(link: &str) -> Option<String> {
    let host = host(link)?;
    let link = web(link)?;
    let (_, rest) = link.split_once("://")?;
    let path = rest.split(['?', '#']).next()?.find('/').and_then(|at| rest.get(at..));
    let path = path.and_then(|path| path.split(['?', '#']).next()).unwrap_or_default();
    Some(format!("{host}{}", path.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_links_to_the_web_are_kept() {
        let kept = "https://a.example/x?p=1&q=2#top";
        assert_eq!(web(" https://a.example/x?utm_source=rss&p=1&q=2#top\n").as_deref(), Some(kept));
        assert_eq!(web("http://a.example/?utm_medium=x").as_deref(), Some("http://a.example/"));
        for bad in ["javascript:alert(1)", "https://", "//a.example", "https://a b", "mailto:a@b"] {
            assert_eq!(web(bad), None, "{bad}");
        }
        assert_eq!(web(&format!("https://a.example/{}", "x".repeat(2_000))), None);
    }

    #[test]
    fn a_site_is_called_by_its_host_and_folder() {
        assert_eq!(host("https://WWW.A.example:8080/x").as_deref(), Some("a.example:8080"));
        assert_eq!(host("https://ada@evil.example/"), None);
        assert_eq!(site("https://www.a.example/blog/?x=1").as_deref(), Some("a.example/blog"));
        assert_eq!(site("https://a.example").as_deref(), Some("a.example"));
    }
}
