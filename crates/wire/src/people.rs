//! The people who run organisers, in JSON: setting up, signing in, the team, and the audit log.

use dayshelf_core::people::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{LABEL_CHARS_MAX, OrganiserShape};
use crate::name::{AuditRef, InvitationRef, PersonRef, SessionRef};
use crate::password::{is_common, surprises};
use crate::plan::doc::OrganiserDoc;
use crate::problem::Problem;
use crate::sign_in::NewPasskey;
use crate::stock::text;
use crate::time::At;

/// The shortest password, as OWASP's ASVS has it without a second factor.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// The longest password. It is hashed whole, so it must not be a novel.
pub const PASSWORD_CHARS_MAX: usize = 256;
/// Letters of a password that must not follow from what anybody would try first.
const SURPRISES_MIN: usize = 6;
/// Characters of a mail address at most.
const EMAIL_CHARS_MAX: usize = 254;

/// What somebody may do for an organiser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TeamRole {
    /// Look at everything but where buyers live.
    Viewer,
    /// Move stock and orders, and hand goods over.
    Stall,
    /// Put slots up, change and move them, and connect other programs.
    Manager,
    /// Let people in and out as well.
    Owner,
}

impl From<Role> for TeamRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Viewer,
            Role::Stall => Self::Stall,
            Role::Manager => Self::Manager,
            Role::Owner => Self::Owner,
        }
    }
}

impl From<TeamRole> for Role {
    fn from(role: TeamRole) -> Self {
        match role {
            TeamRole::Viewer => Self::Viewer,
            TeamRole::Stall => Self::Stall,
            TeamRole::Manager => Self::Manager,
            TeamRole::Owner => Self::Owner,
        }
    }
}

impl TeamRole {
    /// The role as JSON has it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Stall => "stall",
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }
}

/// A new person: with a password, a passkey, or both.
#[derive(Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// Their name.
    #[schema(example = "Ada Berg", max_length = 100)]
    pub name: String,
    /// The mail address that they sign in with.
    #[schema(example = "ada@example.org", max_length = 254)]
    pub email: String,
    /// Their password.
    #[serde(default)]
    #[schema(min_length = 12, max_length = 256)]
    pub password: Option<String>,
    /// Their passkey, made with what `POST /v1/passkeys/options` answered.
    #[serde(default)]
    pub passkey: Option<NewPasskey>,
}

/// The same after its texts were looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckedPerson {
    /// The name, trimmed.
    pub name: String,
    /// The mail address in lower case.
    pub email: String,
    /// The password as it was typed.
    pub password: Option<String>,
    /// The passkey, not looked at.
    pub passkey: Option<NewPasskey>,
}

impl NewPerson {
    /// The texts, where they can be such.
    ///
    /// # Errors
    /// The first field that can't be; `within` is what it lies in, as `person.`.
    pub fn checked(&self, within: &str) -> Result<CheckedPerson, Problem> {
        let field = |name: &str| format!("{within}{name}");
        let (name, address) =
            (text(&field("name"), &self.name, LABEL_CHARS_MAX)?, email(&field("email"), &self.email)?);
        if self.password.is_none() && self.passkey.is_none() {
            return Err(Problem::value_wrong(&field("password"), "choose a password or a passkey"));
        }
        let chosen = self
            .password
            .as_deref()
            .map(|given| password(&field("password"), given, &[&name, &address]))
            .transpose()?;
        Ok(CheckedPerson { name, email: address, password: chosen, passkey: self.passkey.clone() })
    }
}

/// A mail address as people sign in with it.
///
/// # Errors
/// When it can't be one.
pub fn email(field: &str, given: &str) -> Result<String, Problem> {
    let address = text(field, given, EMAIL_CHARS_MAX)?.to_lowercase();
    let parts = address.split_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
    let plain = !address.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    match parts {
        Some((_, domain)) if plain && !domain.contains('@') => Ok(address),
        _ => Err(Problem::value_wrong(field, "write a mail address, as ada@example.org")),
    }
}

/// A password that is long enough, and more than its owner's `names`, a row of keys or a word that everybody tries.
/// Nothing else is asked of it: length is what helps.
///
/// # Errors
/// When it is too short, too long, or too easy.
pub fn password(field: &str, given: &str, names: &[&str]) -> Result<String, Problem> {
    let chars = given.chars().count();
    if chars < PASSWORD_CHARS_MIN {
        let sentence = format!("use at least {PASSWORD_CHARS_MIN} characters; a few words in a row are good");
        return Err(Problem::value_wrong(field, &sentence));
    }
    if chars > PASSWORD_CHARS_MAX {
        return Err(Problem::too_long(field, PASSWORD_CHARS_MAX));
    }
    if is_common(given) || surprises(given, names) < SURPRISES_MIN {
        let sentence = "this is little more than a name, a row of keys or a word that everybody tries; \
                        a few words in a row are good";
        return Err(Problem::value_wrong(field, sentence));
    }
    Ok(given.to_owned())
}

/// The first start: who runs this installation, and for whom.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupRequest {
    /// What stands behind the hash of the link that the terminal shows.
    pub token: String,
    /// Who.
    pub person: NewPerson,
    /// A new organiser.
    #[serde(default)]
    pub organiser: Option<OrganiserDoc>,
    /// Or the name in addresses of one that is there already.
    #[serde(default)]
    pub existing: Option<String>,
}

