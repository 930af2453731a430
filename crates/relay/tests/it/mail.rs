//! Mail over a real desk: to a mail server on this machine that can refuse, and into a folder.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dayshelf_core::change::{Credential, Edit, Part, Tell, Wish};
use dayshelf_core::command::{By, ChangeSlot, Command, Expect, Resolutions, Want};
use dayshelf_core::domain::Domain;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{ConfirmationId, FulfilmentId, OrderId, SlotId};
use dayshelf_core::slot::{FulfilmentKind, FulfilmentSpec};
use dayshelf_core::time::{Anchor, Instant, Span, When};
use dayshelf_ical::document::Document;
use dayshelf_relay::mail::{Address, Config, SmtpConfig, Through};
use dayshelf_relay::webhooks::Schedule;
use dayshelf_relay::{Config as Beside, Relay};
use dayshelf_store::DeliveryState;
use dayshelf_testkit::shop::Shop;
use dayshelf_testkit::site::on_both;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::stand::{Stand, done, until};

/// A mail server that keeps what it takes.
#[derive(Clone, Default)]
pub struct Sink {
    got: Arc<Mutex<Vec<(String, String)>>>,
    /// So many mails more are refused, to come again later.
    refuses: Arc<AtomicU32>,
    pub port: u16,
}

impl Sink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Self { port: listener.local_addr().unwrap().port(), ..Self::default() };
        let taking = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(taking.clone().talk(stream));
            }
        });
        sink
    }

    /// One connection, as RFC 5321 has it.
    async fn talk(self, stream: TcpStream) -> std::io::Result<()> {
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        let mut recipient = String::new();
        writing.write_all(b"220 sink\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let reply = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
                "RCPT" => {
                    recipient = line;
                    let left = |left: u32| left.checked_sub(1);
                    let refuses = self.refuses.fetch_update(Ordering::SeqCst, Ordering::SeqCst, left).is_ok();
                    if refuses { "451 later\r\n" } else { "250 ok\r\n" }
                }
                "DATA" => {
                    writing.write_all(b"354 go on\r\n").await?;
                    let mut text = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        text.push_str(line.strip_prefix('.').unwrap_or(&line));
                        text.push_str("\r\n");
                    }
                    self.got.lock().unwrap().push((recipient.clone(), text));
                    "250 taken\r\n"
                }
                "QUIT" => return writing.write_all(b"221 bye\r\n").await,
                _ => "250 ok\r\n",
            };
            writing.write_all(reply.as_bytes()).await?;
        }
        Ok(())
    }

    /// Where it is, for who sends.
    fn server(&self) -> SmtpConfig {
        let url = format!("smtp://127.0.0.1:{}", self.port);
        SmtpConfig { url, user: String::new(), password: String::new() }
    }

    /// Recipients and texts of what it has taken.
    pub fn taken(&self) -> Vec<(String, String)> {
        self.got.lock().unwrap().clone()
    }

    async fn wait(&self, count: usize) -> Vec<Heard> {
        let what = format!("{count} mails");
        let got =
            until(&what, async || Some(self.got.lock().unwrap().clone()).filter(|got| got.len() >= count));
        got.await.into_iter().map(|(recipient, text)| Heard::of(recipient, &text)).collect()
    }
}

/// What a mail program makes of a mail.
struct Heard {
    recipient: String,
    head: String,
    words: String,
    /// The calendar's own part: its content type, and its text.
    calendar_type: String,
    calendar: Document,
}

impl Heard {
    fn of(recipient: String, text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let boundary = head.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut parts: Vec<&str> = body.split(&format!("--{boundary}")).collect();
        assert_eq!(parts.pop().map(str::trim), Some("--"), "the last part is closed");
        let part = |text: &str| {
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
            let decoded = decoded(&head, body.trim_end_matches("\r\n"));
            (head, decoded)
        };
        let (calendar_type, calendar) = part(parts.pop().unwrap());
        let (_, words) = part(parts.pop().unwrap());
        let calendar = Document::read(calendar).unwrap();
        Self { recipient, head, words, calendar_type, calendar }
    }

