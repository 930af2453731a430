//! What a durable record costs here at the least: `POST /journal` reads and answers as the floor does, and in between
//! the store writes each request's record to a journal of its own and commits, all that queued meanwhile in one go.
//! Nothing is decided and nothing else is written: no rules, no books, no key looked for, no row of a live hold.

use axum::Router;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::Home;
use dayshelf_store::{Batch, Changes, KeyUse, Outcome, Record, Store, Writer};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::bare::{Asked, WAIT_MAX, gather, route, tell};
use crate::serve::hold_of;

/// The route, with the thread behind it, over a store without organisers; `facts` are what a hold leaves.
///
/// # Errors
/// A store that can't be written.
pub fn routes(store: &Store, facts: Vec<Fact>) -> crate::Outcome<Router> {
    let (route, asked) = route("/journal", hold_of(&facts)?);
    let writer = store.writer(0)?;
    let askers = Handle::current();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("bare-journal".into()).spawn(move || {
        if let Err(fault) = runtime.block_on(write(writer, facts, asked, &askers)) {
            eprintln!("the bare journal: {fault}");
        }
    })?;
    Ok(route)
}

/// Writes what has queued, commits, and has everybody answered.
async fn write(
    mut writer: Writer,
    facts: Vec<Fact>,
    mut asked: mpsc::Receiver<Asked>,
    askers: &Handle,
) -> crate::Outcome {
    let mut all = Vec::new();
    let mut number = 0_u128;
    while asked.recv_many(&mut all, WAIT_MAX).await > 0 {
        let head = writer.begin().await?;
        // Who has come meanwhile comes along.
        gather(&mut asked, &mut all);
        let mut records = Vec::with_capacity(all.len());
        for seq in head.seq + 1..=head.seq + all.len() as u64 {
            number += 1;
            let key = KeyUse { fingerprint: number, request: [1; 16], salt: [2; 16] };
            let home = Home { shard: 0, number: 1 };
            let outcome = Outcome::Facts(facts.clone());
            records.push(Record { seq, at: head.now, home, key: Some(key), outcome });
        }
        let seq = head.seq + records.len() as u64;
        let changes = Changes::new();
        let batch =
            Batch { seq, at: head.now, records: &records, changes: &changes, keys: None, books: &|_| None };
        writer.commit(&batch).await.map_err(|fault| format!("{fault:?}"))?;
        tell(askers, std::mem::take(&mut all));
    }
    Ok(())
}
