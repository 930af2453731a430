//! Every bound of the rules: a name, a unit, a reason.

use crate::time::Span;

/// Lines in one hold. A basket is seen whole on one screen.
pub const HOLD_LINES_MAX: usize = 20;
/// Units of one offer in one hold. Larger needs are an agreement, not a drop.
pub const LINE_UNITS_MAX: u32 = 1_000;
/// The shortest span of a hold or turn: below it nobody could press a button in time.
pub const HOLD_SPAN_MIN: Span = Span::seconds(5);
/// The longest span of a hold: units may not be parked for days.
pub const HOLD_SPAN_MAX: Span = Span::hours(48);
/// Extensions that an organiser may allow per hold.
pub const HOLD_EXTENSIONS_MAX: u8 = 5;
/// How long a payment may be under way before it is called off.
pub const CONFIRM_SPAN: Span = Span::minutes(15);
/// How long a basket without units is kept.
pub const BASKET_SPAN: Span = Span::hours(24);
/// Numbers that a lobby may let in a minute: as many holds as one machine takes in a second.
pub const LOBBY_PACE_MAX: u32 = 60_000;
/// So long before the opening a lobby may give out numbers: whoever takes one is still there at the opening.
pub const LOBBY_AHEAD_MAX: Span = Span::hours(24);
/// Numbers of one lobby. The books keep a count of them, so the bound is what a draw is tested with.
pub const LOBBY_NUMBERS_MAX: u32 = 10_000_000;
/// Windows of one slot.
pub const WINDOWS_MAX: usize = 50;
/// Fulfilment blocks of one slot.
pub const FULFILMENTS_MAX: usize = 50;
/// Time boxes of one fulfilment block: a week in half hours.
pub const BOXES_MAX: usize = 336;
/// Pickups that a notice to a slot's customers says by itself: as many as one block has time boxes. Others are told as
/// they stand when the notice is written.
pub const NOTICE_PICKUPS_MAX: usize = BOXES_MAX;
/// Blocks of one slot beside windows, offers and fulfilment.
pub const BLOCKS_MAX: usize = 200;
/// Templates of one organiser.
pub const TEMPLATES_MAX: usize = 200;
/// The longest text of a template, in bytes.
pub const TEMPLATE_BYTES_MAX: usize = 64 * 1024;
/// Series of one organiser.
pub const SERIES_MAX: usize = 500;
/// Occurrences of one series that one command makes or changes: two years of every day.
pub const OCCURRENCES_MAX: usize = 1_000;
/// Rules among them.
pub const RULES_MAX: usize = 20;
/// Sources of one broadcast.
pub const SOURCES_MAX: usize = 8;
/// Tasks of one shift.
pub const TASKS_MAX: usize = 50;
/// Slots that one rule names.
pub const RULE_SLOTS_MAX: usize = 50;
/// The longest text of a reminder or an announcement, in characters.
pub const MESSAGE_CHARS_MAX: usize = 2_000;
/// Notes about one order: each fact of an order carries all of it.
pub const ORDER_NOTES_MAX: usize = 50;
/// The longest note about an order, in characters.
pub const NOTE_CHARS_MAX: usize = 1_000;
/// The longest address, in characters.
pub const ADDRESS_CHARS_MAX: usize = 2_000;
/// Offers of one slot.
pub const OFFERS_MAX: usize = 500;
/// Parts of one recipe.
pub const RECIPE_PARTS_MAX: usize = 20;
/// Units of one pool in one offer.
pub const PART_UNITS_MAX: u32 = 1_000;
/// Steps of one ladder.
pub const LADDER_STEPS_MAX: usize = 20;
/// Pools that one pool may borrow from.
pub const LENDERS_MAX: usize = 8;
/// Pictures in one organiser's library: its books are in memory, and its files in the database.
pub const PICTURES_MAX: usize = 1_000;
/// Pictures of one product, as many as anyone looks through.
pub const PRODUCT_PICTURES_MAX: usize = 12;
/// Widths that a picture is drawn in.
pub const PICTURE_FILES_MAX: usize = 4;
/// All files of one picture, in bytes: beyond it a page with a few of them would take its time.
pub const PICTURE_BYTES_MAX: u32 = 2 * 1024 * 1024;
/// The longest description of a picture, in characters; what it shows is said in a sentence or two.
pub const ALT_CHARS_MAX: usize = 300;
/// Products of one organiser.
pub const PRODUCTS_MAX: usize = 1_000;
/// Questions of one product, or of one slot.
pub const FAQS_MAX: usize = 20;
/// The longest answer to a question, in characters.
pub const ANSWER_CHARS_MAX: usize = 2_000;
/// Digital extras of one slot.
pub const EXTRAS_MAX: usize = 20;
/// Units of one pool.
pub const POOL_UNITS_MAX: u32 = 10_000_000;
/// Slots of one organiser that have a name: drafts that were thrown away have none.
pub const SLOTS_MAX: usize = 20_000;
/// Slots of one organiser that are kept in the books at all. Who asks for a draft that was thrown away is still told so;
/// a program that makes and throws away for ever comes to its end here.
pub const SLOTS_KEPT_MAX: usize = 10 * SLOTS_MAX;
/// Pools of one organiser.
pub const POOLS_MAX: usize = 100_000;
/// Codes of one organiser.
pub const CODES_MAX: usize = 100_000;
/// Customer lists of one organiser.
pub const LISTS_MAX: usize = 200;
/// Customers on one list.
pub const LIST_CUSTOMERS_MAX: usize = 100_000;
/// API keys of one organiser.
pub const KEYS_MAX: usize = 100;
/// Webhook endpoints of one organiser.
pub const ENDPOINTS_MAX: usize = 20;
/// Waitlist entries of one slot.
pub const ENTRIES_MAX: usize = 100_000;
/// How often an entry too big to fit is passed over before units are gathered for it.
pub const PASSES_MAX: u8 = 3;
/// How long a handover can be taken back: a line at the stall moves on, and what was carried away is not there.
pub const HANDOVER_UNDO_SPAN: Span = Span::minutes(15);
/// How far ahead of ours the clock of a stall may be: beyond, it was set wrong, as to another time zone.
pub const REDEEMED_AHEAD_MAX: Span = Span::hours(1);
/// Redemptions of one pass that are written down: a stall knows which passes it took, so that a pass that is told of more
/// often was copied, and it is known by then who took it. A report beyond it is refused, since it could not be told from
/// one that came before.
pub const REDEMPTIONS_MAX: usize = 64;
/// The longest name of a stall, in characters.
pub const STALL_CHARS_MAX: usize = 60;
/// The longest slug.
pub const SLUG_CHARS_MAX: usize = 64;
/// The longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 200;
/// Texts that an organiser keeps to use again.
pub const TEXTS_MAX: usize = 200;
/// Characters of such a text: the longest that a form takes which it goes into is a message's.
pub const TEXT_CHARS_MAX: usize = MESSAGE_CHARS_MAX;
/// Characters of a channel that a pool is for: a word or two.
pub const CHANNEL_CHARS_MAX: usize = 60;
/// The longest story, in characters.
pub const STORY_CHARS_MAX: usize = 20_000;
/// How long it must be quiet after a change before customers are told, at least: people drag twice.
pub const QUIET_SPAN_MIN: Span = Span::seconds(5);
/// The same unless the organiser says otherwise.
pub const QUIET_SPAN_USUAL: Span = Span::minutes(3);
/// The same at most: whoever is under way already should hear of it.
pub const QUIET_SPAN_MAX: Span = Span::minutes(5);
/// However often a slot is dragged, customers are told this long after the first change at the latest.
pub const QUIET_SPAN_WHOLE: Span = Span::minutes(20);
/// The span in which a credential's moves and cancellations are counted.
pub const BREAKER_SPAN: Span = Span::minutes(5);
/// Slots that a credential may move or call off within that: more than a person drags by hand.
pub const BURST_SLOTS_USUAL: u32 = 20;
/// Parts of slots that a credential may remove in the place of one slot: taking a slot apart and building it anew is
/// an afternoon's work for a program, taking ten apart is not.
pub const PARTS_PER_SLOT: u32 = 10;
/// The lowest number that an organiser may set: below it, moving two entries that go together would be stopped.
pub const BURST_SLOTS_MIN: u32 = 2;
/// The highest: a whole season that a program of the organiser's own moves.
pub const BURST_SLOTS_MAX: u32 = 1_000;
/// How long a change waits for a yes: over night, not over a holiday.
pub const CONFIRMATION_SPAN: Span = Span::hours(24);
/// Changes of one organiser that may wait at once.
pub const CONFIRMATIONS_MAX: usize = 1_000;
/// Different times and places that customers of one slot may have seen before they are told; beyond it, older ones
/// are told as one.
pub const SEEN_MAX: usize = 32;
/// Things in the way of a change that are told.
pub const CONFLICTS_MAX: usize = 100;
/// Due things that one pulse settles before commands get their turn again.
pub const PULSE_STEPS_MAX: usize = 1_000;

const _: () = assert!(HOLD_SPAN_MIN.0 < HOLD_SPAN_MAX.0);
const _: () = assert!(QUIET_SPAN_MIN.0 <= QUIET_SPAN_USUAL.0 && QUIET_SPAN_USUAL.0 <= QUIET_SPAN_MAX.0);
const _: () = assert!(QUIET_SPAN_MAX.0 < QUIET_SPAN_WHOLE.0);
const _: () = assert!(BURST_SLOTS_MIN <= BURST_SLOTS_USUAL && BURST_SLOTS_USUAL <= BURST_SLOTS_MAX);
const _: () =
    assert!(LINE_UNITS_MAX as u64 * PART_UNITS_MAX as u64 * (HOLD_LINES_MAX as u64) < u32::MAX as u64);
/// Waiters that one command or one due thing may serve before others get their turn again.
pub const SETTLE_STEPS_MAX: usize = 1_000;