    fn says(&self, name: &str) -> String {
        self.calendar.nodes("VEVENT").next().unwrap().text(name).unwrap_or_default()
    }
}

/// A part's text, by the encoding that its head names.
fn decoded(head: &str, body: &str) -> String {
    if !head.contains("quoted-printable") {
        assert!(!head.contains("base64"), "{head}");
        return body.to_owned();
    }
    let body = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = body.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'=' {
            let hex = std::str::from_utf8(&rest[..2]).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn config(through: Through) -> Beside {
    let from = Address { name: String::new(), address: "shop@example.org".to_owned() };
    let mut mail = Config::new(through, from, "https://shop.example.org");
    mail.pace = Duration::from_millis(10);
    mail.rest = Duration::from_millis(20);
    mail.schedule = Schedule { waits: vec![Span(30); 100] };
    Beside { mail: Some(mail), ..Beside::default() }
}

pub fn relay(stand: &Stand, through: Through) -> Relay {
    Relay::start(&stand.desk, &stand.store, config(through), CancellationToken::new()).unwrap()
}

async fn bought(stand: &Stand) -> OrderId {
    let hold = stand.held(2).await;
    stand.confirm(&hold, "tok_success").await.1
}

/// An order's mail asks the calendar in, its cancellation takes it out: the same entry, one sequence higher. A server
/// that refuses is asked again, and a new start sends nothing twice.
#[tokio::test(flavor = "multi_thread")]
async fn one_entry_for_life() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        let sink = Sink::start().await;
        sink.refuses.store(2, Ordering::SeqCst);
        let server = sink.server();
        let first = relay(&stand, Through::Smtp(server.clone()));
        let order = bought(&stand).await;
        let asked = sink.wait(1).await.pop().unwrap();
        assert!(asked.recipient.contains("<buyer1@example.org>"), "{}", asked.recipient);
        for line in ["Subject: A drop", "From: \"A test shop\" <shop@example.org>", "multipart/alternative"] {
            assert!(asked.head.contains(line), "{line} in {}", asked.head);
        }
        assert!(
            asked.words.contains("is confirmed") && asked.words.contains("Europe/Berlin"),
            "{}",
            asked.words
        );
        assert!(asked.words.contains("56.00 EUR"), "{}", asked.words);
        // The buyer's own zone, and the order's page, which is in the words alone.
        assert!(asked.words.contains("that is for you ") && asked.words.contains("America/New_York"));
        let own = asked.words.split("Your order: ").nth(1).unwrap().split_whitespace().next().unwrap();
        assert!(own.starts_with(&format!("https://shop.example.org/o/os_{}_", order.0)), "{own}");
        assert!(
            !String::from_utf8_lossy(asked.calendar.bytes()).contains(own.rsplit('_').next().unwrap()),
            "calendars are shared"
        );
        assert!(
            asked.calendar_type.contains("text/calendar") && asked.calendar_type.contains("method=REQUEST")
        );
        assert!(!asked.calendar_type.to_ascii_lowercase().contains("disposition"));
        assert_eq!(
            (asked.says("SEQUENCE"), asked.says("ORGANIZER")),
            ("0".into(), "mailto:shop@example.org".into())
        );
        first.join().await;

        let second = relay(&stand, Through::Smtp(server));
        let cancel = Command::CancelOrder { order, by: By::Organiser, lines: None };
        done(stand.ask(cancel).await);
        let off = sink.wait(2).await.pop().unwrap();
        assert_eq!((off.says("SEQUENCE"), off.says("STATUS")), ("1".into(), "CANCELLED".into()));
        assert_eq!((off.says("UID"), off.says("DTSTART")), (asked.says("UID"), asked.says("DTSTART")));
        assert!(off.calendar_type.contains("method=CANCEL"), "{}", off.calendar_type);
        until("both are noted as sent", async || {
            let mails = stand.store.mails(stand.home, None, 10).await.unwrap();
            let sent = mails.iter().all(|mail| mail.state == DeliveryState::Delivered);
            (mails.len() == 2 && sent).then_some(())
        })
        .await;
        second.join().await;
        assert_eq!(sink.got.lock().unwrap().len(), 2, "nothing is sent twice");
    })
    .await;
}

