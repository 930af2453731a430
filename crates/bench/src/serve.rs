//! The server under load: the real web face over the real desk and store, in a process of its own, so that
//! its memory and its processor time can be read.
//!
//! It says in one line of JSON where it listens and what it sells, and ends when its standard input does.
//! Beside the program's routes it has `POST /floor`: the same connections, the same axum, the same JSON
//! read and written, and nothing in between; `POST /log`, with a bare synced log in between ([`crate::log`]); and
//! `POST /journal`, with the store's journal in between and nobody who decides ([`crate::journal`]).

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::Hold;
use dayshelf_core::ids::{HoldId, Home};
use dayshelf_desk::Desk;
use dayshelf_http::{App, Config, router};
use dayshelf_relay::{Relay, mail};
use dayshelf_store::Store;
use dayshelf_testkit::shop;
use dayshelf_wire::hold::{HoldRequest, HoldShape};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::Outcome;
use crate::shop::{Laid, Wanted, lay};

/// What the server is started with.
pub struct Serving {
    /// Where the data is.
    pub url: String,
    /// What to put up, where that has not been done before.
    pub wanted: Option<Wanted>,
}

/// Serves until standard input ends.
///
/// # Errors
/// What keeps it from serving.
pub fn run(serving: &Serving) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(serving))
}

async fn serve(serving: &Serving) -> Outcome {
    let store = Store::open(&dayshelf_store::Config { url: serving.url.clone(), shards: Some(1) }).await?;
    let desk = Desk::open(&store).await?;
    let laid = match serving.wanted {
        Some(wanted) => Some(lay(&desk, wanted).await?),
        None => None,
    };
    let listener = dayshelf_http::listen((Ipv4Addr::LOCALHOST, 0).into())?;
    let address = listener.local_addr()?;
    let floor = match &laid {
        Some(laid) => {
            let facts = sample(&desk, laid).await?;
            let hold = hold_of(&facts)?;
            let bare = match folder_of(&serving.url) {
                Some(folder) => {
                    let url = dayshelf_store::Config::file(&folder.join("bare.db")).url;
                    let store = Store::open(&dayshelf_store::Config { url, shards: Some(1) }).await?;
                    crate::log::routes(hold.clone(), folder)?.merge(crate::journal::routes(&store, facts)?)
                }
                None => Router::new(),
            };
            floor(hold).merge(bare)
        }
        None => Router::new(),
    };
    let config = Config { rate: None, ..Config::new(format!("http://{address}")) };
    // The program's workers read the journal beside the desk; what they cost belongs to the figures.
    let relay = Relay::start(
        &desk,
        &store,
        relay_config(&serving.url, &address.to_string()),
        CancellationToken::new(),
    )?;
    let app = App::with_hub(desk.clone(), store, config, relay.hub().clone());
    let routes = router(app.clone()).merge(floor);
    let shutdown = CancellationToken::new();
    end_with_input(shutdown.clone());
    say(&address.to_string(), laid.as_ref())?;
    tokio::select! {
        served = dayshelf_http::serve(listener, app, routes, shutdown) => served?,
        () = desk.stopped() => return Err("the desk has stopped".into()),
    }
    relay.join().await;
    Ok(())
}

/// The workers as the program has them, with mails into a folder where the data is a file.
fn relay_config(url: &str, address: &str) -> dayshelf_relay::Config {
    let mail = folder_of(url).map(|folder| {
        let from = mail::Address { name: "Bench".into(), address: "bench@localhost".into() };
        mail::Config::new(mail::Through::Folder(folder.join("mail")), from, format!("http://{address}"))
    });
    dayshelf_relay::Config { mail, ..dayshelf_relay::Config::default() }
}

/// Whoever started us holds our standard input open, and dies with it.
fn end_with_input(shutdown: CancellationToken) {
    std::thread::spawn(move || {
        drop(std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
        shutdown.cancel();
    });
}

fn say(address: &str, laid: Option<&Laid>) -> Outcome {
    let mut line = json!({ "address": address });
    if let Some(laid) = laid {
        line["slot"] = laid.slot.to_string().into();
        line["offer"] = laid.offer.to_string().into();
        line["pair"] = laid.pair.to_string().into();
        line["key"] = laid.key.as_str().into();
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// What a hold leaves as the desk makes them; it is given back at once.
async fn sample(desk: &Desk, laid: &Laid) -> Outcome<Vec<Fact>> {
    let home: Home = laid.home;
    let id = desk.mint().id(home);
    let made = crate::shop::ask(desk, home, shop::hold(id, laid.slot, laid.offer, 1)).await?;
    let release = Command::ReleaseHold { hold: HoldId(id), by: dayshelf_core::command::By::Organiser };
    crate::shop::ask(desk, home, release).await?;
    Ok(made.facts.to_vec())
}

/// The hold that these facts made.
///
/// # Errors
/// None was made.
pub fn hold_of(facts: &[Fact]) -> Outcome<Hold> {
    let hold = facts.iter().find_map(|fact| match fact {
        Fact::HoldMade { hold, .. } => Some((**hold).clone()),
        _ => None,
    });
    hold.ok_or_else(|| "no hold was made".into())
}

/// Where the data lies, if it is a file.
fn folder_of(url: &str) -> Option<&Path> {
    let (_, place) = url.split_once(':')?;
    let folder = Path::new(place).parent().filter(|folder| folder.is_dir());
    folder.filter(|_| !place.starts_with("//"))
}

fn floor(hold: Hold) -> Router {
    Router::new().route("/floor", post(answer)).with_state(Arc::new(hold))
}

async fn answer(State(hold): State<Arc<Hold>>, Json(request): Json<HoldRequest>) -> Response {
    shape(&hold, &request)
}

/// An answer as a hold gets it.
pub fn shape(hold: &Hold, request: &HoldRequest) -> Response {
    let secret = "hs_00000000000000000000000000_00000000000000000000000000".to_owned();
    let mut shape = HoldShape::of(hold, hold.made_at, Some(secret));
    shape.slot = request.slot;
    let body = serde_json::to_vec(&shape).unwrap_or_default();
    (StatusCode::CREATED, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
