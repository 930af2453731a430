//! Codes, customer lists and API keys in JSON. Secrets go out once, when they are made; codes never do.

use std::collections::BTreeSet;

use dayshelf_core::access::{Code, CustomersChange, List};
use dayshelf_core::ids::{CodeId, Home, KeyId, ListId};
use dayshelf_core::limits::LIST_CUSTOMERS_MAX;
use dayshelf_core::organiser::{ApiKey, Organiser, Scope};
use dayshelf_core::text::{BuyerKey, Digest};
use dayshelf_core::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::hold::CODE_CHARS_MAX;
use crate::look::LookShape;
use crate::name::{CodeRef, KeyRef, ListRef, OrganiserRef};
use crate::problem::Problem;
use crate::secret::code_digest;
use crate::stock::text;
use crate::time::At;

/// Characters of a group's, list's or key's name at most.
pub const LABEL_CHARS_MAX: usize = 100;

/// A name that somebody gives to something of theirs.
///
/// # Errors
/// When it is empty or over-long.
pub fn label(field: &str, given: &str) -> Result<String, Problem> {
    text(field, given, LABEL_CHARS_MAX)
}

/// Makes a code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    /// The group that windows name.
    #[schema(example = "vip", max_length = 64)]
    pub group: String,
    /// Its text; case and spaces do not count. It is kept as a digest only.
    #[schema(example = "MOONRISE", max_length = 100)]
    pub code: String,
    /// When it stops working; never when left out.
    #[serde(default)]
    pub expires: Option<At>,
}

impl CodeRequest {
    /// The core's value.
    ///
    /// # Errors
    /// When a text is empty or over-long.
    pub fn code(&self, id: CodeId) -> Result<Code, Problem> {
        Ok(Code {
            id,
            group: self.group.trim().to_owned(),
            digest: code_digest(&text("code", &self.code, CODE_CHARS_MAX)?, id.home()),
            expires: self.expires.map(|at| at.0),
            version: 0,
        })
    }
}

/// Changes a code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeChange {
    /// The group that windows name.
    #[schema(example = "vip", max_length = 64)]
    pub group: String,
    /// Another text; the one that it has when left out.
    #[serde(default)]
    #[schema(example = "MOONRISE", max_length = 100)]
    pub code: Option<String>,
    /// When it stops working; never when left out.
    #[serde(default)]
    pub expires: Option<At>,
}

impl CodeChange {
    /// The core's value, from the code as it is.
    ///
    /// # Errors
    /// When a text is empty or over-long.
    pub fn code(&self, before: &Code) -> Result<Code, Problem> {
        let CodeChange { group, code, expires } = self.clone();
        if let Some(code) = code {
            return CodeRequest { group, code, expires }.code(before.id);
        }
        Ok(Code { group: group.trim().to_owned(), expires: expires.map(|at| at.0), ..before.clone() })
    }
}

/// A code as its organiser sees it: not its text, which nobody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CodeShape {
    /// Its id.
    pub id: CodeRef,
    /// The group that windows name.
    pub group: String,
    /// When it stops working.
    pub expires: Option<At>,
}

impl From<&Code> for CodeShape {
    fn from(code: &Code) -> Self {
        Self { id: CodeRef(code.id), group: code.group.clone(), expires: code.expires.map(At) }
    }
}

/// Makes or replaces a customer list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListRequest {
    /// Its name.
    #[schema(example = "friends", max_length = 100)]
    pub key: String,
    /// Mail addresses. They are kept as digests only.
    pub customers: Vec<String>,
}

/// Changes a customer list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListChange {
    /// Its name.
    #[schema(example = "friends", max_length = 100)]
    pub key: String,
    /// Mail addresses of all who are on it then; those who are on it stay when left out.
    #[serde(default)]
    pub customers: Option<Vec<String>>,
}

