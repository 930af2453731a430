//! Intent: what apps put, delete and move, and what becomes of it on the calendar and in the books.

use dayshelf_core::change::{Answer, Edit, Wish};
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::SlotId;
use dayshelf_core::slot::{Slot, SlotState};
use dayshelf_core::time::Instant;
use dayshelf_testkit::site::Site;

use crate::house::{House, PLAN, event};
use crate::series::changes;

const ENTRY: &str = "/dav/p/kiln/slots/one.ics";

async fn slots(house: &House) -> Vec<Slot> {
    house.desk.look(house.home, |books, _| books.unwrap().slots.values().cloned().collect()).await.unwrap()
}

async fn publish(house: &House, slot: SlotId) {
    house.submit(Command::PublishSlot { slot, expected: Expect::Any }).await;
}

/// A new entry is a draft whose bytes stay as they came; alarms and the like are kept and change nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_entry_is_a_draft() {
    for site in [Some(Site::file()), Site::server(2)].into_iter().flatten() {
        let house = House::at(site).await;
        let text = event("one@app", "Kiln opening", "20301204T180000");
        let put = house.put(ENTRY, &text).await;
        assert_eq!(put.status, 201, "{put:?}");
        let got = house.get(ENTRY).await;
        assert_eq!((got.text.as_str(), got.header("etag")), (text.as_str(), put.header("etag")));
        let slot = slots(&house).await.remove(0);
        assert_eq!((slot.state, slot.spec.title.as_str()), (SlotState::Draft, "Kiln opening"));
        assert_eq!(slot.spec.times.start.0, 1_922_634_000_000);
        let alarm = text.replace(
            "END:VEVENT",
            "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT",
        );
        let put = house.put(ENTRY, &alarm).await;
        assert_eq!(put.status, 204);
        assert!(put.header("etag").is_some());
        assert_eq!(house.get(ENTRY).await.text, alarm);
        assert_eq!(slots(&house).await, [slot], "an alarm is the organiser's own");
    }
}

/// An hour before the clocks go back and one behind are two, and stay two: in an app's entry, in the slot, and in an entry of
/// a slot that comes back from an app with another title.
#[tokio::test(flavor = "multi_thread")]
async fn two_hours_are_two_in_every_night() {
    let house = House::new().await;
    let times = |slot: &Slot| (slot.spec.times.start.0, slot.spec.times.end.0);
    let (start, end) = (1_919_287_800_000, 1_919_295_000_000);
    let text = event("one@app", "Night", "20301027T013000").replace("PT1H", "PT2H");
    assert_eq!(house.put(ENTRY, &text).await.status, 201);
    let slot = slots(&house).await.remove(0);
    assert_eq!(times(&slot), (start, end));
    let mut moved = slot.spec.times.clone();
    (moved.start_local.0, moved.end_local.0) = (moved.start_local.0 + 3_600, moved.end_local.0);
    moved.start.0 += 3_600_000;
    let wish = Edit { times: Some(moved), ..Edit::default() };
    house.submit(changes(&house, slot.id, Wish::Edit(Box::new(wish))).await).await;
    let shown = house.get(ENTRY).await.text;
    assert!(shown.contains("DTSTART;TZID=Europe/Berlin:20301027T023000\r\n"), "{shown}");
    assert!(shown.contains("DTEND:20301027T013000Z\r\n"), "{shown}");
    assert_eq!(house.put(ENTRY, &shown.replace("Night", "Long night")).await.status, 204);
    let slot = slots(&house).await.remove(0);
    assert_eq!((slot.spec.title.as_str(), times(&slot)), ("Long night", (start + 3_600_000, end)));
}

