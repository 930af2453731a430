//! The relay's workers on the nodes: the code in service, step by step, killed with its node at any poll.
//!
//! Webhooks and mails go out for everybody; payments are made for the shop beside only, since the crowd has a provider
//! of its own whom the auditor knows. Start at [`World::begin_worker`].

use std::sync::Arc;

use dayshelf_core::time::Span;
use dayshelf_relay::mail::Address;
use dayshelf_relay::{mail, payments, webhooks};
use dayshelf_store::Store;

use super::node::at_once;
use super::{Verdict, World};

/// Hours until everything is delivered once nothing fails any more: the longest wait of a schedule, and some more.
const HOURS_MAX: u32 = 24 * 6;
/// Steps that a worker takes in an hour of rest, on every node.
pub(super) const WORKERS: u64 = 4;

fn shop() -> Address {
    Address { name: "The shop".to_owned(), address: "shop@example.org".to_owned() }
}

impl World {
    /// Begins a step of a worker on a node.
    pub(super) fn begin_worker(&mut self, node: usize) {
        let worker = self.chance.between(0, WORKERS - 1);
        self.begin_step(node, worker);
    }

    pub(super) fn begin_step(&mut self, node: usize, worker: u64) {
        let Some(step) = self.nodes[node].step() else { return };
        let (outside, home) = (self.outside.clone(), self.beside.home);
        self.count.steps += 1;
        self.nodes[node].begin(|_| {
            Box::pin(async move {
                match worker {
                    0 => webhooks::step(&step, Arc::new(outside)).await,
                    1 => {
                        mail::step(&step, (shop(), "https://shop.example".to_owned()), Arc::new(outside))
                            .await
                    }
                    2 => payments::step(&step, home, Arc::new(outside)).await,
                    _ => {
                        let Some(callback) = outside.books().till.callback() else { return Ok(()) };
                        if payments::hear(&step, Arc::new(outside.clone()), &callback).await? {
                            outside.books().till.heard(&callback);
                        }
                        Ok(())
                    }
                }
            })
        });
    }

    /// Nothing fails any more, and hours go by until everybody outside was told everything.
    pub(super) fn work_off(&mut self) -> Verdict {
        self.outside.calm();
        let mut quiet = 0;
        for _ in 0..HOURS_MAX {
            for node in 0..self.nodes.len() {
                for worker in 0..WORKERS {
                    self.nodes[node].poked = true;
                    self.run_out(node)?;
                    self.begin_step(node, worker);
                    self.run_out(node)?;
                }
            }
            self.look_after()?;
            self.read_on()?;
            quiet = if self.is_quiet()? { quiet + 1 } else { 0 };
            if quiet == 2 {
                return Ok(());
            }
            self.advance(self.now.plus(Span::hours(1)));
        }
        let store = self.nodes[0].store().ok_or("no node is up")?;
        let waits =
            (self.waits_for_mail(store)?, self.waits_for_receivers(store)?, self.waits_for_money(store)?);
        let owed = self.outside.books().till.owed.len();
        Err(format!(
            "I13: mail, webhooks, money wait for ever: {waits:?}, {owed} call-backs, {} errands",
            self.errands.len()
        ))
    }

    /// Whether nothing waits to be sent, and no money waits to move.
    fn is_quiet(&self) -> Verdict<bool> {
        let Some(store) = self.nodes[0].store() else { return Ok(false) };
        Ok(self.errands.is_empty()
            && self.outside.books().till.owed.is_empty()
            && !self.waits_for_mail(store)?
            && !self.waits_for_receivers(store)?
            && !self.waits_for_money(store)?)
    }

    fn waits_for_mail(&self, store: &Store) -> Verdict<bool> {
        now(at_once(store.mail_next(0))).map(|next| next.is_some())
    }

    fn waits_for_receivers(&self, store: &Store) -> Verdict<bool> {
        for endpoint in self.served() {
            if now(at_once(store.delivery_next(endpoint)))?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn waits_for_money(&self, store: &Store) -> Verdict<bool> {
        let due = now(at_once(store.reader().settling(0, dayshelf_core::ids::Id(0), 1_000)))?;
        let beside = due.iter().any(|item| payments::home_of(*item) == self.beside.home);
        Ok(beside)
    }
}

/// What a read that never waits says.
fn now<T>(read: Option<Result<T, dayshelf_store::StoreFault>>) -> Verdict<T> {
    read.ok_or("a read waits")?.map_err(|fault| format!("it can't be read: {fault}"))
}
