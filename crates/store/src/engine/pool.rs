//! A bounded number of sessions for short reads, shared by everyone.
//!
//! Where a session works on the calling thread, reads are moved to threads that may block. Start at
//! [`Pool::with`].

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio::task::JoinError;

use super::{Data, Session};
use crate::fault::{FaultKind, StoreFault};

/// Sessions at rest, and permits for all there may be.
#[derive(Clone)]
pub(crate) struct Pool {
    data: Data,
    idle: Arc<Mutex<Vec<Session>>>,
    permits: Arc<Semaphore>,
}

/// The work of one visit.
pub(crate) type Work<T> =
    Box<dyn for<'s> FnOnce(&'s mut Session) -> Pin<Box<dyn Future<Output = T> + Send + 's>> + Send>;

impl Pool {
    pub(crate) fn new(data: Data) -> Self {
        let permits = Arc::new(Semaphore::new(data.readers()));
        Self { data, idle: Arc::default(), permits }
    }

    /// Does some work with a session that nobody else has meanwhile.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        work: Work<Result<T, StoreFault>>,
    ) -> Result<T, StoreFault> {
        let closed = |cause| StoreFault::caused(FaultKind::Other, "waiting for a session", cause);
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(closed)?;
        let mut session = self.take();
        if !self.data.blocks() {
            let result = work(&mut session).await;
            self.put_back(session, &result);
            drop(permit);
            return result;
        }
        let pool = self.clone();
        let runtime = tokio::runtime::Handle::current();
        let done = tokio::task::spawn_blocking(move || {
            // The future of a blocking session is ready at its first poll.
            let result = runtime.block_on(work(&mut session));
            pool.put_back(session, &result);
            drop(permit);
            result
        });
        done.await.map_err(not_ended)?
    }

    fn take(&self) -> Session {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| self.data.session())
    }

    /// A session whose connection is lost, or may be in the middle of something, is let go.
    fn put_back<T>(&self, session: Session, result: &Result<T, StoreFault>) {
        if result.is_ok() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
        }
    }
}

/// A read that was not begun because the program ends is one to try again; one that panicked is our fault.
fn not_ended(cause: JoinError) -> StoreFault {
    let kind = if cause.is_cancelled() { FaultKind::Retry } else { FaultKind::Other };
    StoreFault::caused(kind, "a read did not end", cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever asks while the program ends is told to come again, and not that something broke.
    #[tokio::test]
    async fn a_read_that_never_began_may_be_tried_again() {
        let cancelled = tokio::spawn(std::future::pending::<()>());
        cancelled.abort();
        assert_eq!(not_ended(cancelled.await.unwrap_err()).kind(), FaultKind::Retry);
        let panicked = tokio::spawn(async { panic!("a bug") });
        assert_eq!(not_ended(panicked.await.unwrap_err()).kind(), FaultKind::Other);
    }
}
