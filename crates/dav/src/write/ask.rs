//! The one place that asks the desk: an app's intent as a command, and the desk's answer as one of five.
//!
//! No rule stands here but the wish itself. Start at [`Verdict`].

use dayshelf_core::change::{self, Credential, Edit, Tell};
use dayshelf_core::command::{ChangeSlot, Command, Expect, Resolutions};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{ConfirmationId, PasswordId, SlotId};
use dayshelf_core::refusal::Refusal;
use dayshelf_core::series::PutSeries;
use dayshelf_core::slot::{Slot, SlotSpec};
use dayshelf_core::time::Anchor;
use dayshelf_desk::{Ask, Reply};
use dayshelf_wire::time::Place;

use crate::no::No;
use crate::server::Dav;

/// What became of an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is done, and durable.
    Done,
    /// It waits until somebody says yes under this id; nothing of it is done.
    Waits(ConfirmationId),
    /// It is not done, and asking again does not help.
    Refused,
    /// The slot is another one by now.
    Stale,
    /// Nobody knows; come back.
    Away(No),
}

/// On whose word something is changed, and who is told.
#[derive(Clone, Copy, Debug)]
pub struct By {
    /// The app's password.
    pub password: PasswordId,
    /// Who is told.
    pub tell: Tell,
}

impl By {
    /// As it is where the entry does not say who is told: customers hear of it once, when it has been quiet.
    pub const fn usual(password: PasswordId) -> Self {
        Self { password, tell: Tell::AfterQuiet }
    }
}

/// What an entry wishes its slot to be.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Its title.
    pub title: String,
    /// Where it is.
    pub place: String,
    /// When it is.
    pub times: Place,
}

/// Makes a draft.
pub async fn make(dav: &Dav, id: SlotId, wish: &Wish) -> Verdict {
    let spec = Box::new(draft(id, wish));
    submit(dav, id, Command::MakeSlot { id, spec }).await
}

/// What a draft of a wish is.
pub fn draft(id: SlotId, wish: &Wish) -> SlotSpec {
    SlotSpec {
        slug: slug(&wish.title, id),
        title: wish.title.clone(),
        story: String::new(),
        image: String::new(),
        place: wish.place.clone(),
        times: wish.times.times(),
        extras: Vec::new(),
        faqs: Vec::new(),
    }
}

/// Brings a slot to what is wished, with everything that is anchored to it.
pub async fn alter(dav: &Dav, slot: &Slot, wish: &Wish, by: By) -> Verdict {
    let resolved = match anchors(dav, slot.id).await {
        Ok(anchors) => wish.times.resolutions(anchors),
        Err(no) => return Verdict::Away(no),
    };
    let times = wish.times.times();
    let edit = Edit {
        title: Some(wish.title.clone()),
        place: Some(wish.place.clone()),
        // The same moments on another zone's wall are no move.
        times: (!times.same_as(&slot.spec.times)).then_some(times),
        ..Edit::default()
    };
    change(dav, slot, change::Wish::Edit(Box::new(edit)), (resolved, by)).await
}

/// Calls a slot off, of which customers always hear.
pub async fn call_off(dav: &Dav, slot: &Slot, by: PasswordId) -> Verdict {
    change(dav, slot, change::Wish::Cancel, (Resolutions::new(), By::usual(by))).await
}

async fn change(dav: &Dav, slot: &Slot, wish: change::Wish, (resolved, by): (Resolutions, By)) -> Verdict {
    let waits_as = ConfirmationId(dav.desk.mint().id(slot.id.home()));
    let ask = ChangeSlot {
        slot: slot.id,
        expected: Expect::Version(slot.version),
        wish,
        tell: by.tell,
        by: Credential::Password(by.password),
        resolved,
        waits_as,
    };
    submit(dav, slot.id, Command::ChangeSlot(Box::new(ask))).await
}

