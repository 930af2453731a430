//! Where a webhook may go: nowhere inside. Names are resolved here, every address is checked, and the
//! connection is made to what was checked and to nothing else.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Ports that a receiver may listen on.
const PORTS: [u16; 2] = [443, 8443];

/// Why an address is not posted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is no address.
    #[error("it is no address for HTTP")]
    Unreadable,
    /// Only https is.
    #[error("the address must begin with https://")]
    Plain,
    /// Another port than 443 and 8443.
    #[error("the port must be 443 or 8443")]
    Port,
    /// It leads inside: loopback, private, link-local, or otherwise not public.
    #[error("the address is not a public one")]
    Inside,
    /// Name and password in the address.
    #[error("the address must not carry a name or password")]
    Credentials,
}

/// What is let through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Guard {
    /// https on 443 and 8443, to public addresses.
    #[default]
    Public,
    /// Everything, for development: plain HTTP, any port, this very machine.
    Anywhere,
}

impl Guard {
    /// The address, if it may be posted to as far as can be seen without resolving its name.
    ///
    /// # Errors
    /// Why it may not.
    pub fn check(self, url: &str) -> Result<Url, Unfit> {
        let url = Url::parse(url).map_err(|_| Unfit::Unreadable)?;
        let host = url.host_str().ok_or(Unfit::Unreadable)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Unfit::Unreadable);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Unfit::Credentials);
        }
        if self == Self::Anywhere {
            return Ok(url);
        }
        if url.scheme() != "https" {
            return Err(Unfit::Plain);
        }
        if !url.port_or_known_default().is_some_and(|port| PORTS.contains(&port)) {
            return Err(Unfit::Port);
        }
        // A literal never comes to the resolver.
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        if literal.is_ok_and(|address| !is_public(address)) {
            return Err(Unfit::Inside);
        }
        Ok(url)
    }

    fn lets(self, address: IpAddr) -> bool {
        self == Self::Anywhere || is_public(address)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One inside address among public ones is an attack, not a mixed network.
            if !found.iter().all(|address| guard.lets(address.ip())) {
                return Err(Unfit::Inside.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address belongs to the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        // Carrier-grade NAT, protocol assignments, the old 6to4 relay, and benchmarks.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let low = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match parts {
        // An address of the old kind in a new form is as public as that is.
        [0, 0, 0, 0, 0, 0xffff, high, end] | [0x64, 0xff9b, 0, 0, 0, 0, high, end] => {
            is_public_v4(low(high, end))
        }
        [0x2002, high, end, ..] => is_public_v4(low(high, end)),
        // Teredo, benchmarks, ORCHID, documentation.
        [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x3fff, ..] => false,
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever form an inside address is written in, it is refused; so are other schemes and ports.
    #[test]
    fn inside_is_refused() {
        let inside = [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://0/",
            "https://10.0.0.8/",
            "https://172.16.4.1:8443/",
            "https://192.168.1.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://198.18.0.1/",
            "https://224.0.0.1/",
            "https://255.255.255.255/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[64:ff9b::a00:1]/",
            "https://[2002:a00:1::]/",
            "https://[fe80::1]/",
            "https://[fc00::1]/",
            "https://[fd12:3456::1]/",
            "https://[ff02::1]/",
            "https://[2001:db8::1]/",
        ];
        for url in inside {
            assert_eq!(Guard::Public.check(url), Err(Unfit::Inside), "{url}");
        }
        assert_eq!(Guard::Public.check("http://example.org/"), Err(Unfit::Plain));
        assert_eq!(Guard::Public.check("https://example.org:22/"), Err(Unfit::Port));
        assert_eq!(Guard::Public.check("https://a:b@example.org/"), Err(Unfit::Credentials));
        for url in ["file:///etc/passwd", "gopher://example.org/", "nonsense", "https://"] {
            assert_eq!(Guard::Public.check(url), Err(Unfit::Unreadable), "{url}");
        }
    }

    /// Public receivers are let through, and in development everything is.
    #[test]
    fn outside_is_let_through() {
        let urls = ["https://example.org/hook", "https://example.org:8443/", "https://93.184.216.34/"];
        for url in urls.into_iter().chain(["https://[2606:2800:220:1::1]/"]) {
            assert!(Guard::Public.check(url).is_ok(), "{url}");
        }
        assert!(Guard::Anywhere.check("http://127.0.0.1:9000/hook").is_ok());
    }

    /// A name that leads inside is refused when it is resolved, which is when it is connected to.
    #[tokio::test]
    async fn names_that_lead_inside_are_refused() {
        let name = || "localhost".parse::<Name>().unwrap();
        let refused = Guard::Public.resolve(name()).await.err().unwrap();
        assert_eq!(refused.downcast_ref::<Unfit>(), Some(&Unfit::Inside));
        assert!(Guard::Anywhere.resolve(name()).await.is_ok());
    }
}
