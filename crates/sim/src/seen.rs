//! What a life has seen: each kind of command with each outcome, each refusal, each fact. The matches are
//! exhaustive, so that whatever `core` learns has to be named here, and a test then asks that lives see it.

use std::collections::BTreeMap;

use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::refusal::Refusal;

/// Counts by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Commands that were done, with how often.
    pub done: BTreeMap<&'static str, u64>,
    /// Commands that were refused.
    pub refused: BTreeMap<&'static str, u64>,
    /// Refusals by code.
    pub refusals: BTreeMap<&'static str, u64>,
    /// Facts.
    pub facts: BTreeMap<&'static str, u64>,
}

impl Seen {
    /// Notes an answer.
    pub fn note(&mut self, command: &Command, told: &Result<Vec<Fact>, Refusal>) {
        match told {
            Ok(facts) => {
                *self.done.entry(command_name(command)).or_default() += 1;
                self.note_facts(facts);
            }
            Err(refusal) => {
                *self.refused.entry(command_name(command)).or_default() += 1;
                *self.refusals.entry(refusal.code()).or_default() += 1;
            }
        }
    }

    /// Notes facts that nobody asked for.
    pub fn note_facts(&mut self, facts: &[Fact]) {
        for fact in facts {
            *self.facts.entry(fact_name(fact)).or_default() += 1;
        }
    }

    /// Adds what another life has seen.
    pub fn add(&mut self, other: &Self) {
        let add = |to: &mut BTreeMap<&'static str, u64>, from: &BTreeMap<&'static str, u64>| {
            from.iter().for_each(|(name, count)| *to.entry(name).or_default() += count);
        };
        add(&mut self.done, &other.done);
        add(&mut self.refused, &other.refused);
        add(&mut self.refusals, &other.refusals);
        add(&mut self.facts, &other.facts);
    }
}

/// Declares the names of an enum's variants, exhaustively.
macro_rules! names {
    ($(#[$doc:meta])* $function:ident, $all:ident, $kind:ident { $($name:ident),* $(,)? }) => {
        $(#[$doc])*
        pub fn $function(of: &$kind) -> &'static str {
            match of { $($kind::$name { .. } => stringify!($name),)* }
        }

        /// All names of that, in the order of their declaration.
        pub const $all: &[&str] = &[$(stringify!($name)),*];
    };
}

names! {
    /// The name of a kind of command.
    command_name, COMMANDS, Command {
        Found, ChangeOrganiser, ChangeLook, IssueKey, RevokeKey, PutEndpoint, RemoveEndpoint, PutCode, RemoveCode, PutList,
        ChangeCustomers, RemoveList, RenewOverlay, MakeSlot, PublishSlot, PauseSlot, ResumeSlot, ChangeSlot, AnswerChange, UndoChange, Unfreeze, PutWindow, RemoveWindow, PutFulfilment,
        RemoveFulfilment, PutBlock, RemoveBlock, AnswerShift, PutPool, RemovePool, PutOffer, RemoveOffer, PutTemplate, RemoveTemplate,
        PutPicture, RemovePicture, PutProduct, RemoveProduct,
        PutSeries, GrowSeries, ApplyPlan, TakeNumber, MakeHold, CheckOut, ExtendHold,
        ReleaseHold, Confirm, PaymentAuthorised, PaymentDeclined, PaymentCalledOff, PaymentMoved, CancelOrder,
        MoveOrder, HandOver, UndoHandOver, EditOrder, NoteOrder, ResendOrder, JoinWaitlist, LeaveWaitlist, DeclineTurn, MoveStock, CountStock, Pulse,
    }
}

names! {
    /// The name of a kind of fact.
    fact_name, FACTS, Fact {
        OrganiserFounded, OrganiserChanged, KeyIssued, KeyRevoked, EndpointPut, EndpointRemoved, CodePut,
        CodeRemoved, ListPut, ListRemoved, BuyersCounted, SlotPut,
        ChangeMade, ConfirmationAsked, ConfirmationEnded, CustomersTold, CredentialFrozen, CredentialFreed, WindowPut, WindowRemoved, WindowOpened, WindowClosed,
        FulfilmentPut, FulfilmentRemoved, BlockPut, BlockRemoved, TemplatePut, TemplateRemoved,
        PicturePut, PictureRemoved, ProductPut, ProductRemoved,
        SeriesPut, OccurrencePut, PoolPut, PoolRemoved, OfferPut, OfferRemoved, StepBegan, Dripped,
        NumberTaken, HoldMade, HoldTaken, HoldExtended, HoldEnded, ConfirmBegun, ConfirmCallingOff, ConfirmFailed,
        OrderConfirmed, OrderPromised, LatePaymentUnfilled, OrderCancelled, OrderMoved, OrderHanded, RedeemedAgain, HandOverUndone, OrderEdited, OrderNoted, OrderResent, PaymentMoved, EntryJoined,
        EntryPassed, EntryGathered, TurnGiven, EntryRequeued, EntryLeft, UnitsAnnounced, StockMoved, StockCounted,
    }
}
