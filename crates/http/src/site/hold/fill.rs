//! From a hold to its page.

use std::sync::Arc;

use dayshelf_core::decide::pays;
use dayshelf_core::hold::{Address, Hold, HoldState as Core, LapseCause, Line as HeldLine, Method};
use dayshelf_core::money::Money;
use dayshelf_core::time::Span;
use dayshelf_core::window::{Audience, Window};
use dayshelf_pages::{
    AddressForm, BuyerForm, FormState, Frame, HoldLeft, HoldPage, HoldState, Href, Lapse, Line, Link, Notice,
    NoticeKind, OfferState, OtherSlot, PaymentChoice, PaymentKind, TestCard,
};

use dayshelf_relay::live::{Reading, Viewer};
use dayshelf_wire::country::COUNTRIES;

use super::super::others::others;
use super::super::page::{self, fresh_form, fresh_key};
use super::super::refused::Refused;
use super::super::say;
use super::super::shelf::{Shelf, Standing, path};
use super::super::slot::standing;
use super::Opened;
use crate::api::holds::bank::{asks_the_buyer, bank_path};
use crate::app::App;
use crate::extract::Form;

/// The sandbox's cards, and what each does.
const CARDS: [(&str, &str); 4] = [
    ("tok_success", "A card that pays at once"),
    ("tok_decline", "A card that is declined"),
    ("tok_slow", "A card whose bank takes its time"),
    ("tok_3ds", "A card whose bank asks you first"),
];

/// What was typed into the buyer's form.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub name: String,
    pub email: String,
    pub payment: String,
    pub token: String,
    pub address: AddressForm,
}

impl Typed {
    pub fn of(form: &Form) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        let address = AddressForm {
            street: text("street"),
            extra: text("extra"),
            postcode: text("postcode"),
            city: text("city"),
            region: text("region"),
            country: text("country"),
        };
        let (name, email, payment, token) = (text("name"), text("email"), text("payment"), text("token"));
        Self { name, email, payment, token, address }
    }

    /// What is known without typing: the contact of the hold, or the buyer of a payment that failed.
    fn known(hold: &Hold) -> Self {
        let buyer = hold.attempt.as_ref().map(|attempt| &attempt.buyer);
        let contact = buyer.map(|buyer| &buyer.contact).or(hold.contact.as_ref());
        Self {
            name: buyer.map(|buyer| buyer.name.clone()).unwrap_or_default(),
            email: contact.map(|contact| contact.email.clone()).unwrap_or_default(),
            address: buyer.and_then(|buyer| buyer.address.as_deref()).map(address_form).unwrap_or_default(),
            ..Self::default()
        }
    }
}

fn address_form(address: &Address) -> AddressForm {
    let Address { street, extra, postcode, city, region, country } = address.clone();
    AddressForm { street, extra, postcode, city, region, country }
}

/// What the page is filled from.
pub(super) struct Fill<'f> {
    pub app: &'f App,
    pub opened: &'f Opened,
    pub typed: Option<Typed>,
    pub refused: Option<Refused>,
}

