//! The stored forms of changes of slots. No logic; see the rules of `codec` before changing a line.

use dayshelf_core::change::{
    Back, ChangeTerms, Credential, Edit, Guard, Handover, Made, MadeKind, Notice, Part, PartsBack, Pending,
    PendingEnd, Promise, Reason, Seen, Shown, Tell, Telling, Trail, Undo, Wish,
};
use dayshelf_core::ids::{ConfirmationId, PasswordId, PersonId};
use dayshelf_core::template::Filling;

use super::{Codec, CodecFault, Input, choice, newtype, record};

newtype!(ConfirmationId, PasswordId, PersonId);

record! {
    ChangeTerms { quiet, burst }
    Edit { slug, title, story, image, place, times, extras, faqs, units }
    Pending { id, slot, wish, tell, by, reasons, asked_at, expires }
    Seen { until, times, place, handovers }
    Handover { choice, from, until, place }
    Notice { since, at }
    Trail { slot, sequence, seen, notice, undo }
    Undo { back, until, tell }
    PartsBack { parts, template }
    Made { slot, kind, by, at, tell, granted, trail }
    Telling { slot, sequence, seen, title, times, place, handovers }
    Promise { order, is, pickup, was }
    Shown { title, times, place }
    Guard { credential, recent, frozen }
}

choice! {
    Credential { 0 => House, 1 => Key(key), 2 => Password(password), 3 => Link(confirmation), 4 => Person(person), }
    Wish { 0 => Edit(edit), 1 => Cancel, 2 => Part(part), 3 => Template(filling), }
    Part {
        0 => Window(id, spec),
        1 => Fulfilment(id, spec),
        2 => Offer(id, spec),
        3 => Block(id, spec),
        4 => Pool(id, spec),
    }
    Tell { 0 => Now, 1 => AfterQuiet, 2 => Nobody, }
    Reason {
        0 => Bought { holds, orders },
        1 => BelowSold { pool, missing, short },
        2 => IntoPast,
        3 => AcrossWindow { window, before, after },
        4 => BeyondPromise { block, places },
    }
    PendingEnd { 0 => Granted(by), 1 => Declined(by), 2 => Expired, 3 => Overtaken, }
    MadeKind {
        0 => Edited,
        1 => Moved,
        2 => Cancelled,
        3 => Undone,
        4 => Planned,
        5 => PartRemoved(part),
        6 => Filled { removes },
    }
}

/// The parts that it comes to are read anew when somebody says yes, so they are not kept.
impl Codec for Filling {
    fn put(&self, out: &mut Vec<u8>) {
        let Self { template, version, values, parts: _ } = self;
        template.put(out);
        version.put(out);
        values.put(out);
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        let (template, version, values) = (Codec::take(from)?, Codec::take(from)?, Codec::take(from)?);
        Ok(Self { template, version, values, parts: None })
    }
}

/// What begins the form of parts to go back to. An edit begins with whether it has a slug, 0 or 1, and was kept without
/// a byte in front before there was anything else.
const PARTS_BACK: u8 = 2;

impl Codec for Back {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Edit(edit) => edit.put(out),
            Self::Parts(parts) => {
                out.push(PARTS_BACK);
                parts.put(out);
            }
        }
    }

    fn take(from: &mut Input<'_>) -> Result<Self, CodecFault> {
        if from.rest.first() != Some(&PARTS_BACK) {
            return Codec::take(from).map(Self::Edit);
        }
        from.byte()?;
        Codec::take(from).map(Self::Parts)
    }
}
