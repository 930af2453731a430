//! Sample data for every page: a small pottery on the coast and its drops.
//!
//! Every text goes through `say`, so that a test can render the same pages with hostile texts.

mod buying;
mod calendar;
mod slot;

use dayshelf_pages::{
    ConfirmationPage, ConfirmationState, Countdown, EmptyState, Frame, Href, IndexPage, JsonLd, Link, Logo,
    Moment, OrganiserEntry, OrganiserLink, Place, ProblemPage, SlotSummary, Still, Template, TimeSpan,
};

/// A stand-in for a photograph.
pub const PHOTO: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 1200"><defs><linearGradient id="w" x2="0" y2="1"><stop stop-color="#d9d2c5"/><stop offset="1" stop-color="#b9ae9c"/></linearGradient><linearGradient id="m" x2="1"><stop stop-color="#3f6f73"/><stop offset=".5" stop-color="#5d979a"/><stop offset="1" stop-color="#2c5154"/></linearGradient></defs><path fill="url(#w)" d="M0 0h1600v1200H0z"/><path fill="#8d7a63" d="M0 900h1600v300H0z"/><ellipse cx="820" cy="930" rx="420" ry="40" fill="#5d4e3d" opacity=".5"/><path d="M1060 520h90a130 130 0 0 1 0 260h-120" fill="none" stroke="#33595c" stroke-width="58"/><path fill="url(#m)" d="M480 420h620v380a120 120 0 0 1-120 120H600a120 120 0 0 1-120-120z"/><ellipse cx="790" cy="420" rx="310" ry="52" fill="#274749"/><path d="M480 610c200 60 420 60 620 0v60c-200 60-420 60-620 0z" fill="#e7ddcb" opacity=".85"/></svg>"##;

/// 21 November 2026, 17:52:18 in Lisbon.
const NOW_MS: i64 = 1_795_283_538_000;

/// A page's file name and its HTML.
pub type Pages = Vec<(&'static str, String)>;

/// Turns a sample text into the text that is rendered.
pub type Say<'a> = &'a dyn Fn(&str) -> String;

/// Renders all pages.
///
/// # Errors
///
/// None is expected: writing to a text does not fail.
pub fn pages(say: Say<'_>) -> Result<Pages, dayshelf_pages::RenderError> {
    let mut pages = Vec::new();
    calendar::add(say, &mut pages)?;
    slot::add(say, &mut pages)?;
    buying::add(say, &mut pages)?;
    pages.push(("index", index(say, true).render()?));
    pages.push(("index-empty", index(say, false).render()?));
    pages.push(("confirmation-waits", confirmation(say, ConfirmationState::Waits).render()?));
    pages.push(("confirmation-done", confirmation(say, ConfirmationState::Done).render()?));
    pages.push(("confirmation-left", confirmation(say, ConfirmationState::Left).render()?));
    pages.push(("problem-404", problem(say).render()?));
    Ok(pages)
}

fn confirmation(say: Say<'_>, state: ConfirmationState) -> ConfirmationPage {
    ConfirmationPage {
        frame: frame(say, "Change it?"),
        path: Href::new(say("/yes/s3cret")),
        title: say("Autumn firing"),
        question: say("Change it?"),
        before: Some(say("Sat 21 Nov, 18:00–18:45 WET")),
        after: Some(say("Sun 22 Nov, 18:00–18:45 WET")),
        reasons: vec![say("A window would open, close or open again at once.")],
        told: say("People who are told of the new time or place: 14."),
        act: say("Yes, change it"),
        until: say("Sun 22 Nov, 17:52 WET"),
        state,
        key: say("key_8"),
    }
}

fn frame(say: Say<'_>, title: &str) -> Frame {
    let mut frame = Frame::new(say(title), NOW_MS);
    frame.organiser = Some(OrganiserLink {
        name: say("Kiln & Tide"),
        path: Href::new(say("/kiln")),
        logo: Some(Logo { src: Href::new(say("/photo.svg")), width: 480, height: 360 }),
        look: None,
    });
    frame
}

fn listed(say: Say<'_>, title: &str, path: &str) -> Frame {
    let mut frame = frame(say, title);
    frame.listed = true;
    frame.description = say("Stoneware thrown by the harbour, sold in small firings at a set time.");
    frame.canonical = say(&format!("https://shop.example{path}"));
    frame.image = Some(say("https://shop.example/photo.jpg"));
    let json =
        format!(r#"{{"@context":"https://schema.org","name":"{}"}}"#, say("Kiln").replace('"', "\\\""));
    frame.json_ld = vec![JsonLd::new(&json)];
    frame
}

fn moment(say: Say<'_>, day: &str, clock: &str) -> Moment {
    let date = if day.starts_with("Sun") { "2026-11-22" } else { "2026-11-21" };
    Moment {
        instant: say(&format!("{date}T{clock}:00+00:00")),
        zone: say("Europe/Lisbon"),
        day: say(day),
        clock: say(clock),
        abbreviation: say("WET"),
    }
}

fn span(say: Say<'_>, day: &str, from: &str, until: &str) -> TimeSpan {
    TimeSpan { start: moment(say, day, from), end: moment(say, day, until) }
}

fn countdown(say: Say<'_>, seconds: i64, text: &str) -> Countdown {
    Countdown { until_ms: NOW_MS + seconds * 1000, text: say(text) }
}

fn place(say: Say<'_>) -> Place {
    Place {
        name: say("Old fish market"),
        address: say("Rua do Cais 4, Setúbal"),
        link: Some(link(say, "Watch the stream", "https://stream.example/kiln")),
    }
}

fn link(say: Say<'_>, text: &str, href: &str) -> Link {
    Link::new(say(text), say(href))
}

fn summary(say: Say<'_>) -> SlotSummary {
    SlotSummary {
        id: say("slot_1"),
        title: say("Harbour mugs, second firing"),
        path: Href::new(say("/kiln/harbour-mugs")),
        time: span(say, "Sat 21 Nov", "18:00", "18:45"),
        place: Some(place(say)),
        picture: None,
        still: Still::of("harbour-1"),
    }
}

fn index(say: Say<'_>, full: bool) -> IndexPage {
    let mut frame = listed(say, "On the shelf", "/");
    frame.organiser = None;
    let entry = |name, about, next| OrganiserEntry {
        name: say(name),
        path: Href::new(say("/kiln")),
        about: say(about),
        next: say(next),
        still: Still::of(name),
    };
    let organisers = vec![
        entry("Kiln & Tide", "Stoneware thrown by the harbour.", "Next: Harbour mugs, Sat 21 Nov, 18:00 WET"),
        entry("Night Oven", "Bread at midnight, once a week.", "Next: Rye, Fri 27 Nov, 23:30 WET"),
        entry("Letterpress Lane", "Prints and workshops.", ""),
    ];
    IndexPage {
        frame,
        organisers: if full { organisers } else { vec![] },
        empty: EmptyState {
            title: say("Nobody sells here yet"),
            text: say("Apply a plan file, and its organiser appears on this page."),
            link: Some(link(say, "Read how", "/console")),
        },
    }
}

fn problem(say: Say<'_>) -> ProblemPage {
    ProblemPage {
        frame: frame(say, "Not found"),
        title: say("There is nothing on this shelf"),
        text: say("The address may be mistyped, or the slot was taken off the calendar."),
        code: say("not_found"),
        fault: None,
        next: vec![link(say, "See the calendar", "/kiln")],
    }
}
