//! Pictures on pages: in as many widths as there are, turned to the point that matters, with soft colours in their
//! place until they are loaded.

use std::fmt;

use askama::filters::HtmlSafe;

use crate::Href;

/// A picture of what is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Path on this server (the content policy allows no other).
    pub src: Href,
    /// What is to be seen, for those who do not.
    pub alt: String,
    /// Natural width in pixels, so that the page keeps its shape while loading.
    pub width: u32,
    /// Natural height in pixels.
    pub height: u32,
    /// The widths that there are, as `srcset` has them; empty where there is only one.
    pub srcset: String,
    /// The point that stays in sight, in tenths from the left and from the top.
    pub focus: (u8, u8),
    /// What stands there until it is loaded.
    pub tones: Option<Tones>,
}

/// Sixteen colours of a picture, four by four, drawn softly in its place until it is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tones(pub [u8; 48]);

impl Tones {
    /// The drawing in place.
    #[must_use]
    pub const fn drawn(&self) -> impl HtmlSafe + askama::FastWritable {
        Soft(self)
    }
}

struct Soft<'t>(&'t Tones);

impl HtmlSafe for Soft<'_> {}

impl askama::FastWritable for Soft<'_> {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(write!(dest, "{self}")?)
    }
}

impl fmt::Display for Soft<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "<svg class=\"tones\" viewBox=\"0 0 4 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\" \
             focusable=\"false\">",
        )?;
        for (place, tone) in self.0.0.chunks_exact(3).enumerate() {
            let (x, y) = (place % 4, place / 4);
            write!(
                f,
                "<path fill=\"#{:02x}{:02x}{:02x}\" d=\"M{x} {y}h1v1h-1z\"/>",
                tone[0], tone[1], tone[2]
            )?;
        }
        f.write_str("</svg>")
    }
}

impl Picture {
    /// A picture of which nothing is known but where it is.
    #[must_use]
    pub const fn plain(src: Href, alt: String, (width, height): (u32, u32)) -> Self {
        Self { src, alt, width, height, srcset: String::new(), focus: (5, 5), tones: None }
    }

    /// The same where its description stands beside it already.
    #[must_use]
    pub fn unnamed(&self) -> Self {
        Self { alt: String::new(), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use askama::FastWritable as _;

    /// Sixteen colours, each in its place, and nothing of a style sheet: the content policy allows none in place.
    #[test]
    fn tones_are_drawn_in_place() {
        let mut tones = [0; 48];
        tones[45..].copy_from_slice(&[255, 128, 1]);
        let mut out = String::new();
        Tones(tones).drawn().write_into(&mut out, askama::NO_VALUES).unwrap();
        assert_eq!(out.matches("<path").count(), 16);
        assert!(out.contains("fill=\"#ff8001\" d=\"M3 3h1v1h-1z\"") && !out.contains("style"), "{out}");
    }
}
