//! The reader of one shard's journal that plans mails, and sends those that are due.
//!
//! One node of several has the turn for a shard. Mails are kept in the transaction that moves the reader on, so none
//! is lost and none is planned twice. One that is sent just before the process dies is sent once more, under the same
//! message id. Start at [`Clerk::run`].

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::change::{Handover, Promise, Tell, Telling};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{Id, SlotId};
use dayshelf_core::order::Order;
use dayshelf_core::slot::SlotTimes;
use dayshelf_core::time::Span;
use dayshelf_desk::DeskFault;
use dayshelf_store::{Consumer, DeliveryState, Mail, Outcome, Record, Store, StoreFault};
use futures_util::{StreamExt, stream};
use tokio::sync::watch;
use tokio::time::Instant as Tick;
use tokio_util::sync::CancellationToken;

use super::Address;
use super::circular::{Audience, Call, Circular, Listener, Why, began, hears};
use super::letter::{Letters, Showing, Tells, What};
use super::post::{Carrier, Sent};
use crate::office::Office;
use crate::webhooks::{Clock, Schedule};

/// Records read at once.
const PAGE: usize = 500;
/// Mails kept at once: the desk waits for each write here.
const SLICE: usize = 200;
/// Mails looked up at once, and sent at once.
const BATCH: usize = 64;
const AT_ONCE: usize = 4;
/// How long a turn is had where nodes share the data, and where there is one.
const TURN_SHARED: Span = Span::seconds(60);
const TURN_ALONE: Span = Span::hours(1);
/// A turn is renewed when this part of it is over.
const RENEW_PART: u32 = 3;
/// Over how many records a place that no mail came of is kept in memory only: every write here is one that the desk
/// waits for.
const UNKEPT_RECORDS: u64 = 10_000;

/// What all readers of a process have in common.
pub(super) struct Shared {
    pub desk: Arc<dyn Office>,
    pub store: Store,
    pub letters: Letters,
    pub post: Arc<dyn Carrier>,
    pub from: Address,
    pub public_url: String,
    pub clock: Clock,
    pub schedule: Schedule,
    pub pace: Duration,
    pub rest: Duration,
}

/// The reader of one shard.
pub(super) struct Clerk {
    pub shared: Arc<Shared>,
    pub shard: u16,
    pub consumer: Consumer,
    pub bell: watch::Receiver<u64>,
    pub turn: Option<Turn>,
    pub stop: CancellationToken,
}

/// A turn that is had.
pub(super) struct Turn {
    renew: Tick,
    /// How far the journal was read.
    place: u64,
    /// How far that is kept.
    kept: u64,
}

/// The mails of a page of records.
#[derive(Default)]
struct Planned {
    mails: Vec<Mail>,
    /// What was told last of an order, where this page did: it is not in the store yet.
    last: HashMap<Id, (u64, u32)>,
    /// Who is told something besides by the record that is looked at.
    audience: Audience,
}

/// What there is to tell of an order.
struct News<'n> {
    order: &'n Order,
    what: What,
    is: Showing,
    was: Option<Showing>,
    /// What was told of the pickup before, where that alone was something else.
    pickup_was: Option<&'n Handover>,
    /// The pickup as it is to be told, where that was decided.
    pickup_is: Option<&'n Handover>,
}

