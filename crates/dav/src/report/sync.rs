//! `sync-collection`: what changed since a token, each entry once, as it is now.
//!
//! An entry's row has the revision at which it last changed, so what changed after a token is one look, and
//! nothing has to be collapsed. Start at [`answer`].

use axum::response::Response;
use dayshelf_store::{Calendar, EntryHead, EntryState};

use super::data::{self, Data};
use super::multiget::missing;
use crate::methods::{Wanted, answer_of, multistatus};
use crate::no::No;
use crate::props::{read_sync_token, sync_token};
use crate::scene::Thing;
use crate::server::Call;
use crate::xml::{DAV, Element, Writer};

pub(super) async fn answer(call: &Call<'_>, calendar: &Calendar, body: &Element) -> Result<Response, No> {
    let unknown = || No::dav("valid-sync-token");
    let since = match body.child(DAV, "sync-token").map(|token| token.text.trim()).unwrap_or_default() {
        "" => None,
        text => Some(read_sync_token(text).filter(|since| *since <= calendar.token).ok_or_else(unknown)?),
    };
    let (data, wanted) = (Data::of(body)?, Wanted::of(body));
    let home = call.scene.viewer.home;
    let changed = call.dav.store.calendar_heads(home, &calendar.name, since.unwrap_or(0)).await?;
    let (changed, token) = cut(told(changed, since, calendar.token), limit_of(body), calendar.token);
    let zone = call.own_zone()?;
    let mut writer = Writer::begin("multistatus");
    let name = data::name();
    for head in &changed {
        let thing = Thing::Entry(calendar, head);
        if head.state == EntryState::Gone {
            missing(&mut writer, &call.scene.href(thing));
            continue;
        }
        let mut value = None;
        if let Some(data) = &data {
            let entry = call.entry(&calendar.name, &head.name).await?;
            value = entry.map(|entry| data.value(&entry, &call.dav.zones, &zone));
        }
        let more = value.as_deref().map(|value| (&name, value));
        answer_of(&mut writer, &call.scene, thing, (&wanted, more));
    }
    if token < calendar.token {
        writer.raw("<D:response>");
        writer.text("href", &call.scene.href(Thing::Calendar(calendar)));
        writer.status(507);
        writer.raw("<D:error><D:number-of-matches-within-limits/></D:error></D:response>");
    }
    writer.text("sync-token", &sync_token(token));
    Ok(multistatus(writer.end("multistatus")))
}

/// Of what changed, what this app has to be told: of what is gone nothing, when it never knew it; of what came
/// after the calendar was looked at nothing yet, since the token does not cover it.
fn told(changed: Vec<EntryHead>, since: Option<u64>, token: u64) -> Vec<EntryHead> {
    let is_told = |head: &EntryHead| match head.state {
        EntryState::Shown => true,
        EntryState::Gone => since.is_some(),
        EntryState::Reserved => false,
    };
    let mut told: Vec<EntryHead> =
        changed.into_iter().filter(|head| head.token <= token && is_told(head)).collect();
    told.sort_by(|one, other| (one.token, &one.name).cmp(&(other.token, &other.name)));
    told
}

/// As many of them as are wanted, and the token that covers those: changes of one revision stay together.
fn cut(mut told: Vec<EntryHead>, limit: Option<usize>, token: u64) -> (Vec<EntryHead>, u64) {
    let Some(limit) = limit.filter(|limit| *limit < told.len() && *limit > 0) else { return (told, token) };
    let last = told[limit - 1].token;
    let end = told.partition_point(|head| head.token <= last);
    if end == told.len() {
        return (told, token);
    }
    told.truncate(end);
    (told, last)
}

fn limit_of(body: &Element) -> Option<usize> {
    let limit = body.child(DAV, "limit")?.child(DAV, "nresults")?;
    limit.text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::ids::{Id, SlotId};
    use dayshelf_core::time::Instant;

    fn head(name: &str, token: u64, state: EntryState) -> EntryHead {
        EntryHead {
            calendar: "slots".into(),
            name: name.into(),
            slot: SlotId(Id(1)),
            uid: name.into(),
            state,
            version: 1,
            token,
            tag: [0; 16],
            size: 0,
            from: Instant(0),
            until: Instant(0),
            changed: Instant(0),
            note: String::new(),
        }
    }

    /// A limit never splits what changed together, so the token of a part is one that all of it is at.
    #[test]
    fn parts_end_between_revisions() {
        use EntryState::{Gone, Reserved, Shown};
        let all = vec![
            head("a", 3, Shown),
            head("b", 2, Shown),
            head("c", 3, Gone),
            head("d", 5, Shown),
            head("e", 0, Reserved),
        ];
        let names = |(heads, token): (Vec<EntryHead>, u64)| {
            (heads.iter().map(|head| head.name.as_str()).collect::<String>(), token)
        };
        let since = told(all.clone(), Some(1), 5);
        assert_eq!(names(cut(since.clone(), None, 5)), ("bacd".into(), 5));
        assert_eq!(names(cut(since.clone(), Some(1), 5)), ("b".into(), 2));
        assert_eq!(names(cut(since.clone(), Some(2), 5)), ("bac".into(), 3));
        assert_eq!(names(cut(since, Some(4), 5)), ("bacd".into(), 5));
        assert_eq!(names(cut(told(all.clone(), None, 5), None, 5)), ("bad".into(), 5));
        assert_eq!(
            names(cut(told(all, Some(1), 4), None, 4)),
            ("bac".into(), 4),
            "the next look tells of the rest"
        );
    }
}
