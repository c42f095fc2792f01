//! What candidates call their accounts, brought into one form: handles as the network shows them,
//! addresses of profiles as a browser shows them. Nobody is asked here.

use reqwest::Url;

use super::{Error, Network};

/// Longest handle or address.
const LONGEST: usize = 200;

/// An account on a network that can be fetched from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub(super) network: Network,
    /// The server, where a network has many; for blogs the page.
    pub(super) base: Option<Url>,
    /// The name on that server; may be empty for blogs.
    pub(super) name: String,
}

impl Account {
    /// The channel.
    pub const fn channel(&self) -> crate::domain::evidence::Channel {
        self.network.channel()
    }

    /// The canonical form: parsing it again gives the same account.
    pub fn address(&self) -> String {
        let Self { network, base, name } = self;
        let page = base.as_ref().map_or("", Url::as_str);
        match network {
            Network::Mastodon => format!("{page}@{name}"),
            Network::StackExchange => format!("{page}users/{name}"),
            Network::WordPress if !name.is_empty() => format!("{page}author/{name}/"),
            Network::WordPress | Network::Blog => page.to_owned(),
            Network::Bluesky | Network::GitHub | Network::YouTube | Network::Tumblr => name.clone(),
        }
    }
}

impl Account {
    /// Whether pages that this account's server handed out may be about the account with this
    /// id. Servers that a candidate chose may say anything, also that a page is somebody else's:
    /// what they hand out is believed only about themselves.
    pub fn may_be(&self, id: Option<&str>) -> bool {
        let chosen = matches!(self.network, Network::Mastodon | Network::WordPress | Network::Blog);
        // Without an id the account is nobody's but the candidate's.
        let (Some(base), Some(id)) = (self.base.as_ref().filter(|_| chosen), id) else {
            return true;
        };
        let Ok(id) = Url::parse(id) else { return false };
        let host =
            |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
        let below = format!("{}/", id.path().trim_end_matches('/')).starts_with(base.path());
        // Another port is another's server, whatever else runs on the same machine.
        let same = host(&id) == host(base) && id.port() == base.port();
        same && (below || self.network == Network::Mastodon)
    }
}

/// Reads what a candidate typed.
pub(super) fn parse(network: Network, text: &str) -> Result<Account, Error> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST || text.chars().any(|c| c.is_control() || c == ' ') {
        return Err(Error::address(expected(network)));
    }
    let found = match network {
        Network::Mastodon => mastodon(text),
        Network::Bluesky => named(text, &["bsky.app"], "profile", is_bluesky),
        Network::GitHub => named(text, &["github.com", "www.github.com"], "", is_github),
        Network::StackExchange => stack_exchange(text),
        Network::WordPress => wordpress(text),
        Network::Blog => page(text).map(|base| (Some(base), String::new())),
        Network::YouTube => youtube(text),
        Network::Tumblr => tumblr(text),
    };
    let (base, name) = found.ok_or_else(|| Error::address(expected(network)))?;
    Ok(Account { network, base, name })
}

/// What would be right.
const fn expected(network: Network) -> &'static str {
    match network {
        Network::Mastodon => "give the account as @name@server or as the address of its profile",
        Network::Bluesky => "give the handle, such as name.bsky.social, or the DID",
        Network::GitHub => "give the user name or the address of the profile",
        Network::StackExchange => {
            "give the address of the profile, such as https://stackoverflow.com/users/1"
        }
        Network::WordPress => "give the address of the blog, or of its author's page",
        Network::Blog => "give the address of the blog's page that announces the feed",
        Network::YouTube => "give the handle with its @, or the address of the channel",
        Network::Tumblr => "give the blog's name or its address",
    }
}

type Found = Option<(Option<Url>, String)>;

/// A web address.
fn web(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "https" | "http") && url.has_host()).then_some(url)
}

/// The path's parts that are not empty.
fn parts(url: &Url) -> Vec<&str> {
    url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect()
}

/// The root of a server.
fn root(url: &Url) -> Url {
    let mut root = url.clone();
    root.set_path("/");
    root.set_query(None);
    root.set_fragment(None);
    root
}

