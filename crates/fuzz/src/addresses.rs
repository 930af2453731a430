//! Addresses that people type: where our requests may go, names of their own, mail addresses.

use std::net::IpAddr;

use dayshelf_core::domain::Domain;
use dayshelf_relay::webhooks::Guard;
use dayshelf_wire::people::email;

use crate::text;

/// Spellings that lead inside; each changed one must still not.
const FORBIDDEN: &str = include_str!("../../relay/src/webhooks/guard/forbidden.txt");
/// Of these every so many is a sample.
const EACH: usize = 8;

/// What is let out goes to https, to one of two ports, and to no address that is inside; read again it is the same.
pub(crate) fn address(bytes: &[u8]) {
    let text = text(bytes);
    if let Ok(url) = Guard::Public.check(text) {
        assert_eq!(url.scheme(), "https", "{text}");
        assert!(matches!(url.port_or_known_default(), Some(443 | 8443)), "{text}");
        assert!(url.username().is_empty() && url.password().is_none(), "{text}");
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        assert!(
            host.parse().is_ok_and(is_outside) || host.parse::<IpAddr>().is_err(),
            "{text} leads to {host}"
        );
        let last = host.trim_end_matches('.').rsplit('.').next();
        assert!(last != Some("localhost") && host.contains(['.', ':']), "{text} leads to {host}");
        assert_eq!(
            Guard::Public.check(url.as_str()).as_ref(),
            Ok(&url),
            "{text} is another one when it is written"
        );
    }
    if let Some(domain) = Domain::parse(text) {
        assert_eq!(
            Domain::parse(domain.as_str()).as_ref(),
            Some(&domain),
            "a name is another one when written"
        );
    }
    if let Ok(address) = email("email", text) {
        assert_eq!(
            email("email", &address).ok(),
            Some(address),
            "a mail address is another one when written"
        );
    }
}

/// As the standard library sees it: less than the guard knows, but by other code.
fn is_outside(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            !(address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || address.is_unspecified()
                || address.is_broadcast()
                || address.is_multicast())
        }
        IpAddr::V6(address) => {
            !(address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_multicast())
        }
    }
}

pub(crate) fn address_samples() -> Vec<Vec<u8>> {
    let rows = FORBIDDEN.lines().filter(|line| !line.starts_with('#'));
    let spellings = rows.filter_map(|line| line.split_once(' ')).map(|(_, url)| url).step_by(EACH);
    let others = [
        "https://hooks.example.org:8443/in?x=1",
        "https://93.184.216.34/",
        "mugs.example",
        "Ada@example.org ",
    ];
    spellings.chain(others).map(|text| text.as_bytes().to_vec()).collect()
}
