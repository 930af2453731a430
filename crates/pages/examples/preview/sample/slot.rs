//! The slot page in its states.

use dayshelf_pages::{
    Action, Axis, Badge, BadgeKind, BroadcastView, CodeField, FaqView, FieldError, FormState,
    FulfilmentChoice, FulfilmentGroup, Href, Notice, NoticeKind, OfferState, OfferView, OtherSlot, Permille,
    Picture, PriceView, ProductView, ProofView, RenderError, SlotPage, Still, Template, WindowState,
    WindowView,
};

use super::{NOW_MS, Pages, Say, countdown, link, listed, place, span};

pub fn add(say: Say<'_>, pages: &mut Pages) -> Result<(), RenderError> {
    pages.push(("slot-open", open(say).render()?));
    pages.push(("slot-vip-code", vip(say).render()?));
    pages.push(("slot-upcoming", upcoming(say).render()?));
    pages.push(("slot-waitlist", waitlist(say).render()?));
    pages.push(("slot-lobby", lobby(say).render()?));
    pages.push(("slot-sold-out", sold_out(say).render()?));
    pages.push(("slot-withheld", withheld(say).render()?));
    pages.push(("slot-ended", ended(say).render()?));
    pages.push(("slot-cancelled", cancelled(say).render()?));
    pages.push(("slot-refused", refused(say).render()?));
    Ok(())
}

fn open(say: Say<'_>) -> SlotPage {
    let mut badge = Badge::new(BadgeKind::Low, say("7 left"));
    badge.offer = Some(say("offer_mug"));
    SlotPage {
        frame: listed(say, "Harbour mugs, second firing", "/kiln/harbour-mugs"),
        id: say("slot_1"),
        sequence: 3,
        path: Href::new(say("/kiln/harbour-mugs")),
        title: say("Harbour mugs, second firing"),
        lead: say("Thirty mugs from one kiln load, glazed in the grey of the estuary."),
        story: vec![
            say(
                "Every mug in this firing was thrown on a Tuesday and glazed on a Sunday, when the studio is quiet. The clay is local, the ash comes from last winter’s olive prunings, and no two run the same.",
            ),
            say(
                "They hold 320 ml, like a dishwasher, and dislike being microwaved for long. Seconds are not in this drop: what you see on the stream is what is on the shelf.",
            ),
            say(
                "Collect yours the morning after, still a little warm, with a recipe for sea-salt hot chocolate.",
            ),
        ],
        pictures: vec![Picture::plain(
            Href::new(say("/photo.svg")),
            say("A grey-green mug with a pale band on a wooden table"),
            (1_600, 1_200),
        )],
        still: Still::of("harbour-1"),
        time: span(say, "Sat 21 Nov", "18:00", "18:45"),
        broadcasts: vec![broadcast(say)],
        place: Some(place(say)),
        ics: Some(Href::new(say("/kiln/harbour-mugs.ics"))),
        elsewhere: vec![link(say, "Google", "https://calendar.google.com/calendar/render")],
        badge,
        price: Some(PriceView {
            now: say("€28"),
            next: Some(say("€32 from 18:20")),
            offer: Some(say("offer_mug")),
        }),
        closing: Some((say("Everyone’s window closes in"), countdown(say, 1980, "33:00"))),
        window: say("window_public"),
        stream: None,
        private: false,
        windows: windows(say, WindowState::Open),
        axis: Some(Axis { from: say("17:40"), until: say("18:45 WET"), now: Some(Permille(492)) }),
        offers: offers(say, OfferState::Open),
        code: None,
        fulfilment: fulfilment(say),
        asks_email: true,
        email: String::new(),
        products: vec![ProductView {
            title: say("Mug, 320 ml"),
            about: vec![say("Stoneware, thrown by hand, glazed with ash.")],
        }],
        faqs: vec![FaqView {
            question: say("Is it safe for the dishwasher?"),
            answer: vec![say("Yes, in the upper rack.")],
        }],
        proof: Some(ProofView {
            text: say("6 people booked this slot in the last 15 minutes"),
            as_of: say("(at 18:04 WET)"),
            until_ms: NOW_MS + 60_000,
        }),
        others: vec![other(say)],
        turn: Some(countdown(say, 240, "4:00")),
        action: Action::Hold {
            label: say("Hold for 8 minutes"),
            label_counted: say("Hold {n} for 8 minutes"),
        },
        form: FormState::new(say("key_1")),
    }
}

