//! Newer time zone data: slots are where their wall says, by the way of every change.

use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::{SlotId, WindowId};
use dayshelf_core::slot::{SlotSpec, SlotTimes};
use dayshelf_core::time::{Instant, LocalTime, Span};
use dayshelf_core::window::{Unsold, WindowSpec};
use dayshelf_ical::time::Civil;
use dayshelf_ical::zone::Zones;
use dayshelf_relay::{Config, Relay};
use dayshelf_testkit::shop::Shop;
use dayshelf_testkit::site::on_both;
use dayshelf_wire::time::Place;
use tokio_util::sync::CancellationToken;

use crate::stand::{Stand, done, until};

/// Six in the evening in Berlin, on a summer's day that is far off.
fn evening() -> Place {
    let start = Civil::parse("2040-07-04T18:00").unwrap();
    Place::new(Zones::bundled().zone("Europe/Berlin").unwrap(), start, Civil(start.0 + 7_200))
}

/// A published slot of that evening with a window, as data of a version had it that put it so much later.
async fn slot(stand: &Stand, slug: &str, (tzdb, late): (&str, Span)) -> SlotId {
    let (slot, window) =
        (SlotId(stand.desk.mint().id(stand.home)), WindowId(stand.desk.mint().id(stand.home)));
    let model = stand.desk.board().slot(stand.put.slot).unwrap();
    let right = evening().times();
    let times =
        SlotTimes { start: right.start.plus(late), end: right.end.plus(late), tzdb: tzdb.into(), ..right };
    let spec = SlotSpec { slug: slug.into(), times, ..model.sheet.slot.spec.clone() };
    done(stand.ask(Command::MakeSlot { id: slot, spec: Box::new(spec) }).await);
    let mut spec = WindowSpec {
        slot,
        offers: Vec::new(),
        allotments: Vec::new(),
        unsold: Unsold::Return,
        ..model.sheet.windows[0].spec.clone()
    };
    for when in [&mut spec.opens, &mut spec.closes] {
        when.at = evening().instant(when.anchor).plus(late);
    }
    done(stand.ask(Command::PutWindow { id: window, expected: Expect::Any, spec: Box::new(spec) }).await);
    done(stand.ask(Command::PublishSlot { slot, expected: Expect::Any }).await);
    slot
}

/// A slot that older data have put at another instant is brought to where its wall says, with what hangs on it, and says
/// by which data; one that is there already stays as it is, and so does what newer data than ours have put.
#[tokio::test(flavor = "multi_thread")]
async fn slots_follow_the_clocks_of_their_wall() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        let right = slot(&stand, "right", ("2020a", Span(0))).await;
        let newer = slot(&stand, "newer", ("9999a", Span::hours(1))).await;
        // Looked at last, since it is last on the calendar.
        let wrong = slot(&stand, "wrong", ("2020a", Span::hours(2))).await;
        let card = |slot: SlotId| stand.desk.board().slot(slot).unwrap();
        let before = [card(right).sheet.slot.version, card(newer).sheet.slot.version];
        let relay =
            Relay::start(&stand.desk, &stand.store, Config::default(), CancellationToken::new()).unwrap();
        let times = evening().times();
        let sheet = until("it is where its wall says", async || {
            let sheet = card(wrong).sheet.clone();
            (sheet.slot.spec.times.start == times.start).then_some(sheet)
        })
        .await;
        assert_eq!(sheet.slot.spec.times, times);
        assert_eq!(sheet.slot.spec.times.start_local, LocalTime(evening().start.local.0));
        for when in [sheet.windows[0].spec.opens, sheet.windows[0].spec.closes] {
            assert_eq!(when.at, evening().instant(when.anchor), "{when:?}");
        }
        relay.join().await;
        assert_eq!([card(right).sheet.slot.version, card(newer).sheet.slot.version], before);
        let late: Instant = times.start.plus(Span::hours(1));
        assert_eq!(card(newer).sheet.slot.spec.times.start, late);
    })
    .await;
}
