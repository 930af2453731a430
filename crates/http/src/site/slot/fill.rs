//! From a card to the page: everything but offers, windows and ways to receive the goods.

use dayshelf_core::block::{Block, BlockKind, SourceKind};
use dayshelf_core::lately::{LOOKED_BACK, SHOWN_SPAN};
use dayshelf_core::refusal::Withheld;
use dayshelf_core::time::Span;
use dayshelf_core::window::{Audience, Fairness, HoldAt, Phase, Window};
use dayshelf_pages::{
    Action, BroadcastView, CodeField, Countdown, FormState, Frame, Href, Link, OtherSlot, Place, ProofView,
    SlotPage, Still,
};
use dayshelf_relay::live::Viewer;
use dayshelf_wire::slot::SaleState;

use super::super::elsewhere::links;
use super::super::here::canonical;
use super::super::kept::Keys;
use super::super::map::on_map;
use super::super::others::others;
use super::super::page;
use super::super::pictures;
use super::super::refused::Refused;
use super::super::say;
use super::super::shelf::{Shelf, Standing};
use super::json_ld;
use super::library;
use super::typed::Typed;
use crate::app::App;

/// A window that closes later than this says so without a countdown.
const CLOSING: Span = Span::hours(48);
/// A first paragraph up to this length stands under the title.
const LEAD_CHARS_MAX: usize = 180;
/// How often a page without script looks again for the opening, in seconds.
const REFRESH_S: u32 = 30;

/// What the page is filled from.
pub(super) struct Fill<'f> {
    pub app: &'f App,
    pub shelf: Shelf,
    pub typed: Typed,
    pub refused: Option<Refused>,
    pub keys: Keys,
}

