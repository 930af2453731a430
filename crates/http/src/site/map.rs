//! A place's address on a map: a plain link, to OpenStreetMap. Nothing of it is loaded into our pages.
//!
//! Places are free text, and "the old fish market, stall 4" is found on no map. So a link is only made where the text
//! has coordinates or reads like a postal address. Start at [`on_map`].

use dayshelf_pages::Link;

const TEXT: &str = "On the map";
/// How near the map is looked at, where the very point is known.
const ZOOM: u8 = 17;

/// A link to the place, where a map can find it.
pub(super) fn on_map(place: &str) -> Option<Link> {
    if let Some((lat, lon)) = coordinates(place) {
        let address = format!("https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map={ZOOM}/{lat}/{lon}");
        return Some(Link::new(TEXT, address));
    }
    let query: String = form_urlencoded::byte_serialize(place.trim().as_bytes()).collect();
    is_postal(place).then(|| Link::new(TEXT, format!("https://www.openstreetmap.org/search?query={query}")))
}

/// Street, number and town, or a post code.
fn is_postal(place: &str) -> bool {
    let mut numbers = place.split(|letter: char| !letter.is_ascii_digit());
    let has_post_code = numbers.clone().any(|number| (4..=7).contains(&number.len()));
    let has_number = numbers.any(|number| !number.is_empty());
    if !place.contains(char::is_alphabetic) {
        return false;
    }
    match place.matches(',').count() {
        0 => false,
        1 => has_post_code,
        _ => has_number,
    }
}

/// `38.7097, -9.1337`, anywhere in the text, in degrees with at least three decimals: nobody writes those by chance.
fn coordinates(place: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = place.split([',', ' ', '(', ')', ';']).filter(|part| !part.is_empty()).collect();
    let degrees = |text: &str, most: f64| {
        let exact = text.split_once('.').is_some_and(|(_, decimals)| decimals.len() >= 3);
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
        exact && plain && text.parse().is_ok_and(|degrees: f64| degrees.abs() <= most)
    };
    let pair = parts.windows(2).find(|pair| degrees(pair[0], 90.0) && degrees(pair[1], 180.0))?;
    Some((pair[0], pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(place: &str) -> Option<String> {
        on_map(place).map(|link| link.href.as_str().to_owned())
    }

    /// What a map finds has a link, with the text of the place as it is; what it can't find has none.
    #[test]
    fn only_what_a_map_finds() {
        for nowhere in [
            "",
            "Online",
            "Studio",
            "Old fish market, stall 4",
            "Hall 3",
            "Stall 12345",
            "A, b, c",
            "1.5, 2.5",
        ] {
            assert_eq!(leads(nowhere), None, "{nowhere}");
        }
        let found = leads("Kiln & Tide, Rua do Sol 5, Lisboa").unwrap();
        assert_eq!(
            found,
            "https://www.openstreetmap.org/search?query=Kiln+%26+Tide%2C+Rua+do+Sol+5%2C+Lisboa"
        );
        assert!(leads("Torstraße 1, 10119 Berlin").unwrap().ends_with("=Torstra%C3%9Fe+1%2C+10119+Berlin"));
        let point = "https://www.openstreetmap.org/?mlat=38.7097&mlon=-9.1337#map=17/38.7097/-9.1337";
        assert_eq!(leads("The yard (38.7097, -9.1337)").as_deref(), Some(point));
        assert_eq!(leads("38.7097,-9.1337").as_deref(), Some(point));
        assert_eq!(leads("91.0001, 9.1337"), None, "there is no such point");
    }
}
