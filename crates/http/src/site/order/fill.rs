//! From an order to its page.

use dayshelf_core::hold::Method;
use dayshelf_core::order::{LineState, Order, OrderLine as Line};
use dayshelf_core::slot::FulfilmentKind;
use dayshelf_core::time::Span;
use dayshelf_pages::{
    CancelView, DigitalExtra, FormState, Frame, Href, Link, MoveView, Notice, NoticeKind, OrderLine,
    OrderPage, OrderState, PassView, PickupView, Svg,
};
use dayshelf_wire::country;
use dayshelf_wire::order::OrderShape;
use dayshelf_wire::pass::qr_svg;

use super::super::behind::Stage;
use super::super::elsewhere::links;
use super::super::map::on_map;
use super::super::page::{self, fresh_form};
use super::super::refused::Refused;
use super::super::say;
use super::{Opened, moves};
use crate::api::orders::shape::shape;
use crate::app::App;

/// So long the page says thanks.
const NEW: Span = Span::minutes(10);

/// Which form was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tried {
    Cancel,
    Move,
}

/// What the page is filled from.
pub(super) struct Fill<'f> {
    pub app: &'f App,
    pub opened: &'f Opened,
    pub refused: Option<(Tried, Refused)>,
}

impl Fill<'_> {
    pub fn page(&self) -> OrderPage {
        let Opened { key, order, stage, .. } = self.opened;
        let shape = shape(self.app, order, None);
        OrderPage {
            frame: self.frame(),
            path: Href::new(key.path()),
            slot: stage.summary(self.app),
            state: self.state(),
            number: shape.number.clone(),
            name: order.buyer.name.clone(),
            email: match self.app.courier() {
                Some(_) => order.buyer.contact.email.clone(),
                None => String::new(),
            },
            lines: order
                .lines
                .iter()
                .zip(0_usize..)
                .map(|(line, place)| self.line(line, place, &shape))
                .collect(),
            total: say::money(order.total()),
            total_note: String::new(),
            payment: match stage.card.sheet.slot.state.is_off() {
                true => format!("{} was called off. {}", stage.card.sheet.slot.spec.title, payment(order)),
                false => payment(order),
            },
            pickup: self.pickup(),
            sent_to: self.sent_to(),
            extras: self.extras(&shape),
            ics: Href::new(format!("{}/order.ics", key.path())),
            feed: Href::new(format!("{}/feed.ics", key.path())),
            elsewhere: links(self.app, &stage.card),
            cancel: self.cancel(),
            moving: self.moving(),
            next: vec![stage.calendar()],
        }
    }

    fn frame(&self) -> Frame {
        let stage = &self.opened.stage;
        let mut frame = page::frame("Your order", &stage.card.sheet.organiser, stage.now);
        let refused = self.refused.as_ref().map(|(_, refused)| refused.notice.clone());
        frame.notice = refused.or_else(|| self.moved());
        frame
    }

    /// That the order stands elsewhere than it was bought, as long as one may go to the wrong place.
    fn moved(&self) -> Option<Notice> {
        let Opened { order, stage, moved_from, .. } = self.opened;
        let from = moved_from.as_ref().filter(|_| !order.is_cancelled())?;
        let named = |stage: &Stage| {
            let spec = &stage.card.sheet.slot.spec;
            let start = spec.times.start;
            format!("{}, {}, {}", spec.title, stage.wall.day(start), stage.wall.clock_zone(start))
        };
        let text = format!(
            "This order was moved: it is now for {}, and no longer for {}.{}",
            named(stage),
            named(from),
            if self.is_sent() { "" } else { " Your pass has changed with it." },
        );
        Some(Notice { kind: NoticeKind::Info, text, link: None })
    }

    fn state(&self) -> OrderState {
        let Opened { order, stage, .. } = self.opened;
        let fresh = stage.now.since(order.confirmed_at) < NEW;
        let whole = order.lines.iter().all(|line| line.state == LineState::Confirmed);
        match (order.is_cancelled(), fresh && whole) {
            (true, _) => OrderState::Cancelled,
            (false, true) => OrderState::New,
            (false, false) => OrderState::Confirmed,
        }
    }

    fn line(&self, line: &Line, place: usize, shape: &OrderShape) -> OrderLine {
        let Opened { order, stage, .. } = self.opened;
        let total = line.unit_price.times(line.quantity);
        let cancelled = line.state == LineState::Cancelled;
        let pass = shape.lines.get(place).map(|line| &line.pass);
        let pass = pass.filter(|_| line.state == LineState::Confirmed && !self.is_sent());
        OrderLine {
            id: place.to_string(),
            offer: stage.offer(line.offer),
            quantity: line.quantity,
            total: say::money(total),
            fulfilment: order.fulfilment.and_then(|choice| stage.way(choice)).unwrap_or_default(),
            state: match line.state {
                LineState::Confirmed => String::new(),
                LineState::Cancelled => "Cancelled".to_owned(),
                LineState::Handed if self.is_sent() => "Sent".to_owned(),
                LineState::Handed => "Collected".to_owned(),
            },
            cancelled,
            pass: pass.and_then(|pass| pass_view(&pass.number, pass.text.clone()?)),
        }
    }

    fn is_sent(&self) -> bool {
        self.opened.stage.is_sent(self.opened.order.fulfilment)
    }

    /// The lines of the address that the goods are sent to.
    fn sent_to(&self) -> Vec<String> {
        let buyer = &self.opened.order.buyer;
        let Some(address) = &buyer.address else { return Vec::new() };
        let town = [address.postcode.as_str(), address.city.as_str()].join(" ");
        let country = country::name(&address.country).unwrap_or(&address.country);
        let lines = [&buyer.name, &address.street, &address.extra, &town, &address.region, country];
        lines.into_iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    }

    fn pickup(&self) -> Option<PickupView> {
        let Opened { order, stage, .. } = self.opened;
        let choice = order.fulfilment.filter(|_| !order.is_cancelled())?;
        let block = stage.block(choice).filter(|block| block.spec.kind == FulfilmentKind::Pickup)?;
        let (from, until) = stage.times(choice)?;
        let place = match block.spec.place.as_str() {
            "" => stage.card.sheet.slot.spec.place.clone(),
            place => place.to_owned(),
        };
        Some(PickupView { when: stage.wall.span_words(from, until), map: on_map(&place), place })
    }

    /// The extras of an order that stands; the shape leaves them out of one that does not.
    fn extras(&self, shape: &OrderShape) -> Vec<DigitalExtra> {
        let extra = |extra: &dayshelf_wire::order::ExtraShape| DigitalExtra {
            name: extra.title.clone(),
            note: String::new(),
            link: Link::new("Open", extra.url.as_str()),
        };
        shape.extras.iter().map(extra).collect()
    }

    /// Whether the buyer may still change it.
    fn in_time(&self) -> bool {
        let Opened { order, stage, .. } = self.opened;
        let open = order.lines.iter().any(|line| line.state == LineState::Confirmed);
        open && stage.now < stage.card.sheet.slot.spec.times.end
    }

    fn form(&self, tried: Tried) -> FormState {
        let refused = self.refused.as_ref().filter(|(known, _)| *known == tried);
        let mut form = fresh_form();
        if let Some((_, refused)) = refused {
            form.errors.clone_from(&refused.errors);
        }
        form
    }

    fn cancel(&self) -> Option<CancelView> {
        let consequence = match self.opened.order.payment.method {
            Method::Sandbox => "What you paid for it goes back to your card.",
            Method::AtPickup => "You pay nothing for it when you collect.",
            Method::Free => "It goes back on the shelf.",
        };
        let form = self.form(Tried::Cancel);
        self.in_time().then(|| CancelView { form, consequence: consequence.to_owned() })
    }

    fn moving(&self) -> Option<MoveView> {
        let Opened { order, stage, .. } = self.opened;
        // A place to go to is only shown; the desk decides whether there is one.
        let choices = moves::choices(self.app, order, stage).unwrap_or_default();
        let form = self.form(Tried::Move);
        let open = self.in_time() && !choices.is_empty();
        let consequence = match self.is_sent() {
            true => "Your price stays the same.".to_owned(),
            false => "Your price stays the same. Your pass changes: show the new one.".to_owned(),
        };
        open.then_some(MoveView { form, choices, consequence })
    }
}

