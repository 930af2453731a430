//! Hold, order, waitlist and overlay in their states.

use dayshelf_pages::{
    Badge, BadgeKind, BankPage, BuyerForm, CancelView, ChanceView, DigitalExtra, DisplayPage, DisplaySlot,
    FieldError, FormState, HoldLeft, HoldPage, HoldState, Href, Lapse, Line, LobbyPage, LobbyState,
    LookSheet, MoveChoice, MoveView, Notice, NoticeKind, OfferState, OrderLine, OrderPage, OrderState,
    OverlayLayout, OverlayPage, OverlayState, OverlayTheme, PassView, PaymentChoice, PaymentKind, PickupView,
    PriceView, RenderError, Still, Svg, Template, TestCard, WaitState, WaitlistPage,
};

use super::{NOW_MS, Pages, Say, countdown, frame, link, moment, span, summary};

pub fn add(say: Say<'_>, pages: &mut Pages) -> Result<(), RenderError> {
    let held = || HoldState::Held {
        countdown: countdown(say, 462, "7:42"),
        until: moment(say, "Sat 21 Nov", "18:00"),
        span_s: 480,
        left_s: 462,
    };
    pages.push(("hold-held", hold(say, held()).render()?));
    pages.push(("hold-refused", hold_refused(say, held()).render()?));
    pages.push(("hold-basket", hold(say, HoldState::Basket).render()?));
    pages.push(("hold-confirming", hold(say, HoldState::Confirming { bank: None }).render()?));
    let bank = Some(Href::new(say("/h/s3cret/bank")));
    pages.push(("hold-bank", hold(say, HoldState::Confirming { bank }).render()?));
    pages.push(("bank", bank_page(say).render()?));
    pages.push(("hold-lapsed", hold(say, HoldState::Lapsed(Lapse::Time)).render()?));
    pages.push(("hold-called-off", hold(say, HoldState::Lapsed(Lapse::CalledOff)).render()?));
    pages.push(("hold-released", hold(say, HoldState::Released).render()?));
    pages.push(("order-new", order(say, OrderState::New).render()?));
    pages.push(("order-confirmed", order(say, OrderState::Confirmed).render()?));
    pages.push(("order-cancelled", order(say, OrderState::Cancelled).render()?));
    for (name, state) in wait_states(say) {
        pages.push((name, wait(say, state).render()?));
    }
    for (name, state) in lobby_states(say) {
        pages.push((name, in_lobby(say, state).render()?));
    }
    pages.push(("display", display(say).render()?));
    pages.push(("overlay-open", overlay(say, OverlayState::Open).render()?));
    pages.push(("overlay-upcoming", overlay(say, OverlayState::Upcoming).render()?));
    pages.push(("overlay-sold-out", overlay(say, OverlayState::SoldOut).render()?));
    Ok(())
}

fn bank_page(say: Say<'_>) -> BankPage {
    BankPage {
        frame: frame(say, "Is it you?"),
        path: Href::new(say("/h/s3cret/bank")),
        slot: summary(say),
        amount: say("€56"),
        shop: say("Old fish market"),
        late: false,
        key: say("key_7"),
    }
}

fn hold(say: Say<'_>, state: HoldState) -> HoldPage {
    let card = |token: &str, label: &str| TestCard { token: say(token), label: say(label) };
    let payment = |kind, label: &str, note: &str, chosen| PaymentChoice {
        kind,
        label: say(label),
        note: say(note),
        chosen,
    };
    let mut frame = frame(say, "Your hold");
    if matches!(state, HoldState::Confirming { .. }) {
        frame.refresh_after_s = Some(3);
        frame.poll_s = Some(2);
    }
    let line = |quantity, offer: &str, note: &str, unit: &str, total: &str| Line {
        offer: say(offer),
        note: say(note),
        quantity,
        unit_price: say(unit),
        total: say(total),
    };
    HoldPage {
        frame,
        path: Href::new(say("/h/s3cret")),
        slot: summary(say),
        sequence: 3,
        stream: None,
        state,
        lines: vec![
            line(2, "Harbour mug", "Pickup Sun 22 Nov, 10:30–11:00", "€28", "€56"),
            line(1, "Gift box", "", "€4", "€4"),
        ],
        total: say("€60"),
        total_note: say("incl. 23 % VAT"),
        left: vec![HoldLeft {
            offer: say("offer_mug"),
            name: say("Harbour mugs for others"),
            text: say("5 left"),
            state: OfferState::Open,
        }],
        buyer: BuyerForm {
            state: FormState::new(say("key_2")),
            name: say(""),
            email: say("ana@example.org"),
            address: None,
            countries: &[],
            payments: vec![
                payment(
                    PaymentKind::Sandbox(vec![
                        card("tok_ok", "Pays at once"),
                        card("tok_declined", "Is declined"),
                    ]),
                    "Test card",
                    "Charged when you confirm",
                    true,
                ),
                payment(PaymentKind::AtPickup, "Pay at pickup", "Cash or card at the stall", false),
                payment(PaymentKind::Free, "Nothing to pay", "", false),
            ],
            button: say("Pay €60"),
        },
        extensions_left: 1,
        extension: say("2 more minutes"),
        extend_key: say("key_3"),
        release_key: say("key_4"),
        over: say("5 are left right now: you can hold yours again."),
        others: Vec::new(),
        next: vec![link(say, "Hold again", "/kiln/harbour-mugs"), link(say, "See the calendar", "/kiln")],
    }
}

