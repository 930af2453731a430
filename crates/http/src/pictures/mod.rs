//! Pictures: drawn from what was sent, on threads that may block, one at a time, so that whoever fills a library
//! takes neither memory nor cores from those who buy; and their files, of which the last ones are kept in memory.
//!
//! Not here: what may be said about a picture (`core`), where its files lie (`store`). Start at [`Studio`].

mod draw;
mod files;

use std::sync::Arc;

use bytes::Bytes;
use dayshelf_wire::problem::{Kind, Problem};
use tokio::sync::Semaphore;

pub(crate) use draw::{Drawing, Unfit, draw};
pub(crate) use files::Files;

use crate::no::No;

/// Media types that are taken. A drawing in vectors may carry script, and is not.
pub(crate) const MEDIA_TYPES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];
/// Drawings in work at once: one needs up to 400 MB for a moment.
const AT_ONCE: usize = 1;
/// Drawings in work or waiting. More are answered "busy".
const IN_LINE: usize = 8;

/// Where pictures are drawn, and the files that were asked for last.
pub(crate) struct Studio {
    work: Arc<Semaphore>,
    line: Semaphore,
    pub(crate) files: Files,
}

impl Studio {
    pub fn new() -> Self {
        let work = Arc::new(Semaphore::new(AT_ONCE));
        Self { work, line: Semaphore::new(IN_LINE), files: Files::default() }
    }

    /// Draws a picture in all its widths.
    ///
    /// # Errors
    /// When it is none that is taken, or too many wait already.
    pub async fn draw(&self, sent: Bytes) -> Result<Drawing, No> {
        let busy = || No::from(Problem::busy(2));
        let _place = self.line.try_acquire().map_err(|_| busy())?;
        let permit = Arc::clone(&self.work).acquire_owned().await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(move || {
            let done = draw::draw(&sent);
            drop(permit);
            done
        });
        let done = done.await.map_err(|fault| No::fault("a picture could not be drawn", &fault))?;
        done.map_err(|unfit| No::from(unfit.problem()))
    }
}

impl Unfit {
    fn problem(&self) -> Problem {
        Problem::new(Kind::PictureUnfit, format!("This picture can't be taken: {self}."))
    }
}
