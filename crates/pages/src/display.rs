//! The page of a screen in the shop or in a hotel's lobby: what is on today, what is left, and a code to book it.

use askama::Template;

use crate::{Badge, Frame, Href, Picture, Still, Svg, TimeSpan};

/// One slot on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplaySlot {
    /// Title.
    pub title: String,
    /// From start to end.
    pub time: TimeSpan,
    /// Place; empty for none.
    pub place: String,
    /// Stock as of now.
    pub badge: Badge,
    /// Price as of now, formatted; none when nothing is sold.
    pub price: Option<String>,
    /// The address of its page as a QR code; none when it is too long for one.
    pub qr: Option<Svg>,
    /// The same address, to be typed.
    pub address: String,
    /// Its picture, where it has one.
    pub picture: Option<Picture>,
    /// What is drawn beside it where it has none.
    pub still: Still,
}

/// `/display/{organiser}`: the slots of today, one at a time, or what comes next.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "display.html")]
pub struct DisplayPage {
    /// Head and surroundings.
    pub frame: Frame,
    /// The organiser's name.
    pub name: String,
    /// `Today`, `Next`.
    pub heading: String,
    /// `Thursday 26 November`; the day of the first slot where it is not today.
    pub day: String,
    /// `16:04 CET`: when the counts were true.
    pub as_of: String,
    /// The slots by start; empty when nothing is ahead.
    pub slots: Vec<DisplaySlot>,
    /// `/display/keep.js`, which keeps the page on the screen's device.
    pub keep: Href,
}
