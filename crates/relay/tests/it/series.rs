//! Series get their slots as time goes on: once, whoever asks how often, and after a restart too.

use dayshelf_core::change::{Credential, Tell};
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::SeriesId;
use dayshelf_core::series::{PutSeries, Reach, Series};
use dayshelf_core::time::{Instant, LocalTime, Span};
use dayshelf_relay::{Config, Relay};
use dayshelf_testkit::shop::Shop;
use dayshelf_testkit::site::on_both;
use dayshelf_wire::plan::series::SeriesDoc;
use tokio_util::sync::CancellationToken;

use crate::stand::{Stand, done, until};

/// An evening every day from tomorrow on, five days ahead, of which none has a slot yet.
fn daily(stand: &Stand, now: Instant) -> PutSeries {
    let day = dayshelf_ical::time::Civil(now.0 / 86_400_000 * 86_400 + 42 * 3_600);
    let doc: SeriesDoc = serde_json::from_value(serde_json::json!({
        "key": "evening", "title": "Evening", "zone": "UTC", "start": day.to_string(), "length": "1h",
        "rule": "FREQ=DAILY", "days_ahead": 5,
    }))
    .unwrap();
    PutSeries {
        id: SeriesId(stand.desk.mint().id(stand.home)),
        expected: Expect::New,
        spec: doc.spec(),
        reach: Reach { until: now, due: Some(now) },
        parted: None,
        planned: Vec::new(),
        kept: Vec::new(),
        tell: Tell::AfterQuiet,
        by: Credential::House,
    }
}

/// The series, and where it has slots.
async fn seen(stand: &Stand, id: SeriesId) -> (Series, Vec<LocalTime>, usize) {
    let look = move |books: Option<&dayshelf_core::books::Books>, _| {
        let books = books.unwrap();
        let run = books.runs.get(&id).into_iter().flatten().map(|(at, _)| *at).collect();
        (books.series[&id].clone(), run, books.slots.len())
    };
    stand.desk.look(stand.home, look).await.unwrap()
}

/// What is due gets its slots, from two workers no more than from one; then nothing is due until the next one comes
/// within reach. A worker that starts anew finds what became due meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn slots_as_time_goes_on() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        let now = stand.desk.mint().now();
        let ask = daily(&stand, now);
        let id = ask.id;
        done(stand.ask(Command::PutSeries(Box::new(ask.clone()))).await);
        let stop = CancellationToken::new();
        let start =
            || Relay::start(&stand.desk, &stand.store, Config::default(), stop.child_token()).unwrap();
        let (one, two) = (start(), start());
        let (series, run, slots) = until("it has its slots", async || {
            let seen = seen(&stand, id).await;
            (!seen.1.is_empty()).then_some(seen)
        })
        .await;
        // The day may have turned since the rule was written.
        assert!((4..=5).contains(&run.len()), "five days ahead: {run:?}");
        assert_eq!(slots, run.len() + 1, "one slot for each, and the shop's own");
        let due = series.reach.due.unwrap();
        assert!(due > now && due <= now.plus(Span::hours(25)), "the next one is due within a day");
        one.join().await;
        two.join().await;
        // As if no worker had run for two days.
        let later = PutSeries {
            expected: Expect::Version(series.version),
            reach: Reach { until: series.reach.until, due: Some(now) },
            ..ask
        };
        done(stand.ask(Command::PutSeries(Box::new(later))).await);
        let three =
            Relay::start(&stand.desk, &stand.store, Config::default(), CancellationToken::new()).unwrap();
        let (again, after, _) = until("it is walked again", async || {
            let seen = seen(&stand, id).await;
            seen.0.reach.due.filter(|due| now < *due).map(|_| seen)
        })
        .await;
        assert!(again.version > series.version);
        assert!(after.starts_with(&run) && after.len() <= run.len() + 1, "nothing twice: {after:?}");
        three.join().await;
    })
    .await;
}
