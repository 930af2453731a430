//! The web face of Dayshelf: the JSON API, live streams, limits, health, and the OpenAPI document.
//!
//! A handler reads its request (`extract`), makes one command, hands it in at the desk, and answers from
//! the facts (`answer`). No rule stands here, and nothing is sent anywhere. Start at [`App`] and
//! [`router()`], then at `api::holds` for the shape of every resource.
//!
//! How to add a route:
//! - `src/api/{resource}/{verb}.rs` holds the handler with its `#[utoipa::path]`; the resource's
//!   `routes()` lists it, and `api::routes()` lists the resource. `tests/it/{resource}/{verb}.rs` tests it.
//! - A handler returns `Result<_, No>`. A POST that moves units or money takes [`extract::Asked`], which
//!   insists on an idempotency key; any other body is a [`extract::Body`].
//! - Who may call is an argument: [`extract::Bearer`] for buyers, [`extract::Organiser`] with the least
//!   scope that suffices, [`extract::Session`] for what only people may do. The `security(...)` of the path says the same; the authorisation test compares.
//! - `extensions(("x-problems" = json!([...])))` lists the refusals that the route can meet, by code. Their
//!   statuses, and those that every route of its kind has, are added in `openapi`.

pub mod answer;
pub mod api;
mod app;
mod config;
pub mod extract;
mod frame;
mod heard;
mod metrics;
mod names;
mod no;
mod openapi;
mod operate;
mod people;
mod pictures;
mod rate;
pub mod readers;
mod refused;
mod router;
mod serve;
mod signers;
mod site;
mod within;

pub use app::App;
pub use config::{Bounds, Config, Rate};
pub use no::No;
pub use openapi::openapi;
pub use people::Seal;
pub use router::{router, router_with};
pub use serve::{listen, serve};
