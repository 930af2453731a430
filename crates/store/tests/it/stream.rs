//! One long stream of commands, kept in every way there is: on both engines, and by a desk that begins anew again
//! and again. The answers and the books are the same.

use dayshelf_core::books::Books;
use dayshelf_core::command::{By, Command, MoveStock, Movement};
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::{HoldState, Method};
use dayshelf_core::ids::{EntryId, HoldId, OrderId};
use dayshelf_core::refusal::Refusal;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Span;

use crate::shop::{self, Desk, START, confirm, hold, join, open_shop, pool_id};
use crate::site::{Site, on_both};

/// Commands of the stream.
const STEPS: u64 = 240;

/// Numbers that look like chance and are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        if all.is_empty() { None } else { Some(all[self.below(all.len())]) }
    }
}

/// What the stream knows beside the books.
struct Stream {
    chance: Chance,
    orders: Vec<OrderId>,
    answers: Vec<Result<Vec<Fact>, Refusal>>,
}

impl Stream {
    /// The next command, on what lives now or on nothing that ever was.
    fn next(&mut self, books: &Books, step: u64) -> Command {
        let number = 1_000 + step * 10;
        let who = self.chance.below(6) as u64 + 1;
        let by = By::Organiser;
        let holds: Vec<HoldId> = books.holds.keys().copied().collect();
        let entries: Vec<EntryId> = books.entries.keys().copied().collect();
        let held = self.chance.of(&holds).unwrap_or(HoldId(shop::id(7)));
        match self.chance.below(12) {
            0..=3 => hold(number, who, 1 + self.chance.below(2) as u32),
            4 | 5 => {
                let method = if self.chance.below(2) == 0 { Method::AtPickup } else { Method::Sandbox };
                let Command::Confirm(mut ask) = confirm(number, number + 1, who, method) else {
                    return Command::Pulse;
                };
                ask.hold = held;
                Command::Confirm(ask)
            }
            6 => Command::ReleaseHold { hold: held, by },
            7 => join(number, who),
            8 => match self.chance.of(&entries) {
                Some(entry) => Command::LeaveWaitlist { entry, by },
                None => Command::ExtendHold { hold: held, by },
            },
            9 => {
                let order = self.chance.of(&self.orders).unwrap_or(OrderId(shop::id(8)));
                Command::CancelOrder { order, by, lines: None }
            }
            10 => Command::MoveStock(Box::new(MoveStock {
                pool: pool_id(),
                movement: if self.chance.below(3) == 0 { Movement::Lose } else { Movement::Add },
                units: 1,
                reason: "because".to_owned(),
                source: Digest([(step % 200) as u8; 32]),
            })),
            _ => paid(books, held),
        }
    }
}

/// The provider's yes, if the hold waits for one.
fn paid(books: &Books, hold: HoldId) -> Command {
    let confirming = books.holds.values().find(|hold| hold.state == HoldState::Confirming);
    match confirming.and_then(|hold| Some((hold.id, hold.attempt.as_ref()?.id))) {
        Some((hold, payment)) => Command::PaymentAuthorised { hold, payment, reference: "paid".to_owned() },
        None => Command::CheckOut { hold, by: By::Organiser },
    }
}

/// Lives the stream; begins anew after every so many commands, or never. The answers, and the books at the end.
async fn live(site: &Site, anew: Option<u64>) -> (Vec<Result<Vec<Fact>, Refusal>>, Books) {
    let mut store = site.open().await;
    let mut desk = open_shop(&store).await;
    let mut stream = Stream { chance: Chance(20_261_121), orders: Vec::new(), answers: Vec::new() };
    for step in 0..STEPS {
        if anew.is_some_and(|every| step % every == every - 1) {
            let now = desk.now;
            drop((desk, store));
            store = site.open().await;
            desk = Desk::open(&store).await;
            desk.now = now;
        }
        desk.now = desk.now.plus(Span::seconds(stream.chance.below(40) as i64));
        let due = desk.run(Command::Pulse).await;
        let command = stream.next(desk.books(), step);
        let answer = desk.run(command).await;
        for fact in answer.iter().flatten() {
            if let Fact::OrderConfirmed { order, .. } = fact {
                stream.orders.push(order.id);
            }
        }
        stream.answers.extend([due, answer]);
    }
    assert!(desk.now > START);
    assert_eq!(store.doctor().await.unwrap(), []);
    let mut books = desk.books().clone();
    books.forget_fetched();
    books.announced.clear();
    books.stirred.clear();
    (stream.answers, books)
}

/// Equal answers and equal books, whatever keeps them.
#[tokio::test]
async fn the_same_on_both_engines_and_from_any_point() {
    let first = std::sync::Mutex::new(None);
    on_both(async |site| {
        let (answers, books) = live(&site, None).await;
        let done =
            answers.iter().filter(|answer| answer.as_ref().is_ok_and(|facts| !facts.is_empty())).count();
        let refused = answers.iter().filter(|answer| answer.is_err()).count();
        assert!(done > 80 && refused > 30, "{done} done and {refused} refused say little");
        let mut first = first.lock().unwrap();
        let (all, whole) = first.get_or_insert_with(|| (answers.clone(), books.clone()));
        for (step, (mine, theirs)) in all.iter().zip(&answers).enumerate() {
            assert_eq!(mine, theirs, "answer {step}");
        }
        assert_eq!(*whole, books);
    })
    .await;
    let first = first.into_inner().unwrap().unwrap();
    for every in [3, 7] {
        on_both(async |site| {
            let (answers, books) = live(&site, Some(every)).await;
            for (step, (mine, theirs)) in first.0.iter().zip(&answers).enumerate() {
                assert_eq!(mine, theirs, "answer {step}, begun anew every {every}");
            }
            assert_eq!(first.1, books, "begun anew every {every}");
        })
        .await;
    }
}
