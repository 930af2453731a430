//! The name of its own that an organiser's pages are reached by, and what its people must sign in with, in JSON.

use dayshelf_core::domain::Domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;

/// The name that an organiser's pages are to be reached by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainRequest {
    /// The name, without `https://` and without a path; none when left out. Names in other scripts as browsers send
    /// them: `xn--…`.
    #[serde(default)]
    #[schema(example = "mugs.example", max_length = 254)]
    pub domain: Option<String>,
}

impl DomainRequest {
    /// The core's value.
    ///
    /// # Errors
    /// When it can't be a name.
    pub fn name(&self) -> Result<Option<Domain>, Problem> {
        let hint = "write a name that people reach, as shop.example.com: no https://, no path, no port";
        let name = |text: &str| Domain::parse(text).ok_or_else(|| Problem::value_wrong("domain", hint));
        self.domain.as_deref().map(name).transpose()
    }
}

/// Where an organiser's pages are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DomainShape {
    /// The name of its own; left out for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The address of its calendar that search machines are told.
    #[schema(example = "https://mugs.example/")]
    pub url: String,
}

/// What an organiser asks of the people who run it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRules {
    /// Whether whoever signs in with a password must have a second factor. Who has none is asked to set one up before
    /// anything else; a passkey is enough by itself.
    pub second_factor: bool,
}
