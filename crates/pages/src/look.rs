//! An organiser's own colours over the house's, as a small sheet whose address says what is in it.
//!
//! Nothing is stored for it: the colours stand in the sheet's name, and the name is all that its text needs. So it may be
//! kept for ever, like every asset. Whether a colour can be read was decided before.

use crate::ASSETS_HASH;

/// A colour as red, green and blue.
pub type Rgb = [u8; 3];

/// A logo in the bar on top of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Its file on this server.
    pub src: crate::Href,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// The colours of buttons and marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookSheet {
    /// On light pages.
    pub light: Rgb,
    /// On dark pages.
    pub dark: Rgb,
}

impl LookSheet {
    /// The sheet of a name, as `look-0b5d4a-74d6b7.css`; `None` when it is none.
    ///
    /// ```
    /// use dayshelf_pages::LookSheet;
    /// let sheet = LookSheet::named("look-0b5d4a-74d6b7.css").expect("two colours");
    /// assert!(sheet.text().contains("--accent:#0b5d4a"));
    /// assert_eq!(LookSheet::named("look-0b5d4a-74d6b7;}.css"), None);
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let (light, dark) = name.strip_prefix("look-")?.strip_suffix(".css")?.split_once('-')?;
        Some(Self { light: rgb(light)?, dark: rgb(dark)? })
    }

    /// Its address.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/assets/{ASSETS_HASH}/look-{}-{}.css", digits(self.light), digits(self.dark))
    }

    /// Its text. What lies under a pointer goes on towards black or white, which only adds contrast. The overlay's
    /// plates are dark or light whatever the device is; without a plate, its marks stay white.
    #[must_use]
    pub fn text(&self) -> String {
        let (light, dark) = (digits(self.light), digits(self.dark));
        format!(
            ":root{{--accent:#{light};--accent-strong:color-mix(in srgb,#{light} 78%,#000);--on-accent:{ON_LIGHT}}}\n\
             @media (prefers-color-scheme:dark){{:root{{--accent:#{dark};\
             --accent-strong:color-mix(in srgb,#{dark} 78%,#fff);--on-accent:{ON_DARK}}}}}\n\
             .theme-light{{--mark:#{light}}}\n.theme-dark{{--mark:#{dark}}}\n"
        )
    }
}

/// Words on an accent, on light pages and on dark ones.
const ON_LIGHT: &str = "#ffffff";
const ON_DARK: &str = "#0f1412";

fn digits([red, green, blue]: Rgb) -> String {
    format!("{red:02x}{green:02x}{blue:02x}")
}

/// Small letters only, so that one sheet has one address.
fn rgb(text: &str) -> Option<Rgb> {
    let plain = text.len() == 6 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let [_, red, green, blue] = u32::from_str_radix(text, 16).ok().filter(|_| plain)?.to_be_bytes();
    Some([red, green, blue])
}
