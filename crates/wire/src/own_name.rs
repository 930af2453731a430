//! The addresses of an organiser's pages under a name of their own.
//!
//! Under the installation's name they begin with the organiser's slug: `/kiln/first-drop`. Under a name of their own they
//! do not: `/first-drop`, unless that is the same under every name. Start at [`slot_path`].

use dayshelf_core::domain::Domain;
use dayshelf_core::organiser::RESERVED_SLUGS;

/// First parts of addresses that are the same under every name, beside those that no organiser can be called.
const SAME: [&str; 4] = ["embed.js", "openapi.json", "robots.txt", "sitemap.xml"];

/// Whether an address that begins so is the same under an organiser's own name. With its slug it is, so that whoever has
/// the long address gets there too, and so that a slot has one whose name is taken here.
pub fn stays(first: &str, house: &str) -> bool {
    first == house || RESERVED_SLUGS.contains(&first) || SAME.contains(&first)
}

/// The way to a slot's page.
///
/// ```
/// use dayshelf_wire::own_name::{Under, slot_path};
/// assert_eq!(slot_path("kiln", "first-drop", Under::OwnName), "/first-drop");
/// // What `/pay` is, is the same for everybody.
/// assert_eq!(slot_path("kiln", "pay", Under::OwnName), "/kiln/pay");
/// ```
pub fn slot_path(house: &str, slot: &str, under: Under) -> String {
    match under {
        Under::OwnName if !stays(slot, house) => format!("/{slot}"),
        _ => format!("/{house}/{slot}"),
    }
}

/// Which name a page is read by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Under {
    /// The organiser's.
    OwnName,
    /// The installation's.
    House,
}

/// A name with the installation's scheme and, where that says one, its port: what stands before this program serves all
/// names alike.
pub fn origin(public_url: &str, name: &Domain) -> String {
    let (scheme, rest) = public_url.split_once("://").unwrap_or(("https", public_url));
    let authority = rest.split('/').next().unwrap_or_default();
    let port = authority.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    port.map_or_else(|| format!("{scheme}://{name}"), |port| format!("{scheme}://{name}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name takes the scheme and the port of the installation, and nothing else of it.
    #[test]
    fn a_name_is_served_as_the_installation_is() {
        let name = Domain::parse("mugs.example").unwrap();
        for (public_url, told) in [
            ("https://shop.example", "https://mugs.example"),
            ("http://127.0.0.1:8080", "http://mugs.example:8080"),
            ("http://[::1]:8080", "http://mugs.example:8080"),
            ("http://[::1]", "http://mugs.example"),
            ("https://shop.example/shelf", "https://mugs.example"),
        ] {
            assert_eq!(origin(public_url, &name), told, "{public_url}");
        }
    }
}
