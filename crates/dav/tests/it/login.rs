//! Who gets in, to what, and what everybody is told.

use dayshelf_testkit::site::Site;

use crate::house::{House, PLAN, event};

/// Without a password every address of ours asks for one; what everybody may know needs none.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_asked() {
    let house = House::new().await;
    for (method, path) in [
        ("PROPFIND", "/dav/"),
        ("GET", "/dav/p/kiln/slots/"),
        ("PUT", "/dav/p/kiln/slots/a.ics"),
        ("PROPFIND", "/"),
    ] {
        for password in [None, Some("wrong")] {
            let got = house.call_as(password, (method, path), &[], "body").await;
            assert_eq!(got.status, 401, "{method} {path}");
            assert!(got.header("www-authenticate").unwrap().starts_with("Basic realm="));
        }
    }
    for path in ["/", "/dav/", "/remote.php/dav", "/dav/p/kiln/slots/"] {
        let got = house.call_as(None, ("OPTIONS", path), &[], "").await;
        assert_eq!(got.status, 200, "{path}");
        let classes = got.header("dav").unwrap();
        assert!(classes.contains("calendar-access") && !classes.contains("schedule"), "{classes}");
        assert!(got.header("allow").unwrap().contains("REPORT"));
        assert!(got.header("cache-control").unwrap().contains("no-transform"));
    }
    for method in ["GET", "PROPFIND", "OPTIONS"] {
        let got = house.call_as(None, (method, "/.well-known/caldav"), &[], "").await;
        assert_eq!((got.status.as_u16(), got.header("location")), (308, Some("/dav/")), "{method}");
    }
}

/// A password opens what it is for and nothing else: other calendars, other organisers and writing.
#[tokio::test(flavor = "multi_thread")]
async fn scopes_are_kept() {
    let house = House::new().await;
    let reads = house.issue(&["slots"], false).await;
    let text = event("a", "A", "20301204T180000");
    let as_reader =
        async |method, path, body| house.call_as(Some(&reads), (method, path), &[("depth", "1")], body).await;
    let home = as_reader("PROPFIND", "/dav/p/kiln/", "").await;
    assert!(
        home.text.contains("/dav/p/kiln/slots/") && !home.text.contains("/dav/p/kiln/drafts/"),
        "{home:?}"
    );
    assert!(!home.text.contains("<D:write/>"));
    assert_eq!(as_reader("PROPFIND", "/dav/p/kiln/drafts/", "").await.status, 404);
    let put = as_reader("PUT", "/dav/p/kiln/slots/a.ics", &text).await;
    assert_eq!(put.status, 403);
    assert!(put.text.contains("need-privileges"));
    assert_eq!(as_reader("MKCALENDAR", "/dav/p/kiln/mine/", "").await.status, 403);
    assert_eq!(as_reader("PROPFIND", "/dav/p/other/", "").await.status, 404);
    let id = house.store.app_passwords(house.home).await.unwrap().last().unwrap().id;
    assert!(house.store.end_app_password(id).await.unwrap());
    assert_eq!(as_reader("PROPFIND", "/dav/p/kiln/", "").await.status, 401, "revoked is revoked at once");
}

/// Use is noted, with what the app says that it is; the page that tests a setup shows what was asked.
#[tokio::test(flavor = "multi_thread")]
async fn use_is_seen() {
    let house = House::new().await;
    house.call("PROPFIND", "/dav/", &[("user-agent", "DAVx5/4.5"), ("depth", "0")], "").await;
    house.call_as(Some("wrong"), ("REPORT", "/dav/p/kiln/slots/"), &[], "").await;
    let known = house.store.app_passwords(house.home).await.unwrap();
    assert!(known[0].used.is_some());
    assert_eq!(known[0].used_by, "DAVx5/4.5");
    let page = house.get("/dav/setup/test").await;
    assert_eq!(page.status, 200);
    for text in ["207", "PROPFIND", "DAVx5/4.5", "Turned away", "401 login", "to look at and to edit"] {
        assert!(page.text.contains(text), "{text} is not on the page");
    }
    let all = house.call_as(None, ("GET", "/dav/setup"), &[], "").await;
    assert!(
        all.text.contains("http://localhost/dav/")
            && all.text.contains("<svg")
            && !all.text.contains("DAVx5/4.5")
    );
    let profile = house.call_as(None, ("GET", "/dav/setup.mobileconfig?user=kiln"), &[], "").await;
    assert_eq!(profile.header("content-type"), Some("application/x-apple-aspen-config"));
    assert!(profile.text.contains("<key>CalDAVUsername</key><string>kiln</string>"));
    assert!(profile.text.contains("<key>CalDAVPrincipalURL</key><string>/dav/p/kiln/</string>"));
    let odd = house.call_as(None, ("GET", "/dav/setup.mobileconfig?user=%3Cx%3E"), &[], "").await;
    assert_eq!(odd.status, 400);
}

/// Entries made elsewhere, their blocks on the calendars that are switched on, and the same on both engines.
#[tokio::test(flavor = "multi_thread")]
async fn slots_and_blocks_are_entries() {
    for site in [Some(Site::file()), Site::server(2)].into_iter().flatten() {
        let house = House::at(site).await;
        house.put_plan(PLAN).await;
        let entries = house.entries("/dav/p/kiln/slots/").await;
        assert_eq!(entries.len(), 1);
        let got = house.get(&entries[0].0).await;
        for line in [
            "SUMMARY:A drop",
            "DTSTART;TZID=Europe/Berlin:20301204T180000",
            "STATUS:CONFIRMED",
            "LOCATION:Yard",
        ] {
            assert!(got.text.contains(&format!("{line}\r\n")), "{line}: {}", got.text);
        }
        assert!(!got.text.contains("METHOD"));
        assert_eq!(house.call("PROPFIND", "/dav/p/kiln/windows/", &[("depth", "0")], "").await.status, 404);
        let mut calendars = house.store.calendars(house.home).await.unwrap();
        let change = dayshelf_store::CalendarChange {
            seen: calendars.revision,
            edition: calendars.edition,
            calendars: {
                calendars.all.iter_mut().for_each(|calendar| calendar.shown = true);
                calendars.all
            },
            ..Default::default()
        };
        house.store.change_calendars(house.home, change).await.unwrap();
        assert_eq!(house.entries("/dav/p/kiln/windows/").await.len(), 2);
        let pickup = house.entries("/dav/p/kiln/pickup/").await;
        let got = house.get(&pickup[0].0).await;
        assert!(got.text.contains("DTSTART;TZID=Europe/Berlin:20301205T100000\r\n"), "{}", got.text);
        assert_eq!(house.put(&pickup[0].0, &got.text).await.status, 403, "what is derived is only looked at");
        let whole = house.get("/dav/p/kiln/windows/").await;
        assert_eq!(whole.text.matches("BEGIN:VEVENT").count(), 2);
        assert_eq!(whole.text.matches("BEGIN:VTIMEZONE").count(), 1);
    }
}
