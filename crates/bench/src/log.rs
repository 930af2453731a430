//! The least that a durable answer can cost here: `POST /log` reads and answers as the floor does, and in between a
//! thread of its own writes each request to a file and syncs it, all that queued meanwhile in one go. No rules, no
//! database: what a hold costs beyond this is ours, and what this costs beyond the floor is the disk's and the
//! processors' for handing work to and fro.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use axum::Router;
use dayshelf_core::hold::Hold;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::Outcome;
use crate::bare::{Asked, gather, route, tell};

/// Bytes that one request leaves in the file: about what a hold's record is.
const RECORD: usize = 512;
/// The file's length. It is written over and over, as the embedded engine does with its log: a file that grows costs a
/// sync more.
const LENGTH: u64 = 64 << 20;

/// The route, with the thread behind it.
///
/// # Errors
/// A file that can't be made.
pub fn routes(hold: Hold, folder: &Path) -> Outcome<Router> {
    let file = File::create(folder.join("bare.log"))?;
    file.write_all_at(&vec![0; LENGTH as usize], 0)?;
    file.sync_all()?;
    let (route, asked) = route("/log", hold);
    let askers = Handle::current();
    std::thread::Builder::new().name("bare-log".into()).spawn(move || write(&file, asked, &askers))?;
    Ok(route)
}

/// Writes what has queued, syncs, and has everybody answered.
fn write(file: &File, mut asked: mpsc::Receiver<Asked>, askers: &Handle) {
    let mut at = 0;
    while let Some(first) = asked.blocking_recv() {
        let mut all = vec![first];
        gather(&mut asked, &mut all);
        let bytes = vec![1; all.len() * RECORD];
        if at + bytes.len() as u64 > LENGTH {
            at = 0;
        }
        if file.write_all_at(&bytes, at).and_then(|()| file.sync_data()).is_err() {
            return;
        }
        at += bytes.len() as u64;
        tell(askers, all);
    }
}