/// Where the first start stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SetupShape {
    /// Whether nobody runs this installation yet.
    pub open: bool,
}

/// What the first start can be done with, for whoever has its link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SetupChoices {
    /// Organisers that are there already.
    pub existing: Vec<OrganiserShape>,
}

/// A link's token.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// What stands behind the hash of the link.
    pub token: String,
}

/// Signing in.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The mail address.
    pub email: String,
    /// The password.
    pub password: String,
    /// A code of the second factor, once the answer was that one is wanted.
    #[serde(default)]
    pub code: Option<String>,
}

/// Another password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordRequest {
    /// The one so far; left out by whoever has none.
    #[serde(default)]
    pub before: Option<String>,
    /// The new one.
    pub password: String,
}

/// Going on for another organiser.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TurnRequest {
    /// Its name in addresses.
    pub organiser: String,
}

/// Somebody who runs organisers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonShape {
    /// Their id.
    pub id: PersonRef,
    /// Their name.
    pub name: String,
    /// The mail address that they sign in with.
    pub email: String,
}

/// An organiser that somebody runs, and with which role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MembershipShape {
    /// The name in addresses.
    pub slug: String,
    /// The name for people.
    pub name: String,
    /// What they may do.
    pub role: TeamRole,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionShape {
    /// The session's id.
    pub id: SessionRef,
    /// Who.
    pub person: PersonShape,
    /// What they may do.
    pub role: TeamRole,
    /// For whom.
    pub organiser: OrganiserShape,
    /// Everybody whom they run something for.
    pub memberships: Vec<MembershipShape>,
    /// Whether they must set up a second factor before anything else.
    pub lacks_factor: bool,
    /// Whether they have a password.
    pub has_password: bool,
    /// Until when one may change how one signs in without doing so once more.
    pub fresh_until: At,
    /// When the session ends if it is not used.
    pub until: At,
}

/// One place where somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionEntryShape {
    /// Its id.
    pub id: SessionRef,
    /// Whether it is the one that asks.
    pub here: bool,
    /// The browser, as it names itself.
    pub agent: String,
    /// Where it was used from.
    pub address: String,
    /// When it began.
    pub made_at: At,
    /// When it was last used, to a few minutes.
    pub seen_at: At,
    /// When it ends if it is not used.
    pub until: At,
}

/// Somebody of the team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MemberShape {
    /// Who.
    #[serde(flatten)]
    pub person: PersonShape,
    /// What they may do.
    pub role: TeamRole,
    /// Since when.
    pub since: At,
}

/// Another role.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleRequest {
    /// The role.
    pub role: TeamRole,
}

/// Makes an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationRequest {
    /// Whom it is for, in your words.
    #[schema(example = "Ben, Saturdays", max_length = 100)]
    pub label: String,
    /// What they may do.
    pub role: TeamRole,
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct InvitationShape {
    /// Its id.
    pub id: InvitationRef,
    /// Whom it is for.
    pub label: String,
    /// What they may do.
    pub role: TeamRole,
    /// When it ends.
    pub until: At,
    /// The link; answered once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// What an invitation says to whoever has its link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct InvitedShape {
    /// To whom.
    pub organiser: OrganiserShape,
    /// What they may do.
    pub role: TeamRole,
    /// When it ends.
    pub until: At,
}

/// Coming in by an invitation. Whoever is signed in leaves `person` out.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptRequest {
    /// What stands behind the hash of the link.
    pub token: String,
    /// Who.
    #[serde(default)]
    pub person: Option<NewPerson>,
}

/// One thing that somebody did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditShape {
    /// Its id.
    pub id: AuditRef,
    /// When.
    pub at: At,
    /// Who.
    pub person: PersonRef,
    /// Their name at that time.
    pub name: String,
    /// What, as method and route of this API.
    pub act: String,
    /// The address that was asked, where it names something.
    pub subject: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// From where.
    pub address: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is refused is named by its field; what people type around an address does not count.
    #[test]
    fn persons_are_checked() {
        let person = |email: &str, password: &str| NewPerson {
            name: " Ada ".into(),
            email: email.into(),
            password: Some(password).filter(|given| !given.is_empty()).map(Into::into),
            passkey: None,
        };
        let ada = person(" Ada@Example.org ", "correct horse").checked("").unwrap_or_else(|_| panic!("fits"));
        assert_eq!((ada.name.as_str(), ada.email.as_str()), ("Ada", "ada@example.org"));
        let field = |person: NewPerson| match person.checked("person.") {
            Ok(_) => panic!("it can't be"),
            Err(problem) => problem.members["field"].as_str().map(str::to_owned),
        };
        assert_eq!(field(person("ada", "correct horse")).as_deref(), Some("person.email"));
        assert_eq!(field(person("a@b@c", "correct horse")).as_deref(), Some("person.email"));
        assert_eq!(field(person("a d@b", "correct horse")).as_deref(), Some("person.email"));
        assert_eq!(
            field(person("a@b.org", "")).as_deref(),
            Some("person.password"),
            "nothing to sign in with"
        );
        assert_eq!(field(person("a@b.org", "short")).as_deref(), Some("person.password"));
        assert_eq!(field(person("a@b.org", &"x".repeat(257))).as_deref(), Some("person.password"));
        assert_eq!(field(person("a@b.org", "ada ada ada ada")).as_deref(), Some("person.password"));
    }
}
