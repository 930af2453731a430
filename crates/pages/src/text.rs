//! Text that goes where plain escaping is not enough: links, JSON inside a script element, inline SVG.
//!
//! Each type makes its text safe when it is built, so that a template cannot forget to.

use std::fmt;

use askama::filters::HtmlSafe;

/// The address of a link, an image or a form.
///
/// Escaping keeps an address inside its attribute, but does not stop `javascript:`; so only paths on
/// this server, `https:`, `http:`, `mailto:` and fragments are kept, and anything else becomes `#`.
///
/// ```
/// use dayshelf_pages::Href;
/// assert_eq!(Href::new("/kiln/mugs").as_str(), "/kiln/mugs");
/// assert_eq!(Href::new(" JavaScript:alert(1)").as_str(), "#");
/// assert_eq!(Href::new("//evil.example/").as_str(), "#");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Href(String);

impl Href {
    /// Keeps `address` when its scheme is harmless, else `#`.
    #[must_use]
    pub fn new(address: impl Into<String>) -> Self {
        let address = address.into();
        // Browsers drop tabs and line breaks inside an address, so they must not hide a scheme.
        let plain = !address.chars().any(|c| c.is_control() || c == '\\');
        let lower = address.get(..8.min(address.len())).unwrap_or_default().to_ascii_lowercase();
        let local = (address.starts_with('/') && !address.starts_with("//"))
            || address.starts_with('?')
            || address.starts_with('#');
        let outside = ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
        if plain && (local || outside) { Self(address) } else { Self("#".into()) }
    }

    /// The address as it will stand in the page, not yet escaped.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Href {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Href {
    fn from(address: &str) -> Self {
        Self::new(address)
    }
}

impl From<String> for Href {
    fn from(address: String) -> Self {
        Self::new(address)
    }
}

/// One JSON-LD document, safe to stand inside a script element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonLd(String);

impl JsonLd {
    /// Takes serialised JSON; what could end the element or open a comment becomes a `\u` escape,
    /// which any JSON reader turns back. `<`, `>` and `&` occur in JSON only inside strings.
    #[must_use]
    pub fn new(json: &str) -> Self {
        let mut safe = String::with_capacity(json.len() + 16);
        for c in json.chars() {
            match c {
                '<' => safe.push_str("\\u003c"),
                '>' => safe.push_str("\\u003e"),
                '&' => safe.push_str("\\u0026"),
                '\u{2028}' => safe.push_str("\\u2028"),
                '\u{2029}' => safe.push_str("\\u2029"),
                other => safe.push(other),
            }
        }
        Self(safe)
    }
}

impl fmt::Display for JsonLd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for JsonLd {}

/// A drawing to stand inline in a page: the QR code of a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Svg(String);

impl Svg {
    /// Accepts an `svg` made of `rect`, `path` and `g` whose attributes only draw; `None` otherwise.
    ///
    /// The check is by list of what is allowed, so a QR writer that changes its output shows as a
    /// missing code in a test and never as a script in a page.
    #[must_use]
    pub fn new(markup: impl Into<String>) -> Option<Self> {
        let markup = markup.into();
        let trimmed = markup.trim();
        let drawn = trimmed.starts_with("<svg")
            && trimmed.ends_with("</svg>")
            && trimmed.split('<').skip(1).all(tag_only_draws);
        drawn.then_some(Self(markup))
    }
}

impl fmt::Display for Svg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Svg {}

const SVG_TAGS: [&str; 4] = ["svg", "rect", "path", "g"];
const SVG_ATTRIBUTES: [&str; 14] = [
    "viewBox",
    "xmlns",
    "width",
    "height",
    "x",
    "y",
    "d",
    "fill",
    "stroke",
    "stroke-width",
    "shape-rendering",
    "transform",
    "rx",
    "version",
];

/// Looks at one tag without its `<`, up to the next one.
fn tag_only_draws(piece: &str) -> bool {
    let Some((tag, after)) = piece.split_once('>') else { return false };
    if !after.trim().is_empty() {
        return false;
    }
    let tag = tag.trim_end_matches('/').trim();
    if let Some(name) = tag.strip_prefix('/') {
        return SVG_TAGS.contains(&name.trim());
    }
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    if !SVG_TAGS.contains(&name) {
        return false;
    }
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return true;
        }
        let Some((attribute, quoted)) = rest.split_once('=') else { return false };
        let quoted = quoted.trim_start();
        let Some(quote @ ('"' | '\'')) = quoted.chars().next() else { return false };
        let Some((value, next)) = quoted[1..].split_once(quote) else { return false };
        if !SVG_ATTRIBUTES.contains(&attribute.trim()) || value.contains("url(") {
            return false;
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_a_script_scheme_is_dropped() {
        for bad in
            ["javascript:x", "JAVASCRIPT:x", "data:text/html,x", "java\nscript:x", "/\\evil", "//evil", "x"]
        {
            assert_eq!(Href::new(bad).as_str(), "#", "{bad}");
        }
        for good in
            ["/a/b?c=d", "https://a.example/", "HTTP://a.example", "mailto:a@b.example", "#x", "?view=list"]
        {
            assert_eq!(Href::new(good).as_str(), good);
        }
    }

    #[test]
    fn json_cannot_end_its_script_element() {
        let hostile = JsonLd::new(r#"{"name":"</script><!--<script>&"}"#).to_string();
        assert!(!hostile.contains('<') && !hostile.contains('&') && !hostile.contains('>'));
        assert_eq!(hostile, r#"{"name":"\u003c/script\u003e\u003c!--\u003cscript\u003e\u0026"}"#);
    }

    #[test]
    fn a_drawing_is_taken_and_a_script_is_not() {
        let qr = r##"<svg viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg"><rect width="9px" height="9px" fill="#fff"/><path d="M4,4h1v1h-1" fill="#000"/></svg>"##;
        assert!(Svg::new(qr).is_some());
        for bad in [
            "<svg><script>alert(1)</script></svg>",
            "<svg onload=\"x\"></svg>",
            "<svg><image href=\"https://evil.example\"/></svg>",
            "<svg><rect fill=\"url(https://evil.example)\"/></svg>",
            "<svg></svg><p></svg>",
            "<svg>text</svg>",
            "<svg><rect x=1/></svg>",
            "<p>",
        ] {
            assert!(Svg::new(bad).is_none(), "{bad}");
        }
    }
}
