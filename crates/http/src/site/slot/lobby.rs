//! `/{organiser}/{slot}/lobby`: a number for each window, kept in a cookie of its own, and the page that says where one stands with it and opens
//! the slot's page by itself. What the slot's own page says of its lobby is here too. Start at [`show`].

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use dayshelf_core::ids::WindowId;
use dayshelf_core::lobby::{Came, LobbyTerms, Number};
use dayshelf_core::time::{Instant, Span};
use dayshelf_core::window::{Audience, Phase, Window};
use dayshelf_desk::SlotCard;
use dayshelf_pages::{Action, Frame, Link, LobbyPage, LobbyState};
use dayshelf_relay::live::Viewer;
use dayshelf_wire::buyer::ContactShape;
use dayshelf_wire::lobby::{NumberRequest, read};
use dayshelf_wire::problem::Kind;
use serde::Deserialize;

use super::super::behind::Stage;
use super::super::page::{self, Shown, found, fresh_key, on_to};
use super::super::say;
use super::super::shelf::{Shelf, Standing, path};
use super::fill::Fill;
use super::typed::Typed;
use super::{back, card_of, code, cookie, remembered};
use crate::api::lobby::take::draw;
use crate::app::App;
use crate::extract::{Client, Form};
use crate::no::No;

/// What the names of the cookies begin with; the window follows, so that a number of one is not in another's way.
const COOKIES: &str = "dayshelf_number";
/// How long a browser keeps it, in seconds: a day before the opening, and the rush.
const KEPT_S: u32 = 2 * 86_400;
/// How often the page looks again, in seconds, where nothing else makes it do so.
const POLL_S: u32 = 15;

/// The texts of the numbers that a reader's browser has for this page and that lead somewhere, the best first.
pub(super) fn kept(app: &App, card: &SlotCard, headers: &HeaderMap) -> Vec<String> {
    numbers(app, card, headers).into_iter().map(|(text, ..)| text).collect()
}

fn numbers(app: &App, card: &SlotCard, headers: &HeaderMap) -> Vec<(String, Number, Stands)> {
    let now = app.now();
    let read = |text: String| {
        let number = read(&card.sheet.organiser, &text)?;
        Some((text, number, stands(card, Some(number), now)))
    };
    let mut all: Vec<_> =
        cookie::kept_under(headers, COOKIES, &app.config.public_url).into_iter().filter_map(read).collect();
    all.retain(|(.., stands)| !matches!(stands, Stands::Nowhere));
    all.sort_by_key(|(_, number, stands)| (stands.rank(), number.window));
    all
}

/// Where a number leads now.
enum Stands {
    /// Nowhere: it is none, or its window is over.
    Nowhere,
    /// It waits for the opening or for its place.
    Waits,
    /// It may hold until then.
    In(Instant),
    /// Its time is over.
    Over,
}

impl Stands {
    /// Of several numbers, the one that leads in says where to go, then the one that waits.
    const fn rank(&self) -> u8 {
        match self {
            Self::In(_) => 0,
            Self::Waits => 1,
            Self::Over => 2,
            Self::Nowhere => 3,
        }
    }
}

/// Whose number is asked for, where a browser has several: the window's.
#[derive(Debug, Default, Deserialize)]
pub(in crate::site) struct Asked {
    #[serde(default)]
    window: String,
}

fn stands(card: &SlotCard, number: Option<Number>, now: Instant) -> Stands {
    let window =
        number.and_then(|number| card.sheet.windows.iter().find(|window| window.id == number.window));
    let window = window.filter(|window| window.phase_at(now) != Phase::Closed);
    let Some((from, until)) = window.zip(number).and_then(|(window, number)| window.lets_in(number)) else {
        return Stands::Nowhere;
    };
    match () {
        () if window.is_some_and(|window| now < window.spec.opens.at) || now < from => Stands::Waits,
        () if now < until => Stands::In(until),
        () => Stands::Over,
    }
}

