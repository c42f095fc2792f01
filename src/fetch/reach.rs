//! Which addresses may be connected to. Candidates choose the servers, so nothing inside the
//! operator's own network may be reached through them (OWASP API7, SSRF). Names are resolved
//! here, and connections go to the addresses that were checked and to no others, so that a name
//! cannot change its meaning in between. No HTTP here.

use std::error::Error as StdError;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// What lies inside and may be reached all the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    inside: Arc<[IpNet]>,
}

/// A name leads only to addresses that may not be connected to.
#[derive(Debug, thiserror::Error)]
#[error("leads to no address that may be connected to")]
pub(super) struct OutOfReach;

impl Reach {
    /// Everything public, and these networks.
    pub(super) fn new(inside: &[IpNet]) -> Self {
        Self { inside: inside.into() }
    }

    /// Whether an address may be connected to.
    pub(super) fn permits(&self, address: IpAddr) -> bool {
        is_public(address) || self.is_inside(address)
    }

    /// Whether the operator named a network with this address.
    pub(super) fn is_inside(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.inside.iter().any(|network| network.contains(&address))
    }

    /// Whether any network was named.
    pub(super) fn has_inside(&self) -> bool {
        !self.inside.is_empty()
    }

    /// Whether a URL may be asked for: encrypted, without credentials, and, where its host is
    /// an address, one that may be connected to. Names are judged when they are resolved.
    pub(super) fn admits(&self, url: &Url) -> bool {
        let encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return false,
        };
        if !url.username().is_empty() || url.password().is_some() {
            return false;
        }
        let Some(host) = url.host_str() else { return false };
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match literal {
            Ok(address) if encrypted => self.permits(address),
            Ok(address) => self.is_inside(address),
            Err(_) => encrypted || self.has_inside(),
        }
    }
}

/// Resolves names and keeps only what may be connected to.
pub(super) struct Resolver {
    pub(super) reach: Reach,
    /// Only what lies inside: unencrypted requests do not leave the operator's network.
    pub(super) inside_only: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, inside_only) = (self.reach.clone(), self.inside_only);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let may = |address: &SocketAddr| {
                let address = address.ip();
                if inside_only { reach.is_inside(address) } else { reach.permits(address) }
            };
            let good: Vec<SocketAddr> = found.filter(may).collect();
            if good.is_empty() {
                return Err(Box::new(OutOfReach) as Box<dyn StdError + Send + Sync>);
            }
            Ok(Box::new(good.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public internet. What the registries set apart (RFC 6890
/// and its successors) does not, nor does whatever leads to such an address by translation.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    // In the order of RFC 6890's table and its successors: this network, private networks,
    // loopback, carriers' networks, link-local, protocols, documentation, 6to4 relays, benchmarks;
    // multicast, and what is reserved.
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., _, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (192, 0, 0 | 2)
            | (198, 51, 100)
            | (203, 0, 113)
            | (192, 88, 99)
            | (198, 18..=19, _)
    );
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, _, _, _, _, g, h] = address.segments();
    if (a, b) == (0x64, 0xff9b) {
        // NAT64 (RFC 6052): what counts is where it ends.
        let [high, low] = [g.to_be_bytes(), h.to_be_bytes()];
        let well_known = address.segments()[2..6] == [0; 4];
        return well_known && is_public_v4(Ipv4Addr::new(high[0], high[1], low[0], low[1]));
    }
    let global = a & 0xe000 == 0x2000;
    // Teredo and other protocols, documentation (two networks), 6to4.
    let special = matches!(
        (a, b),
        (0x2001, 0x0000..=0x01ff | 0x0db8) | (0x2002, _) | (0x3fff, 0x0000..=0x0fff)
    );
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_within_reach() {
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff:0fff::1",
            "5f00::1",
            "100::1",
            "4000::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00:1450::1",
            "3fff:1000::1",
        ] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn addresses_in_urls_are_judged_however_they_are_written() {
        let nothing = Reach::default();
        let url = |text: &str| Url::parse(text).unwrap();
        for refused in [
            "http://example.org/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.0.0.1./",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://user@example.org/",
            "https://user:secret@example.org/",
            "https://①②⑦.0.0.1/",
        ] {
            assert!(!nothing.admits(&url(refused)), "{refused}");
        }
        assert!(nothing.admits(&url("https://example.org:8443/a?b=c")));
        assert!(nothing.admits(&url("https://1.1.1.1/")));
    }

    #[test]
    fn a_named_network_is_within_reach_and_nothing_beside_it() {
        let some = Reach::new(&["127.0.0.1/32".parse().unwrap(), "10.8.0.0/16".parse().unwrap()]);
        let admits = |text: &str| some.admits(&Url::parse(text).unwrap());
        assert!(admits("http://127.0.0.1:8080/") && admits("https://10.8.3.4/"));
        assert!(admits("http://[::ffff:127.0.0.1]/"));
        assert!(!admits("http://127.0.0.2/") && !admits("https://10.9.0.1/"));
        assert!(!admits("http://1.1.1.1/"), "plaintext stays inside");
        assert!(!admits("http://169.254.169.254/"));
    }

    #[tokio::test]
    async fn names_that_lead_inside_are_not_resolved() {
        let resolve = |reach: Reach, inside_only| async move {
            let resolver = Resolver { reach, inside_only };
            resolver.resolve("localhost".parse().unwrap()).await.map(Iterator::count)
        };
        let error = resolve(Reach::default(), false).await.expect_err("localhost is inside");
        assert!(error.is::<OutOfReach>(), "{error}");
        let loopback = ["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        assert!(resolve(Reach::new(&loopback), true).await.unwrap() > 0);
    }
}
