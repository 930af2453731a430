//! Roles: what the people who run an organiser may do.
//!
//! Who they are, and that they are who they say, is no rule and stands in the store and the web face. Start at
//! [`Role`].

use crate::organiser::Scope;

/// What a person may do for an organiser. Each may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Look at everything but where buyers live.
    Viewer,
    /// Move stock and orders, and hand goods over.
    Stall,
    /// Put slots up, change and move them, and connect other programs.
    Manager,
    /// Let people in and out as well.
    Owner,
}

impl Role {
    /// All of them, the smallest first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Stall, Self::Manager, Self::Owner];

    /// The scope that an API key would need for the same.
    ///
    /// ```
    /// use dayshelf_core::{organiser::Scope, people::Role};
    /// assert_eq!(Role::Stall.scope(), Scope::Sell);
    /// // An owner's keys can do no more than a manager's: no key lets people in.
    /// assert_eq!(Role::Owner.scope(), Role::Manager.scope());
    /// ```
    pub const fn scope(self) -> Scope {
        match self {
            Self::Viewer => Scope::Read,
            Self::Stall => Scope::Sell,
            Self::Manager | Self::Owner => Scope::Manage,
        }
    }

    /// The smallest role that has a scope.
    pub const fn least(scope: Scope) -> Self {
        match scope {
            Scope::Read => Self::Viewer,
            Scope::Sell => Self::Stall,
            Scope::Manage => Self::Manager,
        }
    }
}
