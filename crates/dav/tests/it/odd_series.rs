//! What recurs in odd ways: too often, by whole days, on other walls, or as no series can.

use dayshelf_ical::time::Civil;

use crate::house::{House, between};
use crate::series::{
    ENTRY, HOUR, SLOTS, WEEK, basic, berlin, came_back, first, kept, later, series, slots, starts, synced,
    weeks,
};

/// A rule that makes too much, or is none that a series can have, is one draft with a question, as it was; so is a
/// rule that makes too much some years ahead.
#[tokio::test(flavor = "multi_thread")]
async fn bombs_are_questions() {
    let house = House::new().await;
    let start = first(&house);
    for (number, start, rule) in [
        (1, start, "FREQ=SECONDLY"),
        (2, later(start, 300 * WEEK), "FREQ=MINUTELY"),
        (3, start, "FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8,9,10;BYMINUTE=1,2,3,4"),
    ] {
        let path = format!("{SLOTS}{number}.ics");
        let text = series(&format!("{number}@app"), start, rule, "");
        let put = house.put(&path, &text).await;
        assert_eq!(put.status, 201, "{rule}: {put:?}");
        assert_eq!(house.get(&path).await.text, text);
        assert_eq!(slots(&house).await.len(), number, "one draft: {rule}");
        let note =
            house.store.calendar_entries(house.home, "slots", vec![format!("{number}.ics")]).await.unwrap();
        let note = note.into_iter().flatten().next().unwrap().head.note;
        assert!(note.contains("repeats"), "{note}");
    }
    // A series does not become one.
    let text = series("evening@app", start, "FREQ=WEEKLY;COUNT=2", "");
    house.put(ENTRY, &text).await;
    came_back(&house.put(ENTRY, &text.replace("FREQ=WEEKLY;COUNT=2", "FREQ=SECONDLY")).await);
    let back = house.get(ENTRY).await.text;
    assert_eq!(back.replace("SEQUENCE:1\r\n", ""), text);
}

/// Whole days stay whole days, and times that name no zone or another one are what they mean.
#[tokio::test(flavor = "multi_thread")]
async fn days_and_other_walls() {
    let house = House::new().await;
    let start = first(&house);
    let midnight = later(start, -18 * HOUR);
    let day = |at: Civil| basic(at)[..8].to_owned();
    let text = series("evening@app", start, "FREQ=DAILY;COUNT=3", "")
        .replace(&berlin("DTSTART", start), &format!("DTSTART;VALUE=DATE:{}\r\n", day(start)))
        .replace(&berlin("DTEND", later(start, 2 * HOUR)), "");
    kept(&house, &house.put(ENTRY, &text).await, &text).await;
    let days = |all: &[i64]| -> Vec<Civil> { all.iter().map(|one| later(midnight, one * 86_400)).collect() };
    assert_eq!(starts(&house).await, days(&[0, 1, 2]));
    let without =
        text.replace("SUMMARY", &format!("EXDATE;VALUE=DATE:{}\r\nSUMMARY", day(later(start, 86_400))));
    kept(&house, &house.put(ENTRY, &without).await, &without).await;
    assert_eq!(starts(&house).await, days(&[0, 2]));
    let whole = slots(&house).await.remove(0);
    assert_eq!(whole.spec.times.end_local.0 - whole.spec.times.start_local.0, 86_400);
    // What was called off does not come back, and the app gets that told.
    let token = synced(&house, "").await.token();
    came_back(&house.put(ENTRY, &text).await);
    assert_eq!(starts(&house).await, days(&[0, 2]));
    assert!(house.get(ENTRY).await.text.contains("EXDATE"));
    assert_eq!(synced(&house, &token).await.responses().len(), 1);
    house.call("DELETE", ENTRY, &[], "").await;

    // An exception in UTC, and one by its day alone, name evenings in Berlin.
    let utc = dayshelf_ical::zone::Zones::bundled().zone("Europe/Berlin").unwrap().moment(later(start, WEEK));
    let utc = basic(Civil(utc.0 / 1_000));
    let more = format!("EXDATE:{utc}Z\r\nEXDATE;VALUE=DATE:{}\r\n", day(later(start, 2 * WEEK)));
    let text = series("another@app", start, "FREQ=WEEKLY;COUNT=4", &more);
    kept(&house, &house.put(ENTRY, &text).await, &text).await;
    assert_eq!(starts(&house).await, weeks(start, [0, 3]));
}

/// A whole-day series goes on over the days on which the clocks are moved without saying more than its rule.
#[tokio::test(flavor = "multi_thread")]
async fn whole_days_over_a_clock_change() {
    let house = House::new().await;
    let start = first(&house);
    let day = |at: Civil| basic(at)[..8].to_owned();
    // Half a year of days from any day on has at least one such day, but for some weeks in spring.
    let text = series("days@app", start, "FREQ=DAILY;COUNT=170", "")
        .replace(&berlin("DTSTART", start), &format!("DTSTART;VALUE=DATE:{}\r\n", day(start)))
        .replace(&berlin("DTEND", later(start, 2 * HOUR)), "");
    kept(&house, &house.put(ENTRY, &text).await, &text).await;
    let all = slots(&house).await;
    assert!(all.len() > 160, "{}", all.len());
    for slot in all {
        let times = slot.spec.times;
        assert_eq!(times.end_local.0 - times.start_local.0, 86_400, "{times:?}");
    }
}

/// A series all of which is over is gone; one that goes on afterwards is there again, as the entry that it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_series_that_goes_on_comes_back() {
    let house = House::new().await;
    let start = first(&house);
    let plan = async |count: u32| {
        let text = format!(
            "[[series]]\nkey = \"evening\"\ntitle = \"Evening\"\nzone = \"Europe/Berlin\"\nstart = \"{start}\"\n\
             length = \"2h\"\nrule = \"FREQ=WEEKLY;COUNT={count}\"\npublish = false\n"
        );
        house.put_plan(&text).await;
    };
    plan(1).await;
    let before = house.entries(SLOTS).await;
    let [(name, _)] = before.as_slice() else { panic!("{before:?}") };
    let uid = |text: &str| between(text, "UID:", "\r\n").map(str::to_owned);
    let old = uid(&house.get(name).await.text);
    let token = synced(&house, "").await.token();
    let slot = slots(&house).await.remove(0).id;
    house.submit(house.cancels(slot)).await;
    assert_eq!(house.entries(SLOTS).await, []);
    let gone = synced(&house, &token).await;
    assert_eq!(gone.responses().len(), 1, "{}", gone.text);
    plan(3).await;
    let after = house.entries(SLOTS).await;
    assert_eq!(after.iter().map(|(name, _)| name).collect::<Vec<_>>(), [name]);
    let text = house.get(name).await.text;
    assert!(text.contains("COUNT=3"), "{text}");
    assert_eq!(uid(&text), old, "a UID never changes");
    assert_eq!(synced(&house, &gone.token()).await.responses().len(), 1, "apps hear of it");
}