fn pass_view(serial: &str, text: String) -> Option<PassView> {
    let qr = Svg::new(qr_svg(&text)?)?;
    Some(PassView { qr, serial: serial.to_owned(), text })
}

/// Where the money is, in plain words.
fn payment(order: &Order) -> String {
    let (money, currency) = (&order.payment, order.currency);
    let say = |amount| say::of(amount, currency);
    match money.method {
        Method::Free => "Nothing to pay.".to_owned(),
        Method::AtPickup if order.is_cancelled() => "Nothing was charged.".to_owned(),
        Method::AtPickup => format!("Pay {} when you collect.", say::money(order.total())),
        Method::Sandbox if money.failed => {
            "The card promised the money and then did not give it. The shop will get in touch.".to_owned()
        }
        Method::Sandbox => {
            let (paid, back) = (money.captured, money.refunded);
            let owed_back = (paid - back - order.total().amount).max(0);
            let mut words = match (paid, order.total().amount) {
                (0, 0) if money.voided >= money.authorised => "Nothing was charged.".to_owned(),
                (0, 0) => "Nothing will be charged: your card is let go.".to_owned(),
                (0, owed) => format!("{} is reserved on your test card.", say(owed)),
                (paid, _) => format!("Paid {} by test card.", say(paid)),
            };
            if back > 0 {
                words.push_str(&format!(" {} went back to it.", say(back)));
            }
            if owed_back > 0 {
                words.push_str(&format!(" {} is on its way back to it.", say(owed_back)));
            }
            words
        }
    }
}
