//! What an account says about itself in public, and whether that proves whose it is.

use super::markup::Link;
use super::pages::Page;

/// An account's public profile.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// What the network's interface calls the account.
    pub(super) key: String,
    /// The pages that tell about the account itself; each batch begins with them.
    pub(super) pages: Vec<Page>,
    /// What only the account's owner can write: her description and the like.
    pub(super) says: Vec<String>,
    /// Links of the account's own web page, where it has one.
    pub(super) links: Vec<Link>,
}

impl Profile {
    /// Whether the profile shows this code, or links to the page made for it.
    pub fn proves(&self, code: &str, link: Option<&str>) -> bool {
        // A code that goes on is another one.
        let shows = |text: &String| {
            let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
            text.match_indices(code).any(|(at, _)| text.get(at + code.len()..).is_some_and(ends))
        };
        if code.is_empty() {
            return false;
        }
        // Visitors' links carry `ugc` or `nofollow`, whatever else they claim.
        let own = |link: &&Link| link.is("me") && !link.is("ugc") && !link.is("nofollow");
        let leads = |wanted: &str| self.links.iter().filter(own).any(|l| l.to.as_str() == wanted);
        self.says.iter().any(shows) || link.is_some_and(leads)
    }
}

#[cfg(test)]
mod tests {
    use super::super::markup;
    use super::*;

    #[test]
    fn a_code_proves_only_as_a_whole_and_a_link_only_if_it_is_the_owners() {
        let profile = |says: &str, html: &str| {
            let page = "https://ada.example/".parse().unwrap();
            let links = markup::read(&page, html.as_bytes()).links;
            Profile { says: vec![says.to_owned()], links, ..Profile::default() }
        };
        let (code, link) =
            ("glasklar-verify-ab12", Some("https://g.example/me/glasklar-verify-ab12"));
        assert!(profile("<p>hi (glasklar-verify-ab12)</p>", "").proves(code, None));
        assert!(!profile("glasklar-verify-ab123", "").proves(code, link));
        assert!(!profile("glasklar-verify-ab1", "").proves(code, link));
        assert!(!profile("anything", "").proves("", link));
        let anchor = |rel: &str| format!("<a rel=\"{rel}\" href=\"{}\">x</a>", link.unwrap());
        assert!(profile("", &anchor("me noopener")).proves(code, link));
        assert!(!profile("", &anchor("me noopener")).proves(code, None));
        assert!(!profile("", &anchor("nofollow ugc me")).proves(code, link));
        assert!(!profile("", &anchor("noopener")).proves(code, link));
    }
}
