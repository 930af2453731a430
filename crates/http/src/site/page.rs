//! Pages as answers: their headers, their frame, and the page that says no.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dayshelf_core::look::{Colour, Scheme};
use dayshelf_core::organiser::{Organiser, RESERVED_SLUGS};
use dayshelf_core::time::Instant;
use dayshelf_desk::random;
use dayshelf_pages::{
    CONTENT_SECURITY_POLICY, FormState, Frame, Href, Link, Logo, LookSheet, OrganiserLink, ProblemPage,
    Template,
};
use dayshelf_wire::problem::{Kind, Problem};

use super::here;
use crate::app::App;
use crate::no::No;

/// A problem as a page: what went wrong, and where to go.
#[derive(Debug)]
pub(super) struct Lost {
    no: No,
    /// In whose house it happened, where the address says so.
    house: Option<Arc<Organiser>>,
}

impl<T: Into<No>> From<T> for Lost {
    fn from(no: T) -> Self {
        Self { no: no.into(), house: None }
    }
}

impl Lost {
    /// A problem among the pages of an organiser, if there is one of that name.
    pub fn in_house(no: No, app: &App, organiser: &str) -> Self {
        let house = app.board().organiser_by_slug(organiser);
        Self { no, house: house.map(|card| card.organiser) }
    }
}

/// The answer of a page's route.
pub(super) type Shown = Result<Response, Lost>;

/// A rendered page.
///
/// # Errors
/// A fault when the template can't be written, which is a bug.
pub(super) fn html(status: StatusCode, page: &impl Template) -> Result<Response, No> {
    Ok(html_text(status, rendered(page)?))
}

/// The text of a page.
///
/// # Errors
/// As [`html`].
pub(super) fn rendered(page: &impl Template) -> Result<String, No> {
    page.render().map_err(|fault| No::fault("a page could not be written", &fault))
}

/// A page's text as an answer.
pub(super) fn html_text(status: StatusCode, text: String) -> Response {
    let heads: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
        // "no-referrer" would make a browser hide where our own forms come from.
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    ];
    (status, heads, text).into_response()
}

/// The page is there.
pub(super) fn found(page: &impl Template) -> Shown {
    Ok(html(StatusCode::OK, page)?)
}

/// The page again, with what was wrong about a form.
pub(super) fn again(page: &impl Template, problem: &Problem) -> Shown {
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    let mut response = html(status, page)?;
    if let Some(seconds) = problem.retry_after_seconds() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// On to another page, read with GET.
pub(super) fn on_to(path: &str) -> Shown {
    let place = HeaderValue::from_str(path).map_err(|_| No::plain(Kind::RouteUnknown))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response())
}

/// The frame of an organiser's page.
pub(super) fn frame(title: impl Into<String>, organiser: &Organiser, now: Instant) -> Frame {
    let mut frame = Frame::new(title, now.0);
    let path = here::house_path(organiser);
    let logo = organiser.look.logo.map(|file| Logo {
        src: Href::new(file.path(organiser.id)),
        width: file.width,
        height: file.height,
    });
    frame.organiser = Some(OrganiserLink {
        name: organiser.spec.name.clone(),
        path: Href::new(path),
        logo,
        look: look_sheet(organiser),
    });
    frame
}

/// The organiser's own colours.
pub(super) fn look_sheet(organiser: &Organiser) -> Option<LookSheet> {
    let accent = organiser.look.spec.accent?;
    let rgb = |scheme| {
        let Colour { red, green, blue } = accent.shown(scheme);
        [red, green, blue]
    };
    Some(LookSheet { light: rgb(Scheme::Light), dark: rgb(Scheme::Dark) })
}

/// A form that was not sent yet.
pub(super) fn fresh_form() -> FormState {
    FormState::new(fresh_key())
}

/// A new idempotency key.
pub(super) fn fresh_key() -> String {
    format!("{:032x}", u128::from_be_bytes(random()))
}

/// Whether a name can be an organiser's page.
pub(super) fn free_name(organiser: &str) -> Result<(), Lost> {
    if RESERVED_SLUGS.contains(&organiser) { Err(No::plain(Kind::RouteUnknown).into()) } else { Ok(()) }
}

impl IntoResponse for Lost {
    fn into_response(self) -> Response {
        let problem = self.no.problem();
        let fault = problem.members.get("fault").and_then(|id| id.as_str());
        let (title, text) = words(problem);
        let now = dayshelf_desk::Mint::new().now();
        let organiser = self.house.as_deref();
        let page = ProblemPage {
            frame: match organiser {
                Some(organiser) => frame(title.as_str(), organiser, now),
                None => Frame::new(title.as_str(), now.0),
            },
            title,
            text,
            code: problem.kind.code().to_owned(),
            fault: fault.map(str::to_owned),
            next: vec![match organiser {
                Some(organiser) => Link::new(
                    format!("See the calendar of {}", organiser.spec.name),
                    here::house_path(organiser),
                ),
                None => Link::new("See what is on the shelf", "/"),
            }],
        };
        again(&page, problem).unwrap_or_else(|lost| lost.no.into_response())
    }
}

/// What is wrong, and what to do about it.
fn words(problem: &Problem) -> (String, String) {
    let text = |text: &str| text.to_owned();
    match problem.kind {
        Kind::Unknown | Kind::RouteUnknown => (
            text("There is nothing on this shelf"),
            text("Nothing is at this address. Check the link, or see what is on the calendar."),
        ),
        Kind::SecretWrong => (
            text("This link does not open anything"),
            text("It may have been cut off when it was copied. Use the whole link that you got."),
        ),
        Kind::Fault => (
            text("Something of ours broke"),
            text("It is written down. Try again in a moment; if it stays, tell the shop the reference."),
        ),
        Kind::OutcomeUnknown => (
            text("We do not know yet"),
            text("The answer took too long. Go back and send it again: it will happen once at most."),
        ),
        Kind::Busy | Kind::RateLimited => {
            (text("One moment"), text("More people are here than can be served at once. Try again shortly."))
        }
        kind => (text(kind.title()), problem.detail.clone()),
    }
}

/// What is answered where no route is: a page to a reader, a problem document to a program.
pub(crate) async fn nothing_here(
    State(app): State<App>,
    OriginalUri(address): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let no = No::plain(Kind::RouteUnknown);
    let first = address.path().trim_start_matches('/').split('/').next().unwrap_or_default();
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if first == "v1" || !accepts.contains("text/html") {
        return no.into_response();
    }
    // Two slashes at the start would name another host, and browsers read the other slash as this one.
    let path = address.path();
    if let Some(whole) = path.strip_suffix('/').filter(|_| !path.contains("//") && !path.contains('\\')) {
        let place = address.query().map_or_else(|| whole.to_owned(), |query| format!("{whole}?{query}"));
        return on_to(&place).unwrap_or_else(Lost::into_response);
    }
    Lost::in_house(no, &app, first).into_response()
}
