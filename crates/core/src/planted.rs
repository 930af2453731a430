//! Planted bugs: mistakes of the kind that others made, each behind a name, for the simulator to find.
//!
//! Without the feature `planted` nothing of this is compiled: `planted!(Name)` is the word `false`. With it,
//! the simulator names the one bug that is active on its own thread. Start at [`planted!`](crate::planted!).

/// Whether a planted bug is active: `if planted!(StaleHead) { … }`.
#[cfg(feature = "planted")]
#[macro_export]
macro_rules! planted {
    ($plant:ident) => {
        $crate::planted::is_active($crate::planted::Plant::$plant)
    };
}

/// Whether a planted bug is active: never, in what is shipped.
#[cfg(not(feature = "planted"))]
#[macro_export]
macro_rules! planted {
    ($plant:ident) => {
        false
    };
}

#[cfg(feature = "planted")]
pub use bugs::{Plant, Room, activate, is_active};

#[cfg(feature = "planted")]
mod bugs {
    use std::cell::Cell;

    /// Where a bug is planted, which says what must be under test to find it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Room {
        /// The rules.
        Core,
        /// The desk.
        Desk,
        /// The store.
        Store,
        /// What is told to those outside, and asked of them.
        Relay,
    }

    thread_local! {
        /// One life runs on one thread, so lives with different bugs may run beside each other.
        static ACTIVE: Cell<Option<Plant>> = const { Cell::new(None) };
    }

    /// Makes one bug active on this thread, or none.
    pub fn activate(plant: Option<Plant>) {
        ACTIVE.set(plant);
    }

    /// Whether a bug is active on this thread.
    pub fn is_active(plant: Plant) -> bool {
        ACTIVE.get() == Some(plant)
    }

    /// Declares the bugs and lists them.
    macro_rules! plants {
        ($($name:ident, $room:ident, $what:literal;)*) => {
            /// A planted bug.
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
            pub enum Plant {
                $(#[doc = $what] $name,)*
            }

            impl Plant {
                /// All of them.
                pub const ALL: &[Self] = &[$(Self::$name),*];

                /// Where it is planted.
                pub const fn room(self) -> Room {
                    match self { $(Self::$name => Room::$room,)* }
                }

                /// Its name, as the table of bugs and the command line have it.
                pub const fn name(self) -> &'static str {
                    match self { $(Self::$name => stringify!($name),)* }
                }

                /// The mistake, in words.
                pub const fn what(self) -> &'static str {
                    match self { $(Self::$name => $what,)* }
                }
            }
        };
    }

    plants! {
        // The rules.
        PerLineDemand, Core, "demand is counted per line, not per pool over all lines";
        BundlePartlyTaken, Core, "a bundle is taken in part when one of its pools is short";
        BufferSold, Core, "the units that are kept back are sold too";
        LimitPerHold, Core, "the buyer's limit is checked for each hold, not for all that the buyer has";
        ExtensionsUncapped, Core, "a hold is extended as often as anybody asks";
        ExtendedFromNow, Core, "an extension counts from now, so that an early one shortens the hold";
        ResurrectedHold, Core, "an extension that comes after the end revives the hold";
        FirstPaysTakesAtCart, Core, "where the first who pays gets it, the cart takes units already";
        PriceAtCheckout, Core, "a basket is priced anew when its units are taken";
        TakenTwice, Core, "checking out again takes the units again";
        UnitsBackTwice, Core, "a released hold gives its units back twice";
        QuantityUnbounded, Core, "the most of an offer that one may take at once is not looked at";
        AddOnAloneSold, Core, "an add-on is sold without what it belongs to";
        PastBoxChosen, Core, "a time box that is over is chosen for a buyer";
        PastBoxNamed, Core, "a time box that is over is had by whoever names it";
        BundleOverPast, Core, "a bundle is sold though one of its slots is over";
        BundleOverDraft, Core, "a bundle is sold though one of its slots is not on the calendar";
        BasketWayOver, Core, "a basket is taken though the way to receive it is over by then";
        TurnOverPast, Core, "a turn is given for a bundle of which a slot is over";
        PlaceNotTaken, Core, "a hold takes no place in its time box";
        PriceAtConfirm, Core, "what is charged is the price at confirming, not at holding";
        ConfirmSkipsLimit, Core, "whoever confirms another's hold is not held to the limit";
        PassSerialReused, Core, "all lines of an order share one pass";
        WindowOpensLate, Core, "a window does not admit at the instant of its opening";
        WindowClosesLate, Core, "a window still admits at the instant of its closing";
        DripTooMuch, Core, "a drip lets a portion out too early";
        AnyCodeAdmits, Core, "a code of another group is admitted";
        ExpiredCodeAdmits, Core, "a code that has expired is admitted";
        ListOpenToAll, Core, "whoever is known is admitted, on the list or not";
        LapsesLate, Core, "what is due at this very instant is not done";
        SweepsConfirming, Core, "a hold whose payment is under way lapses with its time";
        CallOffFreesUnits, Core, "units are free when a payment is called off, before the provider has let go";
        LostVoid, Core, "money that was promised and is not needed is never let go";
        CaptureAboveAuthorised, Core, "more is taken than was promised";
        RefundTwice, Core, "a refund that is reported twice is booked twice";
        OldReportBooked, Core, "a report on money is booked without a look at what was known when it was asked for";
        DoubledCallBackOrders, Core, "a second yes of the provider makes a second order";
        LateOversells, Core, "a late payment is kept though nothing is left";
        LateRefunded, Core, "a late payment is paid back though units are there";
        LateIgnoresLimit, Core, "a late payment gets units beyond the buyer's limit";
        LateAfterSlot, Core, "a late payment buys what is over";
        DeclineGivesTime, Core, "a declined payment gives the hold more time";
        DeclineEndsHold, Core, "a declined payment ends the hold";
        CancelKeepsDraws, Core, "a line that is given back keeps its units on paper, for the next to give back again";
        CancelKeepsPlace, Core, "an order that is given back keeps its place in the time box";
        CancelKeepsUnits, Core, "an order that is given back keeps its units";
        MoveKeepsUnits, Core, "an order that moves takes new units and keeps the old ones";
        MoveSkipsLimit, Core, "an order that moves is not held to the limit of where it goes";
        CancelAfterSlot, Core, "a buyer gives back what is over";
        HandedTwice, Core, "goods are given out twice for one line";
        RedeemedClosed, Core, "a pass whose line was given back is redeemed";
        RedeemedUnsaid, Core, "a pass that was redeemed without network and before is not told of";
        RedeemedTwiceMoves, Core, "a pass that was redeemed twice gives its goods out twice";
        LastRedeemerStays, Core, "of two who redeemed a pass without network, the first is forgotten";
        ReportRedeemsAgain, Core, "a redemption that is reported twice counts for two";
        HandOverUndoneLate, Core, "a handover is taken back long after";
        UndoneKeepsGoods, Core, "a handover that is taken back leaves its units handed over";
        UndoneUnredeemable, Core, "a handover that was taken back still says that its pass was taken";
        SourceIgnored, Core, "the same stock movement is applied twice";
        SourceSwallowed, Core, "another movement with a known source is taken for a repeat";
        CountOverwrites, Core, "a till's count is taken for what is free, whatever is held and sold";
        StaleCountTaken, Core, "an older count that comes late is taken";
        DeficitEatsPaid, Core, "a count that finds too few ends holds that are being paid";
        DeficitOldestFirst, Core, "a count that finds too few ends the oldest holds";
        DriftedCounter, Core, "what a lapsed hold took is not taken off the counters";
        LimitForgotten, Core, "after one release the buyer's limit begins anew";
        LimitStaysWithFirst, Core, "a hold counts for whoever put an address in first, not for whoever confirms";
        LadderIgnoresHeld, Core, "the ladder counts what is sold and not what is held";
        StepTooLate, Core, "a price step begins one unit too late";
        FirstStepWins, Core, "of several steps that have begun the first one counts";
        LaterWaiterFirst, Core, "a turn goes to whoever came last";
        LotIgnored, Core, "a lottery serves in the order of joining";
        BigWaiterBlocks, Core, "a waiter who does not fit blocks all who come after";
        NeverGathers, Core, "units are never gathered for a waiter who does not fit";
        RequeuedForEver, Core, "a turn that lapsed twice is in line once more";
        NeverRequeued, Core, "a turn that lapsed is out of line at once";
        TurnOutlivesWindow, Core, "a turn lasts beyond the end of its window";
        TurnSkipsLimit, Core, "a turn gives a buyer more than the limit";
        TurnWithoutPlace, Core, "a turn is given though it could not be fetched";
        LeaverKeepsUnits, Core, "what was gathered for a waiter who leaves stays held for nobody";
        JoinsWhileFree, Core, "one joins the line while units are free";
        JoinsTwice, Core, "one contact is in line for one offer twice";
        ToldAgain, Core, "everyone in line is told again of what they were told before";
        LineNotLookedAt, Core, "units of a released hold are free for all before the line is looked at";
        GatheredSoldByDrip, Core, "a drip sells what it has let out for waiters";
        RollLosesUnits, Core, "unsold units that roll on do not arrive";
        RollsTwice, Core, "unsold units that roll on arrive twice";
        RollsToLender, Core, "unsold units that should roll on go back to the pool that lent them";
        StaysUnsaid, Core, "unsold units that should stay go back";
        ClosedKeepsReturns, Core, "what comes back to a window that is over stays there";
        AllotmentBypassed, Core, "a window that was lent units sells from the pool besides";
        CancelledSlotKeepsHolds, Core, "a slot that is called off leaves its holds as they are";
        CancelledSlotKeepsLine, Core, "a slot that is called off leaves its waiters in line";
        MoveLeavesSteps, Core, "a slot that moves leaves its price steps where they were";
        StaleVersionAccepted, Core, "a change is taken from whoever has not seen the newest version";
        CallOffUnasked, Core, "a slot that somebody holds units of, and nobody has bought, is called off without a yes";
        IntoPastUnasked, Core, "a slot is moved behind us without a yes";
        AcrossWindowsUnasked, Core, "a window that was ahead is open at once without a yes";
        PromisesUnasked, Core, "a pickup is moved away from what was promised without a yes";
        OvertakenStays, Core, "a change that waits for a yes stays though the slot was moved meanwhile";
        GrantedUnseen, Core, "a yes to a change does not say what it was given to";
        UndoForEver, Core, "a change can be taken back long after";
        UndoTellsAll, Core, "taking back in time what nobody was to hear of is told to everyone";
        NoticePutOff, Core, "each change puts the notice off, so that it may never go out";
        TakenBackIsTold, Core, "customers are told of a change that was taken back in time";
        UnseenIsTold, Core, "customers are told of a time that nobody had bought at";
        BreakerCountsTwice, Core, "one slot that is moved about counts as many";
        FrozenChanges, Core, "a frozen credential goes on";
        RuleFiresAgain, Core, "a rule acts again while its threshold stays crossed";
        RuleNeverBack, Core, "a rule that has acted is never armed anew";
        RearmKeepsUnits, Core, "a rule that is armed anew keeps the units that it took";
        ShrinkTakesAll, Core, "a rule that leaves some units takes them all";
        AnySecretDoes, Core, "a secret is not compared with the owner's";
        UsedWindowRemoved, Core, "a window is removed though somebody has bought through it";
        LendsBuffer, Core, "the units that are kept back are lent to a window";
        NightsElsewhereSold, Core, "a partner's nights are sold with a slot that is on others";
        BasketTakesAhead, Core, "a basket takes units of a window that has moved and lies ahead again";
        PassedForOthers, Core, "a waiter is passed over by what came back for others";
        DripTellsAgain, Core, "a window that is made longer lets out the portions of its drip again";

        // The desk.
        CatchUpSkips, Desk, "of what another node wrote, the last record is not applied to the books";
        AnswerBeforeCommit, Desk, "the answer goes out before the commit";
        PublishBeforeCommit, Desk, "the board shows counts before they are committed";
        RetryDecidedAnew, Desk, "a retry with a known key is decided like a new request";
        KeysLostOnRestart, Desk, "a node that begins knows no keys that were used before";
        BooksKeptAfterFault, Desk, "the books of a batch that was not committed are decided on";
        OthersBooks, Desk, "a command is decided on the books of the organiser beside";
        DueLeftAfterRestart, Desk, "a node that begins does not look at what is due";
        CatchUpWithoutKeys, Desk, "keys that another node has seen are not learnt from it";
        TwinsInBatch, Desk, "two requests of one key in one batch are both decided";
        KeyWithoutRequest, Desk, "a key with another request gets the first one's answer";
        TailNotPublished, Desk, "what another node wrote is applied and not shown";
        TailNotRung, Desk, "readers are not rung for what another node wrote and no board shows";

        // The store.
        ClockBeforeLock, Store, "the deciding clock is read before the lock is waited for";
        InstantFalls, Store, "a batch may be decided at an earlier instant than the one before";
        StrangersFetched, Store, "what a command needs is fetched by its id, whoever's it is";
        HeadNotLocked, Store, "the head is read without its lock, which is taken with the first write";
        SeqOutsideLock, Store, "the place in the journal is taken before the lock";
        KeyBesideTransaction, Store, "the idempotency key is written after the commit, on its own";
        CounterRowSkipped, Store, "the counter of an offer or window is not written";
        PoolRowSkipped, Store, "of two pools that one batch changed, only the first is written";
        EndedHoldStaysLive, Store, "an ended hold's row stays in the table of live ones";
        ToldNotWritten, Store, "what a price step or a drip has told is lost with the memory";
        TallyNotRemoved, Store, "what a buyer gave back still counts against the limit after a restart";
        SyncNormal, Store, "synchronous is normal: a commit is not synced";
        SyncOff, Store, "synchronous is off: nothing is ever synced";
        FailedSyncBelieved, Store, "a commit whose sync failed is taken for done";
        CursorPastGap, Store, "a consumer moves on to the head that it read last, past records it has not read";
        CursorBesideWork, Store, "a consumer moves on in a transaction of its own, before its work";

        // The relay.
        TriedIsDelivered, Relay, "a message that was tried counts as delivered, whatever the receiver said";
        DeliveredBeforeSent, Relay, "a message is noted as delivered before it is sent";
        TakenStaysWaiting, Relay, "a message that was taken is sent again for ever";
        RetryNeverDue, Relay, "a message that failed is tried again in a year";
        SecondFactUntold, Relay, "of several facts of one decision, only the first is told";
        MailOnce, Relay, "a mail that could not be sent now is given up";
        MailNotedBeforeSent, Relay, "a mail is noted as sent before it is";
        MailsBesideCursor, Relay, "mails are kept after their reader has moved on";
        PartUntold, Relay, "who gives back a part of an order hears nothing";
        EveryoneTold, Relay, "whoever bought after a change is told of it too";
        UnknownIsDone, Relay, "a provider that says nothing is taken to have done it";
        StrayKept, Relay, "a promise of money that nothing came of is kept";
        CallingOffForgotten, Relay, "a payment that is being called off is asked for instead";
        CallBackLetGo, Relay, "a call-back is let go when the provider does not say how the payment stands";
        StockOfLaggard, Relay, "whoever takes over tells counts of a board that is behind what was told before";
        NewKeyPerTry, Relay, "each try to move money is another request to the provider";
    }
}
