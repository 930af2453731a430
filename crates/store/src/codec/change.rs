//! The stored forms of changes of slots. No logic; see the rules of `codec` before changing a line.

use dayshelf_core::change::{
    ChangeTerms, Credential, Edit, Guard, Handover, Made, MadeKind, Notice, Part, Pending, PendingEnd,
    Reason, Seen, Tell, Telling, Trail, Undo, Wish,
};
use dayshelf_core::ids::{ConfirmationId, PasswordId, PersonId};

use super::{choice, newtype, record};

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
    Made { slot, kind, by, at, tell, granted, trail }
    Telling { slot, sequence, seen, title, times, place, handovers }
    Guard { credential, recent, frozen }
}

choice! {
    Credential { 0 => House, 1 => Key(key), 2 => Password(password), 3 => Link(confirmation), 4 => Person(person), }
    Wish { 0 => Edit(edit), 1 => Cancel, 2 => Part(part), }
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
    MadeKind { 0 => Edited, 1 => Moved, 2 => Cancelled, 3 => Undone, 4 => Planned, 5 => PartRemoved(part), }
}