impl Fill<'_> {
    pub fn page(&self) -> SlotPage {
        let (shelf, slot) = (&self.shelf, &self.shelf.card.sheet.slot);
        let (lead, story) = self.story();
        // What does not take place is on nobody's calendar, and who could buy when is past.
        let is_past = shelf.is_past();
        let (windows, axis) = if is_past { (Vec::new(), None) } else { super::windows::windows(shelf) };
        let times = &slot.spec.times;
        SlotPage {
            frame: self.frame(),
            id: slot.id.to_string(),
            sequence: shelf.reading.sequence,
            path: Href::new(shelf.path()),
            title: slot.spec.title.clone(),
            lead,
            story,
            pictures: pictures::pictures(self.app, &shelf.card.sheet),
            still: Still::of(&slot.id.to_string()),
            time: shelf.wall.long_span(times.start, times.end),
            place: place(&slot.spec.place),
            broadcasts: if matches!(shelf.standing(), Standing::Cancelled) {
                Vec::new()
            } else {
                broadcasts(shelf)
            },
            ics: (!is_past).then(|| Href::new(format!("{}.ics", shelf.path()))),
            elsewhere: if is_past { Vec::new() } else { links(self.app, &shelf.card) },
            badge: shelf.badge(),
            price: shelf.price(),
            closing: self.closing(),
            window: shelf.reading.window.map(|window| window.to_string()).unwrap_or_default(),
            stream: self.stream(),
            private: matches!(shelf.standing(), Standing::Gated(_)),
            windows,
            axis,
            offers: super::offers::offers(shelf, &self.typed),
            code: self.code(),
            fulfilment: super::choices::choices(shelf, &self.typed.fulfilment),
            asks_email: self.asks_email(),
            email: self.typed.email.clone(),
            products: library::products(&shelf.card.sheet),
            faqs: library::faqs(&shelf.card.sheet),
            proof: self.proof(),
            others: self.others(),
            action: self.action(),
            turn: self.let_in_until().map(|until| say::countdown(until, shelf.now())),
            form: self.form(),
        }
    }

    fn frame(&self) -> Frame {
        let (sheet, shelf) = (&self.shelf.card.sheet, &self.shelf);
        let spec = &sheet.slot.spec;
        let mut frame = page::frame(spec.title.as_str(), &sheet.organiser, shelf.now());
        frame.description = match say::preview(&spec.story) {
            story if story.is_empty() => say::preview(&sheet.organiser.spec.about),
            story => story,
        };
        let at = canonical(self.app, sheet.organiser.id.home());
        frame.canonical = at.slot(&shelf.card);
        let picture = pictures::first(self.app, sheet);
        frame.image = picture.map(|picture| format!("{}{}", at.origin, picture.src));
        frame.listed = sheet.slot.state.is_public();
        frame.json_ld = json_ld::documents(self.app, &shelf.card, &shelf.wall);
        if matches!(shelf.standing(), Standing::Ahead(_)) {
            frame.refresh_after_s = Some(REFRESH_S);
        }
        frame.notice = self.refused.as_ref().map(|refused| refused.notice.clone());
        frame
    }

    /// The first paragraph under the title where it is short, and the rest below.
    fn story(&self) -> (String, Vec<String>) {
        let mut paragraphs = say::paragraphs(&self.shelf.card.sheet.slot.spec.story);
        let short = paragraphs.first().is_some_and(|first| first.chars().count() <= LEAD_CHARS_MAX);
        let lead = if short { paragraphs.remove(0) } else { String::new() };
        (lead, paragraphs)
    }

    /// The viewer's own stream, where their counts are not the public's.
    fn stream(&self) -> Option<Href> {
        (self.shelf.viewer != Viewer::Public).then(|| Href::new(format!("{}/live", self.shelf.path())))
    }

    /// The window that the viewer buys through, now.
    pub(super) fn open_window(&self) -> Option<&Window> {
        let windows = &self.shelf.card.sheet.windows;
        if let Standing::Gated(window) = self.shelf.standing() {
            return Some(window);
        }
        let id = self.shelf.reading.window?;
        windows.iter().find(|window| window.id == id && window.phase_at(self.shelf.now()) == Phase::Open)
    }

    fn closing(&self) -> Option<(String, Countdown)> {
        let window = self.open_window()?;
        let left = window.spec.closes.at.since(self.shelf.now());
        let many = self.shelf.card.sheet.windows.len() > 1;
        let words = if many { format!("{}: closes in", window.spec.title) } else { "Closes in".to_owned() };
        (left < CLOSING).then(|| (words, say::countdown(window.spec.closes.at, self.shelf.now())))
    }

    fn action(&self) -> Action {
        if let Some(lobby) = self.lobby_action() {
            return lobby;
        }
        let (shelf, now) = (&self.shelf, self.shelf.now());
        match shelf.standing() {
            Standing::Open | Standing::Gated(_) => self.hold_action(),
            Standing::SoldOut => self.wait_action(),
            Standing::Ahead(opens) => {
                let zone = shelf.wall.moment(opens).abbreviation;
                let label = format!("Opens {} {zone}", shelf.wall.when(opens, now));
                Action::OpensAt { label, countdown: say::countdown(opens, now) }
            }
            Standing::Cancelled => {
                let note = "This was called off. Whoever had bought gets their money back. See the calendar for what comes next.";
                Action::Cancelled { note: note.into() }
            }
            Standing::Closed => Action::Ended {
                note: "Nothing can be bought here any more. See the calendar for what comes next.".into(),
            },
            Standing::Paused(Withheld::Paused) => Action::Withheld {
                label: "Paused for now".into(),
                note: "The sale stands still for a moment. What you hold stays yours; this page says when it goes on."
                    .into(),
            },
            Standing::Paused(_) => Action::Withheld {
                label: "Paused for now".into(),
                note: "Stock is low, so this date sells nothing for the moment. Look again later.".into(),
            },
            Standing::Unfulfillable => Action::Withheld {
                label: "Not available any more".into(),
                note: "This date can't be fulfilled any more. See the calendar for what comes next.".into(),
            },
            Standing::NotForSale => Action::NotForSale { note: "Nothing is sold for this date.".into() },
        }
    }

    fn hold_action(&self) -> Action {
        let terms = self.open_window().map(|window| (window.spec.hold.at, window.spec.hold.span));
        let (label, label_counted) = match terms {
            Some((HoldAt::Cart | HoldAt::Checkout, span)) => {
                let span = say::span(span);
                (format!("Hold for {span}"), format!("Hold {{n}} for {span}"))
            }
            // Units go to the first who pays.
            _ => ("Buy".to_owned(), "Buy {n}".to_owned()),
        };
        Action::Hold { label, label_counted }
    }

    fn wait_action(&self) -> Action {
        let waiting: u32 = self.shelf.card.waiting.values().sum();
        let line = match waiting {
            0 => "Nobody waits yet.".to_owned(),
            1 => "One person waits.".to_owned(),
            waiting => format!("{waiting} people wait."),
        };
        let how = match self.open_window().map(|window| window.spec.turn) {
            Some(terms) => {
                let span = say::span(terms.span);
                match terms.fairness {
                    Fairness::FirstCome => {
                        format!("What comes back is held for the first in line, for {span}.")
                    }
                    Fairness::Lottery => format!("What comes back is held for whoever is drawn, for {span}."),
                    Fairness::Announce => {
                        "When something comes back, everyone in line is told at once.".to_owned()
                    }
                }
            }
            None => String::new(),
        };
        Action::Waitlist { label: "Join the waitlist".into(), note: format!("{line} {how}") }
    }

    /// The field for a code, while a window that asks for one is not over.
    fn code(&self) -> Option<CodeField> {
        let (shelf, now) = (&self.shelf, self.shelf.now());
        if matches!(shelf.standing(), Standing::Paused(_) | Standing::Unfulfillable) {
            return None;
        }
        let by_code = |window: &&Window| {
            matches!(window.spec.audience, Audience::Code(_)) && window.phase_at(now) != Phase::Closed
        };
        let window = shelf.card.sheet.windows.iter().find(by_code)?;
        let title = &window.spec.title;
        let open = window.phase_at(now) == Phase::Open;
        let seen = shelf.viewer.sees(window);
        let hint = match (seen, open) {
            (true, true) => format!("Your code opens {title}."),
            (true, false) => {
                format!("Your code opens {title} from {}.", shelf.wall.when(window.spec.opens.at, now))
            }
            (false, true) => format!("Opens {title}, until {}.", shelf.wall.when(window.spec.closes.at, now)),
            (false, false) => format!("Opens {title}, from {}.", shelf.wall.when(window.spec.opens.at, now)),
        };
        let nothing_else = matches!(shelf.standing(), Standing::Ahead(_) | Standing::Gated(_));
        Some(CodeField {
            label: "Code".into(),
            value: self.typed.code.clone(),
            hint,
            needed: open && !seen && nothing_else,
            key: self.keys.key(),
        })
    }

    /// Whether the form asks who one is. Where it need not, the next page does so once.
    fn asks_email(&self) -> bool {
        if self.lobby_asks_email() {
            return true;
        }
        let now = self.shelf.now();
        let invites = |window: &Window| {
            matches!(window.spec.audience, Audience::List(_)) && window.phase_at(now) == Phase::Open
        };
        match self.shelf.standing() {
            Standing::SoldOut => true,
            Standing::Open | Standing::Gated(_) => {
                let known = !self.typed.email.is_empty();
                known || self.shelf.card.sheet.windows.iter().any(invites) || self.waits_beside()
            }
            _ => false,
        }
    }

    /// Whether something is sold out beside what is not, so that one can wait for it with the same form.
    fn waits_beside(&self) -> bool {
        let beside = |stand: &dayshelf_relay::live::OfferStand| stand.state == SaleState::SoldOut;
        self.shelf.mains().any(beside)
    }

    /// What others did here lately, where the rules let it be said. Whatever is said is in the log.
    fn proof(&self) -> Option<ProofView> {
        let (shelf, now) = (&self.shelf, self.shelf.now());
        let sells = matches!(shelf.standing(), Standing::Open | Standing::Gated(_));
        let persons = shelf.card.lately.persons(now).filter(|_| sells)?;
        let slot = shelf.card.sheet.slot.id;
        if self.app.said.first(slot, persons, now) {
            tracing::info!(%slot, persons, minutes = LOOKED_BACK.0 / 60_000, "said on the slot's page how many booked");
        }
        Some(ProofView {
            text: format!("{persons} people booked this slot in the last {}", say::span(LOOKED_BACK)),
            as_of: format!("(at {})", shelf.wall.clock_zone(now)),
            until_ms: now.plus(SHOWN_SPAN).0,
        })
    }

    /// Where something is left, when nothing is here.
    fn others(&self) -> Vec<OtherSlot> {
        match self.shelf.standing() {
            Standing::Open | Standing::Gated(_) | Standing::Ahead(_) => Vec::new(),
            _ => others(self.app, &self.shelf.card, self.shelf.now()),
        }
    }

    fn form(&self) -> FormState {
        let errors = self.refused.as_ref().map(|refused| refused.errors.clone()).unwrap_or_default();
        FormState { errors, typed: self.refused.is_some(), ..FormState::new(self.keys.key()) }
    }
}

