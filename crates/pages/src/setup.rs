//! How a calendar app is connected: the address, the steps, and what an app has asked so far.

use askama::Template;

use crate::{Frame, Svg};

/// `/dav/setup`, and `/dav/setup/test` for whoever logs in there with an app password.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "setup.html")]
pub struct SetupPage {
    /// Head and surroundings.
    pub frame: Frame,
    /// The address to give to the app.
    pub address: String,
    /// The host and the port, for apps that ask for these.
    pub server: String,
    /// Whether the address is a safe one: over plain HTTP a password can be read on the way.
    pub safe: bool,
    /// The address as a code to photograph.
    pub qr: Option<Svg>,
    /// What has been asked with one password; none on the page for everybody.
    pub test: Option<SetupTest>,
}

/// What one password was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupTest {
    /// The name to log in with.
    pub user: String,
    /// The calendars that the password opens, with what may be done to each.
    pub calendars: Vec<(String, String)>,
    /// Requests with this password, newest first.
    pub asked: Vec<SetupAsked>,
    /// Requests with this name and no password of it, newest first.
    pub turned_away: Vec<SetupAsked>,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupAsked {
    /// When, as text.
    pub at: String,
    /// The method.
    pub method: String,
    /// The address.
    pub path: String,
    /// What the app said that it is.
    pub agent: String,
    /// The status, with why.
    pub got: String,
    /// Whether that is as it should be.
    pub well: bool,
}