impl ListChange {
    /// The core's value, from the list as it is.
    ///
    /// # Errors
    /// As [`ListRequest::list`].
    pub fn list(&self, before: &List) -> Result<List, Problem> {
        let ListChange { key, customers } = self.clone();
        if let Some(customers) = customers {
            return ListRequest { key, customers }.list(before.id);
        }
        Ok(List { key: text("key", &key, LABEL_CHARS_MAX)?, ..before.clone() })
    }
}

impl ListRequest {
    /// The core's value.
    ///
    /// # Errors
    /// When the name is empty, the list over-long, or an address can't be one.
    pub fn list(&self, id: ListId) -> Result<List, Problem> {
        if self.customers.len() > LIST_CUSTOMERS_MAX {
            return Err(Problem::too_long("customers", LIST_CUSTOMERS_MAX));
        }
        Ok(List {
            id,
            key: text("key", &self.key, LABEL_CHARS_MAX)?,
            customers: customers("customers", &self.customers, id.home())?,
            version: 0,
        })
    }
}

/// Adds customers to a list, or takes some off.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomersRequest {
    /// Mail addresses that come on it; who is on it already stays.
    #[serde(default)]
    pub add: Vec<String>,
    /// Mail addresses that come off it; who is not on it stays off.
    #[serde(default)]
    pub remove: Vec<String>,
}

impl CustomersRequest {
    /// The customers by the keys that they are known by.
    ///
    /// # Errors
    /// When there are too many, an address can't be one, or one is to come on and off.
    pub fn change(&self, home: Home) -> Result<CustomersChange, Problem> {
        for (field, emails) in [("add", &self.add), ("remove", &self.remove)] {
            if emails.len() > LIST_CUSTOMERS_MAX {
                return Err(Problem::too_long(field, LIST_CUSTOMERS_MAX));
            }
        }
        let change = CustomersChange {
            add: customers("add", &self.add, home)?,
            remove: customers("remove", &self.remove, home)?,
        };
        if change.add.intersection(&change.remove).next().is_some() {
            let sentence = "somebody is to come on the list and off it; name each customer in one of the two";
            return Err(Problem::value_wrong("remove", sentence));
        }
        Ok(change)
    }
}

fn customers(field: &str, emails: &[String], home: Home) -> Result<BTreeSet<BuyerKey>, Problem> {
    let key = |(email, index): (&String, usize)| {
        let contact = crate::buyer::contact(email, home);
        contact
            .map(|contact| contact.key)
            .map_err(|sentence| Problem::value_wrong(&format!("{field}[{index}]"), &sentence))
    };
    emails.iter().zip(0..).map(key).collect()
}

/// A customer list as its organiser sees it: how many are on it, not who.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ListShape {
    /// Its id.
    pub id: ListRef,
    /// Its name.
    pub key: String,
    /// How many customers are on it.
    pub customers: usize,
}

impl From<&List> for ListShape {
    fn from(list: &List) -> Self {
        Self { id: ListRef(list.id), key: list.key.clone(), customers: list.customers.len() }
    }
}

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScopeShape {
    /// Read everything of the organiser.
    Read,
    /// Read, and move stock and orders.
    Sell,
    /// Everything.
    Manage,
}

impl From<Scope> for ScopeShape {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Read => Self::Read,
            Scope::Sell => Self::Sell,
            Scope::Manage => Self::Manage,
        }
    }
}

impl From<ScopeShape> for Scope {
    fn from(scope: ScopeShape) -> Self {
        match scope {
            ScopeShape::Read => Self::Read,
            ScopeShape::Sell => Self::Sell,
            ScopeShape::Manage => Self::Manage,
        }
    }
}

/// Makes an API key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    /// What it is for.
    #[schema(example = "till at the stall", max_length = 100)]
    pub name: String,
    /// What it may do.
    pub scope: ScopeShape,
    /// When it stops working; never when left out.
    #[serde(default)]
    pub expires: Option<At>,
}