/// A moved entry moves the slot and every block with it; the bytes stay, the derived entries are new.
#[tokio::test(flavor = "multi_thread")]
async fn a_moved_entry_moves_everything() {
    let house = House::new().await;
    house.put_plan(PLAN).await;
    let (href, _) = house.entries("/dav/p/kiln/slots/").await.remove(0);
    let slot = slots(&house).await.remove(0).id;
    publish(&house, slot).await;
    let windows = async || -> Vec<Instant> {
        house
            .desk
            .look(house.home, |books, _| {
                books.unwrap().windows.values().map(|one| one.spec.opens.at).collect()
            })
            .await
            .unwrap()
    };
    let before = windows().await;
    let text = house.get(&href).await.text;
    assert!(text.contains("STATUS:CONFIRMED"), "{text}");
    let text = text
        .replace("20301204T180000", "20301204T190000")
        .replace("20301204T190000\r\nSUMMARY", "20301204T200000\r\nSUMMARY");
    let text = text.replace("END:VEVENT", "X-OWN:1\r\nEND:VEVENT");
    let put = house.put(&href, &text).await;
    assert_eq!(put.status, 204);
    assert_eq!(
        house.get(&href).await.text,
        text,
        "the slot says what the entry says: nothing was to be written"
    );
    let hour = |at: &Instant| Instant(at.0 + 3_600_000);
    assert_eq!(windows().await, before.iter().map(hour).collect::<Vec<_>>());
}

/// What is changed elsewhere shows in the organiser's own bytes, in the lines that it is about.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_elsewhere_is_a_line_edit() {
    let house = House::new().await;
    let text = event("one@app", "Kiln opening", "20301204T180000");
    house.put(ENTRY, &text).await;
    let slot = slots(&house).await.remove(0);
    publish(&house, slot.id).await;
    assert_eq!(house.get(ENTRY).await.text, text, "a published slot is what its entry says");
    house.submit(house.cancels(slot.id)).await;
    let got = house.get(ENTRY).await.text;
    let expected = text.replace("END:VEVENT", "STATUS:CANCELLED\r\nSEQUENCE:1\r\nEND:VEVENT");
    assert_eq!(got, expected);
    let back = house.put(ENTRY, &text).await;
    assert_eq!((back.status.as_u16(), back.header("etag")), (204, None), "what was called off stays so");
    assert!(house.get(ENTRY).await.text.contains("STATUS:CANCELLED"));
    assert_eq!(house.call("DELETE", ENTRY, &[], "").await.status, 204);
    assert_eq!(house.get(ENTRY).await.status, 404);
    assert_eq!(house.put(ENTRY, &text).await.status, 201, "the name is free for another slot");
    assert_eq!(house.entries("/dav/p/kiln/slots/").await.len(), 1);
}

/// A deleted draft is gone, here and everywhere. The name, the UID and the tag hold against mistakes.
#[tokio::test(flavor = "multi_thread")]
async fn preconditions_hold() {
    let house = House::new().await;
    let text = event("one@app", "Kiln", "20301204T180000");
    assert_eq!(house.call("PUT", ENTRY, &[("if-match", "\"x\"")], &text).await.status, 412);
    assert_eq!(house.call("PUT", ENTRY, &[("if-none-match", "*")], &text).await.status, 201);
    assert_eq!(house.call("PUT", ENTRY, &[("if-none-match", "*")], &text).await.status, 412);
    let tag = house.get(ENTRY).await.header("etag").unwrap().to_owned();
    let later = event("one@app", "Kiln", "20301204T190000");
    let weak = tag.trim_end_matches('"').to_owned() + "-br\"";
    assert_eq!(house.call("PUT", ENTRY, &[("if-match", &weak)], &later).await.status, 204);
    assert_eq!(house.call("PUT", ENTRY, &[("if-match", &tag)], &text).await.status, 412, "that tag is old");
    assert_eq!(house.call("DELETE", ENTRY, &[("if-match", &tag)], "").await.status, 412);
    for (path, text, condition) in [
        ("/dav/p/kiln/slots/two.ics", later.clone(), "no-uid-conflict"),
        (ENTRY, event("other@app", "Kiln", "20301204T180000"), "no-uid-conflict"),
        ("/dav/p/kiln/slots/two.ics", "BEGIN:VCALENDAR".into(), "valid-calendar-data"),
        ("/dav/p/kiln/slots/two.ics", later.replace("VEVENT", "VTODO"), "supported-calendar-component"),
        ("/dav/p/kiln/slots/two.ics", later.replace("UID:one@app\r\n", ""), "valid-calendar-object-resource"),
        (
            "/dav/p/kiln/slots/two.ics",
            later.replace("X-OWN", &format!("X-BIG:{}\r\nX-OWN", "x".repeat(1 << 20))),
            "max-resource-size",
        ),
    ] {
        let got = house.put(path, &text).await;
        assert_eq!(got.status, 403, "{condition}: {got:?}");
        assert!(got.text.contains(condition), "{condition}: {}", got.text);
    }
    assert!(
        house
            .put("/dav/p/kiln/slots/two.ics", &later)
            .await
            .text
            .contains("<D:href>/dav/p/kiln/slots/one.ics</D:href>")
    );
    assert_eq!(house.call("DELETE", "/dav/p/kiln/slots/", &[], "").await.status, 403);
    assert_eq!(house.call("DELETE", ENTRY, &[], "").await.status, 204);
    assert_eq!(slots(&house).await.remove(0).state, SlotState::Discarded);
    let card = house.desk.board().organiser(house.home).unwrap();
    assert!(card.slots.is_empty() && card.slugs.is_empty(), "nothing is left of it");
    assert_eq!(house.call("DELETE", ENTRY, &[], "").await.status, 404);
    for method in ["COPY", "LOCK", "ACL", "POST"] {
        assert_eq!(house.call(method, ENTRY, &[], "").await.status, 405, "{method}");
    }
}