/// The page of the number that this browser has; without one, the slot's page.
pub(in crate::site) async fn show(
    State(app): State<App>,
    Path((organiser, slot)): Path<(String, String)>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Shown {
    let card = card_of(&app, &organiser, &slot)?;
    let stage = Stage::of(&app, card.sheet.slot.id)?;
    let window = asked.ok().and_then(|Query(asked)| WindowId::parse(&asked.window));
    let mut numbers = numbers(&app, &stage.card, &headers);
    numbers.sort_by_key(|(_, number, _)| Some(number.window) != window);
    match numbers.into_iter().next() {
        Some((_, number, Stands::Waits | Stands::Over)) => match waiting(&app, &stage, number)? {
            Some(page) => found(&page),
            None => on_to(&path(&card)),
        },
        _ => on_to(&path(&card)),
    }
}

/// Takes a number, unless the browser has one that counts.
pub(in crate::site) async fn take(
    State(app): State<App>,
    Path((organiser, slot)): Path<(String, String)>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form, No>,
) -> Shown {
    let (card, form) = (card_of(&app, &organiser, &slot)?, form?);
    let lobby = |window: WindowId| format!("{}/lobby?window={window}", path(&card));
    let window = WindowId::parse(form.text("window"));
    let mut numbers = numbers(&app, &card, &headers).into_iter();
    // The form says which window it is about; one that does not is about any.
    let here = numbers.find(|(_, number, stands)| {
        window.is_none_or(|window| number.window == window) && matches!(stands, Stands::Waits | Stands::In(_))
    });
    if let Some((_, number, _)) = here {
        return on_to(&lobby(number.window));
    }
    let mut typed = Typed::of(&form);
    if typed.code.is_empty() {
        typed.code = code::kept(&app, &headers).unwrap_or_default();
    }
    match given(&app, client, &card, &typed, &form).await {
        Ok((text, window)) => {
            let name = format!("{COOKIES}_{window}");
            let answer = cookie::keep(&app, &card, (&name, &text, KEPT_S), on_to(&lobby(window))?);
            Ok(if typed.code_shown().is_some() { remembered(&app, &card, &typed, answer) } else { answer })
        }
        Err(no) if no.problem().kind == Kind::NoLobby => on_to(&path(&card)),
        Err(no) => back(&app, client, &card, typed, &no).await,
    }
}

async fn given(
    app: &App,
    client: Client,
    card: &SlotCard,
    typed: &Typed,
    form: &Form,
) -> Result<(String, WindowId), No> {
    client.may_claim(app)?;
    let request = NumberRequest {
        code: typed.code_shown().map(str::to_owned),
        contact: (!typed.email.is_empty()).then(|| ContactShape { email: typed.email.clone() }),
    };
    let (given, _) = draw(app, card.sheet.slot.id, &request, &form.once).await?;
    Ok((given.number, given.window.0))
}

/// The page for whoever waits, or whose time is over.
fn waiting(app: &App, stage: &Stage, number: Number) -> Result<Option<LobbyPage>, No> {
    let windows = &stage.card.sheet.windows;
    let Some(window) = windows.iter().find(|window| window.id == number.window) else { return Ok(None) };
    let (Some(terms), Some((from, until))) = (window.spec.lobby, window.lets_in(number)) else {
        return Ok(None);
    };
    let (now, opens) = (stage.now, window.spec.opens.at);
    let next = match () {
        () if now < opens => opens,
        () => from,
    };
    let state = match () {
        () if now < opens => LobbyState::Ahead {
            opens: stage.wall.clock_zone(opens),
            here: here(window.lobby.early),
            countdown: say::countdown(opens, now),
        },
        () if now < from => LobbyState::Waits {
            before: before(window.ahead_of(number, now)),
            from: stage.wall.clock_zone(from),
            countdown: say::countdown(from, now),
        },
        () => LobbyState::Over { until: stage.wall.clock_zone(until) },
    };
    let shelf = Shelf::at(app, stage.card.clone(), Viewer::Public, now)?;
    let see = match shelf.standing() {
        Standing::SoldOut => "Wait for what comes back",
        _ => "See what it is",
    };
    Ok(Some(LobbyPage {
        frame: frame(stage, next),
        path: dayshelf_pages::Href::new(path(&stage.card)),
        slot: stage.summary(app),
        badge: shelf.badge(),
        state,
        rules: rules(&terms, number),
        key: fresh_key(),
        window: window.id.to_string(),
        asks_email: matches!(window.spec.audience, Audience::List(_)),
        next: vec![Link::new(see, path(&stage.card)), stage.calendar()],
    }))
}

fn frame(stage: &Stage, next: Instant) -> Frame {
    let mut frame = page::frame("Waiting line", &stage.card.sheet.organiser, stage.now);
    // Without script, the page comes again when something is about to change, and now and then before.
    let seconds = u32::try_from(next.since(stage.now).0 / 1_000 + 1).unwrap_or(POLL_S);
    frame.refresh_after_s = Some(seconds.clamp(1, POLL_S));
    frame.poll_s = Some(POLL_S);
    frame
}

fn here(early: u32) -> String {
    match early {
        0 | 1 => "Nobody else is here so far.".into(),
        early => format!("{early} people are here so far, you among them."),
    }
}

fn before(ahead: u32) -> String {
    match ahead {
        0 => "You are next".into(),
        1 => "One person is before you".into(),
        ahead => format!("{ahead} people are before you"),
    }
}

/// How the line works, in the order in which a reader wonders.
fn rules(terms: &LobbyTerms, number: Number) -> Vec<String> {
    let order = match number.came {
        Came::Ahead => {
            "Whoever is here before the opening gets a place by lot when it opens. Nobody gains anything by being faster."
        }
        Came::After(_) => {
            "You came after the opening, so you are behind everybody who was here before, in the order of coming."
        }
    };
    let pace = match terms.per_minute {
        1 => "One person is let in each minute".to_owned(),
        many => format!("{many} people are let in each minute"),
    };
    vec![
        order.into(),
        format!("{pace}, so that the page is quick for those who are in."),
        format!(
            "Once you are in, you have {} to choose. What you then hold is yours until the time that is shown.",
            say::span(terms.span)
        ),
        "Your place belongs to this browser. Reload, close the page or lose the network: it is kept.".into(),
        "A place in line is no promise that something is left. What is there is shown here all the time."
            .into(),
    ]
}

impl Fill<'_> {
    /// The window whose lobby is open for this reader, if there is one.
    fn lobby(&self) -> Option<(&Window, LobbyTerms)> {
        let (shelf, now) = (&self.shelf, self.shelf.now());
        let window = match shelf.standing() {
            Standing::Open | Standing::Gated(_) => self.open_window(),
            Standing::Ahead(opens) => shelf.card.sheet.windows.iter().find(|window| {
                let asks = matches!(window.spec.audience, Audience::List(_));
                window.spec.opens.at == opens && (asks || shelf.viewer.sees(window))
            }),
            _ => None,
        }?;
        let terms = window.spec.lobby?;
        (window.spec.opens.at.plus(Span(-terms.ahead.0)) <= now).then_some((window, terms))
    }

    /// Whether the lobby asks who one is.
    pub(super) fn lobby_asks_email(&self) -> bool {
        let asks = |window: &Window| matches!(window.spec.audience, Audience::List(_));
        self.lobby().is_some_and(|(window, _)| asks(window)) && self.lobby_action().is_some()
    }

    /// Where the reader's number leads in this window.
    fn stands(&self, window: &Window) -> Stands {
        let read = |text: &String| read(&self.shelf.card.sheet.organiser, text);
        let number = self.typed.numbers.iter().filter_map(read).find(|number| number.window == window.id);
        stands(&self.shelf.card, number, self.shelf.now())
    }

    /// The way to the waiting line, for whom it is not through.
    pub(super) fn lobby_action(&self) -> Option<Action> {
        let (window, terms) = self.lobby()?;
        let now = self.shelf.now();
        let opens = window.spec.opens.at;
        let countdown = (now < opens).then(|| say::countdown(opens, now));
        let (label, note) = match self.stands(window) {
            Stands::In(_) => return None,
            Stands::Waits => ("To my place in line", "You have a place in line.".to_owned()),
            _ if now < opens => (
                "Get in line",
                format!(
                    "It opens at {}. Whoever is in line by then gets a place by lot, so there is no hurry.",
                    self.shelf.wall.clock_zone(opens)
                ),
            ),
            _ => {
                let span = say::span(terms.span);
                ("Get in line", format!("When it is your turn, you have {span} to choose."))
            }
        };
        Some(Action::Lobby { label: label.into(), note, countdown, window: window.id.to_string() })
    }

    /// Until when a reader who was let in may choose.
    pub(super) fn let_in_until(&self) -> Option<Instant> {
        let (window, _) = self.lobby()?;
        match self.stands(window) {
            Stands::In(until) => Some(until),
            _ => None,
        }
    }
}
