//! Where a webhook may go: nowhere inside. Names are resolved here, every address is checked, and the
//! connection is made to what was checked and to nothing else.
//!
//! Two looks: [`Guard::check`] at the address as it is written, [`Names`] at what its name leads to, in the
//! moment in which it is connected to. Every spelling that is known to lead inside is in
//! `guard/forbidden.txt`.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Ports that a receiver may listen on.
const PORTS: [u16; 2] = [443, 8443];

/// Last labels of names that no public receiver has: they are looked up inside a network, if anywhere.
const INSIDE_LABELS: [&str; 15] = [
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localdomain6",
    "localhost",
    "onion",
    "private",
    "svc",
    "test",
];

/// One cloud answers its machines' questions about themselves here, at an address that looks public.
const CLOUD_INSIDE: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

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
    /// A small world on this machine, for tests: any address, but only [`tests::OUTSIDE`] is public.
    #[cfg(test)]
    Mirror,
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
        if self != Self::Public {
            return Ok(url);
        }
        if url.scheme() != "https" {
            return Err(Unfit::Plain);
        }
        if !url.port_or_known_default().is_some_and(|port| PORTS.contains(&port)) {
            return Err(Unfit::Port);
        }
        let inside = match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            // A literal never comes to the resolver.
            Ok(address) => !is_public(address),
            Err(_) if !host.bytes().all(is_of_a_name) => return Err(Unfit::Unreadable),
            Err(_) => is_inside_name(host),
        };
        if inside { Err(Unfit::Inside) } else { Ok(url) }
    }

    fn lets(self, address: IpAddr) -> bool {
        match self {
            Self::Public => is_public(address),
            Self::Anywhere => true,
            #[cfg(test)]
            Self::Mirror => address == tests::OUTSIDE,
        }
    }
}

/// A name that nobody knows, or that could not be asked about.
#[derive(Debug, thiserror::Error)]
#[error("the name is not known")]
pub(crate) struct Unknown(#[source] io::Error);

/// Looks a name up. The port of what it finds is not used.
type LookUp = dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync;

/// Names, as far as the guard lets them be known. Cheap to clone.
#[derive(Clone)]
pub(super) struct Names {
    guard: Guard,
    look_up: Arc<LookUp>,
}

impl Names {
    /// As the machine knows them.
    pub fn of_the_machine(guard: Guard) -> Self {
        let look_up = |name: String| -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
            Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
        };
        Self { guard, look_up: Arc::new(look_up) }
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.guard;
        let asked = (self.look_up)(name.as_str().to_owned());
        Box::pin(async move {
            let found = asked.await.map_err(Unknown)?;
            // One inside address among public ones is an attack, not a mixed network.
            if !found.iter().all(|address| guard.lets(address.ip())) {
                return Err(Unfit::Inside.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether a byte may stand in a name that is looked up; other readers cut names at the rest.
fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._".contains(&byte)
}

/// Whether a name can't be a public receiver's, whatever it leads to here. It is in lower case already.
fn is_inside_name(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    host.rsplit_once('.').is_none_or(|(_, last)| INSIDE_LABELS.contains(&last))
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
        || address == CLOUD_INSIDE
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
mod tests;
