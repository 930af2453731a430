//! PROPFIND: which properties of which things.
//!
//! Start at [`answer`]; [`answer_of`] writes one thing's answer for reports too.

use axum::response::Response;

use super::multistatus;
use crate::no::No;
use crate::place::Place;
use crate::props;
use crate::scene::{Scene, Thing};
use crate::server::Call;
use crate::xml::{DAV, Element, Name, Writer, read};

/// Which properties are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All that there are.
    All,
    /// Their names only.
    Names,
    /// These.
    These(Vec<Name>),
}

impl Wanted {
    /// What a body's element asks for: of a PROPFIND, or of a report that has a `prop` in it.
    pub fn of(element: &Element) -> Self {
        if element.child(DAV, "propname").is_some() {
            return Self::Names;
        }
        match element.child(DAV, "prop") {
            Some(prop) => Self::These(prop.children.iter().map(|child| child.name.clone()).collect()),
            None => Self::All,
        }
    }
}

pub(super) async fn answer(call: &Call<'_>) -> Result<Response, No> {
    let wanted = match read(&call.body)? {
        None => Wanted::All,
        Some(body) if body.is(DAV, "propfind") => Wanted::of(&body),
        Some(_) => return Err(crate::xml::Unreadable.into()),
    };
    let with_children = match super::header_text(&call.headers, "depth").unwrap_or("infinity").trim() {
        "0" => false,
        "1" => true,
        // Every answer would be as long as all calendars are.
        _ if matches!(call.place, Place::Entry { .. }) => false,
        _ => return Err(No::dav("propfind-finite-depth")),
    };
    let scene = &call.scene;
    let mut writer = Writer::begin("multistatus");
    let mut say = |thing: Thing<'_>| answer_of(&mut writer, scene, thing, (&wanted, None));
    match &call.place {
        Place::Root => {
            say(Thing::Root);
            if with_children {
                say(Thing::Principals);
            }
        }
        Place::Principals => {
            say(Thing::Principals);
            if with_children {
                say(Thing::Home);
            }
        }
        Place::Home { .. } => {
            say(Thing::Home);
            if with_children {
                scene.shown().for_each(|calendar| say(Thing::Calendar(calendar)));
            }
        }
        Place::Calendar { calendar, .. } => {
            let calendar = call.calendar(calendar)?;
            say(Thing::Calendar(calendar));
            if with_children {
                let home = scene.viewer.home;
                for head in call.dav.store.calendar_heads(home, &calendar.name, 0).await? {
                    if head.state == dayshelf_store::EntryState::Shown {
                        say(Thing::Entry(calendar, &head));
                    }
                }
            }
        }
        Place::Entry { .. } => {
            let (calendar, entry) = call.named_entry().await?;
            say(Thing::Entry(calendar, &entry.head));
        }
    }
    Ok(multistatus(writer.end("multistatus")))
}

/// Writes the answer about one thing; `more` is a property that the caller knows the value of.
pub fn answer_of(
    writer: &mut Writer,
    scene: &Scene,
    thing: Thing<'_>,
    (wanted, more): (&Wanted, Option<(&Name, &str)>),
) {
    writer.raw("<D:response>");
    writer.text("href", &scene.href(thing));
    let names = match wanted {
        Wanted::These(names) => names.clone(),
        Wanted::All | Wanted::Names => props::names(scene, thing),
    };
    let mut missing = Vec::new();
    writer.raw("<D:propstat><D:prop>");
    for name in &names {
        if *wanted == Wanted::Names {
            writer.property(name, "");
            continue;
        }
        match more.filter(|(known, _)| *known == name) {
            Some((_, value)) => writer.property(name, value),
            None => match props::value(scene, thing, name) {
                Some(value) => writer.property(name, &value),
                None => missing.push(name),
            },
        }
    }
    writer.raw("</D:prop>");
    writer.status(200);
    writer.raw("</D:propstat>");
    if !missing.is_empty() {
        writer.raw("<D:propstat><D:prop>");
        missing.into_iter().for_each(|name| writer.property(name, ""));
        writer.raw("</D:prop>");
        writer.status(404);
        writer.raw("</D:propstat>");
    }
    writer.raw("</D:response>");
}