/// Links in mails are under the organiser's own name while people come by it, and under the installation's before and
/// after: whoever has either gets to the order.
#[tokio::test(flavor = "multi_thread")]
async fn links_are_under_the_name_that_people_come_by() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        let sink = Sink::start().await;
        let beside = config(Through::Smtp(sink.server()));
        let origins = beside.mail.as_ref().unwrap().origins.clone();
        let relay = Relay::start(&stand.desk, &stand.store, beside, CancellationToken::new()).unwrap();
        let name = Domain::parse("mugs.example").unwrap();
        let house = "https://shop.example.org/shop/";
        bought(&stand).await;
        let before = sink.wait(1).await.pop().unwrap();
        assert!(before.words.contains(house) && before.says("URL").starts_with(house), "{}", before.words);
        origins.reached(stand.home, &name, stand.desk.mint().now());
        bought(&stand).await;
        let under = sink.wait(2).await.pop().unwrap();
        assert!(under.words.contains("Your order: https://mugs.example/o/os_"), "{}", under.words);
        assert!(!under.words.contains("shop.example.org"), "{}", under.words);
        let url = under.says("URL");
        assert!(url.starts_with("https://mugs.example/") && !url.contains("/shop/"), "{url}");
        // The name is let go of, or another's: what is written from now on says the address that always works.
        origins.keep(|_, _| false);
        bought(&stand).await;
        let after = sink.wait(3).await.pop().unwrap();
        assert!(after.words.contains("https://shop.example.org/o/os_"), "{}", after.words);
        relay.join().await;
    })
    .await;
}

/// Whoever bought hears of another place once, as the same entry one sequence higher; of a change that is made for nobody
/// to hear, nobody hears.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_once() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        let sink = Sink::start().await;
        let relay = relay(&stand, Through::Smtp(sink.server()));
        bought(&stand).await;
        let asked = sink.wait(1).await.pop().unwrap();
        let change = async |place: &str, tell: Tell| {
            let edit = Edit { place: Some(place.to_owned()), ..Edit::default() };
            let change = ChangeSlot {
                slot: stand.put.slot,
                expected: Expect::Any,
                wish: Wish::Edit(Box::new(edit)),
                tell,
                by: Credential::House,
                resolved: Resolutions::new(),
                waits_as: ConfirmationId(stand.home_id()),
            };
            done(stand.ask(Command::ChangeSlot(Box::new(change))).await);
        };
        change("The cellar", Tell::Nobody).await;
        change("The yard", Tell::Now).await;
        let told = sink.wait(2).await.pop().unwrap();
        assert_eq!((told.says("SEQUENCE"), told.says("LOCATION")), ("1".into(), "The yard".into()));
        assert_eq!(told.says("UID"), asked.says("UID"));
        // What was told before was no place at all; the cellar in between was told to nobody.
        let words = "its place has changed.\r\n\r\nA drop\r\n";
        assert!(told.words.contains(words), "{}", told.words);
        assert!(
            told.words.contains("Now at: The yard\r\nBefore at: no place was said\r\n"),
            "{}",
            told.words
        );
        assert!(!told.words.contains("cellar"), "{}", told.words);
        relay.join().await;
        let mails = stand.store.mails(stand.home, None, 10).await.unwrap();
        assert_eq!(mails.len(), 2, "nothing is planned for the change that nobody hears of");
    })
    .await;
}