fn other(say: Say<'_>) -> OtherSlot {
    OtherSlot {
        path: Href::new(say("/kiln/bowls")),
        title: say("Tide bowls"),
        time: span(say, "Sun 22 Nov", "18:00", "18:45"),
        badge: Badge::new(BadgeKind::Open, say("24 left")),
    }
}

fn broadcast(say: Say<'_>) -> BroadcastView {
    let time = span(say, "Sat 21 Nov", "18:00", "18:45");
    BroadcastView {
        title: say("Live from the kiln"),
        live: true,
        from: time.start.clone(),
        until: Some(time),
        link: Some(link(say, "Watch the stream", "https://example.org/live")),
    }
}

fn offers(say: Say<'_>, mug: OfferState) -> Vec<OfferView> {
    let left = match mug {
        OfferState::Open => "7 left",
        OfferState::Upcoming => "",
        OfferState::Unfulfillable => "Not available any more",
        _ => "Sold out",
    };
    let offer = |id: &str, name: &str, note: &str, minor: i64, left: &str, max: u32, state| OfferView {
        id: say(id),
        name: say(name),
        note: say(note),
        price: say(&format!("€{}", minor / 100)),
        price_minor: minor,
        currency: say("EUR"),
        left: say(left),
        quantity_max: max,
        quantity_limit: 2,
        quantity: u32::from(id == "offer_mug"),
        add_on: id != "offer_mug",
        state,
    };
    vec![
        offer("offer_mug", "Harbour mug", "320 ml, one of thirty", 2800, left, 2, mug),
        offer(
            "offer_pair",
            "Pair with tray",
            "Two mugs on an oak tray",
            7400,
            if mug == OfferState::Open { "Sold out" } else { left },
            if mug == OfferState::Open { 0 } else { 2 },
            if mug == OfferState::Open { OfferState::Waitlist } else { mug },
        ),
    ]
}

fn windows(say: Say<'_>, everyone: WindowState) -> Vec<WindowView> {
    let vip = if everyone == WindowState::Open { WindowState::Ended } else { everyone };
    let filled = if everyone == WindowState::Open { 492 } else { 0 };
    vec![
        WindowView {
            name: say("VIP"),
            condition: say("with a code"),
            time: span(say, "Sat 21 Nov", "17:40", "18:00"),
            dated: false,
            note: say("3 unsold went to everyone"),
            counts: None,
            state: vip,
            from: Permille(0),
            until: Permille(308),
            filled: Permille(filled.min(308)),
        },
        WindowView {
            name: say("Everyone"),
            condition: String::new(),
            time: span(say, "Sat 21 Nov", "18:00", "18:45"),
            dated: true,
            note: say("7 left"),
            counts: None,
            state: everyone,
            from: Permille(308),
            until: Permille(1000),
            filled: Permille(filled),
        },
    ]
}

fn fulfilment(say: Say<'_>) -> Vec<FulfilmentGroup> {
    let choice = |value: &str, label: &str, note: &str, full| FulfilmentChoice {
        value: say(value),
        label: say(label),
        note: say(note),
        full,
        chosen: value == "p2",
    };
    vec![
        FulfilmentGroup {
            title: say("Pickup, Sunday 22 November"),
            note: say("Old fish market, stall 4"),
            map: Some(link(say, "On the map", "https://map.example/?q=stall")),
            choices: vec![
                choice("p1", "10:00–10:30", "Full", true),
                choice("p2", "10:30–11:00", "6 places left", false),
                choice("p3", "11:00–11:30", "10 places left", false),
                choice("p4", "11:30–12:00", "10 places left", false),
            ],
        },
        FulfilmentGroup {
            title: say("Delivery"),
            note: String::new(),
            map: None,
            choices: vec![choice("d1", "By post", "2–3 days, €4.90", false)],
        },
    ]
}

