//! The public pages: calendar, slot, hold, order, waitlist, overlay, display, and what machines read beside them.
//!
//! A page is filled from the board's card (or, behind a secret, from its row) into a view model of
//! `dayshelf_pages`. A form asks the desk for the same commands as the JSON API and is answered with a
//! redirect, or with the page again and what to do next. No rule stands here. Start at [`routes`], then at
//! `slot::show`; words and times are made in `say` and `wall`.

mod behind;
mod calendar;
mod console;
mod display;
mod elsewhere;
mod feed;
mod here;
mod hold;
mod index;
mod kept;
mod map;
mod order;
mod others;
mod outside;
mod overlay;
mod page;
mod pictures;
mod refused;
mod said;
mod say;
mod shelf;
mod slot;
mod wait;
mod wall;
mod yes;

use axum::Router;
use axum::routing::get;

use crate::app::App;

pub(crate) use here::{by_name, canonical};
pub(crate) use kept::Kept;
pub(crate) use overlay::overlay_path;
pub(crate) use page::nothing_here;
pub(crate) use said::Said;
pub(crate) use slot::preview::slot_preview;

/// The routes of all pages.
///
/// A page that refuses a form stands at the form's address; read with GET, that address is the page itself, so
/// that reloading it, and the script that fetches it again, find it there.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(index::show))
        .route("/robots.txt", get(outside::robots))
        .route("/sitemap.xml", get(outside::sitemap))
        .route("/embed.js", get(outside::embed))
        .route("/assets/{hash}/{name}", get(outside::asset))
        .route("/pictures/{organiser}/{file}", get(outside::picture))
        .route("/console", get(console::index))
        .route("/console/", get(console::index))
        .route("/console/{*path}", get(console::file))
        .route("/h/{secret}", get(hold::show))
        .route("/h/{secret}/live", get(hold::live))
        .route("/h/{secret}/extend", get(hold::show).post(hold::extend))
        .route("/h/{secret}/release", get(hold::show).post(hold::release))
        .route("/h/{secret}/checkout", get(hold::show).post(hold::checkout))
        .route("/h/{secret}/confirm", get(hold::show).post(hold::confirm))
        .route("/h/{secret}/bank", get(hold::bank::show).post(hold::bank::answer))
        .route("/o/keep.js", get(outside::keep))
        .route("/display/keep.js", get(outside::keep))
        .route("/display/{organiser}", get(display::show))
        .route("/o/{secret}", get(order::show))
        .route("/o/{secret}/order.ics", get(order::calendar))
        .route("/o/{secret}/feed.ics", get(order::feed))
        .route("/o/{secret}/cancel", get(order::show).post(order::cancel))
        .route("/o/{secret}/move", get(order::show).post(order::relocate))
        .route("/w/{secret}", get(wait::show))
        .route("/w/{secret}/decline", get(wait::show).post(wait::decline))
        .route("/w/{secret}/leave", get(wait::show).post(wait::leave))
        .route("/overlay/{secret}", get(overlay::show))
        .route("/overlay/{secret}/live", get(overlay::live))
        .route("/yes/{secret}", get(yes::show).post(yes::answer))
        .route("/{organiser}", get(calendar::show))
        .route("/{organiser}/feed.ics", get(feed::organiser))
        .route("/{organiser}/{slot}", get(slot::show))
        .route("/{organiser}/{slot}/live", get(slot::live))
        .route("/{organiser}/{slot}/code", get(slot::show).post(slot::use_code))
        .route("/{organiser}/{slot}/lobby", get(slot::lobby::show).post(slot::lobby::take))
        .route("/{organiser}/{slot}/hold", get(slot::show).post(slot::hold))
        .route("/{organiser}/{slot}/waitlist", get(slot::show).post(slot::waitlist))
}

#[cfg(test)]
mod tests {
    use dayshelf_core::organiser::RESERVED_SLUGS;
    use dayshelf_core::text::is_slug;

    /// Under an organiser's own name, no slot is taken for an address that leads elsewhere, nor the other way round.
    #[test]
    fn every_fixed_address_stays_under_every_name() {
        let here = include_str!("mod.rs").lines().filter_map(|line| line.trim().strip_prefix(".route(\"/"));
        let firsts = here.filter_map(|rest| rest.split(['/', '"']).next());
        for first in firsts.filter(|first| !first.is_empty() && !first.starts_with('{')) {
            assert!(dayshelf_wire::own_name::stays(first, "kiln"), "{first}");
        }
        assert!(
            !dayshelf_wire::own_name::stays("first-drop", "kiln")
                && !dayshelf_wire::own_name::stays("feed.ics", "kiln")
        );
    }

    /// No organiser can be founded under the first part of an address that leads elsewhere.
    #[test]
    fn every_fixed_address_is_reserved() {
        let here = include_str!("mod.rs").lines().filter_map(|line| line.trim().strip_prefix(".route(\"/"));
        let more = ["v1/x\"", "openapi.json\"", "healthz\"", "readyz\"", "metrics\"", "problems/x\""];
        let firsts = here.chain(more).filter_map(|rest| rest.split(['/', '"']).next());
        let fixed: Vec<&str> = firsts.filter(|first| is_slug(first)).collect();
        assert!(fixed.contains(&"overlay") && fixed.contains(&"v1"), "{fixed:?}");
        for first in fixed {
            assert!(RESERVED_SLUGS.contains(&first), "{first} could be an organiser's name");
        }
    }
}