/// A part of an order that is cancelled is told: to the calendar the same entry, to the buyer what is left of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_part_is_told() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        let sink = Sink::start().await;
        let relay = relay(&stand, Through::Smtp(sink.server()));
        let Command::MakeHold(mut ask) = stand.hold(1) else { panic!("no hold") };
        ask.wants.push(Want { offer: stand.put.pair, quantity: 1 });
        let decided = done(stand.ask(Command::MakeHold(ask)).await);
        let Some(Fact::HoldMade { hold, .. }) = decided.facts.first() else { panic!("{decided:?}") };
        let order = stand.confirm(hold, "tok_success").await.1;
        let asked = sink.wait(1).await.pop().unwrap();
        let cancel = |lines| Command::CancelOrder { order, by: By::Organiser, lines };
        done(stand.ask(cancel(Some(vec![0]))).await);
        let part = sink.wait(2).await.pop().unwrap();
        assert!(part.words.contains("a part of it is cancelled"), "{}", part.words);
        assert!(
            part.words.contains("Cancelled: 1 × ") && part.words.contains("is given back"),
            "{}",
            part.words
        );
        assert_eq!(
            (part.says("UID"), part.says("SEQUENCE"), part.says("STATUS")),
            (asked.says("UID"), "0".into(), "CONFIRMED".into()),
            "neither time nor place is another"
        );
        done(stand.ask(cancel(None)).await);
        let off = sink.wait(3).await.pop().unwrap();
        assert_eq!((off.says("SEQUENCE"), off.says("STATUS")), ("1".into(), "CANCELLED".into()));
        relay.join().await;
    })
    .await;
}

/// A pickup in the second hour after a slot's end.
fn pickup(slot: SlotId, end: Instant, place: &str) -> FulfilmentSpec {
    let after = |hours: i64| When { anchor: Anchor::end(hours * 3_600), at: end.plus(Span::hours(hours)) };
    FulfilmentSpec {
        slot,
        key: "pickup".into(),
        title: "Pickup".into(),
        kind: FulfilmentKind::Pickup,
        place: place.into(),
        opens: after(1),
        closes: after(2),
        boxes: Vec::new(),
    }
}

/// Whoever bought for a pickup hears of it where it is elsewhere by itself, with where it is now.
#[tokio::test(flavor = "multi_thread")]
async fn a_pickup_elsewhere_is_told() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        let sink = Sink::start().await;
        let relay = relay(&stand, Through::Smtp(sink.server()));
        let slot = stand.put.slot;
        let look = stand.desk.look(stand.home, move |books, _| Some(books?.slots.get(&slot)?.spec.times.end));
        let end = look.await.unwrap().unwrap();
        let pickup = |place: &str| pickup(slot, end, place);
        let (id, spec) = (FulfilmentId(stand.home_id()), Box::new(pickup("Stall")));
        done(stand.ask(Command::PutFulfilment { id, expected: Expect::New, spec }).await);
        bought(&stand).await;
        let first = sink.wait(1).await.pop().unwrap();
        assert!(first.words.contains("Pickup: ") && first.words.contains("Stall"), "{}", first.words);
        let change = ChangeSlot {
            slot,
            expected: Expect::Any,
            wish: Wish::Part(Box::new(Part::Fulfilment(id, Some(pickup("Gate"))))),
            tell: Tell::Now,
            by: Credential::House,
            resolved: Resolutions::new(),
            waits_as: ConfirmationId(stand.home_id()),
        };
        done(stand.ask(Command::ChangeSlot(Box::new(change))).await);
        let told = sink.wait(2).await.pop().unwrap();
        let (now, before) = told.words.split_once("Pickup, before: ").unwrap();
        assert!(now.contains("its pickup has changed") && now.contains("Gate"), "{}", told.words);
        assert!(before.contains("Stall") && !before.contains("Gate"), "{}", told.words);
        assert_eq!((told.says("UID"), told.says("SEQUENCE")), (first.says("UID"), "1".into()));
        relay.join().await;
    })
    .await;
}

