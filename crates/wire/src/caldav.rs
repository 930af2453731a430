//! Passwords of calendar apps and the calendars that they open, in JSON.
//!
//! A password goes out once, when it is made, in groups that can be typed on a phone; what is kept of it is a
//! digest. What an app reads and writes with it is CalDAV and not here. Start at [`AppPasswordRequest`].

use std::fmt::Write as _;

use dayshelf_core::ids::{Home, Id};
use dayshelf_core::text::{Digest, Secret};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::access::LABEL_CHARS_MAX;
use crate::buyer::home_bytes;
use crate::name::{PasswordRef, SeriesRef, SlotRef};
use crate::problem::Problem;
use crate::secret::SECRET_BYTES;
use crate::stock::text;
use crate::time::At;

/// Letters of a password that stand together.
const GROUP: usize = 4;
/// Calendars that one password may name.
pub const PASSWORD_CALENDARS_MAX: usize = 50;

/// What an app may do with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarScope {
    /// Show the calendars.
    Read,
    /// Show and edit them.
    #[default]
    Write,
}

/// Makes a password for a calendar app.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppPasswordRequest {
    /// The device that it is for.
    #[schema(example = "Ann's phone", max_length = 100)]
    pub name: String,
    /// The calendars that it opens, by their names; all of them when left out.
    #[serde(default)]
    #[schema(max_items = 50, example = json!(["slots", "pickup"]))]
    pub calendars: Vec<String>,
    /// What it may do.
    #[serde(default)]
    pub scope: CalendarScope,
}

impl AppPasswordRequest {
    /// Checks the name and the calendars' names.
    ///
    /// # Errors
    /// When one of them is empty or over-long, or there are too many.
    pub fn checked(&self) -> Result<(String, Vec<String>), Problem> {
        if self.calendars.len() > PASSWORD_CALENDARS_MAX {
            return Err(Problem::too_long("calendars", PASSWORD_CALENDARS_MAX));
        }
        let name = text("name", &self.name, LABEL_CHARS_MAX)?;
        let calendar = |(at, calendar): (usize, &String)| {
            let field = format!("calendars[{at}]");
            let calendar = text(&field, calendar, LABEL_CHARS_MAX)?;
            if calendar.contains(char::is_whitespace) {
                return Err(Problem::value_wrong(&field, "a calendar's name has no spaces"));
            }
            Ok(calendar)
        };
        let calendars: Result<Vec<String>, Problem> =
            self.calendars.iter().enumerate().map(calendar).collect();
        Ok((name, calendars?))
    }
}

/// A calendar app's password as its organiser sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AppPasswordShape {
    /// Its id.
    pub id: PasswordRef,
    /// The password itself; answered once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The device that it is for.
    pub name: String,
    /// The name to log in with.
    pub user: String,
    /// The address to give to the app.
    pub url: String,
    /// The calendars that it opens, by their names; empty for all.
    pub calendars: Vec<String>,
    /// What it may do.
    pub scope: CalendarScope,
    /// When it was made.
    pub made_at: At,
    /// When it was last used, to ten minutes.
    pub used_at: Option<At>,
    /// What the app that used it said that it is.
    pub used_by: String,
    /// Since when it may change nothing, because its app moved or called off too many slots at once.
    pub frozen_since: Option<At>,
}

/// A calendar as calendar apps see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarShape {
    /// Its name in addresses.
    pub name: String,
    /// What it shows.
    pub kind: CalendarKind,
    /// Whether apps are told of it.
    pub shown: bool,
    /// Whether apps may edit it.
    pub editable: bool,
    /// Its address.
    pub url: String,
    /// What has to be asked about its entries, by slot.
    pub questions: Vec<CalendarQuestion>,
}

/// What a calendar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarKind {
    /// Slots.
    Slots,
    /// Drafts.
    Drafts,
    /// Audience windows.
    Windows,
    /// Pickup.
    Pickup,
    /// Shifts.
    Shifts,
    /// Broadcasts.
    Broadcast,
    /// One person's shifts.
    Person,
}

/// A name as a part of an address.
///
/// ```
/// use dayshelf_wire::caldav::path_part;
/// assert_eq!(path_part("a/b ü.ics"), "a%2Fb%20%C3%BC.ics");
/// ```
pub fn path_part(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'@' | b'+' | b'=') {
            out.push(char::from(byte));
        } else {
            // Writing into a string can't fail.
            write!(out, "%{byte:02X}").unwrap_or_default();
        }
    }
    out
}

/// Something about an entry that only its organiser can say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarQuestion {
    /// The slot that was made of the entry; null for a series.
    pub slot: Option<SlotRef>,
    /// The series that was made of it; null for a slot.
    pub series: Option<SeriesRef>,
    /// The question, as a sentence.
    pub question: String,
}

/// Switches a calendar on or off.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarRequest {
    /// The calendar's name.
    #[schema(example = "windows")]
    pub name: String,
    /// Whether apps are told of it.
    pub shown: bool,
}

/// A password as people type it: 26 letters and digits in groups of four.
pub fn password_text(secret: &Secret<SECRET_BYTES>) -> String {
    let plain = Id::from_bytes(secret.0).to_string();
    let groups: Vec<&str> =
        (0..plain.len()).step_by(GROUP).map(|at| &plain[at..plain.len().min(at + GROUP)]).collect();
    groups.join("-")
}

/// What is kept of a password. Case, spaces and hyphens do not count.
pub fn password_digest(typed: &str, home: Home) -> Digest {
    let plain: String = typed.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let mut hash = Sha256::new();
    hash.update(b"dayshelf calendar password\0");
    hash.update(home_bytes(home));
    hash.update(plain.to_lowercase());
    Digest(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is typed with other spacing and case is the same password, for the same organiser only.
    #[test]
    fn passwords_are_forgiving_in_spelling() {
        let home = Home { shard: 0, number: 1 };
        let text = password_text(&Secret([0xa5; SECRET_BYTES]));
        assert_eq!((text.len(), text.split('-').count()), (32, 7));
        let kept = password_digest(&text, home);
        assert_eq!(password_digest(&text.replace('-', " ").to_uppercase(), home), kept);
        assert_ne!(password_digest(&text, Home { number: 2, ..home }), kept);
        assert_ne!(password_digest(&password_text(&Secret([0xa4; SECRET_BYTES])), home), kept);
    }

    /// Names have no spaces and are not empty.
    #[test]
    fn requests_are_checked() {
        let request = |name: &str, calendars: &[&str]| AppPasswordRequest {
            name: name.into(),
            calendars: calendars.iter().map(|name| (*name).to_owned()).collect(),
            scope: CalendarScope::Read,
        };
        assert!(request(" phone ", &["slots"]).checked().is_ok_and(|(name, _)| name == "phone"));
        assert!(request(" ", &[]).checked().is_err());
        assert!(request("phone", &["a b"]).checked().is_err());
        assert!(request("phone", &["a"; PASSWORD_CALENDARS_MAX + 1]).checked().is_err());
    }
}