impl KeyRequest {
    /// The core's value.
    ///
    /// # Errors
    /// When the name is empty or over-long.
    pub fn key(&self, id: KeyId, secret: Digest, made_at: Instant) -> Result<ApiKey, Problem> {
        Ok(ApiKey {
            id,
            name: text("name", &self.name, LABEL_CHARS_MAX)?,
            secret,
            scope: self.scope.into(),
            expires: self.expires.map(|at| at.0),
            made_at,
        })
    }
}

/// An API key as its organiser sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct KeyShape {
    /// Its id.
    pub id: KeyRef,
    /// The key itself; answered once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scope: ScopeShape,
    /// When it stops working.
    pub expires: Option<At>,
    /// When it was made.
    pub made_at: At,
    /// Since when it may change nothing, because it moved or called off too many slots at once.
    pub frozen_since: Option<At>,
    /// When a request last came with it, as far as this node has seen since it started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<At>,
}

impl KeyShape {
    /// The key as it stands; `text` is the key itself, where the answer carries it.
    pub fn of(key: &ApiKey, text: Option<String>) -> Self {
        Self {
            id: KeyRef(key.id),
            key: text,
            name: key.name.clone(),
            scope: key.scope.into(),
            expires: key.expires.map(At),
            made_at: At(key.made_at),
            frozen_since: None,
            heard_at: None,
        }
    }
}

/// A new organiser with its first API key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FoundedShape {
    /// The organiser.
    pub organiser: OrganiserShape,
    /// A key that may do everything; its text is answered here, and to a retry of this.
    pub key: KeyShape,
}

/// An organiser as it shows itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganiserShape {
    /// Its id.
    pub id: OrganiserRef,
    /// The name in addresses.
    pub slug: String,
    /// The name for people.
    pub name: String,
    /// A sentence or two.
    pub about: String,
    /// The zone that new slots start with.
    pub zone: String,
    /// The currency of every price.
    pub currency: String,
    /// Seconds that it must be quiet after a change before customers are told.
    pub quiet_seconds: i64,
    /// Slots that one credential may move or call off within five minutes.
    pub burst: u32,
    /// Whether what is fetched may be paid when it is fetched.
    pub at_pickup: bool,
    /// What its pages look like.
    pub look: LookShape,
    /// Rises by one with every change.
    pub version: u32,
}

impl From<&Organiser> for OrganiserShape {
    fn from(organiser: &Organiser) -> Self {
        let spec = &organiser.spec;
        Self {
            id: OrganiserRef(organiser.id),
            slug: spec.slug.clone(),
            name: spec.name.clone(),
            about: spec.about.clone(),
            zone: spec.zone.clone(),
            currency: spec.currency.code().to_owned(),
            quiet_seconds: spec.changes.quiet.0 / 1_000,
            burst: spec.changes.burst,
            at_pickup: spec.at_pickup,
            look: LookShape::of(&organiser.look, organiser.id),
            version: organiser.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::ids::{Id, Salt};

    /// Neither a code's text nor a customer's address ever comes back.
    #[test]
    fn nothing_secret_comes_back() {
        let id = Id::mint(1, Home { shard: 0, number: 1 }, Salt(1));
        let code = CodeRequest { group: "vip".into(), code: "MOONRISE".into(), expires: None };
        let json = serde_json::to_string(&CodeShape::from(&code.code(CodeId(id)).unwrap())).unwrap();
        assert!(!json.contains("MOON") && json.contains("vip"));
        let list = ListRequest { key: "friends".into(), customers: vec!["a@b.org".into(), "A@b.org".into()] };
        let shape = ListShape::from(&list.list(ListId(id)).unwrap());
        assert_eq!(shape.customers, 1, "one person, written twice");
        let wrong = ListRequest { key: "friends".into(), customers: vec!["a@b.org".into(), "b".into()] };
        assert_eq!(wrong.list(ListId(id)).unwrap_err().members["field"], "customers[1]");
        let key = KeyRequest { name: " ".into(), scope: ScopeShape::Sell, expires: None };
        assert!(key.key(KeyId(id), Digest([0; 32]), Instant(0)).is_err());
    }
}