fn hold_refused(say: Say<'_>, state: HoldState) -> HoldPage {
    let mut page = hold(say, state);
    page.extensions_left = 0;
    page.frame.notice = Some(Notice {
        kind: NoticeKind::Refused,
        text: say("The card was declined. Your units are still held: try another card, or pay at pickup."),
        link: None,
    });
    let wrong =
        |field: &str| FieldError { field: field.into(), message: say("We need this to send you the pass.") };
    page.buyer.state.errors = ["form", "name", "email", "payment", "token"].map(wrong).to_vec();
    page
}

fn pass(say: Say<'_>, serial: &str) -> Option<PassView> {
    let text = "DS1.k1.c2xvdF8xLm9mZmVyX211Zy4wMDQy.MEUCIQDs7GXKm3mVqfVx0mB3Yp8t2l5uQpWcKJ9kzj1o2mSgIgE";
    let code = fast_qr::QRBuilder::new(text).build().ok()?;
    let qr = Svg::new(fast_qr::convert::svg::SvgBuilder::default().to_str(&code))?;
    Some(PassView { qr, serial: say(serial), text: say(text) })
}

fn order(say: Say<'_>, state: OrderState) -> OrderPage {
    let cancelled = state == OrderState::Cancelled;
    let line = |id: &str, quantity, offer: &str, total: &str, fulfilment: &str, pass| OrderLine {
        id: say(id),
        offer: say(offer),
        quantity,
        total: say(total),
        fulfilment: say(fulfilment),
        state: if cancelled { say("Cancelled, refunded") } else { String::new() },
        cancelled,
        pass,
    };
    OrderPage {
        frame: frame(say, "Your order"),
        path: Href::new(say("/o/s3cret")),
        slot: summary(say),
        state,
        number: say("K7-0042"),
        name: say("Ana"),
        email: say("ana@example.org"),
        lines: vec![
            line("l1", 2, "Harbour mug", "€56", "Pickup Sun 22 Nov, 10:30–11:00", pass(say, "K7-0042-1")),
            line("l2", 1, "Gift box", "€4", "", None),
        ],
        total: say("€60"),
        total_note: say("incl. 23 % VAT"),
        payment: say(if cancelled { "€60 went back to your card." } else { "Paid €60 by test card." }),
        pickup: (!cancelled).then(|| PickupView {
            when: say("Sun 22 Nov, 10:30–11:00 WET"),
            place: say("Old fish market, stall 4"),
            map: Some(link(say, "On the map", "https://map.example/?q=stall")),
        }),
        sent_to: Vec::new(),
        extras: if cancelled { vec![] } else { vec![extra(say)] },
        ics: Href::new(say("/o/s3cret/order.ics")),
        feed: Href::new(say("/o/s3cret/feed.ics")),
        elsewhere: vec![link(say, "Google", "https://calendar.google.com/calendar/render")],
        cancel: (!cancelled).then(|| CancelView {
            form: FormState::new(say("key_5")),
            consequence: say("Your money goes back to your card within three days."),
        }),
        moving: (!cancelled).then(|| MoveView {
            form: FormState::new(say("key_6")),
            choices: vec![MoveChoice { slot: say("slot_2"), label: say("Sat 28 Nov, 18:00 · 12 left") }],
            consequence: say("Your price stays the same."),
        }),
        next: vec![link(say, "See the calendar", "/kiln")],
    }
}

fn extra(say: Say<'_>) -> DigitalExtra {
    DigitalExtra {
        name: say("Sea-salt hot chocolate"),
        note: say("Recipe card, PDF"),
        link: link(say, "Download", "/o/s3cret/extras/1"),
    }
}