/// When it can be seen, and where a page of it is.
fn broadcasts(shelf: &Shelf) -> Vec<BroadcastView> {
    let view = |block: &Block| {
        let BlockKind::Broadcast(broadcast) = &block.spec.kind else { return None };
        let (from, until) = (block.spec.when.at, block.spec.until.map(|until| until.at));
        let is_over = until.is_some_and(|until| until <= shelf.now());
        let mut pages = broadcast.sources.iter().filter(|source| source.kind == SourceKind::Embed);
        let (text, url) = match is_over {
            true => ("Watch the replay", Some(&broadcast.replay).filter(|url| !url.is_empty())),
            false => ("Watch the stream", pages.next().map(|source| &source.url)),
        };
        Some(BroadcastView {
            title: block.spec.title.clone(),
            live: from <= shelf.now() && !is_over,
            from: shelf.wall.moment(from),
            until: until.map(|until| shelf.wall.span(from, until)),
            link: url.map(|url| Link { text: text.to_owned(), href: Href::new(url.clone()) }),
        })
    };
    shelf.card.sheet.blocks.iter().filter_map(view).collect()
}

/// Where it happens; nothing for nowhere in particular.
pub(in crate::site) fn place(name: &str) -> Option<Place> {
    (!name.is_empty()).then(|| Place { name: name.to_owned(), address: String::new(), link: on_map(name) })
}
