//! Single edits: one part of a slot put or removed, by the same way as a change of the slot itself.

use dayshelf_core::change::{Credential, Part, Tell, Wish};
use dayshelf_core::command::{ChangeSlot, Command, Expect, Resolutions};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{ConfirmationId, SlotId};
use dayshelf_desk::{Decided, Key};

use super::slots::pipeline::{News, rehearsed};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::Told;
use crate::no::No;

/// On whose credential an edit is made, who is told, and whether it is only looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub by: Credential,
    pub told: Told,
}

impl Manner {
    /// As it is where the sender does not say how.
    pub const fn usual(by: Credential) -> Self {
        Self { by, told: Told { tell: Tell::AfterQuiet, dry_run: false } }
    }

    /// As the sender has it.
    pub const fn of(by: Credential, told: Told) -> Self {
        Self { by, told }
    }
}

/// An edit of one part.
pub(super) struct Single {
    pub slot: SlotId,
    pub expected: Expect,
    pub part: Part,
}

/// What came of it.
pub(super) enum Came {
    /// It is done, or was so already.
    Done(Decided),
    /// It waits for a yes, or was only looked at; this is what is said of it.
    Said(Answer),
}

impl Single {
    /// Hands the edit in.
    ///
    /// # Errors
    /// The refusal, with its field as the sender of one thing wrote it; or that the credential is frozen by it.
    pub async fn hand_in(self, app: &App, manner: Manner, key: Option<Key>) -> Result<Came, No> {
        let Self { slot, expected, part } = self;
        let wish = Wish::Part(Box::new(part));
        let ask = ChangeSlot {
            slot,
            expected,
            wish: wish.clone(),
            tell: manner.told.tell,
            by: manner.by,
            resolved: Resolutions::new(),
            waits_as: ConfirmationId(app.desk.mint().id(slot.home())),
        };
        if manner.told.dry_run {
            return rehearsed(app, ask).await.map(Came::Said).map_err(No::alone);
        }
        let command = Command::ChangeSlot(Box::new(ask));
        let decided = app.submit(slot.home(), command, key).await.map_err(No::alone)?;
        let asked = decided.facts.iter().any(|fact| matches!(fact, Fact::ConfirmationAsked(_)));
        let frozen = decided.facts.iter().any(|fact| matches!(fact, Fact::CredentialFrozen { .. }));
        if !asked && !frozen && !decided.facts.is_empty() {
            return Ok(Came::Done(decided));
        }
        let news = News::of(app, slot, &decided).await?;
        // Asked for again, it waits already.
        if asked || news.waits_for(&wish) {
            return Ok(Came::Said(news.answer(app, &decided)?));
        }
        Ok(Came::Done(decided))
    }

    /// Removes the part.
    ///
    /// # Errors
    /// As [`Self::hand_in`].
    pub async fn remove(self, app: &App, manner: Manner) -> Result<Answer, No> {
        match self.hand_in(app, manner, None).await? {
            Came::Done(_) => Ok(Answer::done()),
            Came::Said(answer) => Ok(answer),
        }
    }
}