/// A draft that is thrown away elsewhere goes from the calendar too, and its address is free.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_thrown_away_elsewhere() {
    let house = House::new().await;
    let text = event("one@app", "Kiln", "20301204T180000");
    house.put(ENTRY, &text).await;
    house.put("/dav/p/kiln/slots/two.ics", &event("two@app", "Raku", "20301204T180000")).await;
    let slot = slots(&house).await.into_iter().find(|slot| slot.spec.title == "Kiln").unwrap();
    house.submit(house.cancels(slot.id)).await;
    assert_eq!(house.entries("/dav/p/kiln/slots/").await.len(), 1);
    assert_eq!(house.get(ENTRY).await.status, 404);
    assert_eq!(house.put(ENTRY, &text).await.status, 201);
    assert_eq!(house.entries("/dav/p/kiln/slots/").await.len(), 2);
}

/// An entry moves between calendars as one thing, by MOVE and by apps that put it there before they delete it here.
#[tokio::test(flavor = "multi_thread")]
async fn entries_change_calendars() {
    let house = House::new().await;
    let text = event("one@app", "Kiln", "20301204T180000");
    house.put(ENTRY, &text).await;
    let to = "/dav/p/kiln/drafts/one.ics";
    let moved = house.call("MOVE", ENTRY, &[("destination", &format!("http://localhost{to}"))], "").await;
    assert_eq!(moved.status, 201, "{moved:?}");
    assert_eq!((house.get(ENTRY).await.status.as_u16(), house.get(to).await.text), (404, text.clone()));
    assert_eq!(house.put("/dav/p/kiln/slots/back.ics", &text).await.status, 201);
    assert_eq!(house.get(to).await.status, 404, "it went with the second PUT");
    assert_eq!(house.call("DELETE", to, &[], "").await.status, 404);
    let all = slots(&house).await;
    assert_eq!((all.len(), all[0].state), (1, SlotState::Draft), "one slot, and nobody called it off");
    let foreign = house
        .call("MOVE", "/dav/p/kiln/slots/back.ics", &[("destination", "/dav/p/other/slots/a.ics")], "")
        .await;
    assert_eq!(foreign.status, 403);
}

