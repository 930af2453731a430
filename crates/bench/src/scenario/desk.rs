//! `desk`: durable holds straight at the desk, to see what HTTP costs.

use std::time::{Duration, Instant};

use dayshelf_core::ids::Home;
use dayshelf_desk::{Ask, Desk, Key, Reply, random};
use dayshelf_store::Store;
use dayshelf_testkit::shop::hold;

use super::{Data, HOT};
use crate::Outcome;
use crate::load::Measured;
use crate::report::Row;
use crate::scale::Scale;
use crate::shop::{Laid, lay};

/// Runs it for each number of clients.
pub fn run(scale: &Scale) -> Outcome<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut rows = Vec::new();
    for clients in &scale.connections {
        let measured = runtime.block_on(one(*clients, scale.span))?;
        rows.push(Row::new("desk", format!("{clients} clients")).measured(&measured));
    }
    Ok(rows)
}

async fn one(clients: usize, span: Duration) -> Outcome<Measured> {
    let data = Data::new()?;
    let store = Store::open(&dayshelf_store::Config::url(data.url())).await?;
    let desk = Desk::open(&store).await?;
    let laid = lay(&desk, HOT).await?;
    let until = Instant::now() + span;
    let running: Vec<_> =
        (0..clients).map(|_| tokio::spawn(client(desk.clone(), laid.clone(), until))).collect();
    let mut all = Measured::new(span)?;
    for client in running {
        all.merge(&client.await??)?;
    }
    Ok(all)
}

async fn client(desk: Desk, laid: Laid, until: Instant) -> Outcome<Measured> {
    let mut measured = Measured::new(Duration::ZERO)?;
    loop {
        let began = Instant::now();
        if began >= until {
            return Ok(measured);
        }
        held(&desk, laid.home, &laid).await?;
        measured.micros.saturating_record(began.elapsed().as_micros() as u64);
    }
}

/// Makes one hold under a key of its own.
pub(super) async fn held(desk: &Desk, home: Home, laid: &Laid) -> Outcome {
    let command = hold(desk.mint().id(home), laid.slot, laid.offer, 1);
    let key = Key { fingerprint: u128::from_le_bytes(random()), request: [1; 16], salt: random() };
    match desk.submit(Ask { home, command, key: Some(key) }).await {
        Reply::Done(_) => Ok(()),
        other => Err(format!("no hold: {other:?}").into()),
    }
}