/// Hands a command about a slot in.
pub async fn submit(dav: &Dav, slot: SlotId, command: Command) -> Verdict {
    let wish = match &command {
        Command::ChangeSlot(change) => Some(change.wish.clone()),
        _ => None,
    };
    match dav.desk.submit(Ask { home: slot.home(), command, key: None }).await {
        Reply::Done(decided) => match decided.facts.iter().find_map(fate) {
            Some(verdict) => verdict,
            None if decided.facts.is_empty() => waiting(dav, slot, wish).await,
            None => Verdict::Done,
        },
        Reply::Refused { refusal: Refusal::VersionStale { .. }, .. } => Verdict::Stale,
        Reply::Refused { .. } => Verdict::Refused,
        Reply::Fault(fault) => Verdict::Away(fault.into()),
    }
}

/// Hands in a series. What waits of it is what the app has to see.
pub async fn submit_whole(dav: &Dav, put: PutSeries) -> Verdict {
    let (home, slots) = (put.id.home(), put.kept.iter().map(|kept| kept.waits_as).collect::<Vec<_>>());
    match dav.desk.submit(Ask { home, command: Command::PutSeries(Box::new(put)), key: None }).await {
        Reply::Done(decided) => {
            let waits = decided.facts.iter().find_map(|fact| match fact {
                Fact::ConfirmationAsked(pending) if slots.contains(&pending.id) => Some(pending.id),
                _ => None,
            });
            waits.map_or(Verdict::Done, Verdict::Waits)
        }
        Reply::Refused { refusal: Refusal::VersionStale { .. }, .. } => Verdict::Stale,
        Reply::Refused { .. } => Verdict::Refused,
        Reply::Fault(fault) => Verdict::Away(fault.into()),
    }
}

/// What a fact says about an intent.
fn fate(fact: &Fact) -> Option<Verdict> {
    match fact {
        Fact::ConfirmationAsked(pending) => Some(Verdict::Waits(pending.id)),
        Fact::CredentialFrozen { .. } => Some(Verdict::Refused),
        Fact::ChangeMade(_) => Some(Verdict::Done),
        _ => None,
    }
}

/// Nothing was decided: it is so already, or waits already.
async fn waiting(dav: &Dav, slot: SlotId, wish: Option<change::Wish>) -> Verdict {
    let look = dav.desk.look(slot.home(), move |books, _| {
        let pending = books?.pending_of(slot)?;
        (Some(&pending.wish) == wish.as_ref()).then_some(pending.id)
    });
    match look.await {
        Ok(Some(id)) => Verdict::Waits(id),
        Ok(None) => Verdict::Done,
        Err(fault) => Verdict::Away(fault.into()),
    }
}

/// The anchors of everything that hangs on a slot. What comes meanwhile is missing, which the core takes for a
/// stale change.
async fn anchors(dav: &Dav, slot: SlotId) -> Result<Vec<Anchor>, No> {
    let look = dav.desk.look(slot.home(), move |books, _| {
        books.map(|books| books.whens_of(slot).into_iter().map(|when| when.anchor).collect())
    });
    look.await?.ok_or(No::NOTHING)
}

/// A name in addresses: the title's letters, and enough of the id to be the only one.
pub fn slug(title: &str, id: SlotId) -> String {
    const TITLE_LETTERS: usize = 40;
    let mut name = String::new();
    for letter in title.to_lowercase().chars() {
        if name.len() >= TITLE_LETTERS {
            break;
        }
        if letter.is_ascii_alphanumeric() {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let id = id.0.to_string();
    let tail = &id[id.len().saturating_sub(8)..];
    match name.trim_end_matches('-') {
        "" => format!("slot-{tail}"),
        name => format!("{name}-{tail}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::ids::{Home, Id, Salt};
    use dayshelf_core::text::is_slug;

    /// Any title makes a name that addresses can have.
    #[test]
    fn slugs_of_titles() {
        let id = SlotId(Id::mint(1, Home { shard: 0, number: 1 }, Salt(77)));
        for title in ["Kiln opening, 2nd!", "ü", "", "----", &"long ".repeat(50), "日本"] {
            assert!(is_slug(&slug(title, id)), "{title:?}");
        }
        assert!(slug("Kiln opening, 2nd!", id).starts_with("kiln-opening-2nd-"));
    }
}
