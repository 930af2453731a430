//! Each person's shifts as a calendar of their own, and broadcasts with the address where they can be watched.

use dayshelf_store::{CalendarChange, CalendarKind};
use dayshelf_testkit::site::Site;

use crate::house::{House, between};

const PLAN: &str = r#"
[[slots]]
slug = "drop"
title = "A drop"
start = "2030-12-04T18:00"
end = "start + 1h"
blocks = [
    { key = "door", title = "Door", when = "start - 30m", until = "end", shift = { person = "Ann Müller", tasks = ["open"] } },
    { key = "pack", title = "Packing", when = "end", until = "end + 2h", shift = { person = "Ann Müller" } },
    { key = "till", title = "Till", when = "start", until = "end", shift = { person = "Bea" } },
    { key = "spare", title = "Spare", when = "start", until = "end", shift = {} },
    { key = "live", title = "Live", when = "start", until = "end", broadcast = { sources = [
        { kind = "hls", url = "https://example.org/live.m3u8" }, { kind = "embed", url = "https://example.org/watch" },
    ] } },
    { key = "still", title = "Still", when = "start", until = "end", broadcast = { sources = [
        { kind = "still", url = "https://example.org/still.png" },
    ] } },
]
"#;
const ANN: &str = "/dav/p/kiln/shifts-Ann_M%C3%BCller/";

async fn switch_all_on(house: &House) {
    let mut calendars = house.store.calendars(house.home).await.unwrap();
    calendars.all.iter_mut().for_each(|calendar| calendar.shown = true);
    let change = CalendarChange {
        seen: calendars.revision,
        edition: calendars.edition,
        calendars: calendars.all,
        ..Default::default()
    };
    house.store.change_calendars(house.home, change).await.unwrap();
}

/// A person's calendar is there for whoever switches it on: their shifts and nobody else's, to look at, moved with the
/// slot, gone with the shift. A password may open it and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_for_each_person() {
    for site in [Some(Site::file()), Site::server(2)].into_iter().flatten() {
        let house = House::at(site).await;
        house.put_plan(PLAN).await;
        assert_eq!(house.call("PROPFIND", ANN, &[("depth", "0")], "").await.status, 404, "it is off");
        let all = house.store.calendars(house.home).await.unwrap().all;
        let people: Vec<(&str, bool)> = all
            .iter()
            .filter(|calendar| calendar.kind == CalendarKind::Person)
            .map(|calendar| (calendar.name.as_str(), calendar.shown))
            .collect();
        assert_eq!(people, [("shifts-Ann_Müller", false), ("shifts-Bea", false)]);
        switch_all_on(&house).await;

        let home = house.call("PROPFIND", "/dav/p/kiln/", &[("depth", "1")], "").await;
        let ann = home.responses().into_iter().find(|(href, _)| href == ANN).unwrap().1;
        assert_eq!(between(&ann, "<D:displayname>", "<"), Some("A kiln: shifts of Ann Müller"));
        assert!(!ann.contains("<D:write-content/>"), "{ann}");
        let titles = async |calendar: &str| {
            let whole = house.get(calendar).await.text;
            let mut titles: Vec<String> = whole
                .split("SUMMARY:")
                .skip(1)
                .map(|rest| rest.split("\r\n").next().unwrap().to_owned())
                .collect();
            titles.sort();
            titles
        };
        assert_eq!(titles(ANN).await, ["A drop: Door", "A drop: Packing"]);
        assert_eq!(titles("/dav/p/kiln/shifts-Bea/").await, ["A drop: Till"]);
        assert_eq!(titles("/dav/p/kiln/shifts/").await.len(), 4, "one calendar has them all");
        let entry = house.entries(ANN).await.remove(0).0;
        let text = house.get(&entry).await.text;
        assert_eq!(house.put(&entry, &text).await.status, 403);
        assert_eq!(house.call("DELETE", &entry, &[], "").await.status, 403);

        let own = house.issue(&["shifts-Ann_Müller"], false).await;
        let home = house.call_as(Some(&own), ("PROPFIND", "/dav/p/kiln/"), &[("depth", "1")], "").await;
        let hrefs: Vec<String> = home.responses().into_iter().map(|(href, _)| href).collect();
        assert_eq!(hrefs, ["/dav/p/kiln/", ANN]);

        // Bea takes the door, an hour later.
        let later = PLAN.replace("18:00", "19:00").replace(
            "start - 30m\", until = \"end\", shift = { person = \"Ann Müller\"",
            "start - 30m\", until = \"end\", shift = { person = \"Bea\"",
        );
        house.put_plan(&later).await;
        assert_eq!(titles(ANN).await, ["A drop: Packing"]);
        assert_eq!(titles("/dav/p/kiln/shifts-Bea/").await, ["A drop: Door", "A drop: Till"]);
        let whole = house.get(ANN).await.text;
        assert!(whole.contains("DTSTART;TZID=Europe/Berlin:20301204T200000\r\n"), "{whole}");
    }
}

/// A broadcast says where a person can watch it: its page before its stream, and no still.
#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_watched() {
    let house = House::new().await;
    house.put_plan(PLAN).await;
    house.entries("/dav/p/kiln/slots/").await;
    switch_all_on(&house).await;
    let whole = house.get("/dav/p/kiln/broadcast/").await.text.replace("\r\n ", "");
    assert_eq!(whole.matches("BEGIN:VEVENT").count(), 2);
    assert_eq!(whole.matches("CONFERENCE").count(), 1);
    assert!(
        whole.contains("CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:https://example.org/watch\r\n"),
        "{whole}"
    );
}