/// The folder of a page: what is below it is the same owner's.
fn page(text: &str) -> Option<Url> {
    let text = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let mut url = web(&text)?.join(".").ok()?;
    url.set_query(None);
    url.set_fragment(None);
    let named = url.host_str().is_some_and(|host| host.contains(['.', ':']) || host == "localhost");
    named.then_some(url)
}

fn is_plain(name: &str, others: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || others.contains(c);
    !name.is_empty() && name.len() <= 100 && name.chars().all(plain)
}

fn mastodon(text: &str) -> Found {
    let (base, name) = if let Some(url) = web(text) {
        let parts = parts(&url);
        let name = match parts.as_slice() {
            ["users", name, ..] => (*name).to_owned(),
            [name, ..] => name.strip_prefix('@')?.to_owned(),
            [] => return None,
        };
        (root(&url), name)
    } else {
        let (name, server) = text.trim_start_matches('@').split_once('@')?;
        let server = web(&format!("https://{server}")).filter(|url| url.path() == "/")?;
        (root(&server), name.to_owned())
    };
    // Another server's account as this one shows it is not this one's to fetch.
    is_plain(&name, "_.-").then(|| (Some(base), name.to_lowercase()))
}

/// A name that is the same on the whole network, or the address of its profile.
fn named(text: &str, hosts: &[&str], folder: &str, is_name: fn(&str) -> bool) -> Found {
    let name = match web(text) {
        Some(url) => {
            let parts = parts(&url);
            let at = usize::from(!folder.is_empty());
            let right = hosts.contains(&url.host_str()?)
                && (folder.is_empty() || parts.first() == Some(&folder));
            right.then(|| parts.get(at).map(|name| (*name).to_owned())).flatten()?
        }
        None => text.trim_start_matches('@').to_owned(),
    };
    is_name(&name).then(|| (None, name.to_lowercase()))
}

fn is_bluesky(name: &str) -> bool {
    is_plain(name, ".-:") && (name.contains('.') || name.starts_with("did:"))
}

fn is_github(name: &str) -> bool {
    is_plain(name, "-") && name.len() <= 39
}

fn stack_exchange(text: &str) -> Found {
    let url = web(text)?;
    let parts = parts(&url);
    let ["users", id, ..] = parts.as_slice() else { return None };
    let is_id = id.len() <= 12 && id.chars().all(|c| c.is_ascii_digit());
    is_id.then(|| (Some(root(&url)), (*id).to_owned()))
}

fn wordpress(text: &str) -> Found {
    // Below an author's page there are only more of her pages.
    match text.split_once("/author/") {
        Some((folder, rest)) => {
            let name = rest.split(['/', '?', '#']).next().filter(|name| is_plain(name, "_-."))?;
            Some((Some(page(&format!("{folder}/"))?), name.to_owned()))
        }
        None => Some((Some(page(text)?), String::new())),
    }
}

fn youtube(text: &str) -> Found {
    let name = match web(text) {
        Some(url) => {
            let known = ["www.youtube.com", "youtube.com", "m.youtube.com"];
            if !known.contains(&url.host_str()?) {
                return None;
            }
            match parts(&url).as_slice() {
                ["channel", id, ..] => (*id).to_owned(),
                [handle, ..] if handle.starts_with('@') => (*handle).to_owned(),
                _ => return None,
            }
        }
        None => text.to_owned(),
    };
    let right = match name.strip_prefix('@') {
        Some(handle) => is_plain(handle, "_.-"),
        None => name.starts_with("UC") && name.len() == 24 && is_plain(&name, "_-"),
    };
    // Channel ids tell capital letters apart; handles do not.
    let name = if name.starts_with('@') { name.to_lowercase() } else { name };
    right.then_some((None, name))
}

