//! The page that connects a calendar app, the profile for Apple's devices, and what an app asked so far.
//!
//! Nothing secret stands on any of them: whoever wants to see what was asked logs in with the same password.
//! Start at [`routes`].

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use dayshelf_core::text::is_slug;
use dayshelf_ical::time::Moment;
use dayshelf_pages::{CONTENT_SECURITY_POLICY, Frame, SetupAsked, SetupPage, SetupTest, Svg, Template as _};
use dayshelf_wire::pass::qr_svg;
use sha2::{Digest as _, Sha256};

use crate::no::No;
use crate::place;
use crate::props;
use crate::ring::{Note, Owner};
use crate::server::Dav;
use crate::xml::escaped;

pub fn routes() -> Router<Dav> {
    Router::new()
        .route("/dav/setup", get(show))
        .route("/dav/setup/test", get(test))
        .route("/dav/setup.mobileconfig", get(profile))
}

async fn show(State(dav): State<Dav>) -> Response {
    html(&page(&dav, None))
}

async fn test(State(dav): State<Dav>, headers: HeaderMap) -> Result<Response, No> {
    let viewer = dav.admit(&headers).await?;
    let (password, home) = (viewer.password, viewer.home);
    let scene = dav.scene(viewer).await?;
    let may = |calendar| if scene.may_write(calendar) { "to look at and to edit" } else { "to look at" };
    let calendars = scene.shown().map(|calendar| (props::title(&scene, calendar), may(calendar).to_owned()));
    let asked = |owner| dav.ring.last(owner).iter().map(told).collect();
    let test = SetupTest {
        user: scene.viewer.user.clone(),
        calendars: calendars.collect(),
        asked: asked(Owner::Password(password)),
        turned_away: asked(Owner::Nobody(home)),
    };
    Ok(html(&page(&dav, Some(test))))
}

fn page(dav: &Dav, test: Option<SetupTest>) -> SetupPage {
    let address = format!("{}{}", dav.public_url, place::ROOT);
    let server = dav.public_url.split("://").nth(1).unwrap_or(&dav.public_url).to_owned();
    SetupPage {
        frame: Frame::new("Connect your calendar app", dav.desk.mint().now().0),
        safe: dav.public_url.starts_with("https://"),
        qr: qr_svg(&address).and_then(Svg::new),
        address,
        server,
        test,
    }
}

fn told(note: &Note) -> SetupAsked {
    let Note { at, asked, path, agent, status, word } = note;
    let got = if word.is_empty() { status.to_string() } else { format!("{status} {word}") };
    SetupAsked {
        at: Moment(at.0).to_string(),
        method: asked.clone(),
        path: path.clone(),
        agent: if agent.is_empty() {
            "an app that does not say what it is".to_owned()
        } else {
            agent.clone()
        },
        got,
        // Something that is not there is part of many apps' looking around.
        well: *status < 400 || *status == 404,
    }
}

fn html(page: &SetupPage) -> Response {
    let Ok(text) = page.render() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let heads = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (heads, text).into_response()
}

/// What a profile is made for.
#[derive(Debug, serde::Deserialize)]
struct For {
    /// The organiser's name; asked for on the device when it is left out.
    #[serde(default)]
    user: String,
}

/// A profile that sets up the account on Apple's devices; they ask for the password themselves.
async fn profile(State(dav): State<Dav>, Query(wanted): Query<For>) -> Response {
    if !wanted.user.is_empty() && !is_slug(&wanted.user) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let (scheme, rest) = dav.public_url.split_once("://").unwrap_or(("http", &dav.public_url));
    let authority = rest.split('/').next().unwrap_or(rest);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => (host, port.to_owned()),
        _ => (authority, if scheme == "https" { "443" } else { "80" }.to_owned()),
    };
    let user = match wanted.user.as_str() {
        "" => String::new(),
        user => format!("<key>CalDAVUsername</key><string>{}</string>", escaped(user)),
    };
    let principal = if wanted.user.is_empty() { place::ROOT.to_owned() } else { place::home(&wanted.user) };
    let (account, whole) =
        (uuid(&dav.public_url, &wanted.user), uuid(&account_of(&dav.public_url), &wanted.user));
    let text = format!(
        include_str!("setup/profile.xml"),
        host = escaped(host),
        port = port,
        ssl = if scheme == "https" { "true" } else { "false" },
        principal = escaped(&principal),
        user = user,
        account = account,
        whole = whole,
    );
    let heads = [
        (header::CONTENT_TYPE, "application/x-apple-aspen-config"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"dayshelf.mobileconfig\""),
    ];
    (heads, text).into_response()
}

fn account_of(url: &str) -> String {
    format!("profile of {url}")
}

/// An id that is the same for the same account, so that a second profile replaces the first.
fn uuid(url: &str, user: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(format!("{url} {user}")).into();
    let hex: String = digest[..16].iter().map(|byte| format!("{byte:02X}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
