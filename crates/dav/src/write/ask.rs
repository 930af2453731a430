//! The one place that asks the desk: an app's intent as a command, and the desk's answer as one of four.
//!
//! No rule stands here but the wish itself. Start at [`Verdict`].

use dayshelf_core::command::{Command, Expect, PutSlot, Resolutions};
use dayshelf_core::ids::{Home, SlotId};
use dayshelf_core::slot::{Slot, SlotSpec};
use dayshelf_core::time::Anchor;
use dayshelf_desk::{Ask, Reply, SlotCard, SlotSheet};
use dayshelf_wire::time::Place;

use crate::no::No;
use crate::server::Dav;

/// What became of an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is done, and durable.
    Done,
    /// It is not done, and asking again does not help.
    Refused,
    /// The slot is another one by now.
    Stale,
    /// Nobody knows; come back.
    Away(No),
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
    let spec = SlotSpec {
        slug: slug(&wish.title, id),
        title: wish.title.clone(),
        story: String::new(),
        image: String::new(),
        place: wish.place.clone(),
        times: wish.times.times(),
        extras: Vec::new(),
    };
    let put = PutSlot { id, expected: Expect::New, spec, resolved: Resolutions::new() };
    submit(dav, id.home(), Command::PutSlot(Box::new(put))).await
}

/// Brings a slot to what is wished, with everything that is anchored to it.
pub async fn alter(dav: &Dav, sheet: &SlotSheet, wish: &Wish) -> Verdict {
    let slot = &sheet.slot;
    let spec = SlotSpec {
        title: wish.title.clone(),
        place: wish.place.clone(),
        times: wish.times.times(),
        ..slot.spec.clone()
    };
    let resolved = wish.times.resolutions(anchors(sheet));
    let put = PutSlot { id: slot.id, expected: Expect::Version(slot.version), spec, resolved };
    submit(dav, slot.id.home(), Command::PutSlot(Box::new(put))).await
}

/// Calls a slot off, when nobody has anything of it.
pub async fn call_off(dav: &Dav, card: &SlotCard) -> Verdict {
    if card.offers.iter().any(|offer| offer.taken > 0) || !card.waiting.is_empty() {
        return Verdict::Refused;
    }
    let slot: &Slot = &card.sheet.slot;
    let expected = Expect::Version(slot.version);
    submit(dav, slot.id.home(), Command::CancelSlot { slot: slot.id, expected }).await
}

async fn submit(dav: &Dav, home: Home, command: Command) -> Verdict {
    use dayshelf_core::refusal::Refusal;
    match dav.desk.submit(Ask { home, command, key: None }).await {
        Reply::Done(_) => Verdict::Done,
        Reply::Refused { refusal: Refusal::VersionStale { .. }, .. } => Verdict::Stale,
        Reply::Refused { .. } => Verdict::Refused,
        Reply::Fault(fault) => Verdict::Away(fault.into()),
    }
}

/// The anchors of all blocks and price steps of a slot.
fn anchors(sheet: &SlotSheet) -> impl Iterator<Item = Anchor> + '_ {
    let windows = sheet.windows.iter().flat_map(|window| [window.spec.opens, window.spec.closes]);
    let blocks = sheet.fulfilments.iter().flat_map(|block| {
        let boxes = block.spec.boxes.iter().flat_map(|time_box| [time_box.from, time_box.until]);
        [block.spec.opens, block.spec.closes].into_iter().chain(boxes)
    });
    let steps = sheet.offers.iter().flat_map(|offer| &offer.spec.ladder).filter_map(|step| step.from);
    windows.chain(blocks).chain(steps).map(|when| when.anchor)
}

/// A name in addresses: the title's letters, and enough of the id to be the only one.
fn slug(title: &str, id: SlotId) -> String {
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
    use dayshelf_core::ids::{Id, Salt};
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