impl Fill<'_> {
    pub fn page(&self) -> HoldPage {
        let (hold, stage) = (&self.opened.hold, &self.opened.stage);
        let state = self.state();
        HoldPage {
            frame: self.frame(&state),
            path: Href::new(self.opened.key.path()),
            slot: stage.summary(self.app),
            sequence: stage.card.sequence,
            stream: self.is_private().then(|| Href::new(format!("{}/live", self.opened.key.path()))),
            lines: hold.lines.iter().zip(0_usize..).map(|(line, place)| self.line(line, place)).collect(),
            total: say::money(self.total()),
            total_note: String::new(),
            left: self.left(&state),
            buyer: self.buyer(),
            extensions_left: self.extensions_left(),
            extension: self.window().map(|window| say::more(window.spec.hold.span)).unwrap_or_default(),
            extend_key: fresh_key(),
            release_key: fresh_key(),
            over: self.over(&state),
            next: self.next(),
            others: self.others(&state),
            state,
        }
    }

    fn window(&self) -> Option<&Window> {
        let hold = &self.opened.hold;
        self.opened.stage.card.sheet.windows.iter().find(|window| window.id == hold.window)
    }

    /// Whether the public's counts are not those of the window that the hold is in.
    fn is_private(&self) -> bool {
        self.window().is_some_and(|window| window.spec.audience != Audience::Public)
    }

    fn total(&self) -> Money {
        let currency = self.opened.stage.card.sheet.organiser.spec.currency;
        self.opened.hold.total().unwrap_or(Money::zero(currency))
    }

    fn state(&self) -> HoldState {
        let (hold, stage) = (&self.opened.hold, &self.opened.stage);
        match hold.state {
            Core::Basket if stage.now < hold.due => HoldState::Basket,
            Core::Held if stage.now < hold.due => HoldState::Held {
                countdown: say::countdown(hold.due, stage.now),
                until: stage.wall.moment(hold.due),
                span_s: seconds(self.span()),
                left_s: seconds(hold.due.since(stage.now)),
            },
            // Its time has run out; the desk writes it down within the second.
            Core::Basket | Core::Held => HoldState::Lapsed(Lapse::Time),
            Core::Lapsed(cause) | Core::LapsedPaid { cause, .. } => HoldState::Lapsed(match cause {
                LapseCause::Time => Lapse::Time,
                LapseCause::Payment => Lapse::Payment,
                LapseCause::Deficit => Lapse::Deficit,
                LapseCause::SlotCancelled => Lapse::CalledOff,
            }),
            Core::Confirming | Core::Confirmed(_) => HoldState::Confirming { bank: self.bank() },
            Core::Released | Core::ReleasedPaid(_) => HoldState::Released,
        }
    }

    /// The bank's page, where it asks the buyer first.
    fn bank(&self) -> Option<Href> {
        let asks = self.opened.hold.attempt.as_deref().is_some_and(asks_the_buyer);
        asks.then(|| Href::new(bank_path(&self.opened.key.0.text())))
    }

    /// How long the hold lasts, from the last time that it was given more.
    fn span(&self) -> Span {
        let hold = &self.opened.hold;
        let terms = self.window().map(|window| (window.spec.hold.span, window.spec.turn.span));
        match terms {
            Some((_, turn)) if hold.turn.is_some() => turn,
            Some((span, _)) => span,
            None => hold.due.since(hold.made_at),
        }
    }

    fn frame(&self, state: &HoldState) -> Frame {
        let (hold, stage) = (&self.opened.hold, &self.opened.stage);
        let mut frame = page::frame("Your hold", &stage.card.sheet.organiser, stage.now);
        frame.description =
            format!("Units of {}, held while you fill in and confirm.", stage.card.sheet.slot.spec.title);
        if matches!(state, HoldState::Confirming { .. }) {
            frame.refresh_after_s = Some(3);
            frame.poll_s = Some(2);
        }
        let open = matches!(state, HoldState::Held { .. } | HoldState::Basket);
        let say = |kind, text: &str| Some(Notice { kind, text: text.to_owned(), link: None });
        frame.notice = match (&self.refused, hold.state) {
            (Some(refused), _) => Some(refused.notice.clone()),
            (None, Core::Held) if open && hold.attempt.is_some() => say(
                NoticeKind::Refused,
                "The card was declined. Your units are still held: try another card, or pay in another way.",
            ),
            (None, Core::Basket) if open && hold.attempt.is_some() => {
                say(NoticeKind::Refused, "The card was declined, and nothing is held yet. Try another card.")
            }
            _ => None,
        };
        frame
    }

    fn line(&self, line: &HeldLine, place: usize) -> Line {
        // The way to the goods is the whole hold's; it stands once.
        let way = self.opened.hold.fulfilment.filter(|_| place == 0);
        Line {
            offer: self.opened.stage.offer(line.offer),
            note: way.and_then(|choice| self.opened.stage.way(choice)).unwrap_or_default(),
            quantity: line.quantity,
            unit_price: say::money(line.unit_price),
            total: say::money(line.total()),
        }
    }

    /// What others can still get in the same window.
    fn left(&self, state: &HoldState) -> Vec<HoldLeft> {
        let open = matches!(state, HoldState::Held { .. } | HoldState::Basket);
        let Some(window) = self.window().filter(|_| open) else { return Vec::new() };
        let card = &self.opened.stage.card;
        let reading = Reading::of(card, &self.viewer(), self.opened.stage.now);
        let lines = self.opened.hold.lines.iter().map(|line| {
            let text = match card.left(window.id, line.offer) {
                0 => "None left".to_owned(),
                left => format!("{left} left"),
            };
            let name = format!("{} for others", self.opened.stage.offer(line.offer));
            let state = reading.offer(line.offer).map_or(OfferState::Ended, standing);
            HoldLeft { offer: line.offer.to_string(), name, text, state }
        });
        lines.collect()
    }

    fn buyer(&self) -> BuyerForm {
        let typed = self.typed.clone().unwrap_or_else(|| Typed::known(&self.opened.hold));
        let errors = self.refused.as_ref().map(|refused| refused.errors.clone()).unwrap_or_default();
        let total = self.total();
        BuyerForm {
            state: FormState { errors, typed: self.typed.is_some(), ..fresh_form() },
            payments: self.payments(&typed),
            address: self.is_sent().then_some(typed.address),
            countries: &COUNTRIES,
            name: typed.name,
            email: typed.email,
            button: match total.amount {
                0 => "Confirm".to_owned(),
                _ => format!("Confirm for {}", say::money(total)),
            },
        }
    }

    /// Whether the goods are sent.
    fn is_sent(&self) -> bool {
        self.opened.stage.is_sent(self.opened.hold.fulfilment)
    }

    fn payments(&self, typed: &Typed) -> Vec<PaymentChoice> {
        let choice = |kind: PaymentKind, label: &str, note: &str| PaymentChoice {
            chosen: kind.word() == typed.payment,
            kind,
            label: label.to_owned(),
            note: note.to_owned(),
        };
        let mut choices = if self.total().amount == 0 {
            vec![choice(PaymentKind::Free, "Nothing to pay", "")]
        } else {
            let mut cards = CARDS.map(|(token, label)| TestCard { token: token.into(), label: label.into() });
            // The one that was chosen before comes first, which chooses it again.
            cards.sort_by_key(|card| card.token != typed.token);
            vec![choice(PaymentKind::Sandbox(cards.to_vec()), "Test card", "")]
        };
        let block = self.opened.hold.fulfilment.and_then(|choice| self.opened.stage.block(choice));
        let way = block.map(|block| block.spec.kind);
        let organiser = &self.opened.stage.card.sheet.organiser.spec;
        // Where nothing says how it is received, there is no pickup to pay at.
        if way.is_some() && pays(organiser, Method::AtPickup, self.total(), way) {
            choices.push(choice(
                PaymentKind::AtPickup,
                "Pay at pickup",
                "In cash or by card, when you collect",
            ));
        }
        if !choices.iter().any(|choice| choice.chosen)
            && let Some(first) = choices.first_mut()
        {
            first.chosen = true;
        }
        choices
    }

    fn extensions_left(&self) -> u32 {
        let hold = &self.opened.hold;
        let max = self.window().map_or(0, |window| window.spec.hold.extensions);
        // Others wait behind a turn, so it is not extended.
        let max = if hold.turn.is_some() || !hold.taken { 0 } else { max };
        u32::from(max.saturating_sub(hold.extended))
    }

    /// Whoever the hold's window admits.
    fn viewer(&self) -> Viewer {
        if self.is_private() { Viewer::admitted(vec![self.opened.hold.window]) } else { Viewer::Public }
    }

    /// What the buyer can buy in the slot now.
    fn shelf(&self) -> Option<Shelf> {
        let stage = &self.opened.stage;
        Shelf::at(self.app, Arc::clone(&stage.card), self.viewer(), stage.now).ok()
    }

    /// What is left when the hold is over, and what to do.
    fn over(&self, state: &HoldState) -> String {
        if !matches!(state, HoldState::Lapsed(_) | HoldState::Released) {
            return String::new();
        }
        let Some(shelf) = self.shelf() else { return String::new() };
        match shelf.standing() {
            Standing::Open => match shelf.units() {
                1 => "One is left right now: you can hold it again.".to_owned(),
                units => format!("{units} are left right now: you can hold yours again."),
            },
            Standing::SoldOut => {
                "Nothing is left right now. In the waitlist, what comes back is yours in turn.".to_owned()
            }
            Standing::Ahead(opens) => format!("It opens {} again.", shelf.wall.when(opens, shelf.now())),
            Standing::Gated(_) => {
                "You can hold them again with your code, as long as some are left.".to_owned()
            }
            Standing::Cancelled => "See the calendar for what comes next.".to_owned(),
            _ => "Nothing can be bought here any more.".to_owned(),
        }
    }

    fn next(&self) -> Vec<Link> {
        let stage = &self.opened.stage;
        let shelf = self.shelf();
        let text = match shelf.as_ref().map(Shelf::standing) {
            Some(Standing::Cancelled) => return vec![stage.calendar()],
            Some(Standing::Open | Standing::Gated(_)) => "Hold again",
            Some(Standing::SoldOut) => "Join the waitlist",
            _ => "Back to the shelf",
        };
        vec![Link::new(text, path(&stage.card)), stage.calendar()]
    }

    /// Where something is left, when nothing is here.
    fn others(&self, state: &HoldState) -> Vec<OtherSlot> {
        let open = self.shelf().is_some_and(|shelf| matches!(shelf.standing(), Standing::Open));
        if open || !matches!(state, HoldState::Lapsed(_) | HoldState::Released) {
            return Vec::new();
        }
        others(self.app, &self.opened.stage.card, self.opened.stage.now)
    }
}

fn seconds(span: Span) -> u32 {
    u32::try_from((span.0.max(0) + 999) / 1_000).unwrap_or(u32::MAX)
}