fn vip(say: Say<'_>) -> SlotPage {
    let mut page = open(say);
    page.pictures = Vec::new();
    page.code = Some(CodeField {
        label: say("VIP code"),
        value: String::new(),
        hint: say("Opens the VIP window now. Everyone else can buy from 18:00."),
        needed: true,
        key: say("key_9"),
    });
    page.badge = Badge::new(BadgeKind::Upcoming, say("Opens 18:00"));
    page.closing = None;
    page.window = String::new();
    page.windows = windows(say, WindowState::Upcoming);
    page.windows[0].state = WindowState::Open;
    page.windows[0].filled = Permille(190);
    page.windows[0].note = say("10 units set aside");
    page.windows[1].note = say("Unsold VIP units join at 18:00");
    page.axis = Some(Axis { from: say("17:40"), until: say("18:45 WET"), now: Some(Permille(190)) });
    page.offers = offers(say, OfferState::Upcoming);
    page.fulfilment = vec![];
    page.action =
        Action::OpensAt { label: say("Opens at 18:00 WET"), countdown: countdown(say, 462, "7:42") };
    page
}

fn upcoming(say: Say<'_>) -> SlotPage {
    let mut page = vip(say);
    page.still = Still::of("advent");
    page.title = say("Advent candle rings");
    page.lead = String::new();
    page.badge = Badge::new(BadgeKind::Upcoming, say("Opens Sat 28 Nov, 18:00"));
    page.code = None;
    page.axis = None;
    page.place = None;
    page.action =
        Action::OpensAt { label: say("Opens at 18:00 WET"), countdown: countdown(say, 604_800, "7 d 0 h") };
    page
}

fn lobby(say: Say<'_>) -> SlotPage {
    let mut page = open(say);
    page.turn = None;
    page.action = Action::Lobby {
        label: say("Get in line"),
        note: say("It opens at 18:00 WET. Whoever is in line by then gets a place by lot."),
        countdown: Some(countdown(say, 581, "9:41")),
        window: say("window_1"),
    };
    page
}

fn waitlist(say: Say<'_>) -> SlotPage {
    let mut page = open(say);
    page.pictures = Vec::new();
    page.title = say("Moon jars");
    page.still = Still::of("moon");
    page.badge = Badge::new(BadgeKind::Waitlist, say("Sold out – waitlist"));
    page.offers = offers(say, OfferState::Waitlist);
    page.action = Action::Waitlist {
        label: say("Join the waitlist"),
        note: say("4 are waiting. When units come back, yours are held for 10 minutes."),
    };
    page
}

fn sold_out(say: Say<'_>) -> SlotPage {
    let mut page = waitlist(say);
    page.badge = Badge::new(BadgeKind::SoldOut, say("Sold out"));
    page.offers = offers(say, OfferState::SoldOut);
    page.closing = None;
    page.action = Action::SoldOut { note: say("The next firing is on 5 December.") };
    page
}

fn withheld(say: Say<'_>) -> SlotPage {
    let mut page = sold_out(say);
    page.badge = Badge::new(BadgeKind::Ended, say("Not available any more"));
    page.offers = offers(say, OfferState::Unfulfillable);
    page.price = None;
    page.action = Action::Withheld {
        label: say("Not available any more"),
        note: say("This date can't be fulfilled any more. See the calendar for what comes next."),
    };
    page
}

fn ended(say: Say<'_>) -> SlotPage {
    let mut page = sold_out(say);
    page.badge = Badge::new(BadgeKind::Ended, say("Ended"));
    page.price = None;
    page.windows = vec![];
    page.action = Action::Ended { note: say("See the calendar for what comes next.") };
    page
}

fn cancelled(say: Say<'_>) -> SlotPage {
    let mut page = ended(say);
    page.badge = Badge::new(BadgeKind::Cancelled, say("Cancelled"));
    page.action = Action::Cancelled { note: say("Everyone who ordered has their money back.") };
    page
}

fn refused(say: Say<'_>) -> SlotPage {
    let mut page = open(say);
    page.code = vip(say).code;
    page.frame.notice = Some(Notice {
        kind: NoticeKind::Refused,
        text: say("Only 1 is left, so we could not hold 2. Nothing was charged."),
        link: Some(link(say, "Join the waitlist", "#buy")),
    });
    let errors = ["form", "quantity.offer_mug", "code", "fulfilment", "email"];
    let wrong =
        |field: &str| FieldError { field: say(field), message: say("Choose 1, or join the waitlist.") };
    page.form.errors = errors.map(wrong).to_vec();
    page
}