/// Why mails wait.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The journal or the mails.
    #[error("the store has no answer")]
    Store(#[from] StoreFault),
    /// Who is in line.
    #[error("the desk has no answer")]
    Desk(#[from] DeskFault),
}

impl Clerk {
    pub async fn run(mut self) {
        let stop = self.stop.clone();
        while !stop.is_cancelled() {
            // Never cut off midway: what was sent must be noted, or it is sent again at the next start.
            if let Err(trouble) = self.work().await {
                tracing::warn!(shard = self.shard, cause = ?trouble, "mails wait");
                self.turn = None;
            }
            tokio::select! {
                () = stop.cancelled() => break,
                // What comes meanwhile is read together.
                () = tokio::time::sleep(self.shared.pace) => {}
            }
            let grown = tokio::select! {
                () = stop.cancelled() => break,
                grown = self.bell.changed() => grown,
                () = tokio::time::sleep(self.shared.rest) => Ok(()),
            };
            if grown.is_err() {
                break;
            }
        }
        // Another node need not wait for the turn's end.
        drop(self.consumer.take(Span(0)).await);
    }

    /// Plans as far as the board has come, then sends what is due.
    pub async fn work(&mut self) -> Result<(), Trouble> {
        let Some(mut turn) = self.take_turn().await? else { return Ok(()) };
        self.read_on(&mut turn).await?;
        self.turn = Some(turn);
        Ok(self.send_due().await?)
    }

    /// Takes the turn, or renews it in time; nothing when another node has it.
    async fn take_turn(&mut self) -> Result<Option<Turn>, StoreFault> {
        let before = match self.turn.take() {
            Some(turn) if Tick::now() < turn.renew => return Ok(Some(turn)),
            before => before,
        };
        let span = if self.shared.store.is_shared() { TURN_SHARED } else { TURN_ALONE };
        let asked = Tick::now();
        let Some(kept) = self.consumer.take(span).await? else { return Ok(None) };
        let renew = asked + Duration::from_millis(span.0.unsigned_abs()) / RENEW_PART;
        let place = before.filter(|turn| turn.kept == kept).map_or(kept, |turn| turn.place);
        Ok(Some(Turn { renew, place, kept }))
    }

    async fn read_on(&mut self, turn: &mut Turn) -> Result<(), Trouble> {
        loop {
            let end = *self.bell.borrow_and_update();
            if self.shared.desk.board().letters_until(self.shard) <= turn.place {
                return self.pass(turn, end).await;
            }
            let mut page = self.shared.store.reader().journal(self.shard, turn.place, PAGE).await?;
            let full = page.len() == PAGE;
            // What a mail says is read from the board, which must not be behind the facts that are told.
            page.retain(|record| record.seq <= end);
            let Some(last) = page.last().map(|record| record.seq) else { return Ok(()) };
            let mails = self.planned(&page).await?;
            if !mails.is_empty() || last - turn.kept >= UNKEPT_RECORDS {
                let (ahead, rest) = mails.split_at(mails.len().saturating_sub(1) / SLICE * SLICE);
                for slice in ahead.chunks(SLICE) {
                    self.shared.store.keep_mails(self.shard, slice).await?;
                }
                if dayshelf_core::planted!(MailsBesideCursor) {
                    self.consumer.advance_with_mails(last, &[]).await?;
                    self.shared.store.keep_mails(self.shard, rest).await?;
                } else {
                    self.consumer.advance_with_mails(last, rest).await?;
                }
                turn.kept = last;
            }
            turn.place = last;
            if !full {
                return Ok(());
            }
        }
    }

    /// Goes on to a place up to which nothing is for anybody, so that it need not be read.
    async fn pass(&self, turn: &mut Turn, end: u64) -> Result<(), Trouble> {
        turn.place = turn.place.max(end);
        if turn.place - turn.kept >= UNKEPT_RECORDS {
            self.consumer.advance_with_mails(turn.place, &[]).await?;
            turn.kept = turn.place;
        }
        Ok(())
    }

    /// The mails of a page of records.
    async fn planned(&self, page: &[Record]) -> Result<Vec<Mail>, Trouble> {
        let mut plan = Planned::default();
        for record in page {
            let Outcome::Facts(facts) = &record.outcome else { continue };
            // Whoever changed it may have said that nobody is to be told.
            let is_silent =
                facts.iter().any(|fact| matches!(fact, Fact::ChangeMade(made) if made.tell == Tell::Nobody));
            plan.audience = self.audience(record, facts).await?;
            for fact in facts {
                match fact {
                    Fact::CustomersTold(telling) => self.tell_all(&mut plan, record, telling).await?,
                    _ if is_silent => {}
                    fact => {
                        if let Some(news) = self.told(fact, facts) {
                            self.plan(&mut plan, record, &news).await?;
                        }
                    }
                }
            }
            for circular in std::mem::take(&mut plan.audience).circulars.into_values() {
                self.plan_circular(&mut plan, record, &circular).await?;
            }
        }
        Ok(plan.mails)
    }

    /// Who is told by the reminders and announcements of a record.
    async fn audience(&self, record: &Record, facts: &[Fact]) -> Result<Audience, Trouble> {
        let mut audience = Audience::default();
        let card = |slot| self.shared.desk.board().slot(slot);
        for call in began(facts, card, self.shared.clock.now()) {
            match call.why {
                Why::Bought => self.gather_buyers(&mut audience, record, &call).await?,
                Why::Waits => {
                    let line = self.shared.desk.line(call.slot).await?;
                    // Whoever came after that moment was told nothing at it.
                    let there = line.iter().filter(|entry| hears(entry.joined_at, record.at));
                    there.for_each(|entry| audience.add(&call, Listener::waits(entry)));
                }
            }
        }
        Ok(audience)
    }

    async fn gather_buyers(
        &self,
        audience: &mut Audience,
        record: &Record,
        call: &Call,
    ) -> Result<(), StoreFault> {
        let mut after = None;
        loop {
            let orders = self.shared.store.reader().orders_of_slot(call.slot, after, PAGE).await?;
            let there = orders.iter().filter(|order| hears(order.confirmed_at, record.at));
            let standing = there.filter(|order| !order.is_cancelled());
            standing.for_each(|order| audience.add(call, Listener::bought(order)));
            after = orders.last().map(|order| order.id);
            if orders.len() < PAGE {
                return Ok(());
            }
        }
    }

    /// Plans a mail of a circular, unless it is planned already, by itself or within another one.
    async fn plan_circular(
        &self,
        plan: &mut Planned,
        record: &Record,
        circular: &Circular,
    ) -> Result<(), StoreFault> {
        let subject = circular.to.subject;
        let last = match plan.last.get(&subject) {
            Some(last) => Some(*last),
            None => self.shared.store.mail_last(self.shard, subject).await?,
        };
        if last.is_some_and(|(seq, _)| seq >= record.seq) {
            return Ok(());
        }
        let Some(card) = self.shared.desk.board().slot(circular.slot) else { return Ok(()) };
        let written = self.shared.letters.say(&circular.text, (&circular.to, record), &card);
        let written = written.inspect_err(
            |cause| tracing::warn!(to = %circular.to.named(), %cause, "a slot's mail can't be written"),
        );
        let Ok((title, body)) = written else { return Ok(()) };
        // No entry of a calendar is in it, so what such entries are counted by stays.
        let sequence = last.map_or(0, |(_, sequence)| sequence);
        plan.last.insert(subject, (record.seq, sequence));
        plan.mails.push(Mail {
            home: record.home,
            seq: record.seq,
            subject,
            kind: circular.kind.to_owned(),
            sequence,
            recipient: circular.to.email.clone(),
            title,
            body,
            state: DeliveryState::Waiting,
            tries: 0,
            due: self.shared.clock.now(),
        });
        Ok(())
    }

    /// A mail for everyone who saw another time, place or pickup than is told now.
    async fn tell_all(
        &self,
        plan: &mut Planned,
        record: &Record,
        telling: &Telling,
    ) -> Result<(), StoreFault> {
        let mut after = None;
        loop {
            let orders = self.shared.store.reader().orders_of_slot(telling.slot, after, PAGE).await?;
            let Some(last) = orders.last().map(|order| order.id) else { return Ok(()) };
            after = Some(last);
            let standing = orders.iter().filter(|order| !order.is_cancelled());
            for order in
                standing.filter(|order| telling.concerns(order) || dayshelf_core::planted!(EveryoneTold))
            {
                // What was decided to be told, whatever has become of the slot since: that is told in its turn.
                let showing = |times: &SlotTimes, place: &String| Showing {
                    title: telling.title.clone(),
                    times: times.clone(),
                    place: place.clone(),
                };
                let is = showing(&telling.times, &telling.place);
                let seen = telling.before(order.confirmed_at);
                let was = seen.map(|seen| showing(&seen.times, &seen.place));
                let pickup_was = telling.handover(order).map(|(before, _)| before);
                let pickup_is = telling.handovers.iter().find(|known| Some(known.choice) == order.fulfilment);
                let news = News { order, what: What::Changed, is, was, pickup_was, pickup_is };
                self.plan(plan, record, &news).await?;
            }
            if orders.len() < PAGE {
                return Ok(());
            }
        }
    }

    /// What a fact tells a buyer, as was decided with it; nothing where there is nothing to tell.
    fn told<'f>(&self, fact: &'f Fact, beside: &'f [Fact]) -> Option<News<'f>> {
        let (order, what) = match fact {
            Fact::OrderConfirmed { order, .. } => (order, What::Confirmed),
            Fact::OrderMoved { order, .. } => (order, What::Changed),
            Fact::OrderResent(order) => (order, What::Resent),
            Fact::OrderCancelled { order, .. } if order.is_cancelled() => (order, What::Cancelled),
            Fact::OrderCancelled { .. } if dayshelf_core::planted!(PartUntold) => return None,
            Fact::OrderCancelled { order, .. } => (order, What::Reduced),
            _ => return None,
        };
        if let Some(Promise { is, pickup, was, .. }) = promised(beside, order) {
            let was = was.as_ref().map(Showing::from);
            let pickup_is = pickup.as_ref();
            return Some(News { order, what, is: is.into(), was, pickup_was: None, pickup_is });
        }
        // What was written by an older version of the program says nothing of time and place.
        let showing = |slot: SlotId| self.shared.desk.board().slot(slot).map(|card| Showing::of(&card));
        let was = match fact {
            Fact::OrderMoved { from, .. } => showing(from.slot),
            _ => None,
        };
        Some(News { order, what, is: showing(order.slot)?, was, pickup_was: None, pickup_is: None })
    }

    /// Plans one mail, unless it is planned already.
    async fn plan(&self, plan: &mut Planned, record: &Record, news: &News<'_>) -> Result<(), StoreFault> {
        let News { order, what, is, was, pickup_was, pickup_is } = news;
        if order.buyer.contact.is_erased() {
            return Ok(());
        }
        let subject = order.id.0;
        let last = match plan.last.get(&subject) {
            Some(last) => Some(*last),
            None => self.shared.store.mail_last(self.shard, subject).await?,
        };
        let sequence = match last {
            // Two facts of one decision about one order are one thing to tell, the later one.
            Some((seq, sequence)) if seq == record.seq && plan.last.contains_key(&subject) => sequence,
            Some((seq, _)) if seq >= record.seq => return Ok(()),
            // Neither time nor place is another: to a calendar it is the same entry, told anew.
            Some((_, sequence)) if matches!(what, What::Reduced | What::Resent) => sequence,
            Some((_, sequence)) => sequence + 1,
            None => 0,
        };
        let (was, pickup_was, pickup_is) = (was.as_ref(), *pickup_was, *pickup_is);
        let besides = plan.audience.circulars.get(&subject).map_or("", |circular| circular.text.as_str());
        let tells = Tells { order, what: *what, is, was, pickup_was, pickup_is, sequence, record, besides };
        if let Some(mail) = self.mail(tells) {
            plan.mails.retain(|other| (other.seq, other.subject) != (mail.seq, mail.subject));
            plan.mails.push(mail);
            plan.last.insert(subject, (record.seq, sequence));
        }
        Ok(())
    }

    fn mail(&self, tells: Tells<'_>) -> Option<Mail> {
        let Tells { order, what, is, sequence, record, .. } = tells;
        let card = self.shared.desk.board().slot(order.slot)?;
        let now = self.shared.clock.now();
        // Nobody wants to hear of what is over, as when mails were switched off for a while, unless they have asked. What
        // is fetched later is not over with the slot.
        let fetched = tells.pickup(&card);
        let fetched_until = fetched.as_ref().or(tells.pickup_was).map(|pickup| pickup.until);
        let is_over = fetched_until.map_or(is.times.end, |until| until.max(is.times.end)) <= now;
        if is_over && what != What::Resent {
            return None;
        }
        let written = self.shared.letters.write(&tells, &card);
        let (title, body) = written
            .inspect_err(
                |cause| tracing::warn!(order = %order.id, %cause, "an order's mail can't be written"),
            )
            .ok()?;
        Some(Mail {
            home: record.home,
            seq: record.seq,
            subject: order.id.0,
            kind: what.kind().to_owned(),
            sequence,
            recipient: order.buyer.contact.email.clone(),
            title,
            body,
            state: DeliveryState::Waiting,
            tries: 0,
            due: now,
        })
    }

    /// Sends what is due, and notes how it went.
    async fn send_due(&self) -> Result<(), StoreFault> {
        loop {
            let now = self.shared.clock.now();
            let due = self.shared.store.mails_due(self.shard, now, BATCH).await?;
            let full = due.len() == BATCH;
            if dayshelf_core::planted!(MailNotedBeforeSent) {
                let sent = |mail: &Mail| Mail { state: DeliveryState::Delivered, ..mail.clone() };
                let sent: Vec<Mail> = due.iter().map(sent).collect();
                self.shared.store.settle_mails(self.shard, &sent).await?;
            }
            // When the end has come nothing new is begun, and what is under way is waited for.
            let tried: Vec<Mail> = stream::iter(due)
                .take_until(self.stop.cancelled())
                .map(|mail| self.tried(mail))
                .buffer_unordered(AT_ONCE)
                .collect()
                .await;
            if !tried.is_empty() {
                self.shared.store.settle_mails(self.shard, &tried).await?;
            }
            if !full || self.stop.is_cancelled() {
                return Ok(());
            }
        }
    }

    /// A mail as it stands after a try.
    async fn tried(&self, mut mail: Mail) -> Mail {
        mail.tries += 1;
        let sent = self.shared.post.send(&mail).await;
        let chance = self.shared.desk.chance();
        let again = self.shared.schedule.next(self.shared.clock.now(), mail.tries, None, chance);
        mail.state = match (sent, again) {
            (Sent::Taken, _) => DeliveryState::Delivered,
            (Sent::NotNow, _) if dayshelf_core::planted!(MailOnce) => DeliveryState::GivenUp,
            (Sent::NotNow, Some(due)) => {
                mail.due = due;
                DeliveryState::Waiting
            }
            (Sent::Never, _) | (Sent::NotNow, None) => DeliveryState::GivenUp,
        };
        mail
    }
}

/// What was decided to be told of an order.
fn promised<'f>(facts: &'f [Fact], order: &Order) -> Option<&'f Promise> {
    facts.iter().find_map(|fact| match fact {
        Fact::OrderPromised(promise) if promise.order == order.id => Some(&**promise),
        _ => None,
    })
}