fn wait_states(say: Say<'_>) -> Vec<(&'static str, WaitState)> {
    let turn = WaitState::Turn {
        hold: Href::new(say("/h/s3cret")),
        countdown: countdown(say, 581, "9:41"),
        until: moment(say, "Sat 21 Nov", "18:02"),
    };
    let note =
        "Two people are before you. We write the moment units come back, and hold them for 10 minutes.";
    vec![
        (
            "waitlist-waiting",
            WaitState::Waiting { place: say("3rd in line"), note: say(note), chance: Some(chance(say)) },
        ),
        ("waitlist-turn", turn),
        ("waitlist-lapsed", WaitState::Lapsed { note: say("You keep a place in line for one more turn.") }),
        (
            "waitlist-left",
            WaitState::Left {
                heading: say("You are not in line"),
                note: say("You left the line. You can join again while the window is open."),
            },
        ),
        ("waitlist-served", WaitState::Served { order: Href::new(say("/o/s3cret")) }),
    ]
}

fn wait(say: Say<'_>, state: WaitState) -> WaitlistPage {
    let mut frame = frame(say, "Waitlist");
    frame.poll_s = Some(5);
    WaitlistPage {
        frame,
        path: Href::new(say("/w/s3cret")),
        slot: summary(say),
        offer: say("Harbour mug"),
        quantity: 2,
        email: say("ana@example.org"),
        state,
        key: say("key_7"),
        next: vec![],
    }
}

fn lobby_states(say: Say<'_>) -> Vec<(&'static str, LobbyState)> {
    let ahead = LobbyState::Ahead {
        opens: say("18:00 WET"),
        here: say("214 people are here so far, you among them."),
        countdown: countdown(say, 581, "9:41"),
    };
    let waits = LobbyState::Waits {
        before: say("12 people are before you"),
        from: say("18:03 WET"),
        countdown: countdown(say, 42, "0:42"),
    };
    vec![
        ("lobby-ahead", ahead),
        ("lobby-waits", waits),
        ("lobby-over", LobbyState::Over { until: say("18:08 WET") }),
    ]
}

fn in_lobby(say: Say<'_>, state: LobbyState) -> LobbyPage {
    let mut frame = frame(say, "Waiting line");
    frame.poll_s = Some(15);
    LobbyPage {
        frame,
        path: Href::new(say("/kiln/drop")),
        slot: summary(say),
        badge: Badge::new(BadgeKind::Low, say("7 left")),
        state,
        rules: vec![
            say("Whoever is here before the opening gets a place by lot when it opens."),
            say("Once you are in, you have 5 minutes to choose."),
        ],
        key: say("key_8"),
        window: say("window_1"),
        asks_email: true,
        next: vec![link(say, "See what it is", "/kiln/drop")],
    }
}

fn display(say: Say<'_>) -> DisplayPage {
    let slot = |title: &str, from: &str, until: &str, qr: Option<Svg>| DisplaySlot {
        title: say(title),
        time: span(say, "Sat 21 Nov", from, until),
        place: say("Old fish market, stall 4"),
        badge: Badge::new(BadgeKind::Low, say("7 left")),
        price: Some(say("€28")),
        qr,
        address: say("kiln.example/mugs"),
        picture: None,
        still: Still::of(title),
    };
    DisplayPage {
        frame: frame(say, "On today"),
        name: say("Kiln & Tide"),
        heading: say("Today"),
        day: say("Saturday 21 November"),
        as_of: say("17:52 WET"),
        slots: vec![
            slot("Harbour mugs, second firing", "18:00", "18:45", pass(say, "-").map(|pass| pass.qr)),
            slot("Tide bowls", "20:00", "21:00", None),
        ],
        keep: Href::new(say("/display/keep.js")),
    }
}

fn chance(say: Say<'_>) -> ChanceView {
    let how = vec![say("Right now, others hold 6 units that may come back.")];
    ChanceView { text: say("Your chance by what is held now: about 35\u{a0}%"), how }
}

fn overlay(say: Say<'_>, state: OverlayState) -> OverlayPage {
    let open = state == OverlayState::Open;
    OverlayPage {
        slot: say("slot_1"),
        sequence: 3,
        stream: Href::new(say("/overlay/s3cret/live")),
        title: say("Harbour mugs, second firing"),
        window: say("window_1"),
        window_title: say("Friends"),
        now_ms: NOW_MS,
        layout: OverlayLayout::Bar,
        theme: OverlayTheme::Light,
        look: Some(LookSheet { light: [11, 93, 74], dark: [116, 214, 183] }),
        lang: say("en"),
        units: open.then_some(7),
        units_label: say(match state {
            OverlayState::Open => "left",
            OverlayState::Upcoming => "Opens at 18:00 WET",
            OverlayState::SoldOut | OverlayState::Ended => "Sold out",
        }),
        offers: vec![say("offer_mug")],
        price: Some(PriceView {
            now: say("€28"),
            next: Some(say("€32 from 18:20")),
            offer: Some(say("offer_mug")),
        }),
        countdown: (state != OverlayState::SoldOut)
            .then(|| (say(if open { "VIP closes in" } else { "Opens in" }), countdown(say, 462, "7:42"))),
        address: say("kiln.example/mugs"),
        state,
    }
}
