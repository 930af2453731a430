//! Who is let in: customer lists and codes of a plan.

use std::collections::BTreeSet;

use dayshelf_core::access::List;
use dayshelf_core::ids::{CodeId, ListId};
use dayshelf_core::plan::PlanCode;

use super::build::Reader;
use super::doc::{CodeDoc, ListDoc};
use crate::problem::Problem;
use crate::secret::code_digest;

impl Reader<'_> {
    pub(super) fn list(&mut self, doc: &ListDoc, index: usize) -> Option<List> {
        let mut customers = BTreeSet::new();
        for (email, place) in doc.customers.iter().zip(0_usize..) {
            match crate::buyer::contact(email, self.context.home) {
                Ok(contact) => {
                    customers.insert(contact.key);
                }
                Err(sentence) => {
                    self.flaw(Problem::value_wrong(&format!("lists[{index}].customers[{place}]"), &sentence));
                }
            }
        }
        Some(List { id: ListId((self.context.mint)()), key: doc.key.clone(), customers, version: 0 })
    }

    pub(super) fn code(&mut self, doc: &CodeDoc, index: usize) -> Option<PlanCode> {
        let field = format!("codes[{index}]");
        if doc.code.trim().is_empty() || doc.code.chars().count() > crate::hold::CODE_CHARS_MAX {
            let sentence = format!("write a code of 1 to {} characters", crate::hold::CODE_CHARS_MAX);
            self.flaw(Problem::value_wrong(&format!("{field}.code"), &sentence));
        }
        let expires = match &doc.expires {
            None => None,
            Some(text) => Some(self.instant(text, &format!("{field}.expires"))?),
        };
        let digest = code_digest(&doc.code, self.context.home);
        Some(PlanCode { id: CodeId((self.context.mint)()), group: doc.group.clone(), digest, expires })
    }
}