/// Somebody has bought: a deleted entry comes back and says what it waits for, a moved one too, and neither is done.
/// The yes takes it off the shelf; a no takes the mark off the entry.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_promised_needs_a_yes() {
    for site in [Some(Site::file()), Site::server(2)].into_iter().flatten() {
        let house = House::at(site).await;
        let open: String =
            PLAN.lines().filter(|line| !line.contains("Early")).map(|line| format!("{line}\n")).collect();
        house.put_plan(&open.replace("start - 30m", "2026-01-01T00:00")).await;
        house.hold_one().await;
        let (href, _) = house.entries("/dav/p/kiln/slots/").await.remove(0);
        let got = house.get(&href).await;
        let (before, tag) = (got.text.clone(), got.header("etag").unwrap().to_owned());
        let gone = house.call("DELETE", &href, &[("if-match", &tag)], "").await;
        assert_eq!(gone.status, 204);
        let back = house.get(&href).await;
        assert!(back.text.contains("SUMMARY:[cancellation requested: confirm] A drop\r\n"), "{}", back.text);
        assert!(back.text.contains("DESCRIPTION:Say yes or no: http://localhost/yes/"), "{}", back.text);
        assert_ne!(back.header("etag"), Some(tag.as_str()));
        assert_eq!(slots(&house).await[0].state, SlotState::Published, "nothing has happened");
        let again = house.call("DELETE", &href, &[], "").await;
        assert_eq!((again.status.as_u16(), house.get(&href).await.text), (204, back.text.clone()));
        house.answer(Answer::No).await;
        let left = house.get(&href).await.text;
        assert!(!left.contains("confirm") && !left.contains("Say yes"), "{left}");
        assert_eq!(left.replace("SEQUENCE:", "X:").lines().count(), before.lines().count());
        // A move that needs a yes snaps back and says so; what is put back as it came asks for nothing.
        let past = left.replace("TZID=Europe/Berlin:2030", "TZID=Europe/Berlin:2020");
        let put = house.put(&href, &past).await;
        assert_eq!((put.status.as_u16(), put.header("etag")), (204, None));
        let back = house.get(&href).await.text;
        assert!(back.contains("SUMMARY:[change requested: confirm] A drop\r\n"), "{back}");
        assert!(back.contains("DTSTART;TZID=Europe/Berlin:20301204T180000\r\n"), "{back}");
        house.put(&href, &back).await;
        assert_eq!(house.get(&href).await.text, back);
        house.answer(Answer::No).await;
        assert!(!house.get(&href).await.text.contains("confirm]"));
        house.call("DELETE", &href, &[], "").await;
        house.answer(Answer::Yes).await;
        assert!(house.get(&href).await.text.contains("STATUS:CANCELLED"), "it shows what has become of it");
        assert_eq!(slots(&house).await[0].state, SlotState::Cancelled);
    }
}

/// A zone that nobody knows is a question on the entry, and the answer takes it off again.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_zone_is_a_question() {
    let house = House::new().await;
    let text = event("one@app", "Kiln", "20301204T180000");
    let put = house.put(ENTRY, &text.replace("Europe/Berlin", "Nowhere/Middle")).await;
    assert_eq!((put.status.as_u16(), put.header("etag")), (201, None));
    let got = house.get(ENTRY).await.text;
    assert!(
        got.contains("SUMMARY:[which time zone?] Kiln\r\n")
            && got.contains("TZID=Nowhere/Middle:20301204T180000"),
        "{got}"
    );
    let note = async || house.store.calendar_heads(house.home, "slots", 0).await.unwrap().remove(0).note;
    assert!(note().await.contains("Nowhere/Middle"));
    let slot = slots(&house).await.remove(0);
    assert_eq!(
        (slot.state, slot.spec.title.as_str(), slot.spec.times.zone.as_str()),
        (SlotState::Draft, "Kiln", "Europe/Berlin")
    );
    let answered = got.replace("Nowhere/Middle", "Asia/Tokyo");
    assert_eq!(house.put(ENTRY, &answered).await.status, 204);
    let got = house.get(ENTRY).await.text;
    assert!(got.contains("SUMMARY:Kiln\r\n") && got.contains("TZID=Asia/Tokyo"), "{got}");
    assert_eq!(note().await, "");
    assert_eq!(slots(&house).await.remove(0).spec.times.zone, "Asia/Tokyo");
}

/// What recurs as no series can is kept as it came while it is a draft, and says the one date that is sold once it is
/// published.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_series_is_one_date() {
    let house = House::new().await;
    let text =
        event("one@app", "Kiln", "20301204T180000").replace("DURATION", "RRULE:FREQ=SECONDLY\r\nDURATION");
    assert!(house.put(ENTRY, &text).await.header("etag").is_some());
    assert_eq!(house.get(ENTRY).await.text, text);
    publish(&house, slots(&house).await.remove(0).id).await;
    let got = house.get(ENTRY).await.text;
    assert!(!got.contains("RRULE") && got.contains("X-OWN"), "{got}");
}
