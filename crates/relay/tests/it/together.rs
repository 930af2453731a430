//! Payments of many buyers are under way at once.

use std::sync::Arc;

use dayshelf_core::ids::PaymentId;
use dayshelf_relay::payments::{
    Callback, MoneyReply, MoneyStep, Notice, Payments, Promise, Provider, Sandbox, Standing, Unread,
};
use dayshelf_testkit::shop::Shop;
use dayshelf_testkit::site::Site;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::payments::{quick, settled};
use crate::stand::Stand;

/// A provider that lets nobody go before so many wait: whoever comes one by one waits for ever.
struct Together {
    sandbox: Sandbox,
    waiting: tokio::sync::watch::Sender<usize>,
}

impl Provider for Together {
    fn authorise(&self, promise: Promise) -> BoxFuture<'static, Standing> {
        let (sandbox, mut seen) = (self.sandbox.clone(), self.waiting.subscribe());
        self.waiting.send_modify(|waiting| *waiting += 1);
        async move {
            drop(seen.wait_for(|waiting| *waiting >= 64).await);
            sandbox.authorise(promise).await
        }
        .boxed()
    }

    fn fetch(&self, payment: PaymentId) -> BoxFuture<'static, Standing> {
        self.sandbox.fetch(payment)
    }

    fn cancel(&self, promise: Promise) -> BoxFuture<'static, Standing> {
        self.sandbox.cancel(promise)
    }

    fn capture(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply> {
        self.sandbox.capture(step)
    }

    fn void(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply> {
        self.sandbox.void(step)
    }

    fn refund(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply> {
        self.sandbox.refund(step)
    }

    fn read(&self, callback: &Callback) -> Result<Notice, Unread> {
        self.sandbox.read(callback)
    }
}

/// A crowd that confirms at once is settled together, not one by one.
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd() {
    let site = Site::file();
    let stand = Stand::new(&site.open().await, &Shop { units: 200, ..Shop::default() }).await;
    let channel = Payments::channel();
    let sandbox = Sandbox::new(quick(), channel.0.clone());
    let (stop, waiting) = (CancellationToken::new(), tokio::sync::watch::Sender::new(0));
    let provider = Arc::new(Together { sandbox, waiting });
    Payments::start(&stand.desk, &stand.store, provider, channel, stop.clone());
    let mut holds = Vec::new();
    for _ in 0..200 {
        holds.push(stand.held(1).await);
    }
    let confirmed = holds.iter().map(|hold| stand.confirm(hold, "tok_success"));
    for (_, order) in futures_util::future::join_all(confirmed).await {
        settled(&stand, order).await;
    }
    stop.cancel();
}
