//! What an organiser's pages look like, in JSON: the logo, the colour, and how well a colour can be read.

use dayshelf_core::ids::OrganiserId;
use dayshelf_core::look::{Accent, CONTRAST_MIN, Colour, Look, LookSpec, Measured, Scheme, measure};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::name::PictureRef;
use crate::problem::Problem;

/// What an organiser's pages are to look like. What is left out is the house's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookRequest {
    /// The picture of the library that is the logo.
    #[serde(default)]
    pub logo: Option<PictureRef>,
    /// The colour of buttons and marks.
    #[serde(default)]
    pub accent: Option<AccentRequest>,
}

/// A colour for light pages and one for dark ones.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccentRequest {
    /// On light pages.
    #[schema(example = "#0b5d4a", max_length = 7)]
    pub light: String,
    /// On dark pages; the nearest shade of the light one that can be read there when left out.
    #[serde(default)]
    #[schema(example = "#74d6b7", max_length = 7)]
    pub dark: Option<String>,
}

impl LookRequest {
    /// The core's value.
    ///
    /// # Errors
    /// When a colour is none.
    pub fn spec(&self) -> Result<LookSpec, Problem> {
        Ok(LookSpec {
            logo: self.logo.map(|logo| logo.0),
            accent: self.accent.as_ref().map(AccentRequest::accent).transpose()?,
        })
    }
}

impl AccentRequest {
    fn accent(&self) -> Result<Accent, Problem> {
        let dark = self.dark.as_deref().map(|dark| colour("accent.dark", dark));
        Ok(Accent { light: colour("accent.light", &self.light)?, dark: dark.transpose()? })
    }
}

/// A colour as it is written.
///
/// # Errors
/// When it is none.
pub fn colour(field: &str, text: &str) -> Result<Colour, Problem> {
    let wrong = || Problem::value_wrong(field, "write a colour as #0b5d4a: # and six digits of 0-9 and a-f");
    Colour::parse(text).ok_or_else(wrong)
}

/// What an organiser's pages look like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LookShape {
    /// The logo; none when there is none.
    pub logo: Option<LogoShape>,
    /// The colour of buttons and marks; none where it is the house's.
    pub accent: Option<AccentShape>,
}

/// A logo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LogoShape {
    /// The picture of the library.
    pub picture: PictureRef,
    /// Where its file for a page's bar is on this server.
    pub address: String,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// A colour for light pages and one for dark ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccentShape {
    /// On light pages.
    #[schema(example = "#0b5d4a")]
    pub light: String,
    /// On dark pages.
    #[schema(example = "#74d6b7")]
    pub dark: String,
    /// Whether the dark one follows from the light one, because none was chosen.
    pub dark_follows: bool,
}

impl LookShape {
    /// The shape of an organiser's look.
    pub fn of(look: &Look, organiser: OrganiserId) -> Self {
        let logo = look.spec.logo.zip(look.logo).map(|(picture, file)| LogoShape {
            picture: PictureRef(picture),
            address: file.path(organiser),
            width: file.width,
            height: file.height,
        });
        let accent = look.spec.accent.map(|accent| AccentShape {
            light: accent.shown(Scheme::Light).to_string(),
            dark: accent.shown(Scheme::Dark).to_string(),
            dark_follows: accent.dark.is_none(),
        });
        Self { logo, accent }
    }
}

/// How well colours can be read, before anything is changed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ContrastShape {
    /// The contrast that is needed at least, to 1.
    #[schema(example = 4.5)]
    pub needed: f64,
    /// On light pages.
    pub light: MeasuredShape,
    /// On dark pages.
    pub dark: MeasuredShape,
}

/// How well a colour can be read.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MeasuredShape {
    /// The colour.
    #[schema(example = "#0b5d4a")]
    pub colour: String,
    /// Its contrast with the page, to 1.
    #[schema(example = 7.42)]
    pub on_page: f64,
    /// The contrast of words on it, to 1.
    #[schema(example = 7.68)]
    pub of_words: f64,
    /// Whether both are enough.
    pub will_do: bool,
    /// The nearest of its shades that will do; itself, where it will.
    #[schema(example = "#0b5d4a")]
    pub nearest: String,
}

impl From<Accent> for ContrastShape {
    fn from(accent: Accent) -> Self {
        let measured = |scheme| MeasuredShape::from(&measure(accent.shown(scheme), scheme));
        Self { needed: ratio(CONTRAST_MIN), light: measured(Scheme::Light), dark: measured(Scheme::Dark) }
    }
}

impl From<&Measured> for MeasuredShape {
    fn from(measured: &Measured) -> Self {
        Self {
            colour: measured.colour.to_string(),
            on_page: ratio(measured.on_page),
            of_words: ratio(measured.of_words),
            will_do: measured.will_do(),
            nearest: measured.nearest.to_string(),
        }
    }
}

/// A contrast in hundredths, as people say it.
pub fn ratio(hundredths: u32) -> f64 {
    f64::from(hundredths) / 100.0
}
