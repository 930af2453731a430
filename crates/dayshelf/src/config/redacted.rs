//! Text that must not be seen in a log.

use std::fmt;

use serde::Deserialize;

/// Text that prints as stars.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Redacted(String);

impl Redacted {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that uses it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.0.is_empty() { "(empty)" } else { "***" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A password in an address does not reach a log line.
    #[test]
    fn nothing_is_printed() {
        let hidden = Redacted::new("scheme://user:swordfish@host/name");
        assert_eq!(format!("{hidden:?}"), "***");
        assert!(hidden.reveal().contains("swordfish"));
    }
}
