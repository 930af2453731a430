//! The look of an organiser's pages: its logo and its colour, and whether that colour can be read.
//!
//! Contrast is measured as WCAG 2.2 does (relative luminance, success criterion 1.4.3). A colour that somebody can't
//! read is no matter of taste, so it is refused, with what was measured and the nearest shade that would do. How a
//! page is drawn with it is none of the core's business. Start at [`measure`].

use crate::ids::PictureId;
use crate::picture::PictureFile;

/// A colour of the screen, in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

/// The colour of an organiser's buttons and marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    /// On light pages.
    pub light: Colour,
    /// On dark pages; when there is none, the shade of the light one that can be read there.
    pub dark: Option<Colour>,
}

/// What an organiser wants its pages to look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LookSpec {
    /// The picture of its library that is its logo.
    pub logo: Option<PictureId>,
    /// Its colour; the house's when there is none.
    pub accent: Option<Accent>,
}

/// The look as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// What was wanted.
    pub spec: LookSpec,
    /// The file of the logo that stands in a page's bar. It is kept here because a picture's files never change, and
    /// every page needs it.
    pub logo: Option<PictureFile>,
}

/// The two sorts of pages: readers' devices choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Hundredths of the contrast that text needs at least, as 4.5 to 1: WCAG 2.2, 1.4.3, level AA.
pub const CONTRAST_MIN: u32 = 450;

impl Scheme {
    /// What an accent is seen on: the page, and the cards that lie on it.
    pub const fn grounds(self) -> [Colour; 2] {
        match self {
            Self::Light => [Colour::of(0xfb_fb_f9), Colour::of(0xff_ff_ff)],
            Self::Dark => [Colour::of(0x0f_14_12), Colour::of(0x17_1d_1a)],
        }
    }

    /// The colour of words that stand on an accent.
    pub const fn words(self) -> Colour {
        match self {
            Self::Light => Colour::of(0xff_ff_ff),
            Self::Dark => Colour::of(0x0f_14_12),
        }
    }
}

/// How well an accent can be read in a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The accent.
    pub colour: Colour,
    /// Hundredths of its contrast with the page, the lowest of all grounds; cut off, never rounded up.
    pub on_page: u32,
    /// Hundredths of the contrast of words on it.
    pub of_words: u32,
    /// The colour itself where it will do, and the nearest of its shades that will do where it won't.
    pub nearest: Colour,
}

impl Measured {
    /// The lower of both.
    pub fn lowest(&self) -> u32 {
        self.on_page.min(self.of_words)
    }

    /// Whether it can be read.
    pub fn will_do(&self) -> bool {
        CONTRAST_MIN <= self.lowest()
    }
}

impl Accent {
    /// The colour in a scheme.
    ///
    /// ```
    /// use dayshelf_core::look::{Accent, Colour, Scheme};
    /// let only_light = Accent { light: Colour::of(0x0b5d4a), dark: None };
    /// assert_ne!(only_light.shown(Scheme::Dark), only_light.light, "too dark for a dark page");
    /// ```
    pub fn shown(&self, scheme: Scheme) -> Colour {
        match scheme {
            Scheme::Light => self.light,
            Scheme::Dark => self.dark.unwrap_or_else(|| measure(self.light, Scheme::Dark).nearest),
        }
    }
}

/// How well a colour can be read as the accent of a scheme.
///
/// ```
/// use dayshelf_core::look::{Colour, Scheme, measure};
/// let yellow = measure(Colour::of(0xffd400), Scheme::Light);
/// assert!(!yellow.will_do());
/// assert!(measure(yellow.nearest, Scheme::Light).will_do());
/// assert_eq!(measure(Colour::of(0xffd400), Scheme::Dark).nearest, Colour::of(0xffd400));
/// ```
pub fn measure(colour: Colour, scheme: Scheme) -> Measured {
    let (on_page, of_words) = contrasts(colour, scheme);
    Measured { colour, on_page, of_words, nearest: nearest(colour, scheme) }
}

/// The first shade that will do, on the way to black for light pages and to white for dark ones. Its hue stays, and
/// every step has more contrast than the one before, so the first is the nearest.
fn nearest(colour: Colour, scheme: Scheme) -> Colour {
    let goal = match scheme {
        Scheme::Light => Colour::of(0x00_00_00),
        Scheme::Dark => Colour::of(0xff_ff_ff),
    };
    let mut shades = (0..=255).map(|part| colour.towards(goal, part));
    let will_do = |shade: &Colour| {
        let (on_page, of_words) = contrasts(*shade, scheme);
        CONTRAST_MIN <= on_page.min(of_words)
    };
    shades.find(will_do).unwrap_or(goal)
}

fn contrasts(colour: Colour, scheme: Scheme) -> (u32, u32) {
    let [page, card] = scheme.grounds().map(|ground| contrast(colour, ground));
    (page.min(card), contrast(colour, scheme.words()))
}

/// Hundredths of the contrast of two colours, from 100 to 2100; cut off, so that what is short of a bound never seems
/// to reach it.
pub fn contrast(one: Colour, other: Colour) -> u32 {
    let (one, other) = (one.luminance(), other.luminance());
    // As WCAG has it; the bounds make the number fit.
    ((one.max(other) + 0.05) / (one.min(other) + 0.05) * 100.0) as u32
}

impl Colour {
    /// From `0xRRGGBB`.
    pub const fn of(number: u32) -> Self {
        let [_, red, green, blue] = number.to_be_bytes();
        Self { red, green, blue }
    }

    /// From `#0b5d4a`; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let six = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| six).map(Self::of)
    }

    /// The colour so many parts of 255 on the way to another.
    fn towards(self, goal: Self, part: i32) -> Self {
        let mix = |from: u8, to: u8| (i32::from(from) + (i32::from(to) - i32::from(from)) * part / 255) as u8;
        Self {
            red: mix(self.red, goal.red),
            green: mix(self.green, goal.green),
            blue: mix(self.blue, goal.blue),
        }
    }

    /// WCAG's relative luminance, from 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

/// As pages write it: `#0b5d4a`.
impl std::fmt::Display for Colour {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}
