//! How people sign in, in JSON: passkeys, the second factor, recovery.
//!
//! Passkeys speak WebAuthn's own JSON (Web Authentication Level 3, sections 5.1.8 and 5.1.9), so that any library
//! for browsers understands them; only what is used here stands in it. Start at [`PasskeyWish`].

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::LABEL_CHARS_MAX;
use crate::name::PasskeyRef;
use crate::problem::Problem;
use crate::stock::text;
use crate::time::At;

/// Whom a passkey is to be made for: left out by whoever is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyWish {
    /// The mail address of somebody new.
    #[serde(default)]
    #[schema(example = "ada@example.org", max_length = 254)]
    pub email: Option<String>,
    /// Or what stands behind the hash of a recovery link.
    #[serde(default)]
    pub recovery: Option<String>,
}

/// What a browser's `navigator.credentials.create` is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions {
    /// Who asks.
    pub rp: RelyingParty,
    /// Whom it is for.
    pub user: PasskeyUser,
    /// What the answer has to name, base64url. It counts once and for five minutes.
    pub challenge: String,
    /// The kinds of key that are taken, the best first.
    pub pub_key_cred_params: Vec<KeyKind>,
    /// Milliseconds to answer in.
    pub timeout: u32,
    /// Passkeys that are there already.
    pub exclude_credentials: Vec<Descriptor>,
    /// What the device must do.
    pub authenticator_selection: Selection,
    /// No proof of the device's make is wanted: `none`.
    pub attestation: &'static str,
}

/// What a browser's `navigator.credentials.get` is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestOptions {
    /// What the answer has to name, base64url. It counts once and for five minutes.
    pub challenge: String,
    /// Milliseconds to answer in.
    pub timeout: u32,
    /// The host that passkeys here are for.
    pub rp_id: String,
    /// The device sees that it is its owner: `required`.
    pub user_verification: &'static str,
}

/// Who asks for a passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RelyingParty {
    /// The host that it is for.
    pub id: String,
    /// A name for people.
    pub name: String,
}

/// Whom a passkey is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyUser {
    /// What the passkey knows them by, base64url. It says nothing about them.
    pub id: String,
    /// The mail address.
    pub name: String,
    /// The name for people.
    pub display_name: String,
}

/// A kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct KeyKind {
    /// Always `public-key`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The algorithm's number at IANA: -8 EdDSA, -7 ES256, -257 RS256.
    pub alg: i32,
}

/// A passkey, as browsers name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Descriptor {
    /// Always `public-key`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What its device calls it, base64url.
    pub id: String,
}

/// What the device must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    /// It keeps the passkey, so that nobody types who they are: `required`.
    pub resident_key: &'static str,
    /// The same in older browsers' words.
    pub require_resident_key: bool,
    /// It sees that it is its owner: `required`.
    pub user_verification: &'static str,
}

/// A new passkey, as `navigator.credentials.create` answers it (`toJSON`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct NewPasskey {
    /// The device's answer.
    pub response: Attested,
}

/// See [`NewPasskey`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attested {
    /// What the browser said, base64url.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// What the device said, base64url.
    pub attestation_object: String,
}

/// A passkey that signs somebody in, as `navigator.credentials.get` answers it (`toJSON`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct UsedPasskey {
    /// What its device calls it, base64url.
    pub id: String,
    /// The device's answer.
    pub response: Asserted,
}

/// See [`UsedPasskey`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Asserted {
    /// What the browser said, base64url.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// What the device said, base64url.
    pub authenticator_data: String,
    /// Its signature over both, base64url.
    pub signature: String,
    /// Whom it is for, base64url.
    #[serde(default)]
    pub user_handle: Option<String>,
}

/// Adds a passkey.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyRequest {
    /// What you call it.
    #[schema(example = "Ada's phone", max_length = 100)]
    pub name: String,
    /// What the browser answered.
    pub credential: NewPasskey,
}

/// Gives a passkey another name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyName {
    /// What you call it.
    #[schema(max_length = 100)]
    pub name: String,
}

/// One of somebody's passkeys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PasskeyShape {
    /// Its id.
    pub id: PasskeyRef,
    /// What its owner calls it.
    pub name: String,
    /// Whether it is on more devices than one, as its maker says.
    pub backed_up: bool,
    /// When it was added.
    pub made_at: At,
    /// When it was last used; left out for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_at: Option<At>,
}

/// How somebody's second factor stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SecondFactorShape {
    /// Whether a password alone does not suffice.
    pub on: bool,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<At>,
    /// Recovery codes that were not used.
    pub codes_left: u32,
}

/// What an app for codes needs to know; answered once.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SecondFactorBegun {
    /// The secret in base32, to type.
    pub secret: String,
    /// The same as an address that apps open.
    pub uri: String,
    /// The address as a QR code: a line of `0` (light) and `1` (dark) for each row, without a margin.
    pub qr: Vec<String>,
}

/// A code of somebody's app.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeOnce {
    /// Six digits.
    #[schema(example = "287082")]
    pub code: String,
}

/// Codes for when the app is away; answered once.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Each of them signs in once, in place of the app's code.
    pub codes: Vec<String>,
}

/// Whether links for whoever can't sign in are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecoveryShape {
    /// By mail; else the operator makes them with `dayshelf recover-access`.
    pub by_mail: bool,
}

/// Asks for a link.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecoveryRequest {
    /// The mail address that somebody signs in with.
    #[schema(max_length = 254)]
    pub email: String,
}

/// A link for somebody who can't sign in.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecoveryLink {
    /// The link; it is for that person alone.
    pub link: String,
    /// When it ends.
    pub until: At,
}

/// What a recovery link says to whoever has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Recoverable {
    /// Whom it is for.
    pub email: String,
    /// Whether a code is needed as well.
    pub code: bool,
}

/// Comes back by a recovery link: with a new password or a new passkey.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecoverRequest {
    /// What stands behind the hash of the link.
    pub token: String,
    /// A new password.
    #[serde(default)]
    #[schema(min_length = 12, max_length = 256)]
    pub password: Option<String>,
    /// Or a new passkey.
    #[serde(default)]
    pub passkey: Option<NewPasskey>,
    /// A code of the second factor, where there is one and the link does not lift it.
    #[serde(default)]
    pub code: Option<String>,
}

/// What somebody calls a passkey.
///
/// # Errors
/// When it is empty or too long.
pub fn passkey_name(given: &str) -> Result<String, Problem> {
    text("name", given, LABEL_CHARS_MAX)
}
