//! Requests in the shapes in which Apple's, Android's and Thunderbird's programs send them; those can't be run here.

use crate::house::{House, PLAN, between, event};

/// iOS and macOS: from the bare host to the list of calendars, with the properties that they ask for.
#[tokio::test(flavor = "multi_thread")]
async fn apple_finds_calendars() {
    let house = House::new().await;
    let first = r#"<?xml version="1.0" encoding="UTF-8"?>
<A:propfind xmlns:A="DAV:"><A:prop><A:current-user-principal/><A:principal-URL/><A:resourcetype/></A:prop></A:propfind>"#;
    let agent = ("user-agent", "iOS/18.1 (22B83) dataaccessd/1.0");
    let got = house.call("PROPFIND", "/", &[agent, ("depth", "0")], first).await;
    assert_eq!(got.status, 207);
    let principal = between(&got.text, "<D:current-user-principal><D:href>", "</D:href>").unwrap().to_owned();
    let second = r#"<?xml version="1.0" encoding="UTF-8"?>
<A:propfind xmlns:A="DAV:"><A:prop><B:calendar-home-set xmlns:B="urn:ietf:params:xml:ns:caldav"/><B:calendar-user-address-set xmlns:B="urn:ietf:params:xml:ns:caldav"/><A:current-user-principal/><A:displayname/><C:dropbox-home-URL xmlns:C="http://calendarserver.org/ns/"/><C:email-address-set xmlns:C="http://calendarserver.org/ns/"/><C:notification-URL xmlns:C="http://calendarserver.org/ns/"/><A:principal-collection-set/><A:principal-URL/><A:resource-id/><B:schedule-inbox-URL xmlns:B="urn:ietf:params:xml:ns:caldav"/><B:schedule-outbox-URL xmlns:B="urn:ietf:params:xml:ns:caldav"/><A:supported-report-set/></A:prop></A:propfind>"#;
    let got = house.call("PROPFIND", &principal, &[agent, ("depth", "0")], second).await;
    assert_eq!(got.text.matches("<C:calendar-home-set>").count(), 1, "{}", got.text);
    let (found, missing) = got.text.split_once("HTTP/1.1 200 OK").unwrap();
    assert!(
        !found.contains("schedule-inbox") && missing.contains("<C:schedule-inbox-URL/>"),
        "no scheduling is offered"
    );
    let third = r#"<?xml version="1.0" encoding="UTF-8"?>
<A:propfind xmlns:A="DAV:"><A:prop><A:add-member/><C:allowed-sharing-modes xmlns:C="http://calendarserver.org/ns/"/><D:autoprovisioned xmlns:D="http://apple.com/ns/ical/"/><D:calendar-color xmlns:D="http://apple.com/ns/ical/"/><B:calendar-description xmlns:B="urn:ietf:params:xml:ns:caldav"/><B:calendar-free-busy-set xmlns:B="urn:ietf:params:xml:ns:caldav"/><D:calendar-order xmlns:D="http://apple.com/ns/ical/"/><B:calendar-timezone xmlns:B="urn:ietf:params:xml:ns:caldav"/><A:current-user-privilege-set/><B:default-alarm-vevent-date xmlns:B="urn:ietf:params:xml:ns:caldav"/><A:displayname/><C:getctag xmlns:C="http://calendarserver.org/ns/"/><A:owner/><A:resource-id/><A:resourcetype/><B:supported-calendar-component-set xmlns:B="urn:ietf:params:xml:ns:caldav"/><A:supported-report-set/><A:sync-token/></A:prop></A:propfind>"#;
    let got = house.call("PROPFIND", &principal, &[agent, ("depth", "1")], third).await;
    let calendars: Vec<_> =
        got.responses().into_iter().filter(|(_, inner)| inner.contains("<C:calendar/>")).collect();
    assert_eq!(calendars.len(), 2);
    for (href, inner) in &calendars {
        assert!(href.ends_with('/'), "{href}");
        for part in [
            "<C:comp name=\"VEVENT\"/>",
            "<S:getctag>",
            "<D:sync-token>",
            "<A:calendar-color>",
            "BEGIN:VTIMEZONE",
        ] {
            assert!(inner.contains(part), "{part} is missing in {inner}");
        }
    }
    assert!(got.responses()[0].1.contains("<S:getctag>"), "iOS looks at the home's own ctag");
}

