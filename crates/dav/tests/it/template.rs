//! New entries that name a template: drafts with its parts, whole or not at all.

use dayshelf_core::slot::{Slot, SlotState};
use dayshelf_core::time::Instant;

use crate::house::{House, event};

/// A template with a parameter, and one that can't be used before there is a pool of its name.
const PLAN: &str = r#"
pools = [{ key = "clay", title = "Clay", units = 10 }]

[[templates]]
key = "evening"
title = "An evening"
parameters = [{ key = "lead", default = "20m" }]
windows = [{ key = "public", title = "Everyone", opens = "start - {lead}", closes = "end" }]
offers = [{ key = "bowl", title = "Bowl", recipe = [{ pool = "clay" }], price = "12.00" }]
blocks = [{ key = "door", title = "Door", when = "start - 30m", until = "end", shift = { person = "Ann" } }]

[[templates]]
key = "firing"
offers = [{ key = "pot", title = "Pot", recipe = [{ pool = "kiln" }], price = "12.00" }]
"#;
const START: Instant = Instant(1_922_634_000_000);

/// What there is of the slot of a title: the slot, when its windows open, and how many offers and blocks it has.
async fn made(house: &House, title: &str) -> (Slot, Vec<i64>, usize, usize) {
    let title = title.to_owned();
    let look = house.desk.look(house.home, move |books, _| {
        let books = books.unwrap();
        let slot = books.slots.values().find(|slot| slot.spec.title == title).unwrap().clone();
        let opens = books.windows_of(slot.id).map(|window| window.spec.opens.at.0 - START.0).collect();
        (slot.clone(), opens, books.offers_of(slot.id).count(), books.blocks_of(slot.id).count())
    });
    look.await.unwrap()
}

/// By its title, by the head of its title, by a category: the draft has the template's parts at the entry's time, and
/// remembers them; its bytes stay as they came. An entry that names none is a plain draft.
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_names_a_template() {
    let house = House::new().await;
    house.put_plan(PLAN).await;
    for (number, title, more, is_named) in [
        (1, "An Evening", "", true),
        (2, "evening: blue glaze", "", true),
        (3, "Raku", "CATEGORIES:Work,EVENING\r\n", true),
        (4, "An evening out", "", false),
        (5, "Throwing", "CATEGORIES:Work\r\n", false),
    ] {
        let path = format!("/dav/p/kiln/slots/{number}.ics");
        let text = event(&format!("{number}@app"), title, "20301204T180000");
        let text = text.replace("X-OWN", &format!("{more}X-OWN"));
        let put = house.put(&path, &text).await;
        assert_eq!(put.status, 201, "{title}: {put:?}");
        assert_eq!(house.get(&path).await.text, text, "{title}");
        let (slot, opens, offers, blocks) = made(&house, title).await;
        assert_eq!((slot.state, slot.spec.times.start), (SlotState::Draft, START), "{title}");
        assert_eq!(slot.template.is_some(), is_named, "{title}");
        let expected = if is_named { (vec![-20 * 60_000], 1, 1) } else { (Vec::new(), 0, 0) };
        assert_eq!((opens, offers, blocks), expected, "{title}");
    }
    // Dragged in the app, it moves whole; and the name names no template any more.
    let later = event("1@app", "An Evening", "20301204T190000");
    assert_eq!(house.put("/dav/p/kiln/slots/1.ics", &later).await.status, 204);
    let (_, opens, ..) = made(&house, "An Evening").await;
    assert_eq!(opens, [40 * 60_000]);
}

/// A template that can't be used leaves a plain draft, and says why.
#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_cannot_be_used_is_a_question() {
    let house = House::new().await;
    house.put_plan(PLAN).await;
    let text = event("1@app", "Firing", "20301204T180000");
    assert_eq!(house.put("/dav/p/kiln/slots/1.ics", &text).await.status, 201);
    let (slot, _, offers, _) = made(&house, "Firing").await;
    assert_eq!((slot.state, slot.template, offers), (SlotState::Draft, None, 0));
    let heads = house.store.calendar_heads(house.home, "slots", 0).await.unwrap();
    assert!(heads[0].note.contains("\"firing\""), "{}", heads[0].note);
}