/// What was decided when somebody bought is what the mail says, however late it is written: not the place, the time and the
/// pickup of a later change, of which another mail tells if anybody is to hear of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_mail_says_what_was_decided() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        let slot = stand.put.slot;
        let look = stand.desk.look(stand.home, move |books, _| Some(books?.slots.get(&slot)?.spec.clone()));
        let spec = look.await.unwrap().unwrap();
        let pickup = |place: &str| pickup(slot, spec.times.end, place);
        let (id, stall) = (FulfilmentId(stand.home_id()), Box::new(pickup("Stall")));
        done(stand.ask(Command::PutFulfilment { id, expected: Expect::New, spec: stall }).await);
        let change = async |wish: Wish| {
            let change = ChangeSlot {
                slot,
                expected: Expect::Any,
                wish,
                tell: Tell::Nobody,
                by: Credential::House,
                resolved: Resolutions::new(),
                waits_as: ConfirmationId(stand.home_id()),
            };
            done(stand.ask(Command::ChangeSlot(Box::new(change))).await);
        };
        let elsewhere = |place: &str| {
            let (title, place) = (Some(format!("Another at {place}")), Some(place.to_owned()));
            Wish::Edit(Box::new(Edit { title, place, ..Edit::default() }))
        };
        // Nobody writes mails meanwhile.
        let silent =
            Relay::start(&stand.desk, &stand.store, Beside::default(), CancellationToken::new()).unwrap();
        let order = bought(&stand).await;
        until("it is paid for", async || {
            let orders = stand.store.reader().orders_of_slot(slot, None, 10).await.unwrap();
            (!orders.is_empty()).then_some(())
        })
        .await;
        silent.join().await;
        change(elsewhere("The cellar")).await;
        done(stand.ask(Command::ResendOrder(order)).await);
        change(elsewhere("The yard")).await;
        done(stand.ask(Command::CancelOrder { order, by: By::Organiser, lines: None }).await);
        change(elsewhere("The roof")).await;
        change(Wish::Part(Box::new(Part::Fulfilment(id, Some(pickup("Gate")))))).await;
        let sink = Sink::start().await;
        let relay = relay(&stand, Through::Smtp(sink.server()));
        let heard = sink.wait(3).await;
        let first = heard.iter().find(|mail| mail.words.contains("is confirmed")).unwrap();
        assert_eq!((first.says("SUMMARY"), first.says("LOCATION")), ("A drop".into(), String::new()));
        assert!(first.words.contains("Stall") && !first.words.contains("Gate"), "{}", first.words);
        let again = heard.iter().find(|mail| mail.words.contains("once more")).unwrap();
        assert_eq!(again.says("LOCATION"), "The cellar");
        assert!(again.words.contains("Stall") && !again.words.contains("roof"), "{}", again.words);
        let end = heard.iter().find(|mail| mail.words.contains("is cancelled")).unwrap();
        assert_eq!((end.says("STATUS"), end.says("LOCATION")), ("CANCELLED".into(), "The yard".into()));
        assert_eq!(end.says("SUMMARY"), "Another at The yard");
        relay.join().await;
    })
    .await;
}

/// Without a server each mail is a file, and the log has it.
#[tokio::test(flavor = "multi_thread")]
async fn files_where_there_is_no_server() {
    on_both(async |site| {
        let stand = Stand::new(&site.open().await, &Shop::default()).await;
        let folder = std::env::temp_dir().join(format!("dayshelf-mail-{}", stand.home_id()));
        let relay = relay(&stand, Through::Folder(folder.clone()));
        let orders = BTreeSet::from([bought(&stand).await, bought(&stand).await]);
        let mails = until("two mails", async || {
            let mails = stand.store.mails(stand.home, None, 10).await.unwrap();
            let sent = mails.iter().all(|mail| mail.state == DeliveryState::Delivered);
            (mails.len() == 2 && sent).then_some(mails)
        })
        .await;
        let told: BTreeSet<OrderId> = mails.iter().map(|mail| OrderId(mail.subject)).collect();
        assert_eq!(told, orders);
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(files.len(), 2);
        let texts: BTreeSet<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
        assert_eq!(texts, mails.into_iter().map(|mail| mail.body).collect());
        relay.join().await;
        std::fs::remove_dir_all(&folder).unwrap();
    })
    .await;
}