/// macOS sets colour, order and default alarms, on calendars that are only looked at too, and stops at a no.
#[tokio::test(flavor = "multi_thread")]
async fn apple_sets_colours() {
    let house = House::new().await;
    let body = r##"<?xml version="1.0" encoding="UTF-8"?>
<A:propertyupdate xmlns:A="DAV:"><A:set><A:prop><D:calendar-color xmlns:D="http://apple.com/ns/ical/" symbolic-color="custom">#882F00FF</D:calendar-color></A:prop></A:set><A:set><A:prop><D:calendar-order xmlns:D="http://apple.com/ns/ical/">7</D:calendar-order></A:prop></A:set><A:set><A:prop><B:default-alarm-vevent-datetime xmlns:B="urn:ietf:params:xml:ns:caldav">BEGIN:VALARM&#13;
X-WR-ALARMUID:1&#13;
END:VALARM&#13;
</B:default-alarm-vevent-datetime></A:prop></A:set></A:propertyupdate>"##;
    let got = house.call("PROPPATCH", "/dav/p/kiln/slots/", &[], body).await;
    assert_eq!((got.status.as_u16(), got.text.matches("200 OK").count()), (207, 3), "{got:?}");
    let ask = r#"<propfind xmlns="DAV:"><prop><x:calendar-color xmlns:x="http://apple.com/ns/ical/"/><c:default-alarm-vevent-datetime xmlns:c="urn:ietf:params:xml:ns:caldav"/></prop></propfind>"#;
    let got = house.call("PROPFIND", "/dav/p/kiln/slots/", &[("depth", "0")], ask).await;
    assert!(got.text.contains("<A:calendar-color>#882F00FF</A:calendar-color>"), "{}", got.text);
    assert!(got.text.contains("X-WR-ALARMUID:1&#13;"), "{}", got.text);
    let ours = r#"<propertyupdate xmlns="DAV:"><set><prop><getctag xmlns="http://calendarserver.org/ns/">1</getctag><displayname>Mine</displayname></prop></set></propertyupdate>"#;
    let got = house.call("PROPPATCH", "/dav/p/kiln/slots/", &[], ours).await;
    assert!(
        got.text.contains("403 Forbidden") && got.text.contains("424 Failed Dependency"),
        "all or nothing"
    );
}

/// DAVx5: the sync report without data, then the texts by address; it writes with If-None-Match and If-Match.
#[tokio::test(flavor = "multi_thread")]
async fn davx5_syncs() {
    let house = House::new().await;
    house.put_plan(PLAN).await;
    let sync = r#"<?xml version='1.0' encoding='UTF-8' ?><sync-collection xmlns="DAV:" xmlns:CAL="urn:ietf:params:xml:ns:caldav"><sync-token /><sync-level>1</sync-level><prop><getetag /></prop></sync-collection>"#;
    let agent = ("user-agent", "DAVx5/4.5.5-ose (2026/10/30; dav4jvm; okhttp/5.1.0) Android/16");
    let got = house.call("REPORT", "/dav/p/kiln/slots/", &[agent, ("depth", "0")], sync).await;
    assert_eq!(got.status, 207);
    let href = got.responses().remove(0).0;
    let multiget = format!(
        r#"<?xml version='1.0' encoding='UTF-8' ?><CAL:calendar-multiget xmlns="DAV:" xmlns:CAL="urn:ietf:params:xml:ns:caldav"><prop><getcontenttype /><getetag /><schedule-tag xmlns="urn:ietf:params:xml:ns:caldav" /><CAL:calendar-data content-type="text/calendar" version="2.0" /></prop><href>{href}</href><href>/dav/p/kiln/slots/gone.ics</href></CAL:calendar-multiget>"#
    );
    let got = house.call("REPORT", "/dav/p/kiln/slots/", &[agent], &multiget).await;
    let responses = got.responses();
    assert_eq!(responses.len(), 2);
    assert!(
        responses[0].1.contains("BEGIN:VEVENT&#13;") && responses[0].1.contains("component=VEVENT"),
        "{responses:?}"
    );
    assert!(responses[1].1.contains("404 Not Found"));
    let text = event("a@davx5", "Kiln", "20301204T180000");
    let path = "/dav/p/kiln/slots/7a2c.ics";
    let put = house
        .call(
            "PUT",
            path,
            &[agent, ("if-none-match", "*"), ("content-type", "text/calendar;charset=utf-8")],
            &text,
        )
        .await;
    assert_eq!(put.status, 201);
    let tag = put.header("etag").unwrap();
    let put = house.call("PUT", path, &[agent, ("if-match", tag)], &text.replace("T18", "T19")).await;
    assert_eq!(put.status, 204);
}