fn tumblr(text: &str) -> Found {
    let name = match web(text) {
        Some(url) => {
            let host = url.host_str()?.to_owned();
            match host.strip_suffix(".tumblr.com").filter(|name| *name != "www") {
                Some(name) => name.to_owned(),
                None if host == "www.tumblr.com" => parts(&url).first()?.to_owned().to_owned(),
                None => host,
            }
        }
        None => text.trim_end_matches(".tumblr.com").to_owned(),
    };
    is_plain(&name, ".-").then(|| (None, name.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_account_gives_one_and_the_same() {
        for (network, texts) in [
            (
                Network::Mastodon,
                &[
                    "@Ada@social.example",
                    "ada@social.example",
                    "https://social.example/@ada",
                    "https://social.example/users/ada",
                    "https://social.example/@ada/1000",
                ][..],
            ),
            (
                Network::Bluesky,
                &["ada.example", "@ada.example", "https://bsky.app/profile/ada.example/post/1"],
            ),
            (Network::GitHub, &["ada-example", "https://github.com/Ada-Example/repository"]),
            (
                Network::StackExchange,
                &[
                    "https://stackoverflow.com/users/4242/ada",
                    "https://stackoverflow.com/users/4242?tab=profile",
                ],
            ),
            (
                Network::WordPress,
                &["https://ada.example/blog/author/ada", "https://ada.example/blog/author/ada/"],
            ),
            (
                Network::Blog,
                &["ada.example", "https://ada.example/", "https://ada.example/index.html"],
            ),
            (Network::YouTube, &["@AdaExample", "https://www.youtube.com/@adaexample/videos"]),
            (
                Network::Tumblr,
                &[
                    "ada-example",
                    "ada-example.tumblr.com",
                    "https://ada-example.tumblr.com/post/1",
                    "https://www.tumblr.com/ada-example",
                ],
            ),
        ] {
            let first = parse(network, texts[0]).unwrap();
            for text in texts {
                assert_eq!(parse(network, text).unwrap(), first, "{text}");
            }
            let again = parse(network, &first.address()).unwrap();
            assert_eq!(again, first, "{}", first.address());
        }
    }

    #[test]
    fn a_server_is_believed_only_about_itself() {
        let account = |network, text| parse(network, text).unwrap();
        let mastodon = account(Network::Mastodon, "@ada@social.example");
        let blog = account(Network::Blog, "https://uni.example/~ada/");
        let beside = account(Network::Blog, "https://uni.example:8443/");
        let press = account(Network::WordPress, "https://www.ada.example/author/ada");
        let github = account(Network::GitHub, "ada");
        for (account, id, expected) in [
            (&mastodon, Some("https://social.example/users/ada"), true),
            (&mastodon, Some("https://other.example/users/victim"), false),
            (&mastodon, Some("https://social.example.evil.example/users/ada"), false),
            (&mastodon, Some("https://social.example:8443/users/ada"), false),
            (&mastodon, Some("http://social.example/users/ada"), true),
            (&mastodon, Some("7"), false),
            (&mastodon, None, true),
            (&blog, Some("https://uni.example/~ada"), true),
            (&blog, Some("https://uni.example/~ada/blog"), true),
            (&blog, Some("https://uni.example/~adam"), false),
            (&blog, Some("https://uni.example"), false),
            (&press, Some("https://ada.example/?author=3"), true),
            (&press, Some("https://eve.example/?author=3"), false),
            (&beside, Some("https://uni.example/~ada"), false),
            (&beside, Some("https://uni.example:8443/~ada"), true),
            (&github, Some("900001"), true),
        ] {
            assert_eq!(account.may_be(id), expected, "{} {id:?}", account.address());
        }
    }

    #[test]
    fn what_is_no_account_is_refused_with_what_would_be_right() {
        for (network, text) in [
            (Network::Mastodon, "ada"),
            (Network::Mastodon, "@ada@social.example/evil"),
            (Network::Mastodon, "https://social.example/@ada@other.example"),
            (Network::Mastodon, "https://social.example/about"),
            (Network::Bluesky, "ada"),
            (Network::Bluesky, "https://evil.example/profile/ada.example"),
            (Network::GitHub, "ada/../../etc"),
            (Network::GitHub, "https://evil.example/ada"),
            (Network::StackExchange, "https://stackoverflow.com/users/ada"),
            (Network::StackExchange, "4242"),
            (Network::Blog, "ftp://ada.example/"),
            (Network::Blog, "ada"),
            (Network::YouTube, "adaexample"),
            (Network::YouTube, "https://evil.example/@ada"),
            (Network::Tumblr, "a b"),
            (Network::Tumblr, ""),
        ] {
            let refused = parse(network, text).expect_err(text).to_string();
            assert!(refused.starts_with("give "), "{text}: {refused}");
        }
    }
}
