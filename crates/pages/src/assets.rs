//! Style, script and icon as they are served, and their address.
//!
//! One hash over all of them is part of every address, so a page and what it loads always belong
//! together and the files may be cached for ever. Serve each at [`Asset::path`] with
//! `Cache-Control: public, max-age=31536000, immutable`.

use crate::squeeze::{dedent, dedented_len, squeeze, squeezed_len, text};

/// A file that pages load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// File name, the last part of its address.
    pub name: &'static str,
    /// Media type.
    pub content_type: &'static str,
    /// Content.
    pub body: &'static str,
}

impl Asset {
    /// The address of this asset: `/assets/{hash}/{name}`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/assets/{ASSETS_HASH}/{}", self.name)
    }
}

/// Text of a style sheet, squeezed while compiling.
macro_rules! sheet {
    ($($path:literal),+) => {{
        const SHEET: &str = concat!($(include_str!($path)),+);
        const SQUEEZED: [u8; squeezed_len(SHEET)] = squeeze(SHEET).0;
        text(&SQUEEZED)
    }};
}

/// Text of a script, dedented while compiling.
macro_rules! script {
    ($path:literal) => {{
        const SCRIPT: &str = include_str!($path);
        const DEDENTED: [u8; dedented_len(SCRIPT)] = dedent(SCRIPT).0;
        text(&DEDENTED)
    }};
}

/// Colours, space, type, radii and motion; the console is to load the same.
pub const TOKENS_CSS: &str = sheet!("../assets/tokens.css");
/// Style of all pages, tokens included, as one file: one request before the first paint.
pub const SITE_CSS: &str = sheet!("../assets/tokens.css", "../assets/site.css", "../assets/still.css");
/// Style of what a slot shows of the library: more pictures than one, products, questions.
const LIBRARY_CSS: &str = sheet!("../assets/library.css");
/// Script of all pages except the overlay.
pub const LIVE_JS: &str = script!("../assets/live.js");
/// Script of the overlay.
pub const OVERLAY_JS: &str = script!("../assets/overlay.js");

/// Script for pages of others, at an address that stays.
pub const EMBED_JS: &str = script!("../assets/embed.js");

/// What keeps an order's page, or a screen's, on the device; served beside the pages that it keeps, for a worker may
/// only keep what lies below its own address. See [`keep_js`].
const KEEP_JS: &str = script!("../assets/keep.js");

/// What the kept pages load.
const KEPT: [&str; 5] = ["site.css", "live.js", "display.css", "display.js", "icon.svg"];

/// The worker's script, with the addresses of what the kept pages load.
#[must_use]
pub fn keep_js() -> String {
    let kept = ASSETS.iter().filter(|asset| KEPT.contains(&asset.name));
    let list: Vec<String> = kept.map(|asset| format!("'{}'", asset.path())).collect();
    KEEP_JS.replacen("ASSETS = []", &format!("ASSETS = [{}]", list.join(",")), 1)
}

const OVERLAY_CSS: &str = sheet!("../assets/overlay.css");
const PLAIN_CSS: &str = sheet!("../assets/plain.css");
const DISPLAY_CSS: &str = sheet!("../assets/tokens.css", "../assets/display.css", "../assets/still.css");
const DISPLAY_JS: &str = script!("../assets/display.js");
const ICON_SVG: &str = include_str!("../assets/icon.svg");

/// Everything to serve under `/assets/{hash}/`.
pub const ASSETS: &[Asset] = &[
    Asset { name: "site.css", content_type: "text/css; charset=utf-8", body: SITE_CSS },
    Asset { name: "tokens.css", content_type: "text/css; charset=utf-8", body: TOKENS_CSS },
    Asset { name: "library.css", content_type: "text/css; charset=utf-8", body: LIBRARY_CSS },
    Asset { name: "overlay.css", content_type: "text/css; charset=utf-8", body: OVERLAY_CSS },
    Asset { name: "plain.css", content_type: "text/css; charset=utf-8", body: PLAIN_CSS },
    Asset { name: "display.css", content_type: "text/css; charset=utf-8", body: DISPLAY_CSS },
    Asset { name: "display.js", content_type: "text/javascript; charset=utf-8", body: DISPLAY_JS },
    Asset { name: "live.js", content_type: "text/javascript; charset=utf-8", body: LIVE_JS },
    Asset { name: "overlay.js", content_type: "text/javascript; charset=utf-8", body: OVERLAY_JS },
    Asset { name: "icon.svg", content_type: "image/svg+xml", body: ICON_SVG },
];

/// The content policy under which every page of this crate works, overlay included.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

/// Hash over all assets, sixteen hexadecimal digits.
pub const ASSETS_HASH: &str = match std::str::from_utf8(&HASH_DIGITS) {
    Ok(digits) => digits,
    Err(_) => "0",
};

const HASH_DIGITS: [u8; 16] = hex(hash_all());

// FNV-1a: it must only differ when a file does, and can be computed while compiling.
const fn hash_all() -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < ASSETS.len() {
        let body = ASSETS[at].body.as_bytes();
        let mut byte = 0;
        while byte < body.len() {
            hash = (hash ^ body[byte] as u64).wrapping_mul(0x0000_0100_0000_01b3);
            byte += 1;
        }
        at += 1;
    }
    hash
}

const fn hex(hash: u64) -> [u8; 16] {
    let mut digits = [0; 16];
    let mut at = 0;
    while at < 16 {
        digits[at] = b"0123456789abcdef"[((hash >> (60 - 4 * at)) & 15) as usize];
        at += 1;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    // Aim: what every visitor downloads stays small, and works under the content policy.
    #[test]
    fn assets_are_small_and_self_contained() {
        assert!(SITE_CSS.len() < 33_000 && OVERLAY_CSS.len() < 5_000, "{}", SITE_CSS.len());
        assert!(LIVE_JS.len() < 15_000, "{}", LIVE_JS.len());
        assert!(EMBED_JS.len() < 10_000, "{}", EMBED_JS.len());
        for asset in ASSETS {
            let body = asset.body.replace("http://www.w3.org/2000/svg", "");
            assert!(!body.contains("://"), "{} names another host", asset.name);
            assert!(!body.contains("@import"), "{}", asset.name);
        }
        for word in ["eval(", "new Function", "innerHTML", "document.write"] {
            assert!(!LIVE_JS.contains(word) && !OVERLAY_JS.contains(word), "{word}");
        }
    }

    #[test]
    fn the_address_carries_the_hash() {
        assert_eq!(ASSETS_HASH.len(), 16);
        assert!(KEPT.iter().all(|name| keep_js().contains(&format!("/{name}'"))), "{}", keep_js());
        assert_eq!(ASSETS[0].path(), format!("/assets/{ASSETS_HASH}/site.css"));
    }
}