/// Thunderbird: lists with an empty query by component, and asks for texts in the time that it shows.
#[tokio::test(flavor = "multi_thread")]
async fn thunderbird_queries() {
    let house = House::new().await;
    for (name, start) in [("a", "20301204T180000"), ("b", "20310104T180000")] {
        house
            .put(&format!("/dav/p/kiln/slots/{name}.ics"), &event(name, &format!("Kiln {name}"), start))
            .await;
    }
    let query = |inside: &str| {
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">{inside}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"#
        )
    };
    let count = async |inside: &str| {
        let got = house.call("REPORT", "/dav/p/kiln/slots/", &[("depth", "1")], &query(inside)).await;
        assert_eq!(got.status, 207, "{got:?}");
        got.responses().len()
    };
    assert_eq!(count("").await, 2);
    assert_eq!(count(r#"<C:time-range start="20301201T000000Z" end="20301231T000000Z"/>"#).await, 1);
    assert_eq!(
        count(r#"<C:time-range start="20301204T180000Z" end="20301231T000000Z"/>"#).await,
        0,
        "it ends as the time begins"
    );
    assert_eq!(count(r#"<C:time-range start="20301204T175900Z"/>"#).await, 2);
    assert_eq!(
        count(r#"<C:prop-filter name="SUMMARY"><C:text-match>KILN B</C:text-match></C:prop-filter>"#).await,
        1
    );
    assert_eq!(count(r#"<C:prop-filter name="SUMMARY"><C:text-match collation="i;octet">KILN B</C:text-match></C:prop-filter>"#).await, 0);
    assert_eq!(count(r#"<C:prop-filter name="LOCATION"><C:is-not-defined/></C:prop-filter>"#).await, 2);
    assert_eq!(count(r#"<C:comp-filter name="VALARM"/>"#).await, 0);
    let todo = query("").replace("VEVENT", "VTODO");
    assert_eq!(house.call("REPORT", "/dav/p/kiln/slots/", &[], &todo).await.responses().len(), 0);
    for (inside, condition) in [
        (r#"<C:time-range start="soon"/>"#, "valid-filter"),
        (
            r#"<C:prop-filter name="X"><C:text-match collation="i;other">a</C:text-match></C:prop-filter>"#,
            "supported-collation",
        ),
        (
            r#"<C:comp-filter name="VALARM"><C:time-range start="20301201T000000Z"/></C:comp-filter>"#,
            "supported-filter",
        ),
    ] {
        let got = house.call("REPORT", "/dav/p/kiln/slots/", &[], &query(inside)).await;
        assert_eq!((got.status.as_u16(), got.text.contains(condition)), (403, true), "{condition}: {got:?}");
    }
}

/// Broken bodies, endless depths and foreign reports get the answer that says what is wrong.
#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_named() {
    let house = House::new().await;
    assert_eq!(house.call("PROPFIND", "/dav/p/kiln/", &[("depth", "0")], "<a").await.status, 400);
    let endless = house.call("PROPFIND", "/dav/p/kiln/", &[("depth", "infinity")], "").await;
    assert!(endless.status == 403 && endless.text.contains("propfind-finite-depth"));
    let foreign = house.call("REPORT", "/dav/p/kiln/slots/", &[], "<x xmlns=\"y\"/>").await;
    assert!(foreign.status == 403 && foreign.text.contains("supported-report"));
    let search = r#"<principal-property-search xmlns="DAV:"/>"#;
    let none = house.call("REPORT", "/dav/p/", &[], search).await;
    assert_eq!((none.status.as_u16(), none.responses().len()), (207, 0));
    assert_eq!(house.call("MKCALENDAR", "/dav/p/kiln/mine/", &[], "").await.status, 201);
    assert_eq!(house.call("MKCALENDAR", "/dav/p/kiln/mine/", &[], "").await.status, 403);
    assert_eq!(house.put("/dav/p/kiln/mine/a.ics", &event("a", "A", "20301204T180000")).await.status, 201);
    let tasks = r#"<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop><C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>"#;
    let got = house.call("MKCALENDAR", "/dav/p/kiln/tasks/", &[], tasks).await;
    assert!(got.status == 403 && got.text.contains("supported-calendar-component"));
    let busy = r#"<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="20301204T000000Z" end="20301205T000000Z"/></C:free-busy-query>"#;
    let got = house.call("REPORT", "/dav/p/kiln/mine/", &[], busy).await;
    assert!(got.text.contains("FREEBUSY;FBTYPE=BUSY:20301204T170000Z/20301204T180000Z"), "{got:?}");
}
